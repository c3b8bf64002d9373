"""Pages to the on-call as stored: in the transaction of their cause, and open until a person has seen them (H39)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.test import Client

from dripstand.jobs.models import Job
from dripstand.people import services
from dripstand.people.errors import Unacceptable
from dripstand.people.models import OnCallPage, OnCallStep, StaffMember
from dripstand.people.on_call import TURN, OnCallPerson, Standing, StepKind
from dripstand.people.on_call_queries import on_call_order, page_about, pages_not_seen
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_OKAFOR,
    NURSE_REYES,
    ON_CALL_WEBB,
    stored,
    whole_staff,
    wren_halloway,
)

pytestmark = pytest.mark.django_db

WORDS = "Wren H.: an answer from home"


class Dropping(BaseEmailBackend):
    """A provider that takes everything and delivers nothing."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        return len(messages)


class Broken(BaseEmailBackend):
    """A provider that is away."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


def the_list() -> None:
    services.set_on_call_list(
        stored(MEDICAL_LEAD_ABARA),
        order=[OnCallPerson(stored(ON_CALL_WEBB).staff_id, "", "webb@example.org")],
        now=NOW,
    )


def a_page(about: str = "one") -> str:
    return services.page_on_call(kind="test", about=about, words=WORDS, path="/patients/", now=NOW)


def asked() -> list[str]:
    rows = OnCallStep.objects.filter(kind=StepKind.ASKED.value).order_by("turn_number")
    return [row.staff_name for row in rows]


def test_it_asks_the_first_of_the_list_in_the_same_breath() -> None:
    the_list()
    a_page()
    assert asked() == [ON_CALL_WEBB.name]
    assert page_about("test", "one").standing(NOW) is Standing.WAITING  # type: ignore[union-attr]


def test_the_same_cause_pages_once() -> None:
    the_list()
    assert a_page() == a_page()
    assert a_page("another") != a_page()
    assert OnCallPage.objects.count() == 2


@pytest.mark.hazard("H39")
def test_it_is_there_exactly_when_its_cause_is() -> None:
    the_list()
    with pytest.raises(RuntimeError), transaction.atomic():
        a_page()
        raise RuntimeError
    assert pages_not_seen() == ()


@pytest.mark.hazard("H39")
@pytest.mark.parametrize("provider", ["Dropping", "Broken"])
def test_a_provider_that_drops_all_changes_nothing_the_next_is_asked_and_the_board_says_unseen(
    provider: str, settings: object
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{provider}"  # type: ignore[attr-defined]
    the_list()
    a_page()
    services.move_pages_on(now=NOW)
    assert pages_not_seen()[0].standing(NOW) is Standing.WAITING
    services.move_pages_on(now=NOW + TURN)
    assert asked() == [ON_CALL_WEBB.name, MEDICAL_LEAD_ABARA.name]
    assert pages_not_seen()[0].standing(NOW + TURN) is Standing.UNSEEN
    for number in range(2, 6):
        services.move_pages_on(now=NOW + number * TURN)
    assert asked()[2:4] == [ON_CALL_WEBB.name, MEDICAL_LEAD_ABARA.name]
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id))
    assert "1 call not seen" in client.get("/on-call/banner/").content.decode()
    assert "Not seen in time." in client.get("/on-call/").content.decode()


def test_its_email_and_the_end_of_its_turn_are_jobs_of_the_same_commit() -> None:
    the_list()
    a_page()
    assert list(Job.objects.order_by("due_at").values_list("kind", "due_at")) == [
        ("people.page", NOW),
        ("people.page", NOW + TURN),
    ]


def test_the_email_says_nothing_of_anybody() -> None:
    the_list()
    wren = wren_halloway()
    services.page_on_call(kind="test", about="two", words=WORDS, path="/patients/", now=NOW, patient_id=wren)
    services.move_pages_on(now=NOW)
    (message,) = mail.outbox
    assert message.to == ["webb@example.org"]
    said = f"{message.subject} {message.body}".lower()
    assert not [word for word in ("wren", "halloway", "answer", "home", "ketamine", "suicid", wren) if word in said]
    services.move_pages_on(now=NOW + timedelta(seconds=5))
    assert len(mail.outbox) == 1


def test_a_broken_provider_is_tried_again_and_then_left(settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"  # type: ignore[attr-defined]
    the_list()
    a_page()
    for second in range(6):
        services.move_pages_on(now=NOW + timedelta(seconds=second))
    (page,) = pages_not_seen()
    assert [step.detail for step in page.steps if step.kind is StepKind.NOT_SENT] == ["ConnectionRefusedError"] * 3


@pytest.mark.hazard("H39")
def test_a_persons_word_makes_it_seen_and_the_second_person_hears_of_the_first() -> None:
    the_list()
    page_id = a_page()
    assert services.see_page(stored(NURSE_OKAFOR), page_id, now=NOW + TURN) is True
    assert services.see_page(stored(ON_CALL_WEBB), page_id, now=NOW + TURN) is False
    assert pages_not_seen() == ()
    assert services.move_pages_on(now=NOW + 3 * TURN) == 0
    found = page_about("test", "one")
    assert found is not None and found.seen is not None and found.seen.staff_name == NURSE_OKAFOR.name


def test_without_a_list_it_is_those_with_the_role_and_then_the_medical_leads() -> None:
    whole_staff()
    assert [one.name for one in on_call_order()] == [ON_CALL_WEBB.name, MEDICAL_LEAD_ABARA.name]


def test_with_nobody_at_all_it_waits_and_asks_whoever_comes() -> None:
    a_page()
    assert asked() == [""]
    assert pages_not_seen()[0].standing(NOW) is Standing.UNSEEN
    stored(ON_CALL_WEBB)
    services.move_pages_on(now=NOW + timedelta(seconds=5))
    assert asked() == ["", ON_CALL_WEBB.name]


def test_whoever_no_longer_works_here_is_not_asked() -> None:
    the_list()
    services.deactivate(stored(ADMINISTRATOR_KLEIN), stored(ON_CALL_WEBB).staff_id, now=NOW)
    assert [one.name for one in on_call_order()] == [MEDICAL_LEAD_ABARA.name]


def test_a_list_with_a_stranger_a_desk_a_double_or_a_mistyped_address_is_refused() -> None:
    lead, webb = stored(MEDICAL_LEAD_ABARA), stored(ON_CALL_WEBB)
    for wrong in (
        [],
        [OnCallPerson("00000000-0000-4000-8000-00000000dead", "")],
        [OnCallPerson(stored(FRONT_DESK_SORO).staff_id, "")],
        [OnCallPerson(webb.staff_id, ""), OnCallPerson(webb.staff_id, "")],
        [OnCallPerson(webb.staff_id, "", "webb at home")],
    ):
        with pytest.raises(Unacceptable):
            services.set_on_call_list(lead, order=wrong, now=NOW)


@pytest.mark.hazard("H39")
@pytest.mark.parametrize("table", ["people_oncallpage", "people_oncallstep", "people_oncalllist"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_keeps_what_was_asked_and_answered(table: str, verb: str) -> None:
    the_list()
    a_page()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_seeing_it_leads_to_where_it_is_dealt_with_and_the_word_goes() -> None:
    the_list()
    page_id = a_page()
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(ON_CALL_WEBB).staff_id))
    first = client.get("/on-call/banner/").content.decode()
    mark = first.split('data-has="')[1].split('"')[0]
    assert client.get(f"/on-call/banner/?has={mark}").status_code == 204
    answer = client.post(f"/on-call/{page_id}/see/", {"then": "go"})
    assert answer.status_code == 302 and answer.headers["Location"] == "/patients/"
    assert "call" not in client.get("/on-call/banner/").content.decode().split("role=")[1]


def test_the_list_is_set_on_its_page_and_a_desk_may_not() -> None:
    client = Client()
    client.force_login(StaffMember.objects.get(pk=stored(MEDICAL_LEAD_ABARA).staff_id))
    webb = stored(ON_CALL_WEBB)
    answer = client.post("/on-call/list/", {"person_1": webb.staff_id, "email_1": "webb@example.org"})
    assert answer.status_code == 302
    assert on_call_order()[0] == OnCallPerson(webb.staff_id, webb.name, "webb@example.org")
    wrong = client.post("/on-call/list/", {"person_1": webb.staff_id, "email_1": "webb"})
    assert wrong.status_code == 400 and "no e-mail address" in wrong.content.decode()
    client.force_login(StaffMember.objects.get(pk=stored(FRONT_DESK_SORO).staff_id))
    assert client.get("/on-call/list/").status_code == 403
