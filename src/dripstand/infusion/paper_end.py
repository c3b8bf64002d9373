"""The foot of the printed sheet, read as entries: bag down, line out, what was judged, the escort, how they left.

Each group has its own time by the clock on the wall, and is left out where nothing of it was written. Nothing is
filled in that the foot does not say: a volume that was not measured stays unmeasured, and what nobody wrote of somebody
who left against advice stays unsaid. What the rules ask for is asked as at the time: an ordinary discharge needs every
criterion and whole groups; leaving against advice is never blocked, and a group of which only a part was written is
kept as a note in the sheet's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dripstand.infusion import events as ev
from dripstand.infusion.forms import Unread
from dripstand.infusion.paper import ROWS_COUNT, OnPaper
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.requests import Request
from dripstand.infusion.typed import typed_decimal

GROUPS: Mapping[str, tuple[str, ...]] = {
    "bag": ("bag_left_ml", "cleared_how", "flush_ml", "flush_min"),
    "line": ("line_site",),
    "judged": ("judged_met", "suicide_finding", "suicide_disposition", "suicide_safe"),
    "escort": ("escort_name", "escort_relation", "escort_identity", "escort_fit", "escort_told", "escort_signature"),
    "left": ("left_how", "left_capacity", "left_warned", "left_told"),
}
"""The groups in the order in which they happen, each with its fields besides its time."""

TIME_WORDS: Mapping[str, str] = {"bag": "bag down", "line": "line out", "judged": "judged", "escort": "escort seen"}
"""What a group's time alone says, for a note."""

DISCHARGED, AGAINST_ADVICE = "discharged", "against_advice"
LEFT_HOW = (DISCHARGED, AGAINST_ADVICE)
YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Foot:
    """What was typed. one: the text of a field. many: what was ticked. at: the instant of a time as typed."""

    one: Callable[[str], str]
    many: Callable[[str], Sequence[str]]
    at: Callable[[str], datetime | None]


def field_of(name: str) -> str:
    return f"end-{name}"


def end_of(foot: Foot, *, bag_id: str) -> list[OnPaper] | Reason:
    """The entries that the foot means, or the first field of it that cannot be read. bag_id: of the bag that hung."""
    found: list[OnPaper] = []
    against_advice = _text(foot, "left_how") == AGAINST_ADVICE
    left_at = foot.at(_text(foot, "left_at")) if against_advice and _text(foot, "left_at") else None
    for group, names in GROUPS.items():
        time_name = field_of(f"{group}_at")
        typed_at = foot.one(time_name).strip()
        if not typed_at and not any(_typed(foot, name) for name in names):
            continue
        at = foot.at(typed_at) if typed_at else left_at
        if at is None:
            return reason("paper_end_without_time", time_name)
        try:
            requests = _requests(foot, group, bag_id, keeps_parts=against_advice)
        except _Unreadable as fault:
            return fault.why
        found.extend(OnPaper(ROWS_COUNT + 1 + len(found) + number, at, one) for number, one in enumerate(requests))
    return found


def _requests(foot: Foot, group: str, bag_id: str, *, keeps_parts: bool) -> list[Request]:
    """What one group means. keeps_parts: what is not whole becomes a note and holds nobody up."""
    if group == "left" or not keeps_parts:
        return [request for read in _READ[group] for request in read(foot, bag_id)]
    if not _text(foot, f"{group}_at"):
        return [_as_note(foot, group)]  # without its own time no act of it is known to have happened when
    found: list[Request] = []
    is_whole = True
    for read in _READ[group]:
        try:
            found.extend(read(foot, bag_id))
        except _LeftEmpty:
            is_whole = False
    return found if is_whole else [*found, _as_note(foot, group)]


def _as_note(foot: Foot, group: str) -> Request:
    """A group in the words of the sheet: ``line out 10:04; site good``."""
    at = _text(foot, f"{group}_at")
    parts = [f"{TIME_WORDS[group]} {at}"] if at else []
    for name in GROUPS[group]:
        values = ", ".join(value.strip() for value in foot.many(field_of(name)) if value.strip())
        if values:
            parts.append(f"{name.removeprefix(f'{group}_').replace('_', ' ')} {values}")
    return ev.NoteWritten(f"on the sheet, not whole: {'; '.join(parts)}")


class _Unreadable(Exception):
    def __init__(self, why: Reason) -> None:
        self.why = why


