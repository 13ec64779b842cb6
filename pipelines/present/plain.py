"""Text in, the same text out as Markdown shows it letter by letter: no links, no icons, no emphasis out of data."""

import re

#: Markdown's own signs, written as themselves; `:` makes icons of plain words.
SIGNS = str.maketrans({c: f"\\{c}" for c in r"\*_[]~$`<>:"})
#: NOTE: addresses become links after signs are read, so no sign helps: a joiner nobody sees parts them.
ADDRESS = re.compile(r"(?=://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
JOINER = "\u2060"


def plain(text: str) -> str:
    """Text as it is: an asterisk stays an asterisk, an address is no link."""
    return ADDRESS.sub(JOINER, text).translate(SIGNS)


def short(text: str, most: int = 40) -> str:
    """What somebody else wrote, long enough to be known again."""
    return text if len(text) <= most else text[: most - 1] + "…"
