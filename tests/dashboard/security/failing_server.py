"""Serves the app so that it can be told to fail: `python sabotage.py PORT CUE`.

The file CUE holds two numbers: at which step of a run to fail, and with which error. Every call of
a function of the pages is a step.
"""

import functools
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import Refused

#: What must not be told to anybody: a telephone number, a name, a planted figure, an identity
#: number.
CANARIES = ("0912345678", "Nguyễn Thị Bích Hằng", "71000000037", "001185004321")
SAID = f"cannot convert '{' '.join(CANARIES)}' in /var/lib/caunoi/x"


class Silent(Exception):
    """Its own words are an error."""

    def __str__(self) -> str:
        raise ValueError(SAID)


def noted() -> Exception:
    error = RuntimeError("no")
    error.add_note(SAID)
    return error


def caused() -> Exception:
    error = RuntimeError(SAID)
    error.__cause__ = KeyError(SAID)
    return error


ERRORS: tuple[Callable[[], Exception], ...] = (
    lambda: ValueError(SAID),
    lambda: KeyError(SAID),
    lambda: OSError(2, SAID, f"/var/lib/caunoi/{CANARIES[0]}"),
    lambda: UnicodeDecodeError("utf-8", SAID.encode(), 0, 1, SAID),
    lambda: duckdb.ConversionException(SAID),
    lambda: pl.exceptions.ComputeError(SAID),
    lambda: Refused(SAID, code="out_of_scope", label=SAID),
    lambda: ExceptionGroup(SAID, [ValueError(SAID), KeyError(SAID)]),
    lambda: AssertionError(SAID),
    lambda: RecursionError(SAID),
    lambda: MemoryError(SAID),
    lambda: type("Own", (Exception,), {"__repr__": lambda _: SAID})(SAID),
    Silent,
    noted,
    caused,
)


class Cue:
    """Counts the steps of a run and fails once, at the one that was named."""

    def __init__(self, path: Path) -> None:
        self.path, self.steps, self.armed = path, 0, (0, 0)

    def begin(self) -> None:
        self.steps, told = 0, self.path.read_text().split()
        self.armed = int(told[0]), int(told[1])

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.armed[0]:
            self.armed = (0, self.armed[1])
            raise ERRORS[self.armed[1]]()


def stepping(function: Callable[..., Any], cue: Cue) -> Callable[..., Any]:
    @functools.wraps(function)
    def stepped(*given: Any, **named: Any) -> Any:
        cue.step()
        return function(*given, **named)

    return stepped


#: What tells of a fault must work, and what stands before the pages is no step of theirs.
SPARED = {
    f"dashboard.{name}"
    for name in (
        "server",
        "middleware.access_guard",
        "incident_log",
        "queries.boundaries",
        "middleware.html_shell",
        "auth.identity",
        "auth.downloads",
        "streamlit_adapter",
    )
}
KINDS = (types.FunctionType, functools._lru_cache_wrapper)


def spoil(cue: Cue) -> None:
    """Every function that the modules of pages know by a name is a step now."""
    made: dict[int, Callable[..., Any]] = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith("dashboard") or name in SPARED:
            continue
        for attribute, found in list(vars(module).items()):
            own = getattr(found, "__module__", "") or ""
            if isinstance(found, KINDS) and own.startswith("dashboard") and own not in SPARED:
                made.setdefault(id(found), stepping(found, cue))
                setattr(module, attribute, made[id(found)])


def main() -> None:
    import uvicorn

    from dashboard import saved_views, server
    from pipelines.privacy.sign_in import SERVING

    port, cue = int(sys.argv[1]), Cue(Path(sys.argv[2]))
    for room in sorted(server.APP.parent.glob("components/*.py")):
        server.import_module(f"dashboard.components.{room.stem}")
    spoil(cue)
    begin = saved_views.begin_run

    def began(*given: Any) -> None:
        cue.begin()
        begin(*given)

    saved_views.begin_run = began
    uvicorn.run(server.app, port=port, log_level="warning", **SERVING)


if __name__ == "__main__":
    main()
