"""Interactions with other medicines: the table of protocol.md 1.4, a rule for each row."""

from __future__ import annotations

from dripstand.evaluation.drugs import Drugs
from dripstand.evaluation.entries import OnTheDay
from dripstand.evaluation.rules.conditions import (
    Answered,
    AnyOf,
    LoadAbove,
    LoadNotKnown,
    Takes,
    TakesUnlisted,
)
from dripstand.evaluation.rules.rule import Rule, RuleClass, unverified, verified

_H, _W = RuleClass.HOLD, RuleClass.WARN
_D = Drugs
_VERAART = "Veraart 2021, doi 10.1093/ijnp/pyab039"
_LABEL = "Spravato label"
_CYP = "Andrade 2017 part 5; which drugs are on the list is unverified"
_ON_THE_DAY = frozenset({OnTheDay.TAKEN, OnTheDay.NOT_KNOWN})

INTERACTIONS: tuple[Rule, ...] = (
    Rule(
        "benzodiazepine",
        _W,
        "A benzodiazepine or Z-drug: the effect may be shorter or weaker",
        Takes(frozenset({_D.BENZODIAZEPINE, _D.Z_DRUG})),
        verified(f"{_VERAART}; Oxford Health: none the night before or on the day"),
        "Decide with the patient whether it is left out the night before and on the day; never stop it at once.",
    ),
    Rule(
        "benzodiazepine_load",
        _W,
        "Benzodiazepines above the line that separated non-responders",
        LoadAbove(),
        verified(
            "Above 8 mg of diazepam a day: sensitivity 80 %, specificity 85 %, n=47, doi 10.3389/fpsyt.2020.00844; an "
            "emergency trial excluded more than 3 mg of lorazepam (PMC10812090). Which table the 8 mg rest on is "
            "unverified: both are worked out"
        ),
        "Consider tapering first; record the decision.",
    ),
    Rule(
        "benzodiazepine_load_not_known",
        _W,
        "The benzodiazepine load cannot be worked out",
        LoadNotKnown(),
        unverified("A drug or dose that no table has is not counted as nought (protocol.md 14.1)"),
        "Find the dose, or judge it by hand.",
    ),
    Rule(
        "lamotrigine",
        _W,
        "Lamotrigine: may lessen the effect of ketamine",
        Takes(frozenset({_D.LAMOTRIGINE})),
        verified(f"2 of 5 studies: {_VERAART}"),
        "Record whether it goes on or is held.",
    ),
    Rule(
        "opioid_antagonist",
        _W,
        "An opioid antagonist: reports of a blocked effect disagree",
        Takes(frozenset({_D.OPIOID_ANTAGONIST})),
        unverified("General knowledge (protocol.md 1.4)"),
        "Decide with whoever prescribes it.",
    ),
    Rule(
        "cyp_inhibitor",
        _W,
        "An inhibitor of CYP3A4 or CYP2B6: more ketamine in the blood",
        Takes(frozenset({_D.CYP_INHIBITOR})),
        verified(_CYP),
        "Consider a lower starting dose.",
    ),
    Rule(
        "cyp_inducer",
        _W,
        "An inducer of CYP3A4 or CYP2B6: less ketamine in the blood",
        Takes(frozenset({_D.CYP_INDUCER})),
        verified(_CYP),
        "Keep it in mind when the response is judged.",
    ),
    Rule(
        "stimulant",
        _W,
        "A stimulant: blood pressure rises further",
        Takes(frozenset({_D.STIMULANT})),
        verified(_LABEL),
        "Ask on the morning of each infusion when it was taken.",
    ),
    Rule(
        "maoi",
        _H,
        "An MAO inhibitor: blood pressure may rise further",
        Takes(frozenset({_D.MAOI})),
        verified(f"{_LABEL}; case reports with tranylcypromine uneventful: {_VERAART}. W or H: the stricter is taken"),
        "Have it reviewed; a prescriber goes on with a reason.",
    ),
    Rule(
        "cns_depressant_on_the_day",
        _H,
        "A medicine or alcohol that sedates, also on the day of an infusion",
        AnyOf((Takes(frozenset({_D.CNS_DEPRESSANT}), _ON_THE_DAY), Answered("alcohol", ("on_the_day",)))),
        verified(f"{_LABEL}: added sedation; held where taken that day"),
        "Agree that it is left out on the day, or a prescriber goes on with a reason.",
    ),
    Rule(
        "cns_depressant",
        _W,
        "A medicine that sedates, left out on the day of an infusion",
        Takes(frozenset({_D.CNS_DEPRESSANT}), frozenset({OnTheDay.LEFT_OUT})),
        verified(_LABEL),
        "Ask on the day whether it was left out.",
    ),
    Rule(
        "blunting_antipsychotic",
        _W,
        "Clozapine, haloperidol or risperidone: may blunt the experience",
        Takes(frozenset({_D.BLUNTING_ANTIPSYCHOTIC})),
        verified(f"Clozapine; haloperidol and risperidone possibly: {_VERAART}"),
        "Keep it in mind when the experience is judged.",
    ),
    Rule(
        "ssri",
        _W,
        "An SSRI: higher peaks of blood pressure in one cohort",
        Takes(frozenset({_D.SSRI})),
        verified("Szarmach 2020, doi 10.2147/NDT.S273287"),
        "Watch the pressure; no reason to stop it.",
    ),
    Rule(
        "theophylline",
        _H,
        "Theophylline: lower threshold for seizures",
        Takes(frozenset({_D.THEOPHYLLINE})),
        unverified("Ketamine label"),
        "Have it reviewed; a prescriber goes on with a reason.",
    ),
    Rule(
        "medicine_not_listed",
        _W,
        "A medicine that no rule here could look at",
        TakesUnlisted(),
        unverified("This software lists only the medicines that its rules speak of"),
        "Look up its interactions by hand.",
        version=2,
    ),
)
