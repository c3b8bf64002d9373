"""The preparation page's sections, in the order of the work: what is done, what needs somebody, what is not yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import ChartEntry, CheckResult, PreCheck
from dripstand.infusion.line import holds_quarantined
from dripstand.infusion.saying import say
from dripstand.infusion.views.page_form import PageForm, correcting, fresh
from dripstand.infusion.words import CHECK_WORDS
from dripstand.protocol.template import ProtocolTemplate


class StepState(StrEnum):
    DONE = "done"
    NEEDS = "needs"  # the next thing to do, or something that is not met
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One section. ``body``: the template with its form; ``said``: what the chart holds, in words.

    href: a page of its own where the work is done there. overrides: what a prescriber may override here, with a reason.
    check, asks: the pre-infusion check that is asked here, and the question in a sentence.
    """

    key: str
    title: str | Promise
    state: StepState
    body: str = ""
    said: str = ""
    who: str = ""
    at: datetime | None = None
    was_corrected: bool = False
    form: PageForm | None = None
    correction: PageForm | None = None
    href: str = ""
    href_words: str = ""
    overrides: PageForm | None = None
    why: str = ""
    check: str = ""
    asks: str = ""
    may_not_apply: bool = False
    not_mine: str = ""  # who does it instead, where the signed-in person may not
    is_open: bool = False  # its form is shown: it is the next thing, it was asked for, or it was refused


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one section asks of the chart."""

    key: str
    title: str | Promise
    kind: str
    entry: Callable[[Chart], ChartEntry | None]
    body: str
    hint: str | Promise = ""
    why: Callable[[Chart], str] = lambda _chart: ""
    """What makes it open again, where something does; it stands instead of the hint."""
    says_detail: bool = True  # False where the first words of the entry are the fact: "Weight 80 kg", "MOAA/S 5"


def _of_kind(kind: type[ev.SessionEvent]) -> Callable[[Chart], ChartEntry | None]:
    def last(chart: Chart) -> ChartEntry | None:
        return next((entry for entry in reversed(chart.effective) if isinstance(entry.event, kind)), None)

    return last


def _entry_of(check: PreCheck, chart: Chart) -> ChartEntry | None:
    """What answers a check: also the patient's own promise by link, which nobody has to ask for again."""
    promised = chart.agreed_not_to_drive if check is PreCheck.NO_DRIVING else None
    return promised or chart.checks.get(check)


def _check(check: PreCheck) -> _Asked:
    return _Asked(
        f"check-{check.value}",
        CHECK_WORDS[check],
        "pre_check_recorded",
        lambda chart: _entry_of(check, chart),
        f"infusion/desk/steps/{check.value}.html"
        if check in (PreCheck.FASTING, PreCheck.ANXIETY, PreCheck.CALL_TRIED)
        else "infusion/desk/steps/check.html",
    )


def _body(name: str) -> str:
    return f"infusion/desk/steps/{name}.html"


def _escort_entry(chart: Chart) -> ChartEntry | None:
    """Who was named last, while they still are the escort: not after their own no, nor after a refusal (H44)."""
    return _of_kind(ev.EscortNamed)(chart) if chart.escort is not None else None


def _escort_gone(chart: Chart) -> str:
    """Why another escort has to be named; "" where nobody is gone."""
    if chart.escort is not None:
        return ""
    if (refused := chart.escort_refused) is not None:
        facts = {"name": refused.name, "reason": refused.reason}
        return _("%(name)s was refused, %(reason)s: name another one.") % facts
    if (answer := chart.escort_answer) is not None:
        return _("%(name)s has said that they cannot come: name another one.") % {"name": answer.name}
    return ""


def _hung_entry(chart: Chart) -> ChartEntry | None:
    """What hangs; or, after the stop, what hung. A bag that came down before is no answer: another one is hung."""
    found, state = _of_kind(ev.BagHung)(chart), chart.bag_state
    if found is None or chart.hung_bag is not None:
        return found
    hung = state is not None and isinstance(found.event, ev.BagHung) and found.event.bag_id == state.bag.bag_id
    return found if hung and chart.stopped_at is not None else None


def _primed_entry(chart: Chart) -> ChartEntry | None:
    """What fills the set, unless it came out of a bag that was found wrong since: then the set is changed (H65)."""
    return None if holds_quarantined(chart) else _of_kind(ev.LinePrimed)(chart)


def _primed_wrong(chart: Chart) -> str:
    if not holds_quarantined(chart):
        return ""
    return _("The set still holds what came out of a quarantined bag: change it.")


