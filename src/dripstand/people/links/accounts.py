"""A patient's own name and password: set by a link of the clinic, asked at the patients' sign-in.

A sign-in is a visit of the account's own link, and beside it begins visits of the patient's guide, questions and
journal, so that those pages are the same and as well guarded as by link: they take their patient from the visit and
from nowhere else. Nothing of this is a Django sign-in, so no page of the staff can be reached by it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dripstand.people import checks
from dripstand.people.access import service_that_decides, service_without_actor
from dripstand.people.actors import DRIPSTAND, PatientByLink
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import A_WHILE, Purpose, Refused, Step, may_guess
from dripstand.people.links.verbs import _make, _refuse, _step, complete_link
from dripstand.people.links.visits import begin_visit, sha256_of
from dripstand.people.models import Link, LinkRefusal, LinkVisit, Patient, PatientAccount
from dripstand.people.passwords import password_words

BY_OWN_LINK = "the link or the sign-in of the patient's own that still stands (tests/rooms/people/test_accounts.py)"
OPENED = (Purpose.GUIDE, Purpose.QUESTIONNAIRES, Purpose.FOLLOW_UP, Purpose.JOURNAL)
"""What a sign-in opens besides its own page."""
OWN = "own sign-in"
"""How the staff's list names the links behind a sign-in."""
_NOBODYS = make_password("nobody has this password")
"""Compared with where there is no such name, so that the answer takes as long."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """visit_secret: for the cookie of the account's own page."""

    by: PatientByLink
    visit_secret: str


@dataclass(frozen=True, slots=True)
class AccountDetails:
    """What the pages say of an account; never the password."""

    sign_in_name: str
    made_at: datetime
    changed_at: datetime
    is_open: bool


def account_of(patient_id: str) -> AccountDetails | None:
    row = PatientAccount.objects.select_related("link").filter(patient_id=patient_id).first()
    if row is None:
        return None
    return AccountDetails(row.sign_in_name, row.made_at, row.changed_at, row.link.withdrawn_at is None)


def questions_were_opened(visit_id: str, purpose: Purpose = Purpose.QUESTIONNAIRES) -> bool:
    """Whether this sign-in opened questions of this kind that are not answered to their end yet."""
    mine = LinkVisit.objects.filter(within_id=uuid.UUID(visit_id), link__purpose=purpose.value, ended_at=None)
    return mine.filter(link__completed_at=None, link__withdrawn_at=None).exists()


def _own_link(by: PatientByLink, purpose: Purpose) -> Link:
    """The link, which has to be this patient's and to stand: a value alone proves nothing."""
    link = (
        Link.objects.select_for_update()
        .filter(pk=by.link_id, patient_id=by.patient_id, purpose=purpose.value, withdrawn_at=None, completed_at=None)
        .first()
    )
    if link is None:
        raise Unacceptable({"": _("This page is closed. Open it with your link, or ask the clinic for a new one.")})
    return link


@service_that_decides(BY_OWN_LINK)
@transaction.atomic
def set_own_password(by: PatientByLink, *, sign_in_name: str, password: str, now: datetime) -> None:
    """Set a name and a password, or after a reset a new password; the link of the clinic is used up by it.

    sign_in_name is looked at only where there is none yet. Every sign-in of before ends. Raises Unacceptable.
    """
    asked = _own_link(by, Purpose.ACCOUNT)
    patient = Patient.objects.get(pk=by.patient_id)
    row = PatientAccount.objects.select_for_update().filter(patient=patient).first()
    name = row.sign_in_name if row else sign_in_name.strip().lower()
    wrong = {"password": password_words(password, (name, patient.name))}
    if row is None:
        taken = PatientAccount.objects.filter(sign_in_name=name).exists()
        wrong["sign_in_name"] = checks.username_words(name) or (
            _("This name is taken. Choose another one.") if taken else ""
        )
    wrong = {field: words for field, words in wrong.items() if words}
    if wrong:
        raise Unacceptable(wrong)
    if row is not None and row.link.withdrawn_at is None:
        LinkVisit.objects.filter(link=row.link, ended_at=None).update(ended_at=now)
        link = row.link
    else:
        made = _make(DRIPSTAND, by.patient_id, Purpose.HOME, "", asked.language, "", now)
        link = Link.objects.get(pk=made.link_id)
    try:
        PatientAccount.objects.update_or_create(
            patient=patient,
            defaults={"sign_in_name": name, "password": make_password(password), "link": link, "changed_at": now},
            create_defaults={
                "sign_in_name": name,
                "password": make_password(password),
                "link": link,
                "made_at": now,
                "changed_at": now,
            },
        )
    except IntegrityError as fault:
        raise Unacceptable({"sign_in_name": _("This name is taken. Choose another one.")}) from fault
    _step(link, Step.PASSWORD_SET, now)
    complete_link(by.link_id, now=now)


