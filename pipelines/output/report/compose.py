"""A build, a period, places and a reader in; the whole report out, every word of it written."""

from collections.abc import Sequence

from pipelines import kpi
from pipelines.catalog import Language
from pipelines.kpi import WarehouseReader
from pipelines.output.report import narrative, tables
from pipelines.output.report.charts import draw_chart
from pipelines.output.report.document import Letterhead, Report, ReportSection
from pipelines.output.report.query import ReportQuery, SectionPlan, load_layout
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.privacy.scope import CITY, Scope

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
#: Returns not received that are named; the rest is counted.
NAMED = 12
FRAME = (
    "motto_1",
    "motto_2",
    "number",
    "dated",
    "signed",
    "signature",
    "to",
    "to_1",
    "to_2",
    "outlook",
    "outlook_text",
)


def compose_report(
    store: WarehouseReader,
    period: str,
    places: Sequence[str] = (),
    *,
    scope: Scope = CITY,
    language: Language = "vi",
) -> Report:
    """The report of `places` (district or ward codes; the city when none) for one period, as `scope` may see it.

    Raises PeriodError and PlaceError.
    """
    asked = ReportQuery(store, period, tuple(places), scope, language)
    plans = [p for p in load_layout().sections if _applies(asked, p)]
    words = {name: translate(f"report.{name}", language) for name in FRAME}
    return Report(
        language=language,
        title=translate(
            "report.title", language, period=periods.format_period(asked.span, language)
        ),
        subtitle=translate(
            "report.subtitle",
            language,
            place=_describe_place(asked),
            dates=periods.format_dates(asked.span, language),
        ),
        letterhead=_compose_letterhead(asked),
        opening=_compose_opening(asked),
        sections=tuple(_compose_section(asked, p, ROMAN[i]) for i, p in enumerate(plans)),
        appendix=tables.appendix_table(asked),
        definitions=tables.definitions_table(asked),
        demo=translate("report.demo", language) if store.meta["demo"] else "",
        key=(translate("report.key_partial", language), translate("report.key_nothings", language)),
        colophon=_compose_colophon(asked),
        words={**words, "numeral": ROMAN[len(plans)]},
        figures=asked.frame,
    )


def _applies(asked: ReportQuery, plan: SectionPlan) -> bool:
    """A section whose first figure does not apply to the place and period is left out."""
    return asked.current_result(plan.codes[0]).state != "not_applicable"


def _compose_section(asked: ReportQuery, plan: SectionPlan, number: str) -> ReportSection:
    told = narrative.write_paragraphs(asked, plan)
    if plan.name == "quality":
        told = (*told, narrative.write_missing(asked, NAMED))
    drawn = (draw_chart(asked, kind, codes) for kind, codes in plan.pictures)
    return ReportSection(
        name=plan.name,
        number=number,
        title=translate(f"report.{plan.name}_title", asked.language),
        paragraphs=told,
        table=tables.section_table(asked, plan.name, plan.codes),
        drawings=tuple(d for d in drawn if d is not None),
    )


def _describe_place(asked: ReportQuery) -> str:
    """The words for what the report is about."""
    if not asked.places:
        return translate("place.city", asked.language)
    known = asked.store.places
    names = dict(known.select("code", "name").rows()) | dict(
        known.select("district_code", "district_name").rows()
    )
    return ", ".join(str(names.get(code, code)) for code in asked.places)


def _compose_letterhead(asked: ReportQuery) -> Letterhead:
    o = asked.store.settings.organisation
    if asked.language == "vi":
        return Letterhead(o.department, o.subdepartment, o.contact, o.legal_basis)
    return Letterhead(o.department_en, o.subdepartment_en, o.contact, o.legal_basis)


def _compose_opening(asked: ReportQuery) -> tuple[str, ...]:
    """What the report stands on: the period's days, the returns, the law."""
    returns = asked.current_result("Q01")
    n, whole = int(returns.numerator or 0), int(returns.denominator or 0)
    values = {
        "place": _describe_place(asked),
        "dates": periods.format_dates(asked.span, asked.language),
    }
    key = "report.opening_whole" if n >= whole else "report.opening_part"
    number = asked.store.settings.organisation.legal_basis
    first = translate("report.opening", asked.language, **values, legal=number)
    counts = {
        "n": numbers.format_number(n, asked.language),
        "whole": numbers.format_number(whole, asked.language),
    }
    return (first, translate(key, asked.language, **counts)) if whole else (first,)


def _compose_colophon(asked: ReportQuery) -> str:
    built = str(asked.store.meta["built_at"])[:10]
    values = {"build": asked.store.name, "day": built, "hash": kpi.digest(asked.frame)}
    return translate("report.colophon", asked.language, **values)
