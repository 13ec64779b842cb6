"""Bars of changes begin where the one above ends, and end at the figure."""

import polars as pl

from pipelines.present.panels.figure_sources import draw_history


def test_bars_of_changes_add_up_to_the_figure() -> None:
    history = pl.DataFrame(
        {
            "side": ["numerator"] * 3 + ["denominator"],
            "cause": ["on_time", "late", "corrected", "on_time"],
            "difference": [10, 3, -1, 99],
        }
    )
    drawn = draw_history(history, "vi")
    bars = drawn.figure["data"][0]
    assert (bars["base"], bars["x"]) == ([0, 10, 13, 0], [10, 3, -1, 12])
    assert drawn.table.to_series(0).to_list()[-1] == "Cộng"
    assert drawn.table.to_series(1).to_list() == ["+10", "+3", "−1", "12"]
