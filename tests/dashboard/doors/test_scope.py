"""Two managers in one process, all pages and links at once: nobody is sent a protected number of somebody else."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.dashboard.doors.conftest import Office
from tests.dashboard.doors.needles import secrets_of, shown
from tests.dashboard.doors.wire import Wire

PAGES = (
    "", "teams", "clients", "referrals", "points", "activities", "compare", "place", "reports", "quality", "submit",
    "published", "definitions", "system",
)  # fmt: skip
WARD = "district=004&ward=00118&period=2022-Q4&kpi=K01"
OWN, SOME = ("002", "004"), ("", "clients")
MORE = [
    f"district={d}&period={p}&kpi={k}"
    for d, p, k in itertools.product(
        ("002", "004", "002,004", ""), ("2022-Q4", "2022-H1", "2021-Y"), ("K01", "K05", "R01", "R08", "K13")
    )
]
#: All of it by CAUNOI_FULL=1; a change's own run takes every page and a few links.
EVERY = [(page, "") for page in PAGES] + [(page, f"district={d}&period=2022-Q4&kpi=K01") for d in OWN for page in SOME]
if os.environ.get("CAUNOI_FULL"):
    EVERY += [(page, link) for link in (WARD, *MORE) for page in PAGES]


@pytest.fixture(scope="module")
def planted(planted_home: Path) -> dict[str, set[int]]:
    own, other = secrets_of(planted_home, "002"), secrets_of(planted_home, "004")
    city = secrets_of(planted_home, None)
    assert len(own) > 500 and len(other) > 200 and len(city) > 20
    return {"002": own - other, "004": other - own, "city": city - own - other}


def read(office: Office, name: str) -> bytes:
    """Everything one reader is sent over all pages and links."""
    with Wire(office, name) as wire:
        for page, link in EVERY:
            wire.run(page, link)
        return bytes(wire.sent)


def test_nobody_is_sent_a_protected_number_of_another_district(office: Office, planted: dict[str, set[int]]) -> None:
    names = ("lan", "minh", "guest")
    with ThreadPoolExecutor(len(names)) as pool:
        sent = list(pool.map(lambda name: read(office, name), names))
    seen = [{key: shown(data, numbers) for key, numbers in planted.items()} for data in sent]
    for name, found in zip(names, seen, strict=True):
        own = {"lan": {"002"}, "minh": {"004"}, "guest": set()}[name]
        foreign = {key: sorted(numbers)[:5] for key, numbers in found.items() if key not in own and numbers}
        assert foreign == {}, name
        # The search finds what was sent, or it would prove nothing.
        assert all(len(found[key]) >= 3 for key in own), (name, {k: len(v) for k, v in found.items()})
