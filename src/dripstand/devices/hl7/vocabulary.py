"""What the codes of monitors and pumps mean (IEEE 11073-10101 "MDC", LOINC), as far as Dripstand charts them.

Source of every number: devices.md section 2, checked there against captures, OpenICE, Mindray's table or the German MII
profile; rows marked "not checked" or "unverified" are so marked here. Codes outside this table are kept, not charted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """The lanes of the chart that a device can fill. Arterial pressure has none: it must not become a cuff reading."""

    PULSE = "pulse"
    HEART_RATE = "heart_rate"
    SPO2 = "spo2"
    NIBP_SYSTOLIC = "nibp_systolic"
    NIBP_DIASTOLIC = "nibp_diastolic"
    NIBP_MEAN = "nibp_mean"
    RESPIRATORY_RATE = "respiratory_rate"
    ETCO2 = "etco2"
    TEMPERATURE = "temperature"
    PERFUSION_INDEX = "perfusion_index"
    PUMP_RATE = "pump_rate"
    PUMP_RATE_PROGRAMMED = "pump_rate_programmed"
    PUMP_VOLUME_DELIVERED = "pump_volume_delivered"
    PUMP_VOLUME_DELIVERED_SEGMENT = "pump_volume_delivered_segment"
    PUMP_VOLUME_REMAINING = "pump_volume_remaining"
    PUMP_VOLUME_TO_BE_INFUSED = "pump_volume_to_be_infused"
    PUMP_CONCENTRATION = "pump_concentration"
    PUMP_DRUG = "pump_drug"
    PUMP_STATE = "pump_state"
    PUMP_DELIVERY = "pump_delivery"
    PUMP_STOP_REASON = "pump_stop_reason"
    PUMP_EVENT = "pump_event"


CHART_UNIT: dict[Channel, str] = {
    Channel.PULSE: "{beats}/min",
    Channel.HEART_RATE: "{beats}/min",
    Channel.SPO2: "%",
    Channel.NIBP_SYSTOLIC: "mm[Hg]",
    Channel.NIBP_DIASTOLIC: "mm[Hg]",
    Channel.NIBP_MEAN: "mm[Hg]",
    Channel.RESPIRATORY_RATE: "{breaths}/min",
    Channel.ETCO2: "mm[Hg]",
    Channel.TEMPERATURE: "Cel",
    Channel.PERFUSION_INDEX: "%",
    Channel.PUMP_RATE: "mL/h",
    Channel.PUMP_RATE_PROGRAMMED: "mL/h",
    Channel.PUMP_VOLUME_DELIVERED: "mL",
    Channel.PUMP_VOLUME_DELIVERED_SEGMENT: "mL",
    Channel.PUMP_VOLUME_REMAINING: "mL",
    Channel.PUMP_VOLUME_TO_BE_INFUSED: "mL",
    Channel.PUMP_CONCENTRATION: "mg/mL",
}

PLAUSIBLE: dict[Channel, tuple[float, float]] = {
    Channel.PULSE: (0, 300),
    Channel.HEART_RATE: (0, 300),
    Channel.SPO2: (0, 100),
    Channel.NIBP_SYSTOLIC: (0, 300),
    Channel.NIBP_DIASTOLIC: (0, 300),
    Channel.NIBP_MEAN: (0, 300),
    Channel.RESPIRATORY_RATE: (0, 150),
    Channel.ETCO2: (0, 150),
    Channel.TEMPERATURE: (10, 46),
    Channel.PERFUSION_INDEX: (0, 100),
}
"""Outside (low, high] a value is kept and flagged, never shown as a good number.

