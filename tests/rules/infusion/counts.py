"""How often a property is tried: a few times while working, the promised count when it is proved."""

from __future__ import annotations

import os

from hypothesis import settings


def tried(fast: int, prove: int) -> settings:
    """Settings with this many examples in the profile that runs."""
    return settings(max_examples=prove if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else fast)
