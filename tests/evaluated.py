"""A patient who may be treated, made through the services as a clinic would: for every test that orders an infusion."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

from django.db import transaction

from dripstand.evaluation import entries as en
from dripstand.evaluation import queries, services, store
from dripstand.evaluation.assessment import basis_of, sha256_of_basis
from dripstand.evaluation.consent_default import TREATMENT
from dripstand.evaluation.entries import Author, Entry
from dripstand.evaluation.file import fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.questions import Kind, sections_for
from dripstand.people.queries import patient
from dripstand.protocol.queries import current_template
from tests.people import MEDICAL_LEAD_ABARA, NURSE_REYES, PRESCRIBER_VANCE, signed_template, stored

HARMLESS = {
    "infarction_or_stroke": "never",
    "asa_class": "2",
    "alcohol": "none",
    "diagnosis_confirmed": "yes",
    "episode_months": "14",
    "severity": "severe",
    "bipolar_type": "2",
    "pain_condition": "crps",
    "pain_months": "30",
    "pain_average": "7",
    "pain_treatments": "Physiotherapy, gabapentin: not enough.",
    "capacity": "yes",
    "informed": "yes",
    "medical_clearance": "yes",
    "emergency_contact": "yes",
    "escort_possible": "yes",
}
"""The answers that are not "no" where nothing stands in the way."""

RESULTS = {
    "systolic": "124", "diastolic": "78", "pulse": "70", "spo2": "98", "respiration": "14", "temperature": "36.7",
    "ecg": "normal", "pregnancy": "negative",
    "urine_drugs": "negative", "urinalysis": "normal", "asrm": "2",
}  # fmt: skip
LABS = {
    "alt": ("22", "U/L", None, "40"), "ast": ("20", "U/L", None, "40"), "alp": ("70", "U/L", "30", "120"),
    "ggt": ("18", "U/L", None, "60"), "urea": ("5.1", "mmol/L", "2.5", "7.8"),
    "creatinine": ("70", "µmol/L", "45", "90"),
    "sodium": ("140", "mmol/L", "135", "145"),
    "potassium": ("4.2", "mmol/L", "3.5", "5.0"), "tsh": ("1.8", "mU/L", "0.4", "4.0"),
    "drug_level": ("0.7", "mmol/L", "0.5", "1.0"),
}  # fmt: skip


def harmless_answers(indication: Indication) -> dict[str, str]:
    """Every required question of an evaluation answered so that no rule fires."""
    return {
        one.question: HARMLESS.get(one.question, "no" if one.kind is Kind.YES_NO else "")
        for section in sections_for(indication)
        for one in section.questions
        if one.required
    }


def result(test: str, taken_at: datetime, value: str = "", **given: object) -> en.ResultRecorded:
    """A harmless result of one test, or the one given."""
    if test in LABS:
        usual, unit, low, high = LABS[test]
        facts = {"unit": unit, "low": D(low) if low else None, "high": D(high) if high else None, **given}
        return en.ResultRecorded(str(uuid.uuid4()), test, value or usual, taken_at, **facts)  # type: ignore[arg-type]
    return en.ResultRecorded(str(uuid.uuid4()), test, value or RESULTS[test], taken_at, **given)  # type: ignore[arg-type]


def failed_trial(name: str, dose_mg: str, weeks: str = "8") -> en.TrialRecorded:
    return en.TrialRecorded(
        str(uuid.uuid4()),
        en.TrialKind.MEDICINE,
        name,
        en.TrialOutcome.TOO_LITTLE,
        D(dose_mg),
        D(weeks),
        in_this_episode=True,
    )


def evaluated(
    patient_id: str, indication: Indication = Indication.MAJOR_DEPRESSION, *, now: datetime | None = None
) -> None:
    """Everything asked, measured and reviewed, and nothing found; not decided yet. now: when; else twelve hours ago."""
    signed_template()
    nurse, at = stored(NURSE_REYES), now or datetime.now(UTC) - timedelta(hours=12)
    services.answer_questions(nurse, patient_id, answers=harmless_answers(indication), now=at)
    if indication is Indication.BIPOLAR_DEPRESSION:
        services.add_medicine(nurse, patient_id, name="lithium", dose_mg_per_day=D("900"), now=at)
    services.review_medicines(nurse, patient_id, now=at)
    if indication is not Indication.CHRONIC_PAIN:
        for trial in (failed_trial("sertraline", "150"), failed_trial("venlafaxine", "225")):
            services.record_trial(nurse, patient_id, trial=trial, now=at)
    wanted = [*RESULTS, *(test for test in LABS if test != "drug_level" or indication is Indication.BIPOLAR_DEPRESSION)]
    services.record_results(nurse, patient_id, results=[result(test, at) for test in wanted], now=at)


def decided(
    patient_id: str,
    indication: Indication = Indication.MAJOR_DEPRESSION,
    outcome: en.Outcome = en.Outcome.ELIGIBLE,
    *,
    now: datetime | None = None,
    valid_for_d: int = 90,
    reason: str = "",
    decision_id: str = "",
) -> str:
    """Dr. Vance signs what the page shows now; answers the decision's id."""
    at, template = now or datetime.now(UTC) - timedelta(hours=11), current_template()
    assert template is not None
    seen = sha256_of_basis(basis_of(queries.assessment(patient_id, indication, at), template.template_id))
    answer: str = services.sign_decision(
        stored(PRESCRIBER_VANCE),
        patient_id,
        indication=indication,
        outcome=outcome,
        seen_basis_sha256=seen,
        valid_for_d=valid_for_d,
        reason=reason,
        decision_id=decision_id,
        now=at,
    )
    return answer


