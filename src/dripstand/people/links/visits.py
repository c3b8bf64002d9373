"""Who comes by a link: from the cookie of one purpose to the patient that it was made for, or to nobody.

A page behind a link never takes a patient from its address or a form: there is no id to change (H56).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from dripstand.people.actors import PatientByLink
from dripstand.people.links.purposes import RULES, THANKED, Purpose, Refused, standing
from dripstand.people.models import Link, LinkRefusal, LinkVisit

WRITTEN_AT_MOST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody behind one link. about: the id of the session, booking or day that the link is for, or "".

    is_signed_in: they came by their own name and password, which opened several pages at once. door: of the link.
    """

    patient_id: str
    link_id: str
    visit_id: str
    purpose: Purpose
    about: str
    language: str
    name: str
    is_signed_in: bool = False
    door: str = ""

    @property
    def mark(self) -> str:
        """What a form carries of the visit that it was drawn for; nobody can make one for another visit."""
        return salted_hmac("dripstand.links.of_visit", self.visit_id).hexdigest()[:24]

    @property
    def by(self) -> PatientByLink:
        """As services take them."""
        return PatientByLink(self.patient_id, self.link_id)


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, keyed and shortened: enough to count with, of no use to anybody else."""
    return salted_hmac("dripstand.links.address", request.META.get("REMOTE_ADDR", "")).hexdigest()[:24]


# --- the token that a link is ----------------------------------------------------------------------------------------


def _signer() -> signing.Signer:
    return signing.Signer(salt="dripstand.people.links", sep=".")


def token_of(secret: str) -> str:
    """The secret and its signature, as the address of a link carries them."""
    return _signer().sign(secret)


def secret_of(token: str) -> str:
    """The secret of a token that Dripstand signed; "" of any other, which is worth no look into the database."""
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return ""


# --- in which language ----------------------------------------------------------------------------------------------
# A device of the clinic's goes from hand to hand, and not everybody closes their pages: a language that was chosen is
# the next patient's only where it was chosen at the very door that they came in by.

CHOSEN_AT = f"{settings.LANGUAGE_COOKIE_NAME}-door"
"""The cookie that says at which link's door the language was chosen; none where it was chosen on another page."""


def _door_of(secret_sha256: str) -> str:
    return salted_hmac("dripstand.links.door", secret_sha256).hexdigest()[:24]


def door_of(token: str) -> str:
    """What a link's door is known by in `CHOSEN_AT`: nobody finds the link by it."""
    return _door_of(sha256_of(token.rpartition(".")[0]))


def language_of(token: str) -> str:
    """The language that a link was made in; "" where there is no such link, and of an altered one nothing is sought."""
    secret = secret_of(token)
    link = Link.objects.filter(secret_sha256=sha256_of(secret)).first() if secret else None
    return link.language if link is not None else ""


OWN_DOOR = "own"
"""The door at which a patient signs in with their own password, beside those of the links."""


def chosen_at(request: HttpRequest, door: str) -> bool:
    """Whether the language of this browser was chosen at this door."""
    return bool(door) and settings.LANGUAGE_COOKIE_NAME in request.COOKIES and request.COOKIES.get(CHOSEN_AT) == door


