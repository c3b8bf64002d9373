"""One tablet, two patients: what stood open of the first is never kept as the second's (H05, H56)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from dripstand.guide import queries
from dripstand.outcomes.queries import forms_of
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import LinkRefusal
from dripstand.people.services import make_link
from tests.people import NURSE_REYES, ren_halloway, stored, wren_halloway
from tests.rooms.guide.coming import BORN, PASSWORD, REN_BORN, by_link, signed_in_patient
from tests.rooms.infusion.stored_visits import weighed

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H56")]


def drawn(client: Client, path: str) -> dict[str, str]:
    """Every hidden field of the page's own form, as the browser keeps it while the page stands open."""
    page = client.get(path).content.decode()
    form = page[page.index('class="me-form"') :]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))
    assert "of_visit" in found
    return found


@pytest.mark.parametrize(
    ("purpose", "path", "typed"),
    [
        (Purpose.QUESTIONNAIRES, "/me/questions/", {"value": "3"}),
        (Purpose.GUIDE, "/me/guide/ask/", {"words": "WRENSMARK"}),
    ],
)
def test_a_page_that_stood_open_keeps_nothing_once_the_other_patients_link_was_opened(
    purpose: Purpose, path: str, typed: dict[str, str]
) -> None:
    wren, ren = wren_halloway(), ren_halloway()
    device = by_link(wren, purpose)
    stood_open = drawn(device, "/me/guide/" if purpose is Purpose.GUIDE else path)
    device.cookies.update(by_link(ren, purpose, born=REN_BORN).cookies)  # the second link, in the same browser
    answer = device.post(path, {**stood_open, **typed})
    assert answer.status_code == 403 and "was not kept" in answer.content.decode()
    for patient_id in (wren, ren):
        assert all(not form.answers for form in forms_of(patient_id))
        assert queries.questions_of(patient_id) == ()
    assert [one.reason for one in LinkRefusal.objects.all()] == ["other_visit"]
    mine = drawn(device, "/me/guide/" if purpose is Purpose.GUIDE else path)
    assert device.post(path, {**mine, **typed}).status_code in (200, 302, 303), "the second's own page works"


WHOLE_DEVICE = {
    Purpose.GUIDE: "/me/guide/",
    Purpose.QUESTIONNAIRES: "/me/questions/",
    Purpose.JOURNAL: "/me/journal/",
    Purpose.NEXT_DAY: "/me/next-day/",
    Purpose.FOLLOW_UP: "/me/follow-up/",
}


def comes_in(device: Client, patient_id: str, purpose: Purpose, of: date) -> None:
    """By a link of their own, in this browser; what it opens is kept by a browser, and not taken away as it comes."""
    name = "Robin Marsh" if purpose is Purpose.ESCORT else ""
    link = make_link(stored(NURSE_REYES), patient_id, purpose=purpose, name=name, now=datetime.now(UTC))
    answer = device.post(link.path, born(of))
    assert answer.status_code == 302
    lasts = answer.cookies[f"dripstand-{purpose.value}"]
    assert lasts.value and lasts["max-age"] == "" and lasts["expires"] == "", "until the browser is closed"


@pytest.mark.parametrize("by", [Purpose.GUIDE, Purpose.QUESTIONNAIRES, Purpose.JOURNAL, Purpose.CALM])
def test_pages_that_the_patient_before_did_not_close_are_gone_once_the_next_comes_in(by: Purpose) -> None:
    wren, ren, device = wren_halloway(), ren_halloway(), Client()
    for purpose in WHOLE_DEVICE:
        comes_in(device, wren, purpose, BORN)
    assert [device.get(path).status_code for path in WHOLE_DEVICE.values()] == [200] * len(WHOLE_DEVICE), (
        "one's own stay"
    )
    comes_in(device, ren, by, REN_BORN)
    open_now = [purpose for purpose, path in WHOLE_DEVICE.items() if device.get(path).status_code == 200]
    assert open_now == [purpose for purpose in WHOLE_DEVICE if purpose is by]


def test_an_own_sign_in_that_was_not_left_is_gone_once_the_next_comes_in_and_the_reverse() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    device = signed_in_patient(wren, "wren.h")
    assert device.get("/me/home/").status_code == 200
    comes_in(device, ren, Purpose.NEXT_DAY, REN_BORN)
    assert [device.get(path).status_code for path in ("/me/home/", "/me/guide/", "/me/journal/")] == [403] * 3
    answer = device.post("/me/sign-in/", {"sign_in_name": "wren.h", "password": PASSWORD})
    assert answer.status_code == 302
    for name in ("home", "guide", "journal"):
        assert answer.cookies[f"dripstand-{name}"]["max-age"] == "", "until the browser is closed"
    assert device.get("/me/home/").status_code == 200 and device.get("/me/next-day/").status_code == 403


