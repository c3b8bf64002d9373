"""What the demo's past patients answered a day after each infusion, brought in as the clinic's own papers would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dripstand.outcomes.bringing_in import bring_in_forms
from dripstand.outcomes.filled import ByWhom, End, Ended, Filled, Given
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import key_in
from dripstand.outcomes.suicidality import Place
from dripstand.people.actors import Actor
from dripstand.server.demo.clinic import DemoClinic, demo_id

ADMINISTRATOR, NURSE = "r.klein", "m.reyes"
FILLED_IN = timedelta(minutes=4)


def answer_days_after(
    clinic: DemoClinic,
    patient_id: str,
    course_id: str,
    starts: Sequence[datetime],
    totals: Sequence[int],
    nth: int,
    now: datetime,
    series: int = 1,
) -> None:
    """PHQ-9 and side effects after each of these infusions. totals: of the PHQ-9, the baseline first. nth: of the
    people; some never answered, and most left one day out, so that a rule that cannot be told is seen as well."""
    if nth % 10 == 7:
        return
    forms = []
    for number, start in enumerate(starts, start=1):
        if (nth + number) % 9 == 0 or number >= len(totals):
            continue
        at, by = start + timedelta(hours=25), clinic.staff[NURSE]
        phq9 = _spread(totals[number])
        key = key_in(series, f"after-{number}")
        forms.append(_form(by, patient_id, course_id, "phq-9", key, phq9, at))
        forms.append(_form(by, patient_id, course_id, "side-effects", key, _borne(nth, number), at + FILLED_IN))
    bring_in_forms(clinic.staff[ADMINISTRATOR], forms, now=now)


def _spread(total: int) -> dict[str, int]:
    """A total over the items of the PHQ-9. None of these people thinks of death: that item is 0."""
    kind = instrument("phq-9")
    others = [item.name for item in kind.items if item.name in {one.name for one in kind.total_items}]
    others = [name for name in others if name not in kind.suicide_items]
    each, more = divmod(min(total, 3 * len(others)), len(others))
    spread = {item.name: 0 for item in kind.items}
    return spread | {name: each + (place < more) for place, name in enumerate(others)}


def _borne(nth: int, number: int) -> dict[str, int]:
    """Mostly nothing; a mild headache or dizziness here and there, a moderate nausea after a first infusion."""
    effects = dict.fromkeys((item.name for item in instrument("side-effects").items), 0)
    effects["headache"] = int((nth + number) % 3 == 0)
    effects["dizziness"] = int((nth * 2 + number) % 5 == 0)
    effects["nausea"] = 2 if number == 1 and nth % 4 == 1 else 0
    return effects


def _form(
    by: Actor,
    patient_id: str,
    course_id: str,
    instrument_id: str,
    key: str,
    answers: Mapping[str, int],
    at: datetime,
) -> Filled:
    kind = instrument(instrument_id)
    wording = kind.wordings.get("en")
    return Filled(
        questionnaire_id=demo_id(f"{instrument_id} {course_id} {key}"),
        patient_id=patient_id,
        course_id=course_id,
        session_id="",
        instrument_id=instrument_id,
        instrument_version=kind.version,
        language=wording.language if wording else "",
        wording_version=wording.version if wording else "",
        occasion=Occasion.DAY_AFTER,
        occasion_key=key,
        place=Place.CLINIC,
        started_at=at,
        started_by=ByWhom.STAFF,
        started_by_id=by.staff_id,
        started_by_name=by.name,
        given=tuple(Given(item, value, at, at, ByWhom.STAFF, by.staff_id, by.name) for item, value in answers.items()),
        end=End(Ended.FINISHED, at + FILLED_IN, ByWhom.STAFF, by.name),
    )
