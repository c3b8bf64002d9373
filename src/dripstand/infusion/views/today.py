"""Today: who is expected and who is here, one next step each; and a new session for a registered patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dripstand.infusion import queries, services
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import ENDED, Phase
from dripstand.infusion.presentation.left_open import left_open
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post
from dripstand.infusion.views.when import day_of, local_time
from dripstand.infusion.words import PHASE_WORDS
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import NotThere
from dripstand.people.pages import places
from dripstand.people.queries import PatientDetails, look_alikes, patient, patients
from dripstand.people.services import record_read
from dripstand.premises.queries import chairs, clinic_zone
from dripstand.protocol.queries import current_version

PLANNED_AT_MOST_COUNT = 40

NEXT_STEP: dict[Phase, tuple[str, str]] = {
    Phase.EXPECTED: ("infusion:prepare", "Check in"),
    Phase.ARRIVED: ("infusion:prepare", "Prepare"),
    Phase.PREPARING: ("infusion:prepare", "Prepare"),
    Phase.INFUSING: ("infusion:chair", "To the chair"),
    Phase.PAUSED: ("infusion:chair", "To the chair"),
    Phase.STOPPED: ("infusion:leaving", "Finish"),
    Phase.OBSERVING: ("infusion:leaving", "Leaving"),
    Phase.READY_TO_LEAVE: ("infusion:leaving", "Leaving"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One session as the day's list shows it, with the one thing to do next."""

    session_id: str
    expected_at: datetime
    who: PatientDetails
    infusion_number: int
    infusions_planned_count: int
    phase: Phase
    phase_words: str
    since: datetime | None
    place: str
    observer: str
    twins: tuple[PatientDetails, ...]
    href: str
    next_words: str
    over: bool
    is_open: bool


