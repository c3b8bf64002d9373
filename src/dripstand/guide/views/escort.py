"""Who takes the patient home: asked by link, told when to come, and that the patient may not drive."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dripstand.guide import queries, services
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose


@by_link(Purpose.ESCORT)
@require_http_methods(["GET", "HEAD", "POST"])
def escort(request: LinkRequest) -> HttpResponse:
    """Nothing on it says what the patient is treated for, or who they are: whoever was asked knows."""
    visitor, now, wrong = request.visitor, now_by_clock(), ""
    if request.method == "POST":
        try:
            services.answer_as_escort(
                visitor.by,
                session_id=visitor.about,
                name=visitor.name,
                can_come=request.POST.get("can_come") == "yes",
                knows_no_driving=request.POST.get("knows_no_driving") == "yes",
                now=now,
                shown_for=_shown_for(request.POST.get("shown_for", "")),
            )
            return redirect("guide:escort")
        except Unacceptable as fault:
            wrong = str(fault)
    told = queries.escort_for(visitor.patient_id, visitor.about)
    # A link without a name answers in the name of whoever is asked.
    is_theirs = told is not None and (not visitor.name or queries.same_name(told.name, visitor.name))
    context = {
        # whoever was asked before hears no more of when this patient leaves
        "is_another": queries.asks_another(visitor.patient_id, visitor.about, visitor.name),
        "escort": told if is_theirs else None,  # what somebody else has said is nothing that this one told
        "name": visitor.name,
        "time": queries.time_to_come(visitor.patient_id, visitor.about, now),
        "is_over": queries.is_over(visitor.patient_id, visitor.about),
        "now": now,
        "wrong": wrong,
    }
    return render(request, "guide/escort.html", context, status=400 if wrong else 200)


def _shown_for(sent: str) -> datetime | None:
    """The time that stood on the page which was sent; what is none says nothing."""
    try:
        found = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
