"""Referral waiting times and outcomes as cohorts: Kaplan-Meier curves with open referrals counted as open."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Thời gian chờ và kết quả chuyển gửi")


@app.cell
def _():
    import marimo as mo
    import polars as pl
    from scipy import stats

    from pipelines import kpi
    from pipelines.present import charts
    from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
    from pipelines.present.format import numbers
    from pipelines.present.notebook import show
    from pipelines.present.panels import referral_outcomes

    store = kpi.open_store()
    days = list(range(46))
    return (
        DataPoint,
        ChartWithTable,
        charts,
        days,
        numbers,
        kpi,
        points_table,
        mo,
        pl,
        referral_outcomes,
        show,
        stats,
        store,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # Thời gian chờ và kết quả chuyển gửi

    Thời gian chờ tính từ ngày chuyển gửi đến ngày khách hàng đến nơi tiếp nhận. Lượt chưa kết thúc chưa có thời gian
    chờ; nếu bỏ các lượt đó thì chỉ còn những lượt nhanh. Phương pháp Kaplan – Meier giữ các lượt đó trong phép tính đến
    ngày chốt số liệu, vì đã biết thời gian chờ tối thiểu.
    """)
    return


@app.cell
def _(kpi, store):
    slips = kpi.sql(
        """
        select
            p.year, r.service, r.attended,
            coalesce(r.attended_date, r.outcome_date, $day) - r.referral_date as waited
        from mart.referrals as r
        inner join ref.periods as p on p.quarter_index = r.quarter_index
        where r.programme = 'M4' and p.year between 2021 and 2023
        """,
        {"day": store.span.end},
        scope=kpi.STEWARD,
        store=store,
    )
    slips.group_by("year", "attended").len().sort("year", "attended")
    return (slips,)


@app.cell
def _(pl, slips, stats):
    cohorts = {year: slips.filter(pl.col("year") == year) for year in (2021, 2022, 2023)}
    samples = {
        year: stats.CensoredData(
            uncensored=rows.filter("attended")["waited"].to_numpy(),
            right=rows.filter(~pl.col("attended"))["waited"].to_numpy(),
        )
        for year, rows in cohorts.items()
    }
    curves = {year: stats.ecdf(sample) for year, sample in samples.items()}
    return cohorts, curves, samples


@app.cell
def _(DataPoint, curves, days, numbers):
    marks = {
        year: [
            DataPoint(str(d), 100 * float(c), numbers.format_percent(100 * float(c), "vi", 0), "")
            for d, c in zip(days, curve.cdf.evaluate(days), strict=True)
        ]
        for year, curve in curves.items()
    }
    return (marks,)


@app.cell
def _(ChartWithTable, charts, numbers, points_table, marks, show):
    alt = f"Ước lượng sau 45 ngày: {marks[2023][-1].text} lượt năm 2023 đến nơi (năm 2022: {marks[2022][-1].text})"
    figure = charts.draw_steps(
        marks[2023],
        lambda v: numbers.format_percent(v, "vi", 0),
        context=marks[2022],
        name="2022",
        height=280,
    )
    show(ChartWithTable(figure, alt, points_table(marks[2023], "Ngày", "Đã đến nơi")))
    return


@app.cell
def _(cohorts, curves, numbers, mo, pl, samples, stats):
    test = stats.logrank(samples[2023], samples[2022])
    band = curves[2023].cdf.confidence_interval(0.95)
    at_14 = [
        numbers.format_percent(100 * float(side.evaluate([14])[0]), "vi", 0)
        for side in (band.low, curves[2023].cdf, band.high)
    ]
    mo.md(f"""
    Trục ngang là số ngày từ khi chuyển gửi, trục dọc là ước lượng tỷ lệ đã đến nơi; đường đậm là các lượt năm 2023
    ({cohorts[2023].height} lượt), đường xám là năm 2022 ({cohorts[2022].height} lượt). Sau 14 ngày, ước lượng cho năm 2023
    là {at_14[1]}, khoảng tin cậy 95 % từ {at_14[0]} đến {at_14[2]}. Kiểm định log-rank giữa hai năm cho
    p = {numbers.format_number(float(test.pvalue), "vi", 2)}: với số lượt ít, chỉ khác biệt lớn mới phát hiện được.

    Lượt không theo dõi được hoặc bị từ chối được tính là "chưa đến, không theo dõi tiếp" từ ngày kết thúc: {cohorts[2023].filter(~pl.col("attended")).height}
    lượt năm 2023 không đến nơi. Vì thế đường cong là cận trên của tỷ lệ đến nơi thực tế.

    ## Tình trạng các lượt chuyển gửi
    """)
    return


@app.cell
def _(kpi, referral_outcomes, show, store):
    by_service = referral_outcomes.prepare_rows(
        kpi.outcomes(["service"], "2021-Y..2023-Y", store=store), "vi"
    )
    show(referral_outcomes.draw_outcomes(by_service, "Dịch vụ", "vi"))
    return


@app.cell
def _(mo):
    mo.md(r"""
    ## Trung vị theo dịch vụ

    Dịch vụ có dưới năm lượt đến nơi không tính trung vị, vì kết quả có thể làm lộ thông tin của một người.
    """)
    return


@app.cell
def _(kpi, referral_outcomes, show, store):
    show(
        referral_outcomes.draw_waiting(
            referral_outcomes.prepare_rows(
                kpi.waiting(["service"], "2021-Y..2023-Y", store=store), "vi"
            ),
            "vi",
        )
    )
    return


if __name__ == "__main__":
    app.run()
