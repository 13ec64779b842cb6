"""Texts in, texts made comparable out: one Unicode form, small letters, single spaces, nothing invisible."""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@lru_cache(maxsize=16_384)
def fold_text(text: str) -> str:
    """`  Kỳ  NÀY ` → `kỳ này`, whatever Unicode form it came in."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split()).casefold()
