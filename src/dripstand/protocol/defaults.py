"""The protocol template that a clinic starts from: an unsigned draft in which every number names its source.

Sources and marks are those of the facts that the project collected ("protocol.md n"); a number marked unverified is
general knowledge that the clinic must confirm. Nothing here is in force until the clinic has signed it.
"""

from __future__ import annotations

from decimal import Decimal

from dripstand.protocol.default_alarms import alarm_sources, default_alarms
from dripstand.protocol.template import (
    BagRules,
    CourseRules,
    Criterion,
    DoseLimits,
    EvaluationLimits,
    Gates,
    Intervals,
    Mark,
    PainRules,
    ProtocolTemplate,
    Source,
    Staffing,
)


def _unverified(text: str) -> Source:
    return Source(text, Mark.UNVERIFIED)


def _verified(text: str) -> Source:
    return Source(text, Mark.VERIFIED)


_GUARD_RAILS = _unverified("Suggested guard rails (protocol.md 2.1)")
_PRE_DOSE = _unverified("Pre-dose gate (protocol.md 3.3)")
_ASSUMED = _unverified("A working value of this software, from no document")
_TELEPHONE = _unverified("A telephone order expires and is countersigned; the hours are the clinic's policy")
_FIFTEEN = _verified("ketaminesoftware.com guide: every 15 min (protocol.md 3.1)")
_RCHT = _verified("RCHT guideline V6.0 2022: every 15 min for 1 h, then every 30 min (protocol.md 3.1)")

