"""No page of one patient is ever served to another, whatever they ask for or send (H56)."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dripstand.calm.models import JournalEntry
from dripstand.calm.views import screen
from dripstand.course import services as course
from dripstand.course.judging import DECIDE
from dripstand.course.models import Reminder
from dripstand.guide import queries, services, told
from dripstand.guide.models import Asked, Told
from dripstand.guide.pages import SOURCES
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import forms_of
from dripstand.outcomes.suicidality import Place
from dripstand.people.access import Forbidden
from dripstand.people.links.purposes import Purpose
from tests.people import FRONT_DESK_SORO, NURSE_REYES, another_chair, ren_halloway, stored, wren_halloway
from tests.rooms.guide.coming import BORN, REN_BORN, by_link, link_of, signed_in_patient
from tests.rooms.infusion.stored_visits import weighed
from tests.rooms.outcomes.courses import a_course
from tests.rooms.people.every_way_in import every_address

OGG = b"OggS" + bytes(60)
AN_ID = "00000000-0000-4000-8000-00000000abcd"
"""What `every_address` writes where an address holds an id."""


@dataclass(frozen=True)
class One:
    """A patient who has told, asked, answered, written and spoken. mark: in every word and sound of theirs."""

    patient_id: str
    born: date
    mark: str
    session_id: str
    booking_id: str
    entry_id: str
    sound: told.SoundWish
    signed_in: Client

    def about(self, purpose: Purpose) -> str:
        return self.booking_id if purpose is Purpose.APPOINTMENT else self.session_id

    def client(self, purpose: Purpose, about: str) -> Client:
        if purpose is Purpose.HOME:
            return self.signed_in
        return by_link(self.patient_id, purpose, about=about, born=self.born, name=f"{self.mark} escort")


def somebody(patient_id: str, born: date, mark: str, chair_id: str, in_days: int, sound: told.SoundWish) -> One:
    """Through their own pages where they have one for it."""
    now = datetime.now(UTC)
    visit = weighed(patient_id=patient_id, chair_id=chair_id)
    there = a_course(patient_id, first=now + timedelta(days=in_days))
    held = course.book(
        stored(FRONT_DESK_SORO),
        infusion_id=there.infusions[1],
        chair_id=chair_id,
        starts_at=(now + timedelta(days=in_days)).replace(minute=0, second=0, microsecond=0),
        now=now,
        accepted=DECIDE,
        reason="agreed with the patient",
    )
    assert isinstance(held, course.Booked), held
    asked = by_link(patient_id, Purpose.QUESTIONNAIRES, about=visit.session_id, born=born)
    by = link_of(patient_id)
    services.ask(by, words=f"{mark} question", now=now)
    wishes = told.Wishes(told.Touch.NO, other=f"{mark} wish", stop_word=f"{mark} stop", sound=sound)
    services.tell_wishes(by, wishes, session_id=visit.session_id, now=now)
    services.tell_anxiety(by, session_id=visit.session_id, score=9, helps=f"{mark} helps", now=now)
    sent = {"instrument": "phq-9", "item": "1", "value": "2", "submission": f"{mark}-phq-9-1"}
    assert asked.post("/me/questions/", sent).status_code == 302
    assert forms_of(patient_id, instrument_id="phq-9"), "one of their forms is answered in part"
    named = {"name": f"{mark} escort", "phone": f"{mark} 555", "relation": "", "email": f"{mark}@mail.example"}
    services.name_escort(
        stored(NURSE_REYES), patient_id=patient_id, session_id=visit.session_id, now=now, language="en", **named
    )
    journal = by_link(patient_id, Purpose.JOURNAL, about=visit.session_id, born=born)
    spoken = SimpleUploadedFile("x", OGG + mark.encode(), "audio/ogg")
    entry = {"session_id": visit.session_id, "words": f"{mark} words", "submission_id": str(uuid.uuid4())}
    assert journal.post("/me/journal/", {**entry, "content": spoken}).status_code == 303
    entry_id = str(JournalEntry.objects.get(patient_id=patient_id).pk)
    own = signed_in_patient(patient_id, f"{mark}.in", born)
    return One(patient_id, born, mark, visit.session_id, held.booking_id, entry_id, sound, own)


def kept_of(one: One) -> list[Any]:
    """All that is kept of what a patient told, asked, answered and wrote."""
    mine = {"patient_id": one.patient_id}
    return [
        list(JournalEntry.objects.filter(**mine).order_by("pk").values()),
        list(Told.objects.filter(**mine).order_by("pk").values()),
        list(Asked.objects.filter(**mine).order_by("pk").values()),
        list(Reminder.objects.filter(booking_id=one.booking_id).order_by("pk").values()),
        forms_of(one.patient_id),
    ]


def said_by(answer: Any) -> bytes:
    """All of an answer; of a stream its first beat and the first event after it."""
    if not answer.streaming:
        return bytes(answer.content)
    if not answer.is_async:
        return b"".join(answer.streaming_content)

    async def first_two() -> bytes:
        stream = aiter(answer.streaming_content)
        return bytes(await anext(stream)) + bytes(await anext(stream))

    return bytes(async_to_sync(first_two)())


def send(client: Client, path: str, other: One) -> Any:
    """What any form might send, each id in it the other's; as JSON where a script of ours sends it so."""
    sent = {
        "patient_id": other.patient_id, "session_id": other.session_id, "booking_id": other.booking_id,
        "entry_id": other.entry_id, "words": "intruded", "submission_id": str(uuid.uuid4()), "share": "yes",
        "instrument": "phq-9", "item": "2", "value": "3", "submission": str(uuid.uuid4()), "answer": "cannot",
        "can_come": "no", "knows_no_driving": "yes", "step": "mood", "mood": "1", "call_id": str(uuid.uuid4()),
    }  # fmt: skip
    if path.endswith(".json"):
        return client.post(path, json.dumps(sent), content_type="application/json")
    return client.post(path, sent, follow=True)


