"""The benchmarks measure right answers: each workload's derivative is the one written by hand."""

import math
import sys
from pathlib import Path

import pytest

pytest.importorskip("numpy")

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import engines
    import workloads

    yield engines, workloads.WORKLOADS
    for name in ("engines", "workloads"):
        del sys.modules[name]


NAMES = "W1 W2 W3 W4 W5 W6 W7a W7b W7c W7d W8a W8b W8c W9 W10a W10b".split()


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_gives_what_is_written_by_hand(name, benchmarks):
    engines, workloads = benchmarks
    want = engines.by_hand(workloads[name])()
    for engine in ("autograd_mini", "jit"):
        if not engines.refuses(engine, workloads[name]):
            call = engines.ENGINES[engine](workloads[name])
            assert engines.difference(call(), want) < 1e-12 and engines.difference(call(), want) < 1e-12
    assert any(engines._flat(want)), "a derivative of zeros would prove nothing"


def test_no_workload_is_left_out(benchmarks):
    assert list(benchmarks[1]) == NAMES


def test_a_wrong_answer_is_seen(benchmarks):
    engines, _ = benchmarks
    assert engines.difference((1.0, (2.0, 3.0)), (1.0, (2.0, 3.1))) > 0.01
    assert not engines.difference((1.0, (2.0, math.nan)), (1.0, (2.0, 3.0))) < 1e-8
    assert engines.difference((1.0, 2.0), (1.0, 2.0, 3.0)) == math.inf
