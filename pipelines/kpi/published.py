"""Published figures beside ours, and totals that differ from their own lines."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.errors import CauNoiError
from pipelines.kpi.answers import answers
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference import periods, places
from pipelines.reference.published_figures import PublishedFigure, load_published

#: The answer of a build: value, state, qualifier, returns expected and received.
Ours = tuple[float | None, str, str | None, int, int]
_NO_ANSWER: Ours = (None, "", None, 0, 0)
_Key = tuple[str, tuple[str, ...], str]


@answers
def published(*, scope: Scope = CITY, store: WarehouseReader) -> pl.DataFrame:
    """Compare the figures of articles and plans with ours: one row per figure, in their order.

    Columns: figure, label_vi, label_en, unit, period, scope, published (null for words), qualifier,
    text, computed, difference, state, kpi, source (article:line), note_vi, note_en, answer (the
    state of our figure), sign (its qualifier), expected and received (returns behind it),
    inference_vi and inference_en (why that KPI answers it, where the article does not say so).
    state is `agrees` (the qualifier's words hold for ours), `differs`, or `claim`: nothing of ours
    answers it, or what does counts on another basis.
    """
    every = load_published()
    comparable = [figure for figure in every if figure.kpi]
    ours = _compute_ours(comparable, scope, store)
    rows = []
    for figure in every:
        question = (figure.period, figure.places, figure.kpi)
        answer = ours.get(question, _NO_ANSWER)
        rows.append(_comparison_row(figure, answer))
    return pl.DataFrame(
        rows,
        schema_overrides={"published": pl.Float64, "computed": pl.Float64},
        infer_schema_length=None,
    )


def _compute_ours(
    asked: Iterable[PublishedFigure], scope: Scope, store: WarehouseReader
) -> dict[_Key, Ours]:
    """Compute every figure asked for, with one question per period and places."""
    codes_by_question: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for figure in asked:
        codes_by_question[figure.period, figure.places].append(figure.kpi)
    answers: dict[_Key, Ours] = {}
    for (period, place), codes in codes_by_question.items():
        rows = figures(codes, (), period, list(place) or None, scope=scope, store=store)
        columns = rows.select("kpi", "value", "state", "qualifier", "expected", "received")
        for code, *answer in columns.iter_rows():
            answers[period, place, code] = tuple(answer)
    return answers


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
        "inference_vi": p.inference_vi,
        "inference_en": p.inference_en,
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


@answers
def claims(*, scope: Scope = CITY, store: WarehouseReader) -> pl.DataFrame:
    """List the totals that differ from their own lines, one row each, oldest first.

    Columns: unit (a district's or reporter's code), unit_name, district, period, field, said (the
    total as written), added (its lines), now (the figure of the build), cause, sheet, cell, file,
    submission. cause: `late` (the total as written is what stands now: lines came later), `overlap`
    (one event may stand in several lines), `cut_off` (neither). Units outside the scope are not in
    it.
    """
    rows = []
    for issue in store.query("claims").to_dicts():
        row = _claim_row(store, scope, issue)
        if row is not None:
            rows.append(row)
    return pl.DataFrame(rows, schema=_KINDS)


def _claim_row(
    store: WarehouseReader, scope: Scope, row: dict[str, Any]
) -> dict[str, object] | None:
    """Return the row of `claims` for one issue; None outside the scope or for an unknown unit."""
    given = json.loads(row["given"] or "{}")
    period = str(row["period"])
    field = _find_claimed_field(row["field"], str(given.get("name", "")), str(row["form"]))
    code = str(row["unit"]).partition("-")[2] or str(row["unit"])
    unit = _find_unit_name(code, period)
    if field is None or unit is None:
        return None
    unit_name, district = unit
    if not scope.sees(district, field.protected, below_district=code != district):
        return None
    stated = int(given["a"])
    values = figures([field.code], (), period, [code], scope=scope, store=store)["value"].to_list()
    now = values[0] if values else None
    return {
        "unit": row["unit"],
        "unit_name": unit_name,
        "district": district,
        "period": row["period"],
        "field": field.code,
        "said": stated,
        "added": int(given["b"]),
        "now": now,
        "cause": _likely_cause(field, stated, now),
        "sheet": row["sheet"],
        "cell": row["cell"],
        "file": row["file"],
        "submission": row["submission"],
    }


def _find_claimed_field(code: str | None, name: str, form: str) -> Field | None:
    """Find the field by its code, else by the label its sentence carries."""
    fields = catalog.fields()
    if code in fields:
        return fields[str(code)]
    for field in fields.values():
        if field.form == form and field.label.vi == name:
            return field
    return None


def _find_unit_name(code: str, period: str) -> tuple[str, str] | None:
    """Return the unit's full name on the period's last day, and its district; None if unknown."""
    try:
        day = periods.parse_period(period).end
        if len(code) == 3:
            return _find_district_name(code, day)
        register = places.load_places()
        place = register.find_place(code, day)
    except CauNoiError:
        return None
    return place.full_name, place.district_code


def _find_district_name(code: str, day: date) -> tuple[str, str] | None:
    for district in places.load_places().districts_on(day):
        if district.code == code:
            return district.full_name, code
    return None


def _likely_cause(field: Field, stated: int, now: float | None) -> str:
    if now is not None and stated == now:
        return "late"
    if field.parts_kind == "overlap" or field.over_place == "none":
        return "overlap"
    return "cut_off"
