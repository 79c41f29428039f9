"""Functions in, derivatives out: jvp, vjp, grad, value_and_grad.

Names and signatures are JAX's. Every transform may be used inside every other, to any depth.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autograd_mini.dual import Dual, Forward
from autograd_mini.primitive import EscapedValueError, Level, Traced, Value, escaped, is_number
from autograd_mini.tape import Tape, Variable, return_sweep
from autograd_mini.tree import flatten, same_shape


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Value and directional derivative in one forward pass: (f(x), J ẋ).

    `primals` and `tangents` are tuples or lists, one entry for each positional argument of `f`, each a
    float or nested tuples, lists and dicts of floats. Returns two results of the shape of f's.
    Raises TypeError for anything but floats, and where a value of another transform is returned.
    Source: Griewank & Walther 2008, §3.1.
    """
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise TypeError(f"jvp takes {what} as a tuple, one entry for each argument: write jvp(f, (x,), (1.0,)).")
    check_callable(f, "jvp")
    xs, rebuild = flatten(tuple(primals))
    seeds, _ = flatten(tuple(tangents))
    if not same_shape(tuple(primals), tuple(tangents)):
        raise TypeError(f"jvp needs one tangent for each primal; here are {tangents!r} for {primals!r}.")
    for x, seed in zip(xs, seeds, strict=True):
        check_input(x, "a primal of jvp")
        check_input(seed, "a tangent of jvp")
    level = Forward()
    try:
        out = f(*rebuild(level.dual(x, seed) for x, seed in zip(xs, seeds, strict=True)))
        ys, rebuild_out = flatten(out)
        for y in ys:
            check_output(y, level, xs + seeds, "jvp")
    finally:
        level.open = False
    mine = [isinstance(y, Dual) and y.level is level for y in ys]
    return (
        rebuild_out(y.primal if own else y for y, own in zip(ys, mine, strict=True)),
        rebuild_out(y.tangent if own else 0.0 for y, own in zip(ys, mine, strict=True)),
    )


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Value, and the pullback ȳ ↦ ȳᵀJ: one forward sweep now, a return sweep at each call of the pullback.

    `primals` are floats or nested tuples, lists and dicts of floats. The pullback takes a cotangent of
    the shape of f's result and returns a tuple, one entry for each primal, in the primal's shape.
    Source: Griewank & Walther 2008, §3.2.
    """
    out, pullback, _ = _vjp(f, primals, {}, False, "vjp")
    return out, pullback


def _vjp(
    f: Callable[..., Any], primals: tuple[Any, ...], options: dict[str, Any], has_aux: bool, who: str
) -> tuple[Any, Callable[[Any], Any], Any]:
    check_callable(f, who)
    xs, rebuild = flatten(primals)
    for x in xs:
        check_input(x, f"an argument of {who}")
    tape = Tape()
    try:
        out = f(*rebuild(tape.input(x) for x in xs), **options)
        out, aux = _split(out) if has_aux else (out, None)
        ys, rebuild_out = flatten(out)
        for y in ys:
            check_output(y, tape, xs, who)
    finally:
        tape.open = False
    places = [y.row if isinstance(y, Variable) and y.level is tape else None for y in ys]
    values = [y if at is None else y.primal for y, at in zip(ys, places, strict=True)]
    rows, width = tape.rows, len(xs)

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        bars, _ = flatten(cotangent)
        if len(bars) != len(places):
            raise TypeError(
                f"The pullback needs one cotangent for each output; here are {len(bars)} for {len(places)}."
            )
        for bar in bars:
            check_input(bar, "a cotangent")
        adjoints: list[Value] = [None] * len(rows)
        seeds = [(at, bar) for at, bar in zip(places, bars, strict=True) if at is not None]
        deque(return_sweep(rows, seeds, adjoints), maxlen=0)
        return rebuild(0.0 if bar is None else bar for bar in adjoints[:width])  # type: ignore[no-any-return]

    return rebuild_out(values), pullback, _lowered(aux, tape)


def value_and_grad(
    f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns (f(x), ∇f(x)) from one forward and one return sweep.

    `argnums` says with respect to which positional arguments: an int gives one gradient, a tuple a
    tuple of them. With `has_aux`, f returns (value, anything), and so does the new function. Keyword
    arguments are passed through undifferentiated. The gradient has the shape of its argument.
    Raises TypeError where f's result is not one number.
    """
    return _gradient(f, argnums, has_aux, "value_and_grad")


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns ∇f(x); arguments as in `value_and_grad`."""
    both = _gradient(f, argnums, has_aux, "grad")

    @wraps(both)
    def gradient(*args: Any, **options: Any) -> Any:
        value, g = both(*args, **options)
        return (g, value[1]) if has_aux else g

    return gradient


def _gradient(f: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool, who: str) -> Callable[..., Any]:
    check_callable(f, who)
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def value_and_gradient(*args: Any, **options: Any) -> Any:
        try:
            chosen = [range(len(args))[k] for k in numbers]
        except IndexError:
            raise TypeError(
                f"{who} was asked for argument {argnums}, but {len(args)} argument(s) were given by position."
            ) from None
        if len(set(chosen)) < len(chosen):
            raise TypeError(f"{who} was asked twice for the same argument: argnums={argnums}.")
        # A dual made by hand lies below this level, and so do all arguments: they enter together.
        chosen += [k for k, x in enumerate(args) if isinstance(x, Dual) and k not in chosen]

        def of_chosen(*xs: Any, **options: Any) -> Any:
            full = list(args)
            for k, x in zip(chosen, xs, strict=True):
                full[k] = x
            return f(*full, **options)

        y, pullback, aux = _vjp(of_chosen, tuple(args[k] for k in chosen), options, has_aux, who)
        if isinstance(y, tuple | list | dict):
            raise TypeError(
                f"{who} needs a function with one number as its result, and this one returned a {type(y).__name__}. "
                "Use vjp and choose a cotangent for each output, or differentiate one output at a time."
            )
        grads = pullback(1.0)
        return ((y, aux) if has_aux else y), (grads[0] if isinstance(argnums, int) else grads[: len(numbers)])

    value_and_gradient.__name__ = f"{who}_{getattr(f, '__name__', 'f')}"
    return value_and_gradient


def check_callable(f: Any, who: str) -> None:
    if not callable(f):
        raise TypeError(
            f"{who} takes a function first, and {f!r} is not one: write grad(f)(x), vjp(f, x), not grad(f(x))."
        )


def _split(out: Any) -> tuple[Any, Any]:
    if not (isinstance(out, tuple) and len(out) == 2):
        raise TypeError("With has_aux=True the function returns a pair (value, anything else).")
    return out


def _lowered(tree: Any, level: Level) -> Any:
    """A result beside the differentiated one, with the values of this level replaced by their primals."""
    leaves, rebuild = flatten(tree)
    return rebuild(leaf.primal if isinstance(leaf, Traced) and leaf.level is level else leaf for leaf in leaves)


def check_input(x: Value, what: str) -> None:
    """Raise unless `x` is a float, or a value of a running transform."""
    if isinstance(x, Traced):
        if not x.level.open:
            raise escaped(x)
    elif isinstance(x, float) or (type(x).__module__ == "numpy" and is_number(x) and not hasattr(x, "__index__")):
        return
    elif hasattr(x, "__index__") and is_number(x):
        raise TypeError(
            f"{x!r} as {what} is an integer, and derivatives are taken with respect to real numbers: "
            f"write {float(x)!r}."
        )
    elif isinstance(x, complex):
        raise TypeError(
            f"{x!r} as {what} is complex; autograd_mini differentiates real functions. "
            "Pass real and imaginary part as two arguments."
        )
    elif getattr(x, "ndim", 0):
        raise TypeError(
            f"An array as {what}: autograd_mini differentiates with respect to single numbers; "
            "pass a list of floats, x.tolist()."
        )
    else:
        raise TypeError(
            f"A {type(x).__name__} as {what}: derivatives are taken with respect to floats, "
            "or tuples, lists and dicts of floats."
        )


def check_output(y: Value, level: Level, inputs: list[Value], who: str) -> None:
    """Raise unless `y` is a number that may leave this transform."""
    if y is None:
        raise TypeError(f"The function given to {who} returned None. Does it end without `return`?")
    if isinstance(y, Traced):
        if y.level is level:
            return
        if not y.level.open or y.level.number > level.number:
            raise escaped(y)
        if y.level.number == Level.BY_HAND and not any(_made_by_hand(x) for x in inputs):
            raise EscapedValueError(
                f"The function given to {who} returned the dual number {y!r}, which was made by hand inside it. "
                "Return a plain number, such as its .primal or .tangent."
            )
    elif isinstance(y, complex) or not is_number(y):
        raise TypeError(
            f"The function given to {who} returned a {type(y).__name__}, not a number that can be differentiated."
        )


def _made_by_hand(x: Value) -> bool:
    while isinstance(x, Traced):
        if x.level.number == Level.BY_HAND:
            return True
        x = x.primal
    return False
