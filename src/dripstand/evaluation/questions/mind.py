"""The mind and substances (protocol.md 1.3)."""

from __future__ import annotations

from dripstand.evaluation.questions.question import Kind, Question, Section, yes_no

MIND = Section(
    "mind",
    "The mind",
    (
        yes_no("psychosis", "Schizophrenia, schizoaffective disorder or another psychosis, now or earlier?"),
        yes_no("psychotic_depression", "Delusions or hallucinations with the depression?"),
        yes_no("mania_now", "Mania or hypomania now?"),
        yes_no("dementia", "Dementia, delirium or another major disorder of memory and thinking?"),
        yes_no(
            "suicide_plan",
            "Thoughts of suicide with a plan or an intent, now?",
            help="Asked in conversation. It is no reason against treatment by itself; it needs a safety plan first.",
        ),
        yes_no("safety_plan", "Is a safety plan agreed?", required=False),
        Question("psychiatric_history", "Course of the illness, admissions, self-harm", Kind.TEXT, required=False),
        yes_no("hard_dissociation", "Frightening dissociation or panic with ketamine before?", required=False),
    ),
)

SUBSTANCES = Section(
    "substances",
    "Substances",
    (
        yes_no("misuse_now", "Misuse of opioids, ketamine or PCP in the last three months?"),
        yes_no("misuse_earlier", "Misuse of opioids, ketamine or PCP longer ago?"),
        yes_no("intoxicated", "Intoxicated or in withdrawal now?"),
        yes_no("substance_disorder_primary", "Is a substance use disorder the main problem now?"),
        yes_no("substance_disorder_earlier", "A substance use disorder earlier, in remission?"),
        yes_no("cannabis", "Any use of cannabis?"),
        Question(
            "alcohol",
            "Alcohol",
            Kind.CHOICE,
            {"none": "none", "not_on_the_day": "not on the day of an infusion", "on_the_day": "also on such a day"},
        ),
    ),
)
