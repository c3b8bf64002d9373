"""The reads that screens, notes and exports share. Scores are counted anew from the answers as they were given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dripstand.course.queries import infusion_times
from dripstand.outcomes.checkpoints import CheckpointDecided, Decision
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.errors import NoSuchEscalation, NoSuchQuestionnaire
from dripstand.outcomes.escalations import Disposed, EscalationDetails
from dripstand.outcomes.filled import ByWhom, End, Ended, Filled, Given, Signed, in_order
from dripstand.outcomes.instruments import CURRENT, EARLIER, instrument
from dripstand.outcomes.instruments.instrument import Instrument, Rater
from dripstand.outcomes.instruments.loading import read_wording, with_wording
from dripstand.outcomes.models import (
    Answer,
    CheckpointDecision,
    CrisisText,
    DispositionRow,
    EscalationRow,
    EscalationWidened,
    LoadedWording,
    Questionnaire,
    RatingSignature,
)
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import parted
from dripstand.outcomes.score import Score
from dripstand.outcomes.suicidality import Because, Known, Place, Step, is_answered, level_of
from dripstand.people.on_call_queries import PageDetails, pages_about
from dripstand.premises.telephones import with_numbers

PAGE_KIND = "suicide-item"
_BEFORE = ("answers", "signatures")

__all__ = [
    "WHO_TREATS",
    "checkpoints_decided",
    "crisis_text",
    "escalation",
    "escalations_of",
    "filled",
    "finished_of",
    "forms_of",
    "forms_of_course",
    "instrument_in",
    "known_of",
    "loaded_wordings",
    "open_escalations",
    "open_escalations_of",
    "screened_in",
]


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


# --- questionnaires -------------------------------------------------------------------------------------------------


Times = Mapping[tuple[str, int, int], tuple[datetime, datetime | None]]
_AROUND = frozenset({Occasion.BASELINE.value, Occasion.BEFORE_INFUSION.value, Occasion.DAY_AFTER.value})


def _times(rows: Iterable[Questionnaire]) -> Times:
    """When the infusions were that any of these is asked around. No read where none is."""
    courses = {str(row.course_id) for row in rows if row.course_id and row.occasion in _AROUND}
    return infusion_times(courses) if courses else {}


def _about_at(row: Questionnaire, times: Times) -> datetime | None:
    """When the infusion that a form was asked before started, or the one that it was asked after ended."""
    if not row.course_id or row.occasion not in _AROUND:
        return None
    series, name = parted(row.occasion_key)
    _of, _dash, number = name.rpartition("-")
    course_id = str(row.course_id)
    if number.isdecimal():
        start, end = times.get((course_id, series, int(number)), (None, None))
        return end if row.occasion == Occasion.DAY_AFTER else start
    of_series = [start for (of, own, _number), (start, _end) in times.items() if (of, own) == (course_id, series)]
    return min(of_series, default=None) if row.occasion == Occasion.BASELINE else None


def _all_filled(found: Iterable[Questionnaire]) -> list[Filled]:
    rows = list(found)
    times = _times(rows)
    return [_filled(row, times) for row in rows]


def _filled(row: Questionnaire, times: Times) -> Filled:
    end = getattr(row, "ending", None)
    return Filled(
        questionnaire_id=str(row.pk),
        patient_id=str(row.patient_id),
        course_id=str(row.course_id or ""),
        session_id=str(row.session_id or ""),
        instrument_id=row.instrument_id,
        instrument_version=row.instrument_version,
        language=row.language,
        wording_version=row.wording_version,
        occasion=Occasion(row.occasion) if row.occasion in set(Occasion) else row.occasion,
        occasion_key=row.occasion_key,
        place=Place(row.place),
        started_at=row.started_at,
        started_by=ByWhom(row.started_by),
        started_by_id=row.started_by_id,
        started_by_name=row.started_by_name,
        given=tuple(
            Given(
                each.item,
                each.value,
                each.answered_at,
                each.recorded_at,
                ByWhom(each.by),
                each.by_id,
                each.by_name,
                each.reason,
            )
            for each in row.answers.all()
        ),
        end=End(Ended(end.kind), end.at, ByWhom(end.by), end.by_name, end.reason, end.stated_intent) if end else None,
        signed=tuple(
            Signed(each.rater_name, each.signed_at, each.answers_sha256, is_after_forecast=number > 0)
            for number, each in enumerate(row.signatures.all())
        ),
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        about_at=_about_at(row, times),
    )


def filled(questionnaire_id: str) -> Filled:
    """One questionnaire. Raises NoSuchQuestionnaire."""
    key = _key(questionnaire_id)
    rows = Questionnaire.objects.select_related("ending").prefetch_related(*_BEFORE)
    row = rows.filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchQuestionnaire(questionnaire_id)
    return _filled(row, _times([row]))


def forms_of(patient_id: str, *, instrument_id: str = "") -> tuple[Filled, ...]:
    """Every questionnaire of a patient, open, finished or left out, in order of time."""
    rows = Questionnaire.objects.filter(patient_id=patient_id).select_related("ending").prefetch_related(*_BEFORE)
    if instrument_id:
        rows = rows.filter(instrument_id=instrument_id)
    return in_order(_all_filled(rows))


def forms_of_course(course_id: str) -> tuple[Filled, ...]:
    """Every questionnaire of one course, in order of time."""
    rows = Questionnaire.objects.filter(course_id=course_id).select_related("ending").prefetch_related(*_BEFORE)
    return in_order(_all_filled(rows))


def forms_of_courses(course_ids: Iterable[str], *, instrument_id: str = "") -> dict[str, tuple[Filled, ...]]:
    """As forms_of_course, for many courses in a few queries; a course without any is left out."""
    rows = Questionnaire.objects.filter(course_id__in=list(course_ids))
    if instrument_id:
        rows = rows.filter(instrument_id=instrument_id)
    found: dict[str, list[Filled]] = {}
    for form in _all_filled(rows.select_related("ending").prefetch_related(*_BEFORE)):
        found.setdefault(form.course_id, []).append(form)
    return {course_id: in_order(forms) for course_id, forms in found.items()}


def ended_keys_of_courses(
    course_ids: Iterable[str], *, occasions: Iterable[Occasion] = ()
) -> dict[str, dict[str, datetime]]:
    """Of each course the keys of the schedule that were handed in or left out, with when the newest of each was.

    No answer is read for it, so that of a paper it says when it was typed in. occasions: only of these; none named, of
    all.
    """
    rows = Questionnaire.objects.filter(course_id__in=list(course_ids), ending__isnull=False).exclude(occasion_key="")
    if occasions:
        rows = rows.filter(occasion__in=[one.value for one in occasions])
    found: dict[str, dict[str, datetime]] = {}
    for course_id, occasion_key, instrument_id, at in rows.values_list(
        "course_id", "occasion_key", "instrument_id", "ending__at"
    ):
        of_course = found.setdefault(str(course_id), {})
        key = f"{occasion_key}/{instrument_id}"
        of_course[key] = max(at, of_course.get(key, at))
    return found


def unsigned() -> tuple[Filled, ...]:
    """The ratings that their rater has still to finish or to sign, in order of time: of no course and of one that ended
    as well. One with a total holds the forecast of its course back.

    Which may be are found by two indexes, and only those are read: a finished form changes by a correction alone, which
    has a reason, so a signed one without any stands as it was signed.
    """
    rated = [kind.id for kind in (*EARLIER, *CURRENT) if kind.rater is Rater.CLINICIAN]
    signed = RatingSignature.objects.filter(questionnaire_id=OuterRef("pk"))
    of_raters = Questionnaire.objects.filter(instrument_id__in=rated).order_by()
    never = of_raters.filter(~Exists(signed)).values_list("pk", flat=True)
    corrected = Answer.objects.exclude(reason="").order_by().values_list("questionnaire_id", flat=True).distinct()
    rows = (
        of_raters.filter(Q(ending__isnull=True) | Q(ending__kind=Ended.FINISHED.value), pk__in={*never, *corrected})
        .select_related("ending")
        .prefetch_related(*_BEFORE)
    )
    return in_order(each for each in _all_filled(rows) if each.is_being_rated)


def finished_of(patient_id: str, instrument_id: str) -> tuple[Filled, ...]:
    """The finished questionnaires of one instrument, in order of time."""
    return tuple(each for each in forms_of(patient_id, instrument_id=instrument_id) if each.is_finished)


def screened_in(session_id: str, instrument_id: str) -> Filled | None:
    """The newest finished form of this instrument that belongs to one visit; one that was left out is none."""
    key = _key(session_id)
    rows = Questionnaire.objects.filter(session_id=key, instrument_id=instrument_id, ending__kind=Ended.FINISHED.value)
    found = in_order(_all_filled(rows.select_related("ending").prefetch_related(*_BEFORE))) if key else ()
    return found[-1] if found else None


def checkpoints_decided(course_id: str) -> tuple[CheckpointDecided, ...]:
    """What prescribers decided at the checkpoints of a course, in order; the newest of a checkpoint holds."""
    key = _key(course_id)
    rows = CheckpointDecision.objects.filter(course_id=key) if key else ()
    return tuple(
        CheckpointDecided(
            row.after_infusion,
            Decision(row.decision),
            row.reason,
            row.decided_at,
            row.decided_by_name,
            row.series_number,
        )
        for row in rows
    )


# --- words ----------------------------------------------------------------------------------------------------------


def loaded_wordings() -> tuple[LoadedWording, ...]:
    """What the clinic has loaded, oldest first."""
    return tuple(LoadedWording.objects.all())


def instrument_in(instrument_id: str, version: str | None = None) -> Instrument:
    """An instrument with every text that may be shown: those carried, and those that this clinic has loaded."""
    kind = instrument(instrument_id, version)
    for row in LoadedWording.objects.filter(instrument_id=kind.id, instrument_version=kind.version):
        kind = with_wording(kind, read_wording(row.body, kind))
    return kind


CRISIS_DEFAULT = {
    "en": "If you are in danger now, call {emergency}, or go to the nearest emergency department. You do "
    "not have to be alone with this: your clinic has been told, and somebody will contact you.",
    "de": "Wenn Sie jetzt in Gefahr sind, rufen Sie {emergency} oder gehen Sie in die nächste Notaufnahme. Sie müssen "
    "damit nicht allein sein: Ihre Klinik ist benachrichtigt, und jemand wird sich bei Ihnen melden.",
    "es": "Si está en peligro ahora, llame al {emergency} o acuda al servicio de urgencias más cercano. No "
    "tiene que pasar por esto a solas: su clínica ya ha sido avisada y alguien se pondrá en contacto con usted.",
}
"""Until the clinic has set its own, with its local numbers."""


def crisis_text(language: str) -> str:
    """What a patient reads at once after such an answer: the clinic's own text, else the plain one of their language.

    Never the clinic's English to somebody who reads German: the words have to be understood, and the plain ones carry
    the clinic's numbers too.
    """
    known = language if language in CRISIS_DEFAULT else "en"
    row = CrisisText.objects.filter(language=known).first()
    return with_numbers(row.text if row is not None else CRISIS_DEFAULT[known], known)


# --- escalations ----------------------------------------------------------------------------------------------------


def _parts(row: EscalationRow) -> list[EscalationRow | EscalationWidened]:
    """What the form asked for when it was opened, and whatever was found since."""
    return [row, *row.widened.all()]


def _escalation(row: EscalationRow, form: Filled, page: PageDetails | None) -> EscalationDetails:
    disposed = getattr(row, "disposition", None)
    parts = _parts(row)
    because = list(dict.fromkeys(Because(one) for each in parts for one in each.because))
    levels = [each.level_score for each in parts if each.level_score is not None]
    taken = list(row.taken.all())
    owner_id, owner_name, is_taken = str(row.owner_id or ""), row.owner_name, False
    if page is not None and page.seen is not None:
        owner_id, owner_name, is_taken = page.seen.staff_id, page.seen.staff_name, True
    if taken and (page is None or page.seen is None or taken[-1].at >= page.seen.at):
        owner_id, owner_name, is_taken = str(taken[-1].staff_id), taken[-1].staff_name, True
    return EscalationDetails(
        escalation_id=str(row.pk),
        questionnaire_id=str(row.questionnaire_id),
        patient_id=str(row.patient_id),
        session_id=form.session_id,
        instrument_name=form.instrument.name,
        place=Place(row.place),
        steps=frozenset(Step(one) for each in parts for one in each.steps),
        because=tuple(because),
        extrapolated=any(each.extrapolated for each in parts),
        level_score=max(levels, default=None),
        answered_at=row.answered_at,
        opened_at=row.opened_at,
        owner_id=owner_id,
        owner_name=owner_name,
        is_taken=is_taken,
        was_paged=page is not None,
        item_answered=is_answered(form.score),
        disposed=Disposed(
            disposed.signed_by_name,
            disposed.signed_at,
            disposed.finding,
            Outcome(disposed.outcome),
            disposed.spoke_with_patient,
        )
        if disposed
        else None,
    )


def _escalations(rows: Iterable[EscalationRow]) -> tuple[EscalationDetails, ...]:
    found = tuple(rows)
    pages = pages_about(PAGE_KIND, [str(row.pk) for row in found]) if found else {}
    return tuple(_escalation(row, _filled(row.questionnaire, {}), pages.get(str(row.pk))) for row in found)


def _rows() -> QuerySet[EscalationRow]:
    return EscalationRow.objects.select_related("disposition", "questionnaire__ending").prefetch_related(
        "widened", "taken", "questionnaire__answers", "questionnaire__signatures"
    )


def escalation(escalation_id: str) -> EscalationDetails:
    """One escalation. Raises NoSuchEscalation."""
    key = _key(escalation_id)
    found = _escalations(_rows().filter(pk=key)) if key else ()
    if not found:
        raise NoSuchEscalation(escalation_id)
    return found[0]


def escalations_of(patient_id: str) -> tuple[EscalationDetails, ...]:
    """Every escalation of a patient, newest first, closed ones included."""
    return _escalations(_rows().filter(patient_id=patient_id).order_by("-opened_at", "-id"))


def escalations_about(questionnaire_id: str) -> tuple[EscalationDetails, ...]:
    """Those of one questionnaire, in the order they were opened."""
    return _escalations(_rows().filter(questionnaire_id=questionnaire_id))


def open_escalations() -> tuple[EscalationDetails, ...]:
    """Everything that stands open in the clinic, the oldest first."""
    signed = DispositionRow.objects.filter(escalation_id=OuterRef("pk"))
    rows = _rows().filter(~Exists(signed))
    return tuple(each for each in _escalations(rows) if each.is_open)


def open_escalations_of(patient_id: str) -> tuple[EscalationDetails, ...]:
    """What stands open for one patient: while there is any, no visit of theirs may close (H45)."""
    signed = DispositionRow.objects.filter(escalation_id=OuterRef("pk"))
    rows = _rows().filter(~Exists(signed), patient_id=patient_id)
    return tuple(each for each in _escalations(rows) if each.is_open)


def _seen_level(asked: int | None, answers: Score) -> int | None:
    """The level that a signature covers: what its task was about, and no more than what the answers say today.

    A level that was typed wrong and corrected was nobody's; one that was corrected upwards has a task of its own.
    """
    today = level_of(answers)
    return None if asked is None or today is None else min(asked, today)


def known_ideation(patient_id: str) -> EscalationDetails | None:
    """The newest positive answer that was disposed of: known ideation, which is shown where the patient is treated.

    Its level is the one that was seen, in answers as they stand corrected.
    """
    rows = _rows().filter(patient_id=patient_id, disposition__isnull=False).order_by("-opened_at", "-id")
    for row in rows:
        parts = [each.level_score for each in _parts(row) if each.level_score is not None]
        level = _seen_level(max(parts, default=None), _filled(row.questionnaire, {}).score)
        if level:
            return replace(_escalations([row])[0], level_score=level)
    return None


def known_of(patient_id: str, instrument_id: str, before: datetime) -> Known | None:
    """The newest ideation that a clinician has seen and signed for, on this instrument."""
    row = (
        DispositionRow.objects.filter(
            escalation__patient_id=patient_id,
            escalation__questionnaire__instrument_id=instrument_id,
            signed_at__lte=before,
        )
        .select_related("escalation__questionnaire__ending")
        .prefetch_related("escalation__widened", *(f"escalation__questionnaire__{each}" for each in _BEFORE))
        .order_by("-signed_at", "-id")
        .first()
    )
    if row is None:
        return None
    parts = [each.level_score for each in _parts(row.escalation) if each.level_score is not None]
    level = _seen_level(max(parts, default=None), _filled(row.escalation.questionnaire, {}).score)
    if level is None:
        return None
    return Known(instrument_id, level, row.signed_at, str(row.signed_by_id))
