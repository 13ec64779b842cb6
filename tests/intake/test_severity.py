"""One place decides severity and effect: only an error keeps something out."""

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from pipelines import catalog
from pipelines.catalog import Consequence, MessageDefinition, Text
from pipelines.catalog.severity import GENERAL
from pipelines.catalog.types import EFFECTS
from pipelines.cli.form_commands import exit_code_of
from pipelines.errors import CatalogError
from pipelines.intake import feedback, ingest
from pipelines.intake.ingest.assess import Assessment, assess_file
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.issues import Issue, adopt_issue, make_issue
from pipelines.intake.prior_returns import PriorReturns
from pipelines.intake.sandbox import ParsedFile
from pipelines.intake.templates import write_form, write_register
from pipelines.intake.templates.marked_copy import MarkedReturn
from pipelines.present.panels import submissions
from pipelines.settings import PROJECT, Settings
from pipelines.spreadsheet.model import read_row
from pipelines.spreadsheet.rejection import FileRejected
from pipelines.store.ledger import Ledger
from tests.intake.bad_inputs.base import CELL, SHEET, asked
from tests.intake.bad_inputs.cells import CELLS, TAKEN, TEXTS
from tests.intake.bad_inputs.files import LINK
from tests.intake.bad_inputs.forms import DOUBTED, NOTED, REFUSED, resaved
from tests.intake.bad_inputs.zips import Part, edited, parts_of, with_parts
from tests.intake.ingest.sample_files import TEAM
from tests.intake.issue_consistency import find_contradictions
from tests.intake.validation.sample_returns import LINES
from tests.intake.validation.sample_returns import good as filled_in

LINKED = Part("xl/externalLinks/externalLink1.xml", LINK)
TODAY = date(2022, 10, 20)
FAR = '<row r="1048576"><c r="{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c></row>'
EVERYTHING = sum(field.form == "A" for field in catalog.fields().values())


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def decided(data: bytes, home: Path, name: str = "a.xlsx") -> Assessment:
    answer = asked(data, name)
    judged = ParsedFile(name, "0" * 64, data, answer.ret, answer.issues, answer.refused)
    past = PriorReturns.from_ledger(Ledger(home))
    past.load_reporters({TEAM})
    return assess_file(judged, past, settings(home), TODAY)


def sent(data: bytes, home: Path, name: str = "a.xlsx") -> IngestResult:
    (outcome,) = ingest.ingest_files(
        [(name, data)], settings(home), datetime(2022, 10, 20, 3, tzinfo=UTC)
    )
    return outcome


@cache
def right() -> bytes:
    """A filled return that keeps every rule."""
    target = BytesIO()
    write_form(target, "A", TEAM, "2022-Q3", values=filled_in("A"))
    return target.getvalue()


def typed_in(name: str, cell: str, value: object, data: bytes) -> bytes:
    book = openpyxl.load_workbook(BytesIO(data))
    book[name][cell] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def typed(cell: str, value: object) -> bytes:
    """The right return with one cell changed in another program."""
    return typed_in("Mẫu A", cell, value, right())


def with_rows(xml: str) -> bytes:
    return edited(right(), SHEET, "</sheetData>", f"{xml}</sheetData>")


def framed(rows: int) -> bytes:
    """The right return with so many blank rows in a frame under it."""
    cells = "".join(f'<c r="{column}{{0}}" s="1"/>' for column in "ABCDEFG")
    return with_rows("".join(f'<row r="{r}">{cells.format(r)}</row>' for r in range(63, 63 + rows)))


def linked(cell: str) -> bytes:
    """Return the good form with a cell that takes its number from another file.

    The number there is kept.
    """
    found = re.search(
        rf'(<c r="{cell}"[^>]*>)(<v>[^<]*</v></c>)', parts_of(right())[SHEET].content.decode()
    )
    assert found
    return with_parts(
        edited(right(), SHEET, found[0], f"{found[1]}<f>[1]S!A1</f>{found[2]}"), LINKED
    )


