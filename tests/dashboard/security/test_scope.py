"""Two managers, all pages, links and files at once: nobody is sent another's numbers.

The long form, with thirty managers and a thousand links each, is
`python -m tests.dashboard.security.managers`. Pictures are drawn in the browser out of the frames
searched here.
"""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.security.conftest import Office
from tests.dashboard.security.downloads import cards, codes, files, unpacked
from tests.dashboard.security.planted_numbers import secrets_of, shown, written
from tests.dashboard.security.socket_client import Wire

PAGES = (
    "", "teams", "clients", "referrals", "points", "activities", "compare", "place", "reports",
    "quality", "submit", "published", "definitions", "system",
)  # fmt: skip
WARD = "district=004&ward=00118&period=2022-Q4&kpi=K01"
OWN, SOME = ("002", "004"), ("", "clients")
MORE = [
    f"district={d}&period={p}&kpi={k}"
    for d, p, k in itertools.product(
        ("002", "004", "002,004", ""),
        ("2022-Q4", "2022-H1", "2021-Y"),
        ("K01", "K05", "R01", "R08", "K13"),
    )
]
#: All of it by CAUNOI_FULL=1; a change's own run takes every page and a few links.
EVERY = [(page, "") for page in PAGES] + [
    (page, f"district={d}&period=2022-Q4&kpi=K01") for d in OWN for page in SOME
]
EVERY += [("place", WARD)]
FILES = [
    (page, f"district={OWN[n // 2 % 2]}&period=2022-Q4&kpi=K01")
    for n, page in enumerate(PAGES)
    if n % 2 == 0
]
FILES += [
    ("reports", "district=004&period=2022-Q4"),
    ("compare", "district=002,004&period=2022-Y&kpi=K05"),
]
if os.environ.get("CAUNOI_FULL"):
    EVERY += [(page, link) for link in MORE for page in PAGES]
    FILES += [(page, link) for link in (WARD, "", *MORE[::7]) for page in PAGES]


#: Whose exact numbers each reader may see.
OWNS = {"lan": "002", "minh": "004", "guest": ""}


@pytest.fixture(scope="module")
def planted(planted_home: Path) -> dict[str, set[int]]:
    own, other = secrets_of(planted_home, "002"), secrets_of(planted_home, "004")
    city = secrets_of(planted_home, None)
    assert len(own) > 500 and len(other) > 200 and len(city) > 20
    return {"002": own - other, "004": other - own, "city": city - own - other}


@dataclass
class Got:
    """What one reader was sent, what was in the files, and the code for notebooks."""

    sent: bytes
    files: dict[str, bytes]
    code: set[str]


def read(office: Office, name: str) -> Got:
    """Everything one reader is sent over all pages and links, and can take away."""
    taken: dict[str, bytes] = {}
    code: set[str] = set()
    opened: dict[str, list[str]] = {}
    with Wire(office, name) as wire:
        for page, link in EVERY:
            came = wire.run(page, link)
            opened[page] = opened.get(page) or cards(came)
        for page, link in FILES:
            came = wire.run(page, link, opened[page])
            code |= {*codes(came)}
            taken |= {f"{page} {link} {kind}": file for kind, file in files(wire, came).items()}
        return Got(bytes(wire.sent), taken, code)


@pytest.fixture(scope="module")
def got(office: Office) -> dict[str, Got]:
    """Both managers and a guest at once, in one process."""
    with ThreadPoolExecutor(len(OWNS)) as pool:
        return dict(zip(OWNS, pool.map(lambda name: read(office, name), OWNS), strict=True))


Find = Callable[[bytes, set[int]], set[int]]


def judged(
    name: str, data: bytes, planted: dict[str, set[int]], find: Find
) -> tuple[list[int], int]:
    """Numbers of others in what `name` was given, and how many own ones the search found."""
    found = find(data, set().union(*planted.values()))
    own = planted.get(OWNS[name], set())
    return sorted(found - own)[:5], len(found & own) if own else 3


@pytest.mark.parametrize("name", OWNS)
def test_nobody_is_sent_a_protected_number_of_another_district(
    got: dict[str, Got], planted: dict[str, set[int]], name: str
) -> None:
    theirs, own = judged(name, got[name].sent, planted, shown)
    assert theirs == [] and own >= 3


@pytest.mark.parametrize("name", OWNS)
@pytest.mark.parametrize("kind", ["xlsx", "csv", "docx", "pdf", "html"])
def test_no_file_holds_a_protected_number_of_another_district(
    got: dict[str, Got], planted: dict[str, set[int]], name: str, kind: str
) -> None:
    laid_open = [
        unpacked(file) for label, file in got[name].files.items() if label.split()[-2] == kind
    ]
    theirs, own = judged(name, b"\n".join(laid_open), planted, written)
    assert theirs == [] and own >= 3


@pytest.mark.parametrize("name", OWNS)
def test_code_for_a_notebook_asks_for_no_more_than_the_page(
    got: dict[str, Got],
    planted: dict[str, set[int]],
    name: str,
    planted_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(planted_home))
    answers = []
    for code in sorted(got[name].code):
        known: dict[str, Any] = {"print": lambda _: None}
        exec(code, known)
        numbers = known["answer"].unnest("missing_by")
        answers.append(numbers.write_csv(float_scientific=False).encode())
    theirs, own = judged(name, b"\n".join(answers), planted, written)
    assert answers and theirs == [] and own >= 3
