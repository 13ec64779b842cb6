"""A command loads what it needs, and its help and refusals are in the reader's language."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipelines.cli import FAMILIES, load_command, make_app, run_command
from pipelines.cli.command_values import PlainValue
from pipelines.present.i18n import translate
from tests.cli.conftest import Caunoi

HEAVY = {"numpy", "pyarrow", "pydantic", "scipy", "statsmodels", "dataframely", "plotly"}
PAGES = {"streamlit", "uvicorn", "shapely", "typst", "docx", "docxtpl", "openpyxl", "xlsxwriter"}
COMMANDS = [command for commands in FAMILIES.values() for command in commands]


def list_loaded(*words: str) -> set[str]:
    """Run one command in a process of its own and list the packages it has loaded."""
    code = (
        "import sys; from pipelines import cli; cli.run_command(sys.argv[1:]); "
        "print('\\nloaded', *sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in run.stdout.rpartition("\nloaded")[2].split()}


@pytest.mark.parametrize("words", [(), ("--help",), ("--version",), ("kpii",)])
def test_the_list_of_commands_loads_no_command(words: tuple[str, ...]) -> None:
    loaded = list_loaded(*words)
    assert loaded & {*HEAVY, *PAGES, "polars", "duckdb", "defusedxml"} == set()


def test_a_figure_is_looked_up_without_pages_reports_and_intake(demo: Caunoi) -> None:
    words = ("kpi", "T06", "--by", "district", "--period", "2020-Y")
    # NOTE: the first command after a change of the catalogue checks it, which needs pydantic.
    assert demo(*words).code == 0
    loaded = list_loaded(*words, "--home", str(demo.home))
    assert {"polars", "duckdb"} <= loaded
    assert loaded & {*HEAVY, *PAGES, "defusedxml", "python_calamine"} == set()


def test_a_figure_is_the_same_whether_numpy_was_there_or_not(demo: Caunoi) -> None:
    words = ("kpi", "T06", "--by", "ward,quarter", "--period", "2022-Y", "--json")
    code = "import sys; from pipelines import cli; cli.run_command(sys.argv[1:])"
    command = [sys.executable, "-c", code, *words, "--home", str(demo.home)]
    import numpy  # noqa: F401

    assert subprocess.run(command, capture_output=True, text=True).stdout == demo(*words).out


def walk(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command below one, with its words."""
    for name, below in getattr(command, "commands", {}).items():
        yield f"{path} {name}".strip(), below
        yield from walk(below, f"{path} {name}")


@pytest.mark.parametrize("word", COMMANDS)
def test_every_option_has_help_in_both_languages(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, dict[str, str]] = {}
    for language in ("vi", "en"):
        monkeypatch.setenv("CAUNOI_LANG", language)
        said[language] = {}
        for path, command in walk(load_command([word])):
            said[language][path] = command.help
            for param in command.params:
                said[language][f"{path} {param.name}"] = param.help
    assert [at for at, text in said["vi"].items() if not text or text == said["en"][at]] == []


@pytest.mark.parametrize("word", COMMANDS)
def test_no_parameter_needs_a_schema_of_its_own(word: str) -> None:
    for path, command in walk(load_command([word])):
        kinds = {param.name: type(param.get_runtime_param()) for param in command.params}
        assert set(kinds.values()) <= {PlainValue}, path


def test_the_list_of_commands_has_them_all_in_order() -> None:
    assert list(get_command(make_app()).commands) == COMMANDS


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("kpii",), "Không có lệnh kpii. Có phải kpi?"),
        (("user", "ad"), "Không có lệnh ad. Có phải add?"),
        (("kpi", "T06", "--perio", "2022"), "Không có tùy chọn --perio. Có phải --period"),
        (("kpi",), "Thiếu CODE: Chỉ tiêu, trường, hoặc tổng của chúng"),
        (("kpi", "T06", "--by"), "Tùy chọn --by cần một giá trị."),
        (("kpi", "T06", "K01"), "Thừa: K01"),
        (("kpi", "T06", "--format", "xls"), "--format không nhận xls. Chọn một trong: table"),
        (("serve", "--port", "x"), "--port không nhận x."),
        (("serve", "--port", "70000"), "--port không nhận 70000."),
    ],
)
def test_wrong_words_are_refused_in_the_readers_language(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(list(words)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sentence in lines[0] and "--help" in lines[1]


def test_help_speaks_the_readers_language_around_our_texts(
    caunoi: Caunoi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("vi", "en"):
        monkeypatch.setenv("CAUNOI_LANG", language)
        said = caunoi("kpi", "--help")
        heads = [translate(f"cli.usage.head_{part}", language) for part in ("options", "arguments")]
        assert said.code == 0 and [head for head in heads if head not in said.out] == []


@pytest.mark.parametrize("written", ["2022-Q3", "Q3/2022", "quý 3/2022", "quý III/2022"])
def test_a_period_is_read_as_people_write_it(demo: Caunoi, written: str) -> None:
    assert demo("kpi", "T03", "--period", written, "--json").json["period"] == "2022-Q3"
    assert demo("remind", written, "--json").json["period"] == "2022-Q3"


def test_a_year_alone_is_the_year(demo: Caunoi, caunoi: Caunoi, tmp_path: Path) -> None:
    assert demo("kpi", "T03", "--period", "2022", "--json").json["period"] == "2022-Y"
    assert caunoi("close", "2022", "--why", "x", "--json").json["closed"][0] == "2022-Q1"
    form = caunoi("template", "D1", "--period", "Q3/2022", "--out", tmp_path / "d", "--json").json
    assert form["period"] == "2022-Q3"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("template", "D1", "--out", "a.pdf"), "out_ending"),
        (("report", "2022", "--format", "docx", "--out", "a.pdf"), "out_ending"),
        (("report", "2022", "--format", "docx,pdf", "--out", "a.docx"), "out_folder"),
        (("export", "mart", "--out", "a.csv"), "out_folder"),
        (("export", "dhis2", "--period", "2022", "--out", "a.csv"), "out_ending"),
    ],
)
def test_out_is_a_folder_or_the_name_of_the_one_file(
    demo: Caunoi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: Any, refusal: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert demo(*words, "--json").error == refusal
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("template", "D1"), ("export", "dhis2", "--period", "2022-Q3")])
def test_out_takes_both(demo: Caunoi, tmp_path: Path, words: tuple[str, ...]) -> None:
    name = "x.xlsx" if words[0] == "template" else "x.json"
    assert demo(*words, "--out", tmp_path / name).code == 0 and (tmp_path / name).is_file()
    assert demo(*words, "--out", tmp_path / "new" / "folder").code == 0
    assert len(list((tmp_path / "new" / "folder").iterdir())) == 1


def test_a_reader_who_has_seen_enough_is_no_error(demo: Caunoi) -> None:
    words = ["kpi", "T06", "--by", "ward,quarter", "--home", str(demo.home)]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr and process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("line", "offered"),
    [("caunoi re", "rebuild"), ("caunoi kpi --pe", "--period"), ("caunoi kpi T0", "T06")],
)
def test_a_shell_completes_commands_options_and_figures(
    line: str, offered: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_CAUNOI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    with pytest.raises(SystemExit, match="0"):
        run_command([])
    assert offered in capsys.readouterr().out.split()
