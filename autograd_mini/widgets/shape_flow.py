"""The shape flow as a live picture: a slider through pairs of shapes over a stage that is stepped through."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML, HBox, SelectionSlider, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.shapes import CASES, STEPS, shape_flow
from autograd_mini.widgets.stepper import Stage


class ShapeFlow(VBox):
    """Two arrays meet: forward their cells are stretched, backward the copies' adjoints are summed.

    Look for: what was copied is summed, along the axes of the copying, and the adjoint ends in the operand's shape.
    An operand that was not stretched takes its adjoint as it comes. In a product of matrices nothing is stretched,
    and the two adjoints are products with a transpose.

    `case` is one of the slider's pairs of shapes, such as "(2, 1) * (1, 4)"; `step` (1 to 4) is the step to open with.
    """

    def __init__(self, case: str = "(4, 3) + (3,)", *, step: int | None = None) -> None:
        if case not in CASES:
            raise ValueError(
                _("There is no pair {case}; there are {cases}.").format(case=case, cases=", ".join(CASES))
            )  # fmt: skip
        if step is not None and not 1 <= step <= STEPS:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=STEPS, step=step))
        self._still = step or STEPS
        self.drawing = shape_flow(case)
        self._head = HTML(self.drawing.head)
        self.stage = Stage(base=self.drawing.base, patches=self.drawing.patches(), step=step or 1, names=[_("shapes")])
        self.pairs = SelectionSlider(options=list(CASES), value=case, description=_("shapes"), readout=False)
        self.pairs.observe(self._chosen, "value")
        offline = HTML(_("Run this cell to choose other shapes.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.pairs, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-shape-flow")

    def _chosen(self, _change: object) -> None:
        """Another pair: draw again, at the same step."""
        self.drawing = shape_flow(self.pairs.value)
        self._head.value = self.drawing.head
        with self.stage.hold_sync():
            self.stage.base = self.drawing.base
            self.stage.patches = self.drawing.patches()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Three forms in one output: the live view, a still picture with its table, and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        still = firstsight.html(self.drawing, self._still - 1)
        return {**bundle, "text/html": still, "text/plain": firstsight.text(self.drawing)}
