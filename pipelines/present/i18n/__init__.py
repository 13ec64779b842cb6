"""A key and a language in, the sentence a reader sees out; every sentence of the pages stands in vi.toml and en.toml.

A sentence whose wording depends on a number has the forms `one` and `other`, chosen by its value `n`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.catalog.types import Language
from pipelines.present.format.escaping import escape_markdown

HERE = Path(__file__).parent
FORMS = {"one", "other"}
Sentence = str | Mapping[str, str]


def translate(key: str, language: Language, **values: object) -> str:
    """The sentence `key` with its values filled in; raises KeyError when there is none or a value is missing."""
    found = load_sentences(language)[key]
    if not isinstance(found, str):
        found = found["one" if str(values.get("n")) == "1" else "other"]
    return found.format(**values)


def translate_markdown(key: str, language: Language, **values: object) -> str:
    """The sentence `key` as Markdown: its own signs count, those of its values are shown letter by letter."""
    shown = {
        name: escape_markdown(value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return translate(key, language, **shown)


def has_text(key: str) -> bool:
    """Is there such a sentence?"""
    return key in load_sentences("vi")


@cache
def load_sentences(language: Language) -> dict[str, Sentence]:
    """Every sentence of one language by its dotted key, such as `teams.title`."""
    return dict(_flatten(tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Sentence]]:
    for key, entry in table.items():
        if isinstance(entry, str) or set(entry) == FORMS:
            yield prefix + key, entry
        else:
            yield from _flatten(entry, f"{prefix}{key}.")
