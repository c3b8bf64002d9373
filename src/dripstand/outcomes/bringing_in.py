"""Questionnaires of the past, brought in whole: from paper, from another system, or to fill a database for measuring.

Each is held to the law of one that was typed in: items and values that the instrument has, a total that agrees with
them, a rater's signature under exactly these answers. One that still asks for somebody (a positive or an open suicide
item) is refused: it belongs through `services`, where it gets an owner (H45).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.outcomes.errors import AnswerOutOfRange, TotalDisagrees, UnknownItem
from dripstand.outcomes.filled import ByWhom, Filled
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.models import Answer, Ending, Questionnaire, RatingSignature
from dripstand.outcomes.scoring import check, score
from dripstand.outcomes.services import RATED, RATED_AGAIN
from dripstand.outcomes.suicidality import decide
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role

MARK = "brought-in"
ROWS_AT_ONCE_COUNT = 2_000


class CannotBringIn(ValueError):
    """One questionnaire of the batch cannot be; nothing of the batch was stored. `questionnaire_id`: which."""

    def __init__(self, questionnaire_id: str, words: str) -> None:
        self.questionnaire_id = questionnaire_id
        super().__init__(_("Questionnaire %(form)s: %(words)s") % {"form": questionnaire_id, "words": words})


@service(Role.ADMINISTRATOR)
@transaction.atomic
def bring_in_forms(actor: Actor, forms: Iterable[Filled], *, now: datetime) -> int:
    """Store these finished questionnaires, of staff's hand, in one transaction; answers how many were new.

    The answers keep the people and the times that they name, and their submission ids say for ever that they were
    brought in. One that is stored already is left as it is. Raises CannotBringIn, and django.db.IntegrityError for a
    patient or rater that is not known.
    """
    wanted = {each.questionnaire_id: each for each in forms}
    there = {str(pk) for pk in Questionnaire.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True)}
    new = [each for key, each in wanted.items() if key not in there]
    for each in new:
        _sound(each, now)
    Questionnaire.objects.bulk_create([_row(each) for each in new], batch_size=ROWS_AT_ONCE_COUNT)
    answers = [row for each in new for row in _answers(each)]
    Answer.objects.bulk_create(answers, batch_size=ROWS_AT_ONCE_COUNT)
    Ending.objects.bulk_create([_ending(each) for each in new], batch_size=ROWS_AT_ONCE_COUNT)
    signed = [row for each in new for row in _signatures(each)]
    RatingSignature.objects.bulk_create(signed, batch_size=ROWS_AT_ONCE_COUNT)
    return len(new)


def _sound(form: Filled, now: datetime) -> None:
    """Raises CannotBringIn for a form that may not be stored as it is."""
    end = form.end
    if end is None or not form.is_finished:
        raise CannotBringIn(form.questionnaire_id, _("it is not finished: begin it at a screen."))
    if form.started_by is not ByWhom.STAFF or end.by is not ByWhom.STAFF:
        raise CannotBringIn(form.questionnaire_id, _("it was not entered by staff."))
    times = [form.started_at, end.at, *(at for each in form.given for at in (each.answered_at, each.recorded_at))]
    if max(times) > now or end.at < form.started_at:
        raise CannotBringIn(form.questionnaire_id, _("its times lie in the future, or it ended before it began."))
    try:
        check(form.answers)
        result = score(form.answers)
    except (AnswerOutOfRange, UnknownItem, TotalDisagrees) as fault:
        raise CannotBringIn(form.questionnaire_id, str(fault)) from fault
    asks = decide(result, form.place, end.at, stated_intent=end.stated_intent)
    if not asks.visit_may_close:
        words = _("it asks for a clinician (%(because)s). Enter it at a screen, where it gets an owner.")
        raise CannotBringIn(form.questionnaire_id, words % {"because": asks.printed})
    if form.instrument.rater is Rater.CLINICIAN and form.needs_signature:
        raise CannotBringIn(form.questionnaire_id, _("its rater has not signed these answers."))
    if any(each.rater_name != form.started_by_name for each in form.signed):
        raise CannotBringIn(form.questionnaire_id, _("another person signed it than the one who rated."))


def _row(form: Filled) -> Questionnaire:
    return Questionnaire(
        id=uuid.UUID(form.questionnaire_id),
        patient_id=uuid.UUID(form.patient_id),
        course_id=uuid.UUID(form.course_id) if form.course_id else None,
        session_id=uuid.UUID(form.session_id) if form.session_id else None,
        instrument_id=form.instrument_id,
        instrument_version=form.instrument_version,
        language=form.language,
        wording_version=form.wording_version,
        occasion=str(form.occasion),
        occasion_key=form.occasion_key,
        place=form.place.value,
        opens_at=form.opens_at,
        due_at=form.due_at,
        closes_at=form.closes_at,
        started_at=form.started_at,
        started_by=form.started_by.value,
        started_by_id=form.started_by_id,
        started_by_name=form.started_by_name,
    )


def _answers(form: Filled) -> Iterable[Answer]:
    for sequence, each in enumerate(form.given, start=1):
        yield Answer(
            questionnaire_id=uuid.UUID(form.questionnaire_id),
            sequence=sequence,
            item=each.item,
            value=each.value,
            answered_at=each.answered_at,
            recorded_at=each.recorded_at,
            by=each.by.value,
            by_id=each.by_id,
            by_name=each.by_name,
            reason=each.reason,
            submission_id=f"{MARK}:{sequence}",
        )


def _ending(form: Filled) -> Ending:
    assert form.end is not None
    return Ending(
        questionnaire_id=uuid.UUID(form.questionnaire_id),
        kind=form.end.kind.value,
        at=form.end.at,
        by=form.end.by.value,
        by_id=form.started_by_id,
        by_name=form.end.by_name,
        reason=form.end.reason,
        stated_intent=form.end.stated_intent,
    )


def _signatures(form: Filled) -> Iterable[RatingSignature]:
    for number, each in enumerate(form.signed):
        yield RatingSignature(
            questionnaire_id=uuid.UUID(form.questionnaire_id),
            answers_sha256=each.answers_sha256,
            rater_id=uuid.UUID(form.started_by_id),
            rater_name=each.rater_name,
            meaning=RATED_AGAIN if number else RATED,
            signed_at=each.signed_at,
        )
