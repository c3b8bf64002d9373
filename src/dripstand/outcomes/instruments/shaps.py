"""SHAPS: whether things still give pleasure; fourteen statements, each answered in one of four ways.

Either answer of disagreement counts one point, either of agreement none: 0 to 14, and 3 or more is abnormal. The
answer itself is kept, 0 (strongly agree) to 3 (strongly disagree), by its words: on paper the four change places from
line to line.
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

SHAPS = Instrument(
    id="shaps",
    version="1",
    name="SHAPS",
    rater=Rater.PATIENT,
    recall=RecallWindow(3, "the last few days", unverified("The last few days: general knowledge")),
    items=numbered(14, 3),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "May be reproduced for personal use and research; a commercial use is negotiated with the British Journal of "
        "Psychiatry. Load a text only with that settled.",
        verified("Snaith 1995, as CamCOPS quotes it (docs/source/tasks/shaps.rst)"),
    ),
    source=verified("Either disagreement 1, either agreement 0, 0 to 14: NIDA Data Share; protocol.md 6.1, optional"),
    bands=(Band(0, "normal"), Band(3, "abnormal: little pleasure")),
    bands_source=verified("NIDA Data Share: 2 or less normal, 3 or more abnormal"),
    total_at_most_score=14,
)