def treatment_text(now: datetime) -> str:
    """The published consent text to treatment; answers its id."""
    found = queries.current_consent_text(en.ConsentKind.TREATMENT)
    if found is not None:
        return found.text_id
    answer: str = services.publish_consent_text(
        stored(MEDICAL_LEAD_ABARA),
        kind=TREATMENT.kind,
        title=TREATMENT.title,
        body="\n\n".join(TREATMENT.paragraphs),
        statements=TREATMENT.statements,
        now=now,
    )
    return answer


def consented(patient_id: str, *, now: datetime | None = None) -> str:
    """The patient signs the clinic's consent text, seen by M. Reyes; answers the consent's id."""
    at = now or datetime.now(UTC) - timedelta(hours=11)
    text = queries.consent_text(treatment_text(at))
    answer: str = services.sign_consent(
        stored(NURSE_REYES),
        patient_id,
        text_id=text.text_id,
        signed_as=patient(patient_id).name,
        agreed_count=len(text.statements),
        now=at,
    )
    return answer


def cleared(
    patient_id: str, indication: Indication = Indication.MAJOR_DEPRESSION, *, now: datetime | None = None
) -> str:
    """Evaluated, decided as eligible and consented: an infusion may be ordered. Answers the patient's id."""
    at = now or datetime.now(UTC) - timedelta(hours=12)
    evaluated(patient_id, indication, now=at)
    decided(patient_id, indication, now=at)
    consented(patient_id, now=at)
    return patient_id


_recorded: list[en.Fact] = []


def cleared_at_once(patient_id: str, *, now: datetime | None = None) -> str:
    """What `cleared` records for major depression, laid down in one insert: for tests about something else.

    The first patient of a run goes through the services; what they recorded is the pattern for the others.
    """
    at = now or datetime.now(UTC) - timedelta(hours=12)
    if queries.file_of(patient_id).entries:
        return patient_id  # for an earlier visit of the same test
    if not _recorded:
        cleared(patient_id, now=at)
        _recorded.extend(one.fact for one in queries.file_of(patient_id).entries)
        return patient_id
    template_id, text_id = signed_template(), treatment_text(at)
    facts: list[en.Fact] = []
    for fact in _recorded:
        match fact:
            case en.ResultRecorded():
                facts.append(dataclasses.replace(fact, taken_at=at))
            case en.DecisionSigned():
                who = Author("", "")
                file = fold(Entry(number, at, who, one) for number, one in enumerate(facts, 1))
                basis = basis_of(queries.assessment(patient_id, fact.indication, at, file=file), template_id)
                until = at + timedelta(days=90)
                digest = sha256_of_basis(basis)
                facts.append(dataclasses.replace(fact, basis=basis, basis_sha256=digest, valid_until=until))
            case en.ConsentSigned():
                facts.append(dataclasses.replace(fact, text_id=text_id, signed_as=patient(patient_id).name))
            case _:
                facts.append(fact)
    with transaction.atomic():
        store.append(store.lock(patient_id), stored(PRESCRIBER_VANCE), facts, now=at)
    return patient_id
