"""The verbs of devices: register one, put it on a chair, swap it, take it off. A person does each of them.

What the messages claim binds nothing (H01). One device is on one chair, one monitor on a chair: the database itself
refuses anything else, so two tablets that act at once cannot both win (H05). Visits live above this room: whoever calls
says which one the chair holds.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dripstand.live.publisher import publish
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.errors import (
    ChairHasMonitor,
    DeviceIsElsewhere,
    NameTaken,
    NobodyInChair,
    NoSuchDevice,
    NotADevice,
    NotBound,
)
from dripstand.monitoring.models import (
    Beat,
    Device,
    DeviceBinding,
    DeviceKind,
    DeviceName,
    Interruption,
    InterruptionKind,
    SoundTest,
)
from dripstand.people.access import service, service_without_actor
from dripstand.people.actors import DRIPSTAND, Actor, Role
from dripstand.premises.queries import chair as chair_of

END_REASON_LENGTH = 200


@service(Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.NURSE)
def register_device(
    actor: Actor,
    *,
    identity: str,
    label: str,
    kind: str,
    now: datetime,
    zone: str = "",
    home_chair_id: str | None = None,
    aliases: tuple[str, ...] = (),
    strict_acknowledgement: bool = False,
) -> str:
    """Make a device known; answers its id.

    identity: as its messages name it. zone: of its clock, where its times carry no offset; "" = not known, then its
    readings are charted at receipt. home_chair_id: the chair it is fixed to. Raises NotADevice, NameTaken, NoSuchChair.
    """
    names = tuple(dict.fromkeys(name.strip() for name in (identity, *aliases) if name.strip()))
    if not identity.strip() or not label.strip() or kind not in DeviceKind.values:
        raise NotADevice(_("A device needs a label, the identity that its messages carry, and a kind."))
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise NotADevice(_("%(zone)s is not a time zone.") % {"zone": zone}) from fault
    if home_chair_id is not None:
        chair_of(home_chair_id)
    try:
        with transaction.atomic():
            device = Device.objects.create(
                label=label.strip(),
                kind=kind,
                zone=zone,
                strict_acknowledgement=strict_acknowledgement,
                home_chair_id=home_chair_id,
                registered_at=now,
                registered_by_id=actor.staff_id,
                registered_by_name=actor.name,
            )
            DeviceName.objects.bulk_create([DeviceName(name=name, device=device) for name in names])
    except IntegrityError as fault:
        raise NameTaken(_("A device with this label or identity is registered already.")) from fault
    publish("devices", {"type": "devices"})
    return str(device.pk)


def _device(device_id: str) -> Device:
    """The device, its row held until the transaction ends, so that binds of one device wait for each other."""
    try:
        key = UUID(str(device_id))
    except ValueError as fault:
        raise NoSuchDevice(device_id) from fault
    device = Device.objects.select_for_update().filter(pk=key).first()
    if device is None:
        raise NoSuchDevice(device_id)
    return device


def _open_binding(**where: object) -> DeviceBinding | None:
    return DeviceBinding.objects.filter(ended_at__isnull=True, **where).select_related("device", "chair").first()


def _end(binding: DeviceBinding, actor: Actor, reason: str, now: datetime) -> None:
    """Ends a binding; one that another tablet has ended meanwhile stays as it ended."""
    DeviceBinding.objects.filter(pk=binding.pk, ended_at__isnull=True).update(
        ended_at=max(now, binding.bound_at),
        ended_by_id=actor.staff_id,
        ended_by_name=actor.name,
        end_reason=reason[:END_REASON_LENGTH],
    )


def _bind(actor: Actor, device: Device, chair_id: str, session: ChairSession | None, now: datetime) -> DeviceBinding:
    is_home = str(device.home_chair_id or "") == chair_id
    if not is_home and session is None:
        raise NobodyInChair(
            _("%(device)s is not fixed to this chair, and nobody is being treated there. Check the patient in first.")
            % {"device": device.label}
        )
    there = _open_binding(device=device)
    if there is not None:
        raise DeviceIsElsewhere(
            _("%(device)s is on %(chair)s. Release it there first.")
            % {"device": device.label, "chair": there.chair.name}
        )
    if device.kind == DeviceKind.MONITOR:
        other = _open_binding(chair_id=chair_id, device_kind=DeviceKind.MONITOR)
        if other is not None:
            raise ChairHasMonitor(
                _("%(other)s is on this chair. Swap the two, or release it first.") % {"other": other.device.label}
            )
    return DeviceBinding.objects.create(
        device=device,
        device_kind=device.kind,
        chair_id=chair_id,
        session_id="" if is_home or session is None else session.session_id,
        record_number="" if is_home or session is None else session.record_number,
        bound_at=now,
        bound_by_id=actor.staff_id,
        bound_by_name=actor.name,
    )


def _raced(device: Device) -> DeviceIsElsewhere:
    return DeviceIsElsewhere(
        _("Somebody else moved %(device)s, or filled this chair, at the same moment. Look again.")
        % {"device": device.label}
    )


def _tell(session: ChairSession | None) -> None:
    def now_visible() -> None:
        publish("devices", {"type": "devices"})
        publish("board", {"type": "devices"})
        if session is not None:
            publish(f"session:{session.session_id}", {"type": "devices", "session_id": session.session_id})

    transaction.on_commit(now_visible)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def bind(actor: Actor, *, device_id: str, chair_id: str, session: ChairSession | None, now: datetime) -> str:
    """Put a device on a chair; answers the binding's id.

    session: the visit that this chair holds now, None for none. A device at its home chair serves whoever is treated
    there; any other is bound to this one visit, and leaves it when the visit ends. Nothing that it sent before comes
    with it. Raises NobodyInChair, DeviceIsElsewhere, ChairHasMonitor, NoSuchDevice, NoSuchChair.
    """
    chair = chair_of(chair_id)
    device: Device | None = None
    try:
        with transaction.atomic():
            device = _device(device_id)
            binding = _bind(actor, device, chair.chair_id, session, now)
            _tell(session)
    except IntegrityError as fault:
        assert device is not None
        raise _raced(device) from fault
    return str(binding.pk)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def swap(actor: Actor, *, device_id: str, chair_id: str, session: ChairSession | None, now: datetime) -> str:
    """Put this monitor on the chair in place of the one that is there, in one act; answers the new binding's id."""
    chair = chair_of(chair_id)
    device: Device | None = None
    try:
        with transaction.atomic():
            device = _device(device_id)
            old = _open_binding(chair_id=chair.chair_id, device_kind=device.kind)
            if old is not None and old.device_id != device.pk:
                _end(old, actor, _("swapped for %(device)s") % {"device": device.label}, now)
            binding = _bind(actor, device, chair.chair_id, session, now)
            _tell(session)
    except IntegrityError as fault:
        assert device is not None
        raise _raced(device) from fault
    return str(binding.pk)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
