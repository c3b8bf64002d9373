"""From a disposition to linear compartments: which amount flows where, at what rate.

State order: central, its peripherals, liver, effect site (a concentration), transit steps, metabolite, its
peripherals. Parent drives effect site and metabolite, never the reverse, so everything up to the effect site stands
on its own. Equations: the reference cases' README ("Equations, per minute, amounts in mg").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .disposition import Disposition, FloatArray, Peripheral, Quantity

NG_PER_ML_FROM_MG_PER_L = 1000.0


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow: rate per min is the product of numerators over denominator. target None: out of the system.

    leaves False: the target gains without the source losing (metabolite formed, effect site driven), because the
    source's loss is already counted elsewhere.
    """

    source: int
    target: int | None
    numerators: tuple[Quantity, ...]
    denominator: Quantity = 1.0
    leaves: bool = True

    def rate_per_min(self) -> Quantity:
        """The rate constant, per min."""
        rate = self.numerators[0]
        for factor in self.numerators[1:]:
            rate = rate * factor
        return rate / self.denominator


@dataclass(frozen=True, slots=True)
class Compartments:
    """The whole system. head_count: states (from the first) that plasma and effect site depend on."""

    count: int
    head_count: int
    parent_count: int
    flows: tuple[Flow, ...]
    plasma_index: int
    plasma_v_l: Quantity
    effect_index: int | None
    metabolite_index: int | None
    metabolite_v_l: Quantity | None
    eliminated_index: int | None


def compartments(disposition: Disposition, *, count_eliminated: bool = False) -> Compartments:
    """Lay a disposition out as states and flows. count_eliminated adds a last state: parent mg that left the body."""
    flows: list[Flow] = []
    parent, liver, metabolite = disposition.parent, disposition.liver, disposition.metabolite
    v1_l = parent.v1_l
    flows += _exchange(0, v1_l, 1, parent.peripherals)
    size = 1 + len(parent.peripherals)
    liver_index: int | None = None
    ways_out: list[Flow] = [Flow(0, None, (parent.cl_l_per_min,), v1_l)]
    if liver is not None:
        liver_index = size
        size += 1
        flows.append(Flow(0, liver_index, (liver.qh_l_per_min,), v1_l))
        flows.append(Flow(liver_index, 0, (liver.qh_l_per_min,), liver.vh_l))
        ways_out.append(Flow(liver_index, None, (liver.kel_per_min,)))
        ways_out.append(Flow(liver_index, None, (liver.kmet_per_min,)))
    parent_count = size
    effect_index: int | None = None
    if disposition.ke0_per_min is not None:
        effect_index = size
        size += 1
        flows.append(Flow(0, effect_index, (disposition.ke0_per_min,), v1_l, leaves=False))
        flows.append(Flow(effect_index, None, (disposition.ke0_per_min,)))
    head_count = size
    metabolite_index: int | None = None
    if metabolite is not None:
        transit_count = 0 if metabolite.transit is None else metabolite.transit.count
        entry = size
        metabolite_index = size + transit_count
        if liver is None or liver_index is None:
            formed: tuple[Quantity, ...] = (parent.cl_l_per_min, metabolite.formed_fraction, metabolite.mass_ratio)
            flows.append(Flow(0, entry, formed, v1_l, leaves=False))
        else:
            flows.append(Flow(liver_index, entry, (liver.kmet_per_min, metabolite.mass_ratio), leaves=False))
        if metabolite.transit is not None:
            flows += [Flow(i, i + 1, (metabolite.transit.ktr_per_min,)) for i in range(entry, metabolite_index)]
        flows.append(Flow(metabolite_index, None, (metabolite.cl_l_per_min,), metabolite.v1_l))
        flows += _exchange(metabolite_index, metabolite.v1_l, metabolite_index + 1, metabolite.peripherals)
        size = metabolite_index + 1 + len(metabolite.peripherals)
    eliminated_index: int | None = None
    if count_eliminated:
        eliminated_index = size
        size += 1
        ways_out = [Flow(w.source, eliminated_index, w.numerators, w.denominator) for w in ways_out]
    return Compartments(
        count=size,
        head_count=head_count,
        parent_count=parent_count,
        flows=(*flows, *ways_out),
        plasma_index=0,
        plasma_v_l=v1_l,
        effect_index=effect_index,
        metabolite_index=metabolite_index,
        metabolite_v_l=None if metabolite is None else metabolite.v1_l,
        eliminated_index=eliminated_index,
    )


def _exchange(center: int, v_l: Quantity, first: int, peripherals: tuple[Peripheral, ...]) -> list[Flow]:
    """Two-way flow between a central compartment and each of its peripherals."""
    flows: list[Flow] = []
    for offset, peripheral in enumerate(peripherals):
        flows.append(Flow(center, first + offset, (peripheral.q_l_per_min,), v_l))
        flows.append(Flow(first + offset, center, (peripheral.q_l_per_min,), peripheral.volume_l))
    return flows


def rate_matrix(system: Compartments) -> FloatArray:
    """One person's (n + 1, n + 1) matrix, per min: dx/dt = A x, its last column the pump's rate into the center.

    Carrying the rate as a constant last state makes one exponential give both the drug left and the drug added.
    """
    n = system.count
    matrix = np.zeros((n + 1, n + 1))
    for flow in system.flows:
        rate_per_min = float(flow.rate_per_min())
        if flow.target is not None:
            matrix[flow.target, flow.source] += rate_per_min
        if flow.leaves:
            matrix[flow.source, flow.source] -= rate_per_min
    matrix[0, n] = 1.0
    return matrix
