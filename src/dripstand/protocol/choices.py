"""Where published sources disagree: the questions, the answers that a clinic may sign, what Dripstand does with each.

A choice is the clinic's and is signed with the version. Each answer says exactly what it governs: what is refused,
asked or shown by it, or that it is a word for the clinic's people only. The questions: protocol.md section 12.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from dripstand.protocol.template import (
    BipolarChoice,
    Choices,
    FourthInfusionChoice,
    Mark,
    MonitoringChoice,
    PainResponseChoice,
    PressureChoice,
    ProtocolTemplate,
    RemissionChoice,
    Source,
    SuicideCheckChoice,
    WeightChoice,
)
from dripstand.protocol.words import MARK_WORDS

Words = str | Promise


class UnknownChoice(LookupError):
    """There is no such question, or no such answer to it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a clinic may sign. effect: what Dripstand does with it. source: who says so, how well seen."""

    words: Words
    effect: Words
    source: str
    mark: Mark

    @property
    def mark_words(self) -> str:
        return str(MARK_WORDS[self.mark])


@dataclass(frozen=True, slots=True)
class Question:
    """name: the field of `Choices`."""

    name: str
    words: Words
    answers: Mapping[StrEnum, Answer]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "weight_basis",
        lazy("Which weight: actual or ideal?"),
        {
            WeightChoice.EACH_ORDER: Answer(
                lazy("The prescriber decides in each order"),
                lazy("Each order names its basis, and the basis is printed."),
                "Left open by this software; bases of protocol.md 2.2",
                Mark.UNVERIFIED,
            ),
            WeightChoice.ACTUAL: Answer(
                lazy("Actual weight"),
                lazy("An order on another weight is refused."),
                "The landmark trials: Singh B. et al., J Clin Psychiatry letter, 12 Nov 2019 (protocol.md 2.2)",
                Mark.VERIFIED,
            ),
            WeightChoice.IDEAL_FROM_BMI_30: Answer(
                lazy("Ideal weight from a body mass index of 30"),
                lazy(
                    "From a body mass index of 30 an order on another than the ideal weight is refused, below it one "
                    "on another than the actual; without a height, any order."
                ),
                "Sanacora 2017, as quoted (protocol.md 2.2; full text not seen)",
                Mark.SECONDARY,
            ),
        },
    ),
    Question(
        "high_pressure",
        lazy("Medicate a pressure of 180/110 without symptoms?"),
        {
            PressureChoice.PRESCRIBER_DECIDES: Answer(
                lazy("The prescriber decides each time"),
                lazy("The alarm is raised, the reading repeated, the prescriber called."),
                "No rule chosen by this software",
                Mark.UNVERIFIED,
            ),
            PressureChoice.MEDICATE: Answer(
                lazy("Medicate it, by the prescriber's order"),
                lazy("It stands on the card of each alarm of a high pressure. Nothing is given without an order."),
                "Practice lists of esketamine clinics (Student Doctor Network post, protocol.md 3.3)",
                Mark.SECONDARY,
            ),
            PressureChoice.WATCH: Answer(
                lazy("Watch it, and medicate only with symptoms"),
                lazy("It stands on the card of each alarm of a high pressure."),
                "Yip 2022, doi 10.3389/fpsyt.2022.1017504, abstract: reconsider (protocol.md 3.3)",
                Mark.VERIFIED,
            ),
        },
    ),
    Question(
        "bipolar",
        lazy("Bipolar depression: treated or excluded?"),
        {
            BipolarChoice.WITH_STABILISER: Answer(
                lazy("Treated with a mood stabiliser"),
                lazy("The evaluation holds a patient without one for review."),
                "Osmind intake guide 2024 (protocol.md 1.3)",
                Mark.VERIFIED,
            ),
            BipolarChoice.EXCLUDED: Answer(
                lazy("Not treated here"),
                lazy("The evaluation says do not treat; a prescriber may override it with a reason."),
                "VA criteria, in a summary (healingmaps.com, protocol.md 1.3)",
                Mark.SECONDARY,
            ),
        },
    ),
    Question(
        "fourth_infusion",
        lazy("Stop after the fourth infusion, or finish six?"),
        {
            FourthInfusionChoice.DECIDE_AT_FOUR: Answer(
                lazy("Decide after the fourth"),
                lazy("After the fourth the course asks for a signed decision until there is one. It stops nothing."),
                "Guangzhou, Transl Psychiatry 2024: no improvement after four flags non-response (protocol.md 7.2)",
                Mark.VERIFIED,
            ),
            FourthInfusionChoice.FINISH_SIX: Answer(
                lazy("Finish six before judging"),
                lazy("After the fourth infusion the published rules are shown for information; no decision is asked."),
                "KetECT: median six infusions to remission (protocol.md 7.2)",
                Mark.VERIFIED,
            ),
        },
    ),
    Question(
        "suicide_check",
        lazy("Suicide check: which one?"),
        {
            SuicideCheckChoice.CLINICIAN: Answer(
                lazy("A clinician's documented assessment"),
                lazy("Nobody leaves without it, and nobody can override it."),
                "Suicide check done this visit (protocol.md 8.2)",
                Mark.UNVERIFIED,
            ),
            SuicideCheckChoice.ASQ: Answer(
                lazy("The NIMH ASQ first, then a clinician's assessment"),
                lazy(
                    "Nobody is discharged before an ASQ of this visit is finished, and before the assessment, which "
                    "nobody can override. A yes is reviewed and signed for as well."
                ),
                "NIMH describes the ASQ as a free resource; adults: PMC9773543 (protocol.md 14.5)",
                Mark.VERIFIED,
            ),
            SuicideCheckChoice.CSSRS: Answer(
                lazy("The C-SSRS, licensed by the clinic, then a clinician's assessment"),
                lazy(
                    "Nobody is discharged before the result of a C-SSRS of this visit is entered, and before the "
                    "assessment, which nobody can override. A yes is reviewed and signed for as well."
                ),
                "Clario claims the electronic rights of the C-SSRS (protocol.md 6.1)",
                Mark.VERIFIED,
            ),
        },
    ),
    Question(
        "remission",
        lazy("What counts as remission on the PHQ-9?"),
        {
            RemissionChoice.EACH_NAMED: Answer(
                lazy("Both cut-offs, each under its name"),
                lazy("Both are judged, and no result is called remission without the name of its definition."),
                "Definitions differ (protocol.md 7.3)",
                Mark.VERIFIED,
            ),
            RemissionChoice.PHQ9_BELOW_5: Answer(
                lazy("Below 5"),
                lazy("Remission on the PHQ-9 is drawn, judged and counted by this cut-off alone."),
                "McInnes 2022 (protocol.md 6.1)",
                Mark.VERIFIED,
            ),
            RemissionChoice.PHQ9_AT_MOST_5: Answer(
                lazy("5 or less"),
                lazy("Remission on the PHQ-9 is drawn, judged and counted by this cut-off alone."),
                "VA, Pfeiffer 2024 (protocol.md 6.1)",
                Mark.VERIFIED,
            ),
        },
    ),
    Question(
        "monitoring",
        lazy("Continuous monitoring, or checks every 10 to 15 min?"),
        {
            MonitoringChoice.BOTH: Answer(
                lazy("Both: the bedside monitor without pause, and a person's checks"),
                lazy("Checks fall due at the intervals of this version; readings stand beside. It refuses no start."),
                "ASA: as for any anaesthetic (protocol.md 3.1)",
                Mark.VERIFIED,
            ),
            MonitoringChoice.INTERVALS: Answer(
                lazy("A person's checks at intervals"),
                lazy("Checks fall due at the intervals of this version. Readings of a monitor are shown too."),
                "Emory, 684 infusions, and Yale, 2,342: every 10 min (protocol.md 3.1)",
                Mark.VERIFIED,
            ),
        },
    ),
    Question(
        "pain_response",
        lazy("Chronic pain: how much less of it is a response?"),
        {
            PainResponseChoice.EACH_NAMED: Answer(
                lazy("Both that are published, each under its name"),
                lazy("A response against pain is drawn and judged by 30 % less and by 50 % less, side by side."),
                "IMMPACT, Dworkin 2008, in Bandolier: 30 % moderate, 50 % substantial (protocol.md 14.3)",
                Mark.VERIFIED,
            ),
            PainResponseChoice.THIRTY_PERCENT: Answer(
                lazy("30 % less or more than that"),
                lazy("A response against pain is drawn and judged by 30 % less alone."),
                "IMMPACT, Dworkin 2008, in Bandolier: moderate (protocol.md 14.3)",
                Mark.VERIFIED,
            ),
            PainResponseChoice.FIFTY_PERCENT: Answer(
                lazy("50 % less or more than that"),
                lazy("A response against pain is drawn and judged by 50 % less alone."),
                "IMMPACT, Dworkin 2008, in Bandolier: substantial (protocol.md 14.3)",
                Mark.VERIFIED,
            ),
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A question as one version answers it. name: "" where a number answers it. others: what else is published."""

    name: str
    question: str
    chosen: str
    effect: str
    source: str
    mark: Mark
    others: tuple[str, ...]

    @property
    def mark_words(self) -> str:
        return str(MARK_WORDS[self.mark])


