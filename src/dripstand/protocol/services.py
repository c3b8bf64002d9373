"""The verbs about protocol templates: draft, change numbers within their bounds, sign."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dripstand.people import checks
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.people.queries import colleagues
from dripstand.protocol.bounds import findings
from dripstand.protocol.choices import UnknownChoice, with_choices
from dripstand.protocol.defaults import default_template
from dripstand.protocol.models import SignatureKind, TemplateSignature, TemplateVersion
from dripstand.protocol.numbers import UnknownNumber, numbers, with_numbers
from dripstand.protocol.payload import from_json, sha256_of, to_json
from dripstand.protocol.queries import NoSuchTemplate
from dripstand.protocol.template import Gates, Mark, ProtocolTemplate, Source
from dripstand.protocol.words import finding_words

SIGNS = (Role.MEDICAL_LEAD, Role.PRESCRIBER, Role.NURSE)
REASON_LEAST_COUNT = 10  # letters: "ok" is no reason


def _row(template_id: str) -> TemplateVersion:
    try:
        found = TemplateVersion.objects.select_for_update().filter(pk=uuid.UUID(str(template_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NoSuchTemplate(template_id)
    return found


def _reason_words(reason: str) -> str:
    if len(reason) < REASON_LEAST_COUNT:
        return _("Say why, in a few words.")
    return checks.line_words(reason, most_count=500)


@service(Role.MEDICAL_LEAD, Role.PRESCRIBER)
@transaction.atomic
def draft(actor: Actor, *, now: datetime, based_on: str = "") -> str:
    """Begin a new version; answers its id. based_on: a version to start from; else the one in force, and where none is,
    the software's own defaults.

    Checks before the start that came with a later release than the version are put into the draft.
    """
    last = TemplateVersion.objects.aggregate(last=Max("version"))["last"] or 0
    identity = uuid.uuid4()
    in_force = _in_force()
    based_on = based_on or (str(in_force.pk) if in_force else "")
    parent = _row(based_on) if based_on else None
    start = _with_new_checks(from_json(parent.body, template_id=based_on)) if parent else default_template()
    if start.pain is None:  # signed before there was a block for pain: the draft has it, to be confirmed and signed
        start = dataclasses.replace(start, pain=default_template().pain)
    template = dataclasses.replace(start, template_id=str(identity), version=last + 1, signed_by=())
    body = to_json(template)
    TemplateVersion.objects.create(
        id=identity,
        name=template.name,
        version=template.version,
        body=body,
        body_sha256=sha256_of(body),
        based_on=parent,
        drafted_by_id=uuid.UUID(actor.staff_id),
        drafted_at=now,
        changed_at=now,
    )
    return str(identity)


def _in_force() -> TemplateVersion | None:
    """The version in force. Whoever asks within a transaction has the turn of all who sign, until it ends."""
    TemplateVersion.objects.select_for_update().order_by("version").first()
    return TemplateVersion.objects.filter(signed_at__isnull=False).order_by("-version").first()


def _refuse_if_it_undoes(row: TemplateVersion) -> None:
    """A draft that was not made from the version in force would take back what that one changed, and say nothing."""
    in_force = _in_force()
    if in_force is None or row.based_on_id == in_force.pk:
        return
    if in_force.version > row.version:
        raise Unacceptable({"": _("A newer version is in force already.")})
    raise Unacceptable(
        {
            "": _(
                "Version %(number)d came into force after this draft was begun, and this draft would take back what it "
                "changed. Begin a new version: it starts from the one in force."
            )
            % {"number": in_force.version}
        }
    )


def _with_new_checks(start: ProtocolTemplate) -> ProtocolTemplate:
    """A check that this release knows and the earlier version does not stands in the draft, to be signed with it."""
    asked = start.gates.required_checks
    new = tuple(one for one in Gates().required_checks if one not in asked)
    return dataclasses.replace(start, gates=dataclasses.replace(start.gates, required_checks=(*asked, *new)))


def _refuse_if_signed(row: TemplateVersion) -> None:
    if row.signed_at is not None:
        raise Unacceptable({"": _("This version is signed and stays as it is. Begin a new version to change it.")})


@service(Role.MEDICAL_LEAD, Role.PRESCRIBER)
@transaction.atomic
def change_numbers(
    actor: Actor, template_id: str, *, changes: Mapping[str, Decimal], reason: str, now: datetime
) -> None:
    """Change numbers of a draft, by their dotted names; the reason becomes the source of each.

    Raises Unacceptable with words for each number that is past its absolute bounds, not whole, or out of order.
    """
    row = _draft_to_change(template_id)
    before = from_json(row.body, template_id=template_id)
    values = {number.name: number.value for number in numbers(before)}
    moved = {name: value for name, value in changes.items() if values.get(name) != value}
    if not moved:
        raise Unacceptable({"": _("Nothing was changed.")})
    own = _own_source(actor, reason)
    not_whole = {
        number.name: _("Only a whole number.")
        for number in numbers(before)
        if number.whole and number.name in moved and moved[number.name] != moved[number.name].to_integral_value()
    }
    if not_whole:
        raise Unacceptable(not_whole)
    try:
        after = with_numbers(before, moved)
    except UnknownNumber as fault:
        raise Unacceptable({"": _("This version has no such number: %(name)s.") % {"name": fault}}) from fault
    after = dataclasses.replace(after, sources={**after.sources, **dict.fromkeys(moved, own)})
    refused = {finding.name: finding_words(finding) for finding in findings(after) if finding.refuses}
    if refused:
        raise Unacceptable(refused)
    _keep(row, after, now)


def _draft_to_change(template_id: str) -> TemplateVersion:
    """The draft, locked; Unacceptable where somebody has signed it."""
    row = _row(template_id)
    _refuse_if_signed(row)
    if row.signatures.exists():
        raise Unacceptable({"": _("Somebody has signed this draft. Begin a new version to change it.")})
    return row


def _keep(row: TemplateVersion, after: ProtocolTemplate, now: datetime) -> None:
    row.body = to_json(after)
    row.body_sha256 = sha256_of(row.body)
    row.changed_at = now
    row.save(update_fields=["body", "body_sha256", "changed_at"])


def _own_source(actor: Actor, reason: str) -> Source:
    """The clinic's own decision as a source. Raises Unacceptable where no reason is given."""
    reason = checks.tidy(reason)
    wrong = _reason_words(reason)
    if wrong:
        raise Unacceptable({"reason": wrong})
    return Source(_("Set by the clinic: %(reason)s (%(name)s)") % {"reason": reason, "name": actor.name}, Mark.CLINIC)


