"""What concentrations mean, and a patient who does not exist."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.pharmacology import DISSOCIATION_ZONE, DRUG_HIGH_ZONE, ZONES, Baselines, Person, SimulatedPatient, Sites
from dripstand.pharmacology.effects import (
    diastolic_rise_mmhg,
    dissociation_fraction,
    drug_high_score,
    pulse_rise_per_min,
    systolic_rise_mmhg,
)
from dripstand.pharmacology.invented_scores import invented_cadss, invented_moaas

from .given import ADULT, USUAL

# Pharmacology facts 4.2, "Typical course": Cd (S) and what follows from it at 10, 20, 30, 40, 50, 60, 80, 110 min.
MIND_S = (43, 80, 105, 124, 95, 69, 42, 25)
DISSOCIATION = (0, 0.10, 0.33, 0.54, 0.23, 0.05, 0, 0)
DRUG_HIGH = (3.2, 5.5, 6.5, 7.0, 6.1, 4.9, 3.1, 1.7)


def test_effects_follow_the_typical_course() -> None:
    np.testing.assert_allclose([dissociation_fraction(c) for c in MIND_S], DISSOCIATION, atol=0.02)
    np.testing.assert_allclose([drug_high_score(c) for c in MIND_S], DRUG_HIGH, atol=0.12)
    assert (systolic_rise_mmhg(140.0), diastolic_rise_mmhg(140.0)) == pytest.approx((10.0, 7.0), abs=0.05)
    assert pulse_rise_per_min(140.0) == pytest.approx(2.0, abs=0.01)
    assert dissociation_fraction(0.0) == drug_high_score(-1.0) == 0.0


def test_the_zone_is_a_level_with_its_uncertainty_and_its_people() -> None:
    racemic, esketamine = DISSOCIATION_ZONE["racemic"], DISSOCIATION_ZONE["esketamine"]
    assert (racemic.level_ng_per_ml, racemic.low_ng_per_ml, racemic.high_ng_per_ml) == (242.0, 181.0, 314.0)
    assert (esketamine.level_ng_per_ml, esketamine.low_ng_per_ml, esketamine.high_ng_per_ml) == (121.0, 90.0, 157.0)
    assert dissociation_fraction(esketamine.level_ng_per_ml) == pytest.approx(0.5)
    assert dissociation_fraction(esketamine.unlikely_below_ng_per_ml) == pytest.approx(0.1, abs=0.01)
    assert dissociation_fraction(esketamine.likely_above_ng_per_ml) == pytest.approx(0.9, abs=0.01)
    assert dissociation_fraction(racemic.unlikely_below_ng_per_ml / 2) == pytest.approx(0.1, abs=0.01)
    assert "men" in racemic.people and racemic.citation.doi and racemic.uncertainty


def test_the_drug_high_is_a_zone_with_its_source_and_what_is_not_known_of_it() -> None:
    racemic, esketamine = DRUG_HIGH_ZONE["racemic"], DRUG_HIGH_ZONE["esketamine"]
    # 0.3 nmol/mL of S-ketamine at 237.73 g/mol, printed to one digit; half of a racemate is S.
    for zone, share in ((racemic, 0.5), (esketamine, 1.0)):
        levels = (zone.low_ng_per_ml, zone.level_ng_per_ml, zone.high_ng_per_ml)
        np.testing.assert_allclose(levels, np.array([0.25, 0.30, 0.35]) * 237.73 / share, rtol=0.01)
        assert drug_high_score(share * zone.level_ng_per_ml) == pytest.approx(5.0, abs=0.05)
        assert drug_high_score(share * zone.unlikely_below_ng_per_ml) == pytest.approx(1.0, abs=0.05)
        assert drug_high_score(share * zone.likely_above_ng_per_ml) == pytest.approx(9.0, abs=0.05)
        assert zone.citation.doi == "10.3389/fpain.2022.946487"
        assert "no confidence interval" in zone.uncertainty and "ours" in zone.uncertainty
    assert ZONES == (DRUG_HIGH_ZONE, DISSOCIATION_ZONE)


@given(seed=st.integers(0, 10**6), t_s=st.floats(0.0, 20_000.0))
def test_every_second_gives_the_same_vital_signs_whenever_it_is_asked_for(seed: int, t_s: float) -> None:
    sites = Sites(250.0, 200.0, 240.0)
    once = SimulatedPatient(ADULT, "racemic", seed).vital_signs(t_s, sites)
    patient = SimulatedPatient(ADULT, "racemic", seed)
    patient.vital_signs(t_s + 50.0, sites)
    assert patient.vital_signs(t_s, sites) == once


@given(seed=st.integers(0, 5000), t_s=st.floats(0.0, 10_000.0), heart=st.floats(0.0, 400.0))
def test_vital_signs_stay_those_of_a_living_adult(seed: int, t_s: float, heart: float) -> None:
    patient = SimulatedPatient(ADULT, "racemic", seed, Baselines.drawn(seed))
    signs = patient.vital_signs(t_s, Sites(heart, heart, heart))
    assert signs.nibp_systolic_mmhg is not None and signs.nibp_diastolic_mmhg is not None
    assert signs.nibp_mean_mmhg is not None and signs.spo2_percent is not None
    assert 35 <= signs.heart_rate_per_min <= 130 and 90 <= signs.spo2_percent <= 100
    assert 4 <= signs.respiratory_rate_per_min <= 30
    assert 40 <= signs.nibp_diastolic_mmhg < signs.nibp_mean_mmhg < signs.nibp_systolic_mmhg <= 230


def test_pressure_rises_with_the_drip_as_clinics_see_it() -> None:
    rises = []
    for seed in range(150):
        patient = SimulatedPatient(ADULT, "racemic", seed)
        before, after = (patient.vital_signs_after(USUAL, t) for t in (0.0, 2400.0))
        assert before.nibp_systolic_mmhg is not None and after.nibp_systolic_mmhg is not None
        rises.append(after.nibp_systolic_mmhg - before.nibp_systolic_mmhg)
    # Protocol facts 4.1 and pharmacology facts 4.2: +10 (3 to 16 between clinics), wide between people.
    assert 7.0 < statistics.mean(rises) < 13.0 and 5.0 < statistics.stdev(rises) < 13.0


def test_an_older_or_hypertensive_patient_rises_further() -> None:
    def rise(person: Person, hypertensive: bool) -> float:
        found = []
        for seed in range(60):
            patient = SimulatedPatient(person, "racemic", seed, hypertensive=hypertensive)
            high, low = (patient.vital_signs(2400.0, s).nibp_systolic_mmhg for s in (Sites(280, 250, 270), Sites()))
            assert high is not None and low is not None
            found.append(high - low)
        return statistics.mean(found)

    ordinary = rise(ADULT, False)
    assert rise(Person(70.0, 62.0, "F"), False) > 1.2 * ordinary and rise(ADULT, True) > 1.2 * ordinary


def test_the_patient_s_drug_is_where_their_own_kinetics_put_it() -> None:
    one, other = (SimulatedPatient(ADULT, "racemic", seed).sites(USUAL, 2400.0) for seed in (1, 2))
    assert one != other and 180.0 < one.plasma_ng_per_ml < 420.0
    assert one.mind_site_ng_per_ml < one.heart_site_ng_per_ml < one.plasma_ng_per_ml
    assert SimulatedPatient(ADULT, "racemic", 1).sites((), 100.0) == Sites()


def test_artefacts_spoil_what_they_should_and_nothing_else() -> None:
    patient = SimulatedPatient(ADULT, "racemic", 3)
    clean = patient.vital_signs(100.0)
    off = patient.vital_signs(100.0, artefacts=("probe off",))
    assert off.probe_off and off.spo2_percent is None and off.pulse_per_min is None
    assert off.nibp_systolic_mmhg == clean.nibp_systolic_mmhg
    assert off.heart_rate_per_min == clean.heart_rate_per_min
    cuff = patient.vital_signs(100.0, artefacts=("cuff failure",))
    assert cuff.cuff_failed and cuff.nibp_systolic_mmhg is cuff.nibp_diastolic_mmhg is cuff.nibp_mean_mmhg is None
    assert cuff.spo2_percent == clean.spo2_percent
    moved = patient.vital_signs(100.0, artefacts=("motion",))
    assert moved.motion and moved.spo2_percent is not None and clean.spo2_percent is not None
    assert moved.spo2_percent < clean.spo2_percent and (moved.pulse_per_min or 0) >= clean.heart_rate_per_min


def test_invented_scores_say_that_they_are_invented_and_look_like_those_reported() -> None:
    patients = [invented_cadss(seed, 125.0) for seed in range(4000)]
    assert all(score.invented for score in patients)
    assert statistics.mean(s.value for s in patients) == pytest.approx(7.7, rel=0.1)
    assert sum(s.value > 4 for s in patients) / 4000 == pytest.approx(0.50, abs=0.06)
    volunteers = [invented_cadss(seed, 125.0, volunteers=True).value for seed in range(1000)]
    assert statistics.mean(volunteers) == pytest.approx(23.0, rel=0.06)
    assert invented_cadss(1, 0.0).value == 0
    sedated = [min(invented_moaas(seed, minute).value for minute in (20, 35, 60)) for seed in range(6000)]
    assert sum(v <= 4 for v in sedated) / 6000 == pytest.approx(1 / 3, abs=0.03)
    assert 0 < sum(v <= 3 for v in sedated) / 6000 < 0.05
    assert invented_moaas(1, 5.0).value == invented_moaas(1, 80.0).value == 5
