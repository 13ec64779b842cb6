"""The tables of the definitions page: every KPI of a story with its formula in words."""

from collections.abc import Iterable

import polars as pl

from pipelines.catalog import Kpi, Language, choices, fields, kpis, measures
from pipelines.present.chart_data import tabulate_items, text_table
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.present.kpi_result import list_caveats, unit_label

#: System → the page that shows it; None: no form asks for it.
FOUND: dict[str, str | None] = {
    "M1": "teams",
    "M2": "activities",
    "M3": "referrals",
    "M4": "points",
    "M5": "activities",
    "M6": "clients",
    "M7": "activities",
    "M8": "activities",
    "M9": "activities",
    "M10": "teams",
    "M11": "teams",
    "M12": "points",
    "M13": "points",
    "M14": "points",
    "M15": "system",
    "M16": "clients",
    "M17": None,
    "M18": "clients",
    "M19": "clients",
    "M20": "referrals",
    "M21": "activities",
    "M22": "points",
    "M23": "points",
    "M24": None,
    "M25": "clients",
}


def system_rows(language: Language) -> list[tuple[str, str, str]]:
    """Return code, name, and the page's name or that no form asks for it."""
    return [
        (code, translate(f"systems.{code}", language), page_of_system(code, language))
        for code in FOUND
    ]


def page_of_system(code: str, language: Language) -> str:
    """Return the name of the page that shows a system, or that no form asks for it."""
    page = FOUND[code]
    return translate(f"menu.{page}", language) if page else translate("systems.not_asked", language)


def list_stories() -> list[str]:
    """Return the stories of the catalogue, in its order."""
    return list(dict.fromkeys(k.story for k in kpis().values()))


def definitions_table(story: str, language: Language) -> pl.DataFrame:
    """Return one row a KPI of the story: code, name and definition, unit, formula, form."""
    heads = translate_each(
        "definitions.column_", ("code", "what", "unit", "formula", "form"), language
    )
    own = [kpi for kpi in kpis().values() if kpi.story == story]
    return tabulate_items(heads, own, _definition_row, language)


def narrow_table(story: str, language: Language) -> pl.DataFrame:
    """Return the same in two columns, for a phone: the code, and all else in words."""
    heads = translate_each("definitions.column_", ("code", "what"), language)
    rows = [
        (code, f"{what} *{by} ({unit}).* {asked}")
        for code, what, unit, by, asked in definitions_table(story, language).rows()
    ]
    return text_table(heads, rows)


def _definition_row(kpi: Kpi, language: Language) -> list[str]:
    about = f"{define_kpi(kpi, language)} {describe_model(kpi, language)}"
    return [
        kpi.code,
        f"**{kpi.label.of(language)}.** {about}",
        unit_label(kpi, language),
        format_formula(kpi, language),
        list_forms(kpi, language),
    ]


def define_kpi(kpi: Kpi, language: Language) -> str:
    """Return a KPI's definition, followed by its caveats."""
    parts = (kpi.definition.of(language), list_caveats(kpi, language))
    return " ".join(filter(None, parts))


def describe_model(kpi: Kpi, language: Language) -> str:
    """Return the sentence on how places and years of the figure are compared."""
    return choices("model")[kpi.model].label.of(language)


def format_formula(kpi: Kpi, language: Language) -> str:
    """Write the measures in words: A + B, or A / B, or what is counted in a register."""
    numerator = _add_measures(kpi.numerators, language)
    if not kpi.denominator:
        return numerator
    return f"{numerator} / ({_add_measures(kpi.denominators, language)})"


def _add_measures(codes: Iterable[str], language: Language) -> str:
    """Write the measures with plus signs between them."""
    return " + ".join(_measure_label(code, language) for code in codes)


def _measure_label(code: str, language: Language) -> str:
    if code in measures():
        return f"{measures()[code].label.of(language)} `{code}`"
    key = f"definitions.counted_{code}"
    return translate(key, language) if has_text(key) else code


def list_forms(kpi: Kpi, language: Language) -> str:
    """Name the forms that ask for what the figure is made of."""
    forms = sorted({fields()[m].form for m in kpi.numerators if m in fields()})
    other = {"referrals": "C", "returns": "Q"}.get(kpi.kind, "D")
    return ", ".join(translate_each("source.", forms or [other], language))


def system_table(language: Language) -> pl.DataFrame:
    """Return one row a system of the articles: code, name, the page that shows it."""
    heads = translate_each("definitions.column_", ("system", "name", "page"), language)
    return text_table(heads, system_rows(language))
