"""The verbs of paging the on-call; `services` is their door.

`page_on_call` is called by another room's service inside the transaction of the cause: the page is there exactly when
the cause is. What comes after (e-mails, the next turn) is worked off from what is stored, so a crash loses nothing; and
whatever a mail server does or says, only a person's own word ends it (H39).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dripstand.jobs.queue import schedule
from dripstand.jobs.run import Run
from dripstand.live.publisher import publish
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import NotThere, Unacceptable
from dripstand.people.models import OnCallList, OnCallPage, OnCallStep, StaffMember
from dripstand.people.on_call import TURN, OnCallPerson, StepKind, Turn, may_send, next_turn
from dripstand.people.on_call_queries import PageDetails, on_call_order, pages_not_seen

log = logging.getLogger(__name__)

TOPIC = "on-call"
JOB, SWEEP = "people.page", "people.sweep_pages"
WHO_SEES = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
WHO_SETS = (Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
MAIL_TIMEOUT_S = 10


class NoSuchPage(NotThere):
    """Nobody was paged by this id."""


def _begin(page: OnCallPage, turn: Turn, now: datetime) -> None:
    """Begin a turn: asked now, its e-mail at once, and the next turn when this one is over."""
    _step(page, StepKind.ASKED, turn.turn_number, turn.person, now)
    for moment, due_at in (("now", now), ("over", now + TURN)):
        schedule(JOB, {"page": str(page.pk)}, due_at=due_at, now=now, key=f"{page.pk} {turn.turn_number} {moment}")
    transaction.on_commit(lambda: publish(TOPIC, {"type": "page"}, replaces="page"))


def _step(page: OnCallPage, kind: StepKind, turn_number: int, person: OnCallPerson | None, now: datetime) -> None:
    OnCallStep.objects.create(
        page=page,
        kind=kind.value,
        turn_number=turn_number,
        staff_id=uuid.UUID(person.staff_id) if person else None,
        staff_name=person.name if person else "",
        at=now,
    )


@service_without_actor("Another room's service calls it in the transaction of the cause; the cause has the actor.")
@transaction.atomic
def page_on_call(*, kind: str, about: str, words: str, path: str, now: datetime, patient_id: str = "") -> str:
    """Page the on-call about something; answers the page's id. The same kind and cause pages once.

    kind, about: what caused it, such as "suicide-item" and the questionnaire's id. words: what signed-in staff who
    treat read, at most 300 letters; no e-mail carries them. path: where it is dealt with, on this site.
    """
    found = OnCallPage.objects.filter(kind=kind, about=about).first()
    if found is not None:
        return str(found.pk)
    row = OnCallPage.objects.create(
        kind=kind, about=about, patient_id=patient_id or None, words=words[:300], path=path, raised_at=now
    )
    turn = next_turn(on_call_order(), (), now)
    assert turn is not None
    _begin(row, turn, now)
    return str(row.pk)


@service(*WHO_SEES)
@transaction.atomic
def see_page(actor: Actor, page_id: str, *, now: datetime) -> bool:
    """Say that one has seen a page and takes it; answers False where somebody else was first."""
    try:
        row = OnCallPage.objects.select_for_update().filter(pk=uuid.UUID(str(page_id))).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchPage(page_id)
    if row.steps.filter(kind=StepKind.SEEN.value).exists():
        return False
    last = row.steps.filter(kind=StepKind.ASKED.value).order_by("-turn_number").first()
    person = OnCallPerson(actor.staff_id, actor.name)
    _step(row, StepKind.SEEN, last.turn_number if last else 1, person, now)
    transaction.on_commit(lambda: publish(TOPIC, {"type": "page"}, replaces="page"))
    return True


@service(*WHO_SETS)
@transaction.atomic
def set_on_call_list(actor: Actor, *, order: Iterable[OnCallPerson], now: datetime) -> None:
    """Set who is asked, in order. Raises Unacceptable for somebody who is not here, twice, or a mistyped address."""
    people = tuple(order)
    if len({person.staff_id for person in people}) != len(people):
        raise Unacceptable({"": _("Somebody stands on the list twice.")})
    if not people:
        raise Unacceptable({"": _("Choose at least one person.")})
    for person in people:
        found = StaffMember.objects.filter(pk=person.staff_id, is_active=True).first()
        if found is None or not set(found.roles) & {role.value for role in WHO_SEES}:
            raise Unacceptable({"": _("Only somebody who works here and treats can be on call.")})
        if person.email:
            try:
                validate_email(person.email)
            except ValidationError as fault:
                raise Unacceptable({"": _("%(email)s is no e-mail address.") % {"email": person.email}}) from fault
    OnCallList.objects.create(
        order=[{"staff_id": person.staff_id, "email": person.email} for person in people],
        set_at=now,
        set_by_id=uuid.UUID(actor.staff_id),
        set_by_name=actor.name,
    )


@service_without_actor("The jobs table calls it: whoever has not answered is followed by the next.")
def move_pages_on(*, now: datetime, only: str = "") -> int:
    """Begin the turns that are due and try the e-mails that are not sent; answers how many turns began.

    only: the one page that is looked at, or every page that nobody has seen. Each turn's own job looks at its page: on
    a day on which two hundred chairs page at once, each looking at all of them would starve the chairs.
    Two processes may do this at once: a turn begins once, by a constraint.
    """
    begun = 0
    order = on_call_order()
    for page in pages_not_seen(only):
        turn = next_turn(order, page.steps, now)
        if turn is None:
            continue
        try:
            with transaction.atomic():
                row = OnCallPage.objects.select_for_update().get(pk=page.page_id)
                if row.steps.filter(kind=StepKind.SEEN.value).exists():
                    continue
                _begin(row, turn, now)
        except IntegrityError:
            continue  # another process was first
        begun += 1
    for page in pages_not_seen(only):
        _send(page, order, now)
    return begun


def _send(page: PageDetails, order: Iterable[OnCallPerson], now: datetime) -> None:
    """Try the e-mail of the turn that runs. What comes of it is written down, and decides nothing."""
    asked = may_send(page.steps)
    if asked is None:
        return
    address = next((one.email for one in order if one.staff_id == asked.staff_id), "")
    if not address:
        return
    # No name and no clinical word leaves the clinic: e-mail is read on locked screens and by others.
    message = EmailMessage(
        subject=_("You are needed: on-call"),
        body=_("Somebody needs the on-call. Sign in to Dripstand and open On-call. This was sent %(at)s UTC.")
        % {"at": f"{now:%Y-%m-%d %H:%M}"},
        to=[address],
        connection=get_connection(timeout=MAIL_TIMEOUT_S),
    )
    detail, kind = "", StepKind.SENT
    try:
        if message.send() != 1:
            kind, detail = StepKind.NOT_SENT, _("The mail server did not take it.")
    except Exception as fault:  # noqa: BLE001 - whatever a mail back end raises, the turns go on
        kind, detail = StepKind.NOT_SENT, type(fault).__name__
        log.warning("An e-mail to the on-call was not sent: %s", type(fault).__name__)
    OnCallStep.objects.create(
        page_id=page.page_id,
        kind=kind.value,
        turn_number=asked.turn_number,
        staff_id=asked.staff_id,
        staff_name=asked.staff_name,
        at=now,
        detail=detail[:200],
    )


def work_off(run: Run) -> None:
    """The handler of both kinds of job: a turn's, for its own page, and the sweep that catches whatever was missed."""
    move_pages_on(now=run.now(), only=str(run.payload.get("page", "")))
