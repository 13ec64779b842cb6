"""Claims about registers, slips and returns: each is counted again from the rows themselves."""

import re
from collections.abc import Callable
from typing import Any

import polars as pl

from pipelines import catalog, kpi
from pipelines.reference.periods import parse_period
from pipelines.reference.targets import target_value
from tests.dashboard.views.sentence_facts import Facts, Row, number, quarter

Values = dict[str, Any]
Checker = Callable[[Facts, Values], bool]
YEAR = re.compile(r"\b(20\d\d)\b")


def _points(f: Facts) -> pl.DataFrame:
    return kpi.points(f.period, list(f.places) or None, store=f.store)


def timeline(f: Facts, v: Values) -> bool:
    """So many points, so many with a date, so many of these certain."""
    found = _points(f)
    dated = found.filter(pl.col("founded").is_not_null())
    certain = dated.filter(pl.col("confidence") == "certain").height
    told = [number(v[name]) for name in ("whole", "dated", "certain")]
    return told == [found.height, dated.height, certain]


def timeline_none(f: Facts, v: Values) -> bool:
    return _points(f)["founded"].drop_nulls().is_empty()


def facilities_none(f: Facts, v: Values) -> bool:
    return _points(f)["facility"].drop_nulls().is_empty()


def target_share(f: Facts, v: Values) -> bool:
    """The share is that of the city's points in its target of the year."""
    goal = target_value("P01", int(number(v["year"])))
    share = 100 * (f.value("P01") or 0) / (goal or 1)
    return not f.places and abs(number(v["share"]) - share) < 0.51


def _services(f: Facts) -> list[dict[str, Any]]:
    places = list(f.places) or None
    return kpi.outcomes(["service"], f.period, places, scope=f.scope, store=f.store).to_dicts()


def most_referrals(f: Facts, v: Values) -> bool:
    """No service has more slips, and so many of one that has as many are completed."""
    done = number(v["done"]) if "done" in v else 0
    rows = _services(f)
    most = max(row["issued"] for row in rows)
    top = [row for row in rows if row["issued"] == most == number(v["issued"])]
    return done in {row["completed"] for row in top}


def _slips(f: Facts, detail: str) -> dict[str, list[Row]]:
    """The counts of each value of what the slips say, counted ward by ward."""
    by = "ward,facility" if detail == "facility" else "ward"
    found = kpi.results(by, f.period, list(f.places) or None, scope=f.scope, store=f.store)
    values: dict[str, list[Row]] = {}
    for row in found.filter(pl.col("state") == "reported").to_dicts():
        if detail == "facility":
            values.setdefault(row[detail], []).append(row)
            continue
        for column, count in row.items():
            if column.startswith(detail + "_") and count:
                values.setdefault(column, []).append({"issued": count})
    values.pop("", None)
    return values


def most_frequent(detail: str) -> Callable[[Facts, Values], bool]:
    """So many slips have the detail, and no value of it is on more of them."""

    def check(f: Facts, v: Values) -> bool:
        found = _slips(f, detail)
        counts = [sum(row["issued"] for row in rows) for rows in found.values()]
        return (number(v["most"]), number(v["n"])) == (max(counts), sum(counts))

    return check


def most_chosen_facility(f: Facts, v: Values) -> bool:
    """No receiver has more referrals, and so many of them arrived at one that has as many."""
    counts = [
        tuple(sum(row[name] for row in rows) for name in ("issued", "attended"))
        for rows in _slips(f, "facility").values()
    ]
    told = number(v["n"]), number(v["attended"])
    return told in counts and told[0] == max(count for count, _ in counts)


def no_slip_says(detail: str) -> Callable[[Facts, Values], bool]:
    return lambda f, v: f.state("R01") == "reported" and not _slips(f, detail)


def few_arrived(f: Facts, v: Values) -> bool:
    rows = _services(f)
    return bool(rows) and max(row["attended"] for row in rows) < 5


def timely(f: Facts, v: Values) -> bool:
    """Of the returns of the quarter so many came in time, so many late, so many did not."""
    period = quarter(v["period"])
    came, in_time = (f.row(code, period) for code in ("Q01", "Q02"))
    received, owed = int(came["numerator"] or 0), int(came["denominator"] or 0)
    early = int(in_time["numerator"] or 0)
    told = [number(v[name]) for name in ("early", "late", "missing")]
    return told == [early, received - early, owed - received]


