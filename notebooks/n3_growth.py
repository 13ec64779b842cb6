"""Growth of counselling points 2021-2023, how sure it is, and what it would take to reach the target."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Tăng trưởng số Điểm tư vấn")


@app.cell
def _():
    import marimo as mo

    from pipelines import kpi, statistics
    from pipelines.present import charts
    from pipelines.present.format import numbers
    from pipelines.present.kpi_result import read_results, single_result
    from pipelines.present.notebook import show
    from pipelines.present.panels import growth

    store = kpi.open_store()
    years = "2021-Y..2023-Y"
    goal = (60, 2025)
    return (
        read_results,
        charts,
        numbers,
        goal,
        growth,
        kpi,
        mo,
        single_result,
        show,
        statistics,
        store,
        years,
    )


@app.cell
def _(read_results, goal, growth, kpi, mo, store):
    found = read_results(
        kpi.values("P01", by=["period"], period="2020-Q4..2023-Q4", store=store), "P01"
    )
    working = read_results(
        kpi.values("P07", by=["period"], period="2020-Q4..2023-Q4", store=store), "P07"
    )
    picture = growth.draw_growth(found, working, goal, "vi")
    mo.md("# Tăng trưởng số Điểm tư vấn")
    return found, picture


@app.cell
def _(picture, show):
    show(picture)
    return


@app.cell
def _(mo):
    mo.md(r"""
    Đường bậc thang là số Điểm cuối mỗi quý theo sổ đăng ký; đường xám là số Điểm có tư vấn trong quý. Mười bốn Điểm có
    trước năm 2021 không có ngày thành lập trong sổ đăng ký, nên tính vào số đầu kỳ và không tính vào tăng trưởng.
    """)
    return


@app.cell
def _(kpi, store, years):
    yearly = kpi.growth(by=["year"], period=years, store=store)
    yearly
    return (yearly,)


@app.cell
def _(read_results, growth, kpi, show, store):
    show(
        growth.draw_founded(
            read_results(
                kpi.values("P02", by=["year"], period="2020-Y..2023-Y", store=store), "P02"
            ),
            "vi",
        )
    )
    return


@app.cell
def _(numbers, found, goal, kpi, single_result, statistics, store, years):
    new = single_result(kpi.values("P02", period=years, store=store), "P02")
    limits = statistics.count_interval(round(new.value))
    pace = {
        name: numbers.format_number(n / 3, "vi", 1)
        for name, n in (("low", limits.low), ("here", new.value), ("high", limits.high))
    }
    needed = (goal[0] - found[-1].value) / (goal[1] - 2023)
    return limits, needed, new, pace


@app.cell
def _(numbers, goal, mo, needed, new, pace):
    mo.md(f"""
    ## Tốc độ tăng và độ tin cậy

    Ba năm thêm **{new.format_value("vi")}** Điểm, tức {pace["here"]} Điểm một năm. Số Điểm thành lập ít: nếu coi mỗi lần thành lập là
    một sự kiện ngẫu nhiên với tốc độ không đổi, tốc độ đó trong khoảng **{pace["low"]} đến {pace["high"]} Điểm một năm**
    (khoảng tin cậy 95 %, phương pháp Byar). Để đạt {goal[0]} Điểm vào năm {goal[1]} cần
    **{numbers.format_number(needed, "vi", 0)} Điểm một năm**. So tốc độ này với khoảng trên để biết mục tiêu có khả
    thi không; phép so sánh không cho biết nguyên nhân.

    ## Độ tin cậy của ngày thành lập
    """)
    return


@app.cell
def _(kpi, store):
    dates = kpi.points("2023-Y", store=store)
    dates.group_by("confidence").len().sort("len", descending=True)
    return


@app.cell
def _(kpi, store):
    kpi.points("2023-Y", store=store).select(
        "ward_name", "district_name", "founded", "confidence", "facility"
    )
    return


if __name__ == "__main__":
    app.run()
