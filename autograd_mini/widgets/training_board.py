"""The training board: Start and Stop, a rate, a progress bar, and the picture of a training as it goes on."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from ipywidgets import HTML, Button, HBox, IntProgress, VBox

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.tree import flatten, paths
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.rates import rate_slider
from autograd_mini.widgets.stepper import Stage
from autograd_mini.widgets.training import Map, Standing, training

SLICE, PICTURE = 0.04, 0.3  # seconds of training at a time, and from picture to picture


class TrainingBoard(VBox):
    """Gradient descent that can be watched, stopped, and gone on with at another rate.

    Look for: the boundary begins as nearly a line and bends round the points; the loss falls in stages; a layer whose
    slope is 0 learns nothing.

    `slopes(parameters)` gives the loss and its gradient, a tree like the parameters; `scores(parameters, points)` is
    positive where the model says 1; `points` are rows (x, y), `labels` 0 or 1. `steps` is what Start adds. Training
    runs on the kernel's own loop in slices of 40 ms, so that the buttons are heard; the start of one board stops every
    other. `train(n)` does n steps at once, in any Python; an interrupt ends it, and the board says where it stopped.
    """

    children: Any  # upstream's trait, of which the type checker knows nothing
    _running: ClassVar[TrainingBoard | None] = None

    def __init__(
        self,
        slopes: Callable[[Any], tuple[Any, Any]],
        parameters: Any,
        scores: Callable[[Any, Any], Any],
        points: Any,
        labels: Any,
        *,
        rate: float = 0.1,
        rates: tuple[float, float] = (0.001, 10.0),
        steps: int = 500,
    ) -> None:
        self.rate = rate_slider(rate, rates)
        if steps < 1:
            raise ValueError(_("Start needs at least one step to do; {steps} is none.").format(steps=steps))
        self.parameters = parameters
        self.losses: list[float] = []
        self._slopes, self._scores, self._steps = slopes, scores, steps
        self._map = Map(np.asarray(points, dtype=float), np.asarray(labels, dtype=float))
        self._norms: list[tuple[str, float]] = []
        self._stop = False
        self._task: asyncio.Task[None] | None = None
        self._note()
        self._told = [self._standing()]
        self.stop_button = Button(description=_("Stop"), disabled=True)
        self.start_button = Button(description=_("Start"))
        self.progress = IntProgress(value=0, min=0, max=steps, description=_("step"))
        self._said = self._promise()
        self.drawing = self._drawn()
        self._head = HTML(self.drawing.head)
        self.stage = Stage(base=self.drawing.base, patches=self.drawing.patches(), step=1, names=[_("rate")])
        self.rate.observe(lambda _change: self._show(self._promise()), "value")
        self.start_button.on_click(lambda _button: self.start())
        self.stop_button.on_click(lambda _button: self.stop())
        offline = HTML(_("Run this cell to train.")).add_class("ad-offline")
        controls = [self.stop_button, self.start_button, self.rate, self.progress, offline]  # Stop first in tab order
        super().__init__([self._head, HBox(controls).add_class("ad-ins"), self.stage])
        self.add_class("ad-box")
        self.add_class("ad-training-board")

    @property
    def running(self) -> bool:
        """Whether a training that Start began is going on."""
        return TrainingBoard._running is self

    @property
    def done(self) -> int:
        """The steps so far."""
        return len(self.losses) - 1

    @property
    def accuracy(self) -> float:
        """The part of the points that the model has right."""
        with np.errstate(all="ignore"):
            found = np.asarray(self._scores(self.parameters, self._map.points)) > 0
        return float(np.mean(found == (self._map.labels > 0.5)))

    def start(self) -> None:
        """Train on the kernel's loop until Stop, or until `steps` more are done."""
        if self.running:
            return
        if TrainingBoard._running is not None:
            TrainingBoard._running.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.train(self._steps)
            return
        TrainingBoard._running = self
        self._stop, self.progress.value, self.progress.max = False, 0, self._steps
        self.start_button.disabled, self.stop_button.disabled = True, False
        self._task = loop.create_task(self._train(self._steps))

    def stop(self) -> None:
        """End a training that Start began, after the step that is going on."""
        self._stop = True

    async def _train(self, steps: int) -> None:
        shown = time.monotonic()
        try:
            for k in self._sliced(steps):
                self.progress.value = k
                if time.monotonic() - shown > PICTURE:
                    self._show(_("epoch {k} of {n}").format(k=k, n=steps))
                    shown = time.monotonic()
                await asyncio.sleep(0.005)  # now the buttons are heard
                if self._stop or TrainingBoard._running is not self:
                    break
        except Exception as error:  # what a learner's function raises is a sentence on the board
            self._show(_("Stopped at step {k}: {error}").format(k=self.done, error=f"{type(error).__name__}: {error}"))
        else:
            word = _("Stopped at step {k}.") if self._stop else _("{k} steps done.")
            self._show(word.format(k=self.done))
        finally:
            if TrainingBoard._running is self:
                TrainingBoard._running = None
            self.start_button.disabled, self.stop_button.disabled = False, True

    def train(self, steps: int) -> None:
        """So many steps, here and now; an interrupt ends them and leaves the board whole."""
        shown = time.monotonic()
        self.progress.value, self.progress.max = 0, steps
        word = _("{k} steps done.")
        try:
            for k in self._sliced(steps):
                self.progress.value = k
                if time.monotonic() - shown > PICTURE:
                    self._show(_("epoch {k} of {n}").format(k=k, n=steps))
                    shown = time.monotonic()
        except KeyboardInterrupt:
            word = _("Stopped at step {k}.")
        self._show(word.format(k=self.done))

    def _sliced(self, steps: int) -> Any:
        """Train for a slice of time at a time, and say after each how many steps are done."""
        k = 0
        while k < steps:
            until = time.monotonic() + SLICE
            while k < steps:
                k += 1
                self._step()
                if time.monotonic() > until or self._stop:
                    break
            yield k

    def _step(self) -> None:
        leaves, rebuild = flatten(self.parameters)
        with np.errstate(all="ignore"):
            moved = [p - self.rate.value * g for p, g in zip(leaves, self._gradient, strict=True)]
        self.parameters = rebuild(moved)  # all at once: an interrupt leaves the old ones or the new ones
        self._note()
        if self.done & (self.done - 1) == 0:  # a power of two: the picture keeps it
            self._told.append(self._standing())

    def _note(self) -> None:
        """The loss where we stand, and the size of its gradient for each of the parameters."""
        with np.errstate(all="ignore"):
            loss, gradient = self._slopes(self.parameters)
            self._gradient = flatten(gradient)[0]
            norms = [float(np.linalg.norm(leaf)) for leaf in self._gradient]
        names = [re.sub(r"\W+", " ", name).strip() for name in paths(self.parameters, "")]  # "[0]['w']" → "0 w"
        names = [_("layer {name}").format(name=name) if name[:1].isdigit() else name for name in names]
        self._norms = list(zip(names, norms, strict=True))
        self.losses.append(float(loss))

    def _standing(self) -> Standing:
        with np.errstate(all="ignore"):
            line = self._map.line(lambda at: self._scores(self.parameters, at))
        return Standing(self.done, line, self.accuracy, self._norms)

    def _promise(self) -> str:
        return _("Start makes {n} steps at the rate {rate}.").format(n=self._steps, rate=fmt(self.rate.value))

    def _drawn(self) -> Drawing:
        return training(self._map, self._told, self.losses, self.rate.value, self._said)

    def _show(self, said: str) -> None:
        """Draw the board as it stands; the picture goes to the last step that it keeps."""
        if self._told[-1].steps < self.done:
            kept = [now for now in self._told if now.steps & (now.steps - 1) == 0]
            self._told = [*kept, self._standing()]
        self._said = said
        self.drawing = self._drawn()
        self._head.value = self.drawing.head
        with self.stage.hold_sync():
            self.stage.base = self.drawing.base
            self.stage.patches = self.drawing.patches()
            self.stage.step = len(self.drawing.frames)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Three forms in one output: the live view, a still picture with its table, and the table as text."""
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        still = firstsight.html(self.drawing, len(self.drawing.frames) - 1)
        return {**bundle, "text/html": still, "text/plain": firstsight.text(self.drawing)}
