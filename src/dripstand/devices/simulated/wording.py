"""Writes PCD-01 messages as real monitors and pumps do (layout of the Mindray VS-900 and B. Braun captures).

Only measurements and states are written here. No order for a pump exists in Dripstand, and no function that could write
one: programming a pump would make it a controlling device (devices.md section 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..hl7.identity import SIMULATOR_NAME

PCD_01 = "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO"
PCD_10 = "IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO"


@dataclass(frozen=True, slots=True)
class SimulatedIdentity:
    """How a simulated device names itself, its place and, if somebody typed one in, its patient.

    device_id: an EUI-64 of 16 hex digits, or an asset label. Invented, never a real device's.
    """

    device_id: str
    patient_id: str = ""
    place: str = ""
    model: str = "Dripstand simulator"


@dataclass(frozen=True, slots=True)
class Line:
    """One OBX: what it measures, its value as text, and how good it is."""

    code: str
    containment: str
    value: str = ""
    unit: str = ""
    value_type: str = "NM"
    status: str = "R"
    flags: str = ""
    at: datetime | None = None
    aperiodic: bool = False


def hl7_time(at: datetime) -> str:
    """An aware time with its offset, to the millisecond."""
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}{at:%z}"


def number_text(value: float | Decimal, decimals: int) -> str:
    """A number as a device prints it."""
    return f"{value:.{decimals}f}"


def message(
    identity: SimulatedIdentity,
    lines: Iterable[Line],
    *,
    at: datetime,
    control_id: str,
    trigger: str = "R01",
    subject: str = "182777000^monitoring of patient^SCT",
) -> bytes:
    """One unframed ORU message: header, patient, place, one OBR and the lines."""
    stamp = hl7_time(at)
    name = f"{SIMULATOR_NAME}^{identity.device_id}^EUI-64"
    profile = PCD_10 if trigger == "R42" else PCD_01
    rows = [
        f"MSH|^~\\&|{name}|DEMO|||{stamp}||ORU^{trigger}^ORU_R01|{control_id}|P|2.6|||NE|AL||UNICODE UTF-8|||{profile}",
        f"PID|||{identity.patient_id}^^^DEMO^MR||^^^^^^U" if identity.patient_id else "PID|||^^^DEMO^MR||^^^^^^U",
    ]
    if identity.place:
        rows.append(f"PV1||O|{identity.place}")
    rows.append(f"OBR|1|{control_id}^{name}|{control_id}^{name}|{subject}|||{stamp}")
    for index, line in enumerate(lines, start=1):
        equipment = f"{identity.device_id}^{identity.model}^{identity.device_id}^EUI-64" if index == 1 else ""
        fields = [
            *("OBX", str(index), line.value_type, line.code, line.containment, line.value, line.unit, ""),
            *(line.flags, "", "", line.status, "", "", hl7_time(line.at) if line.at else "", "", ""),
            *("^APERIODIC" if line.aperiodic else "", equipment),
        ]
        rows.append("|".join(fields).rstrip("|"))
    return "".join(row + "\r" for row in rows).encode("utf-8")
