"""PCL-5: twenty questions on what follows a very stressful experience; over the past month, and a past-week version.

Range and window: protocol.md 6.1 [V]; there are no empirical bands. English only: the German and Spanish texts belong
to their translators, not to the National Center for PTSD (protocol.md 14.2), so a clinic loads them.
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
    secondary,
    verified,
)

_ITEMS = by_number(
    "Repeated, disturbing, and unwanted memories of the stressful experience?",
    "Repeated, disturbing dreams of the stressful experience?",
    "Suddenly feeling or acting as if the stressful experience were actually happening again (as if you were actually "
    "back there reliving it)?",
    "Feeling very upset when something reminded you of the stressful experience?",
    "Having strong physical reactions when something reminded you of the stressful experience (for example, heart "
    "pounding, trouble breathing, sweating)?",
    "Avoiding memories, thoughts, or feelings related to the stressful experience?",
    "Avoiding external reminders of the stressful experience (for example, people, places, conversations, activities, "
    "objects, or situations)?",
    "Trouble remembering important parts of the stressful experience?",
    "Having strong negative beliefs about yourself, other people, or the world (for example, having thoughts such as: "
    "I am bad, there is something seriously wrong with me, no one can be trusted, the world is completely dangerous)?",
    "Blaming yourself or someone else for the stressful experience or what happened after it?",
    "Having strong negative feelings such as fear, horror, anger, guilt, or shame?",
    "Loss of interest in activities that you used to enjoy?",
    "Feeling distant or cut off from other people?",
    "Trouble experiencing positive feelings (for example, being unable to feel happiness or have loving feelings for "
    "people close to you)?",
    "Irritable behavior, angry outbursts, or acting aggressively?",
    "Taking too many risks or doing things that could cause you harm?",
    "Being “superalert” or watchful or on guard?",
    "Feeling jumpy or easily startled?",
    "Having difficulty concentrating?",
    "Trouble falling or staying asleep?",
)
_CHOICES = {0: "Not at all", 1: "A little bit", 2: "Moderately", 3: "Quite a bit", 4: "Extremely"}
_CREDIT = (
    "Weathers, F. W., Litz, B. T., Keane, T. M., Palmieri, P. A., Marx, B. P., & Schnurr, P. P. (2013). The PTSD "
    "Checklist for DSM-5 (PCL-5). Available from the National Center for PTSD at www.ptsd.va.gov"
)
_LICENCE = Licence(
    "Made by staff of the United States Department of Veterans Affairs: in the public domain, not copyrighted.",
    verified("protocol.md 6.1 and 14.2"),
)

_MONTH = Wording(
    language="en",
    version="1",
    title="PTSD Checklist for DSM-5 (PCL-5)",
    instructions=(
        "Below is a list of problems that people sometimes have in response to a very stressful experience. Please "
        "read each problem carefully and then circle one of the numbers to the right to indicate how much you have "
        "been bothered by that problem in the past month."
    ),
    stem="In the past month, how much were you bothered by:",
    items=_ITEMS,
    choices=_CHOICES,
    credit=_CREDIT,
    source=verified(
        "The form of the National Center for PTSD of 2013: items in CamCOPS (extra_strings/pcl5.xml) and three further "
        "copies, by which two slips of punctuation are put right; instructions as CamCOPS says they were, and in one "
        "further copy"
    ),
)

_WEEK = Wording(
    language="en",
    version="1",
    title="PTSD Checklist for DSM-5 (PCL-5), past week",
    instructions=(
        "Below is a list of problems that people sometimes have in response to a very stressful experience. Please "
        "read each problem and then select one of the options to indicate how much you have been bothered by that "
        "problem in the past week. The options include not at all, a little bit, moderately, quite a bit, and "
        "extremely."
    ),
    stem="In the past week, how much were you bothered by:",
    items=_ITEMS,
    choices=_CHOICES,
    credit=_CREDIT,
    source=secondary(
        "The fillable form of the National Center for PTSD, past-week version, 11 April 2018: instructions, first line "
        "and items 1 to 5 were read; the other items are those of the past-month form"
    ),
)

PCL_5 = Instrument(
    id="pcl-5",
    version="1",
    name="PCL-5",
    rater=Rater.PATIENT,
    recall=RecallWindow(30, "the past month", verified("protocol.md 6.1: month")),
    items=numbered(20, 4),
    words=Words.CARRIED,
    licence=_LICENCE,
    source=verified("Range and items: protocol.md 6.1"),
    wordings={"en": _MONTH},
)

PCL_5_WEEK = Instrument(
    id="pcl-5-week",
    version="1",
    name="PCL-5, past week",
    rater=Rater.PATIENT,
    recall=RecallWindow(7, "the past week", verified("protocol.md 6.1: week version")),
    items=numbered(20, 4),
    words=Words.CARRIED,
    licence=_LICENCE,
    source=verified("Range and items: protocol.md 6.1"),
    wordings={"en": _WEEK},
)