@service_that_decides(BY_OWN_LINK)
@transaction.atomic
def change_own_password(
    by: PatientByLink, *, visit_id: str, old_password: str, new_password: str, now: datetime
) -> None:
    """Change one's own password; every other sign-in ends. visit_id: of this one. Raises Unacceptable."""
    link = _own_link(by, Purpose.HOME)
    row = PatientAccount.objects.select_for_update().select_related("patient").get(link=link)
    wrong = {
        "old_password": "" if check_password(old_password, row.password) else _("This is not your password."),
        "new_password": password_words(new_password, (row.sign_in_name, row.patient.name)),
    }
    wrong = {field: words for field, words in wrong.items() if words}
    if wrong:
        raise Unacceptable(wrong)
    row.password, row.changed_at = make_password(new_password), now
    row.save(update_fields=["password", "changed_at"])
    LinkVisit.objects.filter(link=link, ended_at=None).exclude(pk=uuid.UUID(visit_id)).update(ended_at=now)
    _step(link, Step.PASSWORD_SET, now)


@service_without_actor("Somebody who is not signed in; what they know decides.")
@transaction.atomic
def sign_in_patient(*, sign_in_name: str, password: str, address: str, now: datetime) -> SignedIn | Refused:
    """Begin a sign-in. A wrong name and a wrong password are answered alike, and counted."""
    row = PatientAccount.objects.select_related("link").filter(sign_in_name=sign_in_name.strip().lower()).first()
    since = now - A_WHILE
    of_link = LinkRefusal.objects.filter(link=row.link, reason=Refused.WRONG_PASSWORD, at__gt=since) if row else None
    of_address = LinkRefusal.objects.filter(address=address, at__gt=since).exclude(reason=Refused.NO_VISIT)
    wrong_at = of_link.values_list("at", flat=True) if of_link is not None else ()
    if not may_guess(wrong_at, of_address.values_list("at", flat=True), now):
        return _refuse(Refused.TOO_MANY_TRIES, row.link if row else None, address, now)
    right = check_password(password, row.password if row else _NOBODYS)
    if row is None or not right:
        return _refuse(Refused.WRONG_PASSWORD, row.link if row else None, address, now)
    if row.link.withdrawn_at is not None:
        return _refuse(Refused.WITHDRAWN, row.link, address, now)
    secret = begin_visit(row.link, now)
    _step(row.link, Step.ENTERED, now)
    return SignedIn(PatientByLink(str(row.patient_id), str(row.link_id)), secret)


@service_that_decides(BY_OWN_LINK)
@transaction.atomic
def open_own_pages(
    by: PatientByLink, *, visit_secret: str, about: str, now: datetime, after_course: str = ""
) -> tuple[tuple[Purpose, str], ...]:
    """Begin the visits of the other pages of a sign-in; answers the secret of each, for its cookie.

    about: the visit that questions and journal are about; without one, or once they are answered, no questions open.
    after_course: what the questions of the weeks after a course are about; "" where none is asked.
    """
    home = _own_link(by, Purpose.HOME)
    visit = LinkVisit.objects.get(link=home, secret_sha256=sha256_of(visit_secret), ended_at=None)
    opened = [
        (Purpose.GUIDE, ""),
        (Purpose.JOURNAL, about),
        *([(Purpose.QUESTIONNAIRES, about)] if about and not _answered(by, about) else []),
        *([(Purpose.FOLLOW_UP, after_course)] if after_course else []),
    ]
    return tuple((purpose, begin_visit(_own_page(home, purpose, of, now), now, within=visit)) for purpose, of in opened)


def _answered(by: PatientByLink, about: str) -> bool:
    """Whether the questions of this visit were answered to their end, by whichever link."""
    done = Link.objects.filter(patient_id=by.patient_id, purpose=Purpose.QUESTIONNAIRES.value, about=about)
    return done.exclude(completed_at=None).exists()


def _own_page(home: Link, purpose: Purpose, about: str, now: datetime) -> Link:
    """The link behind one of the pages: one of a kind, so that the staff's list does not grow with each sign-in."""
    mine = Link.objects.filter(
        patient=home.patient, purpose=purpose.value, about=about, made_by=None, name=OWN, withdrawn_at=None
    ).filter(completed_at=None)
    found = mine.first()
    if found is not None:
        return found
    made = _make(DRIPSTAND, str(home.patient_id), purpose, about, home.language, OWN, now)
    return Link.objects.get(pk=made.link_id)
