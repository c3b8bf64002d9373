"""The log as it is stored: nothing charted is lost, doubled, changed or taken away, on either database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from dripstand.infusion import appending, models, queries, store
from dripstand.infusion.chart import fold
from dripstand.infusion.events import ChartEntry, NoteWritten, PatientArrived
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.services import Charted, open_session, submit
from tests.append_only import triggers_lifted
from tests.people import (
    FRONT_DESK_SORO,
    NOW,
    NURSE_REYES,
    another_chair,
    clinic_with_a_chair,
    ren_halloway,
    signed_template,
    stored,
    wren_halloway,
)


def a_session(patient_id: str | None = None, chair_id: str | None = None) -> str:
    return open_session(
        stored(FRONT_DESK_SORO),
        patient_id=patient_id or wren_halloway(),
        expected_at=NOW + timedelta(minutes=10),
        infusion_number=1,
        infusions_planned_count=6,
        template_id=signed_template(),
        now=NOW,
        chair_id=chair_id,
        submission_id=str(uuid.uuid4()),
    )


def note(session_id: str, text: str, submission_id: str | None = None, **more: object) -> Charted | Refusal:
    return submit(
        session_id,
        NoteWritten(text=text),
        actor=NURSE_REYES,
        submission_id=submission_id or str(uuid.uuid4()),
        now=NOW + timedelta(minutes=1),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.django_db
def test_a_visit_opens_with_the_patient_as_the_record_names_them() -> None:
    chart = queries.chart(a_session())
    assert chart.opened.patient_name == "Wren Halloway"
    assert chart.opened.sex == "F"
    assert chart.head == 1
    assert queries.verify_all().first_bad is None


@pytest.mark.django_db
@pytest.mark.hazard("H17")
def test_the_same_submission_sent_ten_times_charts_once() -> None:
    session_id, submission_id = a_session(), str(uuid.uuid4())
    answers = [note(session_id, "calm", submission_id) for _ in range(10)]
    assert all(isinstance(answer, Charted) for answer in answers)
    assert {answer.entries for answer in answers if isinstance(answer, Charted)} == {answers[0].entries}  # type: ignore[union-attr]
    assert [answer.repeated for answer in answers if isinstance(answer, Charted)] == [False] + [True] * 9
    assert len(queries.log(session_id)) == 2


@pytest.mark.django_db
@pytest.mark.hazard("H18")
def test_a_reply_that_was_lost_is_settled_by_asking_again() -> None:
    session_id, submission_id = a_session(), str(uuid.uuid4())
    note(session_id, "the reply to this one never arrives", submission_id)
    again = note(session_id, "the reply to this one never arrives", submission_id)
    assert isinstance(again, Charted)
    assert again.repeated
    assert len(queries.log(session_id)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE infusion_logrow SET payload = '{}'",
        "UPDATE infusion_logrow SET recorded_at = recorded_at",
        "DELETE FROM infusion_logrow",
    ],
)
@pytest.mark.hazard("H49")
def test_the_database_itself_refuses_to_change_or_remove_an_entry(statement: str) -> None:
    a_session()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.hazard("H49")
def test_an_entry_cannot_be_replaced_by_inserting_over_it(database_engine: str) -> None:
    a_session()
    statement = (
        "INSERT OR REPLACE INTO infusion_logrow SELECT * FROM infusion_logrow"
        if database_engine == "sqlite"
        else "INSERT INTO infusion_logrow SELECT * FROM infusion_logrow ON CONFLICT (id) DO UPDATE SET payload = '{}'"
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H49")
def test_an_emptied_table_is_refused_on_postgresql(database_engine: str) -> None:
    a_session()
    statement = "TRUNCATE infusion_logrow" if database_engine == "postgresql" else "DELETE FROM infusion_logrow"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "found_at"),
    [
        ("UPDATE infusion_logrow SET payload = replace(payload, 'calm 2', 'calm 9') WHERE sequence = 3", "entry 3"),
        ("UPDATE infusion_logrow SET actor_name = 'Somebody Else' WHERE sequence = 2", "entry 2"),
        ("DELETE FROM infusion_logrow WHERE sequence = 3", "entry 3"),
        ("DELETE FROM infusion_logrow WHERE sequence = 4", "the log ends at entry 3"),
        ("UPDATE infusion_logrow SET sequence = 40 WHERE sequence = 4", "entry 4"),
    ],
)
@pytest.mark.hazard("H49")
def test_what_was_altered_behind_the_back_of_the_triggers_is_found_and_named(tamper: str, found_at: str) -> None:
    session_id = a_session()
    for number in (1, 2, 3):
        note(session_id, f"calm {number}")
    assert queries.verify_all().first_bad is None
    with triggers_lifted(), connection.cursor() as cursor:
        cursor.execute(tamper)
    first_bad = queries.verify_all().first_bad
    assert first_bad is not None
    assert session_id in first_bad
    assert found_at in first_bad


EACH_COUNT, TABLETS_COUNT = 4, 8
TOLD = sorted(f"tablet {tablet}, entry {turn}" for tablet in range(TABLETS_COUNT) for turn in range(EACH_COUNT))
"""What eight tablets were told is charted."""


def eight_tablets_chart_at_once(session_id: str) -> None:
    """Every one of their entries is answered as charted."""
    faults: list[BaseException] = []
    start = threading.Barrier(TABLETS_COUNT)

    def tablet(number: int) -> None:
        try:
            start.wait()
            for turn in range(EACH_COUNT):
                answer = note(session_id, f"tablet {number}, entry {turn}")
                assert isinstance(answer, Charted), answer
        except BaseException as fault:  # noqa: BLE001  (reported by the main thread)
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tablet, args=(number,)) for number in range(TABLETS_COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def notes_of(session_id: str) -> list[str]:
    return sorted(entry.event.text for entry in store.load(session_id) if isinstance(entry.event, NoteWritten))


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H19")
def test_eight_tablets_that_chart_at_once_lose_nothing_and_keep_one_chain() -> None:
    session_id = a_session()
    eight_tablets_chart_at_once(session_id)
    log = store.load(session_id)
    assert notes_of(session_id) == TOLD
    assert [entry.sequence for entry in log] == list(range(1, len(log) + 1))
    assert queries.verify_all().first_bad is None


@pytest.mark.django_db(transaction=True)
def test_with_the_check_of_the_head_switched_off_the_same_eight_tablets_lose_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control run: each tablet appends behind what its screen had seen, and a place that is taken is passed over
    in silence. All are told that it is charted; the trial must find what is not, or it proves nothing."""
    session_id = a_session()
    seen = store.load(session_id)

    def unchecked(entries: Sequence[ChartEntry]) -> None:
        rows = [store.row_from(entry, part) for part, entry in enumerate(entries)]
        models.LogRow.objects.bulk_create(rows, ignore_conflicts=True)

    with triggers_lifted(), monkeypatch.context() as off:
        off.setattr(appending, "_wait_for_turn", lambda session_id: None)
        off.setattr(store, "load", lambda session_id, after=0: seen)
        off.setattr(store, "append", unchecked)
        eight_tablets_chart_at_once(session_id)
    assert len(notes_of(session_id)) < len(TOLD), "the trial would not see an entry that another one overwrote"


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H19")
def test_a_place_in_the_log_that_is_taken_takes_no_second_entry() -> None:
    session_id = a_session()
    note(session_id, "first")
    taken = store.load(session_id)[-1]
    with pytest.raises(DatabaseError), transaction.atomic():
        store.append([replace(taken, submission_id="another tablet")])
    assert len(store.load(session_id)) == 2


