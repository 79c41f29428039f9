"""Programs with a sharp edge: the slopes from both sides, and what automatic differentiation says there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import floor, hypot, inf, isfinite, sqrt
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths

UNIT, EDGE = 66, 2.2  # pixels for 1, the same both ways so that a slope of 1 looks like one; where the axes end
LEFT, TOP = 34, 24
SIDE = round(2 * EDGE * UNIT)
WIDTH, HEIGHT = LEFT + SIDE + 14, TOP + SIDE + 24
FINE = 40  # points of a curve from one whole number to the next
STEPS = 4


class Program(NamedTuple):
    """A program, its slopes from the left and from the right found by hand, and why the engine says what it says."""

    formula: str
    f: Callable[[Any], Any]
    left: Callable[[float], float]
    right: Callable[[float], float]
    why: str


def _root(x: Any) -> Any:
    return np.where(x > 0, np.sqrt(x), 0.0)


def _safe_root(x: Any) -> Any:
    return np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)


def _branch(x: Any) -> Any:
    return 0.0 if x == 0 else x


def _root_right(x: float) -> float:
    return 0.5 / sqrt(x) if x > 0 else inf if x == 0 else 0.0


def _root_left(x: float) -> float:
    return 0.5 / sqrt(x) if x > 0 else 0.0


PROGRAMS = {
    "relu": Program(
        "relu(x)", ad.relu, lambda x: float(x > 0), lambda x: float(x >= 0), "a unit at its threshold counts as off."
    ),
    "|x|": Program(
        "|x|", abs, lambda x: 1.0 if x > 0 else -1.0, lambda x: 1.0 if x >= 0 else -1.0, "the mean of both sides."
    ),
    "maximum": Program(
        "maximum(x, 1)",
        lambda x: np.maximum(x, 1.0),
        lambda x: float(x > 1),
        lambda x: float(x >= 1),
        "at a tie, half of the slope for each operand.",
    ),
    "if": Program(
        "0 if x == 0 else x", _branch, lambda _x: 1.0, lambda _x: 1.0, "only the 0 ran, and there is no x in it."
    ),
    "floor": Program(
        "floor(x)",
        lambda x: np.float64(floor(x)),
        lambda x: inf if x == floor(x) else 0.0,
        lambda _x: 0.0,
        "the engine refuses, since nothing can be learnt from a slope of 0.",
    ),
    "where": Program(
        "where(x > 0, √x, 0)",
        _root,
        _root_left,
        _root_right,
        "the root was computed too. It is sent the adjoint 0, and 0 times its slope is nan.",
    ),
    "double where": Program(
        "where(x > 0, √where(x > 0, x, 1), 0)",
        _safe_root,
        _root_left,
        _root_right,
        "the root was taken of a harmless 1, and it is sent the adjoint 0.",
    ),
}


def says(name: str, x: float) -> float | None:
    """The slope that reverse mode gives for a program at x; None if the engine refuses it."""
    with np.errstate(all="ignore"):
        try:
            return float(ad.grad(PROGRAMS[name].f)(np.array(x)))
        except TypeError:
            return None


def kink(name: str, x: float) -> Drawing:
    """A program at x in four steps: the point, the slope from the left, from the right, and the engine's."""
    program, y, answer = PROGRAMS[name], _value(name, x), says(name, x)
    left, right = program.left(x), program.right(x)
    agree = left == right and isfinite(left)
    surprise = answer is not None and (answer != answer or (agree and answer != left))
    shown = _("refused") if answer is None else fmt(answer)
    names = [_("point"), _("left"), _("right"), _("AD")]
    labels = [_("value"), _("slope from the left"), _("slope from the right"), _("AD says")]
    numbers = [fmt(y), fmt(left), fmt(right), shown]
    texts = [
        _("the program at {at}: its value is {y}.").format(at=maths(f"x = {fmt(x)}"), y=fmt(y)),
        _("come from smaller x: just before the point the slope tends to {slope}.").format(slope=fmt(left)),
        _("come from larger x: just after the point the slope tends to {slope}.").format(slope=fmt(right)),
        _verdict(left, answer, agree, program.why),
    ]
    if name == "floor" and left == inf:
        texts[1] = _("come from smaller x: here the value jumps up by 1, a slope of ∞.")

    cells = [aligned(y), aligned(left), aligned(right), aligned(answer) if answer is not None else shown]

    def frame_at(s: int) -> Frame:
        frame: Frame = {"alg": [f"<p><b>{names[s]}</b> — {texts[s]}</p>", ""]}
        if s == STEPS - 1:
            frame["alg"] = [frame["alg"][0], "ad-wrong" if surprise else "ad-tangent"]
        for k in range(STEPS):
            frame[f"g{k}"] = "" if k <= s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}v"] = [cells[k]]
        if s == STEPS - 1:
            frame["r3"] = "now bad" if surprise else "now hit"
        heard = "; ".join(f"{label} {number}" for label, number in list(zip(labels, numbers, strict=True))[: s + 1])
        place(frame, s, STEPS, f"{program.formula}, x = {fmt(x)}: {heard}")
        return frame

    drawn = [
        _point(x, y),
        _band(x, y, -1, left),
        _band(x, y, 1, right),
        _answer(x, y, answer),
    ]
    groups = "".join(f"<g {slot(f'g{k}')}>{drawn[k]}</g>" for k in (1, 2))
    over = "".join(f"<g {slot(f'g{k}')}>{drawn[k]}</g>" for k in (3, 0))
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{_axes()}{groups}{_curve(name)}{over}</svg>"
    )
    key = (
        f"<span><b class='ad-sw hit'></b>{_('slope from one side')}</span>"
        f"<span class='ad-tangent'><b class='ad-line t'></b>{_('what AD says')}</span>"
    )
    rows = "".join(row(k, labels[k], [(f"r{k}v", "n")]) for k in range(STEPS))
    base = page(
        broad=False,
        svg=scroll(svg, _("the curve with its slopes"), wide=False),
        table=table(_("the slopes at this point"), [(maths(program.formula), ""), (maths(f"x = {fmt(x)}"), "n")], rows),
        transport=transport(names, button_words()),
        lines=1,
    )
    facts = [[program.formula, f"x = {fmt(x)}"], *map(list, zip(labels, numbers, strict=True))]
    return Drawing(title(_("Kink slider"), program.formula, key), base, [frame_at(s) for s in range(STEPS)], facts)


