"""Clean texts and name what is wrong with them: hidden signs, mixed alphabets, old fonts."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.spreadsheet.issues import ReadIssue, make_read_issue
from pipelines.spreadsheet.model import Cell, Workbook, is_blank

MAX_TEXT_CHARS = 2_000
#: At least so many words with a `?` inside before a file has lost its letters.
MIN_MOJIBAKE_WORDS = 2

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MIXED = re.compile("[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
#: NOTE: "- họp tổ" is how a list is written, "-2+3" is how a formula is: a dash before a space and
#: a letter passes.
_FORMULA = re.compile(r"[=+@\t\r]|-(?! [^\W\d_]|-*$)|-.*[|!(]", re.DOTALL)
#: Latin letters that no Vietnamese word has: TCVN3, VNI and UTF-8 read as Latin-1 are full of them.
_FOREIGN = "ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ"
_LEGACY = re.compile(
    f"[{_FOREIGN}]"
    r"|[A-Za-zÀ-ỹ][¡¢£¤¥¦§¨©ª«¬®µ¶·¸»¼½¾](?=[A-Za-zÀ-ỹ\s.,;]|$)|[A-Za-zÀ-ỹ][¹×÷](?=[A-Za-zÀ-ỹ])"
    r"|(?<![A-Za-zÀ-ỹ])[®§](?=[A-Za-zÀ-ỹ])"
    r"|á[º»]|Ã[\u0080-\u00bf\u0152-\u2122]|Â[\u0080-\u00bf]"
    r"|[aeouyAEOUY][ùõ]|[aeoAEO]â|aê",
)
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd|\?{2,}[^\W\d_]|[^\W\d_]\?{2,}")


class CleanedText(NamedTuple):
    """A text as kept, and the codes of what was found in it."""

    text: str
    codes: tuple[str, ...]


@lru_cache(maxsize=16_384)
def clean_text(text: str) -> CleanedText:
    """Return the text in NFC without hidden characters (U002), with plain spaces only.

    U001, U003, U004 and U005 say what may not be kept.
    """
    if text.isascii():
        return CleanedText(text, tuple(_scan_codes(text)))
    composed = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    visible = _HIDDEN.sub("", composed)
    hidden = ("U002",) if visible != composed else ()
    return CleanedText(visible, (*hidden, *_scan_codes(visible)))


def is_answer(note: str) -> bool:
    """True when a note explains something: it is not blank, and every code in it is harmless."""
    if is_blank(note):
        return False
    return set(_find_codes(note)) <= {"U002"}


def count_mojibake(text: str) -> int:
    """Return how many words of a text have a `?` where a Vietnamese letter was."""
    return len(_LOST.findall(text))


def find_text_issues(
    book: Workbook,
    choose_case: Callable[[Cell], str],
    skip: frozenset[tuple[str, str]] = frozenset(),
) -> Iterator[ReadIssue]:
    """Yield what is wrong with the texts of the visible sheets.

    `choose_case` says what is read from a cell (the case of an issue); `skip` holds (sheet,
    address) of cells judged as counts.
    """
    for sheet in book.sheets:
        if sheet.hidden or sheet.very_hidden:
            continue
        for cell in sheet.text_cells:
            codes = _find_codes(cell.text)
            if not codes or (cell.sheet, cell.address) in skip:
                continue
            case = choose_case(cell)
            # NOTE: the text is not repeated: nobody has yet looked at it for personal data.
            for code in codes:
                yield make_read_issue(code, cell.sheet, cell.address, case=case)


@lru_cache(maxsize=16_384)
def _find_codes(text: str) -> tuple[str, ...]:
    codes = clean_text(text).codes
    return (*codes, "V010") if len(text) > MAX_TEXT_CHARS else codes


def _scan_codes(text: str) -> Iterator[str]:
    if _FORMULA.match(text):
        yield "U005"
    if _MIXED.search(text):
        yield "U003"
    if _LEGACY.search(text):
        yield "U001"
    elif _CONTROL.search(text):
        yield "U004"
