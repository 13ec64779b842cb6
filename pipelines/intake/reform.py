"""Propose the register lines of a reform of communes; a person decides, form D takes them in.

Nothing is moved, closed or merged here: the lines are written to a workbook, and those that nobody
has decided are not taken.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines import catalog
from pipelines.intake.templates.layout import TemplateIdentity
from pipelines.intake.templates.prefill import CellMark, Prefill
from pipelines.intake.templates.register_template import (
    REGISTER_VERSION,
    fill_register,
    list_enums,
)
from pipelines.intake.templates.report_subject import describe_city, format_day
from pipelines.intake.templates.writer import Target, WorkbookWriter
from pipelines.reference.office_names import province_code
from pipelines.reference.places import Place
from pipelines.reference.unit_seats import SeatedUnit, UnitIndex
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import UNIT_REGISTERS, load_unit_index


@dataclass(frozen=True)
class ReformLine:
    """Propose one unit's line: where it goes, or where it may go when its commune was split."""

    register: str
    unit: str
    #: Its commune until the day before.
    place: Place
    #: One when all people went one way; several, the main one first, when a person must decide.
    targets: tuple[Place, ...]
    #: Units of the same register that go to the same commune.
    others: tuple[str, ...] = ()

    @property
    def is_decided(self) -> bool:
        return len(self.targets) == 1


def propose_lines(index: UnitIndex, registers: Mapping[str, str], day: date) -> list[ReformLine]:
    """Propose a line for every unit in being whose commune ended on `day`, in order of number.

    `registers` maps each unit to its register. A unit that a line has moved already has none.
    """
    lines: list[ReformLine] = []
    for unit in sorted(index.units.values(), key=lambda one: one.id):
        before = _find_ended_place(index, unit, day)
        if before is not None and unit.id in registers:
            lines.append(
                ReformLine(registers[unit.id], unit.id, before, _list_targets(index, before))
            )
    return _add_others(lines)


def _find_ended_place(index: UnitIndex, unit: SeatedUnit, day: date) -> Place | None:
    """Return the commune of an active unit that ended on `day`; None where no line is needed."""
    eve = day - timedelta(days=1)
    before, after = index.find_placement(unit, eve), index.find_placement(unit, day)
    if before is None or after is None or not unit.is_active_between(eve, day):
        return None
    if unit.valid_to and unit.valid_to < day:
        return None
    is_ended = before.place.valid_to is not None and before.place.valid_to <= day
    return before.place if is_ended and after.basis != "register" else None


def _list_targets(index: UnitIndex, place: Place) -> tuple[Place, ...]:
    target = index.places.find_successor(place)
    return (target,) if target else tuple(index.places.list_successors(place))


def _add_others(lines: Sequence[ReformLine]) -> list[ReformLine]:
    """Name the units that one commune of today would hold together."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in lines:
        if line.is_decided:
            together[line.register, line.targets[0].id].append(line.unit)
    named: list[ReformLine] = []
    for line in lines:
        units = together[line.register, line.targets[0].id] if line.is_decided else []
        named.append(replace(line, others=tuple(unit for unit in units if unit != line.unit)))
    return named


def write_proposal(target: Target, settings: Settings, day: date) -> list[ReformLine]:
    """Write form D with one line for each unit the reform of `day` concerns; return the lines.

    A commune to decide is left blank, so that its line is not taken before somebody has decided.
    """
    ledger = Ledger(settings.home)
    texts = {register: _load_texts(ledger, register) for register in UNIT_REGISTERS}
    owners = {unit: register for register, units in texts.items() for unit in units}
    lines = propose_lines(load_unit_index(ledger), owners, day)
    identity = TemplateIdentity(
        "D1", REGISTER_VERSION, "register", province_code(), "", "final", ""
    )
    enums = [enum for register in UNIT_REGISTERS for enum in list_enums(register)]
    book = WorkbookWriter(
        target, identity, describe_city(settings.today()), list(dict.fromkeys(enums))
    )
    fills: dict[str, list[Prefill]] = defaultdict(list)
    for line in lines:
        fill = _fill_line(line, texts[line.register][line.unit], day)
        fills[line.register].append(fill)
    for register in filter(fills.get, UNIT_REGISTERS):
        fill_register(book, register, fills[register], settings)
    book.close()
    return lines


def _load_texts(ledger: Ledger, register: str) -> dict[str, dict[str, str]]:
    """Load what the register says now of each unit, by column."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    cells = ledger.newest_records(register).select("record", "field", "text")
    for record, column, text in cells.iter_rows():
        texts[record][column] = text or ""
    return texts


def _fill_line(line: ReformLine, texts: Mapping[str, str], day: date) -> Prefill:
    """Fill a line with what the register says, the new commune and the day; mark what is open."""
    commune = line.targets[0].code if line.is_decided else ""
    values = {**texts, "commune": commune, "effective_from": day.isoformat()}
    marks: dict[str, CellMark] = {}
    if not line.is_decided:
        marks["commune"] = CellMark("error", _write_question(line, day))
    elif line.others and line.register == "D1":
        marks["status"] = CellMark("warning", _write_merger(line))
    filled = {column: _read_value(line.register, column, text) for column, text in values.items()}
    return Prefill({column: value for column, value in filled.items() if value != ""}, marks=marks)


def _read_value(register: str, column: str, text: str) -> str | int:
    """Return a whole number as one, so that Excel shows it as the column's others."""
    definition = next((c for c in catalog.registers()[register].columns if c.code == column), None)
    is_number = definition is not None and definition.type == "int" and text.isdecimal()
    return int(text) if is_number else text


def _write_question(line: ReformLine, day: date) -> str:
    return catalog.format_sentence(
        "reform-split",
        "vi",
        name=f"{line.place.full_name} ({line.place.code})",
        date=format_day(day),
        targets=_name_places(line.targets),
    )


def _write_merger(line: ReformLine) -> str:
    target = _name_places(line.targets)
    return catalog.format_sentence(
        "reform-together", "vi", name=target, others=", ".join(line.others)
    )


def _name_places(places: Iterable[Place]) -> str:
    return "; ".join(f"{place.full_name} ({place.code})" for place in places)
