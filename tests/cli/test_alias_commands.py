"""`caunoi alias` and `contact`: confirmed names of places, and whom to call there."""

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


def test_a_contact_is_listed_until_it_is_erased(caunoi: Caunoi) -> None:
    telephone = ("--telephone", "024 3825 1234")
    named = caunoi("contact", "set", "00646", "--role", "Văn phòng", *telephone, "--json").json
    kept = {"place": "00646", "role": "Văn phòng", "telephone": "024 3825 1234", "mail": ""}
    assert named == {"rows": [kept]}
    assert "024 3825 1234" in caunoi("contact", "list").out
    assert caunoi("contact", "erase", "00646", "--json").json == {"rows": []}
    assert caunoi("contact", "erase", "00646", "--json").error == "unknown_contact"
    assert "3825" not in caunoi("audit", "--json").out
    assert caunoi("contact", "set", "99999", "--role", "Văn phòng", *telephone).code == 2


def test_a_page_kept_for_the_record_is_listed_with_its_address(caunoi: Caunoi) -> None:
    assert caunoi("snapshot", "--json").json == {"rows": []}
    assert caunoi("snapshot", "--remove", "3", "--json").error == "unknown_snapshot"
