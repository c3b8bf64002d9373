"""What a suicide item asks for: a pure decision, made when the answer is saved and in the same transaction.

protocol.md 6.3: item 9 of the PHQ-9 at 1 or more needs a clinician in the same visit, which cannot close without a
signed disposition [V]; the C-SSRS high-risk pattern needs one-to-one observation until evaluated [V]; a positive answer
from home shows the crisis line at once and pages the on-call; a rise of the item, or of the total by 5 or more, between
infusions is called within 24 h [U]. A rise of the item and an intent page at once, which is stricter. Ideation that a
clinician has seen and signed at this level is shown, not paged at once again: only where nobody has signed it in time
(escalating.py), so that the call is still made, and then once a week. How long such a signature holds is assumed.

An item without an answer is never a zero: it is asked. Where a total was typed that the other items cannot give without
it, it counts as the least that the total leaves, and is asked all the same. Nothing here is shown to the patient but
the crisis text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from dripstand.outcomes.instruments.instrument import Instrument, unverified, verified
from dripstand.outcomes.rules.asq import ACUTE, POSITIVE
from dripstand.outcomes.rules.cssrs import ANY_YES, HIGH_RISK, INTENT
from dripstand.outcomes.score import Score
from dripstand.outcomes.scoring import least_by_total
from dripstand.protocol.template import Source

RULE_SCALE = "phq-9"
"""The scale that the item rule was published for; on any other it is extrapolated."""

POSITIVE_FROM_SCORE = 1
TOTAL_RISE_SCORE = 5


class Place(StrEnum):
    CLINIC = "clinic"
    HOME = "home"


class Step(StrEnum):
    """What has to happen. Every step but SHOW_AS_KNOWN and CRISIS_TEXT belongs to a named owner."""

    CRISIS_TEXT = "show the crisis line at once"
    OBSERVE_ONE_TO_ONE = "observe one to one until evaluated"
    PAGE_ON_CALL = "page the on-call now"
    REVIEW_SAME_VISIT = "review by a clinician in this visit"
    CALL_WITHIN_24_H = "call within 24 hours"
    ASK_THE_ITEM = "ask the item that was left out"
    SHOW_AS_KNOWN = "show as known ideation"


class Because(StrEnum):
    POSITIVE = "the item is positive"
    BY_TOTAL = "as the typed total shows"  # beside POSITIVE, where no answer says so
    RISE = "the item rose"
    INTENT = "intent"
    HIGH_RISK = "the C-SSRS high-risk pattern"
    TOTAL_ROSE = "the total rose by 5 or more"
    NOT_ANSWERED = "the item was not answered"
    ACUTE = "an acute positive screen"
    REFUSED = "a question of the screen was refused"


SOURCES: dict[Because, Source] = {
    Because.POSITIVE: verified("Item 9 of 1 or more (protocol.md 6.3; Encore OS CL-26, 2026)"),
    Because.BY_TOTAL: unverified("Design: a total that the other items cannot give leaves the item no zero"),
    Because.RISE: unverified("A rise of 1 or more (protocol.md 6.3); paged at once by this software's design"),
    Because.INTENT: verified("C-SSRS item 4 or 5 (protocol.md 6.1); paged at once by this software's design"),
    Because.HIGH_RISK: verified("Columbia triage guide (protocol.md 6.1 and 6.3)"),
    Because.TOTAL_ROSE: unverified("Total up by 5 between infusions (protocol.md 6.3)"),
    Because.NOT_ANSWERED: unverified("Design: an open item is asked, never taken as zero"),
    Because.ACUTE: unverified("ASQ question 5: not left alone until evaluated (NIMH toolkit, from general knowledge)"),
    Because.REFUSED: unverified("ASQ: a refused question counts as positive (NIMH toolkit, from general knowledge)"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Ideation that a clinician has seen at this level and signed for, on the same instrument."""

    instrument_id: str
    level_score: int
    signed_at: datetime
    signed_by: str


