"""The verbs of an evaluation, and the only writers of its log. Each is one transaction, in the patient's own turn."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dripstand.evaluation import checks, models, standing, store
from dripstand.evaluation import entries as en
from dripstand.evaluation.assessment import Assessment, basis_of, sha256_of_basis
from dripstand.evaluation.entries import ConsentKind, Fact, Outcome
from dripstand.evaluation.file import PatientFile, fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.meanwhile import AnsweredMeanwhile, meanwhile_words
from dripstand.evaluation.queries import assessment, consent_text, current_consent_text
from dripstand.evaluation.rules import RuleClass
from dripstand.evaluation.words import meaning_of
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import patient as patient_of
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.canonical import sha256_of, text_of
from dripstand.protocol.queries import current_template

CLINICAL = (Role.NURSE, Role.PRESCRIBER)
MAY_READ = (*CLINICAL, Role.MEDICAL_LEAD, Role.ON_CALL)
READS_TEXTS = (*CLINICAL, Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
HEARS_WITHDRAWAL = (Role.FRONT_DESK, *CLINICAL, Role.MEDICAL_LEAD)

Making = Callable[[PatientFile], Sequence[Fact]]


@transaction.atomic
def _record(actor: Actor, patient_id: str, make: Making, *, now: datetime, submission_id: str = "") -> bool:
    """Append what `make` answers for the file as it stands, in this patient's turn. False: this form came before."""
    head = store.lock(patient_id)
    if store.was_sent(head, submission_id):
        return False
    facts = make(fold(store.load(patient_id)))
    store.append(head, actor, facts, now=now, submission_id=submission_id)
    return True


def _one(fact: Fact) -> Making:
    return lambda file: (fact,)


# --- answers ----------------------------------------------------------------------------------------------------------


@service(*CLINICAL)
def answer_questions(
    actor: Actor,
    patient_id: str,
    *,
    answers: Mapping[str, str],
    now: datetime,
    notes: Mapping[str, str] | None = None,
    shown: Mapping[str, tuple[str, str]] | None = None,
    submission_id: str = "",
) -> tuple[str, ...]:
    """Record answers, each under its question's name; answers which questions were newly answered or changed.

    shown: the value and note that the page held as each was given. What is answered already with the same value and
    note is not recorded again. Raises Unacceptable with words for each question whose answer cannot be, and
    AnsweredMeanwhile where the file holds something else than was shown; nothing is recorded then.
    """
    told = {name: checks.tidied(name, value) for name, value in answers.items()}
    said = {name: " ".join(text.split()) for name, text in (notes or {}).items()}
    wrong = checks.answers_words(told, said)
    if wrong:
        raise Unacceptable(wrong)
    changed: list[str] = []

    def make(file: PatientFile) -> Sequence[Fact]:
        if stale := meanwhile_words(file, told, said, shown or {}, actor.staff_id, clinic_zone()):
            raise AnsweredMeanwhile(stale)
        facts: list[Fact] = []
        for name, value in told.items():
            given, note = file.answers.get(name), said.get(name, "")
            if (given is None and value) or (given is not None and (given.value, given.note) != (value, note)):
                changed.append(name)
                facts.append(en.QuestionAnswered(name, value, note))
        return facts

    _record(actor, patient_id, make, now=now, submission_id=submission_id)
    return tuple(changed)


# --- medicines and earlier treatments ---------------------------------------------------------------------------------


@service(*CLINICAL)
def add_medicine(
    actor: Actor,
    patient_id: str,
    *,
    name: str,
    now: datetime,
    dose_mg_per_day: Decimal | None = None,
    as_needed: bool = False,
    on_the_day: en.OnTheDay = en.OnTheDay.NOT_KNOWN,
    since_on: date | None = None,
    medicine_id: str = "",
    submission_id: str = "",
) -> str:
    """Record a medicine that the patient takes; answers its id. A standing decision lapses by it. Raises Unacceptable.

    dose_mg_per_day: the most taken in a day; None where it is not known.
    """
    name = " ".join(name.split())
    wrong = checks.medicine_words(name, dose_mg_per_day, since_on, now.date())
    if wrong:
        raise Unacceptable(wrong)
    identity = medicine_id or str(uuid.uuid4())
    fact = en.MedicineStarted(identity, name, dose_mg_per_day, as_needed, on_the_day, since_on)

    def make(file: PatientFile) -> Sequence[Fact]:
        if any(one.medicine_id == identity for one in file.medicines):
            return ()
        if any(one.started.name.casefold() == name.casefold() for one in file.taken):
            raise Unacceptable({"name": _("This medicine is on the list. Stop that entry first if the dose changed.")})
        return (fact,)

    _record(actor, patient_id, make, now=now, submission_id=submission_id)
    return identity


