"""What one infusion amounted to, for the course that it belongs to: how much reached the vein, and whether it counts.

Nothing is decided here. An infusion that was stopped early is partial; whether it counts is what a prescriber charted,
and open (None) until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.line import amounts_range

WHOLE_FROM_FRACTION = Fraction(8, 10)
"""From this share of the ordered dose on an infusion is whole (the course counts by the same share); what stays in an
unflushed set may be nearly a fifth (protocol.md 2.3). Assumed, the clinic must confirm it; below, somebody is asked."""


@dataclass(frozen=True, slots=True)
class CourseValue:
    """lowest_mg, highest_mg: in the vein; the same where it is known, None where the composition is not.

    counts: None = nobody has said yet. A whole infusion counts by itself.
    """

    session_id: str
    infusion_number: int
    stopped_at: datetime | None
    stop_reason: str
    ordered_mg: Fraction | None
    lowest_mg: Fraction | None
    highest_mg: Fraction | None
    is_partial: bool
    counts: bool | None
    why_counts: str = ""
    judged_by: str = ""

    @property
    def composition_known(self) -> bool:
        return self.highest_mg is not None


def course_value(chart: ChartDraft, now: datetime) -> CourseValue | None:
    """The value of a visit whose infusion was started; None before."""
    if chart.started_at is None:
        return None
    found = amounts_range(chart, chart.left_at or now)
    ordered = Fraction(chart.order.dose_mg) if chart.order is not None else None
    stop = chart.stop.event if chart.stop is not None else None
    reason = stop.reason if isinstance(stop, ev.InfusionStopped) else None
    ended = chart.stopped_at is not None or chart.left_at is not None
    short = found is None or ordered is None or found[0].vein_mg < ordered * WHOLE_FROM_FRACTION
    partial = ended and short
    judged = chart.partial_judged
    event = judged.event if judged is not None else None
    counts = event.counts_in_course if isinstance(event, ev.PartialJudged) else None
    return CourseValue(
        session_id=chart.session_id,
        infusion_number=chart.opened.infusion_number,
        stopped_at=chart.stopped_at,
        stop_reason=reason.value if reason is not None else "",
        ordered_mg=ordered,
        lowest_mg=found[0].vein_mg if found is not None else None,
        highest_mg=found[1].vein_mg if found is not None else None,
        is_partial=partial,
        counts=counts if partial else (True if ended else None),
        why_counts=event.reason if partial and isinstance(event, ev.PartialJudged) else "",
        judged_by=judged.actor.name if partial and judged is not None else "",
    )
