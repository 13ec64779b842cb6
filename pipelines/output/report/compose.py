"""A build, a period, places and a reader in; the whole report out, every word of it written."""

from collections.abc import Sequence

from pipelines import kpi
from pipelines.catalog import Language
from pipelines.kpi import Store
from pipelines.output.report import sentences, tables
from pipelines.output.report.asked import Asked
from pipelines.output.report.layout import Plan, layout
from pipelines.output.report.model import Letterhead, Report, Section
from pipelines.output.report.pictures import drawing
from pipelines.present import display, spans
from pipelines.present.text import say
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


def compose(
    store: Store, period: str, places: Sequence[str] = (), *, scope: Scope = CITY, language: Language = "vi"
) -> Report:
    """The report of `places` (district or ward codes; the city when none) for one period, as `scope` may see it.

    Raises PeriodError and PlaceError.
    """
    asked = Asked(store, period, tuple(places), scope, language)
    plans = [p for p in layout().sections if _applies(asked, p)]
    words = {name: say(f"report.{name}", language) for name in FRAME}
    return Report(
        language=language,
        title=say("report.title", language, period=spans.span(asked.span, language)),
        subtitle=say("report.subtitle", language, place=_place(asked), dates=spans.dates(asked.span, language)),
        letterhead=_letterhead(asked),
        opening=_opening(asked),
        sections=tuple(_section(asked, p, ROMAN[i]) for i, p in enumerate(plans)),
        appendix=tables.appendix(asked),
        definitions=tables.definitions(asked),
        demo=say("report.demo", language) if store.meta["demo"] else "",
        key=(say("report.key_partial", language), say("report.key_nothings", language)),
        colophon=_colophon(asked),
        words={**words, "numeral": ROMAN[len(plans)]},
        figures=asked.frame,
    )


def _applies(asked: Asked, plan: Plan) -> bool:
    """A section whose first figure does not apply to the place and period is left out."""
    return asked.now(plan.codes[0]).state != "not_applicable"


def _section(asked: Asked, plan: Plan, number: str) -> Section:
    told = sentences.paragraphs(asked, plan)
    if plan.name == "quality":
        told = (*told, sentences.missing(asked, NAMED))
    drawn = (drawing(asked, kind, codes) for kind, codes in plan.pictures)
    return Section(
        name=plan.name,
        number=number,
        title=say(f"report.{plan.name}_title", asked.language),
        paragraphs=told,
        table=tables.section(asked, plan.name, plan.codes),
        drawings=tuple(d for d in drawn if d is not None),
    )


def _place(asked: Asked) -> str:
    """The words for what the report is about."""
    if not asked.places:
        return say("place.city", asked.language)
    known = asked.store.places
    names = dict(known.select("code", "name").rows()) | dict(known.select("district_code", "district_name").rows())
    return ", ".join(str(names.get(code, code)) for code in asked.places)


def _letterhead(asked: Asked) -> Letterhead:
    o = asked.store.settings.organisation
    if asked.language == "vi":
        return Letterhead(o.department, o.subdepartment, o.contact, o.legal_basis)
    return Letterhead(o.department_en, o.subdepartment_en, o.contact, o.legal_basis)


def _opening(asked: Asked) -> tuple[str, ...]:
    """What the report stands on: the period's days, the returns, the law."""
    returns = asked.now("Q01")
    n, whole = int(returns.numerator or 0), int(returns.denominator or 0)
    values = {"place": _place(asked), "dates": spans.dates(asked.span, asked.language)}
    key = "report.opening_whole" if n >= whole else "report.opening_part"
    number = asked.store.settings.organisation.legal_basis
    first = say("report.opening", asked.language, **values, legal=number)
    counts = {"n": display.number(n, asked.language), "whole": display.number(whole, asked.language)}
    return (first, say(key, asked.language, **counts)) if whole else (first,)


def _colophon(asked: Asked) -> str:
    built = str(asked.store.meta["built_at"])[:10]
    values = {"build": asked.store.name, "day": built, "hash": kpi.digest(asked.frame)}
    return say("report.colophon", asked.language, **values)
