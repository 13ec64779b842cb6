"""Past returns and today's rules in, the returns a rule would have failed out: what a changed rule would have meant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines import catalog
from pipelines.errors import PlaceError
from pipelines.intake.check.district import moves
from pipelines.intake.check.history import History, Known, quarter
from pipelines.intake.check.reading import Line, Page, Reading
from pipelines.intake.check.rule import LINE_RULES, RULES
from pipelines.reference import places
from pipelines.settings import Settings

#: What these look at is in the ledger only as a keyed hash.
UNSEEN = {"rule-C13"}
#: Reporter, period, field, value; or reporter, period, record, column, text of form C.
Value = tuple[str, str, str, int | None]
Cell = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Failure:
    """One past return that a rule would fail; `record` names the line of form C."""

    code: str
    reporter: str
    period: str
    fields: tuple[str, ...]
    record: str = ""

    @property
    def version(self) -> int:
        """The version of the rule that says so."""
        known = catalog.rules().get(self.code)
        return known.version if known else 1


def rehearse(
    codes: Iterable[str],
    rows: Iterable[Value],
    known: Known,
    settings: Settings,
    cells: Iterable[Cell] = (),
    accepted: Iterable[Value] | None = None,
) -> Iterator[Failure]:
    """Which returns among what was received these rules would have failed, each beside what came before it.

    `accepted` are the values that count, where more was received than that.
    """
    wanted, rows, cells = list(codes), list(rows), list(cells)
    history = History.of(rows if accepted is None else accepted, ((reporter, *rest) for reporter, _, *rest in cells))  # type: ignore[misc]
    yield from _returns([c for c in wanted if c in RULES], rows, history, known, settings)
    yield from _lines([c for c in wanted if c in LINE_RULES], cells, history, known)


def _returns(
    codes: Sequence[str], rows: Sequence[Value], history: History, known: Known, settings: Settings
) -> Iterator[Failure]:
    groups: dict[tuple[str, str, str], dict[str, int | None]] = defaultdict(dict)
    for reporter, period, field, value in rows:
        groups[reporter, period, field[0].upper()][field] = value
    rules = [RULES[code] for code in codes]
    readings: dict[tuple[str, str, str], list[Reading]] = defaultdict(list)
    for (reporter, period, form), values in groups.items():
        reading = Reading(reporter, form, quarter(period), values, history, known, settings.team_size)
        readings[form, period, _district(reading)].append(reading)
    for (form, period, _), beside in readings.items():
        moved = {move.field: move.ratio for move in moves(beside)}
        for reading in (replace(r, moved=moved) for r in beside):
            for rule in (r for r in rules if r.concerns(form)):
                yield from (Failure(rule.code, reading.reporter, period, f.fields) for f in rule.judge(reading))


def _district(reading: Reading) -> str:
    """The district a team's return came with; a point sends its form alone, so nothing stands beside it."""
    if reading.form == "B":
        return reading.reporter
    try:
        return places.load().get(reading.commune, reading.quarter.end).district_code
    except PlaceError:
        return reading.reporter


def _lines(codes: Sequence[str], cells: Sequence[Cell], history: History, known: Known) -> Iterator[Failure]:
    """The lines of form C, return by return."""
    pages: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for reporter, period, record, column, text in cells:
        pages[reporter, period][record][column] = text
    rules = [LINE_RULES[code] for code in codes if code.startswith("rule-C") and code not in UNSEEN]
    for (reporter, period), texts in pages.items():
        lines = [Line("C", reporter, record, found) for record, found in texts.items()]
        page = Page(lines, quarter(period).end, date.today(), _without(history, reporter), known)
        for rule in rules:
            for line in lines:
                found = rule.judge_line(line, page)
                yield from (Failure(rule.code, reporter, period, f.fields, line.record) for f in found)


def _without(history: History, reporter: str) -> History:
    """NOTE: what a line became later is no past of the line; each is judged as if it came first."""
    lines: Mapping[str, Mapping[str, Mapping[str, str]]] = {k: v for k, v in history.lines.items() if k != reporter}
    return History(history.values, lines)
