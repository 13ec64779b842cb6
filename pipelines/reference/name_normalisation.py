"""How one Vietnamese name can be written: text as typed in, comparable syllables out.

Folded together are the tone's place (Hoà, Hòa), y for i where both are in use (Mỹ, Mĩ), capitals, hyphens, the
Unicode form and invisible characters. Tone marks themselves are kept: Trung Tự and Trung Tú are two places.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Grave, hook, tilde, acute, dot below: one per syllable, wherever it was typed.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_BREAKS = re.compile(r"[\s.\-_\u2010-\u2015\u2212'’]+")
#: Zero-width and direction characters, soft hyphen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
#: NOTE: only a y that is the whole rhyme is interchangeable; Thuy and Thui, Tay and Tai are different words.
_RHYME_Y = re.compile(r"(?<=^[hklmstv])y$|(?<=^qu)y$")
_ROMAN = {"i": "1", "ii": "2"}


@dataclass(frozen=True)
class Syllable:
    """The letters in NFC without their tone, and the tone ('' when there is none)."""

    letters: str
    tone: str

    @property
    def bare(self) -> str:
        """Without any mark: `duong` for dương."""
        parts = unicodedata.normalize("NFD", self.letters.replace("đ", "d"))
        return "".join(c for c in parts if not unicodedata.combining(c))

    def misses_only_marks_of(self, full: "Syllable") -> bool:
        """Whether this is `full` with some marks left out: thanh liet, but not Thanh Liết, for Thanh Liệt."""
        if self.bare != full.bare or self.tone not in ("", full.tone):
            return False
        return all(
            a in (b, _strip_letter(b)) for a, b in zip(self.letters, full.letters, strict=True)
        )


@lru_cache(maxsize=4096)
def split_syllables(text: str) -> tuple[Syllable, ...]:
    """The syllables of `text`, folded."""
    words = _BREAKS.split(clean_name(text).casefold().replace("ð", "đ"))
    found = [_parse_syllable(word) for word in words if word]
    if len(found) > 1 and found[-1].letters in _ROMAN:
        found[-1] = Syllable(_ROMAN[found[-1].letters], "")
    return tuple(found)


def clean_name(text: str) -> str:
    """`text` in NFC, without invisible characters and with single plain spaces."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def strip_marks(written: tuple[Syllable, ...]) -> str:
    """The syllables without any mark, for finding neighbours."""
    return " ".join(s.bare for s in written)


def _parse_syllable(word: str) -> Syllable:
    parts = unicodedata.normalize("NFD", word)
    tone = next((c for c in parts if c in _TONES), "")
    letters = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return Syllable(_RHYME_Y.sub("i", letters), tone)


def _strip_letter(letter: str) -> str:
    return Syllable(letter, "").bare
