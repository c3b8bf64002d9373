"""Everything that this room raises. What a person typed wrongly is raised too: it is refused, never repaired."""

from __future__ import annotations

from dripstand.people.errors import NotThere


class OutcomesError(Exception):
    """The tree's top."""


class UnknownInstrument(OutcomesError, LookupError):
    """No instrument, or no such version of it, is known by that name."""


class UnknownItem(OutcomesError):
    """An answer names an item that the instrument does not have."""


class AnswerOutOfRange(OutcomesError):
    """An answer or a total lies outside the instrument's range, or is not a whole number."""


class TotalDisagrees(OutcomesError):
    """The total that was entered is not what the entered answers add up to."""


class ScalesMixed(OutcomesError):
    """Two scores of different scales, or a limit of one scale and a score of another, were put together."""


class WordingRefused(OutcomesError):
    """A loaded text does not fit its instrument. ``problems`` says everything that is wrong, not only the first."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class NotForThisReader(OutcomesError):
    """Somebody who does not treat patients here asked for what only clinicians may read."""


class NoSuchQuestionnaire(OutcomesError, NotThere):
    """No questionnaire has this id."""


class NoSuchEscalation(OutcomesError, NotThere):
    """No escalation has this id."""
