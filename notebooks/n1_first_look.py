"""A first look: what can be asked, how an answer reads, a first picture, and free SQL."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Làm quen")


@app.cell
def _():
    import marimo as mo

    from pipelines import kpi
    from pipelines.catalog import find_kpi as definition
    from pipelines.present import charts
    from pipelines.present.chart_data import ChartWithTable, points_table
    from pipelines.present.format import numbers
    from pipelines.present.kpi_result import (
        points_by_place,
        read_results,
        single_result,
        sort_descending,
    )
    from pipelines.present.notebook import show

    store = kpi.open_store()
    return (
        ChartWithTable,
        read_results,
        points_by_place,
        charts,
        definition,
        numbers,
        kpi,
        points_table,
        mo,
        single_result,
        sort_descending,
        show,
        store,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # Làm quen với số liệu

    Mọi số liệu của Cầu Nối đều lấy qua `pipelines.kpi`. Sổ tay phân tích này tra cứu một số chỉ tiêu và giải thích kết
    quả; số liệu ở đây đúng như trên trang, vì dùng cùng một hàm. Để vẽ biểu đồ khác: đổi mã chỉ tiêu ở ô bên dưới rồi
    chạy lại.
    """)
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Các chỉ tiêu có thể tra cứu

    `kpi.list_kpis()` liệt kê mọi chỉ tiêu với tên, định nghĩa, đơn vị và công thức.
    """)
    return


@app.cell
def _(kpi):
    kpi.list_kpis().select("kpi", "name", "label_vi", "unit", "numerator", "denominator")
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Kết quả tra cứu

    `kpi.values` cho mỗi tổ hợp một dòng. Bên cạnh giá trị luôn có tử số, mẫu số, số báo cáo phải nộp và đã nhận,
    trạng thái và độ chính xác. Có bốn trạng thái khác nhau: báo cáo bằng 0, chưa báo cáo (`not_reported`),
    không áp dụng (`not_applicable`) và bị ẩn (`suppressed`); không trạng thái nào thay cho trạng thái khác.
    """)
    return


@app.cell
def _():
    code, period = "T06", "2023-Y"
    return code, period


@app.cell
def _(code, kpi, period, store):
    by_district = kpi.values(code, by=["district"], period=period, store=store)
    by_district
    return (by_district,)


@app.cell
def _(
    ChartWithTable,
    read_results,
    by_district,
    points_by_place,
    charts,
    code,
    definition,
    points_table,
    single_result,
    kpi,
    period,
    sort_descending,
    show,
    store,
):
    known = definition(code)
    marks = sort_descending(
        points_by_place(read_results(by_district, code), "vi", column="district")
    )
    whole = single_result(kpi.values(code, period=period, store=store), code)
    figure = charts.draw_bars(
        marks[:10], mean=whole.value, mean_text=f"chung {whole.format_value('vi')}"
    )
    show(
        ChartWithTable(
            figure,
            f"{known.label.vi}: mười địa bàn cao nhất",
            points_table(marks, "Địa bàn", known.label.vi),
        )
    )
    return (whole,)


@app.cell
def _(numbers, mo, whole):
    mo.md(f"""
    Cả thành phố: **{whole.format_with_unit("vi")}**, tính từ {whole.format_base("vi")}; {whole.format_coverage("vi").lower()} Tỷ lệ của thành phố là
    Σ tử số trên Σ mẫu số, không phải trung bình của {numbers.format_number(30, "vi")} tỷ lệ.
    """)
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Truy vấn bằng SQL

    Các bảng của lược đồ `mart` và `ref` được ghi chú từng cột; kết nối chỉ đọc, mỗi lần một câu `SELECT`, giá trị đưa vào
    bằng `$tên`.
    """)
    return


@app.cell
def _(kpi):
    kpi.tables().group_by("table", maintain_order=True).agg("grain_vi").select("table", "grain_vi")
    return


@app.cell
def _(kpi, store):
    kpi.sql(
        """
        select p.year, count(distinct f.reporter_id) as teams, sum(f.value)::bigint as contacts
        from mart.facts as f
        inner join ref.periods as p on p.quarter_index = f.quarter_index
        where f.measure = $measure
        group by p.year
        order by p.year
        """,
        {"measure": "a31"},
        store=store,
    )
    return


@app.cell
def _(mo):
    mo.md(r"""
    `kpi.digest(...)` cho mã kiểm tra ngắn của một kết quả. Trên trang, nút *Mở trong sổ tay phân tích* cho đoạn mã tra cứu
    đúng số liệu đó và mã kiểm tra; hai mã giống nhau nghĩa là hai kết quả giống nhau.
    """)
    return


@app.cell
def _(by_district, kpi):
    kpi.digest(by_district)
    return


if __name__ == "__main__":
    app.run()
