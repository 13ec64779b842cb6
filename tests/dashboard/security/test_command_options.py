"""No combination of options of `kpi`, `report` and `export` answers a protected number of others.

Every protected cell of a small city is a number that turns up nowhere by accident, and every byte
of every answer is searched, packed parts too. A change's own run takes a fixed slice in which any
two choices stand together; all combinations by CAUNOI_FULL=1.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from pipelines import catalog, kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.kpi.query import find_queried_kpi
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.settings import Settings
from tests.cli.conftest import Answer, Caunoi
from tests.dashboard.conftest import small_city
from tests.dashboard.security.conftest import planted as planted_number
from tests.dashboard.security.downloads import unpacked
from tests.dashboard.security.option_pairs import covering
from tests.dashboard.security.planted_numbers import SMALLEST, codes_of, written

#: Asks for every combination of options.
pytestmark = pytest.mark.slow

FULL = bool(os.environ.get("CAUNOI_FULL"))
#: Three wards of district 002, two of 004, one of 281; points where the small city has them.
WARDS = {
    "00046": "002",
    "00058": "002",
    "00067": "002",
    "00118": "004",
    "00121": "004",
    "10354": "281",
}
#: Who asks: the public, and district roles by their own districts.
READERS: tuple[tuple[str, ...], ...] = ((), ("002",), ("002", "004"))
#: The long form asks for each in a test of its own.
READERS_APART = [(own,) for own in READERS] if FULL else [READERS]
PLACES: tuple[tuple[str, ...], ...] = (
    (),
    ("004",),
    ("00046", "00121"),
    ("002", "004"),
    *((("002",), ("00118",)) if FULL else ()),
)
WHOLE = "2021-Y..2022-Y"
PERIODS = ("2022-Q4", "2022-H1", "2022-Y", WHOLE)
LEVELS, STEPS = ("", "district", "ward"), ("", "quarter", "year", "so_far")
EVERY_CUT = [
    *product(LEVELS, STEPS, ("",)),
    *product(LEVELS, ("",), ("service",)),
    ("district,ward", "half", ""),
]
CUTS = EVERY_CUT if FULL else EVERY_CUT[::2]
#: Today, and a day on which every cell had come.
DAYS = ("", "2024-01-06")
FORMATS = ("docx", "pdf", "xlsx", "html")
SUMS = ["K03+K04", "a32+a33", "a23+a62"]
REFERRALS = [k.code for k in catalog.kpis().values() if k.kind == "referrals"]
CODES = [*codes_of(True), *codes_of("below_district"), *SUMS]


def combinations_of(*options: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All of them in the long form, else the slice of pairs."""
    return [*product(*options)] if FULL else covering(*options)


def rights(own: tuple[str, ...]) -> list[str]:
    """The options that make a reader with these own districts."""
    given = [word for code in own for word in ("--as-district", code)]
    return ["--role", "district", *given] if own else ["--role", "public"]


def scope_of(own: tuple[str, ...]) -> Scope:
    return Scope("district", frozenset(own)) if own else PUBLIC


def named(places: tuple[str, ...]) -> list[str]:
    """The places as options, under both names of the option in turn."""
    return [
        word for n, code in enumerate(places) for word in (("--district", "--place")[n % 2], code)
    ]


def districts_of(places: tuple[str, ...]) -> set[str]:
    return {WARDS.get(code, code) for code in places} or set(WARDS.values())


@dataclass(frozen=True)
class Planted:
    """A small city with its store, and the exact numbers of every place asked about."""

    home: Path
    store: WarehouseReader
    numbers: dict[tuple[str, ...], set[int]]
    #: Volunteers by sex and age of whole districts.
    open: set[int]

    def of_others(self, own: tuple[str, ...], content: bytes) -> list[int]:
        """Protected numbers in the content that are not about the reader's own districts."""
        mine = [found for places, found in self.numbers.items() if districts_of(places) <= set(own)]
        return sorted(written(content, self.everything - self.open) - set().union(*mine))[:5]

    @property
    def everything(self) -> set[int]:
        return set().union(*self.numbers.values())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    home = small_city(tmp_path_factory.mktemp("options"), tuple(WARDS), planted_number)
    with kpi.open_store(settings.load_settings(home)) as store:
        areas = {*PLACES, *((district,) for district in WARDS.values())}
        numbers = {places: exact_numbers(store, CODES, places, ((), ("ward",))) for places in areas}
        districts = [places for places in areas if all(len(code) == 3 for code in places)]
        above = set().union(
            *(
                exact_numbers(store, codes_of("below_district"), places, ((),))
                for places in districts
            )
        )
        yield Planted(home, store, numbers, above)


