"""Readings of past visits, brought in whole: from another system's archive, or to fill a database for a measurement.

What a device said live goes through the writer, which asks who was in the chair. Here the caller knows it: each spell
names one device on one chair for one visit that is over, and its messages are stored as that visit's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.monitoring import storing
from dripstand.monitoring.attribution import Attribution
from dripstand.monitoring.clocks import DeviceClock, place
from dripstand.monitoring.models import DeviceBinding, DeviceKind
from dripstand.monitoring.readings import SampleSet
from dripstand.monitoring.stored_form import fingerprint
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class PastSpell:
    """One device on one chair during one visit that is over, and what it sent. samples: in the order received."""

    session_id: str
    chair_id: str
    device_id: str
    device_label: str
    bound_at: datetime
    ended_at: datetime
    samples: tuple[SampleSet, ...]
    kind: str = DeviceKind.MONITOR


class CannotBringIn(ValueError):
    """A spell that cannot have been; nothing of the call was stored."""


@service(Role.ADMINISTRATOR)
def bring_in_readings(actor: Actor, spells: Iterable[PastSpell], *, now: datetime) -> int:
    """Store the messages of these spells in one transaction; answers how many.

    Raises CannotBringIn for a spell that is not over or a message received outside its spell, and
    django.db.IntegrityError for a message that is stored already.
    """
    with transaction.atomic():
        bindings: list[DeviceBinding] = []
        rows = []
        for spell in spells:
            binding = _binding(spell, actor, now)
            bindings.append(binding)
            where = Attribution(str(binding.pk), spell.chair_id, spell.session_id)
            for sample in spell.samples:
                if not spell.bound_at <= sample.received_at <= spell.ended_at:
                    words = _("A message of %(label)s lies outside its spell.")
                    raise CannotBringIn(words % {"label": spell.device_label})
                stored = storing.StoredSample(sample, where, spell.device_id, spell.device_label)
                placing = place(DeviceClock(), sample.message_time, sample.received_at)[1]
                rows.append(storing.row_of(stored, fingerprint(sample), placing))
        DeviceBinding.objects.bulk_create(bindings)
        if rows:
            storing.insert(rows)
    return len(rows)


def _binding(spell: PastSpell, actor: Actor, now: datetime) -> DeviceBinding:
    if not spell.bound_at < spell.ended_at <= now:
        raise CannotBringIn(_("The spell of %(label)s is not over.") % {"label": spell.device_label})
    return DeviceBinding(
        id=uuid.uuid4(),
        device_id=spell.device_id,
        device_kind=spell.kind,
        chair_id=spell.chair_id,
        session_id=spell.session_id,
        bound_at=spell.bound_at,
        bound_by_id=actor.staff_id,
        bound_by_name=actor.name,
        ended_at=spell.ended_at,
        ended_by_id=actor.staff_id,
        ended_by_name=actor.name,
        end_reason=_("brought in"),
    )
