"""The profile of a ward or district: its units, events, figures and returns.

Figures are compared with those of the district and the city.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.catalog import Language, list_card_codes
from pipelines.kpi.comparison import PlaceComparison
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, list_names, text_table
from pipelines.present.charts import ChartEvent, HeatmapRow
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels.comparison import format_cells, row_label
from pipelines.reference.periods import Quarter, parse_period

#: Events beyond this many are left to their table.
EVENTS = 6


def list_codes() -> tuple[str, ...]:
    """Return the figures of a profile: team, work, clients, referrals, returns."""
    return list_card_codes("place.profile")


def profile_title(label: str, units: pl.DataFrame, team: KpiResult, language: Language) -> str:
    """Write the place, the size of its teams, and whether it has a point."""
    teams, points = _count_current(units, "team"), _count_current(units, "point")
    key = "title" if team.is_known else "title_silent"
    if not teams:
        key = "title_unregistered" if team.is_known else "title_no_team"
    elif team.is_partial:
        key = "title_partial"
    volunteers = team.format_value(language)
    text = translate(
        f"profile.{key}",
        language,
        n=teams,
        place=label,
        volunteers=volunteers,
        teams=numbers.format_number(teams, language),
        returns=numbers.format_fraction(team.received, team.expected, language),
    )
    if points:
        text += translate("profile.title_points", language, n=points)
    return text


def _count_current(units: pl.DataFrame, kind: str) -> int:
    """Count the units of one kind that exist now."""
    return units.filter(pl.col("valid_to").is_null(), pl.col("kind") == kind).height


def register_table(units: pl.DataFrame, language: Language, *, wards: bool = True) -> pl.DataFrame:
    """Return one row a team, point or club: what, where (with `wards`), since, state."""
    names = ("unit", "ward", "since", "state") if wards else ("unit", "since", "state")
    order = {"team": 2, "point": 0, "pilot": 1, "club": 3}
    rows = []
    for unit in sorted(units.to_dicts(), key=lambda unit: order.get(unit["kind"], 9)):
        texts = _unit_row(unit, language)
        rows.append([texts[name] for name in names])
    return text_table(translate_each("profile.column_", names, language), rows)


def _unit_row(row: dict[str, Any], language: Language) -> dict[str, str]:
    since = translate("profile.before_records", language)
    first_day = row["founded"] or row["valid_from"]
    if first_day:
        since = periods.format_day(first_day, language)
    state = translate("profile.standing", language)
    if row["valid_to"]:
        last_day = periods.format_day(row["valid_to"], language)
        state = translate("profile.ended", language, day=last_day)
    # NOTE: a column of teams has no room for their whole name, which the page's title says.
    key = "profile.unit_team" if row["kind"] == "team" else f"profile.kind_{row['kind']}"
    return {
        "unit": translate(key, language),
        "ward": row["ward_name"],
        "since": since,
        "state": state,
    }


def register_finding(units: pl.DataFrame, language: Language) -> str:
    """Write how many of each kind exist now."""
    parts = []
    for kind in ("team", "point", "club"):
        count = _count_current(units, kind)
        if count:
            parts.append(translate(f"profile.count_{kind}", language, n=count))
    return ", ".join(parts) or translate("profile.nobody", language)


#: Column of a register's date and what happened on that day.
_DATED = {"founded": "founded", "launched": "launched", "valid_to": "closed"}


def list_happenings(units: pl.DataFrame) -> list[tuple[date, str, str]]:
    """Return day, kind and ward of everything the registers date, oldest first."""
    happenings = []
    for unit in units.to_dicts():
        for column, event in _DATED.items():
            if unit[column] is not None:
                happenings.append((unit[column], f"{unit['kind']}_{event}", unit["ward_name"]))
    return sorted(happenings)


def chart_events(units: pl.DataFrame, period: str, language: Language) -> list[ChartEvent]:
    """Return the happenings within a period as annotations of its quarters."""
    span = parse_period(period)
    inside = []
    for happening in list_happenings(units):
        if span.first <= Quarter.containing(happening[0]) <= span.last:
            inside.append(happening)
    if len(inside) > EVENTS:
        inside = [happening for happening in inside if happening[1] == "point_founded"][:EVENTS]
    sentences: dict[tuple[int, str], list[str]] = {}
    for day, kind, ward in inside:
        at = Quarter.containing(day).index - span.first.index
        short = translate(f"profile.short_{kind}", language)
        told = ": ".join(_event_row(day, kind, ward, language))
        sentences.setdefault((at, short), []).append(told)
    events = []
    for (at, short), told_then in sentences.items():
        # NOTE: the same word twice over one quarter would say one thing twice.
        count = f" ({len(told_then)})" if len(told_then) > 1 else ""
        events.append(ChartEvent(at, short + count, "<br>".join(told_then)))
    return events


def event_table(units: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a happening, newest first."""
    heads = translate_each("profile.column_", ("day", "event"), language)
    happenings = reversed(list_happenings(units))
    return text_table(heads, [_event_row(*happening, language) for happening in happenings])


