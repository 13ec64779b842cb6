"""The sentences of the interface in both languages, kept in vi.toml and en.toml.

A sentence whose wording depends on a number has the forms `one` and `other`, chosen by its value
`n`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pipelines.catalog.types import Language
from pipelines.present.format.escaping import escape_markdown

HERE = Path(__file__).parent
FORMS = {"one", "other"}
Sentence = str | Mapping[str, str]
Name = TypeVar("Name", bound=str)


def translate(key: str, language: Language, **values: object) -> str:
    """Return the sentence `key` with its values filled in.

    Raises KeyError when there is no such sentence or a value is missing.
    """
    sentence = load_sentences(language)[key]
    if not isinstance(sentence, str):
        sentence = sentence["one" if str(values.get("n")) == "1" else "other"]
    return sentence.format(**values)


def translate_each(prefix: str, names: Iterable[str], language: Language) -> list[str]:
    """Return the sentences whose keys are the prefix and each of the names: heads of a table."""
    return [translate(prefix + name, language) for name in names]


def translate_by_name(prefix: str, names: Iterable[Name], language: Language) -> dict[Name, str]:
    """Return each name with the sentence whose key is the prefix and the name: what is offered."""
    return {name: translate(prefix + name, language) for name in names}


def translate_markdown(key: str, language: Language, **values: object) -> str:
    """Return the sentence `key` as Markdown.

    Markdown signs of the sentence count; those of its values are shown letter by letter.
    """
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = escape_markdown(value)
    return translate(key, language, **values)


def has_text(key: str) -> bool:
    """Is there such a sentence?"""
    return key in load_sentences("vi")


@cache
def load_sentences(language: Language) -> dict[str, Sentence]:
    """Return every sentence of one language by its dotted key, such as `teams.title`."""
    text = (HERE / f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flatten(tomllib.loads(text)))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Sentence]]:
    for key, entry in table.items():
        if isinstance(entry, str) or set(entry) == FORMS:
            yield prefix + key, entry
        else:
            yield from _flatten(entry, f"{prefix}{key}.")
