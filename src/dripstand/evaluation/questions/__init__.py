"""The questions of an evaluation, as data: sections of the body, the mind, substances, and each indication's own."""

from __future__ import annotations

from dripstand.evaluation.indications import Indication
from dripstand.evaluation.questions.body import BODY
from dripstand.evaluation.questions.indication import BIPOLAR, DEPRESSION, PAIN
from dripstand.evaluation.questions.mind import MIND, SUBSTANCES
from dripstand.evaluation.questions.question import Kind, Question, Section
from dripstand.evaluation.questions.readiness import READINESS

SECTIONS: tuple[Section, ...] = (BODY, MIND, SUBSTANCES, DEPRESSION, BIPOLAR, PAIN, READINESS)
OF_NAME: dict[str, Question] = {one.question: one for section in SECTIONS for one in section.questions}


def sections_for(indication: Indication) -> tuple[Section, ...]:
    """The sections that this indication asks, in order; the common ones are answered once for all."""
    return tuple(section for section in SECTIONS if indication in section.indications)


__all__ = ["OF_NAME", "SECTIONS", "Kind", "Question", "Section", "sections_for"]
