"""The demo's patients before their first infusion: evaluated, decided and consented through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dripstand.evaluation import entries as en
from dripstand.evaluation import queries, services
from dripstand.evaluation.assessment import basis_of, sha256_of_basis
from dripstand.evaluation.consent_default import DRAFTS
from dripstand.evaluation.drugs import Drugs, classes_of
from dripstand.evaluation.entries import ConsentKind, OnTheDay, Outcome
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.questions import Kind, sections_for
from dripstand.people.queries import patient as patient_of
from dripstand.server.demo.cast import MEDICAL_LEAD, PRESCRIBER
from dripstand.server.demo.clinic import DemoClinic, demo_id

NURSE = "m.reyes"
BEFORE_DAYS = 9

_ANSWERS = {
    "infarction_or_stroke": "never",
    "asa_class": "2",
    "alcohol": "not_on_the_day",
    "diagnosis_confirmed": "yes",
    "episode_months": "16",
    "severity": "severe",
    "bipolar_type": "2",
    "pain_condition": "crps",
    "pain_months": "40",
    "pain_average": "7",
    "pain_treatments": "Physiotherapy, gabapentin and nerve blocks, each with too little relief.",
    "capacity": "yes",
    "informed": "yes",
    "medical_clearance": "yes",
    "emergency_contact": "yes",
    "escort_possible": "yes",
}
_FINDINGS = {
    "systolic": "126", "diastolic": "79", "pulse": "71", "spo2": "98", "respiration": "14", "temperature": "36.6",
    "ecg": "normal", "urine_drugs": "negative",
    "urinalysis": "normal",
}  # fmt: skip
_LABS = (
    ("alt", "24", "U/L", "", "40"), ("ast", "21", "U/L", "", "40"), ("alp", "72", "U/L", "30", "120"),
    ("ggt", "19", "U/L", "", "60"), ("urea", "5.2", "mmol/L", "2.5", "7.8"),
    ("creatinine", "74", "µmol/L", "45", "104"),
    ("sodium", "140", "mmol/L", "135", "145"),
    ("potassium", "4.3", "mmol/L", "3.5", "5.0"), ("tsh", "1.9", "mU/L", "0.4", "4.0"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """What is special about one patient's evaluation. medicines: name and mg a day."""

    indication: Indication = Indication.MAJOR_DEPRESSION
    medicines: tuple[tuple[str, str], ...] = (("sertraline", "100"),)
    failed: tuple[tuple[str, str, str], ...] = (("escitalopram", "20", "10"), ("venlafaxine", "225", "12"))
    decided: bool = True


_STORIES: dict[str, Story] = {
    "DEMO-0001": Story(medicines=(("sertraline", "100"), ("lorazepam", "1"))),
    "DEMO-0003": Story(medicines=(("mirtazapine", "30"), ("lamotrigine", "200"))),
    "DEMO-0004": Story(Indication.BIPOLAR_DEPRESSION, medicines=(("lithium", "900"), ("quetiapine", "150"))),
    "DEMO-0006": Story(Indication.CHRONIC_PAIN, medicines=(("duloxetine", "60"),), failed=()),
    "DEMO-0008": Story(medicines=(("bupropion", "300"), ("clonazepam", "0.5")), decided=False),
}
"""Those of whom there is something to tell; the others are the plain story. Lark waits for a decision."""


def story_of(record_number: str) -> Story:
    return _STORIES.get(record_number, Story())


def publish_texts(clinic: DemoClinic, now: datetime) -> None:
    """The clinic's consent texts, as the medical lead published them."""
    for draft in DRAFTS:
        services.publish_consent_text(
            clinic.staff[MEDICAL_LEAD],
            kind=draft.kind,
            title=draft.title,
            body="\n\n".join(draft.paragraphs),
            statements=draft.statements,
            now=now,
            language=draft.language,
        )


