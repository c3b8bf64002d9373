"""The verbs of links; `services` is their door. A refusal is a value, so that its count is kept with it."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import DRIPSTAND, Actor, Role
from dripstand.people.errors import NoSuchPatient, NotThere, Unacceptable
from dripstand.people.links.purposes import (
    A_WHILE,
    RULES,
    SECRET_BYTES,
    Purpose,
    Refused,
    Step,
    may_guess,
    standing,
)
from dripstand.people.links.visits import begin_visit, secret_of, sha256_of, token_of
from dripstand.people.models import Link, LinkRefusal, LinkStep, LinkVisit, Patient

log = logging.getLogger(__name__)

WHO_MAKES_LINKS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
MAIL_TIMEOUT_S = 10
LANGUAGES = ("en", "de", "es")


class NoSuchLink(NotThere):
    """No link has this id."""


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link as it is handed out, once: what is stored cannot make it again. path: below the site's own address."""

    link_id: str
    path: str
    purpose: Purpose
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """A link opened. visit_secret: for the cookie of this purpose."""

    purpose: Purpose
    visit_secret: str
    patient_id: str


def _step(link: Link, kind: Step, now: datetime, by_name: str = "", detail: str = "") -> None:
    LinkStep.objects.create(link=link, kind=kind.value, at=now, by_name=by_name, detail=detail[:200])


def _make(
    actor: Actor, patient_id: str, purpose: Purpose, about: str, language: str, name: str, now: datetime
) -> MadeLink:
    try:
        patient = Patient.objects.filter(pk=uuid.UUID(str(patient_id))).first()
    except ValueError:
        patient = None
    if patient is None:
        raise NoSuchPatient(patient_id)
    if purpose is Purpose.ESCORT and not name.strip():
        raise Unacceptable({"name": _("Say who takes the patient home: a link of nobody's name names nobody.")})
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = Link.objects.create(
        secret_sha256=sha256_of(secret),
        purpose=purpose.value,
        patient=patient,
        about=about,
        name=name[:120],
        language=language if language in LANGUAGES else "en",
        made_at=now,
        made_by_id=None if actor is DRIPSTAND else uuid.UUID(actor.staff_id),
        made_by_name=actor.name,
        expires_at=now + RULES[purpose].lasts,
    )
    _step(link, Step.MADE, now, actor.name)
    return MadeLink(str(link.pk), f"/l/{token_of(secret)}/", purpose, link.expires_at)


@service(*WHO_MAKES_LINKS)
@transaction.atomic
def make_link(
    actor: Actor,
    patient_id: str,
    *,
    purpose: Purpose,
    now: datetime,
    about: str = "",
    language: str = "en",
    name: str = "",
) -> MadeLink:
    """Make a link for one purpose of one patient; its address is answered once. name: who takes the patient home.

    Raises Unacceptable for the purpose that only a sign-in opens and for an escort without a name, NoSuchPatient.
    """
    if purpose is Purpose.HOME:
        raise Unacceptable({"purpose": _("This opens with the patient's own password alone.")})
    return _make(actor, patient_id, purpose, about, language, name, now)


@service_without_actor("Dripstand makes the links of its own messages: the day after, an appointment, an escort.")
@transaction.atomic
def make_link_by_itself(
    *, patient_id: str, purpose: Purpose, now: datetime, about: str = "", language: str = "en", name: str = ""
) -> MadeLink:
    """As `make_link`, for a message that Dripstand sends by itself."""
    return _make(DRIPSTAND, patient_id, purpose, about, language, name, now)


def _locked(link_id: str) -> Link:
    try:
        link = Link.objects.select_for_update().filter(pk=uuid.UUID(str(link_id))).first()
    except ValueError:
        link = None
    if link is None:
        raise NoSuchLink(link_id)
    return link


@service(*WHO_MAKES_LINKS)
@transaction.atomic
def withdraw_link(actor: Actor, link_id: str, *, now: datetime) -> None:
    """Take a link back: it opens nothing more, and pages that stand open close at their next step."""
    link = _locked(link_id)
    if link.withdrawn_at is None:
        link.withdrawn_at = now
        link.save(update_fields=["withdrawn_at"])
        _step(link, Step.WITHDRAWN, now, actor.name)


