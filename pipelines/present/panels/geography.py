"""Say in which administrative units figures stand, and how exact they are across a reform."""

from pipelines.catalog import Language
from pipelines.kpi.geography import REPORTED, check_geography
from pipelines.present.format import periods
from pipelines.present.i18n import translate
from pipelines.reference import events
from pipelines.reference.periods import parse_period


def name_units(geography: str, language: Language) -> str:
    """Return the name of a set of units: as reported, or how many there are."""
    if geography == REPORTED:
        return translate("geography.reported", language)
    return translate("geography.units", language, n=geography)


def is_after_reform(period: str) -> bool:
    """Does a period cross a reform, or follow one?"""
    return any(parse_period(period).end >= reform.first for reform in events.list_reforms())


def describe_scope(geography: str, language: Language) -> str:
    """Return in which units a figure stands; empty as reported."""
    return _write("geography.scope", geography, language)


def describe_method(geography: str, language: Language) -> str:
    """Return how figures came into the units of a geography; empty as reported."""
    return _write("geography.method", geography, language)


def _write(key: str, geography: str, language: Language) -> str:
    day = check_geography(geography)
    if day is None:
        return ""
    return translate(key, language, n=geography, day=periods.format_day(day, language))


def describe_series(period: str, geography: str, language: Language) -> str:
    """Return what is exact in a period that a reform lies in; empty where none does."""
    span = parse_period(period)
    crossed = [r.first for r in events.list_reforms() if span.start < r.first <= span.end]
    if not crossed:
        return ""
    days = ", ".join(periods.format_day(day, language) for day in crossed)
    kind = "reported" if geography == REPORTED else "units"
    places = translate(f"geography.series_{kind}", language, n=geography)
    return translate("geography.series", language, days=days, places=places)
