"""A figure as the page writes it in, the number a spreadsheet reckons with out: "1.603" is 1603, "44,0 %" is 0.44.

What is no number ("3 trên 4", "569/577", the signs of the four nothings) stays the text it is.
"""

import re
from dataclasses import dataclass

from pipelines.catalog import Language

#: Sign, groups of three or plain digits, decimals, percent; thousands and decimals as each language writes them.
_SHAPE = r"([+−-]?)(\d{{1,3}}(?:{t}\d{{3}})+|\d+)(?:{d}(\d+))?(\s?%)?"
_NUMBER: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(_SHAPE.format(t=r"\.", d=",")),
    "en": re.compile(_SHAPE.format(t=",", d=r"\.")),
}


@dataclass(frozen=True)
class Cell:
    """A number and how a spreadsheet shows it as the page does."""

    value: float
    look: str
    #: The number for a file without looks: no thousands, a point before decimals, a percent sign where there was one.
    plain: str


def number(text: str, language: Language) -> Cell | None:
    """The number behind `text`, to the decimals the page shows; None when it is words, a sign or a code."""
    found = _NUMBER[language].fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups()
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 1 and digits.startswith("0"):
        return None
    plain = f"{'-' if sign in '−-' and sign else ''}{digits}{'.' + decimals if decimals else ''}"
    grouped = "#,##0" if len(digits) != len(whole) else "0"
    look = grouped + ("." + "0" * len(decimals) if decimals else "") + ("%" if percent else "")
    return Cell(
        round(float(plain) / 100, len(decimals or "") + 2) if percent else float(plain),
        f"+{look};-{look};{look}" if sign == "+" else look,
        plain + ("%" if percent else ""),
    )
