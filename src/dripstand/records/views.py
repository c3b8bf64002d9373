"""The session note's page: reads well on a screen, prints on A4, and is signed with its meaning."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import ChartEntry, NoteSigned
from dripstand.infusion.phases import ALLOWED
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.saying import Said, say
from dripstand.infusion.views.leaving_rows import value_words
from dripstand.infusion.views.page_form import PageForm, again, fresh, from_post
from dripstand.infusion.views.session_page import SessionPage, belongs_here, charted, open_page, show
from dripstand.infusion.views.signing import own_password
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.premises.queries import clinic
from dripstand.records.plots import PlotWords, session_plot
from dripstand.records.queries import course_of, note_of
from dripstand.records.summary import sentences


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
def note(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """One session's note; a POST signs it as it was shown."""
    page = open_page(request, session_id, "session note")
    form = fresh("sign", NoteSigned.kind, page.patient_id)
    if request.method == "POST":
        refused = _sign(request, page)
        if refused is None:
            return charted(page, "records:note")
        form = refused
    made = note_of(page.session_id, page.now)
    course = course_of(page.session_id, page.now)
    place = clinic()
    values = {
        "note": made,
        "course": course,
        "summary": sentences(made, page.zone),
        "plot": session_plot(course, page.zone, plot_words()),
        "happened": [(entry, say(entry.event, page.zone), _marks(made.chart, entry)) for entry in made.happened],
        "alarms": [(alarm, say(alarm.raised.event, page.zone)) for alarm in made.alarms],
        "checks": [(entry, say(entry.event, page.zone)) for entry in page.chart.checks.values()],
        "corrections": [
            (
                correction,
                say(correction.was.event, page.zone),
                _now_says(correction.was, correction.now, page),
                say(correction.by.event, page.zone),
            )
            for correction in made.corrections
        ],
        "criteria": [(state, value_words(state)) for state in made.criteria],
        "late": [(entry, say(entry.event, page.zone)) for entry in made.late],
        "clinic_name": place.name if place else "",
        "form": form,
        "may_sign": page.chart.phase in ALLOWED[NoteSigned.kind]
        and page.actor.is_a(Role.NURSE, Role.PRESCRIBER)
        and not made.is_final,
        "meaning": meaning(),
    }
    return show(request, page, "records/note.html", "note", values, status=422 if form.refused else 200)


def meaning() -> str:
    """What a signature under a note says."""
    return _("I made or watched this session and this note says what happened.")


def plot_words() -> PlotWords:
    """The plot's words in the reader's language."""
    return PlotWords(
        title=_("Vital signs, predicted ketamine and rate over time"),
        spo2=_("SpO2, %"),
        nibp=_("NIBP, mmHg"),
        pulse=_("pulse, per minute"),
        respiration=_("respiration, per minute"),
        predicted=_("Predicted, not measured:"),
        ketamine=_("ketamine, ng/mL"),
        effect_site=_("effect site, dashed"),
        plasma=_("plasma, dotted"),
        rate=_("rate as given, mL/h"),
        no_prediction=_("No prediction"),
    )


def _now_says(was: ChartEntry, now: ChartEntry | None, page: SessionPage) -> Said | None:
    return say(now.event, page.zone) if now is not None else None


def _marks(chart: Chart, entry: ChartEntry) -> str:
    """What a reader must know of an entry: that it was put right, that it was entered late."""
    words = []
    if chart.corrections.get(entry.sequence):
        words.append(_("corrected"))
    if entry.is_late:
        words.append(_("late entry"))
    return ", ".join(words)


def _sign(request: SignedInRequest, page: SessionPage) -> PageForm | None:
    """Signs the note of the chart that was shown: a chart that moved on since is refused by the rules."""
    form = from_post(request.POST)
    stray = belongs_here(page, request.POST)
    if stray is not None:
        return again(form, stray)
    wrong = own_password(request, "own_password")
    if wrong is not None:
        return again(form, wrong)
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=NoteSigned(meaning=meaning(), chart_hash=request.POST.get("chart_hash", "")),
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None
