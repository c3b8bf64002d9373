"""A link as a picture to be photographed: the squares of a QR code as one path, drawn by the template itself."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE_SQUARES = 4  # ISO/IEC 18004 asks for four light squares on every side


@dataclass(frozen=True, slots=True)
class LinkCode:
    """One code. path: the dark squares for an SVG's `d`; width: of the picture in squares, quiet zone included."""

    path: str
    width: int


def code_of(address: str) -> LinkCode:
    """The code of an address, with the level of correction that survives a reflection on a tablet's glass (M)."""
    rows = segno.make(address, error="m", micro=False).matrix
    shift = QUIET_ZONE_SQUARES
    dark = (f"M{x + shift} {y + shift}h1v1h-1z" for y, row in enumerate(rows) for x, square in enumerate(row) if square)
    return LinkCode("".join(dark), len(rows) + 2 * shift)
