"""The hour on paper: print, enter back, and the same chart plus marks (H66)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from dripstand.evaluation import services as evaluation
from dripstand.evaluation.entries import ConsentKind
from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.line import amounts_at
from dripstand.premises.queries import clinic_zone
from dripstand.records.downtime import printed
from dripstand.server.cli import main
from tests.people import FRONT_DESK_SORO, NURSE_REYES, ren_halloway, stored, wren_halloway
from tests.rooms.course import courses
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import sign_in

pytestmark = pytest.mark.django_db

ROWS = (
    (2, {"systolic": "128", "diastolic": "80", "pulse": "74", "spo2": "97", "resp": "14", "sedation": "4"}),
    (5, {"act": "rate", "rate": "120", "note": "nausea", "effect": "nausea", "severity": "moderate"}),
    (9, {"act": "paused"}),
    (11, {"act": "resumed", "rate": "120"}),
    (15, {"act": "stopped", "note": "patient asked"}),
)


def pages_of(text: str) -> list[tuple[str, str]]:
    return re.findall(r'<section class="page" data-session="([^"]+)">(.*?)</section>', text, flags=re.S)


@pytest.mark.hazard("H66", "H04")
def test_the_paper_twin_holds_each_patients_order_bag_and_blank_chart_on_pages_of_their_own() -> None:
    first = visits.infusing()
    second = visits.opened(patient_id=ren_halloway())
    text = printed(first.now)
    pages = pages_of(text)
    assert sorted(session for session, _ in pages) == sorted([first.session_id, second.session_id] * 2)
    names = {visit.session_id: visit.chart.opened for visit in (first, second)}
    for session, page in pages:
        other = next(opened for key, opened in names.items() if key != session)
        assert names[session].record_number in page and names[session].patient_name in page
        assert other.record_number not in page and other.patient_name not in page
    own = [page for session, page in pages if session == first.session_id]
    assert "1 / 2" in own[0] and "2 / 2" in own[1]
    for fact in ("40 mg", "0.4 mg/mL", "150 mL/h", first.bag_id, "J. Okafor", first.chart.head_hash[:16]):
        assert fact in own[0], fact
    assert own[1].count("<tr>") == 17, "a head and sixteen blank rows"
    assert "No order is signed" in "".join(page for session, page in pages if session == second.session_id)
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")


@pytest.mark.hazard("H66", "H54")
def test_a_name_with_markup_in_it_is_printed_as_it_is_written() -> None:
    visit = visits.opened(preferred_name="x")
    visit.must(ev.EscortNamed("<b>#set page()</b>", "$sister$", "555 0100"))
    assert "&lt;b&gt;#set page()&lt;/b&gt;" in printed(visit.now)


@pytest.mark.hazard("H66", "H15", "H16")
@pytest.mark.parametrize("how", ["infusing", "over", "quarantined"])
def test_once_the_drug_has_run_the_sheet_says_what_was_given_and_nothing_to_make_it_again_by(how: str) -> None:
    visit = visits.observing() if how == "over" else visits.infusing()
    if how == "quarantined":
        visit.must(ev.InfusionStopped(ev.StopReason.WRONG_BAG))
    (own, _blank) = (page for session, page in pages_of(printed(visit.now)) if session == visit.session_id)
    assert "vial mg/mL" not in own and "Prepared by" not in own
    assert visit.chart.started_at is not None
    started = f"{visit.chart.started_at.astimezone(clinic_zone()):%H:%M}"
    (given,) = re.findall(rf"Drug has run in this visit, since {started}(.*?)</p>", own, flags=re.S)
    assert ("stopped" in given[:40]) == (how != "infusing")
    assert ("No bag that may run. This order has been used" in own) == (how != "infusing")
    assert ("mg reached the vein" in given) == (how != "quarantined"), given


@pytest.mark.hazard("H66")
def test_alarms_do_not_crowd_out_what_people_charted() -> None:
    from tests.rooms.infusion.test_board_page import raise_alarm

    visit = visits.infusing()
    for _one in range(3):
        raise_alarm(visit)
    own = [page for session, page in pages_of(printed(visit.now)) if session == visit.session_id]
    so_far = own[0].split("So far")[1]
    assert "Systolic" not in so_far and "Infusion started" in so_far


@pytest.mark.hazard("H66")
def test_without_a_bag_the_arithmetic_of_each_vial_is_printed() -> None:
    """protocol.md 2.3: 40 mg is 4.0, 0.80 or 0.40 mL of 10, 50 or 100 mg/mL; 100 mL over 40 min is 150 mL/h."""
    text = printed(visits.ordered().now)
    rows = re.findall(r"<td>(10|50|100)</td><td>([0-9.]+)</td><td>100</td><td>0.4</td><td>150</td>", text)
    assert rows == [("10", "4"), ("50", "0.8"), ("100", "0.4")]


def sheet(visit: visits.StoredVisit, **changes: str) -> dict[str, str]:
    """The printed rows as a nurse types them in."""
    begun = visit.chart.started_at
    assert begun is not None
    zone = clinic_zone()
    form = {
        "form": "paper",
        "submission_id": "the one sheet",
        "patient_id": visit.patient_id,
        "on": begun.astimezone(zone).date().isoformat(),
        "why": "power cut",
        "written_by": "J. Okafor",
    }
    for number, (minutes, fields) in enumerate(ROWS, start=1):
        form[f"at-{number}"] = f"{(begun + timedelta(minutes=minutes)).astimezone(zone):%H:%M}"
        form |= {f"{name}-{number}": value for name, value in fields.items()}
    return {**form, **changes}


@pytest.mark.hazard("H66")
def test_what_is_entered_back_is_the_same_chart_plus_marks(client: Client) -> None:
    """The oracle charts the same things at the time; both charts agree in dose, rates, vital signs and side effects."""
    paper = visits.infusing(minutes_ago=60)
    begun = paper.chart.started_at
    assert begun is not None
    head = paper.chart.head
    nurse = sign_in(client, NURSE_REYES)
    path = f"/session/{paper.session_id}/paper/"
    assert client.get(path).status_code == 200
    for _ in range(10):
        assert nurse.post(path, sheet(paper)).status_code == 303
    chart = paper.chart
    entered = chart.entries[head:]
    assert [entry.event.kind for entry in entered] == [
        "vital_signs_taken", "sedation_scored", "rate_changed", "side_effect_noted", "infusion_paused",
        "infusion_resumed", "infusion_stopped", "note_written",
    ]  # fmt: skip
    assert {entry.submission_id for entry in entered} == {"the one sheet"}, "one group"
    assert all(entry.late_reason == "on paper, written by J. Okafor: power cut" for entry in entered)
    assert all(entry.recorded_at > entry.occurred_at for entry in entered) and verify_chain(chart.entries) is None
    minute = begun.replace(second=0, microsecond=0)
    steps = [(step.start, step.rate_ml_per_h) for step in chart.rate_steps][1:]
    expected = [(5, 120), (9, 0), (11, 120), (15, 0)]
    assert steps == [(minute + timedelta(minutes=at), rate) for at, rate in expected]
    found = amounts_at(chart, queries.chart(paper.session_id).stopped_at or paper.now)
    seconds = [(b[0] - a[0]).total_seconds() for a, b in zip([(begun, 0), *steps], steps, strict=False)]
    by_hand_ml = (150 * seconds[0] + 120 * seconds[1] + 120 * seconds[3]) / 3600
    assert found is not None and float(found.volume_infused_ml) == pytest.approx(by_hand_ml)
    assert chart.contradictions == ()


@pytest.mark.hazard("H66")
def test_a_sheet_with_one_row_that_cannot_be_charts_nothing(client: Client) -> None:
    visit = visits.infusing(minutes_ago=60)
    nurse, path, head = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/", visit.chart.head
    for wrong in (
        {"rate-2": "1200"}, {"rate-2": ""}, {"at-3": "25:99"}, {"pulse-1": "7x"}, {"act-2": ""}, {"why": ""},
        {"patient_id": "another"}, {"diastolic-1": "140"},
    ):  # fmt: skip
        assert nurse.post(path, sheet(visit, **wrong)).status_code == 422, wrong
    assert visit.chart.head == head
    assert "Row 2 of the sheet" in nurse.post(path, sheet(visit, **{"rate-2": "1200"})).content.decode()


def start_on_paper(visit: visits.StoredVisit, **changes: str) -> dict[str, str]:
    """A sheet on which the infusion was begun, at the label's own rate, a while ago."""
    zone = clinic_zone()
    at = visit.now + timedelta(minutes=2)
    form = {
        "form": "paper",
        "submission_id": "the start",
        "patient_id": visit.patient_id,
        "on": at.astimezone(zone).date().isoformat(),
        "why": "power cut",
        "written_by": "J. Okafor",
        "at-1": f"{at.astimezone(zone):%H:%M}",
        "act-1": "started",
        "rate-1": "150",
    }
    return {**form, **changes}


