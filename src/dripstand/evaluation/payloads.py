"""Facts as they are stored: canonical JSON under the kind's name."""

from __future__ import annotations

import json

from dripstand.evaluation.entries import KINDS, Fact
from dripstand.protocol.canonical import Unreadable, plain, read_record, text_of


def dump(fact: Fact) -> str:
    """The canonical text of one fact. Raises Unreadable for one that has no stored kind."""
    if KINDS.get(fact.kind) is not type(fact):
        raise Unreadable(f"unknown kind {type(fact).__name__}")
    return text_of(plain(fact))


def load(kind: str, text: str) -> Fact:
    """The fact that a stored text means. Raises Unreadable, which names the kind and never the content."""
    found = KINDS.get(kind)
    if found is None:
        raise Unreadable(f"unknown kind {kind!r}")
    try:
        fact = read_record(found, json.loads(text), kind)
    except (ValueError, AttributeError) as fault:
        raise Unreadable(f"{kind}: does not fit its shape") from fault
    assert isinstance(fact, Fact)
    return fact
