"""The direction dial: sliders for the two inputs and the length of the arrow; the step turns the arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

from ipywidgets import FloatSlider

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets.direction import LARGEST, direction
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.stepper import Stepper, _slider

SHORTEST = 0.5
DIAGONAL = sqrt(2)  # the arrow (1, 1): the slider, which has hundredths, shows 1.41 for it and means it


class DirectionDial(Stepper):
    """The two seeds of a function of two variables are an arrow. Each step turns it; the last is the steepest.

    Look for: the tangent of a pass is the slope of the cut along the arrow. Along an axis it is a partial
    derivative, across the gradient 0, along the gradient largest; an arrow twice as long gives twice as much.

    `f` takes two floats; `at` holds them, `length` is that of the arrow (0.5 to 2); `ranges`, `formula` and `step`
    are those of `ForwardStepper`. Steps 1 to 8 go round by 45°, from the direction of the first input on.
    """

    _root = "ad-direction-dial"

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float],
        *,
        length: float = 1.0,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._length = float(length)
        super().__init__(f, at, ranges, formula, step)

    def _seed_sliders(self) -> list[FloatSlider]:
        return [_slider(_("length"), self._length, SHORTEST, LARGEST, hue="tangent")]

    def _spoken(self) -> list[str]:
        return [*self._names, _("length of the arrow")]

    def _traced(self, point: Sequence[float]) -> EvaluationTrace:
        if len(point) != 2:
            raise ValueError(
                _("A direction dial turns two seeds, so it takes two inputs, not {n}.").format(n=len(point))
            )
        return super()._traced(point)

    def _draw(self) -> Drawing:
        length = self._seeds[0].value
        if round(length, 2) == round(DIAGONAL, 2):
            length = DIAGONAL
        return direction(self._f, self.trace, length, self._formula)
