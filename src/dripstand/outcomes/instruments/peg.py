"""PEG: pain on average, enjoyment of life, general activity, over the past week; the mean of three numbers of 0 to 10.

Krebs 2009, doi 10.1007/s11606-009-0981-1 (open access). The words are exact, in English. A Spanish version was tested
(PEG-S, PMC11580754), but its words were not seen; a German one was not found: neither is carried.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Instrument,
    Licence,
    Rater,
    RecallWindow,
    Wording,
    Words,
    by_number,
    numbered,
    numbers_of,
    verified,
)

PEG = Instrument(
    id="peg",
    version="1",
    name="PEG",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the past week", verified("The questions themselves (Krebs 2009)")),
    items=numbered(3, 10),
    words=Words.CARRIED,
    licence=Licence(
        "Published open access and given out free of charge. Its three questions come from the BPI, whose owner claims "
        "everything derived from it: the clinic should ask before it relies on this text.",
        verified("Krebs 2009, open access; the BPI's user guide (protocol.md 14.3)"),
    ),
    source=verified("Mean of three items of 0 to 10: Krebs 2009, doi 10.1007/s11606-009-0981-1 (protocol.md 14.3)"),
    wordings={
        "en": Wording(
            language="en",
            version="1",
            title="PEG: pain, enjoyment, general activity",
            stem="",
            items=by_number(
                "What number best describes your pain on average in the past week?",
                "What number best describes how, during the past week, pain has interfered with your enjoyment of "
                "life?",
                "What number best describes how, during the past week, pain has interfered with your general activity?",
            ),
            choices=numbers_of(10, "Does not interfere", "Completely interferes"),
            own_choices={"1": numbers_of(10, "No pain", "Pain as bad as you can imagine")},
            credit="Krebs EE, Lorenz KA, Bair MJ, et al. J Gen Intern Med 2009;24:733-738.",
            source=verified("Six transcriptions of the three questions that agree letter for letter, and their ends"),
        )
    },
    total_is_mean=True,
)
