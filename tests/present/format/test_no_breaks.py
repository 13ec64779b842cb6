"""Lines end between words: compounds, numbers with their units and periods stay whole."""

import pytest

from pipelines.present.format.numbers import NBSP
from pipelines.present.format.text import no_break, slugify, split_in_halves


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Người sau cai được hỗ trợ", "Người sau~cai được hỗ~trợ"),
        ("tăng từ 4,1 lên 4,5, quý I/2021", "tăng từ 4,1~lên 4,5, quý~I/2021"),
        ("934 lượt, mẫu B, năm 2023", "934~lượt, mẫu~B, năm~2023"),
        ("Toàn thành phố", "Toàn~thành~phố"),
        ("Whole city, 1 of 30", "Whole~city, 1~of 30"),
    ],
)
def test_no_line_ends_inside_a_word(text: str, kept: str) -> None:
    assert no_break(text) == kept.replace("~", NBSP)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Người sau cai được hỗ trợ, đề xuất việc làm", "Người sau cai được"),
        ("Lượt tư vấn bình quân một khách hàng", "Lượt tư vấn bình quân"),
        ("Cai nghiện tại gia đình, cộng đồng (người)", "Cai nghiện tại gia đình,"),
        ("Một", "Một"),
    ],
)
def test_a_long_name_is_broken_between_words(name: str, first: str) -> None:
    assert split_in_halves(name)[0].replace(NBSP, " ") == first


def test_a_files_name_keeps_whole_words_in_plain_letters() -> None:
    assert slugify("Tỷ lệ đến nơi tiếp nhận") == "ty-le-den-noi-tiep-nhan"
    assert slugify("Tình nguyện viên bình quân một Đội", 20) == "tinh-nguyen-vien"
    assert slugify("…") == ""
