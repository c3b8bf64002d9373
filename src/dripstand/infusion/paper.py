"""What was written on paper while Dripstand was away, read as entries: a row of the sheet is one or more of them.

A row says when it was written, by the clock on the wall; every entry of it happened then. Nothing is filled in that the
row does not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.refusals import Reason, Refusal, reason
from dripstand.infusion.requests import Request
from dripstand.infusion.typed import typed_decimal

ROWS_COUNT = 16  # as many as the printed sheet has

COLUMNS = ("systolic", "diastolic", "pulse", "spo2", "resp", "sedation", "act", "rate", "effect", "severity", "note")
"""A row's fields besides its time, in the order in which they are printed."""

ACTS = ("started", "rate", "paused", "resumed", "stopped")


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One entry that was on paper. row: its line on the sheet, from 1."""

    row: int
    occurred_at: datetime
    request: Request


def of_the_sheet(row: int, answer: Refusal) -> Refusal:
    """Why not, with the row it is about; what stands behind the rows is the foot of the sheet."""
    if row > ROWS_COUNT:
        return Refusal(tuple(reason("paper_end", one.field, why=one) for one in answer.reasons))
    return Refusal(tuple(reason("paper_row", one.field, row=row, why=one) for one in answer.reasons))


def is_empty(row: Mapping[str, str]) -> bool:
    return not any(row.get(name, "").strip() for name in COLUMNS)


def entries_of(row: Mapping[str, str], *, number: int, at: datetime, scale: str) -> list[OnPaper] | Reason:
    """The entries that one row means, or the first field of it that cannot be read.

    A row with a time alone says nothing yet: it is asked what happened then, and is never left out in silence.

    scale: the template's sedation scale. Numbers are read as typed and never scaled (H10).
    """
    read: dict[str, int | None] = {}
    for name in ("systolic", "diastolic", "pulse", "spo2", "resp", "sedation"):
        whole = _whole(row.get(name, ""), f"{name}-{number}")
        if isinstance(whole, Reason):
            return whole
        read[name] = whole
    rate: Decimal | None = None
    if row.get("rate", "").strip():
        typed = typed_decimal(row["rate"], f"rate-{number}")
        if isinstance(typed, Reason):
            return typed
        rate = typed
    act = row.get("act", "").strip()
    if act in ("started", "rate", "resumed") and rate is None:
        return reason("number_missing", f"rate-{number}")
    if rate is not None and act not in ("started", "rate", "resumed"):
        return reason("paper_rate_without_act", f"act-{number}")
    effect, severity = row.get("effect", "").strip(), row.get("severity", "").strip()
    if effect and not severity:
        return reason("paper_effect_without_strength", f"severity-{number}")
    if severity and not effect:
        return reason("paper_strength_without_effect", f"effect-{number}")
    found = [OnPaper(number, at, request) for request in _requests(row, read, act, rate, scale)]
    return found or reason("paper_row_empty", f"note-{number}")


def _requests(
    row: Mapping[str, str], read: Mapping[str, int | None], act: str, rate: Decimal | None, scale: str
) -> Iterator[Request]:
    if any(read[name] is not None for name in ("systolic", "diastolic", "pulse", "spo2", "resp")):
        yield ev.VitalSignsTaken(
            pulse_per_min=read["pulse"],
            spo2_percent=read["spo2"],
            respiratory_rate_per_min=read["resp"],
            nibp_systolic_mmhg=read["systolic"],
            nibp_diastolic_mmhg=read["diastolic"],
        )
    if read["sedation"] is not None:
        yield ev.SedationScored(scale, read["sedation"])
    if act == "paused":
        yield ev.InfusionPaused()
    elif act == "stopped":
        yield ev.InfusionStopped(ev.StopReason.NOT_YET_SAID)
    elif rate is not None:
        if act == "started":
            yield ev.InfusionStarted(rate)
        elif act == "resumed":
            yield ev.InfusionResumed(rate)
        else:
            yield ev.RateChanged(rate, row.get("note", "").strip() or "as written on paper", meant=True)
    effect = row.get("effect", "").strip()
    if effect:
        yield ev.SideEffectNoted(effect, ev.Severity(row["severity"].strip()))
    note = row.get("note", "").strip()
    if note and act != "rate":
        yield ev.NoteWritten(note)


def _whole(text: str, field: str) -> int | None | Reason:
    """A whole number of at most three digits, as vital signs are; a sedation score may be below zero."""
    trimmed = text.strip()
    if not trimmed:
        return None
    digits = trimmed[1:] if trimmed.startswith("-") else trimmed
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3):
        return reason("number_unreadable", field, text=trimmed[:12])
    return -int(digits) if trimmed.startswith("-") else int(digits)
