"""The answer to a message: which code, and the message that carries it.

AA and CA are said only after the reading is durable: the listener asks `answers` with what the store reported. AE means
"we failed, send again", AR "never". The acknowledgement says received, not charted.
Source: devices.md section 1, Acknowledgement [std, agrees with python-hl7, HAPI and vendor notes].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .messages import Ack, DecodedMessage, Kind
from .reader import Delimiters

_MEASURING = frozenset({"", "R01", "R30", "R31", "R32", "R40", "R42", "W01"})
_ACCEPT_CODES = {Ack.AA: Ack.CA, Ack.AE: Ack.CE, Ack.AR: Ack.CR}
_ERRORS = {Ack.AE: ("207", "Application internal error"), Ack.AR: ("200", "Unsupported message type")}


def verdict(message_code: str, trigger: str, version: str) -> tuple[Ack, str]:
    """What a message deserves by its header alone: (AA or AR, the reason of a refusal).

    Orders to a pump are refused for ever: Dripstand does not program pumps, and never relays an order.
    """
    if version and not version.startswith("2"):
        return Ack.AR, f"HL7 version {version[:16]} is not spoken here"
    if message_code == "RGV":
        return Ack.AR, "Dripstand does not take orders for pumps"
    if message_code == "ORU" and trigger in _MEASURING or message_code in ("ADT", "ACK"):
        return Ack.AA, ""
    return Ack.AR, f"Message type {message_code[:8]} {trigger[:8]} is not served here"


@dataclass(frozen=True, slots=True)
class Answer:
    """One acknowledgement to send."""

    code: Ack
    reason: str = ""


def answers(message: DecodedMessage, *, stored: bool, strict: bool, reason: str = "") -> tuple[Answer, ...]:
    """The acknowledgements that a message gets, in order.

    stored: True once the message is durable (or was a duplicate of one that is).
    strict: the per-device setting for enhanced mode. Without it every message gets one application acknowledgement;
    with it MSH-15 asks for the accept acknowledgement, MSH-16 for the application one; both come when both are asked.
    An acknowledgement is never acknowledged.
    """
    if message.kind is Kind.ACKNOWLEDGEMENT:
        return ()
    code: Ack
    if message.ack is not Ack.AA:
        code, why = message.ack, message.ack_reason
    elif stored:
        code, why = Ack.AA, ""
    else:
        code, why = Ack.AE, reason or "Not stored; send it again"
    enhanced = bool(message.accept_wanted or message.application_wanted)
    if not strict or not enhanced:
        return (Answer(code, why),)
    chosen: list[Answer] = []
    if _wanted(message.accept_wanted, code):
        chosen.append(Answer(_ACCEPT_CODES[code], why))
    if _wanted(message.application_wanted, code):
        chosen.append(Answer(code, why))
    return tuple(chosen)


def _wanted(condition: str, code: Ack) -> bool:
    succeeded = code is Ack.AA
    return {"AL": True, "NE": False, "SU": succeeded, "ER": not succeeded}.get(condition, False)


def render(message: DecodedMessage | None, answer: Answer, *, at: datetime, control_id: str) -> bytes:
    """The bytes of an acknowledgement, unframed. A message without a readable header is answered with standard marks.

    at: when it is sent. control_id: the answer's own, any text unique to it.
    """
    marks = message.delimiters if message is not None else Delimiters()
    separator = marks.field
    encoding = marks.component + marks.repetition + marks.escape + marks.subcomponent
    stamp = at.strftime("%Y%m%d%H%M%S%z")
    if message is not None:
        trigger = message.trigger or "R01"
        ours = [message.sender.receiving_application or "DRIPSTAND", message.sender.receiving_facility]
        theirs = [message.sender.application, message.sender.facility]
        version, processing = message.version or "2.6", message.processing or "P"
        echoed, charset = message.control_id or "", message.charset
    else:
        trigger, version, processing, echoed, charset = "R01", "2.6", "P", "", ""
        ours, theirs = ["DRIPSTAND", ""], ["", ""]
    header = ["MSH", encoding, *ours, *theirs, stamp, "", marks.component.join(["ACK", trigger, "ACK"])]
    header += [control_id, processing, version, "", "", "NE", "NE", "", charset]
    rows = [header, ["MSA", str(answer.code), echoed]]
    if answer.reason:
        rows[1].append(_plain(answer.reason, marks))
    kind = _ERRORS.get(Ack("A" + answer.code[1]))
    if kind is not None:
        error = marks.component.join([*kind, "HL70357"])
        rows.append(["ERR", "", "", error, "E", "", "", "", _plain(answer.reason, marks)])
    text = "".join(separator.join(row).rstrip(separator) + "\r" for row in rows)
    try:
        return text.encode(_codec(charset))
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _codec(charset: str) -> str:
    return "iso8859-1" if charset == "8859/1" else "utf-8"


def _plain(text: str, marks: Delimiters) -> str:
    """Our own words hold no delimiter; if one slips in, it becomes a blank."""
    special = marks.field + marks.component + marks.repetition + marks.escape + marks.subcomponent + "\r\n"
    return "".join(" " if mark in special else mark for mark in text)
