"""The course: what has been given, how it was borne, whether it is helping, and what is next, in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from dripstand.course.queries import CourseDetails, InfusionDetails, in_the_way
from dripstand.course.queries import course as course_of
from dripstand.course.words import obstacle_words
from dripstand.guide.queries import next_days
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries, services
from dripstand.outcomes.checkpoints import CheckpointDecided, Decision
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.course_plot import BOTTOM, GUTTER, TOP, WIDTH, Column, Drawn, Mark, Stop, drawn
from dripstand.outcomes.deciding import (
    checkpoints_of_series,
    decided_in_series,
    decision_in_series,
    given_count_of,
    induction_of,
    may_be_signed,
    never_decided,
    open_reviews,
)
from dripstand.outcomes.filled import Filled
from dripstand.outcomes.forms import DecisionForm
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.responding import (
    NextDecision,
    curve,
    definitions_of,
    main_scales,
    of_series,
    scales_of,
    start_of,
)
from dripstand.outcomes.schedule import key_in
from dripstand.outcomes.scoring import highest_total_score
from dripstand.outcomes.views.effect_words import EFFECT_WORDS, GRADE_WORDS
from dripstand.outcomes.views.questionnaires import weak_as_baseline
from dripstand.outcomes.views.response_facts import Line, lines_of, verdicts_of
from dripstand.outcomes.words import ASKS_WORDS, DECISION_WORDS, INDICATION_WORDS
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.checks import whole_number
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.people.signing import own_password_fits
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.queries import choices_in_force
from dripstand.records.queries import bornes_of

ROWS_Y = {"dose": 372.0, "peak": 424.0, "dissociation": 482.0, "pressure": 540.0, "effects": 598.0}
HEIGHT = 664.0
EFFECTS_SHOWN_COUNT = 3
PIPS_COUNT = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """One infusion as its column shows it. Texts are "" where nothing is known; planned: not given yet."""

    column: Column
    number: int
    day: str
    planned: bool
    is_partial: bool
    dose: str
    per_kg: str
    peak: str
    peak_band: str
    dissociation: str
    pips: tuple[tuple[float, bool], ...]
    pressure: str
    effects: tuple[str, ...]
    href: str


def _when(one: InfusionDetails, zone: ZoneInfo) -> datetime | None:
    """When an infusion ran or is to run: its start, else its booking, else noon of the day that the pattern names."""
    if one.started_at is not None:
        return one.started_at
    if one.booking is not None:
        return one.booking.drug_at
    return datetime.combine(one.wanted_on, time(12), tzinfo=zone) if one.wanted_on is not None else None


def _cadss_of(forms: Sequence[Filled], one: InfusionDetails, session_id: str) -> Filled | None:
    """The worst CADSS-6 (or CADSS) of one visit: of its session, or of its day-of slot."""
    key = key_in(one.series_number, f"during-{one.number}")
    found = [
        each
        for each in forms
        if each.instrument_id in ("cadss-6", "cadss")
        and each.is_finished
        and each.score.total_score is not None
        and (each.session_id == session_id if each.session_id else each.occasion_key == key)
    ]
    return max(found, key=lambda each: each.score.total_score or 0, default=None)


def _planned_dose(course: CourseDetails, one: InfusionDetails) -> str:
    dose = course.dose_for(one)
    return f"{dose.dose_mg_per_kg.normalize():f} mg/kg" if dose is not None else ""


def _shown(
    one: InfusionDetails,
    column: Column,
    at: datetime,
    forms: Sequence[Filled],
    plan: str,
    borne_by_session: Mapping[str, Any],  # as records.queries.bornes_of answers it
    zone: ZoneInfo,
) -> Shown:
    day = date_format(at.astimezone(zone), "D j M")
    if not one.session_id or one.started_at is None:
        given_elsewhere = f"{one.dose_given_mg.normalize():f}" if one.dose_given_mg is not None else ""
        rated = _cadss_of(forms, one, "") if one.started_at is not None else None
        return Shown(
            column, one.number, day, one.started_at is None, False, given_elsewhere or plan, "", "", "",
            rated.score.printed_total if rated else "", _pips(rated, column), "",
            (_("planned"),) if one.started_at is None else (_("no session here"),), "",
        )  # fmt: skip
    borne = borne_by_session[one.session_id]
    cadss = _cadss_of(forms, one, one.session_id)
    noted = next((each for each in borne.worst if each.effect == "dissociation"), None)
    effects = [
        f"{_effect(each.effect)}, {_grade(each.severity)}" for each in borne.worst if each.effect != "dissociation"
    ]
    peak = borne.peak
    has_band = peak is not None and peak.low_ng_per_ml is not None and peak.high_ng_per_ml is not None
    return Shown(
        column=column,
        number=one.number,
        day=day,
        planned=False,
        is_partial=one.state.value == "partial",
        dose=("~" if borne.is_estimated else "") + (f"{float(borne.dose_mg):.1f}" if borne.dose_mg is not None else ""),
        per_kg=f"{float(borne.dose_mg_per_kg):.2f}" if borne.dose_mg_per_kg is not None else "",
        peak=f"{peak.ng_per_ml:.0f}" if peak is not None else "",
        peak_band=f"{peak.low_ng_per_ml:.0f}-{peak.high_ng_per_ml:.0f}" if peak is not None and has_band else "",
        dissociation=cadss.score.printed_total if cadss else (_grade(noted.severity) if noted else ""),
        pips=_pips(cadss, column),
        pressure=f"{borne.highest_cuff.nibp_systolic_mmhg:.0f}/{borne.highest_cuff.nibp_diastolic_mmhg:.0f}"
        if borne.highest_cuff
        else "",
        effects=_effects(effects, asked=borne.asked),
        href=f"/session/{one.session_id}/note/",
    )


def _pips(cadss: Filled | None, column: Column) -> tuple[tuple[float, bool], ...]:
    if cadss is None or cadss.score.total_score is None:
        return ()
    full = round(PIPS_COUNT * float(cadss.score.total_score) / highest_total_score(cadss.instrument))
    step = min(8.0, (column.width - 16) / PIPS_COUNT)
    left = column.middle - step * PIPS_COUNT / 2
    return tuple((left + step * place, place < full) for place in range(PIPS_COUNT))


def _effects(effects: list[str], *, asked: bool) -> tuple[str, ...]:
    if not effects:
        return (_("none"),) if asked else (_("not asked"),)
    if len(effects) <= EFFECTS_SHOWN_COUNT:
        return tuple(effects)
    rest = len(effects) - EFFECTS_SHOWN_COUNT + 1
    more = ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}
    return (*effects[: EFFECTS_SHOWN_COUNT - 1], more)


def _effect(effect: str) -> str:
    return str(EFFECT_WORDS.get(effect, effect.replace("_", " ")))


def _grade(severity: object) -> str:
    return str(GRADE_WORDS.get(str(severity), severity))


@dataclass(frozen=True, slots=True)
class Head:
    """The decision strip: the newest total with what it was, and what is asked of whom."""

    total: str
    scale: str
    on: str
    recall: str
    was: str
    change: str
    decision: NextDecision | None
    decision_words: str
    above: str  # what the decision follows, or why none is asked
    never: str  # after which infusions one was required and never signed
    decided: str
    overlaps: bool  # whether its window reaches back before the last infusion, two or three days ago


def _head(
    course: CourseDetails,
    forms: Sequence[Filled],
    scale: str,
    start: Filled | None,
    series: int,
    decision: NextDecision | None,
    made: Sequence[CheckpointDecided],
    never: Sequence[int],
    zone: ZoneInfo,
) -> Head:
    """forms, made, never: of the series that is shown; start: what it is judged by. decision: None where the series
    asks for none (any more)."""
    points = curve(forms, scale) if scale else ()
    newest = points[-1] if points else None
    was, change = "", ""
    if newest is not None and start is not None and newest is not start and start.score.total_score:
        was = start.score.printed_total
        assert newest.score.total_score is not None
        fallen = (start.score.total_score - newest.score.total_score) / start.score.total_score * 100
        percent = int(abs(fallen))
        change = _("%(n)d %% better") % {"n": percent} if fallen >= 0 else _("%(n)d %% worse") % {"n": percent}
    last = made[-1] if made else None
    return Head(
        total=newest.score.printed_total if newest else "",
        scale=instrument(scale).name if scale else "",
        on=date_format((newest.handed_in_at or newest.started_at).astimezone(zone), "D j M") if newest else "",
        recall=newest.score.recall_words if newest else "",
        was=was,
        change=change,
        decision=decision,
        decision_words=str(ASKS_WORDS[decision.asks]) if decision is not None else _("No decision is asked"),
        above=_above(course, series, decision, zone),
        never=_("After infusion %(n)s nothing was signed.") % {"n": ", ".join(map(str, never))} if never else "",
        decided=_("After infusion %(n)d: %(what)s (%(who)s, %(on)s)")
        % {
            "n": last.after_infusion,
            "what": str(DECISION_WORDS[last.decision]).lower(),
            "who": last.decided_by_name,
            "on": date_format(last.decided_at.astimezone(zone), "j M"),
        }
        if last
        else "",
        overlaps=bool(scale) and instrument(scale).recall.days_count > 2,
    )


def _above(course: CourseDetails, series: int, decision: NextDecision | None, zone: ZoneInfo) -> str:
    """The line over the decision: when it is asked, or why nothing is to be decided."""
    after = {"n": decision.after_infusion if decision is not None else 0, "series": series}
    if course.ended_at is not None:
        return _("The course has ended, after infusion %(n)d") % after if decision else _("The course has ended")
    if series < course.series_number:
        return _("Series %(series)d is over, after infusion %(n)d") % after if decision else (
            _("Series %(series)d is over") % after
        )  # fmt: skip
    if decision is None:
        return _("Series %(series)d") % after if series > 1 else _("The first series")
    if not decision.is_now:
        return _("Next decision comes after infusion %(n)d") % after
    following = course.next_infusion
    at = _when(following, zone) if following is not None else None
    said = _("Next decision, after infusion %(n)d") % after
    return said + (_(", before %(day)s") % {"day": date_format(at.astimezone(zone), "l j F")} if at is not None else "")


def chosen_scale(
    request: SignedInRequest, forms: Sequence[Filled], indication: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The scale that the page shows, and all that there are with their names; the indication's own first.

    By itself the page opens on no other than one of those: "" where none was scored yet.
    """
    main = main_scales(indication)
    scales = scales_of(forms, main)
    asked = request.GET.get("scale", "")
    scale = asked if asked in scales else next((each for each in scales if each in main), "")
    return scale, tuple((each, instrument(each).name) for each in scales)


