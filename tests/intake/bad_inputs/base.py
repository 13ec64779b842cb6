"""Our own form A, filled, and what is changed in it."""

import re
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from pipelines import catalog
from pipelines.intake.parsing import parse_return
from pipelines.intake.sandbox import RETURN_PARSER
from pipelines.intake.sandbox_worker import SandboxTask, WorkerReply, parse_file
from pipelines.intake.templates import write_form
from pipelines.reference import places
from pipelines.settings import Settings
from tests.intake.bad_inputs.zips import Part, edited, parts_of, with_parts

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
WORKBOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
NAME = "Mẫu A"
#: The cell of the first field, a01, whose number is 1.
CELL = "E11"
TODAY = date(2024, 3, 1)


@cache
def good() -> bytes:
    """A filled return of one team: every count is 1, so nothing is blank."""
    values = {code: 1 for code, field in catalog.fields().items() if field.form == "A"}
    target = BytesIO()
    write_form(target, "A", "D-00646", "2022-Q3", values=values)
    return target.getvalue()


def with_cell(xml: str, where: str = CELL) -> bytes:
    """The good return with the whole element of one cell replaced; `{r}` stands for its address."""
    sheet = parts_of(good())[SHEET].content.decode()
    found = re.search(rf'<c r="{where}"[^>]*?(?:/>|>.*?</c>)', sheet)
    assert found, where
    content = sheet.replace(found[0], xml.replace("{r}", f'r="{where}"'), 1)
    return with_parts(good(), Part(SHEET, content.encode()))


def with_text(text: str, where: str = CELL) -> bytes:
    """The good return with a text typed into one cell."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return with_cell(
        f'<c {{r}} t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>', where
    )


def with_sheet(old: str, new: str) -> bytes:
    """The good return with something replaced in the XML of its form sheet."""
    return edited(good(), SHEET, old, new)


def with_row(xml: str) -> bytes:
    """The good return with rows added after its last one."""
    return with_sheet("</sheetData>", f"{xml}</sheetData>")


def with_styles(data: bytes, xf: str, fmt: str = "") -> tuple[bytes, int]:
    """Return the workbook with one more cell format (and number format 199), and its index."""
    styles = parts_of(data)[STYLES].content.decode()
    found = re.search(r'<cellXfs count="(\d+)">', styles)
    assert found
    styles = styles.replace("</cellXfs>", f"{xf}</cellXfs>")
    if fmt:
        told = f'<numFmts count="1"><numFmt numFmtId="199" formatCode="{fmt}"/></numFmts>'
        styles = styles.replace("<fonts", f"{told}<fonts", 1)
    return with_parts(data, Part(STYLES, styles.encode())), int(found[1])


def asked(data: bytes, name: str = "bao-cao.xlsx") -> WorkerReply:
    """What gate, reader and form say of a file, in this process."""
    task = SandboxTask(Settings(home=Path()), RETURN_PARSER, TODAY)
    return parse_file(name, data, task, parse_return, places.load_places())


def said(data: bytes, name: str = "bao-cao.xlsx") -> list[tuple[str, str, str]]:
    """(code, severity, cell) of everything that is said of a file."""
    heard = asked(data, name)
    issues = [*heard.issues, *(heard.ret.issues if heard.ret else [])]
    return [(one.code, one.severity, one.cell) for one in issues]


def errors(data: bytes, name: str = "bao-cao.xlsx") -> list[tuple[str, str]]:
    """(code, cell) of what is wrong."""
    return [(code, cell) for code, severity, cell in said(data, name) if severity == "error"]


def packed(*parts: Part) -> bytes:
    """The good return with parts replaced or added."""
    return with_parts(good(), *parts)
