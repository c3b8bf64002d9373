"""The guide as a patient reads it: fitted to their own order, noted as read, with a place for questions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dripstand.guide import queries, services
from dripstand.guide.pages import SOURCES
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose


def spoken() -> str:
    """The language of this page: one of the guide's."""
    return (get_language() or "en")[:2]


@by_link(Purpose.GUIDE)
@require_safe
def guide(request: LinkRequest) -> HttpResponse:
    """All pages, which of them were read, and what was asked."""
    patient_id = request.visitor.patient_id
    read = dict(queries.read_of(patient_id))
    context = {
        "pages": [(one, one.slug in read) for one in queries.pages(spoken())],
        "questions": queries.questions_of(patient_id),
        "clear": queries.may_be_asked(patient_id),
    }
    return render(request, "guide/guide.html", context)


@by_link(Purpose.GUIDE)
@require_safe
def guide_page(request: LinkRequest, slug: str) -> HttpResponse:
    """One page, fitted to this patient."""
    now = now_by_clock()
    found, drawn = queries.page_for(request.visitor.patient_id, slug, spoken(), now)
    services.note_read(request.visitor.by, slug=slug, language=spoken(), now=now)
    order = list(SOURCES)
    at = order.index(slug)
    following = queries.page(order[at + 1], spoken()) if at + 1 < len(order) else None
    # Drawn by guide/pages.py: no raw HTML passes it, and every value was escaped.
    context = {
        "page": found,
        "drawn": mark_safe(drawn),  # noqa: S308
        # What a source of ours says beside a name is said in the reader's language.
        "sources": [_(one) for one in found.sources],
        "following": following,
    }
    return render(request, "guide/guide_page.html", context)


@by_link(Purpose.GUIDE)
@require_POST
def ask(request: LinkRequest) -> HttpResponse:
    """Take down a question to the team."""
    try:
        services.ask(request.visitor.by, words=request.POST.get("words", ""), now=now_by_clock())
    except Unacceptable as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Taken down. We talk about it before the infusion."))
    return redirect("guide:guide")
