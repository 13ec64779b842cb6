"""The search finds a planted number however it is written or packed."""

import base64
import zipfile
from io import BytesIO
from struct import pack

import pytest

from tests.dashboard.security.downloads import unpacked
from tests.dashboard.security.planted_numbers import shown, written

PLANTED = 71_000_000_037
WRITTEN = [
    "71000000037", "71.000.000.037", "71,000,000,037", "71000000037.0", "71.000.000.037,00",
    "1,71000000037.0,2,,3", "5.0,71000000037.0,71000000037.0,1.5", '"value": 71000000037}',
    "<v>71000000037</v>", "−71.000.000.037 người",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_in_every_writing(text: str) -> None:
    assert written(text.encode(), {PLANTED}) == {PLANTED}


@pytest.mark.parametrize("kind", ["<d", "<q"])
@pytest.mark.parametrize("before", range(9))
def test_as_bytes_at_any_place_also_in_base64(kind: str, before: int) -> None:
    packed = b"x" * before + pack(kind, float(PLANTED) if kind == "<d" else PLANTED) + b"yy"
    assert shown(packed, {PLANTED}) == {PLANTED}
    assert shown(base64.b64encode(pack(kind, 1) * 4 + packed[before:]), {PLANTED}) == {PLANTED}


def test_inside_a_workbook_inside_a_document() -> None:
    inner, outer = BytesIO(), BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet.xml", f"<v>{PLANTED}</v>" * 9)
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as document:
        document.writestr("embedded.xlsx", inner.getvalue())
    assert written(outer.getvalue(), {PLANTED}) == set()
    assert written(unpacked(outer.getvalue()), {PLANTED}) == {PLANTED}


def test_what_is_not_there_is_not_found() -> None:
    assert shown(b"71.000.000.038 71000000036 7100000003", {PLANTED}) == set()
