"""The instruments, each as data in a file of its own, and the one place that knows them all."""

from __future__ import annotations

from types import MappingProxyType

from dripstand.outcomes.errors import UnknownInstrument
from dripstand.outcomes.instruments.asq import ASQ
from dripstand.outcomes.instruments.asrm import ASRM
from dripstand.outcomes.instruments.bdi2 import BDI_II
from dripstand.outcomes.instruments.bsl23 import BSL_23
from dripstand.outcomes.instruments.cadss import CADSS, CADSS_6
from dripstand.outcomes.instruments.cgi import CGI_I, CGI_S
from dripstand.outcomes.instruments.cssrs import C_SSRS_RESULT
from dripstand.outcomes.instruments.gad7 import GAD_7
from dripstand.outcomes.instruments.hamd17 import HAM_D17
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.outcomes.instruments.madrs import MADRS
from dripstand.outcomes.instruments.madrs_s import MADRS_S
from dripstand.outcomes.instruments.nrs_pain import NRS_PAIN
from dripstand.outcomes.instruments.pcl5 import PCL_5, PCL_5_WEEK
from dripstand.outcomes.instruments.peg import PEG
from dripstand.outcomes.instruments.phq9 import PHQ_9
from dripstand.outcomes.instruments.qids_sr16 import QIDS_SR16
from dripstand.outcomes.instruments.sds import SDS
from dripstand.outcomes.instruments.shaps import SHAPS
from dripstand.outcomes.instruments.side_effects import SIDE_EFFECTS
from dripstand.outcomes.instruments.wsas import WSAS

CURRENT: tuple[Instrument, ...] = (
    PHQ_9,
    GAD_7,
    PCL_5,
    PCL_5_WEEK,
    SIDE_EFFECTS,
    QIDS_SR16,
    MADRS,
    BDI_II,
    HAM_D17,
    ASRM,
    C_SSRS_RESULT,
    CADSS,
    CADSS_6,
    NRS_PAIN,
    PEG,
    MADRS_S,
    BSL_23,
    SHAPS,
    SDS,
    WSAS,
    CGI_S,
    CGI_I,
    ASQ,
)
"""The version of each instrument that is offered today."""

EARLIER: tuple[Instrument, ...] = ()
"""Versions no longer offered. They stay for good: old answers are read by the version that they were given to."""

_ALL = MappingProxyType({(each.id, each.version): each for each in (*EARLIER, *CURRENT)})
_TODAY = MappingProxyType({each.id: each for each in CURRENT})


def instrument(instrument_id: str, version: str | None = None) -> Instrument:
    """One instrument: the version named, or the one offered today. Raises UnknownInstrument, never guesses."""
    found = _TODAY.get(instrument_id) if version is None else _ALL.get((instrument_id, version))
    if found is None:
        raise UnknownInstrument(instrument_id if version is None else f"{instrument_id} version {version}")
    return found
