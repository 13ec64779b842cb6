"""CSV in the encodings and separators people use; a line that lost its columns refuses the file."""

import unicodedata

import pytest

from pipelines.spreadsheet.gate import inspect_file
from pipelines.spreadsheet.limits import ReaderLimits
from tests.intake.bad_inputs.base import errors, said
from tests.intake.bad_inputs.legacy_encodings import TCVN3

LINES = (
    "đơn vị,kỳ,mã,giá trị,ghi chú",
    "D-00646,2022-Q3,a01,7,phường Thịnh Liệt",
    "D-00646,2022-Q3,a02,12,họp tổ",
)
TEXT = "\r\n".join(LINES) + "\r\n"


def tcvn3(text: str) -> bytes:
    return "".join(TCVN3.get(c, c) for c in text).encode("latin-1")


def cells(data: bytes) -> list[str]:
    verdict = inspect_file(data, "a.csv", ReaderLimits())
    return [cell.text for cell in verdict.sheets[0].cells.values()] if verdict.sheets else []


@pytest.mark.parametrize(
    ("id", "data"),
    [
        ("g01 UTF-8", TEXT.encode()),
        ("g02 UTF-8 with BOM", TEXT.encode("utf-8-sig")),
        ("g03 semicolons", TEXT.replace(",", ";").encode()),
        ("g04 tabs", TEXT.replace(",", "\t").encode()),
        ("g05 UTF-16 LE with BOM", TEXT.replace(",", "\t").encode("utf-16")),
        ("g05 UTF-16 BE with BOM", b"\xfe\xff" + TEXT.encode("utf-16-be")),
        ("g20 sep=;", ("sep=;\r\n" + TEXT.replace(",", ";")).encode()),
        ("no line break at the end", TEXT.rstrip().encode()),
        ("old line ends", TEXT.replace("\r\n", "\n").encode()),
        ("empty lines", (TEXT + "\r\n\r\n").encode()),
        ("NFD", unicodedata.normalize("NFD", TEXT).encode()),
    ],
)
def test_a_csv_is_read_whatever_wrote_it(id: str, data: bytes) -> None:
    expected = [text for line in LINES for text in line.split(",")]
    assert [unicodedata.normalize("NFC", text) for text in cells(data)] == expected
    assert {severity for _, severity, _ in said(data, "a.csv")} <= {"info", "warning"}


def test_line_breaks_inside_quotes_stay_in_their_cell() -> None:
    assert cells((TEXT + 'D-00646,2022-Q3,a03,1,"hai\r\ndòng"\r\n').encode())[-1] == "hai\r\ndòng"


def test_windows_1258_is_turned_into_unicode_and_said() -> None:
    data = b"\xf0\xf5n vi\xf2,k\xfd\xcc,value\r\na,b,1\r\n"
    verdict = inspect_file(data, "a.csv", ReaderLimits())
    assert [one.code for one in verdict.issues] == ["E001"]
    assert verdict.sheets[0].cells[1, 1].text == "đơn vị"


@pytest.mark.parametrize(
    ("id", "data", "code", "cell"),
    [
        ("g07 TCVN3 bytes", tcvn3(TEXT), "U001", ""),
        ("g08 letters became ?", TEXT.encode("ascii", "replace"), "U006", ""),
        ("g10 an extra field", (TEXT + "D-00646,2022-Q3,a03,1,x,y\r\n").encode(), "T010", "A4"),
        ("g11 an unclosed quote", (TEXT + 'D-00646,2022-Q3,a03,1,"x\r\n').encode(), "T010", ""),
        ("g13 header only", (LINES[0] + "\r\n").encode(), "T008", ""),
        ("g14 zero bytes", b"", "F001", ""),
        ("g16 random bytes", bytes(range(256)) * 8, "F003", ""),
        ("g22 last line cut", TEXT[:-15].encode(), "T010", "A3"),
        ("cut inside a letter of UTF-16", TEXT.encode("utf-16")[:-1], "F002", ""),
        (
            "a long field",
            (TEXT + f"D-00646,2022-Q3,a03,1,{'x' * 40_000}\r\n").encode(),
            "S005",
            "A4",
        ),
        ("6 000 lines", (TEXT + "D-00646,2022-Q3,a03,1,x\r\n" * 6_000).encode(), "S006", ""),
    ],
)  # fmt: skip
def test_a_csv_that_cannot_be_trusted_is_refused(
    id: str, data: bytes, code: str, cell: str
) -> None:
    assert errors(data, "a.csv") == [(code, cell)]


def test_cells_that_start_like_formulas_are_named() -> None:
    data = (TEXT + "D-00646,2022-Q3,a03,1,=1+2\r\nD-00646,2022-Q3,a04,1,@x\r\n").encode()
    assert [one for one in errors(data, "a.csv") if one[0] == "U005"] == [
        ("U005", "E4"),
        ("U005", "E5"),
    ]


def test_codes_keep_their_zeros_and_numbers_are_numbers() -> None:
    verdict = inspect_file(b"unit,value\n00646,12\n", "a.csv", ReaderLimits())
    found = {at: (cell.kind, cell.value) for at, cell in verdict.sheets[0].cells.items()}
    assert found[2, 1] == ("text", "00646")
    assert found[2, 2] == ("number", 12)


def test_a_line_of_ten_megabytes_is_judged_at_once() -> None:
    assert errors(b"a" * (10 * 1024 * 1024), "a.csv") == [("S005", "A1")]
