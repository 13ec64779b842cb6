"""Volunteers per team by district: sizes of teams, means that hide them, what joined and left."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Tình nguyện viên bình quân một Đội")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi
    from pipelines.present import charts
    from pipelines.present.chart_data import ChartWithTable, points_table
    from pipelines.present.format import numbers
    from pipelines.present.kpi_result import (
        points_by_place,
        points_over_time,
        read_results,
        single_result,
        sort_descending,
    )
    from pipelines.present.notebook import show
    from pipelines.present.panels import team_sizes

    store = kpi.open_store()
    year = "2023-Y"
    return (
        ChartWithTable,
        read_results,
        points_by_place,
        charts,
        numbers,
        kpi,
        points_table,
        mo,
        single_result,
        points_over_time,
        pl,
        sort_descending,
        show,
        team_sizes,
        store,
        year,
    )


@app.cell
def _(kpi, single_result, store, year):
    whole = single_result(kpi.values("T06", period=year, store=store), "T06")
    return (whole,)


@app.cell
def _(mo, whole):
    mo.md(f"""
    # Bình quân mỗi Đội có bao nhiêu tình nguyện viên?

    Toàn thành phố có **{whole.format_base("vi").split(" / ")[0]}** tình nguyện viên trong
    **{whole.format_base("vi").split(" / ")[1]}** Đội: bình quân **{whole.format_value("vi")}**. Số bình quân chưa cho thấy chênh lệch giữa các Đội.
    """)
    return


@app.cell
def _(read_results, kpi, show, team_sizes, store, whole, year):
    wards = read_results(
        kpi.values("T06", by=["district", "ward"], period=year, store=store), "T06"
    )
    show(team_sizes.draw_size_histogram([a for a in wards if a.is_known], whole, (5, 10), "vi"))
    return (wards,)


@app.cell
def _(mo, team_sizes, wards):
    mo.md(f"""
    Mỗi xã, phường, thị trấn có một Đội, nên số liệu theo xã là quy mô của Đội.
    {team_sizes.list_extremes([a for a in wards if a.is_known], (5, 10), "vi", 5)}

    ## Theo quận, huyện

    Chênh lệch giữa các quận, huyện nhỏ hơn nhiều so với giữa các Đội. Một quận có số bình quân cao không có nghĩa
    mọi Đội của quận đều đông.
    """)
    return


@app.cell
def _(
    ChartWithTable,
    read_results,
    points_by_place,
    charts,
    kpi,
    points_table,
    sort_descending,
    show,
    store,
    whole,
    year,
):
    marks = sort_descending(
        points_by_place(
            read_results(kpi.values("T06", by=["district"], period=year, store=store), "T06"),
            "vi",
            column="district",
        )
    )
    figure = charts.draw_bars(
        marks, mean=whole.value, mean_text=f"chung {whole.format_value('vi')}"
    )
    show(
        ChartWithTable(
            figure,
            f"Từ {marks[-1].text} ({marks[-1].name}) đến {marks[0].text} ({marks[0].name})",
            points_table(marks, "Quận, huyện", "Người/Đội"),
        )
    )
    return


@app.cell
def _(kpi, pl, store, year):
    spread = (
        kpi.values("T06", by=["district", "ward"], period=year, store=store)
        .filter(pl.col("state") == "reported")
        .group_by("district_name", maintain_order=True)
        .agg(
            teams=pl.len(),
            least=pl.col("value").min(),
            median=pl.col("value").median(),
            most=pl.col("value").max(),
        )
    )
    spread
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Bổ sung và thôi tham gia

    Số cuối kỳ không cho biết biến động trong kỳ. Trên vạch là người được bổ sung, dưới vạch là người thôi tham gia, từng quý.
    """)
    return


@app.cell
def _(ChartWithTable, read_results, charts, kpi, points_table, points_over_time, show, store):
    joined, left = (
        points_over_time(read_results(kpi.values(c, by=["period"], store=store), c), "vi")
        for c in ("T04", "T05")
    )
    show(
        ChartWithTable(
            charts.draw_flows(joined, left),
            "Bổ sung và thôi tham gia theo quý",
            points_table(joined, "Quý", "Bổ sung"),
        )
    )
    return joined, left


@app.cell
def _(numbers, joined, left, mo):
    mo.md(f"""
    Tổng bốn năm: bổ sung {numbers.format_number(sum(m.value or 0 for m in joined), "vi")}, thôi tham gia
    {numbers.format_number(sum(m.value or 0 for m in left), "vi")}.
    """)
    return


if __name__ == "__main__":
    app.run()
