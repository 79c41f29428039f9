"""The list builder: right lists in any order, the first wrong row, and sentences for what cannot be carried out."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

from autograd_mini.widgets import WengertBuilder, firstsight
from tests.widgets import functions

RIGHT = [
    ("v1", "ln", "x1"),
    ("v2", "×", "x1", "x2"),
    ("v3", "sin", "x2"),
    ("v4", "+", "v1", "v2"),
    ("v5", "−", "v4", "v3"),
]
OTHER_ORDER = [
    ("v1", "sin", "x2"),
    ("v2", "*", "x2", "x1"),
    ("v3", "-", "v2", "v1"),
    ("v4", "log", "x1"),
    ("v5", "add", "v4", "v3"),
]


def builder(rows, at=(2.0, 5.0)):
    return WengertBuilder(functions.seed, at, rows=rows)


def numbers(widget):
    return [fact[1] for fact in widget.drawing.facts[1:]]


def test_a_complete_list_shows_the_values_of_the_function():
    b = builder(RIGHT)
    assert b.complete
    assert numbers(b) == ["2", "5", "0.6931", "10", "−0.9589", "10.69", "11.65", "11.65"]
    b._inputs[0].value, b._inputs[1].value = 3.0, 4.0
    by_hand = [r.value for r in b.trace.rows][-1]
    assert by_hand == pytest.approx(math.log(3) + 12 - math.sin(4)) and b.complete


def test_another_order_of_rows_is_as_right():
    b = builder(OTHER_ORDER)
    assert b.complete and not any("✗" in fact[2] for fact in b.drawing.facts)


@pytest.mark.parametrize("n", range(5))
def test_a_list_that_stops_early_is_not_complete_and_not_wrong(n):
    b = builder(RIGHT[:n])
    assert not b.complete and len(b.drawing.frames) == 2 + n
    assert not any("✗" in fact[2] for fact in b.drawing.facts)
    assert "not yet seed(x₁, x₂)" in b.drawing.facts[-1][2]
    assert "f = " not in b.drawing.html(1 + n).split("<table")[0]  # no node says that it is the value of f


@pytest.mark.parametrize(
    "k, wrong",
    [
        (0, ("v1", "sin", "x1")),
        (2, ("v3", "cos", "x2")),
        (3, ("v4", "×", "v1", "v2")),
        (4, ("v5", "+", "v4", "v3")),
        (4, ("v5", "−", "v3", "v4")),
    ],
)
def test_the_first_row_that_the_function_does_not_compute_is_marked(k, wrong):
    b = builder([*RIGHT[:k], wrong, *RIGHT[k + 1 :]])
    marks = [i for i, fact in enumerate(b.drawing.facts[1:-1]) if "✗" in fact[2]]
    assert marks[0] == 2 + k and not b.complete
    assert b.drawing.frames[2 + k][f"n{2 + k}"] == "bad"


@pytest.mark.parametrize(
    "row, words",
    [
        (("v2", "×", "x1"), "v2: × takes 2 operands."),
        (("v2", "ln", "x1", "x2"), "v2: ln takes 1 operand."),
        (("v2", "×", "x1", "v3"), "v2 uses v3, which no row above it makes."),
        (("v2", "×", "x1", "v2"), "v2 uses v2, which no row above it makes."),
        (("v9", "×", "x1", "x2"), "this one is v2."),
        (("v2", "round", "x1"), "which this list does not know"),
        (("v2", "×", 3.0, 4.0), "only constants"),
        ("v2 = x1 x2", "row 2 is not (name, operation, operands…)."),
        (("v2",), "row 2 is not (name, operation, operands…)."),
    ],
)
def test_a_row_that_cannot_be_carried_out_is_a_sentence(row, words):
    b = builder([RIGHT[0], row, *RIGHT[2:]])
    assert words.replace("v2", "v₂").replace("v3", "v₃") in b.drawing.facts[-1][2]
    assert len(b.drawing.frames) == 3 and not b.complete


def test_constants_are_operands_without_a_row():
    b = WengertBuilder(
        lambda x: 3.0 * x + x / 4.0, 5.0, rows=[("v1", "×", 3, "x"), ("v2", "/", "x", 4), ("v3", "+", "v1", "v2")]
    )
    assert b.complete and numbers(b) == ["5", "15", "1.25", "16.25", "16.25"]


@pytest.mark.parametrize("rows", [[], RIGHT[:2], RIGHT])
def test_the_still_picture_is_one_self_contained_svg(rows):
    b = builder(rows)
    svg = firstsight.still(b.drawing, len(b.drawing.frames) - 1)
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--ad-" not in svg and "data-k" not in svg


def test_the_class_says_what_to_look_for():
    assert "Look for:" in WengertBuilder.__doc__
