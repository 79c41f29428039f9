"""The widgets: sliders of ipywidgets above a stage on which a drawing is stepped through.

Inputs and seeds travel to the kernel and back; stepping stays in the page (`stepper.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any

import anywidget
import traitlets
from ipywidgets import HTML, FloatSlider, HBox, VBox, Widget

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.backward import backward as draw_backward
from autograd_mini.widgets.compared import backward_compared
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.forward import forward
from autograd_mini.widgets.notation import barred, dotted, maths
from autograd_mini.widgets.replay import Engine, replay_backward, replay_forward
from autograd_mini.widgets.tangent_line import tangent_line
from autograd_mini.widgets.theme import HERE, live_css

MOST_INPUTS, MOST_OPERATIONS = 6, 40


@cache
def _script() -> str:
    """The script without comments and indentation, because every widget stores it in its notebook."""
    lines = (line.strip() for line in (HERE / "stepper.js").read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


class Stage(anywidget.AnyWidget):
    """The part that is stepped through: a base, its patches, and the step (from 1)."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    base = traitlets.Unicode().tag(sync=True)
    patches = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return _script()

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return live_css()


class Stepper(VBox):
    """Sliders over a stage; what is drawn is up to the subclass (`_draw`)."""

    _root = "ad-stepper"

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float] | float,
        ranges: Mapping[str, tuple[float, float]] | None,
        formula: str | None,
        step: int | None,
    ) -> None:
        point = (float(at),) if isinstance(at, int | float) else tuple(float(x) for x in at)
        self._f, self._formula = f, formula
        self.trace = self._traced(point)
        self._names = [self.trace.rows[i].name for i in self.trace.inputs]
        unknown = set(ranges or ()) - set(self._names)
        if unknown:
            raise ValueError(
                _("There is no input {name} to give a range; the inputs are {inputs}.").format(
                    name=", ".join(sorted(unknown)), inputs=", ".join(self._names)
                )
            )
        reach = [(ranges or {}).get(n, _reach(x)) for n, x in zip(self._names, point, strict=True)]
        self._inputs = [_slider(maths(n), x, *r) for n, x, r in zip(self._names, point, reach, strict=True)]
        self._seeds = self._seed_sliders()
        self.drawing = self._draw()
        steps = len(self.drawing.frames)
        if step is not None and not 1 <= step <= steps:
            raise ValueError(_("The steps are 1 to {n}; {step} is none of them.").format(n=steps, step=step))
        self._still = step or steps  # without a wish, the still picture shows all there is
        self._head = HTML(self.drawing.head)
        self.stage = Stage(
            base=self.drawing.base, patches=self.drawing.patches(), step=step or self._opening(), names=self._spoken()
        )
        caption = HTML(_("inputs") if len(point) > 1 else _("input"))
        bar: list[Widget] = [caption, *self._inputs]
        if self._seeds:
            bar += [HTML(_("seeds") if len(self._seeds) > 1 else _("seed")), *self._seeds]
        bar.append(HTML(_("Run this cell to move the sliders.")).add_class("ad-offline"))
        controls = HBox(bar).add_class("ad-ins")
        for slider in (*self._inputs, *self._seeds):
            slider.observe(self._moved, "value")
        super().__init__([self._head, controls, self.stage])
        self.add_class("ad-box")
        self.add_class(self._root)

    def _draw(self) -> Drawing:
        raise NotImplementedError

    def _seed_sliders(self) -> list[FloatSlider]:
        return []

    def _spoken(self) -> list[str]:
        """What a screen reader calls the sliders, in their order."""
        return self._names

    def _opening(self) -> int:
        """The step that a widget opens with."""
        return 1

    def _traced(self, point: Sequence[float]) -> EvaluationTrace:
        if len(point) > MOST_INPUTS:
            raise ValueError(
                _("A stepper has room for {most} inputs, and this function has {n}.").format(
                    most=MOST_INPUTS, n=len(point)
                )
            )
        t = trace(self._f, *point)
        operations = sum(r.op != "input" for r in t.rows)
        if operations > MOST_OPERATIONS:
            raise ValueError(
                _("A stepper has room for {most} operations, and this function makes {n}.").format(
                    most=MOST_OPERATIONS, n=operations
                )
            )
        return t

    def _moved(self, _change: object) -> None:
        """A slider moved: draw again. What a learner's function raises is a sentence on the stage."""
        try:
            self.trace = self._traced([s.value for s in self._inputs])
            self.drawing = self._draw()
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
        step = min(self._still, len(self.drawing.frames)) - 1
        return {**bundle, "text/html": firstsight.html(self.drawing, step), "text/plain": firstsight.text(self.drawing)}


