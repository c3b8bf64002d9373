"""The decision: signed on what was seen, for a time, and lapsed by whatever changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from dripstand.evaluation import entries as en
from dripstand.evaluation import models, queries, services
from dripstand.evaluation.entries import ConsentKind, Outcome
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.rules import RULES, Rule, RuleClass
from dripstand.evaluation.rules.conditions import Answered
from dripstand.evaluation.rules.rule import unverified
from dripstand.evaluation.standing import ChangeKind, Why
from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import patient
from dripstand.people.services import amend_patient
from dripstand.premises.models import Clinic
from tests.evaluated import (
    LABS,
    RESULTS,
    cleared,
    consented,
    decided,
    evaluated,
    failed_trial,
    harmless_answers,
    result,
)
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_OKAFOR,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    stored,
    wren_halloway,
)

pytestmark = pytest.mark.django_db
DEPRESSION, PAIN = Indication.MAJOR_DEPRESSION, Indication.CHRONIC_PAIN
LATER = NOW + timedelta(hours=1)


def stands(patient_id: str, at: object = LATER, indication: Indication = DEPRESSION) -> queries.Standing:
    return queries.standing_decision(patient_id, indication, at)  # type: ignore[arg-type]


def test_somebody_who_was_never_decided_on_may_not_be_given_an_infusion() -> None:
    wren = wren_halloway()
    assert stands(wren).why is Why.NEVER_SIGNED
    assert [one.why for one in queries.clearance_of(wren, LATER).obstacles] == [Why.NEVER_SIGNED, Why.NO_CONSENT]


@pytest.mark.parametrize("indication", Indication)
def test_a_whole_evaluation_without_findings_is_signed_as_eligible_and_stands(indication: Indication) -> None:
    wren = cleared(wren_halloway(), indication, now=NOW)
    found = stands(wren, indication=indication)
    assert found.stands and found.decision is not None
    assert found.decision.author.name == PRESCRIBER_VANCE.name
    assert "Wren Halloway may be treated" in found.decision.signed.meaning
    cleared_by = queries.clearance_of(wren, LATER)
    assert cleared_by.is_given and cleared_by.decision_id == found.decision.signed.decision_id


def test_a_decision_for_pain_is_none_for_depression() -> None:
    wren = cleared(wren_halloway(), PAIN, now=NOW)
    assert stands(wren, indication=DEPRESSION).why is Why.NEVER_SIGNED
    assert not queries.clearance_of(wren, LATER, indications=[DEPRESSION]).is_given
    assert queries.clearance_of(wren, LATER, indications=[PAIN]).is_given


def test_eligible_cannot_be_signed_while_a_question_is_open_but_deferred_can() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    services.answer_questions(stored(NURSE_REYES), wren, answers={"aneurysm": ""}, now=NOW)
    with pytest.raises(Unacceptable, match="1 points are still open"):
        decided(wren, now=NOW)
    with pytest.raises(Unacceptable, match="Say why"):
        decided(wren, outcome=Outcome.DEFERRED, now=NOW)
    decided(wren, outcome=Outcome.DEFERRED, reason="Asks his vascular surgeon first.", now=NOW)
    assert stands(wren).why is Why.DEFERRED


def test_a_finding_that_excludes_is_overridden_by_a_prescriber_with_a_reason_or_holds_the_decision() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    services.answer_questions(stored(NURSE_REYES), wren, answers={"aneurysm": "yes"}, now=NOW)
    (open_one,) = queries.assessment(wren, DEPRESSION, NOW).unsettled
    facts = {
        "indication": DEPRESSION,
        "finding": open_one.finding.key,
        "grounds_sha256": open_one.finding.grounds_sha256,
        "now": NOW,
    }
    with pytest.raises(Forbidden):
        services.override_finding(stored(NURSE_REYES), wren, reason="Small, stable for years.", **facts)
    with pytest.raises(Unacceptable, match="Say why"):
        services.override_finding(stored(PRESCRIBER_VANCE), wren, reason="ok", **facts)
    with pytest.raises(Unacceptable, match="still open"):
        decided(wren, now=NOW)
    services.override_finding(stored(PRESCRIBER_VANCE), wren, reason="Small, stable for years.", **facts)
    decided(wren, now=NOW)
    seen = stands(wren).decision
    assert seen is not None
    (noted,) = [one for one in seen.signed.basis.findings if one.finding == "aneurysmal_disease"]
    assert noted.override_reason == "Small, stable for years." and noted.overridden_by == PRESCRIBER_VANCE.name


def test_nobody_signs_what_they_have_not_seen() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    with pytest.raises(Unacceptable, match="changed since you opened"):
        services.sign_decision(
            stored(PRESCRIBER_VANCE),
            wren,
            indication=DEPRESSION,
            outcome=Outcome.ELIGIBLE,
            seen_basis_sha256="0" * 64,
            valid_for_d=90,
            now=NOW,
        )
    assert stands(wren).why is Why.NEVER_SIGNED


def test_only_a_prescriber_signs_and_the_medical_lead_without_that_role_does_not() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    lead = stored(MEDICAL_LEAD_ABARA)
    for nobody in (stored(NURSE_REYES), stored(FRONT_DESK_SORO)):
        with pytest.raises(Forbidden):
            services.sign_decision(
                nobody,
                wren,
                indication=DEPRESSION,
                outcome=Outcome.ELIGIBLE,
                seen_basis_sha256="",
                valid_for_d=90,
                now=NOW,
            )
    assert lead.roles  # Dr. Abara is a prescriber too; a lead alone is refused by the table of tests/rooms/people


def test_a_decision_holds_to_the_end_of_the_day_that_its_signature_names_by_the_clinics_calendar() -> None:
    wren = wren_halloway()
    Clinic.objects.create(name="Heron Street Clinic", zone="America/Chicago")
    evening = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # seven on the 4th
    evaluated(wren, now=evening)
    decided(wren, now=evening, valid_for_d=30)
    found = stands(wren, datetime(2026, 4, 3, 23, 59, tzinfo=ZoneInfo("America/Chicago")))
    assert found.stands and found.decision is not None
    assert "This holds until 2026-04-03 or until" in found.decision.signed.meaning
    assert stands(wren, datetime(2026, 4, 4, 0, 0, tzinfo=ZoneInfo("America/Chicago"))).why is Why.EXPIRED


def test_somebody_is_an_adult_from_the_birthday_on_the_clinics_calendar() -> None:
    wren = wren_halloway()  # born 17 May 1984
    Clinic.objects.create(name="Heron Street Clinic", zone="America/Chicago")
    evening_before = datetime(2002, 5, 17, 0, 30, tzinfo=UTC)  # half past seven on the 16th

    def fired(at: datetime) -> set[str]:
        return {one.finding.key for one in queries.assessment(wren, DEPRESSION, at).findings}

    assert "under_age" in fired(evening_before)
    assert "under_age" not in fired(evening_before + timedelta(hours=6))


def test_a_decision_is_not_signed_for_longer_than_the_protocol_allows() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    with pytest.raises(Unacceptable, match="Between 1 and 180 days"):
        decided(wren, now=NOW, valid_for_d=181)


def test_a_decision_that_was_taken_back_does_not_stand() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    decision = stands(wren).decision
    assert decision is not None
    services.withdraw_decision(
        stored(PRESCRIBER_VANCE), wren, decision.signed.decision_id, reason="The ECG was another patient's.", now=LATER
    )
    assert stands(wren, LATER).why is Why.WITHDRAWN
    with pytest.raises(Unacceptable, match="the decision was taken back"):
        decided(wren, now=LATER, decision_id=decision.signed.decision_id)


# --- what makes it lapse ----------------------------------------------------------------------------------------------


def _medicine(wren: str) -> None:
    services.add_medicine(stored(NURSE_REYES), wren, name="tramadol", dose_mg_per_day=D("100"), now=LATER)


def _answer(wren: str) -> None:
    services.answer_questions(stored(NURSE_REYES), wren, answers={"cannabis": "yes"}, now=LATER)


def _trial(wren: str) -> None:
    services.record_trial(stored(NURSE_REYES), wren, trial=failed_trial("mirtazapine", "30"), now=LATER)


def _abnormal(wren: str) -> None:
    services.record_results(stored(NURSE_REYES), wren, results=[result("alt", LATER, "80")], now=LATER)


def _pressure(wren: str) -> None:
    services.record_results(stored(NURSE_REYES), wren, results=[result("systolic", LATER, "172")], now=LATER)


def _allergy(wren: str) -> None:
    amend_patient(
        stored(FRONT_DESK_SORO),
        wren,
        seen_version_number=1,
        reason="told at the desk",
        record_number="R-1001",
        name="Wren Halloway",
        birth_date=date(1984, 5, 17),
        sex="F",
        height_cm=D("168"),
        allergies=("latex: rash",),
        none_known=False,
        now=LATER,
    )


CHANGES: dict[ChangeKind, tuple[Callable[[str], None], str]] = {
    ChangeKind.MEDICINE_ADDED: (_medicine, "tramadol"),
    ChangeKind.ANSWER_CHANGED: (_answer, "yes"),
    ChangeKind.HISTORY_CHANGED: (_trial, "mirtazapine"),
    ChangeKind.RESULT_OUTSIDE: (_abnormal, "80"),
    ChangeKind.RULE_FIRED: (_pressure, "172"),
    ChangeKind.ALLERGIES_CHANGED: (_allergy, "latex: rash"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_decision_lapses_because_of_what_changed_and_says_what(kind: ChangeKind) -> None:
    change, said = CHANGES[kind]
    wren = cleared(wren_halloway(), now=NOW)
    change(wren)
    found = stands(wren, LATER)
    assert found.why is Why.LAPSED
    assert kind in {one.kind for one in found.changes}
    assert any(said in one.said for one in found.changes if one.kind is kind)
    (obstacle,) = queries.clearance_of(wren, LATER).obstacles
    assert obstacle.why is Why.LAPSED and obstacle.changes == found.changes


def test_a_pressure_that_held_and_came_down_again_still_asks_for_a_new_signature() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    _pressure(wren)
    after = LATER + timedelta(hours=1)
    services.record_results(stored(NURSE_REYES), wren, results=[result("systolic", after, "120")], now=after)
    found = stands(wren, after)
    assert found.why is Why.LAPSED
    assert [(one.kind, one.ref) for one in found.changes] == [(ChangeKind.RULE_FIRED, "hypertension_uncontrolled")]
    assert "172" in found.changes[0].said
    assert not queries.clearance_of(wren, after).is_given
    decided(wren, now=after)
    assert stands(wren, after).stands


def test_an_allergy_that_was_added_and_removed_again_still_asks_for_a_new_signature() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    before = patient(wren)
    _allergy(wren)
    after = LATER + timedelta(hours=1)
    amend_patient(
        stored(FRONT_DESK_SORO),
        wren,
        seen_version_number=2,
        reason="told wrongly",
        record_number=before.record_number,
        name=before.name,
        birth_date=before.birth_date,
        sex=before.sex,
        height_cm=before.height_cm,
        allergies=before.allergies,
        none_known=not before.allergies,
        now=after,
    )
    assert patient(wren).allergies == before.allergies
    found = stands(wren, after)
    assert found.why is Why.LAPSED
    (told,) = found.changes
    assert (told.kind, told.said, told.at) == (ChangeKind.ALLERGIES_CHANGED, "latex: rash", LATER)
    decided(wren, now=after)
    assert stands(wren, after).stands


def test_results_that_were_out_of_date_until_new_ones_came_still_ask_for_a_new_signature() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    decided(wren, now=NOW, valid_for_d=180)
    late = NOW + timedelta(days=90, minutes=1)
    fresh = [result(one, late) for one in (*RESULTS, *LABS) if one != "drug_level"]
    services.record_results(stored(NURSE_REYES), wren, results=fresh, now=late)
    found = stands(wren, late)
    assert found.why is Why.LAPSED and {one.kind for one in found.changes} == {ChangeKind.TEST_OUT_OF_DATE}
    assert "alt" in {one.ref for one in found.changes}


def test_results_that_were_renewed_in_time_lapse_nothing() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    decided(wren, now=NOW, valid_for_d=180)
    in_time = NOW + timedelta(days=80)
    fresh = [result(one, in_time) for one in (*RESULTS, *LABS) if one != "drug_level"]
    services.record_results(stored(NURSE_REYES), wren, results=fresh, now=in_time)
    assert stands(wren, NOW + timedelta(days=120)).stands


def test_a_medicine_that_was_added_and_stopped_again_still_asks_for_a_new_signature() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    _medicine(wren)
    (added,) = queries.file_of(wren).taken
    services.stop_medicine(
        stored(NURSE_REYES), wren, added.medicine_id, stopped_on=LATER.date(), reason="not needed", now=LATER
    )
    assert [one.kind for one in stands(wren, LATER).changes] == [
        ChangeKind.MEDICINE_ADDED,
        ChangeKind.MEDICINE_STOPPED,
    ]
    decided(wren, now=LATER)
    assert stands(wren, LATER).stands


@pytest.mark.hazard("H50")
def test_a_rule_that_an_upgrade_brings_lapses_what_stood_and_changes_nothing_that_was_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wren = cleared(wren_halloway(), now=NOW)
    before = queries.file_of(wren)
    new = Rule("of_the_upgrade", RuleClass.HOLD, "New", Answered("asa_class", ("2",)), unverified("Assumed"), "Look.")
    monkeypatch.setattr("dripstand.evaluation.assessment.RULES", (*RULES, new))
    found = stands(wren, LATER)
    assert found.why is Why.LAPSED and [one.ref for one in found.changes] == ["of_the_upgrade"]
    assert queries.file_of(wren) == before
    newer = Rule("of_the_upgrade", RuleClass.WARN, "New", Answered("asa_class", ("2",)), unverified("Assumed"), "Look.")
    monkeypatch.setattr("dripstand.evaluation.assessment.RULES", (*RULES, newer))
    assert stands(wren, LATER).stands  # a warning is told, and takes nobody's decision away


def test_what_changes_nothing_lapses_nothing() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    nurse = stored(NURSE_OKAFOR)
    assert services.answer_questions(nurse, wren, answers=harmless_answers(DEPRESSION), now=LATER) == ()
    services.record_results(nurse, wren, results=[result("alt", LATER)], now=LATER)
    services.review_medicines(nurse, wren, now=LATER)
    services.answer_questions(nurse, wren, answers={"pain_months": "12"}, now=LATER)  # asked for pain only
    assert stands(wren, LATER).stands


def test_laboratory_results_that_go_out_of_date_lapse_the_decision_a_pregnancy_test_does_not() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    assert stands(wren, NOW + timedelta(hours=73)).stands  # the visit's own check asks for the pregnancy test
    assert stands(wren, NOW + timedelta(days=89, hours=23)).stands
    found = stands(wren, NOW + timedelta(days=90, minutes=1))
    # the decision itself was for 90 days: what lapsed is named first
    assert found.why is Why.LAPSED
    assert {one.kind for one in found.changes} == {ChangeKind.TEST_OUT_OF_DATE}
    assert "alt" in {one.ref for one in found.changes}


def test_what_was_true_at_an_earlier_moment_can_be_asked() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    _medicine(wren)
    assert queries.clearance_of(wren, NOW + timedelta(minutes=59)).is_given
    assert not queries.clearance_of(wren, LATER).is_given


# --- consent ----------------------------------------------------------------------------------------------------------


def test_a_consent_that_was_taken_back_stands_before_an_order_at_once() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    services.withdraw_consent(stored(FRONT_DESK_SORO), wren, kind=ConsentKind.TREATMENT, told="by phone", now=LATER)
    (obstacle,) = queries.clearance_of(wren, LATER).obstacles
    assert obstacle.why is Why.CONSENT_WITHDRAWN and obstacle.since == LATER
    consented(wren, now=LATER)
    assert queries.clearance_of(wren, LATER).is_given


def test_an_old_page_sent_again_does_not_say_signed_about_a_consent_that_was_taken_back() -> None:
    """The tablet kept the page; the browser's "send again" must neither sign anew nor say that a signature stands."""
    wren = cleared(wren_halloway(), now=NOW)
    text = queries.current_consent_text(ConsentKind.TREATMENT)
    assert text is not None
    facts = {"text_id": text.text_id, "signed_as": "Wren Halloway", "agreed_count": 5, "consent_id": str(uuid.uuid4())}
    first = services.sign_consent(stored(NURSE_REYES), wren, **facts, now=NOW)
    assert services.sign_consent(stored(NURSE_REYES), wren, **facts, now=LATER) == first, "a second tap is the same one"
    services.withdraw_consent(stored(FRONT_DESK_SORO), wren, kind=ConsentKind.TREATMENT, now=LATER)
    with pytest.raises(Unacceptable, match="holds no more"):
        services.sign_consent(stored(NURSE_REYES), wren, **facts, now=LATER)
    assert queries.consent(wren, ConsentKind.TREATMENT, LATER).why is Why.CONSENT_WITHDRAWN
    facts["consent_id"] = str(uuid.uuid4())
    services.sign_consent(stored(NURSE_REYES), wren, **facts, now=LATER)
    assert queries.consent(wren, ConsentKind.TREATMENT, LATER).stands, "a page opened anew signs anew"


