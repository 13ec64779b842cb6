"""Slips of the pen as officers make them: a district's table in, the table as it was first sent out.

Of domain 5.5: words in number cells, thousands with dots, a wrong part of a sum, a minus, a blank for a zero.
"""

from collections.abc import Callable, Iterable
from random import Random

from pipelines.intake.template.fill import Value

Row = dict[str, Value]
Table = dict[str, Row]
#: A slip of each kind stands in so many of the districts' workbooks.
SLIPS = 0.35


def _dots(row: Row) -> None:
    row["a48"] = _grouped(row["a48"]) if _number(row["a48"]) >= 1_000 else row["a48"]


def _unit(row: Row) -> None:
    row["a22"] = f"{row['a22']} buổi"


def _word(row: Row) -> None:
    row["a51"] = "không" if row["a51"] == 0 else row["a51"]


def _wrong_sum(row: Row) -> None:
    row["a31"] = _number(row["a31"]) + 10


def _minus(row: Row) -> None:
    row["a03"] = -1


def _too_many_women(row: Row) -> None:
    row["a08"] = _number(row["a04"]) + 3


def _blank(row: Row) -> None:
    row["a12"] = None


KINDS: tuple[Callable[[Row], None], ...] = (_dots, _unit, _word, _wrong_sum, _minus, _too_many_women, _blank)


def made(table: Table, chance: Random) -> Table:
    """The table with a slip in one team's row, in some of the workbooks."""
    if chance.random() > SLIPS:
        return table
    slip, team = chance.choice(KINDS), chance.choice(sorted(table))
    row = dict(table[team])
    slip(row)
    return {**table, team: row}


def counted_short(table: Table, teams: Iterable[str]) -> Table:
    """The table as first estimated: these teams' last week of contacts was still missing."""
    return {**table, **{team: _short(table[team]) for team in teams}}


def _short(row: Row) -> Row:
    direct = _number(row["a32"])
    kept = max(direct - 4, 0)
    contacts = kept + _number(row["a33"])
    # NOTE: nobody can be reached more often than there were contacts.
    reached = min(_number(row["a34"]), contacts) if contacts else 0
    return {**row, "a31": contacts, "a32": kept, "a34": reached, "a34y": min(_number(row["a34y"]), reached)}


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _grouped(value: Value) -> str:
    """20000000 → `20.000.000`."""
    return f"{_number(value):,}".replace(",", ".")
