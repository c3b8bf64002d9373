"""The clinic's protocol template: limits, gates, intervals, alarm limits and leaving criteria of one version.

Limits are not settings: a template is signed by the medical lead and a second clinician, a session keeps the
version that it was opened under, and a signed version is never edited. Each number carries its source and how
well that source was verified in ``sources`` (key: the dotted field name, for example ``"dose.refuse_mg_per_kg"``).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Mark(StrEnum):
    """How well a number's source was verified."""

    VERIFIED = "verified"  # seen in a retrieved source
    SECONDARY = "secondary"  # seen only in a summary of the primary document
    UNVERIFIED = "unverified"  # general knowledge: the clinic must confirm it
    COMPUTED = "computed"
    CLINIC = "clinic"  # the clinic's own decision, with its reason


@dataclass(frozen=True, slots=True)
class Source:
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class DoseLimits:
    warn_mg_per_kg: Decimal = Decimal("0.75")
    second_signature_mg_per_kg: Decimal = Decimal("1.0")
    refuse_mg_per_kg: Decimal = Decimal("1.5")
    lowest_mg_per_kg: Decimal = Decimal("0.1")
    warn_dose_mg: Decimal = Decimal("80")
    refuse_dose_mg: Decimal = Decimal("150")
    refuse_minutes_below: Decimal = Decimal("20")
    usual_minutes_low: Decimal = Decimal("30")
    usual_minutes_high: Decimal = Decimal("120")
    refuse_minutes_above: Decimal = Decimal("240")
    weight_low_kg: Decimal = Decimal("40")
    weight_high_kg: Decimal = Decimal("150")
    weight_cap_kg: Decimal = Decimal("100")  # for the "capped" basis
    weight_valid_h: Decimal = Decimal("24")
    bmi_low: Decimal = Decimal("15")
    bmi_high: Decimal = Decimal("60")
    highest_dose_rate_mg_per_kg_per_h: Decimal = Decimal("1.5")
    stated_tolerance_fraction: Decimal = Decimal("0.02")  # a stated dose or rate may differ by rounding only
    cap_times_dose_count: Decimal = Decimal("2")  # an order's cap or highest rate above this multiple: second signature
    lowest_rate_of_planned_fraction: Decimal = Decimal("0.25")  # an order's lowest rate below this: second signature
    height_low_cm: Decimal = Decimal("120")
    height_high_cm: Decimal = Decimal("220")
    # 2.2 x a BMI of 15: pounds taken for kilograms land above this line, so a second person reads the scale (H11)
    bmi_second_reader_above: Decimal = Decimal("33")
    weight_change_second_reader_fraction: Decimal = Decimal("0.07")


@dataclass(frozen=True, slots=True)
class BagRules:
    use_by_h: Decimal = Decimal("24")
    drawn_tolerance_fraction: Decimal = Decimal("0.02")  # checker's own numbers may differ by rounding only
    syringe_step_ml: Decimal = Decimal("0.01")  # the finest mark on the syringes in use
    lowest_rate_ml_per_h: Decimal = Decimal("5")
    highest_rate_ml_per_h: Decimal = Decimal("400")
    lowest_concentration_mg_per_ml: Decimal = Decimal("0.05")
    highest_concentration_mg_per_ml: Decimal = Decimal("2")
    pump_resolution_ml_per_h: Decimal = Decimal("0.1")
    overfill_ml: Decimal = Decimal("10")
    vials: tuple[tuple[Decimal, Decimal], ...] = (  # mg/mL and mL of the cartons that the clinic buys
        (Decimal("10"), Decimal("20")),
        (Decimal("50"), Decimal("10")),
        (Decimal("100"), Decimal("5")),
    )
    nominal_low_ml: Decimal = Decimal("20")
    nominal_high_ml: Decimal = Decimal("500")
    highest_hold_up_ml: Decimal = Decimal("40")
    drops_per_ml: tuple[int, ...] = (10, 15, 20, 60)
    lowest_flush_ml: Decimal = Decimal("3")
    highest_flush_ml: Decimal = Decimal("50")
    largest_rate_step_fraction: Decimal = Decimal("0.5")  # a raise by more than this needs a second signature
    second_check_methods: tuple[str, ...] = ("second_person", "pharmacy_made", "remote_video")