def chase(f: Facts, v: Values) -> bool:
    return f.sees != "none" and number(v["missing"]) == _list_missing(f).height


def counted_cells(f: Facts, v: Values) -> bool:
    """The cells of the page's figure add up to its two sides, as far as the reader sees them."""
    places = list(f.places) or None
    cells = kpi.passport(f.kpi, f.period, places, scope=f.scope, store=f.store)
    sums = dict(cells.group_by("side").agg(pl.col("value").sum()).rows())
    told = {"numerator": number(v["sum"])}
    if "base" in v:
        told["denominator"] = number(v["base"])
    return told == {side: sums[side] for side in told}


def gaps(f: Facts, v: Values) -> bool:
    """So many values are missing as the figure itself says, for each of the formula's fields."""
    missing = f.row(f.kpi)["missing_by"]
    figure = f.definition(f.kpi)
    measures = (*figure.numerators, *figure.denominators)
    fields = len([name for name in measures if name in catalog.fields()])
    told = {name: number(v[name]) for name in ("not_sent", "blank", "blocked")}
    told["not_sent"] *= fields
    return told == {name: missing[name] for name in told}


def numerator_changes(f: Facts, v: Values) -> bool:
    places = list(f.places) or None
    cells = kpi.passport(f.kpi, f.period, places, scope=f.scope, store=f.store)
    return cells.filter(pl.col("side") == "numerator")["value"].sum() == number(v["sum"])


def units_with_work(rows: str) -> Callable[[Facts, Values], bool]:
    """No fewer units have something to do than miss a return of the period's last quarter."""
    forms = {"team": ["A"], "point": ["B"]}.get(rows, ["A", "B"])

    def check(f: Facts, v: Values) -> bool:
        quarter = parse_period(f.period).last.code
        places = list(f.places) or None
        owing = kpi.coverage(quarter, places, scope=f.scope, store=f.store)
        missing = owing.filter(
            pl.col("expected") & ~pl.col("received") & pl.col("form").is_in(forms)
        )
        told = number(v["n"]) if "n" in v else 0
        return missing["ward"].n_unique() <= told <= number(v["whole"])

    return check


def alerts_by_chance(f: Facts, v: Values) -> bool:
    """As many values are listed as unusual; chance gives a sixth of the wards at most a fall."""
    places = list(f.places) or None
    quarter = parse_period(f.period).last.code
    found = kpi.outliers(quarter, places, scope=f.scope, store=f.store)
    expected = kpi.expected_outliers(quarter, places, scope=f.scope, store=f.store)
    wards = kpi.coverage(quarter, places, scope=f.scope, store=f.store)["ward"].n_unique()
    by_chance = number(v["unusual_chance"]) == round(expected)
    return (
        by_chance
        and number(v["unusual"]) == found.height
        and number(v["falling_chance"]) <= round(wards / 6)
        and number(v["falling"]) <= wards
    )


def looks_back(f: Facts, v: Values) -> bool:
    """No page of these tests looks back to a day."""
    return False


def nobody_to_chase(f: Facts, v: Values) -> bool:
    return f.sees != "none" and _list_missing(f).is_empty()


def _list_missing(f: Facts) -> pl.DataFrame:
    """The returns that have not come, of districts that are this reader's."""
    found = f.listed("missing")
    if f.scope.sees_all:
        return found
    return found.filter(pl.col("district").is_in(list(f.scope.districts)))


def whole_profile(f: Facts, v: Values) -> bool:
    """Volunteers and teams are those of the figures, and none of them is missing."""
    row = f.row("T03")
    teams = f.row("T01")["value"]
    return f.shows("T03", v["volunteers"]) and row["missing"] == 0 and number(v["teams"]) == teams


def partial_profile(f: Facts, v: Values) -> bool:
    row = f.row("T03")
    return round(row["value"]) == number(v["volunteers"]) and row["missing"] > 0


def unregistered_profile(f: Facts, v: Values) -> bool:
    return f.shows("T03", v["volunteers"]) and not f.row("T01")["value"]


def year_of_clients(sign: int) -> Checker:
    """The year named has so many clients, so many more or fewer than the year before."""

    def check(f: Facts, v: Values) -> bool:
        found = YEAR.search(str(v["part"]))
        assert found, v
        year = int(found[1])
        now, then = f.value("K01", f"{year}-Y"), f.value("K01", f"{year - 1}-Y")
        change = number(v["d"]) if "d" in v else 0
        return now is not None and then is not None and now - then == sign * change

    return check
