"""Programs before and after each pass, side by side: what goes is struck out, what is new is framed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ad
from autograd_mini import passes
from autograd_mini.messages import _, ngettext
from autograd_mini.program import Program, recorded
from autograd_mini.program_text import Text
from autograd_mini.widgets.drawing import Drawing, Frame, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

LINE, TOP, LEFTS, WIDE = 18, 50, (12, 302), 270  # a line's height, the first one's top, the columns, their width
MOST = 36  # characters of a line that have room


class Case(NamedTuple):
    """A derivative and where it is written down."""

    title: str
    derivative: Callable[..., Any]
    at: tuple[Any, ...]


def _example(x1: Any, x2: Any) -> Any:
    return ad.log(x1) + x1 * x2 - ad.sin(x2)


def _twice(x: Any, y: Any) -> Any:
    return ad.sin(x * y) * ad.exp(x * y)


def _layer(w: Any, x: Any) -> Any:
    return np.sum(np.tanh(w * x) ** 2)


CASES = {
    "cube": Case("(x³)′′", ad.grad(ad.grad(lambda x: x**3)), (2.0,)),
    "example": Case("∇(ln x1 + x1 x2 − sin x2)", ad.grad(_example, (0, 1)), (2.0, 5.0)),
    "twice": Case("∇(sin(x y) exp(x y))", ad.grad(_twice, (0, 1)), (0.5, 1.5)),
    "arrays": Case("∇ sum(tanh(w x)²)", ad.grad(_layer, (0, 1)), (np.linspace(0.1, 1.0, 1000), np.ones(1000))),
    "forward": Case(
        "ln x1 + x1 x2 − sin x2, forward, seeds 1 and 0",
        lambda x1, x2: ad.jvp(_example, (x1, x2), (1.0, 0.0))[1],
        (2.0, 5.0),
    ),
}


class Step(NamedTuple):
    """One pass over a program."""

    name: str
    done: str
    before: Program
    after: Program


def steps(case: str) -> list[Step]:
    """The passes over the program of a case, each once, in the order of `passes.PASSES`; on arrays, buffers last."""
    chosen = CASES[case]
    program, out = recorded(chosen.derivative, *chosen.at), []
    for name, apply, done in (
        (_("fold"), passes.fold_constants, _("An operation on numbers alone is done now, once.")),
        (_("simplify"), passes.simplify, _("1·x is x, −(−x) is x, 3·(2·x) is 6·x: only what holds to the last bit.")),
        (_("share"), passes.share, _("The same operation on the same operands is done once.")),
        (_("drop"), passes.drop_dead_code, _("What no result needs is left out.")),
        (_("buffers"), passes.reuse_buffers, _("An array that nobody reads any more takes the next result.")),
    ):
        arrays = any(line.shape for line in program.lines)
        if apply is not passes.reuse_buffers or arrays:
            out.append(Step(name, done, program, apply(program)))
            program = out[-1].after
    return out


def lines(program: Program) -> list[tuple[str, str]]:
    """The lines of a program: (name, text)."""
    text = Text(program, comments=False)
    return [(line.name, "; ".join(text.statements(line))) for line in program.lines if line.op != "input"]


def graph_passes(case: str) -> Drawing:
    """A step for each pass: the program before it on the left, after it on the right."""
    done = steps(case)
    n = len(done)
    counts = [(passes.operations(p), passes.peak_memory(p)) for p in [done[0].before, *(s.after for s in done)]]

    def frame_at(s: int) -> Frame:
        step, frame = done[s], Frame()
        changed = lines(step.before) != lines(step.after)
        said = step.done if changed else _("{rule} Here it finds nothing to do.").format(rule=step.done)
        frame["alg"] = [f"<p><b>{step.name}</b> — {said}</p>", ""]
        for k in range(n):
            frame[f"g{k}"] = "" if k == s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}o"], frame[f"r{k}m"] = [str(counts[k + 1][0])], [_bytes(counts[k + 1][1])]
        place(frame, s, n, f"{step.name}: {_operations(counts[s][0])} → {counts[s + 1][0]}")
        return frame

    tall = TOP + LINE * max(len(lines(p)) for s in done for p in (s.before, s.after)) + 8
    groups = "".join(
        f"<g {slot(f'g{k}')}>{_column(0, _('before'), s.before, counts[k], s.after)}"
        f"{_column(1, _('after'), s.after, counts[k + 1], s.before)}</g>"
        for k, s in enumerate(done)
    )
    width = LEFTS[1] + WIDE + 8
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {width} {tall}' "
        f"width='{width}' height='{tall}'>{groups}</svg>"
    )
    heads = [(_("after the pass"), ""), (_("operations"), "n"), (_("memory"), "n")]
    rows = "".join(row(k, s.name, [(f"r{k}o", "n"), (f"r{k}m", "n")]) for k, s in enumerate(done))
    key = f"<span>{_('struck out: gone')}</span><span>{_('framed: changed')}</span>"
    base = page(
        broad=False,
        svg=scroll(svg, _("the program before and after the pass"), wide=False),
        table=table(_("operations and memory after each pass"), heads, rows),
        transport=transport([s.name for s in done], button_words()),
        lines=1,
    )
    facts = [[_("pass"), _("operations"), _("memory")], [_("recorded"), str(counts[0][0]), _bytes(counts[0][1])]]
    facts += [[s.name, str(o), _bytes(m)] for s, (o, m) in zip(done, counts[1:], strict=True)]
    facts += [[_("line"), text, ""] for _name, text in lines(done[-1].after)]
    return Drawing(title(_("Graph passes"), CASES[case].title, key), base, [frame_at(s) for s in range(n)], facts)


def _column(side: int, word: str, program: Program, count: tuple[int, int], other: Program) -> str:
    """A program as text. On the left what the other one lacks is struck out; on the right what it has not, framed."""
    left = LEFTS[side]
    texts, others = lines(program), dict(lines(other))
    out = f"<text class='ink2' font-size='12' x='{left}' y='16'>{word}</text>"
    figures = f"{_operations(count[0])} · {_bytes(count[1])}"
    out += f"<text font-size='12.5' font-weight='600' x='{left}' y='34'>{figures}</text>"
    for k, (name, text) in enumerate(texts):
        y = TOP + LINE * k
        gone, new = side == 0 and name not in others, side == 1 and others.get(name) != text
        shown = text if len(text) <= MOST else text[: MOST - 1] + "…"
        width = 7.25 * len(shown)
        if new:
            where = f"x='{left - 5}' y='{y}' width='{width + 10:.0f}' height='17'"
            out += f"<g class='n hit'><rect class='box' rx='3' {where}/></g>"
        style = "font-family:var(--jp-code-font-family,Menlo,Consolas,&quot;DejaVu Sans Mono&quot;,monospace)"
        hue = " class='ink2'" if gone else ""
        out += (
            f"<text{hue} style='{style}' font-size='12' textLength='{width:.0f}' lengthAdjust='spacingAndGlyphs' "
            f"x='{left}' y='{y + 13}'>{escape(shown)}</text>"
        )
        if gone:
            out += f"<path class='axis' d='M{left - 3} {y + 9}H{left + width + 3:.0f}'/>"
    return out


def _operations(n: int) -> str:
    return ngettext("{n} operation", "{n} operations", n).format(n=n)


def _bytes(n: int) -> str:
    return _("{n} bytes").format(n=n) if n < 10_000 else _("{n} kB").format(n=round(n / 1000))
