"""What the learner sees: short, the same every time, legible in light and dark, as HTML and as plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from autograd_mini.exercises.judge import Listed, Value
from autograd_mini.formatting import fmt

# The bar at the left says it by colour, the mark says it without.
MARKS = {"right": "✓", "wrong": "✗", "open": "○", "told": "→"}
COLOURS = {"right": "#1b7f4d", "wrong": "#b3397f", "open": "#8a8a8a", "told": "#3d85c6"}


INSET = "\u2003"  # an em space: a line that belongs to the one above


@dataclass(frozen=True, repr=False)
class Shown:
    """One answer of ours. `status` is "right", "wrong", "open" (nothing judged) or "told"; `code` is shown as it is."""

    status: str
    title: str
    lines: tuple[str, ...] = ()
    code: str = ""
    folded: str = ""  # the words on the fold that hides the code, if it is to be hidden

    @property
    def passed(self) -> bool:
        return self.status == "right"

    def __repr__(self) -> str:
        body = [f"  {line}" for line in self.lines] + [f"    {line}" for line in self.code.splitlines()]
        return "\n".join([f"{MARKS[self.status]} {self.title}", *body])

    def _html(self) -> str:
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        if self.folded:
            code = f"<details><summary>{escape(self.folded)}</summary>{code}</details>"
        lines = "".join(map(as_html, self.lines))
        return (
            f'<div class="ad-shown ad-{self.status}" role="status" '
            f'style="border-left: 4px solid {COLOURS[self.status]}; padding-left: 10px">'
            f"<div><b>{MARKS[self.status]} {escape(self.title)}</b></div>{lines}{code}</div>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}


def as_html(line: str) -> str:
    """A line with its `code` set as code, set in where it is set in. What a learner wrote is escaped."""
    inset = ' style="padding-left: 1.2em"' if line.startswith(INSET) else ""
    words = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line.removeprefix(INSET)))
    return f"<div{inset}>{words}</div>"


def number(value: Value, digits: int = 4) -> str:
    """Nested numbers as a learner writes them: (5.5, 1.716), [17], (17,)."""
    if isinstance(value, tuple):
        inside = ", ".join(number(v, digits) for v in value)
        return f"[{inside}]" if isinstance(value, Listed) else f"({inside},)" if len(value) == 1 else f"({inside})"
    return fmt(value, digits)


def rounded(value: Value, digits: int) -> Value:
    return type(value)(rounded(v, digits) for v in value) if isinstance(value, tuple) else float(f"{value:.{digits}g}")


def two_numbers(a: Value, b: Value) -> tuple[str, str]:
    """Two different values, with as many digits as it takes to see that they differ."""
    digits = next((d for d in (4, 6, 8, 10, 12, 14) if rounded(a, d) != rounded(b, d)), 17)
    return number(a, digits), number(b, digits)
