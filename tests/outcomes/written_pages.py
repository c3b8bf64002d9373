# ruff: noqa: E501  (rows of tables)
"""Two pages of the documentation, written from the data: what stands there is what the code does.

`python -m tests.outcomes.written_pages` writes docs/reference/instruments.md and forecast.md anew; a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from dripstand.outcomes.beliefs import Belief, Beta, interval
from dripstand.outcomes.definitions import DEFINITIONS, WORTHWHILE, Meaning
from dripstand.outcomes.instruments import CURRENT
from dripstand.outcomes.instruments.instrument import Words
from dripstand.outcomes.priors import FORECAST_SCALES, PATTERN_SOURCE, PATTERNS, Indication, prior
from dripstand.outcomes.scoring import highest_total_score
from dripstand.outcomes.seen import Seen
from dripstand.outcomes.studies import STUDIES
from dripstand.outcomes.study import Arm, Result
from dripstand.outcomes.suicidality import SOURCES
from dripstand.protocol.template import Mark

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference"
MARKS = {
    Mark.VERIFIED: "source seen",
    Mark.SECONDARY: "secondary source",
    Mark.UNVERIFIED: "unverified: the clinic must confirm",
    Mark.COMPUTED: "computed",
    Mark.CLINIC: "ours",
}
_RUN = "Written by `python -m tests.outcomes.written_pages`; a test compares this page with the code."


def _instruments() -> Iterator[str]:
    yield "# Instruments"
    yield ""
    yield _RUN
    yield """
An instrument is data in a file of its own in `dripstand/outcomes/instruments/`: items and their ranges, the window it
asks about (printed beside every score), bands, licence, and words where the licence lets this software carry them.
Answers name the version that they were given to and are kept as they were given, whatever becomes of the score.
“protocol.md” in a source is the collection of facts that the project started from.

## What is offered
"""
    yield "| instrument | id | answered by | items | total | window | words |"
    yield "|---|---|---|---|---|---|---|"
    for kind in CURRENT:
        words = ", ".join(kind.wordings) if kind.words is Words.CARRIED else "the clinic loads them"
        total = f"{kind.lowest_sum_score} to {highest_total_score(kind)}" if kind.has_total else "none"
        yield f"| {kind.name} | `{kind.id}` | {kind.rater} | {len(kind.items)} | {total} | {kind.recall.words} | {words} |"
    yield "\n## Licences\n"
    yield "| instrument | licence | source | mark |"
    yield "|---|---|---|---|"
    for kind in CURRENT:
        yield f"| {kind.name} | {kind.licence.statement} | {kind.licence.source.text} | {MARKS[kind.licence.source.mark]} |"
    yield """
## Where the words were read

A text is carried only where it was read letter for letter in copies that agree; `tests/outcomes/vectors/` holds the copies.
"""
    yield "| instrument | language | source |"
    yield "|---|---|---|"
    for kind in CURRENT:
        for wording in kind.wordings.values():
            yield f"| {kind.name} | {wording.language} | {wording.source.text} |"
    yield """
