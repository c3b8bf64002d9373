"""Plausible bodies and doses, for Hypothesis; and the usual infusion."""

from __future__ import annotations

from hypothesis import strategies as st

from dripstand.pharmacology import AddedInfusion, Bolus, Dose, Person, RateStep
from dripstand.pharmacology.disposition import Disposition, Liver, Metabolite, Parent, Peripheral, Transit

USUAL = (RateStep(0.0, 35.0 / 40.0), RateStep(2400.0, 0.0))
"""0.5 mg/kg over 40 min at 70 kg."""

ADULT = Person(70.0, 30.0, "F")

volumes_l = st.floats(0.5, 500.0)
flows_l_per_min = st.one_of(st.just(0.0), st.floats(0.01, 6.0))
rates_per_min = st.floats(0.001, 2.0)
peripherals = st.lists(st.builds(Peripheral, volumes_l, flows_l_per_min), max_size=2).map(tuple)
parents = st.builds(Parent, volumes_l, flows_l_per_min, peripherals)
transits = st.one_of(st.none(), st.builds(Transit, st.integers(1, 5), rates_per_min))
metabolites = st.builds(
    Metabolite,
    volumes_l,
    flows_l_per_min,
    peripherals.map(lambda p: p[:1]),
    st.floats(0.0, 1.0),
    st.just(0.941),
    transits,
)
livers = st.builds(Liver, flows_l_per_min, volumes_l, st.floats(0.0, 0.1), st.floats(0.0, 0.1))
dispositions = st.builds(
    Disposition,
    parents,
    st.one_of(st.none(), st.floats(0.0, 2.0)),
    st.one_of(st.none(), metabolites),
    st.one_of(st.none(), livers),
)

instants_s = st.one_of(st.integers(0, 7200).map(float), st.floats(0.0, 7200.0), st.sampled_from([0.0, 600.0, 600.0001]))
pump_rates = st.one_of(st.just(0.0), st.floats(0.0, 3.0))
doses: st.SearchStrategy[Dose] = st.one_of(
    st.builds(RateStep, instants_s, pump_rates),
    st.builds(Bolus, instants_s, st.floats(0.0, 20.0)),
    st.builds(AddedInfusion, instants_s, st.one_of(st.just(0.0), st.just(1e-4), st.floats(0.0, 3600.0)), pump_rates),
)
added = st.one_of(
    st.builds(Bolus, instants_s, st.floats(0.0, 20.0)),
    st.builds(AddedInfusion, instants_s, st.floats(0.0, 3600.0), pump_rates),
)
dose_lists = st.lists(doses, max_size=8)
added_lists = st.lists(added, max_size=6)
times_lists = st.lists(st.one_of(instants_s, st.floats(0.0, 40_000.0)), min_size=1, max_size=8)