def _taken(file: PatientFile, medicine_id: str) -> None:
    if not any(one.medicine_id == medicine_id for one in file.taken):
        raise Unacceptable({"": _("This medicine is not taken any more. Look at the list again.")})


@service(*CLINICAL)
def stop_medicine(
    actor: Actor, patient_id: str, medicine_id: str, *, stopped_on: date, now: datetime, reason: str = ""
) -> None:
    """Record that a medicine is not taken any more. Raises Unacceptable."""
    reason = " ".join(reason.split())
    wrong = checks.past_day_words(stopped_on, now.date())
    if wrong:
        raise Unacceptable({"stopped_on": wrong})

    def make(file: PatientFile) -> Sequence[Fact]:
        _taken(file, medicine_id)
        return (en.MedicineStopped(medicine_id, stopped_on, reason),)

    _record(actor, patient_id, make, now=now)


@service(*CLINICAL)
def strike_medicine(actor: Actor, patient_id: str, medicine_id: str, *, reason: str, now: datetime) -> None:
    """Say that a medicine was entered by mistake; the entry stays in the history. Raises Unacceptable."""
    reason = _reason(reason)

    def make(file: PatientFile) -> Sequence[Fact]:
        _taken(file, medicine_id)
        return (en.MedicineStruck(medicine_id, reason),)

    _record(actor, patient_id, make, now=now)


@service(*CLINICAL)
def review_medicines(actor: Actor, patient_id: str, *, now: datetime) -> None:
    """Record that the whole list was gone through with the patient; that is what makes an empty list mean none."""
    _record(actor, patient_id, lambda file: (en.MedicinesReviewed(len(file.taken)),), now=now)


@service(*CLINICAL)
def record_trial(
    actor: Actor, patient_id: str, *, trial: en.TrialRecorded, now: datetime, submission_id: str = ""
) -> None:
    """Record an earlier treatment. Raises Unacceptable."""
    trial = dataclasses.replace(trial, name=" ".join(trial.name.split()))
    wrong = checks.trial_words(trial)
    if wrong:
        raise Unacceptable(wrong)

    def make(file: PatientFile) -> Sequence[Fact]:
        return () if any(one.recorded.trial_id == trial.trial_id for one in file.trials) else (trial,)

    _record(actor, patient_id, make, now=now, submission_id=submission_id)


@service(*CLINICAL)
def strike_trial(actor: Actor, patient_id: str, trial_id: str, *, reason: str, now: datetime) -> None:
    """Say that an earlier treatment was entered by mistake. Raises Unacceptable."""
    reason = _reason(reason)

    def make(file: PatientFile) -> Sequence[Fact]:
        if not any(one.recorded.trial_id == trial_id for one in file.trials):
            raise Unacceptable({"": _("This entry is not in the history any more.")})
        return (en.TrialStruck(trial_id, reason),)

    _record(actor, patient_id, make, now=now)


# --- tests ------------------------------------------------------------------------------------------------------------


@service(*CLINICAL)
def record_results(
    actor: Actor, patient_id: str, *, results: Sequence[en.ResultRecorded], now: datetime, submission_id: str = ""
) -> None:
    """Record one or more results, each with when it was taken and the range that its report prints. All or none.

    Raises Unacceptable with words as "alt.value" where there are several, "value" where there is one.
    """
    wrong: dict[str, str] = {}
    born = patient_of(patient_id).birth_date
    for result in results:
        before = f"{result.test}." if len(results) > 1 else ""
        wrong |= {f"{before}{field}": words for field, words in checks.result_words(result, born, now).items()}
    if wrong:
        raise Unacceptable(wrong)

    def make(file: PatientFile) -> Sequence[Fact]:
        known = {one.recorded.result_id for one in file.results}
        return [one for one in results if one.result_id not in known]

    _record(actor, patient_id, make, now=now, submission_id=submission_id)


@service(*CLINICAL)
def strike_result(actor: Actor, patient_id: str, result_id: str, *, reason: str, now: datetime) -> None:
    """Say that a result was entered by mistake. Raises Unacceptable."""
    reason = _reason(reason)

    def make(file: PatientFile) -> Sequence[Fact]:
        if not any(one.recorded.result_id == result_id for one in file.results):
            raise Unacceptable({"": _("This result is not there any more.")})
        return (en.ResultStruck(result_id, reason),)

    _record(actor, patient_id, make, now=now)


