"""A home for outsiders alone: the release that is served and nothing exact, closed by the system.

`caunoi serve --public` serves it from a process that holds no build and no ledger open. Where the
kernel offers Landlock (Linux 5.13), that process cannot open a file of the office's home either; on
other systems the folder's rights of another user have to say so (docs/manual/it_office.md).
"""

import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.settings import Settings
from pipelines.store import release_cards
from pipelines.store.atomic_files import write_atomically
from pipelines.store.paths import DataPaths, made_private

FOLDER = "public"
#: What pages need besides the release, and what holds no return.
SHARED_FILES = ("boundaries.json", "events.toml")
SHARED_FOLDER = "reference"
#: The numbers of Landlock's calls, the same on every processor, and of prctl's promise before it.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
#: What is closed outside the allowed paths: writing and reading of files.
_FILES = 0b110


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def make_public_home(settings: Settings) -> Path:
    """Make or renew the home for outsiders and return it; raises Refused (no_release).

    NOTE: the pointer comes last, so that a process serving it never finds half a release.
    """
    card = release_cards.find_current_release(settings.home)
    source = release_cards.find_release_file(settings.home, card)
    home = made_private(settings.home / FOLDER)
    for name in SHARED_FILES:
        if (settings.home / name).is_file():
            write_atomically(home / name, (settings.home / name).read_bytes())
    if (settings.home / SHARED_FOLDER).is_dir():
        shutil.copytree(settings.home / SHARED_FOLDER, home / SHARED_FOLDER, dirs_exist_ok=True)
    write_atomically(home / "settings.toml", _write_settings(settings).encode())
    folder = made_private(DataPaths(home).releases)
    for path in (source, source.with_suffix(".json"), source.parent / release_cards.POINTER):
        write_atomically(folder / path.name, path.read_bytes())
    _remove_others(folder, card.name)
    return home


def renew_public_home(settings: Settings) -> None:
    """Renew the home for outsiders where there is one; without a release it serves none."""
    if not (settings.home / FOLDER).is_dir():
        return
    if release_cards.read_current_release(settings.home) is None:
        pointer = DataPaths(settings.home / FOLDER).releases / release_cards.POINTER
        pointer.unlink(missing_ok=True)
        return
    make_public_home(settings)


def _remove_others(folder: Path, name: str) -> None:
    for path in folder.glob("release-*"):
        if path.stem != name:
            path.unlink(missing_ok=True)


def _write_settings(settings: Settings) -> str:
    hosts = ", ".join(f'"{host}"' for host in settings.access.hosts)
    return (
        f'timezone = "{settings.timezone}"\n'
        f"publishing_gate = {settings.publishing_gate}\n"
        f'[access]\nsign_in = "public"\nhosts = [{hosts}]\n'
    )


def close_home(home: Path, left_open: Path) -> bool:
    """Close every file of `home` but those of a folder in it to this process and its children.

    It cannot be undone. Returns False, and closes nothing, where the system has no Landlock.
    """
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    call = getattr(library, "syscall", None)
    if call is None:
        return False
    ruleset = call(_CREATE_RULESET, ctypes.byref(_Ruleset(_FILES)), 8, 0)
    if ruleset < 0:
        return False
    for path in [*_list_beside(home.resolve()), left_open.resolve()]:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        call(_ADD_RULE, ruleset, 1, ctypes.byref(_PathRule(_FILES, folder)), 0)
        os.close(folder)
    is_closed = library is not None and library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    return is_closed and call(_RESTRICT_SELF, ruleset, 0) == 0


def _list_beside(home: Path) -> Iterator[Path]:
    """Yield what lies beside a folder and beside each folder it lies in, but no way back to it."""
    for inner in [home, *home.parents][:-1]:
        for path in inner.parent.iterdir():
            target = path.resolve()
            if path != inner and target.exists() and not home.is_relative_to(target):
                yield path
