"""Text from outside: no sign of it is obeyed by a terminal or by the pages' Markdown."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipelines.present.format.escaping import (
    escape_markdown,
    escape_terminal,
    quote_markdown,
    shorten_text,
    show_controls,
)
from pipelines.present.i18n import translate_markdown
from tests.hostile_texts import ALL

#: What Streamlit's pages look for in words after all signs have been read.
LATE = (
    r"https?://|www(?=\.)|[-.\w+]+@[-\w]+\.",
    r":\+1:|:-1:|:[\w-]+:|:material_|:material/",
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
)
#: A sign that is a run of its own in Streamlit's Markdown; backslashes before it are pairs.
PARTED_OFF = re.compile(r"(?<!\\)((?:\\\\)*):color\[(\\?[^\w\s])\]")
PIECES = st.sampled_from(
    [*ALL, *"*_[]()~$`<>:&#|!{}+-=.\\ \n\t\x1b\x9b\u202e5aá", "http", "www.", "material/"]
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=6).map("".join).map(lambda text: text[:400])
)


class Words(HTMLParser):
    """The words of a page and the elements that hold them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        #: Runs of text between two tags.
        self.words: list[str] = []
        self.is_open = False
        self.elements: set[str] = set()
        self.feed(page)
        self.close()

    def handle_data(self, data: str) -> None:
        if self.is_open:
            self.words[-1] += data
        else:
            self.words.append(data)
        self.is_open = True

    def handle_endtag(self, tag: str) -> None:
        self.is_open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.add(tag)
        self.is_open = False


def visible(text: str) -> str:
    """Return what a reader should see of a text: controls as pictures, blanks as on pages."""
    return " ".join(show_controls(re.sub(r"[\t-\r ]+", " ", text)).replace("\xa0", " ").split())


def obeyed(text: str) -> Iterator[str]:
    yield from (c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Phường Trúc Bạch, 44,0 %", "Phường Trúc Bạch, 44,0 %"),
        ("*a* [b](c) <d> 10:30", r"\*a\* \[b\](c) \<d\> 10\:30"),
        (":e:", r":color[\:]e\:"),
        ("https://evil.example", r"https:color[\:]//evil.example"),
        ("https&colon;//evil.example", r"https\&colon;//evil.example"),
        ("WWW.evil.example", "WWW:color[.]evil.example"),
        ("lan@hanoi.example", "lan:color[@]hanoi.example"),
        ("a -> b", r"a :color[-]:color[\>] b"),
        (r"\-=", r"\\:color[-]:color[=]"),
        ("# a", r"\# a"),
        ("1. a", r"1\. a"),
        ("1.244", "1.244"),
        ("-5", "-5"),
        ("a\nb", "a b"),
        ("a\x1bb", "a␛b"),
    ],
)
def test_signs_and_addresses_stay_plain(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_a_page_shows_the_visible_text_and_nothing_else(text: str) -> None:
    escaped = escape_markdown(text)
    parted = PARTED_OFF.sub(r"\1<b>\2</b>", escaped)
    page = Words(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(parted))
    assert page.elements <= {"p", "b"}
    assert " ".join("".join(page.words).replace("\xa0", " ").split()) == visible(text)
    for run in page.words:
        found = [s for s in LATE if re.search(s, run.strip("\n"), re.IGNORECASE | re.ASCII)]
        assert found == []
    assert not re.search(r"(?<!\\)[$:<]", PARTED_OFF.sub(r"\1", escaped))


def test_nothing_unseen_is_copied_along() -> None:
    texts = ("lan@hanoi.example", "https://www.hanoi.example", "10:30:45", "a -> b", "<-->")
    assert all(escape_markdown(text).isprintable() for text in texts)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_terminal_obeys_nothing_and_gets_one_bounded_line(text: str) -> None:
    shown = escape_terminal(text, 100)
    assert len(shown) <= 100 and list(obeyed(shown)) == []
    assert escape_terminal(shown, 100) == shown


def test_every_unseen_character_is_shown() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert list(obeyed(show_controls(everything))) == []
    assert show_controls("\x00\x1b\x7f\x9b\u202e\ud800 \xa0é") == "␀␛␡���" + " \xa0é"


def test_a_sentence_keeps_its_own_signs_and_its_values_none() -> None:
    assert translate_markdown("damaged.do", "vi", code="**x**").endswith(r"**\*\*x\*\***.")


def test_what_somebody_else_wrote_is_cut() -> None:
    assert shorten_text("a" * 41) == "a" * 39 + "…" and shorten_text("a" * 40) == "a" * 40


def test_an_address_is_shown_as_it_is_copied() -> None:
    assert quote_markdown("lan@hanoi.example") == "`lan@hanoi.example`"
    assert quote_markdown("a``b\n") == "``` a``b ```"
    assert quote_markdown("\x1b") == "`␛`"
