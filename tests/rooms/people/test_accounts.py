"""A patient who wants one has an own sign-in: it opens what is theirs and no page of anybody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from dripstand.live import clock
from dripstand.people import services
from dripstand.people.errors import Unacceptable
from dripstand.people.links.accounts import account_of
from dripstand.people.links.purposes import Purpose, Refused
from dripstand.people.links.queries import links_of
from dripstand.people.models import Link, LinkRefusal, PatientAccount
from tests.people import NURSE_REYES, ren_halloway, stored, wren_halloway
from tests.rooms.guide.coming import PASSWORD, by_link, signed_in_patient
from tests.rooms.infusion.stored_visits import opened
from tests.rooms.people.every_way_in import every_address

pytestmark = pytest.mark.django_db


def try_in(name: str, password: str, client: Client | None = None) -> int:
    client = client or Client()
    return client.post("/me/sign-in/", {"sign_in_name": name, "password": password}).status_code


def test_a_patient_sets_a_password_by_the_clinic_s_link_and_sees_what_is_theirs() -> None:
    visit = opened(minutes_ago=0)
    wren = signed_in_patient(visit.patient_id, "Wren.H")
    home = wren.get("/me/home/").content.decode()
    for path in ("/me/guide/", "/me/journal/", "/me/questions/"):
        assert f'href="{path}"' in home
        page = wren.get(path)
        assert page.status_code == 200 and 'href="/me/home/"' in page.content.decode(), path
    assert "Halloway" not in home
    assert PatientAccount.objects.get().sign_in_name == "wren.h"
    assert PASSWORD not in str(PatientAccount.objects.values_list())


@pytest.mark.hazard("H56")
def test_no_page_of_the_staff_and_no_other_page_of_a_patient_opens_to_an_own_sign_in() -> None:
    visit = opened(minutes_ago=0)
    wren = signed_in_patient(visit.patient_id, "wren.h")
    open_to_her = {Purpose.HOME, Purpose.GUIDE, Purpose.JOURNAL, Purpose.QUESTIONNAIRES}
    looked_at = 0
    for address in every_address():
        declaration = address.declaration
        if declaration.public:
            continue
        looked_at += 1
        for method in ("get", "post"):
            answer = getattr(wren, method)(address.example)
            if declaration.purpose is None:
                assert answer.status_code in (302, 401), address.pattern
                assert answer.headers.get("Location", "/sign-in/").startswith("/sign-in/"), address.pattern
            elif declaration.purpose not in open_to_her:
                assert answer.status_code == 403, address.pattern
    assert looked_at > 100


def test_the_staff_s_own_names_and_passwords_open_nothing_at_the_patients_door_nor_the_reverse() -> None:
    patient_id = wren_halloway()
    signed_in_patient(patient_id, "wren.h")
    nurse = stored(NURSE_REYES)
    assert try_in("m.reyes", PASSWORD) == 403
    staff_door = Client().post("/sign-in/", {"username": "wren.h", "password": PASSWORD})
    assert staff_door.status_code == 400
    with pytest.raises(Unacceptable):
        services.make_link(nurse, patient_id, purpose=Purpose.HOME, now=datetime.now(UTC))


@pytest.mark.hazard("H56")
def test_guessing_is_answered_alike_for_a_name_that_is_there_and_counted_and_stopped() -> None:
    patient_id = wren_halloway()
    signed_in_patient(patient_id, "wren.h")
    known = Client().post("/me/sign-in/", {"sign_in_name": "wren.h", "password": "wrong"})
    unknown = Client().post("/me/sign-in/", {"sign_in_name": "nobody", "password": "wrong"})

    def said(answer: object) -> str:
        return str(answer.content.decode()).split('role="alert">')[1].split("<")[0]  # type: ignore[attr-defined]

    assert known.status_code == unknown.status_code == 403 and said(known) == said(unknown)
    assert [try_in("wren.h", f"guess {n}") for n in range(5)] == [403] * 4 + [429]
    assert try_in("wren.h", PASSWORD) == 429, "right, and too soon"
    counted = LinkRefusal.objects.filter(reason=Refused.WRONG_PASSWORD).count()
    assert counted == 6
    of_wren = links_of(patient_id, datetime.now(UTC))
    assert dict(next(one for one in of_wren if one.purpose is Purpose.HOME).refusals)[Refused.WRONG_PASSWORD] == 5


def test_after_a_quarter_of_an_hour_the_right_password_opens_again(monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in_patient(wren_halloway(), "wren.h")
    for n in range(5):
        try_in("wren.h", f"guess {n}")
    later = datetime.now(UTC) + timedelta(minutes=16)
    monkeypatch.setattr(clock.CLOCK, "now", lambda: later)
    assert try_in("wren.h", PASSWORD) == 302


@pytest.mark.hazard("H56")
def test_signing_out_ends_every_page_of_it_also_for_a_copied_cookie() -> None:
    wren = signed_in_patient(wren_halloway(), "wren.h")
    copied = Client()
    copied.cookies = wren.cookies.copy()
    assert copied.get("/me/guide/").status_code == 200
    assert wren.post("/me/guide/leave/").status_code == 302, "the button of any page of it"
    for path in ("/me/home/", "/me/guide/", "/me/journal/"):
        assert copied.get(path).status_code == 403, path


def test_what_the_clinic_takes_back_is_closed_at_once_and_a_new_link_opens_it_again() -> None:
    patient_id = wren_halloway()
    wren = signed_in_patient(patient_id, "wren.h")
    home = Link.objects.get(purpose=Purpose.HOME)
    services.withdraw_link(stored(NURSE_REYES), str(home.pk), now=datetime.now(UTC))
    assert wren.get("/me/home/").status_code == wren.get("/me/guide/").status_code == 403
    assert try_in("wren.h", PASSWORD) == 403
    assert not account_of(patient_id).is_open  # type: ignore[union-attr]
    again = by_link(patient_id, Purpose.ACCOUNT)
    assert "wren.h" in again.get("/me/account/").content.decode()
    other = "another tide another pier"
    assert again.post("/me/account/", {"password": other, "again": other}).status_code == 302
    assert (try_in("wren.h", PASSWORD), try_in("wren.h", other)) == (403, 302)


def test_a_reset_by_the_clinic_s_link_ends_every_sign_in_and_the_link_works_once() -> None:
    patient_id = wren_halloway()
    wren = signed_in_patient(patient_id, "wren.h")
    resetting = by_link(patient_id, Purpose.ACCOUNT)
    other = "another tide another pier"
    for bad in ({"password": "short", "again": "short"}, {"password": other, "again": "not the same"},
                {"password": "wren.h wren.h wren.h", "again": "wren.h wren.h wren.h"}):  # fmt: skip
        assert resetting.post("/me/account/", bad).status_code == 400
    assert wren.get("/me/home/").status_code == 200, "nothing has happened yet"
    assert resetting.post("/me/account/", {"password": other, "again": other}).status_code == 302
    assert wren.get("/me/home/").status_code == wren.get("/me/journal/").status_code == 403
    assert resetting.get("/me/account/").status_code == 403, "used up"
    assert (try_in("wren.h", PASSWORD), try_in("wren.h", other)) == (403, 302)
    assert not mail.outbox


def test_a_name_is_one_patient_s_alone_and_a_patient_s_own_change_keeps_this_sign_in() -> None:
    wren = signed_in_patient(wren_halloway(), "pebble")
    setting = by_link(ren_halloway(), Purpose.ACCOUNT, born=datetime(1987, 5, 17).date())
    taken = setting.post("/me/account/", {"sign_in_name": "Pebble", "password": PASSWORD, "again": PASSWORD})
    assert taken.status_code == 400 and "taken" in taken.content.decode()
    elsewhere = Client()
    assert try_in("pebble", PASSWORD, elsewhere) == 302
    other = "another tide another pier"
    wrong = {"old_password": "no", "new_password": other, "again": other}
    assert wren.post("/me/home/password/", wrong).status_code == 400
    assert wren.post("/me/home/password/", wrong | {"old_password": PASSWORD}).status_code == 302
    assert wren.get("/me/home/").status_code == 200 and elsewhere.get("/me/home/").status_code == 403


@pytest.mark.hazard("H56")
def test_a_language_left_on_a_shared_device_is_not_the_next_patients_but_one_chosen_at_the_door_is() -> None:
    visit = opened(minutes_ago=0)
    signed_in_patient(visit.patient_id, "wren.h")
    shared = Client()
    shared.post("/l/language/", {"language": "es", "next": "/me/guide/"})  # somebody else, on a page of theirs
    assert try_in("wren.h", PASSWORD, shared) == 302
    assert 'lang="en"' in shared.get("/me/home/").content.decode()
    chosen = Client()
    chosen.post("/l/language/", {"language": "de", "next": "/me/sign-in/"})
    assert 'lang="de"' in chosen.get("/me/sign-in/").content.decode()
    assert try_in("wren.h", PASSWORD, chosen) == 302
    assert 'lang="de"' in chosen.get("/me/home/").content.decode()
