"""One form, one effect: what is sent twice counts once, and what was refused may be sent again (H17)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from dripstand.live.clock import now
from dripstand.people import access, sent_forms
from dripstand.people.models import Link, SentForm, StaffMember
from dripstand.premises.models import Room
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, clinic_with_a_chair, stored, wren_halloway

pytestmark = pytest.mark.django_db


def _signed_in(actor: object) -> Client:
    """A browser that sends the token of its form, as every browser does."""
    stored(actor)  # type: ignore[arg-type]
    client = Client(enforce_csrf_checks=True)
    member = StaffMember.objects.get(pk=actor.staff_id)  # type: ignore[attr-defined]
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def _token(client: Client, path: str) -> str:
    """That of a form which has just been rendered."""
    body = client.get(path).content.decode()
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', body)[-1]


def _make_a_link(client: Client, path: str, token: str) -> int:
    typed = {"csrfmiddlewaretoken": token, "purpose": "guide", "language": "en"}
    return client.post(path, typed).status_code


@pytest.mark.hazard("H17")
def test_a_form_that_makes_something_shown_once_makes_it_once() -> None:
    nurse, path = _signed_in(NURSE_REYES), f"/patients/{wren_halloway()}/links/"
    token = _token(nurse, path)
    assert [_make_a_link(nurse, path, token) for _ in range(10)] == [200] + [409] * 9
    assert Link.objects.count() == 1


def test_the_same_form_rendered_anew_is_another_tap() -> None:
    nurse, path = _signed_in(NURSE_REYES), f"/patients/{wren_halloway()}/links/"
    assert {_make_a_link(nurse, path, _token(nurse, path)) for _ in range(3)} == {200}
    assert Link.objects.count() == 3


@pytest.mark.hazard("H17")
def test_with_this_switched_off_the_same_taps_make_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: without it the trial must fail, or it proves nothing."""
    monkeypatch.setattr(access, "once", lambda request, act: act())
    nurse, path = _signed_in(NURSE_REYES), f"/patients/{wren_halloway()}/links/"
    token = _token(nurse, path)
    for _ in range(10):
        _make_a_link(nurse, path, token)
    assert Link.objects.count() == 10


def test_a_tap_that_came_again_is_sent_where_the_first_was_sent_and_told() -> None:
    clinic_with_a_chair()
    klein = _signed_in(ADMINISTRATOR_KLEIN)
    typed = {"csrfmiddlewaretoken": _token(klein, "/rooms/"), "room_name": "Room 9"}
    first, second = klein.post("/rooms/add-room/", typed), klein.post("/rooms/add-room/", typed)
    assert (second.status_code, second.headers["Location"]) == (first.status_code, first.headers["Location"])
    assert Room.objects.filter(name="Room 9").count() == 1
    assert "This form came more than once. It was handled once." in klein.get("/rooms/").content.decode()


def test_what_was_refused_may_be_sent_again_as_it_is() -> None:
    clinic_with_a_chair()
    klein = _signed_in(ADMINISTRATOR_KLEIN)
    typed = {"csrfmiddlewaretoken": _token(klein, "/rooms/"), "room_name": ""}
    assert [klein.post("/rooms/add-room/", typed).status_code for _ in range(2)] == [400, 400]
    assert not SentForm.objects.exists()


def test_a_form_whose_server_died_is_not_done_again_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is written before the work and stays unanswered: nobody knows how far it came."""
    monkeypatch.setattr(sent_forms, "WAITS_FOR_THE_FIRST_S", 0.0)
    clinic_with_a_chair()
    klein = _signed_in(ADMINISTRATOR_KLEIN)
    typed = {"csrfmiddlewaretoken": _token(klein, "/rooms/"), "room_name": "Room 9"}
    klein.post("/rooms/add-room/", typed)
    SentForm.objects.update(answered_at=None)
    answer = klein.post("/rooms/add-room/", typed)
    assert answer.status_code == 409
    assert "Look whether it was entered" in answer.content.decode()


def test_a_view_that_breaks_leaves_its_form_to_be_sent_again() -> None:
    class Broken(Exception):
        pass

    def breaks() -> HttpResponse:
        raise Broken

    clinic_with_a_chair()
    klein = _signed_in(ADMINISTRATOR_KLEIN)
    request = klein.get("/rooms/").wsgi_request
    request.method = "POST"
    request.POST = request.POST.copy()
    request.POST["csrfmiddlewaretoken"] = "t" * 64
    with pytest.raises(Broken):
        sent_forms.once(request, breaks)
    assert not SentForm.objects.exists()


@pytest.mark.hazard("H38")
def test_a_screen_is_locked_each_time_it_is_asked() -> None:
    nurse = _signed_in(NURSE_REYES)
    typed = {"csrfmiddlewaretoken": _token(nurse, "/account/"), "next": "/"}
    assert {nurse.post("/lock/", typed).status_code for _ in range(3)} == {302}
    assert not SentForm.objects.exists()


def test_after_a_day_nobody_remembers_a_form() -> None:
    SentForm.objects.create(key="a" * 64, sent_at=now() - timedelta(hours=25))
    SentForm.objects.create(key="b" * 64, sent_at=now() - timedelta(hours=23))
    sent_forms.forget_old_forms(None)  # type: ignore[arg-type]
    assert [one.key for one in SentForm.objects.all()] == ["b" * 64]
