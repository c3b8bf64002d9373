"""What pages say of themselves, and what they are told: chairs that nobody watches, the sound, the lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dripstand.infusion import queries
from dripstand.infusion.phases import LIVE
from dripstand.infusion.presentation.times import clock
from dripstand.live.clock import now as now_by_clock
from dripstand.live.screens import BOARD, SHOWN_AT_MOST_COUNT, Attention, Screen, Sound, said, unattended
from dripstand.monitoring import queries as monitoring
from dripstand.monitoring import services as monitoring_services
from dripstand.monitoring.errors import NotADevice
from dripstand.people import lock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.premises.queries import chairs, clinic_zone

ACTS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
GAP_SHOWN_FOR = timedelta(minutes=30)
ID_LENGTH = 40


def _screen(request: HttpRequest, acts: bool) -> Screen | None:
    """What the page said; None for something that no page of ours says."""
    name = request.POST.get("page", "")
    shows = tuple(request.POST.getlist("shows"))
    sound = request.POST.get("sound", "")
    known = all(one == BOARD or one.startswith("session:") for one in shows)
    if not 0 < len(name) <= ID_LENGTH or len(shows) > SHOWN_AT_MOST_COUNT or not known or sound not in set(Sound):
        return None
    if any(len(one) > 2 * ID_LENGTH for one in shows):
        return None
    return Screen(name, shows, request.POST.get("visible") == "yes", Sound(sound), acts)


def _words(how: Attention, names: list[str]) -> str:
    """One sentence for all chairs of one kind."""
    listed = ", ".join(names)
    sentences = {
        Attention.SILENT: ngettext(
            "%(chairs)s infuses, and no screen that shows it can be heard.",
            "%(chairs)s infuse, and no screen that shows them can be heard.",
            len(names),
        ),
        Attention.HIDDEN: ngettext(
            "%(chairs)s infuses, and the screens that show it are hidden or asleep.",
            "%(chairs)s infuse, and the screens that show them are hidden or asleep.",
            len(names),
        ),
        Attention.NOBODY: ngettext(
            "%(chairs)s infuses, and no screen shows it.", "%(chairs)s infuse, and no screen shows them.", len(names)
        ),
    }
    return sentences[how] % {"chairs": listed}


def unattended_chairs(screen: Screen, with_links: bool) -> list[dict[str, str]]:
    """Every infusing chair that no awake screen watches, a sentence for each kind (H34).

    What this very page shows and cannot sound is left out where it is in sight: its own banner says so already.
    """
    infusing = {line.session_id: line for line in queries.open_sessions() if line.phase in LIVE and line.chair_id}
    found = unattended(f"session:{session_id}" for session_id in infusing)
    here = set(screen.shows) if screen.visible and screen.acts else set()
    kinds: dict[Attention, list[tuple[int, str, str]]] = {}
    names = {place.chair_id: (place.position_count, place.name) for place in chairs()} if found else {}
    for session_id, line in infusing.items():
        how = found.get(f"session:{session_id}")
        if how is None or (how is Attention.SILENT and here & {f"session:{session_id}", BOARD}):
            continue
        number, name = names.get(str(line.chair_id), (0, _("A chair")))
        kinds.setdefault(how, []).append((number, name, session_id))
    rows = []
    for how in Attention:
        seats = sorted(kinds.get(how, ()))
        if seats:
            one = f"/session/{seats[0][2]}/" if len(seats) == 1 else "/"
            chairs_here = " ".join(session_id for _number, _name, session_id in seats)
            words = _words(how, [name for _number, name, _id in seats])
            rows.append({"sessions": chairs_here, "words": words, "href": one if with_links else ""})
    return rows


def _gap_words(gap: monitoring.Gap, zone: ZoneInfo) -> str:
    if gap.is_jump:
        return _(
            "The server's clock was set by %(seconds)+d s at %(at)s. Alarm delays were not moved by it. Times written "
            "before and after it differ by that much, and so do the elapsed time, the dose and the prediction of what "
            "was under way: read the pump's counted volume."
        ) % {"seconds": round(gap.jumped_s), "at": _exact(gap.ended_at, zone)}
    return _(
        "Dripstand was away from %(from)s to %(to)s. Nobody was warned by it in that time, and readings that the "
        "monitors did not keep are missing. Look at the bedside monitor."
    ) % {"from": _exact(gap.began_at, zone), "to": _exact(gap.ended_at, zone)}


def _exact(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"


def gaps(now: datetime, zone: ZoneInfo) -> list[dict[str, str]]:
    """What interrupted the watch in the last half hour, where somebody sat in a chair then (H21, H30)."""
    found = monitoring.gaps_since(now - GAP_SHOWN_FOR, now)
    if not found:
        return []
    sitting = queries.charts(line for line in queries.open_sessions() if line.chair_id)
    arrived = [chart.arrived_at for chart in sitting if chart.arrived_at is not None]
    return [
        {"gap": str(each.gap_id), "words": _gap_words(each, zone)}
        for each in found
        if any(at <= each.ended_at for at in arrived)
    ]


@who_may(*ACTS, Role.WALL)
@require_POST
def alive(request: SignedInRequest) -> HttpResponse:
    """A page says that it is awake, and is told what nobody watches. It changes nothing that is stored."""
    screen = _screen(request, acts=request.actor.is_a(*ACTS) and not request.actor.is_a(Role.WALL))
    if screen is None:
        return JsonResponse({"error": "not_understood"}, status=400)
    said(screen)
    now, is_locked = now_by_clock(), lock.is_locked(request.session)
    tested = monitoring.last_sound_test(request.POST.get("device", "")[:ID_LENGTH], now)
    return JsonResponse(
        {
            "unattended": unattended_chairs(screen, with_links=screen.acts and not is_locked),
            "gaps": gaps(now, clinic_zone()),
            "locked": is_locked,
            "sound_test": None
            if tested is None
            else {"heard": tested.heard, "by": tested.by, "at": clock(tested.at, clinic_zone())},
        }
    )


@who_may(*ACTS)
@require_POST
def sound_test(request: SignedInRequest) -> HttpResponse:
    """A person listened to this screen's alarm sound, and heard it or not (H37)."""
    heard = request.POST.get("heard", "")
    if heard not in ("yes", "no"):
        return JsonResponse({"error": "not_understood"}, status=400)
    try:
        monitoring_services.sound_tested(
            request.actor, screen_id=request.POST.get("device", ""), heard=heard == "yes", now=now_by_clock()
        )
    except NotADevice as refusal:
        return JsonResponse({"error": "refused", "words": str(refusal)}, status=422)
    return JsonResponse({"heard": heard == "yes"})
