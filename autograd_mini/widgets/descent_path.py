"""The descent path as a live picture: a method and a rate above the valley, the steps below it."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML, FloatLogSlider, HBox, SelectionSlider, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.descent import METHODS, descent
from autograd_mini.widgets.stepper import Stage


class DescentPath(VBox):
    """Rosenbrock's valley from (−1.2, 1), and how gradient descent and Newton's method come down.

    Look for: the gradient points across the valley, so a long step leaves it, and short ones crawl along its
    floor. Newton's first steps jump far, uphill too; its last ones double the correct digits.

    `method` is "gradient", "Newton" or "Newton, searching"; `rate` the length of gradient descent's steps, from
    0.0001 to 0.01; `step` the step of the picture to open with.
    """

    def __init__(self, method: str = "gradient", rate: float = 0.001, *, step: int | None = None) -> None:
        if method not in METHODS:
            raise ValueError(
                _("There is no method {method}; there are {methods}.").format(
                    method=method, methods=", ".join(METHODS)
                )
            )
        if not 1e-4 <= rate <= 1e-2:
            raise ValueError(_("The rate goes from 0.0001 to 0.01; {rate} is outside.").format(rate=rate))
        self.drawing = descent(method, rate)
        steps = len(self.drawing.frames)
        if step is not None and not 1 <= step <= steps:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=steps, step=step))
        self._still = step or steps
        self._head = HTML(self.drawing.head)
        self.stage = Stage(
            base=self.drawing.base, patches=self.drawing.patches(), step=step or 1, names=[_("rate"), _("method")]
        )
        self.rate = FloatLogSlider(
            value=rate, base=10, min=-4, max=-2, step=0.05, description=_("rate"), readout_format=".4f"
        )
        self.method = SelectionSlider(options=list(METHODS), value=method, description=_("method"), readout=False)
        for slider in (self.rate, self.method):
            slider.observe(self._moved, "value")
        offline = HTML(_("Run this cell to move the sliders.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.rate, self.method, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-descent-path")

    def _moved(self, _change: object) -> None:
        """Another rate or method: draw again."""
        self.drawing = descent(self.method.value, self.rate.value)
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