@pytest.mark.hazard("H66")
def test_a_start_that_was_written_on_paper_is_entered_back_by_a_nurse(client: Client) -> None:
    visit = visits.ready_to_start(minutes_ago=40)
    nurse, path = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/"
    answer = nurse.post(path, start_on_paper(visit))
    assert answer.status_code == 303, re.findall(r'role="alert".*?</', answer.content.decode(), flags=re.S)
    chart = visit.chart
    assert chart.started_at is not None and chart.rate_ml_per_h == 150
    assert chart.entries[-1].late_reason == "on paper, written by J. Okafor: power cut"


@pytest.mark.hazard("H66")
def test_a_start_on_paper_of_somebody_who_may_not_be_treated_is_refused_with_the_reason(client: Client) -> None:
    visit = visits.ready_to_start(minutes_ago=40)
    evaluation.withdraw_consent(
        stored(FRONT_DESK_SORO), visit.patient_id, kind=ConsentKind.TREATMENT, told="by phone", now=visit.now
    )
    answer = sign_in(client, NURSE_REYES).post(f"/session/{visit.session_id}/paper/", start_on_paper(visit))
    assert answer.status_code == 422 and visit.chart.started_at is None


@pytest.mark.hazard("H66")
def test_nothing_of_a_row_is_guessed_and_no_row_is_left_out_in_silence(client: Client) -> None:
    visit = visits.infusing(minutes_ago=60)
    nurse, path, head = sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/paper/", visit.chart.head
    for wrong, words in (
        ({"severity-2": ""}, "without how strong it was"),
        ({"effect-2": ""}, "without what it was"),
        ({"act-3": ""}, "nothing that happened"),
    ):
        answer = nurse.post(path, sheet(visit, **wrong))
        assert answer.status_code == 422 and words in answer.content.decode(), wrong
    assert visit.chart.head == head


