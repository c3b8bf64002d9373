"""On-call: what nobody has seen yet, who is asked in which order, and the word of it on every page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.live.clock import now as now_by_clock
from dripstand.people import services
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import OnCallForm
from dripstand.people.on_call import Standing
from dripstand.people.on_call_queries import (
    PageDetails,
    on_call_list_set,
    on_call_order,
    pages_lately,
    pages_not_seen,
)
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.paging import WHO_SEES, WHO_SETS
from dripstand.people.queries import colleagues


@dataclass(frozen=True, slots=True)
class Shown:
    """One page as the screen shows it."""

    page: PageDetails
    is_unseen: bool
    waiting_min: int

    @property
    def is_nobodys(self) -> bool:
        """Whether there was nobody to ask."""
        asked = self.page.asked_last
        return asked is None or not asked.staff_id


def _shown(now: datetime) -> tuple[Shown, ...]:
    return tuple(
        Shown(one, one.standing(now) is Standing.UNSEEN, int((now - one.raised_at).total_seconds() // 60))
        for one in pages_not_seen()
    )


@who_may(*WHO_SEES, *WHO_SETS)
@require_safe
def on_call(request: SignedInRequest) -> HttpResponse:
    """What waits to be seen, the list, and what was seen lately."""
    may_see = request.actor.is_a(*WHO_SEES)
    context = {
        "waiting": _shown(now_by_clock()) if may_see else (),
        "lately": pages_lately() if may_see else (),
        "order": on_call_order(),
        "list_set": on_call_list_set(),
        "may_set": request.actor.is_a(*WHO_SETS),
        "may_see": may_see,
    }
    return page(request, "people/on_call.html", context)


@who_may(*WHO_SEES)
@require_POST
def see(request: SignedInRequest, page_id: UUID) -> HttpResponse:
    """ "I have it": only this makes a page seen. Goes on to where it is dealt with."""
    first = services.see_page(request.actor, str(page_id), now=now_by_clock())
    if not first:
        messages.info(request, _("Somebody else has it already."))
        return redirect("people:on_call")
    target = request.POST.get("then", "")
    if target == "go":
        found = next((one for one in pages_lately(most_count=200) if one.page_id == str(page_id)), None)
        if found is not None:
            return redirect(found.path)
    messages.success(request, _("It is yours now."))
    return redirect("people:on_call")


@who_may(*WHO_SETS)
@require_http_methods(["GET", "HEAD", "POST"])
def set_list(request: SignedInRequest) -> HttpResponse:
    """Set who is asked, in order, and where their e-mail goes."""
    people = colleagues(roles=WHO_SEES)
    form = OnCallForm(request.POST or None, people=people, order=on_call_order())
    if request.method == "POST" and form.is_valid():
        try:
            services.set_on_call_list(request.actor, order=form.order(), now=now_by_clock())
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("The list is in force."))
            return redirect("people:on_call")
    context = {"form": form, "rows": form.rows()}
    return page(request, "people/on_call_list.html", context, status=400 if form.errors else 200)


@who_may(*WHO_SEES)
@require_safe
def banner(request: SignedInRequest) -> HttpResponse:
    """The word of it on every page of those who treat; 204 where it is as the page has it already."""
    shown = _shown(now_by_clock())
    said = [f"{one.page.page_id}{one.is_unseen}" for one in shown]
    mark = hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]
    if request.GET.get("has") == mark:
        return HttpResponse(status=204)
    context = {"waiting": shown, "mark": mark, "unseen_count": sum(one.is_unseen for one in shown)}
    return render(request, "people/on_call_banner.html", context)
