"""Back-entry: what was written on the printed sheet while Dripstand was away, entered as one group with both times."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.circumstances import escort_identity
from dripstand.infusion.events import SiteFinding
from dripstand.infusion.paper import ACTS, COLUMNS, ROWS_COUNT, OnPaper, entries_of, is_empty
from dripstand.infusion.paper_end import AGAINST_ADVICE, DISCHARGED, Foot, end_of
from dripstand.infusion.refusals import Reason, Refusal
from dripstand.infusion.views.choices import of_enum
from dripstand.infusion.views.leaving import identities
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post
from dripstand.infusion.views.session_page import SessionPage, belongs_here, charted, open_page, show
from dripstand.infusion.views.when import local_time
from dripstand.infusion.words import CLEARED_WORDS, SEVERITY_WORDS, SIDE_EFFECT_WORDS
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role


@who_may(Role.NURSE, Role.PRESCRIBER)
def paper(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """The sheet's own rows as a form. All of it is charted, or none."""
    page = open_page(request, session_id, "paper back-entry")
    form = fresh("paper", "", page.patient_id, {"on": (page.now.astimezone(page.zone).date().isoformat(),)})
    if request.method == "POST":
        form = from_post(request.POST)
        refused = _enter(page, form, request)
        if refused is None:
            return charted(page, "infusion:log")
        form = refused
    rows = [
        {"number": number, "values": {name: form.value(f"{name}-{number}") for name in ("at", *COLUMNS)}}
        for number in range(1, ROWS_COUNT + 1)
    ]
    values = {
        "form": form,
        "rows": rows,
        "acts": [
            (
                act,
                {
                    "started": _("started"),
                    "rate": _("rate"),
                    "paused": _("paused"),
                    "resumed": _("resumed"),
                    "stopped": _("stopped"),
                }[act],
            )
            for act in ACTS
        ],
        "effects": [(key, str(words)) for key, words in SIDE_EFFECT_WORDS.items()],
        "severities": [(key.value, str(words)) for key, words in SEVERITY_WORDS.items()],
        "scale": page.template.staffing.sedation_scale,
        "findings": of_enum(SiteFinding),
        "cleared": [(key, str(words)) for key, words in CLEARED_WORDS.items()],
        "judged": [(one.criterion, one.words) for one in page.template.leaving if one.rule == "assessed"],
        "left_how": [(DISCHARGED, _("discharged, with the escort")), (AGAINST_ADVICE, _("left against advice"))],
        "escort_identity": escort_identity().value,
        "identities": identities(),
        "yes_no": [("yes", _("yes")), ("no", _("no"))],
        "capacity": [("yes", _("has capacity")), ("no", _("lacks capacity"))],  # the sheet has no third word
    }
    return show(request, page, "infusion/paper.html", "paper", values, status=422 if form.refused else 200)


def _enter(page: SessionPage, form: PageForm, request: SignedInRequest) -> PageForm | None:
    stray = belongs_here(page, request.POST)
    if stray is not None:
        return again(form, stray)
    why, who = form.value("why").strip(), form.value("written_by").strip()
    if not why or not who:
        return again(form, Told(_("Say why it was on paper, and who wrote it."), "why"))
    lines: list[OnPaper] = []
    for number in range(1, ROWS_COUNT + 1):
        row = {name: form.value(f"{name}-{number}") for name in COLUMNS}
        typed_at = form.value(f"at-{number}").strip()
        if is_empty(row) and not typed_at:
            continue
        at = local_time(f"{form.value('on')}T{typed_at.zfill(5)}", page.zone)
        if at is None:
            words = _("Row %(number)s has no time that can be read.") % {"number": number}
            return again(form, Told(words, f"at-{number}"))
        found = entries_of(row, number=number, at=at, scale=page.template.staffing.sedation_scale)
        if isinstance(found, Reason):
            return again(form, found)
        lines.extend(found)
    ended = _end(page, form)
    if isinstance(ended, Reason):
        return again(form, ended)
    lines.extend(ended)
    if not lines:
        return again(form, Told(_("No row is filled in.")))
    answer = services.submit_paper(
        actor=page.actor,
        session_id=page.session_id,
        lines=lines,
        late_reason=_("on paper, written by %(who)s: %(why)s") % {"who": who, "why": why},
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None


def _end(page: SessionPage, form: PageForm) -> list[OnPaper] | Reason:
    """The foot of the sheet: how the visit ended on paper."""
    foot = Foot(
        one=form.value,
        many=form.values,
        at=lambda typed: local_time(f"{form.value('on')}T{typed.zfill(5)}", page.zone),
    )
    hung = page.chart.hung_bag
    bag = hung.bag if hung is not None else page.chart.bag  # a spare may have been made since
    return end_of(foot, bag_id=bag.bag_id if bag is not None else "")