def exact_numbers(
    store: WarehouseReader,
    codes: list[str],
    places: tuple[str, ...],
    levels: tuple[tuple[str, ...], ...],
) -> set[int]:
    """What the city is answered about these places, over every span a test asks for."""
    spans = [*(([step] if step else [], WHOLE) for step in (*STEPS, "half")), ([], "2022-H1")]
    found: set[int] = set()
    for level, (step, period) in product(levels, spans):
        rows = kpi.figures(
            codes, [*level, *step], period, list(places) or None, scope=CITY, store=store
        )
        large = rows.filter(pl.max_horizontal("value", "numerator", "denominator") >= SMALLEST)
        for column in ("value", "numerator", "denominator"):
            found |= {
                digits for n in large[column].drop_nulls() if (digits := digits_of(n)) >= SMALLEST
            }
    return found


def digits_of(value: float) -> int:
    """The digits a number is written with: of a ratio all that a machine writes."""
    text = f"{value:.0f}" if value == int(value) else repr(value)
    return int(text.replace(".", "")) if text.replace(".", "").isdigit() else 0


@pytest.fixture
def caunoi(
    planted: Planted, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Caunoi]:
    """Commands over one open store for each day; opening it for every question changes nothing."""
    opened: dict[datetime | None, WarehouseReader] = {None: planted.store}
    real = kpi.open_store

    def open_once(
        chosen: Settings, *, as_of: datetime | None = None, scope: Scope = CITY
    ) -> AbstractContextManager[WarehouseReader]:
        if as_of not in opened:
            opened[as_of] = real(chosen, as_of=as_of, scope=scope)
        return nullcontext(opened[as_of])

    monkeypatch.setattr(kpi, "open_store", open_once)
    yield Caunoi(planted.home, capsys)
    for day, store in opened.items():
        if day is not None:
            store.close()


def asked(
    caunoi: Caunoi,
    own: Sequence[str],
    places: tuple[str, ...],
    period: str,
    cut: tuple[str, ...],
    day: str,
    form: str,
) -> Answer:
    """One figure, drawn for this combination out of all that are protected."""
    codes = REFERRALS if "service" in cut else CODES
    code = Random(f"{own} {places} {period} {cut} {day} {form}").choice(codes)
    by = ",".join(filter(None, cut))
    words = ["kpi", code, "--by", by, "--period", period, "--as-of", day, "--format", form]
    return caunoi(*words, *named(places), *own)


@pytest.mark.parametrize("readers", READERS_APART, ids=str)
def test_no_options_of_kpi_answer_a_number_of_others(
    planted: Planted, caunoi: Caunoi, readers: tuple[tuple[str, ...], ...]
) -> None:
    leaks, done = {}, 0
    every = combinations_of(readers, PLACES, ("", *PERIODS), CUTS, DAYS, ("table", "csv", "json"))
    for own, *options in every:
        said = asked(caunoi, rights(own), *options)
        found = planted.of_others(own, (said.out + said.err).encode())
        leaks |= {(own, *map(str, options)): found} if found else {}
        done += said.code == 0
    assert not leaks and done > len(every) / 2, f"{len(every)} combinations, {done} answered"


def test_the_city_is_answered_the_planted_numbers_by_the_same_options(
    planted: Planted, caunoi: Caunoi
) -> None:
    every = covering(PLACES[1:], PERIODS, CUTS, DAYS, ("table", "csv", "json"))
    said = "\n".join(asked(caunoi, ["--role", "city"], *options).out for options in every)
    assert len(planted.of_others((), said.encode())) == 5


@pytest.mark.parametrize("own", READERS, ids=str)
def test_every_figure_shows_numbers_of_own_places_only(
    planted: Planted, own: tuple[str, ...]
) -> None:
    questions = combinations_of(PLACES, PERIODS, [cut[:2] for cut in CUTS if not cut[2]])
    for places, period, cut in questions:
        by = [name for part in cut if part for name in part.split(",")]
        found = kpi.figures(
            CODES, by, period, list(places) or None, scope=scope_of(own), store=planted.store
        )
        may_see = partial(may_see_row, own, places, by)
        assert [row for row in shown_rows(found) if not may_see(row)] == [], (places, period, cut)


