"""What the chair's script asks for: the whole state, the curves, and what another rate would do. Reads only."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.infusion import queries
from dripstand.infusion.prediction import Unpredictable
from dripstand.infusion.presentation import curves as curve_words
from dripstand.infusion.presentation.header import rate_text
from dripstand.infusion.presentation.times import clock, span
from dripstand.infusion.refusals import Reason
from dripstand.infusion.typed import typed_decimal
from dripstand.infusion.views import chair_page
from dripstand.infusion.views.chair import READERS
from dripstand.people.access import SignedInRequest, who_may


@who_may(*READERS)
@require_safe
def chair_state(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """The screen's state, for catching up."""
    return JsonResponse(chair_page.chair_state(chair_page.look(session_id, request.actor)))


@who_may(*READERS)
@require_safe
def curves(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """The two plots as columns; ``?measured=no`` leaves out what the page already has."""
    whole = request.GET.get("measured") != "no"
    return JsonResponse(chair_page.curves(chair_page.look(session_id, request.actor), with_measured=whole))


@who_may(*READERS)
@require_safe
def what_if(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """What another rate from now on would do. Nothing is charted by asking, and nothing here can be signed (H25)."""
    rate = typed_decimal(request.GET.get("rate_ml_per_h", ""), "rate_ml_per_h")
    if isinstance(rate, Reason):
        return JsonResponse({"words": rate.sentence()}, status=422)
    seen = chair_page.look(session_id, request.actor)
    answer = queries.what_if(str(session_id), seen.now, rate)
    base = curve_words.origin(seen.chart)
    curve = None
    note = ""
    running_text = ""
    if isinstance(answer.curve, Unpredictable):
        note = answer.curve.reason
    else:
        curve = {
            **curve_words.columns(answer.curve, base),
            "rate_text": rate_text(rate),
            "rate_ml_per_h": float(rate),
            "ends_s": curve_words.seconds(answer.ends_at, base) if answer.ends_at else None,
        }
        running = queries.prediction(str(session_id), seen.now)
        if not isinstance(running, Unpredictable):
            running_text = _("now %(peak)s") % {"peak": curve_words.columns(running, base)["peak_text"]}
    ends_text, more_text = _("no end at this rate"), ""
    if answer.ends_at is not None:
        ends_text = _("ends %(clock)s") % {"clock": clock(answer.ends_at, seen.zone)}
        if answer.running_ends_at is not None:
            moved_s = (answer.ends_at - answer.running_ends_at).total_seconds()
            words = _("%(span)s later") if moved_s > 0 else _("%(span)s earlier")
            more_text = words % {"span": span(abs(moved_s))}
    return JsonResponse(
        {
            "rate_ml_per_h": float(rate),
            "ends_text": ends_text,
            "more_text": more_text,
            "running_peak_text": running_text,
            "curve": curve,
            "note": note,
            "is_what_if": True,
        }
    )
