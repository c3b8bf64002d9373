"""BSL-23: how somebody with borderline features felt in the last week; 23 items, 0 to 4, counted as their mean.

No text is carried: the authors give it free for research and clinics [U], and who loads it has asked them.
"""

from __future__ import annotations

from fractions import Fraction

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

BSL_23 = Instrument(
    id="bsl-23",
    version="1",
    name="BSL-23",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the last week", verified("measurely.com.au: anchored to the past week")),
    items=numbered(23, 4),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Said to be free for research and clinical use from ZI Mannheim: get it from there, with their answer.",
        unverified("protocol.md 6.1"),
    ),
    source=verified("23 items of 0 to 4, the sum divided by 23: measurely.com.au; mean score: protocol.md 6.1"),
    bands=(
        Band(0, "none or low"),
        Band(Fraction("0.28"), "mild"),
        Band(Fraction("1.07"), "moderate"),
        Band(Fraction("1.87"), "high"),
        Band(Fraction("2.67"), "very high"),
        Band(Fraction("3.47"), "extremely high"),
    ),
    bands_source=verified("Kleindienst 2020, doi 10.1186/s40479-020-00126-6"),
    suicide_item="5",
    suicide_item_source=unverified(
        "Items 5 (thoughts of hurting oneself) and 18 (death) taken as like item 9 of the PHQ-9: this software's choice"
    ),
    also_suicide_items=("18",),
    total_is_mean=True,
    decimals_count=2,
)
