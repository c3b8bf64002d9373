"""The verbs of outcomes: begin a questionnaire, answer, finish, sign a rating, dispose of an escalation.

An answer and everything that it sets in motion are one transaction. What was answered is never changed; a correction is
a further answer with its reason.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dripstand.course.queries import course as course_of
from dripstand.outcomes import queries
from dripstand.outcomes.checkpoints import Decision
from dripstand.outcomes.deciding import checkpoints_of_series, given_count_of, is_over, may_be_signed
from dripstand.outcomes.disposing import REASON_LEAST_COUNT, dispose, take_escalation
from dripstand.outcomes.errors import (
    AnswerOutOfRange,
    NoSuchQuestionnaire,
    TotalDisagrees,
    UnknownItem,
)
from dripstand.outcomes.escalating import look
from dripstand.outcomes.escalations import EscalationDetails
from dripstand.outcomes.filled import TOTAL, ByWhom, Ended, Filled
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.loading_texts import load_wording, set_crisis_text
from dripstand.outcomes.models import (
    Answer,
    CheckpointDecision,
    CrisisShown,
    Ending,
    Questionnaire,
    RatingSignature,
)
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.permissions import By, may_begin, may_fill
from dripstand.outcomes.schedule import Due
from dripstand.outcomes.score import Answers, Score
from dripstand.outcomes.scoring import check, score
from dripstand.outcomes.suicidality import POSITIVE_FROM_SCORE, Place, Step
from dripstand.people import checks
from dripstand.people.access import Forbidden, service, service_that_decides
from dripstand.people.actors import Actor, PatientByLink, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import patient as patient_of

__all__ = [
    "Recorded",
    "answer",
    "answer_paper",
    "decide_checkpoint",
    "dispose",
    "finish",
    "load_wording",
    "note_crisis_text",
    "set_crisis_text",
    "sign_rating",
    "skip",
    "start",
    "take_escalation",
]

RATED = "rated by me, before the forecast was shown"
RATED_AGAIN = "rated by me, corrected after the forecast could be read"
"""Under a form that was signed before: its first signature let the forecast be read."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an answer or of the end of a form. It is durable when this is returned.

    show_crisis_text: the patient is to read the crisis text at once (queries.crisis_text), before anything else.
    escalations: what the form has set in motion, for those who treat. dropped_total_score: a typed total that gave way,
    because a positive answer on death or self-harm contradicted it; a person has to look which of the two is wrong.
    """

    form: Filled
    escalations: tuple[EscalationDetails, ...] = ()
    dropped_total_score: int | None = None

    @property
    def show_crisis_text(self) -> bool:
        return any(Step.CRISIS_TEXT in each.steps for each in self.escalations)

    @property
    def score(self) -> Score:
        return self.form.score


def _who(by: By) -> tuple[ByWhom, str, str]:
    if isinstance(by, PatientByLink):
        return ByWhom.LINK, by.link_id, _("the patient")
    return ByWhom.STAFF, by.staff_id, by.name


def _locked(questionnaire_id: str) -> Questionnaire:
    try:
        row = Questionnaire.objects.select_for_update().filter(pk=uuid.UUID(str(questionnaire_id))).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchQuestionnaire(questionnaire_id)
    return row


def _form_for(by: By, questionnaire_id: str) -> Filled:
    """The form, held until the transaction ends, for somebody who may fill it in. Raises Forbidden."""
    row = _locked(questionnaire_id)
    kind = instrument(row.instrument_id, row.instrument_version)
    if not may_fill(by, str(row.patient_id), kind.rater):
        raise Forbidden(frozenset(queries.WHO_TREATS))
    return queries.filled(str(row.pk))


# --- a questionnaire ------------------------------------------------------------------------------------------------


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def start(
    by: By,
    *,
    patient_id: str,
    instrument_id: str,
    occasion: Occasion,
    place: Place,
    now: datetime,
    language: str = "en",
    due: Due | None = None,
    occasion_key: str = "",
    course_id: str = "",
    session_id: str = "",
    questionnaire_id: str = "",
) -> str:
    """Begin a questionnaire; answers its id. Begun twice with the same id it is begun once.

    due: the slot of the schedule that it is for, which gives the key and the window; else occasion_key names it.
    language: of the words shown; one that the instrument does not have falls back to English, where there is any text.
    Raises Forbidden, UnknownInstrument, NoSuchPatient.
    """
    kind = queries.instrument_in(instrument_id)
    if not may_begin(by, patient_id, kind.rater):
        raise Forbidden(frozenset(queries.WHO_TREATS))
    key = uuid.UUID(questionnaire_id) if questionnaire_id else uuid.uuid4()
    there = Questionnaire.objects.filter(pk=key).first()
    if there is not None:
        if str(there.patient_id) != patient_id or there.instrument_id != kind.id:
            raise Unacceptable({"": _("This form belongs to another patient. Nothing was saved.")})
        return str(key)
    wording = kind.wordings.get(language) or kind.wordings.get("en")
    whom, who_id, who_name = _who(by)
    Questionnaire.objects.create(
        id=key,
        patient_id=patient_of(patient_id).patient_id,
        course_id=course_id or None,
        session_id=session_id or None,
        instrument_id=kind.id,
        instrument_version=kind.version,
        language=wording.language if wording else "",
        wording_version=wording.version if wording else "",
        occasion=occasion.value,
        occasion_key=due.key.split("/")[0] if due else occasion_key,
        place=place.value,
        opens_at=due.opens_at if due else None,
        due_at=due.due_at if due else None,
        closes_at=due.closes_at if due else None,
        started_at=now,
        started_by=whom.value,
        started_by_id=who_id,
        started_by_name=who_name,
    )
    return str(key)


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def answer(
    by: By,
    questionnaire_id: str,
    *,
    item: str,
    value: int | None,
    submission_id: str,
    now: datetime,
    answered_at: datetime | None = None,
    reason: str = "",
    from_home: bool = False,
) -> Recorded:
    """Record one answer. It is durable, with everything that it sets in motion, when this returns.

    value: None leaves the item out on purpose. item "total": a total read from a paper. submission_id: made by the
    form before its first try; sent twice it answers once. answered_at: when it was given, where that was earlier (a
    paper typed in). reason: why a finished form is corrected, which only staff may do. from_home: the patient is not
    here now, though the form was begun in the clinic; a positive answer is then one from home. A positive answer on
    death or self-harm is never refused for a typed total: the total gives way. Raises Unacceptable, Forbidden.
    """
    form = _form_for(by, questionnaire_id)
    if Answer.objects.filter(questionnaire_id=form.questionnaire_id, submission_id=submission_id).exists():
        return Recorded(form, queries.escalations_about(form.questionnaire_id))
    kept, dropped = _record(by, form, {item: value}, {item: submission_id}, now, answered_at, reason)
    return Recorded(kept, look(kept, now, at_end=kept.is_finished, from_home=from_home), dropped)


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def answer_paper(
    by: By,
    questionnaire_id: str,
    *,
    answers: Mapping[str, int | None],
    submission_id: str,
    now: datetime,
    answered_at: datetime | None = None,
    reason: str = "",
    stated_intent: bool = False,
) -> Recorded:
    """Record every answer of a paper or a page at once, and look once at what they ask for; all of them or none.

    answers: by item, None where it was left out on purpose; as `answer` otherwise. They are judged as the form stands
    with all of them, so that items and their total may change together. reason: as in `answer`, for a finished form.
    stated_intent: somebody heard one, and the form is finished for it next: then too a total that does not fit gives
    way, for nothing may hold the page up. Raises Unacceptable, Forbidden.
    """
    form = _form_for(by, questionnaire_id)
    if Answer.objects.filter(
        questionnaire_id=form.questionnaire_id, submission_id__startswith=f"{submission_id}/"
    ).exists():
        return Recorded(form, queries.escalations_about(form.questionnaire_id))
    names = {item: f"{submission_id}/{item}" for item in answers}
    kept, dropped = _record(by, form, answers, names, now, answered_at, reason, stated_intent=stated_intent)
    return Recorded(kept, look(kept, now, at_end=kept.is_finished), dropped)


def _record(
    by: By,
    form: Filled,
    answers: Mapping[str, int | None],
    submission_ids: Mapping[str, str],
    now: datetime,
    answered_at: datetime | None,
    reason: str,
    *,
    stated_intent: bool = False,
) -> tuple[Filled, int | None]:
    """The form with these answers, all of them or none; and the total that gave way, None where none did."""
    for item, value in answers.items():
        _refuse_wrong(by, form, item, value)
    given_at = _given_at(form, answered_at, now)
    reason = checks.tidy(reason)
    if form.end is not None:
        _refuse_correction(by, form, reason)
    answers, dropped = _with_a_total_that_fits(form, answers, stated_intent)
    last = Answer.objects.filter(questionnaire_id=form.questionnaire_id).aggregate(last=Max("sequence"))["last"] or 0
    whom, who_id, who_name = _who(by)
    first = next(iter(submission_ids.values()), "")
    Answer.objects.bulk_create(
        Answer(
            questionnaire_id=form.questionnaire_id,
            sequence=last + number,
            item=item,
            value=value,
            answered_at=given_at,
            recorded_at=now,
            by=whom.value,
            by_id=who_id,
            by_name=who_name,
            reason=reason if form.end is not None else "",
            submission_id=submission_ids.get(item) or f"{first[:50]}/gave-way",
        )
        for number, (item, value) in enumerate(answers.items(), start=1)
    )
    return queries.filled(form.questionnaire_id), dropped


def _with_a_total_that_fits(
    form: Filled, answers: Mapping[str, int | None], stated_intent: bool
) -> tuple[dict[str, int | None], int | None]:
    """What is kept of these answers, and the total that gave way.

    A total that contradicts its items is not kept: which of the two is wrong is for a person to say. What cannot wait
    for that is a positive answer on death or self-harm, or an intent (H45): it is kept, and the total is taken back.
    """
    values = {**form.newest_values, **answers}
    total = values.pop(TOTAL, None)
    try:
        score(Answers(form.instrument_id, form.instrument_version, values, total))
    except TotalDisagrees as fault:
        positive = any((answers.get(item) or 0) >= POSITIVE_FROM_SCORE for item in form.instrument.suicide_items)
        if not (positive or stated_intent):
            words = _("%(fault)s. Change the total together with the items, or leave it empty.")
            raise Unacceptable({TOTAL: words % {"fault": fault}}) from fault
        kept = {item: value for item, value in answers.items() if item != TOTAL}
        return (kept | {TOTAL: None} if form.newest_values.get(TOTAL) is not None else kept), total
    return dict(answers), None


def _refuse_wrong(by: By, form: Filled, item: str, value: int | None) -> None:
    kind = form.instrument
    try:
        if item == TOTAL:
            check(Answers(kind.id, kind.version, {}, value))
        else:
            check(Answers(kind.id, kind.version, {item: value}))
    except (AnswerOutOfRange, UnknownItem) as fault:
        if isinstance(by, PatientByLink):  # who reads it in another language than English, and knows no item's name
            raise Unacceptable({"": _("Please choose one of the answers on the screen.")}) from fault
        raise Unacceptable({item: str(fault)}) from fault


PAPER_OLD_AT_MOST = timedelta(days=366)
"""So old a paper may be that is for no slot of the schedule: what is older is a slip of the year. Assumed."""


def _given_at(form: Filled, answered_at: datetime | None, now: datetime) -> datetime:
    """When an answer was given: now, or as a paper says. One from before the slot that it is for does not fill it."""
    if answered_at is None:
        return now
    if answered_at.tzinfo is None or answered_at > now:
        raise Unacceptable({"answered_at": _("This lies in the future.")})
    windows = Windows()
    if form.opens_at is not None and answered_at < form.opens_at - windows.starts_later:
        raise Unacceptable(
            {
                "answered_at": _(
                    "This is from before the questionnaire was due and does not count for it. Enter the paper under "
                    "“Ask something else”."
                )
            }
        )
    if answered_at < form.started_at - PAPER_OLD_AT_MOST:
        raise Unacceptable({"answered_at": _("This is more than a year ago. Look at the year.")})
    return answered_at


def _refuse_correction(by: By, form: Filled, reason: str) -> None:
    if isinstance(by, PatientByLink):
        raise Unacceptable({"": _("This form is finished. Tell a member of staff what you would like to change.")})
    if not form.is_finished:
        raise Unacceptable({"": _("This form was left out. Begin a new one.")})
    if len(reason) < REASON_LEAST_COUNT or len(reason) > 300:
        raise Unacceptable({"reason": _("Say why this finished form is corrected, in a few words.")})


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def finish(by: By, questionnaire_id: str, *, now: datetime, stated_intent: bool = False) -> Recorded:
    """Finish a questionnaire with whatever was answered; answers its score. Finished twice it is finished once.

    Items without an answer stay open, and the score says what that means for it. stated_intent: somebody heard an
    intent, aloud or in the margin; it pages whatever the items say.
    """
    form = _form_for(by, questionnaire_id)
    if form.end is None:
        _end(by, form, Ended.FINISHED, "", stated_intent and not isinstance(by, PatientByLink), now)
    elif form.end.kind is Ended.SKIPPED:
        raise Unacceptable({"": _("This form was left out. Begin a new one.")})
    else:
        return Recorded(form, queries.escalations_about(form.questionnaire_id))
    ended = queries.filled(form.questionnaire_id)
    return Recorded(ended, look(ended, now, at_end=True))


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def skip(by: By, questionnaire_id: str, *, reason: str, now: datetime) -> Filled:
    """Leave a questionnaire out, with the reason; what was answered until then is kept. Skipped is not missed."""
    form = _form_for(by, questionnaire_id)
    if form.end is None:
        reason = checks.tidy(reason)
        wrong = checks.line_words(reason, most_count=300)
        if wrong:
            raise Unacceptable({"reason": wrong})
        _end(by, form, Ended.SKIPPED, reason, False, now)
    return queries.filled(form.questionnaire_id)


def _end(by: By, form: Filled, kind: Ended, reason: str, stated_intent: bool, now: datetime) -> None:
    whom, who_id, who_name = _who(by)
    Ending.objects.create(
        questionnaire_id=form.questionnaire_id,
        kind=kind.value,
        at=now,
        by=whom.value,
        by_id=who_id,
        by_name=who_name,
        reason=reason,
        stated_intent=stated_intent,
    )


@service_that_decides("outcomes/permissions.py")
@transaction.atomic
def note_crisis_text(by: By, questionnaire_id: str, *, was_read: bool, now: datetime) -> None:
    """Note that the crisis text stood on the patient's screen, or that they said that they had read it."""
    form = _form_for(by, questionnaire_id)
    CrisisShown.objects.get_or_create(
        questionnaire_id=form.questionnaire_id, what="read" if was_read else "shown", defaults={"at": now}
    )