def test_consent_to_research_is_another_consent() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    text = services.publish_consent_text(
        stored(MEDICAL_LEAD_ABARA),
        kind=ConsentKind.RESEARCH,
        title="Consent to use my data for research",
        body="This is separate from your treatment. " * 5,
        statements=("I agree.",),
        now=NOW,
    )
    assert queries.consent(wren, ConsentKind.RESEARCH, LATER).why is Why.NO_CONSENT
    services.sign_consent(stored(NURSE_REYES), wren, text_id=text, signed_as="wren halloway", agreed_count=1, now=NOW)
    services.withdraw_consent(stored(NURSE_REYES), wren, kind=ConsentKind.RESEARCH, now=LATER)
    assert queries.consent(wren, ConsentKind.RESEARCH, LATER).why is Why.CONSENT_WITHDRAWN
    assert queries.clearance_of(wren, LATER).is_given


def test_a_consent_is_good_for_a_year_and_a_text_that_asks_again_ends_it() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    assert queries.consent(wren, ConsentKind.TREATMENT, NOW + timedelta(days=365, minutes=-1)).stands
    assert queries.consent(wren, ConsentKind.TREATMENT, NOW + timedelta(days=365)).why is Why.CONSENT_EXPIRED
    facts = {
        "kind": ConsentKind.TREATMENT,
        "title": "Consent to treatment",
        "body": "A new version, with words enough to be read. " * 5,
        "statements": ("I agree.",),
        "now": LATER,
    }
    services.publish_consent_text(stored(MEDICAL_LEAD_ABARA), **facts)
    assert queries.consent(wren, ConsentKind.TREATMENT, LATER).stands
    services.publish_consent_text(stored(MEDICAL_LEAD_ABARA), **facts, asks_again=True)
    assert queries.consent(wren, ConsentKind.TREATMENT, LATER).why is Why.CONSENT_TEXT_CHANGED


