"""The readings of past visits are brought in as those visits', and as nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from dripstand.monitoring.bringing_in import CannotBringIn, PastSpell, bring_in_readings
from dripstand.monitoring.models import DeviceBinding, ReceivedMessage
from dripstand.monitoring.readings import Channel
from dripstand.monitoring.stored_form import from_text
from dripstand.people.access import Forbidden
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, sample, value_of

pytestmark = pytest.mark.django_db


def _spell() -> PastSpell:
    samples = tuple(
        sample("M1", after(60 * number), value_of(Channel.PULSE, 60.0 + number, after(60 * number)))
        for number in range(5)
    )
    return PastSpell("visit-a", chairs(1)[0], monitor("M1"), "Monitor M1", NOON, after(600), samples)


@pytest.mark.hazard("H01")
def test_the_readings_of_a_spell_become_its_visits_readings_with_their_values_and_times() -> None:
    spell = _spell()
    assert bring_in_readings(ADMINISTRATOR_KLEIN, [spell], now=after(700)) == 5
    rows = ReceivedMessage.objects.filter(session_id="visit-a").order_by("received_at")
    read = [from_text(row.readings, row.received_at, None)[0] for row in rows]
    assert [one.chart_value for one in read] == [60.0, 61.0, 62.0, 63.0, 64.0]
    assert [one.at for one in read] == [after(60 * number) for number in range(5)]
    binding = DeviceBinding.objects.get()
    assert (binding.session_id, binding.bound_at, binding.ended_at) == ("visit-a", NOON, after(600))
    assert {str(row.binding_id) for row in rows} == {str(binding.pk)}


def test_what_cannot_have_been_is_refused_and_nothing_is_stored() -> None:
    spell = _spell()
    for bad in (
        replace(spell, ended_at=after(100_000)),
        replace(spell, ended_at=NOON),
        replace(spell, bound_at=NOON + timedelta(seconds=1)),
        replace(spell, ended_at=after(200)),
    ):
        with pytest.raises(CannotBringIn):
            bring_in_readings(ADMINISTRATOR_KLEIN, [bad], now=after(700))
    with pytest.raises(Forbidden):
        bring_in_readings(NURSE_REYES, [spell], now=after(700))
    assert not DeviceBinding.objects.exists() and not ReceivedMessage.objects.exists()


def test_a_message_is_stored_once_however_often_it_is_brought_in() -> None:
    spell = _spell()
    bring_in_readings(ADMINISTRATOR_KLEIN, [spell], now=after(700))
    with pytest.raises(IntegrityError):
        bring_in_readings(ADMINISTRATOR_KLEIN, [spell], now=after(700))