@dataclass(frozen=True, slots=True)
class Rules:
    """signature_holds: assumed, the recall window of the PHQ-9; the clinic confirms it."""

    signature_holds: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Escalation:
    """The decision. ``must_be_signed``: the visit (or, from home, the task) closes only with a signed disposition.

    extrapolated: the rule for item 9 of the PHQ-9 was used on another scale's item.
    """

    steps: frozenset[Step]
    because: tuple[Because, ...]
    extrapolated: bool

    @property
    def must_be_signed(self) -> bool:
        return bool(self.steps - {Step.CRISIS_TEXT, Step.SHOW_AS_KNOWN, Step.ASK_THE_ITEM})

    @property
    def visit_may_close(self) -> bool:
        """Whether nothing stands open: no signature to give and no item to ask."""
        return not self.must_be_signed and Step.ASK_THE_ITEM not in self.steps

    @property
    def printed(self) -> str:
        """For clinicians: what was found, and "extrapolated" where the rule is another scale's."""
        found = ", ".join(self.because)
        return f"{found} (extrapolated)" if self.extrapolated and found else found


def decide(
    answer: Score,
    place: Place,
    now: datetime,
    *,
    baselines: Sequence[Score] = (),
    earlier: Sequence[Score] = (),
    known: Known | None = None,
    stated_intent: bool = False,
    rules: Rules | None = None,
) -> Escalation:
    """What this form asks for.

    earlier: the forms of this course before this one, the newest last; baselines: those of them that are a baseline.
    Of each the newest is compared in which the item was answered, for the total the newest that was scored: a form that
    was left open in between hides no rise. Those of another scale are not compared.
    stated_intent: somebody heard it, on paper or aloud; it pages whatever the items say.
    """
    kind, level = answer.instrument, level_of(answer)
    # By its total alone a level may be higher than it is known to be: no signature covers that.
    signed = _holds(known, kind, None if is_by_total(answer) else level, now, rules or Rules())
    before = [_newest_level(earlier, kind), None if signed else _newest_level(baselines, kind)]
    because = [*_of_the_item(answer, level, before), *_of_the_result(answer)]
    if stated_intent and Because.INTENT not in because:
        because.append(Because.INTENT)
    if _total_rose(answer, earlier) or _total_rose(answer, baselines):
        because.append(Because.TOTAL_ROSE)
    by_item = {Because.POSITIVE, Because.RISE}.intersection(because)
    return Escalation(
        steps=frozenset(_steps(because, place, signed=signed)),
        because=tuple(because),
        extrapolated=bool(by_item) and bool(kind.suicide_item) and kind.id != RULE_SCALE,
    )


def level_of(answer: Score) -> int | None:
    """How high what was answered stands: the highest of the suicide items; of the ASQ 2 for acute, 1 for positive.

    An item that was left open counts as the least that a typed total leaves it, where that is positive. None where
    nothing of it is known, and for an instrument without such a question.
    """
    acute, positive = answer.statement(ACUTE), answer.statement(POSITIVE)
    if acute is not None and positive is not None:
        return 2 if acute.holds else None if positive.holds is None else int(positive.holds)
    return _least_by_total(answer) if is_by_total(answer) else _highest_answered(answer)


def is_by_total(answer: Score) -> bool:
    """Whether only the typed total says that the item is positive, or so high."""
    return _least_by_total(answer) >= max(POSITIVE_FROM_SCORE, (_highest_answered(answer) or 0) + 1)


def _least_by_total(answer: Score) -> int:
    return least_by_total(answer.answers, answer.instrument.suicide_items)


def _highest_answered(answer: Score) -> int | None:
    known = [value for item in answer.instrument.suicide_items if (value := answer.answers.of(item)) is not None]
    return max(known, default=None)


def is_answered(answer: Score) -> bool:
    """Whether every question on death or self-harm has its answer, so that none is still to be asked."""
    acute, high = answer.statement(ACUTE), answer.statement(HIGH_RISK)
    if acute is not None:
        return acute.holds is not None and not answer.missing_items
    if high is not None:
        return high.holds is not None
    return all(answer.answers.of(item) is not None for item in answer.instrument.suicide_items)


