"""Referral waiting times and outcomes as cohorts: arrivals where refusals and losses compete."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Thời gian chờ và kết quả chuyển gửi")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines import kpi, statistics
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
        statistics,
        store,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # Thời gian chờ và kết quả chuyển gửi

    Thời gian chờ tính từ ngày chuyển gửi đến ngày khách hàng đến nơi tiếp nhận. Lượt chưa kết thúc được theo dõi đến
    ngày chốt số liệu. Lượt bị từ chối hoặc không theo dõi được đã kết thúc và không thể đến nơi nữa: đó là các kết cục
    cạnh tranh. Phương pháp Aalen – Johansen ước lượng tỷ lệ đến nơi khi có các kết cục đó; phương pháp Kaplan – Meier coi
    chúng là "chưa đến" nên chỉ cho cận trên.
    """)
    return


@app.cell
def _(kpi, store):
    slips = kpi.sql(
        """
        select
            p.year, r.service,
            case when r.attended then 1 when r.pending then 0 else 2 end as cause,
            coalesce(r.attended_date, r.answered_date, $day) - r.referral_date as waited
        from mart.referrals as r
        inner join ref.periods as p on p.quarter_index = r.quarter_index
        where r.programme = 'M4' and p.year between 2021 and 2023
        """,
        {"day": store.span.end},
        scope=kpi.STEWARD,
        store=store,
    )
    slips.group_by("year", "cause").len().sort("year", "cause")
    return (slips,)


@app.cell
def _(pl, slips, statistics):
    cohorts = {year: slips.filter(pl.col("year") == year) for year in (2021, 2022, 2023)}
    curves = {
        year: statistics.cumulative_incidence(rows["waited"].to_list(), rows["cause"].to_list())
        for year, rows in cohorts.items()
    }
    return cohorts, curves


@app.cell
def _(DataPoint, curves, days, numbers):
    marks = {
        year: [
            DataPoint(
                str(d), 100 * curve.at(d), numbers.format_percent(100 * curve.at(d), "vi", 0), ""
            )
            for d in days
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
def _(cohorts, curves, numbers, mo, pl):
    share, error = curves[2023].at(14), curves[2023].error_at(14)
    at_14 = [
        numbers.format_percent(100 * min(1.0, max(0.0, share + side * 1.96 * error)), "vi", 0)
        for side in (-1, 0, 1)
    ]
    mo.md(f"""
    Trục ngang là số ngày từ khi chuyển gửi, trục dọc là ước lượng tỷ lệ đã đến nơi; đường đậm là các lượt năm 2023
    ({cohorts[2023].height} lượt), đường xám là năm 2022 ({cohorts[2022].height} lượt). Sau 14 ngày, ước lượng cho năm 2023
    là {at_14[1]}, khoảng tin cậy 95 % từ {at_14[0]} đến {at_14[2]}. Với số lượt ít, chỉ khác biệt lớn giữa hai năm mới
    phát hiện được.

    Năm 2023 có {cohorts[2023].filter(pl.col("cause") == 2).height} lượt bị từ chối hoặc không theo dõi được trước khi đến nơi.

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
