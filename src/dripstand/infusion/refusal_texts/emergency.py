"""An emergency, an evacuation, and what was found wrong at the chair."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, DRIPSTAND, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

HARD_DAY: Mapping[str, Text] = {
    "no_emergency": Text(_("No emergency is charted here now."), "", CHART, _("Chart the emergency first, one tap.")),
    "infuses_without_line_or_bag": Text(
        _("The chart says that the drug runs, and line or bag are gone."),
        "",
        CHART,
        _("Chart the stop first, then that the emergency is over."),
    ),
    "incident_unowned": Text(_("Nobody owns this incident yet."), "", CHART, _("Somebody takes it first.")),
    "paper_rate_without_act": Text(
        _("A rate stands there without what was done."), "", CHART, _("Choose started, rate or resumed.")
    ),
    "paper_effect_without_strength": Text(
        _("A side effect stands there without how strong it was."),
        "",
        CHART,
        _("Choose mild, moderate or severe; where the paper does not say, write it as a note."),
    ),
    "paper_strength_without_effect": Text(
        _("How strong it was stands there without what it was."), "", CHART, _("Choose the side effect.")
    ),
    "paper_row_empty": Text(
        _("A time stands there and nothing that happened."), "", CHART, _("Fill the row in, or take the time out.")
    ),
    "paper_row": Text(_("Row {row} of the sheet: {why}"), "", CHART, _("Nothing of the sheet was charted yet.")),
    "paper_end": Text(_("The foot of the sheet: {why}"), "", CHART, _("Nothing of the sheet was charted yet.")),
    "paper_end_without_time": Text(
        _("Something stands there without a time that can be read."), "", CHART, _("Write when it was, like 14:05.")
    ),
    "no_evacuation": Text(_("No evacuation goes on here now."), "", CHART, _("Chart the evacuation first.")),
    "no_stop_asked": Text(_("The patient has not asked to stop, or it was answered."), "", CHART),
    "not_partial": Text(_("This infusion is not a partial one: there is nothing to judge."), "", CHART),
    "bag_quarantined": Text(
        _("This bag is quarantined: nobody may rely on what it holds."), "", CHART, _("Prepare another bag.")
    ),
    "composition_unknown": Text(
        _("A bag ran whose composition is not known: no rate may be raised on it."),
        "",
        CHART,
        _("Chart the stop, and take the bag down."),
    ),
    "line_holds_quarantined": Text(
        _("The giving set still holds what came out of a quarantined bag."),
        "",
        CHART,
        _("Change the giving set, and chart its priming anew."),
    ),
    "order_before_unknown_dose": Text(
        _("Nobody knows what this patient was given, and the order is older than that."),
        _("No limit can count an unknown dose."),
        CHART,
        _("A prescriber signs a new order, or the infusion is stopped."),
    ),
    "stop_asked_open": Text(
        _("The patient asked to stop, and nothing has come of it yet."),
        "",
        CHART,
        _("Chart what the patient says now, or the stop; before the drug runs, cancel the visit."),
    ),
    "pump_failed_open": Text(
        _("The pump failed, and none is set up in its place."), "", CHART, _("Chart the change of the pump first.")
    ),
    "pump_failed_confirms": Text(
        _("The pump failed: what it reports confirms nothing."), "", CHART, _("Look at it, and chart what it does.")
    ),
    "pump_not_registered": Text(
        _("No pump of the clinic has this number."), "", DRIPSTAND, _("Choose one of the list, or write its label.")
    ),
    "pump_named_twice": Text(
        _("{typed} is not the label of the chosen pump."),
        _("It is {label}."),
        DRIPSTAND,
        _("Choose the pump, or write the label of one that does not report."),
    ),
    "pump_not_moved": Text(
        _("The new pump was not put on this chair: {why}"),
        "",
        DRIPSTAND,
        _("Release it on the page of devices, or choose that it does not report and confirm the rate by hand."),
    ),
    "new_pump_rate_differs": Text(
        _("{rate} mL/h is not the rate that ran before."),
        _("It was {before} mL/h."),
        CHART,
        _("Set the new pump to it; another rate is charted afterwards, as a change."),
    ),
    "clash_started_quarantined_bag": Text(_("This bag was quarantined then.")),
    "clash_bag_quarantined_twice": Text(_("This bag was quarantined already.")),
    "clash_resumed_on_failed_pump": Text(_("The pump had failed and none was set up in its place.")),
    "clash_no_stop_asked": Text(_("The patient had not asked to stop then.")),
    "clash_no_evacuation": Text(_("No evacuation went on then.")),
    "clash_no_emergency": Text(_("No emergency went on then.")),
    "clash_infuses_without_line_or_bag": Text(_("The drug would run on without a line or a bag.")),
}
