"""Comparing wards fairly: limits of chance instead of a league table."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="So sánh giữa các địa bàn")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi, statistics
    from pipelines.present.format import numbers
    from pipelines.present.notebook import show
    from pipelines.present.panels import peer_comparison

    store = kpi.open_store()
    district, year = "009", "2023-Y"
    return numbers, district, peer_comparison, kpi, mo, pl, show, statistics, store, year


@app.cell
def _(peer_comparison, kpi, mo, store, year):
    districts = kpi.fair("V04", "district", year, store=store)
    mo.md(f"""
    # So sánh giữa các địa bàn

    Xếp hạng luôn có địa bàn đứng cuối, kể cả khi các địa bàn như nhau: ở địa bàn ít người, tỷ lệ dao động mạnh, nên đầu và
    cuối bảng thường là những địa bàn nhỏ. Biểu đồ phễu cho biết với quy mô của địa bàn, kết quả đó có thể do ngẫu nhiên
    hay không.

    {peer_comparison.funnel_finding(districts, "district", "vi")}
    """)
    return (districts,)


@app.cell
def _(districts, peer_comparison, show):
    show(peer_comparison.draw_place_funnel(districts, "district", "vi"))
    return


@app.cell
def _(districts, peer_comparison, mo):
    mo.md(f"""
    {peer_comparison.list_outside(districts, "district", "vi")}

    Bảng dưới ghi khoảng tin cậy và khoảng thứ hạng của từng địa bàn, thay cho một thứ hạng duy nhất.
    """)
    return


@app.cell
def _(districts, pl):
    districts.places.filter(pl.col("state") == "reported").select(
        "district_name",
        "numerator",
        "denominator",
        "value",
        "low",
        "high",
        "position",
        "first",
        "last",
    )
    return


@app.cell
def _(numbers, peer_comparison, mo, statistics):
    small, large = statistics.wilson_interval(3, 4), statistics.wilson_interval(300, 400)
    spans_of = [
        f"{numbers.format_percent(100 * i.low, 'vi', 0)} đến {numbers.format_percent(100 * i.high, 'vi', 0)}"
        for i in (small, large)
    ]
    mo.md(f"""
    ## Cùng tỷ lệ, độ tin cậy khác nhau

    3 trên 4 và 300 trên 400 đều là 75 %. Khoảng tin cậy 95 % (Wilson) của 3 trên 4 là {spans_of[0]}; của 300 trên 400 là
    {spans_of[1]}. Vì thế tỷ lệ trên mẫu số nhỏ được viết thành "3 trên 4".

    ## Các xã, phường của một quận

    Trong một quận, số người mỗi xã rất ít, nên hầu hết chênh lệch nằm trong giới hạn của ngẫu nhiên.
    """)
    return


@app.cell
def _(district, peer_comparison, kpi, mo, store, year):
    wards = kpi.fair("V04", "ward", year, [district], store=store)
    mo.md(peer_comparison.funnel_finding(wards, "ward", "vi"))
    return (wards,)


@app.cell
def _(peer_comparison, show, wards):
    show(peer_comparison.draw_place_funnel(wards, "ward", "vi"))
    return


if __name__ == "__main__":
    app.run()
