"""Which questions the weeks after a course ask, when they are sent, and when no more: the rules, as plain values.

They leave at ten o'clock of the clinic's clock on the day on which they are due, by daylight, once more after a day
where nothing was answered, and never after their window has closed (outcomes/occasions.py; hours and number are ours).
The end of a course is asked about a day later than it is due: on the day itself the check of the next day leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from dripstand.guide.next_day import Message, WhyNot, is_awake, next_try
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Due, Standing

AT = time(10)
END_WAITS = timedelta(days=1)
AGAIN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules ask about one occasion after a course that is not answered yet.

    by_staff: staff have made a link that still opens. begun: the patient has opened what was sent, and can go on there.
    """

    occasion: Occasion
    due_at: datetime
    closes_at: datetime
    has_address: bool
    can_mail: bool
    here_again: bool = False
    by_staff: bool = False
    begun: bool = False
    messages: Sequence[Message] = ()


def sent_from(occasion: Occasion, due_at: datetime, zone: tzinfo) -> datetime:
    """When the first message is due."""
    day = (due_at + (END_WAITS if occasion is Occasion.END_OF_COURSE else timedelta(0))).astimezone(zone).date()
    return datetime.combine(day, AT, tzinfo=zone)


def next_message(asked: Asked, now: datetime, zone: tzinfo) -> int | WhyNot:
    """The number of the message that is to leave now, or why none is."""
    sent = [one for one in asked.messages if one.sent_at is not None]
    for stands, why in (
        (asked.here_again, WhyNot.HERE_AGAIN),
        (asked.by_staff, WhyNot.BY_STAFF),
        (now >= asked.closes_at, WhyNot.SENT if sent else WhyNot.TOO_LATE),
        (not asked.has_address, WhyNot.NO_ADDRESS),
        (not asked.can_mail, WhyNot.NO_MAIL_HERE),
        (now < sent_from(asked.occasion, asked.due_at, zone), WhyNot.NOT_YET),
    ):
        if stands:
            return why
    awake = is_awake(now, zone)
    found = next_try(asked.messages, now, AGAIN_AFTER, again=awake and not asked.begun)
    return found if awake or not isinstance(found, int) else WhyNot.NOT_YET


def places_asked(slots: Iterable[Due], now: datetime, begun: Mapping[str, str]) -> list[Due]:
    """Each instrument once, in the place of the schedule that is due nearest to now.

    The windows overlap. What was answered for a later place is not asked again for an earlier one.
    begun: the key of the place in which each instrument was begun. It stands while its window does and is asked for no
    other place: half a form of one week and half of another would be the answer of neither.
    """
    of_kind: dict[str, list[Due]] = {}
    for one in slots:
        of_kind.setdefault(one.instrument_id, []).append(one)
    found: list[Due] = []
    for instrument_id, places in of_kind.items():
        answered = max((one.due_at for one in places if one.handed is not None), default=None)
        still = [one for one in places if one.standing is Standing.DUE and (answered is None or one.due_at > answered)]
        if instrument_id in begun:
            still = [one for one in places if one.key == begun[instrument_id] and now <= one.closes_at]
        if still:
            found.append(min(still, key=lambda one: abs(now - one.due_at)))
    return found
