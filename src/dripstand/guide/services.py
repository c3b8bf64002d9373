"""The verbs of the guide: write and sign pages, note what was read, take down what patients and escorts tell."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.services import ask_consent_again
from dripstand.guide import told
from dripstand.guide.coming_time import has_changed
from dripstand.guide.due_forms import Wanted
from dripstand.guide.models import Asked, CrisisLine, GuidePage, GuideRead, GuideReview, TalkedAbout, Told
from dripstand.guide.pages import LANGUAGES, unknown_placeholders
from dripstand.guide.queries import (
    STANDS,
    as_uuid,
    asks_another,
    come_at,
    escort_asked,
    escort_for,
    form_of_link,
    is_visit_of,
    may_be_asked,
    page,
    same_name,
    sources_in,
)
from dripstand.guide.told import Kind
from dripstand.infusion import services as charting
from dripstand.infusion.events import EscortAnswered, EscortNamed, EscortRefused
from dripstand.infusion.queries import NoSuchSession, chart
from dripstand.infusion.refusals import Refusal
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.queries import forms_of
from dripstand.outcomes.schedule import key_in
from dripstand.outcomes.services import Recorded
from dripstand.outcomes.suicidality import Place
from dripstand.people import checks
from dripstand.people.access import service, service_that_decides
from dripstand.people.actors import Actor, PatientByLink, Role
from dripstand.people.errors import NotThere, Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.models import Link
from dripstand.people.services import withdraw_links_about
from dripstand.premises.telephones import unknown_in

WHO_WRITES = (Role.MEDICAL_LEAD, Role.ADMINISTRATOR, Role.NURSE, Role.PRESCRIBER)
WHO_REVIEWS = (Role.MEDICAL_LEAD, Role.PRESCRIBER)
WHO_TALKS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
WHO_NAMES_ESCORTS = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER)
BY_LINK = "a link of the patient's own, that still stands (guide/services.py, tests/rooms/guide/test_patient_pages.py)"
PATIENT_WORDS_MOST_COUNT = 1000
SOURCES_MOST_COUNT = 20


class NoSuchQuestion(NotThere):
    """Nobody asked this."""


class NotNow(Unacceptable):
    """The patient may not be asked now: the drug runs, or nobody has found them oriented since (H47)."""

    def __init__(self) -> None:
        super().__init__({"": _("This is closed until you are well awake after the infusion. Please rest.")})


# --- pages -----------------------------------------------------------------------------------------------------------


@service(*WHO_WRITES)
@transaction.atomic
def write_page(
    actor: Actor,
    *,
    slug: str,
    language: str,
    title: str,
    body: str,
    seen_version_number: int,
    now: datetime,
    sources: str = "",
) -> int:
    """A new version of a page; answers its number. It is unreviewed until a clinician signs it.

    sources: where its facts are from, one a line; its own, not those of the version before.
    seen_version_number: the version that was edited; written over another one it is refused. Raises Unacceptable.
    """
    if language not in LANGUAGES:
        raise Unacceptable({"": _("There is no guide in this language.")})
    standing = page(slug, language)
    if standing.version_number != seen_version_number:
        raise Unacceptable({"": _("Somebody has written a newer version meanwhile. Look at it first.")})
    title, body = checks.tidy(title), body.strip()
    named = sources_in(sources)
    wrong = {"title": checks.line_words(title, most_count=120), "sources": _sources_words(named)}
    unknown = unknown_placeholders(f"{title} {body}")
    if unknown:
        wrong["body"] = _("These words in braces are no placeholders: %(names)s.") % {"names": ", ".join(unknown)}
    elif not 20 <= len(body) <= 20_000:
        wrong["body"] = _("A page has between 20 and 20,000 letters.")
    if slug == "if-you-feel-unsafe" and "{crisis_line}" not in body:
        wrong["body"] = _("This page has to keep {crisis_line}: whom to call.")
    wrong = {field: words for field, words in wrong.items() if words}
    if wrong:
        raise Unacceptable(wrong)
    number = seen_version_number + 1
    GuidePage.objects.create(
        slug=slug,
        language=language,
        version_number=number,
        title=title,
        body=body,
        sources="\n".join(named),
        made_at=now,
        author_id=uuid.UUID(actor.staff_id),
        author_name=actor.name,
    )
    return number


def _sources_words(named: tuple[str, ...]) -> str:
    if len(named) > SOURCES_MOST_COUNT:
        return _("At most %(count)d sources.") % {"count": SOURCES_MOST_COUNT}
    return next((words for one in named if (words := checks.line_words(one, most_count=200))), "")


@service(*WHO_REVIEWS)
@transaction.atomic
def review_page(
    actor: Actor, *, slug: str, language: str, seen_sha256: str, review_again_on: date, now: datetime
) -> None:
    """Sign a page as read and right, until a day. seen_sha256: of the text that was read; another one is refused."""
    standing = page(slug, language)
    if standing.sha256 != seen_sha256:
        raise Unacceptable({"": _("The page was changed since you opened it. Read it again, then sign.")})
    if review_again_on <= now.date():
        raise Unacceptable({"review_again_on": _("This day lies in the past.")})
    GuideReview.objects.create(
        slug=slug,
        language=language,
        version_number=standing.version_number,
        body_sha256=seen_sha256,
        reviewer_id=uuid.UUID(actor.staff_id),
        reviewer_name=actor.name,
        reviewed_at=now,
        review_again_on=review_again_on,
    )


@service(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@transaction.atomic
def set_crisis_line(actor: Actor, *, language: str, words: str, now: datetime) -> None:
    """Whom to call in a crisis: it stands on every page of a patient. {phone} and {emergency} stand for numbers."""
    words = checks.tidy(words)
    wrong = checks.line_words(words, most_count=300)
    unknown = unknown_in(words)
    if unknown and not wrong:
        wrong = _("These words in braces are no placeholders: %(names)s.") % {"names": ", ".join(unknown)}
    if wrong or language not in LANGUAGES:
        raise Unacceptable({"words": wrong or _("There is no guide in this language.")})
    CrisisLine.objects.create(
        language=language, words=words, set_at=now, set_by_id=uuid.UUID(actor.staff_id), set_by_name=actor.name
    )


# --- a patient, by link ----------------------------------------------------------------------------------------------


def _refuse_others(by: PatientByLink) -> None:
    """The link has to be there, to be this patient's, and not to be taken back: a value alone proves nothing."""
    link = Link.objects.filter(pk=by.link_id, patient_id=by.patient_id, withdrawn_at=None).exists()
    if not link:
        raise Unacceptable({"": _("This page is closed. Open it with your link, or ask the clinic for a new one.")})


