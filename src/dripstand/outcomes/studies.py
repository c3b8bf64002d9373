"""Published outcomes of ketamine: the table of protocol.md 7.3, and of 14.4 for bipolar depression, with their marks.

[V] verified: seen in a retrieved source. [U] unverified: general knowledge, shown but never reckoned with. [C]
computed from seen numbers. Response after a course spans 26 to 71 % by population and scale.
"""

from __future__ import annotations

from dripstand.outcomes.definitions import Meaning
from dripstand.outcomes.study import Arm, Result, Study
from dripstand.protocol.template import Mark

_RESPONSE, _REMISSION = Meaning.RESPONSE, Meaning.REMISSION
_V, _U, _C = Mark.VERIFIED, Mark.UNVERIFIED, Mark.COMPUTED
_PLACEBO = Arm.PLACEBO

MASKED_TRIAL_ID = "lii23"
"""The trial under anaesthesia whose placebo group did as well: shown next to every forecast."""

STUDIES: tuple[Study, ...] = (
    Study(
        "zarate06",
        "Zarate 2006, Arch Gen Psychiatry 63:856",
        17,
        "one infusion of 0.5 mg/kg",
        (
            Result(_RESPONSE, "ham-d21", "24 h", 0.71, _U),
            Result(_REMISSION, "ham-d21", "24 h", 0.29, _U),
        ),
        "35 % still responding at one week (unverified)",
    ),
    Study(
        "murrough13",
        "Murrough 2013, doi 10.1016/j.biopsych.2012.06.022",
        24,
        "up to 6 in 12 days, drug-free",
        (Result(_RESPONSE, "madrs", "end of course", 0.708, _V, in_prior=True),),
        "median relapse after 18 days",
    ),
    Study(
        "singh16_2x",
        "Singh 2016, doi 10.1176/appi.ajp.2016.16010037",
        None,
        "two a week, part of 67 people",
        (
            Result(_RESPONSE, "madrs", "day 15", 0.688, _U),
            Result(_RESPONSE, "madrs", "day 15", 0.154, _U, _PLACEBO),
            Result(_REMISSION, "madrs", "day 15", 0.375, _U),
            Result(_REMISSION, "madrs", "day 15", 0.077, _U, _PLACEBO),
        ),
        "change -18.4 (SD 12.0) against -5.7 (10.2), verified",
    ),
    Study(
        "singh16_3x",
        "Singh 2016, doi 10.1176/appi.ajp.2016.16010037",
        None,
        "three a week, part of 67 people",
        (
            Result(_RESPONSE, "madrs", "day 15", 0.538, _U),
            Result(_RESPONSE, "madrs", "day 15", 0.063, _U, _PLACEBO),
            Result(_REMISSION, "madrs", "day 15", 0.231, _U),
            Result(_REMISSION, "madrs", "day 15", 0.0, _U, _PLACEBO),
        ),
        "change -17.7 (SD 7.3) against -3.1 (5.7), verified",
    ),
    Study(
        "phillips19",
        "Phillips 2019, doi 10.1176/appi.ajp.2018.18070834",
        41,
        "6, three a week",
        (
            Result(_RESPONSE, "madrs", "after infusion 6", 0.59, _V, in_prior=True),
            Result(_REMISSION, "madrs", "after infusion 6", 0.23, _U),
        ),
        "41 enrolled; about double the rate of a single infusion",
    ),
    Study(
        "mcintyre20",
        "McIntyre 2020 (CRTCE), J Affect Disord",
        190,
        "4 of 0.5 to 0.75 mg/kg",
        (
            Result(_RESPONSE, "qids-sr16", "after infusion 4", 0.27, _V, in_prior=True),
            Result(_REMISSION, "qids-sr16", "after infusion 4", 0.13, _V, in_prior=True),
        ),
    ),
    Study(
        "mcinnes22",
        "McInnes 2022, doi 10.1016/j.jad.2021.12.097",
        537,
        "4 to 8 in 7 to 28 days",
        (
            Result(_RESPONSE, "phq-9", "14 to 31 days after", 0.536, _V, in_prior=True),
            Result(_REMISSION, "phq-9", "14 to 31 days after", 0.289, _V, cut="below 5", in_prior=True),
        ),
        "537 of 9,016; d 1.5; of responders about 80 % hold at 4 weeks and 60 % at 8 without maintenance",
    ),
    Study(
        "oliver22",
        "Oliver 2022, doi 10.4088/JCP.21m14336",
        424,
        "6 in 21 days from 0.5 mg/kg",
        (
            Result(_RESPONSE, "phq-9", "within 6 weeks", 0.50, _V, in_prior=True),
            Result(_REMISSION, "phq-9", "within 6 weeks", 0.20, _V, in_prior=True),
            Result(_RESPONSE, "phq-9", "after infusion 10", 0.72, _V),
            Result(_REMISSION, "phq-9", "after infusion 10", 0.38, _V),
        ),
        "half lost suicidal ideation after six",
    ),
    Study(
        "alnefeesi22",
        "Alnefeesi 2022, doi 10.1016/j.jpsychires.2022.04.037",
        2665,
        "79 studies, mixed",
        (
            Result(_RESPONSE, "mixed", "mixed", 0.45, _V),
            Result(_REMISSION, "mixed", "mixed", 0.30, _V),
        ),
        "response 45 +/- 10 %, remission 30 +/- 5.9 %; the more resistant remit less; no fading with repeats",
    ),
    Study(
        "hietamies23",
        "Hietamies 2023, J Affect Disord",
        714,
        "community clinics",
        (),
        "714 in induction, 836 in maintenance of 2,758; d 1.56 for depression (QIDS), 1.17 for anxiety (GAD-7)",
    ),
    Study(
        "anand23",
        "Anand 2023 (ELEKT-D), N Engl J Med",
        195,
        "6, two a week",
        (
            Result(_RESPONSE, "qids-sr16", "3 weeks", 0.554, _V, in_prior=True),
            Result(_RESPONSE, "madrs", "3 weeks", 0.508, _V, in_prior=True),
            Result(_REMISSION, "qids-sr16", "3 weeks", 0.323, _U),
        ),
    ),
    Study(
        "ekstrand22",
        "Ekstrand 2022 (KetECT), PMC9154276",
        None,
        "three a week, up to 12; the ketamine arm of 186 people",
        (Result(_REMISSION, "madrs", "end of course", 0.46, _V, cut="10 or less", in_prior=True),),
        "ECT 63 %; 70 % of those in remission relapse within 12 months",
    ),
    Study(
        "pfeiffer24",
        "Pfeiffer 2024 (VA), doi 10.4088/JCP.23m14984",
        215,
        "routine care",
        (
            Result(_RESPONSE, "phq-9", "6 weeks", 0.26, _V, in_prior=True),
            Result(_REMISSION, "phq-9", "6 weeks", 0.15, _V, cut="5 or less", in_prior=True),
        ),
        "the same at 12 and 26 weeks",
    ),
    Study(
        "parikh23",
        "Parikh 2023 (Bio-K), J Affect Disord",
        75,
        "3 in 11 days",
        (
            Result(_RESPONSE, "madrs", "after infusion 1", 0.45, _C),
            Result(_RESPONSE, "madrs", "after infusion 3", 0.67, _V),
            Result(_REMISSION, "madrs", "after infusion 3", 0.52, _V),
        ),
        "73 after the first infusion: 33 responded",
    ),
    Study(
        "gz24",
        "Guangzhou 2025 (BMI), doi 10.3389/fpsyt.2025.1498952",
        135,
        "6 to day 13",
        (
            Result(_RESPONSE, "madrs", "24 h after infusion 6", 0.56, _C, in_prior=True),
            Result(_REMISSION, "madrs", "24 h after infusion 6", 0.34, _C, in_prior=True),
        ),
        "pooled from 51.1 and 67.4 %, 31.5 and 39.5 %",
    ),
    Study(
        MASKED_TRIAL_ID,
        "Lii 2023, Nat Ment Health, doi 10.1038/s44220-023-00140-x",
        40,
        "one dose under anaesthesia, masked; 20 and 20 people",
        (
            Result(_RESPONSE, "madrs", "day 1", 0.60, _V),
            Result(_RESPONSE, "madrs", "day 1", 0.50, _V, _PLACEBO),
            Result(_RESPONSE, "madrs", "day 14", 0.421, _V),
            Result(_RESPONSE, "madrs", "day 14", 0.579, _V, _PLACEBO),
            Result(_REMISSION, "madrs", "day 1", 0.50, _V, cut="12 or less"),
            Result(_REMISSION, "madrs", "day 1", 0.35, _V, _PLACEBO, cut="12 or less"),
            Result(_REMISSION, "madrs", "day 14", 0.421, _V, cut="12 or less"),
            Result(_REMISSION, "madrs", "day 14", 0.474, _V, _PLACEBO, cut="12 or less"),
        ),
        "shows how large expectation can be",
    ),
    Study(
        "diazgranados10",
        "Diazgranados 2010, PMC3000408",
        18,
        "one dose, crossover, on lithium or valproate",
        (
            Result(_RESPONSE, "not stated", "at some point", 0.71, _V),
            Result(_RESPONSE, "not stated", "at some point", 0.06, _V, _PLACEBO),
        ),
        "best on day 2 (d 0.80); mania in one on ketamine and one on placebo",
        bipolar=True,
    ),
    Study(
        "zarate12",
        "Zarate 2012, PMID 22297150",
        15,
        "one dose, crossover, on lithium or valproate",
        (
            Result(_RESPONSE, "not stated", "at some point", 0.79, _V),
            Result(_RESPONSE, "not stated", "at some point", 0.0, _V, _PLACEBO),
        ),
        "to day 3; suicidality d 0.98",
        bipolar=True,
    ),
    Study(
        "wilkowska21",
        "Wilkowska 2021, doi 10.2147/NDT.S325000",
        13,
        "8 infusions, open",
        (
            Result(_RESPONSE, "not stated", "after infusion 7", 0.615, _V, in_prior=True),
            Result(_REMISSION, "not stated", "after infusion 7", 0.462, _V, in_prior=True),
        ),
        "no switch into mania (YMRS)",
        bipolar=True,
    ),
)

BY_ID = {study.id: study for study in STUDIES}
