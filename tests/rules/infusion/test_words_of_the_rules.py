"""The sentences of refusals, and the page about the phases against the table in the code."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from dripstand.infusion import decisions
from dripstand.infusion.chart_values import Contradiction
from dripstand.infusion.phases import ALLOWED, NEXT, Phase, after, may_be_charted
from dripstand.infusion.refusal_texts import TEXTS
from dripstand.infusion.refusals import Refusal, reason, refusal, refuse

RULES = Path(decisions.__file__).parent.parent
PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "phases.md"


def sources(*folders: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in RULES.glob(folder))


@pytest.mark.parametrize("code", TEXTS)
def test_every_text_is_whole_sentences_and_says_nothing_about_the_program(code: str) -> None:
    text = TEXTS[code]
    for sentence in (text.fact, text.limit, text.way_forward):
        assert not sentence or sentence.endswith((".", "}")), sentence
    assert text.fact
    assert not re.search(r"error|invalid|exception|null", f"{text.fact} {text.way_forward}".replace("in error", ""))


def test_every_code_that_is_used_has_its_sentences_and_every_phase_and_contradiction_too() -> None:
    code = sources("decisions/*.py", "leaving.py", "weights.py", "typed.py", "permissions.py", "services.py")
    used = set(re.findall(r'(?:reason|refuse)\(\s*"(\w+)"', code))
    assert used <= set(TEXTS)
    assert {f"not_while_{phase.value}" for phase in Phase} <= set(TEXTS)
    folded = set(re.findall(r'return "(\w+)"', sources("folding/*.py", "corrections.py")))
    folded |= set(re.findall(r'Contradiction\([^,]+, "(\w+)"\)', sources("corrections.py")))
    assert folded and {f"clash_{found}" for found in folded} <= set(TEXTS)
    assert Contradiction(1, "x") != Contradiction(2, "x")


def test_a_refusal_says_the_fact_the_limit_whose_it_is_and_the_way_forward() -> None:
    answer = refuse("weight_too_old", "weight_kg", hours=30, limit=24)
    assert answer.fact == "The weight is 30 hours old." and answer.limit == "It holds for 24 hours."
    assert answer.whose_limit == "the clinic's protocol template" and answer.way_forward == "Weigh the patient again."
    assert (answer.code, answer.field) == ("weight_too_old", "weight_kg")
    assert str(answer) == "The weight is 30 hours old. It holds for 24 hours. Weigh the patient again."


def test_several_reasons_stand_in_order_and_none_is_no_refusal() -> None:
    answer = refusal([reason("no_order"), reason("no_line")])
    assert isinstance(answer, Refusal) and answer.codes == ("no_order", "no_line") and len(answer.sentences()) == 2
    assert refusal([]) is None
    assert answer.limit == "" and reason("clash_opened_twice").whose_limit() == ""


def test_the_edge_translates_the_template_and_the_words_in_it() -> None:
    class Check(StrEnum):
        FASTING = "fasting"

    words = {"{check} is not recorded.": "{check} fehlt.", "fasting": "Nüchternheit"}
    found = reason("check_open", check=Check.FASTING)
    assert found.fact(lambda text: words.get(text, text)) == "Nüchternheit fehlt."
    nested = reason("would_contradict", sequence=3, kind="x", why=reason("clash_opened_twice"))
    assert nested.limit(lambda text: f"<{text}>") == "<<The visit was opened twice.>>"


def test_a_code_without_its_parameters_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        reason("weight_too_old", hours=1)
    with pytest.raises(KeyError):
        reason("no_such_code")


def test_the_page_about_the_phases_says_what_the_table_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for phase in Phase:
        assert phase.value.replace("_", " ") in page
    rows = {
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if line.startswith("|")
    }
    moves = {(row[0], row[2]) for row in rows if len(row) == 3}
    for phase, steps in NEXT.items():
        for following in steps.values():
            start, end = phase.value.replace("_", " "), following.value.replace("_", " ")
            assert any(start in origin and target == end for origin, target in moves), (start, end)


def test_phases_move_only_by_the_table() -> None:
    assert after("infusion_started", Phase.PREPARING) is Phase.INFUSING
    assert after("note_written", Phase.INFUSING) is Phase.INFUSING
    assert after("left_without_discharge", Phase.INFUSING) is Phase.LEFT_WITHOUT_DISCHARGE
    for kind in ALLOWED:
        for phase in (Phase.LEFT, Phase.TRANSFERRED, Phase.CANCELLED):
            assert may_be_charted(kind, phase, emergency=True) == (phase in ALLOWED[kind])
