"""The cost dial as a live picture: a slider for the inputs; the step is the number of outputs."""

from __future__ import annotations

from autograd_mini.widgets.cost import MOST, Cost, cost, counts
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.stepper import Stepper

__all__ = ["Cost", "CostDial", "counts"]


class CostDial(Stepper):
    """The Jacobian of m outputs by n inputs: n forward passes make it by columns, m return sweeps by rows.

    Look for: with one output one sweep is enough, whatever n is; with one input one pass is enough, whatever m is.
    In between, count: a pass goes through the whole graph, a sweep through what leads to its output.

    `n` and `m` are 1 to 12. The outputs are yⱼ = sin(j s) with s = Σ xᵢ xᵢ, and what is counted is the terms on the
    edges of the trace (`counts`): partial × tangent in a pass, partial × adjoint in a sweep.
    """

    _root = "ad-cost-dial"

    def __init__(self, n: int = 4, m: int = 1) -> None:
        counts(n, m)  # raises for what the dial does not have
        super().__init__(lambda n: n, float(n), {"n": (1.0, float(MOST))}, None, m)
        (slider,) = self._inputs
        slider.step, slider.readout_format = 1.0, ".0f"

    def _draw(self) -> Drawing:
        return cost(round(self.trace.rows[0].value))
