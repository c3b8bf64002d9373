"""The response: the curve, what was reached by which definition, the published rules, the forecast. Clinicians only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dripstand.course.queries import CourseDetails
from dripstand.course.queries import course as course_of
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries
from dripstand.outcomes.checkpoints import Asks, Checkpoint, CheckpointDecided, checkpoint, checkpoint_of_pain
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.course_plot import BOTTOM, GUTTER, TOP, WIDTH
from dripstand.outcomes.deciding import (
    checkpoints_of_series,
    decided_in_series,
    given_count_of,
    induction_of,
    is_over,
    newest_induction,
    planned_count_of,
)
from dripstand.outcomes.definitions import Definition
from dripstand.outcomes.due import PAIN
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.forecast import Forecast, Question, Withheld, forecast
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.learning import indication_of, past_courses
from dripstand.outcomes.responding import (
    baseline_of,
    curve,
    main_scales,
    of_series,
    scores_day_after,
    seen_after,
    start_of,
)
from dripstand.outcomes.response import worthwhile
from dripstand.outcomes.scoring import highest_total_score
from dripstand.outcomes.studies import BY_ID, MASKED_TRIAL_ID
from dripstand.outcomes.study import Study
from dripstand.outcomes.views.course_page import chosen_scale, chosen_series, drawing_of
from dripstand.outcomes.views.response_facts import main_definitions, verdicts_of
from dripstand.outcomes.words import ASKS_WORDS, DECISION_WORDS, INDICATION_WORDS, WITHHELD_WORDS
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Actor
from dripstand.people.pages import page
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.queries import choices_in_force


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """One forecast, or why there is none. Bars are in hundredths, for the drawing; chances in whole percent."""

    definition: Definition
    found: Forecast | None
    withheld: str
    percent: int = 0
    low_90: int = 0
    low_50: int = 0
    high_50: int = 0
    high_90: int = 0

    @property
    def width_90(self) -> int:
        return self.high_90 - self.low_90

    @property
    def width_50(self) -> int:
        return self.high_50 - self.low_50


@dataclass(frozen=True, slots=True)
class CheckpointShown:
    """One checkpoint: reached or to come, its rules, and what was decided."""

    after_infusion: int
    words: str
    is_reached: bool
    is_missed: bool  # nothing of the series is to come, so that it never will be
    found: Checkpoint | None
    decided: tuple[tuple[str, CheckpointDecided], ...]


def _forecast(course: CourseDetails, forms: Sequence[Filled], definition: Definition, reader: Actor) -> ForecastShown:
    """Of the first series, which is what the studies and the clinic's own results are of. forms: of every series."""
    start, first = baseline_of(of_series(forms, 1), definition.instrument_id), of_series(forms, 1)
    given = len([one for one in course.infusions if one.series_number == 1 and one.state.value == "given"])
    seen = seen_after(first, definition.instrument_id, start.score) if start is not None else {}
    after = max((number for number in seen if number <= min(given, 5)), default=0)
    planned_count = planned_count_of(course, 1) or 6  # nothing is planned yet
    over = given >= min(planned_count, 6) or is_over(course, 1)
    asked = Question(
        definition,
        indication_of(course.indication),
        6 if over else after,
        seen.get(after),
        # a screen for suicide risk has no total that a forecast could steer
        has_unsigned_rating=any(each.is_being_rated and each.instrument.has_total for each in forms),
        planned_count=planned_count,
    )
    answer = forecast(asked, past_courses(definition, but_not=course.course_id))
    if isinstance(answer, Withheld):
        return ForecastShown(definition, None, str(WITHHELD_WORDS[answer]))
    found = answer.shown_to(reader)
    (low_90, high_90), (low_50, high_50) = found.interval_90, found.interval_50
    return ForecastShown(
        definition, found, "", *(round(100 * each) for each in (found.chance, low_90, low_50, high_50, high_90))
    )


