"""A request read from a form's fields: every field or all that cannot be read, never a guess."""

from __future__ import annotations

from typing import TypeVar

from django.http import QueryDict

from dripstand.infusion.forms import parse
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.views.session_page import SessionPage, fields_of, staff_named

R = TypeVar("R")


def read(kind: type[R], post: QueryDict, page: SessionPage) -> R | tuple[Refusal, ...]:
    """The request of this kind that the form holds, or a refusal for each field that cannot be read."""
    parsed = parse(kind, fields_of(post, page.zone), me=page.me, staff=staff_named)
    if isinstance(parsed, tuple):
        return parsed
    assert isinstance(parsed, kind)
    return parsed
