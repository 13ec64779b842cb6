"""The styles part in, the style numbers that show a number as a date out."""

import re

from pipelines.intake.reject import Reject
from pipelines.intake.xml_walk import remembered, walk

#: More formats than Excel itself can hold.
MOST = 65_490
_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)


@remembered
def date_styles(data: bytes) -> frozenset[int]:
    """Indexes into cellXfs whose number format is a date or a time; raises Reject S003 for too many formats."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            formats.append(_number(attributes.get("numFmtId")))
            if len(formats) > MOST:
                raise Reject("S003")

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    walk(data, start, end)
    dates = {key for key, code in codes.items() if is_date_format(code)} | (_BUILT_IN - codes.keys())
    return frozenset(at for at, key in enumerate(formats) if key in dates)


def is_date_format(code: str) -> bool:
    """True when a format shows days, months, years, hours, minutes or seconds outside quoted text."""
    shown = _LITERAL.sub("", code.partition(";")[0]).lower()
    return "general" not in shown and any(letter in shown for letter in "dmyhs")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
