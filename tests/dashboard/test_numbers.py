"""The numbers on the pages are those that `caunoi kpi` answers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import catalog, kpi, settings
from pipelines.errors import Refused
from pipelines.present.panels import comparison
from pipelines.reference.published_figures import load_published

Reader = Callable[..., AppTest]
#: A KPI or field by its English name, the KPI first.
CODES = {
    f.label.en: f.code for f in (*catalog.fields().values(), *reversed(catalog.kpis().values()))
}
CODES |= {"Tips acted on": "a52"}
CHOICES = [
    {"period": "2021-Y..2023-Y"},
    {"period": "2022-Q3", "district": "002,004"},
    {"period": "2022-Y", "district": "020", "ward": "00646"},
]
SCALE = {"bn": 1e9, "m": 1e6}


def read(text: str) -> tuple[float, float]:
    """A number as an English page writes it, and half of its last digit."""
    found = re.fullmatch(
        r"(?:over |about )?(\u2212?[\d,]+)(?:\.(\d+))?(?: (bn|m)|%)?", text.replace("\xa0", " ")
    )
    assert found, text
    whole, decimals, unit = (
        found[1].replace(",", "").replace("\u2212", "-"),
        found[2] or "",
        SCALE.get(found[3], 1),
    )
    return float(f"{whole}.{decimals or 0}") * unit, 0.5 * unit / 10 ** len(decimals) + 1e-9


@pytest.fixture(scope="module")
def store(demo_home: Path) -> kpi.WarehouseReader:
    return kpi.open_store(settings.load_settings(demo_home))


@pytest.mark.parametrize("choice", CHOICES, ids=["city", "districts", "ward"])
@pytest.mark.parametrize(
    "view", ["overview", "teams", "clients", "points", "activities", "quality"]
)
def test_every_card_shows_its_figure(
    warm_reader: Reader,
    demo_home: Path,
    store: kpi.WarehouseReader,
    view: str,
    choice: dict[str, str],
) -> None:
    page = warm_reader(demo_home, view, lang="en", **choice)
    assert not page.exception
    places = (choice.get("ward") or choice.get("district") or "").split(",")
    shown = {m.label: m.value for m in page.metric}
    assert len(shown) >= 3
    for label, text in shown.items():
        code = CODES[re.sub(r" \([^)]*\)$", "", label)]
        assert agrees(text, code, choice["period"], [p for p in places if p], store), (label, text)


def agrees(
    text: str, code: str, period: str, places: list[str], store: kpi.WarehouseReader
) -> bool:
    about = catalog.kpis().get(code)
    try:
        asked = comparison.shown_period(about, period) if about else period
        row = kpi.values(code, period=asked, place=places or None, store=store).row(0, named=True)
    except Refused:
        return text == "n/a"
    if row["value"] is None:
        return (
            text == {"not_reported": "–", "not_applicable": "n/a", "suppressed": "*"}[row["state"]]
        )
    if " of " in text or " / " in text:
        return re.split(" of | / ", text) == [
            f"{row[side]:.0f}" for side in ("numerator", "denominator")
        ]
    value, close = read(text)
    return abs(value - row["value"]) <= close


def test_hoan_kiem_in_summer_2021_says_16_of_18_on_the_page(
    warm_reader: Reader, demo_home: Path
) -> None:
    page = warm_reader(demo_home, "clients", lang="vi", period="2021-Q3", district="002")
    card = next(m for m in page.metric if m.label.startswith("Lượt tiếp cận"))
    told = " ".join(str(m.value) for m in page.markdown).replace("\u00a0", " ")
    assert card.value == "174"
    assert "Chưa đầy đủ\\: 16/18 báo cáo, thiếu 2 số (1 có lỗi, 1 chưa nộp)." in told


def test_the_steps_of_referrals_add_up_to_the_figures(
    warm_reader: Reader, demo_home: Path, store: kpi.WarehouseReader
) -> None:
    page = warm_reader(demo_home, "referrals", lang="en", period="2021-Y..2023-Y")
    whole = (
        next(t.value for t in page.dataframe if "Reached to date, %" in t.value.columns)
        .iloc[-1]
        .to_list()
    )
    rows = kpi.outcomes(period="2021-Y..2023-Y", store=store)
    totals = [rows[step].sum() for step in ("issued", "attended", "started", "completed")]
    assert [read(text)[0] for text in whole[1:5]] == totals


def test_every_published_figure_that_can_be_computed_agrees(
    warm_reader: Reader, demo_home: Path
) -> None:
    table = warm_reader(demo_home, "published", lang="en").dataframe[0].value
    assert table.shape[0] == len(load_published())
    assert "Differs" not in table["Result"].to_list()
    assert table["Result"].to_list().count("Agrees") >= 60
