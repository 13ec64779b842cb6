"""The shared strings in, their texts out; or the proof that they are plain texts any reader reads alike."""

import re

from pipelines.intake.reject import Reject
from pipelines.intake.xml_walk import remembered, walk

#: What Excel itself can keep in one cell.
LONGEST = 32_767
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEAD = rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>]*\?>)?\s*"
_TEXT = rb"(?:[^<>&\r_]++|_(?!x)|&(?:amp|lt|gt|quot|apos);)*+"
#: NOTE: readers differ on blanks at the ends of a text that does not say xml:space="preserve".
PLAIN_T = rb"<t(?:/>|>(?![ \t\n])" + _TEXT + rb"(?<![ \t\n])</t>| xml:space=\"preserve\">" + _TEXT + rb"</t>)"
_ATTRIBUTES = rb'(?: [A-Za-z:]{1,20}="[^"<>&]*+"){0,9}+'
_PLAIN = re.compile(_HEAD + rb"<sst" + _ATTRIBUTES + rb"(?:/>|>(?:<si>" + PLAIN_T + rb"</si>)*+</sst>)\s*")
_LONG = re.compile(rb"[^<]{%d}" % (LONGEST + 1))


@remembered
def is_plain(data: bytes) -> bool:
    """True when the part is nothing but plain texts: no runs, escapes or carriage returns that readers differ on."""
    return bool(_PLAIN.fullmatch(data)) and not is_long(data)


def has_empty(data: bytes) -> bool:
    """True when some shared text is empty."""
    return b"<t></t>" in data or b"<t/>" in data or b'"></t>' in data


def is_long(data: bytes) -> bool:
    """True when some text may be longer than a cell of Excel can hold."""
    return len(data) > LONGEST and bool(_LONG.search(data))


def strings(data: bytes, most: int) -> list[str]:
    """Every shared text in order, runs joined; raises Reject S005 when one is too long or there are too many."""
    found: list[str] = []
    reader = TextReader()

    def start(tag: str, _: dict[str, str]) -> None:
        reader.start(tag)

    def end(tag: str) -> None:
        reader.end(tag)
        if tag == "si":
            found.append(reader.take())
            if len(found) > most:
                raise Reject("S005")

    walk(data, start, end, reader.text)
    return found


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
            if self._length > LONGEST:
                raise Reject("S005")

    def take(self) -> str:
        text = "".join(self._texts)
        self._texts.clear()
        self._length = 0
        return unescape(text) if "_x" in text else text


def unescape(text: str) -> str:
    """`_x000D_` is how a workbook writes characters XML cannot hold."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text).encode("utf-8", "replace").decode("utf-8")
