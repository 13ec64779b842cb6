"""What an office may set in <home>/settings.toml: paths, limits, names of the organisations.

Organisations and legal citations changed in 2025 and will change again: they are settings, never
code.
"""

import hashlib
import json
import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Ge, Le, Predicate

from pipelines.checked_files import is_checked, remember_check
from pipelines.definition_faults import PREDICATES, DefinitionFault, translate_errors
from pipelines.spreadsheet.limits import MEGABYTE as MEGABYTE
from pipelines.spreadsheet.limits import ReaderLimits

PROJECT = Path(__file__).resolve().parent.parent
#: A clone has its folders side by side; an installed copy has them inside the package.
IS_INSTALLED = not (PROJECT / "pyproject.toml").is_file()
DELIVERED = PROJECT / "pipelines" / "delivered" if IS_INSTALLED else PROJECT
REFERENCE = DELIVERED / "data" / "reference"
NOTEBOOKS = DELIVERED / "notebooks"
MANUALS = DELIVERED / "docs" / "manual"
FILE = "settings.toml"
#: A home's own reference tables, and the variable that names them to the processes we start.
REFERENCE_FOLDER, REFERENCE_VARIABLE = "reference", "CAUNOI_REFERENCE"
#: Names the engine to one process and those it starts, instead of settings.toml.
ENGINE_VARIABLE = "CAUNOI_ENGINE"
SPARK_MASTER = re.compile(r"spark://([\w.-]+):(\d{1,5})")
#: For pydantic, which looks a changed file over: nothing is converted, no key is new.
STRICT = {"extra": "forbid", "strict": True}
Positive = Annotated[int, Ge(1)]
NotNegative = Annotated[int, Ge(0)]


def is_time_zone(name: str) -> bool:
    """Is it the name of a zone of the tz database, such as Asia/Ho_Chi_Minh?"""
    return name in available_timezones()


TimeZone = Annotated[str, Predicate(is_time_zone)]


def is_engine(address: str) -> bool:
    """Is it empty, or a Spark master such as spark://10.0.0.5:7077?"""
    return not address or SPARK_MASTER.fullmatch(address) is not None


Engine = Annotated[str, Predicate(is_engine)]


@dataclass(frozen=True)
class Organisation:
    """Names printed on templates, pages and reports of today, instead of those of names.csv.

    Empty: as that table says. It alone says what was printed before (docs/domain.md 2.4).
    """

    __pydantic_config__ = STRICT

    department: str = ""
    department_en: str = ""
    subdepartment: str = ""
    subdepartment_en: str = ""
    legal_basis: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Limits(ReaderLimits):
    """Hard limits of the intake; the officer's page prints them."""

    __pydantic_config__ = STRICT

    cell_chars: Positive = 2_000
    child_seconds: Positive = 20
    child_bytes: Positive = 512 * MEGABYTE
    files_per_child: Positive = 2_000
    settle_seconds: Annotated[float, Ge(0)] = 5.0
    issues_shown: Positive = 50
    #: Files dropped on the page at once.
    upload_files: Positive = 100


@dataclass(frozen=True)
class Access:
    """Who may come in: nobody but this machine's own user, unless a way to sign in is named."""

    __pydantic_config__ = STRICT

    #: "" (this machine only), "oidc" (a provider, in secrets.toml), "header" (a proxy says who)
    #: or "public" (a home with the release alone, for everybody).
    sign_in: str = ""
    #: The section [auth.<provider>] of secrets.toml; "" when its values stand in [auth] itself.
    provider: str = ""
    #: The claim that names a person, as stewards enter it in the list of users.
    claim: str = "email"
    #: The header a proxy sets, and the one address it is believed from.
    header: str = "X-Caunoi-User"
    proxy: str = "127.0.0.1"
    #: Names the pages are reached under, besides those of this machine.
    hosts: tuple[str, ...] = ()
    absolute_hours: Annotated[float, Ge(0)] = 8.0
    idle_minutes: Annotated[float, Ge(0)] = 30.0
    #: Is a reader's last choice kept for the next visit? Not where several people share one machine
    #: or sign-in.
    remember: bool = True
    #: Uploads: the size of one, and what all files of one visit that wait may hold.
    upload_bytes: Positive = 5 * MEGABYTE
    waiting_bytes: Positive = 50 * MEGABYTE


