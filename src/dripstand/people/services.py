"""The verbs about staff: who works here, what they may do, how they sign in, and how the on-call is reached."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dripstand.people import checks
from dripstand.people.access import service, service_for_anyone_signed_in, service_without_actor
from dripstand.people.actors import DRIPSTAND, Actor, Competency, Role
from dripstand.people.errors import NoSuchStaff, Unacceptable
from dripstand.people.links.accounts import change_own_password, open_own_pages, set_own_password, sign_in_patient
from dripstand.people.links.verbs import (
    complete_link,
    enter_by_link,
    hand_links_on,
    leave_by_link,
    look_at_link,
    make_link,
    make_link_by_itself,
    send_link,
    withdraw_link,
    withdraw_links_about,
)
from dripstand.people.models import SetupCode, StaffChange, StaffMember
from dripstand.people.paging import move_pages_on, page_on_call, see_page, set_on_call_list
from dripstand.people.passwords import password_words
from dripstand.people.queries import no_staff_yet
from dripstand.people.registration import amend_patient, record_read, register_patient

__all__ = [
    "add_first_staff",
    "add_staff",
    "amend_patient",
    "change_own_password",
    "change_password",
    "complete_link",
    "deactivate",
    "enter_by_link",
    "hand_links_on",
    "leave_by_link",
    "look_at_link",
    "make_link",
    "make_link_by_itself",
    "move_pages_on",
    "open_own_pages",
    "page_on_call",
    "reactivate",
    "record_read",
    "register_patient",
    "see_page",
    "send_link",
    "set_competencies",
    "set_on_call_list",
    "set_own_password",
    "set_password_of",
    "set_roles",
    "setup_code",
    "setup_code_is_right",
    "sign_in_patient",
    "withdraw_link",
    "withdraw_links_about",
]

SETUP_TRIES_MOST_COUNT = 20
_SETUP_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when read aloud


def _member(staff_id: str) -> StaffMember:
    try:
        found = StaffMember.objects.select_for_update().filter(pk=uuid.UUID(str(staff_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NoSuchStaff(staff_id)
    return found


def _note(subject: StaffMember, what: str, before: Any, after: Any, actor: Actor, now: datetime) -> None:
    StaffChange.objects.create(
        subject=subject,
        what=what,
        before=before,
        after=after,
        recorded_at=now,
        staff_id=None if actor is DRIPSTAND else uuid.UUID(actor.staff_id),
        staff_name=actor.name,
    )


def _password_words(password: str, member: StaffMember) -> str:
    return password_words(password, (member.username, member.full_name), member)


def _refuse(words: dict[str, str]) -> None:
    wrong = {field: sentence for field, sentence in words.items() if sentence}
    if wrong:
        raise Unacceptable(wrong)


def _ordered(held: Iterable[Role] | Iterable[Competency], kind: type[Role] | type[Competency]) -> list[str]:
    asked = set(held)
    return [member.value for member in kind if member in asked]


def _add(
    actor: Actor,
    username: str,
    full_name: str,
    roles: frozenset[Role],
    competencies: frozenset[Competency],
    password: str,
    now: datetime,
) -> str:
    username, full_name = username.strip().lower(), checks.tidy(full_name)
    member = StaffMember(
        username=username,
        full_name=full_name,
        roles=_ordered(roles, Role),
        competencies=_ordered(competencies, Competency),
        added_at=now,
    )
    taken = StaffMember.objects.filter(username=username).exists()
    _refuse(
        {
            "username": checks.username_words(username) or (_("This sign-in name is taken.") if taken else ""),
            "full_name": checks.line_words(full_name, most_count=120),
            "roles": checks.roles_words(roles),
            "password": _password_words(password, member),
        }
    )
    member.set_password(password)
    member.save(force_insert=True)
    _note(member, "added", None, {"roles": member.roles, "competencies": member.competencies}, actor, now)
    return str(member.pk)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def add_staff(
    actor: Actor,
    *,
    username: str,
    full_name: str,
    roles: Iterable[Role],
    password: str,
    now: datetime,
    competencies: Iterable[Competency] = (),
) -> str:
    """Add somebody who works here; answers their id. Raises Unacceptable with words for each field."""
    return _add(actor, username, full_name, frozenset(roles), frozenset(competencies), password, now)


@service_without_actor("First-run set-up: refused as soon as anybody is on the staff.")
@transaction.atomic
def add_first_staff(
    *, username: str, full_name: str, roles: Iterable[Role], password: str, now: datetime, among_first: int = 1
) -> str:
    """Add one of the first members of staff. among_first: the staff may have fewer than so many; else AlreadySetUp."""
    if StaffMember.objects.count() >= among_first:
        raise AlreadySetUp
    return _add(DRIPSTAND, username, full_name, frozenset(roles), frozenset(), password, now)


class AlreadySetUp(Exception):
    """This installation has staff: the first-run set-up is closed for good."""


def _refuse_losing_the_last_administrator(member: StaffMember) -> None:
    others = StaffMember.objects.filter(is_active=True).exclude(pk=member.pk)
    if Role.ADMINISTRATOR in member.roles and not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise Unacceptable({"": _("This is the last administrator. Make somebody else an administrator first.")})


@service(Role.ADMINISTRATOR)
@transaction.atomic
def set_roles(actor: Actor, staff_id: str, *, roles: Iterable[Role], now: datetime) -> None:
    """Change what somebody is. Holds from their next request."""
    member, held = _member(staff_id), frozenset(roles)
    _refuse({"roles": checks.roles_words(held)})
    if Role.ADMINISTRATOR not in held:
        _refuse_losing_the_last_administrator(member)
    before, member.roles = member.roles, _ordered(held, Role)
    member.save(update_fields=["roles"])
    _note(member, "roles", before, member.roles, actor, now)


@service(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@transaction.atomic
def set_competencies(actor: Actor, staff_id: str, *, competencies: Iterable[Competency], now: datetime) -> None:
    """Change what the clinic has found somebody able to do. Holds from their next request."""
    member = _member(staff_id)
    before, member.competencies = member.competencies, _ordered(competencies, Competency)
    member.save(update_fields=["competencies"])
    _note(member, "competencies", before, member.competencies, actor, now)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def deactivate(actor: Actor, staff_id: str, *, now: datetime) -> None:
    """End somebody's access: every sign-in of theirs ends with it. What they charted stays."""
    member = _member(staff_id)
    _refuse_losing_the_last_administrator(member)
    member.is_active = False
    member.sign_in_generation += 1
    member.save(update_fields=["is_active", "sign_in_generation"])
    _note(member, "active", True, False, actor, now)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def reactivate(actor: Actor, staff_id: str, *, now: datetime) -> None:
    """Let somebody who came back sign in again, with the roles that they had."""
    member = _member(staff_id)
    member.is_active = True
    member.save(update_fields=["is_active"])
    _note(member, "active", False, True, actor, now)


