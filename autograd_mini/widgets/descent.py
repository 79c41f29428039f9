"""Paths down Rosenbrock's valley: level lines, and the points that a method visits."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, isfinite, sqrt
from typing import Any

import numpy as np

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 560, 340, 40, 26, 8
ACROSS, UP = (-1.9, 1.9), (-3.6, 2.6)  # the part of the plane that is drawn
LEVELS = (0.3, 3.0, 30.0, 300.0)
START, GOAL = (-1.2, 1.0), (1.0, 1.0)
METHODS = ("gradient", "Newton", "Newton, searching")
TICKS = {
    "gradient": (0, 1, 2, 4, 16, 64, 256, 1024, 4096),
    "Newton": tuple(range(7)),
    "Newton, searching": (0, 1, 2, 4, 6, 8, 10, 12, 14, 16),
}
TINY = 1e-15
MOST = 60  # points of a stretch that are drawn


def valley(x: Any, y: Any) -> Any:
    """Rosenbrock's function (1960): its minimum is at (1, 1)."""
    return 100.0 * (y - x * x) ** 2 + (1.0 - x) ** 2


gradient = ad.jit(ad.grad(valley, (0, 1)))
_curvature = ad.jit(ad.hessian(lambda p: valley(p[0], p[1])))


def newton_step(x: float, y: float) -> tuple[float, float]:
    """The step to the minimum of the second-order model at a point."""
    step = -np.linalg.solve(_curvature(np.array([x, y])), np.array(gradient(x, y)))
    return float(step[0]), float(step[1])


def path(method: str, rate: float) -> list[tuple[float, float]]:
    """All points that a method visits, up to the last tick, or until it leaves the plane for good."""
    points = [START]
    for _k in range(TICKS[method][-1]):
        x, y = points[-1]
        if method == "gradient":
            dx, dy = (-rate * d for d in gradient(x, y))
        else:
            dx, dy = newton_step(x, y)
            slope = sum(a * b for a, b in zip(gradient(x, y), (dx, dy), strict=True))
            share = 1.0
            # Armijo's condition: the fall must be a fair part of what the slope promises.
            while method != "Newton" and valley(x + share * dx, y + share * dy) > valley(x, y) + 1e-4 * share * slope:
                share /= 2
                if share < 1e-9:
                    break
            dx, dy = share * dx, share * dy
        if not (isfinite(x + dx) and isfinite(y + dy)) or hypot(x + dx, y + dy) > 1e6:
            break
        points.append((x + dx, y + dy))
    return points