class _LeftEmpty(_Unreadable):
    """A field was left empty that its entry cannot be without."""


def _typed(foot: Foot, name: str) -> bool:
    return any(value.strip() for value in foot.many(field_of(name)))


def _text(foot: Foot, name: str) -> str:
    return foot.one(field_of(name)).strip()


def _needed(foot: Foot, name: str) -> str:
    text = _text(foot, name)
    if not text:
        raise _LeftEmpty(reason("words_missing", field_of(name)))
    return text


def _yes_or_no(foot: Foot, name: str) -> bool:
    text = _needed(foot, name)
    if text not in YES_OR_NO:
        raise _Unreadable(Unread("choice_unknown", {"text": text[:12]}, field_of(name)))
    return YES_OR_NO[text]


def _number(foot: Foot, name: str) -> Decimal:
    if not _text(foot, name):
        raise _LeftEmpty(reason("number_missing", field_of(name)))
    read = typed_decimal(_text(foot, name), field_of(name))
    if isinstance(read, Reason):
        raise _Unreadable(read)
    return read


def _bag(foot: Foot, bag_id: str) -> Iterator[Request]:
    """Down, with what was left in it."""
    yield ev.BagTakenDown(bag_id, _number(foot, "bag_left_ml") if _text(foot, "bag_left_ml") else None)


def _flush(foot: Foot, bag_id: str) -> Iterator[Request]:
    if _text(foot, "flush_ml") or _text(foot, "flush_min"):
        yield ev.FlushGiven(_number(foot, "flush_ml"), _number(foot, "flush_min"))


def _cleared(foot: Foot, bag_id: str) -> Iterator[Request]:
    """How the line's drug was dealt with."""
    if _text(foot, "cleared_how"):
        yield ev.LineCleared(_text(foot, "cleared_how"))


def _line(foot: Foot, bag_id: str) -> Iterator[Request]:
    site = _needed(foot, "line_site")
    if site not in list(ev.SiteFinding):
        raise _Unreadable(Unread("choice_unknown", {"text": site[:12]}, field_of("line_site")))
    yield ev.LineRemoved(ev.SiteFinding(site))


def _judged(foot: Foot, bag_id: str) -> Iterator[Request]:
    for criterion in foot.many(field_of("judged_met")):
        yield ev.CriterionAssessed(criterion, met=True)


def _suicide_check(foot: Foot, bag_id: str) -> Iterator[Request]:
    if any(_text(foot, name) for name in ("suicide_finding", "suicide_disposition", "suicide_safe")):
        yield ev.SuicideRiskAssessed(
            finding=_needed(foot, "suicide_finding"),
            disposition=_needed(foot, "suicide_disposition"),
            safe_to_leave=_yes_or_no(foot, "suicide_safe"),
        )


def _escort(foot: Foot, bag_id: str) -> Iterator[Request]:
    yield ev.EscortConfirmed(
        name=_needed(foot, "escort_name"),
        relation=_needed(foot, "escort_relation"),
        identity_seen=_needed(foot, "escort_identity"),
        fit_to_escort=_yes_or_no(foot, "escort_fit"),
        told_no_driving=_yes_or_no(foot, "escort_told"),
        signature=_needed(foot, "escort_signature"),
    )


def _left(foot: Foot, bag_id: str) -> Iterator[Request]:
    how = _needed(foot, "left_how")
    if how == DISCHARGED:
        yield ev.ReadyToLeave()
        yield ev.PatientLeft()
    elif how == AGAINST_ADVICE:
        yield ev.LeftWithoutDischarge(
            has_capacity=YES_OR_NO.get(_text(foot, "left_capacity")),
            warnings_given=_text(foot, "left_warned"),
            line_removed=True if _text(foot, "line_at") else None,
            escort_called=True if _text(foot, "escort_at") else None,
            prescriber_told=_text(foot, "left_told"),
        )
    else:
        raise _Unreadable(Unread("choice_unknown", {"text": how[:12]}, field_of("left_how")))


_READ: Mapping[str, tuple[Callable[[Foot, str], Iterator[Request]], ...]] = {
    "bag": (_bag, _flush, _cleared),
    "line": (_line,),
    "judged": (_judged, _suicide_check),
    "escort": (_escort,),
    "left": (_left,),
}
"""What reads each group, entry by entry."""
