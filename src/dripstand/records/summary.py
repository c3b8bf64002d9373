"""The note's first paragraph: what was given, what happened, how the patient left, in a few plain sentences."""

from __future__ import annotations

from datetime import tzinfo
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dripstand.infusion import events as ev
from dripstand.infusion.phases import ENDED, Phase
from dripstand.infusion.words import plain, word
from dripstand.records.note import Note


def sentences(note: Note, zone: tzinfo) -> list[str]:
    """One fact each, in the order of the visit. Only what the chart says; nothing is judged."""
    found = [_given(note), _course(note), *_changes(note), *_watching(note), _leaving(note, zone)]
    return [sentence for sentence in found if sentence]


def _given(note: Note) -> str:
    order, amounts = note.chart.order, note.amounts
    if note.chart.started_at is None:
        return _("No drug was given.")
    if amounts is None or order is None:
        return _("An infusion ran; what the bag held is not known, so no dose is stated.")
    if note.least is not None and note.least.vein_mg != amounts.vein_mg:
        words = {"low": plain(note.least.vein_mg, 1), "high": plain(amounts.vein_mg, 1)}
        return _("Between %(low)s and %(high)s mg of ketamine reached the vein: how much exactly is not known.") % words
    words = {
        "mg": plain(amounts.vein_mg, 2),
        "mg_per_kg": plain(amounts.vein_mg / Fraction(order.dosing_weight_kg), 3),
        "kg": plain(order.dosing_weight_kg),
        "basis": word(order.weight_basis),
        "minutes": plain(note.infused_min, 0),
    }
    estimated = _(" The dose is an estimate from counted drops.") if note.chart.estimated else ""
    given = _(
        "Ketamine %(mg)s mg reached the vein (%(mg_per_kg)s mg/kg of %(kg)s kg, %(basis)s) while the pump ran for "
        "%(minutes)s min."
    )
    return given % words + estimated


def _course(note: Note) -> str:
    """Whether a partial infusion counts in the course, and who said so."""
    value = note.course
    if value is None or not value.is_partial:
        return ""
    if value.counts is None:
        return _("The infusion is a partial one; nobody has said yet whether it counts in the course.")
    says = _("It counts in the course") if value.counts else _("It does not count in the course")
    return _("The infusion is a partial one. %(says)s: %(why)s (%(who)s).") % {
        "says": says,
        "why": value.why_counts,
        "who": value.judged_by,
    }


def _changes(note: Note) -> list[str]:
    changes = sum(isinstance(entry.event, ev.RateChanged) for entry in note.happened)
    pauses = sum(isinstance(entry.event, ev.InfusionPaused) for entry in note.happened)
    found = []
    if changes:
        found.append(
            ngettext("The rate was changed once.", "The rate was changed %(n)s times.", changes) % {"n": changes}
        )
    if pauses:
        found.append(ngettext("It was paused once.", "It was paused %(n)s times.", pauses) % {"n": pauses})
    stop = note.chart.stop.event if note.chart.stop else None
    if isinstance(stop, ev.InfusionStopped) and stop.reason is not ev.StopReason.COMPLETED:
        found.append(_("It was stopped: %(reason)s.") % {"reason": word(stop.reason)})
    return found


def _watching(note: Note) -> list[str]:
    found = []
    alarms = [alarm for alarm in note.alarms if not getattr(alarm.raised.event, "technical", False)]
    if alarms:
        count = len(alarms)
        found.append(ngettext("One alarm was raised.", "%(n)s alarms were raised.", count) % {"n": count})
    elif note.chart.started_at is not None:
        found.append(_("No alarm of the patient was raised."))
    top = note.highest_systolic
    if top is not None and top.nibp_diastolic_mmhg is None:
        found.append(_("Highest systolic %(high)s mmHg.") % {"high": plain(top.nibp_systolic_mmhg or 0)})
    elif top is not None and top.nibp_diastolic_mmhg is not None:
        high, low = plain(top.nibp_systolic_mmhg or 0), plain(top.nibp_diastolic_mmhg)
        found.append(_("Highest blood pressure %(high)s/%(low)s mmHg.") % {"high": high, "low": low})
    if note.lowest_spo2_percent is not None:
        found.append(_("Lowest SpO2 %(percent)s %%.") % {"percent": plain(note.lowest_spo2_percent)})
    return found


def _leaving(note: Note, zone: tzinfo) -> str:
    chart = note.chart
    if chart.phase not in ENDED or chart.ending is None:
        return _("The patient has not left yet.")
    at = f"{chart.ending.occurred_at.astimezone(zone):%H:%M}"
    if chart.phase is Phase.LEFT:
        overridden = sum(state.overridden_by is not None for state in note.criteria)
        if overridden:
            count = {"n": overridden, "at": at}
            return (
                ngettext(
                    "The patient left with the escort at %(at)s; one criterion was overridden.",
                    "The patient left with the escort at %(at)s; %(n)s criteria were overridden.",
                    overridden,
                )
                % count
            )
        return _("Every criterion was met and the patient left with the escort at %(at)s.") % {"at": at}
    if chart.phase is Phase.LEFT_WITHOUT_DISCHARGE:
        return _("The patient left at %(at)s without being discharged.") % {"at": at}
    if chart.phase is Phase.TRANSFERRED:
        return _("The patient was transferred at %(at)s.") % {"at": at}
    return _("The session was cancelled at %(at)s.") % {"at": at}
