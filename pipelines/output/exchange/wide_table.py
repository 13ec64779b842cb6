"""The wide table for Excel and Power BI: a row per ward and quarter, three columns per figure."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.kpi.missing_cells import REASONS
from pipelines.output.exchange.package import write_csv_bytes
from pipelines.present.i18n import translate
from pipelines.privacy.scope import CITY, Scope
from pipelines.store.atomic_files import publish_together

#: What a row is about, before its figures; texts are `wide.<column>`.
ROW_COLUMNS = ("ward", "ward_name", "district", "district_name", "quarter", "starts", "ends")
STATE_SUFFIX = "_state"
MISSING_SUFFIX = "_missing"
#: Columns per figure: what stands behind its code, and the column of the answer.
_PER_FIGURE = {"": "value", STATE_SUFFIX: "state", MISSING_SUFFIX: "missing_by"}
#: NOTE: without it Excel reads Vietnamese letters of a CSV file as something else.
_BYTE_ORDER_MARK = "\ufeff".encode()


def make_wide_table(
    store: WarehouseReader,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """Return one row per ward and quarter, as `kpi.figures` gives them to this scope.

    Columns: those of ROW_COLUMNS, then for each KPI that has an answer by ward and quarter its
    value under its code (unrounded, null where there is none), its state under `<code>_state`:
    reported, not_reported, not_applicable or suppressed, and under `<code>_missing` why values of
    its formula are missing (`1 blocked, 1 not_sent`; null where none is). Values of one unit may be
    added only where docs/domain.md 1.1 and 1.2 say so.
    """
    codes = list(catalog.kpis())
    found = kpi.figures(codes, ["ward", "quarter"], period, place, scope=scope, store=store)
    keys = ["ward", "ward_name", "district", "district_name", "quarter"]
    told = found.with_columns(_write_reasons())
    # NOTE: with several columns of values a pivot names its columns value_T06 and state_T06.
    values = list(_PER_FIGURE.values())
    wide = told.pivot("kpi", index=keys, values=values, maintain_order=True)
    days = store.read_table("ref.periods").select("starts", "ends", quarter="period")
    columns: list[pl.Expr] = []
    for code in codes:
        if f"value_{code}" not in wide.columns:
            continue
        for suffix, name in _PER_FIGURE.items():
            columns.append(pl.col(f"{name}_{code}").alias(code + suffix))
    dated = wide.join(days, on="quarter", how="left")
    return dated.select(*ROW_COLUMNS, *columns).sort("ward", "quarter")


def _write_reasons() -> pl.Expr:
    """Write `missing_by` as text, `1 blocked, 1 not_sent`; null where nothing is missing."""
    texts = []
    for reason in REASONS:
        count = pl.col("missing_by").struct.field(reason)
        texts.append(pl.when(count > 0).then(pl.format(f"{{}} {reason}", count)))
    joined = pl.concat_str(texts, separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias("missing_by")


def describe_columns(wide: pl.DataFrame) -> pl.DataFrame:
    """Return what each column says: column, vi, en, unit, and the definition in both languages."""
    rows = [_describe_column(name) for name in wide.columns]
    heads = ["column", "vi", "en", "unit", "definition_vi", "definition_en"]
    return pl.DataFrame(rows, schema=heads, orient="row")


def _describe_column(name: str) -> tuple[str, ...]:
    if name in ROW_COLUMNS:
        vi, en = translate(f"wide.{name}", "vi"), translate(f"wide.{name}", "en")
        return (name, vi, en, "", "", "")
    code, _, about = name.partition("_")
    figure = catalog.find_kpi(code)
    label, text = figure.label, figure.definition
    if about:
        vi = translate(f"wide.{about}", "vi", figure=label.vi)
        return (name, vi, translate(f"wide.{about}", "en", figure=label.en), "", "", "")
    return (name, label.vi, label.en, figure.unit, text.vi, text.en)


def write_wide_table(wide: pl.DataFrame, folder: Path, stem: str) -> list[Path]:
    """Write the table as Parquet and CSV, and the list of its columns; returns the three files."""
    with publish_together() as aside:
        return _write_files(wide, folder, stem, aside)


def _write_files(
    wide: pl.DataFrame, folder: Path, stem: str, aside: Callable[[Path], Path]
) -> list[Path]:
    parquet = io.BytesIO()
    wide.write_parquet(parquet)
    contents = {
        folder / f"{stem}.parquet": parquet.getvalue(),
        folder / f"{stem}.csv": _BYTE_ORDER_MARK + write_csv_bytes(wide),
        folder / f"{stem}_columns.csv": _BYTE_ORDER_MARK + write_csv_bytes(describe_columns(wide)),
    }
    for file, content in contents.items():
        aside(file).write_bytes(content)
    return list(contents)
