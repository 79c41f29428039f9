"""Where each row of a trace stands in its picture: a layered layout, the same every time.

After Sugiyama, Tagawa & Toda 1981: layers by longest path, order within a layer by barycentres, then
heights. An edge that passes over layers gets a slot of its own in each, so no edge runs under a node.
The order of the rows breaks every tie, so the same trace is always drawn the same.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple


class Via(NamedTuple):
    """Where the edges out of `row` pass `layer`."""

    row: int
    layer: int


Item = int | Via

SWEEPS, ROUNDS = 24, 40  # of crossing reduction; of evening out the heights
SLOT_WEIGHT = 4.0  # slots pull this much harder than nodes, so that long edges run straight


class Layout(NamedTuple):
    """`layer` of each row, `y` centre of each item, `route` from row i to row j, number of crossings."""

    layer: tuple[int, ...]
    y: dict[Item, float]
    route: dict[tuple[int, int], list[Item]]
    crossings: int


def spread(want: list[float], weight: list[float], apart: list[float]) -> list[float]:
    """The positions nearest to `want` (weighted least squares) that keep `apart[i]` between i and i+1.

    Pool adjacent violators (Barlow et al. 1972): exact, in one pass.
    """
    offset = [0.0]
    for gap in apart:
        offset.append(offset[-1] + gap)
    blocks: list[tuple[float, float, int]] = []
    for w, k, o in zip(want, weight, offset, strict=True):
        blocks.append((w - o, k, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (pb, kb, nb), (pa, ka, na) = blocks.pop(), blocks.pop()
            blocks.append(((pa * ka + pb * kb) / (ka + kb), ka + kb, na + nb))
    flat = [position for position, _, n in blocks for _ in range(n)]
    return [p + o for p, o in zip(flat, offset, strict=True)]


@lru_cache(maxsize=128)
def layered(parents: tuple[tuple[int, ...], ...], height: float, gap: float, slot: float) -> Layout:
    """Lay out a trace given as the parent rows of each row, for nodes of that `height` kept `gap` apart."""
    layer = _layers(parents)
    size: dict[Item, float] = dict.fromkeys(range(len(parents)), height)
    column: dict[Item, int] = {i: layer[i] for i in range(len(parents))}
    route: dict[tuple[int, int], list[Item]] = {}
    links: dict[tuple[Item, Item], None] = {}  # a dict keeps the order and drops doubles
    for i in range(len(parents)):
        for j, above in enumerate(parents):
            if i not in above:
                continue
            passed = [Via(i, c) for c in range(layer[i] + 1, layer[j])]
            chain: list[Item] = [i, *passed, j]
            route[i, j] = chain
            for via in passed:
                size[via], column[via] = slot, via.layer
            links.update(dict.fromkeys(pairwise(chain)))
    before: dict[Item, list[Item]] = {k: [] for k in size}
    after: dict[Item, list[Item]] = {k: [] for k in size}
    for a, b in links:
        after[a].append(b)
        before[b].append(a)
    columns, crossings = _ordered(column, before, after, list(links))
    y = _heights(columns, size, before, after, gap)
    top = min((y[k] - size[k] / 2 for k in y), default=0.0)
    return Layout(tuple(layer), {k: v - top for k, v in y.items()}, route, crossings)


def _layers(parents: tuple[tuple[int, ...], ...]) -> list[int]:
    layer: list[int] = []
    for above in parents:
        layer.append(1 + max((layer[p] for p in above), default=-1))
    for i, above in enumerate(parents):
        consumers = [layer[j] for j, others in enumerate(parents) if i in others]
        if not above and consumers:  # an input stands just before its first consumer
            layer[i] = min(consumers) - 1
    return layer


def _ordered(
    column: dict[Item, int],
    before: dict[Item, list[Item]],
    after: dict[Item, list[Item]],
    links: list[tuple[Item, Item]],
) -> tuple[dict[int, list[Item]], int]:
    columns: dict[int, list[Item]] = {}
    for item, c in column.items():
        columns.setdefault(c, []).append(item)

    def crossings() -> int:
        rank = {k: r for col in columns.values() for r, k in enumerate(col)}
        ends = [(column[a], rank[a], rank[b]) for a, b in links]
        return sum(
            p[0] == q[0] and (p[1] - q[1]) * (p[2] - q[2]) < 0 for n, p in enumerate(ends) for q in ends[:n]
        )  # fmt: skip

    fewest, best = crossings(), {c: list(col) for c, col in columns.items()}
    for sweep in range(SWEEPS):
        side = after if sweep % 2 else before
        for c in sorted(columns, reverse=bool(sweep % 2)):
            at = {k: (r + 0.5) / len(col) for col in columns.values() for r, k in enumerate(col)}
            mean = {k: sum(at[u] for u in side[k]) / len(side[k]) if side[k] else at[k] for k in columns[c]}
            columns[c].sort(key=mean.__getitem__)
        now = crossings()
        if now < fewest:
            fewest, best = now, {c: list(col) for c, col in columns.items()}
    return best, fewest


def _heights(
    columns: dict[int, list[Item]],
    size: dict[Item, float],
    before: dict[Item, list[Item]],
    after: dict[Item, list[Item]],
    gap: float,
) -> dict[Item, float]:
    y: dict[Item, float] = {k: r * (max(size.values()) + gap) for col in columns.values() for r, k in enumerate(col)}
    for turn in range(ROUNDS):
        for c in sorted(columns, reverse=bool(turn % 2)):
            col = columns[c]
            want, weight = [], []
            for k in col:
                near = [
                    (y[u], SLOT_WEIGHT if isinstance(u, Via) and isinstance(k, Via) else 1.0)
                    for u in before[k] + after[k]
                ]
                total = sum(w for _, w in near)
                want.append(sum(v * w for v, w in near) / total if near else y[k])
                weight.append(total or 1.0)
            apart = [(size[a] + size[b]) / 2 + gap for a, b in pairwise(col)]
            y.update(zip(col, spread(want, weight, apart), strict=True))
    return y
