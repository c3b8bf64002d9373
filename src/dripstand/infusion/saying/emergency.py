"""Words for an emergency."""

from __future__ import annotations

from datetime import tzinfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.saying.registry import Said, says
from dripstand.infusion.words import word


@says(ev.EmergencyDeclared)
def emergency_declared(event: ev.EmergencyDeclared, zone: tzinfo) -> Said:
    return Said(_("Emergency"), event.detail)


@says(ev.HelpCalled)
def help_called(event: ev.HelpCalled, zone: tzinfo) -> Said:
    return Said(_("Help called: %(who)s") % {"who": word(event.help)}, event.detail)


@says(ev.HelpArrived)
def help_arrived(event: ev.HelpArrived, zone: tzinfo) -> Said:
    return Said(_("Help is here: %(who)s") % {"who": word(event.help)}, event.detail)


@says(ev.EmergencyRoleTaken)
def emergency_role_taken(event: ev.EmergencyRoleTaken, zone: tzinfo) -> Said:
    return Said(f"{word(event.role)}: {event.who}")


@says(ev.EmergencyActDone)
def emergency_act_done(event: ev.EmergencyActDone, zone: tzinfo) -> Said:
    return Said(word(event.act), event.detail)


@says(ev.EmergencyEnded)
def emergency_ended(event: ev.EmergencyEnded, zone: tzinfo) -> Said:
    return Said(_("Emergency over"), event.how)
