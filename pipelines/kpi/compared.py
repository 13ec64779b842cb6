"""Published figures beside ours: the reference list and a build in, one row per published figure out."""

from collections.abc import Iterable

import polars as pl

from pipelines.kpi.store import Store
from pipelines.kpi.values import figures
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.published import Published
from pipelines.reference.published import published as listed

#: What was asked of a build: its value, the state of the answer, its qualifier, returns expected and received.
Ours = tuple[float | None, str, str | None, int, int]
_Key = tuple[str, tuple[str, ...], str]


def published(*, scope: Scope = CITY, store: Store) -> pl.DataFrame:
    """One row per figure of the articles and plans, in their order.

    Columns: figure, label_vi, label_en, unit, period, scope, published (null for words), qualifier, text, computed,
    difference, state, kpi, source (article:line), note_vi, note_en, answer (the state of our figure), sign (its
    qualifier), expected and received (returns behind it).
    state is `agrees` (the qualifier's words hold for ours), `differs`, or `claim`: nothing of ours answers
    it, or what does counts on another basis.
    """
    every = listed()
    ours = _ours([p for p in every if p.kpi], scope, store)
    rows = [_row(p, ours.get((p.period, p.places, p.kpi), (None, "", None, 0, 0))) for p in every]
    return pl.DataFrame(
        rows, schema_overrides={"published": pl.Float64, "computed": pl.Float64}, infer_schema_length=None
    )


def _ours(asked: Iterable[Published], scope: Scope, store: Store) -> dict[_Key, Ours]:
    """Every figure asked for, one question a period and place."""
    by_question: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for p in asked:
        by_question.setdefault((p.period, p.places), []).append(p.kpi)
    found: dict[_Key, Ours] = {}
    for (period, places), codes in by_question.items():
        rows = figures(codes, (), period, list(places) or None, scope=scope, store=store)
        answers = rows.select("kpi", "value", "state", "qualifier", "expected", "received").rows()
        found |= {(period, places, code): tuple(told) for code, *told in answers}
    return found


def _row(p: Published, ours: Ours) -> dict[str, object]:
    computed, answer, sign, expected, received = ours
    return {
        "figure": p.id,
        "label_vi": p.label_vi,
        "label_en": p.label_en,
        "unit": p.unit,
        "period": p.period,
        "scope": p.scope,
        "published": None if p.value is None else float(p.value),
        "qualifier": p.qualifier,
        "text": p.text,
        "computed": computed,
        "difference": None if computed is None or p.value is None else computed - p.value,
        "state": _verdict(p, computed),
        "kpi": p.kpi,
        "source": f"{p.source}:{p.line}" if p.line else p.source,
        "note_vi": p.note_vi,
        "note_en": p.note_en,
        "answer": answer,
        "sign": sign,
        "expected": expected,
        "received": received,
    }


def _verdict(p: Published, computed: float | None) -> str:
    if computed is not None and p.agrees(computed):
        return "agrees"
    return "differs" if computed is not None and p.exact else "claim"
