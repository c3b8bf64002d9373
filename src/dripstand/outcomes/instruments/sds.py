"""SDS, the Sheehan Disability Scale: work or school, social life, family life; 0 to 10 each, no text carried."""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Instrument,
    Licence,
    Rater,
    RecallWindow,
    Words,
    numbered,
    secondary,
    verified,
)

SDS = Instrument(
    id="sds",
    version="1",
    name="SDS",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the last week", secondary("braincode.ca: one week")),
    items=numbered(3, 10),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Copyright Dr David V. Sheehan, who sells licences (harmresearch.org). Load a text only with one in hand.",
        verified("harmresearch.org, licence agreements of the SDS"),
    ),
    source=secondary("Items 0 to 10, sum 0 to 30: help.valant.com, after Sheehan 1996; protocol.md 6.1, optional"),
)
