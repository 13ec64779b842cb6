"""Phones and identity numbers in a text, however they are spelt, without taking office numbers for them."""

import re

#: What offices write with many digits: unit and slip codes, dates, document numbers, amounts.
_OFFICE = re.compile(
    r"\b[A-Z]{1,3}\d?-\d{4,5}(?:-\d{4}-\d+|-\d+)?\b|"
    r"\b\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}\b|"
    r"\b\d{4}-\d{2}-\d{2}\b|"
    r"\b\d+(?:/\d{4})?/[A-ZĐ]{2,}(?:[-–&\w]*)|"
    # NOTE: +84 912 345 678 and 0912.345.678 also end in groups of three; an amount has no leading 0, no country code.
    r"(?<![\d+])(?<!\d[. ,])(?!84[. ,][35789]\d\d[. ,]\d{3}[. ,]\d{3}(?!\d))"
    r"[1-9]\d{0,2}(?:([. ,])\d{3})(?:\1\d{3})*(?!\d|[. ,]?\d)|"
    r"\b\d+\s*(?:đồng|vnđ|vnd|đ\b|triệu|tỷ|tr\b)",
    re.IGNORECASE,
)
_WORDS = {"không": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "lăm": "5"}
_WORDS |= {"sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9"}
_SPELT = re.compile(rf"\b(?:(?:{'|'.join(_WORDS)})[\s,.\-]+){{8,}}(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_LETTER_O = re.compile(r"(?<![^\W\d_])[oO](?=[35789]\d)|(?<=\d)[oO](?=\d)")

_ID_MARK = (
    r"(?:cccd|cmnd|cmtnd|cmt|căn cước(?: công dân)?|chứng minh(?: thư| nhân dân)*|định danh|hộ chiếu|thẻ bhyt|số thẻ)"
)
_PHONE_MARK = r"(?:sđt|sdt|đt|đtdđ|điện thoại|dien thoai|zalo|tel|phone|di động|liên hệ|gọi|call|hotline|số máy)"
_MARKED_ID = re.compile(
    rf"\b{_ID_MARK}\b[^\d]{{0,20}}(?:\d[\s.\-]?){{8,}}|\b{_ID_MARK}\b[^\d]{{0,12}}\b[A-Z]\d{{7,8}}\b", re.I
)
_MARKED_PHONE = re.compile(rf"(?<![^\W\d_]){_PHONE_MARK}[^\d+]{{0,20}}(?:\+?\d[\s.\-()]{{0,2}}){{8,}}", re.I)

#: Digit groups joined by nothing but spaces, dots, dashes and brackets.
_RUN = re.compile(r"(?<![\w./\-])\(?\+?\d+\)?(?:\s?[.\-–·_() ]\s?\(?\d+\)?)*(?!\w)")
_WORDY = re.compile(r"(?<![\w./\-])(0[35789]\d{1,3}|\+?84\s?[35789]\d{1,2})((?:[^\d\n]{1,12}\d{2,6}){1,4})(?!\w)")
_PHONE_GROUPS = {
    (10,), (4, 3, 3), (3, 3, 4), (4, 6), (3, 7), (3, 4, 3), (4, 2, 2, 2), (4, 4, 2), (2, 2, 2, 2, 2), (5, 5), (2, 4, 4),
    (6, 4), (7, 3), (1, 3, 3, 3), (1, 9), (2, 3, 3, 2), (4, 2, 4), (2, 8),
}  # fmt: skip
_LANDLINE_GROUPS = {(11,), (3, 8), (3, 4, 4), (3, 2, 2, 2, 2), (4, 7), (4, 3, 4), (3, 3, 5), (3, 5, 3)}
_NINE_GROUPS = {(9,), (3, 3, 3), (2, 3, 4), (3, 6), (6, 3), (4, 5)}
_TWELVE_GROUPS = {
    (12,), (3, 3, 3, 3), (4, 4, 4), (3, 9), (6, 6), (3, 3, 6), (3, 1, 2, 6), (4, 2, 6), (6, 3, 3), (3, 4, 5),
    (2, 2, 2, 2, 2, 2),
}  # fmt: skip
_MOBILE = re.compile(r"0[35789]\d{8}")
_CITIZEN = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}")
#: Commune codes of Hanoi end here; two of them in a row are no phone.
_LAST_CODE = 10_600


def number_kind(text: str) -> str | None:
    """`phone` or `identity` when the text holds one; `text` is clean (composed, plain spaces)."""
    text = _LETTER_O.sub("0", _SPELT.sub(_spelt, text))
    if sum(map(str.isdigit, text)) < 7:
        return None
    bare = _OFFICE.sub(" ; ", text)
    if _MARKED_ID.search(bare):
        return "identity"
    if _MARKED_PHONE.search(bare):
        return "phone"
    found = (_kind(re.findall(r"\d+", run.group()), run.group()) for run in _RUN.finditer(bare))
    return next((kind for kind in found if kind), None) or ("phone" if _wordy_phone(bare) else None)


def _kind(groups: list[str], text: str) -> str | None:
    for start in range(len(groups)):
        for stop in range(start + 1, min(start + 6, len(groups)) + 1):
            kind = _exact(groups[start:stop], plus="+" in text)
            if kind:
                return kind
    return None


def _exact(groups: list[str], *, plus: bool) -> str | None:
    digits, sizes = _national(groups)
    if _MOBILE.fullmatch(digits) and (sizes in _PHONE_GROUPS or plus):
        return None if sizes == (5, 5) and int(groups[-1]) < _LAST_CODE else "phone"
    if len(digits) == 11 and digits.startswith("02") and sizes in _LANDLINE_GROUPS:
        return "phone"
    if _CITIZEN.fullmatch(digits) and sizes in _TWELVE_GROUPS:
        return "identity"
    # Four counts in a row look like 3-3-3 too: without a leading 0 only nine digits in one piece are a paper.
    nine = len(digits) == 9 and sizes in _NINE_GROUPS and (digits.startswith("0") or sizes == (9,))
    return "identity" if nine and not digits.endswith("0000") and len(set(digits)) > 2 else None


def _national(groups: list[str]) -> tuple[str, tuple[int, ...]]:
    """Digits and group sizes with the country code 84, +84 or 0084 turned into a leading 0."""
    joined = "".join(groups)
    for code in ("0084", "84"):
        rest = joined.removeprefix(code)
        if rest != joined and len(rest.removeprefix("0")) == 9:
            return "0" + rest.removeprefix("0"), (10,)
    return joined, tuple(map(len, groups))


def _wordy_phone(text: str) -> bool:
    """A phone with words between its groups: `0912, máy 345, rồi 678`."""
    for found in _WORDY.finditer(text):
        groups = re.findall(r"\d+", found.group())
        for stop in range(2, len(groups) + 1):
            digits, sizes = _national(groups[:stop])
            if _MOBILE.fullmatch(digits) and sizes in {(4, 3, 3), (3, 3, 4), (4, 6), (3, 7), (4, 2, 2, 2), (10,)}:
                return True
    return False


def _spelt(found: re.Match[str]) -> str:
    return "".join(_WORDS[word.lower()] for word in re.findall(r"[^\W\d_]+", found.group()))
