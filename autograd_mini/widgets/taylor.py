"""Taylor's models: a level, a line, a parabola and a cubic through one point, each from one derivative more."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial, isfinite
from typing import Any

from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.transforms import jvp
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, grid, page, plus, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths, spoken, symbols
from autograd_mini.widgets.tangent_line import HEIGHT, WIDTH, Plot, value_at

ORDERS, POINTS = 4, 120


def derivatives(f: Callable[..., Any], x: float) -> list[float]:
    """f, f′, f″ and f‴ at x, each the derivative of the function before it."""
    found, g = [], f
    for _k in range(ORDERS):
        found.append(float(g(x)))
        g = _derivative(g)
    return found


def _derivative(g: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: jvp(g, (x,), (1.0,))[1]


def taylor_model(
    f: Callable[..., Any], t: EvaluationTrace, window: tuple[float, float], h: float, formula: str | None = None
) -> Drawing:
    """Models of order 0 to 3 of f at x, where t is its trace, drawn over `window` and compared with f at x + h."""
    x, names = t.rows[0].value, [_("level"), _("tangent"), _("parabola"), _("cubic")]
    found = derivatives(f, x)
    there = value_at(f, x + h)
    plot, argument, name = Plot(f, window, found[0]), t.rows[0].name, t.title.partition("(")[0]
    terms = [d / factorial(k) for k, d in enumerate(found)]

    def model(k: int, d: float) -> float:
        return sum(c * d**n for n, c in enumerate(terms[: k + 1]))

    ahead = [model(k, h) for k in range(ORDERS)]
    off = [None if there is None else m - there for m in ahead]

    def frame_at(s: int) -> Frame:
        frame: Frame = {}
        for k in range(ORDERS):
            frame[f"m{k}"] = "" if k == s else "off" if k < s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}d"], frame[f"r{k}v"] = [aligned(found[k])], [aligned(ahead[k])]
                frame[f"r{k}o"] = [aligned(off[k])]
        shown = [fmt(terms[0])] + [f"{plus(c)} d{'²³'[n - 2] if n > 1 else ''}" for n, c in enumerate(terms) if n]
        line = [
            (symbols(f"{name}({fmt(x)} + d)"), "r"),
            (f"≈ {symbols(' '.join(shown[: s + 1]))}", ""),
        ]
        said = [
            _("the value at the point, carried everywhere."),
            _("the first derivative: the best line."),
            _("the second derivative, halved: the best parabola. It knows the way the curve bends."),
            _("the third derivative, divided by 6."),
        ][s]
        frame["alg"] = [f"<p><b>{names[s]}</b> — {said}</p>" + grid(2, [line], spoken(" ".join(shown[: s + 1]))), ""]
        word = f"{names[s]}: {_('off by {error}').format(error='–' if off[s] is None else fmt(off[s] or 0.0))}"
        place(frame, s, ORDERS, word)
        return frame

    drawn = "".join(_curve(plot, f"m{k}", x, lambda d, k=k: model(k, d)) for k in range(ORDERS))  # type: ignore[misc]
    mark = f"<path class='axis' stroke-dasharray='3 4' d='M{plot.px(x + h):.1f} 8V{plot.py(plot.y0):.1f}'/>"
    dot = f"<circle class='dotmark at' cx='{plot.px(x):.1f}' cy='{plot.py(found[0]):.1f}' r='4.5'/>"
    ends = ""
    if there is not None and plot.y0 <= there <= plot.y1:
        ends = f"<circle class='dotmark' cx='{plot.px(x + h):.1f}' cy='{plot.py(there):.1f}' r='4'/>"
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{plot.axes(argument)}{mark}{plot.curve}{drawn}{dot}{ends}</svg>"
    )
    far = f"{argument} + {fmt(h)}"
    place_ahead = _("at {place}")
    heads = [(_("model"), ""), (_("derivative"), "n"), (place_ahead.format(place=maths(far)), "n"), (_("off by"), "n")]
    rows = "".join(
        row(k, names[k], [(f"r{k}d", "n"), (f"r{k}v", "n"), (f"r{k}o", "n")]) for k in range(ORDERS)
    )  # fmt: skip
    key = (
        f"<span class='ad-tangent'><b class='ad-line t'></b>{_('the model')}</span>"
        f"<span>{_('the other curve: the function')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("the curve with its model"), wide=False),
        table=table(_("models and their errors"), heads, rows),
        transport=transport([maths("f") + "′" * k for k in range(ORDERS)], button_words()),
        lines=2,
    )
    facts = [[_("model"), _("derivative"), place_ahead.format(place=far), _("off by")]]
    facts += [
        [names[k], fmt(found[k]), fmt(ahead[k]), "–" if off[k] is None else fmt(off[k] or 0.0)] for k in range(ORDERS)
    ]
    return Drawing(
        title(_("Taylor's models"), formula or algebra.formula_of(t), key),
        base,
        [frame_at(s) for s in range(ORDERS)],
        facts,
    )


def _curve(plot: Plot, key: str, x: float, model: Callable[[float], float]) -> str:
    """A model within the frame of the plot."""
    path, inside = "", False
    for k in range(POINTS + 1):
        at = plot.x0 + (plot.x1 - plot.x0) * k / POINTS
        y = model(at - x)
        fits = isfinite(y) and plot.y0 <= y <= plot.y1
        path += (("L" if inside else "M") + plot.at(at, y)) if fits else ""
        inside = fits
    return f"<path {slot(key, 'tangentline')} fill='none' d='{path}'/>"
