"""A reading: one measured vital sign at one instant; and the set of them that one message of a device brought.

These are the values that monitoring stores. Whoever speaks to devices makes them; nothing here knows a wire format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Value = float | int | str | tuple[float, ...] | None


class Channel(StrEnum):
    """The lanes of the chart, each with its unit in its name. Templates, pages and exports use these names."""

    PULSE = "pulse_per_min"
    HEART_RATE = "heart_rate_per_min"  # from the ECG: another measurement than the pulse, never mixed with it
    SPO2 = "spo2_percent"
    RESPIRATORY_RATE = "respiratory_rate_per_min"
    NIBP_SYSTOLIC = "nibp_systolic_mmhg"
    NIBP_DIASTOLIC = "nibp_diastolic_mmhg"
    NIBP_MEAN = "nibp_mean_mmhg"
    ETCO2 = "etco2_mmhg"
    TEMPERATURE = "temperature_cel"
    PERFUSION_INDEX = "perfusion_index_percent"
    PUMP_RATE = "pump_rate_ml_per_h"
    PUMP_VOLUME_INFUSED = "pump_volume_infused_ml"
    PUMP_VOLUME_REMAINING = "pump_volume_remaining_ml"
    PUMP_STATE = "pump_state"  # a word: "infusing", "paused" or "stopped"


NIBP = (Channel.NIBP_SYSTOLIC, Channel.NIBP_DIASTOLIC, Channel.NIBP_MEAN)
PUMP = (Channel.PUMP_RATE, Channel.PUMP_VOLUME_INFUSED, Channel.PUMP_VOLUME_REMAINING, Channel.PUMP_STATE)

PRINTED_UNIT: dict[str, str] = {
    Channel.PULSE: "/min",
    Channel.HEART_RATE: "/min",
    Channel.SPO2: "%",
    Channel.RESPIRATORY_RATE: "/min",
    Channel.NIBP_SYSTOLIC: "mmHg",
    Channel.NIBP_DIASTOLIC: "mmHg",
    Channel.NIBP_MEAN: "mmHg",
    Channel.ETCO2: "mmHg",
    Channel.TEMPERATURE: "°C",
    Channel.PERFUSION_INDEX: "%",
    Channel.PUMP_RATE: "mL/h",
    Channel.PUMP_VOLUME_INFUSED: "mL",
    Channel.PUMP_VOLUME_REMAINING: "mL",
    Channel.PUMP_STATE: "",
}

PROBE_OFF = "probe_off"
"""The reason word of a reading that the device withholds because its probe or lead is off."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation of a message.

    code: the device's own code as text. value, unit: the device's own, nothing converted.
    device_time: the device's time of this observation; naive where its zone is not known; None where it sent none.
    status: result status as sent. usable: False = must not reach the chart as a value; why says so.
    channel: the lane of the chart ("" where the chart has none). chart_value: the value in the channel's unit, only
    when usable; a word for the pump's state. raw: what was sent where it is no value ("0" of a probe that is off).
    at: where it stands on the server's clock (see `clocks.py`); None until it has been received and stored.
    """

    code: str
    value: Value
    unit: str = ""
    device_time: datetime | None = None
    status: str = ""
    usable: bool = True
    why: str = ""
    channel: str = ""
    chart_value: Value = None
    raw: str = ""
    at: datetime | None = None

    def placed(self, device_time: datetime | None, at: datetime) -> Reading:
        """The same on the server's clock. Written out, for a dozen are made for every message."""
        return Reading(
            self.code,
            self.value,
            self.unit,
            device_time,
            self.status,
            self.usable,
            self.why,
            self.channel,
            self.chart_value,
            self.raw,
            at,
        )


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Everything that one message of one device said.

    device: the strongest identity the message carries. aliases: its other names, for devices that use several.
    content_hash: hash of the message's bytes, for duplicates. patient_id: whom the message names, None = nobody.
    message_time: when the device sent it, by the device's clock; naive where the zone is not known.
    probe_off: channels that a technical alarm of the device leaves without a reading.
    simulated: sent by Dripstand's own simulator. demo: the device says that its data are demonstration or test data.
    """

    device: str
    control_id: str
    content_hash: str
    received_at: datetime
    readings: tuple[Reading, ...] = ()
    message_time: datetime | None = None
    patient_id: str | None = None
    place: str = ""
    kind: str = "observation"
    aliases: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    probe_off: tuple[str, ...] = ()
    demo: bool = False
    simulated: bool = False
    peer: str = field(default="", compare=False)