@dataclass(frozen=True, slots=True)
class Gates:
    """What must be recorded before the start, and the pre-dose limits that hold it."""

    required_checks: tuple[str, ...] = (
        "fasting",
        "medicines_today",
        "consent_present",
        "pregnancy_test",
        "anxiety",
        "bladder",
        "allergies_reviewed",
        "no_driving_agreed",
        "bedside_alarms_on",
        "call_tried",
    )
    fasting_food_h: Decimal = Decimal("4")
    fasting_clear_fluid_h: Decimal = Decimal("2")
    bladder_from_infusion_number: int = 1
    pregnancy_age_low_y: int = 12
    pregnancy_age_high_y: int = 55
    anxiety_flag_score: int = 7
    hold_systolic_mmhg: int = 160
    hold_diastolic_mmhg: int = 100
    hold_systolic_below_mmhg: int = 90
    hold_pulse_below_per_min: int = 50
    hold_pulse_above_per_min: int = 110
    hold_spo2_below_percent: int = 94
    hold_respiratory_below_per_min: int = 10
    hold_respiratory_above_per_min: int = 25
    vital_signs_valid_min: int = 30  # pre-dose vital signs may be this old at the start


@dataclass(frozen=True, slots=True)
class AlarmLimit:
    """One physiological alarm. ``above``: True = alarms over the limit. ``delay_s``: how long it must hold."""

    alarm: str
    channel: str
    above: bool
    limit_value: Decimal
    unit: str
    priority: str  # "high", "medium", "low"
    delay_s: int
    latching: bool
    lowest_value: Decimal  # bounds within which one session may set its own limit
    highest_value: Decimal
    card: tuple[str, ...] = ()  # the clinic's own signed words for this alarm
    at_limit: bool = False  # the limit itself alarms too: ">= 165", "<= 88"


@dataclass(frozen=True, slots=True)
class AlarmRules:
    limits: tuple[AlarmLimit, ...] = ()
    silence_s: int = 120
    stale_after_s: int = 10
    device_silent_after_s: int = 15
    technical_delay_s: int = 5
    nibp_confirm_within_s: int = 300


@dataclass(frozen=True, slots=True)
class Intervals:
    """Default minutes between checks; an order's monitoring plan may be tighter."""

    vital_signs_every_min_infusing: int = 10
    vital_signs_every_min_observing: int = 15
    sedation_every_min_infusing: int = 15
    sedation_every_min_observing: int = 30
    side_effects_every_min: int = 15
    site_check_every_min_infusing: int = 15
    due_grace_min: int = 3
    overdue_min: int = 7


@dataclass(frozen=True, slots=True)
class Criterion:
    """One leaving criterion. ``rule``: how it is satisfied; see ``infusion/leaving.py`` for the closed list."""

    criterion: str
    rule: str
    words: str
    limit_value: Decimal | None = None
    limit_unit: str = ""
    valid_min: int = 30  # a reading older than this does not satisfy it
    may_override: bool = True


@dataclass(frozen=True, slots=True)
class Staffing:
    most_infusing_chairs_per_observer_count: int = 2
    sedation_scale: str = "MOAA/S"
    telephone_order_expires_h: Decimal = Decimal("4")
    telephone_countersign_h: Decimal = Decimal("24")


@dataclass(frozen=True, slots=True)
class EvaluationLimits:
    """How long what an evaluation rests on may be used, and where its rules draw their lines."""

    decision_valid_d: int = 180
    consent_valid_d: int = 365
    labs_valid_d: int = 90
    ecg_valid_d: int = 365
    pregnancy_test_valid_h: int = 72
    failed_trials_at_least_count: int = 2
    trial_weeks_at_least: int = 6
    diazepam_equivalent_above_mg: Decimal = Decimal("8")