def evaluate(clinic: DemoClinic, record_number: str, patient_id: str, now: datetime) -> None:
    """One patient's evaluation nine days ago, the decision a day later, and the consent."""
    story = story_of(record_number)
    nurse = clinic.staff[NURSE]
    asked = now - timedelta(days=BEFORE_DAYS)
    answers = {
        one.question: _ANSWERS.get(one.question, "no" if one.kind is Kind.YES_NO else "")
        for section in sections_for(story.indication)
        for one in section.questions
        if one.required
    }
    services.answer_questions(nurse, patient_id, answers=answers, now=asked)
    for name, dose in story.medicines:
        sedates = Drugs.CNS_DEPRESSANT in classes_of(name)
        services.add_medicine(
            nurse,
            patient_id,
            name=name,
            dose_mg_per_day=Decimal(dose),
            on_the_day=OnTheDay.LEFT_OUT if sedates else OnTheDay.TAKEN,
            since_on=(asked - timedelta(days=120)).date(),
            medicine_id=demo_id(f"medicine {patient_id} {name}"),
            now=asked,
        )
    services.review_medicines(nurse, patient_id, now=asked)
    for name, dose, weeks in story.failed:
        trial = en.TrialRecorded(
            demo_id(f"trial {patient_id} {name}"), en.TrialKind.MEDICINE, name, en.TrialOutcome.TOO_LITTLE,
            Decimal(dose), Decimal(weeks), in_this_episode=True,
        )  # fmt: skip
        services.record_trial(nurse, patient_id, trial=trial, now=asked)
    services.record_results(nurse, patient_id, results=_results(patient_id, story, asked), now=asked)
    consent(clinic, patient_id, now - timedelta(days=BEFORE_DAYS - 1))
    if story.decided:
        decide(clinic, patient_id, story.indication, now - timedelta(days=BEFORE_DAYS - 1))


def _results(patient_id: str, story: Story, taken_at: datetime) -> tuple[en.ResultRecorded, ...]:
    findings = dict(_FINDINGS)
    labs = list(_LABS)
    if patient_of(patient_id).sex != "M":
        findings["pregnancy"] = "negative"
    if story.indication is Indication.BIPOLAR_DEPRESSION:
        findings["asrm"] = "2"
        labs.append(("drug_level", "0.7", "mmol/L", "0.5", "1.0"))
    return (
        *(en.ResultRecorded(demo_id(f"{patient_id} {t}"), t, value, taken_at) for t, value in findings.items()),
        *(
            en.ResultRecorded(
                demo_id(f"{patient_id} {test}"), test, value, taken_at, unit,
                Decimal(low) if low else None, Decimal(high),
            )
            for test, value, unit, low, high in labs
        ),
    )  # fmt: skip


def decide(
    clinic: DemoClinic,
    patient_id: str,
    indication: Indication,
    now: datetime,
    outcome: Outcome = Outcome.ELIGIBLE,
    reason: str = "",
) -> None:
    """The prescriber overrides nothing and signs what the page shows."""
    found = queries.assessment(patient_id, indication, now)
    services.sign_decision(
        clinic.staff[PRESCRIBER],
        patient_id,
        indication=indication,
        outcome=outcome,
        seen_basis_sha256=sha256_of_basis(basis_of(found, clinic.template_id)),
        valid_for_d=90,
        now=now,
        reason=reason,
        decision_id=demo_id(f"decision {patient_id} {indication.value} {now:%Y%m%d}"),
    )


def consent(clinic: DemoClinic, patient_id: str, now: datetime, kind: ConsentKind = ConsentKind.TREATMENT) -> None:
    """The patient signs; the nurse sees it."""
    text = queries.current_consent_text(kind)
    assert text is not None
    services.sign_consent(
        clinic.staff[NURSE],
        patient_id,
        text_id=text.text_id,
        signed_as=patient_of(patient_id).name,
        agreed_count=len(text.statements),
        now=now,
        consent_id=demo_id(f"consent {patient_id} {kind.value}"),
    )
