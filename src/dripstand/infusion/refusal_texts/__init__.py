"""Every sentence that a refusal can say, by its code.

One sentence a fact; the limit names its number; the way forward is something that the reader can do.
"""

from __future__ import annotations

from collections.abc import Mapping

from dripstand.infusion.refusal_texts.asking import TYPING, WHEN, WHO
from dripstand.infusion.refusal_texts.bags import BAG_TEXTS
from dripstand.infusion.refusal_texts.clearance import CLEARANCE
from dripstand.infusion.refusal_texts.correcting import CONTRADICTIONS, CORRECTING
from dripstand.infusion.refusal_texts.emergency import HARD_DAY
from dripstand.infusion.refusal_texts.infusing import INFUSION, WATCHING
from dripstand.infusion.refusal_texts.leaving import CRITERIA, LEAVING
from dripstand.infusion.refusal_texts.text import Text, gettext_noop
from dripstand.infusion.refusal_texts.visit import ORDER_TEXTS, VISIT

__all__ = ["TEXTS", "Text", "gettext_noop"]

TEXTS: Mapping[str, Text] = {
    **WHO,
    **TYPING,
    **WHEN,
    **VISIT,
    **ORDER_TEXTS,
    **CLEARANCE,
    **BAG_TEXTS,
    **INFUSION,
    **WATCHING,
    **LEAVING,
    **CRITERIA,
    **HARD_DAY,
    **CORRECTING,
    **CONTRADICTIONS,
}
