"""Measure this machine: what an intake, a build and a start cost beside plain work."""

from dataclasses import asdict
from typing import Annotated, Literal

import polars as pl
import typer

from pipelines.cli import common
from pipelines.demo.build_benchmark import Comparison, compare_all
from pipelines.demo.intake_benchmark import IntakeSpeed, measure_kinds, measure_receipts

app = typer.Typer()
#: The hundredth receipt is what a later one is held to.
FEWEST_RECEIPTS = 101


@app.command("bench")
def bench(
    what: Annotated[Literal["intake", "build"], typer.Argument()],
    files: Annotated[int, typer.Option(min=1)] = 200,
    receipts: Annotated[int, typer.Option(min=0)] = 0,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Measure the CPU of our work beside that of plain work in the same run; keeps nothing."""
    settings = common.load_configured(home)
    if what == "build":
        _print_comparisons(compare_all(settings), as_json)
        return
    speeds = measure_kinds(files)
    is_compared = receipts >= FEWEST_RECEIPTS
    late = measure_receipts(receipts) if is_compared else None
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


def _print_comparisons(found: list[Comparison], as_json: bool) -> None:
    """Print what was measured against what is aimed at."""
    if as_json:
        rows = [asdict(one) | {"ratio": one.ratio, "is_met": one.is_met} for one in found]
        common.print_json({"rows": rows})
        return
    common.print_table(pl.DataFrame([_describe(one) for one in found]))


def _describe(found: Comparison) -> dict[str, object]:
    """Return one row of the terminal's table under its headings."""
    cells: dict[str, object] = {
        "job": common.terminal_text(f"cli.bench_{found.name}"),
        "ours": round(found.ours, 2),
        "plain": round(found.plain, 2),
        "times": round(found.ratio, 1),
        "target": found.target,
        "verdict": common.terminal_text("cli.bench_met" if found.is_met else "cli.bench_missed"),
        "memory": None if found.memory is None else round(found.memory),
    }
    return {common.terminal_text(f"cli.bench_{name}"): cell for name, cell in cells.items()}
