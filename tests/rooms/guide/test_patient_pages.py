"""The patient's side: when a patient may be asked, the guide, and that no page is ever another patient's."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from dripstand.course import services as course
from dripstand.course.wishes import Wishes
from dripstand.guide import queries, services, told
from dripstand.guide.models import GuidePage, GuideRead, GuideReview, Told
from dripstand.guide.next_day import due_at
from dripstand.guide.next_day_messages import send_next_day_checks
from dripstand.guide.pages import SOURCES, shipped
from dripstand.infusion import events as ev
from dripstand.live import clock
from dripstand.outcomes.queries import forms_of
from dripstand.people.access import Forbidden
from dripstand.people.actors import PatientByLink
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import StaffMember
from dripstand.premises.queries import clinic_zone
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    MEDICAL_LEAD_ABARA,
    NURSE_REYES,
    PRESCRIBER_VANCE,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.guide.coming import REN_BORN, by_link, link_of, signed_in, signed_in_patient
from tests.rooms.infusion.stored_visits import criteria_met, observing, ready_to_start, weighed

# --- when a patient may be asked -------------------------------------------------------------------------------------


@pytest.mark.hazard("H47")
@pytest.mark.django_db
def test_a_sedated_patient_is_asked_nothing_and_agrees_to_nothing() -> None:
    visit = observing()
    client = by_link(visit.patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id)
    by = link_of(visit.patient_id)
    assert "Please rest" in client.get("/me/questions/").content.decode()
    sent = {"instrument": "phq-9", "item": "1", "value": "2", "submission": "a"}
    assert "Please rest" in client.post("/me/questions/", sent).content.decode()
    assert forms_of(visit.patient_id) == ()
    now = datetime.now(UTC)
    for verb in (
        lambda: services.promise_not_to_drive(by, session_id=visit.session_id, now=now),
        lambda: services.tell_anxiety(by, session_id=visit.session_id, score=3, helps="", now=now),
        lambda: services.tell_wishes(by, told.Wishes(told.Touch.NO), session_id=visit.session_id, now=now),
        lambda: services.ask(by, words="why", now=now),
        lambda: services.tell_next_day(by, mood=3, words="", session_id=visit.session_id, now=now),
    ):
        with pytest.raises(services.NotNow):
            verb()
    assert Told.objects.count() == 0
    visit.must(ev.CriterionAssessed(criterion="oriented", met=True))
    assert "Question 1 of" in client.get("/me/questions/").content.decode()


@pytest.mark.hazard("H47")
@pytest.mark.django_db
def test_a_sedated_patient_sets_no_password_and_answers_no_appointment() -> None:
    visit = ready_to_start()
    own = signed_in_patient(visit.patient_id, "wren")
    setting = by_link(visit.patient_id, Purpose.ACCOUNT)
    appointment = by_link(visit.patient_id, Purpose.APPOINTMENT, about=str(uuid.uuid4()))
    assert "The password again" in setting.get("/me/account/").content.decode()
    assert "The password until now" in own.get("/me/home/password/").content.decode()
    state = visit.chart.bag_state
    assert state is not None
    visit.must(ev.InfusionStarted(state.bag.start_rate_ml_per_h))
    for client, path in ((setting, "/me/account/"), (own, "/me/home/password/"), (appointment, "/me/appointment/")):
        assert "Please rest" in client.get(path).content.decode(), path
        assert client.post(path, {"answer": "coming"}).status_code == 409, path


@pytest.mark.hazard("H47")
@pytest.mark.django_db
def test_every_form_follows_one_rule_where_a_prescriber_overrode_that_somebody_is_oriented() -> None:
    visit = criteria_met(lambda one: isinstance(one, ev.CriterionAssessed) and one.criterion == "oriented")
    visit.must(ev.CriterionOverridden("oriented", "as before the visit: dementia"), PRESCRIBER_VANCE)
    visit.must(ev.ReadyToLeave())
    paths = ((Purpose.QUESTIONNAIRES, "/me/questions/"), (Purpose.ACCOUNT, "/me/account/"))
    for purpose, path in paths:
        assert "Please rest" in by_link(visit.patient_id, purpose, about=visit.session_id).get(path).content.decode()
    journal = by_link(visit.patient_id, Purpose.JOURNAL, about=visit.session_id)
    assert "<textarea" not in journal.get("/me/journal/").content.decode()
    visit.must(ev.CriterionAssessed(criterion="oriented", met=True))
    for purpose, path in paths:
        opened = by_link(visit.patient_id, purpose, about=visit.session_id).get(path).content.decode()
        assert "Please rest" not in opened, path
    assert "<textarea" in journal.get("/me/journal/").content.decode()


@pytest.mark.hazard("H47")
@pytest.mark.django_db
@pytest.mark.parametrize("found", [None, False])
def test_the_next_day_a_visit_that_nobody_ended_shuts_no_form_and_the_safety_question_is_asked(
    found: bool | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SITE_ADDRESS, settings.CAN_MAIL = "https://front.example", True
    visit = observing()
    if found is not None:
        visit.must(ev.CriterionAssessed(criterion="oriented", met=found))
    wishes = Wishes(email="wren@mail.example")
    course.tell_wishes(stored(FRONT_DESK_SORO), patient_id=visit.patient_id, wishes=wishes, now=visit.now)
    stopped_at = visit.chart.stopped_at
    assert stopped_at is not None
    due = due_at(stopped_at, clinic_zone())
    assert send_next_day_checks(now=due) == 1
    sent = re.search(r"https://front\.example(/l/\S+)", str(mail.outbox[0].body))
    assert sent
    journal = by_link(visit.patient_id, Purpose.JOURNAL, about=visit.session_id)
    assert "<textarea" not in journal.get("/me/journal/").content.decode(), "on the day itself it is shut"
    monkeypatch.setattr(clock.CLOCK, "now", lambda: due + timedelta(hours=1))
    client = Client()
    assert client.post(sent[1], {"day": "17", "month": "5", "year": "1984"}).status_code == 302
    asked = client.get("/me/next-day/").content.decode()
    assert "Please rest" not in asked and 'name="instrument"' in asked
    assert queries.may_be_asked(visit.patient_id)


# --- the guide -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title"), [("en", "Your guide"), ("de", "Ihr Wegweiser"), ("es", "Su guía")])
def test_the_guide_is_fitted_to_this_patient_read_in_their_language_and_noted(language: str, title: str) -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.GUIDE, language=language)
    shown = client.get("/me/guide/").content.decode()
    assert title in shown and f'lang="{language}"' in shown
    for slug in SOURCES:
        page = client.get(f"/me/guide/{slug}/").content.decode()
        assert "{" not in re.sub(r"<script.*?</script>", "", page), slug
        assert queries.crisis_line(language)[:30] in page.replace("&#x27;", "'")
        assert "Halloway" not in page
    assert "Harbour" in client.get("/me/guide/the-room/").content.decode()
    assert GuideRead.objects.filter(patient_id=visit.patient_id).values("slug").distinct().count() == 14
    assert client.get("/me/guide/no-such-page/").status_code == 404


@pytest.mark.django_db
def test_a_question_reaches_the_preparation_page_and_is_closed_by_who_talked_about_it() -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.GUIDE)
    assert client.post("/me/guide/ask/", {"words": "Will I <b>forget</b> my name?"}).status_code == 302
    nurse = signed_in(NURSE_REYES)
    prepare = nurse.get(f"/session/{visit.session_id}/prepare/").content.decode()
    assert "Will I &lt;b&gt;forget&lt;/b&gt; my name?" in prepare
    assert "forget" not in signed_in(FRONT_DESK_SORO).get(f"/session/{visit.session_id}/prepare/").content.decode()
    asked = queries.questions_of(visit.patient_id)[0]
    path = f"/session/{visit.session_id}/patient-side/"
    assert nurse.post(path, {"what": "talked", "asked_id": asked.asked_id}).status_code == 302
    assert "forget" not in nurse.get(f"/session/{visit.session_id}/prepare/").content.decode()
    assert "talked about" in client.get("/me/guide/").content.decode()


@pytest.mark.django_db
def test_a_signature_under_a_shipped_page_does_not_stand_under_another_text_of_a_later_release() -> None:
    standing = queries.page("the-room", "en")
    again_on = (datetime.now(UTC) + timedelta(days=30)).date()
    services.review_page(
        stored(MEDICAL_LEAD_ABARA),
        slug="the-room",
        language="en",
        seen_sha256=standing.sha256,
        review_again_on=again_on,
        now=datetime.now(UTC),
    )
    assert queries.page("the-room", "en").reviewed_by == MEDICAL_LEAD_ABARA.name
    with pytest.MonkeyPatch.context() as release:
        other = dict(shipped("en"))
        other["the-room"] = replace(other["the-room"], body=other["the-room"].body + " Another sentence.")
        release.setattr("dripstand.guide.queries.written.shipped", lambda language: other)
        later = queries.page("the-room", "en")
    assert later.version_number == 0 and later.reviewed_by == "" and later.review_again_on is None


def test_the_share_on_the_clinics_scale_is_of_ends_of_a_course_and_lies_in_the_range_beside_it() -> None:
    """McInnes 53.6 %, Oliver 50 % within six weeks, Pfeiffer 26 %; Oliver's 72 % came after the tenth infusion."""
    assert queries.response_range() == (26, 54, ("mcinnes22", "oliver22", "pfeiffer24"))
    for language, helped, not_enough in (
        ("en", "between 26 and 71", "between 29 and 74"),
        ("de", "26 bis 71", "29 bis 74"),
        ("es", "entre 26 y 71", "entre 29 y 74"),
    ):
        body = shipped(language)["when-does-it-help"].body
        assert helped in body and not_enough in body and (100 - 71, 100 - 26) == (29, 74)


