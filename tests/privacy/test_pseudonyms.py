"""Client codes become hashes under a secret key of their own point; destroying a key is final."""

import hmac
from pathlib import Path

import pytest

from pipelines.errors import StoreError
from pipelines.privacy.pseudonyms import PseudonymKeys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_a_client_has_one_code_however_it_is_written(folder: Path) -> None:
    keys = PseudonymKeys(folder)
    assert (
        len({keys.pseudonym("P-00646", text) for text in ("KH-0001", " kh-0001 ", "KH-0001")}) == 1
    )
    assert keys.pseudonym("P-00646", "KH-0002") != keys.pseudonym("P-00646", "KH-0001")


def test_the_same_code_at_two_points_is_two_clients(folder: Path) -> None:
    keys = PseudonymKeys(folder)
    assert keys.pseudonym("P-00646", "KH-0001") != keys.pseudonym("P-00028", "KH-0001")


def test_the_code_is_eighty_bits_of_hmac_sha256_under_a_key_of_32_bytes(folder: Path) -> None:
    code = PseudonymKeys(folder).pseudonym("P-00646", "KH-0001")
    key = (folder / "P-00646.key").read_bytes()
    expected = hmac.new(key, b"KH-0001", "sha256").hexdigest()[:20]
    assert (len(key), len(code)) == (32, 16)
    assert int(expected, 16) == sum(
        "abcdefghijklmnopqrstuvwxyz234567".index(c) << 5 * i for i, c in enumerate(code[::-1])
    )


def test_a_key_outlives_the_process_that_made_it(folder: Path) -> None:
    assert PseudonymKeys(folder).pseudonym("P-00646", "KH-0001") == PseudonymKeys(folder).pseudonym(
        "P-00646", "KH-0001"
    )


def test_nobody_else_may_read_a_key(folder: Path) -> None:
    PseudonymKeys(folder).pseudonym("P-00646", "KH-0001")
    modes = {p.name: oct(p.stat().st_mode & 0o777) for p in [folder, *folder.iterdir()]}
    assert modes == {"keys": "0o700", "P-00646.key": "0o600"}


@pytest.mark.parametrize("damage", ["readable key", "readable folder", "short key"])
def test_a_weak_key_is_refused_at_the_start(folder: Path, damage: str) -> None:
    PseudonymKeys(folder).pseudonym("P-00646", "KH-0001")
    if damage == "readable folder":
        folder.chmod(0o755)
    elif damage == "readable key":
        (folder / "P-00646.key").chmod(0o640)
    else:
        (folder / "P-00646.key").write_bytes(b"short")
    with pytest.raises(StoreError) as refused:
        PseudonymKeys(folder)
    assert refused.value.code == "weak_key"


def test_a_forgotten_point_never_gets_the_same_codes_again(folder: Path) -> None:
    keys = PseudonymKeys(folder)
    before = keys.pseudonym("P-00646", "KH-0001")
    assert (keys.destroy_key("P-00646"), keys.destroy_key("P-00646")) == (True, False)
    assert keys.pseudonym("P-00646", "KH-0001") != before


@pytest.mark.parametrize("owner", ["", "../evil", "P/1", ".hidden"])
def test_only_a_code_can_own_a_key(folder: Path, owner: str) -> None:
    with pytest.raises(StoreError):
        PseudonymKeys(folder).pseudonym(owner, "KH-0001")
