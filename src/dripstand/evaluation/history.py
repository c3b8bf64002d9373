"""Earlier treatments: which trials were adequate and failed, and what resistance they add up to. Computed, not typed.

A trial counts as failed when it was long enough, dosed at least at the lowest usual dose, and did not help enough. One
that was not tolerated, or whose dose, time or result is not known, is not an adequate trial and never a failed one.

Sources (protocol.md 14.6): lowest usual doses from the McMaster textbook (source seen), their use as a line of adequacy
unverified; tricyclics about 125 mg and lofepramine 140 mg from a copy of a UK text; six weeks unverified, so the counts
at four and eight stand beside it. Stages after Thase and Rush from a summary; Maudsley staging from its open paper,
doi 10.1186/s12888-018-1679-x, its count of failures from a summary. The licensed drug lists of either are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dripstand.evaluation.drugs import ANTIDEPRESSANTS, Drugs, drugs_in
from dripstand.evaluation.entries import TrialKind, TrialOutcome, TrialRecorded
from dripstand.protocol.template import Mark, Source

TRICYCLIC_MG = Decimal(125)
LOWEST_USUAL_MG_PER_DAY: Mapping[str, Decimal] = {
    "citalopram": Decimal(20),
    "escitalopram": Decimal(10),
    "fluoxetine": Decimal(20),
    "paroxetine": Decimal(20),
    "sertraline": Decimal(50),
    "fluvoxamine": Decimal(50),
    "desvenlafaxine": Decimal(50),
    "venlafaxine": Decimal(75),
    "duloxetine": Decimal(60),
    "levomilnacipran": Decimal(40),
    "milnacipran": Decimal(50),
    "mirtazapine": Decimal(15),
    "bupropion": Decimal(300),
    "vilazodone": Decimal(20),
    "vortioxetine": Decimal(10),
    "lofepramine": Decimal(140),
}
_TABLE = "standard daily dose in the table of a German review, PMC2697009 (source seen)"
_LABEL = "US label, as drug compendia repeat it"
LOWEST_FROM_ELSEWHERE_MG_PER_DAY: Mapping[str, tuple[Decimal, Source]] = {
    "phenelzine": (Decimal(60), Source(f"Raised to at least 60 mg: {_LABEL} (drugs.com)", Mark.SECONDARY)),
    "tranylcypromine": (Decimal(30), Source(f"Usual 30 mg: {_LABEL}; PMC2697009 says 10 to 30", Mark.SECONDARY)),
    "moclobemide": (Decimal(300), Source(f"300 to 600 mg: {_TABLE}", Mark.VERIFIED)),
    "trazodone": (
        Decimal(150),
        Source(f"Begins at 150 mg: {_LABEL}; summaries 150 to 300", Mark.SECONDARY),
    ),
    "agomelatine": (Decimal(25), Source("25 to 50 mg usual: a copy of a reference table of doses", Mark.SECONDARY)),
}
"""What the textbook does not list, each with its source and how that was verified; as a line of adequacy unverified.