@service_for_anyone_signed_in
@transaction.atomic
def change_password(actor: Actor, *, old_password: str, new_password: str, now: datetime) -> None:
    """Change one's own password. Every other sign-in of this person ends."""
    member = _member(actor.staff_id)
    right = member.check_password(old_password)
    _refuse(
        {
            "old_password": "" if right else _("This is not your password."),
            "new_password": _password_words(new_password, member),
        }
    )
    member.set_password(new_password)
    member.sign_in_generation += 1
    member.save(update_fields=["password", "sign_in_generation"])
    _note(member, "password", None, None, actor, now)


@service(Role.ADMINISTRATOR)
@transaction.atomic
def set_password_of(actor: Actor, staff_id: str, *, new_password: str, now: datetime) -> None:
    """Give somebody who forgot theirs a new password; every sign-in of theirs ends."""
    member = _member(staff_id)
    _refuse({"new_password": _password_words(new_password, member)})
    member.set_password(new_password)
    member.sign_in_generation += 1
    member.save(update_fields=["password", "sign_in_generation"])
    _note(member, "password", None, None, actor, now)


# --- first run ------------------------------------------------------------------------------------------------------


def _digest(code: str) -> str:
    return hashlib.sha256("".join(code.lower().split()).replace("-", "").encode()).hexdigest()


@service_without_actor("`dripstand serve` prints it; there is nobody who could be the actor yet.")
@transaction.atomic
def setup_code(*, now: datetime) -> str | None:
    """A fresh one-time code for first-run set-up, about 79 bits; the one before is void. None where there is staff."""
    SetupCode.objects.all().delete()
    if not no_staff_yet():
        return None
    code = "-".join("".join(secrets.choice(_SETUP_LETTERS) for _ in range(4)) for _ in range(4))
    SetupCode.objects.create(code_sha256=_digest(code), made_at=now)
    return code


@service_without_actor("First-run set-up: there is nobody who could be the actor yet.")
@transaction.atomic
def setup_code_is_right(code: str) -> bool:
    """Whether this is the code that `serve` printed last. Wrong ones are counted; past the limit none is right."""
    row = SetupCode.objects.select_for_update().first()
    if row is None or not no_staff_yet() or row.wrong_tries_count >= SETUP_TRIES_MOST_COUNT:
        return False
    if hmac.compare_digest(_digest(code), row.code_sha256):
        return True
    SetupCode.objects.update(wrong_tries_count=F("wrong_tries_count") + 1)
    return False
