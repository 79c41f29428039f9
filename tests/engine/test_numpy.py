"""NumPy's functions and numbers meet traced scalars: right, or refused with a sentence, never silently untraced."""

import re

import pytest

import autograd_mini as ad
from autograd_mini.primitive import PRIMITIVES
from tests.engine.cases import CASES, MODES

np = pytest.importorskip("numpy")

BOTH = sorted(name for name in PRIMITIVES if isinstance(getattr(np, name, None), np.ufunc))


def test_numpys_names_are_ours():
    only_ours = set(PRIMITIVES) - set(BOTH)
    assert only_ours == {"sigmoid", "relu", "stop_gradient"}


@pytest.mark.parametrize("name", BOTH)
def test_a_ufunc_on_a_traced_scalar_is_our_function(name):
    at = next((c.point for c in CASES if c.text.startswith(f"{name}(")), None)
    units = [tuple(float(i == k) for i in range(len(at))) for k in range(len(at))]
    numpys, ours = getattr(np, name), getattr(ad, name)
    assert ad.grad(numpys, tuple(range(len(at))))(*at) == ad.grad(ours, tuple(range(len(at))))(*at)
    for unit in units:
        assert ad.jvp(numpys, at, unit) == ad.jvp(ours, at, unit)
    assert ad.grad(ad.grad(numpys))(*at) == ad.grad(ad.grad(ours))(*at)


@pytest.mark.parametrize("kind", ["float64", "float32", "float16", "int64", "int8", "uint8"])
def test_numpys_numbers_are_constants_on_either_side(kind):
    two = getattr(np, kind)(2)
    for derivative in MODES.values():
        assert derivative(lambda x: two * x + x * two)(4.0) == 4.0
        assert derivative(lambda x: two - x)(4.0) == -1.0
        assert derivative(lambda x: two / x)(4.0) == -0.125
        assert derivative(lambda x: x**two)(4.0) == 8.0
        assert derivative(lambda x: ad.maximum(x, two))(4.0) == 1.0
        assert derivative(lambda x: np.maximum(two, x))(4.0) == 1.0
    assert isinstance(ad.Dual(1.0, 1.0) * two, ad.Dual)
    assert isinstance(two * ad.Dual(1.0, 1.0), ad.Dual)


def test_comparisons_with_numpys_numbers_work_on_either_side():
    three = np.float64(3.0)
    for derivative in MODES.values():
        assert derivative(lambda x: 2 * x if three < x else x)(4.0) == 2.0
        assert derivative(lambda x: 2 * x if x < three else x)(4.0) == 1.0
        assert derivative(lambda x: 2 * x if three == x else x)(3.0) == 2.0
        assert derivative(lambda x: 2 * x if np.greater_equal(x, 3.0) else x)(3.0) == 2.0
    assert three < ad.Dual(4.0, 1.0)
    assert three != ad.Dual(4.0, 1.0)


def test_a_float64_is_a_float():
    at = np.float64(2.0)
    assert ad.grad(ad.sin)(at) == ad.grad(ad.sin)(2.0)
    assert ad.trace(ad.sin, at).rows[1].value == ad.sin(2.0)
    assert str(ad.Dual(at, np.float64(1.0))) == "2 + 1ε"


def test_shown_numbers_do_not_betray_that_numpy_came_by():
    text = str(ad.trace(lambda x: np.sin(x) * np.float64(2.0), 1.0)) + str(np.float64(2.0) * ad.Dual(1.0, 1.0))
    assert "np." not in text and "float64" not in text


REFUSED = [
    ("np.floor", lambda x: np.floor(x), "no derivative for numpy.floor.*operations are.*sin"),
    ("np.frexp", lambda x: np.frexp(x), "no derivative for numpy.frexp"),
    ("np.add.reduce", lambda x: np.add.reduce([x, x]), "list or tuple|numpy.add.reduce"),
    ("np.sum", lambda x: np.sum([x, x]), "traced value.*numpy.stack"),
    ("np.mean", lambda x: np.mean((x, x)), "traced value.*numpy.stack"),
    ("np.fft.fft", lambda x: np.fft.fft(np.stack([x, x])), "no derivative for numpy.fft.fft"),
    ("np.array", lambda x: np.array([x, 2.0]), "list or tuple"),
    ("np.array of one", lambda x: np.array(x), "list or tuple"),
    ("np.float64", lambda x: np.float64(x), "derivative"),
    ("out=", lambda x: np.sin(x, out=np.zeros(1)), "numpy.sin"),
    ("array[0] = x", lambda x: np.zeros(2).__setitem__(0, x), "derivative|list or tuple"),
    ("np.modf", lambda x: np.modf(x), "no derivative for numpy.modf"),
]


@pytest.mark.parametrize(("f", "words"), [e[1:] for e in REFUSED], ids=[e[0] for e in REFUSED])
@pytest.mark.parametrize("mode", MODES)
def test_what_numpy_cannot_do_with_a_traced_scalar_is_refused_with_a_sentence(mode, f, words):
    with pytest.raises((TypeError, ValueError)) as error:
        MODES[mode](f)(1.0)
    ours = error.value.__cause__ or error.value  # NumPy wraps some of them
    assert re.search(words, str(ours))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.ones(3, int), r"rray of int64.*3\.0.*astype\(float\)"),
        (np.array(2), r"rray of int64"),
        (np.array([True]), r"rray of bool"),
        (np.array([1j]), "complex.*imaginary part"),
        (np.array([None]), "rray of object"),
        (np.int64(2), r"integer.*2\.0"),
        (np.bool_(True), r"1\.0"),
        (np.complex128(1j), "complex.*imaginary part"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_numpys_other_kinds_are_refused_as_inputs(wrong, words):
    for transform in (ad.grad(ad.sin), lambda x: ad.jvp(ad.sin, (x,), (1.0,)), lambda x: ad.trace(ad.sin, x)):
        with pytest.raises(TypeError, match=words):
            transform(wrong)


def test_a_float32_is_accepted_or_refused_as_what_it_is():
    try:
        slope = ad.grad(lambda x: x * x)(np.float32(3.0))
    except TypeError as error:
        assert "float32" in str(error) and "3.0" in str(error)
    else:
        assert slope == 6.0