@dataclass(frozen=True, slots=True)
class CoursePattern:
    """How many infusions on which days. day_offsets: days from the first, which is 0, each later than the one before.

    Days are days of the clinic's calendar, so a change of the clock moves nothing. maintenance: after a response.
    """

    key: str
    words: str
    day_offsets: tuple[int, ...]
    maintenance: bool = False


DEFAULT_PATTERNS: tuple[CoursePattern, ...] = (
    CoursePattern("six_in_three_weeks", "Six in three weeks, two a week", (0, 3, 7, 10, 14, 17)),
    CoursePattern("six_in_two_weeks", "Six in two weeks, three a week", (0, 2, 4, 7, 9, 11)),
    CoursePattern("four_then_review", "Four in two weeks, then review", (0, 3, 7, 10)),
    CoursePattern("three_in_eleven_days", "Three in eleven days", (0, 5, 11)),
    CoursePattern("three_in_three_weeks", "Three in three weeks, one a week", (0, 7, 14)),
    CoursePattern("weekly_four", "Maintenance: weekly, four times", (0, 7, 14, 21), maintenance=True),
    CoursePattern(
        "can_bind",
        "Maintenance: weekly a month, fortnightly two months, monthly three",
        (0, 7, 14, 21, 35, 49, 63, 77, 105, 133, 161),
        maintenance=True,
    ),
)


@dataclass(frozen=True, slots=True)
class CourseRules:
    """Spacing between two infusions of one person, the chair time around an infusion, and the patterns on offer.

    least_between_h: real hours, never less. The days are calendar days, beyond which a person may decide with a reason.
    """

    least_between_h: int = 24
    usual_least_between_d: int = 2
    most_between_d: int = 7
    most_a_week_count: int = 3
    baseline_again_d: int = 28
    preparation_min: int = 30
    turnover_min: int = 15
    patterns: tuple[CoursePattern, ...] = DEFAULT_PATTERNS


PAIN_PATTERNS: tuple[CoursePattern, ...] = (
    CoursePattern("pain_one", "Pain: one infusion, then reassess", (0,)),
    CoursePattern("pain_ten_days", "Pain: ten infusions, one a day", tuple(range(10))),
)


@dataclass(frozen=True, slots=True)
class PainRules:
    """What holds in a course against chronic pain in the place of the dose limits, the spacing and the patterns.

    Whatever is not named here holds as for depression: no number of its own was found (protocol.md 14.3).
    most_a_year_count: infusions in 365 days; repeat_after_d: from the last infusion of one series to the next series.
    Whoever plans otherwise says why. liver_tests_valid_d: of ALT, AST, ALP and GGT, whatever other laboratory results.
    """

    warn_mg_per_kg: Decimal = Decimal("0.75")
    second_signature_mg_per_kg: Decimal = Decimal("1.0")
    refuse_mg_per_kg: Decimal = Decimal("1.5")
    lowest_mg_per_kg: Decimal = Decimal("0.1")
    warn_dose_mg: Decimal = Decimal("80")
    refuse_dose_mg: Decimal = Decimal("150")
    refuse_minutes_below: Decimal = Decimal("60")
    usual_minutes_low: Decimal = Decimal("120")
    usual_minutes_high: Decimal = Decimal("240")
    refuse_minutes_above: Decimal = Decimal("300")
    highest_dose_rate_mg_per_kg_per_h: Decimal = Decimal("0.75")
    usual_least_between_d: int = 1
    most_a_week_count: int = 5
    most_a_year_count: int = 12
    repeat_after_d: int = 21
    liver_tests_valid_d: int = 90
    patterns: tuple[CoursePattern, ...] = PAIN_PATTERNS


PAIN_DOSE = (
    "warn_mg_per_kg",
    "second_signature_mg_per_kg",
    "refuse_mg_per_kg",
    "lowest_mg_per_kg",
    "warn_dose_mg",
    "refuse_dose_mg",
    "refuse_minutes_below",
    "usual_minutes_low",
    "usual_minutes_high",
    "refuse_minutes_above",
    "highest_dose_rate_mg_per_kg_per_h",
)
"""Those of `PainRules` that stand in the place of a dose limit of the same name."""
_PAIN_COURSE = ("usual_least_between_d", "most_a_week_count", "patterns")


