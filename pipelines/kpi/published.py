"""Published figures beside ours: the reference list and a build in, one row per published figure out."""

import json
from collections.abc import Iterable
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.errors import CauNoiError
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference import periods, places
from pipelines.reference.published_figures import PublishedFigure
from pipelines.reference.published_figures import load_published as listed

#: What was asked of a build: its value, the state of the answer, its qualifier, returns expected and received.
Ours = tuple[float | None, str, str | None, int, int]
_Key = tuple[str, tuple[str, ...], str]


def published(*, scope: Scope = CITY, store: WarehouseReader) -> pl.DataFrame:
    """One row per figure of the articles and plans, in their order.

    Columns: figure, label_vi, label_en, unit, period, scope, published (null for words), qualifier, text, computed,
    difference, state, kpi, source (article:line), note_vi, note_en, answer (the state of our figure), sign (its
    qualifier), expected and received (returns behind it).
    state is `agrees` (the qualifier's words hold for ours), `differs`, or `claim`: nothing of ours answers
    it, or what does counts on another basis.
    """
    every = listed()
    ours = _compute_ours([p for p in every if p.kpi], scope, store)
    rows = [
        _comparison_row(p, ours.get((p.period, p.places, p.kpi), (None, "", None, 0, 0)))
        for p in every
    ]
    return pl.DataFrame(
        rows,
        schema_overrides={"published": pl.Float64, "computed": pl.Float64},
        infer_schema_length=None,
    )


def _compute_ours(
    asked: Iterable[PublishedFigure], scope: Scope, store: WarehouseReader
) -> dict[_Key, Ours]:
    """Every figure asked for, one question a period and place."""
    by_question: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for p in asked:
        by_question.setdefault((p.period, p.places), []).append(p.kpi)
    found: dict[_Key, Ours] = {}
    for (period, chosen), codes in by_question.items():
        rows = figures(codes, (), period, list(chosen) or None, scope=scope, store=store)
        answers = rows.select("kpi", "value", "state", "qualifier", "expected", "received").rows()
        found |= {(period, chosen, code): tuple(told) for code, *told in answers}
    return found


def _comparison_row(p: PublishedFigure, ours: Ours) -> dict[str, object]:
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
        "state": _judge_difference(p, computed),
        "kpi": p.kpi,
        "source": f"{p.source}:{p.line}" if p.line else p.source,
        "note_vi": p.note_vi,
        "note_en": p.note_en,
        "answer": answer,
        "sign": sign,
        "expected": expected,
        "received": received,
    }


def _judge_difference(p: PublishedFigure, computed: float | None) -> str:
    if computed is not None and p.matches(computed):
        return "agrees"
    return "differs" if computed is not None and p.exact else "claim"


_KINDS = {
    "unit": pl.String,
    "unit_name": pl.String,
    "district": pl.String,
    "period": pl.String,
    "field": pl.String,
    "said": pl.Int64,
    "added": pl.Int64,
    "now": pl.Float64,
    "cause": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "file": pl.String,
    "submission": pl.String,
}


def claims(*, scope: Scope = CITY, store: WarehouseReader) -> pl.DataFrame:
    """One row per total that differs from its own lines, oldest first.

    Columns: unit (a district's or reporter's code), unit_name, district, period, field, said (the total as written),
    added (its lines), now (the figure of the build), cause, sheet, cell, file, submission. cause: `late` (what was
    said is what stands now: lines came later), `overlap` (one event may stand in several lines), `cut_off` (neither).
    Units outside the scope are not in it.
    """
    rows = [_claim_row(store, scope, r) for r in store.query("claims").to_dicts()]
    return pl.DataFrame([r for r in rows if r], schema=_KINDS)


def _claim_row(
    store: WarehouseReader, scope: Scope, row: dict[str, Any]
) -> dict[str, object] | None:
    given = json.loads(row["given"] or "{}")
    field = _find_claimed_field(row["field"], str(given.get("name", "")), str(row["form"]))
    code = str(row["unit"]).partition("-")[2] or str(row["unit"])
    about = _find_unit_name(code, str(row["period"]))
    if field is None or about is None:
        return None
    if not scope.sees(about[1], field.protected, below_district=code != about[1]):
        return None
    said, added = int(given["a"]), int(given["b"])
    now = figures([field.code], (), row["period"], [code], scope=scope, store=store)[
        "value"
    ].to_list()
    ours = now[0] if now else None
    place = {
        "unit": row["unit"],
        "unit_name": about[0],
        "district": about[1],
        "period": row["period"],
    }
    told = {
        "field": field.code,
        "said": said,
        "added": added,
        "now": ours,
        "cause": _likely_cause(field, said, ours),
    }
    return {**place, **told, **{c: row[c] for c in ("sheet", "cell", "file", "submission")}}


def _find_claimed_field(code: str | None, name: str, form: str) -> Field | None:
    """The field by its code, else by the label its sentence carries."""
    if code in catalog.fields():
        return catalog.fields()[str(code)]
    return next(
        (f for f in catalog.fields().values() if f.form == form and f.label.vi == name), None
    )


def _find_unit_name(code: str, period: str) -> tuple[str, str] | None:
    """The unit's full name on the period's last day, and its district."""
    try:
        day = periods.parse_period(period).end
        if len(code) == 3:
            return next(
                (d.full_name, code)
                for d in places.load_places().districts_on(day)
                if d.code == code
            )
        place = places.load_places().find_place(code, day)
    except (CauNoiError, StopIteration):
        return None
    return place.full_name, place.district_code


def _likely_cause(field: Field, said: int, now: float | None) -> str:
    if now is not None and said == now:
        return "late"
    return "overlap" if field.parts_kind == "overlap" or field.over_place == "none" else "cut_off"
