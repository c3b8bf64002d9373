"""How the tests of this room fill in a form, through the services and nothing else."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from dripstand.outcomes import services
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.permissions import By
from dripstand.outcomes.services import Recorded
from dripstand.outcomes.suicidality import Place
from dripstand.people.actors import PatientByLink
from tests.people import NOW

_numbers = itertools.count(1)


def by_link(patient_id: str) -> PatientByLink:
    return PatientByLink(patient_id, "link-1")


def begin(
    by: By,
    patient_id: str,
    instrument_id: str = "phq-9",
    *,
    occasion: Occasion = Occasion.BEFORE_INFUSION,
    place: Place = Place.CLINIC,
    now: datetime = NOW,
    **more: str,
) -> str:
    questionnaire_id: str = services.start(
        by,
        patient_id=patient_id,
        instrument_id=instrument_id,
        occasion=occasion,
        place=place,
        now=now,
        **more,  # type: ignore[arg-type]
    )
    return questionnaire_id


def give(
    by: By, questionnaire_id: str, item: str, value: int | None, *, now: datetime = NOW, **more: str | bool
) -> Recorded:
    found: Recorded = services.answer(
        by,
        questionnaire_id,
        item=item,
        value=value,
        submission_id=f"s{next(_numbers)}",
        now=now,
        **more,  # type: ignore[arg-type]
    )
    return found


def fill(
    by: By,
    patient_id: str,
    *values: int | None,
    instrument_id: str = "phq-9",
    now: datetime = NOW,
    stated_intent: bool = False,
    **where: object,
) -> Recorded:
    """A whole form, item by item in printed order, and finished. None leaves the item open."""
    questionnaire_id = begin(by, patient_id, instrument_id, now=now, **where)  # type: ignore[arg-type]
    for item, value in zip(instrument(instrument_id).items, values, strict=False):
        if value is not None:
            give(by, questionnaire_id, item.name, value, now=now)
    found: Recorded = services.finish(by, questionnaire_id, now=now, stated_intent=stated_intent)
    return found


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)