@pytest.mark.django_db
def test_a_page_is_written_previewed_signed_and_marked_when_past_its_date() -> None:
    lead, administrator = stored(MEDICAL_LEAD_ABARA), stored(ADMINISTRATOR_KLEIN)
    now = datetime.now(UTC)
    client = signed_in(MEDICAL_LEAD_ABARA)
    text = "## Where?\nYou come to {clinic}. <script>alert(1)</script>"
    looked = client.post("/guide/the-room/en/", {"what": "look", "title": "The room", "body": text}).content.decode()
    assert "&lt;script&gt;" in looked and "[clinic]" in looked and queries.page("the-room", "en").version_number == 0
    bad = {"what": "keep", "title": "The room", "body": "{no_such} " * 5, "seen_version_number": "0"}
    refused = client.post("/guide/the-room/en/", bad)
    assert refused.status_code == 400 and "no_such" in refused.content.decode()
    kept = {"what": "keep", "title": "The room", "body": text, "seen_version_number": "0"}
    kept["sources"] = "The clinic's own leaflet, 2026\r\n\r\nN. Tracy"
    assert client.post("/guide/the-room/en/", kept).status_code == 302
    assert client.post("/guide/the-room/en/", kept).status_code == 400, "over a newer version"
    page = queries.page("the-room", "en")
    assert (page.version_number, page.reviewed_by, page.author) == (1, "", lead.name)
    assert page.sources == ("The clinic's own leaflet, 2026", "N. Tracy")
    again = (now + timedelta(days=300)).date()
    facts = {"slug": "the-room", "language": "en", "review_again_on": again, "now": now}
    with pytest.raises(Forbidden):
        services.review_page(administrator, seen_sha256=page.sha256, **facts)
    with pytest.raises(Unacceptable):
        services.review_page(lead, seen_sha256="another", **facts)
    services.review_page(lead, seen_sha256=page.sha256, **facts)
    page = queries.page("the-room", "en")
    assert page.reviewed_by == lead.name and not page.is_overdue(now.date()) and page.is_overdue(again)
    with pytest.raises(Unacceptable):
        services.write_page(
            lead,
            slug="if-you-feel-unsafe",
            language="en",
            title="Unsafe",
            body="Nothing is here at all.",
            seen_version_number=0,
            now=now,
        )


