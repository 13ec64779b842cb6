"""Bad containers and XML: the code, severity and cell to report (docs/domain.md 8.3)."""

# ruff: noqa: E501 - tables read better in one line a case

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.intake.bad_inputs.base import (
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    WORKBOOK,
    good,
    packed,
    with_sheet,
)
from tests.intake.bad_inputs.zips import Part, edited, pack, parts_of, repeated, with_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
DOCTYPE = b"<?xml version='1.0'?><!DOCTYPE x ["
RELATION = '<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'


@dataclass(frozen=True)
class Case:
    """One bad file: what is sent, under which name, what must be said first."""

    id: str
    build: Callable[[], bytes]
    code: str
    cell: str = ""
    name: str = "bao-cao.xlsx"


def sheet_of(content: bytes) -> bytes:
    return packed(Part(SHEET, content))


def bomb(unit: bytes, times: int, head: bytes, tail: bytes, name: str = SHEET) -> bytes:
    """A part that is huge unpacked; its CRC is never reached."""
    raw = repeated(unit, times, head, tail)
    return packed(Part(name, b"", raw=raw, size=len(head) + len(unit) * times + len(tail), crc=1))


def flipped() -> bytes:
    """One byte of the sheet's packed data flipped: an unpacked sheet with one letter changed, its old CRC kept."""
    part = parts_of(good())[SHEET]
    changed = part.content.replace(b"<v>1</v>", b"<v>7</v>", 1)
    return packed(Part(SHEET, changed, crc=zlib.crc32(part.content)))


def twice() -> bytes:
    part = parts_of(good())[SHEET]
    other = Part(SHEET, part.content.replace(b"<v>1</v>", b"<v>99999</v>"))
    return pack([*parts_of(good()).values(), other])


def related(kind: str, target: str, *parts: Part) -> bytes:
    """The good return with one more part, related to the workbook."""
    data = with_parts(good(), *parts)
    return edited(
        data,
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        RELATION.format(kind, target) + "</Relationships>",
    )


def with_formula(formula: str, *parts: Part) -> bytes:
    data = with_sheet(
        '<c r="E11" s="13"><v>1</v></c>', f'<c r="E11" s="13"><f>{formula}</f><v>1</v></c>'
    )
    return with_parts(data, *parts)


def entities(first: bytes, body: bytes = b"&e;") -> bytes:
    return DOCTYPE + first + b"]>" + MAIN + b"<sheetData>" + body + b"</sheetData></worksheet>"


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %s "%s">' % (bytes([98 + i]), b"&%s;" % bytes([97 + i]) * 10) for i in range(9)
)
LINK = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><externalBook r:id="rId1"/></externalLink>'
)
DDE = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
)

