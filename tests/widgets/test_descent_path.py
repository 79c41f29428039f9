"""The descent path: its gradients and curvatures are those of calculus, and its paths do what their methods promise."""

from itertools import pairwise

import numpy as np
import pytest

from autograd_mini.widgets import DescentPath
from autograd_mini.widgets.descent import METHODS, TICKS, descent, gradient, newton_step, path, valley


def by_hand(x, y):
    """The gradient and the Hessian of Rosenbrock's function."""
    g = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
    return g, np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])


@pytest.mark.parametrize("point", [(-1.2, 1.0), (0.75, -0.5), (2.5, 3.0)])
def test_gradient_and_step_are_those_derived_by_hand(point):
    g, h = by_hand(*point)
    assert np.allclose(gradient(*point), g, rtol=1e-13)
    assert np.allclose(newton_step(*point), -np.linalg.solve(h, g), rtol=1e-10)


def test_gradient_descent_goes_against_the_gradient_by_the_rate():
    points = path("gradient", 0.001)
    for k in (0, 1, 7, 100):
        assert np.allclose(points[k + 1], np.array(points[k]) - 0.001 * by_hand(*points[k])[0], rtol=1e-12)


def test_newton_doubles_its_correct_digits_and_a_search_never_goes_up():
    away = [np.hypot(x - 1, y - 1) for x, y in path("Newton", 0.001)]
    assert away[5] < 1e-4 and away[6] < 10 * away[5] ** 2
    values = [valley(*p) for p in path("Newton, searching", 0.001)]
    assert all(b <= a for a, b in pairwise(values))
    assert max(valley(*p) for p in path("Newton", 0.001)) > 1000  # without one it does


def test_a_rate_that_is_too_long_is_said():
    drawing = descent("gradient", 0.01)
    assert drawing.facts[-1][1:] == ["–", "–"]
    assert any("has left the plane" in frame["alg"][0] for frame in drawing.frames)


@pytest.mark.parametrize("method", METHODS)
def test_there_is_a_step_of_the_picture_for_each_tick(method):
    widget = DescentPath(method)
    assert [row[0] for row in widget.drawing.facts[1:]] == [str(t) for t in TICKS[method]]


def test_the_sliders_draw_another_path():
    widget = DescentPath("gradient", step=9)
    widget.method.value = "Newton"
    assert widget.stage.step == len(widget.drawing.frames) == 7
    before = widget.stage.base
    widget.method.value, widget.rate.value = "gradient", 0.0005
    assert widget.stage.base != before


def test_a_wrong_argument_is_named():
    with pytest.raises(ValueError, match="no method bfgs; there are gradient, Newton"):
        DescentPath("bfgs")
    with pytest.raises(ValueError, match="rate goes from"):
        DescentPath(rate=1.0)
    with pytest.raises(ValueError, match="steps are 1 to 7"):
        DescentPath("Newton", step=8)
