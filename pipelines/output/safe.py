"""Text that a spreadsheet would run as a formula becomes text that it shows (CWE-1236); numbers stay numbers."""

import re

#: What Excel, LibreOffice and Google Sheets may read as the start of a formula, in ASCII and full-width forms.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-−]?\d+([.,]\d+)*(\s?%)?")


def neutral(text: str) -> str:
    """`text` behind an apostrophe when it begins like a formula; a negative number is left alone."""
    if not text.startswith(_STARTS) or _NUMBER.fullmatch(text):
        return text
    return "'" + text
