"""What each sentence of the pages claims, and how that is checked: one row a sentence."""

import re
from collections.abc import Callable
from typing import Any

from pipelines.catalog import list_card_codes
from tests.dashboard.views import sentence_comparisons as sides
from tests.dashboard.views import sentence_lists as lists
from tests.dashboard.views.sentence_facts import Facts, is_known, number, quarter

Values = dict[str, Any]
Checker = Callable[[Facts, Values], bool]
TOPICS = {"points": "P01", "clients": "K01", "teams": "T06", "referrals": "R01"}
#: Sentences about a card of parts, and the card.
PARTS = ("clients.groups", "clients.topics", "clients.modes", "referrals.support")
#: Names, heads, units, legends, explanations of method: they say nothing of a figure's state.
LABELS = re.compile(
    r"(?!overview|changes|finding|lineage|worklist|teams|clients|activities|referrals|results|points|fair|trend|growth"
    r"|beside|quality|timely|troubles|profile|published|claims|goals|nothing|rights"
    r"|system\.title|users\.list).*"
    r"|.*\.(column_\w+|\w*unit(_\w+)?|\w+_(about|note|foot|hover|column|short|head|do|key|grey)"
    r"|short_\w+|event_\w+|kind_\w+|group_\w+|method_\w+|total_\w+|history_\w+|small_\w+)"
    r"|changes\.title|teams\.(work|small|large)|clients\.(review|outreach|persons|contacts)"
    r"|activities\.(more|rehab|work|clubs|security|communication)"
    r"|referrals\.(alt|hover|slips|issued|done|going|arrived|waiting|refused|lost|all|steps"
    r"|median_days|p90_days|too_few|waiting_hover_few|waiting_only|finding_\w+)"
    r"|results\.(cohorts|places_\w+)"
    r"|points\.(working|pace|target|facilities)|fair\.(title|look|table|and_more|count_title)"
    r"|trend\.title|growth\.(total|new|back|missing|closed|same|only_counts)"
    r"|beside\.(city|pick|picked|none|small|title)|quality\.(key|hover|hover_none|key_short)"
    r"|timely\.(on_time|late|missing|hover)|troubles\.(issues|approved|waiting)"
    r"|profile\.(choose|figures|received|before_records|standing|ended|returns_key|count_\w+)"
    r"|published\.(notes|sources|line|scope|card|foot|agrees|differs|claim|unknown|inferred|inference)"
    r"|claims\.(overlap|late|cut_off|versions)|goals\.(foot|line|of|aim)"
    r"|lineage\.((item|side|cause|why|state|origin|part)_\w+|link|meaning|whole|versions|bridge_how)"
    r"|worklist\.(chip_\w+|chips|table|none_here|messages?|workbook|missing_form|correct_cells"
    r"|unusual_cells|silent_point|small|large|without_contact|mark_\w+|marked_\w+|undo"
    r"|falling_contacts|rows|rows_\w+|contact_\w+)"
)


def _equals(code: str, name: str = "n", *, period: str = "") -> Checker:
    return lambda f, v: f.shows(code, v[name], period)


def _not_as_reported(_f: Facts, _v: Values) -> bool:
    """Only figures in the units of one geography are ranges; the pages here are as reported."""
    return False


def _is_zero(code: str) -> Checker:
    return lambda f, v: f.value(code) == 0


def _has_state(code: str, state: str) -> Checker:
    return lambda f, v: f.state(code) == state


def _changes(code: str, sign: int, now: str, then: str = "") -> Checker:
    """The figure has risen (1), fallen (-1) or stayed (0) since the comparable period before."""

    def check(f: Facts, v: Values) -> bool:
        a, b = f.value(code, f.before), f.value(code)
        if a is None or b is None or not f.shows(code, v[now]):
            return False
        return (b > a) - (b < a) == sign and (not then or number(v[then]) == a)

    return check


def _clients_change(sign: int) -> Checker:
    def check(f: Facts, v: Values) -> bool:
        a, b = f.value("K01", f.before), f.value("K01")
        return a is not None and b is not None and b - a == sign * number(v["d"])

    return check


