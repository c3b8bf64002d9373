"""Reads the segments of one HL7 version 2 message, leniently.

Delimiters come from MSH, not from habit. Segments end with CR; LF or CRLF is read too, with a warning. The character
set is the one of MSH-18 when it fits the bytes, else UTF-8, else ISO 8859-1: the numbers are ASCII in any of them, so a
patient's name in the wrong set must never cost a reading.
Source: devices.md sections 1, 6 and 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MOST_SEGMENTS = 5_000
"""Assumed: ten times the longest message seen. A longer one is refused, because reading a part would lose the rest."""

_CHARSETS = {
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "ASCII": "ascii",
    "GB 18030-2000": "gb18030",
    "ISO IR87": "iso2022_jp",
    **{f"8859/{part}": f"iso8859-{part}" for part in range(1, 17) if part != 12},
}
"""HL7 table 0211 [std], the part that monitors were seen to use (devices.md section 1, MSH-18) and its neighbours."""

_SEGMENT_AFTER_LF = re.compile(r"\n(?=[A-Z][A-Z0-9]{2}(?:[^A-Za-z0-9 \n]|$))")


class Notice(StrEnum):
    """What was odd about a message that was read all the same."""

    NOT_HL7 = "not_hl7"
    SEPARATORS = "segments_separated_by_line_feed"
    CHARSET_UNDECLARED = "charset_undeclared"
    CHARSET_WRONG = "charset_wrong"
    CHARSET_UNKNOWN = "charset_unknown"
    NUL_REMOVED = "nul_bytes_removed"
    SEVERAL_HEADERS = "earlier_message_in_frame_discarded"
    TOO_MANY_SEGMENTS = "too_many_segments"
    DELIMITERS = "unusual_delimiters"
    NO_CONTROL_ID = "no_control_id"
    NO_TYPE = "no_message_type"
    VERSION = "unexpected_version"
    ZONE_MISSING = "time_without_offset"
    TIME_UNREADABLE = "time_unreadable"
    TIME_AMBIGUOUS = "time_ambiguous"
    CLOCK = "device_clock_differs"
    CODING = "code_and_name_disagree"
    UNIT = "unit_not_accepted"
    NOT_A_PATIENT = "patient_id_names_nobody"
    DAMAGED = "parts_of_two_messages"
    SEVERAL_PATIENTS = "several_patients_in_one_message"
    STATUS = "unknown_result_status"
    TRAINING = "not_a_production_message"
    VALUE = "value_not_accepted"


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: what kind, and what it was about (never a patient's name)."""

    notice: Notice
    about: str = ""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@dataclass(frozen=True, slots=True)
class Segments:
    """The fields of one message: each segment is a list whose index is the HL7 field number (MSH shifted to fit)."""

    delimiters: Delimiters
    rows: tuple[list[str], ...]
    warnings: tuple[Warned, ...]
    charset: str
    damaged: bool
    """The rest of a second header stands in the body: bytes were lost, and two messages may have run together."""

    @property
    def header(self) -> list[str]:
        """MSH, with header[9] being MSH-9."""
        return self.rows[0]


def field(row: list[str], number: int) -> str:
    """One field of a segment by its HL7 number, empty when the segment is shorter."""
    return row[number] if number < len(row) else ""


def read_segments(content: bytes) -> Segments | None:
    """The segments of a message, or None when the bytes hold no MSH header."""
    warnings: list[Warned] = []
    begin = content.find(b"MSH")
    if begin < 0 or len(content) < begin + 8:
        return None
    if content[:begin].strip(b"\xef\xbb\xbf\r\n\t \x00"):
        return None
    content = content[begin:]
    if b"\x00" in content:
        content = content.replace(b"\x00", b"")
        warnings.append(Warned(Notice.NUL_REMOVED))
    text, charset = _decoded(content, warnings)
    text = _last_header_on(text, warnings)
    lines = _lines(text, warnings)
    if "\rMSH" in text or "\nMSH" in text:
        lines = _last_message(lines, warnings)
    delimiters = _delimiters(lines[0], warnings)
    if delimiters is None:
        return None
    if len(lines) > MOST_SEGMENTS:
        lines = lines[: MOST_SEGMENTS + 1]
        warnings.append(Warned(Notice.TOO_MANY_SEGMENTS))
    separator = delimiters.field
    rows = [line.split(separator) for line in lines]
    rows[0].insert(1, separator)
    damaged = _is_trace_of_header(rows[0], text, len(lines[0]), delimiters.component)
    return Segments(delimiters, tuple(rows), tuple(warnings), charset, damaged)


