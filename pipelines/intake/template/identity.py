"""The hidden sheet `_caunoi`: what a workbook is, as key and value rows, for the reader to find again."""

import hashlib
from dataclasses import astuple, dataclass

#: Keys of the sheet, in row order.
KEYS = ("form", "version", "kind", "unit", "period", "template_id", "data_status", "lists")


@dataclass(frozen=True)
class Identity:
    """One workbook's identity as the template wrote it."""

    form: str
    version: int
    kind: str
    unit: str
    period: str
    data_status: str
    lists: str

    @property
    def template_id(self) -> str:
        """Twelve hex digits that name the template: the same form, version, unit and period give the same."""
        parts = (self.form, str(self.version), self.kind, self.unit, self.period)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]

    @property
    def rows(self) -> list[tuple[str, str]]:
        form, version, kind, unit, period, status, lists = map(str, astuple(self))
        values = (form, version, kind, unit, period, self.template_id, status, lists)
        return list(zip(KEYS, values, strict=True))
