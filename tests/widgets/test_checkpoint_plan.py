"""The checkpoint plan: what it shows reverses every step in order, from states that are there, and counts right."""

from functools import cache
from math import comb, inf

import pytest

from autograd_mini.widgets import CheckpointPlan
from autograd_mini.widgets.plans import checkpoint_plan, moments

SIZES = [(1, 1), (2, 1), (7, 2), (10, 3), (20, 3), (24, 1), (24, 6)]


@cache
def fewest(n, slots):
    """The fewest runs that reverse n steps, tried out over every place for the next state."""
    if n == 1:
        return 0
    if slots == 1:
        return n * (n - 1) // 2
    return min(k + fewest(n - k, slots - 1) + fewest(k, slots) for k in range(1, n))


@pytest.mark.parametrize("n, slots", SIZES)
def test_a_plan_reverses_all_steps_from_the_last_on_with_states_that_are_there(n, slots):
    here, reversed_ = 0, []
    for m in moments(n, slots):
        if m.kind in ("run", "again"):
            assert m.k == here or m.k in m.kept  # it goes on, or starts from a kept state
            here = m.k + 1
        elif m.kind == "keep":
            assert m.k == here and len(m.kept) <= slots
        else:
            assert m.k == here or m.k in m.kept
            reversed_.append(m.k)
            here = inf  # a step that is reversed leaves no state behind
    assert reversed_ == list(range(n))[::-1]


@pytest.mark.parametrize("n, slots", SIZES)
def test_the_runs_are_as_few_as_an_exhaustive_search_finds(n, slots):
    facts = dict(checkpoint_plan(n, slots).facts)
    assert facts["steps run in all"] == str(fewest(n, slots))


def test_the_reach_is_the_binomial_coefficient():
    for slots, runs in ((3, 2), (2, 3), (3, 3)):
        n = comb(slots + runs, slots)
        assert dict(checkpoint_plan(n, slots).facts)["most often that a step runs"] == str(runs)
    assert dict(checkpoint_plan(21, 3).facts)["most often that a step runs"] == "4"


def test_the_sliders_draw_another_plan():
    widget = CheckpointPlan(10, 3, step=10)
    widget.slots.value = 1
    assert dict(widget.drawing.facts)["steps run in all"] == "45"
    widget.steps.value = 4
    assert widget.stage.step == 4 == len(widget.drawing.frames)


def test_a_wrong_argument_is_named():
    for wrong, words in (((0, 3), "n is a whole number from 1 to 24"), ((10, 7), "slots is a whole number from 1 to")):
        with pytest.raises(ValueError, match=words):
            CheckpointPlan(*wrong)
    with pytest.raises(ValueError, match="steps are 1 to 10"):
        CheckpointPlan(10, 3, step=11)
