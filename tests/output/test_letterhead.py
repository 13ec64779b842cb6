"""A report is addressed and signed as settings.toml says; what is not set is left as dots."""

import pytest

from pipelines.output.report.letterhead import compose_addressing
from pipelines.settings import Correspondence

OFFICE = Correspondence(
    addressed_to=("Sở Y tế",),
    recipients=("Phòng Y tế",),
    recipients_en=("Health division",),
    signed_for="KT. Chi cục trưởng",
    title="Phó Chi cục trưởng",
    name="Nguyễn Văn An",
)


def test_what_is_not_set_is_left_as_dots() -> None:
    empty = compose_addressing(Correspondence(), "vi")
    assert empty.addressed_to[0].strip("…") == "Kính gửi: "
    assert empty.recipients[0] == "- Như trên;"
    assert empty.recipients[1].strip("…- ;") == ""
    assert empty.recipients[2] == "- Lưu: VT."
    assert (empty.signed_for, empty.title) == ("", "THỦ TRƯỞNG ĐƠN VỊ")
    assert empty.name.strip("…") == ""


def test_one_addressee_stands_beside_the_words() -> None:
    assert compose_addressing(OFFICE, "vi").addressed_to == ("Kính gửi: Sở Y tế",)


def test_several_addressees_are_a_list_that_ends_with_a_full_stop() -> None:
    two = Correspondence(addressed_to=("Sở Y tế", "Công an thành phố"))
    lines = compose_addressing(two, "vi").addressed_to
    assert lines == ("Kính gửi:", "- Sở Y tế;", "- Công an thành phố.")


@pytest.mark.parametrize(
    ("language", "recipients", "title"),
    [
        ("vi", ("- Như trên;", "- Phòng Y tế;", "- Lưu: VT."), "Phó Chi cục trưởng"),
        ("en", ("- As above;", "- Health division;", "- File."), "Phó Chi cục trưởng"),
    ],
)
def test_an_english_report_has_the_english_names_that_are_set(
    language: str, recipients: tuple[str, ...], title: str
) -> None:
    found = compose_addressing(OFFICE, language)  # type: ignore[arg-type]
    assert (found.recipients, found.title) == (recipients, title)
