"""The clinic's staff: who works here, their roles and competencies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.people import services
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import CompetenciesForm, NewPasswordForm, PlainForm, RolesForm, StaffForm
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import changes_of_staff, staff_member
from dripstand.people.queries import staff as everybody
from dripstand.people.words import ROLE_HELP, ROLE_WORDS


@who_may(Role.ADMINISTRATOR, Role.MEDICAL_LEAD)
@require_safe
def staff(request: SignedInRequest) -> HttpResponse:
    """Everybody who works here."""
    return page(request, "people/staff.html", {"staff": everybody()})


def _role_help() -> list[tuple[str, str]]:
    return [(str(ROLE_WORDS[role]), str(ROLE_HELP[role])) for role in Role]


@who_may(Role.ADMINISTRATOR)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add_staff(request: SignedInRequest) -> HttpResponse:
    """Add somebody."""
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            staff_id = services.add_staff(
                request.actor,
                username=given["username"],
                full_name=given["full_name"],
                roles=form.chosen(),
                password=given["password"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("%(name)s is on the staff.") % {"name": given["full_name"]})
            return redirect("people:member", staff_id)
    context = {"form": form, "role_help": _role_help()}
    return page(request, "people/add_staff.html", context, status=400 if form.errors else 200)


def _member_page(request: SignedInRequest, staff_id: str, wrong: PlainForm | None = None) -> HttpResponse:
    """One member of staff with the forms that this person may use; the refused one as it was filled in."""
    member = staff_member(staff_id)
    blank = {
        RolesForm: RolesForm(initial={"roles": [role.value for role in member.roles]}),
        CompetenciesForm: CompetenciesForm(initial={"competencies": [one.value for one in member.competencies]}),
        NewPasswordForm: NewPasswordForm(),
        PlainForm: PlainForm(),
    }
    if wrong is not None:
        blank[type(wrong)] = wrong
    context = {
        "member": member,
        "roles_form": blank[RolesForm],
        "competencies_form": blank[CompetenciesForm],
        "password_form": blank[NewPasswordForm],
        "access_form": blank[PlainForm],
        "changes": changes_of_staff(staff_id),
        "is_administrator": request.actor.is_a(Role.ADMINISTRATOR),
        "is_self": request.actor.staff_id == member.staff_id,
        "role_help": _role_help(),
    }
    return page(request, "people/member.html", context, status=400 if wrong is not None else 200)


@who_may(Role.ADMINISTRATOR, Role.MEDICAL_LEAD)
@require_safe
def member(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    """One member of staff."""
    return _member_page(request, str(staff_id))


def _change(
    request: SignedInRequest, staff_id: UUID, form: PlainForm, change: Callable[[], None], done: str
) -> HttpResponse:
    if form.is_valid():
        try:
            change()
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, done)
            return redirect("people:member", staff_id)
    return _member_page(request, str(staff_id), wrong=form)


@who_may(Role.ADMINISTRATOR)
@require_POST
def set_roles(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    form = RolesForm(request.POST)
    return _change(
        request,
        staff_id,
        form,
        lambda: services.set_roles(request.actor, str(staff_id), roles=form.chosen(), now=datetime.now(UTC)),
        _("The roles are changed. They hold from the next page."),
    )


@who_may(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@require_POST
def set_competencies(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    form = CompetenciesForm(request.POST)
    return _change(
        request,
        staff_id,
        form,
        lambda: services.set_competencies(
            request.actor, str(staff_id), competencies=form.chosen(), now=datetime.now(UTC)
        ),
        _("The competencies are changed. They hold from the next entry."),
    )


@who_may(Role.ADMINISTRATOR)
@require_POST
def deactivate(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    return _change(
        request,
        staff_id,
        PlainForm(request.POST),
        lambda: services.deactivate(request.actor, str(staff_id), now=datetime.now(UTC)),
        _("Access ended. Every sign-in of this person has ended with it."),
    )


@who_may(Role.ADMINISTRATOR)
@require_POST
def reactivate(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    return _change(
        request,
        staff_id,
        PlainForm(request.POST),
        lambda: services.reactivate(request.actor, str(staff_id), now=datetime.now(UTC)),
        _("This person can sign in again."),
    )


@who_may(Role.ADMINISTRATOR)
@sensitive_post_parameters("new_password")
@require_POST
def set_password(request: SignedInRequest, staff_id: UUID) -> HttpResponse:
    form = NewPasswordForm(request.POST)
    return _change(
        request,
        staff_id,
        form,
        lambda: services.set_password_of(
            request.actor, str(staff_id), new_password=form.cleaned_data["new_password"], now=datetime.now(UTC)
        ),
        _("The password is changed. Tell it in person, not in writing."),
    )
