"""A template as canonical JSON and back: what is stored, hashed and signed.

A version signed under an older release stays readable: a number that it does not have yet takes the default of this
software, and the page shows it with its default's source.
"""

from __future__ import annotations

import json

from dripstand.protocol.canonical import Unreadable, plain, read_record, sha256_of, text_of
from dripstand.protocol.template import ProtocolTemplate

__all__ = ["UnreadableTemplate", "from_json", "sha256_of", "to_json"]

UnreadableTemplate = Unreadable
"""Stored text that is no protocol template."""

# These say which row it is and who signed it; they live in the row, not in what is signed.
_OF_THE_ROW = ("template_id", "signed_by")


def to_json(template: ProtocolTemplate) -> str:
    """The canonical text of what is signed: everything but the row's id and the signatures."""
    body = plain(template)
    for name in _OF_THE_ROW:
        del body[name]
    return text_of(body)


def from_json(text: str, *, template_id: str, signed_by: tuple[str, ...] = ()) -> ProtocolTemplate:
    """The template that `to_json` wrote. Raises UnreadableTemplate."""
    try:
        body = json.loads(text)
    except json.JSONDecodeError as fault:
        raise UnreadableTemplate("not JSON") from fault
    if not isinstance(body, dict) or set(_OF_THE_ROW) & set(body):
        raise UnreadableTemplate("not a template")
    template = read_record(ProtocolTemplate, {**body, "template_id": template_id, "signed_by": list(signed_by)}, "")
    assert isinstance(template, ProtocolTemplate)
    return template
