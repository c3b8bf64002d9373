"""A demo clinic for each test, made once a run and copied."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from tests.faults.running import Clinic, prepare

CHAIRS_COUNT = 2


@pytest.fixture(scope="session")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """Nobody serves this one."""
    return prepare(tmp_path_factory.mktemp("made") / "clinic", CHAIRS_COUNT)


@pytest.fixture
def clinic(made_clinic: Clinic, tmp_path: Path) -> Clinic:
    """A clinic of the test's own, with infusions under way."""
    folder = tmp_path / "clinic"
    shutil.copytree(made_clinic.folder, folder)
    return dataclasses.replace(made_clinic, folder=folder)
