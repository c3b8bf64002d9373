"""Which charts a model's predictions reached: on the chair's screen while it ran, in the note, on paper (H27).

Predictions are never stored: they are made anew from the log whenever somebody looks, so what is found wrong today is
right tomorrow in every chart at once. What was read before is what this lists: every infusion for which the model makes
a line, with whether its note was signed. Each line names the version that makes it now; which version made it on a past
day is in the note that was printed then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dripstand.infusion import queries
from dripstand.infusion.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Reached:
    """One chart. ``extrapolated``: what of the patient lies outside the people that the model was made from."""

    session: str
    record: str
    infusion: str
    started_at: datetime
    note_signed: bool
    model: str
    version: str
    extrapolated: str


def reached(model: str, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Reached]:
    """Every chart with a line of a model whose name or version holds ``model``, by when the infusion was started."""
    wanted = model.casefold()
    for session_id, started_at in queries.infusions_started():
        if (since is not None and started_at < since) or (until is not None and started_at >= until):
            continue
        chart = queries.chart(session_id)
        end = chart.stopped_at or started_at
        found = queries.prediction(session_id, end)
        if not isinstance(found, Prediction) or wanted not in f"{found.model_title} {found.model_version}".casefold():
            continue
        opened = chart.opened
        yield Reached(
            session=session_id,
            record=opened.record_number,
            infusion=f"{opened.infusion_number} of {opened.infusions_planned_count}",
            started_at=started_at,
            note_signed=chart.note_signed is not None,
            model=found.model_title,
            version=found.model_version,
            extrapolated="; ".join(found.extrapolated),
        )
