"""Draw data quality: returns in time, missing ones, reminders, issues, outliers, revisions."""

import streamlit as st

from dashboard.components import card as frame
from dashboard.components.card import TALL, cached_card, open_card, show_table
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures, lists
from pipelines.present.format import numbers, periods
from pipelines.present.format.text import capitalise_first
from pipelines.present.panels import comparison, data_quality, headlines, reminder_list
from pipelines.reference import places

#: Pixels of the columns of issues and of unusual values.
ISSUE_WIDTHS = (120, 130, 66, 380, 104, 200)
OUTLIER_WIDTHS = (130, 120, 270, 76, 220, 164)


@cached_card
def show_heading(page: PageContext) -> None:
    """Write how many returns came, and how many of them in time."""
    found = page.results("Q01", "Q02")
    whole, timely = found["Q01"], found["Q02"]
    counted = numbers.format_fraction(whole.numerator, whole.denominator, page.language)
    finding = headlines.explain_none_due(whole, page.language)
    if whole.is_known:
        on_time = timely.format_value(page.language)
        finding = page.translate("quality.title", n=counted, timely=on_time)
    frame.show_heading(finding, scope_text(page))


@cached_card
def heatmap_card(page: PageContext) -> None:
    """Draw returns by quarter and district, or ward of the chosen districts."""
    level = page.level
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    found = page.results_by("Q01", level, "period", period=period)
    found = sorted(found, key=lambda a: places.sort_key(str(a.at[f"{level}_name"])))
    drawn = data_quality.draw_return_heatmap(
        found,
        level,
        page.language,
        left=_label_width(page),
        written=not page.phone,
    )
    unit = page.translate("quality.unit", place=page.place)
    with open_card(
        page,
        drawn.alt,
        unit,
        page.translate("quality.key_short" if page.phone else "quality.key"),
        page.event_text(period),
        frame.source_text(page, "Q"),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="returns", grow=False)


def _label_width(page: PageContext) -> int:
    """Return the pixels of the places' names beside the heatmap."""
    if not page.phone:
        return 130
    return 86 if page.level == "district" else 106


@cached_card
def missing_card(page: PageContext) -> None:
    """Draw which returns of the period have not come, quarter by quarter."""
    found = lists.load_missing(page.key, page.chosen.period, page.chosen.places)
    key = "quality.missing_none" if page.result("Q01").denominator else "quality.title_none"
    if found.height:
        key = "quality.missing"
    title = page.translate(key, n=numbers.format_number(found.height, page.language))
    unit = page.translate("quality.missing_unit", period=page.period, place=page.place)
    with open_card(page, title, unit, frame.source_text(page, "Q")):
        if found.height:
            table = data_quality.missing_table(found, page.language)
            show_table(table, title, rows=10, left=4)


@cached_card
def timely_card(page: PageContext) -> None:
    """Draw returns in time, late and not received, by quarter."""
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    codes = ("Q01", "Q02")
    complete = page.results_by("Q01", "period", period=period, among=codes)
    timely = page.results_by("Q02", "period", period=period, among=codes)
    drawn = data_quality.draw_timeliness(
        complete, timely, page.language, wide=page.chart_width(330)
    )
    unit = page.translate("timely.unit", place=page.place, days=figures.load_settings().timely_days)
    foot = page.event_text(period), frame.source_text(page, "Q")
    with open_card(page, drawn.alt, unit, *foot) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="timely")


@cached_card
def rule_card(page: PageContext) -> None:
    """Draw how often each rule is broken."""
    found = lists.load_issues(page.key, page.chosen.period, page.chosen.places)
    letters = 42 if page.phone else data_quality.LETTERS
    drawn = data_quality.draw_rules(found, page.language, letters=letters)
    unit = page.translate("troubles.rules_unit", period=page.period, place=page.place)
    title = page.qualify_finding(drawn.alt, page.translate("troubles.issues"))
    source = frame.source_text(page, "Q")
    with open_card(page, title, unit, source) as face:
        if found.height:
            face.show_chart(drawn.figure, drawn.alt, drawn.table, key="rules")


def issue_card(page: PageContext) -> None:
    """Draw the open issues one by one; picking a row goes to the ward."""
    found = lists.load_issues(page.key, page.chosen.period, page.chosen.places)
    if found.is_empty():
        return
    title = page.translate("troubles.issues")
    title = page.qualify_finding(title, title)
    unit = page.translate("troubles.issues_unit", period=page.period, place=page.place)
    with open_card(page, title, unit):
        picked = "issue_rows", tuple(found["ward"].to_list())
        show_table(
            data_quality.issue_table(found, page.language),
            title,
            rows=8,
            left=6,
            high=TALL,
            widths=ISSUE_WIDTHS,
            pick=picked,
        )


def outlier_card(page: PageContext) -> None:
    """Draw unusual values beside their earlier ones; picking a row goes to the ward."""
    quarter = comparison.last_quarter(page.chosen.period)
    found = lists.load_outliers(page.key, quarter, page.chosen.places)
    key = "troubles.outliers" if found.height else "troubles.no_outliers"
    title = page.translate(key, n=found.height)
    if page.sees_lists != "whole":
        # NOTE: values that are no secret are shown to everybody.
        title = page.translate("rights.own", finding=title)
    when = capitalise_first(data_quality.format_quarter(quarter, page.language))
    unit = page.translate(
        "troubles.outliers_unit", period=when, place=page.place, n=data_quality.SHOWN
    )
    with open_card(page, title, unit, page.translate("troubles.outliers_foot")):
        if found.height:
            picked = "outlier_rows", data_quality.outlier_codes(found)
            show_table(
                data_quality.outlier_table(found, page.language),
                title,
                rows=10,
                left=3,
                widths=OUTLIER_WIDTHS,
                pick=picked,
            )


@cached_card
def revision_card(page: PageContext) -> None:
    """Draw the values that changed after their period was closed."""
    found = lists.load_revisions(page.key, page.chosen.period, page.chosen.places)
    title = page.qualify_finding(
        data_quality.revision_finding(found, page.language),
        page.translate("troubles.revisions_about"),
    )
    unit = page.translate("troubles.revisions_unit", period=page.period, place=page.place)
    with open_card(page, title, unit, page.translate("troubles.revisions_foot")):
        if found.height:
            show_table(data_quality.revision_table(found, page.language), title, rows=10, left=3)


def reminder_card(page: PageContext) -> None:
    """Draw who is to be reminded in the whole period; for one district the message to send too."""
    period = page.chosen.period
    found = lists.load_reminders(page.key, period, page.chosen.districts)
    when = periods.format_period_in_sentence(period, page.language)
    finding = reminder_list.reminder_finding(found, when, page.language)
    title = page.qualify_finding(finding, page.translate("timely.chase_about", period=when))
    if not page.key.scope.sees_some:
        title = page.translate("timely.not_yours")
    key = "timely.message_unit" if len(found) == 1 else "timely.chase_unit"
    unit = page.translate(key, period=when) if found else ""
    with open_card(page, title, unit, frame.source_text(page, "Q")):
        if len(found) == 1:
            st.code(found[0].build_message(page.language), language=None, wrap_lines=True)
        if found:
            picked = "chase_rows", reminder_list.reminder_districts(found)
            table = reminder_list.reminder_table(found, page.language)
            show_table(table, title, rows=10, left=6, pick=picked)
