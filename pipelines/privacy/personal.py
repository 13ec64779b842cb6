"""Personal data at the door: a text comes in, the kind of personal data it holds goes out, never the text itself.

Kinds are codes of the enumeration `personal`: name, identity, phone, birth_date, address, email. Standard library
only: the limited child that reads untrusted files calls this for every text cell, header and comment.
"""

import re
import unicodedata

from pipelines.privacy.digits import number_kind
from pipelines.privacy.names import has_name

_HIDDEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_BIRTH = re.compile(
    r"\b(?:ngày sinh|sinh ngày|ngày tháng năm sinh|sinh nhật|ns|sn|n\.s|d\.?o\.?b|sinh)\b[^\d]{0,12}"
    r"\d{1,2}\s*(?:[/.\-]|tháng)\s*\d{1,2}\s*(?:[/.\-]|năm)\s*(?:19|20)?\d{2}\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:số nhà|nhà số|sn)\s*:?\s*\d+|"
    r"\b(?:ngõ|ngách|hẻm|kiệt)\s*(?:số\s*)?\d+|"
    r"\bsố\s*\d+\w?(?:/\d+)*,?\s*(?:ngõ|ngách|hẻm|phố|đường)\b|"
    r"\b(?:căn hộ|phòng)\s*(?:số\s*)?\d{3,4}\b|"
    r"\b(?:nhà ở|nhà tại|nhà|trú|ở)\s*(?:tại\s*)?(?:tổ|xóm|thôn)\s*(?:dân phố\s*)?(?:số\s*)?\d+"
    r"\s*[,;.]?\s*(?:phường|xã|cụm|thị trấn)\b|"
    r"\b(?:thường trú|tạm trú|trú tại|trú quán|hộ khẩu|địa chỉ|nơi ở|chỗ ở)(?: hiện nay| hiện tại| thường trú)?"
    r"\s*(?:tại|ở|:|-)\s*(?=[^.;]{0,40}(?:\d|\b(?:tổ|thôn|xóm|ngõ|phố|đường)\b))",
    re.IGNORECASE,
)
#: Header words without tone marks, as whole words; each stands for one kind.
_HEADERS = {
    "name": "ho ten|ho va ten|ho dem|ten khach hang|ten nguoi|ten benh nhan|ten goi|bi danh|full ?name|client name",
    "identity": "cccd|cmnd|cmtnd|cmt|can cuoc|chung minh|so dinh danh|dinh danh ca nhan|ho chieu|passport|id number|"
    "so giay to|so bhyt|so the bhyt|ma the bhyt",
    "phone": "so dien thoai|sdt|dien thoai|so dt|di dong|so may|so zalo|phone|mobile|tel",
    "birth_date": "ngay sinh|sinh ngay|ngay thang nam sinh|date of birth|dob|birthday",
    "address": "dia chi|noi o|cho o|noi cu tru|noi thuong tru|thuong tru|tam tru|ho khau|que quan|so nha|address",
    "email": "email|e mail|thu dien tu",
}
_HEADER = {kind: re.compile(rf"(?:^|\b)(?:{words})(?:\b|$)") for kind, words in _HEADERS.items()}
#: Our own columns that share a word with a header above.
_OURS = re.compile(
    r"\b(?:qua|bang|theo|luot|lan|tu van|cach) dien thoai\b|\bby phone\b|\bgiay to tuy than\b|"
    r"\btai noi cu tru\b|\bkhong ghi\b"
)
HEADER_LENGTH = 60


def find(text: str) -> str | None:
    """The kind of personal data in a free text, or None; texts are never kept or returned."""
    plain = clean(text)
    if len(plain) < 4:
        return None
    if _EMAIL.search(plain):
        return "email"
    if _BIRTH.search(plain):
        return "birth_date"
    kind = number_kind(plain)
    if kind:
        return kind
    if _ADDRESS.search(plain):
        return "address"
    return "name" if has_name(plain) else None


def is_personal_header(text: str) -> str | None:
    """The kind of personal data a column with this header would hold, or None."""
    plain = re.sub(r"[^a-z0-9]+", " ", unmarked(clean(text))).strip()
    if not plain or len(plain) > HEADER_LENGTH or _OURS.search(plain):
        return None
    return next((kind for kind, words in _HEADER.items() if words.search(plain)), None)


def clean(text: str) -> str:
    """One spelling for all: composed, full-width forms made plain, hidden characters and odd spaces gone."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_HIDDEN)).split())


def unmarked(text: str) -> str:
    """Lower case without tone marks: `Họ và tên` becomes `ho va ten`."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
