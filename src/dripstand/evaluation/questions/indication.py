"""What one indication asks beside the common questions (protocol.md 1.2, 14.3, 14.4, 14.6)."""

from __future__ import annotations

from decimal import Decimal

from dripstand.evaluation import indications
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.questions.question import Kind, Question, Section, yes_no

SEVERITY = {
    "subsyndromal": "below the threshold of an episode",
    "mild": "mild",
    "moderate": "moderate",
    "severe": "severe",
    "psychotic": "severe with psychotic features",
}

DEPRESSION = Section(
    "depression",
    "The depression",
    (
        yes_no("diagnosis_confirmed", "Is the diagnosis confirmed by a structured interview or a psychiatrist?"),
        Question("episode_months", "This episode has lasted", Kind.NUMBER, unit="months"),
        Question("severity", "How severe it is now", Kind.CHOICE, SEVERITY),
        Question(
            "psychotherapy",
            "Psychotherapy in this episode",
            Kind.CHOICE,
            {"none": "none", "under_way": "under way", "finished": "finished or ended"},
            required=False,
        ),
    ),
    indications.DEPRESSION,
)

BIPOLAR = Section(
    "bipolar",
    "Bipolar disorder",
    (
        Question("bipolar_type", "Type", Kind.CHOICE, {"1": "I", "2": "II", "other": "other or not specified"}),
        yes_no("mixed_features", "Mixed features now?"),
        yes_no("rapid_cycling", "Rapid cycling (four or more episodes in a year)?", required=False),
        yes_no("switched_before", "Mania or hypomania under an antidepressant before?", required=False),
    ),
    frozenset({Indication.BIPOLAR_DEPRESSION}),
)

PAIN_CONDITIONS = {
    "crps": "complex regional pain syndrome (moderate evidence)",
    "spinal_cord_injury": "after spinal cord injury (weak evidence)",
    "neuropathic": "other neuropathic pain (weak or none)",
    "phantom": "phantom limb pain (weak or none)",
    "postherpetic": "after shingles (weak or none)",
    "fibromyalgia": "fibromyalgia (weak or none)",
    "cancer": "cancer pain (weak or none)",
    "ischaemic": "ischaemic pain (weak or none)",
    "migraine": "migraine (weak or none)",
    "back": "back pain (weak or none)",
    "other": "another",
}

PAIN = Section(
    "pain",
    "The pain",
    (
        Question(
            "pain_condition",
            "Condition",
            Kind.CHOICE,
            PAIN_CONDITIONS,
            help="Evidence after Cohen 2018, seen in a summary only.",
        ),
        Question("pain_months", "It has lasted", Kind.NUMBER, unit="months"),
        Question(
            "pain_average", "Average pain in the last week, 0 to 10", Kind.NUMBER, unit="of 10", highest=Decimal(10)
        ),
        yes_no("liver_disease_severe", "Severe disease of the liver?"),
        Question("pain_treatments", "What was tried before, and what came of it", Kind.TEXT),
    ),
    frozenset({Indication.CHRONIC_PAIN}),
)
