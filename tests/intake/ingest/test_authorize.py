"""A manager sends for their own communes and cannot change the city's registers."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipelines import settings
from pipelines.intake.ingest import ingest_files
from pipelines.intake.ingest.authorize import authorize_file
from pipelines.intake.model import RegisterCell, Return
from pipelines.intake.sandbox import ParsedFile
from pipelines.intake.templates import write_form, write_register
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.store.ledger import Ledger

OWN = Scope("district", frozenset({"002"}))
CLOSED = {
    "point_id": "P-00118",
    "commune": "00118",
    "programme": "M4",
    "status": "closed",
    "valid_to": date(2022, 1, 1),
}


def with_register(folder: Path, form: str, unit: str) -> bytes:
    """An own return with a sheet behind it that closes another district's point."""
    write_form(folder / "own.xlsx", form, unit, "2022-Q3")
    write_register(
        folder / "register.xlsx", "D3", "HN", None, rows=[{k: str(v) for k, v in CLOSED.items()}]
    )
    book, register = (
        load_workbook(folder / "own.xlsx"),
        load_workbook(folder / "register.xlsx").worksheets[0],
    )
    added = book.create_sheet(register.title)
    for cell in (c for row in register.iter_rows() for c in row if c.value is not None):
        added.cell(cell.row, cell.column, cell.value)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(("form", "unit"), [("A", "D-00046"), ("B", "P-00046")])
@pytest.mark.parametrize("scope", [OWN, STEWARD], ids=["manager", "steward"])
def test_a_register_behind_an_own_return_is_not_taken(
    tmp_path: Path, form: str, unit: str, scope: Scope
) -> None:
    home = settings.load_settings(tmp_path / "home")
    (outcome,) = ingest_files(
        [("own.xlsx", with_register(tmp_path, form, unit))], home, origin="upload", scope=scope
    )
    assert [i.code for i in outcome.issues] == ["T007"]
    assert Ledger(home.home).newest_records("D3").is_empty()


@pytest.mark.parametrize("sender", ["P-00046", "002"])
def test_a_line_of_a_register_speaks_for_the_city_in_whosever_name_it_comes(sender: str) -> None:
    line = RegisterCell("D3", sender, "2022-Q3", "P-00118", "status", "closed", "D3", "A1")
    judged = ParsedFile(
        "own.xlsx", "0" * 64, b"x", Return("B", 1, "single", sender, "2022-Q3", records=[line])
    )
    found = authorize_file(judged, OWN)
    assert found.refused and found.ret is None and [i.code for i in found.issues] == ["C006"]
    assert authorize_file(judged, STEWARD) is judged
