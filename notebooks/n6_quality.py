"""A data-quality audit: who reported, in time, with what errors, and which values are unlike their own past."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Kiểm tra chất lượng số liệu")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi
    from pipelines.present.format import numbers
    from pipelines.present.kpi_result import read_results, results_by_code
    from pipelines.present.notebook import show
    from pipelines.present.panels import data_quality

    store = kpi.open_store()
    period, quarter = "2022-Y..2023-Y", "2023-Q4"
    return (
        read_results,
        results_by_code,
        numbers,
        kpi,
        mo,
        period,
        pl,
        quarter,
        data_quality,
        show,
        store,
        data_quality,
    )


@app.cell
def _(results_by_code, kpi, mo, period, store):
    three = kpi.figures(["Q01", "Q02", "Q03"], period=period, store=store)
    got, early, full = (results_by_code(three)[code] for code in ("Q01", "Q02", "Q03"))
    mo.md(f"""
    # Chất lượng số liệu

    Hai năm gần nhất: nhận **{got.format_value("vi")}** số báo cáo phải nộp ({got.format_base("vi")}), **{early.format_value("vi")}** đúng hạn, điền
    **{full.format_value("vi")}** số ô phải điền. Đơn vị không nộp được ghi là "chưa báo cáo", không ước tính thay.
    """)
    return


@app.cell
def _(read_results, kpi, period, show, store, data_quality):
    received, on_time = (
        read_results(kpi.values(c, by=["period"], period=period, store=store), c)
        for c in ("Q01", "Q02")
    )
    show(data_quality.draw_timeliness(received, on_time, "vi"))
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Tình hình nộp báo cáo theo quý

    Mỗi hàng là một quận, huyện; ô có dấu ✓ là đủ, ô có số là số báo cáo đã nhận trên số phải nộp.
    """)
    return


@app.cell
def _(read_results, kpi, period, data_quality, show, store):
    grid = read_results(
        kpi.values("Q01", by=["district", "period"], period=period, store=store), "Q01"
    )
    show(data_quality.draw_return_heatmap(grid, "district", "vi"))
    return


@app.cell
def _(kpi, period, store):
    kpi.missing(period, store=store).select("district_name", "ward_name", "form", "period")
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Lỗi và cảnh báo theo quy tắc

    Mỗi dòng là một ô sai hoặc một cảnh báo chưa xử lý, trong báo cáo mới nhất của mỗi đơn vị.
    """)
    return


@app.cell
def _(kpi, period, pl, store):
    troubles = kpi.issues(period, store=store)
    troubles.group_by("code", "severity").agg(
        cells=pl.len(), places=pl.col("ward").n_unique()
    ).sort("cells", descending=True)
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Báo cáo có mọi ô bằng 0

    Số 0 là số liệu hợp lệ, nhưng báo cáo có mọi ô bằng 0 cần được kiểm tra lại.
    """)
    return


@app.cell
def _(kpi, period, pl, store):
    zeroes = kpi.coverage(period, store=store).filter(pl.col("state") == "zero")
    zeroes.group_by("form", "period").len().sort("form", "period")
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Giá trị bất thường so với các kỳ trước

    So với các quý trước của chính đơn vị, bằng điểm z cải biên (Iglewicz và Hoaglin). Bất thường chưa chắc là sai.
    """)
    return


@app.cell
def _(kpi, quarter, store):
    kpi.outliers(quarter, store=store).select(
        "district_name", "ward_name", "measure", "value", "before", "score", "sheet", "cell"
    )
    return


if __name__ == "__main__":
    app.run()
