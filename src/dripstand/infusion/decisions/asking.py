"""What a decision looks at, and the table that says which function decides which kind of request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from dripstand.course.readiness import Signed
from dripstand.evaluation.standing import Clearance
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import EscortRefused, SessionEvent
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.vitals import VitalReadings
from dripstand.people.actors import Actor
from dripstand.protocol.template import ProtocolTemplate


@dataclass(frozen=True, slots=True)
class Asked:
    """One request in its circumstances.

    chart: as it was at ``at`` (for something that happens now: as it is). ``whole``: the chart with everything in it.
    at: when it happened. now: when it is asked. late: it happened before something that is already charted, or longer
    ago than the template allows without a reason. day: what was signed for the clinic's day of ``at``; None: nothing.
    ago than the template allows without a reason. clearance: what the evaluation says; None where nobody has asked it.
    """

    chart: Chart
    whole: Chart
    at: datetime
    now: datetime
    actor: Actor
    template: ProtocolTemplate
    readings: VitalReadings | None = None
    other_chairs_of: int = 0
    late: bool = False
    day: Signed | None = None
    clearance: Clearance | None = None

    @property
    def emergency(self) -> bool:
        return self.chart.gates_open


Outcome = SessionEvent | tuple[Reason, ...]
R = TypeVar("R")

DECIDERS: dict[type[Any], Callable[[Asked, Any], Outcome]] = {}
MADE_KIND: dict[type[Any], str] = {}
"""The kind of entry that a worked-out request becomes."""


def checks(
    *kinds: type[Any],
) -> Callable[[Callable[[Asked, Any], Iterable[Reason]]], Callable[[Asked, Any], Iterable[Reason]]]:
    """Declare a function that lists what stands in the way of charting the request as it is."""

    def register(check: Callable[[Asked, Any], Iterable[Reason]]) -> Callable[[Asked, Any], Iterable[Reason]]:
        def decider(asked: Asked, request: Any) -> Outcome:
            reasons = tuple(check(asked, request))
            return reasons or request

        for kind in kinds:
            DECIDERS[kind] = decider
        return check

    return register


def makes(request_type: type[R], kind: str) -> Callable[[Callable[[Asked, R], Outcome]], Callable[[Asked, R], Outcome]]:
    """Declare a function that works out the entry of a request, or lists what stands in the way."""

    def register(maker: Callable[[Asked, R], Outcome]) -> Callable[[Asked, R], Outcome]:
        DECIDERS[request_type] = maker
        MADE_KIND[request_type] = kind
        return maker

    return register


ALWAYS = frozenset(
    {
        "impossible_value",
        "nothing_measured",
        "pressure_half",
        "pressure_swapped",
        "scale_differs",
        "score_out_of_scale",
        "anxiety_score",
        "words_missing",
        "two_identifiers",
        "birth_date_disagrees",
        "gauge_unknown",
        "site_missing",
        "remaining_too_much",
        "cleared_how",
        "not_positive",
        "no_such_alarm",
        "no_such_side_effect",
        "no_such_hand_over",
        "no_such_call",
        "call_answered",
        "recording_gone",
        "sound_file_missing",
        "no_such_bag",
        "no_such_order",
        "no_such_criterion",
        "nothing_to_confirm",
        "weight_out_of_range",
        "bmi_out_of_range",
        "too_long",
        "no_emergency",
        "no_evacuation",
        "no_stop_asked",
        "not_partial",
        "bag_quarantined",
        "infuses_without_line_or_bag",
    }
)
"""Reasons that hold in an emergency and for a correction too: what cannot be true, not what should not be done."""


def missing(text: str, field: str) -> Iterator[Reason]:
    """The reason that words are wanted, where there are none."""
    if not text.strip():
        yield reason("words_missing", field)


def refused_before(asked: Asked, name: str) -> Iterator[Reason]:
    """The reason that whoever was refused as the escort of this visit is not taken as the escort after all (H44)."""
    same = " ".join(name.split()).casefold()
    for entry in reversed(asked.chart.escorts_refused):
        event = entry.event
        if isinstance(event, EscortRefused) and " ".join(event.name.split()).casefold() == same:
            yield reason("escort_refused_before", "name", name=event.name, by=entry.actor.name, why=event.reason)
            return


def reason_wanted(text: str, field: str = "reason") -> Iterator[Reason]:
    if not text.strip():
        yield reason("reason_missing", field)
