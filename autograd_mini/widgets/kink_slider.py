"""The kink slider as a live picture: which program, where, and a stage that is stepped through."""

from __future__ import annotations

from typing import Any

from ipywidgets import HTML, FloatSlider, HBox, SelectionSlider, VBox

from autograd_mini.messages import _
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.kinks import PROGRAMS, STEPS, kink
from autograd_mini.widgets.notation import maths
from autograd_mini.widgets.stepper import Stage

FARTHEST, GRAIN = 2.0, 0.25  # quarters: each is exact in floating point, so the slider does stand *at* a kink


class KinkSlider(VBox):
    """A program is moved through its sharp edge: the slopes from both sides, and what AD says.

    Look for: off the edge all three agree. At a kink the sides differ, and AD gives the slope that was agreed
    upon. Where both sides agree and AD says something else (`if`), or AD says nan (`where`), the row turns red.

    `program` is one of the slider's: relu, |x|, maximum, where, double where, if, floor. `at` is from −2 to 2 in
    quarters; `step` (1 to 4) is the step to open with.
    """

    def __init__(self, program: str = "|x|", *, at: float = 0.0, step: int | None = None) -> None:
        if program not in PROGRAMS:
            raise ValueError(
                _("There is no program {program}; there are {programs}.").format(
                    program=program, programs=", ".join(PROGRAMS)
                )
            )
        if not (-FARTHEST <= at <= FARTHEST and (at / GRAIN).is_integer()):
            raise ValueError(_("The slider goes from −2 to 2 in quarters; {at} is not on it.").format(at=at))
        if step is not None and not 1 <= step <= STEPS:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=STEPS, step=step))
        self._still = step or STEPS
        self.drawing = kink(program, at)
        self._head = HTML(self.drawing.head)
        self.stage = Stage(
            base=self.drawing.base, patches=self.drawing.patches(), step=step or 1, names=[_("program"), "x"]
        )
        self.programs = SelectionSlider(options=list(PROGRAMS), value=program, description=_("program"), readout=False)
        self.at = FloatSlider(
            value=at,
            min=-FARTHEST,
            max=FARTHEST,
            step=GRAIN,
            description=maths("x"),
            description_allow_html=True,
        )
        for slider in (self.programs, self.at):
            slider.observe(self._moved, "value")
        offline = HTML(_("Run this cell to move the sliders.")).add_class("ad-offline")
        super().__init__([self._head, HBox([self.programs, self.at, offline]).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-kink-slider")

    def _moved(self, _change: object) -> None:
        """Another program or place: draw again, at the same step."""
        self.drawing = kink(self.programs.value, self.at.value)
        self._head.value = self.drawing.head
        with self.stage.hold_sync():
            self.stage.base = self.drawing.base
            self.stage.patches = self.drawing.patches()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Three forms in one output: the live view, a still picture with its table, and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        still = firstsight.html(self.drawing, self._still - 1)
        return {**bundle, "text/html": still, "text/plain": firstsight.text(self.drawing)}
