"""What all tests share: the settings of the run, the databases, Hypothesis profiles and the hazard marks."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings

from tests.append_only import let_flush_through

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# pytest-django has read the settings before this file: what belongs to this run alone is put in here.
ROOT = Path(__file__).resolve().parents[1]
_FOLDER = Path(tempfile.mkdtemp(prefix="dripstand-tests-"))
django_settings.DATA_DIR = _FOLDER
django_settings.SECRET_KEY = secrets.token_urlsafe(48)
django_settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
if django_settings.DATABASE_ADDRESS.engine == "sqlite":
    django_settings.DATABASES["default"]["NAME"] = str(_FOLDER / "dripstand.sqlite3")
    django_settings.DATABASES["default"]["TEST"]["NAME"] = str(_FOLDER / "test.sqlite3")

# fast: the same few examples on every machine, so that a red run is red for everyone. prove: the counts we promise.
_SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("fast", max_examples=30, stateful_step_count=20, derandomize=True, database=None, **_SHARED)
settings.register_profile("prove", max_examples=2_000, stateful_step_count=60, **_SHARED)
settings.register_profile("explain", parent=settings.get_profile("fast"), phases=tuple(Phase))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

let_flush_through()

_USES_A_TABLE = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "client_of"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what touches a table, and notes each test's hazard rows where the report keeps them."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & _USES_A_TABLE:
            item.add_marker(pytest.mark.database)
        for mark in item.iter_markers("hazard"):
            for row in mark.args:
                item.user_properties.append(("hazard", row))


# --- which process of a run takes what -------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """With --dist loadfile the files that look at the demo's showcase stay together: one process makes it, once.

    It takes one to two minutes to make and is looked at by the longest tests; xdist takes the scope of the most tests
    first, which is this one, so that the other process has the rest to fill the time with.
    """
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    files = (ROOT / "tests").rglob("test_*.py")
    looking = {str(file.relative_to(ROOT)) for file in files if "showcase: House" in file.read_text(encoding="utf-8")}

    class ByHouse(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "the showcase" if file in looking else file

    return ByHouse(config, log)


# --- the hazard log -------------------------------------------------------------------------------------------------

_proofs: dict[str, dict[str, bool]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collects for each hazard row which tests ran and whether they passed."""
    if report.when != "call" and report.outcome == "passed":
        return
    for name, row in report.user_properties:
        if name == "hazard":
            earlier = _proofs.setdefault(str(row), {}).get(report.nodeid, True)
            _proofs[str(row)][report.nodeid] = earlier and report.outcome == "passed"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes what was proved to the file named by the run, so that several runs can be put together."""
    target = os.environ.get("HAZARD_PROOFS")
    if target and not hasattr(session.config, "workerinput"):
        Path(target).write_text(json.dumps(_proofs, indent=1, sort_keys=True), encoding="utf-8")


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_engine() -> str:
    """ "sqlite" or "postgresql": which half of the run this is."""
    return str(django_settings.DATABASE_ADDRESS.engine)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of the browser tests; a machine without one leaves them out, and `make test` says so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on PATH; CHROMIUM names one elsewhere")
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for all browser tests of the run; each test opens its own window in it (tests/browser.py)."""
    from tests.browser import chromium

    # Playwright keeps an event loop in the test's own thread, where Django would refuse the test's plain queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium(chromium_path) as launched:
        yield launched
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _fresh_answers() -> Iterator[None]:
    """Answers kept for a second or two would leak from one test into the next."""
    yield
    if (signed_in := sys.modules.get("dripstand.live.signed_in")) is not None:
        signed_in._answers.clear()
    if (health := sys.modules.get("dripstand.server.health")) is not None:
        health.PROBER._last = None
    if (learning := sys.modules.get("dripstand.outcomes.learning")) is not None:
        learning.MEMORY.clear()
    if (templates := sys.modules.get("dripstand.protocol.queries")) is not None:
        templates._signed_by_id.clear()
    if (monitoring := sys.modules.get("dripstand.monitoring.queries")) is not None:
        monitoring.TRENDS.clear()
