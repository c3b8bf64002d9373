"""Runs in the peers' own environment: the same patient by opentiva and by PyTCI with its exact method; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

asked = json.loads(sys.argv[1])
LAST = int(asked["last"])


def by_opentiva() -> Any:
    """Its own public way: a pump with one infusion, run to the end."""
    from opentiva.model import Model
    from opentiva.pump import Pump

    class Domino(Model):
        def __init__(self) -> None:
            super().__init__(0, 40, 70, 175)
            self.compartments = 3
            self.v1, self.ke0 = asked["v1_l"], asked["ke0"]
            self.k10, self.k12, self.k13 = asked["k10"], asked["k12"], asked["k13"]
            self.k21, self.k31 = asked["k21"], asked["k31"]

    pump = Pump(Domino(), 1, LAST + 1)
    pump.add_infusion(0, asked["rate"] / 60.0, int(asked["stops"]))
    return 1000.0 * pump.run()[:, 1:]


def by_pytci() -> Any:
    """Its exact integrator, a second at a time: it has no call for a whole curve."""
    from PyTCI.models.base import Three

    class Domino(Three):
        def __init__(self) -> None:
            self.v1, self.keo = asked["v1_l"], asked["ke0"]
            self.k10, self.k12, self.k13 = asked["k10"], asked["k12"], asked["k13"]
            self.k21, self.k31 = asked["k21"], asked["k31"]
            self.setup()
            self.set_integrator("exact")

    patient, curve = Domino(), np.zeros((LAST + 1, 2))
    for second in range(1, LAST + 1):
        if second <= asked["stops"]:
            patient.giveoverseconds(asked["rate"] / 60.0, 1)
        else:
            patient.wait_time(1)
        curve[second] = patient.x1, patient.xeo
    return 1000.0 * curve


def measured(work: Callable[[], Any], times: int) -> dict[str, float]:
    best, curve = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        curve = work()
        best = min(best, time.perf_counter() - began)
    assert curve is not None
    return {"best_ms": 1e3 * best, "effect_2400_s": float(curve[2400][1]), "effect_14400_s": float(curve[-1][1])}


found: dict[str, dict[str, float]] = {}
for name, work, times in (("opentiva 1.1.2", by_opentiva, 30), ("PyTCI 1.2.0, exact", by_pytci, 3)):
    try:
        found[name] = measured(work, times)
    except ImportError:
        print(f"{name} is not installed", file=sys.stderr)
print(json.dumps(found))
