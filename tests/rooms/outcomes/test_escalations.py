"""An answer that may not wait: task, owner and page in one transaction, closed by a signed disposition alone (H45)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from dripstand.course import services as course
from dripstand.course.states import Step as CourseStep
from dripstand.guide import services as guide
from dripstand.guide.due_forms import Wanted
from dripstand.jobs.models import Job
from dripstand.outcomes import queries, services
from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.escalating import CALL_WITHIN, REVIEW_WITHIN
from dripstand.outcomes.escalations import EscalationDetails
from dripstand.outcomes.models import EscalationRow
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.services import Recorded
from dripstand.outcomes.suicidality import Because, Place, Step
from dripstand.people.access import Forbidden
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import StaffMember
from dripstand.people.on_call import TURN, Standing, StepKind
from dripstand.people.on_call_queries import pages_not_seen
from dripstand.people.services import make_link, move_pages_on
from tests.people import (
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NOW,
    NURSE_OKAFOR,
    NURSE_REYES,
    ON_CALL_WEBB,
    PRESCRIBER_VANCE,
    stored,
    wren_halloway,
)
from tests.rooms.guide.coming import link_of
from tests.rooms.outcomes.courses import a_course, phq
from tests.rooms.outcomes.filling import begin, by_link, days, fill, give

pytestmark = [pytest.mark.django_db, pytest.mark.hazard("H45")]

CALM = (1, 1, 1, 1, 1, 1, 1, 1, 0)
POSITIVE = (1, 1, 1, 1, 1, 1, 1, 1, 1)


def only(patient_id: str) -> EscalationDetails:
    (found,) = queries.open_escalations_of(patient_id)
    return found


def close(found: EscalationDetails, now: object = NOW) -> None:
    services.dispose(
        stored(PRESCRIBER_VANCE),
        found.escalation_id,
        finding="Passive thoughts as for years, no plan, no intent; wife is with her.",
        outcome=Outcome.SAFETY_PLAN,
        spoke_with_patient=True,
        now=now,  # type: ignore[arg-type]
    )


def test_the_task_is_there_with_the_answer_before_the_form_is_finished() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    form = begin(by_link(wren), wren, place=Place.HOME)
    found = give(by_link(wren), form, "9", 1)
    assert found.show_crisis_text
    task = only(wren)
    assert task.owner_name == ON_CALL_WEBB.name and task.was_paged and task.level_score == 1
    assert "you do not have to be alone" in queries.crisis_text("en").lower()


def test_a_form_begun_in_the_clinic_and_gone_on_with_at_home_pages_for_what_is_answered_there() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    make_link(stored(NURSE_REYES), wren, purpose=Purpose.QUESTIONNAIRES, now=NOW)
    patient, asked = link_of(wren), Wanted("phq-9", Occasion.BEFORE_INFUSION)

    def say(item: str, value: int, place: Place) -> Recorded:
        said: Recorded = guide.answer_item(
            patient, wanted=asked, item=item, value=value, place=place, session_id="", language="en",
            submission_id=f"{item}-{value}", now=NOW,
        )  # fmt: skip
        return said

    assert not say("1", 2, Place.CLINIC).escalations  # in the waiting room; then the visit was cancelled
    assert say("9", 1, Place.HOME).show_crisis_text
    task = only(wren)
    assert task.place is Place.HOME and task.was_paged and task.owner_name == ON_CALL_WEBB.name
    assert queries.filled(task.questionnaire_id).place is Place.CLINIC, "where it was begun stays on record"


def test_what_was_answered_in_the_clinic_pages_nobody_anew_because_the_rest_is_answered_at_home() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    form = begin(by_link(wren), wren, place=Place.CLINIC)
    give(by_link(wren), form, "9", 1)
    give(by_link(wren), form, "1", 1, from_home=True)
    assert not only(wren).was_paged and Step.REVIEW_SAME_VISIT in only(wren).steps


def test_all_staff_offline_and_a_crash_right_after_the_answer_leave_the_task_and_reach_the_on_call() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    stored(MEDICAL_LEAD_ABARA)
    form = begin(by_link(wren), wren, place=Place.HOME)
    # the process dies after the commit: nothing of what follows a commit runs, no screen is open, nobody is signed in
    give(by_link(wren), form, "9", 2)
    assert {job.kind for job in Job.objects.all()} == {"people.page"}
    # another process takes the tables up
    for number in range(3):
        move_pages_on(now=NOW + number * TURN)
    (page,) = pages_not_seen()
    asked = [step.staff_name for step in page.steps if step.kind is StepKind.ASKED]
    assert asked == [ON_CALL_WEBB.name, MEDICAL_LEAD_ABARA.name, ON_CALL_WEBB.name]
    assert page.standing(NOW + 2 * TURN) is Standing.UNSEEN
    assert page.path == f"/outcomes/escalations/{only(wren).escalation_id}/"


def test_an_answer_that_is_not_kept_leaves_no_task_and_a_task_that_cannot_be_kept_leaves_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren, place=Place.HOME)
    with pytest.raises(RuntimeError), transaction.atomic():
        give(by_link(wren), form, "9", 1)
        raise RuntimeError
    assert not EscalationRow.objects.exists() and not queries.filled(form).given

    def breaks(**_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("dripstand.outcomes.escalating.page_on_call", breaks)
    with pytest.raises(RuntimeError):
        give(by_link(wren), form, "9", 1)
    assert not EscalationRow.objects.exists() and not queries.filled(form).given


def test_a_positive_answer_in_the_clinic_is_reviewed_in_the_visit_by_whoever_handed_it_out() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    stored(ON_CALL_WEBB)
    form = begin(nurse, wren)
    found = give(by_link(wren), form, "9", 1)
    assert not found.show_crisis_text
    task = only(wren)
    assert Step.REVIEW_SAME_VISIT in task.steps and task.owner_name == nurse.name and not task.was_paged
    assert pages_not_seen() == ()


def test_without_on_call_and_medical_lead_a_prescriber_is_asked_and_owns_it() -> None:
    wren = wren_halloway()
    stored(NURSE_OKAFOR)
    stored(PRESCRIBER_VANCE)
    give(by_link(wren), begin(by_link(wren), wren, place=Place.HOME), "9", 2)
    assert only(wren).owner_name == PRESCRIBER_VANCE.name
    (page,) = pages_not_seen()
    assert [step.staff_name for step in page.steps if step.kind is StepKind.ASKED] == [PRESCRIBER_VANCE.name]


def test_where_nobody_could_be_asked_everybody_reads_that_the_owner_is_unknown() -> None:
    wren = wren_halloway()
    nurse = stored(NURSE_OKAFOR)
    give(by_link(wren), begin(by_link(wren), wren, place=Place.HOME), "9", 2)
    assert only(wren).owner_name == ""
    client = Client()
    client.force_login(StaffMember.objects.get(pk=nurse.staff_id), "django.contrib.auth.backends.ModelBackend")
    assert "Owner unknown: the clinic has nobody on call" in client.get("/outcomes/escalations/").content.decode()


def test_a_review_that_nobody_makes_pages_the_on_call_after_an_hour() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    fill(by_link(wren), wren, *POSITIVE)
    (job,) = Job.objects.filter(kind="outcomes.overdue")
    assert job.due_at == NOW + REVIEW_WITHIN
    _work_off_at(NOW + REVIEW_WITHIN)
    assert [page.about for page in pages_not_seen()] == [only(wren).escalation_id]


def test_a_review_that_was_signed_pages_nobody_afterwards() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *POSITIVE)
    close(only(wren))
    _work_off_at(NOW + REVIEW_WITHIN)
    assert pages_not_seen() == ()


def _work_off_at(now: object) -> None:
    """The jobs that are due, in this thread and connection (a thread of its own would not see the test's rows)."""
    from dripstand.jobs.kinds import kind
    from dripstand.jobs.leases import claim
    from dripstand.jobs.run import Run

    taken = claim(["outcomes.overdue"], at_most=5, now=now, wall_now=now).taken  # type: ignore[arg-type]
    for each in taken:
        kind(each.kind).handler(Run(each, lambda: now))  # type: ignore[arg-type, return-value]


def test_a_rise_in_the_clinic_pages_at_once() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *CALM, occasion=Occasion.BASELINE)
    fill(by_link(wren), wren, *POSITIVE, now=days(2))
    assert Because.RISE in only(wren).because and only(wren).was_paged


