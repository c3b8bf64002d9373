"""Coming in by a link, as a browser does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from django.test import Client

from dripstand.people.actors import Actor, PatientByLink
from dripstand.people.links.purposes import RULES, Purpose
from dripstand.people.models import Link, StaffMember
from dripstand.people.services import make_link
from tests.people import NURSE_REYES, stored

BORN = date(1984, 5, 17)
REN_BORN = date(1987, 5, 17)

PASSWORD = "slow tide under the pier"


def signed_in_patient(patient_id: str, name: str, born: date = BORN) -> Client:
    """A fresh browser in which this patient set a password by the clinic's link and signed in with it."""
    setting = by_link(patient_id, Purpose.ACCOUNT, born=born)
    typed = {"sign_in_name": name, "password": PASSWORD, "again": PASSWORD}
    assert setting.post("/me/account/", typed).status_code == 302
    client = Client()
    assert client.post("/me/sign-in/", {"sign_in_name": name, "password": PASSWORD}).status_code == 302
    return client


def by_link(
    patient_id: str, purpose: Purpose, *, about: str = "", name: str = "", born: date = BORN, language: str = "en"
) -> Client:
    """A fresh browser that has opened such a link; an escort's has a name."""
    if purpose is Purpose.ESCORT:
        name = name or "Robin Marsh"
    made = make_link(
        stored(NURSE_REYES),
        patient_id,
        purpose=purpose,
        about=about,
        name=name,
        language=language,
        now=datetime.now(UTC),
    )
    client = Client()
    typed = {"day": born.day, "month": born.month, "year": born.year} if RULES[purpose].asks_birth_date else {}
    answer = client.post(made.path, typed)
    assert answer.status_code == 302, answer.content.decode()[:400]
    return client


def signed_in(actor: Actor) -> Client:
    """A fresh browser in which this member of staff is signed in."""
    client = Client()
    member = StaffMember.objects.get(pk=stored(actor).staff_id)
    client.force_login(member, "django.contrib.auth.backends.ModelBackend")
    return client


def hidden(page: str, name: str) -> str:
    """What a page carries in a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def link_of(patient_id: str) -> PatientByLink:
    """The patient as the newest of their links lets them in."""
    return PatientByLink(patient_id, str(Link.objects.filter(patient_id=patient_id).latest("made_at").pk))
