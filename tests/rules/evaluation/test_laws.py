"""Laws of the engine, the fold and the arithmetic of benzodiazepines and resistance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.evaluation import entries as en
from dripstand.evaluation import workup
from dripstand.evaluation.benzodiazepines import EQUAL_TO_DIAZEPAM_10_MG, Dose, Table, loads
from dripstand.evaluation.drugs import CATALOGUE, drugs_in
from dripstand.evaluation.entries import Entry, Fact
from dripstand.evaluation.file import fold
from dripstand.evaluation.history import Stage, Why, judge, maudsley_band, resistance
from dripstand.evaluation.payloads import dump, load
from dripstand.evaluation.questions import OF_NAME, SECTIONS
from dripstand.evaluation.rules import RULES
from dripstand.evaluation.rules.conditions import Answered, OutsideRange, Resulted, ResultedAtLeast
from dripstand.evaluation.rules.rule import Condition, findings
from dripstand.protocol.canonical import Unreadable
from tests.rules.evaluation.cases import AT, NURSE, TWO_FAILED, answer, case, failed, result, takes

QUESTIONS = sorted(name for name, one in OF_NAME.items() if one.values)
ANSWERS = st.sampled_from(QUESTIONS).flatmap(
    lambda name: st.sampled_from(OF_NAME[name].values).map(lambda value: answer(name, value))
)
MEDICINES = st.sampled_from([one.name for one in CATALOGUE]).map(lambda name: takes(name, "5"))
RESULTS = st.sampled_from(
    [
        result("alt", "90", "", "40"),
        result("ecg", "abnormal"),
        result("systolic", "170"),
        result("urine_drugs", "other"),
    ]
)
FACTS = st.lists(ANSWERS | MEDICINES | RESULTS, max_size=12, unique_by=lambda one: (one.kind, _of(one)))


def _of(fact: Fact) -> str:
    return str(getattr(fact, "question", "") or getattr(fact, "medicine_id", "") or getattr(fact, "test", ""))


def keys(facts: list[Fact]) -> set[tuple[str, tuple[str, ...]]]:
    return {(one.key, tuple(map(str, one.grounds))) for one in findings(RULES, case(*TWO_FAILED, *facts))}


@given(FACTS, ANSWERS)
def test_one_more_answer_takes_no_finding_away_that_does_not_rest_on_its_question(
    facts: list[Fact], more: en.QuestionAnswered
) -> None:
    before, after = keys(facts), keys([*facts, more])
    for rule, grounds in before:
        if not any(f"answer {more.question}:" in ground for ground in grounds):
            assert any(rule == other and set(grounds) <= set(held) for other, held in after)


@given(FACTS.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_in_which_things_were_recorded_changes_no_finding(both: tuple[list[Fact], list[Fact]]) -> None:
    first, second = ({(rule, frozenset(grounds)) for rule, grounds in keys(facts)} for facts in both)
    assert first == second


@given(FACTS)
def test_an_override_is_bound_to_grounds_that_are_the_same_in_any_order(facts: list[Fact]) -> None:
    def bound(listed: list[Fact]) -> dict[str, str]:
        return {one.key: one.grounds_sha256 for one in findings(RULES, case(*TWO_FAILED, *listed))}

    assert bound(facts) == bound(list(reversed(facts)))


@given(FACTS)
def test_what_is_stored_is_what_is_read(facts: list[Fact]) -> None:
    for fact in (*TWO_FAILED, *facts):
        assert load(fact.kind, dump(fact)) == fact


def test_an_unknown_kind_and_a_wrong_shape_are_refused_and_never_skipped() -> None:
    for kind, text in (("of_the_future", "{}"), ("question_answered", '{"question":"x"}'), ("medicine_started", "[]")):
        with pytest.raises(Unreadable):
            load(kind, text)


@given(st.lists(ANSWERS, max_size=10), st.integers(0, 10))
def test_the_file_after_some_entries_is_the_fold_of_those(facts: list[Fact], count: int) -> None:
    log = [Entry(number, AT + timedelta(minutes=number), NURSE, fact) for number, fact in enumerate(facts, 1)]
    assert fold(log[:count]) == fold(list(reversed(log[:count])))
    assert fold(log).head == len(log)


# --- questions as data ------------------------------------------------------------------------------------------------


def test_every_question_has_one_name() -> None:
    listed = [one.question for section in SECTIONS for one in section.questions]
    assert len(listed) == len(set(listed))


def parts(condition: Condition) -> Iterator[Condition]:
    """A condition and those that it is put together from."""
    yield condition
    for one in getattr(condition, "conditions", ()):
        yield from parts(one)


def test_every_rule_asks_for_answers_and_findings_that_there_are() -> None:
    asked = [part for rule in RULES for part in parts(rule.condition)]
    for part in asked:
        if isinstance(part, Answered):
            assert set(part.values) <= set(OF_NAME[part.question].values), part
        elif isinstance(part, Resulted):
            assert set(part.findings) <= set(workup.OF_NAME[part.test].findings), part
        elif isinstance(part, ResultedAtLeast):
            assert workup.OF_NAME[part.test].shape is workup.Shape.NUMBER, part
        elif isinstance(part, OutsideRange):
            assert all(workup.OF_NAME[test].shape is workup.Shape.RANGE for test in part.tests), part
    assert sum(isinstance(part, Answered) for part in asked) > 30


# --- benzodiazepines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "mg", "ashton", "va_dod"),
    [
        ("lorazepam", "3", 30, 15),  # protocol.md 14.1, worked out by hand
        ("diazepam", "7", 7, 7),
        ("alprazolam", "1", 20, 10),
        ("temazepam", "15", Fraction(15, 2), 10),
        ("quazepam", "15", Fraction(15, 2), 15),
        ("zolpidem", "10", 5, None),
        ("estazolam 2 mg", "2", 20, 20),  # the lower end of 1 to 2: the larger load
    ],
)
def test_a_load_by_both_tables(told: str, mg: str, ashton: object, va_dod: object) -> None:
    by_table = {one.table: one for one in loads([Dose(told, D(mg))])}
    assert by_table[Table.ASHTON].diazepam_mg == ashton
    if va_dod is None:
        assert by_table[Table.VA_DOD].unknown == (told,)
    else:
        assert by_table[Table.VA_DOD].diazepam_mg == va_dod


def test_what_no_table_has_is_not_counted_as_nought() -> None:
    found = loads([Dose("bromazepam", D(6)), Dose("diazepam", D(5)), Dose("lorazepam", None)])
    for one in found:
        assert one.diazepam_mg == 5 and one.unknown == ("bromazepam", "lorazepam") and not one.is_complete
    assert loads([Dose("sertraline", D(50))]) == ()


COUNTABLE = st.sampled_from(sorted(EQUAL_TO_DIAZEPAM_10_MG))
MG = st.decimals("0.1", "60", places=1)


@given(st.lists(st.tuples(COUNTABLE, MG), min_size=1, max_size=5), COUNTABLE, MG)
def test_loads_add_up_and_never_fall_when_something_is_added(taken: list[tuple[str, D]], name: str, mg: D) -> None:
    doses = [Dose(told, amount) for told, amount in taken]
    for before, after, alone in zip(
        loads(doses), loads([*doses, Dose(name, mg)]), loads([Dose(name, mg)]), strict=True
    ):
        assert abs(before.diazepam_mg + alone.diazepam_mg - after.diazepam_mg) < D("1e-20")


def test_a_name_is_found_as_it_was_told_and_a_part_of_a_word_is_not() -> None:
    assert [one.name for one in drugs_in("Olanzapine/Fluoxetine 6/25 mg")] == ["fluoxetine", "olanzapine"]
    assert [one.name for one in drugs_in("Lithium carbonate")] == ["lithium"]
    assert drugs_in("Nordiazepamol") == ()


# --- earlier treatments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trial", "why"),
    [
        (failed("sertraline", "50", "6"), Why.FAILED),
        (failed("sertraline", "49.9", "6"), Why.DOSE_TOO_LOW),
        (failed("sertraline", "50", "5.9"), Why.TOO_SHORT),
        (failed("venlafaxine", "75"), Why.FAILED),
        (failed("bupropion", "299"), Why.DOSE_TOO_LOW),
        (failed("amitriptyline", "125"), Why.FAILED),
        (failed("amitriptyline", "124"), Why.DOSE_TOO_LOW),
        (failed("lofepramine", "139"), Why.DOSE_TOO_LOW),
        (failed("sertraline", None), Why.DOSE_NOT_KNOWN),
        (failed("sertraline", "50", None), Why.TIME_NOT_KNOWN),
        (failed("trazodone", "150"), Why.FAILED),
        (failed("trazodone", "100"), Why.DOSE_TOO_LOW),
        (failed("agomelatine", "25"), Why.FAILED),
        (failed("phenelzine", "45"), Why.DOSE_TOO_LOW),
        (failed("tranylcypromine", "20"), Why.DOSE_TOO_LOW),
        (failed("moclobemide", "300"), Why.FAILED),
        (failed("isocarboxazid", "60"), Why.NO_LOWEST_DOSE),
        (failed("moonwort", "300"), Why.NOT_LISTED),
        (failed("lithium", "900"), Why.NOT_AN_ANTIDEPRESSANT),
        (failed("sertraline", "200", outcome=en.TrialOutcome.NOT_TOLERATED), Why.NOT_TOLERATED),
        (failed("sertraline", "200", outcome=en.TrialOutcome.NOT_KNOWN), Why.OUTCOME_NOT_KNOWN),
        (failed("sertraline", "200", outcome=en.TrialOutcome.HELPED), Why.HELPED),
    ],
)
def test_a_trial_is_adequate_and_failed_or_says_why_it_is_not(trial: en.TrialRecorded, why: Why) -> None:
    assert judge(trial, 6).why is why


def test_counts_at_four_and_eight_weeks_stand_beside_the_six() -> None:
    trials = (failed("sertraline", "100", "4"), failed("venlafaxine", "150", "6"), failed("duloxetine", "60", "8"))
    found = resistance(trials, weeks_at_least=6, episode_months=None, severity="")
    assert (found.in_episode_count, found.beside) == (2, ((4, 3), (8, 1)))


@pytest.mark.parametrize("maoi", ["phenelzine", "tranylcypromine", "moclobemide"])
def test_an_maoi_that_failed_too_makes_the_fourth_stage_and_ect_the_fifth(maoi: str) -> None:
    # III and an MAOI: IV; IV and ECT: V (protocol.md 14.6)
    three = (failed("sertraline"), failed("venlafaxine"), failed("amitriptyline"))
    ect = failed("ECT, bitemporal", None, None, trial_kind=en.TrialKind.ECT)

    helped = en.TrialOutcome.HELPED

    def stage(*trials: en.TrialRecorded) -> Stage:
        return resistance(trials, weeks_at_least=6, episode_months=None, severity="").stage

    assert stage(*three, failed(maoi)) is Stage.FOUR
    assert stage(*three, failed(maoi), ect) is Stage.FIVE
    assert stage(*three, ect) is Stage.THREE
    assert stage(*three, failed(maoi, "10"), ect) is Stage.THREE
    assert (
        stage(*three, failed(maoi), failed("ECT", None, None, trial_kind=en.TrialKind.ECT, outcome=helped))
        is Stage.FOUR
    )


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("ECT, bilateral", Stage.FIVE),
        ("Bifrontal ECT, 12 sessions", Stage.FIVE),
        ("ECT, right unilateral", Stage.FOUR),
        ("ECT", Stage.FOUR),
        ("ECT, not bilateral", Stage.FOUR),
    ],
)
def test_only_an_ect_that_is_named_as_bilateral_makes_the_fifth_stage_and_any_counts_in_maudsley(
    name: str, stage: Stage
) -> None:
    drugs = [failed(one) for one in ("sertraline", "venlafaxine", "amitriptyline", "phenelzine")]
    ect = failed(name, None, "1", trial_kind=en.TrialKind.ECT)
    without, found = (
        resistance(trials, weeks_at_least=6, episode_months=D(6), severity="severe")
        for trials in (drugs, [*drugs, ect])
    )
    assert found.stage is stage and found.ect_not_bilateral is (stage is Stage.FOUR)
    assert without.maudsley is not None and found.maudsley == without.maudsley + 1


@pytest.mark.parametrize(
    ("names", "stage"),
    [
        ((), Stage.NONE),
        (("sertraline", "citalopram"), Stage.ONE),
        (("sertraline", "venlafaxine"), Stage.TWO),
        (("sertraline", "venlafaxine", "amitriptyline"), Stage.THREE),
    ],
)
def test_stages_after_thase_and_rush(names: tuple[str, ...], stage: Stage) -> None:
    assert resistance([failed(one) for one in names], weeks_at_least=6, episode_months=None, severity="").stage is stage


@pytest.mark.parametrize(
    ("months", "severity", "failures", "ect", "points", "band"),
    [
        ("12", "mild", 1, False, 1 + 2 + 1, "mild"),
        ("13", "moderate", 3, False, 2 + 3 + 2, "moderate"),
        ("25", "psychotic", 3, True, 3 + 5 + 2 + 1, "severe"),
    ],
)
def test_maudsley_staging_by_hand(months: str, severity: str, failures: int, ect: bool, points: int, band: str) -> None:
    trials = [failed(one) for one in ("sertraline", "venlafaxine", "duloxetine")[:failures]]
    if ect:
        trials.append(failed("ECT, bilateral", None, None, trial_kind=en.TrialKind.ECT))
    found = resistance(trials, weeks_at_least=6, episode_months=D(months), severity=severity)
    assert found.maudsley == points and maudsley_band(points) == band


def test_maudsley_is_not_worked_out_where_a_question_is_open() -> None:
    for months, severity in ((None, "severe"), (D(14), "")):
        assert resistance(TWO_FAILED, weeks_at_least=6, episode_months=months, severity=severity).maudsley is None
