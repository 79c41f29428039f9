"""The evaluation trace is what the pictures read: its rows, its words and its numbers."""

import math
from html.parser import HTMLParser
from unicodedata import normalize

import pytest

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.trace import BAR, DOT, marked
from tests.engine.cases import CASES, near
from tests.engine.reading import read


def seed_function(x1, x2):
    """Baydin, Pearlmutter, Radul & Siskind 2018, §3, in the order of their tables 2 and 3."""
    v1 = ad.log(x1)
    v2 = x1 * x2
    v3 = ad.sin(x2)
    v4 = v1 + v2
    return v4 - v3


BAYDIN = ad.trace(seed_function, 2.0, 5.0)


def composed(text):
    """x with a combining dot as the one character ẋ, so that the tests below can be typed."""
    return normalize("NFC", text)


def rounded(numbers, digits=3):
    return [round(x, digits) for x in numbers]


def test_the_primal_column_is_table_2_of_baydin_et_al():
    assert [row.name for row in BAYDIN.rows] == ["x1", "x2", "v1", "v2", "v3", "v4", "v5"]
    assert rounded(row.value for row in BAYDIN.rows) == [2, 5, 0.693, 10, -0.959, 10.693, 11.652]
    assert BAYDIN.rows[BAYDIN.output].value == 11.652071455223084
    assert (BAYDIN.title, BAYDIN.inputs, BAYDIN.output) == ("seed_function(x1, x2)", (0, 1), 6)


def test_the_tangent_columns_are_those_of_baydin_et_al_and_of_the_second_seed():
    assert rounded(BAYDIN.tangents((1.0, 0.0))) == [1, 0, 0.5, 5, 0, 5.5, 5.5]
    assert rounded(BAYDIN.tangents((0.0, 1.0))) == [0, 1, 0, 2, 0.284, 2, 1.716]
    assert BAYDIN.tangents((0.0, 1.0))[-1] == 1.7163378145367738


def test_the_adjoint_column_is_table_3_of_baydin_et_al():
    assert rounded(BAYDIN.adjoints()) == [5.5, 1.716, 1, 1, -1, 1, 1]


def test_the_return_sweep_reports_row_by_row_upwards_and_in_operand_order():
    cos5 = math.cos(5.0)
    assert BAYDIN.contributions() == (
        (None, 6, 1.0),
        (6, 5, 1.0), (6, 4, -1.0),
        (5, 2, 1.0), (5, 3, 1.0),
        (4, 1, -cos5),
        (3, 0, 5.0), (3, 1, 2.0),
        (2, 0, 0.5),
    )  # fmt: skip
    assert [c.amount for c in BAYDIN.contributions(seed=-2.0)] == [-2 * c.amount for c in BAYDIN.contributions()]


def test_a_row_holds_operation_parents_operands_value_and_partials():
    row = BAYDIN.rows[3]
    assert (row.index, row.name, row.op, row.parents, row.operands) == (3, "v2", "multiply", (0, 1), (2.0, 5.0))
    assert (row.value, row.partials) == (10.0, (5.0, 2.0))
    assert BAYDIN.rows[0][2:] == ("input", (), (), 2.0, ())


def test_a_constant_operand_has_no_parent_and_no_partial():
    trace = ad.trace(lambda x: 2 - x * 3.0, 4.0)
    times, minus = trace.rows[1:]
    assert (times.parents, times.operands, times.partials) == ((0, None), (4.0, 3.0), (3.0, None))
    assert (minus.parents, minus.operands, minus.partials) == ((None, 1), (2.0, 12.0), (None, -1.0))
    integers = ad.trace(lambda x: ad.maximum(3 * x**2, 2) - 1, 4.0)
    for row in (*trace.rows, *integers.rows):
        assert {type(number) for number in (row.value, *row.operands, *row.partials)} <= {float, type(None)}
    assert [trace.expression(i) for i in (1, 2)] == ["x × 3", "2 − v1"]


def test_consumers_count_every_use_on_a_road_to_the_output_in_order_of_creation():
    def f(x, y):
        square = x * x
        ad.sin(square)  # dead: nothing uses it
        return square + x + y * 0.0

    trace = ad.trace(f, 3.0, 1.0)
    assert [row.op for row in trace.rows] == ["input", "input", "multiply", "sin", "add", "multiply", "add"]
    assert [trace.consumers(i) for i in range(7)] == [(2, 2, 4), (5,), (4,), (), (6,), (6,), ()]