def far(cell: str, text: str) -> bytes:
    return with_rows(FAR.format(cell, text))


def near(cell: str, text: str) -> bytes:
    content = f'<is><t xml:space="preserve">{text}</t></is>'
    return with_rows(f'<row r="70"><c r="{cell}" t="inlineStr">{content}</c></row>')


def dated_1904(data: bytes) -> bytes:
    return edited(data, "xl/workbook.xml", "<workbookPr", '<workbookPr date1904="1"')


Said = tuple[str, str, str, str]
Build = Callable[[], bytes]
LINK_USED = ("F008", "warning", "Mẫu A", CELL)
FORMULA = ("V003", "warning", "Mẫu A", CELL)
FAR_AWAY = ("S001", "warning", "Mẫu A", "E1048576")
LOADED: dict[str, tuple[Build, list[Said]]] = {
    "nothing odd": (right, []),
    "an old link nobody uses": (lambda: with_parts(right(), LINKED), [("F008", "info", "", "")]),
    "a data connection": (
        lambda: with_parts(right(), Part("xl/connections.xml", b"<a/>")),
        [("F008", "info", "", "")],
    ),
    "a link in a cell nobody reads": (
        lambda: with_rows('<row r="70"><c r="J70"><f>[1]S!A1</f><v>3</v></c></row>'),
        [("F008", "info", "", "")],
    ),
    "a link in a count": (lambda: linked(CELL), [LINK_USED, FORMULA]),
    "the 1904 system alone": (lambda: dated_1904(right()), []),
    "a space in the last row": (lambda: far("E1048576", " "), [FAR_AWAY]),
    "a no-break space in the last cell": (
        lambda: far("XFD1048576", "\u00a0"),
        [(*FAR_AWAY[:3], "XFD1048576")],
    ),
    "a zero-width space in the last row": (lambda: far("E1048576", "\u200b"), [FAR_AWAY]),
    "a byte order mark in the last row": (lambda: far("E1048576", "\ufeff"), [FAR_AWAY]),
    "blank-looking cells under the table": (lambda: near("B70", "\u200b\u00a0 \u3164"), []),
    "a blank-looking code with a number beside it": (lambda: near("A70", "\u2060"), []),
    "15 000 framed blank rows": (lambda: framed(15_000), []),
    "old letters in the title": (
        lambda: typed("A1", "Ph­êng ThÞnh LiÖt"),
        [("U001", "warning", "Mẫu A", "A1"), ("U002", "warning", "Mẫu A", "A1")],
    ),
    "an unknown code without a number": (
        lambda: typed("A70", "zz9"),
        [("T012", "warning", "Mẫu A", "A70")],
    ),
    "a comment": (lambda: commented("xem lại"), [("P003", "warning", "Mẫu A", CELL)]),
    "a hidden row": (
        lambda: edited(right(), SHEET, '<row r="12"', '<row r="12" hidden="1"'),
        [("T006", "warning", "Mẫu A", "")],
    ),
    "a number typed as text": (lambda: typed("E31", "60"), [("V020", "warning", "Mẫu A", "E31")]),
    "a unit beside a number": (
        lambda: typed("E31", "60 lượt"),
        [("V022", "warning", "Mẫu A", "E31")],
    ),
}


def commented(text: str) -> bytes:
    return resaved(lambda book, sheet: setattr(sheet[CELL], "comment", Comment(text, "x")), right())


@pytest.mark.parametrize("code", catalog.list_issue_codes())
def test_an_error_has_an_effect_and_nothing_else_has_one(code: str) -> None:
    for case in ("", *GENERAL, *catalog.list_cases(code)):
        for cell in ("", "E11"):
            one = Issue(code, "Mẫu A", cell, case=case)
            assert (one.severity == "error") == (one.effect != "none") == one.is_blocking


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
@pytest.mark.parametrize("effect", EFFECTS)
def test_no_other_consequence_can_be_built(severity: str, effect: str) -> None:
    if (severity == "error") == (effect != "none"):
        MessageDefinition("X", severity, effect, Text("", ""))
        return
    with pytest.raises(CatalogError):
        Consequence(severity, effect)
    with pytest.raises(CatalogError):
        MessageDefinition("X", severity, effect, Text("", ""))


