"""Names of looks in, XlsxWriter formats out; a workbook holds each combination once."""

from typing import Any

INK, MUTED, LINE = "#1C2526", "#5B6769", "#CFD6D5"
HEAD, SECTION, GREY = "#0F5E6E", "#E7F0F1", "#EEF1F0"
INPUT, ERROR, WARNING, INFO = "#FFFBE8", "#F9C9C4", "#FFE3A3", "#DDEBF3"

_BORDER = {"border": 1, "border_color": LINE}
_BODY = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}
_HEADER = {**_BORDER, "bold": True, "font_color": "#FFFFFF", "bg_color": HEAD, "align": "center"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": HEAD},
    "sender": {"italic": True, "font_color": MUTED, "font_size": 10},
    "key": {"font_color": MUTED},
    "fact": {"bold": True},
    "header": {**_HEADER, "text_wrap": True},
    "group": {"bold": True, "bg_color": SECTION, "font_color": HEAD, "left": 1, "left_color": "#9AA5A6"},
    "section": {"bold": True, "bg_color": SECTION, "font_color": HEAD, "bottom": 1, "bottom_color": LINE, "indent": 1},
    "label": {**_BORDER, "text_wrap": True, "indent": 1},
    "part": {**_BORDER, "text_wrap": True, "indent": 3},
    "code": {**_BORDER, "font_color": MUTED, "align": "center", "num_format": "@"},
    "unit": {**_BORDER, "font_color": MUTED, "indent": 1},
    "previous": {**_BORDER, "num_format": "#,##0", "bg_color": GREY, "font_color": MUTED, "align": "right"},
    "count": {**_BORDER, "num_format": "#,##0", "bg_color": INPUT, "align": "right", "locked": False},
    "sign": {**_BORDER, "bg_color": INPUT, "align": "center", "locked": False},
    "none": {**_BORDER, "bg_color": GREY},
    "note": {**_BORDER, "bg_color": INPUT, "text_wrap": True, "indent": 1, "locked": False},
    "choice": {**_BORDER, "bg_color": INPUT, "locked": False},
    "text": {**_BORDER, "bg_color": INPUT, "num_format": "@", "locked": False},
    "date": {**_BORDER, "bg_color": INPUT, "num_format": "dd/mm/yyyy", "align": "center", "locked": False},
    "wrap": {"text_wrap": True, "valign": "top"},
    "link": {**_BORDER, "font_color": HEAD, "underline": 1, "align": "center"},
    "cell": {**_BORDER, "text_wrap": True, "indent": 1},
    "error": {"bg_color": ERROR},
    "warning": {"bg_color": WARNING},
    "info": {"bg_color": INFO},
}


class Formats:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, ...], Any] = {}

    def __call__(self, *looks: str) -> Any:
        """The format that joins `looks`, later ones winning; empty names are skipped."""
        made = self._made.get(looks)
        if made is None:
            joined: dict[str, Any] = dict(_BODY)
            for look in looks:
                joined.update(_LOOKS[look] if look else {})
            made = self._made[looks] = self._book.add_format(joined)
        return made
