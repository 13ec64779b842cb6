"""A judged package in, its sheets out: proved ordinary for the fast lane, or read in full by the careful one."""

from dataclasses import dataclass
from typing import NamedTuple

from pipelines.intake.careful import Context, SheetReader
from pipelines.intake.cells import Sheet
from pipelines.intake.issues import Issue
from pipelines.intake.package import Package
from pipelines.intake.reject import name_sheet
from pipelines.intake.xml_comments import comments
from pipelines.intake.xml_sheet import Ordinary, prove
from pipelines.intake.xml_strings import has_empty, is_plain, strings
from pipelines.intake.xml_styles import date_styles
from pipelines.intake.xml_workbook import WORKBOOK, Outline, Tab, relations
from pipelines.settings import Limits

#: Hidden sheets whose names begin so are ours; the reader of forms verifies their content.
OURS = "_"
IDENTITY = "_caunoi"


@dataclass(frozen=True)
class Workbook:
    """A package with its outline."""

    package: Package
    outline: Outline
    limits: Limits

    def part(self, kind: str) -> str:
        """The name of the workbook's strings or styles part, empty when it has none."""
        found = (target for known, target in relations(WORKBOOK, self.package).values() if known == kind)
        return next((target for target in found if target in self.package), "")


class Plain(NamedTuple):
    """A workbook proved ordinary: sheets still without cells, how many each has, the parts to read them from."""

    sheets: list[Sheet]
    filled: dict[str, int | None]
    parts: Package


def ordinary(book: Workbook) -> Plain | None:
    """What the fast lane needs; None when the cheap look finds something unusual."""
    outline, package = book.outline, book.package
    texts, styles = book.part("sharedStrings"), book.part("styles")
    if outline.date1904 or outline.linked or (texts and not is_plain(package[texts])):
        return None
    dates = date_styles(package[styles]) if styles else frozenset()
    empties = bool(texts) and has_empty(package[texts])
    proofs: list[Ordinary] = []
    for tab in outline.tabs:
        with name_sheet(tab.name):
            proof = prove(package[tab.part], dates, empties, book.limits)
        if proof is None:
            return None
        proofs.append(proof)
    sheets = [_sheet(tab, book, proof) for tab, proof in zip(outline.tabs, proofs, strict=True)]
    if any(_is_surprising(sheet, outline) for sheet in sheets):
        return None
    judged = {tab.part: proof.data for tab, proof in zip(outline.tabs, proofs, strict=True)}
    kept = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, "xl/_rels/workbook.xml.rels", styles, texts)
    parts = {**{name: package[name] for name in kept if name in package}, **judged}
    filled = {tab.name: proof.filled for tab, proof in zip(outline.tabs, proofs, strict=True)}
    return Plain(sheets, filled, parts)


def in_full(book: Workbook) -> tuple[list[Sheet], list[Issue]]:
    """Every sheet with every cell; raises Reject when a sheet may not be read."""
    package, outline = book.package, book.outline
    texts, styles = book.part("sharedStrings"), book.part("styles")
    context = Context(
        strings(package[texts], book.limits.cells) if texts else [],
        date_styles(package[styles]) if styles else frozenset(),
        outline.date1904,
        book.limits,
    )
    readers = [SheetReader(_sheet(tab, book), context) for tab in outline.tabs]
    for reader, tab in zip(readers, outline.tabs, strict=True):
        with name_sheet(tab.name):
            reader.read(package[tab.part])
    sheets = [reader.sheet for reader in readers]
    return sheets, [one for reader in readers for one in reader.issues]


def _sheet(tab: Tab, book: Workbook, proof: Ordinary | None = None) -> Sheet:
    sheet = Sheet(tab.name, tab.hidden, tab.very_hidden)
    if proof:
        sheet.merges.extend(proof.surface.merges)
        sheet.hidden_rows.extend(proof.surface.hidden_rows)
    for part in book.outline.comments[tab.part]:
        sheet.comments.update(comments(book.package[part]))
    return sheet


def _is_surprising(sheet: Sheet, outline: Outline) -> bool:
    """Hidden sheets, merges and comments of a file that is not one of our templates ask for a careful look."""
    if (sheet.hidden or sheet.very_hidden) and not sheet.name.startswith(OURS):
        return True
    ours = any(tab.name == IDENTITY for tab in outline.tabs)
    return not ours and bool(sheet.merges or sheet.comments)
