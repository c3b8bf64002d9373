"""Words for watching, devices and alarms, leaving, and putting right."""

from __future__ import annotations

from datetime import tzinfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.saying.registry import Said, clock, joined, say, says
from dripstand.infusion.words import (
    HELPED_WORDS,
    PRIORITY_STARS,
    SIDE_EFFECT_WORDS,
    plain,
    sedation_word,
    word,
)

# --- watching -------------------------------------------------------------------------------------------------------


@says(ev.ObserverNamed)
def observer_named(event: ev.ObserverNamed, zone: tzinfo) -> Said:
    return Said(_("Observing"), event.observer.name)


@says(ev.HandOverOffered)
def hand_over_offered(event: ev.HandOverOffered, zone: tzinfo) -> Said:
    return Said(_("Hand-over offered to %(name)s") % {"name": event.to.name}, event.said)


@says(ev.HandOverAccepted)
def hand_over_accepted(event: ev.HandOverAccepted, zone: tzinfo) -> Said:
    return Said(_("Hand-over accepted"), _("now observing: %(name)s") % {"name": event.observer.name})


@says(ev.VitalSignsTaken)
def vital_signs_taken(event: ev.VitalSignsTaken, zone: tzinfo) -> Said:
    parts = []
    if event.nibp_systolic_mmhg is not None and event.nibp_diastolic_mmhg is not None:
        parts.append(
            _("NIBP %(high)s/%(low)s mmHg") % {"high": event.nibp_systolic_mmhg, "low": event.nibp_diastolic_mmhg}
        )
    if event.pulse_per_min is not None:
        parts.append(_("pulse %(count)s per minute") % {"count": event.pulse_per_min})
    if event.spo2_percent is not None:
        parts.append(_("SpO2 %(percent)s %%") % {"percent": event.spo2_percent})
    if event.respiratory_rate_per_min is not None:
        parts.append(_("respiration %(count)s per minute") % {"count": event.respiratory_rate_per_min})
    if event.on_oxygen:
        parts.append(_("on oxygen"))
    if event.standing:
        parts.append(_("standing"))
    if event.doubtful:
        parts.append(_("doubtful"))
    return Said(_("Vital signs"), joined(*parts))


@says(ev.SedationScored)
def sedation_scored(event: ev.SedationScored, zone: tzinfo) -> Said:
    return Said(f"{event.scale} {event.sedation_score}", sedation_word(event.scale, event.sedation_score))


@says(ev.SideEffectNoted)
def side_effect_noted(event: ev.SideEffectNoted, zone: tzinfo) -> Said:
    title = str(SIDE_EFFECT_WORDS.get(event.effect, event.effect))
    return Said(
        title, joined(word(event.severity), event.detail, event.done, HELPED_WORDS.get(event.helped, event.helped))
    )


@says(ev.NoSideEffects)
def no_side_effects(event: ev.NoSideEffects, zone: tzinfo) -> Said:
    return Said(_("No side effects"), _("asked"))


@says(ev.SideEffectFollowedUp)
def side_effect_followed_up(event: ev.SideEffectFollowedUp, zone: tzinfo) -> Said:
    now = word(event.severity) if event.severity else _("gone")
    return Said(
        _("Side effect, entry %(number)s") % {"number": event.of_sequence},
        joined(now, event.done, HELPED_WORDS.get(event.helped, event.helped)),
    )


@says(ev.MedicineGiven)
def medicine_given(event: ev.MedicineGiven, zone: tzinfo) -> Said:
    by = _("ordered by %(name)s") % {"name": event.ordered_by} if event.ordered_by else ""
    return Said(f"{event.medicine} {event.dose_text}", joined(event.route, by))


@says(ev.ComfortGiven)
def comfort_given(event: ev.ComfortGiven, zone: tzinfo) -> Said:
    return Said(word(event.comfort), joined(event.detail, HELPED_WORDS.get(event.helped, event.helped)))


@says(ev.NoteWritten)
def note_written(event: ev.NoteWritten, zone: tzinfo) -> Said:
    return Said(_("Note"), event.text)


# --- devices and alarms ---------------------------------------------------------------------------------------------


@says(ev.DeviceBound)
def device_bound(event: ev.DeviceBound, zone: tzinfo) -> Said:
    return Said(_("Device bound"), event.device_label)


@says(ev.DeviceReleased)
def device_released(event: ev.DeviceReleased, zone: tzinfo) -> Said:
    return Said(_("Device released"), joined(event.device_label, event.reason))


@says(ev.PatientMismatchHeld)
def patient_mismatch_held(event: ev.PatientMismatchHeld, zone: tzinfo) -> Said:
    return Said(
        _("Readings held apart"),
        _("the device names patient %(number)s") % {"number": event.message_patient_id},
    )


@says(ev.AlarmRaised)
def alarm_raised(event: ev.AlarmRaised, zone: tzinfo) -> Said:
    limit = _("limit %(limit)s") % {"limit": event.limit_text} if event.limit_text else ""
    return Said(f"{PRIORITY_STARS[event.priority]} {alarm_word(event.alarm)}", joined(event.value_text, limit))


def alarm_word(alarm: str) -> str:
    """A condition's name in words: the stored name with its spaces back and SpO2, NIBP as they are written."""
    written = alarm.replace("_", " ")
    for stored, shown in (("spo2", "SpO2"), ("nibp", "NIBP")):
        written = written.replace(stored, shown)
    return written[:1].upper() + written[1:]


