"""Small file systems of a test's own: full, or read-only."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def run_quietly(*command: str) -> bool:
    """Run a program of the system; False when it is missing or does not allow this."""
    program = shutil.which(command[0])
    if not program:
        return False
    return subprocess.run([program, *command[1:]], capture_output=True).returncode == 0


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """A file system of this size at `folder`; False when this machine allows none."""
    is_mounted = run_quietly(
        "mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)
    )
    try:
        yield is_mounted
    finally:
        if is_mounted:
            assert run_quietly("umount", "-l", str(folder))


def fill(folder: Path) -> None:
    """Leave no byte on the small disk of a folder."""
    size = 1 << 20
    with (folder / "ballast").open("ab", buffering=0) as ballast:
        while size:
            try:
                ballast.write(b"x" * size)
            except OSError:
                size //= 2


def make_read_only(folder: Path) -> None:
    """Take writing away from the small disk of a folder."""
    assert run_quietly("mount", "-o", "remount,ro", str(folder))


def list_half_files(folder: Path) -> list[Path]:
    """Return the files aside and the empty files of a folder, which a command has left half."""
    found = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            is_half = path.suffix in (".part", ".tmp") or not path.stat().st_size
            is_ours = not path.name.startswith("state.sqlite-") and path.name != "lock"
            if path.is_file() and is_half and is_ours:
                found.append(path)
    return found
