"""A judged file in, its book out: the same cells whichever lane read them."""

from pipelines.intake import fast
from pipelines.intake.cells import Book
from pipelines.intake.gate import judge_workbook
from pipelines.intake.issues import Issue
from pipelines.intake.reject import Reject
from pipelines.intake.verdict import Verdict
from pipelines.settings import Limits


def read_book(data: bytes, verdict: Verdict, limits: Limits | None = None) -> tuple[Book, list[Issue]]:
    """The book of a file the gate let in, and what the second look found when the fast lane gave up."""
    if verdict.kind is None:
        return Book([], "xlsx", "careful"), []
    if verdict.kind == "csv":
        return Book(verdict.sheets, "csv", "csv"), []
    if verdict.careful:
        return _make_careful(verdict), []
    try:
        cells = fast.read(verdict.parts, verdict.filled)
    except fast.Unsure:
        return _again(data, limits or Limits())
    for sheet in verdict.sheets:
        sheet.cells = cells[sheet.name]
    return Book(verdict.sheets, "xlsx", "fast"), []


def _again(data: bytes, limits: Limits) -> tuple[Book, list[Issue]]:
    try:
        verdict = judge_workbook(data, limits, careful=True)
    except Reject as refused:
        return Book([], "xlsx", "careful"), [refused.issue]
    return _make_careful(verdict), verdict.issues


def _make_careful(verdict: Verdict) -> Book:
    return Book(verdict.sheets, "xlsx", "careful", verdict.date1904, verdict.has_links)