def _value(name: str, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(PROGRAMS[name].f(np.array(x)))


def _verdict(left: float, answer: float | None, agree: bool, why: str) -> str:
    """What calculus says, what the engine says, and why they differ where they do."""
    if agree:
        calculus = _("both sides agree: the derivative is {slope}.").format(slope=fmt(left))
        if answer == left:
            return f"{calculus} {_('AD says the same.')}"
    else:
        calculus = _("the sides disagree, so there is no derivative.")
    if answer is None:
        return f"{calculus} {_('AD says nothing: {why}').format(why=_(why))}"
    if agree or answer != answer:
        return f"{calculus} {_('AD says {slope}: {why}').format(slope=fmt(answer), why=_(why))}"
    return f"{calculus} {_('AD says {slope}, by convention: {why}').format(slope=fmt(answer), why=_(why))}"


# ------------------------------------------------------------------ the picture
def _at(x: float, y: float) -> tuple[float, float]:
    return LEFT + (x + EDGE) * UNIT, TOP + (EDGE - y) * UNIT


def _axes() -> str:
    out = ""
    (left, top), (right, bottom) = _at(-EDGE, EDGE), _at(EDGE, -EDGE)
    for n in (-2, -1, 0, 1, 2):
        px, py = _at(n, n)
        out += f"<path class='grid' d='M{px:.1f} {top:.1f}V{bottom:.1f}M{left:.1f} {py:.1f}H{right:.1f}'/>"
        out += f"<text class='tick mid' x='{px:.1f}' y='{bottom + 15:.1f}'>{fmt(n)}</text>"
        out += f"<text class='tick end' x='{left - 5:.1f}' y='{py + 4:.1f}'>{fmt(n)}</text>"
    out += f"<path class='axis' d='M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}'/>"
    return out + f"<text class='m it mid' font-size='14' x='{right + 7:.1f}' y='{bottom + 4:.1f}'>x</text>"


def _curve(name: str) -> str:
    """The curve, with a gap and an open circle where it jumps."""
    last = floor(EDGE * FINE)
    points = [(k / FINE, _value(name, k / FINE)) for k in range(-last, last + 1)]
    path, jumps, pen = "", "", "M"
    for here, there in pairwise(points):
        path += f"{pen}{_spot(*here)}"
        pen = "L"
        if abs(there[1] - here[1]) > 0.5:
            px, py = _at(there[0], here[1])
            jumps += f"<circle class='dotmark' cx='{px:.1f}' cy='{py:.1f}' r='3.2'/>"
            pen = "M"
    return f"<path class='curve' d='{path}L{_spot(*points[-1])}'/>{jumps}"


def _spot(x: float, y: float) -> str:
    px, py = _at(x, y)
    return f"{px:.1f} {py:.1f}"


def _way(x: float, y: float, side: int, slope: float, most: float) -> tuple[float, float]:
    """From (x, y) to one side along a slope: as far as `most` (in units), and not over the edge."""
    dx, dy = (0.0, float(side)) if slope == inf else (side / hypot(1, slope), side * slope / hypot(1, slope))
    room = [(EDGE - abs(p) if p * d > 0 else EDGE) / abs(d) for p, d in ((x, dx), (y, dy)) if d]
    far = min(most, *room)
    return far * dx, far * dy


def _band(x: float, y: float, side: int, slope: float) -> str:
    """A broad mark under the curve, from the point to one side."""
    dx, dy = _way(x, y, side, slope, 1.1)
    length = hypot(dx, dy)
    nx, ny = -dy / length / 9, dx / length / 9  # a ninth of a unit to each side
    corners = ((x + nx, y + ny), (x + dx + nx, y + dy + ny), (x + dx - nx, y + dy - ny), (x - nx, y - ny))
    points = " ".join("{:.1f},{:.1f}".format(*_at(*corner)) for corner in corners)
    return f"<g class='n hit'><polygon class='box' points='{points}'/></g>"


def _answer(x: float, y: float, answer: float | None) -> str:
    """The line with the engine's slope; words over the axes where there is none."""
    if answer is None or not isfinite(answer):
        words, kind = (
            (_("AD refuses"), "") if answer is None else (_("AD says {slope}").format(slope=fmt(answer)), "bad")
        )
        return f"<g class='n {kind}'><text class='w' font-size='13' x='{LEFT}' y='15'>{words}</text></g>"
    (ax, ay), (bx, by) = _way(x, y, -1, answer, 1.5), _way(x, y, 1, answer, 1.5)
    return f"<path class='tangentline' d='M{_spot(x + ax, y + ay)}L{_spot(x + bx, y + by)}'/>"


def _point(x: float, y: float) -> str:
    px, py = _at(x, y)
    return f"<circle class='dotmark at' cx='{px:.1f}' cy='{py:.1f}' r='4.5'/>"