@says(ev.AlarmAcknowledged)
def alarm_acknowledged(event: ev.AlarmAcknowledged, zone: tzinfo) -> Said:
    return Said(
        _("Alarm acknowledged"), _("silent until %(at)s") % {"at": f"{event.silent_until.astimezone(zone):%H:%M:%S}"}
    )


@says(ev.AlarmCleared)
def alarm_cleared(event: ev.AlarmCleared, zone: tzinfo) -> Said:
    return Said(_("Alarm over"))


@says(ev.AlarmLimitChanged)
def alarm_limit_changed(event: ev.AlarmLimitChanged, zone: tzinfo) -> Said:
    return Said(
        _("Alarm limit changed"),
        joined(f"{alarm_word(event.alarm)} {plain(event.limit_value)} {event.limit_unit}", event.reason),
    )


# --- leaving --------------------------------------------------------------------------------------------------------


@says(ev.CriterionAssessed)
def criterion_assessed(event: ev.CriterionAssessed, zone: tzinfo) -> Said:
    found = _("yes") if event.met else _("no")
    return Said(_criterion(event.criterion), joined(found, event.detail))


def _criterion(criterion: str) -> str:
    written = criterion.replace("_", " ")
    return written[:1].upper() + written[1:]


@says(ev.CriterionOverridden)
def criterion_overridden(event: ev.CriterionOverridden, zone: tzinfo) -> Said:
    return Said(_("Overridden: %(criterion)s") % {"criterion": _criterion(event.criterion)}, event.reason)


@says(ev.SuicideRiskAssessed)
def suicide_risk_assessed(event: ev.SuicideRiskAssessed, zone: tzinfo) -> Said:
    safe = _("safe to leave") if event.safe_to_leave else _("not safe to leave")
    return Said(_("Suicide risk assessed"), joined(safe, event.finding, event.disposition))


@says(ev.EscortConfirmed)
def escort_confirmed(event: ev.EscortConfirmed, zone: tzinfo) -> Said:
    fit = _("fit to escort") if event.fit_to_escort else _("not fit to escort")
    told = _("told not to let the patient drive") if event.told_no_driving else ""
    return Said(
        _("Escort confirmed in person"),
        joined(event.name, event.identity_seen, fit, told, _("signed %(name)s") % {"name": event.signature}),
    )


@says(ev.ReadyToLeave)
def ready_to_leave(event: ev.ReadyToLeave, zone: tzinfo) -> Said:
    return Said(_("Ready to leave"))


@says(ev.PatientLeft)
def patient_left(event: ev.PatientLeft, zone: tzinfo) -> Said:
    return Said(_("Discharged"), _("handed over to the escort"))


@says(ev.LeftWithoutDischarge)
def left_without_discharge(event: ev.LeftWithoutDischarge, zone: tzinfo) -> Said:
    """What nobody said is named as that: a "not" would be charted that nobody wrote."""
    said = {
        _("capacity"): {True: _("has capacity"), False: _("lacks capacity"), None: ""}[event.has_capacity],
        _("warnings"): _("warned: %(words)s") % {"words": event.warnings_given} if event.warnings_given else "",
        _("line"): {True: _("line out"), False: _("line still in"), None: ""}[event.line_removed],
        _("escort"): {True: _("escort called"), False: _("escort not called"), None: ""}[event.escort_called],
        _("prescriber"): _("told: %(name)s") % {"name": event.prescriber_told} if event.prescriber_told else "",
    }
    unsaid = ", ".join(of for of, words in said.items() if not words)
    nothing = _("nothing charted of: %(list)s") % {"list": unsaid} if unsaid else ""
    return Said(_("Left without discharge"), joined(*said.values(), event.reason, nothing))


@says(ev.SessionCancelled)
def session_cancelled(event: ev.SessionCancelled, zone: tzinfo) -> Said:
    return Said(_("Session cancelled"), event.reason)


@says(ev.PatientTransferred)
def patient_transferred(event: ev.PatientTransferred, zone: tzinfo) -> Said:
    handed = _("handed to %(name)s") % {"name": event.handed_to} if event.handed_to else ""
    return Said(_("Transferred to %(place)s") % {"place": event.to}, joined(handed, event.detail))


@says(ev.NoteSigned)
def note_signed(event: ev.NoteSigned, zone: tzinfo) -> Said:
    return Said(_("Session note signed"), joined(event.meaning, _("chart %(hash)s") % {"hash": event.chart_hash[:16]}))


# --- putting right --------------------------------------------------------------------------------------------------


@says(ev.EntryCorrected)
def entry_corrected(event: ev.EntryCorrected, zone: tzinfo) -> Said:
    if event.replacement is None and event.replacement_occurred_at is None:
        return Said(_("Entry %(number)s was entered in error") % {"number": event.corrects_sequence}, event.reason)
    now = say(event.replacement, zone).text if event.replacement is not None else ""
    at = (
        _("happened %(at)s") % {"at": clock(event.replacement_occurred_at, zone)}
        if event.replacement_occurred_at is not None
        else ""
    )
    because = _("because: %(reason)s") % {"reason": event.reason}
    return Said(_("Entry %(number)s corrected") % {"number": event.corrects_sequence}, joined(now, at, because))
