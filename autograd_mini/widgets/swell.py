"""Expression swell: a derivative written out as one expression, and the same derivative with a name for each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from math import ceil, log10
from typing import Any, NamedTuple

from autograd_mini.formatting import fmt
from autograd_mini.formulas import constant, written
from autograd_mini.messages import _, ngettext
from autograd_mini.trace import EvaluationTrace, trace
from autograd_mini.transforms import jvp
from autograd_mini.widgets import algebra
from autograd_mini.widgets.drawing import Drawing, Frame, grid, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title
from autograd_mini.widgets.notation import maths, spoken, symbols, tspans

FIRST, LAST = 2, 8  # how many names the map has: x itself is the first, and its derivative needs no operation
CLIP = 200  # characters of the expression that are shown
WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT = 560, 340, 46, 42, 104
LOOSE, TIGHT, ATOM = 1, 2, 9  # how tightly an operation holds its operands together
INFIX = {"add": (" + ", LOOSE), "subtract": (" − ", LOOSE), "multiply": (" × ", TIGHT), "divide": (" / ", TIGHT)}
PLACE = "\0"  # where an operand stands in an operation that is written already


class Size(NamedTuple):
    """What dlₙ/dx takes: operations `written` out, `named`, `automatic` (one forward pass), and `alone` (lₙ itself)."""

    n: int
    written: int
    named: int
    automatic: int
    alone: int
    slope: float


def iterated(step: Callable[[Any], Any], n: int) -> Callable[[Any], Any]:
    """x ↦ lₙ, with l₁ = x and lₖ₊₁ = step(lₖ)."""

    def value(x: Any) -> Any:
        for _k in range(n - 1):
            x = step(x)
        return x

    return value


def derivative(step: Callable[[Any], Any], n: int, x: float) -> EvaluationTrace:
    """The rows of one forward pass through lₙ, with its slope as the output."""
    f = iterated(step, n)
    return trace(lambda x: jvp(f, (x,), (1.0,))[1], x)


def operations(t: EvaluationTrace) -> int:
    """How many operations the run made."""
    return sum(r.op not in ("input", "constant") for r in t.rows)


def written_out(t: EvaluationTrace) -> int:
    """How many operations the output has as one expression, every row put in wherever its name stands."""
    sizes: list[int] = []
    for r in t.rows:
        sizes.append(int(r.op not in ("input", "constant")) + sum(sizes[p] for p in r.parents if p is not None))
    return sizes[t.output]


def with_names(t: EvaluationTrace) -> int:
    """How many different subexpressions the output has: rows that do the same to the same operands count once."""
    first: dict[tuple[Any, ...], int] = {}
    stands_for: list[int] = []
    for r in t.rows:
        operands = (("row", stands_for[p]) if p is not None else o for p, o in zip(r.parents, r.operands, strict=True))
        key = (r.op, r.index if r.op in ("input", "constant") else None, *operands)
        stands_for.append(first.setdefault(key, r.index))
    live = {stands_for[t.output]}
    for r in reversed(t.rows):
        if r.index in live:
            live.update(stands_for[p] for p in r.parents if p is not None)
    return sum(t.rows[i].op not in ("input", "constant") for i in live)


def size(step: Callable[[Any], Any], n: int, x: float) -> Size:
    """The sizes for lₙ, counted on the rows of a run at x."""
    t, alone = derivative(step, n, x), trace(iterated(step, n), x)
    return Size(n, written_out(t), with_names(t), operations(t), operations(alone), t.rows[t.output].value)


class Piece(NamedTuple):
    """A piece of an expression, the number of operations that it shows, and the row from which it comes."""

    text: str
    operations: int
    row: int


def spelled(t: EvaluationTrace, i: int, need: int = 0) -> Iterator[Piece]:
    """Row i as one expression, in pieces from left to right."""
    r = t.rows[i]
    if r.op in ("input", "constant"):
        yield Piece(r.name if r.op == "input" else constant(r.value), 0, i)
        return
    sign, own = INFIX.get(r.op, ("", TIGHT))
    if own < need:
        yield Piece("(", 0, i)
    # The right operand of − and ÷ needs brackets where the left one needs none; a function always does.
    needs = (own, own + (r.op in ("subtract", "divide"))) if sign else (ATOM, ATOM)
    texts = [PLACE if p is not None else constant(o) for p, o in zip(r.parents, r.operands, strict=True)]
    whole = PLACE.join(sign.join(texts).split(PLACE)) if sign else written(r.op, *texts)
    inner = iter([(p, k) for p, k in zip(r.parents, needs, strict=False) if p is not None])
    shown = 1
    for k, part in enumerate(whole.split(PLACE)):
        if k:
            yield from spelled(t, *next(inner))
        if part:
            yield Piece(part, shown, i)
            shown = 0
    if own < need:
        yield Piece(")", 0, i)


def clipped(t: EvaluationTrace) -> tuple[list[Piece], int]:
    """The first pieces of the output as one expression, and how many operations they leave out."""
    pieces: list[Piece] = []
    room, left = CLIP, written_out(t)
    for piece in spelled(t, t.output):
        room -= len(piece.text)
        if room < 0:
            return pieces, left
        pieces.append(piece)
        left -= piece.operations
    return pieces, 0


def swell(step: Callable[[Any], Any], x: float, formula: str | None = None) -> Drawing:
    """Sizes of dlₙ/dx for n = 2 … 8, one n a step, on a scale of powers of ten; below, the expression and the rows.

    `step` makes lₙ₊₁ from lₙ, and l₁ = x. What is counted is counted on the rows of runs at x.
    """
    ns = range(FIRST, LAST + 1)
    runs = [derivative(step, n, x) for n in ns]
    sizes = [size(step, n, x) for n in ns]
    names = [_("written out"), _("with names"), _("automatic"), _("value alone")]
    before = [0, *(len(t.rows) for t in runs)]  # rows that the rounds before have left

    def frame_at(s: int) -> Frame:
        z = sizes[s]
        last = s == len(ns) - 1
        frame: Frame = {"alg": [_panel(runs[s], z, before[s], x), ""], "ends": "" if last else "none"}
        for k, made in enumerate(sizes):
            frame[f"h{k}"] = "" if k == s else "none"
            frame[f"d{k}"] = "" if k <= s else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                for key, count in zip("wnav", made[1:5], strict=True):
                    frame[f"r{k}{key}"] = [str(count), "ad-tangent" if key == "a" else ""]
        said = ", ".join(f"{name} {count}" for name, count in zip(names, z[1:5], strict=True))
        place(frame, s, len(ns), _("n = {n}, operations: {sizes}").format(n=z.n, sizes=said))
        return frame

    plot = _Plot(max(z.written for z in sizes))
    rulers = "".join(
        f"<path {slot(f'h{k}', 'e')} d='M{plot.x(n):.1f} 28V{HEIGHT - BOTTOM}'/>" for k, n in enumerate(ns)
    )
    marks = "".join(f"<g {slot(f'd{k}')}>{plot.marks(sizes[max(k - 1, 0)], z)}</g>" for k, z in enumerate(sizes))
    ends = plot.labels(sizes[-1], names)
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{plot.axes()}{rulers}{marks}<g {slot('ends')}>{ends}</g></svg>"
    )
    rows = "".join(row(k, str(n), [(f"r{k}{key}", "n") for key in "wnav"]) for k, n in enumerate(ns))
    key = (
        f"<span><b class='ad-sw' style='height:5px;background:var(--ad-line)'></b>{names[0]}</span><span>● {names[1]}"
        f"</span><span class='ad-tangent'>□ {names[2]}</span><span>— {names[3]}</span>"
    )
    base = page(
        broad=False,
        svg=scroll(svg, _("operations of the derivative against n"), wide=False),
        table=table(_("operations of the derivative"), [(maths("n"), ""), *((name, "n") for name in names)], rows),
        transport=transport([str(n) for n in ns], button_words()),
        lines=6,
    )
    facts = [["n", *names, _("slope")]] + [[*map(str, z[:5]), fmt(z.slope)] for z in sizes]
    head = title(_("Expression swell"), formula or algebra.formula_of(trace(step, x)), key)
    return Drawing(head, base, [frame_at(s) for s in range(len(ns))], facts)


def _panel(t: EvaluationTrace, z: Size, before: int, x: float) -> str:
    """The derivative as one expression, as far as there is room; then the rows that the last round has added."""
    pieces, left = clipped(t)
    more = ngettext("… {n} more operation", "… {n} more operations", left).format(n=left) if left else ""
    text = "".join(piece.text for piece in pieces)
    runs = [(new, "".join(p.text for p in run)) for new, run in groupby(pieces, lambda p: p.row >= before)]
    shown = "".join(symbols(run) if new else f"<span class='ad-ink2'>{symbols(run)}</span>" for new, run in runs)
    grey = f", {_('grey: copies of earlier rounds')}" if any(not new for new, _run in runs[1:]) else ""
    slope = _("slope {slope}").format(slope=fmt(z.slope))
    out = (
        f"<p><b>{maths('n')} = {z.n}</b> — {_('one expression, written out:')} <b>{z.written}</b> "
        f"<span class='ad-ink2'>({symbols('x')} = {fmt(x)}, {slope}{grey})</span></p>"
        f"<div class='ad-eq' style='display:block;width:auto;white-space:normal' role='math' "
        f"aria-label='{spoken(text)} {more}'>{shown} <small>{more}</small></div>"
    )
    added = [r for r in t.rows[before:] if r.op not in ("input", "constant")]
    cells = [(symbols(f"{r.name} = {t.expression(r.index)}"), "gap" * (k % 4 > 0)) for k, r in enumerate(added)]
    said = ngettext("{n} row added by this round:", "{n} rows added by this round:", len(added)).format(n=len(added))
    lines = [cells[k : k + 4] for k in range(0, len(cells), 4)]
    lines[-1:] = [line + [("", "")] * (4 - len(line)) for line in lines[-1:]]
    label = spoken("; ".join(f"{r.name} = {t.expression(r.index)}" for r in added))
    return f"{out}<p style='margin-top:7px'><b>{_('with names:')} {z.named}</b> — {said}</p>" + grid(4, lines, label)


class _Plot:
    """Where a size stands: n to the right, powers of ten upwards."""

    def __init__(self, most: int) -> None:
        self.top = max(2, ceil(log10(max(most, 1))))

    def x(self, n: float) -> float:
        return LEFT + (n - FIRST + 0.5) / (LAST - FIRST + 1) * (WIDTH - LEFT - RIGHT)

    def y(self, count: int) -> float:
        return 8 + (1 - log10(max(count, 1)) / self.top) * (HEIGHT - BOTTOM - 8)

    def axes(self) -> str:
        out = ""
        for n in range(FIRST, LAST + 1):
            out += f"<text class='tick mid' x='{self.x(n):.1f}' y='{HEIGHT - BOTTOM + 15}'>{n}</text>"
        for p in range(self.top + 1):
            y = self.y(10**p)
            out += f"<path class='grid' d='M{LEFT} {y:.1f}H{WIDTH - RIGHT}'/>"
            out += f"<text class='tick end' x='{LEFT - 5}' y='{y + 4:.1f}'>{10**p}</text>"
        out += f"<path class='axis' d='M{LEFT} 8V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}'/>"
        out += f"<text class='tick end' x='{WIDTH - RIGHT}' y='{HEIGHT - 8}'>{tspans('n →', 11)}</text>"
        return out + f"<text class='tick' x='{LEFT + 6}' y='20'>{_('operations')}</text>"

    def marks(self, before: Size, z: Size) -> str:
        """The piece of each line that ends at z, and its points."""
        x, out = self.x(z.n), ""
        for kind, a, b in (
            ("e live", before.written, z.written),
            ("curve", before.named, z.named),
            ("e", before.alone, z.alone),
        ):
            out += f"<path class='{kind}' d='M{self.x(before.n):.1f} {self.y(a):.1f}L{x:.1f} {self.y(b):.1f}'/>"
        out += f"<circle class='dotmark at' cx='{x:.1f}' cy='{self.y(z.named):.1f}' r='2.4'/>"
        y = self.y(z.automatic)
        style = "fill='none' style='stroke-width:2'"
        return out + f"<rect class='tangentline' {style} x='{x - 6:.1f}' y='{y - 6:.1f}' width='12' height='12'/>"

    def labels(self, z: Size, names: list[str]) -> str:
        """The name of each line at its end; two that meet stand above and below it."""
        x = self.x(LAST) + 14
        heights = self.y(z.written) + 4, self.y(z.named) - 3, self.y(z.automatic) + 13, self.y(z.alone) + 5
        kinds = "ink2", "", "t", "ink2"
        return "".join(
            f"<text class='{kind}' font-size='12' x='{x:.1f}' y='{y:.1f}'>{name}</text>"
            for name, y, kind in zip(names, heights, kinds, strict=True)
        )