@service(Role.MEDICAL_LEAD, Role.PRESCRIBER)
@transaction.atomic
def choose(actor: Actor, template_id: str, *, changes: Mapping[str, str], reason: str, now: datetime) -> None:
    """Answer questions on which sources disagree, by name; the reason becomes the source. Raises Unacceptable."""
    row = _draft_to_change(template_id)
    before = from_json(row.body, template_id=template_id)
    try:
        after = with_choices(before, changes)
    except UnknownChoice as fault:
        raise Unacceptable({"": _("There is no such choice: %(name)s.") % {"name": fault}}) from fault
    moved = [name for name in changes if getattr(after.choices, name) != getattr(before.choices, name)]
    if not moved:
        raise Unacceptable({"": _("Nothing was changed.")})
    own = _own_source(actor, reason)
    sources = {**after.sources, **dict.fromkeys((f"choices.{name}" for name in moved), own)}
    _keep(row, dataclasses.replace(after, sources=sources), now)


@service(Role.MEDICAL_LEAD, Role.PRESCRIBER)
@transaction.atomic
def change_pattern(
    actor: Actor, template_id: str, *, key: str, day_offsets: Sequence[int], reason: str, now: datetime
) -> None:
    """Give a course pattern other days, counted from the first infusion, which is day 0. Raises Unacceptable."""
    row = _draft_to_change(template_id)
    before = from_json(row.body, template_id=template_id)
    of_pain = before.pain is not None and any(one.key == key for one in before.pain.patterns)
    offered = before.pain.patterns if of_pain and before.pain is not None else before.course.patterns
    old = next((one for one in offered if one.key == key), None)
    if old is None:
        raise Unacceptable({"": _("There is no such pattern: %(name)s.") % {"name": key}})
    new = dataclasses.replace(old, day_offsets=tuple(day_offsets))
    if new == old:
        raise Unacceptable({"": _("Nothing was changed.")})
    own = _own_source(actor, reason)
    patterns = tuple(new if one.key == key else one for one in offered)
    name = f"{'pain' if of_pain else 'course'}.patterns.{key}"
    after = dataclasses.replace(before, sources={**before.sources, name: own})
    if of_pain and after.pain is not None:
        after = dataclasses.replace(after, pain=dataclasses.replace(after.pain, patterns=patterns))
    else:
        after = dataclasses.replace(after, course=dataclasses.replace(after.course, patterns=patterns))
    wrong = [one for one in findings(after) if one.refuses and one.name == name]
    if wrong:
        raise Unacceptable({"days": finding_words(wrong[0])})
    _keep(row, after, now)


