"""Hostile strings for links and filters: SQL, markup, paths, huge numbers, strange letters."""

import random

SEEDS = (
    "' or 1=1 --",
    "'; drop table mart.facts; --",
    '" or ""="',
    "') union select * from read_text('/etc/passwd') --",
    "1; attach '/tmp/x.db'",
    "$1",
    "{code}",
    "{0.__class__}",
    "%(x)s",
    "%00",
    "\x00",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](https://evil.example)",
    "www.evil.example",
    ":material/home:",
    "$$\\alpha$$",
    "../../etc/passwd",
    "..\\..\\x",
    "=1+1",
    "-1",
    "1e999",
    "99999999999999999999",
    "2022-Q5",
    "0000-Y",
    "2022-Y..2021-Y",
    "..",
    ",,,,",
    "00046,00046",
    "００２",
    "00٢",
    "\u202e002",
    "002\u200b",
    "Hoàn Kiếm'--",
    "K01+K01",
    "K01;K02",
    "T06 --",
    "*",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a" * 5000,
)
_GLUE = ("", " ", "'", '"', ";", "--", "/*", ",", "\n", ")", "%27", "002", "2022-Y", "K01")


def strings(many: int) -> list[str]:
    """The seeds, then mixtures of them; the same ones every time."""
    draw = random.Random(6)
    mixed = [
        draw.choice(SEEDS) + draw.choice(_GLUE) + draw.choice(SEEDS)[:80]
        for _ in range(max(0, many - len(SEEDS)))
    ]
    return [*SEEDS, *mixed][:many]
