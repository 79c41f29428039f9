"""The direction dial: an arrow on a circle is the pair of seeds, and one pass gives the slope along it."""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, degrees, hypot, isfinite, pi, radians, sin
from typing import Any, NamedTuple

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import (
    Drawing,
    Frame,
    aligned,
    factor,
    grid,
    page,
    plus,
    row,
    scroll,
    slot,
    table,
    transport,
)
from autograd_mini.widgets.forward import button_words, place, swatch, title
from autograd_mini.widgets.notation import dotted, maths, spoken, svg_symbol, symbols, typed

DIRECTIONS = 8  # of a compass; after them come two: across the gradient, and along it
WIDTH, HEIGHT, TOP = 580, 296, 22
DIAL = (134.0, TOP + 130.0, 58.0)  # centre, and the pixels of a seed of 1
CUT = (318.0, 568.0, TOP, TOP + 244.0)  # left, right, top, bottom of the cut through f
SAMPLES = 80
LARGEST = 2.0  # the length of a seed arrow that still has room


class Heading(NamedTuple):
    """A direction: its angle in degrees, the two seeds, and the tangent that one pass gives for them."""

    angle: float
    seeds: tuple[float, float]
    tangent: float


def headings(t: EvaluationTrace, length: float) -> list[Heading]:
    """The directions of a compass, from that of the first input on; then across the gradient, then along it."""
    by_first, by_second = (t.tangents(seeds)[t.output] for seeds in ((1.0, 0.0), (0.0, 1.0)))
    steepest = degrees(atan2(by_second, by_first)) if isfinite(by_first * by_second) else 0.0
    compass = [360 * k / DIRECTIONS for k in range(DIRECTIONS)]
    out = []
    for angle in [*compass, (steepest + 90) % 360, steepest % 360]:
        seeds = (length * _level(cos(radians(angle))), length * _level(sin(radians(angle))))
        tangent = t.tangents(seeds)[t.output]
        out.append(Heading(angle, seeds, length * _level(tangent / length, hypot(by_first, by_second))))
    return out


def direction(f: Callable[..., Any], t: EvaluationTrace, length: float = 1.0, formula: str | None = None) -> Drawing:
    """Seeds of one length all round the compass, each with the cut through f along it; then level, then steepest.

    `t` is the trace of f at (x, y). The cut is s ↦ f(x + s ẋ, y + s ẏ) for s from −1 to 1: its slope at 0 is the
    tangent that one forward pass gives for the seeds (ẋ, ẏ).
    """
    first, second = (t.rows[i].name for i in t.inputs)
    partials = t.tangents((1.0, 0.0))[t.output], t.tangents((0.0, 1.0))[t.output]
    at, y = tuple(t.rows[i].value for i in t.inputs), t.rows[t.output].value
    ways = headings(t, length)
    steps = len(ways)
    reach = max([abs(w.tangent) for w in ways if isfinite(w.tangent)] + [1e-9]) * 1.15
    words, name = _words(first, second), t.title.partition("(")[0]

    def frame_at(s: int) -> Frame:
        frame: Frame = {}
        for k, way in enumerate(ways):
            frame[f"w{k}"] = "" if k == s else "none"
            frame[f"o{k}"] = "at" if k == s else ""
            frame[f"r{k}"] = "now hit" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}a"], frame[f"r{k}b"] = [aligned(way.seeds[0])], [aligned(way.seeds[1])]
                frame[f"r{k}d"] = [aligned(way.tangent), "ad-tangent"]
        frame["alg"] = [_equation(name, first, second, partials, ways[s], s, words), "ad-tangent"]
        said = _("seeds {a} and {b}, tangent {d}").format(
            a=fmt(ways[s].seeds[0]), b=fmt(ways[s].seeds[1]), d=fmt(ways[s].tangent)
        )
        place(frame, s, steps, f"{_name(ways[s], s)}: {said}")
        return frame

    drawn = "".join(
        f"<g {slot(f'w{k}')}>{_arrow(way.seeds)}{_cut(f, at, y, way, reach)}</g>" for k, way in enumerate(ways)
    )
    marks = "".join(
        f"<circle {slot(f'o{k}', 'dotmark')} cx='{x:.1f}' cy='{v:.1f}' r='3'/>"
        for k, (x, v) in enumerate(_at(*way.seeds) for way in ways)
    )
    dial = _dial(first, second, length, ways[-1])
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{dial}{_axes(name, y, reach)}{marks}{drawn}</svg>"
    )
    heads = [(_("direction"), ""), (maths(dotted(first)), "n"), (maths(dotted(second)), "n"), (_("tangent"), "n")]
    rows = [
        row(k, maths(_name(way, k)), [(f"r{k}a", "n"), (f"r{k}b", "n"), (f"r{k}d", "n")]) for k, way in enumerate(ways)
    ]
    names = [maths(_name(way, k)) for k, way in enumerate(ways)]
    key = f"<span class='ad-tangent'><b class='ad-line t'></b>{_('the seeds, and the slope along them')}</span>"
    base = page(
        broad=False,
        svg=scroll(svg, _("the direction, and the cut through the function along it"), wide=False),
        table=table(_("directions and tangents"), heads, "".join(rows)),
        transport=transport(names, button_words()),
        lines=2,
    )
    facts = [[_("direction"), typed(dotted(first)), typed(dotted(second)), _("tangent")]]
    facts += [[_name(w, k), fmt(w.seeds[0]), fmt(w.seeds[1]), fmt(w.tangent)] for k, w in enumerate(ways)]
    return Drawing(
        title(_("Direction dial"), formula or algebra.formula_of(t), key + swatch("hit", _("this direction"))),
        base,
        [frame_at(s) for s in range(steps)],
        facts,
    )


