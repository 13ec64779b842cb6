"""Figures others gave in: two published versions of one period, officers' totals beside ours, with the likely cause."""

from collections.abc import Mapping

import polars as pl

from pipelines.catalog import Language, choices, fields, kpi
from pipelines.present import display, spans
from pipelines.present.text import say
from pipelines.reference.published import Published, published, sources

#: Returns owed and received behind a published figure's own, by its id.
Returned = Mapping[str, tuple[int, int]]
#: Caveats of a figure that let another count differ: the same person or event may stand twice.
OVERLAPS = ("overlapping_services", "overlapping_topics", "distinct_in_point", "year_persons")


def cause(p: Published, value: float | None, returned: Returned, language: Language) -> str:
    """Why ours may differ: overlap, returns not received, another cut-off; else the note of the reference list."""
    note = p.note_vi if language == "vi" else p.note_en
    if value is None or p.agrees(value):
        return note
    caveats = [c for c in kpi(p.kpi).caveats if c in OVERLAPS] if p.kpi else []
    expected, received = returned.get(p.id, (0, 0))
    if caveats:
        told = say("claims.overlap", language, caveat=choices("caveat")[caveats[0]].label.of(language))
    elif received < expected:
        told = say("claims.late", language, n=display.number(expected - received, language))
    else:
        told = say("claims.cut_off", language)
    return f"{told} {note}".strip()


def versions() -> list[list[Published]]:
    """Figures that two sources gave differently for one period: they bear the same note."""
    found: dict[tuple[str, str], list[Published]] = {}
    for p in published():
        if p.note_vi:
            found.setdefault((p.period, p.note_vi), []).append(p)
    return [
        group for group in found.values() if len({p.source for p in group}) > 1 and len({p.value for p in group}) > 1
    ]


def version_table(language: Language) -> pl.DataFrame:
    """One row a figure published twice: what, period, both numbers with their sources, the difference, why."""
    heads = [say(f"claims.column_{h}", language) for h in ("what", "period", "first", "second", "difference", "cause")]
    rows = [_version(group, language) for group in versions()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _version(group: list[Published], language: Language) -> list[str]:
    a, b = group[0], group[1]
    told = [_dated(p, language) for p in (a, b)]
    gap = display.signed((b.value or 0) - (a.value or 0), language)
    label, note = (a.label_vi, a.note_vi) if language == "vi" else (a.label_en, a.note_en)
    return [label, spans.span(a.period, language), *told, gap, note]


def _dated(p: Published, language: Language) -> str:
    number = display.qualified(display.number(p.value, language), p.qualifier, language)
    return f"{number} ({p.source}, {sources()[p.source].date})"


def version_finding(language: Language) -> str:
    """How many figures stand in two versions."""
    return say("claims.versions", language, n=len(versions()))


def totals(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a total that differs from its lines: who, period, field, said, added, ours now, the likely cause."""
    names = ("unit", "period", "field", "said", "added", "now", "cause")
    heads = [say(f"claims.column_{h}", language) for h in names]
    rows = [
        [
            r["unit_name"],
            spans.quarter_tick(r["period"], language),
            fields()[r["field"]].label.of(language),
            *(display.number(r[c], language) for c in ("said", "added", "now")),
            say(f"claims.total_{r['cause']}", language),
        ]
        for r in found.to_dicts()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def total_finding(found: pl.DataFrame, language: Language) -> str:
    """How many totals do not fit their lines, and how many of these stand now."""
    if found.is_empty():
        return say("claims.no_totals", language)
    late = found.filter(pl.col("cause") == "late").height
    return say("claims.totals", language, n=found.height, late=display.number(late, language))
