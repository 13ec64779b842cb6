"""Nobody but its owner may read a home or a backup, whatever the umask."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT
from tests.intake.bad_inputs.base import good
from tests.long_form import FULL

#: Each test starts programs.
pytestmark = pytest.mark.slow

#: What a day with a home does: files from the inbox, a refused one, a log, a build, an account of
#: users, a backup.
DAY = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[1], 8))
from pipelines import cli, settings
from pipelines.cli import common
from pipelines.intake.ingest import ingest_files
from pipelines.store.paths import DataPaths, ensure_dir
from pipelines.warehouse import start
home, data = Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
chosen = settings.load_settings(home)
incoming = ensure_dir(DataPaths(home).incoming)
(incoming / "a.xlsx").write_bytes(data)
(incoming / "b.xlsx").write_bytes(b"PK")
(incoming / "c.csv").write_bytes("Mã đơn vị,số\\n".encode())
cli.run_command(["ingest", "--home", str(home)])
ingest_files([("d.xlsx", data[:-1])], chosen, None, "upload")
common.load_configured(home)
common.write_log("a line")
assert cli.run_command(["build", "--home", str(home)]) == 0
cli.run_command(["user", "add", "lan", "--role", "steward", "--home", str(home)])
start.start_build(chosen).wait()
assert cli.run_command(["backup", sys.argv[4], "--with-keys", "--home", str(home)]) == 0
assert cli.run_command(["restore", sys.argv[4], "--home", sys.argv[5]]) == 0
"""


def modes(root: Path) -> dict[str, str]:
    """Everything below and the folder itself whose mode is not the owner's alone."""
    found = {path: path.lstat().st_mode for path in [root, *root.rglob("*")]}
    return {
        str(path.relative_to(root)): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }


@pytest.mark.parametrize("umask", ["0", "022", "077"] if FULL else ["0"])
def test_everything_in_a_home_and_a_backup_is_its_owners_alone(umask: str, tmp_path: Path) -> None:
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(good())
    places = [tmp_path / name for name in ("home", "copy", "new")]
    command = [
        sys.executable,
        "-c",
        DAY,
        umask,
        str(places[0]),
        str(sent),
        str(places[1]),
        str(places[2]),
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run(command, check=True, capture_output=True, env=environment, text=True)
    for place in places:
        assert modes(place) == {}
    kinds = {path.suffix for path in places[0].rglob("*")}
    assert {".parquet", ".duckdb", ".sqlite", ".json", ".log", ".key", ".lock"} <= kinds


def test_what_an_older_home_left_open_is_closed_when_it_is_used(tmp_path: Path) -> None:
    from pipelines.store.state_db import StateDatabase, User

    home = tmp_path / "home"
    StateDatabase(home).save_user(User("lan", "steward"))
    (home / "state.sqlite").chmod(0o644)
    StateDatabase(home).list_users()
    assert modes(home) == {}
