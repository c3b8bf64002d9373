"""What the evaluation has decided on the patient of a course."""

from __future__ import annotations

from datetime import datetime

from dripstand.evaluation.indications import Indication
from dripstand.evaluation.queries import file_of, standing_decision
from dripstand.evaluation.standing import Standing


def decision_for(patient_id: str, indication: str, now: datetime) -> Standing | None:
    """The newest decision on treating this indication and whether it stands; None for one that is not evaluated here.

    As it was recorded by then, so that a course that is entered late begins on what stood at the time.
    """
    asked = next((one for one in Indication if one.value == indication), None)
    if asked is None:
        return None
    return standing_decision(patient_id, asked, now, file=file_of(patient_id, until=now))
