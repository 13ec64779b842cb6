"""Bad sheets, cells and texts: the code and cell to report (docs/domain.md 8.2, 8.4)."""

# ruff: noqa: E501 - tables read better in one line a case

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.spreadsheet.model import column_name
from tests.intake.bad_inputs.base import (
    CELL,
    SHEET,
    STRINGS,
    WORKBOOK,
    good,
    packed,
    with_cell,
    with_row,
    with_sheet,
    with_text,
)
from tests.intake.bad_inputs.files import MAIN, Case
from tests.intake.bad_inputs.zips import Part, edited, parts_of, with_parts

FAR = '<row r="1048576"><c r="XFD1048576"{}</row>'
NOTE = "G11"


def many_sheets(count: int) -> bytes:
    more = "".join(f'<sheet name="s{i}" sheetId="{i + 50}" r:id="s{i}"/>' for i in range(count))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = "".join(
        f'<Relationship Id="s{i}" Type="{kind}" Target="worksheets/s{i}.xml"/>'
        for i in range(count)
    )
    data = edited(good(), WORKBOOK, "</sheets>", f"{more}</sheets>")
    data = edited(
        data, "xl/_rels/workbook.xml.rels", "</Relationships>", f"{relations}</Relationships>"
    )
    return with_parts(
        data,
        *(
            Part(f"xl/worksheets/s{i}.xml", MAIN + b"<sheetData/></worksheet>")
            for i in range(count)
        ),
    )


def wide(count: int) -> str:
    """Rows of 200 cells."""
    letters = [column_name(col) for col in range(1, 201)]
    return "".join(
        f'<row r="{r}">' + "".join(f'<c r="{x}{r}"><v>{r}</v></c>' for x in letters) + "</row>"
        for r in range(1, count + 1)
    )


def rows(count: int, first: int = 63) -> str:
    return "".join(
        f'<row r="{r}"><c r="B{r}"><v>1</v></c></row>' for r in range(first, first + count)
    )


