"""Every number of the template has a source, a unit, and bounds that are enforced at and past their edges."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.protocol.bounds import FindingKind, bound_of, findings
from dripstand.protocol.choices import QUESTIONS, UnknownChoice, choices_made, with_choices
from dripstand.protocol.defaults import default_template
from dripstand.protocol.numbers import UnknownNumber, numbers, with_numbers
from dripstand.protocol.payload import UnreadableTemplate, from_json, sha256_of, to_json
from dripstand.protocol.template import PAIN_DOSE, CoursePattern, Mark
from dripstand.protocol.words import number_words
from tests.rooms.protocol.written_template import PAGE, written

TEMPLATE = default_template()
NAMES = [number.name for number in numbers(TEMPLATE)]
A_WHOLE_STEP = Decimal(1)


def _kinds_at(name: str, value: Decimal) -> set[FindingKind]:
    moved = with_numbers(TEMPLATE, {name: value})
    return {finding.kind for finding in findings(moved) if finding.name == name}


def test_the_defaults_hold_nothing_unusual() -> None:
    assert findings(TEMPLATE) == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_number_names_its_source_and_how_well_it_was_verified(name: str) -> None:
    source = TEMPLATE.sources[name]
    assert len(source.text) > 10
    assert source.mark in set(Mark)
    assert source.mark is not Mark.CLINIC, "no clinic has decided anything yet"


@pytest.mark.parametrize("name", NAMES)
def test_each_number_has_words_of_its_own(name: str) -> None:
    words = number_words(name, TEMPLATE)
    assert words and "_" not in words and "." not in words


@pytest.mark.hazard("H53")
@pytest.mark.parametrize("name", NAMES)
def test_each_number_is_refused_past_its_absolute_bounds_and_taken_at_them(name: str) -> None:
    bound = bound_of(name)
    assert bound is not None
    assert bound.lowest <= bound.usual_low <= bound.usual_high <= bound.highest
    for edge, past in ((bound.lowest, bound.lowest - A_WHOLE_STEP), (bound.highest, bound.highest + A_WHOLE_STEP)):
        assert FindingKind.PAST_ABSOLUTE not in _kinds_at(name, edge)
        assert FindingKind.PAST_ABSOLUTE in _kinds_at(name, past)


@pytest.mark.hazard("H53")
@pytest.mark.parametrize("name", NAMES)
def test_each_number_is_unusual_past_its_usual_range_and_not_within_it(name: str) -> None:
    bound = bound_of(name)
    assert bound is not None
    assert FindingKind.PAST_USUAL not in _kinds_at(name, bound.usual_low)
    assert FindingKind.PAST_USUAL not in _kinds_at(name, bound.usual_high)
    for value, edge in ((bound.lowest, bound.usual_low), (bound.highest, bound.usual_high)):
        if value != edge:
            assert FindingKind.PAST_USUAL in _kinds_at(name, value)


@pytest.mark.hazard("H53")
def test_limits_that_overtake_each_other_are_refused() -> None:
    swapped = with_numbers(
        TEMPLATE, {"alarms.spo2_low.limit_value": Decimal(90), "alarms.spo2_very_low.limit_value": Decimal(92)}
    )
    assert [(one.name, one.kind) for one in findings(swapped)] == [
        ("alarms.spo2_very_low.limit_value", FindingKind.OUT_OF_ORDER)
    ]


def test_a_fraction_is_not_taken_for_a_whole_number() -> None:
    # Two and a half chairs: with_numbers would cut it, so the check has to see it first.
    number = next(one for one in numbers(TEMPLATE) if one.name == "staffing.most_infusing_chairs_per_observer_count")
    assert number.whole


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(UnknownNumber):
        with_numbers(TEMPLATE, {"dose.refuse_mg": Decimal(1)})


def test_the_minimum_stay_is_one_number_in_both_of_its_places() -> None:
    longer = with_numbers(TEMPLATE, {"minimum_observation_min": Decimal(90)})
    minimum = next(one for one in longer.leaving if one.rule == "minimum_time")
    assert (longer.minimum_observation_min, minimum.limit_value) == (90, Decimal(90))


@given(st.sampled_from(NAMES), st.decimals(min_value=1, max_value=200, places=0))
def test_changing_one_number_changes_that_number_alone(name: str, value: Decimal) -> None:
    after = {number.name: number.value for number in numbers(with_numbers(TEMPLATE, {name: value}))}
    before = {number.name: number.value for number in numbers(TEMPLATE)}
    assert after == {**before, name: value}


# --- stored text ----------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(NAMES), st.decimals(min_value=1, max_value=500, places=0), max_size=5))
def test_what_is_stored_reads_back_as_the_same_template(changes: dict[str, Decimal]) -> None:
    template = with_numbers(TEMPLATE, changes)
    text = to_json(template)
    assert from_json(text, template_id=template.template_id) == template
    assert to_json(from_json(text, template_id="another")) == text, "the row's id is no part of what is signed"


def test_any_changed_number_changes_what_a_signature_is_bound_to() -> None:
    hashes = {
        sha256_of(to_json(with_numbers(TEMPLATE, {number.name: number.value + 1}))) for number in numbers(TEMPLATE)
    }
    assert len(hashes | {sha256_of(to_json(TEMPLATE))}) == len(NAMES) + 1


@pytest.mark.hazard("H51")
def test_a_version_signed_before_there_were_choices_and_patterns_reads_on_with_the_defaults() -> None:
    body = json.loads(to_json(TEMPLATE))
    for newer in ("course", "choices", "evaluation"):
        del body[newer]
    older = from_json(json.dumps(body), template_id="x")
    assert (older.course, older.choices, older.evaluation) == (TEMPLATE.course, TEMPLATE.choices, TEMPLATE.evaluation)
    assert older.dose == TEMPLATE.dose


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"name":1}',
        to_json(TEMPLATE).replace('"refuse_mg_per_kg":"1.5"', '"refuse_mg_per_kg":"NaN"'),
        to_json(TEMPLATE).replace('"refuse_mg_per_kg":"1.5"', '"refuse_mg_per_kg":1.5'),
        to_json(TEMPLATE).replace('"refuse_mg_per_kg"', '"refuse_mg_per_lb"'),
        to_json(TEMPLATE).replace('"version":1', '"version":true'),
        to_json(TEMPLATE).replace('"bag":{', '"signed_by":["x"],"bag":{'),
    ],
)
def test_text_that_is_no_template_is_refused(text: str) -> None:
    assert text != to_json(TEMPLATE)
    with pytest.raises(UnreadableTemplate):
        from_json(text, template_id="x")


# --- the default limits, against protocol.md 3.3 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarm", "sign", "value", "priority", "delay_s"),
    [
        ("spo2_low", "<", 92, "medium", 15),
        ("spo2_very_low", "<", 90, "high", 15),
        ("spo2_critical", "<=", 88, "high", 0),
        ("nibp_systolic_high", ">=", 165, "medium", 0),
        ("nibp_diastolic_high", ">=", 100, "medium", 0),
        ("nibp_systolic_very_high", ">", 180, "high", 300),
        ("nibp_diastolic_very_high", ">", 110, "high", 300),
        ("nibp_systolic_extreme", ">", 200, "high", 0),
        ("nibp_diastolic_extreme", ">", 120, "high", 0),
        ("nibp_systolic_low", "<", 90, "medium", 0),
        ("nibp_systolic_very_low", "<", 80, "high", 0),
        ("pulse_high", ">", 120, "medium", 15),
        ("pulse_high_sustained", ">", 120, "high", 300),
        ("pulse_very_high", ">", 140, "high", 15),
        ("pulse_low", "<", 50, "medium", 15),
        ("respiratory_rate_low", "<", 10, "medium", 15),
        ("respiratory_rate_high", ">", 25, "medium", 15),
        ("respiratory_rate_very_low", "<", 8, "high", 15),
    ],
)
def test_the_default_alarms_are_those_of_the_threshold_table(
    alarm: str, sign: str, value: int, priority: str, delay_s: int
) -> None:
    limit = next(one for one in TEMPLATE.alarms.limits if one.alarm == alarm)
    written = {(True, False): ">", (True, True): ">=", (False, False): "<", (False, True): "<="}
    assert written[(limit.above, limit.at_limit)] == sign
    assert (limit.limit_value, limit.priority, limit.delay_s) == (Decimal(value), priority, delay_s)
    assert limit.latching == (priority == "high")
    assert limit.lowest_value <= limit.limit_value <= limit.highest_value


@pytest.mark.parametrize("limit", [one for one in TEMPLATE.alarms.limits if one.channel == "spo2_percent"])
def test_the_saturation_card_stimulates_opens_oxygenates_stops_and_calls_and_never_waits(limit: object) -> None:
    card = " ".join(getattr(limit, "card")).lower()  # noqa: B009
    order = [card.index(word) for word in ("stimulate", "airway", "oxygen", "stop the drug", "call for help")]
    assert order == sorted(order)
    assert not re.search(r"\d|\bwait\b|\bminute|\bsecond", card)


def test_the_suicide_check_is_the_one_criterion_that_nobody_may_override() -> None:
    assert [one.criterion for one in TEMPLATE.leaving if not one.may_override] == ["suicide_check"]


def test_all_eight_conflicts_and_the_response_of_pain_are_shown_with_what_was_chosen_and_the_other_side() -> None:
    choices = choices_made(TEMPLATE)
    assert len(choices) == 9
    assert all(choice.question and choice.chosen and choice.effect and choice.source for choice in choices)
    assert all(choice.others and choice.mark_words for choice in choices)


EVERY_ANSWER = [(one.name, answer.value) for one in QUESTIONS for answer in one.answers]


@pytest.mark.parametrize(("name", "value"), EVERY_ANSWER)
def test_each_answer_can_be_chosen_is_shown_as_chosen_and_the_others_as_not_chosen(name: str, value: str) -> None:
    after = with_choices(TEMPLATE, {name: value})
    assert getattr(after.choices, name).value == value
    question = next(one for one in QUESTIONS if one.name == name)
    shown = next(one for one in choices_made(after) if one.name == name)
    answer = next(answer for key, answer in question.answers.items() if key.value == value)
    assert (shown.chosen, shown.effect, shown.source) == (str(answer.words), str(answer.effect), answer.source)
    assert len(shown.others) == len(question.answers) - 1
    assert not any(other.startswith(f"{shown.chosen}:") for other in shown.others)
    assert from_json(to_json(after), template_id=after.template_id) == after
    if value != getattr(TEMPLATE.choices, name).value:
        assert sha256_of(to_json(after)) != sha256_of(to_json(TEMPLATE)), "a signature is bound to the choices too"


@pytest.mark.parametrize("change", [{"weight_basis": "lean"}, {"breakfast": "yes"}])
def test_an_answer_that_nobody_offers_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(UnknownChoice):
        with_choices(TEMPLATE, change)
    with pytest.raises(UnreadableTemplate):
        from_json(to_json(TEMPLATE).replace('"bipolar":"with_stabiliser"', '"bipolar":"perhaps"'), template_id="x")


# --- course patterns ------------------------------------------------------------------------------------------------


def _with_pattern(*days: int, key: str = "six_in_three_weeks") -> set[FindingKind]:
    patterns = tuple(
        dataclasses.replace(one, day_offsets=days) if one.key == key else one for one in TEMPLATE.course.patterns
    )
    after = dataclasses.replace(TEMPLATE, course=dataclasses.replace(TEMPLATE.course, patterns=patterns))
    return {finding.kind for finding in findings(after)}


@pytest.mark.hazard("H53")
@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ((0,), set()),
        ((0, 2), set()),
        ((0, 7), set()),
        ((0, 1), {FindingKind.GAP_UNUSUAL}),
        ((0, 8), {FindingKind.GAP_UNUSUAL}),
        ((), {FindingKind.NO_PATTERN}),
        ((1, 3), {FindingKind.NO_PATTERN}),
        ((0, 3, 3), {FindingKind.NO_PATTERN}),
        ((0, 5, 3), {FindingKind.NO_PATTERN}),
        (tuple(range(0, 60, 2)), set()),
        (tuple(range(0, 62, 2)), {FindingKind.NO_PATTERN}),
    ],
)
def test_a_pattern_at_and_past_what_a_pattern_may_be(days: tuple[int, ...], kinds: set[FindingKind]) -> None:
    assert _with_pattern(*days) == kinds


def test_a_maintenance_pattern_may_leave_more_days_than_an_induction_but_not_more_than_a_year() -> None:
    assert _with_pattern(0, 28, 56, key="weekly_four") == set()
    assert _with_pattern(0, 366, key="weekly_four") == set()
    assert _with_pattern(0, 367, key="weekly_four") == {FindingKind.NO_PATTERN}


@pytest.mark.parametrize("pattern", TEMPLATE.course.patterns, ids=lambda one: one.key)
def test_each_pattern_names_its_source(pattern: CoursePattern) -> None:
    assert len(TEMPLATE.sources[f"course.patterns.{pattern.key}"].text) > 10


@pytest.mark.parametrize("pattern", TEMPLATE.pain.patterns if TEMPLATE.pain else (), ids=lambda one: one.key)
def test_each_pattern_against_pain_names_its_source(pattern: CoursePattern) -> None:
    assert len(TEMPLATE.sources[f"pain.patterns.{pattern.key}"].text) > 10


# --- chronic pain ---------------------------------------------------------------------------------------------------


def test_pain_has_its_own_dose_limits_spacing_and_patterns_and_everything_else_as_it_stands() -> None:
    assert TEMPLATE.pain is not None
    pain = TEMPLATE.for_indication("chronic_pain")
    assert pain == TEMPLATE.for_indication("chronic pain") and pain != TEMPLATE
    assert pain.sources["dose.warn_mg_per_kg"] == TEMPLATE.sources["pain.warn_mg_per_kg"]
    assert pain.sources["dose.refuse_minutes_below"].text.startswith("An hour, by this software's choice")
    assert pain.sources["dose.weight_cap_kg"] == TEMPLATE.sources["dose.weight_cap_kg"]
    for name in PAIN_DOSE:
        assert getattr(pain.dose, name) == getattr(TEMPLATE.pain, name)
    assert pain.course.patterns == TEMPLATE.pain.patterns and pain.course.usual_least_between_d == 1
    assert (pain.alarms, pain.gates, pain.bag, pain.leaving) == (
        TEMPLATE.alarms, TEMPLATE.gates, TEMPLATE.bag, TEMPLATE.leaving,
    )  # fmt: skip
    for other in ("major_depression", "bipolar_depression", ""):
        assert TEMPLATE.for_indication(other) is TEMPLATE


@pytest.mark.hazard("H50")
def test_a_version_as_it_was_first_signed_reads_on_with_every_number_it_had() -> None:
    """vectors/template_v1.json was written once: the defaults before there was a block for pain."""
    kept = json.loads((Path(__file__).parent / "vectors" / "template_v1.json").read_text("utf-8"))
    assert sha256_of(kept["body"]) == kept["body_sha256"], "what was signed is the text itself"
    then, stored = from_json(kept["body"], template_id="first"), json.loads(kept["body"])
    assert then.pain is None and findings(then) == ()
    for number in numbers(then):
        group, _dot, name = number.name.partition(".")
        if isinstance(stored.get(group), dict) and name in stored[group]:
            assert Decimal(str(stored[group][name])) == number.value, number.name
    assert then.minimum_observation_min == stored["minimum_observation_min"]
    assert set(stored) - set(json.loads(to_json(then))) == set()


def test_a_version_signed_before_there_was_a_block_for_pain_reads_on_and_says_nothing_of_pain() -> None:
    body = json.loads(to_json(TEMPLATE))
    del body["pain"]
    older = from_json(json.dumps(body), template_id="older")
    assert older.pain is None and older.for_indication("chronic_pain") is older
    assert not any(number.name.startswith("pain.") for number in numbers(older))
    assert findings(older) == ()
    moved = with_numbers(older, {"dose.warn_mg_per_kg": Decimal("0.7")})
    assert moved.pain is None and moved.dose.warn_mg_per_kg == Decimal("0.7")


def test_a_number_of_pain_that_overtakes_another_is_refused() -> None:
    swapped = with_numbers(TEMPLATE, {"pain.usual_minutes_low": Decimal(130), "pain.usual_minutes_high": Decimal(125)})
    assert FindingKind.OUT_OF_ORDER in {one.kind for one in findings(swapped) if one.name == "pain.usual_minutes_low"}


def test_the_written_template_is_the_default_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.rooms.protocol.written_template"
