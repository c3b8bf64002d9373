"""The visit: opening, arrival, identity, weight, pre-infusion checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.decisions.asking import Asked, checks, missing, reason_wanted, refused_before
from dripstand.infusion.decisions.calm import call_test
from dripstand.infusion.dosing import plain
from dripstand.infusion.events import CheckResult, PreCheck
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.weights import implausible, needs_second_reader
from dripstand.protocol.template import Gates, ProtocolTemplate

NEVER_OVERRIDDEN = {
    PreCheck.BEDSIDE_ALARMS_ON: "bedside_alarms_never_overridden",
    PreCheck.ALLERGIES_REVIEWED: "allergies_never_overridden",
    PreCheck.CONSENT_PRESENT: "consent_never_overridden",
}
"""Checks that no reason replaces (H40: the bedside monitor is the primary alarm), and the code that says so."""


def age_years(birth_date: date, on: date) -> int:
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def pregnancy_test_applies(chart: Chart, gates: Gates, on: date) -> bool:
    """To everybody in the template's ages whose sex on record is not male."""
    opened = chart.opened
    in_age = gates.pregnancy_age_low_y <= age_years(opened.birth_date, on) <= gates.pregnancy_age_high_y
    return opened.sex != "M" and in_age


def must_apply(check: PreCheck, chart: Chart, template: ProtocolTemplate, on: date) -> bool:
    """Whether "not applicable" is no answer for this patient."""
    if check is PreCheck.PREGNANCY_TEST:
        return pregnancy_test_applies(chart, template.gates, on)
    if check is PreCheck.BLADDER:
        return chart.opened.infusion_number >= template.gates.bladder_from_infusion_number
    return True


def opening(asked: Asked, request: ev.SessionOpened) -> Iterator[Reason]:
    yield from missing(request.patient_id, "patient_id")
    yield from missing(request.patient_name, "patient_name")
    if request.birth_date > asked.now.date():
        yield reason("born_after_visit", "birth_date", birth_date=request.birth_date.isoformat())
    if request.template_id != asked.template.template_id:
        yield reason("template_differs", "template_id", template=asked.template.template_id, given=request.template_id)


@checks(
    ev.PatientArrived,
    ev.NoDrivingPromised,
    ev.NoteWritten,
)
def _nothing_or_text(
    asked: Asked, request: ev.PatientArrived | ev.NoDrivingPromised | ev.NoteWritten
) -> Iterator[Reason]:
    if isinstance(request, ev.NoteWritten):
        yield from missing(request.text, "text")


@checks(ev.ChairAssigned)
def _chair(asked: Asked, request: ev.ChairAssigned) -> Iterator[Reason]:
    yield from missing(request.chair_id, "chair_id")


@checks(ev.IdentityConfirmed)
def _identity(asked: Asked, request: ev.IdentityConfirmed) -> Iterator[Reason]:
    different = {identifier.strip().casefold() for identifier in request.identifiers if identifier.strip()}
    if len(different) < 2:
        yield reason("two_identifiers", "identifiers", count=len(different))
    if request.stated_birth_date != asked.chart.opened.birth_date:
        yield reason("birth_date_disagrees", "stated_birth_date", stated=request.stated_birth_date.isoformat())


@checks(ev.EscortNamed, ev.EscortAnswered)
def _escort(asked: Asked, request: ev.EscortNamed | ev.EscortAnswered) -> Iterator[Reason]:
    yield from missing(request.name, "name")
    if isinstance(request, ev.EscortNamed) or request.can_come:
        yield from refused_before(asked, request.name)


@checks(ev.EscortRefused)
def _escort_refused(asked: Asked, request: ev.EscortRefused) -> Iterator[Reason]:
    yield from missing(request.name, "name")
    yield from reason_wanted(request.reason)


@checks(ev.WeightMeasured)
def _weight(asked: Asked, request: ev.WeightMeasured) -> Iterator[Reason]:
    opened, limits = asked.chart.opened, asked.template.dose
    wrong = implausible(request.weight_kg, opened.height_cm, limits)
    yield from wrong
    if wrong:
        return
    why = needs_second_reader(request.weight_kg, opened.height_cm, opened.last_weight_kg, limits)
    if not why:
        return
    if request.second_reader is None:
        percent = plain(limits.weight_change_second_reader_fraction * 100)
        yield reason(f"second_reader_{why}", "second_reader", weight=plain(request.weight_kg), limit=percent)
    elif request.second_reader.staff_id == asked.actor.staff_id:
        yield reason("second_signature_same_person", "second_reader")


@checks(ev.PreCheckRecorded)
def _check(asked: Asked, request: ev.PreCheckRecorded) -> Iterator[Reason]:
    score = request.anxiety_score
    if score is not None and not 0 <= score <= 10:
        yield reason("anxiety_score", "anxiety_score")
    if request.check is PreCheck.ANXIETY and request.result is CheckResult.MET and score is None:
        yield reason("anxiety_score", "anxiety_score")
    if request.result is CheckResult.NOT_APPLICABLE and must_apply(
        request.check, asked.chart, asked.template, asked.at.date()
    ):
        yield _must_apply_reason(request.check, asked.template)
    if request.check is PreCheck.CALL_TRIED:
        yield from call_test(asked, request)
    if request.check is PreCheck.FASTING and request.result is CheckResult.MET:
        yield from _fasting(asked, request)


def _must_apply_reason(check: PreCheck, template: ProtocolTemplate) -> Reason:
    if check is PreCheck.PREGNANCY_TEST:
        gates = template.gates
        return reason("pregnancy_applies", "result", low=gates.pregnancy_age_low_y, high=gates.pregnancy_age_high_y)
    return reason("check_must_apply", "result", check=check)


def _fasting(asked: Asked, request: ev.PreCheckRecorded) -> Iterator[Reason]:
    """Said to be fasting, with times that say otherwise."""
    gates = asked.template.gates
    for field, what, taken_at, limit_h in (
        ("last_food_at", "food", request.last_food_at, gates.fasting_food_h),
        ("last_clear_fluid_at", "drink", request.last_clear_fluid_at, gates.fasting_clear_fluid_h),
    ):
        if taken_at is None:
            continue
        hours = (asked.at - taken_at).total_seconds() / 3600
        if hours < 0:
            yield reason("in_the_future", field, when=f"{taken_at:%Y-%m-%d %H:%M} UTC")
        elif hours < limit_h:
            yield reason("fasting_disagrees", field, what=what, hours=f"{hours:.1f}", limit=plain(limit_h))


@checks(ev.PreCheckOverridden)
def _override(asked: Asked, request: ev.PreCheckOverridden) -> Iterator[Reason]:
    yield from reason_wanted(request.reason)
    if request.check in NEVER_OVERRIDDEN:
        yield reason(NEVER_OVERRIDDEN[request.check], "check")
    entry = asked.chart.checks.get(request.check)
    event = entry.event if entry else None
    if isinstance(event, ev.PreCheckRecorded) and event.result is not CheckResult.NOT_MET:
        yield reason("nothing_to_override", "check", check=request.check)