def change_pump(
    actor: Actor, *, device_id: str, chair_id: str, session: ChairSession, why: str, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The pumps of this chair go, and this one drives the bag; answers its binding ("" = none) and who went.

    device_id: of the new pump; "" = it reports nothing, and then no pump is heard at this chair. One that is on this
    chair already stays. An infusion has one pump: what another one says there is no word about its rate. Raises
    DeviceIsElsewhere, NobodyInChair, NoSuchDevice, NoSuchChair, and changes nothing then.
    """
    chair = chair_of(chair_id)
    device: Device | None = None
    try:
        with transaction.atomic():
            device = _device(device_id) if device_id else None
            there = list(
                DeviceBinding.objects.filter(
                    ended_at__isnull=True, chair_id=chair.chair_id, device_kind=DeviceKind.PUMP
                )
            )
            stays = next((one for one in there if device is not None and one.device_id == device.pk), None)
            gone = [one for one in there if one is not stays]
            for one in gone:
                _end(one, actor, why, now)
            binding = stays
            if device is not None and stays is None:
                binding = _bind(actor, device, chair.chair_id, session, now)
            _tell(session)
    except IntegrityError as fault:
        assert device is not None
        raise _raced(device) from fault
    return str(binding.pk) if binding else "", tuple(str(one.device_id) for one in gone)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def release(actor: Actor, *, device_id: str, now: datetime, reason: str = "") -> None:
    """Take a device off its chair: what it sends from now on is nobody's. Raises NotBound, NoSuchDevice."""
    with transaction.atomic():
        device = _device(device_id)
        binding = _open_binding(device=device)
        if binding is None:
            raise NotBound(_("%(device)s is on no chair.") % {"device": device.label})
        _end(binding, actor, reason, now)
        session = ChairSession(binding.session_id, "", now) if binding.session_id else None
        _tell(session)


@service_without_actor("a visit that has ended lets go of its devices by itself (H05)")
def release_ended(running: frozenset[tuple[str, str]], now: datetime) -> tuple[str, ...]:
    """End the bindings whose visit is no longer on their chair; answers the ids of their devices.

    running: (session id, chair id) of every visit that is on a chair now.
    """
    released: list[str] = []
    for binding in DeviceBinding.objects.filter(ended_at__isnull=True).exclude(session_id=""):
        if (binding.session_id, str(binding.chair_id)) in running:
            continue
        with transaction.atomic():
            _end(binding, DRIPSTAND, _("the visit has ended or left this chair"), now)
            _tell(ChairSession(binding.session_id, "", now))
        released.append(str(binding.device_id))
    return tuple(released)


# --- was anybody watching? ------------------------------------------------------------------------------------------

AWAY_AFTER_S = 5.0
"""A gap between two signs of life that is longer is an absence: they come every two seconds (`engine.BEAT_EVERY_S`)."""


@service_without_actor("the engine's own sign of life; without it an absence could not be told (H21)")
def beat(now: datetime) -> None:
    """The chairs are being watched at this instant."""
    Beat.objects.update_or_create(pk=1, defaults={"beaten_at": now})


@service_without_actor("noted by the engine when it begins to watch (H21)")
def note_return(now: datetime) -> float:
    """Notes the absence that ends now, if there was one; answers its seconds, 0.0 for none."""
    last = Beat.objects.filter(pk=1).first()
    gone_s = (now - last.beaten_at).total_seconds() if last is not None else 0.0
    if last is None or gone_s <= AWAY_AFTER_S:
        beat(now)
        return 0.0
    with transaction.atomic():
        Interruption.objects.create(kind=InterruptionKind.AWAY, began_at=last.beaten_at, ended_at=now)
        beat(now)
    return gone_s


@service_without_actor("noted by the engine when the server's clock was set (H30)")
def note_jump(before: datetime, after: datetime, jumped_s: float) -> None:
    """The clock was set between two looks. before, after: what it said at each."""
    Interruption.objects.create(
        kind=InterruptionKind.CLOCK_JUMP, began_at=before, ended_at=after, jumped_s=round(jumped_s, 1)
    )


SCREEN_ID_LENGTH = 40


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def sound_tested(actor: Actor, *, screen_id: str, heard: bool, now: datetime) -> None:
    """A person listened to this screen's alarm sound: a browser cannot hear a muted speaker (H37).

    Raises NotADevice for a screen without a name of its own.
    """
    if not screen_id or len(screen_id) > SCREEN_ID_LENGTH:
        raise NotADevice(_("This screen has no name of its own; load the page again."))
    SoundTest.objects.create(
        screen_id=screen_id, staff_id=actor.staff_id, staff_name=actor.name, heard=heard, tested_at=now
    )
