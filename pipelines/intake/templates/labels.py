"""Look up the Vietnamese texts of the workbooks in catalog/template.toml."""

import tomllib
from functools import cache

from pipelines.catalog.load import find_folder


@cache
def _load_labels() -> dict[str, dict[str, str | list[str]]]:
    return tomllib.loads((find_folder() / "template.toml").read_text(encoding="utf-8"))


def get_label(section: str, name: str, **values: object) -> str:
    """Return the text we write for `name`, its {placeholders} filled in."""
    found = _load_labels()[section][name]
    text = found[0] if isinstance(found, list) else found
    return text.format(**values) if values else text


def get_spellings(section: str, name: str) -> tuple[str, ...]:
    """Return every spelling the parser takes for `name`, ours first."""
    found = _load_labels()[section][name]
    return tuple(found) if isinstance(found, list) else (found,)
