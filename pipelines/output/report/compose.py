"""Composition of a whole report, every word of it, from a build for one period and reader."""

from collections.abc import Sequence
from datetime import datetime

from pipelines import kpi
from pipelines.catalog import Language
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.kpi.geography import REPORTED, check_geography
from pipelines.kpi.query_grid import find_named_place
from pipelines.output.report import narrative, tables
from pipelines.output.report.charts import draw_chart
from pipelines.output.report.document import Report, ReportSection
from pipelines.output.report.letterhead import (
    compose_addressing,
    compose_letterhead,
    compose_words,
)
from pipelines.output.report.query import ReportQuery, SectionPlan, load_layout
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.present.panels import comparison, event_notes
from pipelines.present.panels.geography import describe_method, describe_series
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Quarter, Span, parse_period
from pipelines.reference.places import District, Place

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
#: Returns not received that are named; the rest is counted.
NAMED = 12


def compose_report(
    store: WarehouseReader,
    period: str,
    places: Sequence[str] = (),
    *,
    scope: Scope = CITY,
    language: Language = "vi",
    geography: str = REPORTED,
) -> Report:
    """Compose the report of `places` for one period, as `scope` may see it.

    `places` are district or ward codes of the period, or of the `geography` whose units the figures
    are asked in; none mean the city. Raises PeriodError, PlaceError, and
    Refused (report_empty) for a period of which nothing is known.
    """
    ids = _list_ids(places, period, geography)
    asked = ReportQuery(store, period, ids, scope, language, geography)
    if not asked.has_figures:
        named = periods.format_period(asked.span, language)
        raise Refused("nothing is known of the period", code="report_empty", period=named)
    return _compose_parts(asked)


def _compose_titles(asked: ReportQuery) -> tuple[str, str]:
    """Write what the report is about, and of which place and days."""
    language = asked.language
    period_words = periods.format_period_in_sentence(asked.span, language)
    place, dates = _describe_place(asked), periods.format_dates(asked.span, language)
    title = translate("report.title", language, period=period_words)
    return title, translate("report.subtitle", language, place=place, dates=dates)


def _compose_parts(asked: ReportQuery) -> Report:
    """Compose the parts of a report, from its letterhead to its last line."""
    language, store = asked.language, asked.store
    plans = [plan for plan in load_layout().sections if _applies(asked, plan)]
    letterhead = compose_letterhead(asked)
    sections = [_compose_section(asked, p, n) for p, n in zip(plans, ROMAN, strict=False)]
    title, subtitle = _compose_titles(asked)
    return Report(
        language=language,
        title=title,
        subtitle=subtitle,
        letterhead=letterhead,
        addressing=compose_addressing(asked.store.settings.correspondence, language),
        opening=_compose_opening(asked, letterhead.legal),
        sections=tuple(sections),
        appendix=tables.appendix_table(asked),
        definitions=tables.definitions_table(asked),
        demo=translate("report.demo", language) if store.meta["demo"] else "",
        key=(translate("report.key_partial", language), translate("report.key_nothings", language)),
        colophon=_compose_colophon(asked),
        words={**compose_words(asked, letterhead), "numeral": ROMAN[len(plans)]},
        figures=asked.frame,
    )


def _applies(asked: ReportQuery, plan: SectionPlan) -> bool:
    """Does the section's first figure apply to the place and period?"""
    return asked.current_result(plan.codes[0]).state != "not_applicable"


def _compose_section(asked: ReportQuery, plan: SectionPlan, number: str) -> ReportSection:
    paragraphs = narrative.write_paragraphs(asked, plan)
    if plan.name == "quality":
        paragraphs = (*paragraphs, narrative.write_missing(asked, NAMED))
    drawings = []
    for kind, codes in plan.pictures:
        drawing = draw_chart(asked, kind, codes)
        if drawing is not None:
            drawings.append(drawing)
    return ReportSection(
        name=plan.name,
        number=number,
        title=translate(f"report.{plan.name}_title", asked.language),
        paragraphs=paragraphs,
        table=tables.section_table(asked, plan.name, plan.codes),
        drawings=tuple(drawings),
    )


def _describe_place(asked: ReportQuery) -> str:
    """Return the names of the places that the report is about."""
    if not asked.places:
        return translate("place.city", asked.language)
    is_vietnamese = asked.language == "vi"
    found = _find_places(asked.places, asked.period, asked.geography)
    return ", ".join(place.full_name if is_vietnamese else place.name for place in found)


def _list_ids(places: Sequence[str], period: str, geography: str) -> tuple[str, ...]:
    """Return the ids of wards and the codes of districts."""
    found = _find_places(places, period, geography)
    return tuple(place.id if isinstance(place, Place) else place.code for place in found)


def _find_places(texts: Sequence[str], period: str, geography: str) -> list[Place | District]:
    """Return the places that codes or ids name in the period, or in a geography.

    NOTE: a ward's code is another ward's in the period that a report compares with.
    """
    day = check_geography(geography)
    span = parse_period(period)
    if day is not None:
        quarter = Quarter.containing(day)
        span = Span(quarter, quarter)
    return [find_named_place(text, span) for text in texts]


def _lower_types(place: str) -> str:
    """Write `Huyện Thanh Trì` as it stands within a sentence: `huyện Thanh Trì`."""
    return ", ".join(name[:1].lower() + name[1:] for name in place.split(", "))


def _compose_opening(asked: ReportQuery, legal: str) -> tuple[str, ...]:
    """Write what the report stands on: the period's days, the legal basis, the returns."""
    language = asked.language
    place = _describe_place(asked)
    method = describe_method(asked.geography, language)
    series = describe_series(asked.period, asked.geography, language)
    first = translate(
        "report.opening",
        language,
        place=_lower_types(place) if language == "vi" else place,
        first=periods.format_day(asked.span.start, language),
        last=periods.format_day(asked.span.end, language),
        legal=legal,
    )
    drawn = comparison.trend_quarters(asked.period, asked.store.span.first)
    happened = event_notes.describe_events(asked.events, drawn, language=language)
    about = (translate("report.events", language, events=happened),) if happened else ()
    about = (*about, *filter(None, (method, series)))
    returns = asked.current_result("Q01")
    received, expected = int(returns.numerator or 0), int(returns.denominator or 0)
    if not expected:
        return first, *about
    key = "report.opening_whole" if received >= expected else "report.opening_part"
    second = translate(
        key,
        language,
        n=numbers.format_number(received, language),
        whole=numbers.format_number(expected, language),
    )
    return first, second, *about


def _compose_colophon(asked: ReportQuery) -> str:
    built = datetime.fromisoformat(str(asked.store.meta["built_at"]))
    day = periods.format_day(asked.store.settings.local_time(built).date(), asked.language)
    values = {"build": asked.store.name, "day": day, "hash": kpi.digest(asked.frame)}
    return translate("report.colophon", asked.language, **values)
