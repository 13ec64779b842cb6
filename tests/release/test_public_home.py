"""A process for outsiders holds the release alone, and cannot open what lies beside it."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from pipelines.release import public_home
from pipelines.store import release_cards
from pipelines.store.paths import DataPaths
from tests.processes import await_answer, free_port, run_process
from tests.release.sample_release_home import make_home, release_home, settings

#: Each test reads a release or runs a server.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_home(make_home(tmp_path_factory.mktemp("public") / "home"))


#: Closes a home, asks a figure of the release, and tries every file of the home.
LOOK = """
import sys
from pathlib import Path
from pipelines import kpi
from pipelines.privacy.scope import PUBLIC
from pipelines.release.public_home import close_home
from pipelines.settings import load_settings
home = Path(sys.argv[1])
print(close_home(home, home / "public"))
with kpi.open_store(load_settings(home / "public"), scope=PUBLIC) as store:
    print(kpi.values("a20", period="2022", scope=PUBLIC, store=store)["value"].item())
for path in home.rglob("*"):
    if path.is_file():
        try:
            path.open("rb").close()
            print("open", path.relative_to(home).parts[0])
        except PermissionError:
            print("closed", path.relative_to(home).parts[0])
"""


def has_landlock() -> bool:
    """Does the kernel name a version of Landlock? Without it nothing is closed, which is told."""
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


def test_a_closed_process_reads_the_release_and_nothing_beside_it(home: Path) -> None:
    public_home.make_public_home(settings(home))
    command = [sys.executable, "-c", LOOK, str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    is_closed, figure, *tried = done.stdout.splitlines()
    assert figure == "360.0", done.stderr
    exact = {"builds", "ledger", "release_basis"}
    opened = {line.partition(" ")[2] for line in tried if line.startswith("open ")}
    assert is_closed == str(has_landlock())
    assert opened == {"public"} if has_landlock() else exact < opened


def test_the_server_for_outsiders_holds_no_file_of_the_office_open(home: Path) -> None:
    port = free_port()
    words = ["serve", "--public", "--port", str(port), "--home", str(home)]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *words]
    log = home.parent / "log.txt"
    with run_process(command, log, cwd=home.parent, env=dict(os.environ)) as server:
        await_answer(server, lambda: urlopen(f"http://127.0.0.1:{port}/_stcore/health").close())
        process = psutil.Process(server.pid)
        held = [Path(file.path) for file in process.open_files()]
        words = process.cmdline()
    assert str(home / "public") in words
    inside = {path.relative_to(home).parts[0] for path in held if path.is_relative_to(home)}
    assert inside <= {"public"}


def test_a_withdrawn_release_leaves_the_home_for_outsiders(home: Path) -> None:
    outside = public_home.make_public_home(settings(home))
    assert release_cards.find_current_release(outside).name == "release-00001"
    assert {path.name for path in outside.iterdir()} <= {
        "releases",
        "settings.toml",
        "tmp",
        "state.sqlite",
        "checked",
        "reference",
        "ledger",
    }
    pointer = DataPaths(home).releases / release_cards.POINTER
    content = pointer.read_bytes()
    pointer.unlink()
    public_home.renew_public_home(settings(home))
    assert release_cards.read_current_release(outside) is None
    pointer.write_bytes(content)
