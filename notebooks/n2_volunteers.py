"""Volunteers per team by district: sizes of teams, means that hide them, what joined and left."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Tình nguyện viên mỗi đội")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi
    from pipelines.present import charts, display, sizes
    from pipelines.present.answers import answers, by_place, one, over_time, ranked
    from pipelines.present.marks import Picture, listing
    from pipelines.present.notebook import show

    store = kpi.open_store()
    year = "2023-Y"
    return (
        Picture,
        answers,
        by_place,
        charts,
        display,
        kpi,
        listing,
        mo,
        one,
        over_time,
        pl,
        ranked,
        show,
        sizes,
        store,
        year,
    )


@app.cell
def _(kpi, one, store, year):
    whole = one(kpi.values("T06", period=year, store=store), "T06")
    return (whole,)


@app.cell
def _(mo, whole):
    mo.md(f"""
    # Mỗi đội có bao nhiêu tình nguyện viên?

    Toàn thành phố có **{whole.base("vi").split(" / ")[0]}** tình nguyện viên trong
    **{whole.base("vi").split(" / ")[1]}** đội: bình quân **{whole.text("vi")}**. Bình quân ấy che mất điều gì?
    """)
    return


@app.cell
def _(answers, kpi, show, sizes, store, whole, year):
    wards = answers(kpi.values("T06", by=["district", "ward"], period=year, store=store), "T06")
    show(sizes.histogram([a for a in wards if a.known], whole, (5, 10), "vi"))
    return (wards,)


@app.cell
def _(mo, sizes, wards):
    mo.md(f"""
    Mỗi xã, phường, thị trấn có một đội, nên con số theo xã là quy mô đội.
    {sizes.named([a for a in wards if a.known], (5, 10), "vi", 5)}

    ## Theo quận, huyện

    Chênh lệch giữa các quận, huyện nhỏ hơn nhiều so với giữa các đội. Một quận đứng cao không có nghĩa mọi đội của quận
    đều đông.
    """)
    return


@app.cell
def _(Picture, answers, by_place, charts, kpi, listing, ranked, show, store, whole, year):
    marks = ranked(
        by_place(answers(kpi.values("T06", by=["district"], period=year, store=store), "T06"), "vi", column="district")
    )
    figure = charts.bars(marks, mean=whole.value, mean_text=f"chung {whole.text('vi')}")
    show(
        Picture(
            figure,
            f"Từ {marks[-1].text} ({marks[-1].name}) đến {marks[0].text} ({marks[0].name})",
            listing(marks, "Quận, huyện", "Người/đội"),
        )
    )
    return


@app.cell
def _(kpi, pl, store, year):
    spread = (
        kpi.values("T06", by=["district", "ward"], period=year, store=store)
        .filter(pl.col("state") == "reported")
        .group_by("district_name", maintain_order=True)
        .agg(teams=pl.len(), least=pl.col("value").min(), median=pl.col("value").median(), most=pl.col("value").max())
    )
    spread
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Vào và ra

    Số cuối kỳ chỉ cho biết còn lại bao nhiêu. Trên vạch là người được bổ sung, dưới vạch là người thôi tham gia, từng quý.
    """)
    return


@app.cell
def _(Picture, answers, charts, kpi, listing, over_time, show, store):
    joined, left = (over_time(answers(kpi.values(c, by=["period"], store=store), c), "vi") for c in ("T04", "T05"))
    show(Picture(charts.flows(joined, left), "Bổ sung và thôi tham gia theo quý", listing(joined, "Quý", "Bổ sung")))
    return joined, left


@app.cell
def _(display, joined, left, mo):
    mo.md(f"""
    Bốn năm cộng lại: bổ sung {display.number(sum(m.value or 0 for m in joined), "vi")}, thôi tham gia
    {display.number(sum(m.value or 0 for m in left), "vi")}.
    """)
    return


if __name__ == "__main__":
    app.run()
