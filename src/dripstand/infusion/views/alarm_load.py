"""The alarm load: what the clinic's own limits and delays make people listen to."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.infusion import alarm_load, queries
from dripstand.infusion.presentation.alarms import alarm_words
from dripstand.infusion.presentation.times import span
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import page

DAYS = (1, 7, 30)


def _row(words: str, kind: str, load: alarm_load.Load) -> dict[str, str]:
    per_hour = load.per_hour
    return {
        "words": words,
        "kind": kind,
        "count": str(load.count),
        "per_hour": "-" if per_hour is None else f"{per_hour:.2f}",
        "seen": f"{load.seen_count} ({100 * load.seen_count / load.count:.0f} %)" if load.count else "-",
        "seen_after": "-" if load.seen_after_s is None else span(load.seen_after_s),
        "lasted": "-" if load.lasted_s is None else span(load.lasted_s),
        "longest": "-" if load.longest_s is None else span(load.longest_s),
    }


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@require_safe
def alarms(request: SignedInRequest) -> HttpResponse:
    """Alarms an hour a chair, how many somebody acknowledged, and how long they lasted."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in DAYS} else 7
    now = now_by_clock()
    visits = queries.watched_between(now - timedelta(days=days), now + timedelta(days=1))
    hours = sum(visit.hours(now) for visit in visits)
    found = [each for visit in visits for each in visit.episodes]
    rows = [
        _row(alarm_words(alarm, "", ""), _("technical") if technical else _("patient"), load)
        for alarm, technical, load in alarm_load.by_alarm(found, hours)
    ]
    context = {
        "days": days,
        "choices": DAYS,
        "visits_count": sum(visit.arrived_at is not None for visit in visits),
        "hours": f"{hours:.1f}",
        "total": _row(_("All alarms"), "", alarm_load.load(found, hours)),
        "rows": rows,
    }
    return page(request, "infusion/alarm_load.html", context)
