"""The protocol: read it with its sources, draft a new version, sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.people.access import Forbidden, SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import PlainForm
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import colleagues, verify_credentials
from dripstand.people.signing import own_password_fits
from dripstand.protocol import queries, services
from dripstand.protocol.bounds import Bound, bound_of, findings
from dripstand.protocol.choices import choices_made
from dripstand.protocol.defaults import default_template
from dripstand.protocol.differences import differences
from dripstand.protocol.forms import ChoicesForm, CoSignForm, NumbersForm, PatternForm, SignForm
from dripstand.protocol.numbers import TemplateNumber, numbers
from dripstand.protocol.queries import VersionDetails
from dripstand.protocol.services import SIGNS
from dripstand.protocol.template import CoursePattern, Mark, ProtocolTemplate
from dripstand.protocol.words import ALARM_WORDS, GROUP_WORDS, MARK_WORDS, finding_words, number_words

READS = (Role.MEDICAL_LEAD, Role.PRESCRIBER, Role.NURSE, Role.ADMINISTRATOR, Role.ON_CALL)
DRAFTS = (Role.MEDICAL_LEAD, Role.PRESCRIBER)


@dataclass(frozen=True, slots=True)
class Line:
    """One number as the page shows it. to_confirm: its source is unverified. unusual: a sentence, or ""."""

    number: TemplateNumber
    words: str
    source: str
    mark: str
    to_confirm: bool
    bound: Bound | None
    unusual: str


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    words: str
    lines: tuple[Line, ...]


def _groups(template: ProtocolTemplate) -> tuple[Group, ...]:
    unusual = {finding.name: finding_words(finding) for finding in findings(template)}
    # A number that an older version does not know yet has the default, and the default's source.
    sources = {**default_template().sources, **template.sources}
    lines: dict[str, list[Line]] = {key: [] for key in GROUP_WORDS}
    for number in numbers(template):
        source = sources.get(number.name)
        mark = source.mark if source else Mark.UNVERIFIED
        lines[number.group].append(
            Line(
                number=number,
                words=number_words(number.name, template),
                source=source.text if source else "",
                mark=str(MARK_WORDS[mark]),
                to_confirm=mark is Mark.UNVERIFIED,
                bound=bound_of(number.name),
                unusual=unusual.get(number.name, ""),
            )
        )
    return tuple(Group(key, str(GROUP_WORDS[key]), tuple(found)) for key, found in lines.items() if found)


@dataclass(frozen=True, slots=True)
class PatternLine:
    """A course pattern as the page shows it. days: its days with commas between them. unusual: a sentence, or ""."""

    pattern: CoursePattern
    days: str
    source: str
    mark: str
    to_confirm: bool
    unusual: str


def _patterns(template: ProtocolTemplate) -> list[PatternLine]:
    unusual = {finding.name: finding_words(finding) for finding in findings(template)}
    sources = {**default_template().sources, **template.sources}
    lines = []
    offered = [(f"course.patterns.{one.key}", one) for one in template.course.patterns]
    offered += [(f"pain.patterns.{one.key}", one) for one in (template.pain.patterns if template.pain else ())]
    for name, one in offered:
        source = sources[name]
        lines.append(
            PatternLine(
                one,
                ", ".join(str(day) for day in one.day_offsets),
                source.text,
                str(MARK_WORDS[source.mark]),
                source.mark is Mark.UNVERIFIED,
                unusual.get(name, ""),
            )
        )
    return lines


def _cards(template: ProtocolTemplate) -> list[tuple[str, tuple[str, ...]]]:
    """Each card once, under the names of all alarms that show it."""
    found: dict[tuple[str, ...], list[str]] = {}
    for limit in template.alarms.limits:
        if limit.card:
            found.setdefault(limit.card, []).append(str(ALARM_WORDS.get(limit.alarm, limit.alarm)))
    return [(", ".join(alarms), card) for card, alarms in found.items()]


@who_may(*READS)
@require_safe
def protocol(request: SignedInRequest) -> HttpResponse:
    """The version in force, and all others."""
    context = {
        "current": queries.current_version(),
        "versions": queries.versions(),
        "may_draft": request.actor.is_a(*DRAFTS),
    }
    return page(request, "protocol/protocol.html", context)


def _version_page(request: SignedInRequest, found: VersionDetails, wrong: PlainForm | None = None) -> HttpResponse:
    groups = _groups(found.template)
    forms_shown: dict[type[PlainForm], PlainForm] = {
        SignForm: SignForm(initial={"seen_sha256": found.body_sha256}, prefix="own"),
        CoSignForm: CoSignForm(initial={"seen_sha256": found.body_sha256}, prefix="second"),
    }
    if wrong is not None:
        forms_shown[type(wrong)] = wrong
    in_force = queries.current_version()
    other = in_force if in_force and in_force.template_id != found.template_id else None
    stale = other is not None and not found.is_signed and found.based_on != other.template_id
    has_signed = request.actor.staff_id in {one.signer_id for one in found.signatures}
    context = {
        "version": found,
        "template": found.template,
        "groups": groups,
        "cards": _cards(found.template),
        "patterns": _patterns(found.template),
        "choices": choices_made(found.template),
        "to_confirm_count": sum(line.to_confirm for group in groups for line in group.lines),
        "unusual": [
            *((line.words, line.unusual) for group in groups for line in group.lines if line.unusual),
            *((line.pattern.words, line.unusual) for line in _patterns(found.template) if line.unusual),
        ],
        "in_force": other,
        "differences": differences(found.template, other.template) if other else (),
        "stale": stale,
        "may_draft": request.actor.is_a(*DRAFTS),
        "may_change": request.actor.is_a(*DRAFTS) and not found.is_signed and not found.signatures and not stale,
        "may_sign": request.actor.is_a(*SIGNS) and not found.is_signed and not has_signed and not stale,
        "may_co_sign": request.actor.is_a(*SIGNS) and not found.is_signed and not stale,
        "may_sign_alone": request.actor.is_a(Role.MEDICAL_LEAD)
        and not found.signatures
        and not colleagues(roles=SIGNS, but_not=request.actor.staff_id),
        "sign_form": forms_shown[SignForm],
        "co_sign_form": forms_shown[CoSignForm],
    }
    return page(request, "protocol/version.html", context, status=400 if wrong is not None else 200)


@who_may(*READS)
@require_safe
def version(request: SignedInRequest, template_id: UUID) -> HttpResponse:
    """One version: each number with its source and mark, the choices made, the signatures."""
    return _version_page(request, queries.version(str(template_id)))


@who_may(*DRAFTS)
@require_POST
def draft(request: SignedInRequest) -> HttpResponse:
    """Begin a new version from the one in force, else from the defaults."""
    current = queries.current_version()
    template_id = services.draft(request.actor, now=datetime.now(UTC), based_on=current.template_id if current else "")
    return redirect("protocol:version", template_id)


@who_may(*DRAFTS)
@require_http_methods(["GET", "HEAD", "POST"])
def numbers_of(request: SignedInRequest, template_id: UUID, group: str) -> HttpResponse:
    """Edit the numbers of one group of a draft."""
    found = queries.version(str(template_id))
    shown = next((one for one in _groups(found.template) if one.key == group), None)
    if shown is None:
        raise Http404
    form = NumbersForm(
        request.POST or None,
        numbers=[line.number for line in shown.lines],
        words={line.number.name: line.words for line in shown.lines},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_numbers(
                request.actor,
                str(template_id),
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("The draft is changed."))
            return redirect("protocol:version", template_id)
    context = {
        "version": found,
        "group": shown,
        "form": form,
        "rows": [(line, form[line.number.name]) for line in shown.lines],
    }
    return page(request, "protocol/numbers.html", context, status=400 if form.errors else 200)


@who_may(*DRAFTS)
@require_http_methods(["GET", "HEAD", "POST"])
def choices_of(request: SignedInRequest, template_id: UUID) -> HttpResponse:
    """Answer the questions on which sources disagree, in a draft."""
    found = queries.version(str(template_id))
    form = ChoicesForm(request.POST or None, choices=found.template.choices)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose(
                request.actor,
                str(template_id),
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("The draft is changed."))
            return redirect("protocol:version", template_id)
    context = {"version": found, "form": form, "rows": form.rows()}
    return page(request, "protocol/choices.html", context, status=400 if form.errors else 200)


@who_may(*DRAFTS)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern_of(request: SignedInRequest, template_id: UUID, key: str) -> HttpResponse:
    """Edit the days of one course pattern of a draft."""
    found = queries.version(str(template_id))
    shown = next((one for one in _patterns(found.template) if one.pattern.key == key), None)
    if shown is None:
        raise Http404
    form = PatternForm(request.POST or None, initial={"days": shown.days})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_pattern(
                request.actor,
                str(template_id),
                key=key,
                day_offsets=form.cleaned_data["days"],
                reason=form.cleaned_data["reason"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("The draft is changed."))
            return redirect("protocol:version", template_id)
    context = {"version": found, "shown": shown, "form": form, "rules": found.template.course}
    return page(request, "protocol/pattern.html", context, status=400 if form.errors else 200)


def _say_what_follows(request: SignedInRequest, in_force: bool) -> None:
    if in_force:
        messages.success(request, _("Signed. This version is in force for every session opened from now on."))
    else:
        messages.success(request, _("Signed. One more signature brings it into force."))


@who_may(*SIGNS)
@sensitive_post_parameters("own-own_password")
@require_POST
def sign(request: SignedInRequest, template_id: UUID) -> HttpResponse:
    """One's own signature."""
    form = SignForm(request.POST, prefix="own")
    if form.is_valid() and own_password_fits(request, form):
        try:
            in_force = services.sign(
                request.actor,
                str(template_id),
                seen_sha256=form.cleaned_data["seen_sha256"],
                reason_alone=form.cleaned_data["reason_alone"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            _say_what_follows(request, in_force)
            return redirect("protocol:version", template_id)
    return _version_page(request, queries.version(str(template_id)), wrong=form)


@who_may(*SIGNS)
@sensitive_post_parameters("second-password")
@require_POST
def co_sign(request: SignedInRequest, template_id: UUID) -> HttpResponse:
    """A second clinician's signature at the same screen; nobody's sign-in changes by it."""
    form = CoSignForm(request.POST, prefix="second")
    if form.is_valid():
        given = form.cleaned_data
        second = verify_credentials(given["username"], given["password"], request=request)
        if second is None:
            form.add_error("password", _("This name and password do not belong together. Try again."))
        else:
            try:
                services.sign(second, str(template_id), seen_sha256=given["seen_sha256"], now=datetime.now(UTC))
            except Unacceptable as fault:
                show_what_is_wrong(form, fault)
            except Forbidden as fault:
                form.add_error("username", str(fault))
        if not form.errors:
            _say_what_follows(request, queries.version(str(template_id)).is_signed)
            return redirect("protocol:version", template_id)
    return _version_page(request, queries.version(str(template_id)), wrong=form)
