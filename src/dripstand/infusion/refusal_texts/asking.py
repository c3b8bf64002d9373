"""Who, when, and how numbers are typed."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, CLINIC, DRIPSTAND, TEMPLATE, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

WHO: Mapping[str, Text] = {
    "role_may_not": Text(
        _("{name} may not chart this."),
        _("It needs one of these roles: {roles}."),
        CLINIC,
        _("Ask somebody who has one."),
    ),
    "competency_missing": Text(
        _("{name} has not been found competent for this."),
        _("It needs the competency: {competency}."),
        CLINIC,
        _("Ask a colleague who has it."),
    ),
    "only_dripstand": Text(_("Dripstand charts this by itself, nobody else does."), "", DRIPSTAND),
    "not_a_request": Text(
        _("This entry is worked out, not written directly."), "", DRIPSTAND, _("Use the form that makes it.")
    ),
    "own_act_only": Text(
        _("Only {expected} can chart this, under their own sign-in."), "", CLINIC, _("Let them sign in.")
    ),
    "second_signature_missing": Text(
        _("{what} needs a second signature."),
        _("The limit without one is {limit}."),
        TEMPLATE,
        _("Let a second person sign in and sign."),
    ),
    "second_signature_same_person": Text(
        _("The second signature is by the same person."), "", TEMPLATE, _("Let somebody else sign in and sign.")
    ),
}

TYPING: Mapping[str, Text] = {
    "number_missing": Text(_("A number is missing."), "", DRIPSTAND, _("Type it.")),
    "number_too_long": Text(_("This number is too long."), _("At most {limit} signs."), DRIPSTAND, _("Type it again.")),
    "number_unreadable": Text(
        _("{text} cannot be read as a number."), "", DRIPSTAND, _("Type digits with one comma or point, no unit.")
    ),
    "number_grouped": Text(
        _("{text} can be read in two ways."),
        "",
        DRIPSTAND,
        _("Type it without a thousands sign, and with fewer than three decimals."),
    ),
}

WHEN: Mapping[str, Text] = {
    "in_the_future": Text(_("{when} has not happened yet."), "", DRIPSTAND, _("Chart it when it happens.")),
    "before_the_opening": Text(
        _("This is before the visit was opened at {opened}."), "", CHART, _("Check the date and the time.")
    ),
    "late_needs_reason": Text(
        _("This happened {minutes} minutes ago."),
        _("After {limit} minutes an entry is a late entry."),
        TEMPLATE,
        _("Say why it is entered late."),
    ),
    "not_while_expected": Text(_("The patient has not arrived yet."), "", CHART, _("Chart the arrival first.")),
    "not_while_arrived": Text(
        _("This comes after the identity is confirmed, or it is done already."), "", CHART, _("Confirm the identity.")
    ),
    "not_while_preparing": Text(
        _("The infusion has not started."), "", CHART, _("Finish the preparation and chart the start first.")
    ),
    "not_while_infusing": Text(
        _("This cannot be charted while the infusion runs."), "", CHART, _("Chart a pause or the stop first.")
    ),
    "not_while_paused": Text(
        _("This cannot be charted while the infusion is paused."), "", CHART, _("Chart resume or stop first.")
    ),
    "not_while_stopped": Text(
        _("The infusion is stopped, but not finished."), "", CHART, _("Take the bag down and clear the line.")
    ),
    "not_while_observing": Text(_("The infusion is over."), "", CHART, _("More drug needs a new bag and a new start.")),
    "not_while_ready_to_leave": Text(_("The patient is ready to leave."), "", CHART, _("Chart how they left.")),
    "not_while_left": Text(
        _("The visit is over."), "", CHART, _("What happened before is charted with its time and a reason.")
    ),
    "not_while_cancelled": Text(_("The visit was cancelled."), "", CHART, _("Open a new visit.")),
    "not_while_left_without_discharge": Text(
        _("The visit is over."), "", CHART, _("What happened before is charted with its time and a reason.")
    ),
    "not_while_transferred": Text(
        _("The visit is over."), "", CHART, _("What happened before is charted with its time and a reason.")
    ),
    "would_contradict": Text(
        _("This would contradict entry {sequence} ({kind})."), _("{why}"), CHART, _("Correct that entry first.")
    ),
    "reason_missing": Text(_("A reason is missing."), "", CHART, _("Say why.")),
    "words_missing": Text(_("This is left empty."), "", CHART, _("Fill it in.")),
    "too_long": Text(_("{what} has {length} characters."), _("At most {limit}."), DRIPSTAND, _("Shorten it.")),
}