CONTAINERS = (
    Case("a01 zero bytes", lambda: b"", "F001"),
    Case("a02 a text file with an .xlsx name", lambda: "Báo cáo quý 3".encode(), "F003"),
    Case("a04 a true old .xls", lambda: OLE + "Workbook".encode("utf-16-le"), "F004", name="bc.xls"),
    Case("a04 an older one still", lambda: b"\x09\x08\x10\x00\x00\x05\x05\x00" + bytes(500), "F004", name="bc.xls"),
    Case("a05 HTML table saved as .xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "F003", name="b.xls"),
    Case("a06 password", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "F005"),
    Case("a07 last 40 percent missing", lambda: good()[: len(good()) * 6 // 10], "F002"),
    Case("a08 one byte of the sheet flipped", flipped, "F002"),
    Case("a10 without xl/workbook.xml", lambda: with_parts(good(), without=(WORKBOOK,)), "F003"),
    Case("a11 without [Content_Types].xml", lambda: with_parts(good(), without=(TYPES,)), "F003"),
    Case("a12 some other zip", lambda: pack([Part("a.txt", b"x")]), "F003"),
    Case("a13 two entries with one name", twice, "F006"),
    Case("a13 two entries with one name in other letters", lambda: packed(Part("XL/workbook.XML", b"x")), "F006"),
    Case("a14 entry ../../x", lambda: packed(Part("../../x", b"x")), "F006"),
    Case("a14 entry with an absolute name", lambda: packed(Part("/etc/x", b"x")), "F006"),
    Case("a14 entry with backslashes", lambda: packed(Part("xl\\x.xml", b"x")), "F006"),
    Case("a16 bzip2", lambda: packed(Part(SHEET, b"x", method=12, raw=b"BZh9")), "F006"),
    Case("a17 vbaProject", lambda: packed(Part("xl/vbaProject.bin", b"x")), "F007"),
    Case("a17 macro type", lambda: edited(good(), TYPES, "sheet.main+xml", "sheet.macroEnabled.main+xml"), "F007"),
    Case("a18 embedded object", lambda: packed(Part("xl/embeddings/oleObject1.bin", b"x")), "F007"),
    Case("a19 link by a formula", lambda: with_formula("[1]Sheet1!A1", Part("xl/externalLinks/externalLink1.xml", LINK)), "F008", "E11"),
    Case("a20 DDE formula", lambda: with_formula("cmd|'/C calc'!A0"), "F008", "E11"),
    Case("a20 DDE link", lambda: packed(Part("xl/externalLinks/externalLink1.xml", DDE)), "F008"),
    Case("a20 a call to the web", lambda: with_formula('WEBSERVICE("http://x/")'), "F008", "E11"),
    Case("a22 1 KB of other bytes after the zip", lambda: good() + bytes(1024), "F002"),
    Case("a23 a PDF header before the zip", lambda: b"%PDF-1.7\n" + good(), "F003"),
    Case("a24 other bytes after PK before the zip", lambda: b"PK\x03\x04" + good(), "F006"),
    Case("a25 20 000 entries", lambda: pack(Part(f"x{i}", b"", method=0) for i in range(20_000)), "F006"),
    Case("a26 owner file by its name", lambda: b"\x05Hoang" + bytes(159), "F010", name="~$BaoCao.xlsx"),
    Case("a26 owner file by its shape", lambda: b"\x05Hoang" + b" " * 49 + b"\x05\x00" + bytes(108), "F010"),
    Case("local name differs", lambda: packed(Part("xl/a.xml", b"x", local_name="xl/b.xml")), "F006"),
    Case("declared size too small", lambda: packed(Part("xl/a.xml", b"x" * 900, size=90)), "F006"),
    Case("encrypted entry", lambda: packed(Part("xl/a.xml", b"x", flags=1)), "F005"),
    Case("more than 10 MB", lambda: b"PK" + bytes(11 * 1024 * 1024), "F011"),
    Case("g16 random bytes with a .csv name", lambda: bytes(range(256)) * 4, "F003", name="a.csv"),
    Case("g17 an .xlsx with a .csv name", good, "F003", name="a.csv"),
    Case("no sheet", lambda: packed(Part(WORKBOOK, b'<workbook xmlns="x"><sheets/></workbook>')), "F009"),
)  # fmt: skip

XML = (
    Case("b01 nested entities in the sheet", lambda: sheet_of(entities(LAUGHS, b"&j;")), "X001"),
    Case("b02 nested entities in sharedStrings", lambda: packed(Part(STRINGS, entities(LAUGHS, b"&j;"))), "X001"),
    Case("b03 entity in the workbook", lambda: packed(Part(WORKBOOK, entities(LAUGHS, b""))), "X001"),
    Case("b04 one 100 kB entity used 2 000 times", lambda: sheet_of(entities(b'<!ENTITY e "%s">' % (b"a" * 100_000), b"&e;" * 2000)), "X001"),
    Case("b05 external entity", lambda: sheet_of(entities(b'<!ENTITY e SYSTEM "file:///etc/passwd">')), "X001"),
    Case("b07 200 000 nested elements", lambda: sheet_of(MAIN + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</worksheet>"), "S005"),
    Case("b08 sheet XML cut in the middle", lambda: sheet_of(parts_of(good())[SHEET].content[:9000]), "F002"),
    Case("b09 UTF-16", lambda: sheet_of(parts_of(good())[SHEET].content.decode().encode("utf-16")), "X003"),
    Case("b09 another encoding", lambda: sheet_of(b"<?xml version='1.0' encoding='iso-8859-1'?>" + MAIN + b"</worksheet>"), "X003"),
    Case("b09 no letters of UTF-8", lambda: with_parts(good(), Part(STRINGS, b"<sst><si><t>\xe9\xff</t></si></sst>")), "X003"),
    Case("b10 100 000 attributes", lambda: sheet_of(MAIN + b"<a %s/></worksheet>" % b" ".join(b"a%d='1'" % i for i in range(100_000))), "X002"),
    Case("b12 200 nested elements", lambda: with_sheet("</worksheet>", "<extLst>" * 200 + "</extLst>" * 200 + "</worksheet>"), "X002"),
    Case("b12 nested in the styles", lambda: edited(good(), STYLES, "</styleSheet>", "<x>" * 40 + "</x>" * 40 + "</styleSheet>"), "X002"),
    Case("the sheet's data in a comment", lambda: with_sheet("<sheetData>", "<!-- <sheetData>"), "F002"),
    Case("c20 1 GB of spaces", lambda: bomb(b" " * 2**20, 1024, MAIN, b"<sheetData/></worksheet>"), "S005"),
    Case("c21 40 million empty cells", lambda: bomb(b'<c r="A1" s="1"/>' * 40_000, 1000, MAIN + b'<sheetData><row r="1">', b"</row></sheetData></worksheet>"), "S005"),
    Case("c23 one shared string of 1.5 GB", lambda: bomb(b"a" * 2**20, 1536, b"<sst><si><t>", b"</t></si></sst>", STRINGS), "S005"),
    Case("c24 a 2 GB picture", lambda: bomb(bytes(2**20), 2048, b"", b"", "xl/media/image1.png"), "S005"),
    Case("c26 20 million formats", lambda: bomb(b"<xf/>" * 20_000, 1000, b"<styleSheet><cellXfs>", b"</cellXfs></styleSheet>", STYLES), "S005"),
)  # fmt: skip
