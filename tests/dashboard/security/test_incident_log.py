"""Faults forced at every depth of every page tell a code and a place, never a value."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.dashboard.security import failing_server
from tests.dashboard.security.conftest import Office
from tests.dashboard.security.failing_server import CANARIES, ERRORS
from tests.dashboard.security.socket_client import Wire
from tests.dashboard.security.test_scope import PAGES
from tests.processes import await_answer, free_port, run_process

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(rb"m\xc3\xa3 ([0-9A-F]{6})")
#: What must not stand in what readers are sent: places, names of errors, of libraries, of files.
INSIDE = (
    b"Traceback",
    b"site-packages",
    b".py",
    str(ROOT).encode(),
    b"/var/lib",
    b"Error(",
    b"Exception",
)
#: Each page fails at its first steps and then ever more rarely.
DEPTHS = sorted({int(1.33**n) for n in range(1, 22)})


@dataclass
class Fallen:
    """What came of all the faults."""

    sent: bytes = b""
    log: str = ""
    codes: list[str] = field(default_factory=list)
    #: Steps at which a page fell, and what readers saw instead of one code.
    depths: dict[str, list[int]] = field(default_factory=dict)
    odd: list[tuple[str, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def fallen(city_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fallen]:
    folder, port, found = tmp_path_factory.mktemp("fallen"), free_port(), Fallen()
    cue, log = folder / "cue", folder / "log.txt"
    cue.write_text("0 0")
    command = [sys.executable, failing_server.__file__, str(port), str(cue)]
    env = {**os.environ, "CAUNOI_HOME": str(city_home), "PYTHONPATH": str(ROOT)}
    with run_process(command, log, cwd=folder, env=env) as server:
        await_answer(server, lambda: urlopen(f"http://127.0.0.1:{port}/_stcore/health").close())
        fall(Office(city_home, f"http://127.0.0.1:{port}"), cue, found)
    found.log = log.read_text(encoding="utf-8")
    yield found


def fall(office: Office, cue: Path, found: Fallen) -> None:
    """Every page at every depth, each time with the next kind of error, to its last step."""
    turn = 0
    with Wire(office) as wire:
        for page in PAGES:
            cue.write_text("0 0")
            wire.run(page)
            for depth in DEPTHS:
                cue.write_text(f"{depth} {turn % len(ERRORS)}")
                turn += 1
                before = len(wire.sent)
                wire.run(page)
                codes = {c.decode() for c in CODE.findall(bytes(wire.sent[before:]))}
                if len(codes) == 1:
                    found.codes += codes
                    found.depths.setdefault(page, []).append(depth)
                elif codes:
                    found.odd.append((page, depth))
        found.sent = bytes(wire.sent)


def test_two_hundred_faults_were_met_on_every_page(fallen: Fallen) -> None:
    assert len(fallen.codes) >= 200, len(fallen.codes)
    assert fallen.odd == []
    assert {*fallen.depths} == {*PAGES}
    assert len(set(fallen.codes)) == len(fallen.codes)


def test_readers_see_a_code_and_nothing_of_the_inside(fallen: Fallen) -> None:
    assert [sign for sign in INSIDE if sign in fallen.sent] == []
    assert [word for word in CANARIES if word.encode() in fallen.sent] == []


def test_every_code_leads_to_its_place_in_the_log(fallen: Fallen) -> None:
    for code in fallen.codes:
        assert fallen.log.count(code) == 1
        place = fallen.log.split(code)[1].split("refused")[0][:6000]
        assert "dashboard" in place and "line" in place


def test_the_log_holds_no_value_and_no_name(fallen: Fallen) -> None:
    assert [word for word in CANARIES if word in fallen.log] == []
    assert "Nguy\\u" not in fallen.log and "cannot convert" not in fallen.log
