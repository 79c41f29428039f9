"""The step size of a difference: what is dropped shrinks with h, what is rounded off grows, and the two make a V."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from itertools import takewhile
from math import inf, isfinite, log10
from typing import Any

from autograd_mini.formatting import SUPERSCRIPT, fmt
from autograd_mini.messages import _, ngettext
from autograd_mini.trace import EvaluationTrace
from autograd_mini.transforms import grad
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, grid, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths, spoken, symbols
from autograd_mini.widgets.rerun import rerun

WIDTH, HEIGHT, LEFT, ABOVE, BOTTOM, RIGHT = 560, 414, 46, 22, 42, 16
STEPS = tuple(range(1, 17))  # h = 10⁻¹ … 10⁻¹⁶
TOP, FLOOR = 1.0, -17.0  # powers of ten on the axis of errors
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M0-4.6L4.4 3.4H-4.4z",
    "M-3.4-3.4H3.4V3.4H-3.4z",
)  # circle, triangle, square
ROUNDING = 2.0**-53  # a rounded result is off by at most this part of itself


def errors(f: Callable[[Any], Any], t: EvaluationTrace, h: float, slope: float) -> tuple[float, float, float]:
    """How far forward, central and complex step with h are from `slope`; nan where f has no value.

    The complex step (Squire & Trapp 1998) reads Im f(x + ih)/h off the rows of `t`, run on complex numbers.
    """
    x = t.rows[0].value

    def off(estimate: Callable[[], float]) -> float:
        try:
            return abs(estimate() - slope)
        except Exception:  # outside the domain of f, or of cmath's functions
            return float("nan")

    return (
        off(lambda: (f(x + h) - f(x)) / h),
        off(lambda: (f(x + h) - f(x - h)) / (2 * h)),
        off(lambda: rerun(t, complex(x, h), cmath).imag / h),
    )


def bounds(f: Callable[[Any], Any], t: EvaluationTrace) -> tuple[float, float, float]:
    """(a, b, r): a·h and b·h² estimate the truncation of forward and central difference, r/h their round-off."""
    x, y = t.rows[0].value, t.rows[t.output].value
    second = grad(grad(f))
    return abs(second(x)) / 2, abs(grad(second)(x)) / 6, 2 * ROUNDING * abs(y)


def step_size(f: Callable[[Any], Any], t: EvaluationTrace, formula: str | None = None) -> Drawing:
    """Errors of three differences against h, one power of ten a step, over the lines that predict them.

    `t` is the trace of f at x (one input). With + − × ÷ √ only, every number is the same on every machine.
    """
    slope = t.tangents((1.0,))[t.output]
    a, b, r = bounds(f, t)
    hs = [10.0**-k for k in STEPS]
    off = [errors(f, t, h, slope) for h in hs]
    tiny = 1000 * ROUNDING * abs(slope)  # below this, processors may differ
    names = [_("forward"), _("central"), _("complex step")]

    def shown(e: float) -> str:
        return "–" if e != e else "≈ 0" if e <= tiny else fmt(e, 2)

    def frame_at(s: int) -> Frame:
        frame: Frame = {"alg": [_cancelled(f, t, hs[s], slope, (a * hs[s], r / hs[s])), ""]}
        for k in range(len(hs)):
            frame[f"h{k}"] = "" if k == s else "none"
            frame[f"d{k}"] = "" if k <= s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                for name, e in zip("fcx", off[k], strict=True):
                    frame[f"r{k}{name}"] = [shown(e)]
        word = ", ".join(f"{n} {shown(e)}" for n, e in zip(names, off[s], strict=True))
        place(frame, s, len(hs), _("h = {h}, errors: {errors}").format(h=_power(hs[s]), errors=word))
        return frame

    marks = "".join(f"<g {slot(f'd{k}')}>{_marks(k, found, tiny)}</g>" for k, found in enumerate(off))
    rulers = "".join(
        f"<path {slot(f'h{k}', 'e')} d='M{_px(k + 1.0):.1f} {ABOVE}V{HEIGHT - BOTTOM}'/>" for k in range(len(hs))
    )
    lines = _line(a, 1, "tangentline", "½|f″|h") + _line(b, 2, "tangentline", "⅙|f‴|h²") + _line(r, -1, "curve", "")
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' "
        f"viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'>{_axes()}{rulers}{lines}{marks}</svg>"
    )
    rows = "".join(row(k, maths(_power(h)), [(f"r{k}{n}", "n") for n in "fcx"]) for k, h in enumerate(hs))
    key = (
        f"<span>○ {names[0]}</span><span>△ {names[1]}</span><span>□ {names[2]}</span>"
        f"<span class='ad-tangent'><b class='ad-line t'></b>{_('truncation')}</span>"
        f"<span><b class='ad-line' style='border-top-style:dotted'></b>{_('round-off')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("errors against the step size"), wide=False),
        table=table(_("errors of the differences"), [("h", ""), *((n, "n") for n in names)], rows),
        transport=transport([f"10<sup>−{k}</sup>" if k % 2 else "" for k in STEPS], button_words()),
        lines=3,
    )
    facts = [["h", *names]] + [[_power(h), *map(shown, e)] for h, e in zip(hs, off, strict=True)]
    head = title(_("Step size"), formula or algebra.formula_of(t), key)
    return Drawing(head, base, [frame_at(s) for s in range(len(hs))], facts)


def _power(h: float) -> str:
    """10⁻⁴ rather than 1×10⁻⁴."""
    return fmt(h).removeprefix("1×")


def _px(k: float) -> float:
    """Where h = 10⁻ᵏ stands: smaller steps to the right."""
    return LEFT + (k - 0.5) / STEPS[-1] * (WIDTH - LEFT - RIGHT)


def _py(power: float) -> float:
    return ABOVE + (TOP - min(max(power, FLOOR), TOP)) / (TOP - FLOOR) * (HEIGHT - BOTTOM - ABOVE)


def _axes() -> str:
    def ten(k: float) -> str:
        return fmt(10.0**k) if k in (0, 1) else "10" + f"{k:.0f}".translate(SUPERSCRIPT)

    out = ""
    for k in range(2, 17, 2):
        out += f"<path class='grid' d='M{_px(k):.1f} {ABOVE}V{HEIGHT - BOTTOM}'/>"
        out += f"<text class='tick mid' x='{_px(k):.1f}' y='{HEIGHT - BOTTOM + 15}'>{ten(-k)}</text>"
    for p in range(0, -17, -4):
        out += f"<path class='grid' d='M{LEFT} {_py(p):.1f}H{WIDTH - RIGHT}'/>"
        out += f"<text class='tick end' x='{LEFT - 5}' y='{_py(p) + 4:.1f}'>{ten(p)}</text>"
    out += f"<path class='axis' d='M{LEFT} {ABOVE}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}'/>"
    out += f"<text class='tick end' x='{WIDTH - RIGHT}' y='{HEIGHT - 8}'>{_('smaller step h')} →</text>"
    return out + f"<text class='tick' x='{LEFT}' y='14'>{_('error')}</text>"


def _line(factor: float, power: int, kind: str, label: str) -> str:
    """factor · hᵖᵒʷᵉʳ within the frame, with a label where it stands clear of the points."""
    if not (isfinite(factor) and factor > 0):
        return ""
    at = log10(factor)
    ends = sorted(min(max((at - y) / power, 0.5), STEPS[-1] + 0.5) for y in (TOP, FLOOR))
    path = "L".join(f"{_px(k):.1f} {_py(at - power * k):.1f}" for k in ends)
    dashes = " stroke-dasharray='2 4'" if kind == "curve" else ""
    k = 4.4 if power == 1 else 6.2
    words = f"<text class='plate t' x='{_px(k) + 30:.1f}' y='{_py(at - power * k) - 3:.1f}'>{label}</text>"
    return f"<path class='{kind}'{dashes} d='M{path}'/>" + (words if label else "")


def _marks(k: int, found: tuple[float, float, float], tiny: float) -> str:
    """A circle, a triangle and a square; an error of 0, but for rounding, stands on the floor."""
    out, x = "", _px(STEPS[k])
    for e, shape in zip(found, SHAPES, strict=True):
        if e == e and e != inf:
            y = _py(log10(e) if e > tiny else FLOOR)
            out += f"<path class='dotmark' transform='translate({x:.1f} {y:.1f})' d='{shape}'/>"
    return out


def _cancelled(f: Callable[[Any], Any], t: EvaluationTrace, h: float, slope: float, ends: tuple[float, float]) -> str:
    """The forward difference with all its digits: those that both values share are lost in the difference."""
    x, y, name = t.rows[0].value, t.rows[t.output].value, t.title.partition("(")[0]
    try:
        far = f(x + h)
    except Exception:  # a learner's function may raise anything outside its domain
        return f"<p><b>{maths('h')} = {_power(h)}</b> — {_('the function has no value at the far end.')}</p>"
    upper, lower = (f"{v:.17g}".replace("-", "−") for v in (far, y))
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(upper, lower, strict=False)))
    if far == y:
        said = _("both values are the same number: nothing is left, and the quotient is 0.")
    else:
        digits = sum(c.isdigit() for c in upper[:same])
        said = ngettext(
            "{n} leading digit is the same, and is lost in the difference.",
            "{n} leading digits are the same, and are lost in the difference.",
            digits,
        ).format(n=digits)
        helps = _("Truncation rules: a smaller h helps."), _("Round-off rules: a larger h helps.")
        rules = helps[ends[0] <= ends[1]]
        said = f"{said} {rules}"
    estimate = (far - y) / h

    def cut(digits: str) -> str:
        return f"= <span class='ad-ink2'>{digits[:same]}</span><b>{digits[same:]}</b>"

    lines = [
        [(symbols(f"{name}({fmt(x)} + h)"), "r"), (cut(upper), "")],
        [(symbols(f"{name}({fmt(x)})"), "r"), (cut(lower), "")],
        [
            (_("forward difference"), "r"),
            (f"= <b>{fmt(estimate)}</b> <small>{_('right: {slope}').format(slope=fmt(slope))}</small>", ""),
        ],
    ]
    return f"<p><b>{maths('h')} = {_power(h)}</b> — {said}</p>" + grid(2, lines, spoken(f"{fmt(estimate)}"))
