"""One ward or district in; its units, events, figures beside district and city, and its returns in words out."""

from datetime import date
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.kpi.comparison import PlaceComparison
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, text_table
from pipelines.present.charts import ChartEvent, HeatmapRow
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, unit_label
from pipelines.reference.periods import Quarter, parse_period

#: Figures of a profile: the team, its work, the clients and referrals of the point, the returns.
CODES = (
    "T03",
    "T06",
    "O01",
    "O04",
    "O07",
    "V01",
    "P01",
    "K01",
    "K05",
    "K09",
    "R01",
    "R08",
    "Q01",
    "Q02",
)
#: Events beyond this many are left to their table.
EVENTS = 6


def profile_title(label: str, units: pl.DataFrame, team: KpiResult, language: Language) -> str:
    """The place, the size of its teams, and whether it has a point."""
    standing = _current_units(units)
    points = standing.filter(pl.col("kind") == "point").height
    values = {
        "place": label,
        "volunteers": team.format_value(language),
        "teams": numbers.format_number(_count_teams(standing), language),
    }
    key = "profile.title" if team.is_known else "profile.title_silent"
    text = translate(key, language, n=_count_teams(standing), **values)
    return f"{text}{translate('profile.title_points', language, n=points)}" if points else text


def _count_teams(standing: pl.DataFrame) -> int:
    return standing.filter(pl.col("kind") == "team").height


def _current_units(units: pl.DataFrame) -> pl.DataFrame:
    return units.filter(pl.col("valid_to").is_null())


def register_table(units: pl.DataFrame, language: Language, *, wards: bool = True) -> pl.DataFrame:
    """One row a team, point or club: what, where (with `wards`), since, state."""
    names = ("unit", *(("ward",) if wards else ()), "since", "state")
    heads = translate_each("profile.column_", names, language)
    order = {"team": 2, "point": 0, "pilot": 1, "club": 3}
    rows = sorted(units.to_dicts(), key=lambda r: order.get(r["kind"], 9))
    told = [[_unit_row(r, language)[name] for name in names] for r in rows]
    return text_table(heads, told)


def _unit_row(row: dict[str, Any], language: Language) -> dict[str, str]:
    since = row["founded"] or row["valid_from"]
    state = translate("profile.standing", language)
    if row["valid_to"]:
        state = translate(
            "profile.ended", language, day=periods.format_day(row["valid_to"], language)
        )
    return {
        "unit": translate(f"profile.kind_{row['kind']}", language),
        "ward": row["ward_name"],
        "since": periods.format_day(since, language)
        if since
        else translate("profile.before_records", language),
        "state": state,
    }


def register_finding(units: pl.DataFrame, language: Language) -> str:
    """How many of each kind stand now."""
    standing = _current_units(units)
    counted = {
        kind: standing.filter(pl.col("kind") == kind).height for kind in ("team", "point", "club")
    }
    parts = [translate(f"profile.count_{kind}", language, n=n) for kind, n in counted.items() if n]
    return ", ".join(parts) or translate("profile.nobody", language)


def list_happenings(units: pl.DataFrame) -> list[tuple[date, str, str]]:
    """Day, kind and ward of everything the registers date, oldest first."""
    found = []
    for row in units.to_dicts():
        for column, kind in (
            ("founded", "founded"),
            ("launched", "launched"),
            ("valid_to", "closed"),
        ):
            if row[column] is not None:
                found.append((row[column], f"{row['kind']}_{kind}", row["ward_name"]))
    return sorted(found)


def chart_events(units: pl.DataFrame, period: str, language: Language) -> list[ChartEvent]:
    """The happenings within a period as annotations of its quarters."""
    first, last = parse_period(period).first, parse_period(period).last
    inside = [
        (day, kind, ward)
        for day, kind, ward in list_happenings(units)
        if first <= Quarter.containing(day) <= last
    ]
    if len(inside) > EVENTS:
        inside = [h for h in inside if h[1] == "point_founded"][:EVENTS]
    return [
        ChartEvent(
            Quarter.containing(day).index - first.index,
            translate(f"profile.short_{kind}", language),
            f"{periods.format_day(day, language)}: {translate(f'profile.event_{kind}', language, ward=ward)}",
        )
        for day, kind, ward in inside
    ]