def chosen_series(request: SignedInRequest, course: CourseDetails, otherwise: int) -> tuple[int, list[int]]:
    """The series that the page shows, and the others that there are."""
    asked = whole_number(request.GET.get("series", ""))
    series = asked if asked is not None and 1 <= asked <= course.series_number else max(otherwise, 1)
    return series, [number for number in range(1, course.series_number + 1) if number != series]


def drawing_of(
    course: CourseDetails,
    forms: Sequence[Filled],
    scale: str,
    start: Filled | None,
    series_number: int,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Drawn | None, list[InfusionDetails], list[datetime], tuple[Line, ...]]:
    """The drawing of one series, its infusions with their times, and its lines. forms: of that series; start: what it
    is judged by."""
    standing = [
        one
        for one in course.infusions
        if one.series_number == series_number and one.state.value in ("planned", "given", "partial")
    ]
    timed = [(one, at) for one in standing if (at := _when(one, zone)) is not None]
    infusions, times = [one for one, _at in timed], [at for _one, at in timed]
    if times != sorted(times):
        order = sorted(range(len(times)), key=lambda place: times[place])
        infusions, times = [infusions[place] for place in order], [times[place] for place in order]
    points = curve(forms, scale) if scale else ()
    lines = lines_of(scale, start) if scale else ()
    if not times and not points:
        return None, infusions, times, lines
    marks = [
        Mark(each.handed_in_at or each.started_at, float(each.score.total_score or 0), each.score.printed_total)
        for each in points
    ]
    stops = [Stop(one.number, at) for one, at in zip(infusions, times, strict=True)]
    highest = float(highest_total_score(instrument(scale))) if scale else 27.0
    return drawn(stops, marks, [line.value for line in lines], highest, now), infusions, times, lines


