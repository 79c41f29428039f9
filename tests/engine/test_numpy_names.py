"""Every name of NumPy's on a traced array: right, passed through with zero derivative, or refused with a sentence."""

import numpy as np
import pytest

import autograd_mini as ad
from autograd_mini.numpy_names import FUNCTIONS, PASSED, UFUNCS
from autograd_mini.primitive import Traced

# Files, settings and reports: no functions of arrays.
ASIDE = {
    "save", "savez", "savez_compressed", "savetxt", "fromfile", "load", "loadtxt", "genfromtxt", "memmap", "info",
    "show_config", "show_runtime", "test", "get_include", "printoptions", "set_printoptions", "seterr", "seterrcall",
    "errstate", "setbufsize",
}  # fmt: skip
NAMES = sorted(
    n for n in np.__all__ if n not in ASIDE and callable(getattr(np, n)) and not isinstance(getattr(np, n), type)
)
# Their second argument is a dtype, and a traced array has one; the first is what they make an array of.
OF_ONE = {
    "array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "asarray_chkfinite", "asmatrix", "astype",
    "empty", "identity", "ones", "zeros", "require", "real_if_close",
}  # fmt: skip


def outcomes(call, name):
    """What happens for a traced array: ("refused", message) or ("returned", value)."""
    seen = []

    def f(x):
        for arguments in ((x,), (x, x), (x, 1), (1, x), ([x, x],), (x, x, x), ("ij->j", x), (x > 0, x, x)):
            if name in OF_ONE and arguments[0] is not x:
                continue
            try:
                seen.append(("returned", call(*arguments)))
            except Exception as error:  # any: what is asked is whether it is a silent number
                seen.append(("refused", error))
        return 0.0

    ad.vjp(f, np.array([[1.5, 2.5], [0.5, 3.5]]))
    return seen


def holds_objects(value):
    if isinstance(value, tuple | list):
        return any(map(holds_objects, value))
    return isinstance(value, np.ndarray) and value.dtype == object


def is_traced(value):
    if isinstance(value, tuple | list):
        return any(map(is_traced, value))
    return isinstance(value, Traced)


PASSED_NAMES = {f.__name__ for f in PASSED} | {
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor",
    "logical_not", "isnan", "isfinite", "isinf", "signbit", "argsort", "iterable", "isscalar", "shape", "ndim", "size",
    "typename", "broadcast_shapes", "get_printoptions", "isfortran", "ndindex", "base_repr", "binary_repr", "indices",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_nothing_returns_an_object_array_or_a_silently_untraced_number(name):
    call = getattr(np, name)
    for kind, value in outcomes(call, name):
        if kind == "refused":
            continue
        assert not holds_objects(value)
        if isinstance(value, np.ndarray | np.floating) and not is_traced(value):
            assert name in PASSED_NAMES or value.dtype.kind in "iub", f"numpy.{name} gave an untraced {value!r}"


@pytest.mark.parametrize("name", sorted({f.__name__ for f in FUNCTIONS} | {u.__name__ for u in UFUNCS}))
def test_what_is_defined_is_a_name_of_numpys(name):
    assert hasattr(np, name) or hasattr(np.linalg, name)