@pytest.mark.django_db
def test_the_sources_are_the_versions_own_and_are_signed_with_its_text() -> None:
    lead, now = stored(MEDICAL_LEAD_ABARA), datetime.now(UTC)
    facts = {"slug": "the-room", "language": "en", "now": now}
    text = {"title": "The room", "body": "## Where?\nYou come to {clinic}."}
    assert "N. Tracy" in queries.page("the-room", "en").sources[0]
    shown = signed_in(MEDICAL_LEAD_ABARA).get("/guide/the-room/en/").content.decode()
    assert re.search(r'<textarea id="sources"[^>]*>\s*N. Tracy', shown), "what stands is there to be kept or taken out"
    services.write_page(lead, **facts, **text, seen_version_number=0)
    assert queries.page("the-room", "en").sources == (), "nothing of Dripstand's is said of another text"
    services.review_page(
        lead,
        **facts,
        seen_sha256=queries.page("the-room", "en").sha256,
        review_again_on=(now + timedelta(days=30)).date(),
    )
    visit = weighed()
    read = by_link(visit.patient_id, Purpose.GUIDE).get("/me/guide/the-room/").content.decode()
    assert f"Written by {lead.name}. Reviewed by {lead.name}" in read and "No source is named for this page." in read
    services.write_page(lead, **facts, **text, sources="Our leaflet", seen_version_number=1)
    page = queries.page("the-room", "en")
    assert (page.sources, page.reviewed_by) == (("Our leaflet",), ""), "signed without it, the signature is not for it"
    for wrong in ("x" * 201, "\n".join(f"source {number}" for number in range(21))):
        with pytest.raises(Unacceptable):
            services.write_page(lead, **facts, **text, sources=wrong, seen_version_number=2)


