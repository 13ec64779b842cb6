"""Returns with numbers and names of people: none reaches a log, the trail or the store."""

import logging
import os
import random
import zipfile
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.ingest import ingest_files
from pipelines.intake.templates import write_form
from pipelines.privacy.pii import find
from pipelines.settings import Settings
from pipelines.store.paths import DataPaths
from tests.intake.validation.sample_returns import filled
from tests.privacy.test_pii import FAMILIES, GIVEN, NOTES, PAPERS, SPELLINGS

#: Five hundred by CAUNOI_FULL=1.
MANY = 500 if os.environ.get("CAUNOI_FULL") else 120
#: Stands in the form where a canary goes.
MARK = 7_341_205
GAPS = str.maketrans("", "", " .-()")


def canary(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    """What somebody typed into a cell, and the words in it that name or reach a person."""
    telephone = f"09{draw.randrange(10**8):08}"
    paper = f"001{draw.choice('0123')}{draw.randrange(60, 99)}{draw.randrange(10**6):06}"
    family, given = draw.choice(FAMILIES), draw.choice(GIVEN)
    kind = draw.choice(("telephone", "paper", "note"))
    if kind == "telephone":
        return draw.choice([*SPELLINGS.values()])(telephone), (telephone, telephone[1:])
    if kind == "paper":
        return draw.choice([*PAPERS.values()])(paper), (paper,)
    note = draw.choice(NOTES).format(f=family, g=given, F=family.upper(), G=given.upper(), n=4)
    return note, (note,)


def returns(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Write so many workbooks into `folder`, each with a canary in one cell.

    Returns what each says and what nobody may find again.
    """
    target, draw, words = BytesIO(), random.Random(9), []
    values = {entry.field: entry.value for entry in filled("A", "2022-Q3").entries}
    write_form(target, "A", "D-00046", "2022-Q3", values={**values, "a20": MARK})
    for number in range(MANY):
        text, named = canary(draw)
        (folder / f"bc-{number:03}.xlsx").write_bytes(spoilt(target.getvalue(), text))
        words.append((text, named))
    return words


def spoilt(book: bytes, text: str) -> bytes:
    """The workbook with `text` in the marked cell."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name).decode("utf-8") if name.endswith(".xml") else None
            if part is not None and f"<v>{MARK}</v>" in part:
                head, tail = part.split(f"<v>{MARK}</v>")
                cell = head[head.rindex("<c ") :]
                told = (
                    cell.rstrip(">").replace(' t="n"', "")
                    + f' t="inlineStr"><is><t>{text}</t></is>'
                )
                part = head[: head.rindex("<c ")] + told + tail
            new.writestr(name, old.read(name) if part is None else part.encode("utf-8"))
    return made.getvalue()


def laid_open(path: Path) -> str:
    """Every text of a file, with its archives and tables unpacked."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv()
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(path) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return content.decode("utf-8", "ignore")


def test_canaries_are_kept_nowhere_and_said_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path, free_bytes=0)
    inbox = DataPaths(tmp_path).incoming
    inbox.mkdir(parents=True)
    words = returns(inbox)
    with caplog.at_level(logging.DEBUG):
        outcomes = ingest_files([inbox], settings)
    said = capfd.readouterr()
    kept = "\n".join(laid_open(path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(outcomes) == MANY
    # What is not recognised (how little, tests/privacy hold) is kept as a cell to be corrected, and
    # still told to no log.
    refused = [named for text, named in words if find(text)]
    assert (
        sum("P001" in {one.code for one in outcome.issues} for outcome in outcomes)
        >= len(refused)
        > MANY * 0.9
    )
    assert told(caplog.text + said.out + said.err, [named for _, named in words]) == []
    assert told(kept, refused) == []
    assert told(f"{words[0][0]}", [words[0][1]]) != []


def told(text: str, words: list[tuple[str, ...]]) -> list[str]:
    """Those of the words that stand in a text, however their digits are set apart."""
    bare = text.translate(GAPS)
    return [w for named in words for w in named if (w in bare if w.isdigit() else w in text)]
