"""The inverse question: which rate steps would keep a concentration within a band, and which limit stands in the way.

An answer to look at, for a clinician to judge; nothing is sent to a pump. Concentrations are linear in the rates, so
the typical person's curve is y0 + G r, and the rates are those that leave the band least: overshoot weighs ten times
undershoot. Rates are then rounded to what the pump can run, one after another, the later ones making up for the
rounding of the earlier. If the dose cap would be passed, the plan keeps to the lower part of the band; if that is
still too much, it stops when the cap is spent. A limit "binds" if the band is kept better without it, alone or
together with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .binding_limits import Binding, binding_limits
from .catalogue import model as model_named
from .disposition import FloatArray
from .kinetics import Kinetics
from .person import Drug, Person, Refused, Standing
from .planning_task import Task
from .planning_terms import Goal, Limits, what_is_wrong
from .rate_steps import Dose, RateStep, given
from .studied_doses import outside_dose

__all__ = ["Binding", "Goal", "Limits", "Plan", "plan_rates"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal and what it would achieve in the typical person, second by second and at every change of rate.

    held_s: time within the band of wanted_s asked. overshoot_ng_per_ml: the most that the plan itself puts above the
    band before the hold. highest_ng_per_ml: of the whole curve, what was above the band at the start included.
    """

    steps: tuple[RateStep, ...]
    rates_ml_per_h: tuple[float, ...]
    reached_at_s: float | None
    held_s: float
    wanted_s: float
    lowest_ng_per_ml: float
    highest_ng_per_ml: float
    overshoot_ng_per_ml: float
    keeps_band: bool
    total_dose_mg: float
    binding: tuple[Binding, ...]
    times_s: FloatArray
    site_ng_per_ml: FloatArray
    standing: Standing
    citations: tuple[str, ...]


def plan_rates(
    model: str, drug: Drug, person: Person, so_far: Sequence[Dose], now_s: float, goal: Goal, limits: Limits
) -> Plan | Refused:
    """Rate steps from now_s on that keep the goal as well as the limits allow, and which limits bind.

    so_far: everything given before now_s. From now_s the plan takes the pump's place; infusions of another line that
    are still running run on and count. The rate after the last step is 0: the plan ends with the hold. keeps_band:
    whether the whole time asked for is within the band, and nothing the plan gives before is above it.
    Raises UnknownModel, and DoseNotUsable for doses no pump could have given.
    """
    chosen = model_named(model)
    standing = chosen.standing_for(drug, person)
    if isinstance(standing, Refused):
        return standing
    wrong = what_is_wrong(goal, limits, now_s)
    if wrong is not None:
        return wrong
    if goal.site == "effect_site" and not chosen.has_effect_site:
        return Refused(
            f"No plan: {chosen.title} is not arterial, and an effect site may only be driven by an arterial curve.",
            "effect site of arterial models only (pharmacology 1)",
        )
    disposition = chosen.typical(person)
    if not chosen.has_effect_site:
        disposition = replace(disposition, ke0_per_min=None)
    task = Task(Kinetics(replace(disposition, metabolite=None)), so_far, now_s, goal)
    rates_ml_per_h, violation = task.solve(limits)
    steps = task.steps(limits, rates_ml_per_h)
    achieved = task.outcome(steps)
    site, held = achieved.site_ng_per_ml, achieved.held
    inside_band = (site >= goal.low_ng_per_ml - 1e-9) & (site <= goal.high_ng_per_ml + 1e-9)
    share_held = float(inside_band[held].mean())
    before = achieved.over_ng_per_ml[~held]
    return Plan(
        steps=tuple(_merged(steps)),
        rates_ml_per_h=tuple(rates_ml_per_h),
        reached_at_s=float(achieved.times_s[inside_band][0]) if inside_band.any() else None,
        held_s=share_held * goal.hold_for_s,
        wanted_s=goal.hold_for_s,
        lowest_ng_per_ml=float(site[held].min()),
        highest_ng_per_ml=float(site.max()),
        overshoot_ng_per_ml=float(before.max(initial=0.0)),
        keeps_band=violation == 0.0,
        total_dose_mg=task.standing_mg + task.dose_mg(limits, rates_ml_per_h),
        binding=binding_limits(task, limits, violation),
        times_s=achieved.times_s,
        site_ng_per_ml=site,
        standing=standing.with_outside(outside_dose(chosen, drug, given([*task.standing, *steps]), task.until_s)),
        citations=tuple(str(citation) for citation in chosen.citations),
    )


def _merged(steps: Sequence[RateStep]) -> list[RateStep]:
    """Without steps that change nothing."""
    kept: list[RateStep] = []
    for step in steps:
        if not kept or step.rate_mg_per_min != kept[-1].rate_mg_per_min:
            kept.append(step)
    return kept
