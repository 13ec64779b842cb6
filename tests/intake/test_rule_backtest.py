"""Before a rule is changed one looks at whom it would have hit."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.intake.rule_backtest import run_backtest
from pipelines.intake.validation import registry
from tests.intake.ingest.sample_files import file, send, settings, team
from tests.intake.validation.sample_returns import GOOD_LINE, filled


def test_unchanged_rules_find_what_they_found_and_nothing_else(tmp_path: Path) -> None:
    send(tmp_path, team(a04=9, a52=7), team("2022-Q4", a01=8, a02=0, a03=0))
    found = run_backtest(settings(tmp_path))
    assert (found.returns, found.failed, found.passed) == (2, (), ())


def test_a_stricter_rule_names_the_returns_it_would_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, team(a52=1), team("2022-Q4", a01=8, a02=0, a03=0, a52=2))
    changed = registry.Rule(
        "rule-A12", lambda a51, a52: a52 < a51, ("a51", "a52"), takes_context=False
    )
    monkeypatch.setitem(registry.RULES, "rule-A12", changed)
    found = run_backtest(settings(tmp_path), ["rule-A12"])
    assert [(f.code, f.period, f.version) for f in found.failed] == [("rule-A12", "2022-Q4", 1)]


def test_a_milder_rule_names_the_returns_that_would_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, team(a52=7))
    monkeypatch.setitem(
        registry.RULES,
        "rule-A12",
        registry.Rule("rule-A12", lambda a51: True, ("a51",), takes_context=False),
    )
    assert run_backtest(settings(tmp_path), ["rule-A12"]).passed == (
        ("rule-A12", "D-00646", "2022-Q3"),
    )


def test_the_lines_of_form_c_are_judged_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, file(filled("B")))
    monkeypatch.setitem(
        registry.LINE_RULES,
        "rule-C08",
        registry.Rule("rule-C08", lambda line, page: False, (), takes_context=True),
    )
    failed = run_backtest(settings(tmp_path), ["rule-C08"]).failed
    assert GOOD_LINE["referral_id"] in {f.record for f in failed}


def test_a_rule_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        run_backtest(settings(tmp_path), ["rule-Z99"])
