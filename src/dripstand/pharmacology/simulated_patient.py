"""A patient who does not exist: vital signs that answer to the drug, breathe, drift and get artefacts.

For the demo's bedside monitor and for load tests. Every value is a pure function of (seed, time, doses, artefacts
asked for): no clock is read and no state kept, so a replay gives the same numbers and any second can be asked for
first. The pressure and pulse curves are ours, not published (effects.py); baselines and noise are invented, set so
that a session looks like those in protocol facts 4.1.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from .catalogue import DEFAULT_MODEL, model
from .effect_site import HEART_KE0_PER_MIN
from .effects import diastolic_rise_mmhg, pulse_rise_per_min, share_of_s, systolic_rise_mmhg
from .individual import one_person
from .kinetics import Kinetics
from .person import Drug, Person
from .population import draw
from .rate_steps import Dose
from .seeded import seeded

Artefact = Literal["probe off", "motion", "cuff failure"]

PRESSURE_CV_BETWEEN_PEOPLE = 0.70
"""Lognormal spread of the pressure rise between people: pharmacology facts 4.2, ours."""
OLDER_OR_HYPERTENSIVE_FACTOR = 1.4
"""Rise of someone 50 or older, or hypertensive, against others: direction published, size ours."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """Vital signs before any drug; the defaults are an invented ordinary adult."""

    pulse_per_min: float = 71.0
    spo2_percent: float = 97.6
    respiratory_rate_per_min: float = 14.0
    nibp_systolic_mmhg: float = 122.0
    nibp_diastolic_mmhg: float = 76.0

    @classmethod
    def drawn(cls, seed: int) -> Baselines:
        """Somebody else's ordinary values, by seed."""
        random = seeded("baselines", seed)
        systolic = min(150.0, max(98.0, random.gauss(122.0, 10.0)))
        return cls(
            pulse_per_min=min(95.0, max(54.0, random.gauss(71.0, 8.0))),
            spo2_percent=min(99.2, max(95.6, random.gauss(97.6, 0.8))),
            respiratory_rate_per_min=min(19.0, max(10.0, random.gauss(14.0, 1.8))),
            nibp_systolic_mmhg=systolic,
            nibp_diastolic_mmhg=min(92.0, max(56.0, 0.62 * systolic + random.gauss(0.0, 4.0))),
        )


