"""A recording as an answer: whole, or the part that a player asks for.

Some players (those of the iPad and the iPhone) play nothing from a server that cannot send a part. RFC 9110, 14.2:
one range of bytes is answered by 206, one outside of the recording by 416; several ranges at once, other units and what
cannot be read are answered by the whole.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from dripstand.people.errors import NotThere

_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,12})-(\d{0,12})|-(\d{1,12}))", re.ASCII)


def part_of(asked: str, size_bytes: int) -> range | None:
    """The bytes that a Range header asks for; an empty range where there are none; None for the whole."""
    found = _ONE_RANGE.fullmatch(asked.strip())
    if found is None:
        return None
    first, last, of_the_end = found.groups()
    if first is None:
        return range(max(0, size_bytes - int(of_the_end)), size_bytes)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size_bytes, int(last) + 1 if last else size_bytes))


def sound_answer(request: HttpRequest, found: tuple[str, bytes] | None) -> HttpResponse:
    """A recording as it was kept. Raises NotThere where there is none."""
    if found is None:
        raise NotThere("recording")
    kind, content = found
    headers = {"X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes"}
    part = part_of(request.headers.get("Range", ""), len(content))
    if part is None:
        return HttpResponse(content, content_type=kind, headers=headers)
    if not part:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return HttpResponse(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return HttpResponse(content[part.start : part.stop], content_type=kind, headers=headers, status=206)
