"""The bag and the line."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, CLINIC, DRIPSTAND, ORDER, TEMPLATE, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

BAG_TEXTS: Mapping[str, Text] = {
    "vial_unknown": Text(
        _("A vial of {strength} mg/mL and {volume} mL is not one that the clinic buys."),
        _("The clinic's vials: {vials}."),
        TEMPLATE,
        _("Read the vial again. The medical lead can add a vial to the template."),
    ),
    "diluent_unknown": Text(
        _("{diluent} is not what ketamine is diluted with here."),
        _("It is one of: {diluents}."),
        DRIPSTAND,
        _("Read the bag of diluent again."),
    ),
    "lot_missing": Text(_("The vial's lot is missing."), "", CLINIC, _("Read it from the vial.")),
    "label_is_salt": Text(
        _("The order counts milligrams of the salt, the arithmetic here counts ketamine base."),
        "",
        DRIPSTAND,
        _("A prescriber confirms that the vial's milligrams are base."),
    ),
    "drawn_disagrees": Text(
        _("{drawn} mL of {strength} mg/mL is {drug} mg, the order is {dose} mg."),
        _("They may differ by {tolerance} %."),
        TEMPLATE,
        _("Draw {should} mL, or check the vial's strength."),
    ),
    "drawn_more_than_vials": Text(
        _("{drawn} mL is more than the {count} opened vials hold ({held} mL)."), "", DRIPSTAND, _("Check both numbers.")
    ),
    "too_many_vials": Text(
        _("{count} vials were opened where {needed} hold the dose."), "", DRIPSTAND, _("Check the number of vials.")
    ),
    "nominal_out_of_range": Text(
        _("A bag of {nominal} mL is outside what is used here."),
        _("The range is {low} to {high} mL."),
        TEMPLATE,
        _("Check the bag's volume."),
    ),
    "drawn_more_than_bag": Text(_("{drawn} mL cannot replace as much of a {nominal} mL bag."), "", DRIPSTAND),
    "concentration_out_of_range": Text(
        _("The bag would hold {concentration} mg/mL."),
        _("The range is {low} to {high} mg/mL."),
        TEMPLATE,
        _("Check the drawn volume and the bag's volume."),
    ),
    "start_rate_out_of_range": Text(
        _("The start rate would be {rate} mL/h."),
        _("The range is {low} to {high} mL/h."),
        TEMPLATE,
        _("Check the bag's volume and the planned minutes."),
    ),
    "stated_rate_disagrees": Text(
        _("The start rate works out at {computed} mL/h, not {stated} mL/h."),
        "",
        DRIPSTAND,
        _("Check the bag's volume and the planned minutes."),
    ),
    "hold_up_out_of_range": Text(
        _("A giving set that holds {hold_up} mL is outside what is used here."),
        _("The range is 0 to {high} mL."),
        TEMPLATE,
        _("Read the volume from the set's packing."),
    ),
    "drops_unknown": Text(
        _("{drops} drops/mL is not a set that the clinic uses."),
        _("The clinic's sets: {sets}."),
        TEMPLATE,
        _("Read it from the set's packing."),
    ),
    "use_by_too_late": Text(
        _("The use-by time {use_by} is too late."), _("A bag keeps for {hours} hours."), TEMPLATE, _("Set it earlier.")
    ),
    "use_by_past": Text(_("The bag's use-by time was {use_by}."), "", TEMPLATE, _("Prepare a new bag.")),
    "bag_over_cap": Text(
        _("With this bag the total would be {total} mg."), _("The dose cap is {cap} mg."), ORDER, _("Draw less.")
    ),
    "no_such_bag": Text(_("There is no bag {bag} in this visit."), "", CHART, _("Read the label again.")),
    "bag_not_from_order": Text(
        _("The bag was made from an earlier order."), "", CHART, _("Prepare a bag from the order that holds now.")
    ),
    "check_method_not_allowed": Text(
        _("This way of checking is not one of the clinic's."),
        _("The template names: {methods}."),
        TEMPLATE,
        _("Choose one of them."),
    ),
    "checker_is_preparer": Text(
        _("{name} prepared this bag and cannot check it."), "", TEMPLATE, _("Let somebody else sign in and check it.")
    ),
    "not_pharmacy_made": Text(_("This bag was not made by a pharmacy."), "", CHART, _("A second person checks it.")),
    "check_drawn_disagrees": Text(
        _("The checker's drawn volume is not the preparer's."),
        _("They may differ by rounding only."),
        TEMPLATE,
        _("Both work it out again, apart. Do not hang this bag until they agree."),
    ),
    "check_rate_disagrees": Text(
        _("The checker's start rate is not the preparer's."),
        _("They may differ by rounding only."),
        TEMPLATE,
        _("Both work it out again, apart. Do not hang this bag until they agree."),
    ),
    "bag_not_checked": Text(
        _("Nobody has checked this bag."), "", TEMPLATE, _("A second person checks it under their own sign-in.")
    ),
    "label_disagrees": Text(
        _("The label that was read is not this bag's."), "", CHART, _("Do not hang it. Read the label on the bag.")
    ),
    "another_bag_hangs": Text(_("Another bag hangs at this chair."), "", CHART, _("Take it down first.")),
    "bag_not_hung": Text(_("No bag hangs at this chair."), "", CHART, _("Hang the checked bag and read its label.")),
    "bag_already_down": Text(_("This bag was taken down and is not hung again."), "", CHART, _("Prepare a new bag.")),
    "bag_has_run": Text(_("A stopped bag never runs again."), "", DRIPSTAND, _("Prepare a new bag.")),
    "remaining_too_much": Text(
        _("{remaining} mL is more than the bag held ({held} mL)."), "", DRIPSTAND, _("Measure again.")
    ),
    "site_missing": Text(_("Where the line is placed is missing."), "", CHART, _("Name site and side.")),
    "gauge_unknown": Text(_("{gauge} is not a cannula gauge."), _("From 14 to 26."), DRIPSTAND),
    "no_line": Text(_("No line is in place."), "", CHART, _("Place a line, or chart that it was placed.")),
    "hold_up_disagrees": Text(
        _("The set holds {given} mL here, {bag} mL on the bag's preparation."),
        "",
        CHART,
        _("Read the set's packing; correct the wrong one."),
    ),
    "line_not_primed": Text(
        _("What fills the giving set is not charted."), "", CHART, _("Chart the priming: with drug or with saline.")
    ),
    "flush_not_charted": Text(
        _("The line is said to be flushed, but no flush is charted since the stop."),
        "",
        CHART,
        _("Chart the flush with its volume and minutes first."),
    ),
    "cleared_how": Text(_("How the line was cleared is missing."), _("flushed, aspirated or disconnected."), DRIPSTAND),
}
