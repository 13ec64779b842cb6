"""Vietnamese words in, sort keys out: a ă â b … d đ e ê …, tones only decide between equal letters."""

import unicodedata

LETTERS = {letter: place for place, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1)}
#: Combining grave, hook above, tilde, acute, dot below: huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

Key = tuple[tuple[int, ...], tuple[int, ...]]


def key(text: str) -> Key:
    """Sorts "An, Ăn, Ân, Đống Đa, Hà Đông" as a Vietnamese dictionary does; use as `sorted(names, key=order.key)`."""
    letters: list[int] = []
    tones: list[int] = []
    for syllable in unicodedata.normalize("NFC", text.casefold()):
        tone, letter = _split(syllable)
        letters.append(LETTERS.get(letter, 0))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def _split(character: str) -> tuple[int, str]:
    parts = unicodedata.normalize("NFD", character)
    tone = next((TONES[p] for p in parts if p in TONES), 0)
    return tone, unicodedata.normalize("NFC", "".join(p for p in parts if p not in TONES))
