"""The result of a C-SSRS screen: which of the questions were answered yes. No text is carried, and there is no total.

protocol.md 6.1: six questions; high risk is item 4 or 5 in the past month, or any behaviour in the past three months
[V, Columbia triage guide]. The electronic rights are claimed by a company, so the screen is done elsewhere.
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
    verified,
)

BEHAVIOUR_EVER = "6-ever"
BEHAVIOUR_THREE_MONTHS = "6-three-months"

C_SSRS_RESULT = Instrument(
    id="c-ssrs-result",
    version="1",
    name="C-SSRS screen, result",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(30, "the past month; behaviour, the past 3 months", verified("protocol.md 6.1")),
    items=(
        *(Item(item.name, 1, in_total=False) for item in numbered(5, 1)),
        Item(BEHAVIOUR_EVER, 1, in_total=False),
        Item(BEHAVIOUR_THREE_MONTHS, 1, in_total=False),
    ),
    words=Words.CLINIC_LOADS,
    licence=Licence(
        "A company says that it holds the exclusive electronic rights; Columbia also offers free clinical use. Get a "
        "written answer before loading a text. The result may be entered.",
        verified("protocol.md 6.1: Clario; the free use is unverified"),
    ),
    source=verified("protocol.md 6.1: Columbia triage guide"),
    has_total=False,
)
