"""Every bad file gets its sentence at its cell, in bounded time, and never an exception."""

import pytest

from pipelines import catalog
from tests.intake.bad_inputs.base import asked, errors, good, said
from tests.intake.bad_inputs.cells import CELLS, SHEETS, TAKEN, TEXTS, Fine
from tests.intake.bad_inputs.files import CONTAINERS, XML, Case
from tests.intake.bad_inputs.forms import DOUBTED, NOTED, REFUSED

#: A name of ours for what must never be said: an exception that became an issue.
FAULT = "fault"


def names(case: Case | Fine) -> str:
    return case.id


@pytest.mark.parametrize("case", [*CONTAINERS, *XML, *SHEETS], ids=names)
def test_a_file_that_may_not_be_read_is_refused_whole(case: Case) -> None:
    if case.id.startswith("a19"):
        assert (case.code, "warning", case.cell) in said(case.build(), case.name)
        return
    answer = asked(case.build(), case.name)
    assert [(one.code, one.cell) for one in answer.issues] == [(case.code, case.cell)]
    assert answer.refused
    assert answer.ret is None
    assert FAULT not in answer.issues[0].values


@pytest.mark.parametrize("case", [*CELLS, *TEXTS], ids=names)
def test_a_cell_that_cannot_be_read_is_named_and_the_rest_is_taken(case: Case) -> None:
    data = case.build()
    assert errors(data) == [(case.code, case.cell)]
    ret = asked(data).ret
    assert ret is not None
    taken = sum(entry.state == "accepted" for entry in ret.entries)
    everything = sum(field.form == "A" for field in catalog.fields().values())
    assert taken == everything - (case in CELLS)


@pytest.mark.parametrize("case", [*TAKEN, *NOTED], ids=names)
def test_an_odd_file_is_taken_with_a_word(case: Fine) -> None:
    heard = said(case.build(), case.name)
    assert sorted((code, cell) for code, _, cell in heard) == sorted(case.note)
    assert "error" not in {severity for _, severity, _ in heard}


@pytest.mark.parametrize("case", REFUSED, ids=names)
def test_a_form_that_is_none_or_may_not_be_kept_says_why(case: Case) -> None:
    answer = asked(case.build())
    found = [*answer.issues, *(answer.ret.issues if answer.ret else [])]
    assert {one.code for one in found} == {case.code}
    assert answer.ret is None or not any(entry.state == "accepted" for entry in answer.ret.entries)


@pytest.mark.parametrize("case", DOUBTED, ids=names)
def test_a_row_in_doubt_is_named_and_the_other_rows_are_taken(case: Case) -> None:
    assert (case.code, case.cell) in errors(case.build())
    ret = asked(case.build()).ret
    assert ret is not None
    assert {entry.state for entry in ret.entries if entry.cell.endswith("13")} == {"accepted"}


def test_every_sentence_of_a_refusal_can_be_said() -> None:
    for case in (*CONTAINERS, *XML, *SHEETS):
        for one in asked(case.build(), case.name).issues:
            for language in catalog.LANGUAGES:
                whole = one.build_message(language).replace("thành…", "").replace("as…", "")
                assert not set("{…") & set(whole)


def test_the_good_return_is_good() -> None:
    assert said(good()) == []
