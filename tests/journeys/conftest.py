"""Houses for the journeys: the clinic is made once for the run, and each module gets a copy of its own to live in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.every_page import ids
from tests.journeys.house import House, dripstand


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, chromium_path: str) -> Path:
    """A demo clinic with two chairs, both infusing; nobody serves it."""
    folder = tmp_path_factory.mktemp("prepared") / "clinic"
    made = dripstand("demo", "--prepare-only", "--chairs", "2", "--data", folder)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture(scope="module")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """That clinic, served: `dripstand serve`."""
    folder = tmp_path_factory.mktemp("house") / "clinic"
    shutil.copytree(prepared, folder)
    served = House(folder, ["serve"])
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def showcase(tmp_path_factory: pytest.TempPathFactory, chromium_path: str) -> Iterator[House]:
    """The demo as anybody sees it first, six chairs in six phases: `dripstand demo`. Shared: it is only looked at.

    Its thirty past courses take from half a minute to two to make; each process of the run makes its own, because a
    demo is made anew at every start.
    """
    shown = House(tmp_path_factory.mktemp("showcase") / "demo", ["demo"])
    shown.start()
    yield shown
    shown.stop()


@pytest.fixture(scope="session")
def known(showcase: House, browser: Browser) -> dict[str, str]:
    """What stands in the addresses of the showcase; a questionnaire and a draft of the protocol are begun in it."""
    return ids(showcase, browser)
