"""Alarms from what a person entered: vital signs by hand and sedation scores, against the same limits as the monitor's.

A number that a nurse types is as true as one that a device sends, so it alarms as well, at once: nobody types a value
for fifteen seconds. The alarm is over when the next entry of the same sign is inside the limit, or when the visit is:
nothing rings for a chair that is empty. Dripstand charts both.

Sedation: MOAA/S 3 or less medium, 2 or less high (protocol.md 3.2, unverified: the clinic must confirm).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from dripstand.infusion.chart import Chart
from dripstand.infusion.events import (
    AlarmCleared,
    AlarmLimitChanged,
    AlarmRaised,
    Priority,
    SedationScored,
    SessionEvent,
    VitalSignsTaken,
)
from dripstand.infusion.phases import ENDED
from dripstand.infusion.vitals import SIGNS
from dripstand.protocol.template import AlarmLimit, ProtocolTemplate

BY_HAND = "hand/"
SEDATION = "sedation_score"
MOAA_S_MEDIUM_AT_MOST, MOAA_S_HIGH_AT_MOST = 3, 2
LASTS_S = 60
"""A limit that must hold for a minute or more, or be confirmed by a second reading, is not crossed by one entry."""
_RANK = {"high": 0, "medium": 1, "low": 2}


def after_entry(
    chart: Chart, event: SessionEvent, sequence: int, at: datetime, template: ProtocolTemplate
) -> Iterator[SessionEvent]:
    """What follows from an entry by hand: alarms that are over, and alarms that it raises.

    chart: before the entry. sequence: the entry's own, which makes the alarm's id. at: when it was measured; where a
    newer value of the same sign is charted already, it says nothing about now. A doubtful value raises nothing.
    """
    if isinstance(event, SedationScored):
        if chart.latest_sedation is not None and chart.latest_sedation.occurred_at > at:
            return
        yield from _over(chart, SEDATION)
        yield from _sedation(event, sequence)
    elif isinstance(event, VitalSignsTaken) and not event.doubtful and not event.standing:
        for sign in SIGNS:
            value = getattr(event, sign)
            if value is None or _is_newer_known(chart, sign, at):
                continue
            yield from _over(chart, sign)
            worst = _worst(chart, sign, Decimal(value), template)
            if worst is not None:
                yield _raised(worst, sign, value, chart, sequence)


def after_visit(chart: Chart) -> Iterator[SessionEvent]:
    """What stands of these alarms once the patient is gone. A latching one that nobody saw stays, as the monitor's do.

    chart: with the entry that ended the visit.
    """
    if chart.phase not in ENDED:
        return
    for view in chart.open_alarms:
        raised = view.raised.event
        if not isinstance(raised, AlarmRaised) or not raised.alarm_id.startswith(BY_HAND):
            continue
        if not raised.latching or view.acknowledged_at is not None:
            yield AlarmCleared(alarm_id=raised.alarm_id)


def _is_newer_known(chart: Chart, sign: str, at: datetime) -> bool:
    return any(entry.occurred_at > at and getattr(entry.event, sign) is not None for entry in chart.vitals)


def _over(chart: Chart, channel: str) -> Iterator[SessionEvent]:
    for view in chart.open_alarms:
        raised = view.raised.event
        if isinstance(raised, AlarmRaised) and raised.alarm_id.startswith(BY_HAND) and raised.channel == channel:
            yield AlarmCleared(alarm_id=raised.alarm_id)


def _sedation(event: SedationScored, sequence: int) -> Iterator[SessionEvent]:
    if event.scale != "MOAA/S" or event.sedation_score > MOAA_S_MEDIUM_AT_MOST:
        return
    high = event.sedation_score <= MOAA_S_HIGH_AT_MOST
    yield AlarmRaised(
        alarm_id=f"{BY_HAND}{SEDATION}/{sequence}",
        alarm="sedation_very_deep" if high else "sedation_deep",
        priority=Priority.HIGH if high else Priority.MEDIUM,
        technical=False,
        channel=SEDATION,
        value_text=f"MOAA/S {event.sedation_score}",
        limit_text=f"<= {MOAA_S_HIGH_AT_MOST if high else MOAA_S_MEDIUM_AT_MOST}",
    )


def limit_now(chart: Chart, limit: AlarmLimit) -> Decimal:
    """The limit of this session: its own, where one was set."""
    own = chart.limits.get(limit.alarm)
    return own.event.limit_value if own is not None and isinstance(own.event, AlarmLimitChanged) else limit.limit_value


def _worst(chart: Chart, sign: str, value: Decimal, template: ProtocolTemplate) -> AlarmLimit | None:
    """The most urgent limit that this one value crosses; of equally urgent ones the farthest out."""
    crossed = [
        limit
        for limit in template.alarms.limits
        if limit.channel == sign and limit.delay_s < LASTS_S and _crosses(chart, limit, value)
    ]

    def urgency(limit: AlarmLimit) -> tuple[int, Decimal]:
        return _RANK[limit.priority], -limit.limit_value if limit.above else limit.limit_value

    return min(crossed, key=urgency, default=None)


def _crosses(chart: Chart, limit: AlarmLimit, value: Decimal) -> bool:
    at = limit_now(chart, limit)
    if value == at:
        return limit.at_limit
    return value > at if limit.above else value < at


def _raised(limit: AlarmLimit, sign: str, value: int, chart: Chart, sequence: int) -> AlarmRaised:
    mark = (">" if limit.above else "<") + ("=" if limit.at_limit else "")
    return AlarmRaised(
        alarm_id=f"{BY_HAND}{limit.alarm}/{sequence}",
        alarm=limit.alarm,
        priority=Priority(limit.priority),
        technical=False,
        channel=sign,
        value_text=f"{value} {limit.unit}, by hand",
        limit_text=f"{mark} {limit_now(chart, limit):f} {limit.unit}",
    )
