"""A loss curve: what training with one rate makes of the loss, step by step, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from autograd_mini.formatting import SUPERSCRIPT, fmt
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, aligned, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 300, 52, 30, 10, 12
HIGHEST = 1e9  # beyond this training has run away


def ticks(steps: int) -> list[int]:
    """0, 1, 2, 4, … and the last step."""
    return [0, *(2**k for k in range(12) if 2**k < steps), steps]


def loss_curve(losses: Sequence[float], rate: float, name: str) -> Drawing:
    """The losses before each step and after the last one; a step of the picture for each power of two."""
    steps = len(losses) - 1
    shown = ticks(steps)
    good = [x if isfinite(x) and 0 < x < HIGHEST else None for x in losses]
    until = next((k for k, x in enumerate(good) if x is None), len(good))
    found = [x for x in good[:until] if x is not None] or [1.0]
    low, high = floor(log10(min(found)) * 2) / 2, ceil(log10(max(found)) * 2 + 1e-9) / 2
    high = max(high, low + 0.5)

    def px(k: float) -> float:
        return LEFT + k / max(steps, 1) * (WIDTH - LEFT - RIGHT)

    def py(x: float) -> float:
        return TOP + (high - log10(x)) / (high - low) * (HEIGHT - BOTTOM - TOP)

    def stretch(a: int, b: int) -> str:
        points = [f"{px(k):.1f} {py(found[k]):.1f}" for k in range(a, min(b, until - 1) + 1)]
        return f"<path class='curve' d='M{'L'.join(points)}'/>" if len(points) > 1 else ""

    def dot(k: int) -> str:
        at = f"cx='{px(k):.1f}' cy='{py(found[k]):.1f}'" if k < until else ""
        return f"<circle class='dotmark at' {at} r='4.5'/>" if at else ""

    lines = "".join(
        f"<g {slot(f'g{s}')}>{stretch(a, b)}</g>" for s, (a, b) in enumerate(zip([0, *shown], shown, strict=False))
    )
    dots = "".join(f"<g {slot(f'd{s}')}>{dot(k)}</g>" for s, k in enumerate(shown))
    powers = range(ceil(low), floor(high) + 1)
    marks = [(10.0**p, f"10{str(p).translate(SUPERSCRIPT)}") for p in powers] if len(powers) > 1 else [
        (10.0**p, fmt(10.0**p, 2)) for p in (low, (low + high) / 2, high)
    ]  # fmt: skip
    axes = "".join(
        f"<path class='grid' d='M{LEFT} {py(x):.1f}H{WIDTH - RIGHT}'/>"
        f"<text class='tick end' x='{LEFT - 6}' y='{py(x) + 4:.1f}'>{word}</text>"
        for x, word in marks
    ) + "".join(
        f"<text class='tick mid' x='{px(k):.1f}' y='{HEIGHT - BOTTOM + 16}'>{k}</text>"
        for k in (0, steps // 2, steps)
    )
    frame_line = f"<path class='axis' d='M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}'/>"
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{axes}{frame_line}{lines}{dots}</svg>"
    )

    def frame_at(s: int) -> Frame:
        k = shown[s]
        gone = k >= until
        said = (
            _("the loss has run away: the rate is too large.") if gone
            else _("the loss is {loss}.").format(loss=fmt(found[k]))
        )  # fmt: skip
        frame: Frame = {"alg": [f"<p><b>{_('step {k}').format(k=k)}</b> — {said}</p>", ""]}
        for i in range(len(shown)):
            frame[f"g{i}"] = "" if i <= s else "none"
            frame[f"d{i}"] = "" if i == s else "none"
            frame[f"r{i}"] = "now" if i == s else "done" if i < s else "todo"
            if i <= s:
                frame[f"r{i}v"] = ["–" if shown[i] >= until else aligned(found[shown[i]])]
        place(frame, s, len(shown), said)
        return frame

    rows = "".join(row(i, str(k), [(f"r{i}v", "n")]) for i, k in enumerate(shown))
    base = page(
        broad=False,
        svg=scroll(svg, _("the loss over the steps"), wide=False),
        table=table(_("the loss after so many steps"), [(_("step"), ""), (_("loss"), "n")], rows),
        transport=transport([str(k) for k in shown], button_words()),
        lines=1,
    )
    facts = [[_("step"), _("loss")]]
    facts += [[str(k), "–" if k >= until else fmt(found[k])] for k in shown]
    head = title(_("Loss curve"), name, f"<span>{_('rate {rate}').format(rate=fmt(rate))}</span>")
    return Drawing(head, base, [frame_at(s) for s in range(len(shown))], facts)
