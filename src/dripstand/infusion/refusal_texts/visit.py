"""The visit and its order."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, CLINIC, DRIPSTAND, ORDER, TEMPLATE, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

VISIT: Mapping[str, Text] = {
    "chair_taken": Text(_("Somebody else sits in {chair}."), "", CHART, _("Choose another chair.")),
    "second_infusion_too_soon": Text(
        _("This patient's last infusion started at {started}."),
        _("At least {hours} hours lie between two infusions."),
        TEMPLATE,
        _("Ask the prescriber."),
    ),
    "already_opened": Text(_("This visit is already open."), "", CHART),
    "nothing_opened": Text(_("There is no visit here."), "", CHART, _("Open the visit first.")),
    "born_after_visit": Text(
        _("The birth date {birth_date} is after the visit."), "", CHART, _("Check the birth date.")
    ),
    "template_differs": Text(
        _("The visit runs under template {template}, not {given}."), "", CHART, _("Use the visit's own template.")
    ),
    "two_identifiers": Text(
        _("Identity needs two different identifiers."), _("{count} was given."), CLINIC, _("Ask for a second one.")
    ),
    "birth_date_disagrees": Text(
        _("The birth date {stated} is not the record's."), "", CHART, _("Stop: check who is in the chair.")
    ),
    "weight_out_of_range": Text(
        _("{weight} kg is outside what can be treated here."),
        _("The range is {low} to {high} kg."),
        TEMPLATE,
        _("Weigh again, in kilograms."),
    ),
    "height_out_of_range": Text(
        _("A height of {height} cm is outside the usual."),
        _("The range is {low} to {high} cm."),
        TEMPLATE,
        _("Check whether height and weight are swapped."),
    ),
    "bmi_out_of_range": Text(
        _("{weight} kg at {height} cm is a body mass index of {bmi}."),
        _("The range is {low} to {high}."),
        TEMPLATE,
        _("Check height and weight: kilograms, centimetres, not swapped."),
    ),
    "second_reader_changed": Text(
        _("{weight} kg differs from the weight of an earlier visit."),
        _("More than {limit} % needs a second reader."),
        TEMPLATE,
        _("Check the unit. Let a second person read the scale and be named."),
    ),
    "second_reader_no_height": Text(
        _("{weight} kg cannot be compared: there is no height and no earlier weight."),
        "",
        TEMPLATE,
        _("Measure the height. Let a second person read the scale and be named."),
    ),
    "second_reader_first": Text(
        _("{weight} kg cannot be compared: there is no earlier weight."),
        _("Each first weight needs a second reader."),
        DRIPSTAND,
        _("Check the unit. Let a second person read the scale and be named."),
    ),
    "second_reader_high_bmi": Text(
        _("{weight} kg is a high body mass index, and there is no earlier weight."),
        "",
        TEMPLATE,
        _("Check that it is not pounds. Let a second person read the scale and be named."),
    ),
    "call_how": Text(
        _("It is not said how calling was tried."), "", DRIPSTAND, _("Choose: with the tablet, or no tablet used.")
    ),
    "no_tablet": Text(
        _("No tablet is paired to this visit."), "", CHART, _("Pair one, or choose that no tablet is used.")
    ),
    "tablet_in_use": Text(
        _("A tablet is paired to this visit."), "", CHART, _("Try its call area as well, or release it first.")
    ),
    "call_not_tried": Text(
        _("No call from this tablet has been heard yet."),
        "",
        CHART,
        _("Let the patient touch the call area and answer at the chair; or release the tablet."),
    ),
    "no_such_call": Text(_("There is no such call."), "", CHART, _("Open the page again.")),
    "call_answered": Text(_("{who} is with the patient already."), "", CHART),
    "recording_gone": Text(
        _("The clinic offers this recording no more."), "", CLINIC, _("Choose another sound, or add it again.")
    ),
    "sound_file_missing": Text(_("A recording goes with the recorded sound, and with no other."), "", DRIPSTAND),
    "anxiety_score": Text(_("An anxiety score goes from 0 to 10."), "", DRIPSTAND, _("Enter a whole number.")),
    "fasting_disagrees": Text(
        _("The last {what} was {hours} hours ago."),
        _("At least {limit} hours lie between."),
        TEMPLATE,
        _("Record the check as not met; a prescriber can override it."),
    ),
    "check_must_apply": Text(_("{check} applies to everybody."), "", TEMPLATE, _("Record whether it is met.")),
    "pregnancy_applies": Text(
        _("A pregnancy test applies to this patient."),
        _("It applies from {low} to {high} years, unless the sex on record is male."),
        TEMPLATE,
        _("Record the test, or a prescriber overrides it with a reason."),
    ),
    "nothing_to_override": Text(_("{check} is not open: there is nothing to override."), "", CHART),
    "bedside_alarms_never_overridden": Text(
        _("The bedside monitor is the primary alarm."), "", TEMPLATE, _("Switch its alarms on.")
    ),
    "allergies_never_overridden": Text(_("Nobody starts without asking about allergies."), "", TEMPLATE, _("Ask.")),
    "consent_never_overridden": Text(_("Consent is never overridden."), "", TEMPLATE, _("Obtain consent.")),
}

ORDER_TEXTS: Mapping[str, Text] = {
    "no_weight": Text(_("No weight was measured today."), "", CHART, _("Weigh the patient.")),
    "weight_too_old": Text(
        _("The weight is {hours} hours old."), _("It holds for {limit} hours."), TEMPLATE, _("Weigh the patient again.")
    ),
    "weight_basis_not_signed": Text(
        _("The order is on the {basis} weight."),
        _("The signed protocol says the {wanted} weight for this patient."),
        TEMPLATE,
        _("Choose that weight, or let the medical lead sign another choice."),
    ),
    "bmi_needs_height": Text(
        _("Which weight counts here depends on the body mass index, and the height is not on record."),
        "",
        TEMPLATE,
        _("Measure the height and add it to the patient."),
    ),
    "ideal_weight_needs_sex": Text(
        _("Ideal weight needs the sex on record."), "", DRIPSTAND, _("Choose the actual or the capped weight.")
    ),
    "ideal_weight_needs_height": Text(
        _("Ideal weight needs a height."),
        "",
        DRIPSTAND,
        _("Measure the height, or choose the actual or capped weight."),
    ),
    "ideal_weight_too_short": Text(
        _("Ideal weight is not defined for {height} cm."),
        _("The formula begins at 152.4 cm (60 inches)."),
        DRIPSTAND,
        _("Choose the actual or the capped weight."),
    ),
    "pain_not_signed": Text(
        _("This visit's protocol says nothing of chronic pain."),
        "",
        TEMPLATE,
        _("The medical lead signs a version with limits for it; then open a new visit."),
    ),
    "not_positive": Text(_("{what} must be more than zero."), "", DRIPSTAND, _("Enter the amount.")),
    "dose_too_high": Text(
        _("{dose} mg/kg is above the highest dose."), _("The limit is {limit} mg/kg."), TEMPLATE, _("Lower the dose.")
    ),
    "dose_too_low": Text(
        _("{dose} mg/kg is below the lowest dose."),
        _("The limit is {limit} mg/kg."),
        TEMPLATE,
        _("Check the decimal point."),
    ),
    "dose_mg_too_high": Text(
        _("{dose} mg is above the highest dose."), _("The limit is {limit} mg."), TEMPLATE, _("Lower the dose.")
    ),
    "stated_dose_disagrees": Text(
        _("The dose works out at {computed} mg, not {stated} mg."),
        "",
        DRIPSTAND,
        _("Check mg/kg, the weight basis and the milligrams."),
    ),
    "stated_dose_rate_disagrees": Text(
        _("The dose rate works out at {computed} mg/kg/h, not {stated} mg/kg/h."),
        "",
        DRIPSTAND,
        _("Check the dose and the minutes."),
    ),
    "minutes_too_short": Text(
        _("{minutes} minutes is too fast."), _("The shortest is {limit} minutes."), TEMPLATE, _("Plan more minutes.")
    ),
    "minutes_too_long": Text(
        _("{minutes} minutes is longer than planned here."),
        _("The longest is {limit} minutes."),
        TEMPLATE,
        _("Plan fewer minutes."),
    ),
    "dose_rate_outside_own_limits": Text(
        _("The planned dose rate of {rate} mg/kg/h is outside the order's own limits."),
        _("They are {low} to {high} mg/kg/h."),
        ORDER,
        _("Correct the minutes or the limits."),
    ),
    "dose_rate_limit_too_high": Text(
        _("A highest dose rate of {rate} mg/kg/h is above the clinic's."),
        _("The limit is {limit} mg/kg/h."),
        TEMPLATE,
        _("Lower it."),
    ),
    "cap_below_dose": Text(
        _("The dose cap of {cap} mg is below the dose of {dose} mg."), "", ORDER, _("Correct the cap or the dose.")
    ),
    "cap_too_high": Text(
        _("A dose cap of {cap} mg is above the highest dose."),
        _("The limit is {limit} mg."),
        TEMPLATE,
        _("Lower the cap."),
    ),
    "interval_too_long": Text(
        _("Every {minutes} minutes is too rare for this check."),
        _("The longest is {limit} minutes, twice the clinic's own interval."),
        TEMPLATE,
        _("Check the minutes."),
    ),
    "interval_not_positive": Text(_("Each check needs an interval of at least one minute."), "", DRIPSTAND),
    "amendment_needs_reason": Text(_("An amended order says why."), "", CHART, _("Say why it is amended.")),
    "read_back_missing": Text(
        _("The telephone order was not read back."), "", TEMPLATE, _("Read it back to the prescriber, then chart it.")
    ),
    "prescriber_takes_own_order": Text(
        _("The prescriber cannot take their own telephone order."), "", TEMPLATE, _("Sign the order instead.")
    ),
    "countersign_own_only": Text(
        _("Only {name}, who gave the order, countersigns it."), "", TEMPLATE, _("Let them sign in.")
    ),
    "no_such_order": Text(_("There is no telephone order to countersign with that number."), "", CHART),
    "already_countersigned": Text(_("This order is already countersigned."), "", CHART),
    "no_order": Text(_("There is no order."), "", CHART, _("A prescriber signs an order first.")),
    "order_expired": Text(
        _("The telephone order expired at {expired}."), "", TEMPLATE, _("A prescriber signs it, or gives it anew.")
    ),
    "countersignature_overdue": Text(
        _("The telephone order was to be countersigned by {deadline}."), "", TEMPLATE, _("The prescriber countersigns.")
    ),
}
