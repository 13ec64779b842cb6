"""`caunoi alias`: names of places that somebody has confirmed."""

from tests.cli.conftest import Caunoi


def test_a_confirmed_name_is_listed_until_it_is_taken_back(caunoi: Caunoi) -> None:
    assert caunoi("alias", "--json").json == {"rows": []}
    named = caunoi("alias", "xã Ven Sông", "00646", "--json").json
    assert named == {"rows": [{"text": "xã Ven Sông", "code": "00646"}]}
    assert "xã Ven Sông" in caunoi("alias").out
    assert caunoi("alias", "xã Ven Sông", "--remove", "--json").json == {"rows": []}
    assert [row["what"] for row in caunoi("audit", "--json").json["rows"]] == ["alias", "alias_end"]


def test_a_name_needs_a_code_that_some_commune_has(caunoi: Caunoi) -> None:
    assert (
        asked := caunoi("alias", "xã Ven Sông", "--json")
    ).code == 2 and asked.error == "alias_without_code"
    assert caunoi("alias", "xã Ven Sông", "99999", "--json").error == "unknown_place"
    assert caunoi("alias", "xã Ven Sông", "--remove", "--json").error == "unknown_alias"