def behind_links(other: One) -> list[tuple[Purpose, str, str]]:
    """Purpose, pattern and address of every page behind a link, with the other's id wherever an address holds one."""
    found = [
        (one.declaration.purpose, one.pattern, one.example.replace(AN_ID, other.entry_id))
        for one in every_address()
        if one.declaration and one.declaration.purpose
    ]
    assert {purpose for purpose, _pattern, _path in found} == set(Purpose)
    return found + [(Purpose.GUIDE, "a page of the guide", f"/me/guide/{slug}/") for slug in SOURCES]


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream reads in the test's own thread: its transaction is seen in no other."""
    monkeypatch.setattr(screen, "sync_to_async", lambda function, **_more: sync_to_async(function))


@pytest.mark.hazard("H56")
@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_no_page_of_one_patient_is_ever_served_to_another(one_thread: None) -> None:
    """Over all pages behind links: what Wren told is served to nobody who came by a link of Ren's, nor the reverse."""
    wren = somebody(wren_halloway(), BORN, "heronmark", another_chair("Left"), 2, told.SoundWish.SEA)
    ren = somebody(ren_halloway(), REN_BORN, "plovermark", another_chair("Right"), 3, told.SoundWish.DRONE)
    for mine, other in ((ren, wren), (wren, ren)):
        kept = kept_of(other)
        when = other.client(Purpose.APPOINTMENT, other.booking_id).get("/me/appointment/").content
        marks = (other.mark.encode(), when.split(b"<h1>")[1].split(b"</h1>")[0])
        own_said = b""
        for purpose in Purpose:
            opens = (
                {Purpose.HOME, Purpose.GUIDE, Purpose.JOURNAL, Purpose.QUESTIONNAIRES}
                if purpose is Purpose.HOME
                else {purpose}
            )
            abouts = [mine.about(purpose)]
            if purpose not in (Purpose.HOME, Purpose.CALM):
                # A link made about the other's visit opens nothing of it. One for the calm screen pairs a tablet with
                # the visit that it is about: it holds no patient's page, and only the staff can make it.
                abouts.append(other.about(purpose))
            for about in abouts:
                client = mine.client(purpose, about)
                for belongs_to, pattern, path in behind_links(other):
                    answer = client.get(path, {"patient_id": other.patient_id, "session_id": other.session_id})
                    said = said_by(answer)
                    for mark in marks:
                        assert mark not in said.lower() and mark not in said, f"{pattern} with a link for {purpose}"
                    if purpose is Purpose.CALM and "json" in pattern and answer.status_code == 200:
                        assert answer.json()["sound"] == mine.sound.value
                    assert (answer.status_code == 403) == (belongs_to not in opens), pattern
                    own_said += said
                for _belongs_to, pattern, path in behind_links(other):
                    said = said_by(send(client, path, other))
                    for mark in marks:
                        assert mark not in said.lower() and mark not in said, f"sent to {pattern} with {purpose}"
        assert kept_of(other) == kept, "nothing was written into the other's"
        for words in ("question", "words", "escort", ".in"):
            assert f"{mine.mark} {words}".replace(" .", ".").encode() in own_said, (
                f"one's own {words} is there to be seen"
            )
        assert b'"topic":"calm"' in own_said.replace(b" ", b""), "the first event of the stream was read"
        own_sound = mine.signed_in.get(f"/me/journal/{mine.entry_id}/sound/")
        assert mine.mark.encode() in said_by(own_sound)
        assert mine.signed_in.get(f"/me/journal/{other.entry_id}/sound/").status_code == 404
    with pytest.raises(Forbidden):
        outcomes.start(
            link_of(ren.patient_id),
            patient_id=wren.patient_id,
            instrument_id="phq-9",
            occasion=Occasion.BASELINE,
            place=Place.HOME,
            now=datetime.now(UTC),
        )
    assert queries.escort_for(wren.patient_id, wren.session_id) != queries.escort_for(ren.patient_id, ren.session_id)
