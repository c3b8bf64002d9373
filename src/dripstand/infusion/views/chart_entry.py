"""The one door through which the chair charts: a form or a script's POST becomes one request, decided by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dripstand.calm.queries import recordings
from dripstand.infusion import queries, services
from dripstand.infusion.attaching import change_pump
from dripstand.infusion.emergency import emergencies
from dripstand.infusion.events import (
    AlarmAcknowledged,
    CalmChosen,
    CalmSound,
    EmergencyDeclared,
    PumpChanged,
    StopAskedAnswered,
)
from dripstand.infusion.forms import parse
from dripstand.infusion.presentation.calling import OWN_RECORDING
from dripstand.infusion.presentation.times import clock
from dripstand.infusion.reason_words import fact, worded
from dripstand.infusion.refusals import Reason, Refusal, refuse
from dripstand.infusion.requests import Request
from dripstand.infusion.saying import say
from dripstand.infusion.views import chair_page
from dripstand.infusion.views.chair import READERS, show_chair
from dripstand.infusion.views.session_page import fields_of, staff_named
from dripstand.people.access import SignedInRequest, wants_page, who_may
from dripstand.people.actors import Role
from dripstand.people.checks import whole_number

CHARTERS = (Role.NURSE, Role.PRESCRIBER, Role.FRONT_DESK, Role.MEDICAL_LEAD, Role.ON_CALL)
ON_THEIR_OWN_PAGE = frozenset({"give_order", "take_telephone_order", "order_countersigned", "check_bag", "note_signed"})
"""What is signed: its page asks for the signer's password again, which this door does not."""
THEN = {
    "side_effect_noted": "helped",
    "infusion_paused": "pause",
    "infusion_stopped": "stop",
    "emergency_declared": "emergency",
}
"""After an ordinary POST: the panel that asks for the rest."""