Left out, because no exact text could be verified or because it belongs to somebody else: the PCL-5 in German and in
Spanish (their translators' texts), Spanish versions of the PHQ-9 and GAD-7 other than that of the United States, the
PEG in Spanish (tested as PEG-S, PMC11580754; its words were not seen) and in German (none found), and the ASQ in German
(NIMH lists none).

## How scores are counted

| instrument | open items | rule and mark |
|---|---|---|
| PHQ-9 | up to two count as the mean of the others; never item 9; difficulty is not in the total | Arrieta 2017, secondary source |
| GAD-7, PCL-5 | complete, or not scored | no rule is known, unverified |
| MADRS, BDI-II, HAM-D17, CADSS, CADSS-6 | complete, or not scored | our choice, unverified |
| QIDS-SR16 | nine domains by their worst item; one of 6 and 7, one of 8 and 9; a domain at 3 is exact | ids-qids.org; gaps unverified |
| ASRM | one counts as the mean of the others; 6 or more is positive | secondary source |
| Pain, 0 to 10 | the average of 24 hours is the total; now and worst are kept beside it; open, not scored | ours |
| PEG, BSL-23 | the mean of all items; complete, or not scored | no rule for gaps is known, unverified |
| MADRS-S, CGI-S, CGI-I | complete, or not scored | our choice, unverified |
| SHAPS | either disagreement counts one, either agreement none; complete, or not scored | NIDA Data Share |
| SDS | complete, or not scored; 5 or more on one part is said by itself | secondary source |
| WSAS | one (work, where it does not apply) counts as the mean of the others; two, not scored | NHS Data Dictionary |
| ASQ | no total; positive after any yes to 1 to 4, acute after a yes to 5; an open question is named | NIMH toolkit |
| C-SSRS result | no total; high risk is item 4 or 5, or behaviour in 3 months | Columbia triage guide |
| Side effects | no total | ours |

Not scored means: the answers are kept, there is no total, and the score says why. A prorated total keeps its fraction:
it lies in the band whose limit it has reached and is never rounded up. An answer out of range is refused, and so is a
typed total that the items cannot give. The PCL-5 says two things apart from each other, by clusters and by the cut of
31 to 33; on the past-week form both are extrapolated.

## Bands
"""
    yield "| instrument | begins at | source | mark |"
    yield "|---|---|---|---|"
    for kind in CURRENT:
        if kind.bands_source is not None:
            limits = ", ".join(f"{band.name} {float(band.from_score):g}" for band in kind.bands)
            yield f"| {kind.name} | {limits} | {kind.bands_source.text} | {MARKS[kind.bands_source.mark]} |"
    yield """
## Response and remission

Every verdict names its definition. It cannot be told where a form was not scored, and not for who was inside the limit
at baseline. A percentage may be asked of another scale and is then extrapolated; a limit may not.
"""
    yield "| code | means | source | mark |"
    yield "|---|---|---|---|"
    for definition in DEFINITIONS:
        yield (
            f"| `{definition.code}` | {definition.meaning}: {definition.words} | {definition.source.text} "
            f"| {MARKS[definition.source.mark]} |"
        )
    yield "\n## Worthwhile change\n"
    yield "| code | change | source | mark |"
    yield "|---|---|---|---|"
    for each in WORTHWHILE:
        yield f"| `{each.code}` | {each.words} | {each.source.text} | {MARKS[each.source.mark]} |"
    yield """
## Suicide items

The item is decided on when the answer is saved. In the clinic a positive answer is reviewed in the same visit, which
closes only with a signed disposition. From home it shows the crisis line and pages the on-call at once. A rise and an
intent page at once anywhere. What a clinician has signed for at this level within 14 days (assumed) is shown and called
within a day, not paged again. An open item is asked, never taken as zero. The rule of the PHQ-9 on the item of another
scale says extrapolated. Where a scale has two such items the higher counts. The ASQ is decided on by its own sheet: any
yes is reviewed in the visit, thoughts right now are observed one to one and paged, a refused question counts as a yes.
"""
    yield "| because | source | mark |"
    yield "|---|---|---|"
    for because, source in SOURCES.items():
        yield f"| {because} | {source.text} | {MARKS[source.mark]} |"
    yield """
## A text that the clinic is licensed to use

A JSON file, read by `dripstand.outcomes.instruments.loading`: `format` (1), `instrument`, `instrument_version`,
`language`, `version`, `title`, `stem`, `instructions` (may be absent), `items` (by item), `choices` (by answer),
`own_choices` (of items with other answers, may be absent), `licence_holder`, `licence_reference`. Everything that does
not fit is said at once. Other words under the same version are refused; so is a text in the place of a carried one.
"""


def _forecast() -> Iterator[str]:
    yield "# The forecast"
    yield ""
    yield _RUN
    yield """
The chance of response, or of remission, at the end of a course of six, on one scale and by one definition. It is for
clinicians: its type gives it to nobody else, and printed by mistake it prints that it is for clinicians. A clinician's
rating that is not signed yet holds it back. It supports a judgement; it decides nothing.

## How it is made

Three shares are unknown: of people who reach the outcome; of what has been seen by now among those who will (a fall of
50 %, of 20 %, or less); and of the same among those who will not. Each starts as a Beta distribution, and each complete
course of the clinic on the same scale, indication and definition is counted in. The chance for the next person is
exact. Its interval is that of the clinic's share among such people, by convolution on a grid of log odds, without
drawing at random. A course that was interrupted, or not scored at its end, is not counted, and the number of those is
shown; that leaves out people for whom it went badly, so the clinic's own share is likely somewhat too high.

What was seen is judged by limits published for the MADRS; on another scale the forecast says extrapolated.

## Where it starts

The plain mean of the published shares of that scale at the end of a course of about six, worth 20 patients; for bipolar
depression its one study, worth 4. Unverified shares are shown below and never reckoned with. For pain, and for scales
without a study, there is no forecast, and the page says so: nothing of depression is carried over to pain.
"""
    yield "| scale | outcome | start | mean | central 90 % | from |"
    yield "|---|---|---|---|---|---|"
    for scale in FORECAST_SCALES:
        for outcome in (Meaning.RESPONSE, Meaning.REMISSION):
            yield _start(scale, outcome, Indication.MAJOR_DEPRESSION)
    for outcome in (Meaning.RESPONSE, Meaning.REMISSION):
        yield _start(FORECAST_SCALES[0], outcome, Indication.BIPOLAR_DEPRESSION, shown="any of these, bipolar")
    yield """
protocol.md 7.3 gives Beta(11, 11) as an example for response on the PHQ-9. Less than 1 % of it lies below the 26 % of the
veterans' study, so the mean of the three studies stands here instead; every study lies in the central 90 % of its start.
Remission counts studies with different limits together, because few give any.

## What is seen on the way
"""
    yield f"{PATTERN_SOURCE.text}.\n"
    order = ", ".join(each.value for each in Seen)
    yield f"Of ten people, by infusion: {order}.\n"
    yield "| outcome | after infusion | among those who reach it | among those who do not |"
    yield "|---|---|---|---|"
    for outcome, by_infusion in PATTERNS.items():
        for after, (reach, do_not) in by_infusion.items():
            yield f"| {outcome} | {after} | {_three(reach)} | {_three(do_not)} |"
    yield """
## How well it keeps its word

`tests/outcomes/test_calibration.py`: over 2,000 simulated clinics drawn from the start, with 0 to 60 courses each, the 50
and 90 % intervals hold the true chance 50 and 90 % of the time within three standard errors (2,000 clinics: 3.4 and 2.0
points); in ten bins of 40,000 single people as many reach the outcome as were told; the log score beats the base rate
of the same clinic; and a forecast that claims to know twice as much is caught. This proves the arithmetic. It does not
prove that a real clinic is like the studies: only its own courses can show that.

## The studies

Next to every forecast stand the numbers of the masked trial (Lii 2023), in which placebo did as well as ketamine.
"""
    yield "| study | people | course | scale | when | response | remission | note |"
    yield "|---|---|---|---|---|---|---|---|"
    for study in STUDIES:
        count = f"{study.people_count:,}" if study.people_count is not None else ""
        where = dict.fromkeys((each.scale, each.time_point) for each in study.results) or {("", ""): None}
        for scale, time_point in where:
            here = [each for each in study.results if (each.scale, each.time_point) == (scale, time_point)]
            response, remission = (_shares(here, meaning) for meaning in (Meaning.RESPONSE, Meaning.REMISSION))
            yield (
                f"| {study.citation} (`{study.id}`) | {count} | {study.regimen} | {scale} | {time_point} "
                f"| {response} | {remission} | {study.note} |"
            )


def _start(scale: str, outcome: Meaning, indication: Indication, shown: str = "") -> str:
    start = prior(scale, outcome, indication)
    assert start is not None
    low, high = interval(Belief(Beta.of(start.a, start.b)), 0.9)
    names = ", ".join(f"{study.name} ({each.cut})" if each.cut else study.name for study, each in start.used)
    return (
        f"| {shown or scale} | {outcome} | Beta({start.a:.1f}, {start.b:.1f}) | {start.a / (start.a + start.b):.0%} "
        f"| {low[0]:.0%} to {high[0]:.0%} | {names} |"
    )


def _three(pattern: tuple[float, float, float]) -> str:
    return ", ".join(f"{each:g}" for each in pattern)


def _shares(results: list[Result], meaning: Meaning) -> str:
    found = []
    for each in results:
        if each.meaning is meaning:
            arm = " placebo" if each.arm is Arm.PLACEBO else ""
            notes = "; ".join(part for part in (each.cut, MARKS[each.mark], "in the start" * each.in_prior) if part)
            found.append(f"{each.share_fraction * 100:.3g} %{arm} ({notes})")
    return ", ".join(found)


PAGES: dict[str, Callable[[], Iterator[str]]] = {"instruments.md": _instruments, "forecast.md": _forecast}


def written(page: str) -> str:
    """The page as it should be."""
    return "\n".join(PAGES[page]()).rstrip("\n") + "\n"


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / name).write_text(written(name), encoding="utf-8")
