"""Read the XML parts of a workbook: safe parsing, shared texts, number formats and comments.

Declarations, deep nesting and odd encodings are refused. No part is read by anything else before it
went through here or was proved simple (sheet_proof).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar
from xml.parsers import expat

from pipelines.spreadsheet.rejection import FileRejected

DEPTH, ATTRIBUTES = 32, 200
#: Results for parts up to this size are cached: styles and lists are the same in every copy.
SMALL_PART_BYTES = 64 * 1024
_CHUNK = 64 * 1024

StartHandler = Callable[[str, dict[str, str]], None]
T = TypeVar("T")
P = ParamSpec("P")

_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def parse_xml_safely(
    data: bytes,
    start: StartHandler | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    *,
    depth: int = DEPTH,
) -> None:
    """Call back for each element (local names) and text.

    Raises FileRejected X001, X002, X003 or F002 (not well formed).
    """
    check_encoding(data)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = _count_depth(start, end, depth)
    if text:
        parser.CharacterDataHandler = text
    try:
        # NOTE: fed in pieces, so that a callback's refusal ends the work at once.
        for at in range(0, len(data), _CHUNK):
            parser.Parse(data[at : at + _CHUNK], at + _CHUNK >= len(data))
    except expat.ExpatError:
        raise FileRejected("F002") from None


def check_encoding(data: bytes) -> None:
    """Raise FileRejected for anything but UTF-8; a DTD is refused before any parser sees it."""
    if not data:
        raise FileRejected("F002")
    if b"<!DOCTYPE" in data:
        raise FileRejected("X001")

    has_utf16_mark = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if has_utf16_mark or b"\x00" in data[:4]:
        raise FileRejected("X003")
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in _ENCODINGS:
        raise FileRejected("X003")

    if data.isascii():
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise FileRejected("X003") from None


def cached_small(read: Callable[Concatenate[bytes, P], T]) -> Callable[Concatenate[bytes, P], T]:
    """Wrap `read` with a cache for small parts.

    Refusals are not cached, and nobody may change what it returns.
    """
    known = lru_cache(maxsize=64)(read)

    def read_cached(data: bytes, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if len(data) <= SMALL_PART_BYTES:
            return known(data, *args, **kwargs)  # type: ignore[arg-type]
        return read(data, *args, **kwargs)

    return read_cached


def _refuse_doctype(*_: object) -> None:
    raise FileRejected("X001")


def _count_depth(
    start: StartHandler | None, end: Callable[[str], None] | None, deepest: int
) -> tuple[StartHandler, Callable[[str], None]]:
    """Return the two callbacks of a parser that refuse what is nested too deep (X002)."""
    depth = 0

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest or len(attributes) > ATTRIBUTES:
            raise FileRejected("X002")
        if start:
            start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

    def close_element(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag if ":" not in tag else tag.rpartition(":")[2])

    return open_element, close_element


def read_comments(data: bytes) -> dict[str, str]:
    """Return the comments by address; several of one cell are joined by a line break."""
    comments: dict[str, str] = {}
    address, is_text = "", False
    texts: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal address, is_text
        if tag in ("comment", "threadedComment"):
            address = attributes.get("ref", "")
            texts.clear()
        is_text = tag in ("t", "text")

    def end(tag: str) -> None:
        nonlocal is_text
        is_text = False
        if tag in ("comment", "threadedComment"):
            text = "".join(texts)
            comments[address] = f"{comments[address]}\n{text}" if address in comments else text

    def text(data: str) -> None:
        if is_text:
            texts.append(data)

    parse_xml_safely(data, start, end, text)
    return comments


MAX_LEVELS = 8
_NAME = rb"[A-Za-z_][A-Za-z0-9_:.-]{0,60}"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,5});"
_SHAPE_ATTRIBUTES = rb"(?:\s++" + _NAME + rb"=\"(?:[^\"<>&]++|" + _ENTITY + rb")*+\"){0,40}+\s*+"
_SHAPE_TEXT = rb"[^<>&]++|" + _ENTITY


def _element_pattern(level: int) -> bytes:
    """Return the pattern of an element open at `level` and of all that may stand inside it.

    NOTE: group n holds the name of the element open at level n, so that its end tag must say the
    same.
    """
    inside = _SHAPE_TEXT
    if level < MAX_LEVELS:
        inside += b"|" + _element_pattern(level + 1)
    return b"<(%s)%s(?:/>|>(?:%s)*+</\\%d\\s*+>)" % (_NAME, _SHAPE_ATTRIBUTES, inside, level)


_SHAPE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>?]*+\?>)?\s*+" + _element_pattern(1) + rb"\s*+"
)


def is_well_formed_shallow(data: bytes) -> bool:
    """True when the whole of `data` is one well-formed element of few levels."""
    return _SHAPE.fullmatch(data) is not None


#: What Excel itself can keep in one cell.
MAX_CELL_CHARS = 32_767
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEAD = rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>]*\?>)?\s*"
_TEXT = rb"(?:[^<>&\r_]++|_(?!x)|&(?:amp|lt|gt|quot|apos);)*+"
#: NOTE: readers differ on blanks at the ends of a text that does not say xml:space="preserve".
PLAIN_TEXT_PATTERN = (
    rb"<t(?:/>|>(?![ \t\n])"
    + _TEXT
    + rb"(?<![ \t\n])</t>| xml:space=\"preserve\">"
    + _TEXT
    + rb"</t>)"
)
_ATTRIBUTES = rb'(?: [A-Za-z:]{1,20}="[^"<>&]*+"){0,9}+'
_PLAIN = re.compile(
    _HEAD
    + rb"<sst"
    + _ATTRIBUTES
    + rb"(?:/>|>(?:<si>"
    + PLAIN_TEXT_PATTERN
    + rb"</si>)*+</sst>)\s*"
)
_LONG = re.compile(rb"[^<]{%d}" % (MAX_CELL_CHARS + 1))


@cached_small
def is_plain(data: bytes) -> bool:
    """True when the part is nothing but plain texts.

    Readers differ on runs, escapes and carriage returns.
    """
    return bool(_PLAIN.fullmatch(data)) and not has_long_text(data)


_PLAIN_ITEM = re.compile(r"<si><t[^<>]*>(?:([^<]*)</t>)?</si>")
#: NOTE: `&amp;lt;` is `&lt;`: the sign itself comes last.
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@cached_small
def read_plain_strings(data: bytes) -> tuple[str, ...]:
    """Return every shared text of a part that is plain, in order.

    Raises FileRejected for an encoding that is not declared truly.
    """
    check_encoding(data)
    return tuple(map(unescape_entities, _PLAIN_ITEM.findall(data.decode("utf-8"))))


def unescape_entities(text: str) -> str:
    """Replace the five entities that every XML document knows."""
    if "&" in text:
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
    return text


def has_long_text(data: bytes) -> bool:
    """True when some text may be longer than a cell of Excel can hold."""
    return len(data) > MAX_CELL_CHARS and bool(_LONG.search(data))


def read_strings(data: bytes, max_texts: int) -> list[str]:
    """Return every shared text in order, runs joined.

    Raises FileRejected S005 when one is too long or there are too many.
    """
    strings: list[str] = []
    reader = TextReader()

    def start(tag: str, _: dict[str, str]) -> None:
        reader.start(tag)

    def end(tag: str) -> None:
        reader.end(tag)
        if tag == "si":
            strings.append(reader.take_text())
            if len(strings) > max_texts:
                raise FileRejected("S005")

    parse_xml_safely(data, start, end, reader.text)
    return strings


class TextReader:
    """Collects `t` elements of a string item, without its reading aids (rPh)."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._held = self._aside = False
        self._length = 0

    def start(self, tag: str) -> None:
        self._aside = self._aside or tag == "rPh"
        self._held = tag == "t" and not self._aside

    def end(self, tag: str) -> None:
        self._held = False
        if tag == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._held:
            self._texts.append(data)
            self._length += len(data)
            if self._length > MAX_CELL_CHARS:
                raise FileRejected("S005")

    def take_text(self) -> str:
        text = "".join(self._texts)
        self._texts.clear()
        self._length = 0
        return unescape_text(text) if "_x" in text else text


