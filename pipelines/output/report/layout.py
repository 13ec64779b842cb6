"""The order of a report: layout.toml in, frozen plans of sections out."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """One section: its figures, the one compared in words, its sentences, its pictures as (kind, codes)."""

    name: str
    codes: tuple[str, ...]
    compared: str
    sentences: int
    pictures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Layout:
    sections: tuple[Plan, ...]
    appendix: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every KPI a report tells of, once."""
        drawn = (c for s in self.sections for kind, codes in s.pictures if kind == "parts" for c in codes.split())
        return tuple(dict.fromkeys([*(c for s in self.sections for c in s.codes), *drawn]))


@cache
def layout() -> Layout:
    found = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
    return Layout(tuple(_plan(s) for s in found["section"]), tuple(found["appendix"]))


def _plan(entry: dict[str, object]) -> Plan:
    pictures = tuple((str(kind), str(codes)) for kind, codes in entry["pictures"])  # type: ignore[attr-defined]
    codes = tuple(str(c) for c in entry["codes"])  # type: ignore[attr-defined]
    return Plan(str(entry["name"]), codes, str(entry["compared"]), int(str(entry["sentences"])), pictures)
