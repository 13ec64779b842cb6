"""Words in, the same words out with blanks that no line may end at: compounds, a number and its unit, a period."""

import re
from functools import cache

from pipelines.catalog.types import LANGUAGES
from pipelines.present.format.numbers import NBSP
from pipelines.present.i18n import translate

#: A number and what it counts; "quý" and its number.
UNIT = re.compile(
    r"(?<=\d) (?=[^\W\d])|(?i:(?<=\bquý)|(?<=\bnăm)|(?<=\bmẫu)|(?<=\bform)) (?=[\dA-Z])"
)


def no_break(text: str) -> str:
    """The text with no-break blanks inside what is read as one word."""
    kept = _compound_pattern().sub(lambda found: found.group().replace(" ", NBSP), text)
    return UNIT.sub(NBSP, kept)


def split_in_halves(name: str) -> tuple[str, str]:
    """A name on two lines, broken between words at the blank nearest to its middle."""
    held = no_break(name)
    blanks = [i for i, c in enumerate(held) if c == " "]
    at = min(blanks, key=lambda i: abs(i - len(held) / 2), default=len(held))
    return held[:at], held[at:].strip()


@cache
def _compound_pattern() -> re.Pattern[str]:
    """Words of both languages that are written with a blank inside, the longest first."""
    listed = ",".join(translate("breaks.compounds", language) for language in LANGUAGES)
    words = sorted((w.strip() for w in listed.split(",")), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