def _year_change(f: Facts, v: Values) -> bool:
    """One of the figures of the list has changed by this since the year before."""
    span = f.period.replace(f.period[:4], str(v["year"]))
    for code in TOPICS.values():
        now, then = f.value(code), f.value(code, span)
        if now is None or then is None:
            continue
        told = number(v["change"]) if "change" in v else 0
        if abs(now - then - told) < 0.005:
            return True
    return False


def _trend(sign: int) -> Checker:
    """The last quarter and the same one a year before stand so, and no later one is known."""

    def check(f: Facts, v: Values) -> bool:
        code, last, first = f.code_of(v["kpi"]), quarter(v["last"]), quarter(v["first"])
        b, a = f.value(code, last), f.value(code, first)
        if a is None or b is None or int(last[:4]) - int(first[:4]) != 1:
            return False
        later = [r for r in f.by_quarter(code) if r["period"] > last and is_known(r)]
        agrees = f.definition(code).unit == "dong" or number(v["b"]) == b
        agrees = agrees and (f.definition(code).unit == "dong" or number(v["a"]) == a)
        return (b > a) - (b < a) == sign and agrees and not later

    return check


def _last_only(f: Facts, v: Values) -> bool:
    code, last = f.code_of(v["kpi"]), quarter(v["last"])
    earlier = f"{int(last[:4]) - 1}{last[4:]}"
    known = {r["period"] for r in f.by_quarter(code) if is_known(r)}
    return last in known and earlier not in known and number(v["b"]) == f.value(code, last)


def _not_any(state: str) -> Checker:
    """Of no place or quarter the figure is known; this state is why."""
    return lambda f, v: (
        state in f.states(f.code_of(v["kpi"]))
        and any(
            "reported" not in {r["state"] for r in rows} and state in {r["state"] for r in rows}
            for rows in (f.by_place(f.code_of(v["kpi"])), f.by_quarter(f.code_of(v["kpi"])))
        )
    )


def _partial_places(f: Facts, v: Values) -> bool:
    rows = f.by_place(f.code_of(v["kpi"]))
    return any(r["state"] == "reported" for r in rows) and not f.list_values(rows)


def _no_trend(f: Facts, v: Values) -> bool:
    return not f.list_values(f.by_quarter(f.code_of(v["kpi"])))


def _no_places(f: Facts, v: Values) -> bool:
    known = f.list_values(f.by_place(f.code_of(v["kpi"])))
    return bool(known) and not any(known)


def _top_place(f: Facts, v: Values) -> bool:
    """The place named first has the most, the one named last the least, the counts hold."""
    code = f.code_of(v["kpi"])
    rows = f.by_place(code)
    known = {r[f"{f.level}_name"]: r["value"] for r in rows if is_known(r)}
    hidden = sum(r["state"] == "suppressed" for r in rows)
    holds = known[v["top"]] == max(known.values())
    if "low" in v:
        holds = holds and known[v["low"]] == min(known.values()) and not hidden
    elif "whole" in v:
        above = sum(bool(r["value"]) for r in rows if r["state"] == "reported")
        holds = holds and not hidden and (v["n"], v["whole"]) == (above, len(rows))
    elif "n" in v:
        holds = holds and v["n"] == hidden
    return holds


def _inner_outer(f: Facts, v: Values) -> bool:
    code = f.code_of(v["kpi"])
    kinds = dict(f.store.places.select("district_code", "district_type").unique().rows())
    for name, is_inner in (("a", True), ("b", False)):
        own = [
            r
            for r in f.rows(code, "district")
            if is_known(r) and (kinds[r["district"]] == "Quận") is is_inner
        ]
        rate = sum(r["numerator"] for r in own) / sum(r["denominator"] for r in own)
        per = f.definition(code).per
        if round(per * rate, f.definition(code).decimals) != number(v[name]):
            return False
    return True


def _team_sizes(f: Facts) -> list[float]:
    rows = f.rows("T06", "district", "ward")
    return [r["value"] for r in rows if r["state"] == "reported"]


