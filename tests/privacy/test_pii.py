"""Personal data are found in every spelling; what offices write every day is not taken for them."""

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import catalog
from pipelines.privacy.pii import find, is_personal_header
from pipelines.settings import REFERENCE

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda n: n,
    "spaces": lambda n: f"{n[:4]} {n[4:7]} {n[7:]}",
    "dots": lambda n: f"{n[:4]}.{n[4:7]}.{n[7:]}",
    "dashes": lambda n: f"{n[:3]}-{n[3:6]}-{n[6:]}",
    "country code": lambda n: f"+84 {n[1:4]} {n[4:7]} {n[7:]}",
    "bare 84": lambda n: f"84{n[1:]}",
    "brackets": lambda n: f"({n[:4]}) {n[4:]}",
    "words between": lambda n: f"gọi {n[:4]} rồi bấm {n[4:7]} và {n[7:]}",
    "pairs": lambda n: " ".join(n[i : i + 2] for i in range(0, 10, 2)),
    "letter O": lambda n: "O" + n[1:],
    "full width": lambda n: "".join(chr(ord(d) + 0xFEE0) for d in n),
    "in a sentence": lambda n: f"đã liên hệ qua số {n}, hẹn tuần sau",
}
PAPERS: dict[str, Callable[[str], str]] = {
    "plain": lambda n: n,
    "threes": lambda n: " ".join(n[i : i + 3] for i in range(0, len(n), 3)),
    "dots": lambda n: ".".join(n[i : i + 3] for i in range(0, len(n), 3)),
    "marked": lambda n: f"CCCD: {n}",
    "dashes": lambda n: "-".join(n[i : i + 3] for i in range(0, len(n), 3)),
    "in a sentence": lambda n: f"giấy tờ số {n} cấp năm 2021",
}
FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô"]
GIVEN = ["Nam", "Hoa", "Tuấn", "Lan", "Hùng", "Mai", "Dũng", "Hương", "Cường", "Thảo"]
#: Notes as officers write them; {f} family name, {g} given name.
NOTES = """
anh {g} chưa đến nơi tiếp nhận
chị {g} xin chuyển sang điểm khác
đã gặp ông {f} Văn {g} tại nhà
bà {f} Thị {g} là mẹ khách hàng
{f} Văn {g} bỏ dở điều trị
khách hàng {f} Thị {g} vắng mặt
em {g} mới 17 tuổi
ông {g} đề nghị vay vốn
con trai bà {g} đi làm xa
gặp cháu {g} ở trạm
chị {f} {g} đã có việc làm
Anh {g}: đang chờ giấy tờ
đ/c {f} {g} phụ trách
Người lập biểu: {f} Thị {g}
cô {g} đi cùng
chú {g} dẫn đến cơ sở số 2
vợ là {f} {g}
bác {g} tổ trưởng báo
nhà anh {g} ở cuối ngõ
đã vận động anh {f} {g} đi cai
Ông/Bà: {f} {g}
khách hàng tên {f} {g}
ÔNG {F} VĂN {G}
bạn {g} được hỗ trợ thẻ bảo hiểm
cụ {g} là thân nhân
cán bộ {f} Văn {g} đưa đi
thầy {g} ở trung tâm giới thiệu
ở số nhà 12 ngõ {n}
nhà tại tổ {n}, phường
thường trú: tổ {n} thôn Đông
""".strip().splitlines()
OFFICE = """
{a} buổi, {b} lượt người dự
Tổ dân phố số {a} họp {b} lần
Quý {q}/2022: {a} lượt, quý trước {b} lượt
Quyết định số {b}/QĐ-UBND ngày {a}/0{q}/2022
Kế hoạch {a}/KH-UBND
Nghị định 116/2021/NĐ-CP
P-{c}-2022-{a}
D-{c}
Từ 15/12/2021 đến 14/03/2022
{b}.000.000 đồng
{b} 000 000
vay {a} triệu đồng cho {q} người
{c} và {d}
{c}, {d}, {a}
KH-00{a}
Đã phát {b}.{b} tờ rơi
Phối hợp Hội Phụ nữ, Đoàn Thanh niên
chị em Hội Phụ nữ phường Hoàng Văn Thụ
bà con thôn {a} dự đông
trẻ em Thanh Liệt được tặng {a} suất
Quận Hai Bà Trưng: {a} Đội
Huyện Đông Anh, xã Uy Nỗ
ông Chủ tịch UBND xã dự
Nghỉ dịch COVID-19 từ tháng {q}
Cơ sở cai nghiện số 2, 5, 6, 7
{a}/{b} = {q},5 %
2022-Q{q}
Tăng do {a} hộ mới, xem báo cáo {b}
tăng {a} so với cùng kỳ, giảm {b}
03{a} lượt qua điện thoại, {b} lượt qua Zalo
Số liệu đến 14/{q}/2022, nhận ngày 17/{q}/2022
Trạm Y tế phường Trần Hưng Đạo
BÁO CÁO HOẠT ĐỘNG ĐỘI CÔNG TÁC XÃ HỘI TÌNH NGUYỆN
Mẫu A phiên bản 1, mã {c}
{a} {b} {q} 0 {a}
Thông tư liên tịch 24/2012/TTLT-BLĐTBXH-BNV-BTC
""".strip().splitlines()


def phones(count: int) -> list[str]:
    draw = random.Random(7)
    return [f"0{draw.choice('35789')}{draw.randrange(10**8):08d}" for _ in range(count)]


