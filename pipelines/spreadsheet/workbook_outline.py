"""Read the outline of a workbook package: its tabs with their parts, and what is unusual in it.

The outline says which tabs are hidden, whether days are counted from 1904, and whether there are
links to other files.
"""

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
    """Return the workbook's outline.

    Raises FileRejected F002, F003, F006, F007, F008, F009, S004 or X001 to X003.
    """
    if TYPES not in package or WORKBOOK not in package:
        raise FileRejected("F003", case=_choose_archive_case(names), kind="zip")
    _refuse_active_content(package, names)
    has_links = _check_links(package)

    book = _parse_workbook(package[WORKBOOK])
    tabs = _find_tabs(book, package)
    if not tabs:
        raise FileRejected("F009")
    if len(tabs) > limits.sheets:
        raise FileRejected("S004", limit=limits.sheets)

    comments = {tab.part: _find_comment_parts(tab.part, package) for tab in tabs}
    is_linked = has_links or "xl/connections.xml" in package
    return WorkbookOutline(tabs, book.date1904, comments, is_linked)


def _choose_archive_case(names: list[str]) -> str:
    """Return `archive` for a zip that holds tables of its own, empty for any other package."""
    has_tables = any(name.lower().endswith((".xlsx", ".xls", ".csv")) for name in names)
    return "archive" if has_tables else ""


def _refuse_active_content(package: Package, names: list[str]) -> None:
    """Raise FileRejected F007 for macros and embedded objects."""
    _check_types(package[TYPES])
    if any(map(_ACTIVE_NAME.search, names)):
        raise FileRejected("F007")


def _check_links(package: Package) -> bool:
    """True when there are links to other workbooks; raises FileRejected F008 for a command."""
    has_links = False
    for name, part in package.items():
        if name.startswith("xl/externalLinks/") and name.endswith(".xml"):
            has_links = True
            _check_link(part)
    return has_links


def read_relations(part: str, package: Package) -> dict[str, tuple[str, str]]:
    """Return the relations of one part by id: the type's last word and the target part.

    Links to the outside are left out.
    """
    folder, _, name = part.rpartition("/")
    source = package.get(f"{folder}/_rels/{name}.rels")
    return _parse_relations(source, folder) if source is not None else {}


def _find_tabs(book: _WorkbookPart, package: Package) -> tuple[SheetTab, ...]:
    """Return the worksheets in their order.

    Raises FileRejected F002 for one without a part, F006 for names that are too long or not
    distinct.
    """
    targets = read_relations(WORKBOOK, package)
    tabs: list[SheetTab] = []
    for name, key, state in book.tabs:
        kind, part = targets.get(key, ("", ""))
        if kind != "worksheet":
            continue
        if part not in package:
            raise FileRejected("F002")
        tabs.append(SheetTab(name, part, state != "visible", state == "veryHidden"))

    names = {tab.name.lower() for tab in tabs}
    parts = {tab.part for tab in tabs}
    if len(names) != len(tabs) or len(parts) != len(tabs):
        raise FileRejected("F006")
    if any(len(tab.name) > _NAME_LENGTH for tab in tabs):
        raise FileRejected("F006")
    return tuple(tabs)


def _find_comment_parts(part: str, package: Package) -> tuple[str, ...]:
    targets: list[str] = []
    for kind, target in read_relations(part, package).values():
        if kind in ("comments", "threadedComment") and target in package:
            targets.append(target)
    return tuple(targets)


@cached_small
def _check_types(data: bytes) -> None:
    """Raise FileRejected F007 for a package that declares active content."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag not in ("Default", "Override"):
            return
        declared = attributes.get("ContentType", "")
        if _ACTIVE_TYPE.search(declared):
            raise FileRejected("F007")

    parse_xml_safely(data, start)


@cached_small
def _parse_relations(data: bytes, folder: str) -> dict[str, tuple[str, str]]:
    relations: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = posixpath.join("/", folder, attributes.get("Target", ""))
        relations[attributes.get("Id", "")] = (kind, posixpath.normpath(target)[1:])
        if len(relations) > MAX_RELATIONS:
            raise FileRejected("F006")

    parse_xml_safely(data, start)
    return relations


@cached_small
def _parse_workbook(data: bytes) -> _WorkbookPart:
    tabs: list[tuple[str, str, str]] = []
    date1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal date1904
        if tag == "sheet":
            state = attributes.get("state", "visible")
            tabs.append((attributes.get("name", ""), _find_relation_id(attributes), state))
        elif tag == "workbookPr":
            date1904 = attributes.get("date1904", "0") in _TRUE

    parse_xml_safely(data, start)
    return _WorkbookPart(tuple(tabs), date1904)


def _find_relation_id(attributes: dict[str, str]) -> str:
    """Return the first attribute called `id` in any namespace, empty when there is none."""
    for name, value in attributes.items():
        if name.rpartition(":")[2] == "id":
            return value
    return ""


def _check_link(data: bytes) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in ("ddeLink", "oleLink"):
            raise FileRejected("F008", case="command_link")

    parse_xml_safely(data, start)
