"""How the numbers of a template, their sources and what is wrong with them are called on screens."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from dripstand.protocol.bounds import Finding, FindingKind
from dripstand.protocol.template import AlarmLimit, Mark, ProtocolTemplate

Words = str | Promise

GROUP_WORDS: dict[str, Words] = {
    "dose": lazy("Dose"),
    "bag": lazy("Bag and rate"),
    "gates": lazy("Before the start"),
    "alarms": lazy("Alarm limits"),
    "intervals": lazy("Checks that fall due"),
    "leaving": lazy("Leaving"),
    "staffing": lazy("Staffing and orders"),
    "evaluation": lazy("Evaluation and decision"),
    "course": lazy("Course and chair time"),
    "pain": lazy("Chronic pain: in the place of the dose, spacing and patterns above"),
}

MARK_WORDS: dict[Mark, Words] = {
    Mark.VERIFIED: lazy("source seen"),
    Mark.SECONDARY: lazy("seen in a summary of the source only"),
    Mark.UNVERIFIED: lazy("unverified: the clinic must confirm"),
    Mark.COMPUTED: lazy("computed"),
    Mark.CLINIC: lazy("the clinic's own decision"),
}

_FIELD_WORDS: dict[str, Words] = {
    "dose.warn_mg_per_kg": lazy("Warn above"),
    "dose.second_signature_mg_per_kg": lazy("Second signature above"),
    "dose.refuse_mg_per_kg": lazy("Refuse above"),
    "dose.lowest_mg_per_kg": lazy("Refuse below"),
    "dose.warn_dose_mg": lazy("Warn above a dose of"),
    "dose.refuse_dose_mg": lazy("Refuse above a dose of"),
    "dose.refuse_minutes_below": lazy("Refuse an infusion shorter than"),
    "dose.usual_minutes_low": lazy("Usual infusion, at least"),
    "dose.usual_minutes_high": lazy("Usual infusion, at most"),
    "dose.refuse_minutes_above": lazy("Refuse an infusion longer than"),
    "dose.weight_low_kg": lazy("Unusual weight below"),
    "dose.weight_high_kg": lazy("Unusual weight above"),
    "dose.weight_cap_kg": lazy("Weight counted at most, where capped"),
    "dose.weight_valid_h": lazy("A weight is good for"),
    "dose.bmi_low": lazy("Unusual body mass index below"),
    "dose.bmi_high": lazy("Unusual body mass index above"),
    "dose.highest_dose_rate_mg_per_kg_per_h": lazy("Highest dose rate"),
    "dose.stated_tolerance_fraction": lazy("A stated dose may differ by this fraction"),
    "dose.cap_times_dose_count": lazy("Order's cap above this multiple of the dose: second signature"),
    "dose.lowest_rate_of_planned_fraction": lazy("Order's lowest rate below this fraction: second signature"),
    "dose.height_low_cm": lazy("Unusual height below"),
    "dose.height_high_cm": lazy("Unusual height above"),
    "dose.bmi_second_reader_above": lazy("A first weight may be in pounds above a body mass index of"),
    "dose.weight_change_second_reader_fraction": lazy("Second person reads the scale above this fraction of change"),
    "bag.use_by_h": lazy("A bag is used within"),
    "bag.drawn_tolerance_fraction": lazy("The checker's numbers may differ by this fraction"),
    "bag.lowest_rate_ml_per_h": lazy("Lowest rate"),
    "bag.highest_rate_ml_per_h": lazy("Highest rate"),
    "bag.lowest_concentration_mg_per_ml": lazy("Lowest concentration"),
    "bag.highest_concentration_mg_per_ml": lazy("Highest concentration"),
    "bag.pump_resolution_ml_per_h": lazy("The pump counts in steps of"),
    "bag.syringe_step_ml": lazy("The syringe is read in steps of"),
    "bag.overfill_ml": lazy("A bag may hold more by"),
    "bag.nominal_low_ml": lazy("Smallest bag"),
    "bag.nominal_high_ml": lazy("Largest bag"),
    "bag.highest_hold_up_ml": lazy("Largest volume that a line holds"),
    "bag.lowest_flush_ml": lazy("Smallest flush"),
    "bag.highest_flush_ml": lazy("Largest flush"),
    "bag.largest_rate_step_fraction": lazy("A raise by more than this fraction: second signature"),
    "gates.fasting_food_h": lazy("No food for"),
    "gates.fasting_clear_fluid_h": lazy("No clear fluid for"),
    "gates.bladder_from_infusion_number": lazy("Bladder question from infusion number"),
    "gates.pregnancy_age_low_y": lazy("Pregnancy test from the age of"),
    "gates.pregnancy_age_high_y": lazy("Pregnancy test up to the age of"),
    "gates.anxiety_flag_score": lazy("Anxiety flagged from (0 to 10)"),
    "gates.hold_systolic_mmhg": lazy("Hold at a systolic pressure from"),
    "gates.hold_diastolic_mmhg": lazy("Hold at a diastolic pressure from"),
    "gates.hold_systolic_below_mmhg": lazy("Hold at a systolic pressure below"),
    "gates.hold_pulse_below_per_min": lazy("Hold at a pulse below"),
    "gates.hold_pulse_above_per_min": lazy("Hold at a pulse above"),
    "gates.hold_spo2_below_percent": lazy("Hold at a saturation below"),
    "gates.hold_respiratory_below_per_min": lazy("Hold at a respiratory rate below"),
    "gates.hold_respiratory_above_per_min": lazy("Hold at a respiratory rate above"),
    "gates.vital_signs_valid_min": lazy("Vital signs before the start are good for"),
    "intervals.vital_signs_every_min_infusing": lazy("Vital signs, infusing, every"),
    "intervals.vital_signs_every_min_observing": lazy("Vital signs, observing, every"),
    "intervals.sedation_every_min_infusing": lazy("Sedation, infusing, every"),
    "intervals.sedation_every_min_observing": lazy("Sedation, observing, every"),
    "intervals.side_effects_every_min": lazy("Side effects every"),
    "intervals.site_check_every_min_infusing": lazy("Access site, infusing, every"),
    "intervals.due_grace_min": lazy("Marked as due after"),
    "intervals.overdue_min": lazy("Marked as overdue after"),
    "staffing.most_infusing_chairs_per_observer_count": lazy("Infusing chairs one person may observe"),
    "staffing.telephone_order_expires_h": lazy("A telephone order expires after"),
    "staffing.telephone_countersign_h": lazy("A telephone order is countersigned within"),
    "evaluation.decision_valid_d": lazy("A signed decision holds for at most"),
    "evaluation.consent_valid_d": lazy("A signed consent holds for"),
    "evaluation.labs_valid_d": lazy("Laboratory results are good for"),
    "evaluation.ecg_valid_d": lazy("An ECG is good for"),
    "evaluation.pregnancy_test_valid_h": lazy("A pregnancy test is good for"),
    "evaluation.failed_trials_at_least_count": lazy("Adequate failed trials in this episode, at least"),
    "evaluation.trial_weeks_at_least": lazy("A trial is long enough from"),
    "evaluation.diazepam_equivalent_above_mg": lazy("Benzodiazepines: warned above, a day, as diazepam"),
    "course.least_between_h": lazy("From one infusion to the next, never less than"),
    "course.usual_least_between_d": lazy("From one infusion to the next, usually at least"),
    "course.most_between_d": lazy("Within an induction, at most"),
    "course.most_a_week_count": lazy("Infusions in a week from Monday, at most"),
    "course.baseline_again_d": lazy("Without an infusion for so long: measure the baseline again"),
    "course.preparation_min": lazy("At the chair before the infusion"),
    "course.turnover_min": lazy("Chair made ready for the next patient"),
    "pain.warn_mg_per_kg": lazy("Pain: warn above"),
    "pain.second_signature_mg_per_kg": lazy("Pain: second signature above"),
    "pain.refuse_mg_per_kg": lazy("Pain: refuse above"),
    "pain.lowest_mg_per_kg": lazy("Pain: refuse below"),
    "pain.warn_dose_mg": lazy("Pain: warn above a dose of"),
    "pain.refuse_dose_mg": lazy("Pain: refuse above a dose of"),
    "pain.refuse_minutes_below": lazy("Pain: refuse an infusion shorter than"),
    "pain.usual_minutes_low": lazy("Pain: usual infusion, at least"),
    "pain.usual_minutes_high": lazy("Pain: usual infusion, at most"),
    "pain.refuse_minutes_above": lazy("Pain: refuse an infusion longer than"),
    "pain.highest_dose_rate_mg_per_kg_per_h": lazy("Pain: highest dose rate"),
    "pain.usual_least_between_d": lazy("Pain: from one infusion to the next, usually at least"),
    "pain.most_a_week_count": lazy("Pain: infusions in a week from Monday, at most"),
    "pain.most_a_year_count": lazy("Pain: infusions in a year without a reason, at most"),
    "pain.repeat_after_d": lazy("Pain: from a series to the next without a reason, at least"),
    "pain.liver_tests_valid_d": lazy("Pain: liver tests are good for"),
    "alarms.silence_s": lazy("Acknowledging silences for"),
    "alarms.stale_after_s": lazy("A reading is old after"),
    "alarms.device_silent_after_s": lazy("A device is silent after"),
    "alarms.technical_delay_s": lazy("Technical alarms wait"),
    "alarms.nibp_confirm_within_s": lazy("A second cuff reading confirms within"),
    "minimum_observation_min": lazy("Observed after the end for at least"),
}

ALARM_WORDS: dict[str, Words] = {
    "spo2_low": lazy("SpO2 low"),
    "spo2_very_low": lazy("SpO2 very low"),
    "spo2_critical": lazy("SpO2 critical"),
    "nibp_systolic_high": lazy("Systolic pressure high"),
    "nibp_diastolic_high": lazy("Diastolic pressure high"),
    "nibp_systolic_very_high": lazy("Systolic pressure very high"),
    "nibp_diastolic_very_high": lazy("Diastolic pressure very high"),
    "nibp_systolic_extreme": lazy("Systolic pressure extreme"),
    "nibp_diastolic_extreme": lazy("Diastolic pressure extreme"),
    "nibp_systolic_low": lazy("Systolic pressure low"),
    "nibp_systolic_very_low": lazy("Systolic pressure very low"),
    "pulse_high": lazy("Pulse fast"),
    "pulse_high_sustained": lazy("Pulse fast and staying so"),
    "pulse_very_high": lazy("Pulse very fast"),
    "pulse_low": lazy("Pulse slow"),
    "pulse_very_low": lazy("Pulse very slow"),
    "respiratory_rate_low": lazy("Breathing slow"),
    "respiratory_rate_high": lazy("Breathing fast"),
    "respiratory_rate_very_low": lazy("Breathing very slow"),
}

_PART_WORDS: dict[str, Words] = {
    "limit_value": lazy("limit"),
    "delay_s": lazy("delay"),
    "lowest_value": lazy("lowest that a session may set"),
    "highest_value": lazy("highest that a session may set"),
    "valid_min": lazy("reading good for"),
}


PRIORITY_WORDS: dict[str, Words] = {"high": lazy("high"), "medium": lazy("medium"), "low": lazy("low")}


def _limit_words(limit: AlarmLimit) -> str:
    priority = PRIORITY_WORDS.get(limit.priority, limit.priority)
    if limit.above:
        words = _("%(priority)s alarm from") if limit.at_limit else _("%(priority)s alarm above")
    else:
        words = _("%(priority)s alarm at and below") if limit.at_limit else _("%(priority)s alarm below")
    return words % {"priority": priority}


def number_words(name: str, template: ProtocolTemplate) -> str:
    """What one number is, by its dotted name."""
    if name in _FIELD_WORDS:
        return str(_FIELD_WORDS[name])
    group, _dot, rest = name.partition(".")
    subject, _dot, part = rest.partition(".")
    part_words = str(_PART_WORDS.get(part, part))
    if group == "alarms":
        limit = next((one for one in template.alarms.limits if one.alarm == subject), None)
        if limit is not None and part == "limit_value":
            part_words = _limit_words(limit)
        return f"{ALARM_WORDS.get(subject, subject)}: {part_words}"
    if group == "leaving":
        words = next((one.words for one in template.leaving if one.criterion == subject), subject)
        return f"{words}: {part_words}"
    return rest or name


def finding_words(finding: Finding) -> str:
    """One sentence about a number that is refused or unusual."""
    values = {"value": finding.value.normalize().to_eng_string(), "low": finding.low, "high": finding.high}
    if finding.kind is FindingKind.PAST_ABSOLUTE:
        return _("%(value)s is outside %(low)s to %(high)s. Dripstand does not take it.") % values
    if finding.kind is FindingKind.PAST_USUAL:
        return _("%(value)s is outside the usual %(low)s to %(high)s. A second clinician must sign.") % values
    if finding.kind is FindingKind.NO_PATTERN:
        return _("Days count from 0, each is later than the one before, at most 30 infusions in a year.")
    if finding.kind is FindingKind.GAP_UNUSUAL:
        words = ngettext(
            "Two infusions are %(value)s day apart; this version's spacing is %(low)s to %(high)s days. "
            "A second clinician must sign.",
            "Two infusions are %(value)s days apart; this version's spacing is %(low)s to %(high)s days. "
            "A second clinician must sign.",
            int(finding.value),
        )
        return words % values
    if finding.kind is FindingKind.NOT_WHOLE:
        return _("Only a whole number.")
    return _("%(value)s is above %(high)s, which is “%(other)s”.") % {
        **values,
        "other": _FIELD_WORDS.get(finding.other, finding.other),
    }
