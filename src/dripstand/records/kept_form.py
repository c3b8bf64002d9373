"""A visit's summary as JSON and back, to the last bit, and the name of the code that makes it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from dripstand import __version__
from dripstand.infusion.events import Severity
from dripstand.records.borne import Borne, Peak, WorstEffect
from dripstand.records.course import CuffReading

RESTS_ON = ("infusion", "monitoring", "pharmacology", "protocol", "records")
"""The rooms whose code and numbers a summary comes from."""
NOT_CODE = frozenset({"templates", "migrations", "__pycache__"})


@lru_cache(maxsize=1)
def code_that_makes_it() -> str:
    """Names the code: every file of the rooms that a summary rests on, and what they count with. SHA-256, in hex.

    So a mended rule, and another number of a model, makes every summary anew, and nobody has to think of it.
    """
    found = hashlib.sha256(f"{__version__} {platform.python_version()} {np.__version__}".encode())
    house = Path(__file__).resolve().parent.parent
    for room in RESTS_ON:
        for path in sorted((house / room).rglob("*")):
            within = path.relative_to(house)
            if path.is_file() and NOT_CODE.isdisjoint(within.parts):
                found.update(f"\0{within.as_posix()}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def to_json(borne: Borne) -> dict[str, Any]:
    """As the table keeps it."""
    cuff = borne.highest_cuff
    return {
        "started_at": borne.started_at.isoformat() if borne.started_at else None,
        "dose_mg": _text(borne.dose_mg),
        "dose_mg_per_kg": _text(borne.dose_mg_per_kg),
        "is_estimated": borne.is_estimated,
        "peak": asdict(borne.peak) if borne.peak else None,
        "highest_cuff": {**asdict(cuff), "at": cuff.at.isoformat()} if cuff else None,
        "worst": [[each.effect, each.severity.value] for each in borne.worst],
        "asked": borne.asked,
    }


def from_json(session_id: str, body: Mapping[str, Any]) -> Borne:
    """What `to_json` made."""
    cuff = body["highest_cuff"]
    return Borne(
        session_id=session_id,
        started_at=datetime.fromisoformat(body["started_at"]) if body["started_at"] else None,
        dose_mg=_fraction(body["dose_mg"]),
        dose_mg_per_kg=_fraction(body["dose_mg_per_kg"]),
        is_estimated=body["is_estimated"],
        peak=Peak(**body["peak"]) if body["peak"] else None,
        highest_cuff=CuffReading(**{**cuff, "at": datetime.fromisoformat(cuff["at"])}) if cuff else None,
        worst=tuple(WorstEffect(effect, Severity(severity)) for effect, severity in body["worst"]),
        asked=body["asked"],
    )


def _text(value: Fraction | None) -> str | None:
    return str(value) if value is not None else None


def _fraction(text: str | None) -> Fraction | None:
    return Fraction(text) if text is not None else None
