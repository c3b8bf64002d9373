"""How far a clinic may move each number of its template (hazard H53: an unsafe site limit).

Two ranges a number. Outside the absolute range the number is refused: it would defeat the check that it sets, or is a
slip of the keyboard. Outside the recommended range it is shown as unusual and the version then needs both signatures.
The ranges are this software's own judgement, unverified: they are wide, and the clinic's signature stands above them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from dripstand.protocol.numbers import numbers
from dripstand.protocol.template import CourseRules, ProtocolTemplate


@dataclass(frozen=True, slots=True)
class Bound:
    """Inclusive ranges of one number, in the number's own unit."""

    lowest: Decimal
    highest: Decimal
    usual_low: Decimal
    usual_high: Decimal


def _bound(lowest: str, usual_low: str, usual_high: str, highest: str) -> Bound:
    return Bound(Decimal(lowest), Decimal(highest), Decimal(usual_low), Decimal(usual_high))


# lowest, usual from, usual to, highest
BOUNDS: dict[str, Bound] = {
    "dose.warn_mg_per_kg": _bound("0.1", "0.5", "1.0", "1.5"),
    "dose.second_signature_mg_per_kg": _bound("0.1", "0.5", "1.0", "2.0"),
    "dose.refuse_mg_per_kg": _bound("0.5", "1.0", "1.5", "2.0"),
    "dose.lowest_mg_per_kg": _bound("0.01", "0.05", "0.5", "0.5"),
    "dose.warn_dose_mg": _bound("20", "40", "100", "150"),
    "dose.refuse_dose_mg": _bound("40", "80", "150", "250"),
    "dose.refuse_minutes_below": _bound("5", "20", "40", "60"),
    "dose.usual_minutes_low": _bound("20", "30", "60", "100"),
    "dose.usual_minutes_high": _bound("40", "60", "120", "240"),
    "dose.refuse_minutes_above": _bound("60", "120", "240", "360"),
    "dose.weight_low_kg": _bound("25", "35", "50", "60"),
    "dose.weight_high_kg": _bound("100", "120", "180", "300"),
    "dose.weight_cap_kg": _bound("60", "80", "120", "200"),
    "dose.weight_valid_h": _bound("1", "4", "24", "72"),
    "dose.bmi_low": _bound("10", "14", "18", "20"),
    "dose.bmi_high": _bound("30", "40", "60", "80"),
    "dose.highest_dose_rate_mg_per_kg_per_h": _bound("0.3", "0.75", "1.5", "3.0"),
    "dose.stated_tolerance_fraction": _bound("0", "0.005", "0.03", "0.05"),
    "dose.cap_times_dose_count": _bound("1", "1.25", "2", "3"),
    "dose.lowest_rate_of_planned_fraction": _bound("0", "0.1", "0.5", "1"),
    "dose.height_low_cm": _bound("90", "110", "150", "160"),
    "dose.height_high_cm": _bound("180", "190", "220", "250"),
    "dose.bmi_second_reader_above": _bound("25", "30", "33", "60"),
    "dose.weight_change_second_reader_fraction": _bound("0.01", "0.03", "0.1", "0.2"),
    "bag.use_by_h": _bound("1", "4", "24", "48"),
    "bag.drawn_tolerance_fraction": _bound("0", "0.005", "0.03", "0.05"),
    "bag.lowest_rate_ml_per_h": _bound("1", "5", "20", "50"),
    "bag.highest_rate_ml_per_h": _bound("100", "200", "400", "600"),
    "bag.lowest_concentration_mg_per_ml": _bound("0.01", "0.05", "0.2", "0.5"),
    "bag.highest_concentration_mg_per_ml": _bound("0.5", "1", "2", "5"),
    "bag.pump_resolution_ml_per_h": _bound("0.01", "0.1", "1", "1"),
    "bag.nominal_low_ml": _bound("10", "20", "50", "100"),
    "bag.nominal_high_ml": _bound("100", "250", "500", "1000"),
    "bag.highest_hold_up_ml": _bound("5", "20", "40", "60"),
    "bag.lowest_flush_ml": _bound("1", "3", "10", "20"),
    "bag.highest_flush_ml": _bound("10", "20", "50", "100"),
    "bag.largest_rate_step_fraction": _bound("0.05", "0.1", "0.5", "1"),
    "bag.syringe_step_ml": _bound("0.005", "0.01", "0.2", "0.5"),
    "bag.overfill_ml": _bound("0", "0", "15", "50"),
    "gates.fasting_food_h": _bound("0", "2", "8", "12"),
    "gates.fasting_clear_fluid_h": _bound("0", "0.5", "4", "6"),
    "gates.bladder_from_infusion_number": _bound("1", "1", "6", "6"),
    "gates.pregnancy_age_low_y": _bound("10", "10", "15", "18"),
    "gates.pregnancy_age_high_y": _bound("45", "50", "60", "65"),
    "gates.anxiety_flag_score": _bound("1", "5", "8", "10"),
    "gates.hold_systolic_mmhg": _bound("120", "140", "160", "180"),
    "gates.hold_diastolic_mmhg": _bound("75", "90", "100", "110"),
    "gates.hold_systolic_below_mmhg": _bound("80", "90", "100", "110"),
    "gates.hold_pulse_below_per_min": _bound("35", "45", "55", "60"),
    "gates.hold_pulse_above_per_min": _bound("90", "100", "120", "140"),
    "gates.hold_spo2_below_percent": _bound("88", "92", "95", "97"),
    "gates.hold_respiratory_below_per_min": _bound("6", "8", "12", "14"),
    "gates.hold_respiratory_above_per_min": _bound("18", "20", "30", "35"),
    "gates.vital_signs_valid_min": _bound("5", "10", "30", "60"),
    "intervals.vital_signs_every_min_infusing": _bound("1", "5", "15", "15"),
    "intervals.vital_signs_every_min_observing": _bound("1", "5", "15", "30"),
    "intervals.sedation_every_min_infusing": _bound("1", "5", "15", "20"),
    "intervals.sedation_every_min_observing": _bound("5", "10", "30", "30"),
    "intervals.side_effects_every_min": _bound("5", "10", "20", "30"),
    "intervals.site_check_every_min_infusing": _bound("5", "10", "20", "30"),
    "intervals.due_grace_min": _bound("0", "1", "3", "5"),
    "intervals.overdue_min": _bound("1", "3", "7", "10"),
    "staffing.most_infusing_chairs_per_observer_count": _bound("1", "1", "2", "4"),
    "staffing.telephone_order_expires_h": _bound("0.5", "1", "4", "24"),
    "staffing.telephone_countersign_h": _bound("1", "4", "24", "72"),
    "evaluation.decision_valid_d": _bound("7", "30", "180", "365"),
    "evaluation.consent_valid_d": _bound("30", "90", "365", "730"),
    "evaluation.labs_valid_d": _bound("7", "30", "90", "365"),
    "evaluation.ecg_valid_d": _bound("30", "90", "365", "730"),
    "evaluation.pregnancy_test_valid_h": _bound("12", "24", "72", "168"),
    "evaluation.failed_trials_at_least_count": _bound("1", "2", "4", "6"),
    "evaluation.trial_weeks_at_least": _bound("3", "4", "8", "12"),
    "evaluation.diazepam_equivalent_above_mg": _bound("1", "5", "15", "60"),
    "course.least_between_h": _bound("24", "24", "48", "96"),
    "course.usual_least_between_d": _bound("1", "2", "3", "7"),
    "course.most_between_d": _bound("3", "5", "7", "14"),
    "course.most_a_week_count": _bound("1", "2", "3", "4"),
    "course.baseline_again_d": _bound("14", "21", "28", "90"),
    "course.preparation_min": _bound("5", "20", "30", "60"),
    "course.turnover_min": _bound("0", "5", "20", "60"),
    "pain.warn_mg_per_kg": _bound("0.1", "0.4", "1.0", "1.5"),
    "pain.second_signature_mg_per_kg": _bound("0.1", "0.5", "1.0", "2.0"),
    "pain.refuse_mg_per_kg": _bound("0.5", "1.0", "1.5", "2.0"),
    "pain.lowest_mg_per_kg": _bound("0.01", "0.05", "0.5", "0.5"),
    "pain.warn_dose_mg": _bound("20", "40", "100", "150"),
    "pain.refuse_dose_mg": _bound("40", "80", "150", "250"),
    "pain.refuse_minutes_below": _bound("10", "20", "90", "120"),
    "pain.usual_minutes_low": _bound("20", "60", "120", "240"),
    "pain.usual_minutes_high": _bound("60", "120", "240", "360"),
    "pain.refuse_minutes_above": _bound("120", "180", "300", "360"),
    "pain.highest_dose_rate_mg_per_kg_per_h": _bound("0.1", "0.35", "0.75", "1.5"),
    "pain.usual_least_between_d": _bound("1", "1", "7", "14"),
    "pain.most_a_week_count": _bound("1", "1", "5", "7"),
    "pain.most_a_year_count": _bound("1", "6", "12", "52"),
    "pain.repeat_after_d": _bound("1", "14", "90", "365"),
    "pain.liver_tests_valid_d": _bound("1", "30", "180", "365"),
    "alarms.silence_s": _bound("30", "60", "120", "120"),
    "alarms.stale_after_s": _bound("3", "5", "10", "30"),
    "alarms.device_silent_after_s": _bound("5", "10", "20", "60"),
    "alarms.technical_delay_s": _bound("0", "2", "10", "30"),
    "alarms.nibp_confirm_within_s": _bound("120", "300", "900", "1200"),
    "minimum_observation_min": _bound("30", "60", "120", "240"),
}

