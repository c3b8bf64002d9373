"""A link that Dripstand sends by itself, with a sentence that says why: what the messages of this room share."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from dripstand.people.errors import Unacceptable
from dripstand.people.links.verbs import MadeLink
from dripstand.people.services import send_link
from dripstand.premises.queries import clinic


def has_left(link: MadeLink, *, to: str, language: str, may_name_treatment: bool, why: str, now: datetime) -> bool:
    """Send it; whether the mail server took it.

    An address that is none counts as a try that failed: the staff see that nothing left.
    """
    here = clinic()
    try:
        left: bool = send_link(
            link,
            to=to,
            site=settings.SITE_ADDRESS,
            clinic_name=here.name if here else "",
            door_name=here.door_name if here else "",
            language=language,
            may_name_treatment=may_name_treatment,
            why=why,
            now=now,
        )
    except Unacceptable:
        return False
    return left