ARRIVED = _Asked("arrived", gettext_lazy("Arrived"), "patient_arrived", _of_kind(ev.PatientArrived), _body("arrived"))
AT_THE_DOOR: tuple[_Asked, ...] = (
    ARRIVED,
    _Asked(
        "identity",
        gettext_lazy("Identity"),
        "identity_confirmed",
        lambda chart: chart.identity_confirmed,
        _body("identity"),
    ),
    _Asked("chair", gettext_lazy("Chair"), "chair_assigned", _of_kind(ev.ChairAssigned), _body("chair")),
    _Asked("observer", gettext_lazy("Who watches"), "observer_named", _of_kind(ev.ObserverNamed), _body("observer")),
    _Asked(
        "weight",
        gettext_lazy("Weight"),
        "weight_measured",
        lambda chart: chart.weight,
        _body("weight"),
        says_detail=False,
    ),
)
BEFORE_THE_LINE: tuple[_Asked, ...] = (
    _Asked("escort", gettext_lazy("Escort"), "escort_named", _escort_entry, _body("escort"), why=_escort_gone),
    _Asked(
        "vitals",
        gettext_lazy("Vital signs before the dose"),
        "vital_signs_taken",
        lambda chart: chart.vitals[-1] if chart.vitals else None,
        _body("vitals"),
        gettext_lazy("A connected monitor's readings count as well."),
    ),
    _Asked(
        "sedation",
        gettext_lazy("Sedation before the dose"),
        "sedation_scored",
        lambda chart: chart.latest_sedation,
        _body("sedation"),
        says_detail=False,
    ),
    _Asked("line", gettext_lazy("Line"), "line_placed", lambda chart: chart.line_entry, _body("line")),
)
AT_THE_CHAIR: tuple[_Asked, ...] = (
    _Asked(
        "primed", gettext_lazy("Giving set primed"), "line_primed", _primed_entry, _body("primed"), why=_primed_wrong
    ),
    _Asked("hang", gettext_lazy("Bag hung"), "bag_hung", _hung_entry, _body("hang")),
)


LAST_CHECKS = (PreCheck.BEDSIDE_ALARMS_ON, PreCheck.CALL_TRIED)
"""What is looked at in the chair, just before the start."""


def preparation_steps(chart: Chart, template: ProtocolTemplate, zone: tzinfo) -> list[Step]:
    """Every section with its state. The first that is open and can be done now is the one that needs somebody."""
    found = list(_sections(chart, template, zone))
    first_open = next((i for i, step in enumerate(found) if step.state is StepState.LATER), None)
    if first_open is not None:
        found[first_open] = _needing(found[first_open])
    return found


def _needing(step: Step) -> Step:
    return replace(step, state=StepState.NEEDS)


def _sections(chart: Chart, template: ProtocolTemplate, zone: tzinfo) -> Iterator[Step]:
    required = [PreCheck(name) for name in template.gates.required_checks]
    for asked in AT_THE_DOOR:
        yield _section(asked, chart, zone)
    for check in required:
        if check not in LAST_CHECKS:
            yield _check_section(check, chart, template, zone)
    for asked in BEFORE_THE_LINE:
        yield _section(asked, chart, zone)
    yield _order_section(chart, zone)
    yield from _bag_sections(chart, zone)
    for asked in AT_THE_CHAIR:
        yield _section(asked, chart, zone)
    for check in LAST_CHECKS:
        if check in required:
            yield _check_section(check, chart, template, zone)


def _section(asked: _Asked, chart: Chart, zone: tzinfo) -> Step:
    entry = asked.entry(chart)
    patient_id = chart.opened.patient_id
    form = fresh(asked.key, asked.kind, patient_id)
    if entry is None:
        why = asked.why(chart) or str(asked.hint)
        return Step(asked.key, asked.title, StepState.LATER, asked.body, form=form, why=why)
    return Step(
        asked.key,
        asked.title,
        StepState.DONE,
        asked.body,
        said=say(entry.event, zone).detail if asked.says_detail else say(entry.event, zone).text,
        who=entry.actor.name,
        at=entry.occurred_at,
        was_corrected=bool(chart.corrections.get(entry.sequence)),
        form=form,
        correction=correcting(asked.key, entry.sequence, entry.event, patient_id, zone),
    )


def _said(entry: ChartEntry, zone: tzinfo) -> str:
    said = say(entry.event, zone)
    return said.detail or said.title


