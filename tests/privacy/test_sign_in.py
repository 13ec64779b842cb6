"""Sign-in: without it only this machine is served, with it only over TLS and strong secrets."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import settings
from pipelines.errors import DefinitionError, Refused
from pipelines.privacy.sign_in import check_listen_address, is_loopback, is_weak, load_sign_in
from pipelines.settings import Access, Settings

STRONG = "k3Jf0s9dLq2Zx8Vb7Nm1Ty6Uo5Pa4RwEhG"
AUTH = f"""
[auth]
redirect_uri = "https://caunoi.example.vn/oauth2callback"
cookie_secret = "{STRONG}"
[auth.city]
client_id = "caunoi"
client_secret = "s"
server_metadata_url = "https://id.example.vn/.well-known/openid-configuration"
"""
SIGNED = Access(sign_in="oidc", provider="city")


def office(home: Path, access: Access = SIGNED, secrets: str = AUTH, mode: int = 0o600) -> Settings:
    file = home / "secrets.toml"
    file.write_text(secrets, encoding="utf-8")
    file.chmod(mode)
    return replace(settings.load_settings(home), access=access)


def refused(chosen: Settings, host: str = "127.0.0.1") -> str:
    with pytest.raises(Refused) as caught:
        check_listen_address(chosen, host)
    return caught.value.code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_without_sign_in_this_machine_is_served(tmp_path: Path, host: str) -> None:
    assert check_listen_address(settings.load_settings(tmp_path), host).way == "loopback"


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.5", "caunoi.example.vn", "127.0.0.1.evil.vn"]
)
def test_without_sign_in_no_other_address_is(tmp_path: Path, host: str) -> None:
    assert refused(settings.load_settings(tmp_path), host) == "no_sign_in"


def test_with_a_provider_the_app_answers_to_the_name_people_come_back_to(tmp_path: Path) -> None:
    found = check_listen_address(office(tmp_path), "0.0.0.0")
    assert (found.way, found.https) == ("oidc", True)
    assert "caunoi.example.vn" in found.hosts and "localhost" in found.hosts


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("weak_secret", (STRONG, "short")),
        ("weak_secret", (STRONG, "a" * 64)),
        ("weak_secret", (f'cookie_secret = "{STRONG}"', "")),
        ("no_secret", ('client_secret = "s"', "")),
        ("no_secret", ("[auth.city]", "[auth.other]")),
        ("bad_redirect", ("https://caunoi.example.vn", "http://caunoi.example.vn")),
        ("bad_redirect", ("/oauth2callback", "/elsewhere")),
        ("no_secrets", ("[auth]", "[auth")),
    ],
)
def test_weak_or_missing_secrets_are_refused_at_the_start(
    tmp_path: Path, code: str, change: tuple[str, str]
) -> None:
    assert refused(office(tmp_path, secrets=AUTH.replace(*change))) == code


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_secrets_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    assert refused(office(tmp_path, mode=mode)) == "open_secrets"


def test_a_missing_file_of_secrets_is_refused(tmp_path: Path) -> None:
    assert refused(replace(settings.load_settings(tmp_path), access=SIGNED)) == "no_secrets"


def test_secrets_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    office(tmp_path / "elsewhere")
    monkeypatch.setenv("CAUNOI_SECRETS", str(tmp_path / "elsewhere" / "secrets.toml"))
    assert load_sign_in(replace(settings.load_settings(tmp_path), access=SIGNED)).way == "oidc"


def test_a_header_is_believed_from_one_address_only(tmp_path: Path) -> None:
    named = Access(sign_in="header", proxy="10.0.0.7", hosts=("Caunoi.example.vn",))
    assert load_sign_in(office(tmp_path, named)).hosts[-1] == "caunoi.example.vn"
    assert refused(office(tmp_path, replace(named, proxy="proxy.example.vn"))) == "bad_proxy"
    assert refused(office(tmp_path, replace(named, header=""))) == "bad_proxy"


def test_an_unknown_way_in_is_refused(tmp_path: Path) -> None:
    assert refused(office(tmp_path, Access(sign_in="password"))) == "bad_sign_in"


def test_access_is_set_in_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[access]\nsign_in = "header"\nhosts = ["a.vn"]\nidle_minutes = 5\n'
    )
    found = settings.load_settings(tmp_path).access
    assert (found.sign_in, found.hosts, found.idle_minutes) == ("header", ("a.vn",), 5.0)
    (tmp_path / "settings.toml").write_text("[access]\nsignin = 1\n")
    with pytest.raises(DefinitionError, match="signin"):
        settings.load_settings(tmp_path)


def test_names_that_only_look_like_this_machine_are_not_it() -> None:
    assert not any(
        is_loopback(name)
        for name in (None, "", "localhost.evil.vn", "0.0.0.0", "127.0.0.1@evil.vn")
    )


def test_a_secret_is_long_and_mixed() -> None:
    assert [is_weak(s) for s in (None, "", "short", "ab" * 32, STRONG)] == [
        True,
        True,
        True,
        True,
        False,
    ]