def _small_teams(f: Facts, v: Values) -> bool:
    small = sum(size < v["low"] for size in _team_sizes(f))
    return f.shows("T06", v["size"]) and small == int(v["n"])


def _no_small_team(whole: bool) -> Checker:
    def check(f: Facts, v: Values) -> bool:
        row = f.row("T06")
        every = row["received"] >= row["expected"]
        return _small_teams(f, v) and int(v["n"]) == 0 and every is whole

    return check


def _sizes(f: Facts, v: Values) -> bool:
    sizes = [round(size) for size in _team_sizes(f)]
    inside = sum(v["low"] <= size <= v["high"] for size in sizes)
    most = max(sizes.count(size) for size in sizes)
    told = number(v["inside"]), number(v["whole"]), sizes.count(int(v["mode"]))
    return told == (inside, len(sizes), most)


def _flow(f: Facts, v: Values) -> bool:
    both = f.shows("T04", v["joined"]) and f.shows("T05", v["left"])
    return both and number(v["net"]) == (f.value("T04") or 0) - (f.value("T05") or 0)


def _leading(card: str) -> Checker:
    """The number is that of the largest part, and the parts are known."""

    def check(f: Facts, v: Values) -> bool:
        rows = [f.row(code) for code in list_card_codes(card)]
        return max(f.list_values(rows)) == number(v["n"])

    return check


def _parts_are_zero(card: str) -> Checker:
    def check(f: Facts, v: Values) -> bool:
        known = f.list_values([f.row(code) for code in list_card_codes(card)])
        return bool(known) and not any(known)

    return check


def _partial(f: Facts, v: Values) -> bool:
    received, expected = map(number, str(v["returns"]).split("/"))
    return received < expected


def _returns(least: int, most: int) -> Checker:
    """The returns are counted right, and so many of those owed are missing."""

    def check(f: Facts, v: Values) -> bool:
        received, expected = f.returns
        told = tuple(map(number, str(v["n"]).replace("*", "").split("/")))
        return told == f.returns and least <= expected - received <= most

    return check


def _returns_open(f: Facts, v: Values) -> bool:
    few = f.value("T06") is None and f.value("K01") is None
    return _returns(1, 10**6)(f, v) and few


def _outcomes(f: Facts, v: Values) -> bool:
    told = {name: number(v[name]) for name in ("issued", "attended", "waiting") if name in v}
    return all(f.outcomes[name] == count for name, count in told.items()) and bool(told)


def _all_answered(f: Facts, v: Values) -> bool:
    return _outcomes(f, v) and not f.outcomes["waiting"] and f.outcomes["issued"] > 0


def _points_step(sign: int) -> Checker:
    def check(f: Facts, v: Values) -> bool:
        a, b = number(v["a"]), number(v["b"])
        return f.shows("P01", v["b"]) and (b > a) - (b < a) == sign

    return check


def _hidden_somewhere(f: Facts, v: Values) -> bool:
    code = f.code_of(v["kpi"])
    rows = [*f.by_place(code), *f.rows(code, "ward")]
    return not f.scope.sees_all and "suppressed" in {r["state"] for r in rows}


def _list_length(name: str, least: int = 0) -> Checker:
    """The list the reader sees has so many rows."""

    def check(f: Facts, v: Values) -> bool:
        height = f.listed(name).height
        return height >= least and (not least or height == number(v["n"]))

    return check


def _empty_list(name: str) -> Checker:
    return lambda f, v: f.listed(name).is_empty()


def _every_return(f: Facts, v: Values) -> bool:
    return f.returns[1] > 0 and f.returns[0] == f.returns[1]


def _complete_places(f: Facts, v: Values) -> bool:
    late: set[str] = set()
    owing: set[str] = set()
    last = f.by_quarter("Q01")
    period = f"{last[0]['period']}..{last[-1]['period']}"
    for row in f.rows("Q01", f.level, "period", period=period):
        if row["denominator"]:
            owing.add(row[f.level])
            if row["numerator"] < row["denominator"]:
                late.add(row[f.level])
    return (number(v["n"]), number(v["whole"])) == (len(owing - late), len(owing))


