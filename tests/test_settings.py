"""Settings are taken as they stand or refused by name; nothing is converted, nothing ignored."""

from pathlib import Path

import pytest

from pipelines.errors import DefinitionError
from pipelines.settings import Settings, load_settings


def load(home: Path, text: str) -> Settings:
    (home / "settings.toml").write_text(text, encoding="utf-8")
    return load_settings(home)


def test_a_home_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings(home=tmp_path.resolve())


def test_tables_change_only_what_they_name(tmp_path: Path) -> None:
    found = load(
        tmp_path, 'k = 6\nteam_size = [4, 12]\n[access]\nhosts = ["a.vn"]\nidle_minutes = 5'
    )
    assert (found.k, found.team_size, found.timely_days) == (6, (4, 12), 6)
    assert (found.access.hosts, found.access.idle_minutes) == (("a.vn",), 5)
    assert found.access.claim == "email"


SYMBOL, CAPACITY = "correspondence.symbol", "correspondence.signed_for"
WRONG = [
    ("an unknown key", "nope = 3", "nope", "keep_builds"),
    ("an unknown key of a table", "[access]\nsignin = 1", "access.signin", "sign_in"),
    ("an unknown table", "[acess]\nhosts = []", "acess", "access"),
    ("the home itself", 'home = "elsewhere"', "home", "access"),
    ("a number as text", 'k = "5"', "k", "integer"),
    ("a number with a fraction", "k = 5.0", "k", "integer"),
    ("true for a number", "keep_builds = true", "keep_builds", "integer"),
    ("a number for true", "[access]\nremember = 1", "access.remember", "boolean"),
    ("a text for a list", '[access]\nhosts = "a.vn"', "access.hosts", "array"),
    ("a value for a table", "access = 3", "access", "object"),
    ("a threshold that protects nobody", "k = 1", "k", "greater than or equal to 2"),
    ("a zone nobody knows", 'timezone = "Hanoi"', "timezone", "Asia/Ho_Chi_Minh"),
    ("a symbol in small letters", '[correspondence]\nsymbol = "bc"', SYMBOL, "BC-CCDS"),
    ("a capacity no decree has", '[correspondence]\nsigned_for = "Thay mặt"', CAPACITY, "KT."),
    ("a list too short", "team_size = [5]", "team_size.1", ""),
]


@pytest.mark.parametrize(
    ("text", "key", "allowed"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_not_right_is_named_with_what_is(
    tmp_path: Path, text: str, key: str, allowed: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, text)
    values = refused.value.values
    assert (values["file"], values["key"]) == ("settings.toml", key)
    assert allowed in str(values["allowed"])


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"settings\.toml"):
        load(tmp_path, "k = ")


def test_a_checked_file_is_remembered_and_a_changed_one_checked_again(tmp_path: Path) -> None:
    load(tmp_path, "k = 6")
    assert load_settings(tmp_path).k == 6
    with pytest.raises(DefinitionError):
        load(tmp_path, 'k = "6"')
    assert load(tmp_path, "k = 7").k == 7
