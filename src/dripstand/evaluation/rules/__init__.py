"""Every rule, as data: exclusions and cautions (protocol.md 1.3), interactions (1.4), and each indication's own."""

from __future__ import annotations

from dripstand.evaluation.rules.exclusions import EXCLUSIONS
from dripstand.evaluation.rules.indications import OF_INDICATIONS
from dripstand.evaluation.rules.interactions import INTERACTIONS
from dripstand.evaluation.rules.rule import Rule, RuleClass

RULES: tuple[Rule, ...] = (*EXCLUSIONS, *INTERACTIONS, *OF_INDICATIONS)
OF_NAME: dict[str, Rule] = {one.rule: one for one in RULES}

__all__ = ["OF_NAME", "RULES", "Rule", "RuleClass"]
