"""The computation graph of a trace as SVG markup with slots for whatever changes from step to step.

Three layers: the lines of the edges, then the nodes, then what lies on the edges (arrowheads, partials
and the parcel that flows now), so that a parcel is never hidden.

Slots, with row i, row j and its operand number k: n{i} a node, n{i}v its value, n{i}d its derivative,
n{i}f the words at its foot, n{i}p{m} a pip, n{i}t its tooltip; e{j}.{k} a line and what lies on it,
f{j}.{k}p the partial, f{j}.{k}c the parcel, f{j}.{k}r and f{j}.{k}a its two texts; say the whole.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets.drawing import slot
from autograd_mini.widgets.layout import Item, layered
from autograd_mini.widgets.notation import drawn_mark, svg_symbol, tspans

PIPS = 4
SMALLEST = 0.955  # of full nodes, so that 11 px stay above 10.5; narrower than that, the graph scrolls
GLYPHS = {
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "aᵇ", "negative": "−a", "absolute": "|a|",
    "square": "a²", "reciprocal": "1/a", "log": "ln", "sqrt": "√", "maximum": "max", "minimum": "min", "input": "",
    "constant": "", "sigmoid": "σ", "stop_gradient": "stop", "logaddexp": "lae",
}  # fmt: skip


class Shape(NamedTuple):
    """What of a trace decides the look of its graph, numbers apart. Equal shapes share their base."""

    names: tuple[str, ...]
    heads: tuple[str, ...]
    glyphs: tuple[str, ...]
    parents: tuple[tuple[int | None, ...], ...]
    uses: tuple[int, ...]
    inputs: tuple[int, ...]
    output: int


def shape_of(trace: EvaluationTrace) -> Shape:
    """The shape of a trace."""
    rows = trace.rows
    return Shape(
        names=tuple(r.name for r in rows),
        heads=tuple(_("input") if r.op == "input" else trace.expression(r.index) for r in rows),
        glyphs=tuple(GLYPHS.get(r.op, r.op) for r in rows),
        parents=tuple(r.parents for r in rows),
        uses=tuple(len(trace.consumers(r.index)) for r in rows),
        inputs=trace.inputs,
        output=trace.output,
    )


class Style(NamedTuple):
    """How large, and with which of the parts of a node."""

    mark: str  # "dot" for tangents, "bar" for adjoints
    width: float = 104
    height: float = 68
    gap: float = 28  # between nodes of a column
    slot: float = 24  # height of the lane of a passing edge
    between: float = 66  # between columns, at least
    entry: float = 18  # between edges that enter one node
    exit: float = 16
    compact: bool = False
    foot: bool = False
    pips: bool = False

    @property
    def most_pips(self) -> int:
        """So many pips are drawn; above that, the uses are counted in words (or, in a compact node, not)."""
        return 3 if self.compact else PIPS


FORWARD = Style("dot")
BACKWARD = Style("bar", height=84, gap=22, foot=True, pips=True)
COMPARED = {mark: Style(mark, 118, 88, 18, between=58, foot=True) for mark in ("dot", "bar")}
SMALL = {
    mark: Style(mark, 72, 30, 8, 4, 14, entry=10, exit=6, compact=True, pips=mark == "bar") for mark in ("dot", "bar")
}


def head_width(text: str) -> float:
    """About the width of an expression in a node's title bar, at 14.5 px."""
    return 7.4 * len(text) + 16