@pytest.mark.django_db
def test_a_version_of_before_sources_belonged_to_versions_claims_none_and_keeps_its_signature() -> None:
    lead, now = stored(MEDICAL_LEAD_ABARA), datetime.now(UTC)
    body = "## Where?\nYou come to {clinic}."
    by = StaffMember.objects.get(pk=lead.staff_id)
    old = {"slug": "the-room", "language": "en", "version_number": 1}
    GuidePage.objects.create(**old, title="The room", body=body, made_at=now, author=by, author_name=lead.name)
    GuideReview.objects.create(
        **old,
        body_sha256=hashlib.sha256(f"The room\n{body}".encode()).hexdigest(),
        reviewer=by,
        reviewer_name=lead.name,
        reviewed_at=now,
        review_again_on=(now + timedelta(days=30)).date(),
    )
    page = queries.page("the-room", "en")
    assert (page.sources, page.reviewed_by) == ((), lead.name)


@pytest.mark.django_db
def test_the_clinics_crisis_line_stands_on_every_page_of_a_patient() -> None:
    services.set_crisis_line(
        stored(MEDICAL_LEAD_ABARA), language="en", words="Call the Heron line, 555-0100", now=datetime.now(UTC)
    )
    visit = weighed()
    for purpose, path in (
        (Purpose.GUIDE, "/me/guide/"),
        (Purpose.QUESTIONNAIRES, "/me/questions/"),
        (Purpose.NEXT_DAY, "/me/next-day/"),
        (Purpose.FOLLOW_UP, "/me/follow-up/"),
        (Purpose.ESCORT, "/me/escort/"),
    ):
        shown = by_link(visit.patient_id, purpose, about=visit.session_id).get(path)
        assert shown.status_code == 200 and "Call the Heron line, 555-0100" in shown.content.decode()
    assert "Call the Heron line" in Client().get("/l/nonsense/").content.decode()


# --- nobody else's ---------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H56")
@pytest.mark.django_db
def test_after_the_end_the_pages_and_their_copies_yield_nothing() -> None:
    visit = weighed()
    client = by_link(visit.patient_id, Purpose.GUIDE)
    kept = client.cookies["dripstand-guide"].value
    assert client.get("/me/guide/").headers["Cache-Control"] == "no-store"
    client.post("/me/guide/leave/")
    copied = Client()
    copied.cookies["dripstand-guide"] = kept
    for one in (client, copied):
        assert one.get("/me/guide/").status_code == 403
        assert one.get("/me/guide/the-room/").status_code == 403


@pytest.mark.django_db
def test_a_value_that_only_looks_like_a_link_may_do_nothing() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    by_link(ren, Purpose.GUIDE, born=REN_BORN)
    forged = PatientByLink(wren, link_of(ren).link_id)
    with pytest.raises(Unacceptable):
        services.ask(forged, words="mine", now=datetime.now(UTC))
