"""Draw teams and volunteers: sizes of teams, who joined and left, how teams work."""

from dashboard.components import card as frame
from dashboard.components import metric_row
from dashboard.components.card import cached_card, open_card
from dashboard.components.kpi_card import list_sources, quarterly_points
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, points_table
from pipelines.present.charts.figure import mark_codes
from pipelines.present.format import numbers
from pipelines.present.kpi_result import KpiResult, list_known_results
from pipelines.present.panels import headlines, team_sizes

#: Teams named under the histogram.
NAMED = 6


@cached_card
def show_heading(page: PageContext) -> None:
    """Write the volunteers per team, and how many teams are smaller than usual."""
    size, found = page.result("T06"), team_results(page)
    low, _ = figures.team_size(page.key)
    small = sum((result.value or 0) < low for result in found)
    key = "teams.title_all" if size.received >= size.expected else "teams.title_known"
    if small:
        key = "teams.title"
    finding = page.translate(key, size=size.format_value(page.language), n=small, low=low)
    if not size.makes_headline:
        finding = headlines.explain_absence(size, "teams", page.language)
    frame.show_heading(finding, scope_text(page))


def team_results(page: PageContext) -> list[KpiResult]:
    """Return the known results by ward at the period's end.

    With one team a ward, volunteers per team is the team's size.
    """
    return list_known_results(page.results_by("T06", "district", "ward"))


@cached_card
def size_card(page: PageContext) -> None:
    """Draw how many teams have each size; those outside the usual range are named."""
    whole, found, limits = page.result("T06"), team_results(page), figures.team_size(page.key)
    drawn = team_sizes.draw_size_histogram(found, whole, limits, page.language)
    unit = page.translate("teams.size_unit", period=page.period, place=page.place)
    with open_card(
        page,
        drawn.alt,
        unit,
        team_sizes.list_extremes(found, limits, page.language, NAMED),
        *list_sources(page, whole),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="sizes")


@cached_card
def flow_card(page: PageContext) -> None:
    """Draw volunteers who joined above the line and who left below it, by quarter."""
    both = page.results("T04", "T05")
    joined, left = both["T04"], both["T05"]
    up, _ = quarterly_points(page, "T04")
    down, _ = quarterly_points(page, "T05")
    values = {
        "joined": joined.format_value(page.language),
        "left": left.format_value(page.language),
    }
    net = joined.value_or_zero - left.value_or_zero
    unknown = left if joined.makes_headline else joined
    title = headlines.explain_figure(unknown, page.language).removesuffix(".")
    if joined.makes_headline and left.makes_headline:
        difference = numbers.format_difference(net, page.language)
        title = page.translate("teams.flow", **values, net=difference)
    table = points_table(up, page.translate("column.period"), joined.kpi.label.of(page.language))
    second = points_table(down, "", left.kpi.label.of(page.language))
    table = table.with_columns(second.to_series(1))
    with open_card(
        page,
        title,
        page.translate("teams.flow_unit", place=page.place),
        page.event_text(*mark_codes(up)),
        *list_sources(page, joined),
    ) as face:
        figure = charts.draw_flows(up, down, wide=page.chart_width(480))
        drawn = page.mark_events(ChartWithTable(figure, title, table), up)
        face.show_chart(drawn.figure, title, drawn.table, key="flows")


def show_work(page: PageContext) -> None:
    """Draw how the teams work: sizes outside the usual range, meetings, plans, training."""
    frame.small_text(page.translate("teams.work"))
    metric_row.kpi_row(page, "teams.work")