def test_a_consent_is_signed_with_the_patients_own_name_and_every_sentence_ticked() -> None:
    wren = cleared(wren_halloway(), now=NOW)
    text = queries.current_consent_text(ConsentKind.TREATMENT)
    assert text is not None
    for signed_as, count in (("", 5), ("Ren Halloway", 5), ("Wren Halloway", 4)):
        with pytest.raises(Unacceptable):
            services.sign_consent(
                stored(NURSE_REYES), wren, text_id=text.text_id, signed_as=signed_as, agreed_count=count, now=NOW
            )
    with pytest.raises(Forbidden):
        services.sign_consent(
            stored(FRONT_DESK_SORO), wren, text_id=text.text_id, signed_as="Wren Halloway", agreed_count=5, now=NOW
        )


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_recorded_once() -> None:
    wren = wren_halloway()
    medicine = str(uuid.uuid4())
    for _ in range(2):
        services.add_medicine(stored(NURSE_REYES), wren, name="sertraline", medicine_id=medicine, now=NOW)
    assert len(queries.file_of(wren).medicines) == 1


@pytest.mark.parametrize("table", [models.EntryRow, models.ConsentText])
def test_the_database_refuses_to_change_or_remove_what_was_recorded(table: type) -> None:
    cleared(wren_halloway(), now=NOW)
    name = table._meta.db_table  # type: ignore[attr-defined]
    changed = "staff_name" if table is models.EntryRow else "title"
    for statement in (f"UPDATE {name} SET {changed} = 'x'", f"DELETE FROM {name}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_who_answered_what_and_when_is_kept_through_every_change() -> None:
    wren = wren_halloway()
    services.answer_questions(stored(NURSE_REYES), wren, answers={"aneurysm": "no"}, now=NOW)
    services.answer_questions(stored(NURSE_OKAFOR), wren, answers={"aneurysm": "yes"}, now=LATER)
    file = queries.file_of(wren)
    told = [(one.author.name, one.recorded_at, one.fact.value) for one in file.entries]  # type: ignore[attr-defined]
    assert told == [("M. Reyes", NOW, "no"), ("J. Okafor", LATER, "yes")]
    assert file.answers["aneurysm"].value == "yes"


def test_an_answer_that_cannot_be_is_refused_and_nothing_of_the_form_is_recorded() -> None:
    wren = wren_halloway()
    with pytest.raises(Unacceptable) as fault:
        services.answer_questions(
            stored(NURSE_REYES), wren, answers={"aneurysm": "no", "asa_class": "9", "episode_months": "-3"}, now=NOW
        )
    assert set(fault.value.words) == {"asa_class", "episode_months"}
    assert queries.file_of(wren).head == 0
    assert en.QuestionAnswered.kind == "question_answered"
