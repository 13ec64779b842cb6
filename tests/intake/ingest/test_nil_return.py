"""Form C without a line: a return that says so counts, an empty form does not."""

from io import BytesIO
from pathlib import Path

import pytest

from pipelines.intake.ingest import steward_actions
from pipelines.intake.ingest.ingest import ingest_files, preview_files
from pipelines.intake.reminders import list_reminders
from pipelines.intake.templates import write_register
from tests.intake.ingest.sample_files import settings
from tests.intake.validation.sample_returns import GOOD_LINE

PILOT = {
    "point_id": "L-00067", "commune": "00067", "programme": "M3", "status": "active",
    "valid_from": "2020-01-15", "confidence": "certain",
}  # fmt: skip
LINE = {**GOOD_LINE, "referral_id": "P-00067-2020-1", "programme": "M3", "facility": "CS02",
        "referral_date": "2020-02-01",
        "attended_date": "2020-02-05", "start_date": "2020-02-05",
        "outcome_date": "2020-02-20"}  # fmt: skip


def form_c(*lines: dict[str, str], nothing: bool = False) -> tuple[str, bytes]:
    target = BytesIO()
    write_register(target, "C", "P-00067", "2020-Q1", rows=lines, nil_return=nothing)
    return "c.xlsx", target.getvalue()


def register() -> tuple[str, bytes]:
    target = BytesIO()
    write_register(target, "D3", "HN", None, rows=[PILOT])
    return "d3.xlsx", target.getvalue()


@pytest.mark.parametrize(
    ("lines", "nothing", "status", "codes"),
    [
        ((), False, "returned", ["T016"]),
        ((), True, "accepted", []),
        ((LINE,), True, "accepted_with_warnings", ["T017"]),
    ],
    ids=["empty", "says that there is nothing", "contradicts itself"],
)
def test_a_form_without_lines_counts_only_when_it_says_so(
    tmp_path: Path, lines: tuple[dict[str, str], ...], nothing: bool, status: str, codes: list[str]
) -> None:
    (outcome,) = preview_files([form_c(*lines, nothing=nothing)], settings(tmp_path))
    assert [i.code for i in outcome.issues if i.severity != "info"] == codes
    assert outcome.status == status


def test_a_ward_that_referred_nobody_is_not_reminded_until_its_return_is_withdrawn(
    tmp_path: Path,
) -> None:
    home = settings(tmp_path)
    ingest_files([register()], home)
    assert [o.reporter for c in list_reminders(home, "2020-Q1") for o in c.missing] == ["P-00067"]
    (outcome,) = ingest_files([form_c(nothing=True)], home)
    assert list_reminders(home, "2020-Q1") == []
    assert ingest_files([form_c(nothing=True)], home)[0].known
    steward_actions.withdraw_return(home, outcome.submission or "", "an officer", "wrong ward")
    assert [o.reporter for c in list_reminders(home, "2020-Q1") for o in c.missing] == ["P-00067"]
