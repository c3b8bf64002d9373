"""How what is stored is called on screens and on paper, and how numbers are written there."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dripstand.infusion.bag import FinalVolume
from dripstand.infusion.events import (
    BagDoubt,
    CallTest,
    CalmImage,
    CalmLight,
    CalmSound,
    CheckResult,
    Comfort,
    Earphones,
    EmergencyAct,
    EmergencyRole,
    Help,
    LineFluid,
    PreCheck,
    Priority,
    SecondCheck,
    Severity,
    SiteFinding,
    StopReason,
)
from dripstand.infusion.order import WeightBasis
from dripstand.infusion.phases import Phase

Words = str | Promise

PHASE_WORDS: dict[Phase, Words] = {
    Phase.EXPECTED: _("expected"),
    Phase.ARRIVED: _("arrived"),
    Phase.PREPARING: _("preparing"),
    Phase.INFUSING: _("infusing"),
    Phase.PAUSED: _("paused"),
    Phase.STOPPED: _("stopped, bag and line still open"),
    Phase.OBSERVING: _("observing"),
    Phase.READY_TO_LEAVE: _("ready to leave"),
    Phase.LEFT: _("left"),
    Phase.CANCELLED: _("cancelled"),
    Phase.LEFT_WITHOUT_DISCHARGE: _("left without discharge"),
    Phase.TRANSFERRED: _("transferred"),
}

CHECK_WORDS: dict[PreCheck, Words] = {
    PreCheck.FASTING: _("Fasting"),
    PreCheck.MEDICINES_TODAY: _("Medicines today"),
    PreCheck.CONSENT_PRESENT: _("Consent present"),
    PreCheck.PREGNANCY_TEST: _("Pregnancy test"),
    PreCheck.ANXIETY: _("Anxiety, 0 to 10"),
    PreCheck.BLADDER: _("Bladder question"),
    PreCheck.ALLERGIES_REVIEWED: _("Allergies reviewed"),
    PreCheck.NO_DRIVING: _("No driving until the next day, agreed"),
    PreCheck.BEDSIDE_ALARMS_ON: _("Bedside alarms on"),
    PreCheck.CALL_TRIED: _("Calling tried"),
}

RESULT_WORDS: dict[CheckResult, Words] = {
    CheckResult.MET: _("met"),
    CheckResult.NOT_MET: _("not met"),
    CheckResult.NOT_APPLICABLE: _("does not apply"),
}

SECOND_CHECK_WORDS: dict[SecondCheck, Words] = {
    SecondCheck.SECOND_PERSON: _("a second person here"),
    SecondCheck.PHARMACY_MADE: _("made and checked by a pharmacy"),
    SecondCheck.REMOTE_VIDEO: _("a second person by video"),
}

BASIS_WORDS: dict[WeightBasis, Words] = {
    WeightBasis.ACTUAL: _("actual weight"),
    WeightBasis.IDEAL: _("ideal weight"),
    WeightBasis.ADJUSTED: _("adjusted weight"),
    WeightBasis.CAPPED: _("capped weight"),
}

FINAL_VOLUME_WORDS: dict[FinalVolume, Words] = {
    FinalVolume.ADDED: _("added to the bag's volume"),
    FinalVolume.REPLACING: _("replacing as much of the bag's volume"),
}

FLUID_WORDS: dict[LineFluid, Words] = {LineFluid.DRUG: _("drug from the bag"), LineFluid.SALINE: _("saline")}

SITE_WORDS: dict[SiteFinding, Words] = {
    SiteFinding.GOOD: _("dry and painless"),
    SiteFinding.REDNESS: _("red"),
    SiteFinding.SWELLING: _("swollen"),
    SiteFinding.PAIN: _("painful"),
    SiteFinding.INFILTRATED: _("infiltrated"),
}

STOP_WORDS: dict[StopReason, Words] = {
    StopReason.NOT_YET_SAID: _("reason not yet said"),
    StopReason.COMPLETED: _("completed"),
    StopReason.PATIENT_ASKED: _("the patient asked"),
    StopReason.SIDE_EFFECT: _("side effect"),
    StopReason.VITAL_SIGNS: _("vital signs"),
    StopReason.LINE_FAILED: _("the line failed"),
    StopReason.PUMP_FAILED: _("the pump failed"),
    StopReason.WRONG_BAG: _("wrong bag"),
    StopReason.OTHER: _("another reason"),
}

SEVERITY_WORDS: dict[Severity, Words] = {
    Severity.MILD: _("mild"),
    Severity.MODERATE: _("moderate"),
    Severity.SEVERE: _("severe"),
}

COMFORT_WORDS: dict[Comfort, Words] = {
    Comfort.EYES_OPEN: _("Eyes open"),
    Comfort.MUSIC: _("Music"),
    Comfort.IMAGE: _("Image"),
    Comfort.REASSURANCE: _("Reassurance"),
    Comfort.LIGHT: _("Light"),
    Comfort.TOUCH: _("Touch"),
    Comfort.COMPANION: _("Companion"),
}

CALL_TEST_WORDS: dict[CallTest, Words] = {
    CallTest.TABLET_AND_BELL: _("the tablet's call area and the room's bell"),
    CallTest.BELL_ONLY: _("no tablet used, the room's bell"),
}
CALM_SOUND_WORDS: dict[CalmSound, Words] = {
    CalmSound.NONE: _("silence"),
    CalmSound.RAIN: _("rain"),
    CalmSound.SEA: _("sea"),
    CalmSound.DRONE: _("low tone"),
    CalmSound.CHORDS: _("slow chords"),
    CalmSound.FILE: _("the clinic's recording"),
}
CALM_IMAGE_WORDS: dict[CalmImage, Words] = {
    CalmImage.NIGHT: _("night, almost black"),
    CalmImage.WATER: _("still water"),
    CalmImage.DRIFT: _("slow drift"),
    CalmImage.EMBERS: _("embers"),
}
CALM_LIGHT_WORDS: dict[CalmLight, Words] = {
    CalmLight.DARK: _("dark"),
    CalmLight.DIM: _("dim"),
    CalmLight.SOFT: _("soft"),
}
EARPHONES_WORDS: dict[Earphones, Words] = {
    Earphones.NOT_ASKED: _("earphones not asked"),
    Earphones.ON: _("earphones on"),
    Earphones.OFF: _("no earphones"),
}

HELP_WORDS: dict[Help, Words] = {
    Help.COLLEAGUES: _("Colleagues"),
    Help.PRESCRIBER: _("Prescriber"),
    Help.EMERGENCY_SERVICES: _("Emergency services"),
}

EMERGENCY_ROLE_WORDS: dict[EmergencyRole, Words] = {
    EmergencyRole.LEADS: _("Leads"),
    EmergencyRole.AIRWAY: _("Airway"),
    EmergencyRole.DRUGS: _("Drugs"),
    EmergencyRole.RECORDS: _("Records"),
    EmergencyRole.MEETS_HELP: _("Meets the crew"),
}

EMERGENCY_ACT_WORDS: dict[EmergencyAct, Words] = {
    EmergencyAct.POSITIONED: _("Positioned"),
    EmergencyAct.AIRWAY_OPENED: _("Airway opened"),
    EmergencyAct.SUCTION: _("Suction"),
    EmergencyAct.OXYGEN: _("Oxygen"),
    EmergencyAct.AIRWAY_DEVICE: _("Airway device"),
    EmergencyAct.BAG_MASK: _("Bag and mask"),
    EmergencyAct.COMPRESSIONS: _("Compressions"),
    EmergencyAct.SHOCK: _("Shock"),
}

DOUBT_WORDS: dict[BagDoubt, Words] = {
    BagDoubt.WRONG: _("the wrong bag"),
    BagDoubt.UNKNOWN: _("nobody knows what it holds"),
}

PRIORITY_WORDS: dict[Priority, Words] = {
    Priority.HIGH: _("high"),
    Priority.MEDIUM: _("medium"),
    Priority.LOW: _("low"),
}
PRIORITY_STARS = {Priority.HIGH: "***", Priority.MEDIUM: "**", Priority.LOW: "*"}

SIDE_EFFECT_WORDS: dict[str, Words] = {
    "nausea": _("Nausea"),
    "vomiting": _("Vomiting"),
    "headache": _("Headache"),
    "dizziness": _("Dizziness"),
    "blurred_vision": _("Blurred vision"),
    "anxiety": _("Anxious"),
    "dissociation": _("Dissociation"),
    "sedation": _("Sedation"),
    "urinary": _("Urinary"),
    "craving": _("Craving"),
    "chest_pain": _("Chest pain"),
    "other": _("Other side effect"),
}

HELPED_WORDS: dict[str, Words] = {"yes": _("helped"), "partly": _("helped in part"), "no": _("did not help")}
CLEARED_WORDS: dict[str, Words] = {
    "flushed": _("flushed"),
    "disconnected": _("disconnected"),
    "aspirated": _("aspirated"),
}
SIDE_WORDS: dict[str, Words] = {"left": _("left"), "right": _("right")}

MOAAS_WORDS: dict[int, Words] = {
    5: _("alert, answers readily to the name"),
    4: _("lethargic answer to the name"),
    3: _("answers only to a loud or repeated name"),
    2: _("answers only to mild prodding"),
    1: _("answers only to a painful squeeze"),
    0: _("no answer"),
}
RASS_WORDS: dict[int, Words] = {
    4: _("combative"),
    3: _("very agitated"),
    2: _("agitated"),
    1: _("restless"),
    0: _("alert and calm"),
    -1: _("drowsy"),
    -2: _("lightly sedated"),
    -3: _("moderately sedated"),
    -4: _("deeply sedated"),
    -5: _("cannot be roused"),
}
"""MOAA/S and RASS levels in short words; protocol.md 3.2 [V] for MOAA/S and the ends of RASS, its middle [U]."""

_BY_ENUM: dict[type[StrEnum], dict[StrEnum, Words]] = {
    Phase: PHASE_WORDS,  # type: ignore[dict-item]
    PreCheck: CHECK_WORDS,  # type: ignore[dict-item]
    CheckResult: RESULT_WORDS,  # type: ignore[dict-item]
    SecondCheck: SECOND_CHECK_WORDS,  # type: ignore[dict-item]
    WeightBasis: BASIS_WORDS,  # type: ignore[dict-item]
    FinalVolume: FINAL_VOLUME_WORDS,  # type: ignore[dict-item]
    LineFluid: FLUID_WORDS,  # type: ignore[dict-item]
    SiteFinding: SITE_WORDS,  # type: ignore[dict-item]
    StopReason: STOP_WORDS,  # type: ignore[dict-item]
    Severity: SEVERITY_WORDS,  # type: ignore[dict-item]
    Comfort: COMFORT_WORDS,  # type: ignore[dict-item]
    CallTest: CALL_TEST_WORDS,  # type: ignore[dict-item]
    CalmSound: CALM_SOUND_WORDS,  # type: ignore[dict-item]
    CalmImage: CALM_IMAGE_WORDS,  # type: ignore[dict-item]
    CalmLight: CALM_LIGHT_WORDS,  # type: ignore[dict-item]
    Earphones: EARPHONES_WORDS,  # type: ignore[dict-item]
    Priority: PRIORITY_WORDS,  # type: ignore[dict-item]
    BagDoubt: DOUBT_WORDS,  # type: ignore[dict-item]
    Help: HELP_WORDS,  # type: ignore[dict-item]
    EmergencyRole: EMERGENCY_ROLE_WORDS,  # type: ignore[dict-item]
    EmergencyAct: EMERGENCY_ACT_WORDS,  # type: ignore[dict-item]
}


def word(value: StrEnum) -> str:
    """What one stored value is called. Raises KeyError for a value that nobody named, never a guess."""
    return str(_BY_ENUM[type(value)][value])


def sedation_word(scale: str, sedation_score: int) -> str:
    """The score in words; empty where the scale is not one of the two known ones."""
    words = {"MOAA/S": MOAAS_WORDS, "RASS": RASS_WORDS}.get(scale, {})
    return str(words.get(sedation_score, ""))


def plain(value: Decimal | Fraction | float | int, places: int | None = None) -> str:
    """A number as it is written where a dose may be read from it: a leading zero, no trailing ones (H41).

    places: round half up to this many decimals; None keeps what was entered.
    """
    if isinstance(value, Fraction):
        number = Decimal(value.numerator) / Decimal(value.denominator)
    elif isinstance(value, Decimal):
        number = value
    else:
        number = Decimal(str(value))
    if places is not None:
        number = Decimal(f"{_half_up(number, places):f}")
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _half_up(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