None for isocarboxazid, and none for selegiline and rasagiline, whose usual doses are for Parkinson's disease.
"""
WEEKS_BESIDE = (4, 8)

FAILED = frozenset({TrialOutcome.NO_BENEFIT, TrialOutcome.TOO_LITTLE})
AUGMENTING = frozenset({Drugs.LITHIUM, Drugs.THYROID_HORMONE_T3, Drugs.SECOND_GENERATION_ANTIPSYCHOTIC})


class Why(StrEnum):
    """Why a trial counts as it does; the first that applies."""

    FAILED = "failed"
    HELPED = "helped"
    NOT_TOLERATED = "not_tolerated"
    OUTCOME_NOT_KNOWN = "outcome_not_known"
    NOT_AN_ANTIDEPRESSANT = "not_an_antidepressant"
    NOT_LISTED = "not_listed"
    NO_LOWEST_DOSE = "no_lowest_dose"
    DOSE_NOT_KNOWN = "dose_not_known"
    DOSE_TOO_LOW = "dose_too_low"
    TIME_NOT_KNOWN = "time_not_known"
    TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class Judged:
    """One trial and why it counts or does not. least_mg_per_day: the dose that it was held against."""

    trial: TrialRecorded
    why: Why
    least_mg_per_day: Decimal | None = None

    @property
    def failed(self) -> bool:
        return self.why is Why.FAILED


def least_dose_mg_per_day(name: str, classes: frozenset[Drugs]) -> Decimal | None:
    """The lowest usual dose of one antidepressant; None where no source gives one."""
    if name in LOWEST_USUAL_MG_PER_DAY:
        return LOWEST_USUAL_MG_PER_DAY[name]
    if name in LOWEST_FROM_ELSEWHERE_MG_PER_DAY:
        return LOWEST_FROM_ELSEWHERE_MG_PER_DAY[name][0]
    return TRICYCLIC_MG if Drugs.TRICYCLIC in classes else None


def judge(trial: TrialRecorded, weeks_at_least: int) -> Judged:
    """Whether one trial of a medicine was adequate and failed."""
    drugs = drugs_in(trial.name)
    found = next((drug for drug in drugs if drug.classes & ANTIDEPRESSANTS), None)
    least = least_dose_mg_per_day(found.name, found.classes) if found else None
    return Judged(trial, _why(trial, bool(drugs), found is not None, least, weeks_at_least), least)


def _why(trial: TrialRecorded, listed: bool, antidepressant: bool, least: Decimal | None, weeks: int) -> Why:
    if trial.outcome is TrialOutcome.HELPED:
        return Why.HELPED
    if trial.outcome is TrialOutcome.NOT_TOLERATED:
        return Why.NOT_TOLERATED
    if trial.outcome is TrialOutcome.NOT_KNOWN:
        return Why.OUTCOME_NOT_KNOWN
    if trial.trial_kind is not TrialKind.MEDICINE:
        return Why.NOT_AN_ANTIDEPRESSANT
    if not antidepressant:
        return Why.NOT_AN_ANTIDEPRESSANT if listed else Why.NOT_LISTED
    if least is None:
        return Why.NO_LOWEST_DOSE
    if trial.dose_mg_per_day is None:
        return Why.DOSE_NOT_KNOWN
    if trial.dose_mg_per_day < least:
        return Why.DOSE_TOO_LOW
    if trial.lasted_weeks is None:
        return Why.TIME_NOT_KNOWN
    return Why.FAILED if trial.lasted_weeks >= weeks else Why.TOO_SHORT


def _drug_of(judged: Judged) -> str:
    return next(drug.name for drug in drugs_in(judged.trial.name) if drug.classes & ANTIDEPRESSANTS)


def failed_count(judged: Iterable[Judged]) -> int:
    """How many different medicines failed an adequate trial."""
    return len({_drug_of(one) for one in judged if one.failed})


class Stage(StrEnum):
    """Thase and Rush: the classes that failed."""

    NONE = "0"
    ONE = "I"
    TWO = "II"
    THREE = "III"
    FOUR = "IV"
    FIVE = "V"


@dataclass(frozen=True, slots=True)
class Resistance:
    """What the trials add up to. in_episode_count: different medicines that failed adequately in this episode.

    beside: the same count at other least durations, weeks to count. maudsley: 3 to 15, None where its questions are
    open. incomplete: trials that could not be judged for want of a fact. ect_not_bilateral: ECT failed, and none that
    did is named as bilateral; so it counts in the Maudsley points and not as the fifth stage.
    """

    judged: tuple[Judged, ...]
    in_episode_count: int
    ever_count: int
    beside: tuple[tuple[int, int], ...]
    stage: Stage
    augmented: bool
    ect_failed: bool
    maudsley: int | None
    ect_not_bilateral: bool = False

    @property
    def incomplete(self) -> tuple[Judged, ...]:
        open_ones = {Why.OUTCOME_NOT_KNOWN, Why.NOT_LISTED, Why.NO_LOWEST_DOSE, Why.DOSE_NOT_KNOWN, Why.TIME_NOT_KNOWN}
        return tuple(one for one in self.judged if one.why in open_ones)


def resistance(
    trials: Iterable[TrialRecorded], *, weeks_at_least: int, episode_months: Decimal | None, severity: str
) -> Resistance:
    """Resistance from the recorded trials. severity: the answer's own value, "" where it was not asked."""
    listed = tuple(trials)
    judged = tuple(judge(one, weeks_at_least) for one in listed)
    here = [one for one in judged if one.trial.in_this_episode]
    augmented = any(
        one.outcome in FAILED
        and (one.trial_kind is TrialKind.AUGMENTATION)
        and any(drug.classes & AUGMENTING for drug in drugs_in(one.name))
        for one in listed
    )
    failed_ect = [one for one in listed if one.trial_kind is TrialKind.ECT and one.outcome in FAILED]
    ect, bilateral = bool(failed_ect), any(is_bilateral(one.name) for one in failed_ect)
    ever = failed_count(judged)
    return Resistance(
        judged=judged,
        in_episode_count=failed_count(here),
        ever_count=ever,
        beside=tuple(
            (weeks, failed_count(judge(one, weeks) for one in listed if one.in_this_episode)) for weeks in WEEKS_BESIDE
        ),
        stage=_stage(judged, bilateral),
        augmented=augmented,
        ect_failed=ect,
        maudsley=_maudsley(episode_months, severity, failed_count(here), augmented, ect),
        ect_not_bilateral=ect and not bilateral,
    )


