"""What the clinic has signed about a high pressure stands on the cards of those alarms and on no other."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.presentation.alarms import slot
from dripstand.protocol.template import PressureChoice
from tests.rules.infusion.visits import TEMPLATE, Visit, observing


def card(visit: Visit, choice: PressureChoice) -> str:
    template = replace(TEMPLATE, choices=replace(TEMPLATE.choices, high_pressure=choice))
    shown = slot(visit.chart, template, visit.now, ZoneInfo("UTC"), monitored=True, why_not=lambda request: ())
    return " ".join(line["words"] for line in shown["card"])


def with_alarm(alarm: str, channel: str) -> Visit:
    visit = observing()
    raised = ev.AlarmRaised(
        alarm_id="a1",
        alarm=alarm,
        channel=channel,
        priority=ev.Priority.MEDIUM,
        value_text="182",
        limit_text="180",
        technical=False,
    )
    visit.append(raised, visit.nurse)
    return visit


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (PressureChoice.PRESCRIBER_DECIDES, ""),
        (PressureChoice.MEDICATE, "is medicated without symptoms too"),
        (PressureChoice.WATCH, "without symptoms is watched"),
    ],
)
def test_the_signed_words_stand_on_the_card_of_a_high_pressure(choice: PressureChoice, says: str) -> None:
    words = card(with_alarm("nibp_systolic_very_high", "nibp_systolic_mmhg"), choice)
    assert says in words and ("Signed here" in words) is bool(says)


@pytest.mark.parametrize(
    ("alarm", "channel"), [("nibp_systolic_low", "nibp_systolic_mmhg"), ("spo2_low", "spo2_percent")]
)
def test_they_stand_on_no_other_card(alarm: str, channel: str) -> None:
    assert "Signed here" not in card(with_alarm(alarm, channel), PressureChoice.MEDICATE)
