"""Read the catalogue's TOML files once and hand out frozen definitions.

An unknown code names its nearest neighbour.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pipelines.catalog.types import (
    Case,
    Choice,
    Consequence,
    Field,
    Form,
    Kpi,
    Measure,
    MessageDefinition,
    Register,
    RegisterColumn,
    RuleDefinition,
    Section,
    TableDefinition,
    Text,
    Unit,
)
from pipelines.errors import CatalogError

#: Names a folder of catalogue files that stands instead of the one delivered.
FOLDER_VARIABLE = "CAUNOI_CATALOG"
#: The part of pages.toml that is no page: what all of them ask for.
SHARED = "shared"
T = TypeVar("T")


@cache
def units() -> Mapping[str, Unit]:
    return _freeze({c: _make_unit(c, d) for c, d in _read_toml("units").items()})


@cache
def fields() -> Mapping[str, Field]:
    """Return every field of forms A and B, in form order."""
    entries = {**_read_toml("fields_a"), **_read_toml("fields_b")}
    return _freeze({code: _make_field(code, entry) for code, entry in entries.items()})


@cache
def measures() -> Mapping[str, Measure]:
    """Return the fields and what the build derives from registers and running sums."""
    derived = {code: _make_measure(code, entry) for code, entry in _read_toml("measures").items()}
    return _freeze({**fields(), **derived})


@cache
def kpis() -> Mapping[str, Kpi]:
    return _freeze({code: _make_kpi(code, entry) for code, entry in _read_toml("kpis").items()})


@cache
def pages() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the figures of every card of every page.

    First those that pages.toml names, then those that say `page` and `card` themselves.
    """
    found = {
        page: {card: list(codes) for card, codes in cards.items()}
        for page, cards in _read_toml("pages").items()
    }
    figures: list[Kpi | Field] = [*kpis().values(), *fields().values()]
    for figure in figures:
        if figure.page:
            found[figure.page][figure.card].append(figure.code)
    return _freeze(
        {
            page: _freeze({card: tuple(codes) for card, codes in cards.items()})
            for page, cards in found.items()
        }
    )


def list_card_codes(place: str) -> tuple[str, ...]:
    """Return the figures of one card, such as `teams.headline`, in the order they are shown.

    Raises CatalogError for a page or card that pages.toml does not know.
    """
    page, _, card = place.partition(".")
    return find_definition(find_definition(pages(), "page", page), "card", card)


def list_pages_of(code: str) -> tuple[str, ...]:
    """Return the pages with a card of their own for this figure, in the order of pages.toml."""
    found: list[str] = []
    for page, cards in pages().items():
        if page != SHARED and any(code in codes for codes in cards.values()):
            found.append(page)
    return tuple(found)


@cache
def forms() -> Mapping[str, Form]:
    return _freeze({c: _make_form(c, d) for c, d in _read_toml("forms").items()})


@cache
def registers() -> Mapping[str, Register]:
    return _freeze({c: _make_register(c, d) for c, d in _read_toml("registers").items()})


@cache
def choices(name: str) -> Mapping[str, Choice]:
    """Return the values of one enumeration, in the order the form shows them.

    `choices("service")` is an example; raises CatalogError naming the nearest enumeration.
    """
    enumerations = _read_toml("choices")
    if name not in enumerations:
        near = next(iter(get_close_matches(name, enumerations, n=1)), "")
        reason = _describe_unknown("enumeration", name, near)
        raise CatalogError(reason, kind="enumeration", name=name, near=near)

    found: dict[str, Choice] = {}
    for code, entry in enumerations[name].items():
        found[code] = Choice(code, _make_text(entry), entry.get("group", ""))
    return _freeze(found)


@cache
def tables() -> Mapping[str, TableDefinition]:
    """Return every table of the warehouse that analysts read, by name."""
    found = _read_toml("mart")
    shared = found["columns"]
    return _freeze({name: _make_table(name, d, shared) for name, d in found["tables"].items()})


def _make_table(name: str, entry: dict[str, Any], shared: dict[str, Any]) -> TableDefinition:
    about = {**shared, **entry.get("own", {})}
    return TableDefinition(
        name, Text(*entry["grain"]), _freeze({c: Text(*about[c]) for c in entry["columns"]})
    )


@cache
def rules() -> Mapping[str, RuleDefinition]:
    return _freeze({c: _make_rule(c, d) for c, d in _read_toml("rules").items()})


@cache
def messages() -> Mapping[str, MessageDefinition]:
    return _freeze({c: _message(c, d) for c, d in _read_toml("messages").items()})


