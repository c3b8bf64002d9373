"""BDI-II: twenty-one items over two weeks, 0 to 3 each; scores are entered, no text is carried.

Range: protocol.md 6.1.
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
)

BDI_II = Instrument(
    id="bdi-ii",
    version="1",
    name="BDI-II",
    rater=Rater.PATIENT,
    recall=RecallWindow(14, "the last 2 weeks", unverified("Usual window: general knowledge")),
    items=numbered(21, 3),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Published by Pearson, with a fee for each use. Never load its text without that licence.",
        unverified("protocol.md 6.1"),
    ),
    source=unverified("Range and items: protocol.md 6.1"),
    bands=(Band(0, "minimal"), Band(14, "mild"), Band(20, "moderate"), Band(29, "severe")),
    bands_source=unverified("protocol.md 6.1: 14, 20, 29"),
    suicide_item="9",
    suicide_item_source=unverified("Item 9 is suicidal thoughts: general knowledge"),
)
