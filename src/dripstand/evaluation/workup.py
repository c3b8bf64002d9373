"""The work-up: which tests are wanted, how long their results are good for, and what is missing or out of date.

Source: protocol.md 1.5; the bundle as a whole and its time limits are unverified and stand in the clinic's template.
A laboratory number is held against the reference range that its own report prints, never against one built in here.
What is measured at rest has limits of what can be at all, which are assumed and say nothing about health.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from dripstand.evaluation.entries import ResultRecorded
from dripstand.evaluation.file import Result
from dripstand.evaluation.person import Case


class Shape(StrEnum):
    """How a result is said. RANGE: a number with its report's reference range; FINDING: one of the test's own words."""

    RANGE = "range"
    NUMBER = "number"
    FINDING = "finding"


NORMAL, ABNORMAL, NEGATIVE, POSITIVE = "normal", "abnormal", "negative", "positive"
CANNABIS, MISUSE, OTHER = "cannabis", "opioid_ketamine_pcp", "other"


def _always(case: Case) -> bool:
    return True


def _never(case: Case) -> bool:
    return False


def may_be_pregnant(case: Case) -> bool:
    """Where a pregnancy test is wanted: not known to be male, within the template's ages, not answered as excluded."""
    within = case.gates.pregnancy_age_low_y <= case.age_y <= case.gates.pregnancy_age_high_y
    return case.sex != "M" and within and case.answer("pregnancy_excluded") != "yes"


def _bipolar(case: Case) -> bool:
    return case.indication == "bipolar_depression"


@dataclass(frozen=True, slots=True)
class Test:
    """One test. valid: how long a result is good for; None: until the next one. wanted: for whom it is asked.

    each_visit: repeated before each infusion by the visit's own check, so its age holds a signature, not a standing
    decision. several: one sample may hold more than one finding, each entered with the same time.
    """

    __test__ = False

    test: str
    words: str
    shape: Shape
    unit: str = ""
    findings: tuple[str, ...] = ()
    valid: Callable[[Case], timedelta] | None = None
    wanted: Callable[[Case], bool] = _always
    each_visit: bool = False
    several: bool = False
    lowest: Decimal | None = None
    highest: Decimal | None = None


def _labs(case: Case) -> timedelta:
    return timedelta(days=case.limits.labs_valid_d)


def _liver(case: Case) -> timedelta:
    return _labs(case) if case.liver_tests_valid_d is None else timedelta(days=case.liver_tests_valid_d)


def _ecg(case: Case) -> timedelta:
    return timedelta(days=case.limits.ecg_valid_d)


def _pregnancy(case: Case) -> timedelta:
    return timedelta(hours=case.limits.pregnancy_test_valid_h)


def _range(test: str, words: str, unit: str, valid: Callable[[Case], timedelta] = _labs) -> Test:
    return Test(test, words, Shape.RANGE, unit, valid=valid)


def _score(test: str, words: str, highest: int, wanted: Callable[[Case], bool] = _never) -> Test:
    return Test(test, words, Shape.NUMBER, "", valid=_labs, wanted=wanted, lowest=Decimal(0), highest=Decimal(highest))


def _vital(test: str, words: str, unit: str, lowest: int, highest: int) -> Test:
    return Test(test, words, Shape.NUMBER, unit, valid=_labs, lowest=Decimal(lowest), highest=Decimal(highest))