def find_definition(table: Mapping[str, T], kind: str, code: str, *, folded: bool = True) -> T:
    """Return the definition of `code`, whatever its case when `folded`.

    Raises CatalogError naming the nearest code.
    """
    if code in table:
        return table[code]

    near = _find_other_case(table, code)
    if near and folded:
        return table[near]
    near = near or next(iter(get_close_matches(code, table, n=1)), "")
    error_code = "unknown_code" if near else "unknown_name"
    reason = _describe_unknown(kind, code, near)
    raise CatalogError(reason, code=error_code, kind=kind, name=code, near=near)


def _find_other_case(table: Mapping[str, T], code: str) -> str:
    """Return the code that differs by case only, empty when there is none."""
    for known in table:
        if known.lower() == code.lower():
            return known
    return ""


def _describe_unknown(kind: str, code: str, near: str) -> str:
    hint = f" Did you mean {near!r}?" if near else ""
    return f"No {kind} is called {code!r}.{hint}"


def find_folder() -> Path:
    """Return the folder the catalogue's files stand in."""
    return Path(os.environ.get(FOLDER_VARIABLE) or Path(__file__).parent)


@cache
def digest_files() -> str:
    """Return the catalogue's version: a hash over the names and bytes of its files."""
    digest = hashlib.sha256()
    for path in sorted(find_folder().glob("*.toml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((find_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def _freeze(table: dict[str, T]) -> Mapping[str, T]:
    return MappingProxyType(table)


def _make_text(d: Mapping[str, Any]) -> Text:
    return Text(d["vi"], d["en"])


def _make_definition(d: Mapping[str, Any]) -> Text:
    return Text(d["about_vi"], d["about_en"])


def _other_keys(d: Mapping[str, Any]) -> dict[str, Any]:
    texts = {"vi", "en", "about_vi", "about_en"}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in d.items() if k not in texts}


def _make_unit(code: str, d: Mapping[str, Any]) -> Unit:
    return Unit(code, _make_text(d), d["kind"], tuple(d.get("spellings", ())))


def _make_field(code: str, d: Mapping[str, Any]) -> Field:
    splits = tuple(map(tuple, d.get("splits", ())))
    others = {**_other_keys(d), "splits": splits}
    form = code[0].upper()
    return Field(code, _make_text(d), _make_definition(d), form=form, **others)


def _make_measure(code: str, d: Mapping[str, Any]) -> Measure:
    return Measure(code, _make_text(d), _make_definition(d), **_other_keys(d))


def _make_kpi(code: str, d: Mapping[str, Any]) -> Kpi:
    return Kpi(code, label=_make_text(d), definition=_make_definition(d), **_other_keys(d))


def _make_form(code: str, d: Mapping[str, Any]) -> Form:
    sections = tuple(Section(c, _make_text(s)) for c, s in d["sections"].items())
    notes = tuple(map(_make_text, d.get("instructions", ())))
    return Form(code, _make_text(d), d["reporter"], d["version"], d["since"], sections, notes)


def _make_register(code: str, d: Mapping[str, Any]) -> Register:
    columns = tuple(_make_column(c, column) for c, column in d["columns"].items())
    return Register(code, _make_text(d), d["key"], columns)


def _make_column(code: str, d: Mapping[str, Any]) -> RegisterColumn:
    about = Text(d.get("about_vi", ""), d.get("about_en", ""))
    allowed = tuple(choices(d["enum"])) if "enum" in d else ()
    return RegisterColumn(code, _make_text(d), definition=about, choices=allowed, **_other_keys(d))


def _make_rule(code: str, d: Mapping[str, Any]) -> RuleDefinition:
    advice = Text(d["advice_vi"], d["advice_en"])
    fields = tuple(d["fields"])
    wholes = tuple(d.get("wholes", ()))
    version = d.get("version", 1)
    return RuleDefinition(
        code,
        d["severity"],
        fields,
        _make_text(d),
        advice,
        version,
        _cases(d),
        wholes,
        _freeze(d.get("thresholds", {})),
    )


def _message(code: str, d: Mapping[str, Any]) -> MessageDefinition:
    return MessageDefinition(code, d["severity"], d["effect"], _make_text(d), _cases(d))


def _cases(d: Mapping[str, Any]) -> Mapping[str, Case]:
    return _freeze({name: _case(entry) for name, entry in d.get("cases", {}).items()})


def _case(d: Mapping[str, Any]) -> Case:
    text = _make_text(d) if "vi" in d else None
    return Case(Consequence(d["severity"], d.get("effect", "none")), text)
