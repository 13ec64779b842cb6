"""An open build: the only way the figures read the warehouse."""

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.errors import BuildOutdated, NoBuild
from pipelines.kpi.answers import answers
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.table_check import check_if_changed
from pipelines.settings import Settings, load_settings
from pipelines.store import release_cards
from pipelines.store.paths import DataPaths
from pipelines.warehouse import publish
from pipelines.warehouse.connect import (
    connect_read_only,
    convert_to_utc,
    run_numeric_query,
    run_query,
    run_small_query,
)

#: Answers about returns cached in memory: some kilobytes each.
CACHED_ANSWERS = 64
#: What the names of releases begin with (pipelines/store/release_cards.py).
RELEASE_PREFIX = "release-"
SQL = Path(__file__).with_name("sql")


class WarehouseReader:
    """One build, opened read-only and locked down."""

    def __init__(self, path: Path, settings: Settings, folder: Path | None = None) -> None:
        """`folder` is one of its own, removed with the reader."""
        self.path = path
        self.settings = settings
        self._con = connect_read_only(path)
        # NOTE: nobody closes a reader that a cache lets go of.
        self._remove = weakref.finalize(self, shutil.rmtree, str(folder), ignore_errors=True)
        if folder is None:
            self._remove.detach()
        meta = run_small_query(self._con, _read_sql("meta")).row(0, named=True)
        self.name = str(meta["build"])
        self.meta: dict[str, Any] = meta
        self.span = Span(Quarter(meta["first_quarter"]), Quarter(meta["last_quarter"]))
        self._places: pl.DataFrame | None = None
        #: What a release shows: measure, place, period, value (null where hidden).
        self.released: pl.DataFrame | None = None
        #: The release they come from; empty without one.
        self.release_name = ""
        self._cache: dict[tuple[object, ...], pl.DataFrame] = {}
        #: The number of every measure and KPI in this build.
        self.numbers: dict[str, int] = dict(run_small_query(self._con, _read_sql("numbers")).rows())

    def find_number(self, code: str) -> int:
        """Return the number of a measure or KPI in this build.

        Raises BuildOutdated for one that the catalogue has gained since the build was made.
        """
        if code not in self.numbers:
            raise BuildOutdated(f"{code} is newer than the build {self.name}", name=code)
        return self.numbers[code]

    def query(self, name: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Answer sql/<name>.sql; raises Refused when it takes too long."""
        return run_query(self._con, _read_sql(name), parameters)

    def run_sql(self, text: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Answer a statement checked by adhoc_sql.py; raises Refused when it takes too long."""
        return run_query(self._con, text, parameters)

    def read_table(self, name: str) -> pl.DataFrame:
        """Read every row of a documented table, such as mart.facts."""
        table = catalog.find_definition(catalog.tables(), "table", name)
        with closing(self._con.cursor()) as cursor:
            frame: pl.DataFrame = cursor.table(table.name).pl()
        return convert_to_utc(frame)

    def query_numbers(self, name: str, parameters: Mapping[str, Any]) -> pl.DataFrame:
        """Answer sql/<name>.sql where it holds numbers and plain texts only; quicker."""
        return run_numeric_query(self._con, _read_sql(name), parameters)

    def query_cached(
        self,
        name: str,
        parameters: Mapping[str, list[Any]],
        then: Callable[[pl.DataFrame], pl.DataFrame],
    ) -> pl.DataFrame:
        """Answer as `query_numbers` does, apply `then`, and cache it: a build never changes."""
        arguments = [(parameter, tuple(values)) for parameter, values in parameters.items()]
        key = (name, *arguments)
        if key not in self._cache:
            if len(self._cache) >= CACHED_ANSWERS:
                self._cache.clear()
            answer = self.query_numbers(name, parameters)
            self._cache[key] = then(answer)
        return self._cache[key]

    @property
    def places(self) -> pl.DataFrame:
        """Return one row per version of a unit, read once."""
        if self._places is None:
            self._places = run_small_query(self._con, _read_sql("places"))
        return self._places

    def close(self) -> None:
        self._con.close()
        self._remove()

    def __enter__(self) -> "WarehouseReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


@cache
def _read_sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def current(settings: Settings) -> str:
    """Return the name of the current build; raises NoBuild in a home without one."""
    return publish.find_current_build(settings.home).name


@answers
def open_store(
    settings: Settings | None = None,
    *,
    build_name: str | None = None,
    release_name: str = "",
    as_of: datetime | None = None,
    scope: Scope = CITY,
) -> WarehouseReader:
    """Open the current build, a named one, or a temporary one of what was known `as_of` a moment.

    `build_name` may be a release's: it holds all that is not protected. `release_name`: the release
    that answers for what its reader may not see exactly. Without either, `scope` chooses: whoever
    sees no exact figure gets the release that is served, a district's reader the build beside it.
    Raises NoBuild, and DefinitionError when a changed catalogue file is not right. A damaged
    current build has given way to the newest whole one before it.
    """
    chosen = settings or load_settings()
    check_if_changed(chosen.home)
    if as_of is not None:
        return _build_as_of(chosen, as_of)
    if build_name is None:
        build_name, release_name = _choose_source(chosen.home, scope)
    reader = WarehouseReader(_find_file(chosen.home, build_name), chosen)
    if release_name:
        reader.release_name = release_name
        reader.released = _read_released(_find_file(chosen.home, release_name))
    return reader


def _choose_source(home: Path, scope: Scope) -> tuple[str, str]:
    """Return the names of the build, or of what stands for it, and of the release, if one is used.

    Raises NoBuild.
    """
    card = None if scope.sees_all else release_cards.read_current_release(home)
    if card is not None and not scope.sees_some:
        return card.name, card.name
    build = publish.find_current_build(home).name
    return build, card.name if card else ""


def _find_file(home: Path, name: str) -> Path:
    """Return the file of a build or of a release; raises NoBuild."""
    paths = DataPaths(home)
    folder = paths.releases if name.startswith(RELEASE_PREFIX) else paths.builds
    path = folder / f"{name}.duckdb"
    if not path.exists():
        raise NoBuild(f"there is no build {name!r}", name=name)
    return path


def _read_released(path: Path) -> pl.DataFrame:
    with connect_read_only(path) as con:
        return run_query(con, _read_sql("released"))


def _build_as_of(chosen: Settings, day: datetime) -> WarehouseReader:
    from pipelines.warehouse import build  # 0.2 s with the ledger's schema; for this question only

    folder = Path(tempfile.mkdtemp(prefix="caunoi-as-of-"))
    path = folder / "as-of.duckdb"
    try:
        build.make_build(chosen, path, day)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return WarehouseReader(path, chosen, folder)


#: Digits that count: sums of floats differ in the last ones from run to run.
DIGITS = 9
LENGTH = 8


def digest(frame: pl.DataFrame) -> str:
    """Hash column names and rows to eight hexadecimal digits, whatever the order of the rows."""
    lines = []
    for row in frame.iter_rows():
        lines.append("\t".join(map(_plain_text, row)))
    text = "\n".join(["\t".join(frame.columns), *sorted(lines)])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:LENGTH]


def _plain_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return "" if value is None else str(value)