def test_an_escorts_link_takes_nothing_from_the_telephone_that_it_is_opened_on_and_no_call_area_is_taken() -> None:
    wren, ren, device = wren_halloway(), ren_halloway(), Client()
    comes_in(device, wren, Purpose.GUIDE, BORN)
    comes_in(device, ren, Purpose.ESCORT, REN_BORN)
    assert device.get("/me/guide/").status_code == 200
    visit = weighed(patient_id=wren)
    device.post(made(wren, Purpose.CALM, language="en", about=visit.session_id))
    assert device.get("/me/calm/").status_code == 200
    comes_in(device, ren, Purpose.GUIDE, REN_BORN)
    assert device.get("/me/calm/state.json").status_code == 200


def test_the_mark_of_a_visit_says_nothing_of_whose_it_is_and_is_another_for_each() -> None:
    wren = wren_halloway()
    marks = {drawn(by_link(wren, Purpose.QUESTIONNAIRES), "/me/questions/")["of_visit"] for _ in range(3)}
    assert len(marks) == 3 and all(re.fullmatch(r"[0-9a-f]{24}", one) for one in marks)


def made(patient_id: str, purpose: Purpose, *, language: str, about: str = "") -> str:
    """The door of a new link."""
    path: str = make_link(
        stored(NURSE_REYES), patient_id, purpose=purpose, about=about, language=language, now=datetime.now(UTC)
    ).path
    return path


def choose(device: Client, language: str, at: str) -> None:
    answer = device.post("/l/language/", {"language": language, "next": at})
    assert answer.status_code == 302 and answer.headers["Location"] == at


def born(day: date) -> dict[str, int]:
    return {"day": day.day, "month": day.month, "year": day.year}


def spoken(device: Client, path: str) -> str:
    found = re.search(r'<html lang="(\w+)"', device.get(path).content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("leaves", [True, False])
def test_the_language_of_one_patient_is_not_the_nexts_on_the_same_device(leaves: bool) -> None:
    wren, ren = wren_halloway(), ren_halloway()
    device = by_link(wren, Purpose.GUIDE)
    choose(device, "de", "/me/guide/")
    assert spoken(device, "/me/guide/") == "de"
    if leaves:
        goodbye = device.post("/me/guide/leave/", follow=True)
        assert '<html lang="de"' in goodbye.content.decode(), "said in the patient's own language"
    door = made(ren, Purpose.GUIDE, language="es")
    assert spoken(device, door) == "es", "the door as well"
    mistyped = device.post(door, born(BORN))
    assert mistyped.status_code == 403 and '<html lang="es"' in mistyped.content.decode()
    assert device.post(door, born(REN_BORN)).status_code == 302
    assert spoken(device, "/me/guide/") == "es"
    choose(device, "en", "/me/guide/")
    assert [spoken(device, "/me/guide/") for _ in range(2)] == ["en", "en"], "one's own choice lasts for the visit"


def test_a_language_that_was_chosen_at_a_door_is_that_of_who_comes_in_by_it_and_of_no_other_door() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    device, door = Client(), made(wren, Purpose.GUIDE, language="en")
    choose(device, "de", door)
    assert spoken(device, door) == "de"
    assert device.post(door, born(BORN)).status_code == 302
    assert spoken(device, "/me/guide/") == "de"
    other = made(ren, Purpose.GUIDE, language="en")
    assert spoken(device, other) == "en"
    assert device.post(other, born(REN_BORN)).status_code == 302
    assert spoken(device, "/me/guide/") == "en"
    assert door.split("/")[2] not in str(device.cookies), "nothing in the browser opens the link"


def test_the_calm_screen_speaks_the_language_that_the_nurse_chose_whatever_was_left_in_the_browser() -> None:
    visit = weighed()
    device = by_link(visit.patient_id, Purpose.GUIDE)
    choose(device, "de", "/me/guide/")
    door = made(visit.patient_id, Purpose.CALM, language="es", about=visit.session_id)
    assert spoken(device, door) == "es"
    assert device.post(door).status_code == 302
    assert spoken(device, "/me/calm/") == "es"
    choose(device, "de", "/me/guide/")  # on the guide's page, which still stands open beside it
    assert spoken(device, "/me/guide/") == "de" and spoken(device, "/me/calm/") == "es"


def test_whoever_asks_for_another_language_at_the_calm_screens_door_has_it_there() -> None:
    visit = weighed()
    device, door = Client(), made(visit.patient_id, Purpose.CALM, language="en", about=visit.session_id)
    choose(device, "de", door)
    assert device.post(door).status_code == 302
    assert spoken(device, "/me/calm/") == "de"