def test_known_ideation_is_shown_and_not_paged_again_and_again_until_it_rises() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *POSITIVE, occasion=Occasion.BASELINE)
    close(only(wren))
    for number in (1, 2, 3):
        fill(by_link(wren), wren, *POSITIVE, place=Place.HOME, now=days(3 * number))
        task = only(wren)
        assert task.is_known and not task.was_paged and Step.CALL_WITHIN_24_H in task.steps
        close(task, days(3 * number))
    fill(by_link(wren), wren, *POSITIVE[:8], 2, place=Place.HOME, now=days(10))
    assert only(wren).was_paged and not only(wren).is_known


def test_what_is_known_and_nobody_signed_for_pages_once_a_week_however_many_forms_say_the_same() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *POSITIVE, occasion=Occasion.BASELINE)
    close(only(wren))
    paged: list[int] = []
    for day in (3, 5, 8, 11):
        fill(by_link(wren), wren, *POSITIVE, place=Place.HOME, now=days(day))
        _work_off_at(days(day) + CALL_WITHIN)
        paged.append(sum(each.is_known and each.was_paged for each in queries.escalations_of(wren)))
    assert paged == [1, 1, 1, 2], "the two between say nothing new, and stand open with the others"
    assert len(queries.open_escalations_of(wren)) == 4
    fill(by_link(wren), wren, *POSITIVE[:8], 2, place=Place.HOME, now=days(12))
    assert queries.escalations_of(wren)[0].was_paged, "a rise pages at once all the same"


