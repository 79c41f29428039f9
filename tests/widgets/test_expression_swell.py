"""Expression swell: its counts against SymPy's own count and against recurrences, its slopes against a closed form."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest
import sympy

import autograd_mini as ad
from autograd_mini.widgets import ExpressionSwell, firstsight
from autograd_mini.widgets.swell import (
    CLIP,
    clipped,
    derivative,
    iterated,
    operations,
    size,
    spelled,
    with_names,
    written_out,
)

NS = range(2, 9)


def logistic(l):  # noqa: E741 (the name of the literature)
    return 4.0 * l * (1.0 - l)


def bent(l):  # noqa: E741
    return l * ad.sin(l) / (2.0 - l) ** 2.0


def binary_operations(text):
    """How many signs of operations stand in an expression of numbers, x and + − ×; a bracketed number has none."""
    return len(re.findall(" [+−×] ", text))


def test_the_written_expression_has_as_many_signs_as_are_counted():
    for n in NS:
        t = derivative(logistic, n, 0.2)
        pieces = list(spelled(t, t.output))
        text = "".join(piece.text for piece in pieces)
        assert binary_operations(text) == written_out(t) == sum(piece.operations for piece in pieces)


@pytest.mark.parametrize("step", [logistic, bent])
@pytest.mark.parametrize("n", [2, 3])
def test_the_written_expression_is_the_derivative(step, n):
    t = derivative(step, n, 0.7)
    text = "".join(piece.text for piece in spelled(t, t.output))
    for sign, python in {"×": "*", "−": "-", "²": "**2", "¹": "**1"}.items():
        text = text.replace(sign, python)
    text = re.sub(r"\b(sin|cos) x\b", r"\1(x)", text)
    x = sympy.Symbol("x")
    f = x
    for _k in range(n - 1):
        f = 4 * f * (1 - f) if step is logistic else f * sympy.sin(f) / (2 - f) ** 2
    found = eval(text, {"x": 0.7, "sin": math.sin, "cos": math.cos})
    assert found == pytest.approx(float(sympy.diff(f, x).subs(x, 0.7)), rel=1e-12)


def test_a_part_with_a_name_is_counted_once_as_sympy_counts_it():
    x = sympy.Symbol("x")
    t = ad.trace(lambda x: (x + 3.0) * (x + 3.0) + (x + 3.0), 0.7)
    same = sympy.Add(sympy.Mul(x + 3, x + 3, evaluate=False), x + 3, evaluate=False)
    parts, (rest,) = sympy.cse(same)
    assert written_out(t) == 5
    assert with_names(t) == sum(sympy.count_ops(part) for _name, part in parts) + sympy.count_ops(rest) == 3
    assert operations(t) == 5  # the run did it three times all the same


def test_named_a_round_adds_8_rows_and_written_out_the_size_more_than_doubles():
    """By hand: d(uv) with u = 4l and v = 1 − l, and the chain of sizes that follows from it."""
    value, slope = 0, 0  # operations of lₙ and of its derivative, written out; the seed is a number
    for n in NS:
        u, v = value + 1, value + 1
        slope = 1 + (v + 1 + (slope + 1)) + (u + 1 + (slope + 1)) if n > 2 else 1 + (v + 1) + (u + 1)
        value = u + v + 1
        z = size(logistic, n, 0.2)
        assert (z.written, z.named, z.automatic, z.alone) == (slope, 8 * n - 11, 8 * n - 10, 3 * n - 3)


def test_the_slopes_are_those_of_the_closed_form():
    """lₙ = sin²(2ⁿ⁻¹ θ) with sin²θ = x (Ulam and von Neumann, 1947)."""
    for n in NS:
        theta = math.asin(math.sqrt(0.2))
        expected = 2 ** (n - 1) * math.sin(2**n * theta) / math.sin(2 * theta)
        assert size(logistic, n, 0.2).slope == pytest.approx(expected, rel=1e-11)


def test_sizes_do_not_depend_on_x():
    def counts(widget):
        return [row[:5] for row in widget.drawing.facts]

    widget = ExpressionSwell(logistic, 0.2, window=(0.0, 1.0))
    before = counts(widget)
    for x in (0.0, 0.5, 1.0):
        widget._inputs[0].value = x
        assert counts(widget) == before
        assert widget.stage.note == ""


def test_the_expression_is_clipped_and_says_what_is_left_out():
    pieces, left = clipped(derivative(logistic, 8, 0.2))
    text = "".join(piece.text for piece in pieces)
    assert len(text) <= CLIP
    assert left + binary_operations(text) == 2687
    assert f"… {left} more operations" in ExpressionSwell(logistic, 0.2).drawing.frames[-1]["alg"][0]
    pieces, left = clipped(derivative(logistic, 2, 0.2))
    assert ("".join(piece.text for piece in pieces), left) == ("(1 − x) × 4 + 4 × x × (−1)", 0)


def test_what_earlier_rounds_have_written_is_grey():
    first, second, *_rest = ExpressionSwell(logistic, 0.2).drawing.frames
    assert "grey" not in first["alg"][0]
    grey = re.findall("<span class='ad-ink2'>(.*?)</span>", second["alg"][0].partition("role='math'")[2])
    assert re.sub("<[^>]*>", "", grey[0]) == "4 × x × (1 − x)"  # l₂ within the derivative of l₃


def test_each_round_lists_the_rows_that_it_adds():
    frames = ExpressionSwell(logistic, 0.2).drawing.frames
    assert "6 rows added" in frames[0]["alg"][0]
    assert all("8 rows added" in frame["alg"][0] for frame in frames[1:])


def test_a_size_of_nothing_and_an_unfit_map():
    assert ExpressionSwell(lambda l: l + 3.0, 0.2).drawing.facts[1][1:5] == ["0", "0", "1", "1"]  # noqa: E741
    with pytest.raises(ValueError, match="room for 40 operations"):
        ExpressionSwell(lambda l: ad.sin(ad.sin(ad.sin(ad.sin(ad.sin(ad.sin(l)))))), 0.2)  # noqa: E741


def test_outside_the_domain_there_is_a_sentence():
    widget = ExpressionSwell(lambda l: ad.sqrt(l), 0.2, window=(-1.0, 1.0))  # noqa: E741
    widget._inputs[0].value = -0.5
    assert "No picture here" in widget.stage.note


def test_one_ruler_at_a_time_and_the_lines_grow():
    frames = ExpressionSwell(logistic, 0.2).drawing.frames
    for s, frame in enumerate(frames):
        assert [k for k in range(len(NS)) if frame[f"h{k}"] == ""] == [s]
        assert sum(frame[f"d{k}"] == "" for k in range(len(NS))) == s + 1
        assert sum(f"r{k}w" in frame for k in range(len(NS))) == s + 1


def test_the_still_picture_stands_alone():
    widget = ExpressionSwell(logistic, 0.2)
    svg = firstsight.still(widget.drawing, 6)
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--ad-" not in svg and "data-k" not in svg
    assert len(firstsight.html(widget.drawing, 6)) < 20_000
    assert sum(map(len, widget.stage.patches["contents"])) < 40_000


def test_the_slider_has_a_name_and_the_class_says_what_to_look_for():
    assert ExpressionSwell(logistic, 0.2).stage.names == ["x"]
    assert "Look for:" in ExpressionSwell.__doc__
    assert iterated(logistic, 3)(0.2) == pytest.approx(0.9216)
