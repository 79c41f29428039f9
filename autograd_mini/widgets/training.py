"""A training board's picture: the points with the boundary between them, the loss so far, the slopes of each layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.formatting import SUPERSCRIPT, fmt
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

WIDTH, HEIGHT, TOP, BOTTOM = 600, 300, 12, 28
MAP = (10, 310)  # the map from left to right
CURVE = (372, 590)  # the loss curve
GRID = 36  # cells of the map in each direction in which the boundary is looked for
MOST = 120  # points of the loss curve that are drawn
LARGEST = 1e12


class Standing(NamedTuple):
    """How a training stands after so many steps: the boundary as a path, accuracy, the gradient's norm by layer."""

    steps: int
    line: str
    accuracy: float
    norms: Sequence[tuple[str, float]]


def boundary(scores: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Segments along which scores, one for each (y, x) of a grid, change their sign (marching squares; Lorensen &
    Cline 1987 in two dimensions). A cell with crossings on all four sides gets its two segments in one of both ways."""

    def crossing(a: float, b: float, p: float, q: float) -> float:
        return p + (q - p) * a / (a - b)

    out = []
    for j, (y0, y1) in enumerate(pairwise(ys.tolist())):
        for i, (x0, x1) in enumerate(pairwise(xs.tolist())):
            a, b, c, d = (float(scores[m]) for m in ((j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i)))
            found = []
            if (a > 0) != (b > 0):
                found.append((crossing(a, b, x0, x1), y0))
            if (b > 0) != (c > 0):
                found.append((x1, crossing(b, c, y0, y1)))
            if (c > 0) != (d > 0):
                found.append((crossing(c, d, x1, x0), y1))
            if (d > 0) != (a > 0):
                found.append((x0, crossing(d, a, y1, y0)))
            out += [(*p, *q) for p, q in zip(found[::2], found[1::2], strict=True)]
    return out


class Map:
    """Points of two kinds in a square, and the lines between them. `points` are rows (x, y), `labels` 0 or 1."""

    def __init__(self, points: np.ndarray, labels: np.ndarray) -> None:
        self.points, self.labels = points, labels
        self.low, self.high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3

    def px(self, x: float) -> float:
        return MAP[0] + (x - self.low[0]) / (self.high[0] - self.low[0]) * (MAP[1] - MAP[0])

    def py(self, y: float) -> float:
        return TOP + (self.high[1] - y) / (self.high[1] - self.low[1]) * (HEIGHT - BOTTOM - TOP)

    def line(self, scores: Callable[[np.ndarray], Any]) -> str:
        """Where the scores change their sign, as a path; nothing where they are no numbers."""
        xs, ys = (np.linspace(self.low[k], self.high[k], GRID + 1) for k in (0, 1))
        across, up = np.meshgrid(xs, ys)
        found = np.asarray(scores(np.column_stack([across.ravel(), up.ravel()])), dtype=float).reshape(across.shape)
        if not np.isfinite(found).all():
            return ""
        px, py = self.px, self.py
        return "".join(f"M{px(a):.1f} {py(b):.1f}L{px(c):.1f} {py(d):.1f}" for a, b, c, d in boundary(found, xs, ys))

    def marks(self) -> str:
        """The points: a ring for the one kind, a cross for the other."""
        px, py, points, labels = self.px, self.py, self.points, self.labels
        rings = "".join(f"M{px(x) - 3:.1f} {py(y):.1f}a3 3 0 1 0 6 0a3 3 0 1 0-6 0" for x, y in points[labels == 0])
        crosses = "".join(
            f"M{px(x) - 2.6:.1f} {py(y) - 2.6:.1f}l5.2 5.2m0-5.2l-5.2 5.2" for x, y in points[labels == 1]
        )
        return (
            f"<path class='axis' d='M{MAP[0]} {TOP}V{HEIGHT - BOTTOM}H{MAP[1]}V{TOP}Z'/>"
            f"<path class='axis' style='stroke-width:1.1' d='{rings}'/>"
            f"<path class='curve' style='stroke-width:1.3' d='{crosses}'/>"
        )


def training(where: Map, told: Sequence[Standing], losses: Sequence[float], rate: float, said: str) -> Drawing:
    """The board: a step of the picture for each standing that was noted. `losses` has one number for each step so far,
    and the one before the first."""
    n = len(told)
    curve, dots = _loss(losses, [now.steps for now in told])
    groups = "".join(
        f"<g {slot(f'g{s}')}><path class='e live adj' style='stroke-width:2' d='{now.line}'/>{dots[s]}</g>"
        for s, now in enumerate(told)
    )
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{where.marks()}{curve}{groups}</svg>"
    )

    def facts(now: Standing) -> list[tuple[str, str]]:
        return [
            (_("steps"), str(now.steps)), (_("loss"), fmt(losses[now.steps])),
            (_("right"), _("{percent} %").format(percent=fmt(100 * now.accuracy, 3))),
            *((_("slope of {layer}").format(layer=layer), fmt(norm, 3)) for layer, norm in now.norms),
        ]  # fmt: skip

    def frame_at(s: int) -> Frame:
        shown = facts(told[s])
        frame: Frame = {f"g{k}": "" if k == s else "none" for k in range(n)}
        for k, (_word, number) in enumerate(shown):
            frame[f"r{k}"], frame[f"r{k}v"] = "done", [number]
        here = _("step {k}: loss {loss}, {percent} right.").format(k=shown[0][1], loss=shown[1][1], percent=shown[2][1])
        frame["alg"] = [f"<p><b>{here}</b> {said}</p>", ""]
        place(frame, s, n, here)
        return frame

    body = "".join(row(k, word, [(f"r{k}v", "n")]) for k, (word, _number) in enumerate(facts(told[-1])))
    key = (
        f"<span>○ × {_('the two kinds')}</span>"
        f"<span class='ad-adjoint'>▬ {_('where the model cannot decide')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("the points, the boundary, and the loss"), wide=False),
        table=table(_("how the training stands"), [(_("training"), ""), (_("at this step"), "n")], body),
        transport=transport([str(now.steps) for now in told], button_words()),
        lines=1,
    )
    head = title(_("Training board"), "", key)
    last = [[_("training"), _("at the last step")], *([a, b] for a, b in facts(told[-1]))]
    return Drawing(head, base, [frame_at(s) for s in range(n)], last)


def _loss(losses: Sequence[float], at: Sequence[int]) -> tuple[str, list[str]]:
    """The loss over the steps, on a logarithmic scale, and a dot for each step of `at`; where it is no number the line
    ends."""
    good = [x if isfinite(x) and 0 < x < LARGEST else None for x in losses]
    until = next((k for k, x in enumerate(good) if x is None), len(good))
    found = [x for x in good[:until] if x is not None] or [1.0]
    low, high = floor(log10(min(found))), ceil(log10(max(found)) + 1e-9)
    left, right = CURVE

    def px(k: float) -> float:
        return left + k / max(len(losses) - 1, 1) * (right - left)

    def py(x: float) -> float:
        return TOP + (high - log10(x)) / (high - low or 1) * (HEIGHT - BOTTOM - TOP)

    chosen = sorted({round(k * (len(found) - 1) / MOST) for k in range(MOST + 1)})
    line = "L".join(f"{px(k):.1f} {py(found[k]):.1f}" for k in chosen)
    out = f"<path class='axis' d='M{left} {TOP}V{HEIGHT - BOTTOM}H{right}'/>"
    for p in range(low, high + 1, max(1, (high - low) // 6)):
        out += f"<path class='grid' d='M{left} {py(10.0**p):.1f}H{right}'/>"
        word = f"10{str(p).translate(SUPERSCRIPT)}"
        out += f"<text class='tick end' x='{left - 5}' y='{py(10.0**p) + 4:.1f}'>{word}</text>"
    out += f"<text class='tick end' x='{right}' y='{HEIGHT - 10}'>{len(losses) - 1}</text>"
    out += f"<text class='tick' x='{left}' y='{HEIGHT - 10}'>{_('loss over the steps')}</text>"
    out += f"<path class='curve' d='M{line}'/>" if len(chosen) > 1 else ""
    dots = [
        f"<circle class='dotmark at' cx='{px(k):.1f}' cy='{py(found[k]):.1f}' r='4'/>" if k < until else "" for k in at
    ]
    return out, dots
