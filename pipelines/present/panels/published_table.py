"""Published figures beside ours: the table of differences and the sentences about them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices, fields, find_kpi, units
from pipelines.present.chart_data import tabulate_items, text_table
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
    """Write why ours may differ: overlap, returns not received, or another cut-off.

    Where nothing differs, the note of the reference list is returned. A reading that is an
    inference is said first.
    """
    note, inference = (
        (p.note_vi, p.inference_vi) if language == "vi" else (p.note_en, p.inference_en)
    )
    if inference:
        note = f"{translate('published.inference', language, reason=inference)} {note}".strip()
    if value is None or p.matches(value):
        return note
    return f"{_likely_cause(p, returned, language)} {note}".strip()


def _likely_cause(p: PublishedFigure, returned: Returned, language: Language) -> str:
    for caveat in find_kpi(p.kpi).caveats if p.kpi else ():
        if caveat in OVERLAPS:
            label = choices("caveat")[caveat].label.of(language)
            return translate("claims.overlap", language, caveat=label)
    expected, received = returned.get(p.id, (0, 0))
    if received < expected:
        missing = numbers.format_number(expected - received, language)
        return translate("claims.late", language, n=missing)
    return translate("claims.cut_off", language)


def group_versions() -> list[list[PublishedFigure]]:
    """Return the figures that two sources gave differently for one period.

    Figures of one group bear the same note.
    """
    groups: dict[tuple[str, str], list[PublishedFigure]] = {}
    for p in load_published():
        if p.note_vi:
            groups.setdefault((p.period, p.note_vi), []).append(p)
    return list(filter(_has_versions, groups.values()))


def _has_versions(group: list[PublishedFigure]) -> bool:
    """Do figures of a group come from several sources with several values?"""
    sources = {p.source for p in group}
    values = {p.value for p in group}
    return len(sources) > 1 and len(values) > 1


def version_table(language: Language) -> pl.DataFrame:
    """Return one row a figure published twice.

    The columns are what, period, both numbers with their sources, the difference, why.
    """
    heads = translate_each(
        "claims.column_", ("what", "period", "first", "second", "difference", "cause"), language
    )
    return tabulate_items(heads, group_versions(), _version_row, language)


def _version_row(group: list[PublishedFigure], language: Language) -> list[str]:
    a, b = group[0], group[1]
    first, second = _format_with_source(a, language), _format_with_source(b, language)
    gap = numbers.format_difference((b.value or 0) - (a.value or 0), language)
    label, note = (a.label_vi, a.note_vi) if language == "vi" else (a.label_en, a.note_en)
    return [label, periods.format_period(a.period, language), first, second, gap, note]


def _format_with_source(p: PublishedFigure, language: Language) -> str:
    number = numbers.add_qualifier(numbers.format_number(p.value, language), p.qualifier, language)
    return f"{number} ({p.source}, {load_sources()[p.source].date})"


def version_finding(language: Language) -> str:
    """Write how many figures have two versions."""
    return translate("claims.versions", language, n=len(group_versions()))


def totals_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a total that differs from its lines.

    The columns are who, period, field, stated, added up, ours now, the likely cause.
    """
    names = ("unit", "period", "field", "said", "added", "now", "cause")
    heads = translate_each("claims.column_", names, language)
    return tabulate_items(heads, found.to_dicts(), _total_row, language)


def _total_row(row: dict[str, Any], language: Language) -> list[str]:
    return [
        row["unit_name"],
        periods.format_quarter_tick(row["period"], language),
        fields()[row["field"]].label.of(language),
        numbers.format_number(row["said"], language),
        numbers.format_number(row["added"], language),
        numbers.format_number(row["now"], language),
        translate(f"claims.total_{row['cause']}", language),
    ]


def total_finding(found: pl.DataFrame, language: Language) -> str:
    """Write how many totals do not fit their lines, and how many are due to late returns."""
    if found.is_empty():
        return translate("claims.no_totals", language)
    late = found.filter(pl.col("cause") == "late").height
    return translate(
        "claims.totals", language, n=found.height, late=numbers.format_number(late, language)
    )


COLUMNS = (
    "figure",
    "verdict",
    "what",
    "period",
    "published",
    "computed",
    "difference",
    "source",
    "cause",
)
#: Letters of an article's own words that fit their column.
WORDS = 22
Ours = Mapping[str, float | None]


