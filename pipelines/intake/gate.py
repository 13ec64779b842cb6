"""The bytes and name of a file in, a verdict out: what it is, what is wrong with it, and whether it may be read.

Container first, then XML, then cells; nothing is read by a general library before it was judged, no cell far away is
ever made, and a refusal names the first thing found (bad-inputs; security R1 to R7).
"""

from pipelines.intake import csv_table
from pipelines.intake.package import directory, unpack
from pipelines.intake.reject import Reject
from pipelines.intake.signature import recognise
from pipelines.intake.verdict import Verdict
from pipelines.intake.workbook import Workbook, in_full, ordinary
from pipelines.intake.xml_workbook import outline
from pipelines.settings import Limits


def judge(data: bytes, name: str, limits: Limits) -> Verdict:
    """The verdict on a file; never raises for bad data."""
    try:
        if recognise(data, name, limits.file_bytes) == "csv":
            sheet, issues = csv_table.read(data, limits)
            return Verdict(issues, "csv", sheets=[sheet])
        return judge_workbook(data, limits)
    except Reject as refused:
        return Verdict([refused.issue])


def judge_workbook(data: bytes, limits: Limits, *, careful: bool = False) -> Verdict:
    """The verdict on a workbook; with `careful` the fast lane is not tried. Raises Reject."""
    entries = directory(data, limits)
    package = unpack(data, entries)
    book = Workbook(package, outline(package, [entry.name for entry in entries], limits), limits)
    proved = None if careful else ordinary(book)
    if proved:
        return Verdict([], "xlsx", sheets=proved.sheets, filled=proved.filled, parts=proved.parts)
    sheets, issues = in_full(book)
    date1904, has_links = book.outline.date1904, book.outline.linked
    return Verdict(issues, "xlsx", careful=True, sheets=sheets, date1904=date1904, has_links=has_links)
