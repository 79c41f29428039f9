"""Live pictures of one variable: four ways to a derivative, the step size of a difference, Taylor's models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini.trace import trace
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.four_ways import four_ways
from autograd_mini.widgets.step_size import step_size
from autograd_mini.widgets.stepper import Stepper
from autograd_mini.widgets.taylor import taylor_model


class FourWays(Stepper):
    """The derivative of `f` by hand, by a difference, by symbols, and by automatic differentiation.

    Look for: four numbers that agree, but not to the same digit; the difference is the one that falls short.
    Compare the operations. Times appear once the slider has moved: they are this machine's, and not stored.

    `f` takes one float; `slope` is its derivative, found by hand; `at` is where to start, `window` the slider's range.
    """

    _root = "ad-four-ways"

    def __init__(
        self,
        f: Callable[..., Any],
        slope: Callable[..., Any],
        at: float,
        *,
        window: tuple[float, float] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._slope = slope
        self._timed = False
        super().__init__(f, at, _window(f, at, window), formula, step)
        self._timed = True

    def _draw(self) -> Drawing:
        return four_ways(self._f, self._slope, self.trace, self._formula, self._timed)


class StepSizeV(Stepper):
    """Errors of the forward difference, the central difference and the complex step, for h from 10⁻¹ to 10⁻¹⁶.

    Look for: the error falls along the blue line while the dropped terms rule (truncation), and rises along
    the dotted line when the digits that cancel rule (round-off). The complex step subtracts nothing and has no V.

    `f` takes one float; `at` is where, `window` the slider's range.
    """

    _root = "ad-step-size"

    def __init__(
        self,
        f: Callable[..., Any],
        at: float,
        *,
        window: tuple[float, float] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        super().__init__(f, at, _window(f, at, window), formula, step)

    def _draw(self) -> Drawing:
        return step_size(self._f, self.trace, self._formula)


class TaylorModel(Stepper):
    """The value, the tangent, the parabola and the cubic of `f` at a point, each from one derivative more.

    Look for: each model leaves the curve later than the one before, and a parabola knows which way the curve bends
    where the tangent does not.

    `f` takes one float; `at` is where, `window` the part of the axis that is drawn (and the slider's range), `h` how
    far from the point the models are compared with `f`.
    """

    _root = "ad-taylor-model"

    def __init__(
        self,
        f: Callable[..., Any],
        at: float,
        *,
        window: tuple[float, float],
        h: float = 1.0,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._window, self._h = window, h
        super().__init__(f, at, _window(f, at, window), formula, step)

    def _draw(self) -> Drawing:
        return taylor_model(self._f, self.trace, self._window, self._h, self._formula)


def _window(
    f: Callable[..., Any], at: float, window: tuple[float, float] | None
) -> dict[str, tuple[float, float]] | None:
    return None if window is None else {trace(f, float(at)).rows[0].name: window}