@service_without_actor("Dripstand takes back what its own message was about, when that no longer holds.")
@transaction.atomic
def withdraw_links_about(*, patient_id: str, purpose: Purpose, about: str, now: datetime) -> int:
    """Take back every link of this purpose about this; answers how many."""
    rows = Link.objects.select_for_update().filter(
        patient_id=patient_id, purpose=purpose, about=about, withdrawn_at=None
    )
    count = 0
    for link in rows:
        link.withdrawn_at = now
        link.save(update_fields=["withdrawn_at"])
        _step(link, Step.WITHDRAWN, now, DRIPSTAND.name)
        count += 1
    return count


@service_without_actor("Dripstand keeps a link with what it speaks of, when that is kept under another id.")
@transaction.atomic
def hand_links_on(*, patient_id: str, purpose: Purpose, about: Mapping[str, str]) -> int:
    """Let every standing link of this purpose be about something else, by what it was about; answers how many.

    All of them at once, so that two may change places.
    """
    rows = list(
        Link.objects.select_for_update().filter(
            patient_id=patient_id, purpose=purpose, about__in=list(about), withdrawn_at=None
        )
    )
    for link in rows:
        link.about = about[link.about]
        link.save(update_fields=["about"])
    return len(rows)


# --- opening ---------------------------------------------------------------------------------------------------------


def _refuse(reason: Refused, link: Link | None, address: str, now: datetime) -> Refused:
    LinkRefusal.objects.create(link=link, reason=reason.value, at=now, address=address)
    return reason


def _find(token: str, address: str, now: datetime) -> Link | Refused:
    secret = secret_of(token)
    if not secret:
        return _refuse(Refused.ALTERED, None, address, now)
    link = (
        Link.objects.select_for_update(of=("self",))
        .select_related("patient")
        .filter(secret_sha256=sha256_of(secret))
        .first()
    )
    if link is None:
        return _refuse(Refused.UNKNOWN, None, address, now)
    wrong_count = LinkRefusal.objects.filter(link=link, reason=Refused.WRONG_BIRTH_DATE).count()
    why = standing(
        expires_at=link.expires_at,
        withdrawn_at=link.withdrawn_at,
        completed_at=link.completed_at,
        wrong_ever_count=wrong_count,
        now=now,
    )
    return _refuse(why, link, address, now) if why else link


@service_without_actor("Somebody who is not signed in opens a link; what they hold decides.")
@transaction.atomic
def look_at_link(*, token: str, address: str, now: datetime) -> tuple[Purpose, str] | Refused:
    """What a link is for and its language, or why it does not open. Nothing is used up by looking: mail scanners do."""
    found = _find(token, address, now)
    return found if isinstance(found, Refused) else (Purpose(found.purpose), found.language)


@service_without_actor("Somebody who is not signed in opens a link; what they hold and know decides.")
@transaction.atomic
def enter_by_link(*, token: str, birth_date: date | None, address: str, now: datetime) -> Entered | Refused:
    """Open a link. birth_date: what they typed, where the purpose asks for it. Every refusal is counted."""
    link = _find(token, address, now)
    if isinstance(link, Refused):
        return link
    purpose = Purpose(link.purpose)
    if RULES[purpose].asks_birth_date:
        since = now - A_WHILE
        of_link = LinkRefusal.objects.filter(link=link, reason=Refused.WRONG_BIRTH_DATE, at__gt=since)
        # A page that was left open and asks again is no guess.
        of_address = LinkRefusal.objects.filter(address=address, at__gt=since).exclude(reason=Refused.NO_VISIT)
        if not may_guess(of_link.values_list("at", flat=True), of_address.values_list("at", flat=True), now):
            return _refuse(Refused.TOO_MANY_TRIES, link, address, now)
        if birth_date != link.patient.birth_date:
            return _refuse(Refused.WRONG_BIRTH_DATE, link, address, now)
    _step(link, Step.ENTERED, now)
    return Entered(purpose, begin_visit(link, now), str(link.patient_id))


