"""Split names of places into comparable syllables, whatever way they are written.

Folded together are the tone's place (Hoà, Hòa), y for i where both are in use (Mỹ, Mĩ), capitals,
hyphens, the Unicode form and invisible characters. Tone marks themselves are kept: Trung Tự and
Trung Tú are two places.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse

#: Grave, hook, tilde, acute, dot below: one per syllable, wherever it was typed.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_BREAKS = re.compile(r"[\s.\-_\u2010-\u2015\u2212'’]+")
#: Zero-width and direction characters, soft hyphen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
#: NOTE: only a y that is the whole rhyme is interchangeable; Thuy and Thui, Tay and Tai are
#: different words.
_RHYME_Y = re.compile(r"(?<=^[hklmstv])y$|(?<=^qu)y$")
_ROMAN = {"i": "1", "ii": "2"}


@dataclass(frozen=True)
class Syllable:
    """The letters in NFC without their tone, and the tone ('' when there is none)."""

    letters: str
    tone: str

    @property
    def bare(self) -> str:
        """The letters without any mark: `duong` for dương."""
        decomposed = unicodedata.normalize("NFD", self.letters.replace("đ", "d"))
        return "".join(filterfalse(unicodedata.combining, decomposed))

    def misses_only_marks_of(self, full: "Syllable") -> bool:
        """True when this is `full` with some marks left out.

        For Thanh Liệt, thanh liet is, but Thanh Liết is not.
        """
        if self.bare != full.bare or self.tone not in ("", full.tone):
            return False
        for letter, full_letter in zip(self.letters, full.letters, strict=True):
            if letter not in (full_letter, _strip_letter(full_letter)):
                return False
        return True


@lru_cache(maxsize=4096)
def split_syllables(text: str) -> tuple[Syllable, ...]:
    """Return the syllables of `text`, folded; a Roman I or II at its end is a number."""
    words = _BREAKS.split(clean_name(text).casefold().replace("ð", "đ"))
    syllables = [_parse_syllable(word) for word in words if word]
    if len(syllables) > 1:
        number = _ROMAN.get(syllables[-1].letters)
        if number:
            syllables[-1] = Syllable(number, "")
    return tuple(syllables)


def clean_name(text: str) -> str:
    """Return `text` in NFC, without invisible characters and with single plain spaces."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def strip_marks(written: tuple[Syllable, ...]) -> str:
    """Return the syllables without any mark, for finding neighbours."""
    return " ".join(s.bare for s in written)


def _parse_syllable(word: str) -> Syllable:
    parts = unicodedata.normalize("NFD", word)
    tone = next((c for c in parts if c in _TONES), "")
    letters = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return Syllable(_RHYME_Y.sub("i", letters), tone)


def _strip_letter(letter: str) -> str:
    return Syllable(letter, "").bare
