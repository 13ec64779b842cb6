"""Read thousands of spoilt files: no exception, nothing slow, no number that is not in its cell.

`python -m tests.intake.fuzz --cases 20000` runs the long form; test_fuzz.py a short one. Workbooks
are damaged from outside (bytes) and from inside (XML, with a right checksum), sheets are made at
random, CSV files are cut and mixed.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from pipelines import catalog
from pipelines.intake import feedback
from pipelines.intake.ingest.assess import assess_file
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.model import Return
from pipelines.intake.prior_returns import PriorReturns
from pipelines.intake.sandbox import ParsedFile
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from tests.intake.bad_inputs.base import TODAY, asked
from tests.intake.bad_inputs.zips import Part, parts_of, with_parts
from tests.intake.issue_consistency import find_contradictions
from tests.intake.validation.sample_returns import LINES, good

#: Seconds of computing after which a case hangs.
SLOW_SECONDS = 5.0
#: Every so many rounds of all kinds the files go all the way: rules, status, and the marked
#: workbook read again.
WHOLE_WAY = 4
SNIPPETS = (
    "1.234", "1,234", "60 triệu", "-", "không", "=1+1", "#REF!", "Nguyễn Văn An", "0912345678",
    "TRUE", "2022-Q3",
    "１２", "12\u200b", "\u0410", "Hoà", "<", "&", '"', "\x00", "'12", "1e9",
    "99999999999999999999", " ", "\n",
    "é" * 40, "D-00646",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258", "latin-1", "cp1252")


@dataclass
class Tally:
    """What a run saw."""

    cases: int = 0
    taken: int = 0
    numbers: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)


@cache
def originals() -> tuple[bytes, ...]:
    """Our own forms, filled: A, B with its referrals, a district workbook, a register."""
    form_a, form_b, district, register = (BytesIO() for _ in range(4))
    write_form(form_a, "A", "D-00646", "2022-Q3", values=good("A"))
    write_form(form_b, "B", "P-00646", "2022-Q3", values=good("B"), registers={"C": LINES})
    write_district(
        district, "A", "004", "2022-Q3", values={"D-00115": good("A"), "D-00118": good("A")}
    )
    rows = [
        {"team_id": "D-00646", "commune": "00646", "status": "active", "valid_from": "2019-01-01"}
    ]
    write_register(register, "D1", "HN", None, rows=rows)
    return tuple(made.getvalue() for made in (form_a, form_b, district, register))


def outside(chance: random.Random) -> bytes:
    """A workbook with bytes flipped, cut out, doubled or overwritten."""
    data = bytearray(chance.choice(originals()))
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(data)), chance.randint(1, 200)
        how = chance.randrange(5)
        if how == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del data[at : at + length]
        elif how == 2:
            data[at:at] = data[at : at + length]
        elif how == 3:
            data[at : at + length] = chance.randbytes(length)
        else:
            del data[at:]
        data = data or bytearray(b"\0")
    return bytes(data)


def inside(chance: random.Random) -> bytes:
    """Change the XML of a workbook and pack it rightly: tokens swapped, cut, doubled, replaced."""
    data = chance.choice(originals())
    parts = parts_of(data)
    name = chance.choice([n for n in parts if n.endswith((".xml", ".rels"))])
    text = parts[name].content.decode()
    for _ in range(chance.randint(1, 3)):
        text = _respelt(text, chance)
    return with_parts(data, Part(name, text.encode("utf-8", "surrogatepass")))


def _respelt(text: str, chance: random.Random) -> str:
    tokens = re.split(r"(<[^>]*>)", text)
    at = chance.randrange(len(tokens))
    how = chance.randrange(6)
    if how == 0:
        del tokens[at]
    elif how == 1:
        tokens.insert(at, tokens[at])
    elif how == 2:
        other = chance.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif how == 3:
        tokens[at] = re.sub(
            r"\d+", str(chance.choice([0, 1, 7, 65_536, 1_048_577, -1])), tokens[at], count=1
        )
    elif how == 4:
        tokens[at] = chance.choice(SNIPPETS)
    else:
        tokens[at] = re.sub(r'"[^"]*"', f'"{chance.choice(SNIPPETS[:12])}"', tokens[at], count=1)
    return "".join(tokens)


def sheets(chance: random.Random) -> bytes:
    """A workbook made at random of our headers, codes and anything an officer may type."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_urls": False, "nan_inf_to_errors": True}
    )
    fields = [f.code for f in catalog.fields().values()]
    heads = [
        "Mã",
        "Chỉ tiêu",
        "Kỳ này",
        "Ghi chú",
        "unit",
        "period",
        "code",
        "value",
        "commune",
        *fields[:20],
    ]
    for n in range(chance.randint(1, 3)):
        sheet = book.add_worksheet(f"s{n}")
        for row in range(chance.randint(1, 30)):
            for col in range(chance.randint(1, 12)):
                pick = chance.random()
                if pick < 0.3:
                    sheet.write_string(row, col, chance.choice(heads if row < 4 else fields))
                elif pick < 0.6:
                    sheet.write_number(row, col, chance.choice([0, 1, 12, 3.5, -2, 1e13, 1234.567]))
                elif pick < 0.8:
                    sheet.write(row, col, chance.choice(SNIPPETS))
        if chance.random() < 0.2:
            sheet.merge_range(0, 14, 2, 16, "x")
    book.close()
    return target.getvalue()


