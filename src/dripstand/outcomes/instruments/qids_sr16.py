"""QIDS-SR16: sixteen items in nine domains over the last seven days; scores are entered, no text is carried.

Range, domains and bands: protocol.md 6.1 [V, ids-qids.org]. How domains are counted: rules/qids.py.
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

QIDS_SR16 = Instrument(
    id="qids-sr16",
    version="1",
    name="QIDS-SR16",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the last 7 days", verified("protocol.md 6.1: 7 days")),
    items=numbered(16, 3),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Paper versions are described as free for clinicians; electronic use is not settled. Ask the owner for a "
        "written yes before loading a text.",
        verified("protocol.md 6.1: an older copy of the owner's terms; 14.2: electronic rights open"),
    ),
    source=verified("Range, items and domains: protocol.md 6.1, ids-qids.org"),
    bands=(Band(0, "none"), Band(6, "mild"), Band(11, "moderate"), Band(16, "severe"), Band(21, "very severe")),
    bands_source=verified("protocol.md 6.1: 0-5, 6-10, 11-15, 16-20, 21-27; the names are secondary"),
    suicide_item="12",
    suicide_item_source=unverified("Item 12 asks about death or suicide: general knowledge"),
)