def _only_when_clear(by: PatientByLink) -> None:
    _refuse_others(by)
    if not may_be_asked(by.patient_id):
        raise NotNow


@service_that_decides(BY_LINK)
@transaction.atomic
def note_read(by: PatientByLink, *, slug: str, language: str, now: datetime) -> None:
    """The patient opened a page of the guide."""
    _refuse_others(by)
    found = page(slug, language)
    GuideRead.objects.create(
        patient_id=by.patient_id, slug=slug, language=language, version_number=found.version_number, read_at=now
    )


def _words(text: str, most: int, *, required: bool) -> str:
    text = text.strip()
    if (required and not text) or len(text) > most:
        raise Unacceptable({"words": _("Write between 1 and %(count)d letters.") % {"count": most}})
    return text


@service_that_decides(BY_LINK)
@transaction.atomic
def ask(by: PatientByLink, *, words: str, now: datetime) -> str:
    """Take down a question to the team; answers its id."""
    _only_when_clear(by)
    row = Asked.objects.create(
        patient_id=by.patient_id, words=_words(words, PATIENT_WORDS_MOST_COUNT, required=True), asked_at=now
    )
    return str(row.pk)


def _tell(
    patient_id: str, kind: Kind, body: dict[str, Any], session_id: str, now: datetime, name: str, staff_id: str = ""
) -> None:
    Told.objects.create(
        patient_id=patient_id,
        session_id=as_uuid(session_id) if session_id else None,
        kind=kind.value,
        body=body,
        at=now,
        by_name=name,
        staff_id=uuid.UUID(staff_id) if staff_id else None,
    )