def _level(x: float, scale: float = 1.0) -> float:
    """x, or 0 where only round-off keeps it from being 0: cos 90° is 6·10⁻¹⁷."""
    return 0.0 if abs(x) < 1e-12 * scale else x


def _name(way: Heading, k: int) -> str:
    return ("⊥", "∇")[k - DIRECTIONS] if k >= DIRECTIONS else f"{fmt(way.angle)}°"


def _words(first: str, second: str) -> dict[int, str]:
    """What is special about a direction, by its step."""
    only, back = _("only {x} moves: the derivative by {x}."), _("only {x} moves, and backwards.")
    return {
        0: only.format(x=maths(first)),
        DIRECTIONS // 4: only.format(x=maths(second)),
        DIRECTIONS // 2: back.format(x=maths(first)),
        3 * DIRECTIONS // 4: back.format(x=maths(second)),
        DIRECTIONS: _("across the gradient: to first order nothing changes."),
        DIRECTIONS + 1: _("along the gradient: the steepest of all directions."),
    }


def _equation(
    name: str, first: str, second: str, partials: tuple[float, float], way: Heading, k: int, words: dict[int, str]
) -> str:
    said = words.get(k, _("both inputs move. One pass with these two seeds."))
    (a, b), (p, q) = way.seeds, partials
    f_by = f"∂{name}/∂{first} {dotted(first)} + ∂{name}/∂{second} {dotted(second)}"
    second_term = plus(q) if q < 0 else f"+ {fmt(q)}"
    lines = [
        [(maths(_("tangent")), "r"), (f"= {symbols(f_by)}", "")],
        [("", ""), (f"= {fmt(p)} · {factor(a)} {second_term} · {factor(b)} = <b class='t'>{fmt(way.tangent)}</b>", "")],
    ]
    label = spoken(f"tangent = {fmt(p)} × {fmt(a)} + {fmt(q)} × {fmt(b)} = {fmt(way.tangent)}")
    return f"<p><b>{fmt(way.angle)}°</b> — {said}</p>" + grid(2, lines, label)


# ------------------------------------------------------------------ the dial
def _at(a: float, b: float) -> tuple[float, float]:
    """Where the seeds (a, b) stand in the drawing."""
    return DIAL[0] + DIAL[2] * a, DIAL[1] - DIAL[2] * b


