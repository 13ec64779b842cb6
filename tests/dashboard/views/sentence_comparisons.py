"""Claims about places, years and periods side by side, and about published figures: asked anew."""

from collections.abc import Callable
from typing import Any

import polars as pl
from scipy.stats import linregress

from pipelines import catalog, kpi
from pipelines.kpi import PlaceComparison
from pipelines.present.panels.comparison import pair_with_previous, recent_quarters
from pipelines.reference.published_figures import PublishedFigure, load_published
from tests.dashboard.views.sentence_facts import Facts, is_known, number

Values = dict[str, Any]
Checker = Callable[[Facts, Values], bool]
OUTSIDE = ("above", "below", "far_above", "far_below")
FAR = ("far_above", "far_below")


def _asked(f: Facts) -> dict[str, Any]:
    return {"place": list(f.places) or None, "scope": f.scope, "store": f.store}


def _compare(f: Facts) -> PlaceComparison:
    """The places of the compare page, compared once more; none of them may be hidden."""
    found = kpi.fair(f.kpi, f.level, f.period, **_asked(f))
    assert "suppressed" not in set(found.places["state"]) or found.reason == "hidden"
    return found


def _count(f: Facts, *positions: str) -> int:
    judged = _compare(f).places["position"].drop_nulls()
    return sum(position in positions for position in judged) if positions else judged.len()


def _overall(f: Facts) -> float:
    """All numerators over all denominators of the places that are compared."""
    rows = [row for row in f.by_place(f.kpi) if is_known(row) and row["denominator"]]
    figure = f.definition(f.kpi)
    rate = sum(row["numerator"] for row in rows) / sum(row["denominator"] for row in rows)
    return round(figure.per * rate, figure.decimals)


def none_differs(f: Facts, v: Values) -> bool:
    return _count(f, *OUTSIDE) == 0 and number(v["whole"]) == _count(f)


def some_differ(f: Facts, v: Values) -> bool:
    return (number(v["n"]), number(v["whole"])) == (_count(f, *FAR), _count(f))


def some_outside(f: Facts, v: Values) -> bool:
    """Outside the 95 % limits, none of them clearly; one in twenty is there by chance."""
    whole = _count(f)
    is_twentieth = abs(number(v["expected"]) - whole / 20) < 0.051
    return is_twentieth and _count(f, *FAR) == 0 < _count(f, *OUTSIDE) == number(v["n"])


def flagged_places(f: Facts, v: Values) -> bool:
    """Every place that differs clearly is named, with its own value, and no other."""
    rows = _compare(f).places.filter(pl.col("position").is_in(FAR)).to_dicts()
    named = sum(row[f"{f.level}_name"] in v["names"] for row in rows)
    return number(v["common"]) == _overall(f) and (named == len(rows) or named >= 3)


def none_flagged(f: Facts, v: Values) -> bool:
    return _count(f, *FAR) == 0 and number(v["common"]) == _overall(f)


def by_chance(f: Facts, v: Values) -> bool:
    whole = _count(f)
    is_twentieth = abs(number(v["expected"]) - whole / 20) < 0.051
    told = number(v["whole"]), number(v["n"])
    return is_twentieth and told == (whole, _count(f, *OUTSIDE))


def not_compared(f: Facts, v: Values) -> bool:
    return number(v["n"]) == len(f.by_place(f.kpi)) - _count(f)


def first_ranks(f: Facts, v: Values) -> bool:
    ranks = _compare(f).places["first"].drop_nulls().to_list()
    return (number(v["n"]), number(v["whole"])) == (ranks.count(1), len(ranks))


def few_places(f: Facts, v: Values) -> bool:
    known = [row for row in f.by_place(f.kpi) if is_known(row) and row["denominator"]]
    least = f.definition(f.kpi).min_denominator
    return sum(row["denominator"] >= least for row in known) < number(v["need"])


def above_whole(f: Facts, v: Values) -> bool:
    rows = [row for row in f.by_place(f.kpi) if is_known(row)]
    return any(row["numerator"] > row["denominator"] for row in rows)


def unsuitable(f: Facts, v: Values) -> bool:
    return f.definition(f.code_of(v["kpi"])).model == "none"


def _years(f: Facts) -> list[int]:
    """The whole report years of the data."""
    first, last = f.store.span.first, f.store.span.last
    return list(range(first.year + (first.number > 1), last.year + (last.number == 4)))


def _annual(f: Facts, code: str) -> list[float | None]:
    found = []
    for year in _years(f):
        row = f.row(code, f"{year}-Y")
        found.append(row["value"] if row["state"] == "reported" else None)
    return found


def too_few_years(f: Facts, v: Values) -> bool:
    years = _years(f)
    told = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return (number(v["n"]), v["years"]) == (len(years), told) and len(years) < 5


def no_years(f: Facts, v: Values) -> bool:
    return not _years(f)


def broken_years(f: Facts, v: Values) -> bool:
    return None in _annual(f, f.code_of(v["kpi"]))


def no_spread(f: Facts, v: Values) -> bool:
    return bool({0.0, 100.0} & set(_annual(f, f.code_of(v["kpi"]))))