BILATERAL = ("bilateral", "bitemporal", "bifrontal", "bifrontotemporal")


def is_bilateral(name: str) -> bool:
    """Whether an ECT is told as bilateral, as the fifth stage asks. One that does not say may be unilateral."""
    told = name.casefold()
    return any(word in told for word in BILATERAL) and "not bilateral" not in told


def _stage(judged: Iterable[Judged], bilateral_ect: bool) -> Stage:
    classes = {
        next(iter(drug.classes & ANTIDEPRESSANTS))
        for one in judged
        if one.failed
        for drug in drugs_in(one.trial.name)
        if drug.classes & ANTIDEPRESSANTS
    }
    stage = (Stage.NONE, Stage.ONE, Stage.TWO)[min(len(classes), 2)]
    if stage is Stage.TWO and Drugs.TRICYCLIC in classes:
        others = classes - {Drugs.TRICYCLIC}
        stage = Stage.THREE if len(others) >= 2 else stage
        if stage is Stage.THREE and Drugs.MAOI in classes:
            stage = Stage.FOUR if len(others) >= 3 else stage
            if stage is Stage.FOUR and bilateral_ect:
                stage = Stage.FIVE
    return stage


MAUDSLEY_SEVERITY = {"subsyndromal": 1, "mild": 2, "moderate": 3, "severe": 4, "psychotic": 5}


def _maudsley(months: Decimal | None, severity: str, failures: int, augmented: bool, ect: bool) -> int | None:
    """Maudsley staging, 3 to 15; None where duration or severity is open or no medicine failed."""
    if months is None or severity not in MAUDSLEY_SEVERITY or failures < 1:
        return None
    duration = 1 if months <= 12 else 2 if months <= 24 else 3
    drugs = next(points for most, points in ((2, 1), (4, 2), (6, 3), (10, 4), (10**6, 5)) if failures <= most)
    return duration + MAUDSLEY_SEVERITY[severity] + drugs + int(augmented) + int(ect)


WORDS_OF_BANDS = ((6, "mild"), (10, "moderate"), (15, "severe"))


def maudsley_band(points: int) -> str:
    """3 to 6 mild, 7 to 10 moderate, 11 to 15 severe."""
    return next(word for most, word in WORDS_OF_BANDS if points <= most)
