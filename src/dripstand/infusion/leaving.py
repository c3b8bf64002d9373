"""Whether the patient may leave: each criterion with the reading that satisfies it and how old that is (H43, H44).

The template lists criteria; each names one rule of the closed list below. Every criterion is judged by itself and
overridden by itself. The rules:

minimum_time                  minutes since the stop (the template's minimum observation at least)
nibp_systolic_at_most, nibp_diastolic_at_most, nibp_systolic_at_least, pulse_at_most, pulse_at_least,
respiratory_rate_at_least, respiratory_rate_at_most, spo2_on_air_at_least
                              the newest value that nobody doubts; after a high-pressure alarm two good ones in a row
sedation_at_least             the latest score
standing_drop_at_most         only where dizziness was noted: systolic lying minus systolic standing, mmHg
assessed                      a person judged this criterion
line_removed, site_checked, escort_confirmed, no_open_alarm
suicide_assessed              a clinician's documented assessment, and nothing else
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.dosing import plain
from dripstand.infusion.events import ChartEntry, StaffRef
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.vitals import (
    DIASTOLIC,
    PULSE,
    RESPIRATORY_RATE,
    SPO2,
    SYSTOLIC,
    Sign,
    VitalReadings,
    by_hand,
    latest_sign,
)
from dripstand.protocol.template import Criterion, ProtocolTemplate

NEVER_OVERRIDDEN = frozenset({"suicide_assessed"})


class UnknownRule(LookupError):
    """A template names a rule that is not in the closed list."""


@dataclass(frozen=True, slots=True)
class CriterionState:
    """One criterion now. ``met``: by itself; ``passes``: met or overridden. ``why_not`` is None exactly when met."""

    criterion: str
    rule: str
    words: str
    met: bool
    value_text: str = ""
    taken_at: datetime | None = None
    age_s: float | None = None
    why_not: Reason | None = None
    may_override: bool = True
    overridden_by: StaffRef | None = None
    override_reason: str = ""

    @property
    def passes(self) -> bool:
        return self.met or self.overridden_by is not None


@dataclass(frozen=True, slots=True)
class _Look:
    chart: ChartDraft
    template: ProtocolTemplate
    criterion: Criterion
    now: datetime
    readings: VitalReadings | None

    @property
    def limit(self) -> Decimal:
        return self.criterion.limit_value if self.criterion.limit_value is not None else Decimal(0)

    def state(self, why: Reason | None, value_text: str = "", taken_at: datetime | None = None) -> CriterionState:
        return CriterionState(
            criterion=self.criterion.criterion,
            rule=self.criterion.rule,
            words=self.criterion.words,
            met=why is None,
            value_text=value_text,
            taken_at=taken_at,
            age_s=max(0.0, (self.now - taken_at).total_seconds()) if taken_at else None,
            why_not=why,
            may_override=may_be_overridden(self.criterion),
        )

    def too_old(self, taken_at: datetime, value_text: str) -> Reason | None:
        minutes = (self.now - taken_at).total_seconds() / 60
        if minutes <= self.criterion.valid_min:
            return None
        return reason("measured_too_long_ago", value=value_text, minutes=int(minutes), limit=self.criterion.valid_min)

    def since_stop(self, entry: ChartEntry | None) -> bool:
        stopped = self.chart.stopped_at
        return entry is not None and stopped is not None and entry.occurred_at >= stopped


def may_be_overridden(criterion: Criterion) -> bool:
    return criterion.may_override and criterion.rule not in NEVER_OVERRIDDEN


def criteria(
    chart: ChartDraft, template: ProtocolTemplate, now: datetime, latest: VitalReadings | None = None
) -> tuple[CriterionState, ...]:
    """Every criterion of the template, as it stands at ``now``. Raises UnknownRule.

    latest: what the monitor says, by channel; what was entered by hand is in the chart.
    """
    return tuple(_one(chart, template, criterion, now, latest) for criterion in template.leaving)


def _one(
    chart: ChartDraft, template: ProtocolTemplate, criterion: Criterion, now: datetime, latest: VitalReadings | None
) -> CriterionState:
    rule = RULES.get(criterion.rule)
    if rule is None:
        raise UnknownRule(criterion.rule)
    look = _Look(chart, template, criterion, now, latest)
    state = look.state(reason("not_stopped")) if chart.stopped_at is None else rule(look)
    entry = chart.criteria_overridden.get(criterion.criterion)
    if entry is None or state.met or not state.may_override or not look.since_stop(entry):
        return state
    if criterion.rule == "escort_confirmed" and any(
        (entry.occurred_at, entry.sequence) < (one.occurred_at, one.sequence) for one in chart.escorts_refused
    ):
        return state  # overridden for somebody who was refused since
    event = entry.event
    assert isinstance(event, ev.CriterionOverridden)
    return replace(state, overridden_by=entry.actor, override_reason=event.reason)


def _minimum_time(look: _Look) -> CriterionState:
    assert look.chart.stopped_at is not None
    minutes = (look.now - look.chart.stopped_at).total_seconds() / 60
    limit = max(look.limit, Decimal(look.template.minimum_observation_min))
    why = reason("wait_longer", minutes=int(minutes), limit=plain(limit)) if minutes < limit else None
    return look.state(why, f"{int(minutes)} min", look.chart.stopped_at)


def _sign(sign: str, *, at_most: bool) -> Callable[[_Look], CriterionState]:
    def rule(look: _Look) -> CriterionState:
        known = latest_sign(look.chart, sign, look.readings, look.now)
        stopped = look.chart.stopped_at
        if known is None or stopped is None or known.taken_at < stopped:
            return look.state(reason("not_measured"))
        text = _text(look, known.value)
        why = look.too_old(known.taken_at, text) or _beyond(look, known.value, at_most)
        if why is None and sign == SPO2 and known.on_oxygen:
            why = reason("measured_on_oxygen", value=text)
        if why is None and at_most and sign in (SYSTOLIC, DIASTOLIC) and _pressure_alarmed(look.chart, sign):
            before = _before(look.chart, known, sign)
            if before is None or _beyond(look, before.value, at_most) is not None:
                why = reason("second_good_reading_wanted", value=text)
        return look.state(why, text, known.taken_at)

    return rule


def _text(look: _Look, value: Decimal) -> str:
    return f"{plain(value)} {look.criterion.limit_unit}".strip()


def _beyond(look: _Look, value: Decimal, at_most: bool) -> Reason | None:
    texts = {"value": _text(look, value), "limit": _text(look, look.limit)}
    if at_most:
        return reason("value_too_high", **texts) if value > look.limit else None
    return reason("value_too_low", **texts) if value < look.limit else None


def _pressure_alarmed(chart: ChartDraft, sign: str) -> bool:
    name = sign.removesuffix("_mmhg")
    for alarm in chart.alarms.values():
        event = alarm.raised.event
        if isinstance(event, ev.AlarmRaised) and event.alarm.startswith(name) and not event.alarm.endswith("low"):
            return True
    return False


def _before(chart: ChartDraft, known: Sign, sign: str) -> Sign | None:
    """The reading before this one, since the stop."""
    assert chart.stopped_at is not None
    earlier = [
        hand
        for hand in by_hand(chart, sign)
        if not hand.doubtful and chart.stopped_at <= hand.taken_at < known.taken_at
    ]
    return earlier[-1] if earlier else None


def _sedation(look: _Look) -> CriterionState:
    entry = look.chart.latest_sedation
    if entry is None or not look.since_stop(entry):
        return look.state(reason("not_measured"))
    event = entry.event
    assert isinstance(event, ev.SedationScored)
    text = f"{event.scale} {event.sedation_score}"
    why = look.too_old(entry.occurred_at, text)
    if why is None and event.sedation_score < look.limit:
        why = reason("value_too_low", value=text, limit=plain(look.limit))
    return look.state(why, text, entry.occurred_at)


def _standing_drop(look: _Look) -> CriterionState:
    noted = [entry for entry in look.chart.side_effects if _is_dizziness(entry)]
    if not noted:
        return look.state(None)
    standing = [sign for sign in by_hand(look.chart, SYSTOLIC, standing=True) if sign.taken_at >= noted[-1].occurred_at]
    lying = latest_sign(look.chart, SYSTOLIC, look.readings, look.now)
    if not standing or lying is None:
        return look.state(reason("not_measured_standing"))
    drop = lying.value - standing[-1].value
    text = _text(look, drop)
    why = look.too_old(standing[-1].taken_at, text)
    if why is None and drop > look.limit:
        why = reason("drop_too_large", value=text, limit=_text(look, look.limit))
    return look.state(why, text, standing[-1].taken_at)


def _is_dizziness(entry: ChartEntry) -> bool:
    return isinstance(entry.event, ev.SideEffectNoted) and entry.event.effect == "dizziness"


def _assessed(look: _Look) -> CriterionState:
    entry = look.chart.assessed.get(look.criterion.criterion)
    if entry is None or not look.since_stop(entry):
        return look.state(reason("not_assessed"))
    event = entry.event
    assert isinstance(event, ev.CriterionAssessed)
    return look.state(None if event.met else reason("assessed_not_met"), event.detail, entry.occurred_at)


def _line_removed(look: _Look) -> CriterionState:
    if look.chart.lines_in_count > 0 or look.chart.line_removed is None:
        return look.state(reason("line_still_in"))
    return look.state(None, "", look.chart.line_removed.occurred_at)


def _site_checked(look: _Look) -> CriterionState:
    """A look at the site since the stop; removing the line includes one."""
    seen = [entry for entry in (look.chart.site_check, look.chart.line_removed) if look.since_stop(entry)]
    found = max(
        (entry for entry in seen if entry is not None),
        key=lambda entry: (entry.occurred_at, entry.sequence),
        default=None,
    )
    if found is None:
        return look.state(reason("site_not_checked"))
    event = found.event
    finding = event.finding if isinstance(event, ev.AccessSiteChecked) else None
    if isinstance(event, ev.LineRemoved):
        finding = event.site_finding
    return look.state(None, finding.value if finding else "", found.occurred_at)


def _suicide(look: _Look) -> CriterionState:
    entry = look.chart.suicide_risk
    if entry is None:
        return look.state(reason("suicide_not_assessed"))
    event = entry.event
    assert isinstance(event, ev.SuicideRiskAssessed)
    return look.state(None if event.safe_to_leave else reason("suicide_not_safe"), event.finding, entry.occurred_at)


def _escort(look: _Look) -> CriterionState:
    entry = look.chart.escort_confirmed
    if entry is None and look.chart.escorts_refused:
        refused = look.chart.escorts_refused[-1].event
        assert isinstance(refused, ev.EscortRefused)
        return look.state(reason("escort_refused", name=refused.name, why=refused.reason))
    if entry is None:
        return look.state(reason("escort_not_seen"))
    event = entry.event
    assert isinstance(event, ev.EscortConfirmed)
    why = None
    if not event.fit_to_escort:
        why = reason("escort_not_fit")
    elif not event.told_no_driving:
        why = reason("escort_not_told")
    return look.state(why, event.name, entry.occurred_at)


def _no_open_alarm(look: _Look) -> CriterionState:
    for alarm in look.chart.open_alarms:
        event = alarm.raised.event
        assert isinstance(event, ev.AlarmRaised)
        if not event.technical:
            return look.state(reason("alarm_still_open", alarm=event.alarm), event.value_text, alarm.raised.occurred_at)
    return look.state(None)


RULES: dict[str, Callable[[_Look], CriterionState]] = {
    "minimum_time": _minimum_time,
    "nibp_systolic_at_most": _sign(SYSTOLIC, at_most=True),
    "nibp_systolic_at_least": _sign(SYSTOLIC, at_most=False),
    "nibp_diastolic_at_most": _sign(DIASTOLIC, at_most=True),
    "pulse_at_most": _sign(PULSE, at_most=True),
    "pulse_at_least": _sign(PULSE, at_most=False),
    "respiratory_rate_at_least": _sign(RESPIRATORY_RATE, at_most=False),
    "respiratory_rate_at_most": _sign(RESPIRATORY_RATE, at_most=True),
    "spo2_on_air_at_least": _sign(SPO2, at_most=False),
    "sedation_at_least": _sedation,
    "standing_drop_at_most": _standing_drop,
    "assessed": _assessed,
    "line_removed": _line_removed,
    "site_checked": _site_checked,
    "suicide_assessed": _suicide,
    "escort_confirmed": _escort,
    "no_open_alarm": _no_open_alarm,
}
"""The closed list. The protocol room refuses to sign a template that names another rule."""
