"""Data is shown as it stands: its signs are escaped, and no address in it becomes a link."""

import pytest

from pipelines.present.plain import plain, short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Phường Trúc Bạch, 44,0 %", "Phường Trúc Bạch, 44,0 %"),
        ("*a* [b](c) <d> :e:", r"\*a\* \[b\](c) \<d\> \:e\:"),
        ("https://evil.example", "https\u2060\\://evil.example"),
        ("WWW.evil.example", "WWW\u2060.evil.example"),
        ("lan@hanoi.example", "lan\u2060@hanoi.example"),
    ],
)
def test_signs_and_addresses_stay_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_what_somebody_else_wrote_is_cut() -> None:
    assert short("a" * 41) == "a" * 39 + "…" and short("a" * 40) == "a" * 40
