"""What the evaluation has decided on the patient of a course, and what stands before the next infusion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dripstand.course.queries.details import CourseDetails
from dripstand.course.states import UNDER_WAY
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.many import clearances_of
from dripstand.evaluation.queries import file_of, standing_decision
from dripstand.evaluation.standing import Obstacle, Standing


def decision_for(patient_id: str, indication: str, now: datetime) -> Standing | None:
    """The newest decision on treating this indication and whether it stands; None for one that is not evaluated here.

    As it was recorded by then, so that a course that is entered late begins on what stood at the time.
    """
    asked = next((one for one in Indication if one.value == indication), None)
    if asked is None:
        return None
    return standing_decision(patient_id, asked, now, file=file_of(patient_id, until=now))


def in_the_way(courses: Iterable[CourseDetails], now: datetime) -> dict[str, tuple[Obstacle, ...]]:
    """What stands before the order of each course's next infusion, by course: as of now, or of when it is booked.

    Only where there is something. A course that is not under way, or has nothing left to give, is left out.
    """
    waiting = {one.course_id: one for one in courses if one.state in UNDER_WAY and one.next_infusion is not None}
    asked = {}
    for course in waiting.values():
        following = course.next_infusion
        booked = following.booking.drug_at if following is not None and following.booking is not None else now
        of = next((one for one in Indication if one.value == course.indication), None)
        asked[course.patient_id] = (of, max(now, booked))
    found = clearances_of(asked) if asked else {}
    return {
        course_id: found[one.patient_id].obstacles
        for course_id, one in waiting.items()
        if found[one.patient_id].obstacles
    }
