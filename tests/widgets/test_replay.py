"""A learner's engine drives the picture: a wrong one is marked at its first wrong row, a right one nowhere."""

from __future__ import annotations

import types

import pytest

import autograd_mini as ad
from autograd_mini.widgets import BackwardStepper, ForwardStepper
from tests.widgets import engines
from tests.widgets.functions import seed

AT = (2.0, 5.0)


def steps_marked(stepper):
    """The steps at which a row is marked, and that row."""
    frames = enumerate(stepper.drawing.frames)
    return {(k + 1, name) for k, frame in frames for name, state in frame.items() if state == "bad"}


@pytest.mark.parametrize("mistake", engines.FORWARD_WRONG)
def test_a_wrong_dual_is_marked_at_its_first_wrong_row(mistake):
    make, functions, row, words = engines.FORWARD_WRONG[mistake]
    s = ForwardStepper(seed, AT, engine=make, seeds=engines.SEEDS.get(mistake, (1.0, 0.0)), **functions)
    assert s.first_wrong == row
    index = [r.name for r in s.trace.rows].index(row)
    assert s.stage.step == index + 1, "the stepper opens at the row that is wrong"
    assert {name for _, name in steps_marked(s)} == {f"n{index}"}
    assert words in s.drawing.frames[index]["alg"][0] + str(s.drawing.facts)
    later = [facts[3] for facts in s.drawing.facts[index + 2 :]]
    assert set(later) <= {"not compared"}


def test_a_right_dual_is_marked_nowhere():
    s = ForwardStepper(seed, AT, engine=engines.Dual, **engines.RIGHT)
    assert s.first_wrong is None and not steps_marked(s)
    assert s.stage.step == len(s.trace.rows)
    assert {facts[3] for facts in s.drawing.facts[1:]} == {"agrees ✓"}


def test_our_own_dual_passes_its_own_test():
    s = ForwardStepper(seed, AT, engine=ad.Dual, library=ad)
    assert s.first_wrong is None


@pytest.mark.parametrize("mistake", engines.BACKWARD_WRONG)
def test_a_wrong_node_is_marked_at_its_first_wrong_row(mistake):
    make, functions, sweep, row, words = engines.BACKWARD_WRONG[mistake]
    s = BackwardStepper(seed, AT, engine=make, backward=sweep, **functions)
    assert s.first_wrong == row
    index = [r.name for r in s.trace.rows].index(row)
    assert {name for _, name in steps_marked(s)} == {f"n{index}"}
    assert words in s.drawing.frames[-1]["alg"][0]
    assert f"n{index}" in {name for step, name in steps_marked(s) if step == s.stage.step}


def test_a_right_node_is_marked_nowhere():
    s = BackwardStepper(seed, AT, engine=engines.Node, backward=engines.backward, **engines.NODE)
    assert s.first_wrong is None and not steps_marked(s)
    assert [facts[2] for facts in s.drawing.facts[1:]] == ["5.5", "1.716", "1", "1", "1", "−1", "1"]


def test_reporting_too_early_is_found_where_it_shows():
    """At (3, 5) breadth first gives (80, 273) for this function; right is (905, 768)."""

    def f(x, y):
        b = x * y
        c = b + x
        d = b * y
        e = c * d
        return e + b

    s = BackwardStepper(f, (3.0, 5.0), engine=engines.Node, backward=engines.reports_too_early)
    assert s.first_wrong is not None
    assert s.trace.adjoints()[:2] == (905.0, 768.0)


def test_names_and_libraries_of_the_learners_choice():
    class Num(engines.Dual):
        def __init__(self, a, b=0.0):
            self.a, self.b = a, b

        primal = property(lambda self: self.a)
        tangent = property(lambda self: self.b)

    mine = types.SimpleNamespace(sin=engines.sin, log=engines.log)
    s = ForwardStepper(seed, AT, engine=Num, library=mine, primal="a", tangent="b")
    assert s.first_wrong is None


def test_a_whole_exponent_reaches_the_learner_as_a_whole_number():
    s = ForwardStepper(lambda x: x**3 + 1.0, 2.0, engine=engines.Dual)
    assert s.first_wrong is None


def test_moving_a_slider_runs_the_learners_engine_again():
    s = ForwardStepper(seed, AT, engine=engines.MultipliesTangents, **engines.RIGHT)
    assert s.first_wrong == "v2"
    s._seeds[0].value, s._seeds[1].value = 0.0, 0.0  # with no seeds at all this engine is right
    assert s.first_wrong is None


def test_functions_without_an_engine_are_a_mistake():
    with pytest.raises(TypeError, match="sin"):
        ForwardStepper(seed, AT, sin=engines.sin)
