"""Never two infusions of one patient too close together, whatever the order says (H16)."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from dripstand.infusion import models
from dripstand.infusion.events import InfusionStarted
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.services import Charted, submit
from dripstand.protocol import queries, services
from tests.people import MEDICAL_LEAD_ABARA, NOW, NURSE_REYES, another_chair, signed_template, stored, wren_halloway
from tests.rooms.infusion.stored_visits import StoredVisit, ready_to_start
from tests.rooms.infusion.test_store import a_session

ROOT = Path(__file__).parents[3]


def start(session_id: str) -> Charted | Refusal:
    return submit(
        session_id,
        InfusionStarted(rate_ml_per_h=Decimal(75)),
        actor=stored(NURSE_REYES),
        submission_id=str(uuid.uuid4()),
        now=NOW,
    )


@pytest.mark.django_db
@pytest.mark.hazard("H16")
@pytest.mark.parametrize(("hours_ago", "refused"), [(1, True), (23.9, True), (24.1, False), (72, False)])
def test_a_second_infusion_within_a_day_is_refused(hours_ago: float, refused: bool) -> None:
    patient_id = wren_halloway()
    earlier, today = a_session(patient_id), a_session(patient_id)
    models.Session.objects.filter(pk=earlier).update(drug_started_at=NOW - timedelta(hours=hours_ago))
    answer = start(today)
    assert isinstance(answer, Refusal)  # nothing is prepared here, so the start is refused in any case
    assert ("second_infusion_too_soon" in answer.codes) is refused


@pytest.mark.django_db
@pytest.mark.hazard("H16")
@pytest.mark.parametrize(("hours_ago", "refused"), [(25, True), (47.9, True), (48.1, False)])
def test_a_clinic_that_has_signed_more_hours_is_held_to_them_at_the_chair_too(hours_ago: float, refused: bool) -> None:
    lead, second, first = stored(MEDICAL_LEAD_ABARA), stored(NURSE_REYES), signed_template()
    version = services.draft(lead, now=NOW, based_on=first)
    services.change_numbers(
        lead, version, changes={"course.least_between_h": Decimal(48)}, reason="our own experience", now=NOW
    )
    seen = queries.version(version).body_sha256
    services.sign(lead, version, seen_sha256=seen, now=NOW)
    services.sign(second, version, seen_sha256=seen, now=NOW)
    patient_id = wren_halloway()
    earlier, today = a_session(patient_id), a_session(patient_id)
    models.Session.objects.filter(pk=earlier).update(drug_started_at=NOW - timedelta(hours=hours_ago))
    answer = start(today)
    assert isinstance(answer, Refusal)
    assert ("second_infusion_too_soon" in answer.codes) is refused


@pytest.mark.django_db
@pytest.mark.hazard("H16")
def test_another_patient_s_infusion_is_no_reason() -> None:
    other = a_session(wren_halloway(record_number="R-77"))
    models.Session.objects.filter(pk=other).update(drug_started_at=NOW - timedelta(hours=1))
    answer = start(a_session())
    assert isinstance(answer, Refusal)
    assert "second_infusion_too_soon" not in answer.codes


def two_ready_visits() -> list[StoredVisit]:
    """One patient, two visits on two chairs, everything done before both starts but the start itself.

    That takes two people who did not look; the rule at the start is what is left to hold.
    """
    patient_id = wren_halloway()
    first = ready_to_start(patient_id=patient_id)
    second = ready_to_start(patient_id=patient_id, chair_id=another_chair())
    return [first, second]


def one_start_and_one_refusal(answers: list[str]) -> None:
    assert sorted(answers) == ["charted", "second_infusion_too_soon"]
    assert models.Session.objects.filter(drug_started_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H16")
def test_of_two_starts_that_race_in_one_server_one_is_refused() -> None:
    visits = two_ready_visits()
    together = threading.Barrier(2)
    answers: list[str] = []

    def press(visit: StoredVisit) -> None:
        try:
            rate = visit.chart.bag.start_rate_ml_per_h  # type: ignore[union-attr]
            together.wait(15)
            answer = submit(
                visit.session_id,
                InfusionStarted(rate_ml_per_h=rate),
                actor=NURSE_REYES,
                submission_id=str(uuid.uuid4()),
                now=visit.now,
            )
            answers.append(answer.codes[0] if isinstance(answer, Refusal) else "charted")
        finally:
            connection.close()

    both = [threading.Thread(target=press, args=(visit,)) for visit in visits]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    one_start_and_one_refusal(answers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H16")
def test_of_two_starts_that_race_in_two_processes_one_is_refused() -> None:
    visits = two_ready_visits()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "dripstand.server.settings"}
    environment["DRIPSTAND_SECRET_KEY"] = secrets.token_urlsafe(48)
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.rooms.infusion.racing_start",
                str(connection.settings_dict["NAME"]),
                visit.session_id,
                stored(NURSE_REYES).staff_id,
                str(visit.chart.bag.start_rate_ml_per_h),  # type: ignore[union-attr]
                visit.now.isoformat(),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )
        for visit in visits
    ]
    try:
        assert [one.stdout.readline() for one in running if one.stdout] == ["ready\n", "ready\n"]
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        answers = [one.communicate(timeout=60)[0].strip().splitlines()[-1] for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    one_start_and_one_refusal(answers)
