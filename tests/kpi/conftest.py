"""A city a reader can add in the head.

Three wards of Hoàn Kiếm and one of Long Biên, two points, five quarters.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.reference.periods import parse_period
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.warehouse import build

TEAMS = ("D-00046", "D-00058", "D-00067", "D-00118")
POINTS = ("P-00046", "P-00118")


class City:
    """Writes returns and registers straight into a ledger, as intake would after reading them."""

    def __init__(self, home: Path) -> None:
        self.settings = settings.load_settings(home)
        self.ledger = Ledger(home)
        self.count = 0

    def returns(
        self, reporter: str, period: str, days_late: int = 0, state: str = "accepted", **fields: int
    ) -> str:
        """One return received `days_late` days after its period's end; the submission's id."""
        self.count += 1
        submission = f"s{self.count}"
        end = parse_period(period).end
        at = datetime(end.year, end.month, end.day, 3, tzinfo=UTC) + timedelta(days=days_late)
        form = "A" if reporter.startswith("D-") else "B"
        values = [
            (
                1,
                submission,
                form,
                reporter,
                period,
                f,
                str(v),
                v,
                "=",
                state,
                "final",
                "Mẫu",
                f"E{i}",
                at,
                self.count,
            )
            for i, (f, v) in enumerate(fields.items(), 2)
        ]
        receipt = (
            1,
            submission,
            "f",
            "c",
            "x.xlsx",
            form,
            1,
            "single",
            reporter,
            period,
            at,
            "accepted",
            "inbox",
        )
        self.ledger.append(
            LedgerBatch(
                values=to_frame("values", values), submissions=to_frame("submissions", [receipt])
            )
        )
        return submission

    def register(
        self,
        register: str,
        record: str,
        reporter: str = "HN",
        period: str | None = None,
        **cells: str,
    ) -> None:
        self.count += 1
        at = datetime(2021, 1, 1, tzinfo=UTC)
        rows = [
            (
                1,
                f"s{self.count}",
                register,
                reporter,
                period,
                record,
                f,
                text,
                "accepted",
                "Mẫu",
                "A5",
                at,
                self.count,
            )
            for f, text in cells.items()
        ]
        self.ledger.append(LedgerBatch(records=to_frame("records", rows)))

    def referral(
        self, number: int, reporter: str = "P-00046", period: str = "2022-Q4", **cells: str
    ) -> None:
        given = {
            "programme": "M4",
            "service": "RF_HIV",
            "client": f"k{number}",
            "status": "issued",
            **cells,
        }
        self.register("C", f"{reporter}-2022-{number}", reporter, period, **given)

    def built(self) -> WarehouseReader:
        build.build_warehouse(self.settings)
        return kpi.open_store(self.settings)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four teams and two points on the registers; no return yet."""
    return registered(tmp_path)


def registered(home: Path) -> City:
    city = City(home)
    for team in TEAMS:
        city.register("D1", team, team_id=team, commune=team[2:], status="active")
    city.register(
        "D3",
        "P-00046",
        point_id="P-00046",
        commune="00046",
        programme="M4",
        status="active",
        confidence="certain",
    )
    dates = {"decision_date": "2022-07-20", "valid_from": "2022-07-20"}
    city.register(
        "D3",
        "P-00118",
        point_id="P-00118",
        commune="00118",
        programme="M4",
        status="active",
        confidence="certain",
        **dates,
    )
    return city


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[WarehouseReader]:
    """Return what `reported` holds: of the test's own city, else of one for all tests."""
    if "city" not in request.fixturenames:
        yield request.getfixturevalue("shared_store")
        return
    with reported(request.getfixturevalue("city")).built() as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseReader]:
    with reported(registered(tmp_path_factory.mktemp("kpi"))).built() as opened:
        yield opened


def reported(city: City) -> City:
    """Report 2022, quarter by quarter.

    Every team has 7, 8, 9 and 10 volunteers and 10 contacts a quarter; the points 3 contacts.
    """
    for quarter in ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"):
        for number, team in enumerate(TEAMS, 7):
            city.returns(
                team, quarter, a04=number, a31=10, a34=5, a34y=2, a40=1, a41=1, a42=0, a30=20
            )
        city.returns("P-00046", quarter, b20=3, b21=1, b22=2, b11=1, b15=1, b15y=1, b02=10)
    city.returns("P-00118", "2022-Q3", b20=0, b21=0, b22=0, b11=0, b15=0, b15y=0, b02=5)
    return city
