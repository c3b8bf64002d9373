"""CADSS, the twenty-three items that the patient answers, and CADSS-6, six of them; scores are entered, no text.

protocol.md 5.2: each item 0 to 4, total 0 to 92 [U]; CADSS-6 is items 1, 2, 6, 7, 15 and 22 [V, Rodrigues 2021], not
prospectively validated.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Instrument,
    Item,
    Licence,
    Rater,
    RecallWindow,
    Words,
    numbered,
    unverified,
    verified,
)

CADSS_6_ITEMS = ("1", "2", "6", "7", "15", "22")

_NOW = RecallWindow(0, "at this time", unverified("Asked of the present moment: general knowledge"))
_LICENCE = Licence(
    "The author circulates the text; no licence was found. Ask the author before loading it.",
    verified("protocol.md 5.2: no licence text found"),
)

CADSS = Instrument(
    id="cadss",
    version="1",
    name="CADSS (23 items)",
    rater=Rater.PATIENT,
    recall=_NOW,
    items=numbered(23, 4),
    words=Words.CLINIC_LOADS,
    licence=_LICENCE,
    source=unverified("Range: protocol.md 5.2"),
)

CADSS_6 = Instrument(
    id="cadss-6",
    version="1",
    name="CADSS-6",
    rater=Rater.PATIENT,
    recall=_NOW,
    items=tuple(Item(name, 4) for name in CADSS_6_ITEMS),
    words=Words.CLINIC_LOADS,
    licence=_LICENCE,
    source=verified("protocol.md 5.2: Rodrigues 2021, doi 10.1016/j.jad.2020.12.119"),
)