def test_an_issue_cannot_be_given_a_severity() -> None:
    assert not {"severity", "effect"} & {f.name for f in fields(Issue)}
    with pytest.raises(TypeError):
        replace(make_issue("V018"), severity="error")


@pytest.mark.parametrize("code", ["no_build", "doctor-key", "chase", "V999", "rule-A99"])
def test_what_is_no_issue_of_a_file_cannot_be_made_one(code: str) -> None:
    with pytest.raises(CatalogError):
        make_issue(code)
    with pytest.raises(CatalogError):
        make_issue("V020", case="unheard_of")


def test_an_error_that_names_no_cell_keeps_out_the_file() -> None:
    assert make_issue("V014", "Mẫu A", "A12").effect == "line"
    assert make_issue("V014").effect == "reject"


def test_whatever_stops_the_reading_of_a_file_refuses_it() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (PROJECT / "pipelines/spreadsheet").rglob("*.py")
    )
    found = re.findall(r'FileRejected\(\s*"([A-Z]\d{3})"(?:[^()]*case="(\w+)")?', source)
    assert len({code for code, _ in found}) > 20
    for code, case in found:
        assert adopt_issue(FileRejected(code, case=case).issue).refuses


def test_severity_is_chosen_nowhere_else() -> None:
    for path in (PROJECT / "pipelines").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"severity=\"|\.effect == \"reject\"|== \"P001\"", text), path


ODD = [(case.id, case.build, case.name) for case in (*TAKEN, *NOTED)]


@pytest.mark.parametrize(("id", "build", "name"), ODD, ids=[one[0] for one in ODD])
def test_an_odd_file_loses_no_value_to_what_is_only_said(
    id: str, build: Build, name: str, tmp_path: Path
) -> None:
    ret = asked(build(), name).ret
    assert ret is not None
    judged = ParsedFile(name, "0" * 64, b"", ret, [])
    found = assess_file(
        judged, PriorReturns.from_ledger(Ledger(tmp_path)), settings(tmp_path), TODAY
    )
    assert list(find_contradictions(found)) == []
    assert {e.state for e in ret.entries} == {"accepted"}


@pytest.mark.parametrize("name", LOADED)
def test_what_looks_odd_and_harms_nothing_is_loaded_whole(name: str, tmp_path: Path) -> None:
    build, said = LOADED[name]
    outcome = sent(build(), tmp_path)
    assert sorted((i.code, i.severity, i.sheet, i.cell) for i in outcome.issues) == said
    assert outcome.status == (
        "accepted_with_warnings" if "warning" in {one[1] for one in said} else "accepted"
    )
    assert exit_code_of([outcome]) == 0
    rows = Ledger(tmp_path).frame("values")
    assert (rows.height, set(rows["state"])) == (EVERYTHING, {"accepted"})


ERRORS = [(case.id, case.build) for case in (*CELLS, *TEXTS, *DOUBTED, *REFUSED)]
ERRORS += [
    (
        "an unknown code with a number",
        lambda: resaved(lambda b, s: (s.cell(70, 1, "zz9"), s.cell(70, 5, 4)), right()),
    ),
    ("a rule broken", lambda: typed(CELL, 9)),
    ("a code nobody has", lambda: typed("B4", "99999")),
    ("the name of another unit", lambda: typed("B3", "Phường Chương Dương")),
]


@pytest.mark.parametrize(("id", "build"), ERRORS, ids=[one[0] for one in ERRORS])
def test_a_file_with_an_error_keeps_something_out_and_says_so(
    id: str, build: Build, tmp_path: Path
) -> None:
    found = decided(build(), tmp_path)
    assert list(find_contradictions(found)) == []
    assert found.status in ("partly_accepted", "returned")