@service(*SIGNS)
@transaction.atomic
def sign(actor: Actor, template_id: str, *, seen_sha256: str, now: datetime, reason_alone: str = "") -> bool:
    """Sign a draft under one's own sign-in; answers whether it is in force now.

    In force: with the signature of the medical lead and of a second clinician; or, where no second one works here, with
    the medical lead's alone, a stated reason, and no number outside its usual range. A draft that was not made from the
    version in force is refused. seen_sha256: the hash of what the screen showed. Raises Unacceptable.
    """
    row = _row(template_id)
    _refuse_if_signed(row)
    if row.body_sha256 != seen_sha256:
        raise Unacceptable({"": _("This draft was changed since you opened it. Read it again, then sign.")})
    _refuse_if_it_undoes(row)
    found = findings(from_json(row.body, template_id=template_id))
    refused = {finding.name: finding_words(finding) for finding in found if finding.refuses}
    if refused:
        raise Unacceptable(refused)
    held = {signature.kind: str(signature.signer_id) for signature in row.signatures.all()}
    if actor.staff_id in held.values():
        raise Unacceptable({"": _("You have signed this version. The second signature is somebody else's.")})
    as_lead = actor.is_a(Role.MEDICAL_LEAD) and SignatureKind.MEDICAL_LEAD not in held
    kind = SignatureKind.MEDICAL_LEAD if as_lead else SignatureKind.SECOND_CLINICIAN
    if kind in held:
        raise Unacceptable({"": _("The second clinician has signed. The medical lead's signature is missing.")})
    reason_alone = checks.tidy(reason_alone)
    if reason_alone:
        others = colleagues(roles=SIGNS, but_not=actor.staff_id)
        _refuse_alone(reason_alone, as_lead=as_lead, unusual=bool(found), seconded=bool(held), others=others)
    TemplateSignature.objects.create(
        template=row,
        kind=kind,
        signer_id=uuid.UUID(actor.staff_id),
        signer_name=actor.name,
        body_sha256=row.body_sha256,
        reason_alone=reason_alone,
        signed_at=now,
    )
    if not held and not reason_alone:
        return False
    row.signed_at = now
    row.save(update_fields=["signed_at"])
    return True


def _refuse_alone(reason: str, *, as_lead: bool, unusual: bool, seconded: bool, others: Sequence[Actor]) -> None:
    if not as_lead:
        raise Unacceptable({"reason_alone": _("Only the medical lead may sign alone.")})
    if seconded:
        raise Unacceptable({"reason_alone": _("A second clinician has signed: leave this empty.")})
    if unusual:
        raise Unacceptable(
            {"reason_alone": _("A number is outside its usual range: this version needs a second clinician.")}
        )
    if others:
        raise Unacceptable(
            {
                "reason_alone": _("%(name)s works here too and can sign: this version needs a second clinician.")
                % {"name": others[0].name}
            }
        )
    wrong = _reason_words(reason)
    if wrong:
        raise Unacceptable({"reason_alone": wrong})
