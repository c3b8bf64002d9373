"""A patient's own sign-in: set by the clinic's link, and a page from which guide, questions and journal open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dripstand.course.queries import bookings_of
from dripstand.guide.queries import asked_after_the_course
from dripstand.infusion.queries import patient_forms_open, visits_at_hand
from dripstand.live.clock import now as now_by_clock
from dripstand.people import services
from dripstand.people.access import LinkRequest, by_link, public
from dripstand.people.errors import Unacceptable
from dripstand.people.links.accounts import account_of, questions_were_opened
from dripstand.people.links.purposes import Purpose, Refused
from dripstand.people.links.visits import (
    OWN_DOOR,
    address_of,
    chosen_at,
    forget_language,
    hand_over,
    home_of,
    remember,
    remember_language,
)
from dripstand.people.links.words import REFUSED_WORDS
from dripstand.people.pages import resting

QUESTIONS_OPEN_BEFORE = timedelta(days=3)


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The patients' own door. It knows no member of staff, and theirs knows no patient.

    A language that whoever used this device before has left here is not the next one's.
    """
    now, sentence, status = now_by_clock(), "", 200
    if request.method == "POST":
        found = services.sign_in_patient(
            sign_in_name=request.POST.get("sign_in_name", "")[:60],
            password=request.POST.get("password", "")[:256],
            address=address_of(request),
            now=now,
        )
        if not isinstance(found, Refused):
            pages = services.open_own_pages(
                found.by,
                visit_secret=found.visit_secret,
                about=_visit_near(found.by.patient_id, now),
                after_course=asked_after_the_course(found.by.patient_id, now),
                now=now,
            )
            answer = HttpResponseRedirect(home_of(Purpose.HOME))
            opened = {Purpose.HOME: found.visit_secret, **dict(pages)}
            hand_over(request, answer, opened, found.by.patient_id)
            for purpose, secret in opened.items():
                remember(answer, purpose, secret)
            if not chosen_at(request, OWN_DOOR):
                forget_language(answer)
            return answer
        sentence, status = str(REFUSED_WORDS[found]), 429 if found is Refused.TOO_MANY_TRIES else 403
    context = {"sentence": sentence, "typed": request.POST.get("sign_in_name", "")}
    return render(request, "people/own_sign_in.html", context, status=status)


def _visit_near(patient_id: str, now: datetime) -> str:
    """The visit that is under way, or comes within three days; "" where none does."""
    near = (one for one in visits_at_hand(patient_id, now) if one.expected_at <= now + QUESTIONS_OPEN_BEFORE)
    return next((one.session_id for one in near), "")


@by_link(Purpose.ACCOUNT)
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: LinkRequest) -> HttpResponse:
    """Choose a name and a password, or a new password after the clinic's reset."""
    if not patient_forms_open(request.visitor.patient_id):
        return resting(request)
    wrong: dict[str, str] = {}
    known = account_of(request.visitor.patient_id)
    if request.method == "POST":
        try:
            if request.POST.get("password", "") != request.POST.get("again", ""):
                raise Unacceptable({"again": _("These two are not the same. Type both again.")})
            services.set_own_password(
                request.visitor.by,
                sign_in_name=request.POST.get("sign_in_name", ""),
                password=request.POST.get("password", "")[:256],
                now=now_by_clock(),
            )
        except Unacceptable as fault:
            wrong = fault.words
        else:
            messages.success(request, _("Your password is set. Sign in with it now."))
            answer = redirect("people:own_sign_in")
            if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:  # theirs, chosen on the way here
                remember_language(answer, translation.get_language() or "en", OWN_DOOR)
            return answer
    context = {"known": known, "wrong": wrong, "typed": request.POST.get("sign_in_name", "")}
    return render(request, "people/own_account.html", context, status=400 if wrong else 200)


@by_link(Purpose.HOME)
@require_safe
def home(request: LinkRequest) -> HttpResponse:
    """What is one's own: guide, questions, journal, appointments."""
    now = now_by_clock()
    coming = [one for one in bookings_of(request.visitor.patient_id) if one.state == "held" and one.ends_at > now]
    context = {
        "appointments": [one.starts_at for one in coming],
        "questions_open": questions_were_opened(request.visitor.visit_id),
        "follow_up_open": questions_were_opened(request.visitor.visit_id, Purpose.FOLLOW_UP),
    }
    return render(request, "people/own_home.html", context)


@by_link(Purpose.HOME)
@sensitive_post_parameters("old_password", "new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: LinkRequest) -> HttpResponse:
    """Another password; every other sign-in ends."""
    if not patient_forms_open(request.visitor.patient_id):
        return resting(request)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            if request.POST.get("new_password", "") != request.POST.get("again", ""):
                raise Unacceptable({"again": _("These two are not the same. Type both again.")})
            services.change_own_password(
                request.visitor.by,
                visit_id=request.visitor.visit_id,
                old_password=request.POST.get("old_password", "")[:256],
                new_password=request.POST.get("new_password", "")[:256],
                now=now_by_clock(),
            )
        except Unacceptable as fault:
            wrong = fault.words
        else:
            messages.success(request, _("Your password is changed. Your other sign-ins have ended."))
            return redirect("people:own_home")
    return render(request, "people/own_password.html", {"wrong": wrong}, status=400 if wrong else 200)
