"""Words for the patient's tablet."""

from __future__ import annotations

from datetime import tzinfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.saying.registry import Said, joined, says
from dripstand.infusion.words import word


@says(ev.TabletPaired)
def tablet_paired(event: ev.TabletPaired, zone: tzinfo) -> Said:
    return Said(_("Tablet paired to this visit"))


@says(ev.TabletReleased)
def tablet_released(event: ev.TabletReleased, zone: tzinfo) -> Said:
    return Said(_("Tablet released and wiped"), event.why)


@says(ev.PatientCalled)
def patient_called(event: ev.PatientCalled, zone: tzinfo) -> Said:
    return Said(_("The patient called"))


@says(ev.PatientCallAnswered)
def patient_call_answered(event: ev.PatientCallAnswered, zone: tzinfo) -> Said:
    return Said(_("With the patient after a call"))


@says(ev.CalmChosen)
def calm_chosen(event: ev.CalmChosen, zone: tzinfo) -> Said:
    sound = event.sound_name if event.sound is ev.CalmSound.FILE and event.sound_name else word(event.sound)
    light = _("light %(light)s") % {"light": word(event.light)}
    image = _("image %(image)s") % {"image": word(event.image)}
    ears = "" if event.earphones is ev.Earphones.NOT_ASKED else word(event.earphones)
    return Said(_("Calm screen"), joined(_("sound %(sound)s") % {"sound": sound}, image, light, ears))
