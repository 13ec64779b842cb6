"""Totals that officers wrote beside what their lines add up to and what stands now; why they may differ."""

import json
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.errors import CauNoiError
from pipelines.kpi.store import Store
from pipelines.kpi.values import figures
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference import periods, places

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


def claims(*, scope: Scope = CITY, store: Store) -> pl.DataFrame:
    """One row per total that differs from its own lines, oldest first.

    Columns: unit (a district's or reporter's code), unit_name, district, period, field, said (the total as written),
    added (its lines), now (the figure of the build), cause, sheet, cell, file, submission. cause: `late` (what was
    said is what stands now: lines came later), `overlap` (one event may stand in several lines), `cut_off` (neither).
    Units outside the scope are not in it.
    """
    rows = [_row(store, scope, r) for r in store.query("claims").to_dicts()]
    return pl.DataFrame([r for r in rows if r], schema=_KINDS)


def _row(store: Store, scope: Scope, row: dict[str, Any]) -> dict[str, object] | None:
    given = json.loads(row["given"] or "{}")
    field = _field(row["field"], str(given.get("name", "")), str(row["form"]))
    code = str(row["unit"]).partition("-")[2] or str(row["unit"])
    about = _named(code, str(row["period"]))
    if field is None or about is None:
        return None
    if not scope.sees(about[1], field.protected, below_district=code != about[1]):
        return None
    said, added = int(given["a"]), int(given["b"])
    now = figures([field.code], (), row["period"], [code], scope=scope, store=store)["value"].to_list()
    ours = now[0] if now else None
    place = {"unit": row["unit"], "unit_name": about[0], "district": about[1], "period": row["period"]}
    told = {"field": field.code, "said": said, "added": added, "now": ours, "cause": _cause(field, said, ours)}
    return {**place, **told, **{c: row[c] for c in ("sheet", "cell", "file", "submission")}}


def _field(code: str | None, name: str, form: str) -> Field | None:
    """The field by its code, else by the label its sentence carries."""
    if code in catalog.fields():
        return catalog.fields()[str(code)]
    return next((f for f in catalog.fields().values() if f.form == form and f.label.vi == name), None)


def _named(code: str, period: str) -> tuple[str, str] | None:
    """The unit's full name on the period's last day, and its district."""
    try:
        day = periods.parse(period).end
        if len(code) == 3:
            return next((d.full_name, code) for d in places.load().districts(day) if d.code == code)
        place = places.load().get(code, day)
    except (CauNoiError, StopIteration):
        return None
    return place.full_name, place.district_code


def _cause(field: Field, said: int, now: float | None) -> str:
    if now is not None and said == now:
        return "late"
    return "overlap" if field.parts_kind == "overlap" or field.over_place == "none" else "cut_off"
