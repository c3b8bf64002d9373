"""MADRS-S, the self-rated version: nine items that the patient answers, 0 to 6 each; scores are entered, no text.

Range and bands: protocol.md 6.1 [V, vendor page]. Window of three days: seen on a clinic's form. Item 9 (zest for life)
is what item 10 of the MADRS is.
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

MADRS_S = Instrument(
    id="madrs-s",
    version="1",
    name="MADRS-S",
    rater=Rater.PATIENT,
    recall=RecallWindow(3, "the last 3 days", verified("A clinic's form (forms.permentis.is): the past 3 days")),
    items=numbered(9, 6),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "The same caution as for the MADRS: a licence is required; load a text only with it in hand.",
        verified("protocol.md 6.1: the same caution as for the MADRS"),
    ),
    source=verified("Range and items: protocol.md 6.1"),
    bands=(Band(0, "none to minimal"), Band(13, "mild"), Band(20, "moderate"), Band(35, "severe")),
    bands_source=verified("protocol.md 6.1, vendor page: 13, 20, 35; the names are general knowledge"),
    suicide_item="9",
    suicide_item_source=unverified("Item 9 is zest for life, as item 10 of the MADRS: general knowledge"),
)
