"""The clinic's rooms and chairs, and the first-run set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.people.access import SignedInRequest, public, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import PlainForm
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import no_staff_yet
from dripstand.people.services import AlreadySetUp
from dripstand.premises import queries, services
from dripstand.premises.forms import ChairForm, ClinicForm, RoomForm, SetUpForm

SEES_ROOMS = (Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.NURSE, Role.PRESCRIBER, Role.FRONT_DESK)


@public
@sensitive_post_parameters("code", "administrator_password", "medical_lead_password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """First-run set-up: open only while nobody is on the staff, and only with the code that `serve` printed."""
    if not no_staff_yet():
        return redirect("people:sign_in")
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.set_up_clinic(
                code=given["code"],
                clinic_name=given["clinic_name"],
                zone=given["zone"],
                reached=form.reached(),
                rooms=form.new_rooms(),
                administrator=form.person("administrator"),
                medical_lead=None if given["lead_is_administrator"] else form.person("medical_lead"),
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        except AlreadySetUp:
            return redirect("people:sign_in")
        else:
            return page(request, "premises/set_up.html", {"one_person": given["lead_is_administrator"]})
    return page(request, "premises/setup.html", {"form": form}, status=400 if form.errors else 200)


def _rooms_page(request: SignedInRequest, wrong: PlainForm | None = None) -> HttpResponse:
    clinic, rooms = queries.clinic(), queries.rooms()
    choices = [(room.room_id, room.name) for room in rooms]
    facts = {"clinic_name": clinic.name, **asdict(clinic)} if clinic else {}
    blank: dict[type[PlainForm], PlainForm] = {
        ClinicForm: ClinicForm(initial=facts),
        RoomForm: RoomForm(),
        ChairForm: ChairForm(rooms=choices),
    }
    if wrong is not None:
        blank[type(wrong)] = wrong
    context = {
        "clinic": clinic,
        "rooms": rooms,
        "chairs": queries.chairs(also_out_of_use=True),
        "clinic_form": blank[ClinicForm],
        "room_form": blank[RoomForm],
        "chair_form": blank[ChairForm],
        "is_administrator": request.actor.is_a(Role.ADMINISTRATOR),
    }
    return page(request, "premises/rooms.html", context, status=400 if wrong is not None else 200)


@who_may(*SEES_ROOMS)
@require_safe
def rooms(request: SignedInRequest) -> HttpResponse:
    """The clinic, its rooms and its chairs."""
    return _rooms_page(request)


def _change(request: SignedInRequest, form: PlainForm, change: Callable[[], object], done: str) -> HttpResponse:
    if form.is_valid():
        try:
            change()
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, done)
            return redirect("premises:rooms")
    return _rooms_page(request, wrong=form)


@who_may(Role.ADMINISTRATOR)
@require_POST
def change_clinic(request: SignedInRequest) -> HttpResponse:
    form = ClinicForm(request.POST)
    return _change(
        request,
        form,
        lambda: services.change_clinic(
            request.actor,
            clinic_name=form.cleaned_data["clinic_name"],
            zone=form.cleaned_data["zone"],
            reached=form.reached(),
        ),
        _("The clinic is changed."),
    )


@who_may(Role.ADMINISTRATOR)
@require_POST
def add_room(request: SignedInRequest) -> HttpResponse:
    form = RoomForm(request.POST)
    return _change(
        request,
        form,
        lambda: services.add_room(
            request.actor, name=form.cleaned_data["room_name"], is_shared=form.cleaned_data["is_shared"]
        ),
        _("The room is added."),
    )


@who_may(Role.ADMINISTRATOR)
@require_POST
def add_chair(request: SignedInRequest) -> HttpResponse:
    form = ChairForm(request.POST, rooms=[(room.room_id, room.name) for room in queries.rooms()])
    return _change(
        request,
        form,
        lambda: services.add_chair(
            request.actor,
            room_id=form.cleaned_data["room_id"],
            name=form.cleaned_data["chair_name"],
            is_bed=form.cleaned_data["is_bed"],
        ),
        _("The chair is added. It stands last on the board."),
    )


@who_may(Role.ADMINISTRATOR)
@require_POST
def set_chair_in_use(request: SignedInRequest, chair_id: UUID) -> HttpResponse:
    in_use = request.POST.get("in_use") == "yes"
    services.set_chair_in_use(request.actor, chair_id=str(chair_id), in_use=in_use)
    messages.success(request, _("The chair is in use again.") if in_use else _("The chair is out of use."))
    return redirect("premises:rooms")


@who_may(Role.ADMINISTRATOR)
@require_POST
def set_bed(request: SignedInRequest, chair_id: UUID) -> HttpResponse:
    is_bed = request.POST.get("is_bed") == "yes"
    services.set_bed(request.actor, chair_id=str(chair_id), is_bed=is_bed)
    messages.success(request, _("It is a bed now.") if is_bed else _("It is a chair now."))
    return redirect("premises:rooms")


@who_may(Role.ADMINISTRATOR)
@require_POST
def set_shared(request: SignedInRequest, room_id: UUID) -> HttpResponse:
    is_shared = request.POST.get("is_shared") == "yes"
    try:
        services.set_shared(request.actor, room_id=str(room_id), is_shared=is_shared)
    except Unacceptable as fault:
        for words in fault.words.values():
            messages.error(request, words)
    else:
        messages.success(request, _("The room is shared now.") if is_shared else _("The room is for one person now."))
    return redirect("premises:rooms")
