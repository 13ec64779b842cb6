"""The one way in: files dropped on the page are looked at, marked and received through intake, within a scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from dashboard import access, data
from pipelines.errors import CauNoiError, NoBuild, PlaceError, StoreError
from pipelines.intake import feedback
from pipelines.intake.history import previous
from pipelines.intake.inbox import Outcome, ingest, preview
from pipelines.intake.template import write_district, write_form
from pipelines.privacy.scope import Scope
from pipelines.reference import places as reference
from pipelines.reference.periods import Quarter, parse
from pipelines.settings import MEGABYTE, Limits
from pipelines.store.ledger import Ledger
from pipelines.warehouse import publish
from pipelines.warehouse.start import behind, start

#: Where the ledger says a return came from.
ORIGIN = "upload"
Upload = tuple[str, bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Received:
    """What was received, or why nothing was."""

    outcomes: tuple[Outcome, ...] = ()
    trouble: CauNoiError | None = None


def limits() -> Limits:
    return data.configured().limits


def megabytes() -> int:
    """The largest file that is taken here."""
    return data.configured().access.upload_bytes // MEGABYTE


def may_send(scope: Scope) -> bool:
    """May this reader send anything at all?"""
    return scope.sees_some


def head() -> int:
    """How many batches the ledger has: a look at a file is as good as this number."""
    return Ledger(data.configured().home).head()


def look(files: Sequence[Upload], scope: Scope, progress: Progress) -> Received:
    """What sending these files would do; written nowhere."""
    try:
        return Received(tuple(preview(files, data.configured(), progress, scope)))
    except StoreError as error:
        return Received(trouble=error)


def receive(files: Sequence[Upload], scope: Scope, progress: Progress) -> Received:
    """Receive the files and start a build; nothing is received when there is trouble."""
    settings = data.configured()
    try:
        outcomes = ingest(files, settings, None, ORIGIN, progress, scope)
    except StoreError as error:
        return Received(trouble=error)
    access.note(ORIGIN, *(outcome.submission for outcome in outcomes if outcome.submission))
    if behind(settings):
        start(settings)
    return Received(tuple(outcomes))


def marked(outcome: Outcome, scope: Scope) -> bytes:
    """The officer's workbook with its cells marked; last quarter's values are those the sender may see."""
    settings, ret, target = data.configured(), outcome.ret, BytesIO()
    reporters = {e.reporter for e in ret.entries} if ret else set()
    before = previous(Ledger(settings.home), reporters, ret.period, scope) if ret and ret.period and reporters else {}
    feedback.write(target, ret, outcome.issues, settings=settings, previous=before)
    return target.getvalue()


def building() -> bool:
    """Is there something in the ledger that the build that answers does not know yet?"""
    return behind(data.configured()) > 0


def built_at() -> str:
    """When the build that answers was made; empty without one."""
    try:
        return publish.current(data.configured().home).built_at
    except NoBuild:
        return ""


def template(form: str, place: str, period: str, scope: Scope) -> bytes:
    """An empty form of a commune's team or point, or of a whole district.

    Last quarter's values stand beside it where the reader may see them.
    """
    settings, target = data.configured(), BytesIO()
    letter, day = "P" if form == "B" else "D", parse(period).end
    codes = [place] if _is_commune(place) else [c.code for c in reference.load().communes(place, day)]
    before = previous(Ledger(settings.home), {f"{letter}-{code}" for code in codes}, period, scope)
    if _is_commune(place):
        unit = f"{letter}-{place}"
        write_form(target, form, unit, period, previous=before.get(unit, {}), settings=settings)
    else:
        write_district(target, form, place, period, previous=before, settings=settings)
    return target.getvalue()


def existed(place: str, period: str) -> bool:
    """Was there such a commune or district on the period's last day?"""
    day = parse(period).end
    try:
        return bool(reference.load().get(place, day)) if _is_commune(place) else _is_district(place, day)
    except PlaceError:
        return False


def open_quarters(today: date, count: int = 4) -> list[str]:
    """The quarters a return may be about today, newest first: the one under way and those before it."""
    newest = Quarter.on(today)
    return [newest.plus(-back).code for back in range(count)]


def _is_commune(place: str) -> bool:
    return len(place) == len("00046")


def _is_district(place: str, day: date) -> bool:
    return any(district.code == place for district in reference.load().districts(day))
