"""The text of a PDF as Chromium prints it, page by page: enough of the format for that, and no more.

Chromium writes each page's content deflated, its text as glyph numbers of subset fonts, and for each font a table back
to Unicode (ISO 32000-1, 9.10.3). Where a word ends is a matter of layout there, so spaces are left out.
"""

from __future__ import annotations

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n")
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")


def squeezed(text: str) -> str:
    """A text as it is looked for on paper: no spaces, ligatures as letters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Paper:
    """`pages`: the squeezed text of each, in the order in which it was drawn."""

    def __init__(self, content: bytes) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(content)}
        self.pages = [self._text(body) for body in self._objects.values() if re.search(rb"/Type\s*/Page\b", body)]

    def _stream(self, number: int) -> bytes:
        body = self._objects[number]
        start, length = _STREAM.search(body), re.search(rb"/Length (\d+)", body)
        assert start is not None and length is not None, f"object {number} holds no stream"
        held = body[start.end() : start.end() + int(length[1])]
        return zlib.decompress(held) if b"/FlateDecode" in body else held

    def _text(self, page: bytes) -> str:
        fonts = {name: self._glyphs(int(at)) for name, at in self._named(page, b"Font")}
        said: list[str] = []
        glyphs: dict[int, str] = {}
        for number in re.findall(rb"(\d+) 0 R", re.search(rb"/Contents\s*(\[[^\]]*\]|\d+ 0 R)", page)[1]):  # type: ignore[index]
            for font, shown in _SHOWN.findall(self._stream(int(number))):
                if font:
                    glyphs = fonts.get(font, {})
                else:
                    codes = (int(shown[at : at + 4], 16) for at in range(0, len(shown), 4))
                    said += [glyphs.get(code, "") for code in codes]
        return squeezed("".join(said))

    def _named(self, page: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
        resources = page
        at = re.search(rb"/Resources\s+(\d+) 0 R", page)
        if at is not None:
            resources = self._objects[int(at[1])]
        block = re.search(rb"/" + kind + rb"\s*<<(.*?)>>", resources, re.S)
        return re.findall(rb"/(\w+) (\d+) 0 R", block[1]) if block else []

    def _glyphs(self, font: int) -> dict[int, str]:
        at = re.search(rb"/ToUnicode (\d+) 0 R", self._objects[font])
        if at is None:
            return {}
        table = self._stream(int(at[1]))
        found: dict[int, str] = {}
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
            for glyph, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
                found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
            for low, high, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
                for step in range(int(high, 16) - int(low, 16) + 1):
                    found[int(low, 16) + step] = chr(int(text, 16) + step)
        return found