@who_may(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def today(request: SignedInRequest) -> HttpResponseBase:
    """The day's list; ``?q=`` searches a patient and ``?patient=`` opens the form for a new session."""
    return _page(request, None)


@who_may(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def open_session(request: SignedInRequest) -> HttpResponseBase:
    """Open a session for a registered patient; the same form sent twice opens one."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("infusion:today"))
    form = from_post(request.POST)
    answer = _open(request, form)
    if isinstance(answer, PageForm):
        return _page(request, answer)
    return HttpResponseRedirect(reverse("infusion:prepare", args=[answer]), status=303)


@who_may(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def open_planned(request: SignedInRequest, infusion_id: UUID) -> HttpResponseBase:
    """Open the visit of a planned infusion: number, time and chair come from the course. Pressed twice, it is one."""
    version = current_version()
    if request.method != "POST" or version is None:
        return HttpResponseRedirect(reverse("infusion:today"))
    session_id = services.open_planned_session(
        request.actor, infusion_id=str(infusion_id), template_id=version.template_id, now=now_by_clock()
    )
    return HttpResponseRedirect(reverse("infusion:prepare", args=[session_id]), status=303)


def _page(request: SignedInRequest, refused: PageForm | None) -> HttpResponseBase:
    now, zone = now_by_clock(), clinic_zone()
    start, end = day_of(now, zone)
    lines = {line.session_id: line for line in (*queries.sessions_between(start, end), *queries.open_sessions())}
    charts = queries.charts(sorted(lines.values(), key=lambda line: (line.expected_at, line.session_id)))
    people = {chart.opened.patient_id: patient(chart.opened.patient_id) for chart in charts}
    twins = look_alikes(people.values())
    visits = [_visit(chart, people[chart.opened.patient_id], twins) for chart in charts]
    words = request.GET.get("q", "").strip()
    chosen = _chosen(request, refused, now)
    values = {
        "places": places(request.actor, request.path),
        "visits": visits,
        "to_come_count": sum(visit.phase is Phase.EXPECTED for visit in visits),
        "here_count": sum(visit.phase is not Phase.EXPECTED and not visit.over for visit in visits),
        "day": now,
        "now": now,
        "words": words,
        "found": patients(words, most_count=12) if words else (),
        "searched": bool(words),
        "chosen": chosen,
        "chosen_twins": look_alikes([*people.values(), chosen]).get(chosen.patient_id, ()) if chosen else (),
        "form": _opening_form(chosen, refused, now, zone),
        "chairs": [(chair.chair_id, f"{chair.name}, {chair.room_name}") for chair in chairs()],
        "version": current_version(),
    }
    with timezone.override(zone):
        return render(request, "infusion/today.html", values, status=422 if refused else 200)


def _visit(chart: Chart, who: PatientDetails, twins: dict[str, tuple[PatientDetails, ...]]) -> Visit:
    over = chart.phase in ENDED
    name, words = NEXT_STEP.get(chart.phase, ("records:note", "Session note"))
    still = left_open(chart)
    if still is not None:  # they went without discharge: somebody still sees to the line, the bag, whom to tell
        name = "infusion:leaving"
    return Visit(
        session_id=chart.session_id,
        expected_at=chart.opened.expected_at,
        who=who,
        infusion_number=chart.opened.infusion_number,
        infusions_planned_count=chart.opened.infusions_planned_count,
        phase=chart.phase,
        phase_words=str(PHASE_WORDS[chart.phase]),
        since=chart.phase_since if chart.phase is not Phase.EXPECTED else None,
        place=f"{chart.chair.room_name}, {chart.chair.chair_name}" if chart.chair else "",
        observer=chart.observer.name if chart.observer and not over else "",
        twins=() if over else twins.get(who.patient_id, ()),
        href=reverse(name, args=[chart.session_id]),
        next_words=still.count_text if still is not None else next_words(words),
        over=over,
        is_open=still is not None,
    )


def next_words(words: str) -> str:
    """The next step in the reader's language."""
    return {
        "Check in": _("Check in"),
        "Prepare": _("Prepare"),
        "To the chair": _("To the chair"),
        "Finish": _("Finish"),
        "Leaving": _("Leaving"),
        "Session note": _("Session note"),
    }[words]


# --- a new session ----------------------------------------------------------------------------------------------------


def _chosen(request: SignedInRequest, refused: PageForm | None, now: datetime) -> PatientDetails | None:
    """The patient whose session is being opened; choosing one shows their record, so the read is recorded."""
    asked = refused.patient_id if refused is not None else request.GET.get("patient", "")
    if not asked:
        return None
    try:
        found = patient(asked)
    except NotThere:
        return None
    record_read(actor=request.actor, patient_id=found.patient_id, screen="new session", now=now)
    return found


def _opening_form(
    chosen: PatientDetails | None, refused: PageForm | None, now: datetime, zone: tzinfo
) -> PageForm | None:
    """What is already known is filled in: the next number of this patient's course and today. Never a time."""
    if refused is not None:
        return refused
    if chosen is None:
        return None
    earlier = [queries.chart(line.session_id) for line in queries.sessions_of(chosen.patient_id)]
    counted = [chart.opened for chart in earlier if chart.phase is not Phase.CANCELLED]
    typed = {"expected_on": (now.astimezone(zone).date().isoformat(),)}
    if counted:
        last = max(counted, key=lambda opened: opened.infusion_number)
        typed["infusion_number"] = (str(last.infusion_number + 1),)
        typed["infusions_planned_count"] = (str(last.infusions_planned_count),)
    return fresh("open", "", chosen.patient_id, typed)


def _open(request: SignedInRequest, form: PageForm) -> str | PageForm:
    """The new session's id, or the form with what is wrong."""
    now, zone = now_by_clock(), clinic_zone()
    wrong: list[Told] = []
    try:
        patient(form.patient_id)
    except NotThere:
        return again(form, Told(_("This patient is not on record. Choose the patient again.")))
    if not 8 <= len(form.submission_id) <= 64:
        return again(form, Told(_("This form has lost its number. Nothing was charted. Open the page again.")))
    number = _count(form, "infusion_number", wrong)
    planned = _count(form, "infusions_planned_count", wrong)
    at = _expected_at(form, now, zone, wrong)
    if number and planned and number > planned:
        words = _("Infusion %(number)s of %(planned)s cannot be.") % {"number": number, "planned": planned}
        wrong.append(Told(words, "infusion_number"))
    version = current_version()
    if version is None:
        wrong.append(Told(_("No protocol is signed yet. The medical lead signs one before a session can be opened.")))
    chair_id = form.value("chair_id") or None
    if chair_id is not None and chair_id not in {chair.chair_id for chair in chairs()}:
        wrong.append(Told(_("This chair is not in use."), "chair_id"))
    if wrong or at is None or number is None or planned is None or version is None:
        return again(form, *wrong)
    return services.open_session(
        actor=request.actor,
        patient_id=form.patient_id,
        expected_at=at,
        infusion_number=number,
        infusions_planned_count=planned,
        template_id=version.template_id,
        now=now,
        chair_id=chair_id,
        submission_id=form.submission_id,
    )


def _count(form: PageForm, name: str, wrong: list[Told]) -> int | None:
    typed = form.value(name).strip()
    if typed.isascii() and typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= PLANNED_AT_MOST_COUNT:
        return int(typed)
    limits = {"most": PLANNED_AT_MOST_COUNT}
    wrong.append(Told(_("Type a whole number from 1 to %(most)s.") % limits, name))
    return None


def _expected_at(form: PageForm, now: datetime, zone: tzinfo, wrong: list[Told]) -> datetime | None:
    at = local_time(f"{form.value('expected_on')}T{form.value('expected_time')}", zone)
    if at is None:
        wrong.append(Told(_("Say the day and the time, as 2026-01-31 and 14:05."), "expected_time"))
    elif at < now - timedelta(hours=12):
        wrong.append(Told(_("This is more than twelve hours ago."), "expected_time"))
        return None
    return at
