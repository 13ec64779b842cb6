"""Published figures and ours in, the table with each difference and the sentence about them out."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from pipelines.catalog import Language, choices, fields, find_kpi, units
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.reference.published_figures import PublishedFigure, load_published, load_sources

#: Returns owed and received behind a published figure's own, by its id.
Returned = Mapping[str, tuple[int, int]]
#: Caveats of a figure that let another count differ: the same person or event may stand twice.
OVERLAPS = ("overlapping_services", "overlapping_topics", "distinct_in_point", "year_persons")


def explain_difference(
    p: PublishedFigure, value: float | None, returned: Returned, language: Language
) -> str:
    """Why ours may differ: overlap, returns not received, another cut-off; else the note of the reference list."""
    note = p.note_vi if language == "vi" else p.note_en
    if value is None or p.matches(value):
        return note
    caveats = [c for c in find_kpi(p.kpi).caveats if c in OVERLAPS] if p.kpi else []
    expected, received = returned.get(p.id, (0, 0))
    if caveats:
        told = translate(
            "claims.overlap", language, caveat=choices("caveat")[caveats[0]].label.of(language)
        )
    elif received < expected:
        told = translate(
            "claims.late", language, n=numbers.format_number(expected - received, language)
        )
    else:
        told = translate("claims.cut_off", language)
    return f"{told} {note}".strip()


def group_versions() -> list[list[PublishedFigure]]:
    """Figures that two sources gave differently for one period: they bear the same note."""
    found: dict[tuple[str, str], list[PublishedFigure]] = {}
    for p in load_published():
        if p.note_vi:
            found.setdefault((p.period, p.note_vi), []).append(p)
    return [
        group
        for group in found.values()
        if len({p.source for p in group}) > 1 and len({p.value for p in group}) > 1
    ]


def version_table(language: Language) -> pl.DataFrame:
    """One row a figure published twice: what, period, both numbers with their sources, the difference, why."""
    heads = translate_each(
        "claims.column_", ("what", "period", "first", "second", "difference", "cause"), language
    )
    rows = [_version_row(group, language) for group in group_versions()]
    return text_table(heads, rows)


def _version_row(group: list[PublishedFigure], language: Language) -> list[str]:
    a, b = group[0], group[1]
    told = [_format_with_source(p, language) for p in (a, b)]
    gap = numbers.format_difference((b.value or 0) - (a.value or 0), language)
    label, note = (a.label_vi, a.note_vi) if language == "vi" else (a.label_en, a.note_en)
    return [label, periods.format_period(a.period, language), *told, gap, note]


def _format_with_source(p: PublishedFigure, language: Language) -> str:
    number = numbers.add_qualifier(numbers.format_number(p.value, language), p.qualifier, language)
    return f"{number} ({p.source}, {load_sources()[p.source].date})"


def version_finding(language: Language) -> str:
    """How many figures stand in two versions."""
    return translate("claims.versions", language, n=len(group_versions()))


def totals_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a total that differs from its lines: who, period, field, said, added, ours now, the likely cause."""
    names = ("unit", "period", "field", "said", "added", "now", "cause")
    heads = translate_each("claims.column_", names, language)
    rows = [
        [
            r["unit_name"],
            periods.format_quarter_tick(r["period"], language),
            fields()[r["field"]].label.of(language),
            *(numbers.format_number(r[c], language) for c in ("said", "added", "now")),
            translate(f"claims.total_{r['cause']}", language),
        ]
        for r in found.to_dicts()
    ]
    return text_table(heads, rows)


def total_finding(found: pl.DataFrame, language: Language) -> str:
    """How many totals do not fit their lines, and how many of these stand now."""
    if found.is_empty():
        return translate("claims.no_totals", language)
    late = found.filter(pl.col("cause") == "late").height
    return translate(
        "claims.totals", language, n=found.height, late=numbers.format_number(late, language)
    )


