"""What one indication asks besides (protocol.md 1.2, 1.3, 14.3, 14.4)."""

from __future__ import annotations

from decimal import Decimal

from dripstand.evaluation import indications
from dripstand.evaluation.drugs import Drugs
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.rules.conditions import (
    AllOf,
    Answered,
    ClinicExcludesBipolar,
    NoCurrentResult,
    NoResultSince,
    ResultedAtLeast,
    Takes,
    TakesNoneOf,
    TooFewFailedTrials,
)
from dripstand.evaluation.rules.rule import Rule, RuleClass, secondary, unverified, verified

_X, _H, _W = RuleClass.DO_NOT_TREAT, RuleClass.HOLD, RuleClass.WARN
_BIPOLAR = frozenset({Indication.BIPOLAR_DEPRESSION})
_PAIN = frozenset({Indication.CHRONIC_PAIN})
_REVIEW = "Have it reviewed; a prescriber goes on with a reason or defers."

OF_INDICATIONS: tuple[Rule, ...] = (
    Rule(
        "resistance_not_met",
        _H,
        "Fewer adequate failed trials in this episode than this clinic asks for",
        TooFewFailedTrials(),
        verified("Two or more: Toronto Ketamine Clinic; Fava 2018 (protocol.md 1.2). VA, in a summary, asks four"),
        "Complete the treatment history; or a prescriber goes on with a reason.",
        indications=indications.DEPRESSION,
    ),
    Rule(
        "diagnosis_open",
        _H,
        "The diagnosis is not confirmed",
        Answered("diagnosis_confirmed", ("no",)),
        verified("History and a structured interview (MINI, SCID) in the trials (protocol.md 1.3)"),
        "Confirm it, or a prescriber goes on with a reason.",
        indications=indications.DEPRESSION,
    ),
    Rule(
        "madrs_below_20",
        _W,
        "MADRS below 20: milder than in the trials",
        ResultedAtLeast("madrs", Decimal(20), below=True),
        verified("MADRS of 20 or more in several trials (protocol.md 1.2)"),
        "What the studies found may not hold here.",
        indications=indications.DEPRESSION,
    ),
    Rule(
        "bipolar_not_treated_here",
        _X,
        "This clinic has signed that it does not treat bipolar depression",
        ClinicExcludesBipolar(),
        secondary(
            "VA criteria, in a summary (protocol.md 1.3); the clinic's signed choice (protocol.md 12, conflict 4)"
        ),
        "Refer the patient on, unless a prescriber overrides it with a reason.",
        indications=_BIPOLAR,
    ),
    Rule(
        "bipolar_without_stabiliser",
        _H,
        "Bipolar disorder without a mood stabiliser",
        TakesNoneOf(frozenset({Drugs.MOOD_STABILISER})),
        verified("Osmind intake guide 2024; VA, in a summary, lists bipolar as disqualifying: clinics differ"),
        _REVIEW,
        indications=_BIPOLAR,
    ),
    Rule(
        "bipolar_no_level",
        _H,
        "Lithium or valproate without a dated level",
        AllOf((Takes(frozenset({Drugs.LEVEL_IS_MEASURED})), NoCurrentResult("drug_level"))),
        unverified("Design of this software (protocol.md 14.4)"),
        "Measure the level.",
        indications=_BIPOLAR,
    ),
    Rule(
        "bipolar_mania_rating",
        _H,
        "ASRM of 6 or more: a mania rating (YMRS) is due",
        AllOf((ResultedAtLeast("asrm", Decimal(6)), NoResultSince("ymrs", "asrm"))),
        secondary("6 or more is positive: mrcpsych.uk (protocol.md 14.2); that it holds is design (14.4)"),
        "Rate YMRS.",
        version=2,
        indications=_BIPOLAR,
    ),
    Rule(
        "bipolar_ymrs_12",
        _H,
        "YMRS of 12 or more: hypomanic",
        ResultedAtLeast("ymrs", Decimal(12)),
        verified("Bands of YMRS: doi 10.1186/s40345-021-00241-5 (protocol.md 14.4)"),
        _REVIEW,
        indications=_BIPOLAR,
    ),
    Rule(
        "bipolar_mixed",
        _H,
        "Mixed features",
        Answered("mixed_features"),
        unverified("Design of this software (protocol.md 14.4)"),
        _REVIEW,
        indications=_BIPOLAR,
    ),
    Rule(
        "pain_severe_liver_disease",
        _X,
        "Severe disease of the liver",
        Answered("liver_disease_severe"),
        secondary("Avoid: Cohen 2018 in a digest (protocol.md 14.3)"),
        "Do not treat, unless a prescriber overrides it with a reason.",
        indications=_PAIN,
    ),
    Rule(
        "pain_evidence_weak",
        _W,
        "Weak or no evidence for this condition, and for a short time only",
        Answered(
            "pain_condition",
            (
                "spinal_cord_injury",
                "neuropathic",
                "phantom",
                "postherpetic",
                "fibromyalgia",
                "cancer",
                "ischaemic",
                "migraine",
                "back",
                "other",
            ),
        ),
        secondary("Cohen 2018, doi 10.1097/AAP.0000000000000808, in a summary (protocol.md 14.3)"),
        "Tell the patient so.",
        indications=_PAIN,
    ),
)
