"""Links that let a patient in without an account: each opens one thing, and what does not open is counted."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from dripstand.people import services
from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.links import purposes, visits
from dripstand.people.links.purposes import HANDED_OUT, RULES, Purpose, Refused, may_guess, standing
from dripstand.people.links.queries import links_of, refusals_lately
from dripstand.people.links.verbs import Entered, MadeLink, message_of
from dripstand.people.models import Link, LinkRefusal, LinkVisit
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, WALL, ren_halloway, stored, wren_halloway

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
BORN = date(1984, 5, 17)


def _made(patient_id: str, purpose: Purpose = Purpose.GUIDE, now: datetime = NOW) -> MadeLink:
    made: MadeLink = services.make_link(stored(NURSE_REYES), patient_id, purpose=purpose, name="Robin Marsh", now=now)
    return made


def _token(made: MadeLink) -> str:
    return made.path.split("/")[2]


def _enter(made: MadeLink, born: date | None = BORN, now: datetime = NOW, address: str = "here") -> Entered | Refused:
    answer: Entered | Refused = services.enter_by_link(token=_token(made), birth_date=born, address=address, now=now)
    return answer


# --- the rules -------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 3600), max_size=30), st.lists(st.integers(0, 3600), max_size=40))
def test_guessing_is_open_exactly_below_both_limits(of_link: list[int], of_address: list[int]) -> None:
    ago = [NOW - timedelta(seconds=one) for one in of_link]
    there = [NOW - timedelta(seconds=one) for one in of_address]
    wanted = sum(one < 900 for one in of_link) < 5 and sum(one < 900 for one in of_address) < 20
    assert may_guess(ago, there, NOW) is wanted


def test_what_is_about_the_patient_asks_for_what_the_patient_knows() -> None:
    assert {one for one in HANDED_OUT if not RULES[one].asks_birth_date} == {Purpose.ESCORT, Purpose.CALM}
    assert set(RULES) == set(Purpose)
    assert purposes.SECRET_BYTES * 8 >= 128


def test_a_link_that_was_taken_back_says_so_before_anything_else() -> None:
    over = {"expires_at": NOW, "completed_at": NOW, "wrong_ever_count": 99, "now": NOW}
    assert standing(withdrawn_at=NOW, **over) is Refused.WITHDRAWN  # type: ignore[arg-type]
    assert standing(withdrawn_at=None, **over) is Refused.USED_UP  # type: ignore[arg-type]


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_a_fingerprint_of_the_secret_is_stored() -> None:
    made = _made(wren_halloway())
    secret = _token(made).split(".")[0]
    with connection.cursor() as cursor:
        for table in ("people_link", "people_linkstep", "people_linkvisit"):
            cursor.execute(f"SELECT * FROM {table}")
            assert secret not in str(cursor.fetchall())
    assert len(secret) * 6 >= 128


@pytest.mark.django_db
def test_a_link_opens_with_the_right_birth_date_and_with_no_other() -> None:
    made = _made(wren_halloway())
    assert _enter(made, date(1987, 5, 17)) is Refused.WRONG_BIRTH_DATE
    assert _enter(made, None) is Refused.WRONG_BIRTH_DATE
    assert isinstance(_enter(made), Entered)


@pytest.mark.django_db
def test_expired_altered_guessed_taken_back_and_used_up_links_are_refused_and_counted() -> None:
    patient_id = wren_halloway()
    made = _made(patient_id, Purpose.QUESTIONNAIRES)
    late = NOW + RULES[Purpose.QUESTIONNAIRES].lasts
    assert _enter(made, now=late) is Refused.EXPIRED
    token = _token(made)
    other_first, other_last = ("A" if token[at] != "A" else "B" for at in (0, -1))
    for altered in (token[:-1] + other_last, other_first + token[1:], token.split(".")[0], "nonsense"):
        refused = services.enter_by_link(token=altered, birth_date=BORN, address="here", now=NOW)
        assert refused is Refused.ALTERED
    services.complete_link(made.link_id, now=NOW)
    assert _enter(made) is Refused.USED_UP
    other = _made(patient_id, Purpose.JOURNAL)
    services.withdraw_link(stored(NURSE_REYES), other.link_id, now=NOW)
    assert _enter(other) is Refused.WITHDRAWN
    assert refusals_lately(NOW) == {Refused.ALTERED: 4, Refused.USED_UP: 1, Refused.WITHDRAWN: 1, Refused.EXPIRED: 1}
    mine = {one.purpose: dict(one.refusals) for one in links_of(patient_id, NOW)}
    assert mine[Purpose.QUESTIONNAIRES] == {Refused.EXPIRED: 1, Refused.USED_UP: 1}
    assert mine[Purpose.JOURNAL] == {Refused.WITHDRAWN: 1}


@pytest.mark.django_db
def test_a_well_signed_secret_that_was_never_given_out_is_unknown() -> None:
    token = visits.token_of("a" * 32)
    assert services.enter_by_link(token=token, birth_date=BORN, address="here", now=NOW) is Refused.UNKNOWN


@pytest.mark.django_db
def test_an_altered_link_fails_at_its_signature_without_a_look_for_any_link() -> None:
    token = _token(_made(wren_halloway()))
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for sent, is_sought in ((token, True), (altered, False)):
        with CaptureQueriesContext(connection) as asked:
            Client().get(f"/l/{sent}/")
            Client().post(f"/l/{sent}/", {"day": "17", "month": "5", "year": "1984"})
        sought = [one["sql"] for one in asked if re.search(r'FROM "people_link"', one["sql"])]
        assert bool(sought) is is_sought, sent


@pytest.mark.django_db
def test_guesses_of_a_birth_date_are_limited_for_the_link_and_then_close_it() -> None:
    made = _made(wren_halloway())
    for day in range(1, 6):
        assert _enter(made, date(1990, 1, day), address=f"place {day}") is Refused.WRONG_BIRTH_DATE
    assert _enter(made, address="elsewhere") is Refused.TOO_MANY_TRIES, "the right one is not looked at either"
    later = NOW + timedelta(minutes=16)
    for day in range(1, 6):
        assert _enter(made, date(1991, 1, day), later, f"place {day}") is Refused.WRONG_BIRTH_DATE
    assert _enter(made, now=later + timedelta(days=1)) is Refused.GUESSED_SHUT


@pytest.mark.django_db
def test_an_address_that_guesses_is_stopped_and_nobody_on_the_staff_is_locked_out() -> None:
    patient_id = wren_halloway()
    for number in range(20):
        services.enter_by_link(token=f"nonsense{number}", birth_date=BORN, address="there", now=NOW)
    made = _made(patient_id)
    assert _enter(made, address="there") is Refused.TOO_MANY_TRIES
    assert isinstance(_enter(made, address="here"), Entered)
    client = Client()
    for number in range(25):
        client.get(f"/l/nonsense{number}/")
    from tests.people import PASSWORD

    answer = client.post("/sign-in/", {"username": "m.reyes", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_looking_at_a_link_uses_nothing_up() -> None:
    made = _made(wren_halloway(), Purpose.QUESTIONNAIRES)
    for _ in range(3):
        assert services.look_at_link(token=_token(made), address="scanner", now=NOW) == (Purpose.QUESTIONNAIRES, "en")
    assert LinkVisit.objects.count() == 0
    assert isinstance(_enter(made), Entered)


@pytest.mark.django_db
def test_those_who_may_not_make_links_make_none() -> None:
    patient_id = wren_halloway()
    for nobody in (WALL, ADMINISTRATOR_KLEIN):
        with pytest.raises(Forbidden):
            services.make_link(stored(nobody), patient_id, purpose=Purpose.GUIDE, now=NOW)
    assert Link.objects.count() == 0


# --- visits ----------------------------------------------------------------------------------------------------------


def _request(purpose: Purpose, secret: str) -> object:
    from django.test import RequestFactory

    request = RequestFactory().get(f"/me/{purpose.value}/")
    request.COOKIES[visits.cookie_name(purpose)] = secret
    return request


@pytest.mark.hazard("H56")
@pytest.mark.django_db
def test_a_visit_opens_its_own_purpose_and_no_other_and_ends_when_it_is_left() -> None:
    patient_id = wren_halloway()
    entered = _enter(_made(patient_id))
    assert isinstance(entered, Entered)
    for purpose in Purpose:
        found = visits.visitor_of(_request(purpose, entered.visit_secret), purpose, NOW)  # type: ignore[arg-type]
        assert (found is not None) is (purpose is Purpose.GUIDE)
        if found:
            assert found.patient_id == patient_id
    services.leave_by_link(visit_secret=entered.visit_secret, now=NOW)
    assert visits.visitor_of(_request(Purpose.GUIDE, entered.visit_secret), Purpose.GUIDE, NOW) is None  # type: ignore[arg-type]


@pytest.mark.hazard("H56")
@pytest.mark.django_db
def test_a_visit_ends_when_idle_when_its_time_is_over_and_when_its_link_is_taken_back() -> None:
    made = _made(wren_halloway(), Purpose.JOURNAL)
    rules = RULES[Purpose.JOURNAL]

    def seen(secret: str, now: datetime) -> bool:
        return visits.visitor_of(_request(Purpose.JOURNAL, secret), Purpose.JOURNAL, now) is not None  # type: ignore[arg-type]

    entered = _enter(made)
    assert isinstance(entered, Entered)
    assert not seen(entered.visit_secret, NOW + rules.idle)
    assert seen(entered.visit_secret, NOW + rules.idle - timedelta(seconds=1))
    at = NOW
    while at < NOW + rules.visit_lasts - timedelta(minutes=10):
        assert seen(entered.visit_secret, at)
        at += timedelta(minutes=10)
    assert not seen(entered.visit_secret, NOW + rules.visit_lasts)
    second = _enter(made)
    assert isinstance(second, Entered)
    services.withdraw_link(stored(NURSE_REYES), made.link_id, now=NOW)
    assert not seen(second.visit_secret, NOW)
    assert LinkRefusal.objects.filter(reason=Refused.NO_VISIT).count() == 3


# --- over the wire ---------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H56")
@pytest.mark.django_db
def test_the_door_gives_a_cookie_for_the_pages_of_its_purpose_alone_and_leaving_takes_it_away() -> None:
    made = _made(wren_halloway(), now=datetime.now(UTC))
    client = Client()
    shown = client.get(made.path)
    assert shown.status_code == 200
    assert b"Halloway" not in shown.content and b"ketamin" not in shown.content.lower()
    wrong = client.post(made.path, {"day": "1", "month": "1", "year": "1984"})
    assert wrong.status_code == 403 and b"Halloway" not in wrong.content
    answer = client.post(made.path, {"day": "17", "month": "5", "year": "1984"})
    assert answer.status_code == 302 and answer.headers["Location"] == "/me/guide/"
    cookie = answer.cookies["dripstand-guide"]
    assert cookie["path"] == "/me/guide/" and cookie["httponly"] and cookie["samesite"] == "Lax"
    left = client.post("/me/guide/leave/")
    assert left.headers["Clear-Site-Data"] == '"cache"' and left.cookies["dripstand-guide"].value == ""
    assert left.headers["Cache-Control"] == "no-store"
    assert client.post("/me/nonsense/leave/").status_code == 403


@pytest.mark.django_db
def test_no_address_behind_a_link_holds_an_id_that_could_be_changed_for_another_patients() -> None:
    from tests.rooms.people.every_way_in import every_address

    behind = [one for one in every_address() if one.declaration and one.declaration.purpose]
    assert not [one.pattern for one in behind if "patient_id" in one.pattern or "session_id" in one.pattern]


@pytest.mark.django_db
def test_the_staff_make_a_link_see_its_code_and_take_it_back() -> None:
    from dripstand.people.models import StaffMember

    patient_id = wren_halloway()
    ren_halloway()
    client = Client()
    client.force_login(
        StaffMember.objects.get(pk=stored(NURSE_REYES).staff_id), "django.contrib.auth.backends.ModelBackend"
    )
    made = client.post(f"/patients/{patient_id}/links/", {"purpose": "guide", "language": "de"})
    found = re.search(r"http://testserver(/l/[^\"<]+/)", made.content.decode())
    assert made.status_code == 200 and found and "<svg" in made.content.decode()
    assert 'lang="de"' in Client().get(found[1]).content.decode()
    again = client.get(f"/patients/{patient_id}/links/").content.decode()
    assert "/l/" not in again.replace("/l/language/", "").replace("/l/closed/", "")
    link = Link.objects.get()
    assert client.post(f"/links/{link.pk}/withdraw/").status_code == 302
    assert Client().get(found[1]).status_code == 403
    assert "after it was taken back" in client.get(f"/patients/{patient_id}/links/").content.decode()


# --- e-mail ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", HANDED_OUT)
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_no_message_names_patient_clinic_or_treatment_without_permission(purpose: Purpose, language: str) -> None:
    made = _made(wren_halloway(), purpose)
    subject, body = message_of(made, "https://clinic.example", "Heron Street Ketamine Clinic", language, False)
    told = f"{subject} {body.replace(made.path, '')}".lower()
    for word in ("ketamin", "infusion", "depress", "heron", "wren", "halloway", "psych", "treat", "behandl", "tratam"):
        assert word not in told
    allowed = message_of(made, "https://clinic.example", "Heron Street Ketamine Clinic", language, True)
    assert "Heron Street" in allowed[0]


@pytest.mark.django_db
def test_a_link_goes_out_by_mail_and_a_mail_server_that_fails_loses_no_link(settings: object) -> None:
    made = _made(wren_halloway())
    facts = {"site": "https://c.example", "clinic_name": "Heron", "language": "en", "may_name_treatment": False}
    assert services.send_link(made, to="wren@example.org", now=NOW, **facts)
    assert made.path in mail.outbox[0].body
    with pytest.raises(Unacceptable):
        services.send_link(made, to="not an address", now=NOW, **facts)
    settings.EMAIL_BACKEND = "no.such.Backend"  # type: ignore[attr-defined]
    assert not services.send_link(made, to="wren@example.org", now=NOW, **facts)
    assert isinstance(_enter(made), Entered)
