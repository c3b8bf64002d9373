"""The weeks after a course: what the schedule asks now, one question a screen."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.guide import queries, services
from dripstand.guide.due_forms import wanted_follow_up
from dripstand.guide.views.asking import closed, save_answer, shown
from dripstand.guide.views.reading import spoken
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes.queries import crisis_text
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.services import complete_link


@by_link(Purpose.FOLLOW_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: LinkRequest) -> HttpResponse:
    """The next question that is open; a posted answer is saved first. The link is about a course, and no visit.

    Where nothing is asked, because it was answered otherwise or its time is over, the page says that and nothing more.
    """
    by, about, wrong = request.visitor.by, request.visitor.about, ""
    if not queries.may_be_asked(by.patient_id):
        return closed(request)
    if request.method == "POST":
        try:
            if save_answer(request, wanted_follow_up(by, about, now_by_clock()), session_id=""):
                crisis = {"crisis": crisis_text(spoken()), "home": "guide:follow_up"}
                return render(request, "guide/crisis.html", crisis)
            return redirect("guide:follow_up")
        except Unacceptable as fault:
            wrong = str(fault)
    wanted = wanted_follow_up(by, about, now_by_clock())
    here = shown(by, wanted, request.GET.get("question", ""))
    if not wanted:
        return render(request, "guide/nothing_asked.html")
    if here.question is None:
        services.finish_forms(by, now=now_by_clock())
        complete_link(by.link_id, now=now_by_clock())
        return render(request, "people/link_done.html", {"evening": True})
    context = {
        "question": here.question,
        "before": here.before,
        "submission": str(uuid.uuid4()),
        "wrong": wrong,
        "who_reads": _("Nurses and doctors of this clinic read your answers. They are part of your record."),
    }
    return render(request, "guide/question.html", context, status=400 if wrong else 200)