def judge_figure(figure: PublishedFigure, ours: Ours) -> str:
    """Return `agrees` or `differs` for a figure that ours has a value for.

    Else `unknown`, where ours is not reported or not for this reader; `claim` where no form asks.
    """
    value = ours.get(figure.id)
    if figure.id not in ours:
        return "claim"
    if value is None:
        return "unknown"
    return "agrees" if figure.matches(value) else "differs"


def published_table(
    ours: Ours, language: Language, returned: Returned = MappingProxyType({})
) -> pl.DataFrame:
    """Return one row a published figure, as text.

    `returned` holds the returns behind ours, to name the likely cause of a difference.
    """
    heads = translate_each("published.column_", COLUMNS, language)
    return text_table(
        heads, [_published_row(p, ours, returned, language) for p in load_published()]
    )


def figure_columns(table: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `published_table` that fit a page side by side."""
    return table[:, :-1]


def note_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return code, name and note of the rows of `published_table` that have a note."""
    return table.filter(pl.nth(-1) != "").select(pl.nth(0, 2, -1))


def _published_row(
    p: PublishedFigure, ours: Ours, returned: Returned, language: Language
) -> list[str]:
    value = ours.get(p.id)
    computed = "" if value is None else _format_figure(p, value, language)
    what = p.label_vi if language == "vi" else p.label_en
    return [
        p.id,
        _format_verdict(p, ours, language),
        what,
        _format_period(p, language),
        _format_published(p, language),
        computed,
        _format_gap(p, value, language),
        _format_source(p, language),
        explain_difference(p, value, returned, language),
    ]


def _format_verdict(p: PublishedFigure, ours: Ours, language: Language) -> str:
    """Write the verdict, with a mark where it stands on a reading that is an inference."""
    verdict = translate(f"published.{judge_figure(p, ours)}", language)
    if not p.inference_vi:
        return verdict
    return translate("published.inferred", language, verdict=verdict)


def _format_figure(p: PublishedFigure, value: float, language: Language) -> str:
    if p.unit == "dong":
        return numbers.format_short_money(value, language)
    return numbers.format_number(value, language, 0 if float(value).is_integer() else 2)


def _format_period(p: PublishedFigure, language: Language) -> str:
    if periods.is_period_code(p.period):
        return periods.format_period(p.period, language)
    return p.period


def _format_published(p: PublishedFigure, language: Language) -> str:
    """Write the figure with its qualifier and unit, or the article's own words without one."""
    if p.value is None:
        return p.text if len(p.text) <= WORDS else p.text[:WORDS].rstrip(" ,;") + "…"
    if p.unit == "dong":
        text = numbers.format_money(p.value, language)
    else:
        unit = units()[p.unit].label.of(language) if p.unit in units() else ""
        text = f"{numbers.format_number(p.value, language)} {unit}".strip()
    return numbers.add_qualifier(text, p.qualifier, language)


def _format_gap(p: PublishedFigure, value: float | None, language: Language) -> str:
    if value is None or p.value is None:
        return ""
    sign = ""
    if value != p.value:
        sign = "+" if value > p.value else numbers.MINUS
    return sign + _format_figure(p, abs(value - p.value), language)


def _format_source(p: PublishedFigure, language: Language) -> str:
    """Write the source's short name, and the line of the article where it is known."""
    if p.line is None:
        return p.source
    return translate("published.line", language, source=p.source, line=p.line)


def source_table(language: Language) -> pl.DataFrame:
    """Return one row a source: short name, title, publisher, date."""
    heads = translate_each("published.column_", ("source", "title", "publisher", "date"), language)
    rows = [[s.id, s.title, s.publisher, s.date] for s in load_sources().values()]
    return text_table(heads, rows)


def published_finding(ours: Ours, language: Language) -> str:
    """Write how many published figures ours agree with, of those that can be computed."""
    verdicts = [judge_figure(p, ours) for p in load_published()]
    computed = verdicts.count("agrees") + verdicts.count("differs")
    if not computed:
        return translate("published.title_none", language)
    return translate(
        "published.title",
        language,
        n=numbers.format_number(verdicts.count("agrees"), language),
        whole=numbers.format_number(computed, language),
    )
