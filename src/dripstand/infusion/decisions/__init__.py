"""Deciding: (chart, request, now, actor) -> what is charted, or a refusal. Pure; the store appends the answer."""

from __future__ import annotations

from dripstand.infusion.decisions.deciding import Decided, decide
from dripstand.infusion.permissions import who_may

__all__ = ["Decided", "decide", "who_may"]
