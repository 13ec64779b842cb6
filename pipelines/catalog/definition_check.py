"""Checks the catalogue where it changes: every key, type and reference of its files.

Run by the build, by `caunoi doctor`, by the tests, and by the first command after a change.
"""

import tomllib
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from pipelines.catalog.load import digest_files, find_folder
from pipelines.catalog.types import ComparisonModel
from pipelines.checked_files import is_checked, remember_check
from pipelines.definition_faults import DefinitionFault, name_allowed, translate_errors

Entries = dict[str, Any]
FIELD_FILES = ("fields_a", "fields_b")
#: Counted things of KPIs over form C and over returns; `pipelines/warehouse` computes them.
REFERRAL_COUNTS = (
    "issued",
    "persons",
    "followed",
    "attended_30",
    "attended_90",
    "started_90",
    "completed_90",
    "lost_90",
    "open_over_30",
    "verified",
    "admitted",
    "first_dose",
    "in_work_30",
    "in_work_90",
    "no_capacity",
    "refused",
    "days_median",
    "days_p90",
)
RETURN_COUNTS = ("completeness", "timeliness", "elements")
#: How places can be compared on a figure with a base, and on one without.
MODELS_OF_RATES: tuple[ComparisonModel, ...] = ("share", "unit_spread", "place_spread", "none")
MODELS_OF_COUNTS: tuple[ComparisonModel, ...] = ("count", "none")


def check_if_changed(home: Path) -> None:
    """Check the catalogue unless this home has seen these very files; raises DefinitionError."""
    digest = digest_files()
    if not is_checked(home, "catalogue", digest):
        check_catalog()
        remember_check(home, "catalogue", digest)


def check_catalog(folder: Path | None = None) -> None:
    """Raise DefinitionError for the first fault of the catalogue's files."""
    for fault in list_faults(folder):
        raise fault.to_error()


