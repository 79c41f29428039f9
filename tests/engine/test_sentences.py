"""An error is a sentence that names what came by and the way out.

Each entry: a program, the kind of error, and the words that a learner needs from it.
"""

import math
from decimal import Decimal

import pytest

import autograd_mini as ad
from tests.engine.cases import MODES


class Unwritten:
    """Something that is not a number."""


INPUTS = [
    ("an integer", 3, r"3\.0"),
    ("a bool", True, r"1\.0"),
    ("a complex number", 1j, r"complex.*two arguments"),
    ("a string", "3", "str.*floats"),
    ("nothing", None, "None.*floats"),
    ("a decimal", Decimal(3), "Decimal.*float"),
    ("an object", Unwritten(), "Unwritten.*floats"),
    ("an integer in a list", [1.0, 2], r"2\.0"),
    ("an integer in a dict", {"a": 2}, r"2\.0"),
]


@pytest.mark.parametrize(("wrong", "words"), [e[1:] for e in INPUTS], ids=[e[0] for e in INPUTS])
def test_what_cannot_be_differentiated_by_is_refused_by_every_transform(wrong, words):
    f = lambda x: 1.0  # noqa: E731
    for transform in (
        lambda: ad.grad(f)(wrong),
        lambda: ad.value_and_grad(f)(wrong),
        lambda: ad.vjp(f, wrong),
        lambda: ad.jvp(f, (wrong,), (wrong,)),
        lambda: ad.check_grads(f, (wrong,)),
        lambda: ad.trace(f, wrong),
    ):
        with pytest.raises(TypeError, match=words if not isinstance(wrong, list | dict) else ".") as error:
            transform()
        assert_is_a_sentence(error.value)


RESULTS = [
    ("None", lambda x: None, "None.*return"),
    ("a function", lambda x: lambda y: x, "returned a function"),
    ("a string", lambda x: "a", "returned a str"),
    ("a complex number", lambda x: 1j, "returned a complex"),
]


@pytest.mark.parametrize(("f", "words"), [e[1:] for e in RESULTS], ids=[e[0] for e in RESULTS])
def test_what_is_not_a_number_cannot_be_the_result_of_any_transform(f, words):
    for transform in (*MODES.values(), lambda f: lambda x: ad.trace(f, x), lambda f: lambda x: ad.vjp(f, x)):
        with pytest.raises(TypeError, match=words) as error:
            transform(f)(1.0)
        assert_is_a_sentence(error.value)


