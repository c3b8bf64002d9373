"""The reference messages beside these tests: bytes as sent, and what each has to become. See vectors/hl7/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors" / "hl7"
MESSAGE_CASES = sorted(path.stem for path in FOLDER.glob("*.hl7") if not path.stem.startswith("bad_"))
MALFORMED_CASES = sorted(path.stem for path in FOLDER.glob("bad_*.hl7"))


def sent(name: str) -> bytes:
    """The bytes of a case."""
    return (FOLDER / f"{name}.hl7").read_bytes()


def expected(name: str) -> dict[str, Any]:
    """The JSON of a case."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