@pytest.mark.hazard("H66")
def test_somebody_who_is_booked_today_and_whose_visit_nobody_opened_has_a_sheet_too() -> None:
    now = courses.NOW
    wren = courses.in_induction(wren_halloway())
    booking_id = courses.booked(wren, 1, f"{now.astimezone(clinic_zone()):%Y-%m-%d}T15:00")
    text = printed(now)
    pages = re.findall(r'<section class="page" data-booking="([^"]+)">(.*?)</section>', text, flags=re.S)
    assert [one for one, _ in pages] == [booking_id] * 2
    assert all("Wren Halloway" in page and "R-1001" in page for _, page in pages)
    assert "nothing here says that this patient may be treated" in pages[0][1] and "15:00" in pages[0][1]
    assert pages[1][1].count("<tr>") == 17, "a head and sixteen blank rows"
    assert "Nobody is expected today" not in text
    assert "Wren Halloway" not in printed(now + timedelta(days=2))


@pytest.mark.hazard("H66")
def test_the_command_writes_the_file_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visits.infusing()
    monkeypatch.setattr("dripstand.server.startup.use", lambda **_: None)
    out = tmp_path / "sheets" / "today.html"
    assert main(["downtime", "--out", str(out)]) == 0
    assert "Wren Halloway" in out.read_text(encoding="utf-8") and out.stat().st_mode & 0o077 == 0
    assert main(["downtime", "--out", str(tmp_path / "today.exe")]) == 2


@pytest.mark.hazard("H66")
def test_sheets_that_cannot_be_made_or_written_leave_those_of_this_morning_and_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dripstand.server.startup.use", lambda **_: None)
    out = tmp_path / "today.html"
    out.write_text("this morning", encoding="utf-8")

    def gone(now: object) -> str:
        raise OperationalError("connection failed: no route\nand forty lines more")

    with monkeypatch.context() as away:
        away.setattr("dripstand.records.downtime.printed", gone)
        assert main(["downtime", "--out", str(out)]) == 1
    told = capsys.readouterr().err
    assert "does not answer" in told and "no route" in told and "Traceback" not in told and "forty" not in told

    def full(self: Path, *args: object, **kwargs: object) -> int:
        raise OSError("no space left on device")

    with monkeypatch.context() as away:
        away.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="no space"):
            main(["downtime", "--out", str(out)])
    assert out.read_text(encoding="utf-8") == "this morning"
    assert [path.name for path in tmp_path.iterdir()] == ["today.html"]
    assert main(["downtime", "--out", str(out)]) == 0 and out.stat().st_mode & 0o077 == 0
