"""The catalogue in, the tables of the definitions page out: every KPI of a story with its formula in words."""

import polars as pl

from pipelines.catalog import Kpi, Language, fields, kpis, measures
from pipelines.present import systems
from pipelines.present.answers import caveats, unit_of
from pipelines.present.text import known, say


def stories() -> list[str]:
    """The stories of the catalogue, in its order."""
    return list(dict.fromkeys(k.story for k in kpis().values()))


def table(story: str, language: Language) -> pl.DataFrame:
    """One row a KPI of the story: code, name and definition, unit, formula, form."""
    heads = [say(f"definitions.column_{h}", language) for h in ("code", "what", "unit", "formula", "form")]
    rows = [_row(k, language) for k in kpis().values() if k.story == story]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def narrow(story: str, language: Language) -> pl.DataFrame:
    """The same in two columns, for a phone: the code, and all else in words one after the other."""
    heads = [say(f"definitions.column_{h}", language) for h in ("code", "what")]
    rows = [(code, f"{what} *{by} ({unit}).* {asked}") for code, what, unit, by, asked in table(story, language).rows()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _row(kpi: Kpi, language: Language) -> list[str]:
    about = " ".join(p for p in (kpi.definition.of(language), caveats(kpi, language)) if p)
    return [
        kpi.code,
        f"**{kpi.label.of(language)}.** {about}",
        unit_of(kpi, language),
        formula(kpi, language),
        form(kpi, language),
    ]


def formula(kpi: Kpi, language: Language) -> str:
    """The measures in words: A + B, or A / B, or what is counted in a register."""
    top = " + ".join(_measure(m, language) for m in kpi.numerators)
    if not kpi.denominator:
        return top
    return f"{top} / ({' + '.join(_measure(m, language) for m in kpi.denominators)})"


def _measure(code: str, language: Language) -> str:
    if code in measures():
        return f"{measures()[code].label.of(language)} `{code}`"
    key = f"definitions.counted_{code}"
    return say(key, language) if known(key) else code


def form(kpi: Kpi, language: Language) -> str:
    """The forms that ask what the figure is made of."""
    forms = sorted({fields()[m].form for m in kpi.numerators if m in fields()})
    other = {"referrals": "C", "returns": "Q"}.get(kpi.kind, "D")
    return ", ".join(say(f"source.{f}", language) for f in forms or [other])


def system_table(language: Language) -> pl.DataFrame:
    """One row a system of the articles: code, name, where it is found."""
    heads = [say(f"definitions.column_{h}", language) for h in ("system", "name", "page")]
    return pl.DataFrame(systems.rows(language), schema=dict.fromkeys(heads, pl.String), orient="row")
