"""The chain that makes a change to the log visible: each entry's hash covers the entry and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from dripstand.infusion.events import ChartEntry
from dripstand.infusion.payloads import dump, instant_text

GENESIS = "0" * 64
"""What the first entry of a session names as the hash before it."""


def entry_hash(previous_hash: str, entry: ChartEntry, payload: str | None = None) -> str:
    """SHA-256 (hex) over everything in the entry except its own hash, chained to the one before.

    previous_hash: the hash of the entry before, or GENESIS. The entry's own ``previous_hash`` and ``hash`` are ignored.
    payload: the text as it is stored; None = as it would be stored now. They differ only where an upcast read it.
    """
    covered = {
        "previous_hash": previous_hash,
        "session_id": entry.session_id,
        "sequence": entry.sequence,
        "occurred_at": instant_text(entry.occurred_at),
        "recorded_at": instant_text(entry.recorded_at),
        "actor_id": entry.actor.staff_id,
        "actor_name": entry.actor.name,
        "submission_id": entry.submission_id,
        "late_reason": entry.late_reason,
        "payload": dump(entry.event) if payload is None else payload,
    }
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(
    entries: Sequence[ChartEntry], expected_head: str | None = None, payloads: Sequence[str] | None = None
) -> int | None:
    """The sequence of the first bad entry; None when the whole chain holds.

    entries: one session's log in order of sequence.
    expected_head: the head hash as it was kept elsewhere. It shows what the chain alone cannot: a tail cut off, or a
    chain computed anew. A missing or recomputed tail is reported at the sequence after the last entry.
    payloads: the texts as they are stored, one an entry.
    """
    previous = GENESIS
    for sequence, entry in enumerate(entries, start=1):
        if (
            entry.sequence != sequence
            or entry.session_id != entries[0].session_id
            or entry.previous_hash != previous
            or entry.hash != entry_hash(previous, entry, payloads[sequence - 1] if payloads is not None else None)
        ):
            return sequence
        previous = entry.hash
    if expected_head is not None and expected_head != previous:
        return len(entries) + 1
    return None
