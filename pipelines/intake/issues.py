"""Describe what is wrong in which cells; the catalogue has the sentence and the effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipelines import catalog
from pipelines.catalog import Consequence, Effect, Language, Severity
from pipelines.spreadsheet.csv_reader import SHEET_NAME
from pipelines.spreadsheet.issues import ReadIssue


@dataclass(frozen=True)
class Issue:
    """Hold something an officer should see; never personal data.

    Severity and effect are no fields: the catalogue decides both from the code and the case.
    """

    code: str
    sheet: str = ""
    #: The first cell, such as E7; empty when the whole file is meant.
    cell: str = ""
    #: The officer's own text, as far as it may be repeated.
    text: str = ""
    #: What fills the {placeholders} of the sentence.
    values: Mapping[str, str | int] = field(default_factory=dict)
    field: str | None = None
    reporter: str | None = None
    #: Every cell meant, the first included.
    cells: tuple[str, ...] = ()
    #: The circumstance that changes what the code means, such as `answered`; empty for the ordinary
    #: one.
    case: str = ""
    #: Those of the cells that hold a whole whose parts are wrong: said, but not kept out by this.
    flagged: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise CatalogError for a code that is no issue of a file, and for an unknown case."""
        catalog.decide_consequence(self.code, self.case)
        if self.cell and not self.cells:
            object.__setattr__(self, "cells", (self.cell,))

    @property
    def consequence(self) -> Consequence:
        """Return severity and effect.

        An error that should keep cells out but names none keeps out the whole file.
        """
        consequence = catalog.decide_consequence(self.code, self.case)
        if consequence.effect in ("cells", "line") and not self.cells:
            return Consequence("error", "reject")
        return consequence

    @property
    def severity(self) -> Severity:
        return self.consequence.severity

    @property
    def effect(self) -> Effect:
        return self.consequence.effect

    @property
    def is_blocking(self) -> bool:
        """True when the issue keeps something out."""
        return self.effect != "none"

    @property
    def refuses(self) -> bool:
        """True when nothing of the file may be taken."""
        return self.effect in ("reject", "discard")

    @property
    def discards(self) -> bool:
        """True when the file itself may not be kept either."""
        return self.effect == "discard"

    def build_message(self, language: Language) -> str:
        """Write what is wrong, in one sentence."""
        values = {
            "text": self.text,
            "name": self._field_label(language),
            "sheet": self.sheet,
            **self.where,
            **self.values,
            **self._personal_kind(language),
            **self._unit_label(language),
        }
        return catalog.fill_sentence(catalog.choose_text(self.code, self.case), language, **values)

    @property
    def where(self) -> dict[str, str]:
        """Return the cells meant, alone and as Excel writes them: `Mẫu A!E11, E12`."""
        cells = str(self.values.get("cell") or ", ".join(self.cells))
        if not cells or self.sheet in ("", SHEET_NAME):
            return {"cell": cells, "place": cells}
        return {"cell": cells, "place": f"{self.sheet}!{cells}"}

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Return sheet and address of every cell meant."""
        return tuple((self.sheet, cell) for cell in self.cells)

    def _field_label(self, language: Language) -> str:
        """Return the label of the field or register column the issue is about."""
        labels = {}
        for register in catalog.registers().values():
            labels.update({column.code: column.label for column in register.columns})
        labels.update({field.code: field.label for field in catalog.fields().values()})
        label = labels.get(self.field or "")
        return label.of(language) if label else ""

    def _personal_kind(self, language: Language) -> dict[str, str]:
        """Return the kind of personal data by its label: what was found is never shown."""
        kind = catalog.choices("personal").get(str(self.values.get("kind")))
        return {"kind": kind.label.of(language)} if kind else {}

    def _unit_label(self, language: Language) -> dict[str, str]:
        """Return the label of the unit that a count should have, where the issue names one."""
        unit = catalog.units().get(str(self.values.get("unit")))
        return {"unit": unit.label.of(language)} if unit else {}

    def build_advice(self, language: Language) -> str:
        """Write what to do about it; empty where the sentence itself says so."""
        rule = catalog.rules().get(self.code)
        return rule.advice.of(language) if rule else ""


def make_issue(
    code: str,
    /,
    sheet: str = "",
    cell: str = "",
    text: str = "",
    case: str = "",
    **values: str | int,
) -> Issue:
    """Build an issue at one cell, or about a sheet or the file when no cell is named."""
    return Issue(code, sheet, cell, text, values, case=case)


def adopt_issue(found: ReadIssue) -> Issue:
    """Turn an issue of the spreadsheet reader into one with words and a consequence."""
    return Issue(found.code, found.sheet, found.cell, values=found.values, case=found.case)


def merge_equal_issues(issues: Iterable[Issue]) -> list[Issue]:
    """Merge the same issue in many cells of a sheet into one with a list of cells.

    They come in the order in which they are first met.
    """
    merged: dict[tuple[object, ...], Issue] = {}
    for issue in issues:
        key = (
            issue.code,
            issue.case,
            issue.sheet,
            issue.text,
            issue.field,
            issue.reporter,
            tuple(sorted(issue.values.items())),
        )
        known = merged.get(key)
        if known is None:
            merged[key] = issue
            continue
        merged[key] = replace(
            known,
            cells=tuple(dict.fromkeys(known.cells + issue.cells)),
            flagged=tuple(dict.fromkeys(known.flagged + issue.flagged)),
        )
    return list(merged.values())