def unescape_text(text: str) -> str:
    """Replace `_x000D_` and the like, the way a workbook writes characters that XML cannot hold."""
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-8", "replace").decode("utf-8")


#: More formats than Excel itself can hold.
MAX_FORMATS = 65_490
_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
#: The built-in formats that may show another number than the stored one.
_BUILT_IN_NUMBERS = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)


class CellFormats(NamedTuple):
    """The number formats of a workbook: one number a cell style, and the code of each number."""

    numbers: tuple[int, ...]
    codes: dict[int, str]


@cached_small
def _read_cell_formats(data: bytes) -> CellFormats:
    """Return the number formats of cellXfs; raises FileRejected S003 for too many."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    is_inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        if tag == "numFmt":
            number = _parse_format_number(attributes.get("numFmtId"))
            codes[number] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            is_inside = True
        elif tag == "xf" and is_inside:
            formats.append(_parse_format_number(attributes.get("numFmtId")))
            if len(formats) > MAX_FORMATS:
                raise FileRejected("S003")

    def end(tag: str) -> None:
        nonlocal is_inside
        if tag == "cellXfs":
            is_inside = False

    parse_xml_safely(data, start, end)
    return CellFormats(tuple(formats), codes)


def read_date_styles(data: bytes) -> frozenset[int]:
    """Return the indexes into cellXfs whose number format is a date or a time.

    Raises FileRejected S003 for too many formats.
    """
    formats = _read_cell_formats(data)
    dates = _find_date_formats(formats.codes)
    return frozenset(at for at, number in enumerate(formats.numbers) if number in dates)


def read_number_formats(data: bytes) -> dict[int, str]:
    """Map the indexes into cellXfs to their formats; those that show dates are left out.

    `0%` shows 1 as 100%, `#,##0,` shows 5000 as 5, `0` shows 2.6 as 3 and `;;;` shows nothing.
    Raises FileRejected S003 for too many formats.
    """
    formats = _read_cell_formats(data)
    dates = _find_date_formats(formats.codes)
    codes = _BUILT_IN_NUMBERS | formats.codes
    styles: dict[int, str] = {}
    for at, number in enumerate(formats.numbers):
        if number not in dates and codes.get(number):
            styles[at] = codes[number]
    return styles


def _find_date_formats(codes: dict[int, str]) -> set[int]:
    """Return the numbers of formats that show a date or time.

    A workbook may give the number of a built-in format another code.
    """
    own = {number for number, code in codes.items() if is_date_format(code)}
    return own | (_BUILT_IN - codes.keys())


def is_date_format(code: str) -> bool:
    """True when a format shows days, months, years, hours, minutes or seconds.

    Quoted text does not count.
    """
    shown = _LITERAL.sub("", code.partition(";")[0]).lower()
    return "general" not in shown and any(letter in shown for letter in "dmyhs")


def _parse_format_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