def _check_section(check: PreCheck, chart: Chart, template: ProtocolTemplate, zone: tzinfo) -> Step:
    """Met or not applicable is done; not met needs somebody, until a prescriber overrides it with a reason."""
    step = _section(_check(check), chart, zone)
    typed = {"check": (check.value,)}
    assert step.form is not None
    step = replace(
        step,
        form=replace(step.form, typed=typed),
        check=check.value,
        asks=_question(check, template),
        may_not_apply=check in (PreCheck.PREGNANCY_TEST, PreCheck.BLADDER),
    )
    entry = _entry_of(check, chart)
    if entry is not None and isinstance(entry.event, ev.NoDrivingPromised):
        return replace(step, correction=None)  # it is the patient's own; asked again, the answer is charted anew
    if entry is None or not isinstance(entry.event, ev.PreCheckRecorded):
        return step
    override = chart.overrides.get(check)
    if override is not None:
        words = _("overridden by %(name)s: %(reason)s") % {
            "name": override.actor.name,
            "reason": override.event.reason if isinstance(override.event, ev.PreCheckOverridden) else "",
        }
        return replace(step, said=f"{step.said}, {words}")
    if entry.event.result is CheckResult.NOT_MET:
        name = f"override-{check.value}"
        overrides = fresh(name, "pre_check_overridden", chart.opened.patient_id, typed)
        return replace(step, state=StepState.NEEDS, overrides=overrides)
    return step


def _order_section(chart: Chart, zone: tzinfo) -> Step:
    entry = chart.order_entry
    if entry is None:
        return Step("order", _("Order"), StepState.LATER, href="infusion:order", href_words=_("Write the order"))
    waits = chart.order_is_telephone and chart.countersigned is None
    said = _said(entry, zone)
    return Step(
        "order",
        _("Order"),
        StepState.DONE,
        said=f"{said}, {_('not yet countersigned')}" if waits else said,
        who=entry.actor.name,
        at=entry.occurred_at,
        was_corrected=bool(chart.corrections.get(entry.sequence)),
        href="infusion:order",
        href_words=_("See the order"),
    )


def _bag_sections(chart: Chart, zone: tzinfo) -> Iterator[Step]:
    state = chart.bag_state
    made = state.entry if state is not None and state.down_at is None else None
    if made is None:
        yield Step("bag", _("Bag prepared"), StepState.LATER, href="infusion:bag", href_words=_("Prepare the bag"))
    else:
        yield Step(
            "bag",
            _("Bag prepared"),
            StepState.DONE,
            said=_said(made, zone),
            who=made.actor.name,
            at=made.occurred_at,
            href="infusion:bag",
            href_words=_("See the bag"),
        )
    check = state.check_entry if state is not None and made is not None else None
    if check is None:
        yield Step("bag-check", _("Bag checked"), StepState.LATER, href="infusion:bag_check", href_words=_("Check it"))
    else:
        yield Step(
            "bag-check",
            _("Bag checked"),
            StepState.DONE,
            said=say(check.event, zone).text,
            who=check.actor.name,
            at=check.occurred_at,
            href="infusion:bag",
            href_words=_("See the bag"),
        )


def _question(check: PreCheck, template: ProtocolTemplate) -> str:
    """What a check asks, in a sentence."""
    gates = template.gates
    asks = {
        PreCheck.MEDICINES_TODAY: _("What was taken today? Name benzodiazepines, stimulants, alcohol."),
        PreCheck.CONSENT_PRESENT: _("The signed consent lies in the record and the patient agrees today."),
        PreCheck.PREGNANCY_TEST: _("Applies from %(low)s to %(high)s years unless the sex on record is male.")
        % {"low": gates.pregnancy_age_low_y, "high": gates.pregnancy_age_high_y},
        PreCheck.BLADDER: _("Ask about pain, urgency, frequency and blood."),
        PreCheck.ALLERGIES_REVIEWED: _("Read the allergies out and ask for others."),
        PreCheck.NO_DRIVING: _(
            "The patient agrees: no driving, riding or machines until tomorrow, after a night of sleep. Who agreed by "
            "their own link needs not be asked."
        ),
        PreCheck.BEDSIDE_ALARMS_ON: _(
            "The bedside monitor is the primary alarm. Look at it: its alarms are on and can be heard."
        ),
        PreCheck.CALL_TRIED: _(
            "The patient touches the call area once and you answer at the chair; then they ring the room's own bell."
        ),
    }
    return asks.get(check, "")
