"""After infusions 3, 4 and 6: what published rules say of the course so far. Prompts only; the prescriber decides.

protocol.md 7.2: information after the third, a decision required after the fourth, a review of the course after the
sixth. Each rule was published for one scale and says "extrapolated" on another. Nothing here is for a patient to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dripstand.outcomes.clinician_only import ClinicianOnly
from dripstand.outcomes.definitions import BY_CODE, Definition
from dripstand.outcomes.instruments.instrument import secondary, verified
from dripstand.outcomes.response import judge
from dripstand.outcomes.score import Score
from dripstand.protocol.template import FourthInfusionChoice, Source


class Asks(StrEnum):
    INFORMATION = "for information"
    DECISION = "a decision is required"
    REVIEW = "review of the course"


class Decision(StrEnum):
    """What a prescriber decides at a checkpoint. Changing the dose or ending the course is then done in its plan."""

    CONTINUE = "continue as planned"
    CHANGE = "change the dose or the plan"
    STOP = "stop the course"
    REVIEWED = "reviewed"  # where there is nothing left to continue, change or stop


GOES_ON = (Decision.CONTINUE, Decision.CHANGE, Decision.STOP)


@dataclass(frozen=True, slots=True)
class CheckpointDecided:
    """One decision at one checkpoint. series_number: of the series that it is about; None where none was kept."""

    after_infusion: int
    decision: Decision
    reason: str
    decided_at: datetime
    decided_by_name: str
    series_number: int | None = None


ASKED_AFTER: Mapping[int, Asks] = {3: Asks.INFORMATION, 4: Asks.DECISION, 6: Asks.REVIEW}


def asked_after(fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR) -> Mapping[int, Asks]:
    """What is asked after which infusion. A clinic that has signed to finish six asks no decision after the fourth."""
    if fourth is FourthInfusionChoice.FINISH_SIX:
        return {**ASKED_AFTER, 4: Asks.INFORMATION}
    return ASKED_AFTER


def asked_in_series(
    planned_count: int, fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR
) -> Mapping[int, Asks]:
    """What is asked after which infusion of an induction of so many: its review is at the last that is planned.

    In a longer one the sixth informs, for what was published of six holds there too.
    """
    asked = {number: asks for number, asks in asked_after(fourth).items() if number < planned_count}
    if 6 in asked:
        asked[6] = Asks.INFORMATION
    return {**asked, planned_count: Asks.REVIEW} if planned_count > 0 else asked


def asked_of_pain(planned_count: int) -> Mapping[int, Asks]:
    """What is asked after which infusion of a series against chronic pain: whether to go on, and the review at the end.

    "One infusion, reassess" is the outpatient start of Cohen 2018 (protocol.md 14.3, in a summary); the rules for
    depression after 3, 4 and 6 infusions say nothing of pain.
    """
    asked = {1: Asks.DECISION} if planned_count > 1 else {}
    return {**asked, planned_count: Asks.REVIEW} if planned_count > 0 else asked


WHO_DECIDES = "These are published observations. The prescriber decides."

_IMPROVED = BY_CODE["madrs-improvement-20"]
_RESPONDED = BY_CODE["madrs-response-50"]

_GUANGZHOU = verified("Guangzhou, n=135, Transl Psychiatry 2024, s41398-024-03027-2 (protocol.md 7.2)")
_CRTCE = verified("CRTCE, n=134, doi 10.1016/j.pnpbp.2020.110126 (protocol.md 7.2)")
_BIO_K = verified("Bio-K, Parikh 2023 (protocol.md 7.2)")
_PHILLIPS = verified("Phillips 2019 (protocol.md 7.2)")
_KETECT = verified("KetECT, Ekstrand 2022 (protocol.md 7.2)")
_OLIVER = verified("Oliver 2022 (protocol.md 7.3)")
_McINNES = verified("McInnes 2022 (protocol.md 7.3)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One published rule. ``applies`` is None where a score that it needs is missing; ``words`` say the rule itself."""

    code: str
    words: str
    applies: bool | None
    source: Source
    extrapolated: bool

    @property
    def printed(self) -> str:
        note = " (extrapolated: published for another scale)" if self.extrapolated else ""
        unknown = " It cannot be told whether this applies: a score is missing." if self.applies is None else ""
        return f"{self.words}{note}{unknown} {self.source.text}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is asked of the prescriber after an infusion, and the rules that apply or might. Others are left out."""

    after_infusion: int
    asks: Asks
    prompts: tuple[Prompt, ...]
    who_decides: str = WHO_DECIDES


NO_RULE_FOR_PAIN = (
    "No published rule says from the first infusions against pain how the course will end, and none for depression is "
    "used in its place. The prescriber decides."
)
_REASSESS = secondary("Cohen 2018, doi 10.1097/AAP.0000000000000808, grade C, in CASA Bulletin 2021 (protocol.md 14.3)")


def checkpoint_of_pain(after_infusion: int, asks: Asks) -> ClinicianOnly[Checkpoint]:
    """The checkpoint of a course for pain: after the first infusion to reassess; otherwise that there is no rule."""
    reassess = Prompt(
        "reassess-after-one", "Outpatients start with one infusion; then it is reassessed.", True, _REASSESS, False
    )
    prompts = (reassess,) if after_infusion == 1 else ()
    return ClinicianOnly(Checkpoint(after_infusion, asks, prompts, NO_RULE_FOR_PAIN))


