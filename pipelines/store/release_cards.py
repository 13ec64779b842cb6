"""Release cards: which numbered releases there are, and which one outsiders read."""

import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Refused
from pipelines.store.atomic_files import hash_file
from pipelines.store.paths import DataPaths

POINTER = "current.json"


@dataclass(frozen=True)
class ReleaseCard:
    """What is said of one release beside its file."""

    name: str
    build: str
    made_at: str
    sha256: str
    threshold: int
    #: Numbers offered, and those of them hidden.
    offered: int
    hidden: int
    #: Set when it was withdrawn: it is no longer served, but what it showed stays known.
    withdrawn: str = ""


def list_releases(home: Path) -> list[ReleaseCard]:
    """List all releases ever published, oldest first, withdrawn ones too."""
    folder = DataPaths(home).releases
    cards = []
    for path in sorted(folder.glob("release-*.json")):
        cards.append(ReleaseCard(**json.loads(path.read_text(encoding="utf-8"))))
    return cards


def find_current_release(home: Path) -> ReleaseCard:
    """Return the release outsiders read; raises Refused (no_release)."""
    card = read_current_release(home)
    if card is None:
        raise Refused("there is no release", code="no_release")
    return card


def read_current_release(home: Path) -> ReleaseCard | None:
    """Return the release outsiders read; None in a home that serves none."""
    pointer = DataPaths(home).releases / POINTER
    if not pointer.exists():
        return None
    name = json.loads(pointer.read_text(encoding="utf-8"))["name"]
    for card in list_releases(home):
        if card.name == name and not card.withdrawn:
            return card
    return None


def find_release_file(home: Path, card: ReleaseCard) -> Path:
    """Return the file of a release; raises Refused (release_damaged) when a byte has changed."""
    path = DataPaths(home).releases / f"{card.name}.duckdb"
    if not path.is_file() or hash_file(path) != card.sha256:
        raise Refused("the release is not whole", code="release_damaged", name=card.name)
    return path


def next_release_name(home: Path) -> str:
    """Return the name after the highest number given so far."""
    numbers = [int(card.name.rpartition("-")[2]) for card in list_releases(home)]
    return f"release-{max(numbers, default=0) + 1:05d}"
