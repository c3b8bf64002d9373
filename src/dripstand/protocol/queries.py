"""Reads of the clinic's protocol templates."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from dripstand.people.errors import NotThere
from dripstand.protocol.models import TemplateSignature, TemplateVersion
from dripstand.protocol.payload import from_json
from dripstand.protocol.template import Choices, ProtocolTemplate


class NoSuchTemplate(NotThere):
    """No template version has this id."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature. reason_alone: why there is no second one; empty where there is or will be."""

    kind: str
    signer_id: str
    signer_name: str
    signed_at: datetime
    reason_alone: str


@dataclass(frozen=True, slots=True)
class VersionDetails:
    """One version as the protocol page shows it. signed_at: when it came into force; None for a draft.

    based_on: the id of the version that it was made from; None where from the software's own numbers.
    """

    template: ProtocolTemplate
    drafted_by: str
    drafted_at: datetime
    changed_at: datetime
    signed_at: datetime | None
    body_sha256: str
    signatures: tuple[Signature, ...]
    based_on: str | None = None

    @property
    def template_id(self) -> str:
        return self.template.template_id

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


SIGNED_KEPT_COUNT = 64
_signed_by_id: dict[str, ProtocolTemplate] = {}
"""Versions in force, by id: the database itself refuses to change one, so it is read once (the engine asks each second
for each chair)."""


@functools.lru_cache(maxsize=32)
def _signed(template_id: str, body: str, signed_by: tuple[str, ...]) -> ProtocolTemplate:
    return from_json(body, template_id=template_id, signed_by=signed_by)


def _signatures(row: TemplateVersion) -> tuple[TemplateSignature, ...]:
    return tuple(row.signatures.all())


def _template(row: TemplateVersion) -> ProtocolTemplate:
    return _signed(str(row.pk), row.body, tuple(signature.signer_name for signature in _signatures(row)))


def _details(row: TemplateVersion) -> VersionDetails:
    return VersionDetails(
        template=_template(row),
        drafted_by=row.drafted_by.full_name,
        drafted_at=row.drafted_at,
        changed_at=row.changed_at,
        signed_at=row.signed_at,
        body_sha256=row.body_sha256,
        signatures=tuple(
            Signature(one.kind, str(one.signer_id), one.signer_name, one.signed_at, one.reason_alone)
            for one in _signatures(row)
        ),
        based_on=str(row.based_on_id) if row.based_on_id else None,
    )


def _row(template_id: str) -> TemplateVersion:
    try:
        key = UUID(str(template_id))
    except ValueError as fault:
        raise NoSuchTemplate(template_id) from fault
    found = TemplateVersion.objects.select_related("drafted_by").prefetch_related("signatures").filter(pk=key).first()
    if found is None:
        raise NoSuchTemplate(template_id)
    return found


def template(template_id: str) -> ProtocolTemplate:
    """One version, draft or signed, by id; a session names the one that it was opened under. Raises NoSuchTemplate."""
    kept = _signed_by_id.get(str(template_id))
    if kept is not None:
        return kept
    row = _row(template_id)
    found = _template(row)
    # Read inside a transaction that signs it, it might still be a draft in the end.
    if row.signed_at is not None and not connection.in_atomic_block:
        if len(_signed_by_id) >= SIGNED_KEPT_COUNT:
            _signed_by_id.clear()
        _signed_by_id[str(template_id)] = found
    return found


def version(template_id: str) -> VersionDetails:
    """One version with its signatures. Raises NoSuchTemplate."""
    return _details(_row(template_id))


def versions() -> tuple[VersionDetails, ...]:
    """All versions, newest first."""
    rows = TemplateVersion.objects.select_related("drafted_by").prefetch_related("signatures")
    return tuple(_details(row) for row in rows)


def current_version() -> VersionDetails | None:
    """The version in force: the newest that has been signed. None: the clinic has signed none yet."""
    rows = TemplateVersion.objects.select_related("drafted_by").prefetch_related("signatures")
    row = rows.filter(signed_at__isnull=False).order_by("-version").first()
    return _details(row) if row else None


def current_template() -> ProtocolTemplate | None:
    """The template that new sessions are opened under; None where none has been signed yet."""
    found = current_version()
    return found.template if found else None


def choices_in_force() -> Choices:
    """The clinic's signed answers where sources disagree; before one is signed, those of the defaults."""
    template = current_template()
    return template.choices if template is not None else Choices()
