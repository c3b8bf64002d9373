"""ASRM: five items on elevated mood over seven days, 0 to 4 each; scores are entered, no text is carried.

Range and window: protocol.md 14.2. A version coded 1 to 5 exists and does not fit the limit of 6: it is refused here
by the range (0 to 4).
"""

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

ASRM = Instrument(
    id="asrm",
    version="1",
    name="ASRM",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the last 7 days", secondary("protocol.md 14.2: 7 days")),
    items=numbered(5, 4),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "Copyright of Altman; free for clinicians with their own patients. Whether it may be embedded is not known.",
        verified("protocol.md 14.2: mhscales.com"),
    ),
    source=secondary("Range and items: protocol.md 14.2"),
)
