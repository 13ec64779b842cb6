"""Events of the city: read as an office writes them, or refused with file and key."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import DefinitionError
from pipelines.reference.events import (
    Event,
    list_reforms,
    load_events,
    place_name,
    select_events,
)
from pipelines.reference.periods import parse_period

WHOLE = '[a]\nfirst = 2021-07-24\nlast = 2021-09-06\nkind = "restriction"\nvi = "x"\nen = "y"\n'
DEMO = Path(__file__).parents[2] / "pipelines" / "demo" / "events.toml"


def load(home: Path, text: str) -> tuple[Event, ...]:
    (home / "events.toml").write_text(text, encoding="utf-8")
    return load_events(home)


def test_a_home_without_the_file_has_no_events(tmp_path: Path) -> None:
    assert load_events(tmp_path) == ()


def test_an_event_lies_in_the_report_quarters_of_its_days(tmp_path: Path) -> None:
    (event,) = load(tmp_path, WHOLE)
    assert (event.span.code, event.place) == ("2021-Q3", "HN")
    assert event.concerns(parse_period("2021-Y"))
    assert not event.concerns(parse_period("2021-Q4"))


def test_days_may_stand_in_quotes_and_events_come_in_their_order(tmp_path: Path) -> None:
    later = '[b]\nfirst = "2020-04-01"\nkind = "other"\nvi = "x"\nen = "y"\n'
    assert [event.first for event in load(tmp_path, WHOLE + later)] == [
        date(2020, 4, 1),
        date(2021, 7, 24),
    ]


def test_an_event_of_a_district_concerns_its_communes_and_nobody_else(tmp_path: Path) -> None:
    (event,) = load(tmp_path, WHOLE + 'place = "002"\n')
    span = parse_period("2021-Y")
    found = {place: select_events([event], span, [place]) for place in ("002", "00046", "00118")}
    assert found == {"002": (event,), "00046": (event,), "00118": ()}
    assert select_events([event], span) == ()
    assert place_name(event) == "Quận Hoàn Kiếm"


WRONG = [
    ("no TOML", "[a", "", ""),
    ("an unknown key", WHOLE + "until = 1", "a.until", "last"),
    ("an unknown kind", WHOLE.replace("restriction", "covid"), "a.kind", "restriction"),
    ("a sentence in one language only", WHOLE.replace("en =", "#"), "a.en", ""),
    ("an empty sentence", WHOLE.replace('"x"', '""'), "a.vi", "1 character"),
    ("a day that is none", WHOLE.replace("2021-07-24", '"24/07/2021"'), "a.first", "date"),
    ("an end before the beginning", WHOLE.replace("2021-09", "2021-01"), "a.last", "2021-07-24"),
    ("an unknown place", WHOLE + 'place = "999"', "a.place", ""),
]


@pytest.mark.parametrize(
    ("text", "key", "allowed"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_not_right_is_named_with_file_and_key(
    tmp_path: Path, text: str, key: str, allowed: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, text)
    values = refused.value.values
    assert (values["file"], values["key"]) == ("events.toml", key)
    assert allowed in str(values["allowed"])


def test_the_demonstration_ships_an_invented_event_of_summer_2021(tmp_path: Path) -> None:
    (event,) = load(tmp_path, DEMO.read_text(encoding="utf-8"))
    assert event.invented and event.span.code == "2021-Q3"


def test_a_file_nested_without_end_is_refused_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, "a = " + "[" * 10_000)
    assert refused.value.code == "definition_file"


def test_reforms_are_events_of_the_whole_city() -> None:
    reforms = list_reforms()
    assert [r.first.isoformat() for r in reforms] == ["2025-01-01", "2025-07-01"]
    assert [r.place for r in reforms] == ["HN", "HN"]
    assert "126" in reforms[1].vi
    assert "126" in reforms[1].en