@service(*queries.WHO_TREATS)
@transaction.atomic
def sign_rating(actor: Actor, questionnaire_id: str, *, seen_sha256: str, now: datetime) -> None:
    """Sign a clinician-rated scale as its rater, under one's own sign-in and before the forecast is shown.

    seen_sha256: of the answers that the screen showed; others are refused. A later correction asks for a new signature,
    which says that the forecast could be read by then. Who gave none of the answers has rated nothing and is refused.
    """
    form = queries.filled(str(_locked(questionnaire_id).pk))
    if form.instrument.rater is not Rater.CLINICIAN:
        raise Unacceptable({"": _("This scale is the patient's own: nobody signs for them.")})
    if not form.is_finished:
        raise Unacceptable({"": _("Finish the scale first, then sign it.")})
    if form.answers_sha256 != seen_sha256:
        raise Unacceptable({"": _("An answer was changed since you opened this. Read it again, then sign.")})
    if actor.staff_id not in form.raters:
        words = _("None of these answers is yours: who rated signs, which is %(names)s.")
        raise Unacceptable({"": words % {"names": ", ".join(form.raters.values())}})
    RatingSignature.objects.get_or_create(
        questionnaire_id=form.questionnaire_id,
        answers_sha256=form.answers_sha256,
        defaults={
            "rater_id": uuid.UUID(actor.staff_id),
            "rater_name": actor.name,
            "meaning": RATED_AGAIN if form.signed else RATED,
            "signed_at": now,
        },
    )


