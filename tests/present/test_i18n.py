"""Both languages say the same things, with the same values in them."""

from string import Formatter

import pytest

from pipelines.present.i18n import load_sentences, translate


def holes(sentence: object) -> set[str]:
    texts = [sentence] if isinstance(sentence, str) else list(dict(sentence).values())  # type: ignore[call-overload]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_sentences() -> None:
    assert set(load_sentences("vi")) == set(load_sentences("en"))


@pytest.mark.parametrize("key", list(load_sentences("vi")))
def test_a_sentence_needs_the_same_values_in_both_languages(key: str) -> None:
    ours, theirs = holes(load_sentences("vi")[key]), holes(load_sentences("en")[key])
    assert ours - {"roman", "number"} == theirs - {"roman", "number"}


def test_a_sentence_without_its_value_is_our_fault() -> None:
    with pytest.raises(KeyError):
        translate("unit.over", "vi")
