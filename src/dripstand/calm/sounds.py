"""What a recording may be: by its first bytes, never by its name; nothing is decoded on the server (H59)."""

from __future__ import annotations

CLINIC_BYTES_MOST = 15_000_000
JOURNAL_BYTES_MOST = 4_000_000  # about fifteen minutes of speech as browsers record it
RECORDINGS_MOST_COUNT = 20


def kind_of(head: bytes) -> str | None:
    """The media type that the first sixteen bytes mean, or None for what is no recording."""
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "audio/webm"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"fLaC":
        return "audio/flac"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"  # an MPEG audio frame, layer III, or its tag
    return None
