"""Figures, the theme and Streamlit's bundle: thirty placeholders become thirty colours."""

import tomllib
from pathlib import Path

import pytest
import streamlit

from pipelines.present.charts import palette

ROOT = Path(__file__).resolve().parents[3]
THEMES: tuple[palette.Theme, ...] = ("light", "dark")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(slot: str, theme: palette.Theme) -> str:
    return palette.COLOURS[theme][int(slot[1:]) - 1]


@pytest.mark.parametrize("theme", THEMES)
def test_the_theme_of_the_pages_has_the_same_colours(theme: palette.Theme) -> None:
    given = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[
        "theme"
    ][theme]
    lists = (
        given["chartCategoricalColors"]
        + given["chartSequentialColors"]
        + given["chartDivergingColors"]
    )
    assert tuple(lists) == palette.COLOURS[theme]


def test_streamlit_still_swaps_the_placeholders() -> None:
    bundle = Path(streamlit.__file__).parent / "static" / "static" / "js"
    found = [
        p
        for p in bundle.glob("PlotlyChart*.js")
        if "#000001" in (text := p.read_text()) and "#000030" in text
    ]
    assert found


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_every_class_can_be_read(theme: palette.Theme) -> None:
    for level, slot in enumerate(palette.CLASSES):
        assert contrast(colour(slot, theme), colour(palette.text_colour_on(level), theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_grey_words_and_the_accent_stand_out_from_the_paper(theme: palette.Theme) -> None:
    paper = colour(palette.PAPER, theme)
    assert contrast(colour(palette.MUTED, theme), paper) >= 4.5
    assert contrast(colour(palette.ACCENT, theme), paper) >= 4.5


def test_a_painted_figure_holds_no_placeholder() -> None:
    figure = {"data": [{"marker": {"color": [palette.ACCENT, palette.PALE]}}]}
    assert palette.apply_theme(figure, "dark") == {
        "data": [{"marker": {"color": ["#63BFCB", "#222B2D"]}}]
    }
