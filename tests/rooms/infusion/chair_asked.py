"""The chair's page as its tests ask it: where it is, what its script sends, and the state that it reads."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from dripstand.infusion import events as ev
from dripstand.infusion import services
from tests.rooms.infusion import stored_visits as visits


def chair_of(visit: visits.StoredVisit) -> str:
    return f"/session/{visit.session_id}/"


def post(
    client: Client, visit: visits.StoredVisit, kind: str, submission_id: str = "", page: bool = False, **typed: Any
) -> Any:
    """Chart as the page's script does, or with ``page`` as a browser without scripts."""
    fields = {
        "kind": kind,
        "submission_id": submission_id or str(uuid.uuid4()),
        "patient_id": visit.patient_id,
        **{name.replace("__", "."): value for name, value in typed.items()},
    }
    headers = {} if page else {"Accept": "application/json"}
    return client.post(f"{chair_of(visit)}chart-entry/", fields, headers=headers)


def state_of(client: Client, visit: visits.StoredVisit) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{chair_of(visit)}state.json").json()
    return found


def alarm(name: str, priority: ev.Priority, channel: str, technical: bool = False) -> ev.AlarmRaised:
    return ev.AlarmRaised(str(uuid.uuid4()), name, priority, technical, channel, "87 %", "90 %", True)


def raise_alarms(visit: visits.StoredVisit, *alarms: ev.AlarmRaised) -> None:
    services.chart_alarms(visit.session_id, alarms, submission_id=str(uuid.uuid4()), now=datetime.now(UTC))
