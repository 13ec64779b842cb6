"""A form carries the names and the law of its own days, whenever it is printed."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipelines.demo.load import copy_province
from pipelines.intake.templates import write_form
from pipelines.reference.office_names import bare_province_name, find_office, list_spellings
from pipelines.reference.targets import find_target
from pipelines.settings import REFERENCE_VARIABLE, Organisation, Settings, load_settings

LABOUR = "Sở Lao động – Thương binh và Xã hội thành phố Hà Nội"
POLICE = "Công an thành phố Hà Nội"
HOME = Path("nowhere")


@pytest.fixture
def invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The invented province, in force for this test alone."""
    monkeypatch.setenv(REFERENCE_VARIABLE, "")
    copy_province(tmp_path, "minh-hoa")
    return load_settings(tmp_path)


def printed(form: str, unit: str, period: str, settings: Settings) -> str:
    """Every text of one blank form."""
    book = BytesIO()
    registers = {"C": ()} if form == "B" else {}
    write_form(book, form, unit, period, registers=registers, settings=settings)
    with ZipFile(book) as parts:
        names = [name for name in parts.namelist() if name.endswith(".xml")]
        return "".join(parts.read(name).decode("utf-8") for name in names)


@pytest.mark.parametrize(
    ("day", "form", "name"),
    [
        (date(2022, 9, 14), "A", LABOUR),
        (date(2025, 2, 28), "B", LABOUR),
        (date(2025, 3, 1), "B", POLICE),
        (date(2025, 3, 14), "A", "Sở Y tế thành phố Hà Nội"),
    ],
)
def test_who_receives_a_form_is_who_owned_the_programme(day: date, form: str, name: str) -> None:
    assert find_office(Organisation(), day, form).department.vi == name


def test_what_an_office_sets_is_the_name_of_today_only() -> None:
    today = Organisation(department="Phòng Tổng hợp", legal_basis="Luật 120/2025/QH15")
    names = find_office(today, date(2026, 9, 14), "B")
    assert (names.department.vi, names.legal_basis.vi) == ("Phòng Tổng hợp", "Luật 120/2025/QH15")
    assert find_office(today, date(2022, 9, 14), "B").department.vi == LABOUR


def test_a_form_of_2022_printed_today_carries_the_names_of_2022() -> None:
    settings = Settings(HOME, organisation=Organisation(department="Phòng Tổng hợp"))
    form = printed("B", "P-00646", "2022-Q3", settings)
    assert LABOUR in form
    assert "Phòng Tổng hợp" not in form
    assert "Phòng Tổng hợp" in printed("B", "P-00643", "2025-Q4", settings)


def test_the_law_of_a_teams_form_changed_with_the_circular_of_2025() -> None:
    settings = Settings(HOME)
    assert "14/2025/TT-BYT" not in printed("A", "D-00646", "2022-Q3", settings)
    assert "14/2025/TT-BYT" in printed("A", "D-00643", "2025-Q4", settings)


def test_a_receiver_is_offered_while_it_is_open(invented: Settings) -> None:
    closed = "Phòng khám xã cũ (giả định)"
    assert closed in printed("B", "P-90001", "2022-Q3", invented)
    assert closed not in printed("B", "P-90001", "2023-Q1", invented)


def test_the_city_is_known_by_what_people_write() -> None:
    assert bare_province_name(date(2026, 1, 1)).vi == "Hà Nội"
    assert {"hn", "tp hn", "hà nội", "tp hà nội", "thành phố hà nội"} <= set(list_spellings())


def test_a_commune_has_targets_of_its_own(invented: Settings) -> None:
    goal = find_target("O04", 2023, ("90019",))
    assert goal and goal.value == 12
    assert find_target("O04", 2023, ("90022",)) is None
    assert find_target("O04", 2023) is None
    assert find_target("P01", 2023, ("90019", "90022")) is None
    city = find_target("P01", 2023)
    assert city and city.value == 6
