"""The order chooser: buttons for the rows above the stage on which their return sweep is stepped through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ipywidgets import HTML, Button, HBox

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets.drawing import Drawing
from autograd_mini.widgets.notation import typed
from autograd_mini.widgets.order import Sweep, order_chosen, reporters
from autograd_mini.widgets.stepper import Stepper
from autograd_mini.widgets.theme import _sheet, live_css

MOST_REPORTERS = 8


class OrderChooser(Stepper):
    """The learner chooses which row reports next. A wrong choice plays on, to the wrong number it leads to.

    Look for: a row may report when no pip of it is hollow. One that reports too early passes on too little;
    one that reports again passes on what it has passed on before. Nothing complains, the number is wrong.

    `f` takes up to 6 floats and makes up to 8 operations; `at` holds the inputs, `picks` the names of rows
    that have been chosen when it opens, as ("v4", "v1"); `ranges`, `formula` and `step` are those of `ForwardStepper`.
    """

    _root = "ad-order-chooser"
    children: Any  # upstream's trait, of which the type checker knows nothing

    def __init__(
        self,
        f: Callable[..., Any],
        at: Sequence[float] | float,
        *,
        picks: Sequence[str] = (),
        ranges: Mapping[str, tuple[float, float]] | None = None,
        formula: str | None = None,
        step: int | None = None,
    ) -> None:
        self._picks: list[int] = []
        self._given = list(picks)
        self._shape: tuple[Any, ...] = ()
        self._choices = HBox([]).add_class("ad-ins").add_class("ad-choices")
        super().__init__(f, at, ranges, formula, step)
        self.stage._css = live_css() + _sheet("order.css")
        self.children = (*self.children[:-1], self._choices, self.stage)

    @property
    def picks(self) -> tuple[str, ...]:
        """The rows that were chosen, by name, in their order."""
        return tuple(self.trace.rows[i].name for i in self._picks)

    def pick(self, name: str) -> None:
        """Let the row called `name` report next. A row that has reported may again, once something new came to it."""
        row = self._row(name)
        sweep = Sweep(self.trace, self._picks)
        self.stage.note = ""
        if row not in self._picks:
            self._picks.append(row)
        elif sweep.pending(row):
            self._picks = [*sweep.order, row]
        else:
            self.stage.note = _("{row} has reported, and nothing new has come to it.").format(row=typed(name))
            return
        self._redraw()

    def undo(self) -> None:
        """Take the last choice back."""
        self._picks = self._picks[:-1]
        self._redraw()

    def restart(self) -> None:
        """Take all choices back."""
        self._picks = []
        self._redraw()

    def _row(self, name: str) -> int:
        known = {self.trace.rows[i].name: i for i in reporters(self.trace)}
        if name not in known:
            raise ValueError(
                _("There is no row {name} that reports; these do: {rows}.").format(name=name, rows=", ".join(known))
            )
        return known[name]

    def _redraw(self) -> None:
        self._moved(None)
        if not self.stage.note:
            self.stage.step = self._opening()

    def _traced(self, point: Sequence[float]) -> EvaluationTrace:
        t = super()._traced(point)
        n = len(reporters(t))
        if n > MOST_REPORTERS:
            raise ValueError(
                _("An order chooser has room for {most} operations, and this function makes {n}.").format(
                    most=MOST_REPORTERS, n=n
                )
            )
        return t

    def _draw(self) -> Drawing:
        shape = tuple((r.name, r.op, r.parents) for r in self.trace.rows)
        if shape != self._shape:  # another branch of f: other rows
            self._shape, self._picks = shape, []
            self._choices.children = self._buttons()
            for name in self._given:
                row, sweep = self._row(name), Sweep(self.trace, self._picks)
                self._picks = [*(sweep.order if row in self._picks else self._picks), row]
            self._given = []
        for button, i in zip(self._choices.children[1:], reporters(self.trace), strict=False):
            button.remove_class("ad-chosen")
            if i in self._picks:
                button.add_class("ad-chosen")
        return order_chosen(self.trace, self._picks, self._formula)

    def _buttons(self) -> tuple[Any, ...]:
        out: list[Any] = [HTML(_("reports next:"))]
        for i in reporters(self.trace):
            name = self.trace.rows[i].name
            out.append(_button(typed(name), _("{row} reports").format(row=typed(name)), partial(self.pick, name)))
        out.append(_button(_("undo"), _("take the last choice back"), self.undo).add_class("ad-plain"))
        out.append(_button(_("start again"), _("take all choices back"), self.restart).add_class("ad-plain"))
        return tuple(out)

    def _opening(self) -> int:
        return max(2, len(self.drawing.frames)) if self._picks else 2


def _button(words: str, tip: str, act: Callable[[], None]) -> Button:
    button = Button(description=words, tooltip=tip)
    button.on_click(lambda _clicked: act())
    return button