def _event_row(day: date, kind: str, ward: str, language: Language) -> list[str]:
    event = translate(f"profile.event_{kind}", language, ward=ward)
    return [periods.format_day(day, language), event]


def figure_table(
    columns: list[tuple[str, dict[str, KpiResult]]],
    fair: dict[str, PlaceComparison],
    code: str,
    language: Language,
) -> Any:
    """Return one row a figure: here, the district, the city, and the group it belongs to.

    The group says how the figure compares with chance around the city's level.
    """
    heads = [
        translate("profile.column_figure", language),
        *(name for name, _ in columns),
        translate("fair.column_group", language),
    ]
    rows = []
    for kpi in list_codes():
        cells = format_cells(kpi, columns, language)
        group = _compare_with_group(fair.get(kpi), code, language)
        rows.append([row_label(kpi, language), *cells, group])
    return text_table(heads, rows)


def _compare_with_group(fair: PlaceComparison | None, code: str, language: Language) -> str:
    """Return the group of the place; empty for a count, which is larger in a larger place."""
    if fair is None or fair.reason:
        return ""
    position = _find_position(fair.places, code)
    return translate(f"fair.group_{position}", language) if position else ""


def _find_position(places: pl.DataFrame, code: str) -> str | None:
    """Return the position of a place to the limits of chance; None when it has none."""
    column = "ward" if "ward" in places.columns else "district"
    positions: list[str | None] = places.filter(pl.col(column) == code)["position"].to_list()
    return positions[0] if positions else None


def draw_returns(
    found: pl.DataFrame, language: Language, zone: ZoneInfo, *, left: int = 120
) -> ChartWithTable:
    """Draw one line a form and one square a quarter.

    A square is pale for a return in time, deeper with a word for a late one, hatched for a missing
    one. Days are those of the office's `zone`.
    """
    lines = []
    local = pl.col("received_at").dt.convert_time_zone(zone.key)
    for (form, _), own in found.with_columns(local).group_by(
        ["form", "reporter"], maintain_order=True
    ):
        lines.append(_returns_row(translate(f"form.{form}", language), own, language))
    figure = charts.draw_heatmap(lines, left=left) if lines else {"data": [], "layout": {}}
    return ChartWithTable(
        figure, _returns_finding(found, language), _returns_table(lines, language)
    )


def _returns_row(name: str, returns: pl.DataFrame, language: Language) -> HeatmapRow:
    rows = returns.sort("period").to_dicts()
    marks = tuple(_return_point(row, language) for row in rows)
    return HeatmapRow(name, marks, tuple(map(_return_level, rows)))


def _return_level(row: dict[str, Any]) -> int | None:
    """Return the class of colour of a return; None for a missing one."""
    if not row["received"]:
        return None
    return 0 if row["on_time"] else 3


def _returns_finding(found: pl.DataFrame, language: Language) -> str:
    """Write how many returns were received, and how many of them in time."""
    owed, came = int(found["expected"].sum()), int(found["received"].sum())
    return translate(
        "profile.returns" if owed else "profile.no_returns",
        language,
        n=numbers.format_fraction(came, owed, language),
        early=numbers.format_number(int(found["on_time"].sum()), language),
    )


def _returns_table(lines: list[HeatmapRow], language: Language) -> pl.DataFrame:
    """Return one row a form and one column a quarter."""
    in_time = translate("timely.on_time", language)
    columns = {translate("column.form", language): list_names(lines)}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        columns[mark.name] = [line.marks[i].text or in_time for line in lines]
    return pl.DataFrame(columns)


def _return_point(row: dict[str, Any], language: Language) -> DataPoint:
    name = periods.format_quarter_tick(row["period"], language)
    when = periods.format_period(row["period"], language)
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
