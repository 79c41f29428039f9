"""The loss curve as a live picture: a slider for the rate above the curve that training with it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ipywidgets import HTML, HBox, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.curves import loss_curve
from autograd_mini.widgets.rates import rate_slider
from autograd_mini.widgets.stepper import Stage


class LossCurve(VBox):
    """What training makes of the loss, for one rate at a time.

    Look for: a small rate goes down slowly; a larger one quickly; a still larger one jumps to and fro; and from some
    rate on the loss runs away.

    `losses(rate)` trains from the start and gives the loss before each step and after the last. It is called whenever
    the slider moves, so it should take less than a tenth of a second. `rates` are the ends of the slider, `name`
    stands in the title.
    """

    def __init__(
        self,
        losses: Callable[[float], Sequence[float]],
        rate: float,
        *,
        rates: tuple[float, float],
        name: str = "",
        step: int | None = None,
    ) -> None:
        self.rate = rate_slider(rate, rates, readout_format=".4f")
        self._losses, self._name = losses, name
        self.drawing = self._draw(rate)
        steps = len(self.drawing.frames)
        if step is not None and not 1 <= step <= steps:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=steps, step=step))
        self._still = step or steps
        self._head = HTML(self.drawing.head)
        self.stage = Stage(
            base=self.drawing.base, patches=self.drawing.patches(), step=step or steps, names=[_("rate")]
        )
        self.rate.observe(self._moved, "value")
        offline = HTML(_("Run this cell to move the slider.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.rate, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-loss-curve")

    def _draw(self, rate: float) -> Any:
        return loss_curve([float(x) for x in self._losses(rate)], rate, self._name)

    def _moved(self, _change: object) -> None:
        """Another rate: train again. What a learner's function raises is a sentence on the stage."""
        try:
            self.drawing = self._draw(self.rate.value)
        except Exception as error:
            self.stage.note = _("No picture here: {reason} The picture below is the last one there was.").format(
                reason=str(error).rstrip(".") + "."
            )
            return
        self._head.value = self.drawing.head
        with self.stage.hold_sync():
            self.stage.note = ""
            self.stage.base = self.drawing.base
            self.stage.patches = self.drawing.patches()
            self.stage.step = min(self.stage.step, len(self.drawing.frames))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Three forms in one output: the live view, a still picture with its table, and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        still = firstsight.html(self.drawing, min(self._still, len(self.drawing.frames)) - 1)
        return {**bundle, "text/html": still, "text/plain": firstsight.text(self.drawing)}
