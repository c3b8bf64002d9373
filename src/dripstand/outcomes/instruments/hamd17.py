"""HAM-D17: seventeen items that a clinician rates, 0 to 52; scores are entered, no text is carried.

Range: protocol.md 6.1. Which items go to 4 and which to 2 is general knowledge; they add up to the published 52.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Band,
    Instrument,
    Item,
    Licence,
    Rater,
    RecallWindow,
    Words,
    unverified,
)

_TO_FOUR = (1, 2, 3, 7, 8, 9, 10, 11, 15)

HAM_D17 = Instrument(
    id="ham-d17",
    version="1",
    name="HAM-D17",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(7, "the last 7 days", unverified("Usual window: general knowledge")),
    items=tuple(Item(str(number), 4 if number in _TO_FOUR else 2) for number in range(1, 18)),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Generally treated as public domain; not verified, so no text is carried.", unverified("protocol.md 6.1")
    ),
    source=unverified("Range: protocol.md 6.1; items to 4 or to 2: general knowledge"),
    bands=(Band(0, "none"), Band(8, "mild"), Band(14, "moderate"), Band(19, "severe"), Band(23, "very severe")),
    bands_source=unverified("protocol.md 6.1: 8, 14, 19, 23; the names are general knowledge"),
    suicide_item="3",
    suicide_item_source=unverified("Item 3 is suicide: general knowledge"),
)
