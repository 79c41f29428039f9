"""The list builder: sliders for the inputs above the graph of the rows that a learner has written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.stepper import Stepper
from autograd_mini.widgets.wengert import Row, wengert


class WengertBuilder(Stepper):
    """The learner writes the Wengert list of `f`, row by row, and the graph of these rows is drawn and checked.

    Look for: a row uses only what stands above it; a value used twice has two edges that leave it; rows may stand
    in another order than in f, as long as the last one is the value of f. A row that f does not compute is marked.

    `rows` are (name, operation, operands…), as ("v2", "×", "x1", "x2"): named v1, v2, … in order, an operand an
    input, an earlier row, or a number. Operations: + − × / **, ln, exp, sin, cos, tan, tanh, sqrt, negative.
    `complete` says whether the list is right as it stands. The rest are the arguments of `ForwardStepper`.
    """

    _root = "ad-wengert-builder"

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float] | float,
        *,
        rows: Sequence[Row] = (),
        ranges: Mapping[str, tuple[float, float]] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._rows = [entry for entry in rows if entry is not ...]
        super().__init__(f, at, ranges, formula, step)

    def _draw(self) -> Drawing:
        drawing, self.complete = wengert(self._f, self.trace, self._rows, self._formula)
        return drawing

    def _opening(self) -> int:
        return len(self.drawing.frames)
