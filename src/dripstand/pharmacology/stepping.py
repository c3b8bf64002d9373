"""Even steps for many people: what each output will be 1, 2, ... steps ahead, as one weighted sum of the state.

With F the transition over one step, an output c x after i steps is (c F^i) x. The rows c F^i of a block of steps are
computed once for each person, so that a forecast on an even grid costs a few multiply-adds a value and the same
after one rate change or two hundred. Double precision throughout: no eigenvalues, so none can nearly meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compartments import NG_PER_ML_FROM_MG_PER_L, Compartments
from .disposition import FloatArray
from .many_people import PeopleFlow

BLOCK_STEPS = 16
"""Steps looked ahead at once. Larger blocks read more memory, smaller ones jump more often."""

OutputName = str
PLASMA, EFFECT_SITE, METABOLITE = "plasma", "effect_site", "metabolite"


@dataclass(frozen=True, slots=True)
class Output:
    """One curve: the state it reads, the factor to ng/mL, and how many states (from the first) it depends on."""

    name: OutputName
    index: int
    ng_per_ml_factor: FloatArray
    depends_on: int


def outputs_of(system: Compartments, people: int) -> tuple[Output, ...]:
    """The curves that a system has, factors one a person."""

    def per_volume(volume_l: float | FloatArray) -> FloatArray:
        return np.broadcast_to(NG_PER_ML_FROM_MG_PER_L / np.asarray(volume_l, dtype=np.float64), (people,)).copy()

    found = [Output(PLASMA, system.plasma_index, per_volume(system.plasma_v_l), system.parent_count)]
    if system.effect_index is not None:
        found.append(Output(EFFECT_SITE, system.effect_index, per_volume(1.0), system.head_count))
    if system.metabolite_index is not None and system.metabolite_v_l is not None:
        found.append(Output(METABOLITE, system.metabolite_index, per_volume(system.metabolite_v_l), system.count))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LookAhead:
    """Rows for one output: state_rows (steps, states, people), rate_rows (steps, people)."""

    output: Output
    state_rows: FloatArray
    rate_rows: FloatArray

    def values(self, state: FloatArray, rate_mg_per_min: float, steps: int) -> FloatArray:
        """(steps, people) ng/mL, 1 to `steps` steps after `state`, at a constant rate."""
        result: FloatArray = np.einsum(
            "ijn,jn->in", self.state_rows[:steps], state[: self.output.depends_on], optimize=False
        )
        if rate_mg_per_min != 0.0:
            result += rate_mg_per_min * self.rate_rows[:steps]
        return result


class EvenSteps:
    """A step of fixed length for one cohort: block look-ahead rows, and the jump over a whole block."""

    __slots__ = ("_jump_rate", "_jump_state", "look_ahead")

    def __init__(self, flow: PeopleFlow, outputs: tuple[Output, ...], step_min: float) -> None:
        one = flow.transition(step_min)
        through, pushed = np.ascontiguousarray(one[:, :-1]), np.ascontiguousarray(one[:, -1])
        self.look_ahead = tuple(_rows(through, pushed, output) for output in outputs)
        jump, jump_rate = through, pushed
        steps = 1
        while steps < BLOCK_STEPS:
            jump_rate = jump_rate + np.einsum("ijn,jn->in", jump, jump_rate)
            jump = np.einsum("ijn,jkn->ikn", jump, jump)
            steps *= 2
        self._jump_state, self._jump_rate = jump, jump_rate

    def after_block(self, state: FloatArray, rate_mg_per_min: float) -> FloatArray:
        """The state BLOCK_STEPS steps later."""
        later: FloatArray = np.einsum("ijn,jn->in", self._jump_state, state)
        if rate_mg_per_min != 0.0:
            later += rate_mg_per_min * self._jump_rate
        return later


def _rows(through: FloatArray, pushed: FloatArray, output: Output) -> LookAhead:
    size = output.depends_on
    people = through.shape[2]
    inner = np.ascontiguousarray(through[:size, :size])
    push = pushed[:size]
    state_rows = np.empty((BLOCK_STEPS, size, people))
    rate_rows = np.empty((BLOCK_STEPS, people))
    row = np.zeros((size, people))
    row[output.index] = output.ng_per_ml_factor
    reached = np.zeros(people)
    for step in range(BLOCK_STEPS):
        reached = reached + np.einsum("jn,jn->n", row, push)
        row = np.einsum("jn,jkn->kn", row, inner, out=state_rows[step])
        rate_rows[step] = reached
    return LookAhead(output, state_rows, rate_rows)
