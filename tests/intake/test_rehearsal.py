"""Before a rule is changed one looks at whom it would have hit."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.intake.check import rule
from pipelines.intake.rehearsal import rehearsed
from tests.intake.check.returns import GOOD_LINE, filled
from tests.intake.inbox.sent import file, send, settings, team


def test_unchanged_rules_find_what_they_found_and_nothing_else(tmp_path: Path) -> None:
    send(tmp_path, team(a04=9, a52=7), team("2022-Q4", a01=8, a02=0, a03=0))
    found = rehearsed(settings(tmp_path))
    assert (found.returns, found.failed, found.passed) == (2, (), ())


def test_a_stricter_rule_names_the_returns_it_would_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send(tmp_path, team(a52=1), team("2022-Q4", a01=8, a02=0, a03=0, a52=2))
    changed = rule.Check("rule-A12", lambda a51, a52: a52 < a51, ("a51", "a52"), whole=False)
    monkeypatch.setitem(rule.RULES, "rule-A12", changed)
    found = rehearsed(settings(tmp_path), ["rule-A12"])
    assert [(f.code, f.period, f.version) for f in found.failed] == [("rule-A12", "2022-Q4", 1)]


def test_a_milder_rule_names_the_returns_that_would_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send(tmp_path, team(a52=7))
    monkeypatch.setitem(rule.RULES, "rule-A12", rule.Check("rule-A12", lambda a51: True, ("a51",), whole=False))
    assert rehearsed(settings(tmp_path), ["rule-A12"]).passed == (("rule-A12", "D-00646", "2022-Q3"),)


def test_the_lines_of_form_c_are_judged_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send(tmp_path, file(filled("B")))
    monkeypatch.setitem(rule.LINE_RULES, "rule-C08", rule.Check("rule-C08", lambda line, page: False, (), whole=True))
    failed = rehearsed(settings(tmp_path), ["rule-C08"]).failed
    assert GOOD_LINE["referral_id"] in {f.record for f in failed}


def test_a_rule_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        rehearsed(settings(tmp_path), ["rule-Z99"])
