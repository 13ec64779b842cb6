"""Read the outline of a workbook package: its tabs with their parts, and what is unusual in it.

The outline says which tabs are hidden, whether days are counted from 1904, and whether there are
links to other files.
"""

import posixpath
import re
from typing import NamedTuple

from pipelines.spreadsheet.container import Package, find_part_name, fold_part_name
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
#: Kinds of relations whose targets run or hold what is no table, whatever they are called.
_ACTIVE_RELATIONS = frozenset(
    {"vbaProject", "oleObject", "control", "package"}
    | {"xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"}
)
_ENCODED = re.compile(r"%(2D|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
#: Content types of the main part of a workbook.
_MAIN_TYPE = re.compile(r"spreadsheetml\.(?:sheet|template)\.main\+xml$", re.IGNORECASE)
_LINK_TYPE = re.compile(r"externalLink\+xml$", re.IGNORECASE)
_CONNECTIONS = "xl/connections.xml"
_ROOT_RELATIONS = "_rels/.rels"
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
    #: The name of the workbook's main part.
    main: str


class _WorkbookPart(NamedTuple):
    tabs: tuple[tuple[str, str, str], ...]
    date1904: bool


class Relation(NamedTuple):
    """The last word of a relation's type, and the part it leads to."""

    kind: str
    part: str


class _ContentTypes(NamedTuple):
    """The content types a package declares: of single parts and by the ending of their names."""

    overrides: dict[str, str]
    defaults: dict[str, str]

    def find_type(self, part: str) -> str:
        """Return the content type of a part; empty when none is declared."""
        folded = fold_part_name(part)
        return self.overrides.get(folded) or self.defaults.get(folded.rpartition(".")[2], "")


def read_outline(package: Package, names: list[str], limits: ReaderLimits) -> WorkbookOutline:
    """Return the workbook's outline.

    Raises FileRejected F002, F003, F006, F007, F008, F009, S004 or X001 to X003.
    """
    types_part = find_part_name(package, TYPES)
    if types_part not in package:
        raise FileRejected("F003", case=_choose_archive_case(names), kind="zip")
    types = _read_types(package[types_part])
    main = _find_main_part(package, types)
    if not main:
        raise FileRejected("F003", case=_choose_archive_case(names), kind="zip")
    _refuse_active_content(package, names)
    has_links = _check_links(package, types, main)

    book = _parse_workbook(package[main])
    tabs = _find_tabs(book, main, package)
    if not tabs:
        raise FileRejected("F009")
    if len(tabs) > limits.sheets:
        raise FileRejected("S004", limit=limits.sheets)

    comments = {tab.part: _find_comment_parts(tab.part, package) for tab in tabs}
    return WorkbookOutline(tabs, book.date1904, comments, has_links, main)


def _find_main_part(package: Package, types: _ContentTypes) -> str:
    """Return the main part by the package's relation to it; empty when it is no workbook.

    Raises FileRejected F006 for several main parts.
    """
    relations = _read_relations_part(find_part_name(package, _ROOT_RELATIONS), "", package)
    targets = [one.part for one in relations.values() if one.kind == "officeDocument"]
    if len(targets) > 1:
        raise FileRejected("F006")
    # NOTE: some writers leave the package's own relations out.
    main = targets[0] if targets else find_part_name(package, WORKBOOK)
    declared = types.find_type(main)
    is_workbook = _MAIN_TYPE.search(declared) or fold_part_name(main) == WORKBOOK
    return main if main in package and is_workbook else ""


def _choose_archive_case(names: list[str]) -> str:
    """Return `archive` for a zip that holds tables of its own, empty for any other package."""
    has_tables = any(name.lower().endswith((".xlsx", ".xls", ".csv")) for name in names)
    return "archive" if has_tables else ""


def _refuse_active_content(package: Package, names: list[str]) -> None:
    """Raise FileRejected F007 for macros and embedded objects, whatever they are called."""
    if any(map(_ACTIVE_NAME.search, names)):
        raise FileRejected("F007")
    for name in package:
        if fold_part_name(name).endswith(".rels"):
            relations = _read_relations_part(name, "", package)
            if any(one.kind in _ACTIVE_RELATIONS for one in relations.values()):
                raise FileRejected("F007")


def _check_links(package: Package, types: _ContentTypes, main: str) -> bool:
    """True for links to other workbooks or data connections.

    Raises FileRejected F008 for a command.
    """
    relations = read_relations(main, package).values()
    related = {one.part for one in relations if one.kind == "externalLink"}
    links = [name for name in package if name in related or _is_link_part(name, types)]
    for name in links:
        _check_link(package[name])
    has_connections = find_part_name(package, _CONNECTIONS) in package
    return bool(links) or has_connections or any(one.kind == "connections" for one in relations)


def _is_link_part(name: str, types: _ContentTypes) -> bool:
    """True for a part that its name or its content type calls a link to another workbook."""
    folded = fold_part_name(name)
    if folded.endswith(".rels"):
        return False
    return folded.startswith("xl/externallinks/") or bool(_LINK_TYPE.search(types.find_type(name)))


def read_relations(part: str, package: Package) -> dict[str, Relation]:
    """Return the relations of one part by id; links to the outside are left out."""
    folder = part.rpartition("/")[0]
    return _read_relations_part(find_relations_part(part, package), folder, package)


def find_relations_part(part: str, package: Package) -> str:
    """Return the name of the part that holds the relations of another."""
    folder, slash, name = part.rpartition("/")
    return find_part_name(package, f"{folder}{slash}_rels/{name}.rels")


def _read_relations_part(name: str, folder: str, package: Package) -> dict[str, Relation]:
    """Return the relations a part holds, their targets named as the package names them."""
    source = package.get(name)
    if source is None:
        return {}
    relations: dict[str, Relation] = {}
    for key, relation in _parse_relations(source, folder).items():
        relations[key] = relation._replace(part=find_part_name(package, relation.part))
    return relations


def _find_tabs(book: _WorkbookPart, main: str, package: Package) -> tuple[SheetTab, ...]:
    """Return the worksheets in their order.

    Raises FileRejected F002 for one without a part, F006 for names that are too long or not
    distinct.
    """
    targets = read_relations(main, package)
    tabs: list[SheetTab] = []
    for name, key, state in book.tabs:
        kind, part = targets.get(key, Relation("", ""))
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
def _read_types(data: bytes) -> _ContentTypes:
    """Return the content types; raises FileRejected F007 when active content is among them."""
    types = _ContentTypes({}, {})

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag not in ("Default", "Override"):
            return
        declared = attributes.get("ContentType", "")
        if _ACTIVE_TYPE.search(declared):
            raise FileRejected("F007")
        if tag == "Override":
            name = attributes.get("PartName", "").removeprefix("/")
            types.overrides[fold_part_name(name)] = declared
        else:
            types.defaults[fold_part_name(attributes.get("Extension", ""))] = declared

    parse_xml_safely(data, start)
    return types


@cached_small
def _parse_relations(data: bytes, folder: str) -> dict[str, Relation]:
    relations: dict[str, Relation] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        # NOTE: a backslash is no letter of a part's name; some writers use it as their folders do.
        written = attributes.get("Target", "").replace("\\", "/")
        target = posixpath.normpath(posixpath.join("/", folder, _decode_unreserved(written)))
        relations[attributes.get("Id", "")] = Relation(kind, target.lstrip("/"))
        if len(relations) > MAX_RELATIONS:
            raise FileRejected("F006")

    parse_xml_safely(data, start)
    return relations


def _decode_unreserved(target: str) -> str:
    """Write `sheet%31.xml` as `sheet1.xml`: letters and digits mean the same either way.

    What may not stand bare in a part's name, `%2F` or `%20`, stays encoded (ISO/IEC 29500-2 6.2.2).
    """
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), target)


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