def descent(method: str, rate: float) -> Drawing:
    """A method's path in steps, one for each tick: gradient descent needs thousands of steps, Newton seven."""
    points, ticks = path(method, rate), TICKS[method]
    n = len(ticks)
    at = [min(k, len(points) - 1) for k in ticks]
    gone = len(points) - 1 < ticks[-1]

    def px(x: float) -> float:
        return LEFT + (x - ACROSS[0]) / (ACROSS[1] - ACROSS[0]) * (WIDTH - LEFT - 10)

    def py(y: float) -> float:
        return TOP + (UP[1] - y) / (UP[1] - UP[0]) * (HEIGHT - BOTTOM - TOP)

    def stretch(a: int, b: int) -> str:
        chosen = sorted({a + round((b - a) * k / MOST) for k in range(MOST + 1)})
        if len(chosen) < 2:
            return ""
        line = "L".join(f"{px(_within(points[k][0], 5)):.1f} {py(_within(points[k][1], 9)):.1f}" for k in chosen)
        return f"<path class='e live adj' style='stroke-width:2' d='M{line}'/>"

    def dot(k: int) -> str:
        x, y = points[k]
        inside = ACROSS[0] <= x <= ACROSS[1] and UP[0] <= y <= UP[1]
        return f"<circle class='dotmark at' cx='{px(x):.1f}' cy='{py(y):.1f}' r='4'/>" if inside else ""

    groups = f"<g {slot('g0')}>{dot(0)}</g>" + "".join(
        f"<g {slot(f'g{s}')}>{stretch(a, b)}{dot(b)}</g>" for s, (a, b) in enumerate(pairwise(at), 1)
    )
    goal = f"<path class='axis' style='stroke-width:2' d='M{px(1) - 5:.1f} {py(1):.1f}h10m-5 -5v10'/>"
    axes = "".join(
        f"<text class='tick mid' x='{px(x):.1f}' y='{HEIGHT - BOTTOM + 15}'>{fmt(float(x))}</text>" for x in (-1, 0, 1)
    ) + "".join(f"<text class='tick end' x='{LEFT - 5}' y='{py(y) + 4:.1f}'>{fmt(float(y))}</text>" for y in (-2, 0, 2))
    frame_line = f"<path class='axis' d='M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 10}'/>"
    clip = (
        f"<clipPath id='ad-valley'><rect x='{LEFT}' y='{TOP}' width='{WIDTH - LEFT - 10}' "
        f"height='{HEIGHT - BOTTOM - TOP}'/></clipPath>"
    )
    levels = "".join(f"<path class='axis' style='stroke-width:.7' d='{_level(c, px, py)}'/>" for c in LEVELS)
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{clip}{axes}<g clip-path='url(#ad-valley)'>{levels}{goal}{groups}</g>"
        f"{frame_line}</svg>"
    )
    values = [(points[k], valley(*points[k]), hypot(points[k][0] - 1, points[k][1] - 1)) for k in at]

    def frame_at(s: int) -> Frame:
        (x, y), value, _away = values[s]
        left = gone and ticks[s] > len(points) - 1
        if left:
            said = _("after {k} steps it has left the plane: the steps are too long.").format(k=len(points) - 1)
        else:
            said = _("at ({x}, {y}); the value is {value}.").format(x=fmt(x), y=fmt(y), value=_small(value))
        frame: Frame = {"alg": [f"<p><b>{_('step {k}').format(k=ticks[s])}</b> — {said}</p>", ""]}
        for k in range(n):
            frame[f"g{k}"] = "" if k <= s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                gap = gone and ticks[k] > len(points) - 1
                shown = aligned(values[k][1]) if values[k][1] >= TINY else _small(values[k][1])
                frame[f"r{k}v"] = ["–" if gap else shown]
                frame[f"r{k}d"] = ["–" if gap else aligned(values[k][2])]
        place(frame, s, n, said)
        return frame

    heads = [(_("step"), ""), (_("value"), "n"), (_("distance"), "n")]
    rows = "".join(row(k, str(t), [(f"r{k}v", "n"), (f"r{k}d", "n")]) for k, t in enumerate(ticks))
    key = f"<span>+ {_('the minimum')}</span><span class='ad-adjoint'>▬ {_('the path')}</span>"
    base = page(
        broad=False,
        svg=scroll(svg, _("the valley with the path"), wide=False),
        table=table(_("value and distance from the minimum"), heads, rows),
        transport=transport([str(t) for t in ticks], button_words()),
        lines=1,
    )
    facts = [[_("step"), _("value"), _("distance from the minimum")]]
    facts += [
        [str(t), "–", "–"] if gone and t > len(points) - 1 else [str(t), _small(v), fmt(d)]
        for t, (_p, v, d) in zip(ticks, values, strict=True)
    ]
    named = {"gradient": _("gradient descent"), "Newton": _("Newton"), "Newton, searching": _("Newton with a search")}
    return Drawing(title(_("Descent path"), named[method], key), base, [frame_at(s) for s in range(n)], facts)


def _small(value: float) -> str:
    """A value, or that it is below what rounding leaves of it."""
    return fmt(value) if value >= TINY else _("< {tiny}").format(tiny=fmt(TINY))


def _within(x: float, most: float) -> float:
    return max(-most, min(most, x))


def _level(c: float, px: Any, py: Any) -> str:
    """A level line of the valley, y = x² ± √(c − (1 − x)²) / 10, as one closed path."""
    a, b = max(1 - sqrt(c), ACROSS[0] - 0.2), min(1 + sqrt(c), ACROSS[1] + 0.2)
    xs = [a + (b - a) * (1 - np.cos(np.pi * k / 80)) / 2 for k in range(81)]  # closer at the ends, where it turns
    upper = [(x, x * x + sqrt(max(0.0, c - (1 - x) ** 2)) / 10) for x in xs]
    lower = [(x, 2 * x * x - y) for x, y in reversed(upper)]
    return "M" + "L".join(f"{px(_within(x, 4)):.1f} {py(_within(y, 12)):.1f}" for x, y in upper + lower) + "Z"
