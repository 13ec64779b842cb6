"""Counts of referrals by newest state in, stacked bars, waiting ranges and the table of steps out.

A row of `outcomes` has service, period or half, issued, attended, started, completed, and where the slips stand now:
going, arrived, waiting, refused, lost, dropped, transferred, which add up to issued with completed. A row of `waiting`
has service, n, median, p90.
"""

from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present import charts, display, spans
from pipelines.present.charts import Part, Range, Row, Tone
from pipelines.present.marks import Picture
from pipelines.present.text import say

TONES: tuple[Tone, ...] = ("done", "going", "arrived", "waiting", "refused", "lost")
STEPS = ("issued", "attended", "started", "completed", "waiting")
#: A rate or a ninetieth percentile on fewer says nothing: the counts are written.
FEW = 5


def told(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """The frame with a `name` for every row and the six shares of a bar; services without a slip are left out.

    Dropped counts with lost; what was passed on to another receiver had arrived.
    """
    services = choices("service")
    by = next(c for c in ("service", "half", "period") if c in frame.columns)
    names = [services[c].label.of(language) if c in services else spans.span(c, language) for c in frame[by].to_list()]
    shares = {
        "done": pl.col("completed"),
        "arrived": pl.col("arrived") + pl.col("transferred"),
        "lost": pl.col("lost") + pl.col("dropped"),
    }
    named = frame.with_columns(pl.Series("name", names, dtype=pl.String))
    full = named.with_columns(**shares) if "completed" in frame.columns else named
    kept = full.filter(pl.col("issued" if "issued" in full.columns else "n").fill_null(0) > 0)
    return kept.sort("issued", descending=True) if by == "service" and "issued" in kept.columns else kept


def why_none(frame: pl.DataFrame) -> str:
    """Which sentence tells that there is nothing to tell: no slip was written, they are hidden, or nobody reported."""
    states = set(frame["state"].to_list())
    if "reported" in states:
        return "none"
    return next((state for state in ("suppressed", "not_reported") if state in states), "none")


def outcomes(frame: pl.DataFrame, column: str, language: Language, *, wide: int = 620) -> Picture:
    """One bar a row on one scale; `column` heads the names in the table."""
    names = {tone: say(f"referrals.{tone}", language) for tone in TONES}
    rows = [_row(r, names, language) for r in frame.to_dicts()]
    table = {column: [r.name for r in rows], say("referrals.issued", language): _texts(frame, "issued", language)}
    table |= {names[t]: _texts(frame, t, language) for t in TONES}
    alt = say("referrals.alt", language, n=display.number(_total(frame, "issued"), language))
    return Picture(charts.stacked(rows, names, wide=wide), alt, pl.DataFrame(table))


def _row(r: dict[str, Any], names: dict[Tone, str], language: Language) -> Row:
    total = say("referrals.slips", language, n=r["issued"], count=display.number(r["issued"], language))
    parts = [(tone, int(r[tone] or 0)) for tone in TONES]
    return Row(r["name"], total, tuple(_part(r, tone, n, names, language) for tone, n in parts))


def _part(r: dict[str, Any], tone: Tone, n: int, names: dict[Tone, str], language: Language) -> Part:
    values = {"name": r["name"], "stage": names[tone].lower(), "part": display.number(n, language)}
    return Part(
        tone, n, values["part"], say("referrals.hover", language, **values, whole=display.number(r["issued"], language))
    )


def _texts(frame: pl.DataFrame, column: str, language: Language) -> list[str]:
    return [display.number(v, language) for v in frame[column].to_list()] if frame.height else []


def _total(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].sum() or 0) if frame.height else 0


def finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Which service has the most referrals, and how they ended; `none` as `why_none` gives it, here and below."""
    if not _total(frame, "issued"):
        return say(f"referrals.{none}", language)
    first = frame.sort("issued", descending=True).row(0, named=True)
    values = {k: display.number(first[k], language) for k in ("issued", "done", "going", "waiting")}
    return say("referrals.finding", language, name=first["name"], **values)


def by_quarter(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """How many of all are still without an answer."""
    return _told("by_quarter", frame, language, none)


def title(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """The page's finding: arrived out of issued, and how many have had no answer."""
    return _told("title", frame, language, none)


def _told(key: str, frame: pl.DataFrame, language: Language, none: str) -> str:
    """The sentence about all referrals; where every one has had an answer, its twin that says so."""
    whole = {k: _total(frame, k) for k in ("issued", "attended", "waiting")}
    key = key if whole["waiting"] else f"{key}_answered"
    values = {k: display.number(v, language) for k, v in whole.items()}
    return say(f"referrals.{key}" if whole["issued"] else f"referrals.{none}", language, **values)


def steps(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a service and one for all: the steps as counts, arrivals in percent (or as counts when few)."""
    rows = frame.to_dicts()
    whole = {"name": say("referrals.all", language), **{s: _total(frame, s) for s in STEPS}}
    texts = [[r["name"], *(display.number(r[s], language) for s in STEPS), _share(r, language)] for r in (*rows, whole)]
    heads = ["service", *STEPS, "share"]
    return pl.DataFrame(texts, schema=[say(f"referrals.column_{h}", language) for h in heads], orient="row")


def _share(r: dict[str, Any], language: Language) -> str:
    issued, attended = r["issued"] or 0, r["attended"] or 0
    if issued < FEW:
        return display.of(attended, issued, language)
    return display.number(100 * attended / issued, language, 1)


def waiting(frame: pl.DataFrame, language: Language, none: str = "none") -> Picture:
    """Days from referral to arrival: the median as a dot, nine of ten as a ring; too few arrivals have neither."""
    rows = frame.sort("median", descending=True, nulls_last=True).to_dicts()
    ranges = [_range(r, language, first=i == 0) for i, r in enumerate(rows)]
    table = pl.DataFrame(
        {
            say("referrals.column_service", language): [r["name"] for r in rows],
            say("referrals.column_arrived", language): [display.number(r["n"], language) for r in rows],
            say("referrals.column_median", language): [display.number(r["median"], language) for r in rows],
            say("referrals.column_p90", language): [display.number(r["p90"], language) for r in rows],
        }
    )
    few = "waiting_few" if rows else "waiting_none" if none == "none" else none
    alt = say(f"referrals.{few}", language)
    if rows and rows[0]["median"] is not None:
        longest = display.number(rows[0]["median"], language)
        alt = say("referrals.waiting_finding", language, name=rows[0]["name"], n=longest)
    return Picture(charts.ranges(ranges) if rows else charts.NOTHING, alt, table)


def _range(r: dict[str, Any], language: Language, *, first: bool) -> Range:
    if r["median"] is None:
        few = say("referrals.too_few", language, n=display.number(r["n"], language))
        hover = say("referrals.waiting_hover_few", language, name=r["name"], few=few)
        return Range(r["name"], None, "", None, "", hover, few)
    near, far = display.number(r["median"], language), display.number(r["p90"], language)
    values = {"name": r["name"], "near": near, "far": far, "n": display.number(r["n"], language)}
    near_text = say("referrals.median_days", language, n=f"<b>{near}</b>") if first else f"<b>{near}</b>"
    far_text = say("referrals.p90_days", language, n=far) if first else far
    hover = say("referrals.waiting_hover", language, **values)
    return Range(r["name"], r["median"], near_text, r["p90"], far_text, hover)