def unescaped(text: str, delimiters: Delimiters) -> str:
    r"""A field's text with HL7 escapes (\F\ \S\ \T\ \R\ \E\ \Xhh\) resolved; unknown escapes are left as they stand."""
    escape = delimiters.escape
    if not escape or escape not in text:
        return text
    plain = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": escape,
        ".br": "\n",
        "H": "",
        "N": "",
    }
    pieces = text.split(escape)
    out = [pieces[0]]
    index, count = 1, len(pieces)
    while index < count:
        piece = pieces[index]
        closed = index + 1 < count
        if closed and piece in plain:
            out.append(plain[piece] + pieces[index + 1])
            index += 2
        elif closed and piece[:1] == "X" and (hexed := _hex_escape(piece)) is not None:
            out.append(hexed + pieces[index + 1])
            index += 2
        else:
            out.append(escape + piece)
            index += 1
    return "".join(out)


def _hex_escape(piece: str) -> str | None:
    if not piece.startswith("X") or len(piece) > 65:
        return None
    try:
        raw = bytes.fromhex(piece[1:])
    except ValueError:
        return None
    return raw.decode("utf-8", "replace").replace("\x00", "")


def _decoded(content: bytes, warnings: list[Warned]) -> tuple[str, str]:
    declared = _declared_charset(content)
    if content.isascii():
        known = _CHARSETS.get(declared)
        return content.decode("iso2022_jp" if known == "iso2022_jp" else "ascii", "replace"), declared or "ASCII"
    codec: str | None = _CHARSETS.get(declared)
    if declared and codec is None:
        warnings.append(Warned(Notice.CHARSET_UNKNOWN, declared[:40]))
    if codec is not None and codec != "ascii":
        try:
            return content.decode(codec), declared
        except UnicodeDecodeError:
            warnings.append(Warned(Notice.CHARSET_WRONG, declared))
    elif codec == "ascii":
        warnings.append(Warned(Notice.CHARSET_WRONG, declared))
    elif not declared:
        warnings.append(Warned(Notice.CHARSET_UNDECLARED))
    try:
        return content.decode("utf-8"), "UNICODE UTF-8"
    except UnicodeDecodeError:
        return content.decode("iso8859-1"), "8859/1"


def _declared_charset(content: bytes) -> str:
    separator = content[3:4]
    line = content.split(b"\r", 1)[0].split(b"\n", 1)[0]
    fields = line.split(separator, 18)
    if len(fields) < 18:
        return ""
    repetition = content[5:6]
    name = fields[17].split(repetition, 1)[0] if repetition else fields[17]
    return name.decode("ascii", "replace").strip().upper()


def _lines(text: str, warnings: list[Warned]) -> list[str]:
    if "\n" not in text:
        return [line for line in text.split("\r") if line]
    warnings.append(Warned(Notice.SEPARATORS))
    text = text.replace("\r\n", "\r")
    text = _SEGMENT_AFTER_LF.sub("\r", text)
    return [line for part in text.split("\r") if (line := part.strip("\n").replace("\n", " "))]


def _last_header_on(text: str, warnings: list[Warned]) -> str:
    """A second header, wherever it stands, begins the message that is whole; what was before it lost its end."""
    again = text.rfind(text[:8], 1)
    if again < 0:
        return text
    warnings.append(Warned(Notice.SEVERAL_HEADERS))
    return text[again:]


def _is_trace_of_header(header: list[str], text: str, header_length: int, component: str) -> bool:
    kind = component.join(field(header, 9).split(component)[:2])
    return len(kind) >= 5 and text.find(kind, header_length) >= 0


def _last_message(lines: list[str], warnings: list[Warned]) -> list[str]:
    """A second header in one frame means that an end and a start were lost: keep the last message, the whole one."""
    for index in range(len(lines) - 1, 0, -1):
        if lines[index].startswith("MSH") and not lines[index][3:4].isalnum():
            warnings.append(Warned(Notice.SEVERAL_HEADERS))
            return lines[index:]
    return lines


def _delimiters(header: str, warnings: list[Warned]) -> Delimiters | None:
    separator = header[3:4]
    if not separator or separator.isalnum() or separator.isspace():
        return None
    encoding = header[4:].split(separator, 1)[0]
    if encoding == "^~\\&":
        return Delimiters(separator)
    if len(encoding) < 1 or any(mark.isalnum() or mark == separator for mark in encoding[:4]):
        return None
    warnings.append(Warned(Notice.DELIMITERS, encoding[:8]))
    marks = list(encoding[:4]) + ["^", "~", "\\", "&"][len(encoding[:4]) :]
    if len(set(marks)) < 4:
        return None
    return Delimiters(separator, *marks)