# The limit of an alarm: what it may be set to at all. Its delay: cuff alarms wait for a second reading, others do not.
_ALARM_VALUES: dict[str, Bound] = {
    "spo2_low": _bound("88", "90", "94", "96"),
    "spo2_very_low": _bound("86", "88", "92", "94"),
    "spo2_critical": _bound("80", "85", "90", "92"),
    "nibp_systolic_high": _bound("120", "140", "170", "180"),
    "nibp_diastolic_high": _bound("75", "90", "105", "110"),
    "nibp_systolic_very_high": _bound("140", "160", "180", "195"),
    "nibp_diastolic_very_high": _bound("90", "100", "110", "118"),
    "nibp_systolic_extreme": _bound("160", "180", "200", "210"),
    "nibp_diastolic_extreme": _bound("95", "110", "120", "125"),
    "nibp_systolic_low": _bound("75", "85", "100", "115"),
    "nibp_systolic_very_low": _bound("65", "75", "90", "100"),
    "pulse_high": _bound("90", "110", "130", "150"),
    "pulse_high_sustained": _bound("90", "110", "130", "150"),
    "pulse_very_high": _bound("110", "130", "150", "160"),
    "pulse_low": _bound("40", "45", "55", "60"),
    "pulse_very_low": _bound("30", "35", "45", "50"),
    "respiratory_rate_low": _bound("7", "9", "11", "14"),
    "respiratory_rate_high": _bound("18", "20", "28", "35"),
    "respiratory_rate_very_low": _bound("5", "7", "9", "11"),
}
_CUFF_DELAY = _bound("0", "0", "300", "600")
_SUSTAINED_DELAY = _bound("60", "120", "300", "600")
_QUICK_DELAY = _bound("0", "5", "15", "30")
_AT_ONCE_DELAY = _bound("0", "0", "5", "10")

