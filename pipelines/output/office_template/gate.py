"""Inspection of an office's Word template before any library opens it.

Container, parts, links and fields are inspected.
"""

import re
from collections.abc import Mapping

from pipelines.output.office_template.fault import TemplateFault
from pipelines.settings import Limits
from pipelines.spreadsheet.container import Package, inflate_parts, read_directory
from pipelines.spreadsheet.file_kind import OLE, ZIP, to_megabytes
from pipelines.spreadsheet.ooxml import parse_xml_safely
from pipelines.spreadsheet.rejection import FileRejected

#: Tables within tables and drawings nest deeper than sheets do.
DEPTH = 100
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = "[Content_Types].xml"
#: Parts whose tags are filled in; a tag anywhere else would stay as it is, so it is refused.
FILLED = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes)\.xml|docProps/core\.xml")
_LINKS = """officedocument core-properties extended-properties custom-properties thumbnail styles
styleswitheffects numbering settings websettings fonttable theme header footer footnotes endnotes
comments commentsextended commentsids commentsextensible people image hyperlink customxml
customxmlprops glossarydocument font"""
#: The kinds of links between parts that a document of text, tables and pictures needs.
LINKS = frozenset(_LINKS.split())
SCHEMES = frozenset(["http", "https", "mailto"])
_FIELDS = """PAGE NUMPAGES SECTION SECTIONPAGES DATE TIME CREATEDATE SAVEDATE PRINTDATE TOC TC REF
PAGEREF NOTEREF STYLEREF SEQ HYPERLINK TITLE AUTHOR SUBJECT COMMENTS KEYWORDS FILENAME DOCPROPERTY
LASTSAVEDBY REVNUM NUMCHARS NUMWORDS SYMBOL EQ XE INDEX FORMTEXT FORMCHECKBOX FORMDROPDOWN"""
#: Fields that print something of the document itself; others fetch, run or hold what is not in it.
FIELDS = frozenset(_FIELDS.split())
TAG = re.compile(r"\{\{|\{%")

#: What the container's refusals are called here.
_CODES: Mapping[str, str] = {
    "F002": "template_damaged",
    "F005": "template_password",
    "S005": "template_large",
}


def inspect_template(data: bytes, limits: Limits) -> None:
    """Raise TemplateFault unless `data` is a plain Word document that a template may be."""
    if len(data) > limits.file_bytes:
        raise TemplateFault("template_large", limit=to_megabytes(limits.file_bytes))
    if data.startswith(OLE):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise TemplateFault("template_password" if is_encrypted else "template_not_word")
    if not data.startswith(ZIP):
        raise TemplateFault("template_not_word")
    try:
        entries = read_directory(data, limits)
        package = inflate_parts(data, entries, _is_inspected)
    except FileRejected as refused:
        raise _container_fault(refused, "") from None
    if TYPES not in package or "word/document.xml" not in package:
        raise TemplateFault("template_not_word")
    for name in sorted(package):
        _inspect_part(name, package)


def _is_inspected(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _container_fault(refused: FileRejected, part: str) -> TemplateFault:
    return TemplateFault(_CODES.get(refused.issue.code, "template_structure"), part)


def _inspect_part(name: str, package: Package) -> None:
    part = PartReader()
    try:
        parse_xml_safely(package[name], part.start, part.end, part.add_text, depth=DEPTH)
    except FileRejected as refused:
        raise _container_fault(refused, name) from None
    if name == TYPES:
        _judge_types(part.declared)
    elif name.lower().endswith(".rels"):
        _judge_links(name, part.declared)
    for code in part.codes:
        _judge_field(name, code)
    if not FILLED.fullmatch(name):
        _refuse_tags(name, "".join(part.texts))


def _refuse_tags(name: str, content: str) -> None:
    """Raise TemplateFault for a tag in a part that is not filled."""
    tag = TAG.search(content)
    if tag:
        raise TemplateFault("template_place", name, content[tag.start() :])


class PartReader:
    """Collects what is judged of one part: declarations, text and the codes of its fields."""

    def __init__(self) -> None:
        #: The attributes of relationships and content types.
        self.declared: list[dict[str, str]] = []
        self.texts: list[str] = []
        self.codes: list[str] = []
        #: The fields that are open, as pieces of code; None once the code is over and the result
        #: begins.
        self._open: list[list[str] | None] = []
        self._in_code = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_code = tag in ("instrText", "delInstrText")
        if tag in ("Relationship", "Override", "Default"):
            self.declared.append(attributes)
        elif tag == "fldSimple":
            self.codes += _values_ending(attributes, "instr")
        elif tag == "fldChar":
            kinds = _values_ending(attributes, "fldCharType")
            self._turn(kinds[0] if kinds else "")

    def end(self, tag: str) -> None:
        self._in_code = False

    def add_text(self, text: str) -> None:
        if not self._in_code:
            self.texts.append(text)
        elif self._open and self._open[-1] is not None:
            self._open[-1].append(text)
        else:
            self.codes.append(text)

    def _turn(self, kind: str) -> None:
        """Begin a field, go over to its result, or end it."""
        if kind == "begin":
            self._begin_field()
        elif self._open:
            pieces = self._open.pop()
            if pieces is not None:
                self.codes.append("".join(pieces))
            if kind == "separate":
                self._open.append(None)

    def _begin_field(self) -> None:
        # NOTE: a field inside the code of another can spell any code: its result is read as code.
        if self._open and self._open[-1] is not None:
            self._open[-1].append(" {")
        self._open.append([])


def _values_ending(attributes: dict[str, str], suffix: str) -> list[str]:
    """List the values of the attributes with this name, whatever their namespace."""
    return [value for name, value in attributes.items() if name.endswith(suffix)]


def _judge_field(name: str, code: str) -> None:
    """Raise TemplateFault for a field that is not known or that reaches outside the document."""
    if not code.strip():
        return
    word, _, rest = code.strip().partition(" ")
    is_spelt = "{" in code or "\\\\" in rest or "file:" in rest.lower()
    if is_spelt or word.upper() not in FIELDS:
        raise TemplateFault("template_field", name, code)


def _judge_types(declared: list[dict[str, str]]) -> None:
    kinds = {entry.get("ContentType", "").lower() for entry in declared}
    for active in ("macroenabled", "vba", "activex"):
        if any(active in kind for kind in kinds):
            raise TemplateFault("template_active", TYPES, "macro")
    if MAIN not in kinds:
        raise TemplateFault("template_not_word")


def _judge_links(name: str, declared: list[dict[str, str]]) -> None:
    for link in declared:
        kind = link.get("Type", "").rpartition("/")[2]
        if link.get("TargetMode", "Internal") == "Internal":
            if kind.lower() not in LINKS:
                raise TemplateFault("template_active", name, kind)
        else:
            _judge_external_link(name, kind, link.get("Target", ""))


def _judge_external_link(name: str, kind: str, target: str) -> None:
    if kind.lower() != "hyperlink" or _scheme(target) not in SCHEMES:
        raise TemplateFault("template_external", name, target)


def _scheme(target: str) -> str:
    return target.partition(":")[0].strip().lower()
