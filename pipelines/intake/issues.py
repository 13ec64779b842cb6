"""One issue: what is wrong, in which cells, with which values; its sentence comes from the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipelines import catalog
from pipelines.catalog import Language, Severity


@dataclass(frozen=True)
class Issue:
    """Something an officer should see; never holds personal data (security, P11)."""

    code: str
    severity: Severity
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

    @property
    def blocks(self) -> bool:
        """True when the named cells may not be taken."""
        return self.severity == "error"

    def message(self, language: Language) -> str:
        """What is wrong, in one sentence."""
        where = {"cell": ", ".join(self.cells) or self.cell, "text": self.text, "name": self._name(language)}
        return catalog.sentence(self.code, language, **{**where, **self.values, **self._kind(language)})

    def _name(self, language: Language) -> str:
        """The label of the field or register column the issue is about."""
        columns = {c.code: c.label for register in catalog.registers().values() for c in register.columns}
        fields = {f.code: f.label for f in catalog.fields().values()}
        label = {**columns, **fields}.get(self.field or "")
        return label.of(language) if label else ""

    def _kind(self, language: Language) -> dict[str, str]:
        """The kind of personal data by its label: what was found is never said."""
        known = catalog.choices("personal").get(str(self.values.get("kind")))
        return {"kind": known.label.of(language)} if known else {}

    def advice(self, language: Language) -> str:
        """What to do about it; empty where the sentence itself says so."""
        rule = catalog.rules().get(self.code)
        return rule.advice.of(language) if rule else ""


def issue(code: str, /, sheet: str = "", cell: str = "", text: str = "", **values: str | int) -> Issue:
    """An input issue with the severity the catalogue gives its code."""
    severity = catalog.find(catalog.messages(), "message", code).severity
    return Issue(code, severity, sheet, cell, text, values, cells=(cell,) if cell else ())


def grouped(issues: Iterable[Issue]) -> list[Issue]:
    """The same issue in many cells of a sheet as one issue with a list of cells, in order of first sight."""
    found: dict[tuple[object, ...], Issue] = {}
    for one in issues:
        key = (one.code, one.severity, one.sheet, one.text, one.field, one.reporter, tuple(sorted(one.values.items())))
        known = found.get(key)
        if known is None:
            found[key] = one
        else:
            more = tuple(c for c in (one.cells or (one.cell,)) if c and c not in known.cells)
            found[key] = replace(known, cells=(known.cells or (known.cell,)) + more)
    return list(found.values())