def test_dead_rows_are_listed_and_silent():
    def f(x):
        unused = ad.exp(x)
        ad.sqrt(unused)
        return x * 2.0

    trace = ad.trace(f, 1.0)
    assert [row.op for row in trace.rows] == ["input", "exp", "sqrt", "multiply"]
    assert {c.source for c in trace.contributions()} == {None, 3}
    assert trace.adjoints() == (2.0, 0.0, 0.0, 1.0)
    assert trace.tangents((1.0,)) == pytest.approx((1.0, math.e, 0.5 * math.sqrt(math.e), 2.0), rel=1e-15)
    assert "sqrt" in str(trace) or "√" in str(trace)


def test_rows_after_the_output_are_dead_too():
    def f(x):
        y = x * x
        ad.sin(y)
        return y

    trace = ad.trace(f, 3.0)
    assert (trace.output, len(trace.rows), trace.consumers(trace.output)) == (1, 3, ())
    assert trace.adjoints() == (6.0, 1.0, 0.0)


def test_an_output_that_is_an_input_is_one_row():
    trace = ad.trace(lambda x, y: y, 1.0, 2.0)
    assert (len(trace.rows), trace.output) == (2, 1)
    assert trace.contributions() == ((None, 1, 1.0),)
    assert (trace.adjoints(), trace.tangents((5.0, 7.0))) == ((0.0, 1.0), (5.0, 7.0))


def test_an_output_that_is_a_constant_is_a_row_of_its_own():
    trace = ad.trace(lambda x: 7, 1.0)
    row = trace.rows[trace.output]
    assert (row.op, row.value, row.parents, row.partials) == ("constant", 7.0, (), ())
    assert (trace.adjoints(), trace.tangents((1.0,))) == ((0.0, 1.0), (1.0, 0.0))
    assert trace.inputs == (0,)
    assert (trace.tangent_rule(0), trace.tangent_rule(1)) == ("seed", "0")


def test_inputs_are_named_as_the_functions_arguments_where_these_are_short():
    assert ad.trace(lambda a, b: a * b, 1.0, 2.0).title == "f(a, b)"
    assert ad.trace(lambda temperature: temperature * 2.0, 1.0).title == "f(x1)"
    assert ad.trace(lambda v3: v3 * 2.0, 1.0).title == "f(x1)"  # v3 is the name of a row
    assert ad.trace(lambda *xs: xs[0] * xs[1], 1.0, 2.0).title == "f(x1, x2)"
    assert ad.trace(ad.sin, 1.0).title == "sin(x1)"
    names = [row.name for row in ad.trace(lambda a, b: ad.exp(a) * b, 1.0, 2.0).rows]
    assert names == ["a", "b", "v1", "v2"]


def test_the_same_operand_twice_gets_both_contributions():
    trace = ad.trace(lambda x: x * x, 3.0)
    assert trace.contributions() == ((None, 1, 1.0), (1, 0, 3.0), (1, 0, 3.0))
    assert (trace.adjoints()[0], trace.tangents((1.0,))[1]) == (6.0, 6.0)


def test_a_derivative_can_be_traced_like_any_function():
    trace = ad.trace(ad.grad(lambda x: x**3), 2.0)
    assert trace.rows[trace.output].value == 12.0
    assert trace.adjoints()[0] == 12.0  # the second derivative, 6x
    trace = ad.trace(lambda x: ad.jvp(ad.sin, (x,), (1.0,))[1], 1.0)
    assert (trace.rows[trace.output].value, trace.adjoints()[0]) == (math.cos(1.0), -math.sin(1.0))


def test_the_names_of_tangents_and_adjoints_carry_a_dot_and_a_bar():
    assert (marked("x1", DOT), marked("v12", BAR)) == ("x\u03071", "v\u030412")


def test_the_rules_of_the_running_example_read_as_one_writes_them():
    assert [BAYDIN.expression(i) for i in range(2, 7)] == ["ln x1", "x1 × x2", "sin x2", "v1 + v2", "v4 − v3"]
    assert [composed(BAYDIN.tangent_rule(i)) for i in range(7)] == [
        "seed", "seed", "ẋ1 / x1", "ẋ1 x2 + x1 ẋ2", "ẋ2 cos x2", "v̇1 + v̇2", "v̇4 − v̇3",
    ]  # fmt: skip
    assert [BAYDIN.partial_rule(3, k) for k in (0, 1)] == ["x2", "x1"]
    assert BAYDIN.partial_rule(2, 0) == "1 / x1"
    assert BAYDIN.partial_rule(4, 0) == "cos x2"
    assert [BAYDIN.partial_rule(6, k) for k in (0, 1)] == ["1", "−1"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.text + " on " + str(c.domain[0]))