@service(Role.PRESCRIBER)
@transaction.atomic
def decide_checkpoint(
    actor: Actor,
    course_id: str,
    *,
    after_infusion: int,
    decision: Decision,
    reason: str,
    now: datetime,
    series_number: int | None = None,
) -> None:
    """Sign what follows at a checkpoint: continue, change or stop, with the reason. The rules only prompt.

    series_number: of the series that it is about; None for the present one. Of a course that has ended nothing but the
    review is signed. It changes nothing by itself: dose and plan are changed in the course. Raises NoSuchCourse,
    Unacceptable.
    """
    found = course_of(course_id)
    series = series_number if series_number is not None else max(found.series_number, 1)
    asked_of, given_count = checkpoints_of_series(found, series), given_count_of(found, series)
    reason = checks.tidy(reason)
    wrong = {}
    is_review = bool(asked_of) and is_over(found, series) and after_infusion == given_count > 0
    if after_infusion not in asked_of and not is_review:
        wrong[""] = _("After that infusion of this series no decision is asked.")
    elif after_infusion > given_count:
        wrong[""] = _("That infusion was not given yet.") if not is_over(found, series) else _("It was not given.")
    if decision not in may_be_signed(found, series, after_infusion):
        if decision is Decision.REVIEWED:
            wrong["decision"] = _("Say whether the course goes on, is changed or stops.")
        elif found.ended_at is not None:
            wrong["decision"] = _(
                "The course has ended: there is nothing to continue, change or stop. Sign that it was reviewed."
            )
        elif is_over(found, series):
            wrong["decision"] = _("That series is over: sign that it was reviewed.")
        else:
            wrong["decision"] = _("All that is still planned was given: sign that it was reviewed, or stop the course.")
    if len(reason) < REASON_LEAST_COUNT or len(reason) > 500:
        wrong["reason"] = _("Say why, in a few words.")
    if wrong:
        raise Unacceptable(wrong)
    CheckpointDecision.objects.create(
        course_id=uuid.UUID(found.course_id),
        series_number=series,
        after_infusion=after_infusion,
        decision=decision.value,
        reason=reason,
        decided_at=now,
        decided_by_id=uuid.UUID(actor.staff_id),
        decided_by_name=actor.name,
    )
