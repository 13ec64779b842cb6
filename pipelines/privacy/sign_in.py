"""How people sign in, and where the app may listen.

Without a way to sign in everybody works as `city`, so then only this machine's own user may reach
the app. In a home for outsiders (`public`) nobody signs in and everybody reads the release alone.
"""

import ipaddress
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pipelines.errors import Refused
from pipelines.operating_system import is_open_to_others
from pipelines.settings import MEGABYTE, Access, Settings

Way = Literal["loopback", "oidc", "header", "public"]
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
SECRET_BYTES = 32
#: Fewer different letters than this is a word or a row of one letter, not a secret.
SECRET_LETTERS = 12
CALLBACK = "/oauth2callback"
#: How uvicorn is started: the peer's own address counts, addresses and query strings are not
#: logged, frames are small, a request's head must come to its end. Modules are named, not imported.
SERVING: dict[str, Any] = {
    "http": "dashboard.middleware.request_timer:TimedProtocol",
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
        """The code of the sentence that a terminal and a page show about the way in."""
        return f"entrance_{self.way}"


def load_sign_in(settings: Settings) -> SignInConfig:
    """Return the way in that the office has set.

    Raises Refused for secrets that are weak, missing or open to others.
    """
    access = settings.access
    if access.sign_in == "oidc":
        return _configure_oidc(settings)
    if access.sign_in == "header":
        return _configure_header(access)
    if access.sign_in == "public":
        return SignInConfig("public", _list_hosts(access), https=bool(access.hosts))
    if access.sign_in:
        raise Refused(
            f"no way in is called {access.sign_in!r}", code="bad_sign_in", text=access.sign_in
        )
    return SignInConfig()


def _configure_oidc(settings: Settings) -> SignInConfig:
    """Return the way in through a provider; its callback address is a name of the app too."""
    path = find_secrets_file(settings)
    address = urlsplit(_check_secrets(path, settings.access))
    own_name = (address.hostname or "").casefold()
    hosts = (*_list_hosts(settings.access), own_name)
    return SignInConfig("oidc", hosts, path, address.scheme == "https")


def _configure_header(access: Access) -> SignInConfig:
    """Return the way in through a proxy that sets a header."""
    if not access.header or not _is_address(access.proxy):
        raise Refused("a header is believed from one address", code="bad_proxy", text=access.proxy)
    return SignInConfig("header", _list_hosts(access), https=bool(access.hosts))


def _list_hosts(access: Access) -> tuple[str, ...]:
    return (*OWN_NAMES, *map(str.casefold, access.hosts))


def check_listen_address(settings: Settings, host: str) -> SignInConfig:
    """Return the way in when the app listens at `host`.

    Raises Refused where strangers could come in unasked.
    """
    config = load_sign_in(settings)
    if config.way == "loopback" and not is_loopback(host):
        raise Refused("without sign-in only this machine is served", code="no_sign_in", host=host)
    return config


def is_loopback(host: str | None) -> bool:
    """True for an address or name that means this machine itself."""
    name = (host or "").casefold().strip("[]")
    if name in OWN_NAMES:
        return True
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def find_secrets_file(settings: Settings) -> Path:
    """Return where the secrets of sign-in stand.

    That is `CAUNOI_SECRETS`, a credential of systemd, or the home, in this order.
    """
    named = os.environ.get("CAUNOI_SECRETS")
    if named:
        return Path(named)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials:
        path = Path(credentials) / "secrets.toml"
        if path.is_file():
            return path
    return settings.home / "secrets.toml"


def is_weak(secret: object) -> bool:
    """True for what is too short or too plain to sign cookies with."""
    if not isinstance(secret, str):
        return True
    return len(secret.encode()) < SECRET_BYTES or len(set(secret)) < SECRET_LETTERS


def _check_secrets(path: Path, access: Access) -> str:
    """Return the address sign-in comes back to, from a file that passes every check."""
    if not path.is_file():
        raise Refused(f"no file {path.name}", code="no_secrets", name=path.name)
    if is_open_to_others(path.stat().st_mode):
        raise Refused(f"others may read {path.name}", code="open_secrets", name=path.name)
    auth = _read_auth(path)
    if is_weak(auth.get("cookie_secret")):
        raise Refused("the cookie secret is weak", code="weak_secret", n=SECRET_BYTES)

    provider = auth.get(access.provider, {}) if access.provider else auth
    for name in ("client_id", "client_secret", "server_metadata_url"):
        if not provider.get(name):
            raise Refused(f"{path.name} has no {name}", code="no_secret", name=name)
    return _check_redirect(str(auth.get("redirect_uri", "")))


def _check_redirect(address: str) -> str:
    """Return the address when sign-in comes back to our page over TLS, or to this machine."""
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or is_loopback(parts.hostname)
    if not is_safe or parts.path != CALLBACK:
        raise Refused("sign-in comes back over TLS", code="bad_redirect", text=CALLBACK)
    return address


def _read_auth(path: Path) -> dict[str, Any]:
    """Return the section [auth] of a secrets file, empty when there is none."""
    try:
        auth = tomllib.loads(path.read_text(encoding="utf-8")).get("auth", {})
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path.name} cannot be read", code="no_secrets", name=path.name) from error
    return auth if isinstance(auth, dict) else {}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
