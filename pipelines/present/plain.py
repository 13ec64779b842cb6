"""Text in, the same text out as Markdown shows it letter by letter: no links, no icons, no emphasis out of data."""

#: Markdown's own signs, written as themselves; `@`, `:` and `www.` make links and icons of plain words.
SIGNS = str.maketrans({c: f"\\{c}" for c in r"\*_[]~$`<>@:"})


def plain(text: str) -> str:
    """Text as it is: an asterisk stays an asterisk."""
    return text.translate(SIGNS).replace("www.", "www\\.")


def short(text: str, most: int = 40) -> str:
    """What somebody else wrote, long enough to be known again."""
    return text if len(text) <= most else text[: most - 1] + "…"
