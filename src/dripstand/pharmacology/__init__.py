"""Ketamine in the body: published models, exact kinetics, populations, planning, and a patient who does not exist.

A library of its own: it imports nothing else of Dripstand, needs only NumPy, and is useful alone. Clinicians decide;
nothing here is sent to a pump. What the numbers may and may not be used for: docs/reference/pharmacology.md.
"""

from __future__ import annotations

from .catalogue import DEFAULT_MODEL, MODEL_NAMES, UnknownModel, model, models
from .effects import DISSOCIATION_ZONE, DRUG_HIGH_ZONE, ZONES, Zone
from .large_population import population_percentiles
from .model import Citation, Model
from .person import Drug, Person, Refused, Standing
from .planning import Binding, Goal, Limits, Plan, plan_rates
from .population import Bands, Cohort, CohortState, TimeRunsBackwards, cohort
from .rate_steps import AddedInfusion, Bolus, Dose, DoseNotUsable, RateStep
from .simulated_patient import Artefact, Baselines, SimulatedPatient, Sites, VitalSigns

__all__ = [
    "plan_rates",
    "Plan",
    "Limits",
    "Goal",
    "Binding",
    "DEFAULT_MODEL",
    "DISSOCIATION_ZONE",
    "DRUG_HIGH_ZONE",
    "MODEL_NAMES",
    "AddedInfusion",
    "Artefact",
    "Bands",
    "Baselines",
    "Bolus",
    "Citation",
    "Cohort",
    "CohortState",
    "Dose",
    "DoseNotUsable",
    "Drug",
    "Model",
    "Person",
    "RateStep",
    "Refused",
    "SimulatedPatient",
    "Sites",
    "Standing",
    "TimeRunsBackwards",
    "UnknownModel",
    "VitalSigns",
    "ZONES",
    "Zone",
    "cohort",
    "model",
    "models",
    "population_percentiles",
]
