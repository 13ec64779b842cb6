"""Words with no-break blanks: in compounds, between a number and its unit, in a period."""

import re
import unicodedata
from functools import cache

from pipelines.catalog.types import LANGUAGES
from pipelines.present.format.numbers import NBSP
from pipelines.present.i18n import translate

#: A number and what it counts; "quý" and its number.
UNIT = re.compile(
    r"(?<=\d) (?=[^\W\d]|%)|(?i:(?<=\bquý)|(?<=\bnăm)|(?<=\bmẫu)|(?<=\bform)) (?=[\dA-Z])"
)


def no_break(text: str) -> str:
    """Return the text with no-break blanks inside what is read as one word."""
    joined = _compound_pattern().sub(lambda match: match.group().replace(" ", NBSP), text)
    return UNIT.sub(NBSP, joined)


def slugify(text: str, most: int = 48) -> str:
    """Return whole words of a text in small letters a to z and figures, joined by hyphens."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in parts if not unicodedata.combining(c)))
    slug = "-".join(words)
    return slug if len(slug) <= most else slug[: most + 1].rpartition("-")[0]


def split_in_halves(name: str) -> tuple[str, str]:
    """Return a name in two lines, broken between words at the blank nearest to its middle."""
    text = no_break(name)
    blanks = [i for i, letter in enumerate(text) if letter == " "]
    at = min(blanks, key=lambda i: abs(i - len(text) / 2), default=len(text))
    return text[:at], text[at:].strip()


@cache
def _compound_pattern() -> re.Pattern[str]:
    """Match words of both languages that are written with a blank inside, the longest first."""
    listed = ",".join(translate("breaks.compounds", language) for language in LANGUAGES)
    words = sorted(map(str.strip, listed.split(",")), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)


def capitalise_first(text: str) -> str:
    """Return the words as they begin a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return a label for the middle of a sentence."""
    return text[:1].lower() + text[1:]
