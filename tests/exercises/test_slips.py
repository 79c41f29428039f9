"""What learners wrote in the lessons' exercises, and the sentence that they need."""

import math

import pytest

import autograd_mini as ad
from autograd_mini.exercises import check
from autograd_mini.exercises.catalogue import CATALOGUE

FIRST = '[("v1", "ln", "x1"), ("v2", "*", "x1", "x2")'

SLIPS = [
    ("trace-fill", f'rows = {FIRST}, ("v4", "-", "v3", "v5")]', "Row v4 uses 'v3', which is no input and no row"),
    ("trace-fill", f'rows = {FIRST}, ("v3", "sin x2", "x2")]', "Row v3 has the operation 'sin x2'."),
    ("trace-fill", f'rows = {FIRST}, ("v3", "sin", "sin x2")]', "Row v3 uses 'sin x2', which is no input"),
    ("trace-fill", f'rows = {FIRST}, ("v4", "+", "v1", "v2", "x1")]', "Row v4: + takes 2 operands."),
    ("trace-fill", f'rows = {FIRST}, "v3 = sin x2"]', "Row 3 is not (name, operation, operands…)."),
    ("tape-order", 'order = ["e", "d", "c", "b"]', "f never reports, so nothing reaches the others. f comes first."),
    ("tape-order", 'order = ["f", "v4"]', "'v4' is no row of this graph."),
    ("tape-ready", "def ready(consumers, reported): return len(consumers) - 1", "Return a list"),
]  # fmt: skip


@pytest.mark.parametrize("id, program, said", SLIPS)
def test_a_slip_is_told_in_a_sentence(id, program, said):
    space = {"math": math, "ad": ad}
    exec(program, space)
    text = repr(check(id, *(space[name] for name in CATALOGUE.by_id[id][0].names)))
    assert said in text and "Error" not in text, text
