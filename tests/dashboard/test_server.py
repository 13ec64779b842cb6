"""The served app: headers on every answer, compressed files, closed paths, no foreign host."""

import gzip
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

PROMISED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def test_it_is_healthy(site: str) -> None:
    assert urlopen(f"{site}/_stcore/health").read() == b"ok"


@pytest.mark.parametrize("path", ["/", "/teams", "/_stcore/health", "/nowhere"])
def test_every_answer_carries_the_security_headers(site: str, path: str) -> None:
    headers = urlopen(f"{site}{path}").headers
    assert {name: headers[name] for name in PROMISED} == PROMISED
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact"])
def test_machine_pages_are_closed(site: str, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{site}{path}")


def test_files_come_compressed(site: str) -> None:
    page = urlopen(site).read().decode()
    script = next(part.split('"')[0] for part in page.split('src="')[1:] if ".js" in part)
    request = Request(
        f"{site}/{script.removeprefix('./').lstrip('/')}", headers={"Accept-Encoding": "gzip"}
    )
    answer = urlopen(request)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(answer.read())) > 1000
