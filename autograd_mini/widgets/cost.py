"""What a whole Jacobian costs: n forward passes or m return sweeps, counted on the rows of a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from autograd_mini import sin
from autograd_mini.messages import _, ngettext
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.widgets.drawing import Drawing, Frame, grid, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths

MOST = 12  # inputs, and outputs
CELL, TALL, LEFT, TOP = 38, 20, 72, 30
WIDTH, HEIGHT = 560, 356
BARS = (TOP + MOST * TALL + 20, 30)  # the first bar's top, and from one bar to the next
FULL = 330  # pixels of the longest bar
BOX = f"width='{CELL - 4}' height='{TALL - 4}'"


class Cost(NamedTuple):
    """What the Jacobian of the family takes with n inputs and m outputs.

    `rows` is the number of operations, which the tape keeps. One forward pass makes `forward_pass` terms, partial ×
    tangent, one for each edge of the graph; n passes make `forward_total`. One return sweep makes `return_sweep`
    contributions, one for each edge that leads to its output; m sweeps make `reverse_total`. `cheaper` is "forward",
    "reverse" or "equal".
    """

    n: int
    m: int
    rows: int
    forward_pass: int
    forward_total: int
    return_sweep: int
    reverse_total: int
    cheaper: str


def family(m: int) -> Callable[..., list[Any]]:
    """The function of any number of inputs with the outputs yⱼ = sin(j s), j = 1 … m, where s = Σ xᵢ xᵢ is shared."""

    def outputs(*xs: Any) -> list[Any]:
        s = xs[0] * xs[0]
        for x in xs[1:]:
            s = s + x * x
        return [sin(float(j) * s) for j in range(1, m + 1)]

    return outputs


@cache  # a slider comes by again
def counts(n: int, m: int) -> Cost:
    """The cost of the family's Jacobian, counted on traces. Raises ValueError unless n and m are 1 to 12."""
    for k, what in ((n, _("inputs")), (m, _("outputs"))):
        if not (isinstance(k, int) and 1 <= k <= MOST):
            raise ValueError(_("The dial goes from 1 to {most} {what}; {k} is none of these.").format(
                most=MOST, what=what, k=k))  # fmt: skip
    f, at = family(m), [0.5 + 0.1 * i for i in range(n)]

    def joined(*xs: Any) -> Any:
        """All outputs in one number, because a trace has one output: m − 1 additions, which are not counted."""
        first, *rest = f(*xs)
        for y in rest:
            first = first + y
        return first

    whole, last = trace(joined, *at), trace(lambda *xs: f(*xs)[-1], *at)
    rows = sum(r.op != "input" for r in whole.rows) - (m - 1)
    forward_pass = _edges(whole) - 2 * (m - 1)
    return_sweep = len(last.contributions()) - 1  # without the seed
    forward_total, reverse_total = n * forward_pass, m * return_sweep
    cheaper = (
        "equal" if forward_total == reverse_total else "forward" if forward_total < reverse_total else "reverse"
    )
    return Cost(n, m, rows, forward_pass, forward_total, return_sweep, reverse_total, cheaper)


def _edges(t: EvaluationTrace) -> int:
    """From every row to each operand that is no constant."""
    return sum(parent is not None for r in t.rows for parent in r.parents)


def cost(n: int) -> Drawing:
    """The Jacobian's grid and both costs for n inputs, one number of outputs a step."""
    costs = [counts(n, m) for m in range(1, MOST + 1)]
    most = max(max(c.forward_total, c.reverse_total) for c in costs)

    def frame_at(s: int) -> Frame:
        c = costs[s]
        frame: Frame = {"alg": [_panel(c), ""]}
        for k, made in enumerate(costs):
            frame[f"g{k}"] = "" if k <= s else "none"
            frame[f"b{k}"] = "" if k == s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                frame[f"r{k}f"] = [str(made.forward_total), "ad-tangent"]
                frame[f"r{k}b"] = [str(made.reverse_total), "ad-adjoint"]
                frame[f"r{k}t"] = [str(made.rows)]
        place(frame, s, MOST, _said(c))
        return frame

    lines = "".join(f"<g {slot(f'g{k}')}>{_line(k, n)}</g>" for k in range(MOST))
    bars = "".join(f"<g {slot(f'b{k}')}>{_bars(c, most)}</g>" for k, c in enumerate(costs))
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{_heads(n)}{lines}{bars}</svg>"
    )
    heads = [(maths("m"), ""), (_("forward"), "n"), (_("reverse"), "n"), (_("rows"), "n")]
    rows = "".join(row(k, str(c.m), [(f"r{k}f", "n"), (f"r{k}b", "n"), (f"r{k}t", "n")]) for k, c in enumerate(costs))
    key = (
        f"<span class='ad-tangent'>▮ {_('a column: one forward pass')}</span>"
        f"<span class='ad-adjoint'>▬ {_('a row: one return sweep')}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("the Jacobian, and what it costs"), wide=False),
        table=table(_("terms for the whole Jacobian"), heads, rows),
        transport=transport([str(c.m) for c in costs], button_words()),
        lines=3,
    )
    facts = [["n", "m", _("rows"), _("one pass"), _("forward"), _("one sweep"), _("reverse")]]
    facts += [
        [str(x) for x in (c.n, c.m, c.rows, c.forward_pass, c.forward_total, c.return_sweep, c.reverse_total)]
        for c in costs
    ]
    formula = "y = sin s, sin 2 s, …, sin m s;  s = Σ x²"
    return Drawing(title(_("Cost dial"), formula, key), base, [frame_at(s) for s in range(MOST)], facts)


