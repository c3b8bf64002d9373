"""Does a decision stand, and if not, why: never signed, not eligible, expired, withdrawn, or lapsed because of what.

A decision lapses for good when something that it rested on changes after it: a medicine, an answer, a trial, an
allergy, a result outside its range. It lapses too where a rule fires now that the signer did not see, or a test that
the work-up wants has gone out of date. Only a new signature makes it stand again: the rules look at every state that
the file was in since, so that a cause that went away again counts as one that is there. Time, like everything else, is
an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from dripstand.evaluation import entries as en
from dripstand.evaluation import questions, workup
from dripstand.evaluation.assessment import Assessment, GapKind, as_it_was
from dripstand.evaluation.entries import ConsentKind, Entry, Outcome
from dripstand.evaluation.file import Consent, Decision, PatientFile, Result, fold
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.person import Case, Person
from dripstand.evaluation.questions import sections_for
from dripstand.evaluation.rules import RuleClass


class Why(StrEnum):
    """Why there is no standing eligible decision, or no consent."""

    NEVER_SIGNED = "never_signed"
    NOT_ELIGIBLE = "not_eligible"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    NO_CONSENT = "no_consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_TEXT_CHANGED = "consent_text_changed"
    CONSENT_TO_ASK_AGAIN = "consent_to_ask_again"


class ChangeKind(StrEnum):
    MEDICINE_ADDED = "medicine_added"
    MEDICINE_STOPPED = "medicine_stopped"
    MEDICINE_STRUCK = "medicine_struck"
    ANSWER_CHANGED = "answer_changed"
    HISTORY_CHANGED = "history_changed"
    RESULT_OUTSIDE = "result_outside"
    RESULT_STRUCK = "result_struck"
    ALLERGIES_CHANGED = "allergies_changed"
    PATIENT_CHANGED = "patient_changed"
    RULE_FIRED = "rule_fired"
    TEST_OUT_OF_DATE = "test_out_of_date"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since a decision was signed. ref: a question, test, rule or field; said: what it is now.

    at, by: when it was recorded and by whom; None where time or the software did it.
    """

    kind: ChangeKind
    ref: str
    said: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest decision for one indication and whether it stands. why: None exactly where it stands as eligible."""

    indication: Indication
    decision: Decision | None
    why: Why | None
    changes: tuple[Change, ...] = ()

    @property
    def stands(self) -> bool:
        return self.why is None


def last_moment(signed_at: datetime, valid_for_d: int, zone: tzinfo) -> datetime:
    """When a decision ends that is signed for so many days: with the last of them on the clinic's calendar.

    The day's last second and not the next day's first: a screen that writes its day writes the one that was signed.
    """
    last_day = signed_at.astimezone(zone).date() + timedelta(days=valid_for_d)
    return datetime.combine(last_day, time(23, 59, 59), tzinfo=zone).astimezone(UTC)


def newest_decision(file: PatientFile, indication: Indication) -> Decision | None:
    found = [one for one in file.decisions if one.signed.indication is indication]
    return max(found, key=lambda one: one.sequence) if found else None


def _asked(indication: Indication) -> frozenset[str]:
    return frozenset(one.question for section in sections_for(indication) for one in section.questions)


def _entries_after(decision: Decision, file: PatientFile) -> Iterator[Change]:
    """The recorded facts that make a decision lapse: those after the head that its signer saw."""
    head = decision.signed.basis.head
    before: dict[str, str] = {}
    asked = _asked(decision.signed.indication)
    names = {one.medicine_id: one.started.name for one in file.medicines}
    for entry in file.entries:
        fact = entry.fact
        if isinstance(fact, en.QuestionAnswered):
            changed = before.get(fact.question) != fact.value
            before[fact.question] = fact.value
            if not changed or fact.question not in asked:
                continue
        if entry.sequence > head:
            found = _change(entry, names)
            if found is not None:
                yield found


def _change(entry: Entry, names: dict[str, str]) -> Change | None:
    kind, ref, said = ChangeKind, "", ""
    match entry.fact:
        case en.QuestionAnswered() as fact:
            asked = questions.OF_NAME.get(fact.question)
            words = asked.words if asked is not None else fact.question
            what, ref, said = kind.ANSWER_CHANGED, fact.question, f"{words} {fact.value.replace('_', ' ')}"
        case en.MedicineStarted() as fact:
            what, ref, said = kind.MEDICINE_ADDED, fact.medicine_id, fact.name
        case en.MedicineStopped() as fact:
            what, ref, said = kind.MEDICINE_STOPPED, fact.medicine_id, names.get(fact.medicine_id, "")
        case en.MedicineStruck() as fact:
            what, ref, said = kind.MEDICINE_STRUCK, fact.medicine_id, names.get(fact.medicine_id, "")
        case en.TrialRecorded() as fact:
            what, ref, said = kind.HISTORY_CHANGED, fact.trial_id, fact.name
        case en.TrialStruck() as fact:
            what, ref, said = kind.HISTORY_CHANGED, fact.trial_id, fact.reason
        case en.ResultRecorded() as fact if workup.is_outside(fact):
            what, ref, said = kind.RESULT_OUTSIDE, fact.test, f"{workup.OF_NAME[fact.test].words} {fact.value}"
        case en.ResultStruck() as fact:
            what, ref, said = kind.RESULT_STRUCK, fact.result_id, fact.reason
        case _:
            return None
    return Change(what, ref, said, entry.recorded_at, entry.author.name)


def _of_the_patient(decision: Decision, case: Case) -> Iterator[Change]:
    """What the record of the patient says otherwise than it did, or said otherwise at any moment since."""
    signed_at = decision.recorded_at
    since = [one for one in case.versions if signed_at < one.at <= case.at]
    for one in since:
        yield from _person(decision, one, one.at, one.by)
    yield from _person(decision, Person(case.birth_date, case.sex, case.allergies, case.at, ""))


def _person(decision: Decision, found: Person, at: datetime | None = None, by: str = "") -> Iterator[Change]:
    basis, kind = decision.signed.basis, ChangeKind
    if basis.allergies != found.allergies:
        yield Change(kind.ALLERGIES_CHANGED, "allergies", "; ".join(found.allergies) or "none known", at, by)
    if basis.birth_date != found.birth_date:
        yield Change(kind.PATIENT_CHANGED, "birth_date", found.birth_date.isoformat(), at, by)
    if basis.sex != found.sex:
        yield Change(kind.PATIENT_CHANGED, "sex", found.sex, at, by)


def _earlier_states(decision: Decision, case: Case) -> Iterator[Case]:
    """The file as it stood right before each later recording that could take a cause away, at that moment.

    Age only ever adds a cause, so the last moment of a state is enough. What else could take one away (a medicine, a
    trial, a result struck) makes the decision lapse by itself.
    """
    entries = case.file.entries
    for number, (before, entry) in enumerate(pairwise(entries), start=1):
        clears = isinstance(entry.fact, en.ResultRecorded | en.QuestionAnswered)
        same_form = before.recorded_at == entry.recorded_at and type(before.fact) is type(entry.fact)
        if entry.sequence > decision.sequence and clears and not same_form:
            yield replace(case, file=fold(entries[:number]), at=entry.recorded_at, ratings=_until(entry, case))
    for rating in case.ratings:
        if decision.recorded_at < rating.recorded_at <= case.at:
            then = [one for one in entries if one.recorded_at <= rating.recorded_at]
            earlier = tuple(one for one in case.ratings if one.recorded_at < rating.recorded_at)
            yield replace(case, file=fold(then), at=rating.recorded_at, ratings=earlier)


def _until(entry: Entry, case: Case) -> tuple[Result, ...]:
    return tuple(one for one in case.ratings if one.recorded_at < entry.recorded_at)


def _fired_since(decision: Decision, assessment: Assessment) -> Iterator[Change]:
    """Rules that fire on something that the signer did not see, and wanted tests that are out of date, in one state."""
    seen: dict[str, set[str]] = {}
    for one in decision.signed.basis.findings:
        seen.setdefault(one.finding, set()).update(one.grounds)
    for found in assessment.findings:
        rule = found.finding.rule
        new = [str(ground) for ground in found.finding.grounds if str(ground) not in seen.get(rule.rule, ())]
        if new and rule.rule_class is not RuleClass.WARN:
            said = ", ".join(one.said for one in found.finding.grounds if str(one) in new)
            yield Change(ChangeKind.RULE_FIRED, rule.rule, f"{rule.words} ({said})")
    for gap in assessment.gaps:
        old = gap.gap.kind is GapKind.TEST_OUT_OF_DATE and gap.gap.key not in seen
        if old and not workup.OF_NAME[gap.gap.ref].each_visit:
            yield Change(ChangeKind.TEST_OUT_OF_DATE, gap.gap.ref, workup.OF_NAME[gap.gap.ref].words)


def changes_since(decision: Decision, assessment: Assessment) -> tuple[Change, ...]:
    """Everything that a decision rested on and that was not so at some moment since.

    Medicines first, each kind as recorded; each change once.
    """
    case = assessment.case
    found = [*_entries_after(decision, case.file), *_of_the_patient(decision, case)]
    for state in _earlier_states(decision, case):
        found += _fired_since(decision, as_it_was(state))
    found += _fired_since(decision, assessment)
    kinds = list(ChangeKind)
    once: dict[tuple[ChangeKind, str, str], Change] = {}
    for one in found:
        once.setdefault((one.kind, one.ref, one.said), one)
    return tuple(sorted(once.values(), key=lambda one: kinds.index(one.kind)))


def standing(assessment: Assessment) -> Standing:
    """Whether the newest decision for the case's indication stands at the case's moment."""
    case = assessment.case
    decision = newest_decision(case.file, case.indication)
    if decision is None:
        return Standing(case.indication, None, Why.NEVER_SIGNED)
    if decision.withdrawn is not None:
        return Standing(case.indication, decision, Why.WITHDRAWN)
    if decision.signed.outcome is not Outcome.ELIGIBLE:
        return Standing(case.indication, decision, Why(decision.signed.outcome.value))
    changes = changes_since(decision, assessment)
    if changes:
        return Standing(case.indication, decision, Why.LAPSED, changes)
    if case.at >= decision.signed.valid_until:
        return Standing(case.indication, decision, Why.EXPIRED)
    return Standing(case.indication, decision, None)


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """One kind of consent. holds_until: while it stands."""

    consent: Consent | None
    why: Why | None
    holds_until: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.why is None


def consent_standing(
    file: PatientFile, kind: ConsentKind, *, at: datetime, valid_d: int, least_version: int
) -> ConsentStanding:
    """Whether a consent stands. least_version: the oldest version of its text that still holds."""
    consent = file.consents.get(kind)
    if consent is None:
        return ConsentStanding(None, Why.NO_CONSENT)
    if consent.withdrawn is not None:
        return ConsentStanding(consent, Why.CONSENT_WITHDRAWN)
    if consent.reopened_at is not None:
        return ConsentStanding(consent, Why.CONSENT_TO_ASK_AGAIN)
    until = consent.recorded_at + timedelta(days=valid_d)
    if at >= until:
        return ConsentStanding(consent, Why.CONSENT_EXPIRED, until)
    if consent.signed.text_version < least_version:
        return ConsentStanding(consent, Why.CONSENT_TEXT_CHANGED, until)
    return ConsentStanding(consent, None, until)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands before an order. since: when it began to, where that is known."""

    why: Why
    indication: Indication | None = None
    changes: tuple[Change, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether an infusion may be ordered. obstacles: empty exactly where it may. decision_id: what it then rests on.

    decided_by, decided_at: who signed that decision, and when.
    """

    obstacles: tuple[Obstacle, ...]
    decision_id: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None

    @property
    def is_given(self) -> bool:
        return not self.obstacles


def clearance(standings: Iterable[Standing], consent: ConsentStanding) -> Clearance:
    """Cleared with an eligible decision that stands for one of these indications, and the consent to treatment.

    Without one, the obstacle is that of the newest decision, of whichever indication; never signed where there is none.
    """
    found = tuple(standings)
    obstacles: list[Obstacle] = []
    good = next((one for one in found if one.stands), None)
    if good is None:
        signed = [one for one in found if one.decision is not None]
        worst = max(signed, key=lambda one: one.decision.sequence if one.decision else 0) if signed else found[0]
        obstacles.append(_obstacle(worst))
    if consent.why is not None:
        since = consent.holds_until if consent.why is Why.CONSENT_EXPIRED else None
        held = consent.consent
        told = (held.withdrawn_at or held.reopened_at) if held is not None else None
        obstacles.append(Obstacle(consent.why, since=told or since))
    if good is None or good.decision is None:
        return Clearance(tuple(obstacles))
    decision = good.decision
    return Clearance(tuple(obstacles), decision.signed.decision_id, decision.author.name, decision.recorded_at)


def _obstacle(standing: Standing) -> Obstacle:
    assert standing.why is not None
    since: datetime | None = None
    decision = standing.decision
    if decision is not None:
        if standing.why is Why.LAPSED:
            since = min((one.at for one in standing.changes if one.at is not None), default=None)
        elif standing.why is Why.EXPIRED:
            since = decision.signed.valid_until
        else:
            since = decision.recorded_at
    return Obstacle(standing.why, standing.indication if decision is not None else None, standing.changes, since)
