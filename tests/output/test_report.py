"""Every number in Word, PDF, page and workbook is that of `caunoi kpi`.

The files are read back by other libraries.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
import pytest
from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from pipelines import kpi, settings
from pipelines.demo import load
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.output.report import Report, compose_report, render_report
from pipelines.privacy.scope import PUBLIC, Scope
from tests.output.document_readers import PERIOD, PLACE, Line, vietnamese

NUMBER = re.compile(r"[+−]?\d[\d.,]*")


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def by_label(rows: Iterable[list[str]]) -> dict[str, list[str]]:
    return {
        row[0].strip(): [cell.replace("\u00a0", " ").strip() for cell in row]
        for row in rows
        if len(row) == 6
    }


def test_word_has_the_figures_of_the_command_line(
    files: dict[str, bytes], expected: dict[str, Line]
) -> None:
    found = docx.Document(io.BytesIO(files["docx"]))
    rows = by_label(
        [cell.text for cell in row.cells] for table in found.tables for row in table.rows
    )
    assert {label: tuple(rows[label]) for label in expected} == {
        label: line.cells for label, line in expected.items()
    }
    assert len(expected) > 40


def test_the_page_has_the_figures_of_the_command_line(
    files: dict[str, bytes], expected: dict[str, Line]
) -> None:
    page = html.fromstring(files["html"].decode())
    every = [row for row in page.iter("tr") if len(row) == 6]
    rows = by_label([cell.text_content() for cell in row] for row in every)
    assert {label: tuple(rows[label]) for label in expected} == {
        label: line.cells for label, line in expected.items()
    }
    unrounded = {row[0].text_content(): row[2].get("data-value") for row in every}
    assert {c: None if v is None else float(v) for c, v in unrounded.items() if c in expected} == {
        label: line.now for label, line in expected.items()
    }


def test_the_pdf_has_the_figures_of_the_command_line(
    files: dict[str, bytes], expected: dict[str, Line]
) -> None:
    text = plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages))
    assert [
        line.cells for line in expected.values() if plain("".join(line.cells)) not in text
    ] == []


def test_the_workbook_has_the_figures_of_the_command_line(
    files: dict[str, bytes], expected: dict[str, Line]
) -> None:
    book = load_workbook(io.BytesIO(files["xlsx"]))
    rows = {
        str(row[0].value): row
        for page in book
        for row in page.iter_rows(max_col=6)
        if row[5].value is not None
    }
    for label, line in expected.items():
        for cell, number, text in ((rows[label][2], line.now, 2), (rows[label][3], line.then, 3)):
            assert cell.value == (
                line.cells[text] if number is None else pytest.approx(number, rel=1e-12)
            ), label
        partial = "†" in line.cells[2]
        assert (rows[label][2].comment is not None) >= partial


def test_the_appendix_adds_up_to_what_the_command_line_says_of_each_ward(
    demo: WarehouseReader, report: Report
) -> None:
    wards = kpi.values("T03", ["ward"], PERIOD, [PLACE], store=demo)
    known = dict(wards.select("ward_name", "value").rows())
    assert {row[0].text: row[1].value for row in report.appendix.rows} == known


def test_every_number_in_a_sentence_stands_in_a_table(report: Report) -> None:
    """Dates, the year, B93 and "01 hình thức" apart, a sentence holds no number of its own."""
    for section in report.sections[:-1]:
        assert section.table
        cells = {n for row in section.table.rows for cell in row for n in NUMBER.findall(cell.text)}
        cells |= {n.lstrip("+−") for n in cells} | {
            "14/12/2022",
            "01",
            "93",
            "2021",
            "30",
            "14",
            "12",
            "2022",
        }
        said = [p for p in section.paragraphs if not p.startswith("†")]
        told = {n.rstrip(".,") for p in said for n in NUMBER.findall(p)}
        money = {
            n
            for n in told
            if re.search(rf"{re.escape(n)}.(triệu|tỷ) đồng", " ".join(section.paragraphs))
        }
        assert told - money <= cells, section.name


def test_a_sum_of_money_in_words_is_the_tables(demo: WarehouseReader) -> None:
    loans = kpi.values("V08", (), PERIOD, store=demo)["value"].item()
    told = " ".join(p for s in compose_report(demo, PERIOD).sections for p in s.paragraphs)
    assert loans > 1e9
    assert f"{vietnamese(loans / 1e9, 2).rstrip('0').rstrip(',')} tỷ đồng" in told.replace(
        "\u00a0", " "
    )


def test_partial_figures_are_marked_and_missing_returns_named(demo: WarehouseReader) -> None:
    whole = compose_report(demo, "2022-Y")
    rows = [row for s in whole.sections if s.table for row in s.table.rows]
    short = [row for row in rows if row[2].partial]
    assert short
    assert all("†" in row[2].text for row in short)
    assert [row for row in rows if "†" in row[2].text and not row[2].partial] == []
    said = [p.replace("\u00a0", " ") for s in whole.sections for p in s.paragraphs]
    assert "† Các chỉ tiêu có dấu này thiếu 9 số (9 chưa nộp)." in " ".join(said)
    told = " ".join(p for p in said if not p.startswith("†"))
    assert re.search(r"\d† lượt", told)
    assert not re.search(r"(?<!đồng)(?<![\d%])†", told)
    n = kpi.missing("2022-Y", store=demo).height
    assert f"{n} báo cáo chưa nộp" in whole.sections[-1].paragraphs[-1]


def test_the_demonstration_says_so_in_every_file(report: Report, files: dict[str, bytes]) -> None:
    assert report.demo.startswith("SỐ LIỆU TRÌNH DIỄN")
    word = docx.Document(io.BytesIO(files["docx"]))
    assert any(report.demo == p.text for p in word.paragraphs)
    assert plain(report.demo) in plain(PdfReader(io.BytesIO(files["pdf"])).pages[0].extract_text())
    assert report.demo in html.fromstring(files["html"].decode()).text_content()
    summary = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert report.demo in [row[0].value for row in summary.iter_rows(max_col=1)]


def test_the_pdf_is_one_a_screen_reader_can_follow(files: dict[str, bytes], report: Report) -> None:
    pdf = PdfReader(io.BytesIO(files["pdf"]))
    root = pdf.trailer["/Root"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_object().get_data()
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("vi-VN", True)
    assert "/StructTreeRoot" in root
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{report.title} – {report.subtitle}"


def test_pictures_in_word_say_what_they_show(files: dict[str, bytes], report: Report) -> None:
    body = docx.Document(io.BytesIO(files["docx"])).element.body
    told = [p.get("descr") for p in body.iter("{*}docPr")]
    assert told == [d.picture.alt for s in report.sections for d in s.drawings]
    assert len(told) > 3


def test_the_workbook_draws_every_picture_from_its_own_cells(
    files: dict[str, bytes], report: Report
) -> None:
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as parts:
        drawn = [
            parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/charts/chart")
        ]
    assert len(drawn) == sum(len(s.drawings) for s in report.sections) > 3
    assert all("<c:f>" in chart for chart in drawn)


def test_an_office_fills_its_own_template(
    report: Report, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("office") / "own.docx"
    made = docx.Document()
    made.add_paragraph("{{ letterhead.office }}: {{ sections[0].paragraphs[0] }}")
    made.save(str(own))
    filled = docx.Document(io.BytesIO(render_report(report, "docx", own)))
    assert (
        filled.paragraphs[0].text
        == f"{report.letterhead.office}: {report.sections[0].paragraphs[0]}"
    )


@pytest.mark.parametrize("scope", [PUBLIC, Scope("district", frozenset({"001"}))])
def test_a_reader_without_the_right_sees_no_protected_number(
    demo: WarehouseReader, scope: Scope
) -> None:
    seen = compose_report(demo, PERIOD, [PLACE], scope=scope)
    rows = {row[0].text: row for s in seen.sections if s.table for row in s.table.rows}
    assert (rows["Khách hàng mới"][2].text, rows["Khách hàng mới"][2].value) == ("*", None)
    assert rows["Số tình nguyện viên"][2].value is not None


def test_english_is_complete(demo: WarehouseReader) -> None:
    told = render_report(compose_report(demo, PERIOD, [PLACE], language="en"), "html").decode()
    assert "DEMONSTRATION DATA" in told
    assert "Chỉ tiêu" not in told


def test_a_period_of_which_nothing_is_known_gets_no_report(demo: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        compose_report(demo, "2024-Y")
    assert refused.value.code == "report_empty"


def test_a_report_marks_the_events_of_its_home_in_pictures_and_opening(
    demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for part in ("builds", "ledger"):
        (home / part).symlink_to(demo_home / part)
    shutil.copy(load.EVENTS, home / "events.toml")
    with kpi.open_store(settings.load_settings(home)) as store:
        report = compose_report(store, "2021-Q3", ["002"], language="en")
        later = compose_report(store, "2023-Y", language="en")
    notes = [
        note["text"]
        for section in report.sections
        for drawing in section.drawings
        for note in drawing.picture.figure["layout"].get("annotations", [])
    ]
    assert "Restrictions" in notes
    assert "24 Jul 2021–6 Sep 2021, the whole city" in report.opening[-1]
    assert not any("2021" in sentence for sentence in later.opening[1:])


def test_a_count_does_not_stand_under_a_percent_sign_alone(demo_home: Path) -> None:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        report = compose_report(store, "2022-Q3", ["002"], language="en")
    rows = [[cell.text for cell in row] for part in report.sections for row in part.table.rows]
    counted = [row for row in rows if any(re.fullmatch(r"\d+ of \d+", cell) for cell in row)]
    assert counted and all(row[1] == "" for row in counted)


def test_a_reports_changes_are_those_of_the_values_shown(demo_home: Path) -> None:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        report = compose_report(store, "2023-Y", language="vi")
    for part in report.sections:
        for _, _, now, then, change, _ in part.table.rows:
            if change.value is not None and now.value is not None and then.value is not None:
                places = change.decimals
                shown = round(now.value, places) - round(then.value, places)
                assert round(shown - change.value, 6) == 0


def test_a_report_in_one_geography_says_so_and_keeps_ranges_as_words(
    demo: WarehouseReader,
) -> None:
    report = compose_report(demo, "2023-Y", ["00643"], geography="126", language="en")
    assert any("126 administrative units" in text for text in report.opening)
    cells = [cell for section in report.sections for row in section.table.rows for cell in row]
    ranges = [cell for cell in cells if " to " in cell.text]
    assert ranges
    assert all(cell.value is None for cell in ranges)
