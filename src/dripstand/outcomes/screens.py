"""The screen for suicide risk that the signed protocol asks for before somebody leaves, and whether a visit has one."""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.outcomes.instruments.asq import ASQ
from dripstand.outcomes.instruments.cssrs import C_SSRS_RESULT
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.protocol.template import SuicideCheckChoice

SCREEN_OF: Mapping[SuicideCheckChoice, Instrument] = {
    SuicideCheckChoice.ASQ: ASQ,
    SuicideCheckChoice.CSSRS: C_SSRS_RESULT,
}
"""A clinic that goes by the clinician's assessment alone asks for none."""
