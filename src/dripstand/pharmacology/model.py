"""What a published model is: its numbers, the people behind them, and what it may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from .disposition import Disposition, FloatArray
from .person import Drug, Person, Refused, Standing, Studied, outside_studied, outside_technical_bounds

Matrix = Literal["arterial plasma", "venous plasma", "mixed arterial and venous", "plasma, site not known"]
Use = Literal["default", "secondary", "comparison only"]
Verified = Literal["A", "T", "R", "M", "ours"]
"""How a number was checked: A read in the paper; T read in a transcription; R reproduced against the paper's data;
M from memory, unverified, the clinic must confirm; ours: assumed here, listed in the assumptions."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that travels with every result."""

    text: str
    doi: str | None = None

    def __str__(self) -> str:
        return f"{self.text} doi:{self.doi}" if self.doi else self.text


@dataclass(frozen=True, slots=True)
class Sourced:
    """One number of a model with its unit, where it comes from and how that was checked."""

    name: str
    value: float
    unit: str
    source: str
    verified: Verified


class Individuals(Protocol):
    """Parameters of a person, or of many: deviates maps each between-subject effect to eta, (people,) or 0."""

    def __call__(self, person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition: ...


@dataclass(frozen=True, slots=True)
class BetweenSubject:
    """Between-subject variability: names of the effects and their full covariance (omega squared), lognormal."""

    names: tuple[str, ...]
    covariance: tuple[tuple[float, ...], ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Model:
    """One published model. enantiomer_halves: fitted to S-ketamine; a racemate is run as two equal halves."""

    name: str
    title: str
    citations: tuple[Citation, ...]
    population: str
    studied: Studied
    matrix: Matrix
    use: Use
    drugs: tuple[Drug, ...]
    fitted_to: str
    dose_studied: str
    enantiomer_halves: bool
    parameters: tuple[Sourced, ...]
    individuals: Individuals
    between_subject: BetweenSubject | None
    between_subject_statement: str
    notes: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()

    @property
    def has_effect_site(self) -> bool:
        """Whether an effect site may be shown: only where an arterial ke0 meets an arterial curve."""
        return self.matrix == "arterial plasma"

    def standing_for(self, drug: str, person: Person) -> Standing | Refused:
        """Refused outside the technical bounds or for the wrong isomer; else within or extrapolated, and why."""
        if drug not in ("racemic", "esketamine"):
            return Refused(
                f"No prediction: the drug must be racemic or esketamine, not {drug!r}.",
                "drug form, a required field with no default (pharmacology 2.9)",
            )
        if drug not in self.drugs:
            return Refused(
                f"No prediction: {self.title} was fitted to {self.fitted_to} and does not hold for {drug}.",
                f"isomer of {self.name} (hazard log H26)",
            )
        refused = outside_technical_bounds(person)
        return refused if refused is not None else Standing.from_outside(outside_studied(person, self.studied))

    def typical(self, person: Person) -> Disposition:
        """The typical person of this weight (and age, sex, where the model uses them): every eta zero."""
        names = self.between_subject.names if self.between_subject else ()
        return self.individuals(person, dict.fromkeys(names, 0.0))
