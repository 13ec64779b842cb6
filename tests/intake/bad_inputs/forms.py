"""Our form as officers change it: hidden rows, moved headers, other units (docs/domain.md 8.5)."""

# ruff: noqa: E501 - tables read better in one line a case

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from pipelines import catalog
from pipelines.intake.templates import write_district
from pipelines.reference import places
from tests.intake.bad_inputs.base import CELL, NAME, good, with_sheet, with_styles, with_text
from tests.intake.bad_inputs.cells import Fine
from tests.intake.bad_inputs.files import Case
from tests.intake.bad_inputs.zips import edited, parts_of

UNIT, CODE, PERIOD = "B3", "B4", "B5"


def resaved(
    change: Callable[[openpyxl.Workbook, Worksheet], object], data: bytes | None = None
) -> bytes:
    """The good return opened, changed and saved by another program."""
    book = openpyxl.load_workbook(BytesIO(data or good()))
    change(book, book[NAME])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def district(changes: dict[str, object]) -> bytes:
    """A filled district workbook of Long Biên with cells changed by address."""
    codes = [code for code, field in catalog.fields().items() if field.form == "A"]
    target = BytesIO()
    communes = places.load_places().communes_of("004", date(2022, 9, 30))
    values = {f"D-{place.code}": dict.fromkeys(codes, 1) for place in communes}
    write_district(target, "A", "004", "2022-Q3", values=values)

    def change(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        for where, value in changes.items():
            sheet[where] = value

    return resaved(change, target.getvalue())


def personal(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    for column, title in enumerate(("Họ tên", "CCCD", "Số điện thoại"), start=8):
        sheet.cell(9, column, title)
        sheet.cell(11, column, ("Nguyễn Văn An", "001099012345", "0912345678")[column - 8])


def commented(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet[CELL].comment = Comment("Anh Nguyễn Văn An, 0912345678", "x")


def dated(serial: str) -> bytes:
    data, style = with_styles(
        with_sheet('<c r="B5" s="5" t="s">', '<c r="B5" s="ZZ" t="s">'), '<xf numFmtId="14"/>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    content = parts_of(data)[sheet].content.decode()
    at = content.index('<c r="B5"')
    whole = content[at : content.index("</c>", at) + 4]
    return edited(data, sheet, whole, f'<c r="B5" s="{style}"><v>{serial}</v></c>')


REFUSED = (
    Case("d21 veryHidden sheet", lambda: resaved(lambda b, s: setattr(b.create_sheet("Ẩn"), "sheet_state", "veryHidden")), "P002"),
    Case("d25 some other form", lambda: resaved(lambda b, s: (s.delete_rows(1, 70), s.append(["Họ", "Lớp", "Điểm"]), s.append(["a", 1, 2]))), "T002"),
    Case("d27 no 'Chỉ tiêu' column", lambda: resaved(lambda b, s: s.delete_cols(2)), "T005"),
    Case("d28 columns of personal data", lambda: resaved(personal), "P001"),
    Case("d30 a comment with a name and a phone number", lambda: resaved(commented), "P001"),
    Case("d31 two sheets that look like the form", lambda: resaved(lambda b, s: b.copy_worksheet(s)), "T007"),
    Case("d39 period 2031-01", lambda: with_text("2031-Q1", PERIOD), "V012"),
    Case("d16 serial 60", lambda: dated("60"), "V013"),
    Case("d18 serial 9e9", lambda: dated("9000000000"), "V013"),
    Case("d19 an ISO date as the period", lambda: with_sheet('<c r="B5" s="5" t="s">', '<c r="B5" t="d"><v>2022-07-05</v></c><c r="H5" t="s">'), "V033"),
)  # fmt: skip

#: Only the named cell, or its row, is not taken.
DOUBTED = (
    Case("d40 a ward code not in the list", lambda: district({"A12": "99999"}), "V014", "A12"),
    Case("d43 the code of ward A with the name of ward B", lambda: district({"B12": "Phường Ngọc Thụy"}), "V017", "B12"),
    Case("e10 words in a district's count", lambda: district({"C12": "60 triệu đồng"}), "V023", "C12"),
)  # fmt: skip

NOTED = (
    Fine("d22 hidden rows", lambda: with_sheet('<row r="12"', '<row r="12" hidden="1"'), (("T006", ""),)),
    Fine("d24 three rows above the header", lambda: resaved(lambda b, s: s.insert_rows(1, 3)), (("T001", ""),)),
    Fine("d42 a ward code without its zeros", lambda: district({"A12": 115}), (("V016", "A12"),)),
)  # fmt: skip
