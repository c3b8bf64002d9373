"""What a chart says about its emergencies, folded from the log: for the screen and for the hand-over sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import ChartEntry

TOLD = (
    ev.EmergencyDeclared,
    ev.HelpCalled,
    ev.HelpArrived,
    ev.EmergencyRoleTaken,
    ev.EmergencyActDone,
    ev.MedicineGiven,
    ev.InfusionPaused,
    ev.InfusionStopped,
    ev.InfusionResumed,
    ev.BagTakenDown,
    ev.BagQuarantined,
    ev.PumpFailed,
    ev.LineRemoved,
    ev.FlushGiven,
    ev.VitalSignsTaken,
    ev.SedationScored,
    ev.SideEffectNoted,
    ev.NoteWritten,
    ev.EmergencyEnded,
    ev.PatientTransferred,
    ev.LeftWithoutDischarge,
)
"""What belongs into the account of an emergency, in the order in which it happened."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency. ``ended_at`` None: it goes on. ``timeline``: everything told of it, first to last."""

    declared: ChartEntry
    ended: ChartEntry | None
    called: Mapping[ev.Help, ChartEntry]
    arrived: Mapping[ev.Help, ChartEntry]
    roles: Mapping[ev.EmergencyRole, ChartEntry]
    timeline: tuple[ChartEntry, ...]

    @property
    def since(self) -> datetime:
        return self.declared.occurred_at

    @property
    def ended_at(self) -> datetime | None:
        return self.ended.occurred_at if self.ended is not None else None


def emergencies(chart: ChartDraft) -> tuple[Emergency, ...]:
    """Every emergency of the visit, first to last. A second declaration while one goes on belongs to the first."""
    found: list[Emergency] = []
    declared: ChartEntry | None = None
    lines: list[ChartEntry] = []
    for entry in chart.effective:
        event = entry.event
        if declared is None and isinstance(event, ev.EmergencyDeclared):
            declared, lines = entry, []
        if declared is None:
            continue
        if isinstance(event, TOLD):
            lines.append(entry)
        if isinstance(event, ev.EmergencyEnded | ev.PatientTransferred | ev.LeftWithoutDischarge | ev.PatientLeft):
            found.append(_made(declared, entry, lines))
            declared = None
    if declared is not None:
        found.append(_made(declared, None, lines))
    return tuple(found)


def _made(declared: ChartEntry, ended: ChartEntry | None, lines: list[ChartEntry]) -> Emergency:
    called: dict[ev.Help, ChartEntry] = {}
    arrived: dict[ev.Help, ChartEntry] = {}
    roles: dict[ev.EmergencyRole, ChartEntry] = {}
    for entry in lines:
        if isinstance(entry.event, ev.HelpCalled):
            called.setdefault(entry.event.help, entry)
        elif isinstance(entry.event, ev.HelpArrived):
            arrived.setdefault(entry.event.help, entry)
        elif isinstance(entry.event, ev.EmergencyRoleTaken):
            roles[entry.event.role] = entry
    return Emergency(
        declared, ended, MappingProxyType(called), MappingProxyType(arrived), MappingProxyType(roles), tuple(lines)
    )