def test_what_is_written_beside_a_row_is_what_is_computed(case):
    """Expression, partials and tangent rule are read back and give the row's own numbers (to the digits shown)."""
    trace = ad.trace(case.ours, *case.point)
    seeds = (0.75, -1.25)[: len(case.domain)]
    dots = trace.tangents(seeds)
    values = {row.name: row.value for row in trace.rows}
    values |= {marked(row.name, DOT): dot for row, dot in zip(trace.rows, dots, strict=True)}
    for row in trace.rows:
        if row.op == "input":
            continue
        i = row.index
        assert near(read(trace.expression(i), values), row.value, 1e-3), trace.expression(i)
        assert near(read(trace.tangent_rule(i), values), dots[i], 1e-3), trace.tangent_rule(i)
        for k, partial in enumerate(row.partials):
            if partial is not None:
                assert near(read(trace.partial_rule(i, k), values), partial, 1e-3), trace.partial_rule(i, k)


@pytest.mark.parametrize(
    ("f", "at", "rule"),
    [
        (ad.reciprocal, 2.0, "−v1² ẋ1"),
        (lambda x: x**-2, 2.0, "−2 x⁻³ ẋ"),
        (lambda x: x**2, 2.0, "2 x ẋ"),
        (lambda x: x**3, 2.0, "3 x² ẋ"),
        (lambda x: 2 * x, 2.0, "2 ẋ"),
        (lambda x: 2 - x, 2.0, "−ẋ"),
        (lambda x: ad.maximum(x, 0.0), 2.0, "ẋ"),
        (lambda x: ad.maximum(x, 0.0), -2.0, "0"),
        (lambda x: ad.stop_gradient(x), 2.0, "0"),
        (abs, -2.0, "ẋ1 sign(x1)"),
        (ad.exp, 1.0, "v1 ẋ1"),
    ],
)
def test_no_rule_reads_as_a_subtraction_that_is_a_product(f, at, rule):
    """Factors may stand in any order, as long as a minus sign stands in front of them all."""
    written = composed(ad.trace(f, at).tangent_rule(1))
    assert sorted(written.lstrip("−").split()) == sorted(rule.lstrip("−").split())
    assert written.startswith("−") == rule.startswith("−")


def test_the_text_table_lists_every_row_with_value_and_partials():
    assert str(BAYDIN) == repr(BAYDIN)
    assert str(BAYDIN).splitlines() == [
        "row             value  partials",
        "x1                  2",
        "x2                  5",
        "v1 = ln x1     0.6931  ∂v1/∂x1 = 0.5",
        "v2 = x1 × x2       10  ∂v2/∂x1 = 5, ∂v2/∂x2 = 2",
        "v3 = sin x2   −0.9589  ∂v3/∂x2 = 0.2837",
        "v4 = v1 + v2    10.69  ∂v4/∂v1 = 1, ∂v4/∂v2 = 1",
        "v5 = v4 − v3    11.65  ∂v5/∂v4 = 1, ∂v5/∂v3 = −1",
    ]


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data


def test_the_html_table_says_the_same_and_can_be_read_aloud():
    page = Cells()
    page.feed(BAYDIN._repr_html_())
    read_aloud = [" ".join(" ".join(row).split()) for row in page.rows]
    assert read_aloud == [" ".join(line.split()) for line in str(BAYDIN).splitlines()]
    (_, table), *_ = (tag for tag in page.tags if tag[0] == "table")
    assert "seed_function(x1, x2)" in table["aria-label"]
    assert {tag[1]["scope"] for tag in page.tags if tag[0] == "th"} == {"col", "row"}


def test_html_is_escaped():
    f = eval("lambda x: x * 2.0")
    f.__name__ = "f<script>"
    html = ad.trace(f, 1.0)._repr_html_()
    assert "<script" not in html


def test_every_number_in_the_table_goes_through_the_one_formatter():
    trace = ad.trace(lambda x: x / 3.0, 1e-5)
    assert fmt(1e-5 / 3) == "3.333×10⁻⁶"
    assert "3.333×10⁻⁶" in str(trace)


def test_a_wrong_number_of_seeds_is_a_sentence():
    with pytest.raises(ValueError, match=r"2 input\(s\).*not 1"):
        BAYDIN.tangents((1.0,))


def test_sixty_doublings_are_sixty_one_rows():
    def f(x):
        for _ in range(60):
            x = x + x
        return x

    trace = ad.trace(f, 1.0)
    assert len(trace.rows) == 61
    assert trace.adjoints()[0] == trace.tangents((1.0,))[-1] == trace.rows[-1].value == 2.0**60
    assert len(trace.contributions()) == 121


def test_the_first_value_or_adjoint_that_is_not_finite_is_named():
    assert ad.first_nonfinite(ad.trace(lambda x: x * x, 2.0)) is None
    assert ad.first_nonfinite(ad.trace(lambda x: ad.sqrt(x) * 2.0 + x, 0.0)) == "x̄ = ∞ at the input x"
    assert ad.first_nonfinite(ad.trace(lambda x: x * 1e308 * 10.0 - x, 2.0)) == "v1 = ∞ at v1 = x × 1×10³⁰⁸"
