"""People's names in a Vietnamese text, known by their marks: a title before them, or a family name with Văn or Thị."""

import re

FAMILIES = {
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Đinh", "Trịnh", "Mai", "Đào", "Đoàn", "Lương", "Trương", "Tạ", "Phùng", "Hà", "Chu", "Cao", "Tô", "Thái",
    "Lưu", "Vương", "Quách", "Nghiêm", "Khuất", "Kiều", "Đàm", "Triệu", "Tống", "Lại", "Từ", "Quản", "Cấn", "Doãn",
    "Bạch", "Thân",
}  # fmt: skip
#: A given name may follow these at once.
_TITLES = {"anh", "chị", "ông", "bà", "em", "cô", "chú", "bác", "cháu", "cậu", "mợ", "dì", "cụ", "thầy", "bạn"}
#: After these only a family name counts: `khách hàng Thanh Liệt` is a place, `khách hàng Nguyễn Hoa` a person.
_ROLES = {
    "hàng", "nghiện", "cai", "chí", "đ/c", "đc", "sĩ", "tên", "là", "vợ", "chồng", "mẹ", "bố", "con", "nhân", "viên",
    "trưởng", "phó", "tịch", "thư", "gặp", "biểu", "cáo", "lập", "nhiệm", "của", "cho", "với", "KH", "BN", "Tên", "Vợ",
}  # fmt: skip
#: Phrases in which a title is none.
_PHRASES = re.compile(
    r"\b(?:hai bà trưng|đông anh|bà triệu|bà rịa|bà đen|bác hồ|tiếng anh|nước anh|trẻ em|anh em|chị em|các em|bà con|"
    r"ông bà(?! ?:)|cô chú|con em|anh hùng|anh chị em|ông ích khiêm)\b",
    re.IGNORECASE,
)
#: Capitalised words after a title that begin an office or an answer in a form, not a name.
_OFFICES = re.compile(
    r"(?:Không|Chưa|Có|Họ (?:và )?tên|"
    r"Chủ (?:tịch|nhiệm)|Phó|Trưởng|Bí thư|Hội|Công an|Tổ|Đội|Giám đốc|Cán bộ|Chi (?:hội|ủy|cục|đoàn)|Ban|Đoàn|"
    r"Y (?:tế|sĩ)|Cộng tác|Thanh niên|Phụ nữ|Cựu chiến|Kế toán|Văn (?:phòng|hóa|hoá)|Hiệu|Cảnh sát|Khách|Tình nguyện|"
    r"Sở|Phòng|Trạm|Bác sĩ|UBND|HĐND|MTTQ|CLB|CTXH|TNV|Mặt trận|Tư pháp|Địa chính|Điểm|Câu lạc|Dân quân|Bảo vệ)\b",
    re.IGNORECASE,
)
_PLACE_MARKS = {"phường", "xã", "trấn", "đường", "phố", "trường", "cầu", "quận", "huyện", "chợ", "thcs", "thpt"}
#: Communes and streets with Văn or Thị in their names.
_NAMED_PLACES = re.compile(
    r"\b(?:Hoàng Văn (?:Thụ|Thái)|Nguyễn Văn (?:Cừ|Trỗi|Linh|Huyên)|Lê Văn (?:Lương|Thiêm)|Phạm Văn Đồng|"
    r"Nguyễn Thị Định|Tảo Dương Văn)\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
_GAP = re.compile(r"[\s:/()\-]{1,3}")


def has_name(text: str) -> bool:
    """True when the clean text holds a person's name with its mark."""
    text = _NAMED_PLACES.sub(" ; ", _PHRASES.sub(" ; ", text))
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    return any(_names(text, words, at) for at in range(len(words) - 1))


def _names(text: str, words: list[tuple[str, int, int]], at: int) -> bool:
    """Does a name begin after the title or role at `at`, or with the family name there?"""
    word, _, end = words[at]
    following, start, _ = words[at + 1]
    if not _GAP.fullmatch(text[end:start]) or not _capital(following) or following.lower() in _PLACE_MARKS:
        return False
    third = words[at + 2][0] if at + 2 < len(words) else ""
    named = _capital(third) and third.lower() not in _PLACE_MARKS
    if _is_title(following) and following != "Anh":
        return False
    if _is_title(word) and not (_capital(word) and at and _is_name(words[at - 1][0])):
        return _given(following, third) and not _OFFICES.match(text[start:])
    if word in _ROLES:
        return following.title() in FAMILIES and named and not _OFFICES.match(text[start:])
    before = words[at - 1][0].lower() if at else ""
    middle = following.title() in ("Văn", "Thị") and _capital(word) and word.title() in FAMILIES
    return middle and named and before not in _PLACE_MARKS


def _is_title(word: str) -> bool:
    """`bà`, and `Ông/Bà` as forms print it."""
    return set(word.lower().split("/")) <= _TITLES


def _is_name(word: str) -> bool:
    """A word with a capital that is no title: `Ông (Bà)` is one form of address, `Nguyễn Anh` one name."""
    return _capital(word) and not _is_title(word)


def _given(word: str, third: str) -> bool:
    """A word in capitals counts only as a family name: headings are written so too."""
    if word.isupper() and len(word) > 1:
        return word.title() in FAMILIES and third.isupper()
    return len(word) > 1


def _capital(word: str) -> bool:
    return word[:1].isupper()
