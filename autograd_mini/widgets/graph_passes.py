"""The graph passes as a live picture: a slider through programs over a stage with a step for each pass."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML, HBox, SelectionSlider, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.programs import CASES, graph_passes
from autograd_mini.widgets.stepper import Stage


class GraphPasses(VBox):
    """A derivative as a program, and what each pass makes of it.

    Look for: a pass often does little by itself and clears the way for the next. What has become a copy can be
    shared, and what is shared leaves lines that nobody reads.

    `case` is one of "cube", "example", "twice", "arrays" and "forward"; `step` is the pass to open with, from 1.
    """

    def __init__(self, case: str = "example", *, step: int | None = None) -> None:
        if case not in CASES:
            raise ValueError(
                _("There is no program {case}; there are {cases}.").format(case=case, cases=", ".join(CASES))
            )  # fmt: skip
        self.drawing = graph_passes(case)
        steps = len(self.drawing.frames)
        if step is not None and not 1 <= step <= steps:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=steps, step=step))
        self._still = step or steps
        self._head = HTML(self.drawing.head)
        self.stage = Stage(base=self.drawing.base, patches=self.drawing.patches(), step=step or 1, names=[_("program")])
        self.programs = SelectionSlider(options=list(CASES), value=case, description=_("program"), readout=False)
        self.programs.observe(self._chosen, "value")
        offline = HTML(_("Run this cell to choose another program.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.programs, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-graph-passes")

    def _chosen(self, _change: object) -> None:
        """Another program: draw again."""
        self.drawing = graph_passes(self.programs.value)
        self._head.value = self.drawing.head
        with self.stage.hold_sync():
            self.stage.base = self.drawing.base
            self.stage.patches = self.drawing.patches()
            self.stage.step = min(self.stage.step, len(self.drawing.frames))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Three forms in one output: the live view, a still picture with its table, and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        still = firstsight.html(self.drawing, min(self._still, len(self.drawing.frames)) - 1)
        return {**bundle, "text/html": still, "text/plain": firstsight.text(self.drawing)}
