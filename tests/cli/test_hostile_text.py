"""What officers and users may type ends no command and reaches no terminal.

Real processes on real workbooks.
"""

import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipelines import cli, settings
from pipelines.reference import places
from pipelines.store.ledger import Ledger
from pipelines.store.state_db import StateDatabase, User
from pipelines.warehouse.start import batches_behind
from tests.cli.conftest import PERIOD, workbook
from tests.hostile_texts import ALL, MANY, TERMINAL
from tests.store.square_boundaries import DAY, squares, written

#: Each test starts programs.
pytestmark = pytest.mark.slow

CAUNOI = [sys.executable, "-c", "from pipelines.cli import main; main()"]
COMMUNES = [p.code for p in places.load_places().valid_on(date(2022, 9, 14))]
TERMINALS = {
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
}
FULL = bool(os.environ.get("CAUNOI_FULL"))
#: Every sixth text in a file of its own, and the address; CAUNOI_FULL=1 takes all, and for names
#: and maps more than two hundred.
TYPED, NAMED, DRAWN = (*ALL[::6], "ai@evil.example 5"), ALL, ALL[::6]
if FULL:
    TYPED, NAMED, DRAWN = ALL, MANY, MANY
#: How nobody comes to read what a watch says.
CLOSED = ("closed from the start", "nobody reads")
#: Exit code and complaints: an e-mail address refuses its file.
REFUSED = (2, "")
#: Seconds to wait for what a loaded machine does slowly.
PATIENCE = 240


def said(data: bytes, encoding: str = "utf-8") -> str:
    """What a terminal is given; fails on anything it would obey."""
    text = data.decode(encoding)
    obeyed = {
        c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }
    assert obeyed == set()
    return text


def run(
    home: Path, *words: str | bytes | Path, terminal: str = "utf-8", **how: object
) -> subprocess.CompletedProcess:
    env = {**os.environ, **TERMINALS[terminal], "CAUNOI_HOME": str(home)}
    return subprocess.run(
        [*CAUNOI, *words], env=env, timeout=PATIENCE, **{"capture_output": True, **how}
    )


