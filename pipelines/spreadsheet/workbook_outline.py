"""A package in, its outline out: the tabs with their parts, what is hidden, the date system, links to other files."""

import posixpath
import re
from typing import NamedTuple

from pipelines.spreadsheet.container import Package
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.ooxml import cached_small, parse_xml_safely
from pipelines.spreadsheet.rejection import FileRejected

TYPES, WORKBOOK = "[Content_Types].xml", "xl/workbook.xml"
_ACTIVE_TYPE = re.compile(
    r"macroEnabled|vbaProject|oleObject|activeX|macrosheet|dialogsheet", re.IGNORECASE
)
_ACTIVE_NAME = re.compile(
    r"vbaproject|/embeddings/|/activex/|/macrosheets/|/dialogsheets/|oleobject", re.IGNORECASE
)
_TRUE = ("1", "true", "on")
_NAME_LENGTH = 31
#: Far more than a workbook of twenty sheets has.
MAX_RELATIONS = 1_000


class SheetTab(NamedTuple):
    """One sheet's place in the workbook."""

    name: str
    part: str
    hidden: bool
    very_hidden: bool


class WorkbookOutline(NamedTuple):
    """What is known of a workbook before any cell is read."""

    tabs: tuple[SheetTab, ...]
    date1904: bool
    #: Comment parts of each tab, by the tab's part.
    comments: dict[str, tuple[str, ...]]
    #: True when there are links to other workbooks or data connections.
    linked: bool


class _WorkbookPart(NamedTuple):
    tabs: tuple[tuple[str, str, str], ...]
    date1904: bool


def read_outline(package: Package, names: list[str], limits: ReaderLimits) -> WorkbookOutline:
    """The workbook's outline; raises FileRejected F002, F003, F006, F007, F008, F009, S004 or X001 to X003."""
    if TYPES not in package or WORKBOOK not in package:
        raise FileRejected("F003", kind="zip")
    _check_types(package[TYPES])
    if any(_ACTIVE_NAME.search(name) for name in names):
        raise FileRejected("F007")
    links = [
        part
        for name, part in package.items()
        if name.startswith("xl/externalLinks/") and name.endswith(".xml")
    ]
    for part in links:
        _check_link(part)
    book = _parse_workbook(package[WORKBOOK])
    tabs = _find_tabs(book, package)
    if not tabs:
        raise FileRejected("F009")
    if len(tabs) > limits.sheets:
        raise FileRejected("S004", limit=limits.sheets)
    comments = {tab.part: _find_comment_parts(tab.part, package) for tab in tabs}
    return WorkbookOutline(
        tabs, book.date1904, comments, bool(links) or "xl/connections.xml" in package
    )


def read_relations(part: str, package: Package) -> dict[str, tuple[str, str]]:
    """Relation id → (type's last word, target part) of one part; links to the outside are left out."""
    folder, _, name = part.rpartition("/")
    source = package.get(f"{folder}/_rels/{name}.rels")
    return _parse_relations(source, folder) if source is not None else {}


def _find_tabs(book: _WorkbookPart, package: Package) -> tuple[SheetTab, ...]:
    targets = read_relations(WORKBOOK, package)
    tabs: list[SheetTab] = []
    for name, key, state in book.tabs:
        kind, part = targets.get(key, ("", ""))
        if kind == "worksheet":
            if part not in package:
                raise FileRejected("F002")
            tabs.append(SheetTab(name, part, state != "visible", state == "veryHidden"))
    distinct = len({t.name.lower() for t in tabs}) == len({t.part for t in tabs}) == len(tabs)
    if not distinct or any(len(t.name) > _NAME_LENGTH for t in tabs):
        raise FileRejected("F006")
    return tuple(tabs)


def _find_comment_parts(part: str, package: Package) -> tuple[str, ...]:
    kinds = ("comments", "threadedComment")
    return tuple(
        target
        for kind, target in read_relations(part, package).values()
        if kind in kinds and target in package
    )


@cached_small
def _check_types(data: bytes) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in ("Default", "Override") and _ACTIVE_TYPE.search(
            attributes.get("ContentType", "")
        ):
            raise FileRejected("F007")

    parse_xml_safely(data, start)


@cached_small
def _parse_relations(data: bytes, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(target)[1:])
            if len(found) > MAX_RELATIONS:
                raise FileRejected("F006")

    parse_xml_safely(data, start)
    return found


@cached_small
def _parse_workbook(data: bytes) -> _WorkbookPart:
    tabs: list[tuple[str, str, str]] = []
    date1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal date1904
        if tag == "sheet":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            tabs.append((attributes.get("name", ""), key, attributes.get("state", "visible")))
        elif tag == "workbookPr":
            date1904 = attributes.get("date1904", "0") in _TRUE

    parse_xml_safely(data, start)
    return _WorkbookPart(tuple(tabs), date1904)


def _check_link(data: bytes) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in ("ddeLink", "oleLink"):
            raise FileRejected("F008", case="command_link")

    parse_xml_safely(data, start)