Sources: devices.md section 7 (SpO2 > 100, > 300). The bounds of respiration, end-tidal CO2 and temperature are assumed:
wider than any living adult, so that only a device fault or a wrong unit (98.6 "Celsius") falls outside.
A 0 of these is what a monitor writes with the probe or lead off (cases/vitals/README.md), so it is no reading.
"""


class Family(StrEnum):
    """What kind of vital a code or a name speaks of. Number and name may differ inside a family, never across."""

    CARDIAC_RATE = "cardiac rate"
    SATURATION = "saturation"
    PERFUSION = "perfusion"
    CUFF_SYSTOLIC = "cuff systolic"
    CUFF_DIASTOLIC = "cuff diastolic"
    CUFF_MEAN = "cuff mean"
    PRESSURE_UNSPECIFIED = "pressure, site unspecified"
    ARTERIAL_SYSTOLIC = "arterial systolic"
    ARTERIAL_DIASTOLIC = "arterial diastolic"
    ARTERIAL_MEAN = "arterial mean"
    RESPIRATION = "respiratory rate"
    CO2_END_TIDAL = "end-tidal CO2"
    CO2_OTHER = "other CO2"
    TEMPERATURE = "temperature"
    WAVE = "waveform"
    BODY = "body size"
    SIGNAL_QUALITY = "signal quality"
    PUMP_RATE = "pump rate"
    PUMP_RATE_PROGRAMMED = "pump rate, programmed"
    PUMP_DELIVERED = "pump volume delivered"
    PUMP_REMAINING = "pump volume remaining"
    PUMP_TO_BE_INFUSED = "pump volume to be infused"
    PUMP_CONCENTRATION = "pump concentration"
    PUMP_DOSE_RATE = "pump dose rate"
    PUMP_DRUG = "pump drug"
    PUMP_STATE = "pump state"
    PUMP_DELIVERY = "pump delivery"
    PUMP_REASON = "pump reason"
    PUMP_EVENT = "pump event"


@dataclass(frozen=True, slots=True)
class Term:
    """One code: its number, its names, the family it belongs to and the lane it fills (None: kept beside the chart)."""

    number: int
    names: tuple[str, ...]
    family: Family
    channel: Channel | None
    source: str = ""
    loinc: tuple[str, ...] = ()


def _nibp(number: int, part: str, family: Family, channel: Channel, *loinc: str) -> Term:
    return Term(number, (f"MDC_PRESS_BLD_NONINV_{part}",), family, channel, "", loinc)


_RATE = Family.CARDIAC_RATE
TERMS: tuple[Term, ...] = (
    Term(149530, ("MDC_PULS_OXIM_PULS_RATE",), _RATE, Channel.PULSE, "oximeter", ("8889-8",)),
    Term(149538, ("NOM_PLETH_PULS_RATE", "MDC_PLETH_PULS_RATE"), _RATE, Channel.PULSE, "oximeter"),
    Term(149514, ("MDC_PULS_RATE",), _RATE, Channel.PULSE),
    Term(149546, ("MDC_PULS_RATE_NON_INV",), _RATE, Channel.PULSE, "cuff"),
    Term(149522, ("MDC_BLD_PULS_RATE_INV",), _RATE, Channel.PULSE, "arterial line"),
    Term(147842, ("MDC_ECG_HEART_RATE", "MDC_ECG_CARD_BEAT_RATE"), _RATE, Channel.HEART_RATE, "ECG", ("8867-4",)),
    Term(150456, ("MDC_PULS_OXIM_SAT_O2",), Family.SATURATION, Channel.SPO2, "", ("59408-5",)),
    # the LOINC of the perfusion index is not checked
    Term(150488, ("MDC_BLD_PERF_INDEX",), Family.PERFUSION, Channel.PERFUSION_INDEX, "", ("61006-3",)),
    Term(150448, ("MDC_PULS_OXIM_PERF_REL", "NOM_PULS_OXIM_PERF_REL"), Family.PERFUSION, Channel.PERFUSION_INDEX),
    Term(150452, ("MDC_PULS_OXIM_PLETH", "MDC_PULS_OXIM_PLETH_WAVEFORM"), Family.WAVE, None),
    _nibp(150021, "SYS", Family.CUFF_SYSTOLIC, Channel.NIBP_SYSTOLIC, "76534-7", "8480-6"),
    _nibp(150022, "DIA", Family.CUFF_DIASTOLIC, Channel.NIBP_DIASTOLIC, "76535-4", "8462-4"),
    _nibp(150023, "MEAN", Family.CUFF_MEAN, Channel.NIBP_MEAN, "76536-2", "8478-0"),
    Term(150301, ("MDC_PRESS_CUFF_SYS",), Family.CUFF_SYSTOLIC, Channel.NIBP_SYSTOLIC),
    Term(150302, ("MDC_PRESS_CUFF_DIA",), Family.CUFF_DIASTOLIC, Channel.NIBP_DIASTOLIC),
    Term(150303, ("MDC_PRESS_CUFF_MEAN",), Family.CUFF_MEAN, Channel.NIBP_MEAN),
    Term(150017, ("MDC_PRESS_BLD_SYS",), Family.PRESSURE_UNSPECIFIED, None),
    Term(150018, ("MDC_PRESS_BLD_DIA",), Family.PRESSURE_UNSPECIFIED, None),
    Term(150019, ("MDC_PRESS_BLD_MEAN",), Family.PRESSURE_UNSPECIFIED, None),
    Term(150033, ("MDC_PRESS_BLD_ART_SYS",), Family.ARTERIAL_SYSTOLIC, None, "arterial line"),
    Term(150034, ("MDC_PRESS_BLD_ART_DIA",), Family.ARTERIAL_DIASTOLIC, None, "arterial line"),
    Term(150035, ("MDC_PRESS_BLD_ART_MEAN",), Family.ARTERIAL_MEAN, None, "arterial line"),
    Term(150037, ("MDC_PRESS_BLD_ART_ABP_SYS",), Family.ARTERIAL_SYSTOLIC, None, "arterial line"),
    Term(150038, ("MDC_PRESS_BLD_ART_ABP_DIA",), Family.ARTERIAL_DIASTOLIC, None, "arterial line"),
    Term(150039, ("MDC_PRESS_BLD_ART_ABP_MEAN",), Family.ARTERIAL_MEAN, None, "arterial line"),
    Term(151562, ("MDC_RESP_RATE",), Family.RESPIRATION, Channel.RESPIRATORY_RATE, "", ("9279-1",)),
    Term(151578, ("MDC_TTHOR_RESP_RATE",), Family.RESPIRATION, Channel.RESPIRATORY_RATE, "impedance"),
    Term(151570, ("MDC_AWAY_RESP_RATE",), Family.RESPIRATION, Channel.RESPIRATORY_RATE, "airway"),
    Term(151594, ("MDC_CO2_RESP_RATE",), Family.RESPIRATION, Channel.RESPIRATORY_RATE, "CO2"),
    Term(151658, ("MDC_PULS_OXIM_PLETH_RESP_RATE",), Family.RESPIRATION, Channel.RESPIRATORY_RATE, "pleth"),
    Term(151552, ("NOM_RESP", "MDC_RESP"), Family.RESPIRATION, Channel.RESPIRATORY_RATE),
    Term(151708, ("MDC_CONC_AWAY_CO2_ET",), Family.CO2_END_TIDAL, Channel.ETCO2, "", ("19891-1",)),
    Term(151728, ("MDC_AWAY_CO2_ET", "NOM_AWAY_CO2_ET"), Family.CO2_END_TIDAL, Channel.ETCO2),
    Term(151712, ("MDC_CONC_AWAY_CO2_EXP",), Family.CO2_OTHER, None),
    Term(151716, ("MDC_CONC_AWAY_CO2_INSP",), Family.CO2_OTHER, None),
    Term(150344, ("MDC_TEMP",), Family.TEMPERATURE, Channel.TEMPERATURE, "", ("8310-5",)),
    Term(188496, ("MDC_TEMP_AXIL",), Family.TEMPERATURE, Channel.TEMPERATURE, "axilla"),
    Term(150392, ("MDC_TEMP_TYMP",), Family.TEMPERATURE, Channel.TEMPERATURE, "tympanic"),
    Term(150368, ("MDC_TEMP_CORE",), Family.TEMPERATURE, Channel.TEMPERATURE, "core"),
    Term(188420, ("MDC_TEMP_RECT",), Family.TEMPERATURE, Channel.TEMPERATURE, "rectal"),
    Term(150388, ("MDC_TEMP_SKIN",), Family.TEMPERATURE, None, "skin"),
    Term(188740, ("MDC_LEN_BODY_ACTUAL",), Family.BODY, None),
    Term(188736, ("MDC_MASS_BODY_ACTUAL",), Family.BODY, None),
    Term(68063, ("MDC_ATTR_PT_WEIGHT",), Family.BODY, None),
    Term(160324, ("MDC_SPO2_SIGNAL_QUALITY_INDEX",), Family.SIGNAL_QUALITY, None),
    Term(157784, ("MDC_FLOW_FLUID_PUMP",), Family.PUMP_RATE_PROGRAMMED, Channel.PUMP_RATE_PROGRAMMED),
    Term(158014, ("MDC_FLOW_FLUID_PUMP_CURRENT",), Family.PUMP_RATE, Channel.PUMP_RATE),
    Term(157884, ("MDC_VOL_FLUID_TBI",), Family.PUMP_TO_BE_INFUSED, Channel.PUMP_VOLUME_TO_BE_INFUSED),
    Term(157872, ("MDC_VOL_FLUID_TBI_REMAIN",), Family.PUMP_REMAINING, Channel.PUMP_VOLUME_REMAINING),
    Term(157864, ("MDC_VOL_FLUID_DELIV",), Family.PUMP_DELIVERED, Channel.PUMP_VOLUME_DELIVERED),
    Term(157993, ("MDC_VOL_FLUID_DELIV_TOTAL",), Family.PUMP_DELIVERED, Channel.PUMP_VOLUME_DELIVERED),
    Term(157992, ("MDC_VOL_FLUID_DELIV_SEGMENT",), Family.PUMP_DELIVERED, Channel.PUMP_VOLUME_DELIVERED_SEGMENT),
    Term(157760, ("MDC_CONC_DRUG",), Family.PUMP_CONCENTRATION, Channel.PUMP_CONCENTRATION),
    Term(157924, ("MDC_RATE_DOSE",), Family.PUMP_DOSE_RATE, None),
    Term(184514, ("MDC_DRUG_NAME_LABEL",), Family.PUMP_DRUG, Channel.PUMP_DRUG),
    Term(184330, ("MDC_DRUG_NAME_TYPE",), Family.PUMP_DRUG, None),
    Term(184508, ("MDC_PUMP_STAT",), Family.PUMP_STATE, Channel.PUMP_STATE),
    Term(184519, ("MDC_PUMP_INFUSING_STATUS",), Family.PUMP_STATE, Channel.PUMP_STATE),
    Term(
        158005,
        ("MDC_PUMP_CURRENT_DELIVERY_STATUS", "MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS"),
        Family.PUMP_DELIVERY,
        Channel.PUMP_DELIVERY,
    ),
    Term(
        158006,
        ("MDC_PUMP_NOT_DELIVERING_REASON", "MDC_DEV_PUMP_NOT_DELIVERING_REASON"),
        Family.PUMP_REASON,
        Channel.PUMP_STOP_REASON,
    ),
    Term(68487, ("MDC_ATTR_EVT_COND",), Family.PUMP_EVENT, Channel.PUMP_EVENT),
)

TERM_OF_NUMBER: dict[int, Term] = {term.number: term for term in TERMS}
TERM_OF_NAME: dict[str, Term] = {name: term for term in TERMS for name in term.names}
TERM_OF_LOINC: dict[str, Term] = {loinc: term for term in TERMS for loinc in term.loinc}

PUMP_FAMILIES = frozenset(family for family in Family if family.value.startswith("pump"))
PUMP_DEVICE_TYPES = frozenset({69985, 69986, 70049, 70050, 70053, 70054, 126977, 126978})
"""Pump MDS and VMD, large-volume and syringe pumps, source and delivery channels (devices.md section 2)."""

PUMP_STATES: dict[str, str] = {
    "pump-status-infusing": "infusing",
    "pump-status-not-infusing": "stopped",
    "pump-status-paused": "paused",
    "pump-delivery-status-delivering": "delivering",
    "pump-delivery-status-not-delivering": "not delivering",
}
"""devices.md section 2. Any other word of a pump is shown as the pump sent it."""

EVENT_NAMES: dict[int, str] = {
    197288: "MDC_EVT_PUMP_DELIV_START",
    197292: "MDC_EVT_PUMP_DELIV_COMP",
    197334: "MDC_EVT_PUMP_VOL_INFUS_NEAR_COMP",
}
"""PCD-10 conditions (devices.md section 1); the names of the last two follow the first, unverified."""
