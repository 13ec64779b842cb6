"""Figures as pages write them become numbers again; signs, words and codes do not."""

import pytest

from pipelines.catalog import Language
from pipelines.output.spreadsheet import parse_displayed_number

FIGURES: list[tuple[Language, str, float, str, str]] = [
    ("vi", "1.603", 1603, "#,##0", "1603"),
    ("en", "1,603", 1603, "#,##0", "1603"),
    ("vi", "7,58", 7.58, "0.00", "7.58"),
    ("vi", "44,0\u00a0%", 0.44, "0.0%", "44.0"),
    ("en", "44.0%", 0.44, "0.0%", "44.0"),
    ("vi", "−3,2", -3.2, "0.0", "-3.2"),
    ("vi", "-3", -3, "0", "-3"),
    ("vi", "+41", 41, "+0;-0;0", "41"),
    ("vi", "1.234.567,5", 1234567.5, "#,##0.0", "1234567.5"),
    ("vi", "0", 0, "0", "0"),
]


@pytest.mark.parametrize(("language", "text", "value", "look", "plain"), FIGURES)
def test_a_written_figure_is_its_number(
    language: Language, text: str, value: float, look: str, plain: str
) -> None:
    found = parse_displayed_number(text, language)
    assert found is not None
    assert (found.value, found.look, found.plain) == (value, look, plain)


@pytest.mark.parametrize(
    "text", ["–", "n/a", "*", "", "3 trên 4", "569/577", "00046", "20/07/2021", "trên 100", "1.60"]
)
def test_signs_words_and_codes_stay_text(text: str) -> None:
    assert parse_displayed_number(text, "vi") is None
