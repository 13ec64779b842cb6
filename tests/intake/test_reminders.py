"""Who is reminded: each district with what it owes, and a message ready to paste."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.catalog import Language
from pipelines.intake.issues import make_issue
from pipelines.intake.model import FieldValues
from pipelines.intake.reminders import list_reminders
from tests.intake.ingest.sample_files import file, send, settings, team, without
from tests.intake.validation.sample_returns import filled, records

LINES = tuple(
    {
        "team_id": f"D-{code}",
        "commune": code,
        "status": "active",
        "valid_from": start,
        "valid_to": end,
    }
    for code, start, end in (
        ("00646", "", ""),
        ("00640", "", ""),
        ("00643", "", "2022-03-01"),
        ("00001", "2022-10-01", ""),
        ("00004", "", ""),
    )
)


def register(home: Path) -> None:
    ret = replace(
        filled("A"), form="D1", kind="register", unit="HN", period="", entries=FieldValues()
    )
    send(home, file(replace(ret, records=records("D1", "HN", None, LINES))))


def test_each_district_is_told_what_is_missing_of_its_units_in_being(tmp_path: Path) -> None:
    register(tmp_path)
    send(tmp_path, team())
    found = {
        c.district: [owed.reporter for owed in c.missing]
        for c in list_reminders(settings(tmp_path), "2022-Q3")
    }
    assert sorted(reporter for owed in found.values() for reporter in owed) == [
        "D-00004",
        "D-00640",
    ]
    assert len(found) == 2


def test_the_message_names_district_period_due_date_and_places(tmp_path: Path) -> None:
    register(tmp_path)
    first = list_reminders(settings(tmp_path), "2022-Q3")[0]
    assert (first.district, first.deadline) == ("001", date(2022, 9, 20))
    said: dict[Language, tuple[str, str]] = {
        "vi": ("Kính gửi UBND quận Ba Đình: ", "quý III/2022"),
        "en": ("To the People's Committee of quận Ba Đình: ", "Q3 2022"),
    }
    for language, (office, quarter) in said.items():
        text = first.build_message(language)
        assert text.startswith(office)
        assert all(part in text for part in (quarter, "20/09/2022", first.missing[0].place))


def test_every_quarter_of_the_period_is_asked_for_in_one_row_a_reporter(tmp_path: Path) -> None:
    register(tmp_path)
    send(tmp_path, team())
    owed = {
        one.reporter: one.quarters
        for reminder in list_reminders(settings(tmp_path), "2022-Q1..2022-Q4")
        for one in reminder.missing
    }
    assert owed == {
        "D-00646": ("2022-Q1", "2022-Q2", "2022-Q4"),
        "D-00640": ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"),
        "D-00001": ("2022-Q4",),
        "D-00004": ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"),
    }


def test_the_message_of_several_quarters_names_every_reporter_with_its_own(tmp_path: Path) -> None:
    register(tmp_path)
    found = list_reminders(settings(tmp_path), "2021-Q4..2022-Q4")
    first = next(one for one in found if one.district == "001")
    said: dict[Language, tuple[str, str]] = {
        "vi": ("quý IV/2021 – quý IV/2022", "(mẫu A: quý IV/2021; quý I, II, III, IV/2022)"),
        "en": ("Q4 2021 – Q4 2022", "(form A: Q4 2021; Q1, Q2, Q3, Q4 2022)"),
    }
    for language, parts in said.items():
        text = first.build_message(language)
        assert all(part in text for part in parts)
        assert all(owed.place in text for owed in first.missing)
        assert "6 " in text and len(first.missing) == 2


def test_nobody_is_reminded_only_when_nothing_is_missing_in_the_whole_period(
    tmp_path: Path,
) -> None:
    register(tmp_path)
    send(tmp_path, team())
    for reporter in ("D-00640", "D-00004"):
        good = filled("A")
        moved = (replace(entry, reporter=reporter) for entry in good.entries)
        entries = FieldValues.from_entries(moved)
        send(tmp_path, file(replace(good, unit=reporter, entries=entries)))
    assert list_reminders(settings(tmp_path), "2022-Q3") == []
    assert len(list_reminders(settings(tmp_path), "2022-Q2..2022-Q3")) == 2


def test_a_return_with_a_cell_to_correct_is_named_until_it_is_corrected(tmp_path: Path) -> None:
    register(tmp_path)
    wrong = file(without(filled("A"), "a20"), make_issue("V023", "Mẫu A", "a20", "ba mươi"))
    send(tmp_path, wrong)
    assert [
        o.reporter for c in list_reminders(settings(tmp_path), "2022-Q3") for o in c.to_correct
    ] == ["D-00646"]
    send(tmp_path, team())
    assert [
        o.reporter for c in list_reminders(settings(tmp_path), "2022-Q3") for o in c.to_correct
    ] == []


def test_without_registers_nobody_is_reminded(tmp_path: Path) -> None:
    assert list_reminders(settings(tmp_path), "2022-Q3") == []


def test_without_districts_each_commune_is_reminded(tmp_path: Path) -> None:
    moved = [
        {"team_id": "D-00046", "commune": "00046", "status": "active"},
        {"team_id": "D-00646", "commune": "00646", "status": "active"},
    ]
    ret = replace(
        filled("A"), form="D1", kind="register", unit="HN", period="", entries=FieldValues()
    )
    send(tmp_path, file(replace(ret, records=records("D1", "HN", None, tuple(moved)))))
    unplaced, ward = list_reminders(settings(tmp_path), "2025-Q4")
    assert (ward.district, ward.district_name) == ("00070", "Phường Hoàn Kiếm")
    assert [one.reporter for one in ward.missing] == ["D-00046"]
    assert "UBND phường Hoàn Kiếm" in ward.build_message("vi")
    assert (unplaced.district, [one.place for one in unplaced.missing]) == ("", ["Xã Thanh Liệt"])
