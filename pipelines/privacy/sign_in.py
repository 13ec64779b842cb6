"""Which way people come in, and where the app may listen: settings and secrets in, an Entrance out.

Without a way to sign in everybody works as `city`, so then only this machine's own user may reach the app.
"""

import ipaddress
import os
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pipelines.errors import Refused
from pipelines.settings import MEGABYTE, Access, Settings

Way = Literal["loopback", "oidc", "header"]
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
SECRET_BYTES = 32
#: Fewer different letters than this is a word or a row of one letter, not a secret.
SECRET_LETTERS = 12
CALLBACK = "/oauth2callback"
#: How uvicorn is started: the peer's own address counts, addresses and query strings are not logged, frames are small.
SERVING: dict[str, Any] = {
    "proxy_headers": False,
    "access_log": False,
    "server_header": False,
    "ws_max_size": 2 * MEGABYTE,
    "timeout_graceful_shutdown": 5,
}


@dataclass(frozen=True)
class SignInConfig:
    """The way in, the names the app answers to, and where the secrets of sign-in stand."""

    way: Way = "loopback"
    hosts: tuple[str, ...] = OWN_NAMES
    secrets: Path | None = None
    #: Readers come over TLS: cookies may leave by nothing else.
    https: bool = False

    @property
    def sentence_code(self) -> str:
        """The code of the sentence a terminal and a page show about it."""
        return f"entrance_{self.way}"


def load_sign_in(settings: Settings) -> SignInConfig:
    """The way in that the office has set; raises Refused for secrets that are weak, missing or open to others."""
    access = settings.access
    hosts = (*OWN_NAMES, *(name.casefold() for name in access.hosts))
    if access.sign_in == "oidc":
        path = find_secrets_file(settings)
        address = urlsplit(_check_secrets(path, access))
        return SignInConfig(
            "oidc", (*hosts, (address.hostname or "").casefold()), path, address.scheme == "https"
        )
    if access.sign_in == "header":
        if not access.header or not _is_address(access.proxy):
            raise Refused(
                "a header is believed from one address", code="bad_proxy", text=access.proxy
            )
        return SignInConfig("header", hosts, https=bool(access.hosts))
    if access.sign_in:
        raise Refused(
            f"no way in is called {access.sign_in!r}", code="bad_sign_in", text=access.sign_in
        )
    return SignInConfig()


def check_listen_address(settings: Settings, host: str) -> SignInConfig:
    """The way in when the app listens at `host`; raises Refused where strangers could come in unasked."""
    found = load_sign_in(settings)
    if found.way == "loopback" and not is_loopback(host):
        raise Refused("without sign-in only this machine is served", code="no_sign_in", host=host)
    return found


def is_loopback(host: str | None) -> bool:
    """Does an address or name mean this machine itself?"""
    name = (host or "").casefold().strip("[]")
    if name in OWN_NAMES:
        return True
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def find_secrets_file(settings: Settings) -> Path:
    """Where the secrets of sign-in stand: `CAUNOI_SECRETS`, a credential of systemd, or the home."""
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(handed) / "secrets.toml" if handed else None
    if os.environ.get("CAUNOI_SECRETS"):
        return Path(os.environ["CAUNOI_SECRETS"])
    return credential if credential and credential.is_file() else settings.home / "secrets.toml"


def is_weak(secret: object) -> bool:
    """Too short or too plain to sign cookies with."""
    return (
        not isinstance(secret, str)
        or len(secret.encode()) < SECRET_BYTES
        or len(set(secret)) < SECRET_LETTERS
    )


def _check_secrets(path: Path, access: Access) -> str:
    """The address sign-in comes back to, from a file that passes every check."""
    if not path.is_file():
        raise Refused(f"no file {path.name}", code="no_secrets", name=path.name)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused(f"others may read {path.name}", code="open_secrets", name=path.name)
    auth = _read_auth(path)
    if is_weak(auth.get("cookie_secret")):
        raise Refused("the cookie secret is weak", code="weak_secret", n=SECRET_BYTES)
    provider = auth.get(access.provider, {}) if access.provider else auth
    for name in ("client_id", "client_secret", "server_metadata_url"):
        if not provider.get(name):
            raise Refused(f"{path.name} has no {name}", code="no_secret", name=name)
    address = str(auth.get("redirect_uri", ""))
    parts = urlsplit(address)
    safe = parts.scheme == "https" or is_loopback(parts.hostname)
    if not safe or parts.path != CALLBACK:
        raise Refused("sign-in comes back over TLS", code="bad_redirect", text=CALLBACK)
    return address


def _read_auth(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("auth", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} cannot be read", code="no_secrets", name=path.name) from error
    return found if isinstance(found, dict) else {}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
