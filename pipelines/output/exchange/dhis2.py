"""Returns as DHIS2 data value sets: written as JSON or CSV, and read back.

Data elements and organisation units go by our codes (import with idScheme=CODE); a quarter is
2022Q3, which here means the report quarter from the 15th to the 14th. A zero is a value. What was
owed and not reported is a deleted value: a system that holds an older one drops it. Qualifier and
estimate stand in the comment.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.present.format.escaping import escape_spreadsheet
from pipelines.privacy.scope import CITY, Scope

COLUMNS = {"form": pl.String, "field": pl.String, "reporter": pl.String, "period": pl.String}
SCHEMA: Mapping[str, Any] = {
    **COLUMNS,
    "value": pl.Int64,
    "qualifier": pl.String,
    "estimate": pl.Boolean,
}
HEADS = (
    "dataelement",
    "period",
    "orgunit",
    "categoryoptioncombo",
    "attributeoptioncombo",
    "value",
    "storedby",
)
MORE = ("lastupdated", "comment", "followup", "deleted")
DEFAULT = "default"
#: NOTE: only ASCII digits are digits here; `²` would pass for one.
_PERIOD = re.compile(r"([0-9]{4})(Q[1-4])")
#: No count or sum of money of ours has more digits; larger ones fit no column.
_MOST_DIGITS = 15
#: So much of a value is repeated in a refusal.
_SHOWN = 40


def data_values(
    store: WarehouseReader,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """Return one row per field of every return owed, without what the scope may not see."""
    reported = kpi.reported(period, place, scope=scope, store=store)
    visible = reported.filter(pl.col("state") != "suppressed")
    return visible.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def to_json(frame: pl.DataFrame) -> bytes:
    """Write a data value set as DHIS2's API takes it."""
    values = list(map(_data_value, frame.iter_rows(named=True)))
    return json.dumps({"dataValues": values}, ensure_ascii=False, indent=1).encode("utf-8")


def to_csv(frame: pl.DataFrame) -> bytes:
    """Write the same as DHIS2's CSV: its columns, in its order."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow((*HEADS, *MORE))
    for row in frame.iter_rows(named=True):
        v = _data_value(row)
        deleted = "true" if v.get("deleted") else "null"
        line = (
            v["dataElement"],
            v["period"],
            v["orgUnit"],
            DEFAULT,
            DEFAULT,
            v["value"],
            "",
            "",
            v["comment"],
        )
        writer.writerow([escape_spreadsheet(str(text)) for text in (*line, "false", deleted)])
    return buffer.getvalue().encode("utf-8")


def _data_value(row: Mapping[str, Any]) -> dict[str, Any]:
    period = str(row["period"]).replace("-", "")
    common = {"dataElement": row["field"], "period": period, "orgUnit": row["reporter"]}
    options = {"categoryOptionCombo": DEFAULT, "attributeOptionCombo": DEFAULT}
    if row["value"] is None:
        return {**common, **options, "value": "", "comment": "", "deleted": True}
    remarks = []
    qualifier = row["qualifier"]
    if qualifier in _QUALIFIER_WORDS:
        remarks.append(_QUALIFIER_WORDS[qualifier])
    if row["estimate"]:
        remarks.append("estimate")
    comment = "; ".join(remarks)
    return {**common, **options, "value": str(row["value"]), "comment": comment}


_QUALIFIER_WORDS = {">": "more than", "~": "about"}


def read_data_values(data: bytes) -> tuple[pl.DataFrame, list[str]]:
    """Read the rows of a JSON or CSV data value set.

    The second value holds one sentence in English for every value that is refused.
    """
    rows: list[tuple[Any, ...]] = []
    refusals: list[str] = []
    for number, value in enumerate(_parse_payload(data), 1):
        try:
            rows.append(_parse_data_value(value))
        except _ValueRefused as refusal:
            refusals.append(f"value {number}: {refusal}")
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort("form", "period", "reporter", "field"), refusals


def _parse_payload(data: bytes) -> Iterable[Mapping[str, Any]]:
    """Return the values of a payload with lower-case names; one empty value if it is unreadable."""
    text = data.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        return _parse_json(text)
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error:
        return [{}]


def _parse_json(text: str) -> list[Mapping[str, Any]]:
    try:
        values = json.loads(text).get("dataValues")
    except (ValueError, RecursionError):
        # NOTE: a number of thousands of digits is a ValueError of its own, deep nesting no error of
        # JSON at all.
        return [{}]
    lowered: list[Mapping[str, Any]] = []
    for value in values if isinstance(values, list) else [values]:
        entries = value.items() if isinstance(value, dict) else ()
        lowered.append({name.lower(): content for name, content in entries})
    return lowered


class _ValueRefused(Exception):
    """A value that is refused; its text is the reason, in English."""


def _parse_data_value(value: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the row of one value; raises _ValueRefused."""
    field = catalog.fields().get(str(value.get("dataelement")))
    if field is None:
        raise _ValueRefused(f"no field is called {value.get('dataelement')!r}")
    period = str(value.get("period") or "")
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise _ValueRefused(f"{period!r} is not a quarter such as 2022Q3")
    unit = str(value.get("orgunit") or "")
    if not unit.startswith({"A": "D-", "B": "P-"}[field.form]):
        raise _ValueRefused(f"{unit!r} does not report on form {field.form}")
    return (field.form, field.code, unit, f"{match[1]}-{match[2]}", *_parse_number(value))


def _parse_number(value: Mapping[str, Any]) -> tuple[int | None, str | None, bool | None]:
    """Return number, qualifier and estimate; None for each when the value is deleted or empty."""
    text = str(value.get("value") or "").strip()
    if not text or str(value.get("deleted")).lower() == "true":
        return None, None, None
    if not (text.isascii() and text.isdigit()):
        raise _ValueRefused(f"{text[:_SHOWN]!r} is not a whole number")
    if len(text.lstrip("0")) > _MOST_DIGITS:
        raise _ValueRefused(f"a number of {len(text)} digits is no count of ours")
    comment = str(value.get("comment") or "")
    qualifier = "="
    if "more than" in comment:
        qualifier = ">"
    elif "about" in comment:
        qualifier = "~"
    return int(text), qualifier, "estimate" in comment