_LEAVING_VALUES: dict[str, Bound] = {
    "nibp_systolic": _bound("110", "130", "160", "180"),
    "nibp_diastolic": _bound("70", "80", "100", "110"),
    "pulse_high": _bound("90", "100", "110", "130"),
    "pulse_low": _bound("40", "45", "55", "60"),
    "respiratory_rate": _bound("8", "10", "12", "14"),
    "spo2": _bound("90", "92", "95", "97"),
    "sedation": _bound("4", "5", "5", "5"),
    "standing": _bound("5", "10", "19", "30"),
}
_LEAVING_AGE = _bound("5", "10", "30", "60")


def bound_of(name: str) -> Bound | None:
    """The ranges of one number by its dotted name; None where only the order of numbers constrains it."""
    if name in BOUNDS:
        return BOUNDS[name]
    group, _, rest = name.partition(".")
    subject, _, part = rest.partition(".")
    if group == "leaving":
        return _LEAVING_AGE if part == "valid_min" else _LEAVING_VALUES.get(subject)
    if group != "alarms" or not part:
        return None
    if part != "delay_s":
        bound = _ALARM_VALUES.get(subject)
        if bound is None or part == "limit_value":
            return bound
        return Bound(bound.lowest, bound.highest, bound.lowest, bound.highest)
    if subject == "pulse_high_sustained":
        return _SUSTAINED_DELAY
    if subject.startswith("nibp_"):
        return _CUFF_DELAY
    return _AT_ONCE_DELAY if subject == "spo2_critical" else _QUICK_DELAY


