"""Four ways and the step-size V: their numbers are those of other libraries."""

import re

import mpmath
import pytest
import sympy

import autograd_mini as ad
from autograd_mini.widgets import FourWays, StepSizeV, firstsight
from autograd_mini.widgets.rerun import rerun
from autograd_mini.widgets.step_size import bounds, errors


def seed(x):
    return ad.log(2.0) + 2.0 * x - ad.sin(x)


def slope(x):
    return 2.0 - ad.cos(x)


def root(x):
    return ad.sqrt(x)


def test_a_trace_run_on_a_symbol_is_the_expression_and_on_complex_numbers_its_value():
    import cmath

    def f(x):
        return ad.exp(-x) * x**3 / (x + 2.0) - ad.sqrt(x)

    t, x = ad.trace(f, 1.5), sympy.Symbol("x")
    expected = sympy.exp(-x) * x**3 / (x + 2) - sympy.sqrt(x)
    assert abs(complex(rerun(t, 0.75 + 0.5j, cmath)) - complex(expected.subs(x, 0.75 + 0.5j))) < 1e-14
    assert rerun(t, x, sympy, lambda c: sympy.Integer(int(c))).equals(expected)


def test_the_four_ways_agree_and_only_the_difference_falls_short():
    facts = {row[0]: row[1:] for row in FourWays(seed, slope, 5.0).drawing.facts[1:]}
    right = mpmath.nstr(2 - mpmath.cos(5), 4)
    assert all(row[0] == right for row in facts.values())
    assert {name: row[1] for name, row in facts.items()} == {
        "by hand": "15 or more", "difference": "6", "symbolic": "15 or more", "automatic": "15 or more",
    }  # fmt: skip


def test_operations_are_counted():
    operations = {row[0]: int(row[3]) for row in FourWays(seed, slope, 5.0).drawing.facts[1:]}
    assert operations["by hand"] == operations["symbolic"] == 2  # a subtraction and a cosine
    assert operations["difference"] == 2 * 4 + 3  # f twice, x + h, the rise, the quotient


def test_times_are_shown_live_and_never_stored():
    widget = FourWays(seed, slope, 5.0)
    stored = firstsight.text(widget.drawing) + str(widget.drawing)
    assert "µs" not in stored
    widget._inputs[0].value = 4.0
    assert "µs" in str(widget.drawing)


@pytest.mark.parametrize("h", [1e-1, 1e-2, 1e-3])
def test_where_truncation_rules_the_errors_are_those_of_exact_arithmetic(h):
    t = ad.trace(root, 3.0)
    with mpmath.workdps(40):
        f, x, step = mpmath.sqrt, mpmath.mpf(3), mpmath.mpf(h)
        right = 1 / (2 * f(x))
        expected = (
            abs((f(x + step) - f(x)) / step - right),
            abs((f(x + step) - f(x - step)) / (2 * step) - right),
            abs(mpmath.im(f(mpmath.mpc(x, step))) / step - right),
        )
    found = errors(root, t, h, float(right))
    assert all(abs(a - b) <= 1e-12 + 1e-6 * b for a, b in zip(found, map(float, expected), strict=True))


def test_the_lines_are_taylors_terms_and_the_rounding_of_f():
    a, b, r = bounds(root, ad.trace(root, 3.0))
    assert a == pytest.approx(abs(float(mpmath.diff(mpmath.sqrt, 3, 2))) / 2, rel=1e-9)
    assert b == pytest.approx(abs(float(mpmath.diff(mpmath.sqrt, 3, 3))) / 6, rel=1e-9)
    assert r == pytest.approx(2.0**-52 * 3**0.5)


def test_h_too_small_gives_a_quotient_of_zero_and_the_complex_step_has_no_v():
    *_, last = StepSizeV(root, 3.0).drawing.facts
    assert last == ["10⁻¹⁶", "0.29", "0.29", "≈ 0"]


def test_out_of_the_domain_is_a_dash_or_a_sentence_and_no_traceback():
    widget = StepSizeV(ad.log, 0.05, window=(0.0, 4.0))
    assert widget.drawing.facts[1][2] == "–"  # x − h is negative
    widget._inputs[0].value = 0.0
    assert "No picture here" in widget.stage.note


@pytest.mark.parametrize("widget", [FourWays(seed, slope, 5.0), StepSizeV(root, 3.0)])
def test_the_still_picture_stands_alone(widget):
    stored = firstsight.html(widget.drawing, len(widget.drawing.frames) - 1)
    assert len(stored) < 40_000
    assert re.search(r'<img alt="[^"]+"', stored) and "<table>" in stored
    assert "Look for:" in type(widget).__doc__
    assert widget.stage.names == ["x"]


def test_the_digits_that_cancel_are_set_apart():
    upper, lower = f"{(3 + 1e-8) ** 0.5:.17g}", f"{3**0.5:.17g}"
    said = StepSizeV(root, 3.0).drawing.frames[7]["alg"][0]
    assert f"<span class='ad-ink2'>{upper[:9]}</span><b>{upper[9:]}</b>" in said
    assert f"<span class='ad-ink2'>{lower[:9]}</span><b>{lower[9:]}</b>" in said
    assert "8 leading digits" in said


def test_four_ways_takes_absolute_values_and_says_when_sympy_has_no_formula():
    facts = FourWays(lambda x: abs(x) * x, lambda x: 2.0 * abs(x), -3.0).drawing.facts
    assert [row[1] for row in facts[1:]] == ["6", "6.000", "6", "6"]
    with pytest.raises(ValueError, match="SymPy finds no formula"):
        FourWays(lambda x: ad.maximum(x, 1.0), lambda x: 1.0, 3.0)
