"""One issue: what is wrong, in which cells, with which values; its sentence and its effect come from the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipelines import catalog
from pipelines.catalog import Consequence, Effect, Language, Severity
from pipelines.spreadsheet.csv_reader import SHEET_NAME
from pipelines.spreadsheet.issues import ReadIssue


@dataclass(frozen=True)
class Issue:
    """Something an officer should see; never holds personal data.

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
    #: The circumstance that changes what the code means, such as `answered`; empty for the ordinary one.
    case: str = ""

    def __post_init__(self) -> None:
        """Raises CatalogError for a code that is no issue of a file, and for an unknown case."""
        catalog.decide_consequence(self.code, self.case)
        if self.cell and not self.cells:
            object.__setattr__(self, "cells", (self.cell,))

    @property
    def consequence(self) -> Consequence:
        """Severity and effect; an error that should keep cells out but names none keeps out the whole file."""
        found = catalog.decide_consequence(self.code, self.case)
        nowhere = found.effect in ("cells", "line") and not self.cells
        return Consequence("error", "reject") if nowhere else found

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
        """What is wrong, in one sentence."""
        said = {"text": self.text, "name": self._field_label(language)}
        values = {**said, **self.where, **self.values, **self._personal_kind(language)}
        return catalog.fill_sentence(catalog.choose_text(self.code, self.case), language, **values)

    @property
    def where(self) -> dict[str, str]:
        """The cells meant, alone and with their sheet as Excel writes them: `Mẫu A!E11, E12`."""
        cells = str(self.values.get("cell") or ", ".join(self.cells))
        named = self.sheet not in ("", SHEET_NAME)
        return {"cell": cells, "place": f"{self.sheet}!{cells}" if named and cells else cells}

    def _field_label(self, language: Language) -> str:
        """The label of the field or register column the issue is about."""
        columns = {
            c.code: c.label for register in catalog.registers().values() for c in register.columns
        }
        fields = {f.code: f.label for f in catalog.fields().values()}
        label = {**columns, **fields}.get(self.field or "")
        return label.of(language) if label else ""

    def _personal_kind(self, language: Language) -> dict[str, str]:
        """The kind of personal data by its label: what was found is never said."""
        known = catalog.choices("personal").get(str(self.values.get("kind")))
        return {"kind": known.label.of(language)} if known else {}

    def build_advice(self, language: Language) -> str:
        """What to do about it; empty where the sentence itself says so."""
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
    """An input issue at one cell, or about a sheet or the file when no cell is named."""
    return Issue(code, sheet, cell, text, values, case=case)


def adopt_issue(found: ReadIssue) -> Issue:
    """What the readers found, as an issue of the intake with the catalogue's words and consequence."""
    return Issue(found.code, found.sheet, found.cell, values=found.values, case=found.case)


def merge_equal_issues(issues: Iterable[Issue]) -> list[Issue]:
    """The same issue in many cells of a sheet as one issue with a list of cells, in order of first sight."""
    found: dict[tuple[object, ...], Issue] = {}
    for one in issues:
        key = (
            one.code,
            one.case,
            one.sheet,
            one.text,
            one.field,
            one.reporter,
            tuple(sorted(one.values.items())),
        )
        known = found.get(key)
        if known is None:
            found[key] = one
        else:
            more = tuple(c for c in one.cells if c not in known.cells)
            found[key] = replace(known, cells=known.cells + more)
    return list(found.values())
