"""Today's questions come from the schedule, and the day after a message asks how it is, once and once more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dripstand.course import services as course
from dripstand.course.wishes import Wishes
from dripstand.guide import queries
from dripstand.guide.next_day import due_at
from dripstand.guide.next_day_messages import send_next_day_checks
from dripstand.live import clock
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import forms_of_course, open_escalations_of
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import StaffMember
from dripstand.premises.queries import clinic_zone
from tests.people import FRONT_DESK_SORO, NURSE_REYES, stored
from tests.rooms.guide.coming import by_link
from tests.rooms.infusion.stored_visits import StoredVisit, left, weighed
from tests.rooms.outcomes.courses import ACourse, a_course, another_series, phq
from tests.rules.course.test_reminder_words import NAMES_THE_TREATMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails(settings: Settings) -> Iterator[None]:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    yield


def wants_mail(patient_id: str, **wishes: object) -> None:
    told = Wishes(email="wren@mail.example", **wishes)  # type: ignore[arg-type]
    course.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=told, now=datetime.now(UTC))


def first_of_a_course(**given: object) -> tuple[StoredVisit, ACourse]:
    """The first infusion of a course, given and left."""
    there = a_course(first=datetime.now(UTC))
    return left(patient_id=there.patient_id, infusion_id=there.infusions[1], minutes_ago=300, **given), there


def due_of(visit: StoredVisit) -> datetime:
    stopped_at = visit.chart.stopped_at
    assert stopped_at is not None
    return due_at(stopped_at, clinic_zone())


def link_of(number: int) -> str:
    found = re.search(r"https://front\.example(/l/\S+)", str(mail.outbox[number].body))
    assert found is not None
    return found[1]


def answer_all(client: Client, path: str, given: dict[tuple[str, str], str], otherwise: str = "0") -> list[str]:
    """Answer what is asked until nothing is; answers which instruments were asked, in order."""
    asked: list[str] = []
    while "Question " in (page := client.get(path).content.decode()):
        sent = {
            name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
            for name in ("submission", "instrument", "item")
        }
        asked.append(sent["instrument"])
        client.post(path, sent | {"value": given.get((sent["instrument"], sent["item"]), otherwise)})
    return list(dict.fromkeys(asked))


def test_the_link_asks_what_the_schedule_wants_before_this_infusion_and_its_answers_fill_that_place() -> None:
    there = a_course(first=datetime.now(UTC) - timedelta(days=3))
    visit = weighed(patient_id=there.patient_id, infusion_id=there.infusions[2])
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    assert answer_all(client, "/me/questions/", {}) == ["phq-9"], "the second infusion wants no GAD-7"
    (form,) = forms_of_course(there.course_id)
    assert (form.occasion_key, form.due_at is None) == ("before-2", False)


@pytest.mark.parametrize(
    ("number", "asked", "key"), [(1, ["gad-7", "phq-9"], "s2-baseline"), (2, ["phq-9"], "s2-before-2")]
)
def test_the_patients_tablet_asks_the_phq_9_before_each_infusion_of_a_maintenance_too(
    number: int, asked: list[str], key: str
) -> None:
    now = datetime.now(UTC)
    first = a_course(first=now - timedelta(days=40))
    for done, at in (("baseline", 41), ("before-1", 40), ("before-2", 37)):
        phq(first, 20, now - timedelta(days=at), Occasion.BASELINE if at == 41 else Occasion.BEFORE_INFUSION, done)
    there = another_series(first, now - timedelta(days=7 * (number - 1)))  # one a week: this infusion is today's
    visit = weighed(patient_id=there.patient_id, infusion_id=there.infusions[number])
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    assert sorted(answer_all(client, "/me/questions/", {})) == asked
    assert {one.occasion_key for one in forms_of_course(there.course_id)} == {"baseline", "before-1", "before-2", key}


def test_the_first_infusion_asks_for_the_baseline_too_each_scale_once() -> None:
    there = a_course(first=datetime.now(UTC) + timedelta(hours=1))
    visit = weighed(patient_id=there.patient_id, infusion_id=there.infusions[1])
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    assert sorted(answer_all(client, "/me/questions/", {})) == ["gad-7", "phq-9"]
    refused = client.post("/me/questions/", {"instrument": "asrm", "item": "1", "value": "1"})
    assert refused.status_code == 400 and len(forms_of_course(there.course_id)) == 2


def test_the_check_of_the_next_day_leaves_once_names_nothing_and_its_answers_stand_with_the_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit, there = first_of_a_course()
    wants_mail(visit.patient_id)
    due = due_of(visit)
    assert send_next_day_checks(now=due - timedelta(minutes=1)) == 0
    assert [send_next_day_checks(now=due + timedelta(minutes=5 * n)) for n in range(3)] == [1, 0, 0]
    (message,) = mail.outbox
    assert message.to == ["wren@mail.example"] and "how you are today" in message.body
    said = str(message.subject) + str(message.body).replace("https://front.example", "")
    assert NAMES_THE_TREATMENT.search(said.replace(link_of(0), "")) is None

    monkeypatch.setattr(clock.CLOCK, "now", lambda: due + timedelta(hours=1))
    wren = Client()
    assert wren.post(link_of(0), {"day": "18", "month": "5", "year": "1984"}).status_code == 403
    assert wren.post(link_of(0), {"day": "17", "month": "5", "year": "1984"}).status_code == 302
    given = {("phq-9", "9"): "1", ("side-effects", "nausea"): "2", ("side-effects", "headache"): "1"}
    assert answer_all(wren, "/me/next-day/", given) == ["phq-9", "side-effects"], "safety first"
    wren.post("/me/next-day/", {"step": "mood", "mood": "6", "words": "a <b>quiet</b> day"})
    assert "All is saved" in wren.get("/me/next-day/").content.decode()
    assert "All is saved" in wren.get("/me/next-day/").content.decode(), "loaded again"
    assert "If it gets worse" in wren.get("/me/next-day/").content.decode()
    assert wren.post("/me/next-day/", {"step": "mood", "mood": "2"}).status_code == 403, "used up"
    assert {one.occasion_key for one in forms_of_course(there.course_id)} == {"after-1"}
    (escalation,) = open_escalations_of(visit.patient_id)
    assert escalation.was_paged

    later = due + timedelta(hours=7)
    assert send_next_day_checks(now=later) == 0, "answered"
    nurse = Client()
    member = StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id)
    nurse.force_login(member, "django.contrib.auth.backends.ModelBackend")
    for path in (f"/session/{visit.session_id}/patient-side/", f"/course/{there.course_id}/"):
        page = nurse.get(path).content.decode()
        for words in (
            "Mood 6 of 10",
            "Safety question: 1 of 3",
            "still needs a clinician",
            "<strong>moderate</strong>",
        ):
            assert words in page, (path, words)
        assert "a &lt;b&gt;quiet&lt;/b&gt; day" in page
    desk = Client()
    member = StaffMember.objects.get(pk=stored(FRONT_DESK_SORO).staff_id)
    desk.force_login(member, "django.contrib.auth.backends.ModelBackend")
    assert "Mood 6" not in desk.get(f"/session/{visit.session_id}/patient-side/").content.decode()


def test_a_second_message_after_six_hours_closes_the_first_link_and_no_third_follows() -> None:
    visit, _there = first_of_a_course()
    wants_mail(visit.patient_id, language="de")
    due = due_of(visit)
    again = next(
        due + timedelta(hours=n)
        for n in range(6, 30)
        if 9 <= (due + timedelta(hours=n)).astimezone(clinic_zone()).hour < 19
    )
    assert send_next_day_checks(now=due) == 1
    first = link_of(0)
    closes = visit.chart.stopped_at + timedelta(hours=48)  # type: ignore[operator]
    if again < closes:
        assert send_next_day_checks(now=again) == 1
        assert "wie es Ihnen heute geht" in str(mail.outbox[-1].body)
        assert Client().get(first).status_code == 403
        assert send_next_day_checks(now=min(again + timedelta(hours=7), closes)) == 0


def test_who_is_in_the_clinic_again_is_asked_there_and_the_link_is_taken_back() -> None:
    visit, there = first_of_a_course()
    wants_mail(visit.patient_id)
    due = due_of(visit)
    assert send_next_day_checks(now=due) == 1
    until_due = due - datetime.now(UTC)
    weighed(patient_id=visit.patient_id, infusion_id=there.infusions[2], minutes_ago=-until_due.total_seconds() / 60)
    assert send_next_day_checks(now=due + timedelta(minutes=5)) == 0
    assert Client().get(link_of(0)).status_code == 403


def test_where_no_message_can_bring_an_answer_the_staff_are_told_to_call(settings: Settings) -> None:
    visit, there = first_of_a_course()
    due = due_of(visit)
    assert send_next_day_checks(now=due) == 0 and not mail.outbox
    day = queries.next_day(visit.patient_id, visit.session_id, due)
    assert day is not None and day.somebody_calls and day.why_not == "no_address"
    assert not queries.next_day(visit.patient_id, visit.session_id, due + timedelta(days=8)).somebody_calls  # type: ignore[union-attr]
    wants_mail(visit.patient_id)
    settings.CAN_MAIL = False
    assert send_next_day_checks(now=due) == 0
    assert queries.next_day(visit.patient_id, visit.session_id, due).why_not == "no_mail_here"  # type: ignore[union-attr]


@pytest.mark.parametrize("days", [1, 3, 8, 11, 200])
def test_a_visit_of_long_ago_is_told_the_same_without_its_log(days: int) -> None:
    visit, _there = first_of_a_course()
    wants_mail(visit.patient_id)
    stopped_at = visit.chart.stopped_at
    assert stopped_at is not None
    send_next_day_checks(now=due_of(visit))
    now = stopped_at + timedelta(days=days)
    known = {visit.session_id: stopped_at + timedelta(minutes=3)}  # as the course was told, a little off
    folded = queries.next_days(visit.patient_id, [visit.session_id], now)
    assert queries.next_days(visit.patient_id, [visit.session_id], now, ended=known) == folded
    assert visit.session_id in folded
