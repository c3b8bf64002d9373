"""MADRS: ten items that a clinician rates, 0 to 6 each; scores are entered, no text is carried.

Range: protocol.md 6.1. A recall of 24 hours is acceptable except for the sleep and appetite items (6.2 [V]).
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Band,
    Instrument,
    Licence,
    Rater,
    RecallWindow,
    Words,
    numbered,
    unverified,
    verified,
)

MADRS = Instrument(
    id="madrs",
    version="1",
    name="MADRS",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(7, "the last 7 days", unverified("Usual window: general knowledge")),
    items=numbered(10, 6),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "A licence is required; the way to one is not verified. Load a text only with it in hand.",
        verified("protocol.md 6.1: licence page of the German Psychiatric Data Set"),
    ),
    source=unverified("Range and items: protocol.md 6.1"),
    bands=(Band(0, "none"), Band(7, "mild"), Band(20, "moderate"), Band(35, "severe")),
    bands_source=unverified("protocol.md 6.1: 0-6, 7-19, 20-34, 35-60"),
    suicide_item="10",
    suicide_item_source=unverified("Item 10 is suicidal thoughts: general knowledge"),
)
