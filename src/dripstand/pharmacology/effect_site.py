"""The effect site for dissociation: one delay constant, from arterial data, for arterial models only.

t1/2ke0 8.3 min (95 % CI 5.1-13.0): Olofsen E et al., Anesthesiology 2022;136:792, doi:10.1097/ALN.0000000000004176,
abstract [A]. Driving it with a venous curve would halve the answer (pharmacology 1, "the one trap that matters most").
Different effects have different delays: this is "effect site (dissociation)", one simplification among several.
"""

from __future__ import annotations

import math

HALF_LIFE_MIN = 8.3
HALF_LIFE_CI95_MIN = (5.1, 13.0)
KE0_PER_MIN = math.log(2.0) / HALF_LIFE_MIN

HEART_HALF_LIFE_MIN = 2.28
"""t1/2ke0 of the cardiac output effect, min: Kamp 2021, doi:10.1016/j.bja.2021.02.034 [T], numbers from a single
automatic extraction, unverified, the clinic must confirm. Simulated patient only."""
HEART_KE0_PER_MIN = math.log(2.0) / HEART_HALF_LIFE_MIN
