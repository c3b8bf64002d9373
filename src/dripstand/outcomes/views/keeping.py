"""Keeping what was entered on the page of a questionnaire: everything that was sent at once, and what is then said."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.utils.translation import gettext as _

from dripstand.outcomes import services
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.forms import AnswersForm
from dripstand.people.access import SignedInRequest


def save(request: SignedInRequest, found: Filled, answers: AnswersForm, now: datetime) -> None:
    """Every answer that differs from what is kept, in its value or in when it was given, all at once; then the end,
    where it was asked for.

    A stated intent pages at once (protocol.md 6.3): it finishes the form, whichever button was pressed.
    """
    before, intent = found.newest_values, answers.cleaned_data["stated_intent"]
    filled_at, dropped = answers.cleaned_data["filled_at"], None
    changed: dict[str, int | None] = {}
    for item, value in answers.answered().items():
        is_moved = filled_at is not None and item in before and found.newest[item].answered_at != filled_at
        if is_moved or (value != before.get(item) and (value is not None or item in before)):
            changed[item] = value
    if changed:
        dropped = services.answer_paper(
            request.actor,
            found.questionnaire_id,
            answers=changed,
            submission_id=named_by(request.POST.get("submission_id", "") or uuid.uuid4().hex, changed, filled_at),
            now=now,
            answered_at=filled_at,
            stated_intent=intent,
        ).dropped_total_score
    if dropped is not None:
        messages.warning(request, gave_way(dropped))
    if intent or ("finish" in request.POST and dropped is None):
        done = services.finish(request.actor, found.questionnaire_id, now=now, stated_intent=intent)
        if intent and "finish" not in request.POST:
            messages.warning(
                request,
                _(
                    "The on-call is paged: a stated intent does not wait for the rest of the form. It is finished; "
                    "what is still open is asked and entered as a correction, with its reason."
                ),
            )
        elif any(each.is_open for each in done.escalations):
            messages.warning(request, _("An answer needs a clinician. See below."))
        else:
            messages.success(request, _("Finished."))
    else:
        messages.success(request, _("Kept. Finish it when all is asked."))


def named_by(token: str, changed: Mapping[str, int | None], filled_at: datetime | None) -> str:
    """The name of what was sent: the same for the same page sent twice, and another for a page that one went back to
    and changed, whose token is still the old one."""
    body = json.dumps([sorted(changed.items()), str(filled_at)])
    return f"{token[:32]}-{hashlib.sha256(body.encode()).hexdigest()[:8]}"


def gave_way(total_score: int) -> str:
    return _(
        "The answers are kept and acted on. The total of %(total)d does not fit them and does not stand: look which of "
        "the two is wrong."
    ) % {"total": total_score}