@dataclass(frozen=True, slots=True)
class Sites:
    """Concentrations in this patient at one instant, ng/mL, total of the drug as given (S + R for a racemate)."""

    plasma_ng_per_ml: float = 0.0
    mind_site_ng_per_ml: float = 0.0
    heart_site_ng_per_ml: float = 0.0


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What a monitor would measure at t_s; None where an artefact left nothing to measure."""

    t_s: float
    pulse_per_min: int | None
    heart_rate_per_min: int
    spo2_percent: int | None
    respiratory_rate_per_min: int
    nibp_systolic_mmhg: int | None
    nibp_diastolic_mmhg: int | None
    nibp_mean_mmhg: int | None
    probe_off: bool = False
    motion: bool = False
    cuff_failed: bool = False


@dataclass(frozen=True)
class SimulatedPatient:
    """An invented person with a drug in them. clinic_factor scales the pressure rise between clinics (0.3 to 1.6)."""

    person: Person
    drug: Drug
    seed: int
    baselines: Baselines = field(default_factory=Baselines)
    hypertensive: bool = False
    clinic_factor: float = 1.0

    @cached_property
    def _body(self) -> tuple[Kinetics, Kinetics]:
        """This person's own kinetics, drawn from the default model: for the mind's site, and for the heart's."""
        drawn, _ = draw(model(DEFAULT_MODEL), self.person, 64, self.seed)
        mine = one_person(drawn, self.seed % 64)
        return Kinetics(mine), Kinetics(replace(mine, ke0_per_min=HEART_KE0_PER_MIN))

    @cached_property
    def _response(self) -> tuple[float, float]:
        """This person's multipliers of the pressure rise and of the pulse rise."""
        random = seeded("response", self.seed)
        sigma = math.sqrt(math.log1p(PRESSURE_CV_BETWEEN_PEOPLE**2))
        pressure = math.exp(random.gauss(-sigma * sigma / 2.0, sigma)) * self.clinic_factor
        older = self.person.age_y is not None and self.person.age_y >= 50.0
        if older or self.hypertensive:
            pressure *= OLDER_OR_HYPERTENSIVE_FACTOR
        return min(pressure, 4.0), random.uniform(0.0, 2.0)

    def sites(self, steps: Sequence[Dose], t_s: float) -> Sites:
        """Where the drug is in this person at t_s, after these doses."""
        mind, heart = (kinetics.predict(steps, [t_s]) for kinetics in self._body)
        assert mind.effect_site_ng_per_ml is not None and heart.effect_site_ng_per_ml is not None
        return Sites(
            float(mind.plasma_ng_per_ml[0]),
            float(mind.effect_site_ng_per_ml[0]),
            float(heart.effect_site_ng_per_ml[0]),
        )

    def vital_signs(self, t_s: float, sites: Sites | None = None, artefacts: Collection[Artefact] = ()) -> VitalSigns:
        """Vital signs at t_s with the drug at `sites` (None: none yet). Deterministic in (seed, t_s, sites)."""
        here = sites or Sites()
        base = self.baselines
        heart_s = here.heart_site_ng_per_ml * share_of_s(self.drug)
        pressure_factor, pulse_factor = self._response
        breath_per_min = max(6.0, base.respiratory_rate_per_min + 1.6 * self._drift("breath", t_s, 240.0))
        # The pulse quickens as the chest fills; slow wandering lies under it.
        breathing = 1.4 * math.sin(2.0 * math.pi * t_s * base.respiratory_rate_per_min / 60.0)
        heart_rate = (
            base.pulse_per_min
            + pulse_factor * pulse_rise_per_min(heart_s)
            + 2.6 * self._drift("pulse", t_s, 300.0)
            + breathing
            + self._noise("pulse", t_s, 0.6)
        )
        spo2 = base.spo2_percent + 0.6 * self._drift("spo2", t_s, 180.0) + self._noise("spo2", t_s, 0.25)
        wander = self._drift("pressure", t_s, 700.0)
        systolic = (
            base.nibp_systolic_mmhg
            + pressure_factor * systolic_rise_mmhg(heart_s)
            + 3.0 * wander
            + self._noise("systolic", t_s, 3.0)
        )
        diastolic = (
            base.nibp_diastolic_mmhg
            + pressure_factor * diastolic_rise_mmhg(heart_s)
            + 2.0 * wander
            + self._noise("diastolic", t_s, 2.2)
        )
        diastolic = min(diastolic, systolic - 15.0)
        signs = VitalSigns(
            t_s=t_s,
            pulse_per_min=round(heart_rate),
            heart_rate_per_min=round(heart_rate),
            spo2_percent=round(min(100.0, spo2)),
            respiratory_rate_per_min=round(breath_per_min + self._noise("breath", t_s, 0.5)),
            nibp_systolic_mmhg=round(systolic),
            nibp_diastolic_mmhg=round(diastolic),
            nibp_mean_mmhg=round(diastolic + (systolic - diastolic) / 3.0),
        )
        return self._spoilt(signs, artefacts) if artefacts else signs

    def vital_signs_after(self, steps: Sequence[Dose], t_s: float, artefacts: Collection[Artefact] = ()) -> VitalSigns:
        """Vital signs at t_s, the drug's place worked out from the doses."""
        return self.vital_signs(t_s, self.sites(steps, t_s), artefacts)

    def _spoilt(self, signs: VitalSigns, artefacts: Collection[Artefact]) -> VitalSigns:
        if "motion" in artefacts:
            # A moving finger doubles or halves the pulse that an oximeter counts, and pulls saturation down.
            heart_rate = signs.heart_rate_per_min
            signs = replace(
                signs,
                motion=True,
                pulse_per_min=round(heart_rate * (1.0 + 0.6 * abs(self._noise("motion pulse", signs.t_s, 1.0)))),
                spo2_percent=max(60, (signs.spo2_percent or 97) - round(4 + 5 * abs(self._noise("m", signs.t_s, 1.0)))),
            )
        if "probe off" in artefacts:
            signs = replace(signs, probe_off=True, pulse_per_min=None, spo2_percent=None)
        if "cuff failure" in artefacts:
            signs = replace(
                signs, cuff_failed=True, nibp_systolic_mmhg=None, nibp_diastolic_mmhg=None, nibp_mean_mmhg=None
            )
        return signs

    @cached_property
    def _phases(self) -> dict[str, tuple[tuple[float, float], ...]]:
        return {}

    def _drift(self, name: str, t_s: float, period_s: float) -> float:
        """Slow wandering about 0, size about 1: three waves with periods and phases of the seed."""
        waves = self._phases.get(name)
        if waves is None:
            random = seeded("drift", name, self.seed)
            waves = tuple((random.uniform(0.5, 2.0), random.uniform(0.0, 2.0 * math.pi)) for _ in range(3))
            self._phases[name] = waves
        return sum(math.sin(2.0 * math.pi * t_s / (period_s * stretch) + phase) for stretch, phase in waves) / 1.7

    def _noise(self, name: str, t_s: float, sd: float) -> float:
        """Fresh noise each second of the simulated clock, the same whenever that second is asked for again."""
        return seeded(name, self.seed, math.floor(t_s)).gauss(0.0, sd)
