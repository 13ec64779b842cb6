"""One ward or district in; its units, events, figures beside district and city, and its returns in words out."""

from datetime import date
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.kpi.fair import Fair
from pipelines.present import charts, display, spans
from pipelines.present.answers import Answer, definition, unit_of
from pipelines.present.charts import Event, Line
from pipelines.present.marks import Mark, Picture
from pipelines.present.text import say
from pipelines.reference.periods import Quarter, parse

#: Figures of a profile: the team, its work, the clients and referrals of the point, the returns.
CODES = ("T03", "T06", "O01", "O04", "O07", "V01", "P01", "K01", "K05", "K09", "R01", "R08", "Q01", "Q02")
#: Events beyond this many are left to their table.
EVENTS = 6


def title(label: str, units: pl.DataFrame, team: Answer, language: Language) -> str:
    """The place, the size of its teams, and whether it has a point."""
    standing = _standing(units)
    points = standing.filter(pl.col("kind") == "point").height
    values = {"place": label, "volunteers": team.text(language), "teams": display.number(_count(standing), language)}
    key = "profile.title" if team.known else "profile.title_silent"
    text = say(key, language, n=_count(standing), **values)
    return f"{text}{say('profile.title_points', language, n=points)}" if points else text


def _count(standing: pl.DataFrame) -> int:
    return standing.filter(pl.col("kind") == "team").height


def _standing(units: pl.DataFrame) -> pl.DataFrame:
    return units.filter(pl.col("valid_to").is_null())


def register(units: pl.DataFrame, language: Language, *, wards: bool = True) -> pl.DataFrame:
    """One row a team, point or club: what, where (with `wards`), since, state."""
    names = ("unit", *(("ward",) if wards else ()), "since", "state")
    heads = [say(f"profile.column_{h}", language) for h in names]
    order = {"team": 2, "point": 0, "pilot": 1, "club": 3}
    rows = sorted(units.to_dicts(), key=lambda r: order.get(r["kind"], 9))
    told = [[_unit(r, language)[name] for name in names] for r in rows]
    return pl.DataFrame(told, schema=dict.fromkeys(heads, pl.String), orient="row")


def _unit(row: dict[str, Any], language: Language) -> dict[str, str]:
    since = row["founded"] or row["valid_from"]
    state = say("profile.standing", language)
    if row["valid_to"]:
        state = say("profile.ended", language, day=spans.day(row["valid_to"], language))
    return {
        "unit": say(f"profile.kind_{row['kind']}", language),
        "ward": row["ward_name"],
        "since": spans.day(since, language) if since else say("profile.before_records", language),
        "state": state,
    }


def register_finding(units: pl.DataFrame, language: Language) -> str:
    """How many of each kind stand now."""
    standing = _standing(units)
    counted = {kind: standing.filter(pl.col("kind") == kind).height for kind in ("team", "point", "club")}
    parts = [say(f"profile.count_{kind}", language, n=n) for kind, n in counted.items() if n]
    return ", ".join(parts) or say("profile.nobody", language)


def happenings(units: pl.DataFrame) -> list[tuple[date, str, str]]:
    """Day, kind and ward of everything the registers date, oldest first."""
    found = []
    for row in units.to_dicts():
        for column, kind in (("founded", "founded"), ("launched", "launched"), ("valid_to", "closed")):
            if row[column] is not None:
                found.append((row[column], f"{row['kind']}_{kind}", row["ward_name"]))
    return sorted(found)


def events(units: pl.DataFrame, period: str, language: Language) -> list[Event]:
    """The happenings within a period as annotations of its quarters."""
    first, last = parse(period).first, parse(period).last
    inside = [(day, kind, ward) for day, kind, ward in happenings(units) if first <= Quarter.on(day) <= last]
    if len(inside) > EVENTS:
        inside = [h for h in inside if h[1] == "point_founded"][:EVENTS]
    return [
        Event(
            Quarter.on(day).index - first.index,
            say(f"profile.short_{kind}", language),
            f"{spans.day(day, language)}: {say(f'profile.event_{kind}', language, ward=ward)}",
        )
        for day, kind, ward in inside
    ]


def event_table(units: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a happening, newest first."""
    heads = [say(f"profile.column_{h}", language) for h in ("day", "event")]
    rows = [
        [spans.day(day, language), say(f"profile.event_{kind}", language, ward=ward)]
        for day, kind, ward in reversed(happenings(units))
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def figures(columns: list[tuple[str, dict[str, Answer]]], fair: dict[str, Fair], code: str, language: Language) -> Any:
    """One row a figure: here, the district, the city, and how it stands against chance around the city's level."""
    heads = [say("profile.column_figure", language), *(name for name, _ in columns), say("fair.column_group", language)]
    rows = [
        [
            _label(k, language),
            *(_text(found.get(k), language) for _, found in columns),
            _group(fair.get(k), code, language),
        ]
        for k in CODES
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _label(code: str, language: Language) -> str:
    kpi = definition(code)
    unit, name = unit_of(kpi, language), kpi.label.of(language)
    return name if kpi.denominator or unit.casefold() in name.casefold() else f"{name} ({unit})"


def _text(a: Answer | None, language: Language) -> str:
    return a.text(language) if a else display.NOT_APPLICABLE


def _group(fair: Fair | None, code: str, language: Language) -> str:
    """Nothing for a count: a larger place has a larger one."""
    if fair is None or fair.reason:
        return ""
    column = "ward" if "ward" in fair.places.columns else "district"
    found = fair.places.filter(pl.col(column) == code)["position"].to_list()
    return say(f"fair.group_{found[0]}", language) if found and found[0] else ""


def returns(found: pl.DataFrame, language: Language, *, left: int = 120) -> Picture:
    """One line a form, one square a quarter: in time pale, late deeper with a word, missing hatched."""
    lines = []
    for (form, _), own in found.group_by(["form", "reporter"], maintain_order=True):
        rows = own.sort("period").to_dicts()
        marks = tuple(_returned(r, language) for r in rows)
        levels = tuple(None if not r["received"] else 0 if r["on_time"] else 3 for r in rows)
        lines.append(Line(say(f"form.{form}", language), marks, levels))
    owed, came = (int(found[c].sum()) for c in ("expected", "received"))
    early = int(found["on_time"].sum())
    values = {"n": display.fraction(came, owed, language), "early": display.number(early, language)}
    alt = say("profile.returns" if owed else "profile.no_returns", language, **values)
    heads = {say("column.form", language): [line.name for line in lines]}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        heads[mark.name] = [line.marks[i].text or say("timely.on_time", language) for line in lines]
    figure = charts.heatmap(lines, left=left) if lines else {"data": [], "layout": {}}
    return Picture(figure, alt, pl.DataFrame(heads))


def _returned(row: dict[str, Any], language: Language) -> Mark:
    name, when = spans.quarter_tick(row["period"], language), spans.span(row["period"], language)
    if not row["expected"] and not row["received"]:
        sentence = say("nothing.not_applicable", language, name=when)
        return Mark(name, None, display.NOT_APPLICABLE, sentence, "not_applicable", row["period"])
    if not row["received"]:
        sentence = say("nothing.not_reported", language, name=when)
        return Mark(name, None, display.NOT_REPORTED, sentence, "not_reported", row["period"])
    day = spans.day(row["received_at"].date(), language)
    text = "" if row["on_time"] else say("timely.late", language)
    return Mark(name, 1, text, say("profile.received", language, period=when, day=day), code=row["period"])
