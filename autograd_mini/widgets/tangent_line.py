"""The tangent line: secants turn into the tangent, whose slope is the coefficient of ε."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import floor, isfinite, log2, log10
from typing import Any

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, grid, page, plus, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths, spoken, symbols, tspans

WIDTH, HEIGHT, LEFT, BOTTOM = 560, 330, 46, 26
SAMPLES, HALVINGS = 160, 6


def tangent_line(
    f: Callable[..., Any], t: EvaluationTrace, window: tuple[float, float], formula: str | None = None
) -> Drawing:
    """Secants of f through x and x + h, for h from half the window down, halved at each step; then the tangent.

    `t` is the trace of f at x (one input), `window` the part of the axis that is drawn.
    """
    x, y, slope = t.rows[0].value, t.rows[t.output].value, t.tangents((1.0,))[t.output]
    hs = [2.0 ** (floor(log2((window[1] - window[0]) / 2)) - k) for k in range(HALVINGS)]
    ends = [value_at(f, x + h) for h in hs]
    slopes = [None if end is None else (end - y) / h for end, h in zip(ends, hs, strict=True)]
    plot = Plot(f, window, y)
    name, argument = t.title.partition("(")[0], t.rows[0].name
    steps = HALVINGS + 1
    says = _("the slope of the secant is {slope}")

    def frame_at(s: int) -> Frame:
        frame: Frame = {"tan": "" if s == HALVINGS else "off"}
        for k in range(HALVINGS):
            frame[f"s{k}"] = "off" if k > s or slopes[k] is None else "now" if k == s else ""
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            secant = slopes[k]
            if k <= s:
                frame[f"r{k}v"] = [aligned(secant) if secant is not None else "–"]
                frame[f"r{k}d"] = [aligned(secant - slope) if secant is not None else "–"]
        last = s == HALVINGS
        frame[f"r{HALVINGS}"] = "now hit" if last else "todo"
        if last:
            frame[f"r{HALVINGS}v"], frame[f"r{HALVINGS}d"] = [aligned(slope), "ad-tangent"], [aligned(0.0)]
            said = _("no h and no limit: f is evaluated once, and the slope is the coefficient of ε.")
            line = [
                (symbols(f"{name}({fmt(x)} + 1ε)"), "r"),
                (f"= <b>{fmt(y)} {plus(slope)[0]} <span class='t'>{symbols(plus(slope)[2:] + 'ε')}</span></b>", ""),
            ]
            frame["alg"] = [
                f"<p><b>{_('The tangent')}</b> — {said}</p>" + grid(2, [line], spoken(f"{fmt(y)} + {fmt(slope)} ε")),
                "ad-tangent",
            ]
            word = _("the tangent has slope {slope}").format(slope=fmt(slope))
        else:
            frame["alg"] = [_secant(name, argument, x, y, hs[s], ends[s], slopes[s]), ""]
            at_h = slopes[s]
            word = f"h = {fmt(hs[s])}: " + (_("no value there") if at_h is None else says.format(slope=fmt(at_h)))
        place(frame, s, steps, word)
        return frame

    lines = "".join(
        plot.secant(f"s{k}", x, y, h, end) for k, (h, end) in enumerate(zip(hs, ends, strict=True)) if end is not None
    )
    tangent = plot.tangent(x, y, slope)
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{plot.axes(argument)}{plot.curve}{lines}{tangent}</svg>"
    )
    heads = [("h", ""), (_("slope of the secant"), "n"), (_("off by"), "n")]
    rows = [row(k, maths(fmt(h)), [(f"r{k}v", "n"), (f"r{k}d", "n")]) for k, h in enumerate(hs)]
    rows.append(row(HALVINGS, f"{maths('ε')} {_('tangent')}", [(f"r{HALVINGS}v", "n"), (f"r{HALVINGS}d", "n")]))
    key = (
        f"<span><b class='ad-line'></b>{_('secant over h')}</span>"
        f"<span class='ad-tangent'><b class='ad-line t'></b>{_('tangent: its slope is the coefficient of ε')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("the curve with its secants"), wide=False),
        table=table(_("slopes of the secants"), heads, "".join(rows)),
        transport=transport([maths(fmt(h)) for h in hs] + [maths("ε")], button_words()),
        lines=2,
    )
    facts = [["h", _("slope of the secant"), _("off by")]]
    facts += [
        [fmt(h), *(("–", "–") if m is None else (fmt(m), fmt(m - slope)))] for h, m in zip(hs, slopes, strict=True)
    ]
    facts.append([_("ε (tangent)"), fmt(slope), "0"])
    return Drawing(
        title(_("Tangent line"), formula or algebra.formula_of(t), key),
        base,
        [frame_at(s) for s in range(steps)],
        facts,
    )


def value_at(f: Callable[..., Any], x: float) -> float | None:
    """f(x), or None where f has no finite value."""
    try:
        t = trace(f, x)
    except Exception:  # a learner's function may raise anything outside its domain
        return None
    y = t.rows[t.output].value
    return y if isfinite(y) else None


def _secant(name: str, argument: str, x: float, y: float, h: float, end: float | None, slope: float | None) -> str:
    said = _("the rise divided by the run, from {x} to {end}.").format(x=maths(argument), end=maths(f"{argument} + h"))
    if end is None or slope is None:
        return f"<p><b>{maths('h')} = {fmt(h)}</b> — {_('the function has no value at the far end.')}</p>"
    line = [
        (symbols(f"({name}({fmt(x)} + {fmt(h)}) − {name}({fmt(x)})) / {fmt(h)}"), "r"),
        (f"= ({fmt(end)} − {algebra.factor(y)}) / {fmt(h)}", ""),
        (f"= <b>{fmt(slope)}</b>", ""),
    ]
    return f"<p><b>{maths('h')} = {fmt(h)}</b> — {said}</p>" + grid(3, [line], f"slope of the secant: {fmt(slope)}")


class Plot:
    """Axes, a curve, and lines that are cut at the frame."""

    def __init__(self, f: Callable[..., Any], window: tuple[float, float], y: float) -> None:
        self.x0, self.x1 = window
        xs = [self.x0 + (self.x1 - self.x0) * k / SAMPLES for k in range(SAMPLES + 1)]
        points = [(x, value_at(f, x)) for x in xs]
        found = sorted(v for _x, v in points if v is not None) or [y]
        low, high = found[len(found) // 50], found[-1 - len(found) // 50]  # a pole must not flatten the rest
        pad = 0.12 * (high - low) or 1.0
        self.y0, self.y1 = min(low - pad, y - pad), max(high + pad, y + pad)
        inside = [(x, v) for x, v in points if v is not None and self.y0 <= v <= self.y1]
        step = 1.5 * (self.x1 - self.x0) / SAMPLES
        path = "M" + self.at(*inside[0]) if inside else ""
        for (xa, _ya), (xb, yb) in pairwise(inside):
            path += ("L" if xb - xa < step else "M") + self.at(xb, yb)
        self.curve = f"<path class='curve' d='{path}'/>"

    def px(self, x: float) -> float:
        return LEFT + (x - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - 12)

    def py(self, y: float) -> float:
        return 8 + (self.y1 - y) / (self.y1 - self.y0) * (HEIGHT - BOTTOM - 8)

    def at(self, x: float, y: float) -> str:
        return f"{self.px(x):.1f} {self.py(y):.1f}"

    def axes(self, argument: str) -> str:
        out = ""
        for x in _ticks(self.x0, self.x1):
            out += f"<path class='grid' d='M{self.px(x):.1f} 8V{HEIGHT - BOTTOM}'/>"
            out += f"<text class='tick mid' x='{self.px(x):.1f}' y='{HEIGHT - BOTTOM + 15}'>{fmt(x)}</text>"
        for y in _ticks(self.y0, self.y1):
            out += f"<path class='grid' d='M{LEFT} {self.py(y):.1f}H{WIDTH - 12}'/>"
            out += f"<text class='tick end' x='{LEFT - 5}' y='{self.py(y) + 4:.1f}'>{fmt(y)}</text>"
        out += f"<path class='axis' d='M{LEFT} 8V{HEIGHT - BOTTOM}H{WIDTH - 12}'/>"
        name = tspans(argument, 14)
        return out + f"<text class='m mid' font-size='14' x='{WIDTH - 5}' y='{HEIGHT - BOTTOM + 4}'>{name}</text>"

    def line(self, x: float, y: float, slope: float) -> str:
        """The part of a line within the frame."""
        a, b = self.x0, self.x1
        if slope:
            ends = sorted((x + (self.y0 - y) / slope, x + (self.y1 - y) / slope))
            a, b = max(a, ends[0]), min(b, ends[1])
        return f"M{self.at(a, y + slope * (a - x))}L{self.at(b, y + slope * (b - x))}"

    def secant(self, key: str, x: float, y: float, h: float, end: float) -> str:
        far = (
            f"<circle class='dotmark' cx='{self.px(x + h):.1f}' cy='{self.py(end):.1f}' r='4.5'/>"
            if self.y0 <= end <= self.y1
            else ""
        )
        top = self.py(min(max(end, self.y0), self.y1))
        legs = f"<path class='legs' d='M{self.at(x, y)}H{self.px(x + h):.1f}V{top:.1f}'/>"
        return f"<g {slot(key, 'secant')}>{legs}<path d='{self.line(x, y, (end - y) / h)}'/>{far}</g>"

    def tangent(self, x: float, y: float, slope: float) -> str:
        line = f"<path {slot('tan', 'tangentline')} d='{self.line(x, y, slope)}'/>" if isfinite(slope) else ""
        return f"{line}<circle class='dotmark at' cx='{self.px(x):.1f}' cy='{self.py(y):.1f}' r='4.5'/>"


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers within an interval."""
    unit = 10.0 ** floor(log10((high - low) / 4))
    step = next(m * unit for m in (1, 2, 5, 10) if (high - low) / (m * unit) <= 8)
    first = -floor(-low / step)
    return [k * step for k in range(first, floor(high / step) + 1)]
