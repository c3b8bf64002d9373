"""Corrections, and what contradicts what."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, DRIPSTAND, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

CORRECTING: Mapping[str, Text] = {
    "no_such_entry": Text(_("There is no entry {sequence}."), "", CHART),
    "entry_is_struck": Text(
        _("Entry {sequence} was entered in error and no longer holds."), "", CHART, _("Correct the striking instead.")
    ),
    "correction_changes_kind": Text(
        _("A correction keeps the kind of entry."), "", DRIPSTAND, _("Strike the entry and chart the right one.")
    ),
    "correction_says_nothing": Text(_("The correction changes nothing."), "", DRIPSTAND),
    "opening_cannot_be_struck": Text(
        _("The opening of the visit cannot be struck."), "", DRIPSTAND, _("Cancel the visit instead.")
    ),
    "never_rebound": Text(
        _("Patient and template of a visit are never changed."),
        "",
        DRIPSTAND,
        _("Cancel this visit and open the right one."),
    ),
    "pump_moved_by_correction": Text(
        _("A correction moves no pump."), "", DRIPSTAND, _("Move it on the page of devices.")
    ),
    "software_entry": Text(_("What Dripstand charted by itself is not corrected."), "", DRIPSTAND, _("Write a note.")),
    "amend_instead": Text(
        _("A signed order is not rewritten."), "", DRIPSTAND, _("A prescriber amends it, or strikes it.")
    ),
    "check_again_instead": Text(
        _("A check of the bag is not rewritten."), "", DRIPSTAND, _("Strike it, and check the bag again.")
    ),
    "own_act_corrected": Text(
        _("Nobody else can be written in as the observer."), "", DRIPSTAND, _("They take the chair themselves.")
    ),
    "bag_arithmetic_disagrees": Text(
        _("The corrected numbers of the bag do not agree with each other."), "", DRIPSTAND, _("Work them out again.")
    ),
    "signed_entry": Text(_("A signed note is not rewritten."), "", DRIPSTAND, _("Sign the note of the new chart.")),
}

CONTRADICTIONS: Mapping[str, Text] = {
    "clash_corrects_nothing": Text(_("The entry that it corrects does not exist.")),
    "clash_correction_moved": Text(_("A correction cannot be turned to another entry.")),
    "clash_correction_not_applied": Text(_("A correction stands where it cannot be applied.")),
    "clash_opened_twice": Text(_("The visit was opened twice.")),
    "clash_bag_prepared_twice": Text(_("This bag was prepared twice.")),
    "clash_bag_without_order": Text(_("The bag would not be made from the order that held then.")),
    "clash_bag_was_taken_down": Text(_("This bag had been taken down.")),
    "clash_bag_does_not_hang": Text(_("This bag did not hang then.")),
    "clash_no_line_in_place": Text(_("No line was in place then.")),
    "clash_no_bag_to_prime_from": Text(_("There was no bag to prime the line from.")),
    "clash_nothing_to_clear": Text(_("The line was not filled then.")),
    "clash_started_without_bag": Text(_("No bag hung then.")),
    "clash_started_with_a_stopped_bag": Text(_("A stopped bag would run again.")),
    "clash_started_unchecked_bag": Text(_("The bag was not checked then.")),
    "clash_started_without_order": Text(_("There was no order then.")),
    "clash_started_without_line": Text(_("There was no primed line then.")),
    "clash_started_without_observer": Text(_("Nobody was named as observer then.")),
    "clash_flush_without_volume_or_time": Text(_("A flush needs a volume and minutes.")),
    "clash_another_flush_runs": Text(_("Another flush was still running then.")),
    "clash_call_known": Text(_("This call was charted already.")),
    "clash_no_such_call": Text(_("There was no such call then.")),
    "clash_call_answered": Text(_("Somebody had come for this call already.")),
    "clash_device_bound_twice": Text(_("The device was bound already.")),
    "clash_not_in_this_phase": Text(_("It does not fit the visit at that moment.")),
    "clash_before_the_opening": Text(_("It would come before the visit was opened.")),
    "clash_no_such_bag": Text(_("There was no such bag then.")),
    "clash_another_bag_hangs": Text(_("Another bag hung then.")),
    "clash_nothing_to_confirm": Text(_("There was nothing to confirm at the pump then.")),
    "clash_hand_over_to_another": Text(_("The chair was offered to somebody else.")),
    "clash_no_such_hand_over": Text(_("No such hand-over was open then.")),
    "clash_no_such_side_effect": Text(_("There was no such side effect then.")),
    "clash_no_such_alarm": Text(_("No such alarm was open then.")),
    "clash_alarm_raised_twice": Text(_("The alarm was raised already.")),
    "clash_latched_alarm_not_acknowledged": Text(_("Nobody had acknowledged the alarm then.")),
    "clash_no_such_order": Text(_("There was no such telephone order then.")),
    "clash_device_not_bound": Text(_("The device was not bound then.")),
    "clash_rate_not_positive": Text(_("A rate of zero is charted as a pause.")),
    "clash_line_still_filled": Text(_("The giving set was still filled then.")),
    "clash_bag_still_hangs": Text(_("A bag still hung then.")),
    "clash_correction_changes_kind": Text(_("A correction keeps the kind of entry.")),
    "clash_opening_cannot_be_struck": Text(_("The opening of the visit cannot be struck.")),
}
