"""deploy/Caddyfile as it stands: Caddy with TLS before the app, and a browser through it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser

from pipelines.store.state_db import StateDatabase
from tests.dashboard.security.conftest import USERS, Office, signed
from tests.dashboard.security.test_nginx import (
    DEPLOY,
    POLICIES,
    Front,
    asked,
    certificate,
    is_half_request_ended,
    works_through_tls,
)
from tests.processes import await_answer, free_port, run_process

ALONE = "\n{\n\tadmin off\n\tauto_https off\n\thttp_port PORT\n"


def configured(folder: Path, port: int, app: str) -> Path:
    """The Caddyfile with a test's names in place of an office's."""
    told = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    for theirs, ours in {
        "\ncaunoi.example.vn {": f"\nhttps://localhost:{port} {{\n\tbind 127.0.0.1",
        "/etc/caunoi/tls/": f"{folder}/",
        "/var/log/caddy/": f"{folder}/",
        "127.0.0.1:8501": app.removeprefix("http://"),
        "\n{\n": ALONE.replace("PORT", str(free_port())),
        "read_header 20s": "read_header 1s",
    }.items():
        assert theirs in told
        told = told.replace(theirs, ours)
    path = folder / "Caddyfile"
    path.write_text(told, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory,
    unopened_city: Path,
    provider: str,
    caddy: str,
    openssl: str,
) -> Iterator[Front]:
    folder, home, port = (
        tmp_path_factory.mktemp("caddy"),
        tmp_path_factory.mktemp("behind"),
        free_port(),
    )
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    StateDatabase(home).save_user(USERS["chief"])
    certificate(openssl, folder)
    address = f"https://localhost:{port}"
    with signed(home, provider, address) as behind:
        path = configured(folder, port, behind.address)
        command = [caddy, "run", "--config", str(path), "--adapter", "caddyfile"]
        env = {
            **os.environ,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        found = Front(Office(home, address), folder / "caunoi.log")
        with run_process(command, env=env) as process:
            await_answer(process, lambda: asked(found, "/_stcore/health"))
            yield found


def test_a_reader_signs_in_and_works_through_tls(browser: Browser, front: Front) -> None:
    """The whole way, as through nginx, by CAUNOI_FULL=1."""
    works_through_tls(browser, front, whole=bool(os.environ.get("CAUNOI_FULL")))


def test_headers_come_through_and_tls_is_asked_for_from_now_on(front: Front) -> None:
    _, headers = asked(front, "/teams?district=002")
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert {name: headers[name] for name in POLICIES} == POLICIES
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/interact"]
)
def test_machine_pages_are_closed_outside(front: Front, path: str) -> None:
    assert asked(front, path)[0] == 404


def test_large_bodies_strangers_and_foreign_hosts_end_here(front: Front) -> None:
    # NOTE: the door may close while the body is still coming, which Caddy calls a bad gateway.
    with suppress(URLError):
        answer, _ = asked(front, "/_stcore/upload_file/a/b", "PUT", b"x" * (7 << 20))
        assert answer in (401, 413, 502)
    assert asked(front, "/_stcore/upload_file/a/b", "PUT", b"x")[0] == 401
    assert (
        asked(front, "/app/static/icon.svg", **{"X-Caunoi-User": USERS["chief"].subject})[0] == 401
    )
    assert asked(front, "/", Host="evil.example")[1].get("content-length", "0") == "0"


def test_half_a_request_ends(front: Front) -> None:
    assert is_half_request_ended(front)


def test_the_log_holds_no_query_strings_and_no_cookies(front: Front) -> None:
    asked(front, "/teams?district=002&kpi=K01", Cookie="a=b-secret")
    told = front.log.read_text(encoding="utf-8")
    assert (
        "/teams" in told and "district" not in told and "?" not in told and "b-secret" not in told
    )