_DOSE = {
    "warn_mg_per_kg": _GUARD_RAILS,
    "second_signature_mg_per_kg": _GUARD_RAILS,
    "refuse_mg_per_kg": _GUARD_RAILS,
    "lowest_mg_per_kg": _verified("Responders at 0.1 mg/kg: Andrade 2017 part 4, doi 10.4088/JCP.17f11738"),
    "warn_dose_mg": _GUARD_RAILS,
    "refuse_dose_mg": _unverified("1.5 mg/kg at the capped weight of 100 kg"),
    "refuse_minutes_below": _GUARD_RAILS,
    "usual_minutes_low": _GUARD_RAILS,
    "usual_minutes_high": _GUARD_RAILS,
    "refuse_minutes_above": _unverified("Four hours: twice the usual longest; assumed"),
    "weight_low_kg": _ASSUMED,
    "weight_high_kg": _ASSUMED,
    "weight_cap_kg": _ASSUMED,
    "weight_valid_h": _unverified("Weight measured within 24 h (protocol.md 1.5)"),
    "bmi_low": _ASSUMED,
    "bmi_high": _ASSUMED,
    "highest_dose_rate_mg_per_kg_per_h": _unverified(
        "Twice the reference rate, 0.75 mg/kg/h (protocol.md 2.1); assumed"
    ),
    "stated_tolerance_fraction": _unverified("Rounding only: a stated dose or rate must agree with the computed one"),
    "cap_times_dose_count": _ASSUMED,
    "lowest_rate_of_planned_fraction": _ASSUMED,
    "height_low_cm": _ASSUMED,
    "height_high_cm": _ASSUMED,
    "bmi_second_reader_above": Source("2.2 x a BMI of 15: pounds taken for kilograms land above it", Mark.COMPUTED),
    "weight_change_second_reader_fraction": _ASSUMED,
}
_BAG = {
    "use_by_h": _unverified("24 h after preparation; the pharmacy's rule for the diluent and place decides"),
    "drawn_tolerance_fraction": _ASSUMED,
    "lowest_rate_ml_per_h": _ASSUMED,
    "highest_rate_ml_per_h": _unverified("Above the 375 mL/h of a 250 mL bag over 40 min (protocol.md 2.3)"),
    "lowest_concentration_mg_per_ml": _ASSUMED,
    "highest_concentration_mg_per_ml": _unverified("Above the 0.8 mg/mL of a 50 mL syringe (protocol.md 2.3)"),
    "pump_resolution_ml_per_h": _unverified("Common resolution of volumetric pumps"),
    "nominal_low_ml": _ASSUMED,
    "nominal_high_ml": _ASSUMED,
    "highest_hold_up_ml": _unverified("A giving set of 18 mL is the example (protocol.md 2.3); about twice that"),
    "lowest_flush_ml": _ASSUMED,
    "highest_flush_ml": _ASSUMED,
    "largest_rate_step_fraction": _ASSUMED,
    "syringe_step_ml": _unverified("Graduation of common syringes; assumed"),
    "overfill_ml": _unverified("100 mL bags often hold 105 to 110 mL (protocol.md 2.3)"),
}
_GATES = {
    "fasting_food_h": Source("Patients commonly report 4 h or more (protocol.md 2.4)", Mark.SECONDARY),
    "fasting_clear_fluid_h": Source("Common clinic rule 2 h (protocol.md 2.4)", Mark.SECONDARY),
    "bladder_from_infusion_number": _unverified("Asked from the first infusion on; the facts ask from the sixth"),
    "pregnancy_age_low_y": _ASSUMED,
    "pregnancy_age_high_y": _ASSUMED,
    "anxiety_flag_score": _ASSUMED,
    "hold_systolic_mmhg": Source("160/100 and above: hold and recheck (protocol.md 3.3)", Mark.UNVERIFIED),
    "hold_diastolic_mmhg": Source("160/100 and above: hold and recheck (protocol.md 3.3)", Mark.UNVERIFIED),
    "hold_systolic_below_mmhg": _verified("ketaminesoftware.com example: systolic below 90 (protocol.md 3.3)"),
    "hold_pulse_below_per_min": _PRE_DOSE,
    "hold_pulse_above_per_min": _PRE_DOSE,
    "hold_spo2_below_percent": _PRE_DOSE,
    "hold_respiratory_below_per_min": _verified("ketaminesoftware.com: below 10 or above 25 (protocol.md 3.3)"),
    "hold_respiratory_above_per_min": _verified("ketaminesoftware.com: below 10 or above 25 (protocol.md 3.3)"),
    "vital_signs_valid_min": _ASSUMED,
}
_INTERVALS = {
    "vital_signs_every_min_infusing": _verified("Emory (684 infusions), Yale (2,342): every 10 min (protocol.md 3.1)"),
    "vital_signs_every_min_observing": _verified("Emory: every 15 min after the infusion (protocol.md 3.1)"),
    "sedation_every_min_infusing": _FIFTEEN,
    "sedation_every_min_observing": _RCHT,
    "side_effects_every_min": _RCHT,
    "site_check_every_min_infusing": _ASSUMED,
    "due_grace_min": _unverified("Due at +3 min (protocol.md 3.1, default schedule proposal)"),
    "overdue_min": _unverified("Overdue at +7 min (protocol.md 3.1, default schedule proposal)"),
}
_STAFFING = {
    "most_infusing_chairs_per_observer_count": _verified("Example ratio 1:2, ketaminesoftware.com (protocol.md 3.4)"),
    "telephone_order_expires_h": _TELEPHONE,
    "telephone_countersign_h": _TELEPHONE,
}
_TIME_LIMITS = "Time limits of the work-up (protocol.md 1.5)"
_EVALUATION = {
    "decision_valid_d": _ASSUMED,
    "consent_valid_d": _unverified(_TIME_LIMITS),
    "labs_valid_d": _unverified(_TIME_LIMITS),
    "ecg_valid_d": _unverified(_TIME_LIMITS),
    "pregnancy_test_valid_h": _unverified(f"{_TIME_LIMITS}: 24 to 72 h"),
    "failed_trials_at_least_count": _verified(
        "Two adequate failed trials in this episode: Toronto Ketamine Clinic; Fava 2018 (protocol.md 1.2)"
    ),
    "trial_weeks_at_least": _unverified("Default 6 weeks; the counts at 4 and 8 are shown beside (protocol.md 14.6)"),
    "diazepam_equivalent_above_mg": _verified(
        "8 mg/day separated non-responders, n=47: doi 10.3389/fpsyt.2020.00844 (protocol.md 1.4)"
    ),
}
_SPACING = "Spacing checks (protocol.md 7.1)"
_COURSE = {
    "least_between_h": _unverified("Never more than one infusion in 24 h (protocol.md 2.1 and 7.1)"),
    "usual_least_between_d": _unverified(f"{_SPACING}: 48 h, so that Monday, Wednesday, Friday is allowed"),
    "most_between_d": _unverified(f"{_SPACING}: at most 7 days inside an induction"),
    "most_a_week_count": _verified("Three a week: Murrough 2013; Phillips 2019 (protocol.md 7.1)"),
    "baseline_again_d": _unverified(f"{_SPACING}: 28 days without, then the baseline anew"),
    "preparation_min": _unverified("20 to 30 min of preparation (protocol.md 2.4)"),
    "turnover_min": _ASSUMED,
}
_PATTERNS = {
    "six_in_three_weeks": _verified(
        "Anand 2023; Oliver 2022: six within 21 days. Two a week did as well as three (Singh 2016)"
    ),
    "six_in_two_weeks": _verified(
        "Murrough 2013, doi 10.1016/j.biopsych.2012.06.022; Phillips 2019: six in 12 to 14 days"
    ),
    "four_then_review": _verified("CRTCE (McIntyre 2020): four in one to two weeks, then review"),
    "three_in_eleven_days": _verified("Bio-K (Parikh 2023): three in eleven days"),
    "three_in_three_weeks": _verified("Oxford Health: three in three weeks"),
    "weekly_four": _verified("Phillips 2019: four weekly infusions held the response"),
    "can_bind": _verified("CAN-BIND (Phillips 2020, doi 10.1186/s12888-020-02672-3); a month is taken as 28 days"),
}

