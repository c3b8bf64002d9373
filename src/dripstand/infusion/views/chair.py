"""The chair: one session, live."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.calm.queries import recordings
from dripstand.guide.queries import flagged_anxiety, time_to_come, wishes_for
from dripstand.infusion.events import StaffRef
from dripstand.infusion.presentation.curves import rows
from dripstand.infusion.presentation.page import page
from dripstand.infusion.presentation.readings import WHY_WORDS
from dripstand.infusion.views.chair_page import Seen, chair_state, curves, look, outbox_key
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import opens_for
from dripstand.people.queries import colleagues
from dripstand.people.services import record_read

READERS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)


@who_may(*READERS)
@require_safe
def chair(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """The main screen of the product."""
    seen = look(session_id, request.actor)
    record_read(actor=request.actor, patient_id=seen.chart.opened.patient_id, screen="chair", now=seen.now)
    return show_chair(request, seen)


def show_chair(request: SignedInRequest, seen: Seen, refused: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    """The page as it stands now. refused: sentences of an ordinary POST that was not charted."""
    others = [
        StaffRef(person.staff_id, person.name)
        for person in colleagues(roles=(Role.NURSE, Role.PRESCRIBER), but_not=request.actor.staff_id)
    ]
    drawn = curves(seen)
    context = {
        "wishes": wishes_for(seen.chart.opened.patient_id),
        "fear": flagged_anxiety(
            seen.chart.opened.patient_id, seen.chart.session_id, seen.template.gates.anxiety_flag_score
        ),
        "recordings": recordings(),
        "escort": seen.chart.escort,
        "escort_answer": seen.chart.escort_answer,
        "escort_refused": seen.chart.escort_refused,
        "escort_time": time_to_come(seen.chart.opened.patient_id, seen.chart.session_id, seen.now),
        "state": chair_state(seen),
        "page": page(seen.template, seen.me, others),
        "curves": drawn,
        "rows": rows(seen.chart, drawn, seen.now, seen.zone),
        "keys": {"outbox": outbox_key(request), "zone": str(seen.zone)},
        "whys": {code: str(words) for code, words in WHY_WORDS.items()},
        "entry_url": reverse("infusion:chart_entry", args=[seen.chart.session_id]),
        "new_id": lambda: str(uuid.uuid4()),
        "follow_sequence": request.GET.get("of", ""),
        "reason_sequence": request.GET.get("of", ""),
        "pages": _pages(seen),
        "refused": refused,
    }
    with timezone.override(seen.zone):
        return render(request, "infusion/chair.html", context, status=status)


def _pages(seen: Seen) -> list[dict[str, str]]:
    names = (
        ("prepare/", _("Prepare")),
        ("order/", _("Order")),
        ("bag/", _("Bag")),
        ("tablet/", _("Tablet")),
        ("leaving/", _("Leaving")),
        ("patient-side/", _("Patient's side")),
        ("chart/", _("Whole chart")),
        ("note/", _("Session note")),
    )
    pages = [{"href": f"{seen.base_url}{path}", "words": words} for path, words in names]
    return [one for one in pages if opens_for(one["href"], seen.actor)]