TESTS: tuple[Test, ...] = (
    _vital("systolic", "Systolic pressure at rest", "mmHg", 50, 300),
    _vital("diastolic", "Diastolic pressure at rest", "mmHg", 20, 200),
    _vital("pulse", "Pulse at rest", "/min", 20, 250),
    _vital("spo2", "Saturation on room air", "%", 50, 100),
    _vital("respiration", "Respiration at rest", "/min", 4, 60),
    _vital("temperature", "Temperature", "°C", 30, 43),
    Test("ecg", "ECG", Shape.FINDING, findings=(NORMAL, ABNORMAL), valid=_ecg),
    Test(
        "pregnancy",
        "Pregnancy test (urine hCG)",
        Shape.FINDING,
        findings=(NEGATIVE, POSITIVE),
        valid=_pregnancy,
        wanted=may_be_pregnant,
        each_visit=True,
    ),
    Test(
        "urine_drugs",
        "Urine drug screen",
        Shape.FINDING,
        findings=(NEGATIVE, CANNABIS, MISUSE, OTHER),
        valid=_labs,
        several=True,
    ),
    _range("alt", "ALT", "U/L", _liver),
    _range("ast", "AST", "U/L", _liver),
    _range("alp", "ALP", "U/L", _liver),
    _range("ggt", "GGT", "U/L", _liver),
    _range("urea", "Urea", "mmol/L or mg/dL"),
    _range("creatinine", "Creatinine", "µmol/L or mg/dL"),
    _range("sodium", "Sodium", "mmol/L"),
    _range("potassium", "Potassium", "mmol/L"),
    _range("tsh", "TSH", "mU/L"),
    Test("urinalysis", "Urinalysis", Shape.FINDING, findings=(NORMAL, ABNORMAL), valid=_labs),
    _score("asrm", "ASRM, mania self-rating", 20, _bipolar),
    _score("ymrs", "YMRS, mania rating", 60),
    _score("mmse", "MMSE", 30),
    _score("madrs", "MADRS before treatment", 60),
    _score("ipss", "IPSS, urinary symptoms", 35),
    _score("stop_bang", "STOP-Bang, sleep apnoea", 8),
    Test("drug_level", "Level of lithium or valproate", Shape.RANGE, "as on the report", valid=_labs, wanted=_never),
)
OF_NAME = {one.test: one for one in TESTS}


class State(StrEnum):
    GOOD = "good"
    OUTSIDE = "outside"
    MISSING = "missing"
    OUT_OF_DATE = "out_of_date"
    NOT_WANTED = "not_wanted"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one test stands. result: the one that counts; beside: what else was found in the same sample."""

    test: Test
    state: State
    result: Result | None
    beside: tuple[Result, ...] = ()


def number_of(recorded: ResultRecorded) -> Decimal | None:
    try:
        found = Decimal(recorded.value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_outside(recorded: ResultRecorded) -> bool:
    """Whether a result lies outside its own reference range, or is a finding that is not the usual one."""
    test = OF_NAME[recorded.test]
    if test.shape is Shape.FINDING:
        return recorded.value not in (NORMAL, NEGATIVE)
    number = number_of(recorded)
    if number is None or test.shape is Shape.NUMBER:
        return False
    low, high = recorded.low, recorded.high
    return (low is not None and number < low) or (high is not None and number > high)


def is_out_of_date(result: Result, case: Case) -> bool:
    """Older than the template allows. Exactly as old is still good."""
    valid = OF_NAME[result.recorded.test].valid
    return valid is not None and case.at - result.taken_at > valid(case)


def standing(test: Test, case: Case) -> Standing:
    """Where one test stands for this patient now."""
    result = case.newest(test.test)
    if result is None:
        return Standing(test, State.MISSING if test.wanted(case) else State.NOT_WANTED, None)
    if is_out_of_date(result, case):
        return Standing(test, State.OUT_OF_DATE if test.wanted(case) else State.NOT_WANTED, result)
    sample = case.sample(test.test) if test.shape is Shape.FINDING else (result,)
    outside = any(is_outside(one.recorded) for one in sample)
    beside = tuple(one for one in sample if one is not result)
    return Standing(test, State.OUTSIDE if outside else State.GOOD, result, beside)


def standings(case: Case) -> tuple[Standing, ...]:
    """Every test, in the order of the list."""
    return tuple(standing(test, case) for test in TESTS)


def open_tests(case: Case) -> Iterator[Standing]:
    """What is missing or out of date."""
    for one in standings(case):
        if one.state in (State.MISSING, State.OUT_OF_DATE):
            yield one


def current(case: Case, test: str) -> Result | None:
    """The newest result of a test where it is not out of date. Not for what was found, which holds at any age."""
    result = case.newest(test)
    return None if result is None or is_out_of_date(result, case) else result
