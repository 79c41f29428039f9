"""Four ways to a derivative, side by side: by hand, by a difference, by symbols, by automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import floor, log10
from time import perf_counter
from typing import Any, NamedTuple

import sympy

from autograd_mini.formatting import fmt
from autograd_mini.messages import _, ngettext
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.transforms import jvp
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, grid, page, plus, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, swatch, title
from autograd_mini.widgets.notation import maths, spoken, symbols
from autograd_mini.widgets.rerun import rerun

H = 1e-6
DIGITS = 15  # the sixteenth may differ by one unit in the last place, whoever computes it
CARD, HIGH, GAP = 164, 158, 16
WIDTH, HEIGHT = 4 * CARD + 3 * GAP + 8, HIGH + 8
REPEATS = 50


class Way(NamedTuple):
    """One way: the derivative it gives, how many of its digits are right, its operations, and a call to time."""

    name: str
    slope: float
    digits: int
    operations: int
    call: Callable[[], Any]


def agreeing(slope: float, exact: sympy.Expr) -> int:
    """How many leading digits of `slope` are right, at most 15; `exact` is known to 30 digits."""
    if exact == 0:
        return DIGITS if slope == 0 else 0
    error = abs((sympy.Float(slope, 30) - exact) / exact)
    return DIGITS if error == 0 else max(0, min(DIGITS, floor(-log10(float(error)))))


def ways(f: Callable[..., Any], formula: Callable[..., Any], t: EvaluationTrace) -> tuple[list[Way], sympy.Expr]:
    """The four ways at the point of `t`, and the expression that SymPy finds for the derivative."""
    x = t.rows[0].value
    name = sympy.Symbol(t.rows[0].name, real=True)
    try:
        found = sympy.diff(rerun(t, name, sympy, _number), name)
        exact = found.subs(name, sympy.Rational(x)).evalf(30)
        run = sympy.lambdify(name, found, "math")
        run(x)
    except Exception:  # whatever SymPy, or what it wrote, cannot do
        raise ValueError(_("SymPy finds no formula for this derivative, so there are not four ways.")) from None

    def operations(g: Callable[..., Any]) -> int:
        return sum(r.op not in ("input", "constant") for r in trace(g, x).rows)

    def difference(x: Any) -> Any:
        return (f(x + H) - f(x)) / H

    def automatic(x: Any) -> Any:
        return jvp(f, (x,), (1.0,))[1]

    four = (
        (_("by hand"), formula, operations(formula)),
        (_("difference"), difference, operations(difference)),
        (_("symbolic"), run, int(sympy.count_ops(found))),
        (_("automatic"), automatic, operations(automatic)),
    )
    made = []
    for word, way, count in four:
        slope = float(way(x))
        made.append(Way(word, slope, agreeing(slope, exact), count, partial(way, x)))
    return made, found


def _number(c: float) -> sympy.Expr:
    return sympy.Integer(int(c)) if c == int(c) else sympy.Float(c)


def seconds(way: Way) -> float:
    """How long one call takes: the best of a few, since everything else on the machine only adds."""
    best = float("inf")
    for _k in range(REPEATS):
        start = perf_counter()
        way.call()
        best = min(best, perf_counter() - start)
    return best


def four_ways(
    f: Callable[..., Any],
    slope: Callable[..., Any],
    t: EvaluationTrace,
    formula: str | None = None,
    timed: bool = False,
) -> Drawing:
    """Four cards, one a step: the derivative, its right digits, and the operations. `slope` is the formula by hand.

    With `timed` each card says how long its way takes on this machine; that is never stored.
    """
    made, found = ways(f, slope, t)
    times = [fmt(seconds(w) * 1e6, 2) + " µs" if timed else "–" for w in made]
    heads = [
        (_("way"), ""), (_("derivative"), "n"), (_("right digits"), "n"), (_("operations"), "n"), (_("time"), "n"),
    ]  # fmt: skip

    def frame_at(s: int) -> Frame:
        frame: Frame = {"alg": [_explained(made[s], s, f, slope, t, found), "ad-tangent" if s == 3 else ""]}
        for k, w in enumerate(made):
            frame[f"n{k}"] = "now" if k == s else "" if k < s else "todo"
            frame[f"c{k}"] = "" if k <= s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}v"], frame[f"r{k}d"] = [fmt(w.slope)], [_count(w.digits)]
                frame[f"r{k}o"], frame[f"r{k}t"] = [str(w.operations)], [times[k]]
        w = made[s]
        says = _("{way}: {slope}, right digits: {n}")
        place(frame, s, len(made), says.format(way=w.name, slope=fmt(w.slope), n=_count(w.digits)))
        return frame

    cards = "".join(_card(k, w, times[k]) for k, w in enumerate(made))
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{cards}</svg>"
    )
    rows = "".join(
        row(k, w.name, [(f"r{k}v", "n"), (f"r{k}d", "n"), (f"r{k}o", "n"), (f"r{k}t", "n")]) for k, w in enumerate(made)
    )
    key = swatch("now", _("this way")) + swatch("todo", _("not yet")) + f"<span>■ {_('a right digit')}</span>"
    base = page(
        broad=True,
        svg=scroll(svg, _("four ways to the derivative"), wide=False),
        table=table(_("four ways to the derivative"), heads, rows),
        transport=transport([*(w.name for w in made[:3]), _("AD")], button_words()),  # the last has little room
        lines=2,
    )
    facts = [[_("way"), _("derivative"), _("right digits"), _("operations")]]
    facts += [[w.name, fmt(w.slope), _count(w.digits), str(w.operations)] for w in made]
    head = title(_("Four ways"), formula or algebra.formula_of(t), key)
    return Drawing(head, base, [frame_at(s) for s in range(len(made))], facts)


def _count(digits: int) -> str:
    return _("{n} or more").format(n=digits) if digits == DIGITS else str(digits)


def _card(k: int, w: Way, time: str) -> str:
    x = 4 + k * (CARD + GAP)
    middle = x + CARD / 2
    strip = "".join(
        f"<rect class='{'dotmark at' if d < w.digits else 'dotmark'}' x='{x + 13 + 9.3 * d:.1f}' y='74' width='7' "
        "height='11' style='stroke-width:1'/>"
        for d in range(DIGITS)
    )
    digits = ngettext("{n} right digit", "{n} right digits", w.digits).format(n=_count(w.digits))
    lines = [(104, digits), (124, ngettext("{n} operation", "{n} operations", w.operations).format(n=w.operations))]
    if time != "–":
        lines.append((144, f"{_('time')} {time}"))
    words = "".join(f"<text class='mid ink2' font-size='12' x='{middle}' y='{y}'>{said}</text>" for y, said in lines)
    hue = " t" if k == 3 else ""
    return (
        f"<g {slot(f'n{k}', 'n')}><rect class='box' x='{x}' y='4' width='{CARD}' height='{HIGH}' rx='5'/>"
        f"<text class='mid' font-size='13' font-weight='600' x='{middle}' y='26'>{w.name}</text></g>"
        f"<g {slot(f'c{k}')}><text class='mid{hue}' font-size='20' font-weight='600' x='{middle}' y='56'>{fmt(w.slope)}"
        f"</text>{strip}{words}</g>"
    )


def _explained(w: Way, s: int, f: Any, slope: Any, t: EvaluationTrace, found: sympy.Expr) -> str:
    """What this way does, and its line of numbers."""
    x, y, argument = t.rows[0].value, t.rows[t.output].value, t.rows[0].name
    name = t.title.partition("(")[0]
    if s == 0:
        said = _("somebody has done the calculus, for this f and no other.")
        left = algebra.formula_of(trace(slope, x)).partition(" = ")[2] or "…"
        line = [(f"{name}′({symbols(argument)}) = {symbols(left)}", "r"), (f"= <b>{fmt(w.slope)}</b>", "")]
    elif s == 1:
        said = _("two values of f, a small step {h} apart.").format(h=maths(f"h = {fmt(H)}"))
        line = [
            (symbols(f"({name}({fmt(x)} + h) − {name}({fmt(x)})) / h"), "r"),
            (f"= ({fmt(f(x + H) - y)}) / {fmt(H)}", ""),
            (f"= <b>{fmt(w.slope)}</b>", ""),
        ]
    elif s == 2:
        said = _("a program applies the rules to the expression of f and makes a new expression.")
        shown = str(found.evalf(4) if found.has(sympy.Float) else found).replace("**", "^").replace("*", " · ")
        shown = shown.replace("-", "−")
        if len(shown) > 70:
            shown = shown[:68] + " …"
        line = [(symbols(shown), "r"), (f"= <b>{fmt(w.slope)}</b>", "")]
    else:
        said = _("the operations of f carry the derivative along: no expression, no step.")
        tail = plus(w.slope)
        line = [
            (symbols(f"{name}({fmt(x)} + 1ε)"), "r"),
            (f"= {fmt(y)} {tail[0]} <b><span class='t'>{symbols(tail[2:])}</span></b>{symbols('ε')}", ""),
        ]
    return f"<p><b>{w.name}</b> — {said}</p>" + grid(len(line), [line], spoken(f"{w.name}: {fmt(w.slope)}"))