def as_ooxml(text: str) -> str:
    """The text as a workbook writes it: control characters by their numbers."""
    return "".join(
        f"_x{ord(c):04X}_" if (ord(c) < 32 and c not in "\t\n") or c in "\ufffe" else c
        for c in text
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write one return for each hostile text.

    It stands in a cell, in a note beside it, in a sheet's name and in the file's own.
    """
    folder = tmp_path_factory.mktemp("hostile")
    made = []
    for number, text in enumerate(TYPED):
        book = openpyxl.load_workbook(workbook(folder / "blank.xlsx", unit=f"D-{COMMUNES[number]}"))
        sheet = book["Mẫu A"]
        rows = {cell.value: cell.row for cell in sheet["A"]}
        for row, column, typed in (
            (rows["a20"], 5, text),
            (rows["a50"], 6, text[:900]),
            (rows["a51"], 7, text),
        ):
            sheet.cell(row, column, as_ooxml(typed)).data_type = "s"
        book.create_sheet("\u202e" + "".join(c for c in text if c.isalnum())[:20])
        name = f"{number}{text[:40]}.xlsx".replace("/", "|").replace("\x00", "")
        made.append(folder / name)
        book.save(made[-1])
    (folder / "blank.xlsx").unlink()
    return made


def drop(files: list[Path], home: Path) -> None:
    """Put the files into the inbox of a home whose watch waits for nobody."""
    (home / "incoming").mkdir(parents=True)
    (home / "settings.toml").write_text("[limits]\nsettle_seconds = 0.2\n", encoding="utf-8")
    for file in files:
        (home / "incoming" / file.name).write_bytes(file.read_bytes())


@contextmanager
def watching(home: Path, terminal: str, **streams: object) -> Iterator[subprocess.Popen]:
    env = {**os.environ, **TERMINALS[terminal], "CAUNOI_HOME": str(home)}
    with subprocess.Popen([*CAUNOI, "watch"], env=env, **streams) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def until(done: Callable[[], bool], process: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < end:
        assert process.poll() is None, "the watch has ended"
        time.sleep(0.2)
    assert done()


def received(home: Path) -> int:
    return int(Ledger(home).frame("submissions").height)


def counted(home: Path, number: int) -> bool:
    """All files have their receipts, and the figures know of them."""
    return received(home) == number and batches_behind(settings.load_settings(home)) == 0


@pytest.mark.parametrize("terminal", ["utf-8", "ascii"] if FULL else ["ascii"])
def test_every_receipt_of_a_watch_is_told_and_followed_by_its_build(
    files: list[Path], tmp_path: Path, terminal: str
) -> None:
    drop(files, tmp_path)
    out, err = tmp_path / "out", tmp_path / "err"
    with (
        out.open("wb") as stdout,
        err.open("wb") as stderr,
        watching(tmp_path, terminal, stdout=stdout, stderr=stderr) as process,
    ):
        until(lambda: counted(tmp_path, len(files)), process)
    told = said(out.read_bytes(), terminal)
    said(err.read_bytes(), terminal)
    receipts = Ledger(tmp_path).frame("submissions")["submission"].to_list()
    assert [receipt for receipt in receipts if receipt not in told] == []
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.parametrize("closed", CLOSED if FULL else CLOSED[:1])
def test_a_watch_whose_output_is_closed_goes_on(
    files: list[Path], tmp_path: Path, closed: str
) -> None:
    drop(files[:8], tmp_path)
    streams: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if closed == "closed from the start":
        streams = {"preexec_fn": lambda: (os.close(1), os.close(2))}
    with watching(tmp_path, "utf-8", **streams) as process:
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        until(lambda: counted(tmp_path, 8), process)
        (tmp_path / "incoming" / "later.xlsx").write_bytes(files[8].read_bytes())
        until(lambda: counted(tmp_path, 9), process)


@pytest.mark.parametrize("terminal", list(TERMINALS))
def test_a_check_tells_every_file(files: list[Path], tmp_path: Path, terminal: str) -> None:
    done = run(tmp_path, "check", *files, terminal=terminal)
    told = said(done.stdout, terminal)
    assert (done.returncode, said(done.stderr, terminal).strip()) == REFUSED
    assert [
        n
        for n in range(len(files))
        if not any(line.startswith(str(n)) for line in told.splitlines())
    ] == []


def test_json_holds_the_texts_and_nothing_a_terminal_obeys(
    files: list[Path], tmp_path: Path
) -> None:
    for terminal in TERMINALS:
        done = run(tmp_path, "check", *files[:6], "--json", terminal=terminal)
        assert '"files"' in said(done.stdout, terminal)


def test_files_taken_in_are_built_though_nobody_reads(files: list[Path], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run(
        tmp_path, "ingest", *files, capture_output=False, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (done.returncode, said(done.stderr).strip()) == REFUSED
    assert counted(tmp_path, len(files))


def test_an_answer_is_cut_off_in_silence_and_a_full_disk_is_said(demo_home: Path) -> None:
    words = ["kpi", "T03", "--by", "ward,quarter", "--format", "csv"]
    reading, writing = os.pipe()
    os.close(reading)
    done = run(demo_home, *words, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    with Path("/dev/full").open("wb") as full:
        done = run(demo_home, *words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and "ổ đĩa đầy" in said(done.stderr)


@pytest.mark.parametrize("terminal", list(TERMINALS))
def test_lists_show_every_row(tmp_path: Path, terminal: str) -> None:
    state = StateDatabase(tmp_path)
    for number, text in enumerate(NAMED):
        state.confirm_alias(f"{number:03}{text}", "00646", "steward")
        state.save_user(User(f"{number:03}{text}", "city"))
        state.record_event(text, text, text)
    for words, mark in ((["alias"], "00646"), (["user", "list"], ""), (["audit"], "")):
        done = run(tmp_path, *words, terminal=terminal)
        lines = said(done.stdout, terminal).splitlines()
        said(done.stderr, terminal)
        assert done.returncode == 0 and sum(mark in line for line in lines) >= len(NAMED)
        if words != ["audit"]:
            assert [
                n
                for n in range(len(NAMED))
                if not any(line.strip().startswith(f"{n:03}") for line in lines)
            ] == []


def test_a_line_that_was_tampered_with_does_not_end_a_list(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    for name in ("a", "b", "c"):
        state.save_user(User(name, "city"))
        state.record_event(name, "upload", name)
    state.execute("user_put", subject="b", role="city", districts="[/red]", until="soon")
    with state._connect() as db:
        db.execute("drop trigger audit_is_never_changed")
        db.execute("update audit set at = '\x1b[31m', objects = '[' where n = 2")
    listed, trail = run(tmp_path, "user", "list"), run(tmp_path, "audit")
    assert [name for name in "abc" if f" {name} " not in said(listed.stdout)] == []
    assert (listed.returncode, trail.returncode) == (0, 1)
    assert "␛[31m" in said(trail.stdout) and len(said(trail.stdout).splitlines()) == 4


@pytest.mark.parametrize("text", [t for t in TERMINAL if "\x00" not in t and len(t) < 1000])
def test_words_of_a_command_are_text_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    home = ["--home", str(tmp_path)]
    for words in (
        ["check", text, *home],
        ["alias", text, *home],
        ["kpi", text, *home],
        [f"--{text}"],
        ["user", text],
    ):
        code, (answer, about) = cli.run_command(words), capsys.readouterr()
        assert code == 2 and said(about.encode()) and answer == ""


def test_properties_of_a_map_are_text_and_are_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "home")]
    whole = squares()
    first = whole["features"][0]
    for number, text in enumerate(DRAWN):
        for spoilt in (
            {**whole, "features": [{**first, "properties": {text: text}}]},
            {**whole, "features": [{**first, "geometry": {"type": text, "coordinates": text}}]},
            {**whole, "features": [{**first, "properties": {"code": text, text: text}}]},
        ):
            file = written(tmp_path / f"{number}.geojson", spoilt)
            code = cli.run_command(["map", str(file), "--on", DAY.isoformat(), *home])
            answer, about = capsys.readouterr()
            assert code == 2 and said(about.encode()) and answer == ""
    for feature, text in zip(whole["features"], MANY * 3, strict=False):
        feature["properties"] |= {text: text, "ten": text}
    whole |= {"name": "evil", "crs": {"type": "evil"}}
    file = written(tmp_path / "map.geojson", whole)
    assert cli.run_command(["map", str(file), "--on", DAY.isoformat(), *home]) == 0
    said(capsys.readouterr().out.encode())
    kept = (tmp_path / "home" / "boundaries.json").read_text(encoding="utf-8")
    assert set(re.findall('"([^"]*)"', kept)) - set(COMMUNES) == {
        *("type", "FeatureCollection", "features", "Feature", "id", "properties"),
        *("geometry", "Polygon", "coordinates"),
    }


def test_a_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path, "check", b"\xff\x9b31m.xlsx")
    assert done.returncode == 2 and "��31m.xlsx" in said(done.stderr)
    done = run(tmp_path / "\x1b[31m", "status")
    assert done.returncode == 0 and "␛[31m" in said(done.stdout)


def test_the_period_is_the_one_the_texts_were_written_for() -> None:
    assert PERIOD == "2022-Q3" and len(ALL) >= 50 and len(COMMUNES) > len(ALL)
