"""An escalation as a value: what it asks for, whose it is, and what keeps it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dripstand.outcomes.disposition import Outcome
from dripstand.outcomes.suicidality import Because, Place, Step

ONLY_ASK = frozenset({Step.ASK_THE_ITEM})


@dataclass(frozen=True, slots=True)
class Disposed:
    """The signed disposition."""

    signed_by_name: str
    signed_at: datetime
    finding: str
    outcome: Outcome
    spoke_with_patient: bool


@dataclass(frozen=True, slots=True)
class EscalationDetails:
    """One escalation, with everything that the same form asked for since it was opened.

    owner: who took it last, else who was asked first; "" where the clinic has nobody.
    item_answered: whether an item that was left out has been asked since.
    """

    escalation_id: str
    questionnaire_id: str
    patient_id: str
    session_id: str
    instrument_name: str
    place: Place
    steps: frozenset[Step]
    because: tuple[Because, ...]
    extrapolated: bool
    level_score: int | None
    answered_at: datetime
    opened_at: datetime
    owner_id: str
    owner_name: str
    is_taken: bool
    was_paged: bool
    item_answered: bool
    disposed: Disposed | None = None

    @property
    def must_be_signed(self) -> bool:
        return bool(self.steps - {Step.CRISIS_TEXT, Step.SHOW_AS_KNOWN, Step.ASK_THE_ITEM})

    @property
    def is_open(self) -> bool:
        """Only a signed disposition closes it; one that merely asks for an item is closed by the answer as well."""
        if self.disposed is not None:
            return False
        return self.must_be_signed or (Step.ASK_THE_ITEM in self.steps and not self.item_answered)

    @property
    def is_known(self) -> bool:
        return Step.SHOW_AS_KNOWN in self.steps

    @property
    def printed(self) -> str:
        """For clinicians: what was found, and "extrapolated" where the rule is another scale's."""
        found = ", ".join(self.because)
        return f"{found} (extrapolated)" if self.extrapolated else found