@service_without_actor("The pages behind a link call it when their one thing is done.")
@transaction.atomic
def complete_link(link_id: str, *, now: datetime) -> None:
    """The thing is done; where the purpose says so, the link is used up and opens nothing more."""
    link = _locked(link_id)
    if link.completed_at is None and RULES[Purpose(link.purpose)].used_up:
        link.completed_at = now
        link.save(update_fields=["completed_at"])
        _step(link, Step.COMPLETED, now)


@service_without_actor("Whoever came by a link leaves; the cookie's secret names the visit.")
@transaction.atomic
def leave_by_link(*, visit_secret: str, now: datetime) -> None:
    """End a visit: its cookie opens nothing more, wherever a copy of it is."""
    visit = LinkVisit.objects.select_for_update(of=("self",)).filter(secret_sha256=sha256_of(visit_secret)).first()
    if visit is not None and visit.ended_at is None:
        # Who leaves one page of a sign-in leaves all of it: the button says "on this device".
        for one in (visit, visit.within):
            if one is not None and one.ended_at is None:
                one.ended_at = now
                one.save(update_fields=["ended_at"])
                _step(one.link, Step.LEFT, now)


# --- by e-mail -------------------------------------------------------------------------------------------------------


def message_of(
    link: MadeLink,
    address: str,
    clinic_name: str,
    language: str,
    may_name_treatment: bool,
    why: str = "",
    door_name: str = "",
) -> tuple[str, str]:
    """Subject and text of the e-mail. address: the site's own, as in https://clinic.example. why: a sentence before
    the link, in the language; it must say nothing about the treatment.

    Mail is read on locked screens and by others. Without the patient's permission nothing in it says what the clinic
    treats, not even the clinic's name, which often does: then the name for doors stands, where the clinic has set one.
    """
    with translation.override(language):
        sender = clinic_name if may_name_treatment and clinic_name else door_name
        subject = _("A page for you from %(sender)s") % {"sender": sender} if sender else _("A page for you")
        lines = [
            *([why] if why else []),
            _("Open this page: %(address)s") % {"address": f"{address.rstrip('/')}{link.path}"},
            _("It is for you alone. Please do not pass it on."),
        ]
        if RULES[link.purpose].asks_birth_date:
            lines.append(_("It asks for your date of birth."))
        lines.append(_("Nobody reads answers to this e-mail. In an emergency call your local emergency number."))
        return subject, "\n\n".join(lines)


@service_without_actor("Called beside make_link, after its transaction: a mail server is slow, and decides nothing.")
def send_link(
    link: MadeLink,
    *,
    to: str,
    site: str,
    clinic_name: str,
    language: str,
    may_name_treatment: bool,
    now: datetime,
    why: str = "",
    door_name: str = "",
) -> bool:
    """Send a link by e-mail; what the mail server did is noted. Raises Unacceptable for what is no address.

    why: a sentence before the link; door_name: how the clinic is called where it may not be named (`message_of`).
    """
    try:
        validate_email(to)
    except ValidationError as fault:
        raise Unacceptable({"email": _("%(email)s is no e-mail address.") % {"email": to}}) from fault
    subject, body = message_of(link, site, clinic_name, language, may_name_treatment, why, door_name)
    detail, kind = "", Step.SENT
    try:
        message = EmailMessage(subject=subject, body=body, to=[to], connection=get_connection(timeout=MAIL_TIMEOUT_S))
        if message.send() != 1:
            kind, detail = Step.NOT_SENT, _("The mail server did not take it.")
    except Exception as fault:  # noqa: BLE001 - whatever a mail back end raises, the link itself holds
        kind, detail = Step.NOT_SENT, type(fault).__name__
        log.warning("A link was not sent: %s", type(fault).__name__)
    LinkStep.objects.create(link_id=uuid.UUID(link.link_id), kind=kind.value, at=now, by_name="", detail=detail[:200])
    return kind is Step.SENT
