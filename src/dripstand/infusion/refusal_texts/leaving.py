"""Leaving, and what each criterion lacks."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, CLINIC, TEMPLATE, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

LEAVING: Mapping[str, Text] = {
    "criterion_not_met": Text(
        _("{criterion}: not met."),
        _("{why}"),
        TEMPLATE,
        _("Meet it, or a prescriber overrides this one with a reason."),
    ),
    "criterion_never_overridden": Text(
        _("{criterion}: not met."), _("{why}"), TEMPLATE, _("Only a clinician's documented assessment satisfies it.")
    ),
    "answer_not_disposed": Text(
        _("An answer needs a clinician before the patient leaves: {scale}, {what}."),
        _("Nobody has signed a disposition. Owner: {owner}."),
        CHART,
        _("Speak with the patient and sign what you found, on the page of this answer."),
    ),
    "screen_not_asked": Text(
        _("The {scale} was not asked in this visit."),
        _("The clinic has signed that nobody leaves without it."),
        TEMPLATE,
        _("Ask it now; the assessment is charted besides."),
    ),
    "no_such_criterion": Text(_("{criterion} is not one of this template's criteria."), "", TEMPLATE),
    "criterion_is_measured": Text(
        _("{criterion} is satisfied by what is measured or charted, not by judgement."), "", TEMPLATE
    ),
    "criterion_may_not_be_overridden": Text(
        _("{criterion} is never overridden."), "", TEMPLATE, _("It has to be met.")
    ),
    "criterion_is_met": Text(_("{criterion} is met: there is nothing to override."), "", CHART),
    "note_of_another_chart": Text(
        _("The chart has changed since this note was shown."), "", CHART, _("Read the note again, then sign it.")
    ),
    "drug_was_started": Text(
        _("Ketamine was given: this visit cannot be cancelled."), "", CHART, _("Chart how the patient left.")
    ),
    "line_still_filled": Text(_("The giving set is still filled."), "", CHART, _("Clear the line first.")),
    "bag_still_hangs": Text(_("A bag still hangs at the chair."), "", CHART, _("Take it down first.")),
}

CRITERIA: Mapping[str, Text] = {
    "wait_longer": Text(_("{minutes} of {limit} minutes since the stop.")),
    "not_measured": Text(_("Not measured since the stop.")),
    "measured_too_long_ago": Text(_("{value}, {minutes} minutes old; it holds for {limit} minutes.")),
    "value_too_high": Text(_("{value}; at most {limit}.")),
    "value_too_low": Text(_("{value}; at least {limit}.")),
    "second_good_reading_wanted": Text(_("{value} is good; after the high readings a second one in a row is wanted.")),
    "measured_on_oxygen": Text(_("{value} on oxygen; wanted on room air.")),
    "drop_too_large": Text(_("Standing, the pressure drops by {value}; at most {limit}.")),
    "not_measured_standing": Text(_("Dizziness was noted: measure the pressure standing.")),
    "not_assessed": Text(_("Not assessed since the stop.")),
    "assessed_not_met": Text(_("Assessed, and not met.")),
    "line_still_in": Text(_("The line is in place.")),
    "site_not_checked": Text(_("The access site was not checked since the stop.")),
    "suicide_not_assessed": Text(_("Suicide risk was not assessed in this visit.")),
    "suicide_not_safe": Text(_("The assessment says: not safe to leave.")),
    "escort_refused_before": Text(
        _("{name} was refused as the escort by {by}: {why}."),
        _("Whoever was refused takes nobody home from this visit."),
        CHART,
        _("Name another escort; where the refusal was a mistake, correct that entry."),
    ),
    "escort_identity_not_seen": Text(
        _("No identity document of the escort was seen."),
        _("This clinic's rule asks for one at the door."),
        CLINIC,
        _("See a document and chart which; an administrator changes the rule under Rooms."),
    ),
    "escort_name_not_said": Text(
        _("The escort did not say their name."),
        _("This clinic's rule asks for it at the door."),
        CLINIC,
        _("Ask their name, and chart that they said it."),
    ),
    "another_escort_wanted": Text(
        _("The escort was refused, and no other is named."),
        "",
        CHART,
        _("Name another escort first, then confirm them."),
    ),
    "escort_refused": Text(_("{name} was refused as the escort ({why}), and no other was confirmed in person.")),
    "escort_not_seen": Text(_("No escort was confirmed in person.")),
    "escort_not_fit": Text(_("The escort was not found fit to take the patient home.")),
    "escort_not_told": Text(_("The escort was not told that the patient does not drive.")),
    "alarm_still_open": Text(_("An alarm is open: {alarm}.")),
    "not_stopped": Text(_("The infusion has not been stopped.")),
}
