"""The checkpoint plan as a live picture: two sliders, steps and slots, over the timeline of a plan."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML, HBox, IntSlider, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.plans import MOST_SLOTS, MOST_STEPS, checkpoint_plan
from autograd_mini.widgets.stepper import Stage


class CheckpointPlan(VBox):
    """How a chain of `n` steps is reversed when only `slots` states can be kept.

    Look for: the first way out is one long climb that leaves a few squares behind; after that, each stretch between two
    squares is climbed again. One slot more makes the zigzag much flatter.

    `n` goes up to 24, `slots` up to 6; `step` is the reversal to open with, from 1.
    """

    def __init__(self, n: int = 10, slots: int = 3, *, step: int | None = None) -> None:
        for name, value, most in (("n", n, MOST_STEPS), ("slots", slots, MOST_SLOTS)):
            if type(value) is not int or not 1 <= value <= most:
                raise ValueError(_("{name} is a whole number from 1 to {most}; {value} is none.").format(
                    name=name, most=most, value=value))  # fmt: skip
        if step is not None and not 1 <= step <= n:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=n, step=step))
        self.drawing = checkpoint_plan(n, slots)
        self._still = step or n
        self._head = HTML(self.drawing.head)
        self.stage = Stage(
            base=self.drawing.base, patches=self.drawing.patches(), step=step or 1, names=[_("steps"), _("slots")]
        )
        self.steps = IntSlider(value=n, min=1, max=MOST_STEPS, description=_("steps"))
        self.slots = IntSlider(value=slots, min=1, max=MOST_SLOTS, description=_("slots"))
        for slider in (self.steps, self.slots):
            slider.observe(self._moved, "value")
        offline = HTML(_("Run this cell to move the sliders.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.steps, self.slots, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-checkpoint-plan")

    def _moved(self, _change: object) -> None:
        """Another chain, or other slots: draw again."""
        self.drawing = checkpoint_plan(self.steps.value, self.slots.value)
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
