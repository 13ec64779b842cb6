"""Draw referral outcomes by service and quarter, waiting times, on-site help, the pilot."""

import polars as pl

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_rows
from dashboard.components.kpi_card import list_sources
from dashboard.components.page_context import PageContext, load_results
from dashboard.components.what_changed import scope_text
from dashboard.queries import referral_queries
from pipelines.catalog import list_card_codes
from pipelines.present import charts
from pipelines.present.chart_data import points_table
from pipelines.present.format import periods
from pipelines.present.panels import referral_outcomes, team_sizes

#: More quarters than this are shown as half-years.
QUARTERS = 6
#: The pilot reported once, before the points did; its chart does not follow the selection.
PILOT_YEAR = "2020-Y"


@cached_card
def show_heading(page: PageContext) -> None:
    """Write how many referrals led to an arrival, and how many have no answer yet."""
    found, none = _load_outcomes(page)
    title = referral_outcomes.referrals_title(found, page.language, none)
    frame.show_heading(title, scope_text(page))


def _load_outcomes(page: PageContext, by: str = "service") -> tuple[pl.DataFrame, str]:
    """Return the rows that hold referrals, and the reason why there may be none."""
    found = referral_queries.load_outcomes(page.key, by, page.chosen.period, page.chosen.places)
    rows = referral_outcomes.prepare_rows(found, page.language)
    return rows, referral_outcomes.reason_for_none(found)


@cached_card
def outcome_card(page: PageContext, by: str = "service") -> None:
    """Draw outcomes as stacked bars, by service or by quarter of referral."""
    if by == "period" and len(periods.list_quarters(page.chosen.period)) > QUARTERS:
        by = "half"
    found, none = _load_outcomes(page, by)
    column = page.translate(f"column.{by}")
    drawn = referral_outcomes.draw_outcomes(
        found, column, page.language, wide=page.chart_width(640)
    )
    if by == "service":
        title = referral_outcomes.outcome_finding(found, page.language, none)
    else:
        title = referral_outcomes.waiting_finding(found, page.language, none)
    unit = page.translate(f"referrals.unit_{by}", period=page.period, place=page.place)
    happened = "" if by == "service" else page.event_text(page.chosen.period)
    coverage = page.result("R01").format_coverage(page.language)
    foot = happened, frame.source_text(page, "C"), coverage
    with open_card(page, title, unit, *foot) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key=f"outcomes_{by}")


@cached_card
def waiting_card(page: PageContext) -> None:
    """Draw the days from referral to arrival, by service."""
    found = referral_queries.load_waiting(page.key, page.chosen.period, page.chosen.places)
    rows = referral_outcomes.prepare_rows(found, page.language)
    none = referral_outcomes.reason_for_none(found)
    drawn = referral_outcomes.draw_waiting(rows, page.language, none)
    unit = page.translate("referrals.waiting_unit", period=page.period, place=page.place)
    counted = referral_outcomes.format_arrived(_load_outcomes(page)[0], page.language)
    only = page.translate("referrals.waiting_only", n=counted) if counted else ""
    with open_card(page, drawn.alt, unit, only, frame.source_text(page, "C")) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="waiting")


@cached_card
def steps_card(page: PageContext) -> None:
    """Draw the steps of referrals as a table."""
    unit = page.translate("referrals.steps_unit", period=page.period, place=page.place)
    with open_card(
        page,
        page.translate("referrals.steps"),
        unit,
        page.translate("referrals.steps_foot"),
        frame.source_text(page, "C"),
    ):
        table = referral_outcomes.steps_table(_load_outcomes(page)[0], page.language)
        show_rows(page, table, page.translate("referrals.steps"))


@cached_card
def support_card(page: PageContext) -> None:
    """Draw people helped at the point itself by kind of help; the note has parcels and money."""
    support = list_card_codes("referrals.support")
    found = page.results(*support, "H05", "H09")
    marks = team_sizes.kpi_points(found.select(support), page.language)
    title = team_sizes.leading_finding(marks, "referrals.support", page.language)
    values = {
        "parcels": found["H05"].format_value(page.language),
        "money": found["H09"].format_with_unit(page.language),
    }
    note = page.translate("referrals.support_note", **values)
    unit = page.translate("referrals.support_unit", period=page.period, place=page.place)
    table = points_table(marks, page.translate("column.help"), page.translate("column.people"))
    note = note if found["H01"].is_known else ""
    with open_card(page, title, unit, note, *list_sources(page, found["H01"])) as face:
        face.show_chart(charts.draw_bars(marks), title, table, key="support")


@cached_card
def pilot_card(page: PageContext) -> None:
    """Draw the pilot of 2020: people by service; one person may have had several."""
    pilot = list_card_codes("referrals.pilot")
    found = load_results(page.key, ("L01", "L07", *pilot), PILOT_YEAR, ())
    marks = team_sizes.kpi_points(found.select(pilot), page.language)
    people, services = found["L01"], found["L07"]
    values = {
        "people": people.format_value(page.language),
        "services": services.format_value(page.language),
    }
    about = page.translate("referrals.pilot_about")
    title = people.format_sentence(about, page.language).removesuffix(".")
    if people.is_known:
        title = page.translate("referrals.pilot", **values)
    table = points_table(marks, page.translate("column.service"), page.translate("column.people"))
    with open_card(
        page,
        title,
        page.translate("referrals.pilot_unit"),
        page.translate("referrals.pilot_note"),
        frame.source_text(page, "C"),
    ) as face:
        face.show_chart(charts.draw_bars(marks), title, table, key="pilot")
