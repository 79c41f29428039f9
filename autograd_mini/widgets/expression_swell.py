"""Expression swell as a live picture: a slider for x; the step is the number of rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini.trace import trace
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.stepper import Stepper
from autograd_mini.widgets.swell import LAST, iterated, swell


class ExpressionSwell(Stepper):
    """The derivative of a map done n − 1 times, l₁ = x and lₙ₊₁ = step(lₙ): how large it is, for n from 2 to 8.

    Look for: written out as one expression it more than doubles with each n, with a name for each part it grows
    by the same few rows, and those are the rows of one run of automatic differentiation. x changes none of this.

    `step` takes one float and returns one, in up to 5 operations; `at` is x, `window` the slider's range. Counted
    are the operations of runs: *written out* puts each row in wherever its name stands, *with names* has each
    different row once, *automatic* is all that one forward pass did, *value alone* what lₙ itself takes.
    """

    _root = "ad-expression-swell"

    def __init__(
        self,
        step: Callable[[Any], Any],
        at: float,
        *,
        window: tuple[float, float] | None = None,
        formula: str | None = None,
        opening: int | None = None,
    ) -> None:
        self._map = step
        reach = None if window is None else {trace(iterated(step, LAST), float(at)).rows[0].name: window}
        super().__init__(iterated(step, LAST), at, reach, formula, opening)

    def _draw(self) -> Drawing:
        return swell(self._map, self.trace.rows[0].value, self._formula)
