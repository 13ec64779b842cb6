"""What the province and its offices are called, and by which law, on a given day (names.csv).

Owners of programmes and legal citations change: a form of 2022 carries the names of 2022 whenever
it is printed. What an office sets in settings.toml stands for the names in force today, never for
those that a table says have ended.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.catalog.types import Text
from pipelines.reference.csv_tables import cache_by_folder, read_rows
from pipelines.reference.name_normalisation import clean_name
from pipelines.settings import Organisation

FILE = "names.csv"
#: What may stand in the column `name`.
NAMES = ("code", "province", "department", "subdepartment", "legal_basis")
#: Kinds of provinces as they stand before a name, with what people write for them.
_KINDS = {"thành phố": "tp", "tỉnh": "t"}


@dataclass(frozen=True)
class DatedName:
    """One name, of one form or of all, and the days it is in force (`until` is the day after)."""

    name: str
    form: str
    first: date
    until: date
    text: Text

    def is_valid_on(self, day: date) -> bool:
        return self.first <= day < self.until

    @property
    def is_todays(self) -> bool:
        """Has the table no end for it?"""
        return self.until == date.max


@dataclass(frozen=True)
class OfficeNames:
    """Who receives a form and by which law it is asked, on one day."""

    department: Text
    subdepartment: Text
    legal_basis: Text
    contact: str

    def list_offices(self) -> list[str]:
        """List the offices in Vietnamese, the nearer one first."""
        return list(filter(None, (self.subdepartment.vi, self.department.vi)))


@cache_by_folder
def load_names(folder: Path) -> tuple[DatedName, ...]:
    """Return every name with its days, in file order."""
    return tuple(map(_make_name, read_rows(FILE, folder)))


def find_name(name: str, day: date, form: str = "") -> DatedName | None:
    """Return a name as of `day`: the form's own before that of all forms; None without one."""
    valid = [one for one in load_names() if one.name == name and one.is_valid_on(day)]
    for wanted in (form, ""):
        for one in valid:
            if one.form == wanted:
                return one
    return None


def find_office(settings: Organisation, day: date, form: str = "") -> OfficeNames:
    """Return who receives a form (`A`, `D1`; every one without) on `day`, and its legal basis."""
    chosen = {
        "department": Text(settings.department, settings.department_en or settings.department),
        "subdepartment": Text(
            settings.subdepartment, settings.subdepartment_en or settings.subdepartment
        ),
        "legal_basis": Text(settings.legal_basis, settings.legal_basis),
    }
    texts = {name: _choose_text(name, own, day, form) for name, own in chosen.items()}
    return OfficeNames(**texts, contact=settings.contact)


def _choose_text(name: str, own: Text, day: date, form: str) -> Text:
    """Return what the table says of `day`; what the office set where that is today's."""
    known = find_name(name, day, form)
    if known is not None and not (known.is_todays and own.vi):
        return known.text
    return own


def province_code() -> str:
    """Return the code of the whole province, such as HN, in links, forms and answers."""
    return _require_name("code", date.max).vi


def province_name(day: date) -> Text:
    """Return what the province was called on `day`: Thành phố Hà Nội, Hanoi."""
    return _require_name("province", day)


def bare_province_name(day: date) -> Text:
    """Return the name without its kind, as it stands above a date: Hà Nội."""
    name = province_name(day)
    for kind in _KINDS:
        if name.vi.casefold().startswith(f"{kind} "):
            return Text(name.vi[len(kind) + 1 :], name.en)
    return name


@cache_by_folder
def list_spellings(folder: Path) -> tuple[str, ...]:
    """Return what people write for the province, in small letters."""
    found: dict[str, None] = {}
    rows = [row for row in read_rows(FILE, folder) if row["name"] in ("code", "province")]
    for row in rows:
        text = clean_name(row["vi"]).casefold()
        kinds = [kind for kind in _KINDS if text.startswith(f"{kind} ")] or list(_KINDS)
        bare = text.removeprefix(f"{kinds[0]} ")
        found[bare] = None
        for kind in kinds:
            found |= dict.fromkeys((f"{_KINDS[kind]} {bare}", f"{kind} {bare}"))
    return tuple(found)


def _require_name(name: str, day: date) -> Text:
    """Return a name every province has: of the day, else the nearest; raises LookupError."""
    own = [one for one in load_names() if one.name == name]
    for one in own:
        if one.is_valid_on(day) or (day == date.max and one.is_todays):
            return one.text
    if not own:
        raise LookupError(f"{FILE} has no {name}")
    return min(own, key=lambda one: one.first).text


def _make_name(row: dict[str, str]) -> DatedName:
    first, until = row["valid_from"], row["valid_to"]
    return DatedName(
        row["name"],
        row["form"],
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(until) if until else date.max,
        Text(row["vi"], row["en"]),
    )
