"""The start, the rate and watching."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.text import CHART, DRIPSTAND, ORDER, TEMPLATE, Text
from dripstand.infusion.refusal_texts.text import gettext_noop as _

INFUSION: Mapping[str, Text] = {
    "identity_not_confirmed": Text(
        _("The patient's identity is not confirmed."), "", TEMPLATE, _("Ask two identifiers.")
    ),
    "check_open": Text(_("{check} is not recorded."), "", TEMPLATE, _("Record it.")),
    "check_not_met": Text(_("{check} is not met."), "", TEMPLATE, _("A prescriber can override it with a reason.")),
    "allergy_to_ketamine": Text(
        _("Ketamine stands among the allergies ({allergy})."), "", CHART, _("Do not start. Call the prescriber.")
    ),
    "allergies_not_reviewed": Text(
        _("The allergies were not reviewed."), "", TEMPLATE, _("Ask, and record the review.")
    ),
    "day_not_signed": Text(
        _("Today's readiness is not signed."),
        _("Oxygen, suction, defibrillator and staff are looked at before the first start of a day."),
        TEMPLATE,
        _("A nurse or prescriber looks, and signs the day on its page."),
    ),
    "day_not_in_order": Text(
        _("{by} found not in order today: {what}."),
        _("Nothing starts before everything is in order."),
        TEMPLATE,
        _("Put it right, look again, and sign the day anew."),
    ),
    "no_escort": Text(_("No escort is named."), "", TEMPLATE, _("Name who takes the patient home.")),
    "no_observer": Text(_("Nobody is named as observer."), "", TEMPLATE, _("Take the chair under your own sign-in.")),
    "too_many_chairs": Text(
        _("{name} already watches {count} infusing chairs."),
        _("One observer watches at most {limit}."),
        TEMPLATE,
        _("Somebody else takes this chair."),
    ),
    "no_vital_signs": Text(
        _("{sign} was not measured before the dose."), "", TEMPLATE, _("Measure it now and chart it.")
    ),
    "vital_signs_too_old": Text(
        _("{sign} is {minutes} minutes old."),
        _("Before the dose it holds for {limit} minutes."),
        TEMPLATE,
        _("Measure it again."),
    ),
    "vital_signs_hold": Text(
        _("{sign} is {value}."),
        _("Above or below {limit} the dose is held."),
        TEMPLATE,
        _("Wait and measure again, or a prescriber starts it."),
    ),
    "start_rate_differs": Text(
        _("{rate} mL/h is not the start rate on the label."),
        _("The label says {label} mL/h."),
        CHART,
        _("Start at the label's rate, then chart the change."),
    ),
    "rate_above_order": Text(
        _("{rate} mL/h is {dose_rate} mg/kg/h, above this order's limit."),
        _("The limit is {limit} mL/h ({limit_dose_rate} mg/kg/h)."),
        ORDER,
        _("A prescriber can amend the order."),
    ),
    "rate_below_order": Text(
        _("{rate} mL/h is {dose_rate} mg/kg/h, below this order's lowest rate."),
        _("The limit is {limit} mL/h ({limit_dose_rate} mg/kg/h)."),
        ORDER,
        _("Chart a pause, or a prescriber amends the order."),
    ),
    "rate_above_pump": Text(
        _("{rate} mL/h is above the highest rate."), _("The limit is {limit} mL/h."), TEMPLATE, _("Type it again.")
    ),
    "rate_below_pump": Text(
        _("{rate} mL/h is below the lowest rate."),
        _("The limit is {limit} mL/h."),
        TEMPLATE,
        _("Type it again, or pause."),
    ),
    "rate_not_on_pump": Text(
        _("The pump cannot be set to {rate} mL/h."), _("Its steps are {limit} mL/h."), TEMPLATE, _("Round it.")
    ),
    "finish_too_soon": Text(
        _("At {rate} mL/h the infusion would last {minutes} minutes in all."),
        _("The shortest is {limit} minutes."),
        TEMPLATE,
        _("Choose a lower rate."),
    ),
    "finish_too_late": Text(
        _("At {rate} mL/h the infusion would last {minutes} minutes in all."),
        _("The longest is {limit} minutes."),
        TEMPLATE,
        _("Choose a higher rate, or stop."),
    ),
    "over_cap": Text(
        _("The total would be {total} mg."),
        _("The dose cap is {cap} mg."),
        ORDER,
        _("A prescriber can amend the order."),
    ),
    "rate_change_unusual": Text(
        _("{rate} mL/h{dose_rate} is {percent} % of the running {running} mL/h; the bag would last {left}."),
        "",
        DRIPSTAND,
        _("Is it meant? Then say so once more."),
    ),
    "same_rate": Text(_("The rate is {rate} mL/h already."), "", CHART),
    "hindsight_needs_prescriber": Text(
        _("A rate beyond the order's limits is charted afterwards by a prescriber only."),
        "",
        ORDER,
        _("Ask a prescriber to chart what was really given."),
    ),
    "flush_out_of_range": Text(
        _("A flush of {volume} mL is outside what is used here."),
        _("The range is {low} to {high} mL."),
        TEMPLATE,
        _("Type it again."),
    ),
    "flush_pushes_drug_in": Text(
        _("The line holds drug: this flush would give it before the start."),
        "",
        DRIPSTAND,
        _("Prime the line again with saline, or start first."),
    ),
    "flush_too_fast": Text(
        _("This flush would push the drug in the line in at {dose_rate} mg/kg/h."),
        _("The limit is {limit} mg/kg/h."),
        TEMPLATE,
        _("Give it over at least {minutes} minutes, or disconnect the set."),
    ),
    "nothing_to_confirm": Text(_("Entry {sequence} is nothing that a pump does."), "", CHART),
    "pump_disagrees": Text(
        _("The pump shows {pump} mL/h, the chart says {charted} mL/h."),
        "",
        CHART,
        _("Set the pump, or correct the entry."),
    ),
}

WATCHING: Mapping[str, Text] = {
    "observer_present": Text(
        _("{name} watches this chair."), "", TEMPLATE, _("They offer you a hand-over and you accept it.")
    ),
    "only_observer_offers": Text(_("Only {name}, who watches, can hand the chair over."), "", TEMPLATE),
    "hand_over_to_self": Text(_("A hand-over needs somebody else."), "", DRIPSTAND, _("Choose a colleague.")),
    "no_such_hand_over": Text(_("This hand-over is no longer open."), "", CHART, _("Ask for a new one.")),
    "hand_over_to_another": Text(_("The chair was offered to {name}."), "", CHART, _("Only they can accept it.")),
    "nothing_measured": Text(_("No vital sign was entered."), "", DRIPSTAND, _("Enter at least one value.")),
    "impossible_value": Text(
        _("{value} is not possible for {sign}."), _("From {low} to {high}."), DRIPSTAND, _("Measure or type it again.")
    ),
    "pressure_half": Text(_("A blood pressure has two values."), "", DRIPSTAND, _("Enter both.")),
    "pressure_swapped": Text(
        _("The lower value {diastolic} is not below the upper value {systolic}."), "", DRIPSTAND, _("Check both.")
    ),
    "scale_differs": Text(_("The clinic scores sedation on {scale}."), "", TEMPLATE, _("Use that scale.")),
    "score_out_of_scale": Text(
        _("{score} is not a score of {scale}."), _("From {low} to {high}."), DRIPSTAND, _("Score again.")
    ),
    "no_such_side_effect": Text(_("Entry {sequence} is not a side effect of this visit."), "", CHART),
    "device_bound": Text(_("This device is already bound here."), "", CHART),
    "device_not_bound": Text(_("This device is not bound here."), "", CHART),
    "no_such_alarm": Text(_("This alarm is not open."), "", CHART),
    "alarm_raised_twice": Text(_("This alarm was raised already."), "", CHART),
    "latched_alarm_not_acknowledged": Text(
        _("This alarm stays until somebody has seen it."), "", TEMPLATE, _("Acknowledge it first.")
    ),
    "silence_too_long": Text(
        _("A silence of {seconds} seconds is too long."), _("At most {limit} seconds."), TEMPLATE, _("Choose less.")
    ),
    "silence_in_the_past": Text(_("The silence would already be over."), "", DRIPSTAND),
    "no_such_limit": Text(_("There is no alarm {alarm} with a limit."), "", TEMPLATE),
    "limit_unit_differs": Text(_("The limit of {alarm} is in {unit}."), "", TEMPLATE, _("Use that unit.")),
    "limit_out_of_bounds": Text(
        _("{value} is outside what one session may set for {alarm}."),
        _("The bounds are {low} to {high} {unit}."),
        TEMPLATE,
        _("Choose a value between them."),
    ),
    "limit_wider_needs_prescriber": Text(
        _("This makes the alarm {alarm} less sensitive."),
        _("The limit now is {limit} {unit}."),
        TEMPLATE,
        _("A prescriber can set it."),
    ),
}