@pytest.mark.django_db
@pytest.mark.hazard("H19")
def test_the_second_of_two_screens_is_shown_what_the_other_charted() -> None:
    session_id = a_session()
    seen = queries.chart(session_id).head
    note(session_id, "from the other tablet")
    answer = note(session_id, "mine", expected_head=seen)
    assert isinstance(answer, Charted)
    assert [entry.event for entry in answer.meanwhile] == [NoteWritten(text="from the other tablet")]


@pytest.mark.django_db
@pytest.mark.hazard("H02")
def test_one_chair_holds_one_patient() -> None:
    chair_id = clinic_with_a_chair()
    first, second = a_session(chair_id=chair_id), a_session(ren_halloway(), chair_id=chair_id)
    models.Session.objects.filter(pk=first).update(phase="preparing", occupies_chair=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Session.objects.filter(pk=second).update(phase="preparing", occupies_chair=True)
    elsewhere = a_session(wren_halloway(record_number="R-9"), chair_id=another_chair())
    models.Session.objects.filter(pk=elsewhere).update(phase="preparing", occupies_chair=True)


@pytest.mark.django_db
def test_the_fold_that_is_kept_is_never_older_than_the_log() -> None:
    session_id = a_session()
    assert queries.chart(session_id).head == 1
    note(session_id, "newer")
    chart = queries.chart(session_id)
    assert chart.head == 2
    assert chart == fold(store.load(session_id))


@pytest.mark.django_db
def test_a_refused_request_charts_nothing() -> None:
    session_id = a_session()
    answer = submit(
        session_id, PatientArrived(), actor=stored(NURSE_REYES), submission_id="a", now=NOW - timedelta(days=1)
    )
    assert isinstance(answer, Charted | Refusal)
    again = submit(session_id, PatientArrived(), actor=stored(NURSE_REYES), submission_id="b", now=NOW)
    arrivals = [entry for entry in queries.log(session_id) if isinstance(entry.event, PatientArrived)]
    assert len(arrivals) == 1
    assert isinstance(again, Refusal) or isinstance(answer, Refusal)


@pytest.mark.django_db(transaction=True)
def test_open_screens_are_told_only_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []

    def publish(topic: str, payload: dict[str, object]) -> None:
        stored_head = models.Session.objects.get(pk=str(payload["session_id"])).head_sequence
        told.append((topic, stored_head))
        assert stored_head == payload["head_sequence"]

    session_id = a_session()
    monkeypatch.setattr(appending, "publish", publish)
    note(session_id, "seen by all")
    assert told == [(f"session:{session_id}", 2), ("board", 2)]


@pytest.mark.django_db
def test_a_chart_that_has_not_moved_on_is_not_read_again_and_one_that_has_is(
    django_assert_num_queries: Any,
) -> None:
    session_id = a_session()
    queries.chart(session_id)

    def line() -> queries.SessionLine:
        lines = queries.sessions_between(NOW, NOW + timedelta(days=1))
        return next(each for each in lines if each.session_id == session_id)

    unmoved = line()
    with django_assert_num_queries(0):
        before = queries.chart_at(unmoved)
    note(session_id, "calm")
    assert queries.chart_at(line()).head == before.head + 1
