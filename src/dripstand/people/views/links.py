"""Links: the door that each opens by, the way out, and the staff's page of them."""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.course.queries import next_booking_of
from dripstand.guide.queries import asked_after_the_course
from dripstand.infusion.queries import last_given, sessions_of, visits_at_hand
from dripstand.live.clock import now as now_by_clock
from dripstand.people import services
from dripstand.people.access import SignedInRequest, public, shut, who_may
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import LinkForm
from dripstand.people.links.accounts import OPENED
from dripstand.people.links.purposes import RULES, Purpose, Refused
from dripstand.people.links.queries import links_of, refusals_lately
from dripstand.people.links.verbs import LANGUAGES, WHO_MAKES_LINKS
from dripstand.people.links.visits import (
    OWN_DOOR,
    address_of,
    chosen_at,
    cookie_name,
    door_of,
    forget,
    forget_language,
    hand_over,
    home_of,
    language_of,
    remember,
    remember_language,
)
from dripstand.people.links.words import PURPOSE_WORDS, REFUSED_STAFF_WORDS, REFUSED_WORDS
from dripstand.people.pages import made_link, page, show_what_is_wrong
from dripstand.people.queries import patient as patient_of
from dripstand.people.sent_forms import shown_once
from dripstand.premises.queries import clinic

DOOR_PATH = re.compile(r"/l/([^/?#]+)/")


def _typed_date(request: HttpRequest) -> date | None:
    with contextlib.suppress(ValueError):
        return date(*(int(request.POST.get(part, "")) for part in ("year", "month", "day")))
    return None


def _speak(request: HttpRequest, token: str) -> None:
    """The link's own language, unless another was chosen at this very door: whoever used this device before may have
    left theirs."""
    of_link = language_of(token)
    if of_link and not chosen_at(request, door_of(token)):
        translation.activate(of_link)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link's own page: it says nothing about anybody, and asks for the date of birth where its purpose does."""
    now, address = now_by_clock(), address_of(request)
    _speak(request, token)
    if request.method != "POST":
        found = services.look_at_link(token=token, address=address, now=now)
        if isinstance(found, Refused):
            return shut(request, found)
        purpose, _language = found
        return render(request, "people/link_door.html", {"asks_birth_date": RULES[purpose].asks_birth_date})
    entered = services.enter_by_link(token=token, birth_date=_typed_date(request), address=address, now=now)
    if entered in (Refused.WRONG_BIRTH_DATE, Refused.TOO_MANY_TRIES):
        context = {"asks_birth_date": True, "sentence": REFUSED_WORDS[entered]}
        status = 429 if entered is Refused.TOO_MANY_TRIES else 403
        return render(request, "people/link_door.html", context, status=status)
    if isinstance(entered, Refused):
        return shut(request, entered)
    answer = HttpResponseRedirect(home_of(entered.purpose))
    hand_over(request, answer, {entered.purpose}, entered.patient_id)
    remember(answer, entered.purpose, entered.visit_secret)
    if not chosen_at(request, door_of(token)):
        forget_language(answer)
    return answer


@public
@require_POST
def leave(request: HttpRequest, purpose: str) -> HttpResponseBase:
    """End the visit of this purpose on this device."""
    if purpose not in list(Purpose):
        return shut(request, Refused.NO_VISIT)
    of = Purpose(purpose)
    services.leave_by_link(visit_secret=request.COOKIES.get(cookie_name(of), ""), now=now_by_clock())
    answer = HttpResponseRedirect("/l/closed/")
    for one in (Purpose.HOME, *OPENED) if of is Purpose.HOME else (of,):
        forget(answer, one)
    return answer


@public
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Nothing is left here, said in the language that was chosen, which then goes too: the next link says its own."""
    answer = render(request, "people/goodbye.html")
    forget_language(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the patients' pages in this browser."""
    wanted = request.POST.get("next", "")
    inside = wanted.startswith(("/me/", "/l/")) and url_has_allowed_host_and_scheme(wanted, None)
    answer = HttpResponseRedirect(wanted if inside else "/l/closed/")
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        at = DOOR_PATH.match(wanted)
        own = OWN_DOOR if wanted.startswith(reverse("people:own_sign_in")) else ""
        remember_language(answer, chosen, door_of(at[1]) if at else own)
    return answer


# --- the staff's page ------------------------------------------------------------------------------------------------


