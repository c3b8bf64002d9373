"""Who may begin, answer and end a questionnaire. Tested exhaustively (tests/rooms/outcomes/test_who_may.py).

A patient comes by a link and answers their own form, in the patient's own words: never a scale that a clinician rates,
and never another patient's. The front desk may hand a form out; what stands in it is for those who treat.
"""

from __future__ import annotations

from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.instruments.instrument import Rater
from dripstand.people.actors import Actor, PatientByLink, Role

By = Actor | PatientByLink

HANDS_OUT = (Role.FRONT_DESK, *WHO_TREATS)


def may_begin(by: object, patient_id: str, rater: Rater) -> bool:
    """Begin a questionnaire for this patient."""
    if isinstance(by, PatientByLink):
        return by.patient_id == patient_id and rater is Rater.PATIENT
    if not isinstance(by, Actor):
        return False
    return by.is_a(*WHO_TREATS) or (rater is Rater.PATIENT and by.is_a(*HANDS_OUT))


def may_fill(by: object, patient_id: str, rater: Rater) -> bool:
    """Answer it, finish it, or leave it out with a reason."""
    if isinstance(by, PatientByLink):
        return by.patient_id == patient_id and rater is Rater.PATIENT
    return isinstance(by, Actor) and by.is_a(*WHO_TREATS)
