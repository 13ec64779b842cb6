"""Measure this machine: what an intake costs beside merely reading the same workbooks."""

from dataclasses import asdict
from typing import Annotated, Literal

import polars as pl
import typer

from pipelines.cli import common
from pipelines.demo.intake_benchmark import IntakeSpeed, measure_kinds, measure_receipts

app = typer.Typer()
#: The hundredth receipt is what a later one is held to.
FEWEST_RECEIPTS = 101


@app.command("bench")
def bench(
    what: Annotated[Literal["intake"], typer.Argument()],
    files: Annotated[int, typer.Option(min=1)] = 200,
    receipts: Annotated[int, typer.Option(min=0)] = 0,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Measure the CPU of an intake beside that of reading the same workbooks; keeps nothing."""
    common.load_configured(home)
    speeds = measure_kinds(files)
    late = measure_receipts(receipts) if receipts >= FEWEST_RECEIPTS else None
    if as_json:
        rows = [asdict(speed) | {"ratio": speed.ratio, "gain": speed.gain} for speed in speeds]
        common.print_json({"rows": rows, "receipts": late})
        return
    common.print_table(_make_table(speeds))
    if late:
        early, last = (round(cost) for cost in late)
        common.say_out(
            common.terminal_text("cli.bench_receipts", early=early, n=receipts, late=last)
        )


def _make_table(speeds: list[IntakeSpeed]) -> pl.DataFrame:
    """Return the milliseconds a file and the ratios under the headings of the terminal."""
    rows: list[dict[str, object]] = []
    for speed in speeds:
        row = {
            "kind": common.terminal_text(f"cli.bench_{speed.kind}"),
            "reading": round(speed.reading, 2),
            "intake": round(speed.intake, 2),
            "children": round(speed.children, 2),
            "ratio": round(speed.ratio, 1),
            "naive": None if speed.gain is None else round(speed.gain, 1),
        }
        rows.append(
            {common.terminal_text(f"cli.bench_{name}"): value for name, value in row.items()}
        )
    return pl.DataFrame(rows)
