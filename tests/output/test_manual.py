"""The manuals: their PDFs have the length and the words of a manual, and their pictures exist."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from pipelines.output.manual import (
    PDF_NAMES,
    ManualPicture,
    parse_blocks,
    render_manual_pdf,
    split_manual,
)


def read_sheets(name: str) -> list[str]:
    reader = PdfReader(BytesIO(render_manual_pdf(name)))
    return [sheet.extract_text() for sheet in reader.pages]


def test_the_officers_manual_is_four_to_eight_sheets() -> None:
    sheets = read_sheets("officers")
    assert 4 <= len(sheets) <= 8
    assert "Hướng dẫn lập, nộp và sửa báo cáo" in sheets[0]


@pytest.mark.parametrize("name", ["managers", "it_office"])
def test_the_other_manuals_are_one_sheet(name: str) -> None:
    assert len(read_sheets(name)) == 1


@pytest.mark.parametrize("name", PDF_NAMES)
def test_every_picture_stands_in_the_folder_and_says_what_it_shows(name: str) -> None:
    pictures = [piece for piece in split_manual(name) if isinstance(piece, ManualPicture)]
    assert all(picture.path.is_file() and picture.alt for picture in pictures)


def test_text_is_read_with_its_styles() -> None:
    assert parse_blocks("Ghi **0** vào `E11`") == [
        {
            "kind": "paragraph",
            "spans": [
                {"style": "", "text": "Ghi "},
                {"style": "strong", "text": "0"},
                {"style": "", "text": " vào "},
                {"style": "code", "text": "E11"},
            ],
        }
    ]


def test_a_block_that_manuals_do_not_use_is_refused() -> None:
    with pytest.raises(ValueError, match="fence"):
        parse_blocks("```\nx\n```")