# --- overrides and the decision ---------------------------------------------------------------------------------------


def _reason(reason: str) -> str:
    tidy = " ".join(reason.split())
    wrong = checks.reason_words(tidy)
    if wrong:
        raise Unacceptable({"reason": wrong})
    return tidy


def _overridable(found: Assessment) -> dict[tuple[str, str], bool]:
    """What may be overridden now: (key, grounds) to whether it is overridden already."""
    settled = {
        (one.finding.key, one.finding.grounds_sha256): one.override is not None
        for one in found.findings
        if one.finding.rule.rule_class is not RuleClass.WARN
    }
    return settled | {
        (one.gap.key, one.gap.grounds_sha256): one.waived is not None for one in found.gaps if one.gap.may_be_waived
    }


@service(Role.PRESCRIBER)
def override_finding(
    actor: Actor,
    patient_id: str,
    *,
    indication: Indication,
    finding: str,
    grounds_sha256: str,
    reason: str,
    now: datetime,
) -> None:
    """Go on in spite of one finding, or without one test, with a reason. It holds for these grounds and no others.

    Raises Unacceptable, also where the grounds have changed since they were shown.
    """
    reason = _reason(reason)

    def make(file: PatientFile) -> Sequence[Fact]:
        held = _overridable(assessment(patient_id, indication, now, file=file))
        if (finding, grounds_sha256) not in held:
            raise Unacceptable({"": _("This has changed since you opened the page. Look again.")})
        if held[(finding, grounds_sha256)]:
            raise Unacceptable({"": _("This is overridden already.")})
        return (en.FindingOverridden(finding, grounds_sha256, reason),)

    _record(actor, patient_id, make, now=now)


@service(Role.PRESCRIBER)
def sign_decision(
    actor: Actor,
    patient_id: str,
    *,
    indication: Indication,
    outcome: Outcome,
    seen_basis_sha256: str,
    valid_for_d: int,
    now: datetime,
    reason: str = "",
    decision_id: str = "",
) -> str:
    """Sign whether this patient may be treated for this indication; answers the decision's id.

    seen_basis_sha256: of what the screen showed (`assessment.basis_of`); where anything changed meanwhile nothing is
    signed. "Eligible" needs every question answered, every wanted test there and in date, and every finding that
    excludes or holds overridden; the other two need a reason. valid_for_d: at most what the protocol allows; it holds
    to the end of that day on the clinic's calendar, which the signature names. Raises Unacceptable.
    """
    reason = " ".join(reason.split())
    identity = decision_id or str(uuid.uuid4())

    def make(file: PatientFile) -> Sequence[Fact]:
        if before := next((one for one in file.decisions if one.signed.decision_id == identity), None):
            if before.withdrawn is not None:
                said = _("This page was signed before, and the decision was taken back. Open it anew.")
                raise Unacceptable({"": said})
            return ()
        template = current_template()
        if template is None:
            raise Unacceptable({"": _("The clinic has not signed its protocol yet. Nothing can be decided before.")})
        found = assessment(patient_id, indication, now, file=file)
        basis = basis_of(found, template.template_id)
        digest = sha256_of_basis(basis)
        if digest != seen_basis_sha256:
            raise Unacceptable({"": _("Something has changed since you opened the page. Look again, then sign.")})
        wrong = checks.decision_words(outcome, reason, valid_for_d, template.evaluation.decision_valid_d)
        if outcome is Outcome.ELIGIBLE and not found.may_be_eligible:
            wrong[""] = _("“Eligible” cannot be signed: %(count)d points are still open.") % {
                "count": len(found.unsettled) + len(found.open_gaps)
            }
        if wrong:
            raise Unacceptable(wrong)
        until = standing.last_moment(now, valid_for_d, clinic_zone())
        last_day = until.astimezone(clinic_zone()).date()
        meaning = meaning_of(outcome, indication, patient_of(patient_id).name, last_day)
        return (
            en.DecisionSigned(
                decision_id=identity,
                indication=indication,
                outcome=outcome,
                meaning=meaning,
                valid_until=until,
                basis=basis,
                basis_sha256=digest,
                reason=reason,
            ),
        )

    _record(actor, patient_id, make, now=now)
    return identity


