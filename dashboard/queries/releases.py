"""Which file answers a reader: the build, or the release that is served."""

from dashboard.queries import figures
from dashboard.selection import REPORTED
from pipelines.privacy.scope import Scope
from pipelines.store import release_cards
from pipelines.store.release_cards import ReleaseCard


def current_release() -> ReleaseCard | None:
    """Return the release that is served; None in a home without one."""
    return release_cards.read_current_release(figures.load_settings().home)


def choose_source(scope: Scope, geography: str = REPORTED) -> figures.ReadScope:
    """Return what answers a reader: the build, the release, or the build beside the release.

    Whoever sees no exact figure at all reads the release alone, once there is one.
    """
    build = figures.current_build()
    card = None if scope.sees_all else current_release()
    if card is None:
        return figures.ReadScope(build, scope, geography)
    name = build if scope.sees_some else card.name
    return figures.ReadScope(name, scope, geography, release=card.name)