def list_faults(folder: Path | None = None) -> list[DefinitionFault]:
    """Return every fault of the files: first of each file alone, then of what they say together."""
    place = folder or find_folder()
    files: dict[str, Entries] = {}
    faults: list[DefinitionFault] = []
    from pipelines.catalog.file_models import FILE_MODELS  # 0.3 s: imported where it is needed

    for name, model in FILE_MODELS.items():
        file = f"{name}.toml"
        try:
            files[name] = tomllib.loads((place / file).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            faults.append(DefinitionFault("definition_file", file, "", str(error)))
            continue
        faults += _validate(file, model, files[name])
    return faults or _check_references(files)


def _validate(file: str, model: Any, entries: Entries) -> list[DefinitionFault]:
    from pydantic import ValidationError

    try:
        model.model_validate(entries)
    except ValidationError as error:
        return translate_errors(file, model, error.errors(include_url=False))
    return []


class _References:
    """Collects faults of references between files."""

    def __init__(self, files: dict[str, Entries]) -> None:
        self.files = files
        self.fields = {code: entry for name in FIELD_FILES for code, entry in files[name].items()}
        self.measures = {**self.fields, **files["measures"]}
        self.faults: list[DefinitionFault] = []

    def require(self, file: str, key: str, given: Iterable[str], known: Iterable[str]) -> None:
        """Note each word of `given` that is none of `known`."""
        allowed = list(known)
        path = f"{file}.toml"
        for word in given:
            if word and word not in allowed:
                self.faults.append(
                    DefinitionFault(
                        "definition_reference",
                        path,
                        key,
                        word,
                        name_allowed(allowed, word),
                    )
                )

    def require_unique(self, places: Iterable[tuple[str, str, str]]) -> None:
        """Note each (file, key, word) whose word stood in an earlier place."""
        seen: set[str] = set()
        for file, key, word in places:
            if word in seen:
                self.faults.append(DefinitionFault("definition_twice", f"{file}.toml", key, word))
            seen.add(word)


def _check_references(files: dict[str, Entries]) -> list[DefinitionFault]:
    references = _References(files)
    _check_unique(references)
    _check_fields(references)
    _check_kpis(references)
    _check_registers(references)
    _check_rules(references)
    _check_tables(references)
    _check_pages(references)
    return references.faults


def _check_unique(references: _References) -> None:
    files = references.files
    coded = (*FIELD_FILES, "measures", "kpis")
    references.require_unique((name, code, code) for name in coded for code in files[name])
    named = (*FIELD_FILES, "kpis")
    references.require_unique(
        (name, f"{code}.name", entry["name"])
        for name in named
        for code, entry in files[name].items()
    )


def _check_fields(references: _References) -> None:
    files, units = references.files, references.files["units"]
    for name in FIELD_FILES:
        sections = files["forms"][name[-1].upper()]["sections"]
        for code, entry in files[name].items():
            references.require(name, f"{code}.section", [entry["section"]], sections)
            references.require(name, f"{code}.unit", [entry["unit"]], units)
            for key in ("twin", "part_of"):
                references.require(name, f"{code}.{key}", [entry.get(key, "")], files[name])
            references.require(name, f"{code}.parts", entry.get("parts", ()), files[name])
            cuts = chain.from_iterable(entry.get("splits", ()))
            references.require(name, f"{code}.splits", cuts, files[name])
    for code, entry in files["measures"].items():
        references.require("measures", f"{code}.unit", [entry["unit"]], units)


def _check_kpis(references: _References) -> None:
    files = references.files
    numerators: Mapping[str, Iterable[str]] = {
        "sum": references.measures,
        "ratio": references.measures,
        "referrals": REFERRAL_COUNTS,
        "returns": RETURN_COUNTS,
        "growth": files["kpis"],
        "progress": files["kpis"],
    }
    denominators = {**numerators, "returns": ["expected"], "progress": ["target"]}
    for code, entry in files["kpis"].items():
        for key, known in (("numerator", numerators), ("denominator", denominators)):
            words = entry.get(key, "").split(" + ")
            references.require("kpis", f"{code}.{key}", words, known[entry["kind"]])
        references.require("kpis", f"{code}.unit", [entry["unit"]], files["units"])
        models = MODELS_OF_RATES if entry.get("denominator") else MODELS_OF_COUNTS
        references.require("kpis", f"{code}.model", [entry.get("model", "count")], models)
        choices = files["choices"]
        programme = [entry.get("programme", "")]
        references.require("kpis", f"{code}.programme", programme, choices["programme"])
        services = entry.get("services", ())
        references.require("kpis", f"{code}.services", services, choices["service"])
        references.require("kpis", f"{code}.caveats", entry.get("caveats", ()), choices["caveat"])


def _check_registers(references: _References) -> None:
    for code, register in references.files["registers"].items():
        columns = register["columns"]
        references.require("registers", f"{code}.key", [register["key"]], columns)
        for name, column in columns.items():
            key = f"{code}.columns.{name}.enum"
            named = [column.get("enum", "")]
            choices = references.files["choices"]
            references.require("registers", key, named, choices)


def _check_rules(references: _References) -> None:
    columns = {c for r in references.files["registers"].values() for c in r["columns"]}
    known = [*references.fields, *sorted(columns)]
    for code, rule in references.files["rules"].items():
        references.require("rules", f"{code}.fields", rule["fields"], known)
        references.require("rules", f"{code}.wholes", rule.get("wholes", []), rule["fields"])


def _check_tables(references: _References) -> None:
    shared = references.files["mart"]["columns"]
    for name, table in references.files["mart"]["tables"].items():
        known = {**shared, **table.get("own", {})}
        references.require("mart", f"tables.{name}.columns", table["columns"], known)


def _check_pages(references: _References) -> None:
    files, pages = references.files, references.files["pages"]
    figures = [*files["kpis"], *references.measures]
    for page, cards in pages.items():
        for card, codes in cards.items():
            references.require("pages", f"{page}.{card}", codes, figures)
    for name in (*FIELD_FILES, "kpis"):
        for code, entry in files[name].items():
            page = entry.get("page", "")
            references.require(name, f"{code}.page", [page], pages)
            card = [entry.get("card", "")]
            references.require(name, f"{code}.card", card, pages.get(page, ()))