def remember_language(response: HttpResponseBase, language: str, door: str) -> None:
    """door: of the link at whose door it was chosen; "" on any other page."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), (CHOSEN_AT, door)):
        if value:
            response.set_cookie(
                name, value, max_age=settings.LANGUAGE_COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.TLS
            )
        else:
            response.delete_cookie(name, samesite="Lax")


def forget_language(response: HttpResponseBase) -> None:
    for name in (settings.LANGUAGE_COOKIE_NAME, CHOSEN_AT):
        response.delete_cookie(name, samesite="Lax")


# --- the visit -------------------------------------------------------------------------------------------------------


def home_of(purpose: Purpose) -> str:
    return f"/me/{purpose.value}/"


def cookie_name(purpose: Purpose) -> str:
    return f"{'__Secure-' if settings.TLS else ''}dripstand-{purpose.value}"


def begin_visit(link: Link, now: datetime, within: LinkVisit | None = None) -> str:
    """A visit of this link; answers the secret that its cookie carries. Call it inside a transaction."""
    secret = secrets.token_urlsafe(24)
    LinkVisit.objects.create(link=link, secret_sha256=sha256_of(secret), began_at=now, used_at=now, within=within)
    return secret


def remember(response: HttpResponseBase, purpose: Purpose, secret: str) -> None:
    """Put the visit into a cookie that the browser sends to the pages of this purpose alone."""
    response.set_cookie(
        cookie_name(purpose), secret, path=home_of(purpose), httponly=True, samesite="Lax", secure=settings.TLS
    )


def forget(response: HttpResponseBase, purpose: Purpose) -> None:
    """Take the cookie away, and whatever the browser kept of these pages.

    Only the cache: "storage" would take a nurse's entries along that wait for the network in the same browser (H20).
    """
    response.delete_cookie(cookie_name(purpose), path=home_of(purpose), samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'


# --- a device that goes from hand to hand ---------------------------------------------------------------------------

SAYS_WHO = tuple(one for one in Purpose if RULES[one].asks_birth_date or one is Purpose.HOME)
"""The pages that are about somebody."""


def _whose_cookie() -> str:
    return f"{'__Secure-' if settings.TLS else ''}dripstand-whose"


def hand_over(request: HttpRequest, response: HttpResponseBase, opens: Collection[Purpose], patient_id: str) -> None:
    """Take the pages of whoever came in before off this device, where somebody else comes in now (H56).

    A tablet of the clinic's goes to the next patient with pages that were not closed: one's own door would leave them
    open, because each cookie goes to the pages of its purpose alone. The calm screen says nothing of anybody, and its
    call area is never taken away. Who opens an escort's link is somebody else of course, mostly on a telephone of their
    own. opens: what `remember` puts into this same answer; a cookie that was taken away there would stay away.
    """
    if Purpose.ESCORT in opens:
        return
    mark = salted_hmac("dripstand.links.whose", patient_id).hexdigest()[:24]
    before = request.COOKIES.get(_whose_cookie(), "")
    if before == mark:
        return
    for one in (one for one in SAYS_WHO if one not in opens):
        response.delete_cookie(cookie_name(one), path=home_of(one), samesite="Lax")
    if before:
        response.headers["Clear-Site-Data"] = '"cache"'
    response.set_cookie(_whose_cookie(), mark, httponly=True, samesite="Lax", secure=settings.TLS)


def visitor_of(request: HttpRequest, purpose: Purpose, now: datetime) -> Visitor | None:
    """Who this is, while link and visit hold; a cookie that opens nothing is counted. Ask `done_in_this_visit` first
    where a page of thanks may be loaded again."""
    secret = request.COOKIES.get(cookie_name(purpose), "")
    if not secret:
        return None
    visit = (
        LinkVisit.objects.select_related("link", "within__link")
        .filter(secret_sha256=sha256_of(secret), link__purpose=purpose)
        .first()
    )
    if visit is None or not _holds(visit, now):
        LinkRefusal.objects.create(
            link=visit.link if visit else None, reason=Refused.NO_VISIT.value, at=now, address=address_of(request)
        )
        return None
    if now - visit.used_at >= WRITTEN_AT_MOST_EVERY:
        LinkVisit.objects.filter(pk=visit.pk).update(used_at=now)
    link = visit.link
    return Visitor(
        patient_id=str(link.patient_id),
        link_id=str(link.pk),
        visit_id=str(visit.pk),
        purpose=purpose,
        about=link.about,
        language=link.language,
        name=link.name,
        is_signed_in=purpose is Purpose.HOME or visit.within is not None,
        door=_door_of(link.secret_sha256),
    )


def done_in_this_visit(request: HttpRequest, purpose: Purpose, now: datetime) -> str:
    """The language of a visit that is over only because its one thing was done in it, or "".

    Who loads the page of thanks again is no stranger: they are thanked again, and shown and asked nothing.
    """
    secret = request.COOKIES.get(cookie_name(purpose), "")
    if not secret or purpose not in THANKED:
        return ""
    visit = (
        LinkVisit.objects.select_related("link", "within__link")
        .filter(secret_sha256=sha256_of(secret), link__purpose=purpose)
        .exclude(link__completed_at=None)
        .first()
    )
    return visit.link.language if visit is not None and _holds(visit, now, done=True) else ""


def note_refusal(request: HttpRequest, visitor: Visitor, reason: Refused, now: datetime) -> None:
    """Count what was refused to somebody whose visit holds."""
    LinkRefusal.objects.create(link_id=visitor.link_id, reason=reason.value, at=now, address=address_of(request))


def _holds(visit: LinkVisit, now: datetime, *, done: bool = False) -> bool:
    """done: whether the link counts as open although its thing was done."""
    if visit.within is not None and (visit.within.ended_at is not None or visit.within.link.withdrawn_at is not None):
        return False
    link, rules = visit.link, RULES[Purpose(visit.link.purpose)]
    # A link that is over by time lets nobody in any more, but a visit that began before may come to its own end.
    stands = standing(
        expires_at=now + timedelta(1),
        withdrawn_at=link.withdrawn_at,
        completed_at=None if done else link.completed_at,
        wrong_ever_count=0,
        now=now,
    )
    return (
        stands is None
        and visit.ended_at is None
        and now < visit.began_at + rules.visit_lasts
        and now < visit.used_at + rules.idle
    )
