"""Before a rule is changed one looks at whom it would have hit."""

from pathlib import Path

import pytest

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.intake.prior_returns import PriorReturns
from pipelines.intake.rule_backtest import run_backtest
from pipelines.intake.validation import backtest_rules, registry
from pipelines.store.ledger import Ledger
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


def test_the_returns_are_named_by_period_and_reporter_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    periods = [f"{year}-Q{number}" for year in (2022, 2021) for number in (4, 2, 3, 1)]
    send(tmp_path, *(team(period, a52=1) for period in periods))
    changed = registry.Rule("rule-A12", lambda a51: False, ("a51",), takes_context=False)
    monkeypatch.setitem(registry.RULES, "rule-A12", changed)
    for _ in range(3):
        found = run_backtest(settings(tmp_path), ["rule-A12"])
        assert [failure.period for failure in found.failed] == sorted(periods)


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


def test_chance_makes_at_most_one_natural_return_in_fifty_carry_a_warning(demo_home: Path) -> None:
    ledger = Ledger(demo_home)
    values = ledger.newest_values().select("reporter", "period", "field", "value")
    failures = backtest_rules(
        ["rule-X07", "rule-X08"],
        values.rows(),
        PriorReturns.from_ledger(ledger).registers,
        settings(demo_home),
    )
    asked = set()
    for failure in failures:
        if catalog.decide_consequence(failure.code, failure.case).severity == "warning":
            asked.add((failure.reporter, failure.period))
    returns = values.select("reporter", "period").n_unique()
    assert 0 < len(asked) <= returns / 50
