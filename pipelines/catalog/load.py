"""Reads the catalogue's TOML files once and hands out frozen definitions; an unknown code names its neighbour."""

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
    Column,
    Consequence,
    Field,
    Form,
    Kpi,
    Measure,
    Message,
    Register,
    Rule,
    Section,
    Table,
    Text,
    Unit,
)
from pipelines.errors import CatalogError

HERE = Path(__file__).parent
T = TypeVar("T")


@cache
def units() -> Mapping[str, Unit]:
    return _frozen({c: Unit(c, _text(d), d["kind"]) for c, d in _toml("units").items()})


@cache
def fields() -> Mapping[str, Field]:
    """Every field of forms A and B, in form order."""
    return _frozen({c: _field(c, d) for form in ("a", "b") for c, d in _toml(f"fields_{form}").items()})


@cache
def measures() -> Mapping[str, Measure]:
    """Fields and what the build derives from registers and running sums."""
    derived = {c: Measure(c, _text(d), _definition(d), **_rest(d)) for c, d in _toml("measures").items()}
    return _frozen({**fields(), **derived})


@cache
def kpis() -> Mapping[str, Kpi]:
    return _frozen({c: Kpi(c, label=_text(d), definition=_definition(d), **_rest(d)) for c, d in _toml("kpis").items()})


@cache
def forms() -> Mapping[str, Form]:
    return _frozen({c: _form(c, d) for c, d in _toml("forms").items()})


@cache
def registers() -> Mapping[str, Register]:
    return _frozen({c: _register(c, d) for c, d in _toml("registers").items()})


@cache
def choices(name: str) -> Mapping[str, Choice]:
    """The values of one enumeration, in the order the form shows them: `choices("service")`."""
    found = _toml("choices")
    if name not in found:
        near = next(iter(get_close_matches(name, found, n=1)), "")
        raise CatalogError(_unknown("enumeration", name, near), kind="enumeration", name=name, near=near)
    return _frozen({c: Choice(c, _text(d), d.get("group", "")) for c, d in found[name].items()})


@cache
def tables() -> Mapping[str, Table]:
    """Every table of the warehouse that analysts read, by name."""
    found = _toml("mart")
    shared = found["columns"]
    return _frozen({name: _table(name, d, shared) for name, d in found["tables"].items()})


def _table(name: str, entry: dict[str, Any], shared: dict[str, Any]) -> Table:
    about = {**shared, **entry.get("own", {})}
    return Table(name, Text(*entry["grain"]), _frozen({c: Text(*about[c]) for c in entry["columns"]}))


@cache
def rules() -> Mapping[str, Rule]:
    return _frozen({c: _rule(c, d) for c, d in _toml("rules").items()})


@cache
def messages() -> Mapping[str, Message]:
    return _frozen({c: _message(c, d) for c, d in _toml("messages").items()})


def find(table: Mapping[str, T], kind: str, code: str, *, folded: bool = True) -> T:
    """The definition of `code`, whatever its case when `folded`; raises CatalogError naming the nearest code."""
    if code in table:
        return table[code]
    near = next((c for c in table if c.lower() == code.lower()), "")
    if near and folded:
        return table[near]
    near = near or next(iter(get_close_matches(code, table, n=1)), "")
    said = "unknown_code" if near else "unknown_name"
    raise CatalogError(_unknown(kind, code, near), code=said, kind=kind, name=code, near=near)


def _unknown(kind: str, code: str, near: str) -> str:
    hint = f" Did you mean {near!r}?" if near else ""
    return f"No {kind} is called {code!r}.{hint}"


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(table: dict[str, T]) -> Mapping[str, T]:
    return MappingProxyType(table)


def _text(d: Mapping[str, Any]) -> Text:
    return Text(d["vi"], d["en"])


def _definition(d: Mapping[str, Any]) -> Text:
    return Text(d["about_vi"], d["about_en"])


def _rest(d: Mapping[str, Any]) -> dict[str, Any]:
    texts = {"vi", "en", "about_vi", "about_en"}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in d.items() if k not in texts}


def _field(code: str, d: Mapping[str, Any]) -> Field:
    splits = tuple(tuple(parts) for parts in d.get("splits", ()))
    return Field(code, _text(d), _definition(d), form=code[0].upper(), **{**_rest(d), "splits": splits})


def _form(code: str, d: Mapping[str, Any]) -> Form:
    sections = tuple(Section(c, _text(s)) for c, s in d["sections"].items())
    notes = tuple(_text(n) for n in d.get("instructions", ()))
    return Form(code, _text(d), d["reporter"], d["version"], d["since"], sections, notes)


def _register(code: str, d: Mapping[str, Any]) -> Register:
    columns = tuple(_column(c, column) for c, column in d["columns"].items())
    return Register(code, _text(d), d["key"], columns)


def _column(code: str, d: Mapping[str, Any]) -> Column:
    about = Text(d.get("about_vi", ""), d.get("about_en", ""))
    allowed = tuple(choices(d["enum"])) if "enum" in d else ()
    return Column(code, _text(d), definition=about, choices=allowed, **_rest(d))


def _rule(code: str, d: Mapping[str, Any]) -> Rule:
    advice = Text(d["advice_vi"], d["advice_en"])
    fields = tuple(d["fields"])
    return Rule(code, d["severity"], fields, _text(d), advice, d.get("version", 1), _cases(d))


def _message(code: str, d: Mapping[str, Any]) -> Message:
    return Message(code, d["severity"], d["effect"], _text(d), _cases(d))


def _cases(d: Mapping[str, Any]) -> Mapping[str, Case]:
    return _frozen({name: _case(entry) for name, entry in d.get("cases", {}).items()})


def _case(d: Mapping[str, Any]) -> Case:
    text = _text(d) if "vi" in d else None
    return Case(Consequence(d["severity"], d.get("effect", "none")), text)