SHEETS = (
    Case("c01 a stray cell in XFD1048576", lambda: with_row(FAR.format("><v>1</v></c>")), "S001", "XFD1048576"),
    Case("c01 a stray text", lambda: with_row(FAR.format(' t="inlineStr"><is><t>x</t></is></c>')), "S001", "XFD1048576"),
    Case("c03 a stray column", lambda: with_sheet('<c r="G11" s="15"/>', '<c r="ZZ11"><v>1</v></c>'), "S001", "ZZ11"),
    Case("c06 more than 5 000 rows", lambda: with_row(rows(5_200)), "S006", "B5001"),
    Case("c06 more than 100 000 cells", lambda: packed(Part(SHEET, MAIN + b"<sheetData>" + wide(501).encode() + b"</sheetData></worksheet>")), "S006"),
    Case("c07 cell reference AAAAAAAA1", lambda: with_sheet('r="E11"', 'r="AAAAAAAA1"'), "S002"),
    Case("c07 row number beyond the grid", lambda: with_sheet('<row r="11"', '<row r="4294967297"'), "S002"),
    Case("c07 a cell of another row", lambda: with_sheet('r="E11"', 'r="E12"'), "S002"),
    Case("c07 the same cell twice", lambda: with_sheet('<c r="E11" s="13">', '<c r="E11"><v>9</v></c><c r="E11" s="13">'), "S002"),
    Case("c08 a 5 MB string", lambda: edited(good(), STRINGS, "<si><t>", "<si><t>" + "ab1c" * 1_300_000), "S005"),
    Case("c10 one merge over everything", lambda: with_sheet("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "S003"),
    Case("c10 3 000 merges", lambda: with_sheet("</sheetData>", "</sheetData><mergeCells>" + "".join(f'<mergeCell ref="B{r}:C{r}"/>' for r in range(100, 3100)) + "</mergeCells>"), "S003"),
    Case("c11 100 sheets", lambda: many_sheets(100), "S004"),
    Case("d07 <v> is 'abc'", lambda: with_cell("<c {r}><v>abc</v></c>"), "F002"),
    Case("d07 a shared text that is not there", lambda: with_cell('<c {r} t="s"><v>99999</v></c>'), "F002"),
    Case("d07 an unknown type", lambda: with_cell('<c {r} t="zz"><v>1</v></c>'), "F002"),
)  # fmt: skip

#: In these only the named cell is not taken.
CELLS = (
    Case("d01 #REF!", lambda: with_cell('<c {r} t="e"><v>#REF!</v></c>'), "V001", CELL),
    Case("d01 a formula that gives #DIV/0!", lambda: with_cell('<c {r} t="e"><f>1/0</f><v>#DIV/0!</v></c>'), "V001", CELL),
    Case("d03 formula without a saved value", lambda: with_cell("<c {r}><f>SUM(A1:A2)</f></c>"), "V002", CELL),
    Case("d03 the same with an empty value", lambda: with_cell("<c {r}><f>SUM(A1:A2)</f><v/></c>"), "V002", CELL),
    Case("d09 NaN", lambda: with_cell("<c {r}><v>NaN</v></c>"), "V004", CELL),
    Case("d09 infinity", lambda: with_cell("<c {r}><v>1e999</v></c>"), "V004", CELL),
    Case("d10 -3", lambda: with_cell("<c {r}><v>-3</v></c>"), "V005", CELL),
    Case("d11 67.642", lambda: with_cell("<c {r}><v>67.642</v></c>"), "V006", CELL),
    Case("d12 1e15", lambda: with_cell("<c {r}><v>1e15</v></c>"), "V007", CELL),
    Case("d13 TRUE", lambda: with_cell('<c {r} t="b"><v>1</v></c>'), "V008", CELL),
    Case("d14 an ISO date in a count", lambda: with_cell('<c {r} t="d"><v>2022-07-05</v></c>'), "V009", CELL),
)  # fmt: skip

TEXTS = (
    Case("f04 Cyrillic А", lambda: with_text("Phường \u0410", NOTE), "U003", NOTE),
    Case("f06 TCVN3", lambda: with_text("Ph­êng ThÞnh LiÖt", NOTE), "U001", NOTE),
    Case("f07 VNI", lambda: with_text("Phöôøng Thònh Lieät", NOTE), "U001", NOTE),
    Case("f12 UTF-8 read as Latin-1", lambda: with_text("Phường Hà Nội".encode().decode("latin-1").replace("\x9d", ""), NOTE), "U001", NOTE),
    Case("f13 formula text", lambda: with_text("=1+2", NOTE), "U005", NOTE),
    Case("a control character", lambda: with_text("a_x0007_b", NOTE), "U004", NOTE),
    Case("V010 2 001 letters", lambda: with_text("a" * 2_001, NOTE), "V010", NOTE),
)  # fmt: skip


@dataclass(frozen=True)
class Fine:
    """A file that is taken whole; `note` is what is said all the same."""

    id: str
    build: Callable[[], bytes]
    note: tuple[tuple[str, str], ...] = ()
    name: str = "bao-cao.xlsx"


TAKEN = (
    Fine("ok", good),
    Fine("c02 one space in row 1 048 576", lambda: with_row(FAR.format(' t="inlineStr"><is><t xml:space="preserve"> </t></is></c>')), (("S001", "XFD1048576"),)),
    Fine("c02 a blank cell with a format far away", lambda: with_row(FAR.format(' s="1"/>'))),
    Fine("c04 a lying <dimension>", lambda: with_sheet('<dimension ref="A1:G62"/>', '<dimension ref="A1:XFD1048576"/>')),
    Fine("c05 an impossible <dimension>", lambda: with_sheet('<dimension ref="A1:G62"/>', '<dimension ref="A0:AZ9"/>')),
    Fine("d04 formula with a saved number", lambda: with_cell("<c {r}><f>SUM(1,2)</f><v>3</v></c>"), (("V003", CELL),)),
    Fine("a19 external link", lambda: with_parts(with_cell("<c {r}><f>[1]S!A1</f><v>3</v></c>")), (("F008", CELL), ("V003", CELL))),
    Fine("d06 style index 9999", lambda: with_cell('<c {r} s="9999"><v>3</v></c>')),
    Fine("d36 rows out of order", lambda: turned()),
    Fine("d37 cells without r=", lambda: bare()),
    Fine("f01 NFD", lambda: with_text("Thanh Lie\u0323\u0302t", NOTE)),
    Fine("f03 zero-width space inside", lambda: with_text("Thanh\u200b Liệt", NOTE), (("U002", NOTE),)),
    Fine("f09 spaces around", lambda: with_text("  Thanh Liệt ", NOTE)),
    Fine("f18 line break inside", lambda: with_text("Thanh\nLiệt", NOTE)),
)  # fmt: skip


def turned() -> bytes:
    """The last row written before the first."""
    sheet = parts_of(good())[SHEET].content.decode()
    head, _, rest = sheet.partition("<sheetData>")
    data, _, tail = rest.partition("</sheetData>")
    at = data.rindex("<row ")
    return packed(
        Part(SHEET, f"{head}<sheetData>{data[at:]}{data[:at]}</sheetData>{tail}".encode())
    )


def bare() -> bytes:
    """Row 11 as some exporters write it: its cells in order, without addresses."""
    sheet = parts_of(good())[SHEET].content.decode()
    row = sheet[sheet.index('<row r="11"') : sheet.index('<row r="12"')]
    plain = row
    for column in "ABCDEFG":
        plain = plain.replace(f' r="{column}11"', "")
    return with_sheet(row, plain)
