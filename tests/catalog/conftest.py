"""A copy of the catalogue for tests that spoil or extend it."""

import shutil
from pathlib import Path

import pytest

from pipelines.catalog.load import find_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue that a test may spoil."""
    copy = tmp_path / "catalog"
    shutil.copytree(find_folder(), copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
