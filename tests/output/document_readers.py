"""How a figure must read in a Vietnamese document, derived from `caunoi kpi` by other means."""

from dataclasses import dataclass
from functools import cache

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.output.report.query import load_layout

PERIOD, BEFORE, PLACE = "2022-Y", "2021-Y", "020"
SIGNS = {"not_reported": "–", "not_applicable": "n/a", "suppressed": "*"}


@dataclass(frozen=True)
class Line:
    """Return one row of a section's table, and the numbers themselves.

    The row: label, unit, now, then, difference, returns.
    """

    code: str
    cells: tuple[str, ...]
    now: float | None
    then: float | None


def vietnamese(value: float, decimals: int) -> str:
    return (
        f"{value:,.{decimals}f}".replace(",", " ")
        .replace(".", ",")
        .replace(" ", ".")
        .replace("-", "−")
    )


def figure(row: dict[str, object], known: catalog.Kpi) -> str:
    if row["state"] != "reported":
        return SIGNS[str(row["state"])]
    partial = "†" if row["received"] < row["expected"] and known.kind != "returns" else ""  # type: ignore[operator]
    if known.min_denominator and (row["denominator"] or 0) < known.min_denominator:  # type: ignore[operator]
        top, bottom = (
            vietnamese(float(str(row[side])), 0) for side in ("numerator", "denominator")
        )
        return f"{top} trên {bottom}{partial}"
    percent = "" if known.unit != "percent" else " %"
    sign = {">": "trên ", "~": "khoảng "}.get(str(row["qualifier"]), "")
    return sign + vietnamese(float(str(row["value"])), known.decimals) + partial + percent


def asked(
    store: WarehouseReader, code: str, period: str, place: str | None = PLACE
) -> dict[str, object]:
    return kpi.values(code, (), period, [place] if place else None, store=store).row(0, named=True)


def line(store: WarehouseReader, code: str) -> Line:
    known = catalog.find_kpi(code)
    now, then = asked(store, code, PERIOD), asked(store, code, BEFORE)
    texts = [figure(now, known), figure(then, known)]
    both = now["state"] == then["state"] == "reported" and not any(
        "trên " in t and t[0] != "t" for t in texts
    )
    change = 0.0
    if both:
        before, after = (round(float(str(r["value"])), known.decimals) for r in (then, now))
        change = after - before
    plus = "+" if round(change, known.decimals) > 0 else ""
    told = plus + vietnamese(change, known.decimals) if both else ""
    if both and round(change, known.decimals) == 0:
        told = vietnamese(0, known.decimals)
    returns = (
        f"{vietnamese(now['received'], 0)}/{vietnamese(now['expected'], 0)}"
        if now["expected"]
        else ""
    )  # type: ignore[arg-type]
    unit = catalog.units()[known.unit].label.vi
    if any("trên " in t and t[0] != "t" for t in texts):
        unit = ""
    else:
        texts = [t.replace(" %", "") for t in texts]
    cells = (known.label.vi, unit, *texts, told, returns)
    return Line(code, cells, now["value"], then["value"])  # type: ignore[arg-type]


@cache
def codes() -> tuple[str, ...]:
    return tuple(c for s in load_layout().sections for c in s.codes)