@service_that_decides(BY_LINK)
@transaction.atomic
def tell_anxiety(by: PatientByLink, *, session_id: str, score: int, helps: str, now: datetime) -> None:
    """How afraid the patient is, 0 to 10, and what helps them; it flags by itself on the preparation page."""
    _only_when_clear(by)
    if not 0 <= score <= 10:
        raise Unacceptable({"score": _("Choose a number from 0 to 10.")})
    body = told.body_of(told.Anxiety(score, _words(helps, 300, required=False)))
    _tell(by.patient_id, Kind.ANXIETY, body, session_id, now, _("the patient"))


@service_that_decides(BY_LINK)
@transaction.atomic
def tell_wishes(by: PatientByLink, wishes: told.Wishes, *, session_id: str, now: datetime) -> None:
    """What the patient wants and does not want, agreed while sober."""
    _only_when_clear(by)
    body = told.body_of(wishes)
    if any(len(str(value)) > 300 for value in body.values()):
        raise Unacceptable({"": _("At most %(count)d letters.") % {"count": 300}})
    _tell(by.patient_id, Kind.WISHES, body, session_id, now, _("the patient"))


@service_that_decides(BY_LINK)
@transaction.atomic
def promise_not_to_drive(by: PatientByLink, *, session_id: str, now: datetime) -> None:
    """The patient agrees not to drive until the next day, after a night's sleep; charted where their visit is open."""
    _only_when_clear(by)
    _tell(by.patient_id, Kind.PROMISE, {"no_driving": True}, session_id, now, _("the patient"))
    if is_visit_of(by.patient_id, session_id):
        # A visit that is over takes nothing any more; it stands with what was told all the same.
        charting.chart_promise(session_id, submission_id=str(uuid.uuid4()), now=now)


@service_that_decides(BY_LINK)
@transaction.atomic
def answer_item(
    by: PatientByLink,
    *,
    wanted: Wanted,
    item: str,
    value: int | None,
    place: Place,
    session_id: str,
    language: str,
    submission_id: str,
    now: datetime,
) -> Recorded:
    """One answer of one of today's forms, begun where it was not; durable, with what it sets in motion, on return."""
    _only_when_clear(by)
    form_id = form_of_link(by, wanted.instrument_id) or outcomes.start(
        by,
        patient_id=by.patient_id,
        instrument_id=wanted.instrument_id,
        occasion=wanted.occasion,
        place=place,
        now=now,
        language=language,
        due=wanted.due,
        course_id=wanted.course_id,
        occasion_key=key_in(wanted.series_number, f"visit-{session_id[:8]}" if session_id else ""),
        session_id=session_id,
    )
    said: Recorded = outcomes.answer(
        by,
        form_id,
        item=item,
        value=value,
        submission_id=submission_id,
        now=now,
        from_home=place is Place.HOME,
    )
    if said.escalations and item in said.form.instrument.suicide_items:
        outcomes.note_crisis_text(by, form_id, was_read=False, now=now)
    return said


@service_that_decides(BY_LINK)
@transaction.atomic
def finish_forms(by: PatientByLink, *, now: datetime) -> None:
    """End every form that was begun by this link."""
    _only_when_clear(by)
    for one in forms_of(by.patient_id):
        if one.started_by_id == by.link_id and one.end is None:
            outcomes.finish(by, one.questionnaire_id, now=now)


