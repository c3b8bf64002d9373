"""One person's (or many people's) pharmacokinetic parameters, as plain values.

A number may be a float, or an array with one value per person: the same values describe one patient and a cohort.
Volumes are in L, clearances in L/min, rate constants per min.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Quantity = float | FloatArray
"""One person's number, or (people,) of them."""


@dataclass(frozen=True, slots=True)
class Peripheral:
    """A compartment that trades drug with a central one. volume_l in L, q_l_per_min in L/min."""

    volume_l: Quantity
    q_l_per_min: Quantity


@dataclass(frozen=True, slots=True)
class Parent:
    """Ketamine itself: central volume (L), elimination clearance (L/min), none to several peripherals."""

    v1_l: Quantity
    cl_l_per_min: Quantity
    peripherals: tuple[Peripheral, ...] = ()


@dataclass(frozen=True, slots=True)
class Transit:
    """A delay chain between parent and metabolite: count steps, each left at ktr_per_min."""

    count: int
    ktr_per_min: Quantity


@dataclass(frozen=True, slots=True)
class Metabolite:
    """Norketamine. formed_fraction: share of the parent's clearance that forms it; mass_ratio: mg formed per mg."""

    v1_l: Quantity
    cl_l_per_min: Quantity
    peripherals: tuple[Peripheral, ...] = ()
    formed_fraction: Quantity = 1.0
    mass_ratio: float = 1.0
    transit: Transit | None = None


@dataclass(frozen=True, slots=True)
class Liver:
    """A liver compartment between plasma and metabolite: flow (L/min), volume (L), two ways out (per min)."""

    qh_l_per_min: Quantity
    vh_l: Quantity
    kel_per_min: Quantity
    kmet_per_min: Quantity


@dataclass(frozen=True, slots=True)
class Disposition:
    """Everything that decides where a milligram goes. ke0_per_min None: no effect site is modelled."""

    parent: Parent
    ke0_per_min: Quantity | None = None
    metabolite: Metabolite | None = None
    liver: Liver | None = None
