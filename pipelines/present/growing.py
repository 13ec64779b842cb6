"""How a count moved between two spans in, its parts as a picture, a table and a sentence out; they add up exactly."""

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present import charts, display, spans
from pipelines.present.answers import unit_of
from pipelines.present.compare import Pair
from pipelines.present.marks import Mark, Picture
from pipelines.present.text import say
from pipelines.reference.periods import Span, year


def picture(groups: pl.DataFrame, kpi: Kpi, pair: Pair, language: Language) -> Picture:
    """One bar a group that has anybody in it, then the raw change; `groups` as `kpi.like_for_like` gives them."""
    rows = [r for r in groups.to_dicts() if r["reporters"]]
    marks = [_mark(r, language) for r in rows]
    total = float(groups["difference"].sum())
    whole = say("growth.total", language)
    marks.append(Mark(whole, total, display.signed(total, language), f"{whole}: {display.signed(total, language)}"))
    figure = charts.moves(marks) if rows else {"data": [], "layout": {}}
    return Picture(figure, finding(groups, kpi, pair, language), table(groups, language))


def about(kpi: Kpi, pair: Pair, place: str, language: Language) -> str:
    """Between which periods, or for a stock from the end of which to the end of which, in which unit and where."""
    ends = (pair.now, pair.before) if not pair.stock else (_end(pair.now), _end(pair.before))
    now, before = (spans.said(p, language) if pair.stock else spans.span(p, language) for p in ends)
    key = "growth.unit_stock" if pair.stock else "growth.unit"
    return say(key, language, now=now, before=before, place=place, unit=unit_of(kpi, language))


def _end(period: Span) -> Span:
    """The year or quarter whose end is the period's."""
    return year(period.last.year) if period.whole_years else Span(period.last, period.last)


def _mark(row: dict[str, object], language: Language) -> Mark:
    count, difference = int(str(row["reporters"])), float(str(row["difference"]))
    name = say(f"growth.{row['group']}", language, n=display.number(count, language))
    text = display.signed(difference, language)
    return Mark(name, difference, text, f"{name}: {text}")


def finding(groups: pl.DataFrame, kpi: Kpi, pair: Pair, language: Language) -> str:
    """Raw change beside the change of those counted both times."""
    before, after = (int(groups[side].sum()) for side in ("before", "after"))
    same = groups.filter(pl.col("group") == "same").row(0, named=True)
    if not groups["reporters"].sum():
        return say("growth.none", language, kpi=kpi.label.of(language))
    values = {
        "kpi": kpi.label.of(language),
        "raw": display.signed(after - before, language),
        "unit": unit_of(kpi, language),
        "like": display.signed(same["difference"], language),
        "n": display.number(same["reporters"], language),
        "now": spans.span(pair.now, language),
        "before": spans.span(pair.before, language),
    }
    return say("growth.finding", language, **values)


def rates(groups: pl.DataFrame, language: Language) -> str:
    """Raw and like-for-like growth in percent, where there is something to grow from."""
    same = groups.filter(pl.col("group") == "same").row(0, named=True)
    before, after = int(groups["before"].sum()), int(groups["after"].sum())
    if not before or not same["before"]:
        return ""
    raw, like = (100 * (b - a) / a for a, b in ((before, after), (same["before"], same["after"])))
    return say("growth.rates", language, raw=_percent(raw, language), like=_percent(like, language))


def _percent(value: float, language: Language) -> str:
    return ("+" if value > 0 else "") + display.percent(value, language)


def table(groups: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a group and one of sums: reporters, before, after, difference."""
    rows = [(say(f"growth.{r['group']}_short", language), r) for r in groups.to_dicts()]
    sums = {name: groups[name].sum() for name in ("reporters", "before", "after", "difference")}
    rows.append((say("growth.total", language), sums))
    heads = [say(f"growth.column_{h}", language) for h in ("group", "reporters", "before", "after", "difference")]
    written = [
        [name, *(display.number(r[c], language) for c in ("reporters", "before", "after")), _signed(r, language)]
        for name, r in rows
    ]
    return pl.DataFrame(written, schema=dict.fromkeys(heads, pl.String), orient="row")


def _signed(row: dict[str, float], language: Language) -> str:
    return display.signed(row["difference"], language)