class Graph:
    """The graph of one shape in one style. `prefix` keeps the slots of two graphs apart.

    `lens` graphs show other rows at every step, so their names and expressions are slots too.
    """

    def __init__(self, shape: Shape, style: Style, prefix: str = "", lens: bool = False) -> None:
        self.shape, self.prefix, self.lens = shape, prefix, lens
        if not style.compact:
            widest = max(map(head_width, self._headings(shape)))
            style = (
                style._replace(width=112, between=86)
                if lens
                else style._replace(width=min(max(style.width, widest), 168))
            )
        self.style = style
        known = tuple(tuple(p for p in ps if p is not None) for ps in shape.parents)
        self.layout = layered(known, style.height, style.gap, style.slot)
        self.edges = [(p, j, k) for j, ps in enumerate(shape.parents) for k, p in enumerate(ps) if p is not None]
        columns = max(self.layout.layer) + 1
        self.stride = style.width + style.between
        self.width = 6 + style.width + (columns - 1) * self.stride
        bottom = max(y + (style.height if isinstance(k, int) else style.slot) / 2 for k, y in self.layout.y.items())
        self.height = bottom + 8
        self.columns = columns

    @staticmethod
    def _headings(shape: Shape) -> list[str]:
        return [("f = " if i == shape.output else "") + head for i, head in enumerate(shape.heads)]

    # -------------------------------------------------------------- geometry
    def left(self, column: int) -> float:
        return 3 + column * self.stride

    def middle(self, item: Item) -> float:
        return self.layout.y[item] + 3

    def _twin(self, i: int, j: int, k: int) -> float:
        """0 for the one edge from i to j; −½, ½ for the two edges of x·x."""
        same = [k2 for k2, p in enumerate(self.shape.parents[j]) if p == i]
        return same.index(k) - (len(same) - 1) / 2

    def _entry(self, i: int, j: int, k: int) -> float:
        """Where edge (i, j, k) enters j: entries are spread in the order in which edges come from above."""
        ends = [(self.middle(self.layout.route[p, j][-2]), k2) for p, j2, k2 in self.edges if j2 == j]
        return (
            self.middle(j)
            + (sorted(ends).index((self.middle(self.layout.route[i, j][-2]), k)) - (len(ends) - 1) / 2)
            * self.style.entry
        )

    def _exit(self, i: int, j: int, k: int) -> float:
        """Where it leaves i: one exit for each first hop, from top to bottom."""
        hops = sorted(
            {(self.middle(self.layout.route[p, j2][1]), self._twin(p, j2, k2)) for p, j2, k2 in self.edges if p == i}
        )
        mine = (self.middle(self.layout.route[i, j][1]), self._twin(i, j, k))
        return self.middle(i) + (hops.index(mine) - (len(hops) - 1) / 2) * self.style.exit

    def curve(
        self, i: int, j: int, k: int
    ) -> tuple[str, tuple[float, float], tuple[float, float], tuple[float, float]]:
        """The path of an edge, its midpoint (for the label), its start and its end."""
        route, width, twin = self.layout.route[i, j], self.style.width, self._twin(i, j, k)
        x, y = self.left(self.layout.layer[i]) + width, self._exit(i, j, k)
        start, path, middle = (x, y), "M" + self.xy(x, y), (x, y)
        shared = (
            len({r[-1] for r in self.layout.route.values() if len(r) > 2 and len(route) > 2 and r[-2] == route[-2]}) > 1
        )
        for item in route[1:]:
            column = self.layout.layer[item] if isinstance(item, int) else item.layer
            to_x = self.left(column)
            to_y = self._entry(i, j, k) if isinstance(item, int) else self.middle(item) + 8 * twin
            mid_x, bow = (x + to_x) / 2, (self.style.height * twin if len(route) == 2 else 0)
            path += f"C{self.xy(mid_x, y + bow)} {self.xy(mid_x, to_y + bow)} {self.xy(to_x, to_y)}"
            if len(route) == 2 or shared:
                middle = (mid_x, (y + to_y) / 2 + 0.75 * bow)
            x, y = to_x, to_y
            if not isinstance(item, int):
                if not shared:
                    middle = (to_x + width / 2, to_y)
                x += width
                path += f"H{x:.0f}" if self.style.compact else f"H{x:.1f}"
        return path, middle, start, (x, y)

    def _labels(self, middles: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """Midpoints pushed apart where labels (and parcels that flow together) would cover each other."""
        at = [list(m) for m in middles]
        for _turn in range(20):
            for a in range(len(at)):
                for b in range(a):
                    together = self.edges[a][1] == self.edges[b][1]
                    need = (40.0 if together else 18.0) - abs(at[a][1] - at[b][1])
                    if need > 0 and abs(at[a][0] - at[b][0]) < 50:
                        sign = 1 if (at[a][1], a) > (at[b][1], b) else -1
                        at[a][1] += sign * need / 2
                        at[b][1] -= sign * need / 2
        return [(x, y) for x, y in at]

    # -------------------------------------------------------------- markup
    def svg(self, classes: str = "", key: str = "say") -> str:
        """The graph with empty slots; the slot `key` holds the sentence that a screen reader says."""
        curves = [self.curve(*edge) for edge in self.edges]
        middles = [c[1] for c in curves] if self.style.compact else self._labels([c[1] for c in curves])
        # The two curves of x·x, and what flows along them, may rise above the nodes.
        top = min([0, *(y - 20 for _x, y in middles)])
        high = max([self.height, *(y + 20 for _x, y in middles)]) - top
        lines = "".join(
            f"<path {slot(f'{self.prefix}e{j}.{k}', 'e')} d='{path}'/>"
            for (_i, j, k), (path, *_rest) in zip(self.edges, curves, strict=True)
        )
        nodes = "".join(self._node(i) for i in range(len(self.shape.names)))
        things = "".join(
            self._furniture(self.prefix, f"{j}.{k}", middle, start, end)
            for (_i, j, k), (_p, _m, start, end), middle in zip(self.edges, curves, middles, strict=True)
        )
        kind = " small" if self.style.compact else ""
        least = self.width if self.style.compact else SMALLEST * self.width
        return (
            f"<svg {slot(key, f'ad-g{kind}{classes}')} xmlns='http://www.w3.org/2000/svg' role='img' "
            f"viewBox='0 {top:.0f} {self.width:g} {high:.0f}' width='{self.width:g}' height='{high:.0f}' "
            f"style='min-width:{least:.0f}px'>"
            f"<g class='{kind.strip()}'>{lines}{nodes}{things}</g></svg>"
        )

    def _node(self, i: int) -> str:
        s, shape = self.style, self.shape
        key, x, y = f"{self.prefix}n{i}", self.left(self.layout.layer[i]), self.middle(i) - s.height / 2
        if s.compact:
            x, y = round(x), round(y)
        inside = "" if self.lens else f"<title {slot(key + 't')}></title>"
        inside += f"<rect class='box' x='{x:.1f}' y='{y:.1f}' width='{s.width:g}' height='{s.height:g}' rx='6'/>"
        hue = "t" if s.mark == "dot" else "a"
        if s.compact:
            glyph = shape.glyphs[i]
            name = tspans(shape.names[i], 10.5)
            inside += f"<text x='{x + 5:.1f}' y='{y + 11.5:.1f}' class='m' font-size='10.5'>{name}</text>"
            inside += (
                f"<text x='{x + s.width - 5:.1f}' y='{y + 11.5:.1f}' class='end' font-size='10'>{escape(glyph)}</text>"
            )
            inside += f"<text {slot(key + 'd', f'num {hue}')} x='{x + s.width - 5:.1f}' y='{y + 24.5:.1f}'></text>"
            pips, foot = (x + 27, y + 8.5, 7.5, 2.5), ""
        else:
            right, middle = x + s.width - 9, f"x='{x + s.width / 2:.1f}' y='{y + 17:.1f}'"
            inside += f"<path class='s-rule' d='M{x + 1:.1f} {y + 24:.1f}h{s.width - 2:g}'/>"
            inside += self._heading(i, key, middle)
            for line, (part, mark, colour) in enumerate((("v", "", ""), ("d", s.mark, hue))):
                at = y + 41 + 20 * line
                inside += self._symbol(i, key + "s", mark, x + 9, at, colour)
                inside += f"<text {slot(key + part, f'num {colour}'.strip())} x='{right:.1f}' y='{at:.1f}'></text>"
            pips = (x + 14, y + s.height - 11, 11, 3.6)
            beside = x + 12 + 11 * min(shape.uses[i] or 1, PIPS + 1) if s.pips and not self.lens else x + 9
            foot = (
                f"<text {slot(key + 'f', 'foot')} x='{beside:.1f}' y='{y + s.height - 7:.1f}'></text>" if s.foot else ""
            )
        if s.pips and not self.lens:
            count = shape.uses[i] + (i == shape.output)
            if count <= s.most_pips:
                px, py, apart, r = pips
                inside += "".join(
                    f"<circle {slot(f'{key}p{m}', 'pip')} cx='{px + apart * m:.1f}' cy='{py:.1f}' r='{r}'/>"
                    for m in range(count)
                )
            elif not s.compact:
                foot = foot.replace(f"x='{beside:.1f}'", f"x='{x + 9:.1f}'")
        return f"<g {slot(key, 'n')}>{inside}{foot}</g>"

    def _heading(self, i: int, key: str, at: str) -> str:
        if self.lens:
            return f"<text {slot(key + 'h', 'm mid')} {at} font-size='14.5'></text>"
        text = self._headings(self.shape)[i]
        if i in self.shape.inputs:
            return f"<text class='mid' {at} font-size='12'>{escape(text)}</text>"
        return f"<text class='m mid' {at} font-size='14.5'>{tspans(text, 14.5)}</text>"

    def _symbol(self, i: int, key: str, mark: str, x: float, y: float, colour: str) -> str:
        if self.lens:  # the name is a slot; the mark, which stands over its first letter, is not
            drawn = drawn_mark(mark, x + 15 * 0.28, y, 15)
            return (
                f"<g class='sym {colour}'><text {slot(key, 'm')} x='{x:g}' y='{y:g}' font-size='15'></text>{drawn}</g>"
            )
        return svg_symbol(self.shape.names[i], mark, x, y, 15, f"sym {colour}".strip())

    def _furniture(
        self, prefix: str, edge: str, middle: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
    ) -> str:
        long, half = (4, 2.5) if self.style.compact else (6, 3.5)
        heads = (
            f"<path class='head' d='M{self.xy(*end)}l-{long} -{half}v{2 * half:g}z'/>"
            f"<path class='tail' d='M{self.xy(*start)}l{long} -{half}v{2 * half:g}z'/>"
        )
        own, key = slot(f"{prefix}e{edge}", "f"), f"{prefix}f{edge}"
        if self.style.compact:
            return f"<g {own}>{heads}</g>"
        x, y = middle
        return (
            f"<g {own}>{heads}<text {slot(key + 'p', 'plate')} x='{x:.1f}' y='{y + 4:.1f}'></text>"
            f"<g {slot(key + 'c', 'parcel')} transform='translate({self.xy(x, y)})'>"
            "<rect class='card' y='-18' height='36' rx='5'/><rect class='chip' y='-1' height='19' rx='4'/>"
            f"<text {slot(key + 'r')} y='-5'></text><text {slot(key + 'a', 'load')} y='13'></text></g></g>"
        )

    def xy(self, x: float, y: float) -> str:
        """A point; a large graph does without tenths of a pixel."""
        return f"{x:.0f} {y:.0f}" if self.style.compact else f"{x:.1f} {y:.1f}"


def parcel_class(*texts: str) -> str:
    """The class for a parcel that holds these texts."""
    longest = max(map(len, texts))
    return "" if longest <= 3 else "p2" if longest <= 5 else "p3" if longest <= 7 else "p4"