class ForwardStepper(Stepper):
    """ε-coefficients flow forward through the graph of `f`, one row at a step.

    Look for: a tangent is made from the tangents of its inputs, each times the partial on its edge; the
    term in ε² is struck out; one seed at a time gives one partial derivative.

    `f` takes up to 6 floats and makes up to 40 operations; `at` holds the inputs, `seeds` their tangents
    (1, 0, 0, … if none are given), `ranges` the ends of sliders by the input's name, `formula` a title other
    than the one read off the trace, `step` the step to open with.

    With `engine`, a learner's class drives the picture: each row is computed by their operators and the
    functions passed by NumPy's names (`sin=my_sin`; or `library=` a module that has them), from their
    earlier rows. `primal` and `tangent` name the attributes to read. The first row that differs is marked.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float] | float,
        *,
        seeds: Sequence[float] | float | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        formula: str | None = None,
        step: int | None = None,
        engine: Callable[..., Any] | None = None,
        library: object = None,
        primal: str = "primal",
        tangent: str = "tangent",
        **functions: Callable[..., Any],
    ) -> None:
        self._engine = _engine(engine, functions, library, primal, tangent, None)
        n = 1 if isinstance(at, int | float) else len(at)
        given = [1.0] + [0.0] * (n - 1) if seeds is None else [seeds] if isinstance(seeds, int | float) else list(seeds)
        if len(given) != n:
            raise ValueError(_("There are {n} inputs, so there are as many seeds, not {k}.").format(n=n, k=len(given)))
        self._given = [float(s) for s in given]
        super().__init__(f, at, ranges, formula, step)

    def _seed_sliders(self) -> list[FloatSlider]:
        return [
            _slider(maths(dotted(n)), s, *_seed_reach(s), hue="tangent")
            for n, s in zip(self._names, self._given, strict=True)
        ]

    def _spoken(self) -> list[str]:
        return self._names + [_("seed of {name}").format(name=n) for n in self._names]

    def _draw(self) -> Drawing:
        seeds = [s.value for s in self._seeds]
        replay = replay_forward(self.trace, seeds, self._engine) if self._engine else None
        self.first_wrong = None if replay is None or replay.wrong is None else self.trace.rows[replay.wrong].name
        return forward(self.trace, seeds, self._formula, replay)

    def _opening(self) -> int:
        if self._engine is None:
            return 1
        wrong = next((i + 1 for i, r in enumerate(self.trace.rows) if r.name == self.first_wrong), None)
        return wrong or len(self.trace.rows)


class BackwardStepper(Stepper):
    """Values flow forward, then adjoints flow back: each row reports to its inputs, which add up what comes.

    Look for: a row reports only when everyone who uses it has (its pips are full); an input that is used
    twice gets two contributions, and they add; one sweep gives all partial derivatives.

    The arguments are those of `ForwardStepper`, with one `seed` for the output. With `engine`, a learner's
    node class (`engine(value)`) is built row by row, then `backward(out)` (else `out.backward()`) runs;
    `value` and `adjoint` name the attributes to read. The first row that differs is marked.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float] | float,
        *,
        seed: float = 1.0,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        formula: str | None = None,
        step: int | None = None,
        engine: Callable[..., Any] | None = None,
        library: object = None,
        backward: Callable[[Any], Any] | None = None,
        value: str = "value",
        adjoint: str = "adjoint",
        **functions: Callable[..., Any],
    ) -> None:
        self._engine = _engine(engine, functions, library, value, adjoint, backward)
        self._seed = float(seed)
        super().__init__(f, at, ranges, formula, step)

    def _seed_sliders(self) -> list[FloatSlider]:
        if self._engine:
            return []  # a learner's sweep brings its own seed, 1
        name = self.trace.rows[self.trace.output].name
        return [_slider(maths(barred(name)), self._seed, *_seed_reach(self._seed), hue="adjoint")]

    def _spoken(self) -> list[str]:
        return self._names + [_("seed of the output")] * len(self._seeds)

    def _draw(self) -> Drawing:
        if self._engine:
            replay = replay_backward(self.trace, self._engine)
            self.first_wrong = None if replay.wrong is None else self.trace.rows[replay.wrong].name
            drawing, self._at_wrong = backward_compared(self.trace, replay, self._formula)
            return drawing
        self.first_wrong = None
        return draw_backward(self.trace, self._seeds[0].value, self._formula)

    def _opening(self) -> int:
        return self._at_wrong if self._engine else 1


class TangentLine(Stepper):
    """Secants of a function of one variable turn into its tangent as h shrinks; the last step needs no h.

    Look for: the slopes in the table close in on the coefficient of ε, which is there without any limit.

    `f` takes one float; `at` is where, `window` the part of the axis that is drawn (and the slider's range).
    """

    _root = "ad-tangent-line"

    def __init__(
        self,
        f: Callable[..., Any],
        at: float,
        *,
        window: tuple[float, float] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._window = window or _reach(float(at))
        if not self._window[0] < self._window[1]:
            raise ValueError(_("A window goes from a smaller number to a larger one."))
        name = trace(f, float(at)).rows[0].name
        super().__init__(f, at, {name: self._window}, formula, step)

    def _draw(self) -> Drawing:
        return tangent_line(self._f, self.trace, self._window, self._formula)


def _engine(
    make: Callable[..., Any] | None,
    functions: Mapping[str, Any],
    library: object,
    value: str,
    derivative: str,
    backward: Any,
) -> Engine | None:
    if make is None:
        if functions:
            raise TypeError(_("Without engine=, there is no use for {names}.").format(names=", ".join(functions)))
        return None
    return Engine(make, functions, library, value, derivative, backward)


def _reach(x: float) -> tuple[float, float]:
    """A slider's range round a value: twice as far, at least 2 each way."""
    far = max(2.0, abs(x))
    return x - far, x + far


def _seed_reach(seed: float) -> tuple[float, float]:
    return min(-2.0, seed), max(2.0, seed)


def _slider(label: str, value: float, low: float, high: float, hue: str = "") -> FloatSlider:
    """A slider whose label is markup of ours. Its steps are tenths, or hundredths where tenths are too coarse."""
    if not (isfinite(value) and low <= value <= high and low < high):
        raise ValueError(
            _("The slider goes from {low} to {high}, so it cannot start at {value}.").format(
                low=low, high=high, value=value
            )
        )
    digits = 1 if high - low >= 4 and round(value, 1) == value else 2
    label = label.replace("<sub>", "<span class='ad-sub'>").replace("</sub>", "</span>")  # which JupyterLab lets pass
    slider = FloatSlider(
        value=value,
        min=low,
        max=high,
        step=10.0**-digits,
        description=label,
        description_allow_html=True,
        readout_format=f".{digits}f",
    )
    if hue:
        slider.add_class("ad-seed").add_class(f"ad-seed-{hue}")
    return slider