@who_may(*WHO_MAKES_LINKS)
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """A patient's links: what stands open, what was refused; a new one as a code to be photographed, or by e-mail."""
    details, now = patient_of(str(patient_id)), now_by_clock()
    form, made, sent_to, not_sent_to = LinkForm(request.POST or None), None, "", ""
    about = ""
    if request.method == "POST" and form.is_valid():
        wanted = Purpose(form.cleaned_data["purpose"])
        about = _about(details.patient_id, wanted, now)
        if wanted in NEEDED_WORDS and not about:
            form.add_error("purpose", NEEDED_WORDS[wanted])
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        made = services.make_link(
            request.actor,
            details.patient_id,
            purpose=Purpose(facts["purpose"]),
            language=facts["language"],
            name=facts["name"],
            about=about,
            now=now,
        )
        if facts["email"]:
            here = clinic()
            try:
                was_sent = services.send_link(
                    made,
                    to=facts["email"],
                    site=request.build_absolute_uri("/"),
                    clinic_name=here.name if here else "",
                    door_name=here.door_name if here else "",
                    language=facts["language"],
                    may_name_treatment=facts["may_name_treatment"],
                    now=now,
                )
                sent_to, not_sent_to = (facts["email"], "") if was_sent else ("", facts["email"])
            except Unacceptable as fault:
                show_what_is_wrong(form, fault)
    services.record_read(request.actor, patient_id=details.patient_id, screen="links", now=now)
    context = {
        "patient": details,
        "form": LinkForm() if made and not form.errors else form,
        **(made_link(request, made, sent_to, not_sent_to) if made else {}),
        "links": [
            {
                "details": one,
                "words": PURPOSE_WORDS[one.purpose],
                "shut": REFUSED_STAFF_WORDS[one.why_shut] if one.why_shut else "",
                "refused": [(REFUSED_STAFF_WORDS[reason], count) for reason, count in one.refusals],
            }
            for one in links_of(details.patient_id, now)
        ],
        "refused_lately": [(REFUSED_STAFF_WORDS[reason], count) for reason, count in refusals_lately(now).items()],
    }
    answer = page(request, "people/links.html", context, status=400 if form.errors else 200)
    return shown_once(answer) if made else answer


@who_may(*WHO_MAKES_LINKS)
@require_POST
def withdraw(request: SignedInRequest, link_id: UUID) -> HttpResponse:
    """Take a link back."""
    services.withdraw_link(request.actor, str(link_id), now=now_by_clock())
    messages.success(request, _("Taken back. It opens nothing more."))
    wanted = request.POST.get("next", "")
    return redirect(wanted if _own(wanted) else "people:patients")


def _own(path: str) -> bool:
    return path.startswith("/patients/") and url_has_allowed_host_and_scheme(path, None)


ABOUT_A_VISIT = frozenset({Purpose.QUESTIONNAIRES, Purpose.ESCORT, Purpose.CALM, Purpose.JOURNAL, Purpose.NEXT_DAY})


NO_VISIT_WORDS = lazy("This link is about a visit, and none is open or expected. Open the visit first, then make it.")

NEEDED_WORDS = {one: NO_VISIT_WORDS for one in ABOUT_A_VISIT - {Purpose.NEXT_DAY}} | {
    Purpose.APPOINTMENT: lazy("This link is about an appointment, and none is booked. Book one first, then make it."),
    Purpose.FOLLOW_UP: lazy("This link asks what is due in the weeks after a course, and nothing is due now."),
}
"""What is said where there is nothing that such a link could be about; without it the link would open to nothing."""


def _about(patient_id: str, purpose: Purpose, now: datetime) -> str:
    """What such a link is about: the visit, appointment or week that fits; "" where none does, or none is needed."""
    if purpose is Purpose.FOLLOW_UP:
        return asked_after_the_course(patient_id, now)
    if purpose is Purpose.APPOINTMENT:
        coming = next_booking_of(patient_id, now)
        return coming.booking_id if coming is not None else ""
    return _visit_for(patient_id, purpose, now)


def _visit_for(patient_id: str, purpose: Purpose, now: datetime) -> str:
    """The visit that such a link is about: the one that is under way or next; the day after, the one whose drug ended
    last, whoever was to close it.

    The journal is also written between visits: then about the last one. "" where no visit fits.
    """
    if purpose not in ABOUT_A_VISIT:
        return ""
    lines = sessions_of(patient_id)
    if purpose is Purpose.NEXT_DAY:
        given = last_given(patient_id)
        over = next((one.session_id for one in reversed(lines) if one.has_ended), "")
        return given.session_id if given is not None else over
    coming = next((one.session_id for one in visits_at_hand(patient_id, now)), "")
    if purpose is Purpose.JOURNAL and lines:
        return coming or lines[-1].session_id
    return coming
