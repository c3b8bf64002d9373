"""Today's questions: one a screen, saved at each answer, resumed where they were left."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.guide import queries, services
from dripstand.guide.due_forms import Wanted, opens_later, wanted_today
from dripstand.guide.told import Kind, SoundWish, Touch, Wishes
from dripstand.guide.views.reading import spoken
from dripstand.infusion.queries import patient_is_here
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes.queries import crisis_text, filled, instrument_in
from dripstand.outcomes.suicidality import Place
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.actors import PatientByLink
from dripstand.people.checks import whole_number
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import complete_link

ANXIETY, WISHES, PROMISE = "anxiety", "wishes", "promise"
LISTED_AT_MOST_COUNT = 7


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of a form. number: of count, over all of today's forms. chosen: what was answered; None where it was
    left out, or where nothing was answered yet."""

    instrument_id: str
    item: str
    stem: str
    words: str
    choices: tuple[tuple[int, str], ...]
    number: int
    count: int
    language: str
    credit: str
    is_answered: bool = False
    chosen: int | None = None

    @property
    def is_range(self) -> bool:
        """Numbers from one end to the other, which stand as a block of keys and not one beneath the other."""
        return len(self.choices) > LISTED_AT_MOST_COUNT


def questions_of(by: PatientByLink, wanted: Sequence[Wanted]) -> list[Question]:
    """Every question of what is wanted, for this link, in order, each with what was answered."""
    found: list[Question] = []
    kinds = [(instrument_in(one.instrument_id), one.items) for one in wanted]
    count = sum(sum(not only or item.name in only for item in kind.items) for kind, only in kinds)
    number = 0
    for kind, only in kinds:
        wording = kind.wordings.get(spoken()) or kind.wordings.get("en")
        if wording is None:
            continue
        form_id = queries.form_of_link(by, kind.id)
        newest = filled(form_id).newest if form_id else {}
        for item in kind.items:
            if only and item.name not in only:
                continue
            number += 1
            given = newest.get(item.name)
            found.append(
                Question(
                    kind.id,
                    item.name,
                    wording.stem,
                    wording.items[item.name],
                    tuple(sorted(wording.choices_of(item.name).items())),
                    number,
                    count,
                    wording.language,
                    wording.credit,
                    is_answered=given is not None,
                    chosen=None if given is None else given.value,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """The question that stands on the screen, None where all are answered. before: the number of the answered one that
    a step back leads to, 0 where there is none."""

    question: Question | None
    before: int


def shown(by: PatientByLink, wanted: Sequence[Wanted], back_to: str) -> Shown:
    """The first question that is open; or, to change its answer, the answered one whose number was asked for.

    A tap beside the one that was meant is an answer like any other: it must be possible to take it back while the form
    is open. What it has set in motion stands.
    """
    there = questions_of(by, wanted)
    waiting = next((one for one in there if not one.is_answered), None)
    number = whole_number(back_to)
    question = next((one for one in there if one.is_answered and one.number == number), waiting)
    before = [one.number for one in there if one.is_answered and (question is None or one.number < question.number)]
    return Shown(question, before[-1] if before else 0)


def save_answer(request: LinkRequest, wanted: Sequence[Wanted], *, session_id: str) -> bool:
    """Save the one answer that was sent; answers whether the crisis text has to stand on the screen now.

    session_id: the visit that it is about; "" where it is about none. Somebody who has not arrived is at home, wherever
    the link was sent: then the on-call is paged as well.
    """
    value = request.POST.get("value", "")
    number = whole_number(value)
    now = now_by_clock()
    here = patient_is_here(request.visitor.patient_id, now)
    asked_for = next((one for one in wanted if one.instrument_id == request.POST.get("instrument", "")), None)
    if asked_for is None:
        raise Unacceptable({"": _("This question is not asked any more. Nothing was saved.")})
    said = services.answer_item(
        request.visitor.by,
        wanted=asked_for,
        item=request.POST.get("item", ""),
        value=-1 if value and number is None else number,  # what is no number is refused, and never "left out"
        place=Place.CLINIC if here else Place.HOME,
        session_id=session_id,
        language=spoken(),
        submission_id=request.POST.get("submission", "")[:64] or str(uuid.uuid4()),
        now=now,
    )
    asked = said.form.instrument.suicide_items
    return bool(said.escalations) and request.POST.get("item", "") in asked and value not in ("", "0")


def closed(request: HttpRequest) -> HttpResponse:
    """Nothing is asked of somebody who is not clear."""
    return render(request, "guide/closed.html")


def _next_step(by: PatientByLink, session_id: str) -> str:
    for kind, name in ((Kind.ANXIETY, ANXIETY), (Kind.WISHES, WISHES), (Kind.PROMISE, PROMISE)):
        if not queries.told_by_link(by, kind, session_id):
            return name
    return ""


@by_link(Purpose.QUESTIONNAIRES)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: LinkRequest) -> HttpResponse:
    """The next question that is open; a posted answer is saved first."""
    by, session_id = request.visitor.by, request.visitor.about
    if not queries.may_be_asked(by.patient_id):
        return closed(request)
    wrong = ""
    if request.method == "POST":
        try:
            if _save(request):
                return render(
                    request, "guide/crisis.html", {"crisis": crisis_text(spoken()), "home": "guide:questions"}
                )
            return redirect("guide:questions")
        except Unacceptable as fault:
            wrong = str(fault)
    here = shown(by, wanted_today(by, session_id, now_by_clock()), request.GET.get("question", ""))
    step = "" if here.question else _next_step(by, session_id)
    if here.question is None and step == "":
        services.finish_forms(by, now=now_by_clock())
        if opens_later(by, session_id, now_by_clock()):  # it is opened again on the day
            return render(request, "guide/nothing_asked.html")
        complete_link(by.link_id, now=now_by_clock())
        return render(request, "people/link_done.html")
    context = {
        "question": here.question,
        "before": here.before,
        "step": step,
        "submission": str(uuid.uuid4()),
        "wrong": wrong,
        "who_reads": _("Nurses and doctors of this clinic read your answers. They are part of your record."),
        "numbers": range(11),
        "wishes": queries.wishes_for(by.patient_id),
    }
    return render(request, "guide/question.html", context, status=400 if wrong else 200)


def _save(request: LinkRequest) -> bool:
    by, session_id, sent, now = request.visitor.by, request.visitor.about, request.POST, now_by_clock()
    step = sent.get("step", "")
    if step == ANXIETY:
        score = whole_number(sent.get("score", ""))
        services.tell_anxiety(
            by, session_id=session_id, score=-1 if score is None else score, helps=sent.get("helps", ""), now=now
        )
        return False
    if step == WISHES:
        touch = sent.get("touch", "")
        sound = sent.get("sound", "")
        wishes = Wishes(
            touch=Touch(touch) if touch in list(Touch) else Touch.ASK,
            sound=SoundWish(sound) if sound in list(SoundWish) else SoundWish.ANY,
            **{
                name: sent.get(name, "").strip()
                for name in ("companion", "interpreter", "interpreter_mode", "calm_words", "stop_word", "other")
            },
        )
        services.tell_wishes(by, wishes, session_id=session_id, now=now)
        return False
    if step == PROMISE:
        if sent.get("agreed") != "yes":
            raise Unacceptable({"": _("Please tick the box, or talk to us.")})
        services.promise_not_to_drive(by, session_id=session_id, now=now)
        return False
    return save_answer(request, wanted_today(by, session_id, now), session_id=session_id)
