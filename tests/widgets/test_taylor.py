"""Taylor's models: their derivatives are mpmath's, their values those of the truncated series."""

import mpmath
import pytest

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.widgets import TaylorModel
from autograd_mini.widgets.taylor import derivatives

FUNCTIONS = {
    "sine": (lambda x: ad.sin(x) * x, lambda x: mpmath.sin(x) * x),
    "logarithm": (lambda x: ad.log(x) + x**3, lambda x: mpmath.log(x) + x**3),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_four_derivatives_are_those_of_mpmath(name):
    ours, theirs = FUNCTIONS[name]
    for x in (0.75, 2.25, 5.5):
        for k, found in enumerate(derivatives(ours, x)):
            assert found == pytest.approx(float(mpmath.diff(theirs, x, k)), rel=1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_models_are_the_truncated_series_and_off_by_the_rest(name):
    ours, theirs = FUNCTIONS[name]
    rows = TaylorModel(ours, 2.5, window=(0.5, 6.0), h=0.75).drawing.facts[1:]
    series = mpmath.taylor(theirs, 2.5, 3)
    for k, (_model, _derivative, ahead, off) in enumerate(rows):
        value = mpmath.polyval(series[k::-1], 0.75)
        assert ahead == fmt(float(value))
        assert off == fmt(float(value - theirs(mpmath.mpf(3.25))))


def test_moving_the_point_moves_the_models():
    widget = TaylorModel(FUNCTIONS["sine"][0], 2.0, window=(-1.0, 6.0))
    widget._inputs[0].value = 3.0
    assert widget.drawing.facts[2][1] == fmt(float(mpmath.diff(FUNCTIONS["sine"][1], 3.0)))


def test_each_step_shows_one_model_more():
    frames = TaylorModel(FUNCTIONS["sine"][0], 2.0, window=(-1.0, 6.0)).drawing.frames
    for s, frame in enumerate(frames):
        assert [frame[f"m{k}"] for k in range(4)] == ["off"] * s + [""] + ["none"] * (3 - s)


def test_where_the_function_has_no_value_ahead_there_is_a_dash():
    widget = TaylorModel(lambda x: ad.sqrt(4.0 - x), 3.5, window=(0.0, 3.9))
    assert [row[3] for row in widget.drawing.facts[1:]] == ["–"] * 4
