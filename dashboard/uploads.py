"""Preview, mark and receive files dropped on the page, within the reader's scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from zoneinfo import ZoneInfo

from dashboard.auth import access
from dashboard.queries import figures
from pipelines.errors import CauNoiError, NoBuild, StoreError
from pipelines.intake import feedback
from pipelines.intake import ingest as intake_ingest
from pipelines.intake.ingest import IngestResult, ingest_files
from pipelines.intake.prior_returns import load_previous_values
from pipelines.intake.templates import write_district, write_form
from pipelines.intake.templates.report_subject import list_lines
from pipelines.privacy.scope import Scope
from pipelines.reference import places as reference
from pipelines.reference.office_names import province_code, province_name
from pipelines.reference.periods import Quarter, parse_period
from pipelines.settings import MEGABYTE, Limits
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from pipelines.warehouse import publish
from pipelines.warehouse.start import batches_behind, start_build

#: Where the ledger says a return came from.
ORIGIN = "upload"
Upload = tuple[str, bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReceivedUploads:
    """What was received, or why nothing was."""

    outcomes: tuple[IngestResult, ...] = ()
    trouble: CauNoiError | None = None


def office_zone() -> ZoneInfo:
    return figures.load_settings().zone


def upload_limits() -> Limits:
    return figures.load_settings().limits


def max_megabytes() -> int:
    """Return the size in megabytes of the largest file that is taken here."""
    return figures.load_settings().access.upload_bytes // MEGABYTE


def can_send(scope: Scope) -> bool:
    """May this reader send anything at all?"""
    return scope.sees_some


def ledger_head() -> int:
    """Return how many batches the ledger has: a preview holds as long as this number does."""
    return Ledger(figures.load_settings().home).head()


def preview_files(files: Sequence[Upload], scope: Scope, progress: Progress) -> ReceivedUploads:
    """Return what sending these files would do; nothing is written."""
    try:
        outcomes = intake_ingest.preview_files(files, figures.load_settings(), progress, scope)
        return ReceivedUploads(tuple(outcomes))
    except StoreError as error:
        return ReceivedUploads(trouble=error)


def receive_files(files: Sequence[Upload], scope: Scope, progress: Progress) -> ReceivedUploads:
    """Receive the files and start a build; nothing is received when there is trouble."""
    settings = figures.load_settings()
    try:
        outcomes = ingest_files(files, settings, None, ORIGIN, progress, scope)
    except StoreError as error:
        return ReceivedUploads(trouble=error)
    submissions = [outcome.submission for outcome in outcomes if outcome.submission]
    access.record_event(ORIGIN, *submissions)
    if batches_behind(settings):
        start_build(settings)
    return ReceivedUploads(tuple(outcomes))


def marked_copy(outcome: IngestResult, scope: Scope) -> bytes:
    """Return the officer's workbook with its cells marked.

    Last quarter's values beside them are those the sender may see.
    """
    settings, ret, target = figures.load_settings(), outcome.ret, BytesIO()
    before: dict[str, dict[str, int]] = {}
    if ret and ret.period and ret.reporters:
        ledger = Ledger(settings.home)
        before = load_previous_values(ledger, ret.reporters, ret.period, scope)
    feedback.write_marked_copy(target, ret, outcome.issues, settings=settings, previous=before)
    return target.getvalue()


def is_building() -> bool:
    """Does the ledger hold something that the current build does not know yet?"""
    return batches_behind(figures.load_settings()) > 0


def built_at() -> str:
    """Return when the current build was made; empty without one."""
    try:
        return publish.find_current_build(figures.load_settings().home).built_at
    except NoBuild:
        return ""


def make_template(form: str, place: str, period: str, scope: Scope) -> bytes:
    """Return an empty form of a commune's team or point, or of a whole district or the city.

    Last quarter's values stand beside it where the reader may see them.
    """
    settings, target = figures.load_settings(), BytesIO()
    ledger = Ledger(settings.home)
    letter = "P" if form == "B" else "D"
    if _is_commune(place):
        unit = f"{letter}-{place}"
        before = load_previous_values(ledger, {unit}, period, scope).get(unit, {})
        write_form(target, form, unit, period, previous=before, settings=settings)
        return target.getvalue()
    lines = list_lines(load_unit_index(ledger), form, place, parse_period(period).first)
    previous = load_previous_values(ledger, set(lines), period, scope)
    write_district(target, form, place, period, lines=lines, previous=previous, settings=settings)
    return target.getvalue()


def count_received() -> int:
    """Return how many submissions the ledger has, whether or not a build knows them."""
    return Ledger(figures.load_settings().home).frame("submissions").height


def list_units(period: str) -> dict[str, str]:
    """Return whom a form can be for on the period's last day, by code: districts, then communes.

    The city comes first where there are no districts.
    """
    day, known = parse_period(period).end, reference.load_places()
    units: list[reference.Place | reference.District] = [
        *known.districts_on(day),
        *known.valid_on(day),
    ]
    city = {} if known.districts_on(day) else {province_code(): province_name(day).vi}
    return city | {unit.code: unit.label for unit in units}


def open_quarters(count: int = 4) -> list[str]:
    """Return the quarters a return may be about, newest first, beginning with the current one."""
    newest = Quarter.containing(figures.load_settings().today())
    return [newest.plus(-back).code for back in range(count)]


def _is_commune(place: str) -> bool:
    return len(place) == len("12345")