def question(name: str) -> Question:
    """Raises UnknownChoice."""
    for one in QUESTIONS:
        if one.name == name:
            return one
    raise UnknownChoice(name)


def with_choices(template: ProtocolTemplate, changes: Mapping[str, str]) -> ProtocolTemplate:
    """The template with these questions answered otherwise. Raises UnknownChoice."""
    answered: dict[str, StrEnum] = {}
    for name, value in changes.items():
        found = next((answer for answer in question(name).answers if answer.value == value), None)
        if found is None:
            raise UnknownChoice(f"{name}: {value}")
        answered[name] = found
    return dataclasses.replace(template, choices=dataclasses.replace(template.choices, **answered))  # type: ignore[arg-type]


def _made(one: Question, template: ProtocolTemplate) -> Choice:
    value: StrEnum = getattr(template.choices, one.name)
    answer = one.answers[value]
    own: Source | None = template.sources.get(f"choices.{one.name}")
    return Choice(
        one.name,
        str(one.words),
        str(answer.words),
        str(answer.effect),
        own.text if own is not None else answer.source,
        own.mark if own is not None else answer.mark,
        tuple(f"{other.words}: {other.source}" for key, other in one.answers.items() if key is not value),
    )


def choices_made(template: ProtocolTemplate) -> tuple[Choice, ...]:
    """The eight conflicts of protocol.md section 12, and the response of pain (14.3), as this version answers them."""
    stay = template.sources.get("minimum_observation_min")
    least_stay = Choice(
        "",
        _("How long does the patient stay after the end?"),
        _("At least %(minutes)s min") % {"minutes": template.minimum_observation_min},
        _("Nobody is ready to leave before, but by a prescriber's override. It is a number of this version."),
        stay.text if stay is not None else "",
        stay.mark if stay is not None else Mark.UNVERIFIED,
        (_("Oxford: 1 h with an escort, 2 h alone"), _("Spravato: 2 h from the dose")),
    )
    made = [_made(one, template) for one in QUESTIONS]
    return (*made[:2], least_stay, *made[2:])


assert {one.name for one in QUESTIONS} == {item.name for item in dataclasses.fields(Choices)}
