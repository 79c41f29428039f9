"""An answer that learns the probes drawn with the key can tell nobody: neither by printing nor by raising."""

import json

import pytest

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import probes
from tests.grading.test_verdict import SEED, marks

EXERCISE = CATALOGUE.by_id["reverse-product"][0]
HIDDEN = set(probes(EXERCISE, SEED)) - set(probes(EXERCISE))
SPY = """
import os, sys

def found():
    frame, seen = sys._getframe(), []
    while frame:
        seen += [repr(value) for value in list(frame.f_locals.values()) if "product_report" in repr(value)]
        frame = frame.f_back
    return "".join(seen)

def product_report(x, y, z_bar):
    os.write(1, found().encode())
    print(found(), file=sys.__stderr__)
    {answer}
"""


@pytest.mark.parametrize(("answer", "points"), [
    ("return z_bar * y, z_bar * x", 1),
    ("raise RuntimeError(found()[-200:])", 0),
    ("return z_bar * x, z_bar * y", 0),
])
def test_what_an_answer_finds_in_its_process_reaches_nobody(box, answer, points):
    mark = marks(box, EXERCISE, SPY.format(answer=answer))[EXERCISE.id]
    assert mark.points == points
    told = json.dumps(mark.record(), ensure_ascii=False)
    assert len(HIDDEN) >= 3
    assert not [probe for probe in HIDDEN if probe in told or probe.removeprefix("product_report") in told]
