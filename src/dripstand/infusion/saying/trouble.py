"""Words for what goes wrong."""

from __future__ import annotations

from datetime import tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dripstand.infusion import events as ev
from dripstand.infusion.saying.registry import Said, joined, says
from dripstand.infusion.words import plain, word


@says(ev.LinePlacingFailed)
def line_placing_failed(event: ev.LinePlacingFailed, zone: tzinfo) -> Said:
    count = event.attempts_count
    tried = ngettext("%(count)s attempt", "%(count)s attempts", count) % {"count": count}
    return Said(_("No line could be placed"), joined(tried, event.site, event.detail))


@says(ev.StopAsked)
def stop_asked(event: ev.StopAsked, zone: tzinfo) -> Said:
    return Said(_("The patient wants to stop"), event.words)


@says(ev.StopAskedAnswered)
def stop_asked_answered(event: ev.StopAskedAnswered, zone: tzinfo) -> Said:
    return Said(_("The patient wants to go on"), event.words)


@says(ev.PartialJudged)
def partial_judged(event: ev.PartialJudged, zone: tzinfo) -> Said:
    title = (
        _("Partial infusion: counts in the course")
        if event.counts_in_course
        else _("Partial infusion: does not count in the course")
    )
    return Said(title, event.reason)


@says(ev.BagQuarantined)
def bag_quarantined(event: ev.BagQuarantined, zone: tzinfo) -> Said:
    where = _("kept: %(where)s") % {"where": event.kept_where} if event.kept_where else ""
    return Said(_("Bag quarantined"), joined(word(event.doubt), event.bag_id, event.detail, where))


def _counted(volume_ml: object) -> str:
    if volume_ml is None:
        return _("volume not readable")
    return _("%(ml)s mL counted") % {"ml": plain(volume_ml)}  # type: ignore[arg-type]


@says(ev.PumpFailed)
def pump_failed(event: ev.PumpFailed, zone: tzinfo) -> Said:
    return Said(_("Pump failed"), joined(_counted(event.volume_infused_ml), event.detail))


@says(ev.PumpChanged)
def pump_changed(event: ev.PumpChanged, zone: tzinfo) -> Said:
    old = _("old pump: %(counted)s") % {"counted": _counted(event.old_volume_ml)}
    rate = _("set to %(rate)s mL/h") % {"rate": plain(event.rate_ml_per_h)}
    read = _("label read: %(label)s") % {"label": event.label_read}
    return Said(_("Pump changed to %(pump)s") % {"pump": event.new_pump}, joined(old, rate, read, event.detail))


@says(ev.EvacuationDeclared)
def evacuation_declared(event: ev.EvacuationDeclared, zone: tzinfo) -> Said:
    return Said(_("Evacuation"), event.why)


@says(ev.PatientAccountedFor)
def patient_accounted_for(event: ev.PatientAccountedFor, zone: tzinfo) -> Said:
    return Said(_("Patient accounted for"), joined(event.where, event.detail))


@says(ev.EvacuationOver)
def evacuation_over(event: ev.EvacuationOver, zone: tzinfo) -> Said:
    return Said(_("Evacuation over"), event.detail)


@says(ev.LeavingFollowedUp)
def leaving_followed_up(event: ev.LeavingFollowedUp, zone: tzinfo) -> Said:
    line = {True: _("line out"), False: _("line still in"), None: ""}[event.line_out]
    escort = {True: _("escort called"), False: _("escort not reached"), None: ""}[event.escort_called]
    told = _("told: %(name)s") % {"name": event.prescriber_told} if event.prescriber_told else ""
    reached = _("patient reached: %(how)s") % {"how": event.patient_reached} if event.patient_reached else ""
    return Said(_("Followed up after leaving"), joined(line, escort, told, reached, event.detail))
