"""Signing in and out, and one's own password."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dripstand.people import lock, services
from dripstand.people.access import SignedInRequest, anyone_signed_in, public
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import PasswordForm, SignInForm
from dripstand.people.models import StaffMember
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import actor_of, no_staff_yet


def _where_to(request: HttpRequest) -> str:
    """The page that somebody wanted before signing in, where it is one of this site."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if wanted and inside else settings.LOGIN_REDIRECT_URL


def _too_many_tries(request: HttpRequest) -> HttpResponse:
    """What a guesser gets, whether the next password is right or not; colleagues are not kept out by it."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return page(request, "people/too_many_tries.html", {"minutes": minutes}, status=429)


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One sign-in a person. A wrong name and a wrong password are answered alike."""
    if request.method != "POST" and actor_of(request.user) is not None:
        return HttpResponseRedirect(_where_to(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request,
            username=form.cleaned_data["username"].strip().lower(),
            password=form.cleaned_data["password"],
        )
        if user is not None:
            login(request, user)  # a new session token, so that one that was planted before is worth nothing
            return HttpResponseRedirect(_where_to(request))
        if getattr(request, "axes_locked_out", False):
            request.axes_locked_out = False  # type: ignore[attr-defined]  # answered here, in the clinic's words
            return _too_many_tries(request)
        form.add_error(None, _("This name and password do not belong together. Try again."))
    status = 200 if request.method != "POST" else 400
    context = {"form": form, "next": _where_to(request), "is_empty": no_staff_yet()}
    return page(request, "people/sign_in.html", context, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this sign-in; the address is public, because ending nothing does no harm."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@anyone_signed_in
@sensitive_post_parameters("old_password", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    """Who one is here, what one may do, and a new password."""
    sets_pin = "pin" in request.POST
    pin_refused = False
    if request.method == "POST" and sets_pin:
        if lock.set_pin(request.session, request.POST["pin"]):
            messages.success(request, _("The PIN unlocks this screen until you sign out."))
            return redirect(reverse("people:account"))
        pin_refused = True
    form = PasswordForm(None if sets_pin else request.POST or None)
    if request.method == "POST" and not sets_pin and form.is_valid():
        try:
            services.change_password(request.actor, now=datetime.now(UTC), **form.cleaned_data)
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            member = StaffMember.objects.get(pk=request.actor.staff_id)
            login(request, member, backend=settings.AUTHENTICATION_BACKENDS[-1])
            messages.success(request, _("Your password is changed. Your other sign-ins have ended."))
            return redirect(reverse("people:account"))
    context = {"form": form, "has_pin": lock.has_pin(request.session), "pin_refused": pin_refused}
    return page(request, "people/account.html", context, status=400 if form.errors or pin_refused else 200)


@anyone_signed_in
@require_POST
def lock_screen(request: SignedInRequest) -> HttpResponse:
    """Locks every page of this sign-in; chairs and alarms stay in sight (H38)."""
    lock.lock(request.session, datetime.now(UTC))
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(f"/locked/?{urlencode({'next': wanted})}" if wanted else "/locked/")


@anyone_signed_in
@sensitive_post_parameters("secret")
@require_POST
def unlock(request: SignedInRequest) -> HttpResponse:
    """The person who is signed in here is back: their password, or the PIN of this sign-in."""
    secret = request.POST.get("secret", "")
    if lock.right_pin(request.session, secret) or _is_their_password(request, secret):
        lock.unlock(request.session)
        return HttpResponseRedirect(_where_to(request))
    query = {"wrong": "1", "next": request.POST.get("next", "")}
    return HttpResponseRedirect(f"/locked/?{urlencode(query)}")


def _is_their_password(request: SignedInRequest, secret: str) -> bool:
    """Asked as a sign-in is, so that a guesser is slowed here as there."""
    user = authenticate(request, username=request.user.get_username(), password=secret) if secret else None
    request.axes_locked_out = False  # type: ignore[attr-defined]  # a refusal is said on the locked screen
    return user is not None and user.pk == request.user.pk
