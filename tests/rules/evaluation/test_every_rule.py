"""Every rule of protocol.md 1.3 and 1.4 and of each indication: a hand-made person on each side of its limit.

What is expected stands here, written by hand from the tables, and not in the rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dripstand.evaluation.drugs import CATALOGUE, OF_NAME
from dripstand.evaluation.entries import Fact, OnTheDay
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.rules import RULES
from dripstand.evaluation.rules.rule import findings
from dripstand.evaluation.workup import State, open_tests, standings
from dripstand.protocol.template import BipolarChoice, Mark
from tests.rules.evaluation.cases import TWO_FAILED, answer, case, classes, failed, fired, result, takes

X, H, W = "do_not_treat", "hold", "warn"
BIPOLAR = {"indication": Indication.BIPOLAR_DEPRESSION}
PAIN = {"indication": Indication.CHRONIC_PAIN}
STABLE = (takes("lamotrigine", "200"),)  # a mood stabiliser without a level to measure

# rule, class, on the firing side, on the other side, about the person
Row = tuple[str, str, tuple[Fact, ...], tuple[Fact, ...], dict[str, object]]


def yes(rule: str, rule_class: str, question: str, **about: object) -> Row:
    """A rule that asks one question: yes fires it, no does not."""
    return (rule, rule_class, (answer(question),), (answer(question, "no"),), about)


EXCLUSIONS: tuple[Row, ...] = (
    yes("aneurysmal_disease", X, "aneurysm"),
    yes("intracerebral_haemorrhage", X, "intracerebral_haemorrhage"),
    yes("ketamine_hypersensitivity", X, "ketamine_allergy"),
    yes("pressure_rise_hazard", X, "pressure_rise_hazard"),
    yes("psychosis", X, "psychosis"),
    yes("psychosis", X, "psychotic_depression"),
    ("psychosis", X, (answer("severity", "psychotic"),), (answer("severity", "severe"),), {}),
    yes("mania_now", X, "mania_now"),
    yes("dementia", X, "dementia"),
    ("mmse_below_25", H, (result("mmse", "24"),), (result("mmse", "25"),), {}),
    yes("hypertension_uncontrolled", H, "hypertension_uncontrolled"),
    ("hypertension_uncontrolled", H, (result("systolic", "160"),), (result("systolic", "159"),), {}),
    ("hypertension_uncontrolled", H, (result("diastolic", "100"),), (result("diastolic", "99"),), {}),
    yes("cardiac_unstable", X, "heart_failure_decompensated"),
    yes("cardiac_unstable", X, "angina_unstable"),
    (
        "cardiac_unstable",
        X,
        (answer("infarction_or_stroke", "within_6_weeks"),),
        (answer("infarction_or_stroke", "6_weeks_to_6_months"),),
        {},
    ),
    (
        "cardiac_review",
        H,
        (answer("infarction_or_stroke", "6_weeks_to_6_months"),),
        (answer("infarction_or_stroke", "longer_ago"),),
        {},
    ),
    yes("cardiac_review", H, "arrhythmia"),
    ("cardiac_review", H, (result("ecg", "abnormal"),), (result("ecg", "normal"),), {}),
    yes("raised_pressure", H, "raised_pressure"),
    yes("pregnancy_or_lactation", X, "pregnant"),
    yes("pregnancy_or_lactation", X, "breast_feeding"),
    ("pregnancy_or_lactation", X, (result("pregnancy", "positive"),), (result("pregnancy", "negative"),), {}),
    yes("substance_misuse_now", X, "misuse_now"),
    yes("substance_misuse_now", X, "intoxicated"),
    yes("substance_misuse_now", X, "substance_disorder_primary"),
    yes("substance_misuse_review", H, "misuse_earlier"),
    yes("substance_misuse_review", H, "substance_disorder_earlier"),
    (
        "substance_misuse_review",
        H,
        (result("urine_drugs", "opioid_ketamine_pcp"),),
        (result("urine_drugs", "cannabis"),),
        {},
    ),
    yes("cannabis", W, "cannabis"),
    ("cannabis", W, (result("urine_drugs", "cannabis"),), (result("urine_drugs", "negative"),), {}),
    yes("bladder", H, "cystitis"),
    ("bladder", H, (result("ipss", "8"),), (result("ipss", "7"),), {}),
    ("urinalysis_abnormal", W, (result("urinalysis", "abnormal"),), (result("urinalysis", "normal"),), {}),
    yes("liver", H, "liver_disease"),
    ("liver", H, (result("alt", "40.1", "", "40"),), (result("alt", "40", "", "40"),), {}),
    ("liver", H, (result("ast", "41", "", "40"),), (result("ast", "3", "5", "40"),), {}),  # low is not raised
    ("liver", H, (result("alp", "121", "30", "120"),), (result("alp", "120", "30", "120"),), {}),
    ("liver", H, (result("ggt", "61", "", "60"),), (result("ggt", "60", "", "60"),), {}),
    (
        "laboratory_outside_range",
        W,
        (result("tsh", "0.39", "0.4", "4.0"),),
        (result("tsh", "0.4", "0.4", "4.0"),),
        {},
    ),
    ("laboratory_outside_range", W, (result("urea", "7.9", "2.5", "7.8"),), (result("urea", "7.8", "2.5", "7.8"),), {}),
    (
        "laboratory_outside_range",
        W,
        (result("potassium", "5.1", "3.5", "5.0"),),
        (result("potassium", "5.0", "3.5", "5.0"),),
        {},
    ),
    yes("brain_injury", X, "brain_injury"),
    yes("hyperthyroidism", H, "hyperthyroidism"),
    yes("porphyria", H, "porphyria"),
    yes("lung_disease", H, "lung_disease"),
    yes("sleep_apnoea", H, "sleep_apnoea"),
    ("sleep_apnoea", H, (result("stop_bang", "5"),), (result("stop_bang", "4"),), {}),
    ("no_capacity", X, (answer("capacity", "no"),), (answer("capacity"),), {}),
    ("asa_high", H, (answer("asa_class", "4"),), (answer("asa_class", "3"),), {}),
    ("no_medical_clearance", H, (answer("medical_clearance", "no"),), (answer("medical_clearance"),), {}),
    ("not_informed", H, (answer("informed", "no"),), (answer("informed"),), {}),
    yes("suicide_plan", H, "suicide_plan"),
    ("no_way_home", W, (answer("escort_possible", "no"),), (answer("escort_possible"),), {}),
    ("no_way_home", W, (answer("emergency_contact", "no"),), (answer("emergency_contact"),), {}),
)

DAY, LEFT = OnTheDay.TAKEN, OnTheDay.LEFT_OUT
INTERACTIONS: tuple[Row, ...] = (
    ("benzodiazepine", W, (takes("lorazepam", "0.5"),), (takes("lithium", "900"),), {}),
    ("benzodiazepine", W, (takes("zopiclone", "3.75"),), (takes("melatonin", "3"),), {}),
    # 0.8 mg of lorazepam is 8 mg by Ashton and 4 by VA/DoD; 8 is not above 8, a little more is
    ("benzodiazepine_load", W, (takes("lorazepam", "0.81"),), (takes("lorazepam", "0.8"),), {}),
    ("benzodiazepine_load", W, (takes("diazepam", "8.5"),), (takes("diazepam", "8"),), {}),
    # temazepam 13 mg: 6.5 by Ashton, 8.67 by VA/DoD; either table suffices
    ("benzodiazepine_load", W, (takes("temazepam", "13"),), (takes("temazepam", "12"),), {}),
    (
        "benzodiazepine_load",
        W,
        (takes("diazepam", "5"), takes("clonazepam", "0.25")),
        (takes("diazepam", "3"), takes("clonazepam", "0.25")),
        {},
    ),
    ("benzodiazepine_load_not_known", W, (takes("lorazepam"),), (takes("lorazepam", "1"),), {}),
    ("benzodiazepine_load_not_known", W, (takes("etizolam", "1"),), (takes("clobazam", "10"),), {}),
    ("lamotrigine", W, (takes("Lamotrigine 200 mg", "200"),), (takes("lithium"),), {}),
    ("opioid_antagonist", W, (takes("naltrexone", "50"),), (takes("lithium"),), {}),
    ("cyp_inhibitor", W, (takes("clarithromycin", "500"),), (takes("ramipril", "5"),), {}),
    ("cyp_inhibitor", W, (takes("Clopidogrel"),), (takes("ibuprofen"),), {}),
    ("cyp_inducer", W, (takes("St John’s wort"),), (takes("folic acid"),), {}),
    ("cyp_inducer", W, (takes("carbamazepine", "400"),), (takes("lithium"),), {}),
    ("stimulant", W, (takes("lisdexamfetamine", "30"),), (takes("bupropion", "150"),), {}),
    ("maoi", H, (takes("tranylcypromine", "20"),), (takes("mirtazapine", "15"),), {}),
    ("cns_depressant_on_the_day", H, (takes("pregabalin", "150", DAY),), (takes("pregabalin", "150", LEFT),), {}),
    (
        "cns_depressant_on_the_day",
        H,
        (takes("oxycodone", "10", OnTheDay.NOT_KNOWN),),
        (takes("oxycodone", "10", LEFT),),
        {},
    ),
    (
        "cns_depressant_on_the_day",
        H,
        (answer("alcohol", "on_the_day"),),
        (answer("alcohol", "not_on_the_day"),),
        {},
    ),
    ("cns_depressant", W, (takes("pregabalin", "150", LEFT),), (takes("pregabalin", "150", DAY),), {}),
    ("blunting_antipsychotic", W, (takes("clozapine", "100"),), (takes("quetiapine", "100"),), {}),
    ("blunting_antipsychotic", W, (takes("haloperidol"),), (takes("aripiprazole"),), {}),
    ("blunting_antipsychotic", W, (takes("risperidone"),), (takes("olanzapine"),), {}),
    ("ssri", W, (takes("sertraline", "50"),), (takes("venlafaxine", "75"),), {}),
    ("theophylline", H, (takes("aminophylline"),), (takes("salbutamol"),), {}),
    ("medicine_not_listed", W, (takes("Herbal mixture no. 7"),), (takes("levothyroxine"),), {}),
)

OF_INDICATIONS: tuple[Row, ...] = (
    ("diagnosis_open", H, (answer("diagnosis_confirmed", "no"),), (answer("diagnosis_confirmed"),), {}),
    ("madrs_below_20", W, (result("madrs", "19"),), (result("madrs", "20"),), {}),
    ("bipolar_without_stabiliser", H, (), STABLE, BIPOLAR),
    (
        "bipolar_no_level",
        H,
        (takes("lithium", "900"),),
        (takes("lithium", "900"), result("drug_level", "0.7", "0.5", "1.0")),
        BIPOLAR,
    ),
    ("bipolar_no_level", H, (takes("valproate"), result("drug_level", "60", "50", "100", 91)), STABLE, BIPOLAR),
    ("bipolar_mania_rating", H, (*STABLE, result("asrm", "6")), (*STABLE, result("asrm", "5")), BIPOLAR),
    (
        "bipolar_mania_rating",
        H,
        (*STABLE, result("asrm", "6")),
        (*STABLE, result("asrm", "6"), result("ymrs", "3")),
        BIPOLAR,
    ),
    (  # a mania rating from before this self-rating says nothing about it
        "bipolar_mania_rating",
        H,
        (*STABLE, result("asrm", "8", days_ago=2), result("ymrs", "3", days_ago=3)),
        (*STABLE, result("asrm", "8", days_ago=3), result("ymrs", "3", days_ago=2)),
        BIPOLAR,
    ),
    ("bipolar_ymrs_12", H, (*STABLE, result("ymrs", "12")), (*STABLE, result("ymrs", "11")), BIPOLAR),
    ("bipolar_mixed", H, (answer("mixed_features"),), (answer("mixed_features", "no"),), BIPOLAR),
    yes("pain_severe_liver_disease", X, "liver_disease_severe", **PAIN),
    (
        "pain_evidence_weak",
        W,
        (answer("pain_condition", "fibromyalgia"),),
        (answer("pain_condition", "crps"),),
        PAIN,
    ),
)

TABLE = (*EXCLUSIONS, *INTERACTIONS, *OF_INDICATIONS)


@pytest.mark.parametrize(
    ("rule", "rule_class", "on", "off", "about"), TABLE, ids=[f"{row[0]}-{at}" for at, row in enumerate(TABLE)]
)
def test_a_rule_fires_on_one_side_of_its_limit_and_not_on_the_other(
    rule: str, rule_class: str, on: tuple[Fact, ...], off: tuple[Fact, ...], about: dict[str, object]
) -> None:
    assert classes(*on, **about).get(rule) == rule_class
    assert rule not in fired(*off, **about)


@pytest.mark.parametrize(
    ("allergy", "fires"),
    [
        ("Ketamine: hives", True),
        ("esketamin", True),
        ("Spravato, swollen face", True),
        ("Ketalar", True),
        ("Ketanest S: Ausschlag", True),
        ("Kétamine", True),
        ("benzethonium chloride (wipes)", True),
        ("Chlorobutanol", True),
        ("latex", False),
        ("ketoprofen", False),
    ],
)
def test_an_allergy_in_the_patients_record_fires_as_the_answer_does(allergy: str, fires: bool) -> None:
    assert ("ketamine_hypersensitivity" in fired(allergies=(allergy,))) is fires


@pytest.mark.parametrize(("born", "fires"), [(date(2008, 3, 5), True), (date(2008, 3, 4), False)])
def test_eighteen_years_are_reached_on_the_birthday(born: date, fires: bool) -> None:
    assert ("under_age" in fired(birth_date=born)) is fires


@pytest.mark.parametrize(("trials", "fires"), [(TWO_FAILED, False), (TWO_FAILED[:1], True), ((), True)])
def test_two_adequate_failed_trials_in_this_episode_are_asked_for(trials: tuple[Fact, ...], fires: bool) -> None:
    from dripstand.evaluation.rules.rule import findings

    found = {one.key for one in findings(RULES, case(*trials))}
    assert ("resistance_not_met" in found) is fires


def test_the_same_medicine_twice_is_one_failed_trial() -> None:
    from dripstand.evaluation.rules.rule import findings

    twice = case(failed("sertraline", "100"), failed("Sertraline", "200", "12"))
    assert "resistance_not_met" in {one.key for one in findings(RULES, twice)}


def test_a_clinic_that_has_signed_not_to_treat_bipolar_depression_says_so_and_of_nobody_else() -> None:
    excluded = {"bipolar": BipolarChoice.EXCLUDED}
    assert classes(*STABLE, **excluded, **BIPOLAR).get("bipolar_not_treated_here") == X
    assert "bipolar_not_treated_here" not in fired(*STABLE, **BIPOLAR)
    assert "bipolar_not_treated_here" not in fired(*STABLE, **excluded)


def test_lithium_interacts_with_nothing() -> None:
    assert fired(takes("lithium", "900")) == set()


def test_an_evaluation_without_anything_fires_nothing() -> None:
    assert fired() == set()


def test_a_rule_of_one_indication_says_nothing_about_another() -> None:
    assert "bipolar_without_stabiliser" not in fired()
    assert "pain_evidence_weak" not in fired(answer("pain_condition", "back"))
    assert "resistance_not_met" not in {one for one in fired(indication=Indication.CHRONIC_PAIN)}


def test_every_rule_stands_in_these_tables() -> None:
    by_hand = {"under_age", "resistance_not_met", "bipolar_not_treated_here"}
    assert {one.rule for one in RULES} == {row[0] for row in TABLE} | by_hand


def test_every_rule_has_a_source_a_mark_a_version_and_a_way_forward() -> None:
    for rule in RULES:
        assert len(rule.source.text) > 5 and rule.source.mark in set(Mark), rule.rule
        assert rule.version >= 1 and rule.way_forward.endswith("."), rule.rule
        assert rule.condition.says, rule.rule
    assert len({one.rule for one in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("told", "fires"),
    [
        ("linezolid", True),
        ("omeprazole and linezolid", True),
        ("Linezolid/omeprazole 20 mg", True),
        ("sertraline 50 mg (for sleep: rozerem)", True),
        ("omeprazole", False),
        ("Omeprazole 20mg capsules, twice daily", False),
        ("olanzapine/fluoxetine", False),
        ("lithium carbonate 400 mg at night", False),
        ("St John’s wort 300 mg", False),
        ("vitamin D 1000 IU + folic acid", False),
        ("venlafaxine XR 225 mg in the morning", False),
    ],
)
def test_a_medicine_that_no_rule_looked_at_is_named_also_beside_one_that_is_listed(told: str, fires: bool) -> None:
    assert ("medicine_not_listed" in fired(takes(told))) is fires


def test_the_whole_work_up_of_the_facts_is_asked_for() -> None:
    # protocol.md 1.5, by hand: BP, HR, SpO2, RR and temperature; ECG; drug screen; LFTs; U&E; TSH; urinalysis
    asked = {one.test.test for one in open_tests(case(sex="M"))}
    assert asked == {
        *("systolic", "diastolic", "pulse", "spo2", "respiration", "temperature", "ecg", "urine_drugs", "urinalysis"),
        *("alt", "ast", "alp", "ggt", "urea", "creatinine", "sodium", "potassium", "tsh"),
    }


@pytest.mark.parametrize(
    ("test", "value", "harmless", "rule"),
    [
        ("pregnancy", "positive", "negative", "pregnancy_or_lactation"),
        ("urine_drugs", "opioid_ketamine_pcp", "negative", "substance_misuse_review"),
        ("ecg", "abnormal", "normal", "cardiac_review"),
        ("systolic", "172", "120", "hypertension_uncontrolled"),
        ("mmse", "24", "28", "mmse_below_25"),
    ],
)
def test_what_was_found_holds_at_any_age_until_a_newer_result_says_otherwise(
    test: str, value: str, harmless: str, rule: str
) -> None:
    # time passing is no reason to believe that a pregnancy, or an abnormal ECG, is not there any more: it used to be
    old = result(test, value, days_ago=400)
    assert rule in fired(old)
    assert rule not in fired(old, result(test, harmless, days_ago=399))


def test_a_laboratory_result_above_its_range_holds_at_any_age_and_is_named_as_out_of_date() -> None:
    assert "liver" in fired(result("alt", "90", "", "40", days_ago=90.1))
    (line,) = [one for one in open_tests(case(result("alt", "90", "", "40", days_ago=90.1))) if one.test.test == "alt"]
    assert line.state is State.OUT_OF_DATE


def test_all_that_was_found_in_one_sample_counts_whatever_was_entered_last() -> None:
    opioids, cannabis = result("urine_drugs", "opioid_ketamine_pcp"), result("urine_drugs", "cannabis")
    both = {"substance_misuse_review", "cannabis"}
    assert fired(opioids, cannabis) == fired(cannabis, opioids) == both
    assert fired(opioids, cannabis, result("urine_drugs", "negative")) == both, "a mistake is struck, not entered over"
    assert fired(opioids, result("urine_drugs", "cannabis", days_ago=0.5)) == {"cannabis"}, "a newer sample"
    assert "cardiac_review" in fired(result("ecg", "abnormal"), result("ecg", "normal"))
    (line,) = [
        one for one in standings(case(opioids, result("urine_drugs", "negative"))) if one.test.test == "urine_drugs"
    ]
    assert line.state is State.OUTSIDE and len(line.beside) == 1


def test_liver_tests_are_good_for_as_long_as_the_block_for_pain_says() -> None:
    alt, urea = result("alt", "20", "", "40", days_ago=40), result("urea", "5", "2", "8", days_ago=40)
    for_pain = replace(case(alt, urea, indication=Indication.CHRONIC_PAIN), liver_tests_valid_d=30)
    old = {one.test.test for one in open_tests(for_pain) if one.state is State.OUT_OF_DATE}
    assert old == {"alt"}
    assert "alt" not in {one.test.test for one in open_tests(case(alt, urea))}


def test_of_two_results_the_one_taken_later_counts_whatever_was_entered_last() -> None:
    old, new = result("alt", "90", "", "40", days_ago=20), result("alt", "20", "", "40", days_ago=2)
    assert fired(old, new) == fired(new, old) == set()


@pytest.mark.parametrize(
    ("told", "mg", "rules"),
    [
        ("Nardil", "60", {"maoi"}),
        ("Xanax 1 mg", "1", {"benzodiazepine", "benzodiazepine_load"}),
        ("Ambien", "10", {"benzodiazepine"}),
        ("Suboxone", "8", {"cns_depressant"}),
        ("Adderall XR", "20", {"stimulant"}),
        ("Lamictal", "200", {"lamotrigine"}),
        ("Zoloft", "100", {"ssri"}),
    ],
)
def test_a_medicine_told_by_the_name_of_a_product_fires_as_its_drug_does(told: str, mg: str, rules: set[str]) -> None:
    found = fired(takes(told, mg))
    assert rules <= found and "medicine_not_listed" not in found


def test_names_of_products_count_as_stabilisers_and_as_earlier_treatments() -> None:
    assert "bipolar_without_stabiliser" not in fired(takes("Depakote ER", "1000"), **BIPOLAR)
    two = (failed("Zoloft", "150"), failed("Effexor XR", "225"))
    assert "resistance_not_met" not in {one.key for one in findings(RULES, case(*two))}
    same = (failed("Zoloft", "150"), failed("sertraline", "150"))
    assert "resistance_not_met" in {one.key for one in findings(RULES, case(*same))}, "one drug by two names"


def test_every_name_names_one_drug() -> None:
    told = [name for drug in CATALOGUE for name in (drug.name, *drug.also)]
    assert sorted(told) == sorted(set(told)) and all(name in OF_NAME for name in told)
    assert sum(len(drug.also) for drug in CATALOGUE) > 90, "each product's name found its drug in the list"