_AS_FOR_DEPRESSION = "No number for pain was found: as for depression (protocol.md 2.1)"
_COHEN = "Cohen 2018, doi 10.1097/AAP.0000000000000808, in a summary (protocol.md 14.3)"
_PAIN = {
    "warn_mg_per_kg": _unverified(_AS_FOR_DEPRESSION),
    "second_signature_mg_per_kg": Source(
        "80 mg at 70 kg is 1.14 mg/kg and 0.35 mg/kg/h over 4 h is 1.4: both need it (protocol.md 14.3)", Mark.COMPUTED
    ),
    "refuse_mg_per_kg": Source(
        "Just above 1.4 mg/kg; 22 mg/h for 4 days, 2,112 mg, is an inpatient's and is refused (protocol.md 14.3)",
        Mark.COMPUTED,
    ),
    "lowest_mg_per_kg": _unverified(_AS_FOR_DEPRESSION),
    "warn_dose_mg": Source("Outpatients start with 80 mg: CASA Bulletin 2021 (protocol.md 14.3)", Mark.SECONDARY),
    "refuse_dose_mg": _unverified(_AS_FOR_DEPRESSION),
    "refuse_minutes_below": _unverified("An hour, by this software's choice; 17 min occur in a summary (14.3)"),
    "usual_minutes_low": Source("80 mg over more than 2 h: CASA Bulletin 2021 (protocol.md 14.3)", Mark.SECONDARY),
    "usual_minutes_high": Source(f"0.35 mg/kg/h over 4 h in CRPS: {_COHEN}", Mark.SECONDARY),
    "refuse_minutes_above": Source(f"Up to 5 h after spinal cord injury: {_COHEN}", Mark.SECONDARY),
    "highest_dose_rate_mg_per_kg_per_h": _unverified(
        "The reference rate of depression; 80 mg over 2 h at 70 kg is 0.57, CRPS 0.35 mg/kg/h (protocol.md 14.3)"
    ),
    "usual_least_between_d": Source(f"Daily in CRPS: {_COHEN}", Mark.SECONDARY),
    "most_a_week_count": Source("A daily course on the weekdays of a clinic", Mark.COMPUTED),
    "most_a_year_count": _unverified("6 to 12 infusions a year: recalled (protocol.md 14.3)"),
    "repeat_after_d": _unverified("Three weeks of relief count as success: recalled (14.3); no interval was found"),
    "liver_tests_valid_d": _unverified("Liver tests before the first: recalled (14.3); how often again was not found"),
}
_PAIN_PATTERNS = {
    "pain_one": Source("One of 80 mg over more than 2 h, then reassess: grade C, CASA Bulletin 2021", Mark.SECONDARY),
    "pain_ten_days": Source(f"4 h daily for 10 days in CRPS, moderate evidence to 12 weeks: {_COHEN}", Mark.SECONDARY),
}