def checkpoint(
    after_infusion: int,
    baseline: Score,
    day_after: Mapping[int, Score],
    fourth: FourthInfusionChoice = FourthInfusionChoice.DECIDE_AT_FOUR,
) -> ClinicianOnly[Checkpoint] | None:
    """The checkpoint after this infusion, or None where there is none.

    day_after: the score about 24 h after each infusion, by its number; a missing one leaves its rules undecided.
    fourth: what the signed protocol says of the fourth infusion.
    Raises ScalesMixed where the scores are not all of the baseline's scale.
    """
    asks = asked_after(fourth).get(after_infusion)
    if asks is None:
        return None
    so_far = {number: score for number, score in day_after.items() if number <= after_infusion}
    improved = {number: _met(_IMPROVED, baseline, score) for number, score in so_far.items()}
    responded = {number: _met(_RESPONDED, baseline, score) for number, score in so_far.items()}
    scale = baseline.answers.instrument_id
    rules = {3: _after_three, 4: _after_four, 6: _after_six}[after_infusion]
    prompts = tuple(each for each in rules(improved, responded, scale) if each.applies is not False)
    return ClinicianOnly(Checkpoint(after_infusion, asks, prompts))


Met = Mapping[int, bool | None]


def _after_three(improved: Met, responded: Met, scale: str) -> tuple[Prompt, ...]:
    first = responded.get(1)
    two_misses = None if first is None or responded.get(2) is None else not first and not responded[2]
    return (
        Prompt(
            "never-before-three",
            "No fall of 20 % after the first two infusions: 58 % of such people had one by the fourth.",
            _all_missed(improved, (1, 2)),
            _CRTCE,
            scale != "qids-sr16",
        ),
        Prompt(
            "three-in-a-row",
            "Three infusions in a row without a fall of 20 %: flags non-response of the whole course. Two were not "
            "enough: such people still improved.",
            _all_missed(improved, (1, 2, 3)),
            _GUANGZHOU,
            scale != "madrs",
        ),
        Prompt(
            "first-responded",
            "Response after the first infusion: 22 of 33 such people were in remission after the third.",
            first,
            _BIO_K,
            scale != "madrs",
        ),
        Prompt(
            "first-did-not-respond",
            "No response after the first infusion: 16 of 40 such people were in remission after the third.",
            None if first is None else not first,
            _BIO_K,
            scale != "madrs",
        ),
        Prompt(
            "two-did-not-respond",
            "No response after the first two infusions: 20 % of such people were in remission after the third.",
            two_misses,
            _BIO_K,
            scale != "madrs",
        ),
        Prompt(
            "median-three",
            "The median of infusions to response was three.",
            None if responded.get(3) is None else not responded[3],
            _PHILLIPS,
            scale != "madrs",
        ),
    )


def _after_four(improved: Met, responded: Met, scale: str) -> tuple[Prompt, ...]:
    not_improved = None if improved.get(4) is None else not improved[4]
    return (
        Prompt(
            "not-improved-after-four",
            "No fall of 20 % a day after the fourth infusion: flags non-response of the whole course (more than 90 % "
            "of later responders had improved by then); no further gain was seen in those flagged.",
            not_improved,
            _GUANGZHOU,
            scale != "madrs",
        ),
        Prompt(
            "three-in-a-row",
            "Three infusions in a row without a fall of 20 %: flags non-response of the whole course.",
            _any_run(improved, ((1, 2, 3), (2, 3, 4))),
            _GUANGZHOU,
            scale != "madrs",
        ),
        Prompt(
            "or-finish-six",
            "Sources disagree: against stopping after four stands a median of six infusions to remission, twelve at "
            "most.",
            not_improved,
            _KETECT,
            scale != "madrs",
        ),
    )


def _after_six(improved: Met, responded: Met, scale: str) -> tuple[Prompt, ...]:
    after = responded.get(6)
    return (
        Prompt(
            "holds-without-maintenance",
            "Of those who responded, about 80 % held at 4 weeks and 60 % at 8 weeks without maintenance.",
            after,
            _McINNES,
            scale != "phq-9",
        ),
        Prompt(
            "more-than-six",
            "After ten infusions 72 % had responded, against 50 % within six weeks of a course of six.",
            None if after is None else not after,
            _OLIVER,
            scale != "phq-9",
        ),
        Prompt(
            "median-six",
            "The median of infusions to remission was six, twelve at most.",
            None if after is None else not after,
            _KETECT,
            scale != "madrs",
        ),
    )


def _met(definition: Definition, baseline: Score, later: Score) -> bool | None:
    return judge(definition, baseline, later).for_counting().met


def _all_missed(improved: Met, numbers: tuple[int, ...]) -> bool | None:
    """Whether none of these infusions brought an improvement; None where a missing score could still say otherwise."""
    known = [improved.get(number) for number in numbers]
    if True in known:
        return False
    return None if None in known else True


def _any_run(improved: Met, runs: tuple[tuple[int, ...], ...]) -> bool | None:
    found = [_all_missed(improved, run) for run in runs]
    if True in found:
        return True
    return None if None in found else False