def _verdict(c: Cost) -> str:
    return {
        "forward": _("The forward passes take fewer."),
        "reverse": _("The return sweeps take fewer."),
        "equal": _("Both take the same."),
    }[c.cheaper]


def _said(c: Cost) -> str:
    return _("{n} × {m}: forward {f}, reverse {b} terms. {verdict}").format(
        n=c.n, m=c.m, f=c.forward_total, b=c.reverse_total, verdict=_verdict(c)
    )


def _panel(c: Cost) -> str:
    """Both totals as products, and the price in memory."""
    inputs = ngettext("{n} input", "{n} inputs", c.n).format(n=c.n)
    outputs = ngettext("{n} output", "{n} outputs", c.m).format(n=c.m)
    passes = ngettext("{n} forward pass", "{n} forward passes", c.n).format(n=c.n)
    sweeps = ngettext("{n} return sweep", "{n} return sweeps", c.m).format(n=c.m)
    lines = [
        [(passes, "r"), (f"× {c.forward_pass} = <b class='t'>{c.forward_total}</b>", "")],
        [(sweeps, "r"), (f"× {c.return_sweep} = <b class='a'>{c.reverse_total}</b>", "")],
    ]
    label = f"{passes} × {c.forward_pass} = {c.forward_total}, {sweeps} × {c.return_sweep} = {c.reverse_total}"
    memory = _("The tape keeps {rows} rows for the sweeps; a forward pass keeps none.").format(rows=c.rows)
    return (
        f"<p><b>{inputs}, {outputs}</b> — {_verdict(c)}</p>" + grid(2, lines, label) +
        f"<p style='margin-top:7px'>{memory}</p>"
    )  # fmt: skip


def _heads(n: int) -> str:
    """What the two sides of the grid are."""
    said = ngettext("{n} input", "{n} inputs", n).format(n=n)
    out = f"<text class='ink2' font-size='12' x='{LEFT}' y='16'>{said} →</text>"
    out += f"<text class='ink2' font-size='12' x='{LEFT - 10}' y='{TOP + 14}' text-anchor='end'>{_('outputs')}</text>"
    for k in range(MOST):  # the outputs that are still to come
        for j in range(n):
            out += f"<rect class='grid' fill='none' x='{LEFT + j * CELL}' y='{TOP + k * TALL}' {BOX}/>"
    return out


def _line(k: int, n: int) -> str:
    """Row k of the Jacobian; its first entry belongs to the column of one forward pass, the first row to one sweep."""
    out = ""
    for j in range(n):
        x, y = LEFT + j * CELL, TOP + k * TALL
        out += f"<rect class='axis' fill='none' x='{x}' y='{y}' {BOX}/>"
        if j == 0:
            out += f"<rect class='t' x='{x + 3}' y='{y + 2}' width='6' height='{TALL - 8}'/>"
        if k == 0:
            out += f"<rect class='a' x='{x + 12}' y='{y + 5}' width='{CELL - 19}' height='6'/>"
    return out


def _bars(c: Cost, most: int) -> str:
    out = ""
    totals = (
        ("t", _("forward"), c.forward_total, c.cheaper == "forward"),
        ("a", _("reverse"), c.reverse_total, c.cheaper == "reverse"),
    )
    for k, (kind, word, total, wins) in enumerate(totals):
        y = BARS[0] + k * BARS[1]
        long = max(2.0, FULL * total / most)
        said = f"{total} ✓ {_('fewer')}" if wins else str(total)
        out += f"<text class='{kind}' font-size='13' x='{LEFT - 10}' y='{y + 14}' text-anchor='end'>{word}</text>"
        out += f"<rect class='{kind}' x='{LEFT}' y='{y}' width='{long:.1f}' height='18'/>"
        weight = " font-weight='700'" if wins else ""
        out += f"<text class='{kind}' font-size='13' x='{LEFT + long + 8:.1f}' y='{y + 14}'{weight}>{said}</text>"
    return out
