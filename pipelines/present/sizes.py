"""Team sizes in, their histogram and the names of the smallest and largest teams out."""

from collections import Counter

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts, display
from pipelines.present.answers import Answer
from pipelines.present.marks import Mark, Picture
from pipelines.present.text import say

Limits = tuple[int, int]


def histogram(found: list[Answer], whole: Answer, limits: Limits, language: Language) -> Picture:
    """One column a size; sizes outside `limits` wear the accent; the mean of all is a dotted line."""
    sizes = Counter(round(a.value or 0) for a in found)
    if not sizes:
        return Picture(charts.histogram([], accents=set()), say("teams.sizes_none", language), pl.DataFrame())
    span = range(min(sizes), max(sizes) + 1)
    marks = [_mark(size, sizes[size], language) for size in span]
    outside = {i for i, size in enumerate(span) if not limits[0] <= size <= limits[1]}
    mean = None if whole.value is None else whole.value - span[0]
    text = say("card.mean", language, value=whole.text(language))
    figure = charts.histogram(marks, accents=outside, mean=mean, mean_text=text)
    columns = say("teams.column_size", language), say("teams.column_teams", language)
    table = pl.DataFrame({columns[0]: [m.name for m in marks], columns[1]: [m.text for m in marks]})
    return Picture(figure, finding(sizes, limits, language), table)


def _mark(size: int, count: int, language: Language) -> Mark:
    text = display.number(count, language)
    return Mark(str(size), count, text, say("teams.size_hover", language, n=count, count=text, size=size))


def finding(sizes: Counter[int], limits: Limits, language: Language) -> str:
    """How many teams lie inside the usual range, and which size is the most frequent."""
    inside = sum(n for size, n in sizes.items() if limits[0] <= size <= limits[1])
    mode = max(sizes, key=lambda size: (sizes[size], -size))
    values = {"inside": display.number(inside, language), "whole": display.number(sizes.total(), language)}
    return say("teams.sizes", language, **values, low=limits[0], high=limits[1], mode=mode)


def named(found: list[Answer], limits: Limits, language: Language, most: int) -> str:
    """The smallest and the largest teams by name; what does not fit is counted."""
    small = sorted((a for a in found if (a.value or 0) < limits[0]), key=lambda a: a.value or 0)
    large = sorted((a for a in found if (a.value or 0) > limits[1]), key=lambda a: -(a.value or 0))
    parts = [
        _names("teams.small", small, limits[0], most, language),
        _names("teams.large", large, limits[1], most, language),
    ]
    return " ".join(p for p in parts if p)


def _names(key: str, found: list[Answer], limit: int, most: int, language: Language) -> str:
    if not found:
        return ""
    names = [f"{a.at['ward_name']} ({a.at['district_name']}) {round(a.value or 0)}" for a in found[:most]]
    more = say("card.and_more", language, n=len(found) - most) if len(found) > most else ""
    return say(key, language, limit=limit, names=", ".join(names) + more)
