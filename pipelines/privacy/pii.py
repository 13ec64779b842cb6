"""Find which kind of personal data a text holds; the text itself is never returned.

Kinds are codes of the enumeration `personal`: name, identity, phone, birth_date, address, email.
Standard library only: the limited worker that reads untrusted files calls this for every text cell,
header and comment.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import filterfalse

from pipelines.privacy.person_names import has_name
from pipelines.reference.places import load_places

#: What offices write with many digits: unit and slip codes, dates, document numbers, amounts.
_OFFICE = re.compile(
    r"\b[A-Z]{1,3}\d?-\d{4,5}(?:-\d{4}-\d+|-\d+)?\b|"
    r"\b\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}\b|"
    r"\b\d{4}-\d{2}-\d{2}\b|"
    r"\b\d+(?:/\d{4})?/[A-ZĐ]{2,}(?:[-–&\w]*)|"
    # NOTE: +84 912 345 678 and 0912.345.678 also end in groups of three; an amount has no leading
    # 0 and no country code.
    r"(?<![\d+])(?<!\d[. ,])(?!84[. ,][35789]\d\d[. ,]\d{3}[. ,]\d{3}(?!\d))"
    r"[1-9]\d{0,2}(?:([. ,])\d{3})(?:\1\d{3})*(?!\d|[. ,]?\d)|"
    r"\b\d+\s*(?:đồng|vnđ|vnd|đ\b|triệu|tỷ|tr\b)",
    re.IGNORECASE,
)
_WORDS = {
    "không": "0",
    "một": "1",
    "mốt": "1",
    "hai": "2",
    "ba": "3",
    "bốn": "4",
    "tư": "4",
    "năm": "5",
    "lăm": "5",
}
_WORDS |= {"sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9"}
_SPELT = re.compile(
    rf"\b(?:(?:{'|'.join(_WORDS)})[\s,.\-]+){{8,}}(?:{'|'.join(_WORDS)})\b", re.IGNORECASE
)
_LETTER_O = re.compile(r"(?<![^\W\d_])[oO](?=[35789]\d)|(?<=\d)[oO](?=\d)")

_ID_MARK = (
    r"(?:cccd|cmnd|cmtnd|cmt|căn cước(?: công dân)?|chứng minh(?: thư| nhân dân)*|định danh|"
    r"hộ chiếu|thẻ bhyt|số thẻ)"
)
_PHONE_MARK = (
    r"(?:sđt|sdt|đt|đtdđ|điện thoại|dien thoai|zalo|tel|phone|di động|liên hệ|gọi|call|hotline|"
    r"số máy)"
)
_MARKED_ID = re.compile(
    rf"\b{_ID_MARK}\b[^\d]{{0,20}}(?:\d[\s.\-]?){{8,}}|"
    rf"\b{_ID_MARK}\b[^\d]{{0,12}}\b[A-Z]\d{{7,8}}\b",
    re.I,
)
_MARKED_PHONE = re.compile(
    rf"(?<![^\W\d_]){_PHONE_MARK}[^\d+]{{0,20}}(?:\+?\d[\s.\-()]{{0,2}}){{8,}}", re.I
)

#: Digit groups joined by nothing but spaces, dots, dashes and brackets.
_RUN = re.compile(r"(?<![\w./\-])\(?\+?\d+\)?(?:\s?[.\-–·_() ]\s?\(?\d+\)?)*(?!\w)")
_WORDY = re.compile(
    r"(?<![\w./\-])(0[35789]\d{1,3}|\+?84\s?[35789]\d{1,2})((?:[^\d\n]{1,12}\d{2,6}){1,4})(?!\w)"
)
_PHONE_GROUPS = {
    (10,), (4, 3, 3), (3, 3, 4), (4, 6), (3, 7), (3, 4, 3), (4, 2, 2, 2), (4, 4, 2),
    (2, 2, 2, 2, 2), (5, 5), (2, 4, 4), (6, 4), (7, 3), (1, 3, 3, 3), (1, 9), (2, 3, 3, 2),
    (4, 2, 4), (2, 8),
}  # fmt: skip
#: How a phone is grouped when words stand between its groups.
_WORDY_GROUPS = {(4, 3, 3), (3, 3, 4), (4, 6), (3, 7), (4, 2, 2, 2), (10,)}
_LANDLINE_GROUPS = {
    (11,),
    (3, 8),
    (3, 4, 4),
    (3, 2, 2, 2, 2),
    (4, 7),
    (4, 3, 4),
    (3, 3, 5),
    (3, 5, 3),
}
_NINE_GROUPS = {(9,), (3, 3, 3), (2, 3, 4), (3, 6), (6, 3), (4, 5)}
_TWELVE_GROUPS = {
    (12,), (3, 3, 3, 3), (4, 4, 4), (3, 9), (6, 6), (3, 3, 6), (3, 1, 2, 6), (4, 2, 6), (6, 3, 3),
    (3, 4, 5), (2, 2, 2, 2, 2, 2),
}  # fmt: skip
_MOBILE = re.compile(r"0[35789]\d{8}")
_CITIZEN = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}")


def find_number_kind(text: str) -> str | None:
    """Return `phone` or `identity` when the text holds one.

    `text` is clean (composed, plain spaces).
    """
    text = _LETTER_O.sub("0", _SPELT.sub(_spell_digits, text))
    digit_count = sum(map(str.isdigit, text))
    if digit_count < 7:
        return None

    bare = _OFFICE.sub(" ; ", text)
    if _MARKED_ID.search(bare):
        return "identity"
    if _MARKED_PHONE.search(bare):
        return "phone"
    for run in _RUN.finditer(bare):
        kind = _classify_groups(re.findall(r"\d+", run.group()), run.group())
        if kind:
            return kind
    return "phone" if _has_wordy_phone(bare) else None


def _classify_groups(groups: list[str], text: str) -> str | None:
    for start in range(len(groups)):
        for stop in range(start + 1, min(start + 6, len(groups)) + 1):
            kind = _classify_exact(groups[start:stop], plus="+" in text)
            if kind:
                return kind
    return None


def _classify_exact(groups: list[str], *, plus: bool) -> str | None:
    """Return what these groups of digits are when all of them are one number."""
    digits, sizes = _to_national(groups)
    if _is_mobile(digits, sizes, plus):
        return None if _are_communes(groups) else "phone"
    if _is_landline(digits, sizes):
        return "phone"
    if _is_citizen_number(digits, sizes) or _is_old_identity(digits, sizes):
        return "identity"
    return None


def _are_communes(groups: list[str]) -> bool:
    """Is each group the code of a commune? Two of them in a row are no phone."""
    return len(groups) > 1 and all(map(load_places().all_versions, groups))


def _is_landline(digits: str, sizes: tuple[int, ...]) -> bool:
    return len(digits) == 11 and digits.startswith("02") and sizes in _LANDLINE_GROUPS


def _is_citizen_number(digits: str, sizes: tuple[int, ...]) -> bool:
    return sizes in _TWELVE_GROUPS and _CITIZEN.fullmatch(digits) is not None


def _is_mobile(digits: str, sizes: tuple[int, ...], has_plus: bool) -> bool:
    """True for the digits of a mobile number, grouped as one is written."""
    if not _MOBILE.fullmatch(digits):
        return False
    return has_plus or sizes in _PHONE_GROUPS


def _is_old_identity(digits: str, sizes: tuple[int, ...]) -> bool:
    """True for nine digits that may be an old identity paper.

    Four counts in a row look like 3-3-3 too: without a leading 0 only nine digits in one piece are
    a paper.
    """
    if len(digits) != 9 or sizes not in _NINE_GROUPS:
        return False
    if not digits.startswith("0") and sizes != (9,):
        return False
    return not digits.endswith("0000") and len(set(digits)) > 2


def _to_national(groups: list[str]) -> tuple[str, tuple[int, ...]]:
    """Return digits and group sizes.

    The country code 84, +84 or 0084 is turned into a leading 0.
    """
    joined = "".join(groups)
    for code in ("0084", "84"):
        rest = joined.removeprefix(code)
        if rest != joined and len(rest.removeprefix("0")) == 9:
            return "0" + rest.removeprefix("0"), (10,)
    return joined, tuple(map(len, groups))


def _has_wordy_phone(text: str) -> bool:
    """True for a phone with words between its groups: `0912, máy 345, rồi 678`."""
    for match in _WORDY.finditer(text):
        groups = re.findall(r"\d+", match.group())
        for stop in range(2, len(groups) + 1):
            digits, sizes = _to_national(groups[:stop])
            if sizes in _WORDY_GROUPS and _MOBILE.fullmatch(digits):
                return True
    return False


def _spell_digits(found: re.Match[str]) -> str:
    return "".join(_WORDS[word.lower()] for word in re.findall(r"[^\W\d_]+", found.group()))


_HIDDEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])
#: NOTE: begins where a run begins, or a long run without an @ is searched from each of its letters.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_BIRTH = re.compile(
    r"\b(?:ngày sinh|sinh ngày|ngày tháng năm sinh|sinh nhật|ns|sn|n\.s|d\.?o\.?b|sinh)\b"
    r"[^\d]{0,12}\d{1,2}\s*(?:[/.\-]|tháng)\s*\d{1,2}\s*(?:[/.\-]|năm)\s*(?:19|20)?\d{2}\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:số nhà|nhà số|sn)\s*:?\s*\d+|"
    r"\b(?:ngõ|ngách|hẻm|kiệt)\s*(?:số\s*)?\d+|"
    r"\bsố\s*\d+\w?(?:/\d+)*,?\s*(?:ngõ|ngách|hẻm|phố|đường)\b|"
    r"\b(?:căn hộ|phòng)\s*(?:số\s*)?\d{3,4}\b|"
    r"\b(?:nhà ở|nhà tại|nhà|trú|ở)\s*(?:tại\s*)?(?:tổ|xóm|thôn)\s*(?:dân phố\s*)?(?:số\s*)?\d+"
    r"\s*[,;.]?\s*(?:phường|xã|cụm|thị trấn)\b|"
    r"\b(?:thường trú|tạm trú|trú tại|trú quán|hộ khẩu|địa chỉ|nơi ở|chỗ ở)"
    r"(?: hiện nay| hiện tại| thường trú)?\s*(?:tại|ở|:|-)\s*"
    r"(?=[^.;]{0,40}(?:\d|\b(?:tổ|thôn|xóm|ngõ|phố|đường)\b))",
    re.IGNORECASE,
)
#: Header words without tone marks, as whole words; each stands for one kind.
_HEADERS = {
    "name": "ho ten|ho va ten|ho dem|ten khach hang|ten nguoi|ten benh nhan|ten goi|bi danh|"
    "full ?name|client name",
    "identity": "cccd|cmnd|cmtnd|cmt|can cuoc|chung minh|so dinh danh|dinh danh ca nhan|ho chieu|"
    "passport|id number|so giay to|so bhyt|so the bhyt|ma the bhyt",
    "phone": "so dien thoai|sdt|dien thoai|so dt|di dong|so may|so zalo|phone|mobile|tel",
    "birth_date": "ngay sinh|sinh ngay|ngay thang nam sinh|date of birth|dob|birthday",
    "address": "dia chi|noi o|cho o|noi cu tru|noi thuong tru|thuong tru|tam tru|ho khau|que quan|"
    "so nha|address",
    "email": "email|e mail|thu dien tu",
}
_HEADER = {kind: re.compile(rf"(?:^|\b)(?:{words})(?:\b|$)") for kind, words in _HEADERS.items()}
#: Our own columns that share a word with a header above.
_OURS = re.compile(
    r"\b(?:qua|bang|theo|luot|lan|tu van|cach) dien thoai\b|\bby phone\b|\bgiay to tuy than\b|"
    r"\btai noi cu tru\b|\bkhong ghi\b"
)
HEADER_LENGTH = 60
#: Letters that are searched at once, and those that two pieces share: no address is longer.
PIECE, OVERLAP = 1_000, 150


def find(text: str) -> str | None:
    """Return the kind of personal data in a free text, or None.

    A long text is searched piece by piece, which overlap: the time grows with its length only.
    """
    for piece in split_pieces(clean(text)):
        kind = _find_in_piece(piece)
        if kind:
            return kind
    return None


def split_pieces(text: str) -> Iterator[str]:
    """Yield overlapping pieces of a text, cut at blanks where there are any."""
    begin = 0
    while len(text) - begin > PIECE:
        blank = text.rfind(" ", begin + PIECE // 2, begin + PIECE)
        end = blank if blank > 0 else begin + PIECE
        yield text[begin:end]
        blank = text.rfind(" ", end - 2 * OVERLAP, end - OVERLAP)
        begin = blank if blank > 0 else end - OVERLAP
    yield text[begin:]


def _find_in_piece(plain: str) -> str | None:
    if len(plain) < 4:
        return None
    if _EMAIL.search(plain):
        return "email"
    if _BIRTH.search(plain):
        return "birth_date"

    number_kind = find_number_kind(plain)
    if number_kind:
        return number_kind
    if _ADDRESS.search(plain):
        return "address"
    return "name" if has_name(plain) else None


def is_personal_header(text: str) -> str | None:
    """Return the kind of personal data a column with this header would hold, or None."""
    plain = re.sub(r"[^a-z0-9]+", " ", strip_tone_marks(clean(text))).strip()
    if len(plain) > HEADER_LENGTH or _OURS.search(plain):
        return None

    for kind, words in _HEADER.items():
        if words.search(plain):
            return kind
    return None


def clean(text: str) -> str:
    """Return the text in one spelling, so that one pattern finds all forms of it.

    Letters are composed, full-width forms made plain, hidden characters and odd spaces removed.
    """
    return " ".join(unicodedata.normalize("NFKC", text.translate(_HIDDEN)).split())


def strip_tone_marks(text: str) -> str:
    """Return the text in lower case without tone marks: `Họ và tên` becomes `ho va ten`."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(filterfalse(unicodedata.combining, letters))
