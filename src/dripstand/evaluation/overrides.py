"""Which overrides still hold. One holds for what was seen, for as long as that stands: once it was gone, never again.

A plan to end one's life that was talked through in March, denied in May and there again in June is nothing that the
prescriber of March has looked at. So the rule is asked of every state that the file was in since the override.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dripstand.evaluation import workup
from dripstand.evaluation.entries import QuestionAnswered, ResultRecorded
from dripstand.evaluation.file import Override, fold
from dripstand.evaluation.person import Case
from dripstand.evaluation.rules.rule import Finding, GroundKind


class Overrides:
    """The overrides of one case. The earlier states of its file are made only where an override asks for them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._states: dict[int, Case] = {}

    @property
    def _recorded(self) -> Mapping[tuple[str, str], Override]:
        return self._case.file.overrides

    def of_finding(self, finding: Finding) -> tuple[Override | None, Override | None]:
        """The override that holds for it; and the one that held until it was gone for a time."""
        held = self._recorded.get((finding.key, finding.grounds_sha256))
        if held is None:
            return None, None
        for state in self._since(held, patient=any(one.kind is GroundKind.PATIENT for one in finding.grounds)):
            if Finding(finding.rule, finding.rule.condition.grounds(state)).grounds_sha256 != finding.grounds_sha256:
                return None, held
        return held, None

    def of_question(self, key: str, grounds_sha256: str, question: str) -> tuple[Override | None, Override | None]:
        """As of_finding, of a question that nobody knows the answer to: once it was known, it is waived anew."""
        held = self._recorded.get((key, grounds_sha256))
        if held is None:
            return None, None
        since = [one.fact for one in self._case.file.entries if one.sequence > held.sequence]
        told = {one.value for one in since if isinstance(one, QuestionAnswered) and one.question == question}
        return (held, None) if told <= {self._case.answer(question)} else (None, held)

    def of_test(self, key: str, grounds_sha256: str, test: str) -> tuple[Override | None, Override | None]:
        """As of_finding, of a test that is missing or out of date: once there was a newer result, it is waived anew.

        A waiver stands for a result, and lasts no longer than one of that day would (protocol.md 1.5).
        """
        held = self._recorded.get((key, grounds_sha256))
        if held is None:
            return None, None
        entered = any(
            entry.sequence > held.sequence and isinstance(entry.fact, ResultRecorded) and entry.fact.test == test
            for entry in self._case.file.entries
        )
        rated = any(one.recorded.test == test and one.recorded_at > held.recorded_at for one in self._case.ratings)
        return (None, held) if entered or rated or self.ran_out(held, test) else (held, None)

    def ran_out(self, held: Override, test: str) -> bool:
        """Whether a result that was taken when the test was waived would be out of date by now."""
        valid = workup.OF_NAME[test].valid
        return valid is not None and self._case.at - held.recorded_at > valid(self._case)

    def _since(self, held: Override, *, patient: bool) -> Iterator[Case]:
        """What was so after each form that was recorded since, and after each change of the patient's record."""
        case, entries = self._case, self._case.file.entries
        for count, (entry, following) in enumerate(zip(entries, entries[1:], strict=False), start=1):
            if entry.sequence > held.sequence and entry.recorded_at != following.recorded_at:
                if count not in self._states:
                    self._states[count] = replace(case, file=fold(entries[:count]), at=entry.recorded_at)
                yield self._states[count]
        for version in case.versions if patient else ():
            if held.recorded_at < version.at <= case.at:
                yield replace(case, allergies=version.allergies, birth_date=version.birth_date, at=version.at)
