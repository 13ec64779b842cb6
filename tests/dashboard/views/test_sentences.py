"""Every sentence of every page, for each role, against the states of the figures behind it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.auth import identity
from pipelines import catalog, kpi, settings
from pipelines.catalog import Language
from pipelines.catalog.types import LANGUAGES
from pipelines.kpi import WarehouseReader
from pipelines.present import i18n
from pipelines.privacy.scope import CITY, PUBLIC, STEWARD, Scope
from pipelines.store.ledger import Ledger
from pipelines.warehouse import build
from tests.dashboard.conftest import _returned, six
from tests.dashboard.views.sentence_claims import CLAIMS, LABELS
from tests.dashboard.views.sentence_facts import Facts, number, spoken
from tests.long_form import FULL

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]
DISTRICT = Scope("district", frozenset({"002"}))
PAGES = (
    "teams",
    "clients",
    "referrals",
    "points",
    "activities",
    "compare",
    "place",
    "lineage",
    "quality",
    "published",
    "reports",
    "definitions",
)
#: Pages that only some roles have.
OWN_PAGES = {
    "public": (),
    "district": ("submit", "worklist"),
    "city": ("submit", "worklist", "system"),
    "steward": ("submit", "worklist", "system", "users"),
}
ROLES = {"public": PUBLIC, "district": DISTRICT, "city": CITY, "steward": STEWARD}
#: Who looks at the demonstration, in which language, at which period, district and figure; the
#: last two by CAUNOI_FULL=1.
LOOKS: list[tuple[str, Language, str, str, str]] = [
    ("public", "vi", "2022-Q3", "", "O04"),
    ("district", "vi", "2021-Y", "002", "T03"),
    ("city", "en", "2022-Q3", "", "T06"),
    ("steward", "vi", "2021-Q3", "002", "O04"),
    ("public", "en", "2021-Y", "002", "T06"),
    ("district", "vi", "2022-Q3", "", "V04"),
]
LOOKS = LOOKS if FULL else LOOKS[:4]
ONE_RETURN_ROLES = ("public", "city", "district") if FULL else ("public", "city")
#: A title with a number of its own would be untrue in the next home.
OWN_NUMBER = re.compile(r"\d+")
ALLOWED = re.compile(
    r"\{\w+\}|B93|241/KH-UBND|\b(30|90) ngày|\b(30|90) days|15/12|14/12|15 December|14 December"
    r"|95 ?%|99[.,]8|\b5 ?%|90 ?%|100 ?%|0[.,]05|\b(0|4|12)\b|\(“3|2020|30–49|\b(30|50)\b"
    r"|Dưới 5|Below 5"
)

Said = list[tuple[str, dict[str, Any], str]]


class Recorded(str):
    """A sentence of the catalogue that writes down what it was filled with."""

    key: str
    said: Said

    def format(self, *args: object, **values: Any) -> str:
        text = str.format(self, *args, **values)
        self.said.append((self.key, values, text))
        return text


def _record(key: str, text: str, said: Said) -> Recorded:
    sentence = Recorded(text)
    sentence.key, sentence.said = key, said
    return sentence


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """Every sentence that is filled in while a page is drawn."""
    written: Said = []
    catalogues = {language: _record_all(language, written) for language in LANGUAGES}
    monkeypatch.setattr(i18n, "load_sentences", catalogues.__getitem__)
    return written


def _record_all(language: Language, written: Said) -> dict[str, i18n.Sentence]:
    catalogue: dict[str, i18n.Sentence] = {}
    for key, sentence in i18n.load_sentences(language).items():
        if isinstance(sentence, Mapping):
            forms = {form: _record(key, text, written) for form, text in sentence.items()}
            catalogue[key] = forms
        else:
            catalogue[key] = _record(key, sentence, written)
    return catalogue


@contextmanager
def opened(home: Path) -> Iterator[WarehouseReader]:
    with kpi.open_store(settings.load_settings(home)) as store:
        yield store


def plain(text: str) -> str:
    """The text without Markdown and no-break blanks."""
    return re.sub(r"[\\*]", "", text).replace("\u00a0", " ")


def shown(page: AppTest) -> str:
    parts = [*page.title, *page.markdown, *page.info]
    return plain("\n".join(str(part.value) for part in parts))


def untrue(page: AppTest, said: Said, facts: Facts) -> list[str]:
    """The sentences on the page whose claim does not hold."""
    text, wrong = shown(page), []
    for key, values, sentence in said:
        if key not in CLAIMS or plain(sentence).removesuffix(".").strip() not in text:
            continue
        clean = {n: plain(v) if isinstance(v, str) else v for n, v in values.items()}
        if not CLAIMS[key](facts, clean):
            wrong.append(f"{key}: {sentence}")
    return wrong


def wrong_values(page: AppTest, facts: Facts) -> list[str]:
    """The figures of cards that are not what the warehouse answers."""
    names = {k.label.of(spoken.get()): code for code, k in catalog.kpis().items()}
    signs = {"suppressed": "*", "not_reported": "–", "not_applicable": "n/a"}
    wrong = []
    for metric in page.metric:
        code = names.get(plain(metric.label).partition(" (")[0])
        if code is None or "from_year_start" in catalog.find_kpi(code).caveats:
            continue
        row, told = facts.row(code), metric.value.replace("\\", "").replace("\u00a0", " ")
        if row["state"] != "reported":
            right = told == signs[row["state"]]
        elif catalog.find_kpi(code).unit == "dong" or re.search(" trên | of ", told):
            right = True
        else:
            right = number(told) == round(row["value"], catalog.find_kpi(code).decimals)
        if not right:
            wrong.append(f"{code} {row['state']} {row['value']}: {told}")
    return wrong


def choose_pages(role: str, turn: int) -> tuple[str, ...]:
    """The pages of a role that a look turns to: every second one, all of them by CAUNOI_FULL=1."""
    pages = (*PAGES, *OWN_PAGES[role])
    return pages if FULL else pages[turn % 2 :: 2]


def check_pages(page: AppTest, said: Said, facts: Facts, pages: tuple[str, ...]) -> list[str]:
    """What is untrue on the overview, which is open, and on the pages turned to from there."""
    wrong = []
    for view in ("overview", *pages):
        if view != "overview":
            said.clear()
            page = page.switch_page(f"views/{view}.py").run()
        assert not page.exception
        problems = [*untrue(page, said, facts), *wrong_values(page, facts)]
        wrong += [f"{view} | {problem}" for problem in problems]
    return wrong


def test_every_sentence_has_a_claim_or_is_a_label() -> None:
    """A new sentence about figures needs a checker in sentence_claims.CLAIMS."""
    keys = set(i18n.load_sentences("vi")) - set(CLAIMS)
    assert [key for key in keys if not LABELS.fullmatch(key)] == []


def test_every_claim_is_of_a_sentence() -> None:
    assert set(CLAIMS) <= set(i18n.load_sentences("vi"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_has_a_figure_of_its_own(language: Language) -> None:
    for key, sentence in i18n.load_sentences(language).items():
        if key not in CLAIMS and not key.endswith(("_foot", "_note", "_unit")):
            continue
        texts = [sentence] if isinstance(sentence, str) else sentence.values()
        assert [t for t in texts if OWN_NUMBER.search(ALLOWED.sub("", t))] == [], key


@pytest.fixture(autouse=True)
def _page_language() -> Iterator[None]:
    """Pages are read in Vietnamese unless a test says otherwise."""
    before = spoken.set("vi")
    yield
    spoken.reset(before)


@pytest.mark.parametrize(
    ("turn", "role", "language", "period", "district", "code"),
    [(turn, *look) for turn, look in enumerate(LOOKS)],
)
def test_no_sentence_about_the_demonstration_is_untrue(
    reader: Reader,
    said: Said,
    demo_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    turn: int,
    role: str,
    language: Language,
    period: str,
    district: str,
    code: str,
) -> None:
    spoken.set(language)
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(ROLES[role], identity.LOCAL))
    link = {"lang": language, "period": period, "kpi": code}
    page = reader(demo_home, **link, **({"district": district} if district else {}))
    with opened(demo_home) as store:
        places = (district,) if district else ()
        facts = Facts(store, ROLES[role], period, places, code)
        wrong = check_pages(page, said, facts, choose_pages(role, turn))
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def one_return_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds one team's return and no register: every field of it is 6."""
    home = tmp_path_factory.mktemp("one")
    (home / "settings.toml").write_text("[access]\nremember = false\n", encoding="utf-8")
    _returned(Ledger(home), "A", "D-00046", "2022-Q4", six)
    build.build_warehouse(settings.load_settings(home))
    return home


@pytest.mark.parametrize(("turn", "role"), [*enumerate(ONE_RETURN_ROLES)])
def test_no_sentence_about_one_return_is_untrue(
    reader: Reader,
    said: Said,
    one_return_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    turn: int,
    role: str,
) -> None:
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(ROLES[role], identity.LOCAL))
    page = reader(one_return_home, lang="vi", period="2022-Q4")
    with opened(one_return_home) as store:
        facts = Facts(store, ROLES[role], "2022-Q4", ())
        wrong = check_pages(page, said, facts, choose_pages(role, turn))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_home_claims_nothing(
    reader: Reader, said: Said, empty_home: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(ROLES[role], identity.LOCAL))
    page = reader(empty_home, lang="vi")
    for view in ("overview", *PAGES, *OWN_PAGES[role]):
        if view != "overview":
            page = page.switch_page(f"views/{view}.py").run()
        text = shown(page)
        figures = CLAIMS.keys() - {"users.list"}
        claims = [key for key, _, sentence in said if key in figures and plain(sentence) in text]
        assert claims == [], view
