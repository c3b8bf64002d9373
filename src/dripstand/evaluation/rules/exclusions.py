"""Exclusions and cautions: the table of protocol.md 1.3, a rule for each row, its class as the row gives it.

Where a row gives two classes (X/H), the graver one is for what is going on now and the milder one for what is past or
found by a test.
"""

from __future__ import annotations

from decimal import Decimal

from dripstand.evaluation.allergies import EXCIPIENT_WORDS, KETAMINE_WORDS
from dripstand.evaluation.rules.conditions import (
    AllergicTo,
    Answered,
    AnyOf,
    OutsideRange,
    PressureAtGate,
    Resulted,
    ResultedAtLeast,
    YoungerThan,
)
from dripstand.evaluation.rules.rule import Rule, RuleClass, unverified, verified

_X, _H, _W = RuleClass.DO_NOT_TREAT, RuleClass.HOLD, RuleClass.WARN
_SPRAVATO = "Spravato label, contraindication"
_TRIAL = "Trial exclusion table, PMC10812090"
_REVIEW = "Have it reviewed; a prescriber goes on with a reason or defers."
_PRESCRIBER = "Do not treat, unless a prescriber overrides it with a reason."

EXCLUSIONS: tuple[Rule, ...] = (
    Rule(
        "aneurysmal_disease",
        _X,
        "Aneurysmal vascular disease or an arteriovenous malformation",
        Answered("aneurysm"),
        verified(_SPRAVATO),
        _PRESCRIBER,
    ),
    Rule(
        "intracerebral_haemorrhage",
        _X,
        "A bleeding in the brain, ever",
        Answered("intracerebral_haemorrhage"),
        verified(_SPRAVATO),
        _PRESCRIBER,
    ),
    Rule(
        "ketamine_hypersensitivity",
        _X,
        "Hypersensitivity to ketamine, esketamine or an excipient",
        AnyOf((Answered("ketamine_allergy"), AllergicTo((*KETAMINE_WORDS, *EXCIPIENT_WORDS)))),
        verified(f"{_SPRAVATO}; the ketamine label itself, and which names and excipients these are, unverified"),
        _PRESCRIBER,
        version=2,
    ),
    Rule(
        "pressure_rise_hazard",
        _X,
        "A marked rise of blood pressure would be a serious hazard",
        Answered("pressure_rise_hazard"),
        unverified("Ketamine label, contraindication; the label family agrees in a summary"),
        _PRESCRIBER,
    ),
    Rule(
        "psychosis",
        _X,
        "Psychosis now or earlier, or psychotic depression",
        AnyOf((Answered("psychosis"), Answered("psychotic_depression"), Answered("severity", ("psychotic",)))),
        verified(f"{_TRIAL}; Toronto form; Spravato: only where benefit outweighs risk; VA in a summary"),
        _PRESCRIBER,
    ),
    Rule("mania_now", _X, "Mania or hypomania now", Answered("mania_now"), verified(_TRIAL), _PRESCRIBER),
    Rule(
        "dementia",
        _X,
        "Dementia, delirium or a major neurocognitive disorder",
        Answered("dementia"),
        verified(f"Toronto form; {_TRIAL}"),
        _PRESCRIBER,
    ),
    Rule(
        "mmse_below_25",
        _H,
        "MMSE below 25",
        ResultedAtLeast("mmse", Decimal(25), below=True),
        verified("MMSE of 25 or more asked at the age of 60 to 65 in one trial, PMC10812090"),
        _REVIEW,
    ),
    Rule(
        "hypertension_uncontrolled",
        _H,
        "High blood pressure that is not under control",
        AnyOf((Answered("hypertension_uncontrolled"), PressureAtGate())),
        verified(f"{_TRIAL}; VA in a summary; 160/100 itself unverified (protocol.md 3.3)"),
        "Treat, then measure again; or a prescriber goes on with a reason.",
    ),
    Rule(
        "cardiac_unstable",
        _X,
        "Decompensated heart failure, unstable angina, or a heart attack or stroke within 6 weeks",
        AnyOf(
            (
                Answered("heart_failure_decompensated"),
                Answered("angina_unstable"),
                Answered("infarction_or_stroke", ("within_6_weeks",)),
            )
        ),
        verified(f"{_TRIAL} (unstable); VA in a summary; that recent means 6 weeks is unverified"),
        _PRESCRIBER,
    ),
    Rule(
        "cardiac_review",
        _H,
        "A rhythm disturbance, an abnormal ECG, or a heart attack or stroke within 6 months",
        AnyOf(
            (
                Answered("arrhythmia"),
                Resulted("ecg", ("abnormal",)),
                Answered("infarction_or_stroke", ("6_weeks_to_6_months",)),
            )
        ),
        verified(f"{_TRIAL} (arrhythmia); that recent means up to 6 months is unverified"),
        _REVIEW,
    ),
    Rule(
        "raised_pressure",
        _H,
        "Raised pressure in the head or in an eye",
        Answered("raised_pressure"),
        unverified("General knowledge; the Spravato label, in a summary, treats it like a pressure risk"),
        _REVIEW,
    ),
    Rule(
        "pregnancy_or_lactation",
        _X,
        "Pregnant or breast-feeding",
        AnyOf((Answered("pregnant"), Answered("breast_feeding"), Resulted("pregnancy", ("positive",)))),
        verified(f"{_TRIAL}; Spravato label advises against: toxic to embryo and fetus"),
        _PRESCRIBER,
    ),
    Rule(
        "substance_misuse_now",
        _X,
        "Misuse of opioids, ketamine or PCP, intoxication or withdrawal, or a substance use disorder as main problem",
        AnyOf((Answered("misuse_now"), Answered("intoxicated"), Answered("substance_disorder_primary"))),
        verified(f"{_TRIAL}; Toronto form, the last three months"),
        _PRESCRIBER,
    ),
    Rule(
        "substance_misuse_review",
        _H,
        "Earlier misuse or substance use disorder, or a urine screen with opioids, ketamine, PCP or others",
        AnyOf(
            (
                Answered("misuse_earlier"),
                Answered("substance_disorder_earlier"),
                Resulted("urine_drugs", ("opioid_ketamine_pcp", "other")),
            )
        ),
        verified(f"{_TRIAL}; Toronto form; that an earlier one holds is this software's reading of X/H"),
        _REVIEW,
    ),
    Rule(
        "cannabis",
        _W,
        "Cannabis",
        AnyOf((Answered("cannabis"), Resulted("urine_drugs", ("cannabis",)))),
        verified("Excluded in the Bio-K trial, Parikh 2023; the clinic decides"),
        "Talk about it; the clinic's own rule decides.",
    ),
    Rule(
        "bladder",
        _H,
        "Cystitis or urinary symptoms",
        AnyOf((Answered("cystitis"), ResultedAtLeast("ipss", Decimal(8)))),
        verified("Spravato label, warning; 3 of 6,630 stopped for the bladder, Feifel 2020. IPSS 8 as line unverified"),
        _REVIEW,
    ),
    Rule(
        "urinalysis_abnormal",
        _W,
        "Urinalysis not normal",
        Resulted("urinalysis", ("abnormal",)),
        unverified("Part of the work-up (protocol.md 1.5)"),
        "Find out why before the first infusion.",
    ),
    Rule(
        "liver",
        _H,
        "Disease of the liver, or raised liver values",
        AnyOf((Answered("liver_disease"), OutsideRange(("alt", "ast", "alp", "ggt"), above=True))),
        verified("Liver events with repeated medical ketamine: Cotter 2021, doi 10.1007/s40264-021-01120-9"),
        _REVIEW,
    ),
    Rule(
        "laboratory_outside_range",
        _W,
        "A laboratory value outside its range",
        OutsideRange(("urea", "creatinine", "sodium", "potassium", "tsh")),
        unverified("Part of the work-up (protocol.md 1.5)"),
        "Look at the value; decide whether it matters here.",
    ),
    Rule(
        "brain_injury",
        _X,
        "A brain injury that still gives symptoms",
        Answered("brain_injury"),
        verified("Toronto form"),
        _PRESCRIBER,
    ),
    Rule(
        "hyperthyroidism",
        _H,
        "Overactive thyroid, not under control",
        Answered("hyperthyroidism"),
        unverified("General knowledge"),
        _REVIEW,
    ),
    Rule("porphyria", _H, "Porphyria", Answered("porphyria"), unverified("General knowledge"), _REVIEW),
    Rule(
        "lung_disease",
        _H,
        "Severe disease of the lungs or of breathing",
        Answered("lung_disease"),
        unverified("General knowledge"),
        _REVIEW,
    ),
    Rule(
        "sleep_apnoea",
        _H,
        "Severe sleep apnoea, not treated, or a high STOP-Bang score",
        AnyOf((Answered("sleep_apnoea"), ResultedAtLeast("stop_bang", Decimal(5)))),
        unverified("General knowledge; STOP-Bang 5 to 8 is its band of high risk (pssatl.com)"),
        _REVIEW,
    ),
    Rule(
        "under_age",
        _X,
        "Younger than 18 years",
        YoungerThan(18),
        verified("Outside the intended use; trials from 18 years (protocol.md 1.2)"),
        "This software is not for children.",
    ),
    Rule(
        "no_capacity",
        _X,
        "No capacity to consent",
        Answered("capacity", ("no",)),
        verified("Capacity is required: Toronto form (protocol.md 1.2)"),
        _PRESCRIBER,
    ),
    Rule(
        "asa_high",
        _H,
        "ASA class IV or V",
        Answered("asa_class", ("4", "5")),
        unverified("ASA class is part of the work-up (protocol.md 1.5, 14.5); that IV holds is assumed"),
        "Have an anaesthetist decide.",
    ),
    Rule(
        "no_medical_clearance",
        _H,
        "The medical part was not reviewed",
        Answered("medical_clearance", ("no",)),
        verified("An anaesthetist reviews the medical form before infusion 1: Toronto form (protocol.md 1.2)"),
        "Have it reviewed.",
    ),
    Rule(
        "not_informed",
        _H,
        "The patient was not told what consent has to rest on",
        Answered("informed", ("no",)),
        verified("Off-label by the FDA label for ketamine: record off-label consent (protocol.md 1.1)"),
        "Tell the patient, then ask for consent.",
    ),
    Rule(
        "suicide_plan",
        _H,
        "Thoughts of suicide with a plan or an intent",
        Answered("suicide_plan"),
        unverified("Suicide risk is part of the work-up (protocol.md 1.5); not a reason against treatment by itself"),
        "Agree on a safety plan and who is reached; a prescriber goes on with a reason.",
    ),
    Rule(
        "no_way_home",
        _W,
        "Nobody can take the patient home, or nobody to call is on record",
        AnyOf((Answered("escort_possible", ("no",)), Answered("emergency_contact", ("no",)))),
        unverified("Emergency contact and escort are part of the work-up (protocol.md 1.5)"),
        "Find somebody before the first infusion: without an escort no infusion starts.",
    ),
)