@service_that_decides(BY_LINK)
@transaction.atomic
def tell_next_day(by: PatientByLink, *, mood: int, words: str, session_id: str, now: datetime) -> None:
    """How the patient is on the next day, 0 the worst to 10 the best."""
    _only_when_clear(by)
    if not 0 <= mood <= 10:
        raise Unacceptable({"mood": _("Choose a number from 0 to 10.")})
    body = told.body_of(told.NextDay(mood, _words(words, 600, required=False)))
    _tell(by.patient_id, Kind.NEXT_DAY, body, session_id, now, _("the patient"))


# --- who takes the patient home --------------------------------------------------------------------------------------


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _session_of(patient_id: str, session_id: str) -> None:
    if not is_visit_of(patient_id, session_id):
        raise Unacceptable({"": _("This visit is not of this patient. Nothing was saved.")})


@service(*WHO_NAMES_ESCORTS)
@transaction.atomic
def name_escort(
    actor: Actor,
    *,
    patient_id: str,
    session_id: str,
    name: str,
    phone: str,
    relation: str,
    now: datetime,
    email: str = "",
    language: str = "en",
    may_name_treatment: bool = False,
) -> None:
    """Name who takes the patient home after this visit, or another one in their place; charted as named.

    email, language: where and how they are told; the address is kept beside the chart and not in it.
    """
    _session_of(patient_id, session_id)
    name = checks.tidy(name)
    wrong = checks.line_words(name, most_count=120)
    if wrong:
        raise Unacceptable({"name": wrong})
    phone, relation = checks.tidy(phone)[:40], checks.tidy(relation)[:60]
    escort = told.Escort(
        told.EscortState.NAMED,
        name,
        phone,
        relation,
        email=email,
        language=language,
        may_name_treatment=may_name_treatment,
        told_for=_iso(come_at(patient_id, session_id, now)),
    )
    named = charting.submit(
        session_id, EscortNamed(name, relation, phone), actor=actor, submission_id=str(uuid.uuid4()), now=now
    )
    if isinstance(named, Refusal):
        raise Unacceptable({"": " ".join(named.sentences(gettext))})
    _tell(patient_id, Kind.ESCORT, told.body_of(escort), session_id, now, actor.name, actor.staff_id)


@service(Role.NURSE, Role.PRESCRIBER)
@transaction.atomic
def refuse_escort(actor: Actor, *, patient_id: str, session_id: str, reason: str, now: datetime) -> None:
    """Whoever came is not fit to take the patient home: charted, their link taken back, another is needed (H44).

    Raises Unacceptable where nobody is named, and once the visit is over.
    """
    _session_of(patient_id, session_id)
    standing = escort_for(patient_id, session_id)
    reason = checks.tidy(reason)
    wrong = checks.line_words(reason, most_count=200)
    if wrong or standing is None:
        raise Unacceptable({"reason": wrong or _("Nobody was named yet.")})
    refused = charting.submit(
        session_id, EscortRefused(standing.name, reason), actor=actor, submission_id=str(uuid.uuid4()), now=now
    )
    if isinstance(refused, Refusal):
        raise Unacceptable({"": " ".join(refused.sentences(gettext))})
    withdraw_links_about(patient_id=patient_id, purpose=Purpose.ESCORT, about=session_id, now=now)
    escort = replace(standing, state=told.EscortState.REFUSED, reason=reason)
    _tell(patient_id, Kind.ESCORT, told.body_of(escort), session_id, now, actor.name, actor.staff_id)


def _was_refused(session_id: str, name: str) -> bool:
    """Whether the staff found this one not fit to take the patient home from this visit."""
    try:
        refused = [entry.event for entry in chart(session_id).escorts_refused]
    except (NoSuchSession, ValueError):
        return False
    return any(isinstance(one, EscortRefused) and same_name(one.name, name) for one in refused)