class WeightChoice(StrEnum):
    EACH_ORDER = "each_order"
    ACTUAL = "actual"
    IDEAL_FROM_BMI_30 = "ideal_from_bmi_30"


class PressureChoice(StrEnum):
    PRESCRIBER_DECIDES = "prescriber_decides"
    MEDICATE = "medicate"
    WATCH = "watch"


class BipolarChoice(StrEnum):
    WITH_STABILISER = "with_stabiliser"
    EXCLUDED = "excluded"


class FourthInfusionChoice(StrEnum):
    DECIDE_AT_FOUR = "decide_at_four"
    FINISH_SIX = "finish_six"


class SuicideCheckChoice(StrEnum):
    CLINICIAN = "clinician"
    ASQ = "asq"
    CSSRS = "cssrs"


class RemissionChoice(StrEnum):
    EACH_NAMED = "each_named"
    PHQ9_BELOW_5 = "phq9_below_5"
    PHQ9_AT_MOST_5 = "phq9_at_most_5"


class MonitoringChoice(StrEnum):
    BOTH = "both"
    INTERVALS = "intervals"


class PainResponseChoice(StrEnum):
    EACH_NAMED = "each_named"
    THIRTY_PERCENT = "thirty_percent"
    FIFTY_PERCENT = "fifty_percent"


@dataclass(frozen=True, slots=True)
class Choices:
    """The clinic's answers where sources disagree (protocol.md 12, 14.3). The least stay is a number, not in here."""

    weight_basis: WeightChoice = WeightChoice.EACH_ORDER
    high_pressure: PressureChoice = PressureChoice.PRESCRIBER_DECIDES
    bipolar: BipolarChoice = BipolarChoice.WITH_STABILISER
    fourth_infusion: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR
    suicide_check: SuicideCheckChoice = SuicideCheckChoice.CLINICIAN
    remission: RemissionChoice = RemissionChoice.EACH_NAMED
    monitoring: MonitoringChoice = MonitoringChoice.BOTH
    pain_response: PainResponseChoice = PainResponseChoice.EACH_NAMED


@dataclass(frozen=True, slots=True)
class ProtocolTemplate:
    """One signed version."""

    template_id: str
    name: str
    version: int
    dose: DoseLimits
    bag: BagRules
    gates: Gates
    alarms: AlarmRules
    intervals: Intervals
    leaving: tuple[Criterion, ...]
    staffing: Staffing
    minimum_observation_min: int = 60
    evaluation: EvaluationLimits = field(default_factory=EvaluationLimits)
    course: CourseRules = field(default_factory=CourseRules)
    choices: Choices = field(default_factory=Choices)
    pain: PainRules | None = None  # None in a version signed before there was such a block: under it no pain is treated
    late_after_s: int = 120  # an entry older than this is a late entry and says why
    future_tolerance_s: int = 5  # clocks of two tablets differ by this much at most
    sources: dict[str, Source] = field(default_factory=dict)
    signed_by: tuple[str, ...] = ()

    def for_indication(self, indication: str) -> ProtocolTemplate:
        """What this version says of one indication: for chronic pain its own dose limits, spacing and patterns.

        indication: "chronic_pain" or "chronic pain"; any other, and a version without a block for pain, is unchanged.
        """
        if self.pain is None or not is_pain(indication):
            return self
        dose = dataclasses.replace(self.dose, **{name: getattr(self.pain, name) for name in PAIN_DOSE})
        course = dataclasses.replace(self.course, **{name: getattr(self.pain, name) for name in _PAIN_COURSE})
        # a number is shown with the source of its own block, not with that of the one it stands in for
        taken = {f"dose.{name}": f"pain.{name}" for name in PAIN_DOSE} | {
            f"course.{name}": f"pain.{name}" for name in _PAIN_COURSE
        }
        sources = self.sources | {name: self.sources[own] for name, own in taken.items() if own in self.sources}
        return dataclasses.replace(self, dose=dose, course=course, sources=sources)


def is_pain(indication: str) -> bool:
    return indication.replace("_", " ") == "chronic pain"
