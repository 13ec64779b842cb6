"""The overview built plainly, for comparison: plotly express, a question per chart, nothing kept.

`CAUNOI_HOME=HOME streamlit run tests/benchmarks/plain_page.py`
"""

import plotly.express as px
import polars as pl
import streamlit as st

from pipelines import catalog, kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.present.format import periods
from pipelines.present.panels import comparison
from pipelines.reference.periods import parse_period

HEADLINES, TOPICS = ("T06", "K01", "R08", "P01"), ("U01", "U02", "U03", "U04", "U05")
CHOSEN = "O04"
PERIODS = ["2021-Y..2023-Y", *(q.code for q in reversed(parse_period("2021-Y..2023-Y").quarters))]


@st.cache_resource
def store() -> WarehouseReader:
    return kpi.open_store(settings.load_settings())


def rows(code: str, *by: str, over: str) -> pl.DataFrame:
    return kpi.values(code, by=list(by), period=over, store=store())


def headline(code: str, period: str, trail: str) -> None:
    earlier = comparison.pair_with_previous(catalog.find_kpi(code), period).before.code
    now, before = (rows(code, over=p)["value"][0] for p in (period, earlier))
    change = None if now is None or before is None else round(now - before, 2)
    st.metric(
        code,
        now,
        change,
        chart_data=rows(code, "period", over=trail)["value"].drop_nulls().to_list(),
        border=True,
    )


def tiles(period: str) -> None:
    grid = pl.read_csv(
        settings.REFERENCE / "tilegrid.csv", schema_overrides={"district_code": pl.String}
    )
    found = rows(CHOSEN, "district", "ward", over=period).join(
        grid, left_on="district", right_on="district_code"
    )
    place = pl.int_range(pl.len()).over("district")
    spots = found.with_columns(x=pl.col("col") * 8 + place % 6, y=-(pl.col("row") * 7 + place // 6))
    st.plotly_chart(
        px.scatter(spots, x="x", y="y", color="value", hover_name="ward_name"), key="map"
    )


def page() -> None:
    st.set_page_config(layout="wide")
    period = st.selectbox(
        "Report period", PERIODS, format_func=lambda code: periods.format_period(code, "en")
    )
    trail = comparison.trend_quarters(period, parse_period("2020-Q1").first)
    for column, code in zip(st.columns(4), HEADLINES, strict=True):
        with column:
            headline(code, period, trail)
    tiles(period)
    st.plotly_chart(px.line(rows(CHOSEN, "period", over=trail), x="period", y="value"), key="trend")
    growth = rows("P01", "period", over=comparison.with_opening(period))
    st.plotly_chart(px.line(growth, x="period", y="value", line_shape="hv"), key="growth")
    topics = kpi.figures(TOPICS, (), period, store=store())
    st.plotly_chart(px.bar(topics, x="value", y="kpi", orientation="h"), key="topics")
    places = rows(CHOSEN, "district", over=period).sort("value")
    st.plotly_chart(px.bar(places, x="value", y="district_name", orientation="h"), key="places")
    st.caption(f"period {periods.format_period(period, 'en')} (")


page()
