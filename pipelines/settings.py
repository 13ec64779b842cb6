"""What an office may set in <home>/settings.toml: paths, limits, names of the organisations.

Organisations and legal citations changed in 2025 and will change again: they are settings, never
code.
"""

import os
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pipelines.spreadsheet.limits import ReaderLimits

PROJECT = Path(__file__).resolve().parent.parent
REFERENCE = PROJECT / "data" / "reference"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Organisation:
    """Names printed on templates, pages and reports."""

    department: str = "Sở Lao động – Thương binh và Xã hội thành phố Hà Nội"
    department_en: str = "Hanoi Department of Labour, Invalids and Social Affairs"
    subdepartment: str = "Chi cục Phòng, chống tệ nạn xã hội"
    subdepartment_en: str = "Sub-department for Social Evils Prevention"
    legal_basis: str = "Thông tư liên tịch 24/2012/TTLT-BLĐTBXH-BNV-BTC"
    contact: str = ""


@dataclass(frozen=True)
class Limits(ReaderLimits):
    """Hard limits of the intake; the officer's page prints them."""

    cell_chars: int = 2_000
    child_seconds: int = 20
    child_bytes: int = 512 * MEGABYTE
    files_per_child: int = 200
    settle_seconds: float = 5.0
    issues_shown: int = 50
    #: Files dropped on the page at once.
    upload_files: int = 100


@dataclass(frozen=True)
class Access:
    """Who may come in: nobody but this machine's own user, unless a way to sign in is named."""

    #: "" (this machine only), "oidc" (a provider, in secrets.toml) or "header" (a proxy says who).
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
    absolute_hours: float = 8.0
    idle_minutes: float = 30.0
    #: Is a reader's last choice kept for the next visit? Not where several people share one machine
    #: or sign-in.
    remember: bool = True
    #: Uploads: the size of one, and what all files of one visit that wait may hold.
    upload_bytes: int = 5 * MEGABYTE
    waiting_bytes: int = 50 * MEGABYTE


@dataclass(frozen=True)
class Settings:
    """One frozen value for a whole run; `home` holds everything made at run time."""

    home: Path
    organisation: Organisation = field(default_factory=Organisation)
    limits: Limits = field(default_factory=Limits)
    access: Access = field(default_factory=Access)
    #: Days after a period's last day within which a return is on time (district verifies by the
    #: 20th).
    timely_days: int = 6
    #: Team sizes outside this range are named (docs/domain.md 3.2); the hard range is a rule.
    team_size: tuple[int, int] = (5, 10)
    #: Counts of 1 to k-1 people are small.
    k: int = 5
    keep_builds: int = 7
    archive_days: int = 30
    #: Finished builds must leave this much room on the disk.
    free_bytes: int = 200 * MEGABYTE


def load_settings(home: Path | str | None = None) -> Settings:
    """Return the settings for `home`, or `CAUNOI_HOME`, or the project's data folder.

    Raises ValueError for a setting nobody knows.
    """
    folder = resolve_home(home)
    file = folder / "settings.toml"
    given = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return _merge_settings(Settings(home=folder), given)


def resolve_home(home: Path | str | None) -> Path:
    """Return where the run-time data live."""
    return Path(home or os.environ.get("CAUNOI_HOME") or PROJECT / "data").expanduser().resolve()


def _merge_settings(settings: Settings, given: dict[str, Any]) -> Settings:
    known = {setting.name for setting in fields(Settings)} - {"home"}
    changes: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            names = ", ".join(sorted(known))
            raise ValueError(f"settings.toml: no setting is called {key!r}; there are {names}")

        current = getattr(settings, key)
        if isinstance(value, dict):
            changes[key] = _merge_table(key, current, value)
        else:
            changes[key] = type(current)(value)
    return replace(settings, **changes)


def _merge_table(table: str, current: Any, given: dict[str, Any]) -> Any:
    known = {setting.name: getattr(current, setting.name) for setting in fields(current)}
    for key in given:
        if key not in known:
            names = ", ".join(sorted(known))
            raise ValueError(f"settings.toml: [{table}] has no {key!r}; there are {names}")

    changes = {key: type(known[key])(value) for key, value in given.items()}
    return replace(current, **changes)
