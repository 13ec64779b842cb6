"""Parts are found by relationship and content type, and their names compared as OPC says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipelines.spreadsheet.container import find_part_name
from pipelines.spreadsheet.gate import inspect_file, read_workbook
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import CellValue
from tests.intake.bad_inputs.base import SHEET, STRINGS, STYLES, TYPES, WORKBOOK, good
from tests.intake.bad_inputs.files import DDE, related
from tests.intake.bad_inputs.zips import Part, edited, pack, parts_of, with_parts

LIMITS = ReaderLimits()
ROOT, RELATIONS = "_rels/.rels", "xl/_rels/workbook.xml.rels"
Values = dict[str, dict[tuple[int, int], CellValue]]


def values(data: bytes) -> Values:
    inspection = inspect_file(data, "a.xlsx", LIMITS)
    assert inspection.issues == []
    book, issues = read_workbook(data, inspection, LIMITS)
    assert issues == []
    return {s.name: {at: cell.value for at, cell in s.cells.items()} for s in book.sheets}


def refusal(data: bytes) -> str:
    inspection = inspect_file(data, "a.xlsx", LIMITS)
    assert inspection.kind is None
    return inspection.issues[0].code


def renamed(*names: tuple[str, str]) -> bytes:
    """The good return with parts under other names."""
    new_names = dict(names)
    parts = parts_of(good()).values()
    return pack(replace(part, name=new_names.get(part.name, part.name)) for part in parts)


def main_part(name: str) -> bytes:
    """The good return whose main part has another name."""
    folder, _, stem = name.rpartition("/")
    data = renamed((WORKBOOK, name), (RELATIONS, f"{folder}/_rels/{stem}.rels"))
    data = edited(data, ROOT, WORKBOOK, name)
    return edited(data, TYPES, WORKBOOK, name)


def local_byte(offset: int, value: int) -> bytes:
    """The good return with a byte of its first local header changed."""
    data = bytearray(good())
    assert data[:4] == b"PK\x03\x04"
    data[offset] = value
    return bytes(data)


HARMLESS: dict[str, Callable[[], bytes]] = {
    "another main part": lambda: main_part("xl/workbook22.xml"),
    "main part in capitals": lambda: renamed((WORKBOOK, "xl/Workbook.xml")),
    "styles in capitals": lambda: renamed((STYLES, "xl/STYLES.xml")),
    "texts in capitals": lambda: renamed((STRINGS, "xl/SharedStrings.XML")),
    "sheet in capitals": lambda: renamed((SHEET, "xl/Worksheets/Sheet1.xml")),
    "types in small letters": lambda: renamed((TYPES, "[content_types].xml")),
    "backslash in a target": lambda: edited(
        good(), RELATIONS, "worksheets/sheet1.xml", "worksheets\\sheet1.xml"
    ),
    "absolute target": lambda: edited(
        good(), RELATIONS, 'Target="worksheets/sheet1.xml"', 'Target="/xl/worksheets/sheet1.xml"'
    ),
    "encoded letters in a target": lambda: edited(good(), RELATIONS, "sheet1.xml", "sheet%31.xml"),
    "a step up in a target": lambda: edited(
        good(), RELATIONS, "worksheets/sheet1.xml", "theme/../worksheets/sheet1.xml"
    ),
    "kind of the main part in capitals": lambda: edited(good(), TYPES, "vnd.open", "VND.open"),
    "a note behind the package": lambda: good()[:-2] + b"\x05\x00xuat2",
    "another name for the styles": lambda: edited(
        edited(renamed((STYLES, "xl/styles7.xml")), RELATIONS, "styles.xml", "styles7.xml"),
        TYPES,
        "styles.xml",
        "styles7.xml",
    ),
    "no relations of the package": lambda: with_parts(good(), without=(ROOT,)),
    "how hard it was packed": lambda: local_byte(6, 0x2),
    "name called UTF-8 once": lambda: local_byte(7, 0x8),
    "sizes said to follow": lambda: local_byte(6, 0x8),
    "version needed": lambda: local_byte(4, 45),
    "local name in capitals": lambda: with_parts(
        good(), replace(parts_of(good())[STYLES], local_name=STYLES.upper())
    ),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_differs_harmlessly_reads_as_before(change: Callable[[], bytes]) -> None:
    assert values(change()) == values(good())


def macro_by_relation() -> bytes:
    return related("vbaProject", "media/image1.xml", Part("xl/media/image1.xml", b"<x/>"))


def dde_by_type() -> bytes:
    data = with_parts(good(), Part("xl/other.xml", DDE))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    override = f'<Override PartName="/xl/other.xml" ContentType="{kind}"/></Types>'
    return edited(data, TYPES, "</Types>", override)


def two_main_parts() -> bytes:
    root = parts_of(good())[ROOT].content.decode()
    start = root.index("<Relationship ", root.index("officeDocument") - 200)
    one = root[start : root.index("/>", start) + 2]
    other = one.replace('Id="rId1"', 'Id="rId99"')
    return edited(good(), ROOT, "</Relationships>", f"{other}</Relationships>")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a macro by its relation": (macro_by_relation, "F007"),
    "a DDE link by its relation": (
        lambda: related("externalLink", "other.xml", Part("xl/other.xml", DDE)),
        "F008",
    ),
    "a DDE link by its type": (dde_by_type, "F008"),
    "a DDE link in capitals": (
        lambda: with_parts(good(), Part("XL/ExternalLinks/a.xml", DDE)),
        "F008",
    ),
    "two main parts": (two_main_parts, "F006"),
    "a document of another kind": (
        lambda: edited(
            main_part("word/document.xml"),
            TYPES,
            "spreadsheetml.sheet.main",
            "wordprocessingml.document.main",
        ),
        "F003",
    ),
    "a main part that is not there": (lambda: edited(good(), ROOT, WORKBOOK, "xl/no.xml"), "F003"),
    "a target outside the package": (
        lambda: edited(good(), RELATIONS, "worksheets/sheet1.xml", "..\\..\\..\\etc\\passwd"),
        "F002",
    ),
    "names equal but for their case": (
        lambda: with_parts(good(), Part("XL/Workbook.xml", b"<x/>")),
        "F006",
    ),
    "encrypted in the local header": (lambda: local_byte(6, 0x1), "F006"),
    "another method in the local header": (lambda: local_byte(8, 0), "F006"),
    "another size in the local header": (lambda: local_byte(22, 1), "F006"),
    "a note longer than a word": (lambda: good()[:-2] + b"\x00\x02" + b"x" * 512, "F002"),
    "a second end record in the note": (
        lambda: good()[:-2] + b"\x16\x00PK\x05\x06" + bytes(18),
        "F006",
    ),
    "bytes behind the package": (lambda: good() + b"\r\n", "F002"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_what_hides_behind_names_is_refused_all_the_same(
    change: Callable[[], bytes], code: str
) -> None:
    assert refusal(change()) == code


def test_only_ascii_letters_are_equal_in_either_case() -> None:
    assert find_part_name(["xl/A.xml"], "XL/a.XML") == "xl/A.xml"
    assert find_part_name(["xl/đ.xml"], "xl/Đ.xml") == "xl/Đ.xml"
    assert find_part_name(["xl/\u212a.xml"], "xl/k.xml") == "xl/k.xml"
