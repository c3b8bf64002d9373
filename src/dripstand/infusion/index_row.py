"""The index row of a session: what lists need, as its log says it."""

from __future__ import annotations

from typing import Any

from dripstand.infusion import models
from dripstand.infusion.alarm_load import to_json, watched
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import HERE, Phase

AT_THE_CHAIR = HERE - {Phase.ARRIVED}
"""From the identity check on the patient sits in the chair; before that they may wait elsewhere."""


def index_values(chart: Chart) -> dict[str, Any]:
    """The columns of the row that follow from the log, by name."""
    return {
        "phase": chart.phase.value,
        "chair_id": chart.chair.chair_id if chart.chair else None,
        "occupies_chair": chart.chair is not None and chart.phase in AT_THE_CHAIR,
        "observer_id": chart.observer.staff_id if chart.observer else "",
        "drug_started_at": chart.started_at,
        "alarm_load": to_json(watched(chart)),
        "head_sequence": chart.head,
        "head_hash": chart.head_hash,
    }


def write_index(chart: Chart) -> None:
    """Bring the index row up to what the log says."""
    models.Session.objects.filter(pk=chart.session_id).update(**index_values(chart))
