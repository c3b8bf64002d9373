"""One person out of a disposition that describes many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .disposition import Disposition, Parent, Peripheral, Quantity


def one_person(many: Disposition, index: int) -> Disposition:
    """Person number `index`, each array of many people's numbers reduced to theirs."""

    def mine(value: Quantity) -> float:
        return float(value[index]) if isinstance(value, np.ndarray) and value.ndim else float(value)

    def sides(peripherals: tuple[Peripheral, ...]) -> tuple[Peripheral, ...]:
        return tuple(Peripheral(mine(p.volume_l), mine(p.q_l_per_min)) for p in peripherals)

    parent = many.parent
    metabolite = many.metabolite
    liver = many.liver
    if metabolite is not None:
        transit = metabolite.transit
        metabolite = replace(
            metabolite,
            v1_l=mine(metabolite.v1_l),
            cl_l_per_min=mine(metabolite.cl_l_per_min),
            peripherals=sides(metabolite.peripherals),
            formed_fraction=mine(metabolite.formed_fraction),
            transit=None if transit is None else replace(transit, ktr_per_min=mine(transit.ktr_per_min)),
        )
    if liver is not None:
        liver = replace(
            liver,
            qh_l_per_min=mine(liver.qh_l_per_min),
            vh_l=mine(liver.vh_l),
            kel_per_min=mine(liver.kel_per_min),
            kmet_per_min=mine(liver.kmet_per_min),
        )
    return Disposition(
        parent=Parent(mine(parent.v1_l), mine(parent.cl_l_per_min), sides(parent.peripherals)),
        ke0_per_min=None if many.ke0_per_min is None else mine(many.ke0_per_min),
        metabolite=metabolite,
        liver=liver,
    )
