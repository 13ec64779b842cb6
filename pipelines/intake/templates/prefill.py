"""Hold what a workbook is filled with: values, signs, notes and marks by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipelines.catalog import Severity

#: A count, or the officer's own text when it is handed back.
FillValue = int | float | str | None
ValuesByCode = Mapping[str, FillValue]
NO_VALUES: Mapping[str, FillValue] = MappingProxyType({})
NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class CellMark:
    """Mark one cell: its severity decides the colour, its text is the comment."""

    severity: Severity
    text: str


@dataclass(frozen=True)
class Prefill:
    """Hold a reporter's values by field code, or a register line's by column code.

    Each mapping is empty unless given.
    """

    values: ValuesByCode = field(default_factory=dict)
    previous: ValuesByCode = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, CellMark] = field(default_factory=dict)