_LEAVING: tuple[tuple[Criterion, Source], ...] = (
    (
        Criterion("minimum_time", "minimum_time", "Observed long enough after the end", Decimal("60"), "min"),
        _verified("1 h after the end with an escort (Oxford, protocol.md 8.2); Spravato asks 2 h from the dose"),
    ),
    (
        Criterion("nibp_systolic", "nibp_systolic_at_most", "Systolic pressure not high", Decimal("160"), "mmHg"),
        _unverified("Within the site's limit (protocol.md 8.2); taken equal to the pre-dose gate"),
    ),
    (
        Criterion("nibp_diastolic", "nibp_diastolic_at_most", "Diastolic pressure not high", Decimal("100"), "mmHg"),
        _unverified("Within the site's limit (protocol.md 8.2); taken equal to the pre-dose gate"),
    ),
    (
        Criterion("pulse_high", "pulse_at_most", "Pulse not fast", Decimal("110"), "/min"),
        _unverified("At baseline (protocol.md 8.2); taken equal to the pre-dose gate"),
    ),
    (
        Criterion("pulse_low", "pulse_at_least", "Pulse not slow", Decimal("50"), "/min"),
        _unverified("At baseline (protocol.md 8.2); taken equal to the pre-dose gate"),
    ),
    (
        Criterion("respiratory_rate", "respiratory_rate_at_least", "Breathing not slow", Decimal("10"), "/min"),
        _verified("ketaminesoftware.com example: 10 (protocol.md 3.3)"),
    ),
    (
        Criterion("spo2", "spo2_on_air_at_least", "Saturation good on room air", Decimal("94"), "%"),
        _unverified("At baseline on air (protocol.md 8.2); taken equal to the pre-dose gate"),
    ),
    (
        Criterion("sedation", "sedation_at_least", "Answers readily to the name (MOAA/S)", Decimal("5"), "score"),
        _unverified("MOAA/S 5 (protocol.md 8.2)"),
    ),
    (
        Criterion("standing", "standing_drop_at_most", "Standing when dizzy: pressure holds", Decimal("19"), "mmHg"),
        _unverified("A drop of 20 mmHg systolic or more fails (protocol.md 8.2)"),
    ),
    (Criterion("oriented", "assessed", "Oriented"), _unverified("protocol.md 8.2")),
    (Criterion("steady_gait", "assessed", "Walks steadily"), _unverified("protocol.md 8.2")),
    (
        Criterion("dissociation_settled", "assessed", "Dissociation settled, as before the infusion"),
        _unverified("CADSS-6 at most 1 above the baseline (protocol.md 8.2)"),
    ),
    (Criterion("nausea_controlled", "assessed", "Nausea controlled"), _unverified("protocol.md 8.2")),
    (Criterion("line_removed", "line_removed", "Line removed"), _unverified("protocol.md 8.2")),
    (Criterion("site_checked", "site_checked", "Access site checked"), _unverified("protocol.md 8.2")),
    (
        Criterion("suicide_check", "suicide_assessed", "Suicide risk assessed this visit", may_override=False),
        _unverified("Suicide check done this visit (protocol.md 8.2); by a clinician's documented assessment only"),
    ),
    (
        Criterion("escort", "escort_confirmed", "Escort confirmed in person"),
        _verified("Ketamine label: outpatients leave with a responsible adult (protocol.md 8.2)"),
    ),
    (
        Criterion("advice_given", "assessed", "Written advice given: no driving until tomorrow, 24 h contact"),
        _verified("Spravato: no driving until the next day after restful sleep (protocol.md 8.2)"),
    ),
)


def _named(group: str, sources: dict[str, Source]) -> dict[str, Source]:
    return {f"{group}.{name}": source for name, source in sources.items()}


def default_template(template_id: str = "default", version: int = 1) -> ProtocolTemplate:
    """The unsigned draft; every number of it has an entry in ``sources``."""
    sources = {
        **_named("dose", _DOSE),
        **_named("bag", _BAG),
        **_named("gates", _GATES),
        **dict(alarm_sources()),
        **_named("intervals", _INTERVALS),
        **_named("staffing", _STAFFING),
        **_named("evaluation", _EVALUATION),
        **_named("course", _COURSE),
        **_named("course.patterns", _PATTERNS),
        **_named("pain", _PAIN),
        **_named("pain.patterns", _PAIN_PATTERNS),
        "minimum_observation_min": _LEAVING[0][1],
    }
    age = _unverified("How old a reading may be to satisfy this; assumed")
    for criterion, source in _LEAVING:
        sources[f"leaving.{criterion.criterion}"] = source
        if criterion.limit_value is not None:
            sources[f"leaving.{criterion.criterion}.limit_value"] = source
        sources[f"leaving.{criterion.criterion}.valid_min"] = age
    return ProtocolTemplate(
        template_id=template_id,
        name="Depression, ketamine infusion",
        version=version,
        dose=DoseLimits(),
        bag=BagRules(),
        gates=Gates(),
        alarms=default_alarms(),
        intervals=Intervals(),
        leaving=tuple(criterion for criterion, _ in _LEAVING),
        staffing=Staffing(),
        evaluation=EvaluationLimits(),
        course=CourseRules(),
        minimum_observation_min=60,
        pain=PainRules(),
        sources=sources,
    )