def event_table(units: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a happening, newest first."""
    heads = translate_each("profile.column_", ("day", "event"), language)
    rows = [
        [periods.format_day(day, language), translate(f"profile.event_{kind}", language, ward=ward)]
        for day, kind, ward in reversed(list_happenings(units))
    ]
    return text_table(heads, rows)


def figure_table(
    columns: list[tuple[str, dict[str, KpiResult]]],
    fair: dict[str, PlaceComparison],
    code: str,
    language: Language,
) -> Any:
    """One row a figure: here, the district, the city, and how it stands against chance around the city's level."""
    heads = [
        translate("profile.column_figure", language),
        *(name for name, _ in columns),
        translate("fair.column_group", language),
    ]
    rows = [
        [
            _row_label(k, language),
            *(_format_cell(found.get(k), language) for _, found in columns),
            _compare_with_group(fair.get(k), code, language),
        ]
        for k in CODES
    ]
    return text_table(heads, rows)


def _row_label(code: str, language: Language) -> str:
    kpi = find_kpi_definition(code)
    unit, name = unit_label(kpi, language), kpi.label.of(language)
    return name if kpi.denominator or unit.casefold() in name.casefold() else f"{name} ({unit})"


def _format_cell(a: KpiResult | None, language: Language) -> str:
    return a.format_value(language) if a else numbers.NOT_APPLICABLE


def _compare_with_group(fair: PlaceComparison | None, code: str, language: Language) -> str:
    """Nothing for a count: a larger place has a larger one."""
    if fair is None or fair.reason:
        return ""
    column = "ward" if "ward" in fair.places.columns else "district"
    found = fair.places.filter(pl.col(column) == code)["position"].to_list()
    return translate(f"fair.group_{found[0]}", language) if found and found[0] else ""


def draw_returns(found: pl.DataFrame, language: Language, *, left: int = 120) -> ChartWithTable:
    """One line a form, one square a quarter: in time pale, late deeper with a word, missing hatched."""
    lines = []
    for (form, _), own in found.group_by(["form", "reporter"], maintain_order=True):
        rows = own.sort("period").to_dicts()
        marks = tuple(_return_point(r, language) for r in rows)
        levels = tuple(None if not r["received"] else 0 if r["on_time"] else 3 for r in rows)
        lines.append(HeatmapRow(translate(f"form.{form}", language), marks, levels))
    owed, came = (int(found[c].sum()) for c in ("expected", "received"))
    early = int(found["on_time"].sum())
    values = {
        "n": numbers.format_fraction(came, owed, language),
        "early": numbers.format_number(early, language),
    }
    alt = translate("profile.returns" if owed else "profile.no_returns", language, **values)
    heads = {translate("column.form", language): [line.name for line in lines]}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        heads[mark.name] = [
            line.marks[i].text or translate("timely.on_time", language) for line in lines
        ]
    figure = charts.draw_heatmap(lines, left=left) if lines else {"data": [], "layout": {}}
    return ChartWithTable(figure, alt, pl.DataFrame(heads))


def _return_point(row: dict[str, Any], language: Language) -> DataPoint:
    name, when = (
        periods.format_quarter_tick(row["period"], language),
        periods.format_period(row["period"], language),
    )
    if not row["expected"] and not row["received"]:
        sentence = translate("nothing.not_applicable", language, name=when)
        return DataPoint(
            name, None, numbers.NOT_APPLICABLE, sentence, "not_applicable", row["period"]
        )
    if not row["received"]:
        sentence = translate("nothing.not_reported", language, name=when)
        return DataPoint(name, None, numbers.NOT_REPORTED, sentence, "not_reported", row["period"])
    day = periods.format_day(row["received_at"].date(), language)
    text = "" if row["on_time"] else translate("timely.late", language)
    return DataPoint(
        name,
        1,
        text,
        translate("profile.received", language, period=when, day=day),
        code=row["period"],
    )
