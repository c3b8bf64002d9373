"""The clinic's searches as tests run them: in this process, by a job that notes what it heard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dripstand.course import clinic_solving, solving
from dripstand.course.scheduling import Limits, explain, propose, repair
from dripstand.jobs.models import Job, State
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from tests.people import stored
from tests.rooms.course.courses import NOW

QUICK = Limits(seconds=20.0, grid_min=30, workers=1, good_enough=0.02)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinic_solving, "FORTNIGHT_LIMITS", QUICK)
    monkeypatch.setattr(clinic_solving, "REPAIR_LIMITS", QUICK)
    # The process of its own is tested in tests/rules/scheduling/test_apart.py; here the same solver runs in this one.
    monkeypatch.setattr(clinic_solving, "proposed", propose)
    monkeypatch.setattr(clinic_solving, "repaired", repair)
    monkeypatch.setattr(solving, "explained", lambda problem, plan, must_stop: explain(problem, plan))


class GivenRun:
    """What a job is given, without a worker: it notes how far the search said that it was."""

    must_stop = False
    cancelled = False

    def __init__(self, now: datetime = NOW, **payload: Any) -> None:
        self.payload = payload
        self.heard: list[str] = []
        self._now = now

    def now(self) -> datetime:
        return self._now

    def progress(self, fraction: float, words: str = "") -> None:
        assert 0 <= fraction <= 1
        self.heard.append(words)


def fortnight(run: GivenRun) -> dict[str, Any]:
    asked: Any = run
    return dict(clinic_solving.search_fortnight(asked))


def repaired(run: GivenRun) -> dict[str, Any]:
    asked: Any = run
    return dict(clinic_solving.repair_calendar(asked))


def client_of(actor: Actor) -> Client:
    client = Client()
    member = StaffMember.objects.get(pk=stored(actor).staff_id)
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def monday_ahead() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


def finished(job_id: str, result: Any) -> None:
    Job.objects.filter(pk=job_id).update(state=State.DONE, result=dict(result), finished_at=datetime.now(UTC))