INSIDE = [
    ("float", lambda x: float(x), "autograd_mini.sin for math.sin.*stop_gradient"),
    ("math.sin", lambda x: math.sin(x), "autograd_mini.sin for math.sin"),
    ("math.exp", lambda x: math.exp(x), "function of the same name from autograd_mini"),
    ("int", lambda x: int(x), "stop_gradient"),
    ("an index", lambda x: [1.0, 2.0][x], "stop_gradient"),
    ("complex", lambda x: complex(x), "derivative"),
    ("round", lambda x: round(x), "Round the result after"),
    ("round to digits", lambda x: round(x, 2), "Round the result after"),
    ("math.floor", lambda x: math.floor(x), "rounding"),
    ("math.ceil", lambda x: math.ceil(x), "rounding"),
    ("math.trunc", lambda x: math.trunc(x), "rounding"),
    ("//", lambda x: x // 2, "rounding"),
    ("2 //", lambda x: 2 // x, "rounding"),
    ("%", lambda x: x % 2, "rounding"),
    ("a complex number", lambda x: x * 1j, "real and imaginary part"),
    ("a complex number on the left", lambda x: 1j - x, "real and imaginary part"),
    ("too many operands", lambda x: ad.sin(x, x), "sin.* takes 1 "),
    ("too few operands", lambda x: ad.add(x), "add takes 2 numbers"),
    ("a string in a function", lambda x: ad.maximum(x, "a"), "str"),
    ("a list in a function", lambda x: ad.maximum(x, [1.0]), "list"),
]


@pytest.mark.parametrize(("f", "words"), [e[1:] for e in INSIDE], ids=[e[0] for e in INSIDE])
def test_what_would_drop_a_derivative_says_so_in_every_mode(f, words):
    for transform in (*MODES.values(), lambda f: lambda x: ad.trace(f, x), lambda f: lambda x: f(ad.Dual(x, 1.0))):
        with pytest.raises(TypeError, match=words) as error:
            transform(f)(1.0)
        assert_is_a_sentence(error.value)


CALLS = [
    ("a pair for grad", lambda: ad.grad(lambda x: (x, x))(1.0), "one number.*vjp"),
    ("a list for grad", lambda: ad.grad(lambda x: [x])(1.0), "one number.*vjp"),
    ("a dict for value_and_grad", lambda: ad.value_and_grad(lambda x: {"a": x})(1.0), "value_and_grad.*vjp"),
    ("a pair for trace", lambda: ad.trace(lambda x: (x, x), 1.0), "one number"),
    ("a list to trace", lambda: ad.trace(lambda x: x[0], [1.0]), "floats.*each argument"),
    ("trace inside grad", lambda: ad.grad(lambda x: ad.trace(ad.sin, x))(1.0), "outside"),
    ("grad of a value", lambda: ad.grad(ad.sin(1.0)), r"grad\(f\)\(x\)"),
    ("value_and_grad of a value", lambda: ad.value_and_grad(3.0), r"value_and_grad takes a function.*grad\(f\)\(x\)"),
    ("jvp of a value", lambda: ad.jvp(3.0, (1.0,), (1.0,)), "jvp takes a function"),
    ("vjp of a value", lambda: ad.vjp(3.0, 1.0), "vjp takes a function"),
    ("trace of a value", lambda: ad.trace(3.0, 1.0), "trace takes a function"),
    ("an argument that is not there", lambda: ad.grad(ad.sin, argnums=1)(1.0), "argument 1.*1 argument"),
    ("no argument", lambda: ad.grad(lambda: 1.0)(), "argument 0.*0 argument"),
    ("primals not in a tuple", lambda: ad.jvp(ad.sin, 1.0, 1.0), r"jvp\(f, \(x,\), \(1\.0,\)\)"),
    ("tangents not in a tuple", lambda: ad.jvp(ad.sin, (1.0,), 1.0), r"jvp\(f, \(x,\), \(1\.0,\)\)"),
    ("two tangents for one primal", lambda: ad.jvp(ad.sin, (1.0,), (1.0, 2.0)), "one tangent for each primal"),
    ("tangents of another shape", lambda: ad.jvp(lambda p: p[0], ((1.0, 2.0),), ((1.0,), (2.0,))), "tangent"),
    ("an integer tangent", lambda: ad.jvp(ad.sin, (1.0,), (1,)), r"tangent.*1\.0"),
    ("an integer seed", lambda: ad.vjp(ad.sin, 1.0)[1](1), r"seed.*1\.0"),
    ("one seed for two", lambda: ad.vjp(lambda x: (x, x), 1.0)[1](1.0), "one seed for each of 2"),
    ("no pair with has_aux", lambda: ad.grad(ad.sin, has_aux=True)(1.0), "pair"),
    ("check_grads without a tuple", lambda: ad.check_grads(ad.sin, 1.0), r"check_grads\(f, \(x,\)\)"),
    ("an unknown mode", lambda: ad.check_grads(ad.sin, (1.0,), modes=("forward",)), "'fwd' and 'rev'"),
    ("no mode", lambda: ad.check_grads(ad.sin, (1.0,), modes=()), "'fwd' and 'rev'"),
    ("sin of a string", lambda: ad.sin("1"), "sin takes real numbers.*str"),
    ("sin of two", lambda: ad.sin(1.0, 2.0), "sin.* takes 1 "),
    ("hypot of one", lambda: ad.hypot(1.0), "hypot.* 1 required"),
    ("hypot of three", lambda: ad.hypot(1.0, 2.0, 3.0), "hypot.* takes 2 "),
    ("a logarithm with a base", lambda: ad.log(8.0, 2.0), "log.* takes 1 "),
]


@pytest.mark.parametrize(("call", "words"), [e[1:] for e in CALLS], ids=[e[0] for e in CALLS])
def test_a_wrong_call_shows_the_right_one(call, words):
    with pytest.raises((TypeError, ValueError), match=words) as error:
        call()
    assert_is_a_sentence(error.value)


def test_tuples_as_arguments_of_jvp_may_be_lists():
    assert ad.jvp(lambda x, y: x * y, [2.0, 3.0], [1.0, 0.0]) == (6.0, 3.0)


def assert_is_a_sentence(error):
    text = str(error)
    if "positional argument" in text:
        return  # Python's own words for a wrong number of arguments
    assert text[0].isupper() or text.split()[0].split("(")[0].strip("'\"").replace("_", "").replace(".", "").isalnum()
    assert text.endswith((".", "?")), text
    assert len(text.split()) >= 4, text
    assert "Error" not in text and "  " not in text
