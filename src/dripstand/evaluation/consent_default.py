"""The consent texts that a clinic may start from. Nobody signs one before the medical lead has read and published it.

What a patient has to be told is protocol.md 1.5 and 11: off-label use, driving, misuse, the bladder, what is not known
of the long term. The sentences are this software's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from dripstand.evaluation.entries import ConsentKind


@dataclass(frozen=True, slots=True)
class Draft:
    kind: ConsentKind
    language: str
    title: str
    paragraphs: tuple[str, ...]
    statements: tuple[str, ...]


TREATMENT = Draft(
    ConsentKind.TREATMENT,
    "en",
    "Consent to treatment with ketamine",
    (
        "You are offered a course of ketamine infusions into a vein. Ketamine is approved as an anaesthetic. Using it "
        "for depression or pain is outside that approval (off-label): doctors may do so where studies and their own "
        "judgement speak for it.",
        "Some people feel better within hours or days, some after several infusions, and some do not feel better at "
        "all. The effect often fades after days or weeks.",
        "During an infusion and for some time after it you may feel detached, dreamy, dizzy, sick or frightened. Your "
        "blood pressure rises for a while. A nurse is with you and you can stop at any time by saying so.",
        "You must not drive, ride a bicycle, operate machines or sign contracts until you have slept and the next day "
        "has come. Somebody has to take you home.",
        "Ketamine is misused by some people and can harm the bladder and the liver when it is taken often. What years "
        "of repeated infusions do is not known.",
        "It can harm an unborn child and is not given in pregnancy or while breast-feeding.",
        "There are other treatments, and you may decide for none. You may take this consent back at any time, also "
        "during an infusion, without a reason and without losing any other care.",
    ),
    (
        "I have read or heard this, and my questions were answered.",
        "I know that this use of ketamine is off-label.",
        "I will not drive until the next day and somebody takes me home.",
        "I have told the clinic about all my medicines, drugs and illnesses, and will tell about changes.",
        "I agree to the treatment. I know that I can take this back at any time.",
    ),
)

RESEARCH = Draft(
    ConsentKind.RESEARCH,
    "en",
    "Consent to use my data for research",
    (
        "This is separate from your treatment. You are treated in the same way whether you agree or not.",
        "The clinic would like to use your treatment data, without your name, birth date, address or record number, to "
        "find out how well the treatment works.",
        "You may take this back at any time. From then on no new data of yours is used.",
    ),
    ("I agree that my data, without my name, is used for research. I can take this back at any time.",),
)

DRAFTS = (TREATMENT, RESEARCH)
