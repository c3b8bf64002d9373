"""The day after: side effects, mood, and the one question about safety."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.guide import queries, services
from dripstand.guide.due_forms import wanted_next_day
from dripstand.guide.told import Kind
from dripstand.guide.views.asking import closed, save_answer, shown
from dripstand.guide.views.reading import spoken
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes.queries import crisis_text
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.checks import whole_number
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import complete_link


@by_link(Purpose.NEXT_DAY)
@require_http_methods(["GET", "HEAD", "POST"])
def next_day(request: LinkRequest) -> HttpResponse:
    """The safety question comes first: whatever breaks off after it, it was answered."""
    by, session_id, wrong = request.visitor.by, request.visitor.about, ""
    if not queries.may_be_asked(by.patient_id):
        return closed(request)
    if request.method == "POST":
        try:
            if request.POST.get("step") == "mood":
                mood = request.POST.get("mood", "")
                services.tell_next_day(
                    by,
                    mood=found if (found := whole_number(mood)) is not None else -1,
                    words=request.POST.get("words", ""),
                    session_id=session_id,
                    now=now_by_clock(),
                )
            elif save_answer(request, wanted_next_day(by, session_id, now_by_clock()), session_id=session_id):
                return render(request, "guide/crisis.html", {"crisis": crisis_text(spoken()), "home": "guide:next_day"})
            return redirect("guide:next_day")
        except Unacceptable as fault:
            wrong = str(fault)
    here = shown(by, wanted_next_day(by, session_id, now_by_clock()), request.GET.get("question", ""))
    if here.question is None and queries.told_by_link(by, Kind.NEXT_DAY, session_id):
        services.finish_forms(by, now=now_by_clock())
        complete_link(by.link_id, now=now_by_clock())
        return render(request, "people/link_done.html", {"evening": True})
    context = {
        "question": here.question,
        "before": here.before,
        "step": "" if here.question else "mood",
        "submission": str(uuid.uuid4()),
        "wrong": wrong,
        "who_reads": _("Nurses and doctors of this clinic read your answers. They are part of your record."),
        "numbers": range(11),
    }
    return render(request, "guide/question.html", context, status=400 if wrong else 200)
