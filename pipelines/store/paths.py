"""Where everything made at run time lives: the named parts of one folder."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.store.atomic_files import make_folder, make_private


@dataclass(frozen=True)
class DataPaths:
    """The parts of a home; nothing is made until it is asked for."""

    root: Path

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def processed(self) -> Path:
        return self.root / "processed"

    @property
    def failed(self) -> Path:
        return self.root / "failed"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def release_basis(self) -> Path:
        """Return where the exact numbers behind each release stand: never for outsiders."""
        return self.root / "release_basis"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def boundaries(self) -> Path:
        return self.root / "boundaries.json"

    @property
    def office_template(self) -> Path:
        return self.root / "report.docx"

    @property
    def state(self) -> Path:
        return self.root / "state.sqlite"


def ensure_dir(folder: Path) -> Path:
    """Return the folder, made for the owner alone if it was not there."""
    return make_folder(folder)


def made_private(folder: Path) -> Path:
    """Return the folder, for the owner alone even if it was there for others."""
    make_private(make_folder(folder))
    return folder
