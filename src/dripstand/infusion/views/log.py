"""The session's chart: every entry as it was recorded, with its hash; corrections and late entries start here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion import events as ev
from dripstand.infusion import services
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import ChartEntry
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Correct
from dripstand.infusion.saying import Said, say
from dripstand.infusion.views.generic_form import BY_KIND, NOT_BY_FORM, FieldShape, shapes
from dripstand.infusion.views.page_form import PageForm, Told, again, correcting, fresh, from_post, unshown
from dripstand.infusion.views.session_page import SessionPage, belongs_here, chart_posted, charted, open_page, show
from dripstand.infusion.views.when import Instant, occurred
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role

LATE_KINDS: tuple[tuple[str, str | Promise], ...] = (
    ("vital_signs_taken", gettext_lazy("Vital signs")),
    ("sedation_scored", gettext_lazy("Sedation")),
    ("side_effect_noted", gettext_lazy("Side effect")),
    ("medicine_given", gettext_lazy("Medicine given")),
    ("comfort_given", gettext_lazy("Comfort")),
    ("rate_changed", gettext_lazy("Rate change")),
    ("infusion_paused", gettext_lazy("Pause")),
    ("infusion_resumed", gettext_lazy("Resumption")),
    ("flush_given", gettext_lazy("Flush")),
    ("access_site_checked", gettext_lazy("Access site")),
    ("note_written", gettext_lazy("Note")),
)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as it was recorded, and what holds in its place."""

    entry: ChartEntry
    said: Said
    struck: bool
    holds: Said | None
    holds_at: datetime | None
    corrected_by: tuple[int, ...]
    may_correct: bool


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
def log(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Read the whole chart; correct an entry (``?correct=``) or add a late one (``?late=``)."""
    page = open_page(request, session_id, "chart")
    refused: PageForm | None = None
    if request.method == "POST":
        refused = _posted(request, page)
        if refused is None:
            return charted(page, "infusion:log")
    editing = _editing(page, request.GET.get("correct", ""), refused)
    adding = _adding(page, request.GET.get("late", ""), refused)
    values = {
        "stray_form": unshown(refused, [one["form"] for one in (editing, adding) if one is not None]),
        "rows": [row(entry, page) for entry in page.chart.entries],
        "chain_broken_at": verify_chain(page.chart.entries),
        "editing": editing,
        "adding": adding,
        "late_kinds": LATE_KINDS,
        "may_chart": page.actor.is_a(Role.NURSE, Role.PRESCRIBER),
    }
    return show(request, page, "infusion/log.html", "log", values, status=422 if refused else 200)


def row(entry: ChartEntry, page: SessionPage) -> LogRow:
    """An entry with the corrections that were made to it."""
    chart: Chart = page.chart
    corrected_by = chart.corrections.get(entry.sequence, ())
    now = chart.as_it_holds(entry.sequence) if corrected_by else None
    return LogRow(
        entry=entry,
        said=say(entry.event, page.zone),
        struck=entry.sequence in chart.struck,
        holds=say(now.event, page.zone) if now is not None and now.event != entry.event else None,
        holds_at=now.occurred_at if now is not None and now.occurred_at != entry.occurred_at else None,
        corrected_by=corrected_by,
        may_correct=entry.sequence not in chart.struck and not isinstance(entry.event, ev.SessionOpened),
    )


# --- correcting -------------------------------------------------------------------------------------------------------


def _editing(page: SessionPage, asked: str, refused: PageForm | None) -> dict[str, Any] | None:
    """The form that puts one entry right: filled with what holds now."""
    if refused is not None and refused.name == "correct" and refused.corrects is not None:
        sequence = refused.corrects
    elif asked.isascii() and asked.isdigit() and len(asked) < 7:
        sequence = int(asked)
    else:
        return None
    entry = page.chart.as_it_holds(sequence)
    if entry is None:
        return None
    form = refused or correcting("correct", sequence, entry.event, page.patient_id, page.zone)
    if refused is None:
        form = replace(form, typed={**form.typed, "happened_at": (_local(entry.occurred_at, page),)})
    typed_here = type(entry.event) not in NOT_BY_FORM
    return {
        "entry": entry,
        "said": say(entry.event, page.zone),
        "form": form,
        "fields": shapes(type(entry.event)) if typed_here else [],
        "typed_here": typed_here,
    }


def _local(at: datetime, page: SessionPage) -> str:
    return f"{at.astimezone(page.zone):%Y-%m-%dT%H:%M}"


def _posted(request: SignedInRequest, page: SessionPage) -> PageForm | None:
    form = from_post(request.POST)
    if form.name == "correct" and request.POST.get("step") == "strike":
        return _strike(request, page, form)
    if form.name == "correct" and request.POST.get("step") == "move":
        return _move(request, page, form)
    if form.name == "correct":
        return _replace(request, page)
    return chart_posted(page, request.POST)


def _replace(request: SignedInRequest, page: SessionPage) -> PageForm | None:
    """A correction of what was charted. The time field holds what it was: it is sent only when somebody changed it,
    because the field shows minutes and the entry knows seconds."""
    post = request.POST.copy()
    form = from_post(post)
    entry = page.chart.as_it_holds(form.corrects) if form.corrects is not None else None
    if entry is not None and post.get("happened_at") == _local(entry.occurred_at, page):
        post["happened_at"] = ""
    return chart_posted(page, post)


def _move(request: SignedInRequest, page: SessionPage, form: PageForm) -> PageForm | None:
    """Only the time was wrong."""
    when = occurred(request.POST.get("happened_at", ""), page.zone, page.now)
    if isinstance(when, Told) or when == Instant(None):
        return again(form, when if isinstance(when, Told) else Told(_("Say when it happened."), "happened_at"))
    return _correct(request, page, form, occurred_at=when.at)


def _strike(request: SignedInRequest, page: SessionPage, form: PageForm) -> PageForm | None:
    """It never happened: entered in error. The entry stays readable in the log."""
    return _correct(request, page, form, occurred_at=None)


def _correct(
    request: SignedInRequest, page: SessionPage, form: PageForm, *, occurred_at: datetime | None
) -> PageForm | None:
    stray = belongs_here(page, request.POST)
    if stray is not None or form.corrects is None:
        return again(form, stray or Told(_("Nothing to correct was named.")))
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=Correct(form.corrects, request.POST.get("correction_reason", "").strip(), None, occurred_at),
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None


# --- late entries -----------------------------------------------------------------------------------------------------


def _adding(page: SessionPage, asked: str, refused: PageForm | None) -> dict[str, Any] | None:
    """A late entry's form: the kind that was asked for, with both times."""
    form = refused if refused is not None and refused.name == "late" else None
    kind = form.kind if form is not None else asked
    if kind not in dict(LATE_KINDS):
        return None
    fields: list[FieldShape] = shapes(BY_KIND[kind])
    typed = {"scale": (page.template.staffing.sedation_scale,)}
    return {
        "words": dict(LATE_KINDS)[kind],
        "form": form or fresh("late", kind, page.patient_id, typed),
        "fields": fields,
    }