COLUMNS = (
    "figure",
    "what",
    "period",
    "published",
    "computed",
    "difference",
    "verdict",
    "source",
    "cause",
)
#: Letters of an article's own words that fit their column.
WORDS = 22
Ours = Mapping[str, float | None]


def judge_figure(figure: PublishedFigure, ours: Ours) -> str:
    """`agrees` or `differs` for what a KPI answers and the demonstration or the returns should give; else `claim`."""
    value = ours.get(figure.id)
    if value is None:
        return "claim"
    return "agrees" if figure.matches(value) else "differs"


def published_table(
    ours: Ours, language: Language, returned: Returned = MappingProxyType({})
) -> pl.DataFrame:
    """One row a published figure, as text; `returned` holds the returns behind ours, to name the likely cause."""
    heads = {translate(f"published.column_{c}", language): pl.String for c in COLUMNS}
    return pl.DataFrame(
        [_published_row(p, ours, returned, language) for p in load_published()],
        schema=heads,
        orient="row",
    )


def figure_columns(told: pl.DataFrame) -> pl.DataFrame:
    """The columns of `table` that fit a page side by side."""
    return told[:, :-1]


def note_rows(told: pl.DataFrame) -> pl.DataFrame:
    """The rows of `table` with something to say: code, what, the words."""
    return told.filter(pl.nth(-1) != "").select(pl.nth(0, 1, -1))


def _published_row(
    p: PublishedFigure, ours: Ours, returned: Returned, language: Language
) -> list[str]:
    value = ours.get(p.id)
    computed = "" if value is None else _format_figure(p, value, language)
    what = p.label_vi if language == "vi" else p.label_en
    words = [
        p.id,
        what,
        _format_period(p, language),
        _format_published(p, language),
        computed,
        _format_gap(p, value, language),
    ]
    return [
        *words,
        translate(f"published.{judge_figure(p, ours)}", language),
        _format_source(p, language),
        explain_difference(p, value, returned, language),
    ]


def _format_figure(p: PublishedFigure, value: float, language: Language) -> str:
    if p.unit == "dong":
        return numbers.format_short_money(value, language)
    return numbers.format_number(value, language, 0 if float(value).is_integer() else 2)


def _format_period(p: PublishedFigure, language: Language) -> str:
    return (
        periods.format_period(p.period, language) if periods.is_period_code(p.period) else p.period
    )


def _format_published(p: PublishedFigure, language: Language) -> str:
    """The figure with its word and unit; where the article has only words, those."""
    if p.value is None:
        return p.text if len(p.text) <= WORDS else p.text[:WORDS].rstrip(" ,;") + "…"
    unit = units()[p.unit].label.of(language) if p.unit in units() else ""
    counted = f"{numbers.format_number(p.value, language)} {unit}".strip()
    text = numbers.format_money(p.value, language) if p.unit == "dong" else counted
    return numbers.add_qualifier(text, p.qualifier, language)


def _format_gap(p: PublishedFigure, value: float | None, language: Language) -> str:
    if value is None or p.value is None:
        return ""
    sign = "+" if value > p.value else numbers.MINUS if value < p.value else ""
    return sign + _format_figure(p, abs(value - p.value), language)


def _format_source(p: PublishedFigure, language: Language) -> str:
    """The source's short name, and the line of the article where we hold it."""
    return (
        p.source
        if p.line is None
        else translate("published.line", language, source=p.source, line=p.line)
    )


def source_table(language: Language) -> pl.DataFrame:
    """One row a source: short name, title, publisher, date."""
    heads = translate_each("published.column_", ("source", "title", "publisher", "date"), language)
    rows = [[s.id, s.title, s.publisher, s.date] for s in load_sources().values()]
    return text_table(heads, rows)


def published_finding(ours: Ours, language: Language) -> str:
    """How many published figures ours agree with, of those that can be computed."""
    judged = [judge_figure(p, ours) for p in load_published()]
    values = {"n": judged.count("agrees"), "whole": len(judged) - judged.count("claim")}
    return translate(
        "published.title",
        language,
        **{k: numbers.format_number(v, language) for k, v in values.items()},
    )