@who_may(*WHO_TREATS)
@require_safe
def course_page(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """One look: given, borne, helping, next. Prints on one page."""
    return _show(request, course_of(str(course_id)))


def _show(request: SignedInRequest, course: CourseDetails, form: DecisionForm | None = None) -> HttpResponse:
    now, zone = now_by_clock(), clinic_zone()
    patient = patient_of(course.patient_id)
    if form is None:
        record_read(request.actor, patient_id=patient.patient_id, screen="course", now=now)
    everything = queries.forms_of_course(course.course_id)
    scale, scales = chosen_scale(request, everything, course.indication)
    sent = whole_number(str(form["series_number"].value() or "")) if form is not None else None
    series, other_series = chosen_series(request, course, min(sent or course.series_number, course.series_number))
    forms = of_series(everything, series)
    start = start_of(everything, scale, series, induction_of(course, series)) if scale else None
    drawing, infusions, times, lines = drawing_of(course, forms, scale, start, series, now, zone)
    borne = bornes_of([one.session_id for one in infusions if one.session_id and one.started_at], now)
    shown = [
        _shown(one, column, at, forms, _planned_dose(course, one), borne, zone)
        for one, column, at in zip(infusions, drawing.columns if drawing else (), times, strict=False)
    ]
    decided, fourth = queries.checkpoints_decided(course.course_id), choices_in_force().fourth_infusion
    made = decided_in_series(course, decided, series)
    decision = decision_in_series(course, series, decided, fourth)
    is_present = series == max(course.series_number, 1)
    never = never_decided(
        checkpoints_of_series(course, series, fourth),
        [one.after_infusion for one in made],
        given_count_of(course, series),
        decision.after_infusion if decision is not None and decision.is_now else 0,
    )
    peak = next((one.peak for one in borne.values() if one.peak is not None), None)
    days = next_days(
        patient.patient_id,
        [one.session_id for one in infusions if one.session_id],
        now,
        ended={one.session_id: one.ended_at for one in infusions if one.session_id and one.ended_at is not None},
    )
    context: dict[str, Any] = {
        "patient": patient,
        "course": course,
        "indication": INDICATION_WORDS.get(course.indication, course.indication),
        "series": series,
        "other_series": other_series,
        "scale": scale,
        "scales": scales,
        "is_judged": bool(scale and definitions_of(scale)),
        "highest": highest_total_score(instrument(scale)) if scale else 0,
        "drawing": drawing,
        "lines": zip(lines, drawing.lines, drawing.names, strict=True) if drawing else (),
        "listed_lines": lines,
        "shown": shown,
        "geometry": {
            "width": WIDTH,
            "height": HEIGHT,
            "gutter": GUTTER,
            "top": TOP,
            "bottom": BOTTOM,
            "rows": ROWS_Y,
            "right": WIDTH - 20,
            "column_height": HEIGHT - 20,
        },  # fmt: skip
        "peak": peak,
        "uses_cadss": any(one.pips for one in shown),
        "points": [(each, _point_words(each)) for each in curve(forms, scale)] if scale else (),
        "head": _head(course, forms, scale, start, series, decision, made, never, zone),
        "open_reviews": [one for one in open_reviews(course, decided, fourth) if one[0] != series],
        "verdicts": verdicts_of(course, everything, scale, series, request.actor),
        "days_after": [(one.number, days[one.session_id]) for one in infusions if one.session_id in days],
        "unsigned": [each for each in everything if each.is_being_rated],
        "waiting": queries.open_escalations_of(patient.patient_id),
        "known": queries.known_ideation(patient.patient_id),
        "may_decide": decision is not None and decision.is_now and request.actor.is_a(Role.PRESCRIBER),
        "in_the_way": obstacle_words(in_the_way([course], now).get(course.course_id, ())) if is_present else "",
        "next_number": course.next_infusion.number if course.next_infusion else None,
        "form": form
        or DecisionForm(
            initial={"after_infusion": decision.after_infusion if decision else None, "series_number": series}
        ),
        "choices": [
            (each.value, DECISION_WORDS[each])
            for each in (may_be_signed(course, series, decision.after_infusion) if decision is not None else ())
        ],
        "now": now,
        "zone_name": zone.key,
    }
    return page(request, "outcomes/course.html", context, status=400 if form is not None else 200)


def _point_words(each: Filled) -> str:
    """What weakens or explains one total, in a few words."""
    words = []
    if each.occasion is Occasion.BASELINE:
        words += [_("baseline"), *weak_as_baseline(each)]
    if each.score.is_partial:
        words.append(_("open items filled in by the scale's rule"))
    if each.is_late and each.occasion is not Occasion.BASELINE:
        words.append(_("handed in late"))
    if each.is_corrected:
        words.append(_("corrected"))
    if each.needs_signature:
        words.append(_("not signed by the rater"))
    return ", ".join(words)


@who_may(Role.PRESCRIBER)
@sensitive_post_parameters("own_password")
@require_POST
def decide(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """Sign what follows at a checkpoint; dose and plan are then changed in the course's plan."""
    course = course_of(str(course_id))
    form = DecisionForm(request.POST)
    if form.is_valid() and own_password_fits(request, form):
        try:
            services.decide_checkpoint(
                request.actor,
                course.course_id,
                after_infusion=form.cleaned_data["after_infusion"],
                decision=Decision(form.cleaned_data["decision"]),
                reason=form.cleaned_data["reason"],
                now=now_by_clock(),
                series_number=form.cleaned_data["series_number"],
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Signed."))
            series, path = form.cleaned_data["series_number"], reverse("outcomes:course", args=[course_id])
            return redirect(f"{path}?series={series}" if series not in (None, course.series_number) else path)
    return _show(request, course, form)
