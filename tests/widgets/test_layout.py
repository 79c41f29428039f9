"""The layout keeps its promises: no node on a node, no edge under a node, the same every time."""

from __future__ import annotations

import random
import time
from itertools import combinations

import pytest

import autograd_mini as ad
from autograd_mini.widgets.graph import BACKWARD, FORWARD, SMALL, Graph, shape_of
from autograd_mini.widgets.layout import Via, layered, spread
from tests.widgets import functions


def random_parents(n, seed):
    """A trace of n rows: 6 inputs, the rest with one or two operands."""
    draw = random.Random(seed)
    return tuple(
        () if i < 6 else tuple(draw.randrange(max(0, i - 12), i) for _ in range(draw.choice((1, 2, 2))))
        for i in range(n)
    )


@pytest.mark.parametrize("seed", range(6))
def test_nodes_keep_their_distance_and_edges_their_lanes(seed):
    parents = random_parents(40, seed)
    height, gap, slot = 30, 8, 4
    plan = layered(parents, height, gap, slot)
    columns = {}
    for item, y in plan.y.items():
        c = item.layer if isinstance(item, Via) else plan.layer[item]
        columns.setdefault(c, []).append((y, slot if isinstance(item, Via) else height))
    for column in columns.values():
        for (y1, h1), (y2, h2) in combinations(column, 2):
            assert abs(y1 - y2) >= (h1 + h2) / 2 + gap - 1e-6
    for j, above in enumerate(parents):
        assert all(plan.layer[p] < plan.layer[j] for p in above)


def test_the_same_trace_is_laid_out_the_same():
    parents = random_parents(40, 1)
    layered.cache_clear()
    first = layered(parents, 30, 8, 4)
    layered.cache_clear()
    assert layered(parents, 30, 8, 4) == first


def test_forty_rows_are_laid_out_in_time():
    layered.cache_clear()
    start = time.perf_counter()
    layered(random_parents(40, 2), 30, 8, 4)
    assert time.perf_counter() - start < 1.0  # 0.2 s on a quiet core; once for a shape


def test_spread_is_the_nearest_that_keeps_apart():
    assert spread([0.0, 0.0], [1.0, 1.0], [2.0]) == [-1.0, 1.0]
    assert spread([0.0, 0.0], [3.0, 1.0], [2.0]) == [-0.5, 1.5]
    assert spread([0.0, 5.0], [1.0, 1.0], [2.0]) == [0.0, 5.0]


def test_the_running_example_has_no_crossing():
    t = ad.trace(functions.seed, 2.0, 5.0)
    assert Graph(shape_of(t), FORWARD).layout.crossings == 0
    assert Graph(shape_of(t), BACKWARD).width <= 640  # leaves room for the table at 1280 px


def test_labels_of_parcels_that_flow_together_do_not_cover_each_other():
    for f, at in ((functions.square, (3.0,)), (functions.seed, (2.0, 5.0))):
        g = Graph(shape_of(ad.trace(f, *at)), FORWARD)
        middles = g._labels([g.curve(*edge)[1] for edge in g.edges])
        for (a, (_, ja, _)), (b, (_, jb, _)) in combinations(zip(middles, g.edges, strict=True), 2):
            if ja == jb and abs(a[0] - b[0]) < 40:
                assert abs(a[1] - b[1]) >= 36


def test_a_large_graph_is_drawn_small_and_never_scaled():
    g = Graph(shape_of(ad.trace(functions.forty, *functions.FORTY_AT)), SMALL["bar"])
    assert g.style.compact and f"width='{g.width:g}'" in g.svg()