def trend(sign: int) -> Checker:
    """A line over the logs of the years' values has this p value, and this growth a year."""

    def check(f: Facts, v: Values) -> bool:
        code = f.code_of(v["kpi"])
        values = [value for value in _annual(f, code) if value is not None]
        if "change" not in v:
            values = [value / (100 - value) for value in values]
        line = linregress(range(len(values)), pl.Series(values).log().to_list())
        growth = abs(100 * (pl.Series([line.slope]).exp()[0] - 1))
        agrees = abs(number(v["p"]) - line.pvalue) < 0.001
        agrees = agrees and ("change" not in v or abs(number(v["change"]) - growth) < 0.06)
        return agrees and (line.slope * sign > 0 if sign else line.pvalue > 0.05)

    return check


def _split(f: Facts) -> tuple[pl.DataFrame, float, float]:
    """The groups of the change, and the count then and now as the figures answer them."""
    figure = f.definition(f.kpi)
    code = figure.code if figure.kind == "sum" else figure.numerator
    pair = pair_with_previous(figure, f.period)
    groups = kpi.like_for_like(code, pair.now.code, pair.before.code, **_asked(f))
    before, now = (f.row(code, span.code)["value"] or 0 for span in (pair.before, pair.now))
    return groups, before, now


def change(f: Facts, v: Values) -> bool:
    """The change is that of the figures, that of the others is of those in both periods."""
    groups, before, now = _split(f)
    (same,) = groups.filter(pl.col("group") == "same").to_dicts()
    told = number(v["raw"]), number(v["n"]), number(v["like"])
    return told == (now - before, same["reporters"], same["difference"])


def change_rates(f: Facts, v: Values) -> bool:
    groups, before, now = _split(f)
    (same,) = groups.filter(pl.col("group") == "same").to_dicts()
    raw = 100 * (now - before) / before
    like = 100 * (same["after"] - same["before"]) / same["before"]
    return abs(number(v["raw"]) - raw) < 0.051 and abs(number(v["like"]) - like) < 0.051


def nothing_to_split(f: Facts, v: Values) -> bool:
    groups, before, now = _split(f)
    return not groups["reporters"].sum() and not before and not now


def no_parts(f: Facts, v: Values) -> bool:
    """What is asked about is no count, or one that a part of the readers may not take apart."""
    figure = f.definition(f.kpi)
    hidden = "suppressed" in {row["state"] for row in f.rows(figure.code, "ward")}
    return figure.kind not in ("sum", "ratio") or hidden


def _ours(f: Facts, figure: PublishedFigure) -> float | None:
    places = list(figure.places) or None
    found = kpi.values(figure.kpi, period=figure.period, place=places, scope=f.scope, store=f.store)
    value: float | None = found["value"][0]
    return value


def _computed(f: Facts) -> list[bool]:
    """Of each published figure that ours can answer, whether ours agrees with it."""
    agreed = []
    for figure in load_published():
        is_asked = figure.kpi and figure.period[:2] == "20"
        value = _ours(f, figure) if is_asked else None
        if value is not None:
            agreed.append(figure.matches(value))
    return agreed


def agreements(f: Facts, v: Values) -> bool:
    agreed = _computed(f)
    return (number(v["n"]), number(v["whole"])) == (sum(agreed), len(agreed))


def no_agreements(f: Facts, v: Values) -> bool:
    return _computed(f) == []


def stated_totals(f: Facts, v: Values) -> bool:
    """So many totals are not the sum of their lines, so many are what stands now."""
    rows = kpi.claims(scope=f.scope, store=f.store).to_dicts()
    late = [row for row in rows if row["said"] == row["now"]]
    wrong = [row for row in rows if row["said"] != row["added"]]
    return (number(v["n"]), number(v["late"])) == (len(wrong), len(late)) and bool(rows)


def no_stated_totals(f: Facts, v: Values) -> bool:
    return kpi.claims(scope=f.scope, store=f.store).is_empty()


def own_returns(f: Facts, v: Values) -> bool:
    """So many returns of the eight quarters came, so many of them in time."""
    period = recent_quarters(f.period, f.store.span.first)
    came, in_time = f.row("Q01", period), f.row("Q02", period)
    received, owed = (number(part) for part in str(v["n"]).split("/"))
    told = (received, owed, number(v["early"]))
    return told == (came["numerator"], came["denominator"], in_time["numerator"])


def events(f: Facts, v: Values) -> bool:
    """Every day on the registers is one event."""
    units = kpi.units(f.period, list(f.places) or None, store=f.store)
    days = sum(units[column].drop_nulls().len() for column in ("founded", "launched", "valid_to"))
    return int(v["n"]) == days


def longest_wait(f: Facts, v: Values) -> bool:
    """No service of five arrivals and more has a longer median."""
    found = kpi.waiting(["service"], f.period, **_asked(f))
    known = found.filter(pl.col("median").is_not_null())
    labels = catalog.choices("service")
    longest = known["median"].max()
    names = [
        {labels[row["service"]].label.vi, labels[row["service"]].label.en}
        for row in known.filter(pl.col("median") == longest).to_dicts()
    ]
    return number(v["n"]) == longest and any(v["name"] in name for name in names)
