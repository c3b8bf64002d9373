"""The verbs of texts: load a scale's licensed words, set the crisis text. `services` is their door."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.outcomes import queries
from dripstand.outcomes.errors import (
    WordingRefused,
)
from dripstand.outcomes.instruments.loading import read_wording, with_wording
from dripstand.outcomes.models import (
    CrisisText,
    LoadedWording,
)
from dripstand.people import checks
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role
from dripstand.people.errors import Unacceptable
from dripstand.premises.telephones import unknown_in


@service(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@transaction.atomic
def load_wording(actor: Actor, *, text: str, now: datetime) -> str:
    """Load a text that the clinic is licensed to use, from the file's text; answers the instrument's id.

    Raises Unacceptable with everything that is wrong with it.
    """
    try:
        named = json.loads(text).get("instrument", "")
        kind = queries.instrument_in(str(named))
    except (ValueError, AttributeError, LookupError) as fault:
        raise Unacceptable({"text": _("This file names no instrument that is known here.")}) from fault
    try:
        wording = read_wording(text, kind)
        with_wording(kind, wording)
    except WordingRefused as fault:
        raise Unacceptable({"text": "; ".join(fault.problems)}) from fault
    LoadedWording.objects.get_or_create(
        instrument_id=kind.id,
        instrument_version=kind.version,
        language=wording.language,
        version=wording.version,
        defaults={
            "body": text,
            "loaded_at": now,
            "loaded_by_id": uuid.UUID(actor.staff_id),
            "loaded_by_name": actor.name,
        },
    )
    return kind.id


@service(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@transaction.atomic
def set_crisis_text(actor: Actor, *, language: str, text: str, now: datetime) -> None:
    """Set the crisis text of one language, with the clinic's own and its region's numbers."""
    text = checks.tidy(text)
    wrong = checks.line_words(text, most_count=600)
    unknown = unknown_in(text)
    if unknown and not wrong:
        wrong = _("These words in braces are no placeholders: %(names)s.") % {"names": ", ".join(unknown)}
    if wrong or len(text) < 20:
        raise Unacceptable({"text": wrong or _("Say whom to call, in one or two sentences.")})
    CrisisText.objects.create(
        language=language, text=text, set_at=now, set_by_id=uuid.UUID(actor.staff_id), set_by_name=actor.name
    )
