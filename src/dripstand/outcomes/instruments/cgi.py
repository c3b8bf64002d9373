"""CGI: how ill a patient is (CGI-S) and how much that has changed (CGI-I); one question each, 1 to 7, a clinician's.

The words are those of Guy 1976, a work of the United States government, and free (protocol.md 6.1). English alone: a
clinician reads them. What the manual calls 0, not assessed, is an open item here.
"""

from __future__ import annotations

from dripstand.outcomes.instruments.instrument import (
    Instrument,
    Item,
    Licence,
    Rater,
    RecallWindow,
    Wording,
    Words,
    by_number,
    unverified,
    verified,
)

_LICENCE = Licence(
    "A work of the United States government (Guy 1976): no licence is needed.",
    verified("CamCOPS docs/source/tasks/cgi.rst; protocol.md 6.1: CGI free"),
)
_COPIES = verified("Guy 1976, ECDEU Assessment Manual, in copies that agree")

CGI_S = Instrument(
    id="cgi-s",
    version="1",
    name="CGI-S",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(7, "the last 7 days", unverified("The usual window: general knowledge")),
    items=(Item("1", 7, lowest_score=1),),
    words=Words.CARRIED,
    licence=_LICENCE,
    source=verified("One rating of 1 to 7: Guy 1976; hypersomniafoundation.org lists the words"),
    wordings={
        "en": Wording(
            language="en",
            version="1",
            title="Clinical Global Impressions: severity of illness (CGI-S)",
            stem="Severity of illness",
            items=by_number(
                "Considering your total clinical experience with this particular population, how mentally ill is the "
                "patient at this time?"
            ),
            choices={
                1: "Normal, not at all ill",
                2: "Borderline mentally ill",
                3: "Mildly ill",
                4: "Moderately ill",
                5: "Markedly ill",
                6: "Severely ill",
                7: "Among the most extremely ill patients",
            },
            credit="Guy W. ECDEU Assessment Manual for Psychopharmacology, revised. NIMH, 1976.",
            source=_COPIES,
        )
    },
)

CGI_I = Instrument(
    id="cgi-i",
    version="1",
    name="CGI-I",
    rater=Rater.CLINICIAN,
    recall=RecallWindow(0, "since treatment began", verified("The question itself: compared to the condition before")),
    items=(Item("1", 7, lowest_score=1),),
    words=Words.CARRIED,
    licence=_LICENCE,
    source=verified("One rating of 1 to 7, itself a change: it is not compared with a baseline (Guy 1976)"),
    wordings={
        "en": Wording(
            language="en",
            version="1",
            title="Clinical Global Impressions: global improvement (CGI-I)",
            stem="Global improvement",
            items=by_number(
                "Rate total improvement whether or not, in your judgement, it is due entirely to drug treatment. "
                "Compared to his condition at admission to the project, how much has he changed?"
            ),
            choices={
                1: "Very much improved",
                2: "Much improved",
                3: "Minimally improved",
                4: "No change",
                5: "Minimally worse",
                6: "Much worse",
                7: "Very much worse",
            },
            credit="Guy W. ECDEU Assessment Manual for Psychopharmacology, revised. NIMH, 1976.",
            source=_COPIES,
        )
    },
)