def shown_rows(found: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows that hold any number."""
    return found.filter(
        pl.any_horizontal(pl.col("value", "numerator", "denominator").is_not_null())
    ).to_dicts()


def may_see_row(
    own: tuple[str, ...], places: tuple[str, ...], by: list[str], row: dict[str, Any]
) -> bool:
    """The rule, told once more: own districts, and of sex and age whole districts."""
    about = (
        {row["district"]}
        if "district" in row
        else districts_of(places)
        if places
        else {"everybody's"}
    )
    whole = "ward" not in by and all(len(code) == 3 for code in places)
    return about <= set(own) or (
        whole and find_queried_kpi(row["kpi"]).protected == "below_district"
    )


@pytest.mark.parametrize("readers", READERS_APART, ids=str)
def test_no_options_of_report_write_a_number_of_others(
    planted: Planted, caunoi: Caunoi, tmp_path: Path, readers: tuple[tuple[str, ...], ...]
) -> None:
    leaks = {}
    # All formats of one report are written by one command in the long form.
    formats = [",".join(FORMATS)] if FULL else FORMATS
    for number, (own, places, period, form, language) in enumerate(
        combinations_of(readers, PLACES, PERIODS, formats, ("vi", "en"))
    ):
        folder = tmp_path / str(number)
        words = ["report", period, "--format", form, "--language", language, "--out", str(folder)]
        assert caunoi(*words, *named(places), *rights(own)).code == 0
        for file in folder.iterdir():
            found = planted.of_others(own, unpacked(file.read_bytes()))
            leaks |= {(own, places, period, language, file.name): found} if found else {}
            file.unlink()
    assert not leaks


def test_a_report_of_the_own_district_holds_its_numbers(
    planted: Planted, caunoi: Caunoi, tmp_path: Path
) -> None:
    words = [
        "report",
        "2022-Y",
        "--format",
        ",".join(FORMATS),
        "--out",
        str(tmp_path),
        "--district",
        "002",
    ]
    assert caunoi(*words, *rights(("002",))).code == 0
    for file in tmp_path.iterdir():
        assert len(written(unpacked(file.read_bytes()), planted.numbers["002",])) > 2, file.name


def test_no_options_of_dhis2_hand_on_a_number_of_others(
    planted: Planted, caunoi: Caunoi, tmp_path: Path
) -> None:
    for own, places, period, form in combinations_of(
        READERS, PLACES, ("", *PERIODS), ("json", "csv")
    ):
        words = ["export", "dhis2", "--period", period, "--format", form, "--out", str(tmp_path)]
        assert caunoi(*words, *named(places), *rights(own)).code == 0
        (file,) = tmp_path.iterdir()
        content = file.read_bytes()
        assert planted.of_others(own, content) == [], (own, places, period, form)
        assert (
            not own
            or "004" in own
            or districts_of(places) - {"002"}
            or len(planted.of_others((), content)) > 2
        )
        file.unlink()


def test_no_options_of_the_wide_table_hand_on_a_number_of_others(
    planted: Planted, caunoi: Caunoi, tmp_path: Path
) -> None:
    for own, places, period in combinations_of(READERS, PLACES, ("", *PERIODS)):
        words = ["export", "wide", "--period", period, "--out", str(tmp_path)]
        assert caunoi(*words, *named(places), *rights(own)).code == 0
        (file,) = {*tmp_path.glob("*.csv")} - {*tmp_path.glob("*_columns.csv")}
        content = file.read_bytes()
        assert planted.of_others(own, content) == [], (own, places, period)
        assert (
            not own
            or "004" in own
            or districts_of(places) - {"002"}
            or len(planted.of_others((), content)) > 2
        )
        file.unlink()


def test_no_options_hand_on_the_whole_mart(caunoi: Caunoi, tmp_path: Path) -> None:
    for own, places, period in combinations_of(READERS, PLACES, ("", *PERIODS)):
        words = ["export", "mart", "--period", period, "--out", str(tmp_path / "mart"), "--json"]
        refused = caunoi(*words, *named(places), *rights(own))
        assert (refused.code, refused.error, list(tmp_path.iterdir())) == (2, "package_scope", [])


@pytest.mark.parametrize(
    "command", [["kpi", "K01"], ["report", "2022-Y"], ["export", "dhis2"], ["export", "mart"]]
)
@pytest.mark.parametrize("role", ["public", "city", "steward", ""])
def test_own_districts_are_refused_beside_any_other_role(
    caunoi: Caunoi, command: list[str], role: str
) -> None:
    words = ["--role", role] if role else []
    refused = caunoi(*command, *words, "--as-district", "002", "--json")
    assert (refused.code, refused.error) == (2, "district_needed")


@pytest.mark.parametrize(
    "command", [["kpi", "K01"], ["report", "2022-Y"], ["export", "dhis2"], ["export", "mart"]]
)
def test_a_district_role_says_which(caunoi: Caunoi, command: list[str]) -> None:
    refused = caunoi(*command, "--role", "district", "--district", "002", "--json")
    assert (refused.code, refused.error) == (2, "district_needed")
    assert (
        caunoi(*command, "--role", "district", "--as-district", "999", "--json").error
        == "unknown_place"
    )
