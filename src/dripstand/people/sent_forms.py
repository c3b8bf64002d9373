"""One form, one effect: a form that is sent twice counts once, whatever it asks for (H17).

A finger taps twice, an answer is lost and the browser sends again. What is charted in a session carries a submission id
of its own and is settled there; every other form is settled here, behind the guards of `access.py`. The token that
Django writes into each form differs from one rendered form to the next, so that it tells them apart: the same token,
address and content from the same sign-in is the same tap again, and gets the first answer.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from dripstand.jobs.run import Run
from dripstand.live.clock import now as now_by_clock
from dripstand.people.models import SentForm

log = logging.getLogger(__name__)

R = TypeVar("R", bound=HttpResponseBase)

KEPT = timedelta(days=1)
WAITS_FOR_THE_FIRST_S = 5.0
LOOKS_EVERY_S = 0.05
COUNTS_EACH_TIME = frozenset({"people:lock", "people:unlock"})
"""A screen that was locked, opened and is to be locked again by the button of an old page must be locked."""


def once(request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What the view answers; to the same form sent again what it answered the first time, and nothing is done.

    Only an answer that sends the browser on, or is marked by `shown_once`, has had an effect. A form that was refused
    may be sent again as it is.
    """
    token = request.POST.get("csrfmiddlewaretoken", "") if request.method == "POST" else ""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if not token or "submission_id" in request.POST or name in COUNTS_EACH_TIME:
        return act()
    key = _key(request)
    until_s = time.monotonic() + WAITS_FOR_THE_FIRST_S
    while not _is_first(key):
        first = SentForm.objects.filter(key=key).values_list("answered_at", "location").first()
        if first is not None and first[0] is not None:
            return _the_first_answer(request, first[1])
        if time.monotonic() > until_s:
            return _not_known(request)
        time.sleep(LOOKS_EVERY_S)
    try:
        answer = act()
    except BaseException:
        SentForm.objects.filter(key=key).delete()
        raise
    if not (answer.status_code in (302, 303) or getattr(answer, "is_shown_once", False)):
        SentForm.objects.filter(key=key).delete()
        return answer
    SentForm.objects.filter(key=key).update(answered_at=now_by_clock(), location=answer.headers.get("Location", ""))
    return answer


def shown_once(answer: R) -> R:
    """Marks a page that shows what the form has made and that is kept nowhere, such as a new link."""
    answer.is_shown_once = True  # type: ignore[attr-defined]
    return answer


def _key(request: HttpRequest) -> str:
    who = f"{request.session.session_key} {request.COOKIES.get(settings.CSRF_COOKIE_NAME, '')}"
    total = hashlib.sha256(f"{who}\n{request.path}\n{request.POST.urlencode()}".encode())
    for name, file in sorted(request.FILES.items()):  # told apart by name and size; never opened
        total.update(f"\n{name} {getattr(file, 'name', '')} {getattr(file, 'size', '')}".encode())
    return total.hexdigest()


def _is_first(key: str) -> bool:
    now = now_by_clock()
    try:
        with transaction.atomic():
            SentForm.objects.create(key=key, sent_at=now)
    except IntegrityError:
        return False
    return True


def _the_first_answer(request: HttpRequest, location: str) -> HttpResponseBase:
    log.info("A form was sent again and counted once: %s", request.resolver_match and request.resolver_match.view_name)
    if location:
        if getattr(request, "actor", None) is not None:  # patients' pages have no place for it, and need none
            messages.info(request, _("This form came more than once. It was handled once."))
        return HttpResponseRedirect(location)
    if getattr(request, "visitor", None) is not None:
        return render(request, "people/me_sent_before.html", status=409)
    sentence = _("This form came more than once. It was handled once, and what it made was shown then.")
    return render(request, "people/sent_before.html", {"sentence": sentence}, status=409)


def _not_known(request: HttpRequest) -> HttpResponseBase:
    if getattr(request, "visitor", None) is not None:
        return render(request, "people/me_sent_before.html", status=409)
    sentence = _(
        "This form was sent before, and its answer is not there: the server may have been restarted meanwhile. "
        "Look whether it was entered, and enter it anew where it was not."
    )
    return render(request, "people/sent_before.html", {"sentence": sentence}, status=409)


def forget_old_forms(run: Run) -> None:
    """A day later nobody taps the same page again. A job of each hour."""
    SentForm.objects.filter(sent_at__lt=now_by_clock() - KEPT).delete()
