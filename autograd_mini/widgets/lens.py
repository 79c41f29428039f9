"""The enlarged view of one row in a large graph: its inputs, itself, and the first of its consumers.

There are few such shapes. Each one that occurs is drawn once, with slots for names and numbers, and
every step shows the one it needs.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets.drawing import Frame, partial_label, slot
from autograd_mini.widgets.graph import Graph, Shape, Style, parcel_class
from autograd_mini.widgets.notation import tspans

Fill = Callable[[Frame, str, int], None]  # writes a row into the slots of a node


class Lens:
    """All lens shapes of one trace, as markup (`svg`) and as slots to fill (`show`)."""

    def __init__(self, trace: EvaluationTrace, style: Style, classes: str) -> None:
        self.trace = trace
        self.near = [self._neighbours(i) for i in range(len(trace.rows))]
        self.graphs: dict[tuple[tuple[int, ...], int], Graph] = {}
        for parents, me, consumers in self.near:
            key = self._key(parents, me, consumers)
            if key not in self.graphs:
                self.graphs[key] = Graph(self._shape(*key), style, prefix=f"l{len(self.graphs)}", lens=True)
        self.svg = "".join(
            f"<div {slot(g.prefix, 'lens')}>{g.svg(classes, key='say')}</div>" for g in self.graphs.values()
        )

    def _neighbours(self, i: int) -> tuple[list[int], int, list[int]]:
        parents = [p for p in dict.fromkeys(self.trace.rows[i].parents) if p is not None]
        return parents, i, list(dict.fromkeys(self.trace.consumers(i)))[:1]

    def _key(self, parents: list[int], me: int, consumers: list[int]) -> tuple[tuple[int, ...], int]:
        """Which of the neighbours is each operand, and how many consumers there are."""
        return tuple(parents.index(p) for p in self.trace.rows[me].parents if p is not None), len(consumers)

    @staticmethod
    def _shape(operands: tuple[int, ...], consumers: int) -> Shape:
        known = len(set(operands))
        parents = ((),) * known + (operands,) + ((known,),) * consumers
        n = len(parents)
        return Shape(("v",) * n, ("",) * n, ("",) * n, parents, (1,) * n, (), -1)

    def show(self, frame: Frame, i: int, fill: Fill, edge: str, loads: list[str] | None) -> None:
        """Show row i: `fill` puts the numbers into a node's slots, `edge` is the class of the edges into i,
        `loads` the amounts that flow along them, one an operand that is a row."""
        parents, me, consumers = self.near[i]
        graph = self.graphs[self._key(parents, me, consumers)]
        rows = [*parents, me, *consumers]
        frame[graph.prefix] = "on"
        for n, r in enumerate(rows):
            key, row = f"{graph.prefix}n{n}", self.trace.rows[r]
            frame[key + "h"] = [tspans(self.trace.expression(r), 14.5)]
            frame[key + "s"] = [tspans(row.name, 15)]
            fill(frame, key, r)
        operands = [(k, p) for k, p in enumerate(self.trace.rows[i].parents) if p is not None]
        for n, (k, _p) in enumerate(operands):
            at = f"{graph.prefix}{{}}{len(parents)}.{n}"
            frame[at.format("e")] = edge
            label = partial_label(self.trace.rows[i].partials[k] or 0.0)
            frame[at.format("f") + "p"] = [label]
            if loads:
                frame[at.format("f") + "r"], frame[at.format("f") + "a"] = [label], [loads[n]]
                frame[at.format("f") + "c"] = parcel_class(label, loads[n])
        for n, c in enumerate(consumers):
            at = f"{graph.prefix}{{}}{len(parents) + 1 + n}.0"
            k = self.trace.rows[c].parents.index(i)
            frame[at.format("f") + "p"] = [partial_label(self.trace.rows[c].partials[k] or 0.0)]

    def reset(self, frame: Frame) -> None:
        """Hide every lens."""
        for graph in self.graphs.values():
            frame[graph.prefix] = ""