@dataclass(frozen=True)
class Settings:
    """One frozen value for a whole run; `home` holds everything made at run time."""

    __pydantic_config__ = STRICT

    home: Path
    organisation: Organisation = field(default_factory=Organisation)
    limits: Limits = field(default_factory=Limits)
    access: Access = field(default_factory=Access)
    #: The office's zone: what a day means in receipts, slips, file names and reports.
    timezone: TimeZone = "Asia/Ho_Chi_Minh"
    #: Days after a period's last day within which a return is on time (district verifies by the
    #: 20th).
    timely_days: NotNegative = 6
    #: Team sizes outside this range are named (docs/domain.md 3.2); the hard range is a rule.
    team_size: tuple[Positive, Positive] = (5, 10)
    #: The share of the returns owed below which a figure is shown as partial only: it makes no
    #: headline, change or rank.
    publishing_gate: Annotated[float, Ge(0), Le(1)] = 0.8
    #: Counts of 1 to k-1 people are small.
    k: Annotated[int, Ge(2)] = 5
    keep_builds: Positive = 7
    archive_days: NotNegative = 30
    #: Finished builds must leave this much room on the disk.
    free_bytes: NotNegative = 200 * MEGABYTE
    #: What a build may hold in memory; the rest is spilled.
    build_memory_bytes: Annotated[int, Ge(256 * MEGABYTE)] = 1024 * MEGABYTE
    #: Where a build spills to: a folder of its own, which need not outlive it. "" is beside the
    #: build.
    spill_folder: str = ""
    #: What computes a build: "" is this machine, "spark://HOST:PORT" the Spark cluster of that
    #: master, which reads the home and the spill folder under the same paths.
    engine: Engine = ""

    @property
    def zone(self) -> ZoneInfo:
        """Return the office's time zone."""
        return ZoneInfo(self.timezone)

    def local_time(self, moment: datetime) -> datetime:
        """Return a moment by the clock of the office, whatever zone the machine is in."""
        return moment.astimezone(self.zone)

    def today(self) -> date:
        """Return the day it is now where the office is."""
        return self.local_time(datetime.now(UTC)).date()


def load_settings(home: Path | str | None = None) -> Settings:
    """Return the settings for `home`, or for `CAUNOI_HOME`, or for the project's data folder.

    From then on this process reads the reference tables of that home before those delivered.
    Raises DefinitionError when settings.toml holds an unknown key or a value of the wrong type.
    """
    folder = resolve_home(home)
    _bind_reference(folder)
    settings = _read_settings(folder)
    engine = os.environ.get(ENGINE_VARIABLE, settings.engine)
    if not is_engine(engine):
        allowed = PREDICATES["is_engine"]
        raise DefinitionFault("definition_value", ENGINE_VARIABLE, "", engine, allowed).to_error()
    return replace(settings, engine=engine)


def _read_settings(folder: Path) -> Settings:
    """Return the settings of a home's own file, or those delivered."""
    file = folder / FILE
    if not file.is_file():
        return Settings(home=folder)
    content = file.read_bytes()
    try:
        given = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DefinitionFault("definition_file", FILE, "", str(error)).to_error() from error
    digest = hashlib.sha256(content).hexdigest()
    if not is_checked(folder, FILE, digest):
        check_settings(given)
        remember_check(folder, FILE, digest)
    return _merge_settings(Settings(home=folder), given)


def resolve_home(home: Path | str | None) -> Path:
    """Where the run-time data live: `data/` of a clone, else the user's own data folder."""
    given = home or os.environ.get("CAUNOI_HOME") or _default_home()
    return Path(given).expanduser().resolve()


def _bind_reference(home: Path) -> None:
    """Name the home's own reference tables to this process and to those it starts."""
    own = home / REFERENCE_FOLDER
    if own.is_dir() and own != REFERENCE:
        os.environ[REFERENCE_VARIABLE] = str(own)
    else:
        os.environ.pop(REFERENCE_VARIABLE, None)


def _default_home() -> Path:
    if not IS_INSTALLED:
        return PROJECT / "data"
    from platformdirs import user_data_path  # an installed copy's only

    return user_data_path("caunoi", appauthor=False)


def check_settings(given: dict[str, Any]) -> None:
    """Raise DefinitionError for the first key or value of a settings file that is not right."""
    from pydantic import TypeAdapter, ValidationError  # 0.3 s: imported where it is needed

    if "home" in given:
        keys = ", ".join(name for name in Settings.__dataclass_fields__ if name != "home")
        raise DefinitionFault("definition_key", FILE, "home", "home", keys).to_error()
    text = json.dumps({"home": ".", **given}, default=str)
    try:
        TypeAdapter(Settings).validate_json(text)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise translate_errors(FILE, Settings, errors)[0].to_error() from error


def _merge_settings(settings: Settings, given: dict[str, Any]) -> Settings:
    """Return the settings with the values of a checked file."""
    return replace(settings, **{key: _convert(settings, key, given[key]) for key in given})


def _convert(settings: Any, key: str, value: Any) -> Any:
    """Return a value of the file as the settings hold it: a table merged, an array as a tuple."""
    if isinstance(value, dict):
        table = getattr(settings, key)
        return replace(table, **{name: _convert(table, name, value[name]) for name in value})
    return tuple(value) if isinstance(value, list) else value
