"""Pictures of evaluation traces, and steppers through them.

    from autograd_mini.widgets import ForwardStepper
    ForwardStepper(f, at=(2.0, 5.0), seeds=(1.0, 0.0))

`svg(trace)` draws without any widget library; the classes need `ipywidgets` and `anywidget` (the `labs`
extra) and load them when first asked for.

To read: `layout` (where a node stands), `graph` (SVG with slots), `drawing` (base, frames, patches), `forward`,
`backward` and `tangent_line` (what each step shows), `algebra` (the equations), `lens` (large graphs), `replay` and
`compared` (a learner's engine), `notation` and `theme` (signs and colours), `firstsight` (what a notebook stores),
`stepper` with `stepper.js` and `stepper.css` (the live widgets).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets import firstsight
from autograd_mini.widgets.backward import backward
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.forward import forward

LIVE = {  # a widget, and the module that holds it
    "BackwardStepper": "stepper",
    "CheckpointPlan": "checkpoint_plan",
    "CostDial": "cost_dial",
    "DescentPath": "descent_path",
    "DirectionDial": "direction_dial",
    "ExpressionSwell": "expression_swell",
    "ForwardStepper": "stepper",
    "FourWays": "numeric",
    "GraphPasses": "graph_passes",
    "KinkSlider": "kink_slider",
    "LossCurve": "loss_curve",
    "OrderChooser": "order_chooser",
    "ShapeFlow": "shape_flow",
    "StepSizeV": "numeric",
    "TangentLine": "stepper",
    "TaylorModel": "numeric",
    "TrainingBoard": "training_board",
    "WengertBuilder": "wengert_builder",
}
__all__ = [*LIVE, "backward", "forward", "picture", "svg"]


def picture(trace: EvaluationTrace, step: int | None = None, seeds: Sequence[float] | None = None) -> str:
    """The stepper's picture as HTML at `step` (from 1; the last if none is given): graph, table, equation.

    With `seeds` (one an input) it is the forward picture, without them the backward one.
    """
    drawing = _drawing(trace, seeds)
    return drawing.html(_index(drawing, step))


def svg(trace: EvaluationTrace, step: int | None = None, seeds: Sequence[float] | None = None) -> str:
    """The graph of a trace as one self-contained SVG, at `step` (from 1; the last if none is given).

    With `seeds` (one an input) it shows values and tangents, without them values and adjoints.
    """
    drawing = _drawing(trace, seeds)
    return firstsight.still(drawing, _index(drawing, step))


def _drawing(trace: EvaluationTrace, seeds: Sequence[float] | None) -> Drawing:
    return backward(trace) if seeds is None else forward(trace, seeds)


def _index(drawing: Drawing, step: int | None) -> int:
    if step is None:
        return len(drawing.frames) - 1
    if not 1 <= step <= len(drawing.frames):
        raise ValueError(f"The steps are 1 to {len(drawing.frames)}; {step} is none of them.")
    return step - 1


def __getattr__(name: str) -> Any:
    if name in LIVE:
        return getattr(import_module(f"autograd_mini.widgets.{LIVE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