def _dial(first: str, second: str, length: float, steepest: Heading) -> str:
    x, y, unit = DIAL
    edge = unit * (LARGEST + 0.12)
    out = f"<text class='ink2' font-size='12' x='8' y='13'>{_('seeds')}</text>"
    for n in (-2, -1, 1, 2):
        up, across = f"M{x + unit * n:g} {y - edge:g}V{y + edge:g}", f"M{x - edge:g} {y - unit * n:g}H{x + edge:g}"
        out += f"<path class='grid' d='{up}{across}'/>"
        out += f"<text class='tick mid' x='{x + unit * n:g}' y='{y + edge + 14:g}'>{fmt(n)}</text>"
        out += f"<text class='tick end' x='{x - edge - 4:g}' y='{y - unit * n + 4:g}'>{fmt(n)}</text>" if n > 0 else ""
    out += f"<path class='axis' d='M{x - edge:g} {y:g}H{x + edge:g}M{x:g} {y - edge:g}V{y + edge:g}'/>"
    out += svg_symbol(first, "dot", x + edge + 4, y + 4, 15, "sym t") + svg_symbol(
        second, "dot", x - 6, y - edge - 4, 15, "sym t"
    )
    out += f"<circle class='axis' cx='{x:g}' cy='{y:g}' r='{unit * length:.1f}'/>"
    gx, gy = _at(*steepest.seeds)
    out += f"<line class='tangentline off' x1='{x:g}' y1='{y:g}' x2='{gx:.1f}' y2='{gy:.1f}'/>"
    return out + f"<text class='tick mid' x='{x + 1.16 * (gx - x):.1f}' y='{y + 1.16 * (gy - y) + 4:.1f}'>∇</text>"


def _arrow(seeds: tuple[float, float]) -> str:
    (x, y), (tx, ty) = DIAL[:2], _at(*seeds)
    angle = atan2(ty - y, tx - x)
    wings = " ".join(
        f"{tx - 12 * cos(angle + turn):.1f},{ty - 12 * sin(angle + turn):.1f}" for turn in (pi / 7, -pi / 7)
    )
    neck = f"x2='{tx - 7 * cos(angle):.1f}' y2='{ty - 7 * sin(angle):.1f}'"
    return (
        f"<line class='tangentline' x1='{x:g}' y1='{y:g}' {neck}/>"
        f"<polygon class='t' points='{tx:.1f},{ty:.1f} {wings}'/>"
    )


# ------------------------------------------------------------------ the cut
def _axes(name: str, y: float, reach: float) -> str:
    left, right, top, bottom = CUT
    middle, said = (left + right) / 2, _("{f} along the arrow").format(f=name)
    out = f"<text class='ink2' font-size='12' x='{left:g}' y='13'>{said}</text>"
    for s in (-1.0, -0.5, 0.0, 0.5, 1.0):
        at = middle + s * (right - left) / 2
        out += f"<path class='grid' d='M{at:g} {top:g}V{bottom:g}'/>"
        out += f"<text class='tick mid' x='{at:g}' y='{bottom + 15:g}'>{fmt(s)}</text>"
    for v in (y - reach / 1.15, y, y + reach / 1.15):
        at = _height(v, y, reach)
        out += f"<path class='grid' d='M{left:g} {at:.1f}H{right:g}'/>"
        out += f"<text class='tick end' x='{left - 5:g}' y='{at + 4:.1f}'>{fmt(v, 3)}</text>"
    return out + f"<path class='axis' d='M{left:g} {top:g}V{bottom:g}H{right:g}'/>"


def _height(v: float, y: float, reach: float) -> float:
    top, bottom = CUT[2:]
    return (top + bottom) / 2 - (v - y) / reach * (bottom - top) / 2


def _cut(f: Callable[..., Any], at: tuple[float, ...], y: float, way: Heading, reach: float) -> str:
    """f along the arrow, the tangent at its foot, and the point itself; each within the frame."""
    left, right = CUT[:2]
    middle, half = (left + right) / 2, (right - left) / 2
    pieces: list[list[str]] = [[]]
    for k in range(SAMPLES + 1):
        s = 2 * k / SAMPLES - 1
        v = _value(f, *(x + s * dot for x, dot in zip(at, way.seeds, strict=True)))
        if v is not None and abs(v - y) <= reach:
            pieces[-1].append(f"{middle + s * half:.1f},{_height(v, y, reach):.1f}")
        elif pieces[-1]:
            pieces.append([])
    curve = "".join(f"<polyline class='curve' points='{' '.join(piece)}'/>" for piece in pieces if len(piece) > 1)
    point = f"<circle class='dotmark at' cx='{middle:g}' cy='{_height(y, y, reach):.1f}' r='4.5'/>"
    if not isfinite(way.tangent):
        return curve + point
    low, high = (_height(y + s * way.tangent, y, reach) for s in (-1, 1))
    line = f"<line class='tangentline' x1='{left:g}' y1='{low:.1f}' x2='{right:g}' y2='{high:.1f}'/>"
    return curve + line + point


def _value(f: Callable[..., Any], *xs: float) -> float | None:
    """f there, or None where it has no finite value."""
    try:
        v = float(f(*xs))
    except Exception:  # a learner's function may raise anything outside its domain
        return None
    return v if isfinite(v) else None
