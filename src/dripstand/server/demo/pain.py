"""The demo's one course against chronic pain: a longer infusion, a lower dose rate, the pain in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dripstand.infusion import events as ev
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Place
from dripstand.server.demo.clinic import DemoClinic, demo_id
from dripstand.server.demo.timeline import Step, ending, infusion, leaving_judged, preparation, step

PATTERN_KEY = "pain_ten_days"
DOSE_MG_PER_KG = "0.8"
MINUTES = "120"
FLUSH_MIN = "7.5"
"""In two minutes, as elsewhere, it would push in what the line holds faster than the order allows."""

LONGER_BY_MIN = 80
"""So much longer than the forty minutes that the steps of `timeline` were written for."""

AVERAGES = (8, 7, 6, 5, 5, 4)
"""Average pain of 24 hours before each infusion, the first being the baseline; invented."""
_PEG_AT_BASELINE = {"1": 8, "2": 7, "3": 8}


def pain_visit(nurse: str, *, checker: str) -> tuple[Step, ...]:
    """From the door to what a person judges before somebody may go home."""
    between = tuple(
        made
        for at_min in range(30, 120, 15)
        for made in (
            step(at_min, nurse, ev.NoSideEffects()),
            step(f"{at_min}.4", nurse, ev.AccessSiteChecked(finding=ev.SiteFinding.GOOD)),
            step(f"{at_min}.8", nurse, ev.SedationScored(scale="MOAA/S", sedation_score=4)),
        )
    )
    ends = later((*ending(nurse, flush_min=FLUSH_MIN), *leaving_judged(nurse)))
    return (
        *preparation(nurse, checker=checker, dose_mg_per_kg=DOSE_MG_PER_KG, minutes=MINUTES, highest_per_h="0.6"),
        *infusion(nurse),
        *between,
        *ends,
    )


def later(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps after the longer infusion; what was written for its last ten minutes is left out."""
    return tuple(replace(one, at_min=one.at_min + LONGER_BY_MIN) for one in steps if one.at_min >= 40)


def asked_before(clinic: DemoClinic, by: str, patient_id: str, course_id: str, number: int, at: datetime) -> None:
    """The pain in numbers before an infusion."""
    key, answers = f"before-{number}", _nrs(AVERAGES[number - 1])
    _handed(clinic, by, patient_id, course_id, "nrs-pain", Occasion.BEFORE_INFUSION, key, answers, at)


def baseline(clinic: DemoClinic, by: str, patient_id: str, course_id: str, at: datetime) -> None:
    """Pain in numbers, the PEG, and the PHQ-9, whose item on death stays at nought."""
    low_mood = {str(number): 1 for number in range(1, 9)} | {"9": 0, "difficulty": 1}
    for instrument_id, answers in (("nrs-pain", _nrs(AVERAGES[0])), ("peg", _PEG_AT_BASELINE), ("phq-9", low_mood)):
        _handed(clinic, by, patient_id, course_id, instrument_id, Occasion.BASELINE, "baseline", answers, at)


def _nrs(average: int) -> dict[str, int]:
    return {"now": max(average - 1, 0), "worst": min(average + 2, 10), "average": average}


def _handed(
    clinic: DemoClinic,
    by: str,
    patient_id: str,
    course_id: str,
    instrument_id: str,
    occasion: Occasion,
    key: str,
    answers: dict[str, int],
    at: datetime,
) -> None:
    form = outcomes.start(
        clinic.staff[by],
        patient_id=patient_id,
        instrument_id=instrument_id,
        occasion=occasion,
        place=Place.CLINIC,
        now=at,
        occasion_key=key,
        course_id=course_id,
        questionnaire_id=demo_id(f"{instrument_id} {course_id} {key}"),
    )
    outcomes.answer_paper(clinic.staff[by], form, answers=answers, submission_id="demo", now=at)
    outcomes.finish(clinic.staff[by], form, now=at + timedelta(minutes=4))
