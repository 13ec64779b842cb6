"""A grid of bare values says of every cell what a dictionary of cells says."""

from pipelines.spreadsheet.model import Cell, CellGrid, Sheet
from pipelines.spreadsheet.proved_reader import _convert_value

ROWS: list[list[object]] = [["Mã", "", 12.0], ["", " ", ""], [2.5, True, 912345678.0]]


def make_sheet() -> Sheet:
    grid = CellGrid("s", (9, 2), [list(row) for row in ROWS], _convert_value)
    return Sheet("s", cells=grid)


def test_the_cells_are_those_that_hold_something() -> None:
    sheet = make_sheet()
    texts = {at: (cell.kind, cell.text) for at, cell in sheet.cells.items()}
    assert texts == {
        (9, 2): ("text", "Mã"),
        (9, 4): ("number", "12"),
        (11, 2): ("number", "2.5"),
        (11, 3): ("bool", "TRUE"),
        (11, 4): ("number", "912345678"),
    }
    assert sheet.all_cells == [*sheet.cells.values()]
    assert (len(sheet.cells), sheet.filled_rows, sheet.last_column) == (5, [9, 11], 4)


def test_an_ordinary_count_is_not_notable_and_a_long_number_is() -> None:
    assert [cell.text for cell in make_sheet().notable_cells] == ["Mã", "2.5", "TRUE", "912345678"]
    assert [cell.text for cell in make_sheet().text_cells] == ["Mã"]


def test_what_is_beside_the_grid_is_blank() -> None:
    sheet = make_sheet()
    for row, column in ((1, 1), (9, 1), (10, 3), (9, 5), (12, 2)):
        assert sheet.get_cell(row, column) == Cell("s", row, column, "blank", None, "")
    assert sheet.read_values(9, (1, 2, 4, 9)) == ["", "Mã", 12.0, ""]


def test_a_dropped_cell_is_gone() -> None:
    sheet = make_sheet()
    sheet.drop_cells([sheet.get_cell(9, 2), sheet.get_cell(9, 4)])
    assert (sheet.filled_rows, sheet.text_cells) == ([11], [])
