"""A visit that nobody closed, or to which nobody came, is not the one that a link, a message or an answer is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from dripstand.course import services as course
from dripstand.course.wishes import Wishes
from dripstand.guide import queries, services
from dripstand.guide.next_day import due_at
from dripstand.guide.next_day_messages import send_next_day_checks
from dripstand.infusion import events as ev
from dripstand.infusion.queries import patient_is_here
from dripstand.live import clock
from dripstand.outcomes.queries import open_escalations_of
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Link
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NURSE_REYES, another_chair, stored
from tests.rooms.guide.coming import by_link, hidden, signed_in, signed_in_patient
from tests.rooms.infusion.stored_visits import StoredVisit, observing, opened, weighed

pytestmark = pytest.mark.django_db
DAY_MIN = 24 * 60


def never_came() -> StoredVisit:
    """Wren was expected three days ago, and nobody has cancelled it."""
    return opened(minutes_ago=3 * DAY_MIN)


def made_by_hand(patient_id: str, purpose: Purpose) -> str:
    """What the link is about that a nurse makes on the patient's page of links."""
    sent = {"purpose": purpose.value, "language": "en", "name": "Robin Marsh", "email": ""}
    answer = signed_in(NURSE_REYES).post(f"/patients/{patient_id}/links/", sent)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return Link.objects.get(patient_id=patient_id, purpose=purpose.value).about


@pytest.mark.hazard("H05")
@pytest.mark.parametrize("purpose", [Purpose.QUESTIONNAIRES, Purpose.ESCORT, Purpose.CALM, Purpose.JOURNAL])
def test_a_link_that_is_made_today_is_about_todays_visit_and_not_one_to_which_nobody_came(purpose: Purpose) -> None:
    before = never_came()
    today = opened(minutes_ago=20, patient_id=before.patient_id)
    assert made_by_hand(before.patient_id, purpose) == today.session_id


def test_beside_a_visit_that_was_opened_twice_the_link_is_about_the_one_in_which_the_patient_is() -> None:
    twice = opened(minutes_ago=40)
    today = weighed(minutes_ago=20, patient_id=twice.patient_id)
    assert made_by_hand(twice.patient_id, Purpose.QUESTIONNAIRES) == today.session_id


def test_while_only_a_visit_stands_to_which_nobody_came_no_link_is_made_about_it() -> None:
    patient_id = never_came().patient_id
    sent = {"purpose": "questions", "language": "en", "name": "", "email": ""}
    answer = signed_in(NURSE_REYES).post(f"/patients/{patient_id}/links/", sent)
    assert answer.status_code == 400 and not Link.objects.exists()


def test_an_own_sign_in_opens_the_questions_of_todays_visit() -> None:
    before = never_came()
    today = opened(minutes_ago=20, patient_id=before.patient_id)
    signed_in_patient(before.patient_id, "wren.h")
    assert Link.objects.get(patient_id=before.patient_id, purpose="questions").about == today.session_id


def test_the_link_of_the_day_after_is_about_the_last_infusion_whatever_was_cancelled_since() -> None:
    given = observing(minutes_ago=26 * 60)
    later = opened(minutes_ago=60, patient_id=given.patient_id)
    later.must(ev.SessionCancelled("did not come"))
    assert made_by_hand(given.patient_id, Purpose.NEXT_DAY) == given.session_id


def test_whoever_waits_for_somebody_who_never_came_is_told_no_time() -> None:
    visit = never_came()
    assert queries.come_at(visit.patient_id, visit.session_id, visit.now) is not None
    assert queries.come_at(visit.patient_id, visit.session_id, datetime.now(UTC)) is None


def test_the_guide_names_the_escort_of_the_visit_to_come() -> None:
    before = never_came()
    named = {"phone": "", "relation": "", "now": datetime.now(UTC)}
    services.name_escort(
        stored(NURSE_REYES), patient_id=before.patient_id, session_id=before.session_id, name="Former One", **named
    )
    assert queries.values_for(before.patient_id, "en", before.now)["escort"] == "Former One"
    assert queries.values_for(before.patient_id, "en", datetime.now(UTC))["escort"] == "nobody yet"


# --- the day after ---------------------------------------------------------------------------------------------------


def wants_mail(patient_id: str, settings: Settings) -> None:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    wishes = Wishes(email="wren@mail.example")
    course.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=wishes, now=datetime.now(UTC))


def due_of(visit: StoredVisit) -> datetime:
    stopped_at = visit.chart.stopped_at
    assert stopped_at is not None
    return due_at(stopped_at, clinic_zone())


@pytest.mark.hazard("H45")
def test_an_answer_of_the_next_day_comes_from_home_although_nobody_closed_the_visit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = observing()
    assert patient_is_here(visit.patient_id, visit.now)
    later = due_of(visit) + timedelta(minutes=5)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: later)
    link = by_link(visit.patient_id, Purpose.NEXT_DAY, about=visit.session_id)
    page = link.get("/me/next-day/").content.decode()
    sent = {name: hidden(page, name) for name in ("submission", "instrument", "item")}
    assert "Please read this first" in link.post("/me/next-day/", sent | {"value": "2"}).content.decode()
    (escalation,) = open_escalations_of(visit.patient_id)
    assert escalation.was_paged, "nobody of the clinic is beside them: the on-call hears of it at once"


@pytest.mark.hazard("H45")
def test_an_older_visit_that_was_forgotten_open_keeps_no_check_of_the_next_day_back(settings: Settings) -> None:
    forgotten = observing(minutes_ago=4 * DAY_MIN)
    given = observing(patient_id=forgotten.patient_id, chair_id=another_chair())
    wants_mail(given.patient_id, settings)
    assert send_next_day_checks(now=due_of(given)) == 1
    assert len(mail.outbox) == 1