def _checkpoints(
    course: CourseDetails, series: int, forms: Sequence[Filled], scale: str, start: Filled | None, reader: Actor
) -> list[CheckpointShown]:
    decided = decided_in_series(course, queries.checkpoints_decided(course.course_id), series)
    is_pain, has_rules = course.indication == PAIN, scale in main_scales(course.indication)
    fourth, given_count = choices_in_force().fourth_infusion, given_count_of(course, series)
    scores = scores_day_after(forms, scale)
    # a series that was left early is reviewed after its last infusion, at which no rule asks
    reviewed = {one.after_infusion: Asks.REVIEW for one in decided}
    shown = []
    for number, asks in sorted({**reviewed, **checkpoints_of_series(course, series, fourth)}.items()):
        wrapped = None
        if not has_rules:
            pass
        elif is_pain:
            wrapped = checkpoint_of_pain(number, asks)
        elif start is not None:
            wrapped = checkpoint(number, start.score, scores, fourth)
        shown.append(
            CheckpointShown(
                number,
                str(ASKS_WORDS[asks]),
                given_count >= number,
                given_count < number and is_over(course, series),
                wrapped.shown_to(reader) if wrapped is not None else None,
                tuple((str(DECISION_WORDS[one.decision]), one) for one in decided if one.after_infusion == number),
            )
        )
    return shown


def _masked_trial() -> Study:
    return BY_ID[MASKED_TRIAL_ID]


@who_may(*WHO_TREATS)
@require_safe
def response_page(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """Whether it is helping, by whose rule, and how likely a response still is. Never for a patient (H46)."""
    course, now, zone = course_of(str(course_id)), now_by_clock(), clinic_zone()
    patient = patient_of(course.patient_id)
    record_read(request.actor, patient_id=patient.patient_id, screen="response", now=now)
    everything = queries.forms_of_course(course.course_id)
    scale, scales = chosen_scale(request, everything, course.indication)
    series, other_series = chosen_series(request, course, newest_induction(course))
    forms = of_series(everything, series)
    induction = induction_of(course, series)
    start = start_of(everything, scale, series, induction) if scale else None
    points = curve(forms, scale) if scale else ()
    drawing, infusions, _times, lines = drawing_of(course, forms, scale, start, series, now, zone)
    newest = points[-1] if points and points[-1] is not start else None
    context: dict[str, Any] = {
        "patient": patient,
        "course": course,
        "indication": INDICATION_WORDS.get(course.indication, course.indication),
        "series": series,
        "other_series": other_series,
        "scale": scale,
        "scales": scales,
        "kind": instrument(scale) if scale else None,
        "is_other_scale": scale not in main_scales(course.indication),
        "highest": highest_total_score(instrument(scale)) if scale else 0,
        "drawing": drawing,
        "columns": zip(infusions, drawing.columns, strict=True) if drawing else (),
        "lines": zip(lines, drawing.lines, drawing.names, strict=True) if drawing else (),
        "geometry": {
            "width": WIDTH,
            "height": BOTTOM + 24,
            "gutter": GUTTER,
            "top": TOP,
            "bottom": BOTTOM,
            "right": WIDTH - 20,
        },  # fmt: skip
        "points": points,
        "start": start,
        "start_series": induction if start is not None and start.series_number != series else None,
        "newest": newest,
        "verdicts": verdicts_of(course, everything, scale, series, request.actor),
        "worthwhile": worthwhile(start.score, newest.score) if start is not None and newest is not None else (),
        "checkpoints": _checkpoints(course, series, forms, scale, start, request.actor) if scale else (),
        # of pain nothing is forecast, by whichever definition: said once
        "forecasts": [
            _forecast(course, everything, each, request.actor)
            for each in main_definitions(scale)[: 1 if course.indication == PAIN else None]
        ],
        "is_pain": course.indication == PAIN,
        "masked": _masked_trial(),
        "now": now,
    }
    return page(request, "outcomes/response.html", context)
