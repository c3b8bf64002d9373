"""Units: from what a device writes to UCUM, and from UCUM to the one unit that the chart uses for a vital sign.

A unit is recognised through these tables or not at all. Number and name of a unit must not contradict each other.
Sources: devices.md section 2 (numbers checked against captures) and section 7 (kPa x 7.50062, degF; unknown or missing
unit on a coded vital = hold). Rows marked "std" come from knowledge of IEEE 11073-10101, not re-read.
"""

from __future__ import annotations

from dataclasses import dataclass

MMHG_PER_KPA = 7.50062
"""devices.md section 7."""

UCUM_OF_MDC_NUMBER: dict[int, str] = {
    262656: "1",
    262688: "%",
    263441: "cm",
    263762: "mL",
    263875: "kg",
    264306: "mg/mL",
    264864: "{beats}/min",
    264928: "{breaths}/min",
    265266: "mL/h",
    265619: "ug/kg/min",
    265987: "kPa",
    266016: "mm[Hg]",
    266560: "[degF]",
    268192: "Cel",
    # std: the numbers follow IEEE 11073-10101's table of dimensions, unverified here; none of them reaches a vital
    263442: "mm",
    263744: "L",
    263872: "g",
    263890: "mg",
    263891: "ug",
    264320: "s",
    264338: "ms",
    264352: "min",
    264384: "h",
    265216: "L/min",
    265234: "mL/min",
    265491: "ug/min",
    265522: "mg/h",
    265650: "mg/kg/h",
    266048: "cm[H2O]",
    266418: "mV",
}

UCUM_OF_MDC_NAME: dict[str, str] = {
    "MDC_DIM_DIMLESS": "1",
    "MDC_DIM_PERCENT": "%",
    "MDC_DIM_CENTI_M": "cm",
    "MDC_DIM_MILLI_L": "mL",
    "MDC_DIM_KILO_G": "kg",
    "MDC_DIM_MILLI_G_PER_ML": "mg/mL",
    "MDC_DIM_BEAT_PER_MIN": "{beats}/min",
    "MDC_DIM_RESP_PER_MIN": "{breaths}/min",
    "MDC_DIM_MILLI_L_PER_HR": "mL/h",
    "MDC_DIM_MICRO_G_PER_KG_PER_MIN": "ug/kg/min",
    "MDC_DIM_KILO_PASCAL": "kPa",
    "MDC_DIM_MMHG": "mm[Hg]",
    "MDC_DIM_FAHR": "[degF]",
    "MDC_DIM_DEGC": "Cel",
    # std
    "MDC_DIM_MILLI_VOLT": "mV",
    "MDC_DIM_MILLI_G": "mg",
    "MDC_DIM_MICRO_G": "ug",
    "MDC_DIM_X_L": "L",
    "MDC_DIM_X_L_PER_MIN": "L/min",
    "MDC_DIM_MILLI_L_PER_MIN": "mL/min",
    "MDC_DIM_CM_H2O": "cm[H2O]",
    "MDC_DIM_MILLI_M": "mm",
    "MDC_DIM_X_G": "g",
    "MDC_DIM_MILLI_G_PER_HR": "mg/h",
    "MDC_DIM_MICRO_G_PER_MIN": "ug/min",
    "MDC_DIM_MILLI_G_PER_KG_PER_HR": "mg/kg/h",
    "MDC_DIM_L_PER_MIN": "L/min",
    "MDC_DIM_MIN": "min",
    "MDC_DIM_SEC": "s",
    "MDC_DIM_MILLI_SEC": "ms",
    "MDC_DIM_HR": "h",
    "MDC_DIM_PULS_PER_MIN": "{pulse}/min",
}

_SPELLINGS: dict[str, str] = {
    "%": "%",
    "mm[hg]": "mm[Hg]",
    "mmhg": "mm[Hg]",
    "kpa": "kPa",
    "cmh2o": "cm[H2O]",
    "{beats}/min": "{beats}/min",
    "{beat}/min": "{beats}/min",
    "beats/min": "{beats}/min",
    "bpm": "{beats}/min",
    "{breaths}/min": "{breaths}/min",
    "breaths/min": "{breaths}/min",
    "brpm": "{breaths}/min",
    "rpm": "{breaths}/min",
    "/min": "/min",
    "1/min": "/min",
    "cel": "Cel",
    "°c": "Cel",
    "℃": "Cel",
    "degc": "Cel",
    "deg c": "Cel",
    "[degf]": "[degF]",
    "°f": "[degF]",
    "℉": "[degF]",
    "degf": "[degF]",
    "deg f": "[degF]",
    "ml/h": "mL/h",
    "ml/hr": "mL/h",
    "ml": "mL",
    "kg": "kg",
    "cm": "cm",
    "mg/ml": "mg/mL",
    "mv": "mV",
    "1": "1",
}
"""Units written as text. A bare C or F is not here: it also means coulomb and farad, and nobody was seen to send it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What OBX-6 says. ucum is None when nothing, or nothing known, is said."""

    ucum: str | None
    as_sent: str | None
    contradicts_itself: bool = False

    @property
    def missing(self) -> bool:
        """Nothing was sent."""
        return self.as_sent is None