def papers(count: int) -> list[str]:
    draw = random.Random(8)
    new = [
        f"{draw.randint(1, 96):03d}{draw.randint(0, 3)}{draw.randrange(10**8):08d}"
        for _ in range(count // 2)
    ]
    return new + [f"0{draw.randint(1, 9)}{draw.randrange(10**7):07d}" for _ in range(count // 2)]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_thousand_phones_are_found_in_every_spelling(spelling: str) -> None:
    missed = [text for n in phones(1000) if find(text := SPELLINGS[spelling](n)) != "phone"]
    assert missed == []


@pytest.mark.parametrize("spelling", PAPERS)
def test_a_thousand_identity_numbers_are_found_in_every_spelling(spelling: str) -> None:
    missed = [text for n in papers(1000) if find(text := PAPERS[spelling](n)) is None]
    assert missed == []


def test_notes_with_a_name_or_address_are_found() -> None:
    draw = random.Random(9)
    notes = []
    for shape in NOTES:
        for _ in range(10):
            f, g = draw.choice(FAMILIES), draw.choice(GIVEN)
            notes.append(shape.format(f=f, g=g, F=f.upper(), G=g.upper(), n=draw.randint(2, 90)))
    missed = [note for note in notes if find(note) is None]
    assert len(notes) == 300
    assert len(missed) <= 15, missed


def test_five_thousand_office_strings_raise_no_alarm() -> None:
    draw = random.Random(10)
    alarms = []
    for number in range(5000):
        values = {"a": draw.randint(1, 99), "b": draw.randint(100, 999), "q": draw.randint(1, 4)}
        codes = {"c": f"{draw.randint(1, 10504):05d}", "d": f"{draw.randint(1, 10504):05d}"}
        text = OFFICE[number % len(OFFICE)].format(**values, **codes)
        if find(text):
            alarms.append((text, find(text)))
    assert alarms == []


def test_our_own_texts_raise_no_alarm() -> None:
    labels = [x.label for x in (*catalog.measures().values(), *catalog.kpis().values())]
    labels += [c.label for r in catalog.registers().values() for c in r.columns]
    labels += [section.label for form in catalog.forms().values() for section in form.sections]
    texts = labels + [
        x.definition for x in (*catalog.measures().values(), *catalog.kpis().values())
    ]
    texts += [c.definition for r in catalog.registers().values() for c in r.columns]
    texts += [m.text for m in catalog.messages().values()] + [
        r.message for r in catalog.rules().values()
    ]
    texts += [note for form in catalog.forms().values() for note in form.instructions]
    assert [t for x in texts for t in (x.vi, x.en) if find(t)] == []
    assert [t for x in labels for t in (x.vi, x.en) if is_personal_header(t)] == []


def test_no_place_of_hanoi_is_taken_for_a_person() -> None:
    with (Path(REFERENCE) / "units.csv").open(encoding="utf-8") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    alarms = {
        text
        for row in rows
        for text in (*row, " ".join(row[:5]), f"Đội {row[1]}")
        if text and find(text)
    }
    assert alarms == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("không chín một hai ba bốn năm sáu bảy tám", "phone"),
        ("ĐT 024 3773 2438", "phone"),
        ("0912\u200b345678", "phone"),
        ("sinh ngày 05/07/1985", "birth_date"),
        ("NS: 5.7.1985", "birth_date"),
        ("a.b@example.vn", "email"),
        ("số 25 ngách 7", "address"),
        ("hộ chiếu B1234567", "identity"),
        ("vay 120000000", None),
        ("Quy chế ngày 12/05/2003", None),
        ("", None),
    ],
)
def test_single_cases(text: str, kind: str | None) -> None:
    assert find(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Ông/Bà: Đỗ Lan", "Ông/bà : Đỗ Lan", "Ông / Bà: Đỗ Lan", "Ông (Bà): Đỗ Lan",
        "Ông bà: Đỗ Lan",
        "ÔNG/BÀ: ĐỖ LAN", "Anh/Chị/Em: Lan", "anh/chị Đỗ Lan", "chị Anh chưa đến", "Ông: Đỗ Lan",
    ],
)  # fmt: skip
def test_a_name_after_a_form_of_address_in_two_is_found(text: str) -> None:
    assert find(text) == "name"


@pytest.mark.parametrize(
    "text",
    [
        "Ông/Bà", "Ông/Bà:", "Ông (Bà): ..........", "Ông/Bà: ……………", "Ông/Bà: không có",
        "Ông/Bà: Không có", "Ông/Bà: Chủ tịch UBND xã", "ông/bà: 12",
        "Kính gửi: Ông/Bà Trưởng phòng", "Ông/Bà: Phường Hàng Buồm", "anh/em Đội 3",
        "Anh/chị: Đội CTXH số 2", "bà con", "Bà con: Hoàn Kiếm đông", "ông bà Hoàn Kiếm",
        "Ông Ích Khiêm", "phố Ông Ích Khiêm/Hùng Vương", "Ông/Bà: phố Ông Ích Khiêm",
        "Hai Bà Trưng/Bà Triệu", "Đông Anh (Uy Nỗ)", "Nam/Nữ: Hoàn Kiếm", "Tiếng Anh: Hoàn Kiếm",
    ],
)  # fmt: skip
def test_a_form_of_address_without_a_name_is_none(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Họ tên", "name"),
        ("HỌ VÀ TÊN", "name"),
        ("Ho\u0323 te\u0302n", "name"),
        ("Số CCCD/CMND", "identity"),
        ("Số điện thoại", "phone"),
        ("SĐT", "phone"),
        ("Ngày sinh", "birth_date"),
        ("Địa chỉ thường trú", "address"),
        ("E-mail", "email"),
        ("Qua điện thoại", None),
        ("Tên xã, phường, thị trấn", None),
        ("Ngày chuyển gửi", None),
        ("Nhóm tuổi", None),
    ],
)
def test_headers_of_personal_columns(header: str, kind: str | None) -> None:
    assert is_personal_header(header) == kind