def test_a_call_within_a_day_pages_while_there_is_still_time_to_call() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *CALM, occasion=Occasion.BASELINE)
    fill(by_link(wren), wren, 2, 2, 2, 2, 1, 1, 1, 2, 0, place=Place.HOME, now=days(2))
    assert only(wren).because == (Because.TOTAL_ROSE,) and not only(wren).was_paged
    _work_off_at(days(2) + CALL_WITHIN)
    assert pages_not_seen()[0].about == only(wren).escalation_id


def test_an_intent_that_somebody_heard_pages_whatever_the_items_say() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    fill(nurse, wren, *CALM, stated_intent=True)
    assert Because.INTENT in only(wren).because and only(wren).was_paged


def test_what_a_patient_ticks_cannot_state_an_intent_for_staff() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *CALM, stated_intent=True)
    assert queries.open_escalations_of(wren) == ()


def test_a_form_that_turns_worse_when_it_is_corrected_widens_its_task_and_pages() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    fill(by_link(wren), wren, *CALM, occasion=Occasion.BASELINE)
    form = fill(by_link(wren), wren, *CALM, now=days(2)).form.questionnaire_id
    give(nurse, form, "9", 1, now=days(2), reason="said so afterwards")
    give(nurse, form, "9", 3, now=days(2), reason="and that it is every day")
    task = only(wren)
    assert task.level_score == 3 and task.was_paged


def test_a_form_left_open_in_between_hides_no_rise_of_the_item_and_none_of_the_total() -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *POSITIVE[:8], 2, occasion=Occasion.BASELINE)
    close(only(wren))
    fill(by_link(wren), wren, *CALM, now=days(2))
    fill(by_link(wren), wren, *CALM[:8], now=days(3))  # item 9 open, so that nothing is scored either
    close(only(wren), days(3))
    fill(by_link(wren), wren, *(2,) * 8, 2, now=days(5))
    assert {Because.RISE, Because.TOTAL_ROSE} <= set(only(wren).because) and only(wren).was_paged


def test_a_course_of_long_ago_makes_no_rise_in_the_one_of_today() -> None:
    wren = wren_halloway()
    then = a_course(wren, first=days(-400))
    phq(then, 8, days(-402), Occasion.BASELINE, "baseline")
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=then.course_id, step=CourseStep.END, reason="complete", now=days(-390)
    )
    today = a_course(wren)
    phq(today, 17, days(-2), Occasion.BASELINE, "baseline", item_9=1)
    assert only(wren).because == (Because.POSITIVE,) and not only(wren).was_paged


def test_a_baseline_that_was_typed_too_high_hides_no_rise_once_it_is_corrected() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    first = fill(by_link(wren), wren, *POSITIVE[:8], 2, occasion=Occasion.BASELINE).form.questionnaire_id
    close(only(wren))
    second = fill(by_link(wren), wren, *POSITIVE[:8], 2, now=days(2)).form.questionnaire_id
    assert Because.RISE not in only(wren).because
    give(nurse, first, "9", 0, now=days(2.1), reason="typed wrong, the paper says 0")
    assert only(wren).questionnaire_id == second
    assert Because.RISE in only(wren).because and only(wren).was_paged
    assert queries.known_ideation(wren) is None, "what was signed was never there"


def test_a_paper_that_is_typed_in_afterwards_is_compared_with_what_was_answered_since() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    fill(by_link(wren), wren, *POSITIVE, now=days(2))
    close(only(wren), days(2))
    paper = begin(nurse, wren, now=days(3))
    answers: dict[str, int | None] = {str(number): value for number, value in enumerate(CALM, start=1)}
    services.answer_paper(nurse, paper, answers=answers, submission_id="p", now=days(3), answered_at=days(1))
    services.finish(nurse, paper, now=days(3))
    assert Because.RISE in only(wren).because and only(wren).was_paged


def test_a_level_that_was_typed_wrong_and_corrected_is_not_known_afterwards() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = fill(by_link(wren), wren, *POSITIVE[:8], 3, occasion=Occasion.BASELINE).form.questionnaire_id
    give(nurse, form, "9", 1, reason="typed wrong, the paper says 1")
    close(only(wren))
    known = queries.known_ideation(wren)
    assert known is not None and known.level_score == 1
    from_home = begin(by_link(wren), wren, place=Place.HOME, now=days(3))
    give(by_link(wren), from_home, "9", 3, now=days(3))
    assert only(wren).was_paged and not only(wren).is_known