def _goal(f: Facts, v: Values) -> bool:
    return abs(100 * number(v["reached"]) / number(v["goal"]) - number(v["share"])) < 0.51


def _named_state(state: str) -> Checker:
    """A figure of that name is so; a place's name stands under a card, checked by its value."""

    def check(f: Facts, v: Values) -> bool:
        try:
            code = f.code_of(v["name"])
        except StopIteration:
            return True
        return state in {f.state(code), *f.states(code)}

    return check


def _no_volunteer_change(f: Facts, v: Values) -> bool:
    return f.value("T06", f.before) is None and f.shows("T06", v["n"])


CLAIMS: dict[str, Checker] = {
    "overview.title_points": _equals("P02"),
    "overview.title_clients": _equals("K01"),
    "overview.title_no_clients": _is_zero("K01"),
    "overview.title_teams": _equals("T06", "size"),
    "overview.title_partial": lambda f, v: _partial(f, v) and f.value("T06") is None,
    "overview.title_nothing": lambda f, v: f.returns[0] == 0 < f.returns[1],
    "changes.partial": _partial,
    "changes.points": _changes("P01", 1, "b", "a"),
    "changes.points_fewer": _changes("P01", -1, "b", "a"),
    "changes.points_same": _changes("P01", 0, "b"),
    "changes.points_alone": lambda f, v: (
        f.shows("P01", v["b"]) and f.value("P01", f.before) is None
    ),
    "changes.points_left": lambda f, v: (
        number(v["left"]) == number(v["goal"]) - (f.value("P01") or 0) and not f.places
    ),
    "changes.clients": _equals("K01"),
    **{f"changes.clients_whole_{w}": _clients_change(s) for w, s in (("more", 1), ("fewer", -1))},
    "changes.clients_whole_equal": lambda f, v: f.value("K01") == f.value("K01", f.before),
    **{
        f"changes.clients_part_{word}": lists.year_of_clients(sign)
        for word, sign in (("more", 1), ("fewer", -1), ("equal", 0))
    },
    "changes.teams_up": _changes("T06", 1, "n", "b"),
    "changes.teams_down": _changes("T06", -1, "n", "b"),
    "changes.teams_same": _changes("T06", 0, "n"),
    "changes.teams_alone": _no_volunteer_change,
    "changes.referrals": lambda f, v: (
        (number(v["n"]), number(v["whole"]))
        == (f.row("R08")["numerator"], f.row("R08")["denominator"])
    ),
    "changes.referrals_waiting": lambda f, v: number(v["n"]) == f.outcomes["waiting"] > 0,
    "changes.referrals_early": lambda f, v: f.shows("R01", v["issued"]) and f.value("R08") is None,
    "changes.referrals_reported": _is_zero("R01"),
    "changes.year": _year_change,
    "changes.year_same": _year_change,
    "changes.returns_none": lambda f, v: f.returns == (0, 0),
    "changes.returns_unregistered": lambda f, v: (number(v["n"]), 0) == f.returns,
    "changes.returns_all": _returns(0, 0),
    "changes.returns_few": _returns(1, 10**6),
    "changes.returns_open": _returns_open,
    **{
        f"changes.{topic}_{state}": _has_state(code, state)
        for topic, code in TOPICS.items()
        for state in ("not_reported", "not_applicable", "suppressed")
    },
    "finding.up": _trend(1),
    "finding.down": _trend(-1),
    "finding.same": _trend(0),
    "finding.from_none": lambda f, v: _trend(1)(f, v) and number(v["a"]) == 0,
    "finding.to_none": lambda f, v: _trend(-1)(f, v) and number(v["b"]) == 0,
    "finding.both_none": lambda f, v: _trend(0)(f, v) and number(v["b"]) == 0,
    "finding.last_only": _last_only,
    "finding.hidden_places": _not_any("suppressed"),
    "finding.not_reported": _not_any("not_reported"),
    "finding.not_applicable": _not_any("not_applicable"),
    "finding.partial_places": _partial_places,
    "finding.no_trend": _no_trend,
    "finding.no_places": _no_places,
    **{f"finding.{kind}_places": _top_place for kind in ("rate", "count")},
    "finding.only_place": _top_place,
    "finding.some_hidden": _top_place,
    "finding.inner_outer": _inner_outer,
    **dict.fromkeys(("finding.ranges", "finding.top_of_known"), _not_as_reported),
    "teams.title": _small_teams,
    "teams.title_all": _no_small_team(whole=True),
    "teams.title_known": _no_small_team(whole=False),
    "teams.sizes": _sizes,
    "teams.flow": _flow,
    "clients.title": lambda f, v: f.shows("K01", v["n"]) and f.shows("K05", v["contacts"]),
    **{card: _leading(card) for card in PARTS},
    **{f"{card}_none": _parts_are_zero(card) for card in PARTS},
    "activities.title_rehab": _equals("V01"),
    "activities.title_patrols": _equals("S01"),
    "activities.title_sessions": _equals("B03"),
    "activities.models": _equals("B07"),
    "activities.models_none": _is_zero("B07"),
    "referrals.title": _outcomes,
    "referrals.title_answered": _all_answered,
    "referrals.by_quarter": _outcomes,
    "referrals.by_quarter_answered": _all_answered,
    "referrals.none": _is_zero("R01"),
    "referrals.suppressed": _has_state("R01", "suppressed"),
    "referrals.not_reported": _has_state("R01", "not_reported"),
    "referrals.not_applicable": _has_state("R01", "not_applicable"),
    "referrals.finding": lists.most_referrals,
    "referrals.finding_none": lists.most_referrals,
    "referrals.results_finding": lists.most_frequent("outcome"),
    "referrals.results_none": lists.no_slip_says("outcome"),
    "referrals.reasons_finding": lists.most_frequent("reason"),
    "referrals.reasons_none": lists.no_slip_says("reason"),
    "referrals.facilities_finding": lists.most_chosen_facility,
    "referrals.facilities_none": lists.no_slip_says("facility"),
    "referrals.waiting_finding": sides.longest_wait,
    "referrals.waiting_few": lists.few_arrived,
    "referrals.waiting_none": lambda f, v: (
        f.outcomes["attended"] == 0 and f.state("R01") == "reported"
    ),
    "referrals.pilot": lambda f, v: (
        number(v["people"]) == f.rows("L01", period="2020-Y", everywhere=True)[0]["value"]
    ),
    # The register lists none also where it never came.
    "points.none": lambda f, v: f.value("P01") == 0 or f.state("P01") == "not_reported",
    "points.not_applicable": _has_state("P01", "not_applicable"),
    "points.same": _equals("P01"),
    "points.grown": _points_step(1),
    "points.shrunk": _points_step(-1),
    "points.share": lists.target_share,
    "points.left": lambda f, v: number(v["n"]) == number(v["goal"]) - (f.value("P01") or 0),
    "points.idle": lambda f, v: not any(f.list_values(f.rows("K05", "ward"))),
    "points.busiest": lambda f, v: (
        number(v["n"]) == max(f.list_values(f.rows("K05", "ward")))
        and number(v["held"]) == sum(bool(n) for n in f.list_values(f.rows("K05", "ward")))
        and number(v["whole"]) <= sum(bool(n) for n in f.list_values(f.rows("P01", "ward")))
    ),
    "points.founded": lambda f, v: number(v["n"]) == f.value("P02", f"{v['year']}-Y"),
    "points.founded_none": lambda f, v: not any(f.list_values(f.by_quarter("P02"))),
    "points.timeline": lists.timeline,
    "points.timeline_none": lists.timeline_none,
    "points.facilities_none": lists.facilities_none,
    "fair.finding_none": sides.none_differs,
    "fair.finding_far": sides.some_differ,
    "fair.finding_near": sides.some_outside,
    "fair.reason_few_places": sides.few_places,
    "fair.reason_above_whole": sides.above_whole,
    "fair.reason_unsuitable": sides.unsuitable,
    "fair.reason_no_base": lambda f, v: f.definition(f.code_of(v["kpi"])).model == "count",
    "fair.reason_hidden": _hidden_somewhere,
    "fair.missing": sides.not_compared,
    "fair.all_inside": sides.none_flagged,
    "fair.outside": sides.flagged_places,
    "fair.ranks": sides.first_ranks,
    "fair.expected": sides.by_chance,
    "trend.too_few": sides.too_few_years,
    "trend.no_years": sides.no_years,
    "trend.broken": sides.broken_years,
    "trend.no_spread": sides.no_spread,
    "trend.no_method": sides.unsuitable,
    **{
        f"trend.{word}{kind}": sides.trend(sign)
        for word, sign in (("up", 1), ("down", -1), ("none", 0))
        for kind in ("", "_share")
    },
    "trend.hidden": lambda f, v: f.state(f.code_of(v["kpi"])) == "suppressed",
    "growth.finding": sides.change,
    "growth.none": sides.nothing_to_split,
    "growth.rates": sides.change_rates,
    "growth.refused": sides.no_parts,
    "quality.title": _returns(0, 10**6),
    "quality.title_none": lambda f, v: f.returns[1] == 0,
    "quality.finding": _complete_places,
    "quality.missing": _list_length("missing", 1),
    "quality.missing_none": _every_return,
    "timely.finding": lists.timely,
    "lineage.title": lambda f, v: f.shows(f.code_of(v["kpi"]), v["n"]),
    "lineage.cells": lists.counted_cells,
    "lineage.cells_ratio": lists.counted_cells,
    "lineage.cells_none": lambda f, v: f.state(f.kpi) != "reported",
    "lineage.gaps": lists.gaps,
    "lineage.complete": lambda f, v: f.row(f.kpi)["missing"] == 0,
    "lineage.changes": lists.numerator_changes,
    "lineage.no_change": lambda f, v: f.state(f.kpi) != "reported",
    "lineage.bridge": lists.looks_back,
    "lineage.bridge_none": lists.looks_back,
    **{
        f"worklist.{title}.{rows}": lists.units_with_work(rows)
        for title in ("title", "title_none")
        for rows in ("ward", "team", "point")
    },
    "worklist.by_chance": lists.alerts_by_chance,
    "timely.chase": lists.chase,
    "timely.nobody": lists.nobody_to_chase,
    "timely.not_yours": lambda f, v: f.sees == "none",
    "troubles.rules": _list_length("issues", 1),
    "troubles.none": _empty_list("issues"),
    "troubles.outliers": _list_length("outliers", 1),
    "troubles.no_outliers": _empty_list("outliers"),
    "troubles.revisions": _list_length("revisions", 1),
    "troubles.no_revisions": _empty_list("revisions"),
    "profile.title": lists.whole_profile,
    "profile.title_partial": lists.partial_profile,
    "profile.title_unregistered": lists.unregistered_profile,
    "profile.title_silent": lambda f, v: f.value("T03") is None,
    "profile.title_no_team": lambda f, v: f.value("T03") is None,
    "profile.title_points": _equals("P01"),
    "profile.events": sides.events,
    "profile.no_events": sides.events,
    "profile.nobody": lambda f, v: not f.value("P01"),
    "profile.returns": sides.own_returns,
    "profile.no_returns": lambda f, v: f.returns[1] == 0,
    "published.title": sides.agreements,
    "published.title_none": sides.no_agreements,
    "claims.totals": sides.stated_totals,
    "claims.no_totals": sides.no_stated_totals,
    "goals.finding": _goal,
    "goals.finding_over": lambda f, v: _goal(f, v) and number(v["reached"]) > number(v["goal"]),
    "goals.share_over": lambda f, v: number(v["share"]) > 100,
    **{
        f"nothing.{state}": _named_state(state)
        for state in ("not_reported", "not_applicable", "suppressed")
    },
    "nothing.reported": _not_as_reported,
    "nothing.unusable": _named_state("not_reported"),
    "system.title": lambda f, v: v["day"].startswith(f.build_day),
    # NOTE: nobody is on the list of these homes, which are looked at without sign-in.
    "users.list": lambda f, v: v["n"] == 0,
    "rights.hidden": lambda f, v: f.sees == "none",
    "rights.own": lambda f, v: not f.scope.sees_all,
}
