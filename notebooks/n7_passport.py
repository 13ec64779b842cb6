"""From a published figure to its cells: add them again, and see which file, sheet and cell each came from."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Từ số công bố đến từng ô")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi
    from pipelines.present import charts
    from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
    from pipelines.present.format import numbers
    from pipelines.present.notebook import show

    store = kpi.open_store()
    figure_id = "F32"
    return (
        DataPoint,
        ChartWithTable,
        charts,
        numbers,
        figure_id,
        kpi,
        points_table,
        mo,
        pl,
        show,
        store,
    )


@app.cell
def _(numbers, figure_id, kpi, mo, pl, store):
    published = kpi.published(store=store).filter(pl.col("figure") == figure_id).row(0, named=True)
    mo.md(f"""
    # Từ số công bố đến từng ô

    Bài báo ({published["source"]}) viết: **{numbers.format_number(published["published"], "vi")}** {published["label_vi"].lower()},
    kỳ {published["period"]}. Số tính được là **{numbers.format_number(published["computed"], "vi")}**. Số này được cộng từ các ô dưới đây.
    """)
    return (published,)


@app.cell
def _(kpi, published, store):
    cells = kpi.passport(published["kpi"], published["period"], store=store)
    cells.select(
        "district_name",
        "ward_name",
        "reporter",
        "period",
        "value",
        "sheet",
        "cell",
        "submission",
        "received",
    )
    return (cells,)


@app.cell
def _(cells, numbers, mo, pl, published):
    added = cells.filter(pl.col("side") == "numerator")["value"].sum()
    mo.md(f"""
    **{numbers.format_number(cells.height, "vi")} ô** từ {numbers.format_number(cells["submission"].n_unique(), "vi")} lần nộp cộng lại được
    **{numbers.format_number(added, "vi")}**: {"đúng bằng số công bố" if added == published["published"] else "khác số công bố"}.
    Mỗi dòng có tệp (bằng mã SHA-256), trang tính và địa chỉ ô, nên có thể mở lại tệp để kiểm tra.
    """)
    return (added,)


@app.cell
def _(DataPoint, ChartWithTable, cells, charts, numbers, points_table, pl, show):
    places = (
        cells.group_by("ward_name")
        .agg(pl.col("value").sum())
        .sort("value", descending=True)
        .head(10)
    )
    marks = [
        DataPoint(name, value, numbers.format_number(value, "vi"), "")
        for name, value in places.iter_rows()
    ]
    show(
        ChartWithTable(
            charts.draw_bars(marks),
            f"Nhiều nhất ở {marks[0].name}: {marks[0].text} lượt",
            points_table(marks, "Địa bàn", "Lượt"),
        )
    )
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Tất cả số công bố

    `agrees`: số tính được đúng với câu chữ của bài báo ("trên 100.000" là một cận dưới); `claim`: số không có
    chỉ tiêu tương ứng, hoặc tính trên cơ sở khác.
    """)
    return


@app.cell
def _(kpi, store):
    every = kpi.published(store=store)
    every.select(
        "figure",
        "label_vi",
        "period",
        "qualifier",
        "published",
        "computed",
        "difference",
        "state",
        "source",
    )
    return (every,)


@app.cell
def _(every, mo, pl):
    agreed = every.filter(pl.col("state") == "agrees").height
    mo.md(f"""
    {agreed} trên {every.height} số công bố khớp. Mã kiểm tra của bảng này ở ô dưới; cùng bản số liệu thì cùng mã.
    """)
    return


@app.cell
def _(every, kpi, store):
    store.name, kpi.digest(every)
    return


if __name__ == "__main__":
    app.run()