def test_what_was_signed_for_covers_no_higher_level_that_a_correction_brought() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = fill(by_link(wren), wren, *POSITIVE).form.questionnaire_id
    close(only(wren))
    give(nurse, form, "9", 3, now=days(1), reason="said so when asked")
    known = queries.known_of(wren, "phq-9", days(2))
    assert known is not None and known.level_score == 1


def test_taking_an_answer_back_does_not_close_its_task() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren, place=Place.HOME)
    give(by_link(wren), form, "9", 2)
    give(by_link(wren), form, "9", 0)
    assert only(wren).level_score == 2


def test_what_was_disposed_of_is_opened_anew_when_the_same_form_turns_worse() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = fill(by_link(wren), wren, *POSITIVE).form.questionnaire_id
    close(only(wren))
    give(nurse, form, "9", 3, reason="said so when asked")
    assert only(wren).level_score == 3 and len(queries.escalations_about(form)) == 2


def test_an_item_left_out_is_asked_and_answering_it_closes_that() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = fill(by_link(wren), wren, *CALM[:8]).form.questionnaire_id
    assert only(wren).because == (Because.NOT_ANSWERED,)
    give(nurse, form, "9", 0, reason="asked aloud")
    assert queries.open_escalations_of(wren) == ()


def test_nothing_but_a_signed_disposition_with_contact_and_a_finding_closes_it() -> None:
    wren, prescriber = wren_halloway(), stored(PRESCRIBER_VANCE)
    fill(by_link(wren), wren, *POSITIVE)
    task = only(wren)
    for finding, spoke, field in (("", True, "finding"), ("ok", True, "finding"), ("No plan.", False, "spoke")):
        with pytest.raises(Unacceptable) as fault:
            services.dispose(
                prescriber, task.escalation_id, finding=finding, outcome=Outcome.CONTINUES, spoke_with_patient=spoke,
                now=NOW,
            )  # fmt: skip
        assert any(key.startswith(field) for key in fault.value.words)
    services.take_escalation(stored(NURSE_OKAFOR), task.escalation_id, now=NOW)
    assert only(wren).owner_name == NURSE_OKAFOR.name
    close(task)
    assert queries.open_escalations_of(wren) == () and queries.open_escalations() == ()
    with pytest.raises(Unacceptable, match="already"):
        close(task)


def test_taking_it_or_seeing_its_page_makes_it_ones_own_and_the_page_is_seen() -> None:
    wren = wren_halloway()
    stored(ON_CALL_WEBB)
    fill(by_link(wren), wren, *POSITIVE, place=Place.HOME)
    services.take_escalation(stored(NURSE_REYES), only(wren).escalation_id, now=NOW + TURN)
    assert pages_not_seen() == () and only(wren).owner_name == NURSE_REYES.name


def test_a_desk_neither_takes_nor_disposes() -> None:
    wren, desk = wren_halloway(), stored(FRONT_DESK_SORO)
    fill(by_link(wren), wren, *POSITIVE)
    with pytest.raises(Forbidden):
        services.take_escalation(desk, only(wren).escalation_id, now=NOW)
    with pytest.raises(Forbidden):
        services.dispose(
            desk, only(wren).escalation_id, finding="fine", outcome=Outcome.CONTINUES, spoke_with_patient=True, now=NOW
        )


def test_a_c_ssrs_result_with_intent_pages_and_asks_for_one_to_one() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = begin(nurse, wren, "c-ssrs-result")
    give(nurse, form, "4", 1)
    task = only(wren)
    assert {Step.OBSERVE_ONE_TO_ONE, Step.PAGE_ON_CALL, Step.REVIEW_SAME_VISIT} <= task.steps and task.was_paged


def test_the_clinics_own_crisis_text_is_shown_and_when_it_stood_there_is_kept() -> None:
    wren = wren_halloway()
    services.set_crisis_text(
        stored(MEDICAL_LEAD_ABARA), language="en", text="Call 988, day and night. We have been told.", now=NOW
    )
    assert queries.crisis_text("en").startswith("Call 988")
    assert queries.crisis_text("de").startswith("Wenn Sie jetzt in Gefahr sind"), "never English to a German patient"
    assert queries.crisis_text("es").startswith("Si está en peligro ahora")
    assert queries.crisis_text("fr").startswith("Call 988"), "a language that Dripstand does not speak"
    form = begin(by_link(wren), wren, place=Place.HOME)
    give(by_link(wren), form, "9", 1)
    for was_read in (False, True, True):
        services.note_crisis_text(by_link(wren), form, was_read=was_read, now=NOW)


@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET id = id"])
@pytest.mark.parametrize("table", ["escalationrow", "dispositionrow"])
def test_the_database_keeps_every_task_and_its_disposition(table: str, verb: str) -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, *POSITIVE)
    close(only(wren))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(f"outcomes_{table}"))
