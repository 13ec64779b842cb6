"""Find names of persons in a text, by the title, role or family name that marks them.

Standard library only, like `pii`, which asks this for every text.
"""

import re

FAMILIES = {
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Mai", "Đào", "Đoàn", "Lương", "Trương", "Tạ",
    "Phùng", "Hà", "Chu", "Cao", "Tô", "Thái", "Lưu", "Vương", "Quách", "Nghiêm", "Khuất", "Kiều",
    "Đàm", "Triệu", "Tống", "Lại", "Từ", "Quản", "Cấn", "Doãn", "Bạch", "Thân",
}  # fmt: skip
#: A given name may follow these at once.
_TITLES = {
    "anh",
    "chị",
    "ông",
    "bà",
    "em",
    "cô",
    "chú",
    "bác",
    "cháu",
    "cậu",
    "mợ",
    "dì",
    "cụ",
    "thầy",
    "bạn",
}
#: After these only a family name counts: `khách hàng Thanh Liệt` is a place, `khách hàng Nguyễn
#: Hoa` a person.
_ROLES = {
    "hàng", "nghiện", "cai", "chí", "đ/c", "đc", "sĩ", "tên", "là", "vợ", "chồng", "mẹ", "bố",
    "con", "nhân", "viên", "trưởng", "phó", "tịch", "thư", "gặp", "biểu", "cáo", "lập", "nhiệm",
    "của", "cho", "với", "KH", "BN", "Tên", "Vợ",
}  # fmt: skip
#: Phrases in which a title is none.
_PHRASES = re.compile(
    r"\b(?:hai bà trưng|đông anh|bà triệu|bà rịa|bà đen|bác hồ|tiếng anh|nước anh|trẻ em|anh em|"
    r"chị em|các em|bà con|ông bà(?! ?:)|cô chú|con em|anh hùng|anh chị em|ông ích khiêm)\b",
    re.IGNORECASE,
)
#: Capitalised words after a title that begin an office or an answer in a form, not a name.
_OFFICES = re.compile(
    r"(?:Không|Chưa|Có|Họ (?:và )?tên|"
    r"Chủ (?:tịch|nhiệm)|Phó|Trưởng|Bí thư|Hội|Công an|Tổ|Đội|Giám đốc|Cán bộ|"
    r"Chi (?:hội|ủy|cục|đoàn)|Ban|Đoàn|Y (?:tế|sĩ)|Cộng tác|Thanh niên|Phụ nữ|Cựu chiến|Kế toán|"
    r"Văn (?:phòng|hóa|hoá)|Hiệu|Cảnh sát|Khách|Tình nguyện|Sở|Phòng|Trạm|Bác sĩ|UBND|HĐND|MTTQ|"
    r"CLB|CTXH|TNV|Mặt trận|Tư pháp|Địa chính|Điểm|Câu lạc|Dân quân|Bảo vệ)\b",
    re.IGNORECASE,
)
_PLACE_MARKS = {
    "phường",
    "xã",
    "trấn",
    "đường",
    "phố",
    "trường",
    "cầu",
    "quận",
    "huyện",
    "chợ",
    "thcs",
    "thpt",
}
#: Communes and streets with Văn or Thị in their names.
_NAMED_PLACES = re.compile(
    r"\b(?:Hoàng Văn (?:Thụ|Thái)|Nguyễn Văn (?:Cừ|Trỗi|Linh|Huyên)|Lê Văn (?:Lương|Thiêm)|"
    r"Phạm Văn Đồng|Nguyễn Thị Định|Tảo Dương Văn)\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
_GAP = re.compile(r"[\s:/()\-]{1,3}")


def has_name(text: str) -> bool:
    """True when the clean text holds a person's name with its mark."""
    text = _NAMED_PLACES.sub(" ; ", _PHRASES.sub(" ; ", text))
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    return any(_begins_name(text, words, at) for at in range(len(words) - 1))


def _begins_name(text: str, words: list[tuple[str, int, int]], at: int) -> bool:
    """True when a name begins after the title or role at `at`, or with the family name there."""
    word, _, end = words[at]
    following, start, _ = words[at + 1]
    if not _GAP.fullmatch(text[end:start]) or not _may_follow(following):
        return False

    previous, third = _word_at(words, at - 1), _word_at(words, at + 2)
    if _is_title(word) and not _is_inside_name(word, previous):
        is_name = _is_given_name(following, third)
    elif word in _ROLES:
        is_name = following.title() in FAMILIES and _may_be_in_name(third)
    else:
        return _is_family_and_middle(word, following, third) and not _is_place_mark(previous)
    return is_name and not _OFFICES.match(text[start:])


def _is_inside_name(word: str, previous: str) -> bool:
    """True for a title that is part of the name before it, such as Anh in Nguyễn Anh."""
    return _is_capitalised(word) and _is_name_word(previous)


def _word_at(words: list[tuple[str, int, int]], at: int) -> str:
    """Return a word by its place in the text, empty before the first and after the last."""
    return words[at][0] if 0 <= at < len(words) else ""


def _may_follow(word: str) -> bool:
    """True for a word that may follow a title: Anh is a given name too, other titles are none."""
    if word != "Anh" and _is_title(word):
        return False
    return _may_be_in_name(word)


def _may_be_in_name(word: str) -> bool:
    """True for a word with a capital that is no mark of a place."""
    return _is_capitalised(word) and not _is_place_mark(word)


def _is_place_mark(word: str) -> bool:
    return word.lower() in _PLACE_MARKS


def _is_family_and_middle(word: str, following: str, third: str) -> bool:
    """True for a family name, the middle name Văn or Thị, and a given name."""
    if following.title() not in ("Văn", "Thị") or not _may_be_in_name(third):
        return False
    return _is_capitalised(word) and word.title() in FAMILIES


def _is_title(word: str) -> bool:
    """True for `bà`, and for `Ông/Bà` as forms print it."""
    return set(word.lower().split("/")) <= _TITLES


def _is_name_word(word: str) -> bool:
    """True for a word with a capital that is no title.

    `Ông (Bà)` is one form of address, `Nguyễn Anh` one name.
    """
    return _is_capitalised(word) and not _is_title(word)


def _is_given_name(word: str, third: str) -> bool:
    """True when a word behind a title may be a given name.

    A word in capitals counts only as a family name: headings are written so too.
    """
    if word.isupper() and len(word) > 1:
        return word.title() in FAMILIES and third.isupper()
    return len(word) > 1


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper()
