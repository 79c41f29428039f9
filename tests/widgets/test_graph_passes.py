"""Graph passes: what each step shows still computes the derivative, and what is struck out is what goes."""

import re

import numpy as np
import pytest

from autograd_mini.program_text import compiled
from autograd_mini.tree import flatten
from autograd_mini.widgets import GraphPasses
from autograd_mini.widgets.programs import CASES, graph_passes, lines, steps

BY_HAND = {  # the derivatives, from calculus
    "example": (lambda a, b: (1 / a + b, a - np.cos(b)), (3.5, 0.75)),
    "cube": (lambda x: 6 * x, (2.5,)),
    "forward": (lambda a, b: 1 / a + b, (3.5, 0.75)),
    "twice": (
        lambda x, y: (
            y * np.exp(x * y) * (np.cos(x * y) + np.sin(x * y)),
            x * np.exp(x * y) * (np.cos(x * y) + np.sin(x * y)),
        ),
        (0.25, 1.75),
    ),
    "arrays": (
        lambda w, x: (
            2 * np.tanh(w * x) / np.cosh(w * x) ** 2 * x,
            2 * np.tanh(w * x) / np.cosh(w * x) ** 2 * w,
        ),
        (np.linspace(0.2, 0.9, 1000), np.linspace(1.5, 0.5, 1000)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_before_and_after_each_pass_the_program_is_the_derivative(case):
    right, at = BY_HAND[case]
    for step in steps(case):
        for program in (step.before, step.after):
            got, want = flatten(compiled(program)(*at))[0], flatten(right(*at))[0]
            assert all(np.allclose(g, w, rtol=1e-13) for g, w in zip(got, want, strict=True))


def test_the_counts_are_those_that_a_reader_finds():
    """Counted by hand on the printed programs."""
    counts = {case: [row[1] for row in graph_passes(case).facts if row[1].isdigit()] for case in CASES}
    assert counts["example"] == ["13", "13", "10", "10", "4"]
    assert counts["cube"] == ["7", "7", "5", "5", "1"]
    assert counts["forward"] == ["15", "15", "13", "13", "7"]  # 0·x and x + 0·… stay: they are not exact
    assert counts["twice"] == ["16", "16", "14", "12", "12"]
    assert graph_passes("arrays").facts[-1 - len(lines(steps("arrays")[-1].after))][2] == "32 kB"  # 4 × 1,000 floats


@pytest.mark.parametrize("case", CASES)
def test_what_is_struck_out_is_gone_and_what_is_framed_is_new(case):
    drawing = graph_passes(case)
    groups = re.findall(r"<g data-k='g\d+' class=''>.*?</g>(?=<g data-k='g|</svg>)", drawing.base, flags=re.S)
    for step, group in zip(steps(case), groups, strict=True):
        before, after = dict(lines(step.before)), dict(lines(step.after))
        assert group.count("<path class='axis'") == len(before.keys() - after.keys())
        assert group.count("class='n hit'") == sum(before.get(name) != text for name, text in lines(step.after))


def test_a_slider_chooses_the_program_and_a_step_beyond_the_last_is_not_kept():
    widget = GraphPasses("arrays", step=5)
    widget.programs.value = "cube"
    assert widget.stage.step <= len(widget.drawing.frames)
    assert "x_bar = 6.0 * x" in widget._repr_mimebundle_()["text/plain"]


def test_a_wrong_argument_is_named():
    with pytest.raises(ValueError, match="no program tree; there are cube, example, twice, arrays, forward"):
        GraphPasses("tree")
    with pytest.raises(ValueError, match="steps are 1 to 4"):
        GraphPasses("cube", step=5)