def table(chance: random.Random) -> bytes:
    """A tidy CSV in some encoding, spoilt."""
    sep = chance.choice(",;\t|")
    lines = [sep.join(("unit", "period", "code", "value"))]
    codes = list(good("A"))
    for _ in range(chance.randint(0, 12)):
        value = chance.choice(
            [str(chance.randrange(5000)), chance.choice(SNIPPETS), f'"{chance.randrange(99)}"', ""]
        )
        unit = chance.choice(["D-00646", "00646", "646", "99999"])
        lines.append(
            sep.join(
                (unit, chance.choice(["2022-Q3", "2031-Q1", "x"]), chance.choice(codes), value)
            )
        )
    text = chance.choice(["\n", "\r\n", "\r"]).join(lines)
    data = bytearray(text.encode(chance.choice(ENCODINGS), "replace"))
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(data))
        if chance.random() < 0.5:
            data[at] = chance.randrange(256)
        else:
            del data[at : at + chance.randint(1, 30)]
            data = data or bytearray(b"\n")
    return bytes(data)


KINDS: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("a.xlsx", outside),
    ("a.xlsx", inside),
    ("a.xlsx", inside),
    ("a.xlsx", sheets),
    ("a.csv", table),
)


def wrong_numbers(ret: Return, data: bytes, name: str) -> Iterator[str]:
    """Yield the numbers taken that another reader does not see in their cell.

    Nor may a number be other than the digits written there.
    """
    seen: dict[tuple[str, str], object] = {}
    if name.endswith(".xlsx"):
        seen = dict(_by_another_reader(data))
    for entry in ret.entries:
        if entry.state != "accepted":
            continue
        digits = re.sub(
            r"\D", "", (entry.text or "").translate({0xFF10 + n: str(n) for n in range(10)})
        )
        there = seen.get((entry.sheet, entry.cell), entry.text)
        number = isinstance(there, int | float) and there == entry.value
        if not number and (digits.lstrip("0") or "0") != str(entry.value):
            yield f"{entry.field} at {entry.cell}: {entry.value} taken of {entry.text!r}"
        if isinstance(there, int | float) and not isinstance(there, bool) and there != entry.value:
            taken = f"{entry.field} at {entry.cell}: {entry.value} taken"
            yield f"{taken}, another reader sees {there!r}"


def _by_another_reader(data: bytes) -> Iterator[tuple[tuple[str, str], object]]:
    """What python-calamine sees, cell by cell; nothing when it cannot read the file."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for row, cells in enumerate(rows, 1):
                for col, value in enumerate(cells):
                    yield (name, f"{chr(65 + col)}{row}" if col < 26 else ""), value
    except Exception:
        return


def judged(data: bytes, name: str, tally: Tally, whole_way: bool) -> None:
    """One case through gate, reader and form; now and then through rules and feedback as well."""
    began = time.process_time()
    try:
        answer = asked(data, name)
        issues = [*answer.issues, *(answer.ret.issues if answer.ret else [])]
        spoilt = [f"our fault: {one.values['fault']}" for one in issues if "fault" in one.values]
        if answer.ret:
            spoilt += wrong_numbers(answer.ret, data, name)
        if answer.ret and whole_way:
            spoilt += through(ParsedFile(name, f"{hash(data):x}", data, answer.ret, answer.issues))
        tally.codes.update({one.code for one in issues})
        tally.taken += answer.ret is not None and bool(answer.ret.entries)
        tally.numbers += sum(e.state == "accepted" for e in answer.ret.entries) if answer.ret else 0
    except Exception as error:
        spoilt = [f"raised {error!r}"]
    seconds = time.process_time() - began
    tally.slowest = max(tally.slowest, seconds)
    if seconds > SLOW_SECONDS:
        spoilt.append(f"took {seconds:.1f} s")
    tally.faults += spoilt


def through(one: ParsedFile) -> list[str]:
    """Follow a file through rules, status and the marked workbook, which can be read again.

    Returns where issues and effects contradict each other.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), free_bytes=0)
        (outcome,) = Receiver(settings).preview([one])
        past = PriorReturns.from_ledger(Ledger(settings.home))
        past.load_reporters(
            {e.reporter for e in one.ret.entries} | {r.reporter for r in one.ret.records}
            if one.ret
            else set()
        )
        said = list(find_contradictions(assess_file(one, past, settings, TODAY)))
        target = BytesIO()
        feedback.write_marked_copy(target, one.ret, outcome.issues, settings=settings)
    refused = asked(target.getvalue()).refused
    return [*said, *(["the marked workbook is refused"] if refused else [])]


def run(cases: int, seed: int) -> Tally:
    """So many cases of every kind in turn; the same seed, the same files."""
    tally = Tally()
    for number in range(cases):
        chance = random.Random(f"{seed}-{number}")
        name, make = KINDS[number % len(KINDS)]
        before = len(tally.faults)
        judged(make(chance), name, tally, whole_way=number // len(KINDS) % WHOLE_WAY == 0)
        tally.faults[before:] = [
            f"case {seed}-{number}: {fault}" for fault in tally.faults[before:]
        ]
        tally.cases += 1
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally = run(given.cases, given.seed)
    counts = f"{tally.numbers} numbers taken, {len(tally.codes)} codes"
    summary = f"{tally.cases} cases, {tally.taken} read in part, {counts}"
    sys.stdout.write(f"{summary}, slowest {tally.slowest:.2f} s: {len(tally.faults)} faults\n")
    sys.stdout.write("".join(f"  {fault}\n" for fault in tally.faults[:20]))
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
