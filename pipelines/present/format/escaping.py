"""Escaping of text from outside: one function for each language that text is written into.

Terminals, the pages' Markdown, HTML and SVG, spreadsheets, and documents (Word and PDF).

Cells, names, notes, file names, paths and messages of errors are data. Nothing in them may move a
cursor, become a link, a heading, an icon or a formula, or turn the reading direction of the words
around them.
"""

import html
import re
import unicodedata

#: Letters of one outside text that a terminal shows.
LONGEST = 1_000
#: Control and format characters, lone surrogates, line and paragraph separators: nobody sees them,
#: terminals obey them.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
NONCHARACTERS = frozenset("\ufffe\uffff")
#: Signs that Markdown or one of Streamlit's additions to it gives a meaning, anywhere in a line.
SIGNS = str.maketrans({c: f"\\{c}" for c in r"\*_[]~$`<>:&#|!{}"})
#: Signs that begin a list, a quotation or a rule where a line begins.
OPENING = re.compile(r"^( ?)(?:([-+=])(?=[-= ]|$)|(\d{1,9})(?=[.)](?: |$)))")
BLANKS = re.compile(r"[\t-\r ]+")
#: NOTE: addresses, icons and arrows are looked for after all signs have been read, where no
#: backslash helps, but within one run of text only.
ADDRESS, ICON, ARROW = (
    r"(?<=www)\.|:(?=//)|@",
    r"(?a::(?=material[/_]|[\w+-]+:))",
    r"<->|[-<]-|[-><~][>=]",
)
PARTED = re.compile(f"{ADDRESS}|{ICON}|{ARROW}", re.IGNORECASE)
BACKTICKS = re.compile(r"`+")
#: What a document obeys although nobody sees it: controls other than tab and line break, marks of
#: reading direction, halves of characters, separators. Our own joiners and soft hyphens stay.
OBEYED = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufff9-\uffff]"
)
_OBEYED = re.compile(OBEYED)
#: Two characters for private use that mark a picture in the Word report.
PICTURE_MARKS = str.maketrans({"\ue000": "�", "\ue001": "�"})
#: What Excel, LibreOffice and Google Sheets may read as the start of a formula, in ASCII and
#: full-width forms (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PLAIN_NUMBER = r"[+\-−]?\d+([.,]\d+)*(\s?%)?"
#: Characters of a cell; Excel takes no more.
LONGEST_CELL = 32_767


def show_controls(text: str) -> str:
    """Return the text with every unseen character made visible: ␛ for escape, � for most others."""
    if text.isprintable():
        return text
    return "".join(_picture(letter) if _is_unseen(letter) else letter for letter in text)


def escape_terminal(text: str, limit: int = LONGEST) -> str:
    """Return one line for a terminal, of at most `limit` characters, in which nothing is obeyed."""
    return show_controls(shorten_text(text, limit))


def escape_markdown(text: str) -> str:
    """Return Markdown that shows the text letter by letter.

    Line breaks and tabs become blanks, as in every web page.
    """
    shown = show_controls(BLANKS.sub(" ", text))
    pieces, end = [], 0
    for sign in PARTED.finditer(shown):
        pieces += [shown[end : sign.start()].translate(SIGNS), *map(_part_off, sign[0])]
        end = sign.end()
    pieces.append(shown[end:].translate(SIGNS))
    return OPENING.sub(_escape_opening, "".join(pieces))


def _part_off(sign: str) -> str:
    """Return a sign as a run of text of its own, in no colour: it is copied as it is shown."""
    return f":color[{sign.translate(SIGNS)}]"


def quote_markdown(text: str) -> str:
    """Return Markdown that shows the text as a code: nothing in it is read, or added to it."""
    shown = show_controls(BLANKS.sub(" ", text)).strip()
    fence = "`" * (1 + max(map(len, BACKTICKS.findall(shown)), default=0))
    blank = " " if "`" in shown else ""
    return f"{fence}{blank}{shown}{blank}{fence}" if shown else ""


def escape_html(text: str) -> str:
    """Return HTML or XML, within an element or a quoted attribute, that shows the text."""
    return html.escape(escape_obeyed(text))


def escape_spreadsheet(text: str) -> str:
    """Return the text of a cell: nothing in it is run, and negative numbers are kept."""
    shown = escape_obeyed(text)
    if text.startswith(FORMULA_STARTS) and not re.fullmatch(PLAIN_NUMBER, text):
        shown = "'" + shown
    return shorten_text(shown, LONGEST_CELL)


def escape_document(text: str) -> str:
    """Return the text of a Word file or a PDF; both are given texts, never their own language."""
    return escape_obeyed(text).translate(PICTURE_MARKS)


def escape_obeyed(text: str) -> str:
    """Return the text of a document with what would be obeyed made visible."""
    return _OBEYED.sub(lambda found: _picture(found[0]), text)


def shorten_text(text: str, most: int = 40) -> str:
    """Return the beginning of a text, long enough to be recognised."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN or character in NONCHARACTERS


def _picture(character: str) -> str:
    """Return Unicode's own picture of a control character (␀ to ␟, ␡); � for all others."""
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    return "␡" if number == 0x7F else "�"


def _escape_opening(found: re.Match[str]) -> str:
    blank, sign, number = found.groups()
    return f"{blank}\\{sign}" if sign else f"{blank}{number}\\"
