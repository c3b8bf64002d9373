"""The blind second check: the checker sees vial, order and patient, and works the numbers out without seeing them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.chart_values import BagAtChair
from dripstand.infusion.events import SecondCheck, StaffRef
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import CheckBag
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post
from dripstand.infusion.views.reading import read
from dripstand.infusion.views.session_page import SessionPage, belongs_here, charted, open_page, show
from dripstand.infusion.views.signing import second_person
from dripstand.infusion.words import word
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Actor, Competency, Role


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def bag_check(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Check the bag as a second person: signed in as themselves, or with their own sign-in at this tablet."""
    page = open_page(request, session_id, "bag check")
    state = page.chart.bag_state
    form = fresh("check", "", page.patient_id)
    if request.method == "POST":
        form = from_post(request.POST)
        stray = belongs_here(page, request.POST)
        refused = again(form, stray) if stray is not None else _check(request, page, form)
        if refused is None:
            return charted(page, "infusion:bag")
        form = refused
    values = {
        "form": form,
        "state": state,
        "methods": _methods(page, state),
        "by_oneself": _by_oneself(page, state),
        "maker": state.entry.actor.name if state else "",
    }
    return show(request, page, "infusion/bag_check.html", "bag", values, status=422 if form.refused else 200)


def _methods(page: SessionPage, state: BagAtChair | None) -> list[tuple[str, str]]:
    """The ways that the clinic's template names; a pharmacy's own check only for a bag that a pharmacy made."""
    found = []
    for name in page.template.bag.second_check_methods:
        method = SecondCheck(name)
        if method is SecondCheck.PHARMACY_MADE and not (state and state.bag.pharmacy_made):
            continue
        found.append((method.value, word(method)))
    return found


def _by_oneself(page: SessionPage, state: BagAtChair | None) -> bool:
    """Whether the signed-in person is the second one: they did not prepare this bag and may check."""
    return (
        state is not None
        and state.entry.actor.staff_id != page.actor.staff_id
        and page.actor.can(Competency.SECOND_CHECK)
    )


def _checker(request: SignedInRequest, page: SessionPage) -> Actor | Told:
    if request.POST.get("checker_username") or not _by_oneself(page, page.chart.bag_state):
        found = second_person(request, "checker", roles=(Role.NURSE, Role.PRESCRIBER), needed=True)
        return found if found is not None else Told(_("A second person signs in here."), "checker_username")
    return page.actor


def _check(request: SignedInRequest, page: SessionPage, form: PageForm) -> PageForm | None:
    state = page.chart.bag_state
    if state is None:
        return again(form, Told(_("There is no bag to check.")))
    checker = _checker(request, page)
    if isinstance(checker, Told):
        return again(form, checker)
    fields = request.POST.copy()
    fields["bag_id"] = state.bag.bag_id if request.POST.get("bag_id") == state.bag.bag_id else ""
    fields["checker"] = checker.staff_id
    wanted = read(CheckBag, fields, page)
    if not isinstance(wanted, CheckBag):
        return again(form, *wanted)
    assert wanted.checker == StaffRef(checker.staff_id, checker.name)
    answer = services.submit(
        actor=checker,
        session_id=page.session_id,
        request=wanted,
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None