class FindingKind(StrEnum):
    PAST_ABSOLUTE = "past_absolute"  # refused
    PAST_USUAL = "past_usual"  # both signatures
    NOT_WHOLE = "not_whole"  # refused
    NO_PATTERN = "no_pattern"  # refused: the days do not rise from 0, are too many or too long
    GAP_UNUSUAL = "gap_unusual"  # both signatures: two days of a pattern stand closer or further apart than the spacing
    OUT_OF_ORDER = "out_of_order"  # refused: `value` should not be more than the number named in `other`


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one number that a person must see. low and high: the range that it left, or the other value."""

    name: str
    kind: FindingKind
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    other: str = ""

    @property
    def refuses(self) -> bool:
        return self.kind not in (FindingKind.PAST_USUAL, FindingKind.GAP_UNUSUAL)


# Each pair: the first number may not be above the second.
_ORDER: tuple[tuple[str, str], ...] = (
    ("dose.lowest_mg_per_kg", "dose.warn_mg_per_kg"),
    ("dose.warn_mg_per_kg", "dose.second_signature_mg_per_kg"),
    ("dose.second_signature_mg_per_kg", "dose.refuse_mg_per_kg"),
    ("dose.warn_dose_mg", "dose.refuse_dose_mg"),
    ("dose.refuse_minutes_below", "dose.usual_minutes_low"),
    ("dose.usual_minutes_low", "dose.usual_minutes_high"),
    ("dose.usual_minutes_high", "dose.refuse_minutes_above"),
    ("dose.weight_low_kg", "dose.weight_cap_kg"),
    ("dose.weight_cap_kg", "dose.weight_high_kg"),
    ("dose.height_low_cm", "dose.height_high_cm"),
    ("dose.bmi_low", "dose.bmi_second_reader_above"),
    ("dose.bmi_second_reader_above", "dose.bmi_high"),
    ("bag.nominal_low_ml", "bag.nominal_high_ml"),
    ("bag.lowest_flush_ml", "bag.highest_flush_ml"),
    ("bag.lowest_rate_ml_per_h", "bag.highest_rate_ml_per_h"),
    ("bag.lowest_concentration_mg_per_ml", "bag.highest_concentration_mg_per_ml"),
    ("gates.hold_systolic_below_mmhg", "gates.hold_systolic_mmhg"),
    ("gates.hold_pulse_below_per_min", "gates.hold_pulse_above_per_min"),
    ("gates.hold_respiratory_below_per_min", "gates.hold_respiratory_above_per_min"),
    ("gates.pregnancy_age_low_y", "gates.pregnancy_age_high_y"),
    ("intervals.due_grace_min", "intervals.overdue_min"),
    ("course.usual_least_between_d", "course.most_between_d"),
    ("course.most_between_d", "course.baseline_again_d"),
    ("pain.lowest_mg_per_kg", "pain.warn_mg_per_kg"),
    ("pain.warn_mg_per_kg", "pain.second_signature_mg_per_kg"),
    ("pain.second_signature_mg_per_kg", "pain.refuse_mg_per_kg"),
    ("pain.warn_dose_mg", "pain.refuse_dose_mg"),
    ("pain.refuse_minutes_below", "pain.usual_minutes_low"),
    ("pain.usual_minutes_low", "pain.usual_minutes_high"),
    ("pain.usual_minutes_high", "pain.refuse_minutes_above"),
    ("pain.usual_least_between_d", "course.most_between_d"),
    ("alarms.stale_after_s", "alarms.device_silent_after_s"),
    ("alarms.spo2_critical.limit_value", "alarms.spo2_very_low.limit_value"),
    ("alarms.spo2_very_low.limit_value", "alarms.spo2_low.limit_value"),
    ("alarms.nibp_systolic_high.limit_value", "alarms.nibp_systolic_very_high.limit_value"),
    ("alarms.nibp_systolic_very_high.limit_value", "alarms.nibp_systolic_extreme.limit_value"),
    ("alarms.nibp_diastolic_high.limit_value", "alarms.nibp_diastolic_very_high.limit_value"),
    ("alarms.nibp_diastolic_very_high.limit_value", "alarms.nibp_diastolic_extreme.limit_value"),
    ("alarms.nibp_systolic_very_low.limit_value", "alarms.nibp_systolic_low.limit_value"),
    ("alarms.pulse_high.limit_value", "alarms.pulse_very_high.limit_value"),
    ("alarms.pulse_very_low.limit_value", "alarms.pulse_low.limit_value"),
    ("alarms.respiratory_rate_very_low.limit_value", "alarms.respiratory_rate_low.limit_value"),
)


def findings(template: ProtocolTemplate) -> tuple[Finding, ...]:
    """Everything about the numbers of a template that is refused or unusual; empty for the defaults."""
    values = {number.name: number for number in numbers(template)}
    found: list[Finding] = []
    for number in values.values():
        if number.whole and number.value != number.value.to_integral_value():
            found.append(Finding(number.name, FindingKind.NOT_WHOLE, number.value))
        bound = bound_of(number.name)
        if bound is None:
            continue
        if not bound.lowest <= number.value <= bound.highest:
            found.append(Finding(number.name, FindingKind.PAST_ABSOLUTE, number.value, bound.lowest, bound.highest))
        elif not bound.usual_low <= number.value <= bound.usual_high:
            found.append(Finding(number.name, FindingKind.PAST_USUAL, number.value, bound.usual_low, bound.usual_high))
    pairs = list(_ORDER)
    for limit in template.alarms.limits:
        name = f"alarms.{limit.alarm}"
        pairs += [(f"{name}.lowest_value", f"{name}.limit_value"), (f"{name}.limit_value", f"{name}.highest_value")]
    for lower, higher in pairs:
        if lower in values and higher in values and values[lower].value > values[higher].value:
            found.append(
                Finding(lower, FindingKind.OUT_OF_ORDER, values[lower].value, high=values[higher].value, other=higher)
            )
    found += _of_patterns(template.course, "course")
    if template.pain is not None:
        found += _of_patterns(template.for_indication("chronic pain").course, "pain")
    return tuple(found)


PATTERN_INFUSIONS_AT_MOST = 30
PATTERN_DAYS_AT_MOST = 366


def pattern_is_sound(day_offsets: Sequence[int]) -> bool:
    """Whether these can be the days of a pattern: from 0, each later than the last, neither too many nor too late."""
    rises = all(later > earlier for earlier, later in pairwise(day_offsets))
    few = 0 < len(day_offsets) <= PATTERN_INFUSIONS_AT_MOST
    return few and rises and day_offsets[0] == 0 and day_offsets[-1] <= PATTERN_DAYS_AT_MOST


def _of_patterns(rules: CourseRules, group: str) -> list[Finding]:
    """Patterns that are none, and those whose days do not keep to the spacing of the same version."""
    found: list[Finding] = []
    for pattern in rules.patterns:
        name = f"{group}.patterns.{pattern.key}"
        if not pattern_is_sound(pattern.day_offsets):
            found.append(Finding(name, FindingKind.NO_PATTERN, Decimal(len(pattern.day_offsets))))
            continue
        low, high = Decimal(rules.usual_least_between_d), Decimal(rules.most_between_d)
        gaps = [Decimal(later - earlier) for earlier, later in pairwise(pattern.day_offsets)]
        odd = [gap for gap in gaps if gap < low or (gap > high and not pattern.maintenance)]
        if odd:
            found.append(Finding(name, FindingKind.GAP_UNUSUAL, odd[0], low, high))
    return found
