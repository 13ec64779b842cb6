"""Returns as DHIS2 data value sets, out and in: the values of `kpi.reported` in, JSON or CSV out, and back again.

Data elements and organisation units go by our codes (import with idScheme=CODE); a quarter is 2022Q3, which here means
the report quarter from the 15th to the 14th. A zero is a value. What was owed and not reported is a deleted value: a
system that holds an older one drops it. Qualifier and estimate stand in the comment.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.output.formula_injection import escape_formula
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


def data_values(
    store: WarehouseReader,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """One row per field of every return owed; what the scope may not see is not in it."""
    found = kpi.reported(period, place, scope=scope, store=store)
    return found.filter(pl.col("state") != "suppressed").select(
        pl.col(c).cast(t) for c, t in SCHEMA.items()
    )


def to_json(frame: pl.DataFrame) -> bytes:
    """A data value set as DHIS2's API takes it."""
    told = [_data_value(row) for row in frame.iter_rows(named=True)]
    return json.dumps({"dataValues": told}, ensure_ascii=False, indent=1).encode("utf-8")


def to_csv(frame: pl.DataFrame) -> bytes:
    """The same as DHIS2's CSV: its columns, in its order."""
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
        writer.writerow([escape_formula(str(text)) for text in (*line, "false", deleted)])
    return buffer.getvalue().encode("utf-8")


def _data_value(row: Mapping[str, Any]) -> dict[str, Any]:
    period = str(row["period"]).replace("-", "")
    common = {"dataElement": row["field"], "period": period, "orgUnit": row["reporter"]}
    options = {"categoryOptionCombo": DEFAULT, "attributeOptionCombo": DEFAULT}
    if row["value"] is None:
        return {**common, **options, "value": "", "comment": "", "deleted": True}
    words = {">": "more than", "~": "about"}.get(str(row["qualifier"]), "")
    comment = "; ".join(w for w in (words, "estimate" if row["estimate"] else "") if w)
    return {**common, **options, "value": str(row["value"]), "comment": comment}


def read_data_values(data: bytes) -> tuple[pl.DataFrame, list[str]]:
    """The rows of a JSON or CSV data value set, and one sentence in English for every value that is not taken."""
    found, refused = [], []
    for number, value in enumerate(_parse_payload(data), 1):
        row = _parse_data_value(value)
        if isinstance(row, str):
            refused.append(f"value {number}: {row}")
        else:
            found.append(row)
    return pl.DataFrame(found, schema=SCHEMA, orient="row").sort(
        "form", "period", "reporter", "field"
    ), refused


def _parse_payload(data: bytes) -> Iterable[Mapping[str, Any]]:
    text = data.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        try:
            values = json.loads(text).get("dataValues")
        except json.JSONDecodeError:
            return [{}]
        every = values if isinstance(values, list) else [values]
        return [
            {k.lower(): v for k, v in value.items()} if isinstance(value, dict) else {}
            for value in every
        ]
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error:
        return [{}]


def _parse_data_value(value: Mapping[str, Any]) -> tuple[Any, ...] | str:
    """The row of one value, or why it is not taken."""
    field = catalog.fields().get(str(value.get("dataelement")))
    period = str(value.get("period") or "")
    unit = str(value.get("orgunit") or "")
    text = str(value.get("value") or "").strip()
    deleted = str(value.get("deleted")).lower() == "true" or not text
    if field is None:
        return f"no field is called {value.get('dataelement')!r}"
    if len(period) != 6 or period[4] != "Q" or period[5] not in "1234" or not period[:4].isdigit():
        return f"{period!r} is not a quarter such as 2022Q3"
    if not unit.startswith({"A": "D-", "B": "P-"}[field.form]):
        return f"{unit!r} does not report on form {field.form}"
    if not deleted and not (text.isascii() and text.isdigit()):
        return f"{text!r} is not a whole number"
    comment = str(value.get("comment") or "")
    sign = ">" if "more than" in comment else "~" if "about" in comment else "="
    told = (None, None, None) if deleted else (int(text), sign, "estimate" in comment)
    return (field.form, field.code, unit, f"{period[:4]}-{period[4:]}", *told)