@service(Role.PRESCRIBER)
def withdraw_decision(actor: Actor, patient_id: str, decision_id: str, *, reason: str, now: datetime) -> None:
    """Take a signed decision back, with a reason. Raises Unacceptable."""
    reason = _reason(reason)

    def make(file: PatientFile) -> Sequence[Fact]:
        if not any(one.signed.decision_id == decision_id and one.withdrawn is None for one in file.decisions):
            raise Unacceptable({"": _("There is no such decision to take back.")})
        return (en.DecisionWithdrawn(decision_id, reason),)

    _record(actor, patient_id, make, now=now)


# --- consent ----------------------------------------------------------------------------------------------------------


@service(Role.MEDICAL_LEAD)
@transaction.atomic
def publish_consent_text(
    actor: Actor,
    *,
    kind: ConsentKind,
    title: str,
    body: str,
    statements: Sequence[str],
    now: datetime,
    language: str = "en",
    asks_again: bool = False,
) -> str:
    """Publish a version of a consent text; answers its id. Earlier versions and their signatures stay as they are.

    asks_again: whoever signed an earlier version is asked again. Raises Unacceptable.
    """
    listed = [" ".join(one.split()) for one in statements if one.strip()]
    title, body = " ".join(title.split()), body.replace("\r\n", "\n").strip()
    wrong = checks.consent_text_words(title, body, listed)
    if wrong:
        raise Unacceptable(wrong)
    last = models.ConsentText.objects.filter(kind=kind.value).aggregate(last=Max("version"))["last"] or 0
    row = models.ConsentText.objects.create(
        kind=kind.value,
        language=language,
        version=last + 1,
        title=title,
        body=body,
        statements=listed,
        body_sha256=sha256_of(text_of([title, body, listed])),
        asks_again=asks_again and last > 0,
        published_at=now,
        published_by_id=uuid.UUID(actor.staff_id),
        publisher_name=actor.name,
    )
    return str(row.pk)


@service(*CLINICAL)
def sign_consent(
    actor: Actor,
    patient_id: str,
    *,
    text_id: str,
    signed_as: str,
    agreed_count: int,
    now: datetime,
    consent_id: str = "",
) -> str:
    """The patient signs a consent text on the clinic's tablet; the actor saw them do it. Answers the consent's id.

    signed_as: their name as they wrote it. agreed_count: how many of the text's sentences they ticked; all are needed.
    Raises Unacceptable and NoSuchConsentText.
    """
    text = consent_text(text_id)
    newest = current_consent_text(text.kind, text.language)
    name = " ".join(signed_as.split())
    identity = consent_id or str(uuid.uuid4())
    wrong = checks.signature_words(name, patient_of(patient_id).name)
    if newest is None or newest.text_id != text.text_id:
        wrong[""] = _("A newer version of this text was published meanwhile. Read that one.")
    elif agreed_count != len(text.statements):
        wrong["agreed"] = _("Each sentence has to be ticked. Whoever does not agree to one does not sign.")
    if wrong:
        raise Unacceptable(wrong)
    fact = en.ConsentSigned(
        consent_id=identity,
        consent=text.kind,
        text_id=text.text_id,
        text_version=text.version,
        text_sha256=text.body_sha256,
        signed_as=name,
        agreed=text.statements,
    )

    if not _record(actor, patient_id, _one(fact), now=now, submission_id=f"consent:{identity}"):
        held = fold(store.load(patient_id)).consents.get(text.kind)
        if held is None or held.signed.consent_id != identity or held.withdrawn is not None or held.reopened_at:
            raise Unacceptable({"": _("This page was signed before, and that signature holds no more. Open it anew.")})
    return identity


@service(*HEARS_WITHDRAWAL)
def withdraw_consent(actor: Actor, patient_id: str, *, kind: ConsentKind, now: datetime, told: str = "") -> None:
    """The patient takes a consent back; the actor heard it. No reason is asked.

    Raises Unacceptable where there is none.
    """
    words = " ".join(told.split())

    def make(file: PatientFile) -> Sequence[Fact]:
        held = file.consents.get(kind)
        if held is None or held.withdrawn is not None:
            raise Unacceptable({"": _("There is no consent to take back.")})
        return (en.ConsentWithdrawn(kind, words),)

    _record(actor, patient_id, make, now=now)


@service(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def ask_consent_again(actor: Actor, patient_id: str, *, kind: ConsentKind, why: str, now: datetime) -> None:
    """What the patient went through is reason to ask again: the signature before holds no more. why: in a few words.

    Nothing is recorded where there is no signature to ask again about.
    """
    words = " ".join(why.split())[:300]

    def make(file: PatientFile) -> Sequence[Fact]:
        held = file.consents.get(kind)
        return () if held is None else (en.ConsentReopened(kind, words),)

    _record(actor, patient_id, make, now=now)