def read_unit(components: list[str]) -> Unit:
    """The unit of OBX-6, from its one or two triplets (MDC or MDIL, and UCUM).

    Two triplets or a number and a name that mean different units make the unit unusable: nothing is guessed. Where the
    number is unknown, the name decides ("one Comen script writes 268160 for FAHR: go by name", devices.md section 2).
    """
    parts = [part.strip() for part in components[:6]] + [""] * (6 - min(6, len(components)))
    if not any(parts):
        return Unit(None, None)
    meanings = _triplet_meanings(*parts[:3]) + _triplet_meanings(*parts[3:])
    as_sent = next(part for part in parts if part)
    distinct = set(meanings)
    if not distinct:
        return Unit(None, as_sent)
    if len(distinct) > 1 and not _same_rate(distinct):
        return Unit(None, as_sent, contradicts_itself=True)
    return Unit(meanings[0], as_sent)


def _same_rate(units: set[str]) -> bool:
    """Curly annotations have no meaning in UCUM: {beats}/min and /min are the same."""
    return units <= {"{beats}/min", "{breaths}/min", "/min", "{pulse}/min"}


def _triplet_meanings(code: str, text: str, system: str) -> list[str]:
    system = system.upper()
    if system == "UCUM":
        return [_SPELLINGS.get(code.lower(), code)] if code else []
    if system == "MDIL":
        found = [UCUM_OF_MDC_NUMBER.get(mdil_number(code) or -1), _SPELLINGS.get(text.lower())]
    elif code.isascii() and code.isdigit() and len(code) < 10 and (system or text):
        found = [UCUM_OF_MDC_NUMBER.get(int(code)), UCUM_OF_MDC_NAME.get(text.upper())]
    else:
        found = [_SPELLINGS.get(code.lower()), UCUM_OF_MDC_NAME.get(text.upper()), UCUM_OF_MDC_NAME.get(code.upper())]
    return [each for each in found if each]


def mdil_number(code: str) -> int | None:
    """Philips MDIL codes are the MDC number in hex: partition x 65536 + term (`0002-4bb8` is 150456).

    Source: devices.md section 2 [run on the Philips cases].
    """
    partition, dash, term = code.partition("-")
    if not dash or not 1 <= len(partition) <= 4 or not 1 <= len(term) <= 4:
        return None
    if not (partition.isalnum() and term.isalnum() and code.isascii()):
        return None
    try:
        return int(partition, 16) * 65536 + int(term, 16)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Conversion:
    """chart value = (device value - offset) x factor, rounded to one decimal unless it is the identity."""

    factor: float = 1.0
    offset: float = 0.0

    def apply(self, value: float) -> float:
        """The value in the chart's unit."""
        if self.factor == 1.0 and self.offset == 0.0:
            return value
        return round((value - self.offset) * self.factor, 1)


SAME = Conversion()
_PER_MINUTE = {"{beats}/min": SAME, "{breaths}/min": SAME, "/min": SAME, "{pulse}/min": SAME}
_PRESSURE = {"mm[Hg]": SAME, "kPa": Conversion(MMHG_PER_KPA)}

ACCEPTED: dict[str, dict[str, Conversion]] = {
    "{beats}/min": _PER_MINUTE,
    "{breaths}/min": _PER_MINUTE,
    "%": {"%": SAME},
    "mm[Hg]": _PRESSURE,
    "Cel": {"Cel": SAME, "[degF]": Conversion(1 / 1.8, 32.0)},
    "mL/h": {"mL/h": SAME},
    "mL": {"mL": SAME},
    "mg/mL": {"mg/mL": SAME},
}
"""For each unit of the chart: the device units that it accepts, and how they convert. No other way across exists."""
