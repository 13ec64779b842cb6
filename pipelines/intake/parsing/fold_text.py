"""Fold texts so that two spellings of the same word are equal."""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@lru_cache(maxsize=16_384)
def fold_text(text: str) -> str:
    """Fold `  Kỳ  NÀY ` to `kỳ này`, whatever Unicode form it came in.

    The result is in small letters, with single spaces and without invisible characters.
    """
    visible = _INVISIBLE.sub("", text)
    words = unicodedata.normalize("NFC", visible).split()
    return " ".join(words).casefold()