def test_a_line_list_of_a_point_in_doubt_is_not_taken(tmp_path: Path) -> None:
    target = BytesIO()
    write_register(target, "C", "P-00646", "2022-Q3", rows=LINES)
    data = typed_in("Mẫu C", "B3", "Phường Chương Dương", target.getvalue())
    found = decided(data, tmp_path)
    assert "V017" in {i.code for i in found.issues}
    assert {state for record, state in found.records if record.text} == {"blocked"}
    assert found.status == "returned"


def test_a_line_with_a_number_that_stands_already_is_not_taken(tmp_path: Path) -> None:
    target = BytesIO()
    write_register(
        target, "C", "P-00646", "2022-Q3", rows=[*LINES, {**LINES[0], "client": "KH-0009"}]
    )
    found = decided(target.getvalue(), tmp_path)
    (twice,) = [one for one in found.issues if one.code == "T013"]
    states = {
        (read_row(record.cell), record.field): state
        for record, state in found.records
        if record.text
    }
    last = read_row(twice.cell)
    assert {state for (row, _), state in states.items() if row == last} == {"blocked"}
    assert states[last - 2, "client"] == "accepted"


def test_a_note_in_old_letters_answers_no_warning(tmp_path: Path) -> None:
    def severity(note: str) -> list[str]:
        changed = resaved(
            lambda b, s: (s.__setitem__("E16", 3), s.__setitem__("G16", note)), right()
        )
        return [i.severity for i in decided(changed, tmp_path).issues if i.code == "rule-A03"]

    assert severity("Ph­êng ThÞnh LiÖt") == ["warning"]
    assert severity("đội mới lập") == ["info"]


def test_days_of_1904_are_read_rightly_and_asked_about(tmp_path: Path) -> None:
    target = BytesIO()
    write_register(target, "C", "P-00646", "2022-Q3", rows=LINES)
    sheet = parts_of(target.getvalue())[SHEET].content.decode()
    # 1 July 2022 is day 44,743 counted from 1900 and day 43,281 counted from 1904.
    shifted = re.sub(r"<v>(44[67]\d\d)</v>", lambda found: f"<v>{int(found[1]) - 1462}</v>", sheet)
    assert "<v>43281</v>" in shifted
    outcome = decided(
        dated_1904(with_parts(target.getvalue(), Part(SHEET, shifted.encode()))), tmp_path
    )
    assert {r.text for r, _ in outcome.records if r.field == "referral_date"} == {"2022-07-01"}
    (said,) = [one for one in outcome.issues if one.code == "V013"]
    assert (said.severity, said.sheet, len(said.cells)) == ("warning", "Mẫu C", 8)
    assert "2022-07-01" in said.build_message("vi")


def test_every_reader_of_a_file_is_told_the_same(tmp_path: Path) -> None:
    outcome = sent(linked(CELL), tmp_path)
    sentence = (
        "Ô Mẫu A!E11 lấy số từ tệp khác; hệ thống dùng số đã lưu trong ô. "
        "Hãy kiểm tra, rồi dán giá trị (Paste → Values)."
    )
    rows, _ = feedback.summarise_issues(outcome.issues, "vi")
    page, _ = submissions.correction_table(outcome, "vi", 50)
    reported = json.loads(json.dumps(ingest.build_report(outcome)["issues"]))
    assert [(r.severity, r.message) for r in rows if r.code == "F008"] == [("warning", sentence)]
    assert [(i["severity"], i["message_vi"]) for i in reported if i["code"] == "F008"] == [
        ("warning", sentence)
    ]
    assert sentence in page[page.columns[-1]].to_list()


def test_a_marked_workbook_names_the_cell_the_officer_wrote_in() -> None:
    ret = asked(typed("B4", "99999")).ret
    (moved,) = MarkedReturn(ret, [make_issue("V001", "Trang 7", "Q9", "#REF!")]).relocate_issues()
    assert moved.build_message("vi").startswith("Ô Q9 là lỗi #REF!")