@service_that_decides(BY_LINK)
@transaction.atomic
def answer_as_escort(
    by: PatientByLink,
    *,
    session_id: str,
    name: str,
    can_come: bool,
    knows_no_driving: bool,
    now: datetime,
    shown_for: datetime | None = None,
) -> None:
    """Whoever was asked says that they come, or cannot. To come, they say that the patient may not drive.

    shown_for: the time that stood on their page. A yes to a time that has changed meanwhile is no yes.
    """
    _refuse_others(by)
    at = come_at(by.patient_id, session_id, now)
    if can_come and has_changed(shown_for, at, now):
        raise Unacceptable({"": _("The time has changed while this page was open. Look at the new one, and answer.")})
    if can_come and not knows_no_driving:
        raise Unacceptable({"": _("Please tick that they may not drive until the next day.")})
    standing = escort_asked(by.patient_id, session_id)
    name = checks.tidy(name) or (standing.name if standing else "")
    if not name:
        raise Unacceptable({"": _("The clinic has not written down your name. Please call, and ask for a new link.")})
    if can_come and _was_refused(session_id, name):
        raise Unacceptable({"": _("The clinic has asked for somebody else. Thank you all the same.")})
    if asks_another(by.patient_id, session_id, name):
        raise Unacceptable({"": _("Somebody else was asked meanwhile. Thank you all the same.")})
    if standing is not None and standing.state in STANDS:
        name = standing.name  # as the clinic writes it
    state = told.EscortState.CONFIRMED if can_come else told.EscortState.CANNOT
    of_theirs = standing is not None and same_name(standing.name, name)  # else number and address are somebody else's
    before = standing if standing is not None and of_theirs else told.Escort(state, name)
    escort = replace(
        before, state=state, name=name, knows_no_driving=knows_no_driving, reason="", told_for=_iso(shown_for or at)
    )
    _tell(by.patient_id, Kind.ESCORT, told.body_of(escort), session_id, now, escort.name)
    # A visit that is over takes no answer any more; it stands with what was told all the same.
    charting.chart_escort_answer(
        session_id,
        EscortAnswered(escort.name, can_come, knows_no_driving),
        submission_id=str(uuid.uuid4()),
        now=now,
    )


# --- the staff, after a talk -----------------------------------------------------------------------------------------


@service(*WHO_TALKS)
@transaction.atomic
def talk_about(actor: Actor, asked_id: str, *, now: datetime) -> None:
    """A question was talked about with the patient."""
    key = as_uuid(asked_id)
    row = Asked.objects.filter(pk=key).first() if key else None
    if row is None:
        raise NoSuchQuestion(asked_id)
    TalkedAbout.objects.get_or_create(
        asked=row, defaults={"staff_id": uuid.UUID(actor.staff_id), "staff_name": actor.name, "at": now}
    )


@service(*WHO_TALKS)
@transaction.atomic
def talk_through(
    actor: Actor, *, patient_id: str, session_id: str, happened: str, helped: str, go_on: told.GoOn, now: datetime
) -> None:
    """A hard infusion was talked through. It stands before nurse and prescriber at the next start, and the consent to
    treatment is asked again: no order and no start goes past the signature that was given before the talk."""
    _session_of(patient_id, session_id)
    happened, helped = happened.strip(), helped.strip()
    if not 3 <= len(happened) <= 1000 or len(helped) > 1000:
        raise Unacceptable({"happened": _("Say in a few words what happened.")})
    if not may_be_asked(patient_id):
        raise Unacceptable({"": _("Not yet: talk it through when the patient is oriented again.")})
    body = told.body_of(told.Talk(happened, helped, go_on))
    _tell(patient_id, Kind.TALK, body, session_id, now, actor.name, actor.staff_id)
    ask_consent_again(
        actor, patient_id, kind=ConsentKind.TREATMENT, why=_("A hard infusion was talked through."), now=now
    )