def _of_the_item(answer: Score, level: int | None, before: Sequence[int | None]) -> list[Because]:
    """before: the levels that it is compared with, None where there is none."""
    if not answer.instrument.suicide_item:
        return []
    open_ones = [] if is_answered(answer) else [Because.NOT_ANSWERED]
    if level is None or level < POSITIVE_FROM_SCORE:
        return open_ones
    rose = any(earlier is not None and level > earlier for earlier in before)
    by_total = [Because.BY_TOTAL] if is_by_total(answer) else []
    return [Because.POSITIVE, *by_total, *([Because.RISE] if rose else []), *open_ones]


def _of_the_result(answer: Score) -> list[Because]:
    """What a C-SSRS result or an ASQ says. A question left open leaves it untold, and is asked. Any yes is positive."""
    screened, acute = answer.statement(POSITIVE), answer.statement(ACUTE)
    if screened is not None and acute is not None:
        return _of_the_asq(answer, screened.holds, acute.holds)
    high, intent, any_yes = (answer.statement(code) for code in (HIGH_RISK, INTENT, ANY_YES))
    found = []
    if any_yes is not None and any_yes.holds:
        found.append(Because.POSITIVE)
    if high is not None and high.holds is None:
        found.append(Because.NOT_ANSWERED)
    if high is not None and high.holds:
        found.append(Because.HIGH_RISK)
    if intent is not None and intent.holds:
        found.append(Because.INTENT)
    return found


def _of_the_asq(answer: Score, positive: bool | None, acute: bool | None) -> list[Because]:
    found = [Because.POSITIVE] if positive else []
    if acute:
        found.append(Because.ACUTE)
    if not is_answered(answer):
        found += [Because.NOT_ANSWERED, Because.REFUSED]
    return found


def _steps(because: list[Because], place: Place, *, signed: bool) -> set[Step]:
    steps: set[Step] = set()
    urgent = {Because.RISE, Because.INTENT, Because.HIGH_RISK, Because.ACUTE}.intersection(because)
    alarming = urgent or {Because.POSITIVE, Because.REFUSED}.intersection(because)
    if alarming and place is Place.HOME:
        steps.add(Step.CRISIS_TEXT)
    if alarming and place is Place.CLINIC:
        steps.add(Step.REVIEW_SAME_VISIT)
    if urgent or (alarming and place is Place.HOME and not signed):
        steps.add(Step.PAGE_ON_CALL)
    if {Because.HIGH_RISK, Because.ACUTE}.intersection(because) and place is Place.CLINIC:
        steps.add(Step.OBSERVE_ONE_TO_ONE)
    if Because.POSITIVE in because and signed:
        steps.add(Step.SHOW_AS_KNOWN)
    if Because.TOTAL_ROSE in because or (place is Place.HOME and Step.SHOW_AS_KNOWN in steps and not urgent):
        steps.add(Step.CALL_WITHIN_24_H)
    if Because.NOT_ANSWERED in because:
        steps.add(Step.ASK_THE_ITEM)
    return steps


def _holds(known: Known | None, kind: Instrument, level: int | None, now: datetime, rules: Rules) -> bool:
    """Whether a signature covers this level today."""
    if known is None or level is None or known.instrument_id != kind.id:
        return False
    age = now - known.signed_at
    return known.level_score >= level and timedelta(0) <= age <= rules.signature_holds


def _newest_level(earlier: Sequence[Score], kind: Instrument) -> int | None:
    levels = (level_of(each) for each in reversed(earlier) if each.answers.instrument_id == kind.id)
    return next((level for level in levels if level is not None), None)


def _total_rose(answer: Score, earlier: Sequence[Score]) -> bool:
    """By 5 or more on the scale that the rule was published for; the point is another thing on another scale."""
    if answer.answers.instrument_id != RULE_SCALE or answer.total_score is None:
        return False
    totals = (each.total_score for each in reversed(earlier) if each.answers.instrument_id == RULE_SCALE)
    before = next((total for total in totals if total is not None), None)
    return before is not None and answer.total_score - before >= Fraction(TOTAL_RISE_SCORE)