@who_may(*CHARTERS)
@require_POST
def chart_entry(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Charts one entry. 200 with what was charted, 422 with the reasons, 409 where others charted without end.

    A page of another patient is refused whatever it holds (H02). The same submission id charts once (H17).
    """
    seen = chair_page.look(session_id, request.actor)
    post = request.POST
    if post.get("patient_id") != seen.chart.opened.patient_id:
        return _not_charted(request, seen, [_told(_("This entry was made for another patient. Nothing was charted."))])
    submission_id = post.get("submission_id", "")
    if not 8 <= len(submission_id) <= 64:
        return _not_charted(request, seen, [_told(_("This entry has no number of its own. Open the page again."))])
    if post.get("kind", "") in ON_THEIR_OWN_PAGE:
        return _not_charted(request, seen, [_told(_("This is signed on its own page, under your own password."))])
    typed = _with_time(fields_of(post), seen.now)
    wanted = _request(post.get("kind", ""), typed, seen)
    if isinstance(wanted, tuple):
        return _not_charted(request, seen, [_reason(one) for refusal in wanted for one in refusal.reasons])
    occurred_at = _instant(post.get("occurred_at", ""))
    head = post.get("expected_head", "")
    given: dict[str, Any] = {
        "actor": request.actor,
        "submission_id": submission_id,
        "now": seen.now,
        "occurred_at": occurred_at,
        "late_reason": post.get("late_reason", "").strip(),
        "expected_head": whole_number(head),
    }
    try:
        if isinstance(wanted, PumpChanged):
            answer = change_pump(str(session_id), wanted, **given)
        else:
            answer = services.submit(str(session_id), wanted, **given)
    except services.TooMuchContention:
        words = _(
            "Others are charting at this moment. Nothing of yours was charted; look at the newer chart and try again."
        )
        return _not_charted(request, seen, [_told(words)], status=409)
    if isinstance(answer, Refusal):
        return _not_charted(request, seen, [_reason(one) for one in answer.reasons])
    if answer.repeated and isinstance(wanted, EmergencyDeclared) and _is_over(answer, str(session_id)):
        # a page from the browser's memory: this form declared an emergency that is over, and somebody needs a new one
        later = f"{submission_id[:50]}-{seen.chart.head}"
        again = services.submit(
            actor=request.actor, session_id=str(session_id), request=wanted, submission_id=later, now=seen.now
        )
        answer = again if isinstance(again, services.Charted) else answer
    return _charted(request, seen, answer)


def _is_over(answer: services.Charted, session_id: str) -> bool:
    """Whether the emergency that these entries declared has ended."""
    known = emergencies(queries.chart(session_id))
    mine = {entry.sequence for entry in answer.entries}
    return any(one.declared.sequence in mine and one.ended is not None for one in known)


def _about_the_open_wish(typed: Mapping[str, Any], seen: chair_page.Seen) -> Mapping[str, Any]:
    """One wish is open at a time: the panel speaks of it also on a tablet that did not chart it, or charted it anew."""
    wish, named = seen.chart.stop_asked, str(typed.get("of_sequence", "")).strip()
    if wish is None or (named and not (named.isdecimal() and int(named) > wish.sequence)):
        return typed
    return {**typed, "of_sequence": str(wish.sequence)}


def _request(kind: str, typed: Mapping[str, Any], seen: chair_page.Seen) -> Request | tuple[Refusal, ...]:
    if kind == AlarmAcknowledged.kind and "silent_until" not in typed:
        # the button states the template's silence; it counts from when the server heard it, never from a tablet's clock
        until = seen.now + timedelta(seconds=seen.template.alarms.silence_s)
        typed = {**typed, "silent_until": until.isoformat()}
    if kind == StopAskedAnswered.kind:
        typed = _about_the_open_wish(typed, seen)
    if kind == CalmChosen.kind and str(typed.get("sound", "")).startswith(OWN_RECORDING):
        wanted = str(typed["sound"]).removeprefix(OWN_RECORDING)
        chosen = next((one for one in recordings() if one.recording_id == wanted), None)
        if chosen is None:
            return (refuse("recording_gone", "sound"),)
        # its name as it was when it was chosen: the chart says what was heard, whatever it is called later
        typed = {**typed, "sound": CalmSound.FILE.value, "sound_file_id": wanted, "sound_name": chosen.title}
    return parse(kind, typed, me=seen.me, staff=staff_named)


def _with_time(typed: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """ "5 min ago" of a correction's chip as an instant; just now leaves the time as it was charted."""
    ago = whole_number(str(typed.get("minutes_ago", "")))
    if not ago:
        return typed
    return {**typed, "corrected_at": (now - timedelta(minutes=ago)).isoformat()}


def _instant(text: str) -> datetime | None:
    """When the tablet says that it was tapped. Without a zone it is no instant, and the server's own time holds."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None


def _reason(why: Reason) -> dict[str, str]:
    one = worded(why)
    return {
        "code": one.code,
        "fact": fact(one),
        "limit": one.limit(_),
        "whose_limit": one.whose_limit(_),
        "way_forward": one.way_forward(_),
        "field": one.field,
    }


def _told(words: str) -> dict[str, str]:
    return {"code": "form", "fact": words, "limit": "", "whose_limit": "", "way_forward": "", "field": ""}


def _not_charted(
    request: SignedInRequest, seen: chair_page.Seen, reasons: list[dict[str, str]], status: int = 422
) -> HttpResponse:
    newer = chair_page.look(seen.chart.session_id, seen.actor)
    if not wants_page(request):
        return JsonResponse({"refusals": reasons, "state": chair_page.chair_state(newer)}, status=status)
    sentences = tuple(
        " ".join(part for part in (one["fact"], one["limit"], one["way_forward"]) if part) for one in reasons
    )
    return show_chair(request, newer, refused=sentences, status=status)


def _charted(request: SignedInRequest, seen: chair_page.Seen, answer: services.Charted) -> HttpResponse:
    first = answer.entries[0]
    if wants_page(request) and not seen.actor.is_a(*READERS):
        return HttpResponseRedirect(reverse("infusion:board"), status=303)  # who charts here may not read the chart
    if wants_page(request):
        panel = THEN.get(first.event.kind, "")
        address = reverse("infusion:chair", args=[seen.chart.session_id])
        after = f"?of={first.sequence}#enter-{panel}" if panel else ""
        return HttpResponseRedirect(address + after, status=303)
    newer = chair_page.look(seen.chart.session_id, seen.actor)
    return JsonResponse(
        {
            "entries": [
                {"sequence": entry.sequence, "kind": entry.event.kind, "submission_id": entry.submission_id}
                for entry in answer.entries
            ],
            "repeated": answer.repeated,
            "meanwhile": [
                f"{clock(entry.occurred_at, seen.zone)} {say(entry.event, seen.zone).text}, {entry.actor.name}"
                for entry in answer.meanwhile
            ],
            "state": chair_page.chair_state(newer),
        }
    )
