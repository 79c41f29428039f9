"""Functions in, derivatives out: jvp, vjp, grad, value_and_grad.

Names and signatures are JAX's. Every transform may be used inside every other, to any depth.
"""

from __future__ import annotations

from _thread import RLock
from functools import update_wrapper

from autograd_mini.dual import Dual, Forward
from autograd_mini.primitive import EscapedValueError, Level, Traced, Value, arrays, beside, escaped, is_number
from autograd_mini.tape import Scalar, Tape, backward, plain_sweep
from autograd_mini.tree import TREES, flatten, leaves_like

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Value and directional derivative in one forward pass: (f(x), J ẋ).

    `primals` and `tangents` are tuples or lists, one entry for each positional argument of `f`, each a
    float, an array of floats, or nested tuples, lists and dicts of them. Returns two results of the shape of
    f's. With `has_aux`, f returns (result, anything), which is returned third.
    Raises TypeError for anything but floats, and where a value of another transform is returned.
    Source: Griewank & Walther 2008, §3.1.
    """
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list):
            raise TypeError(f"jvp takes {what} as a tuple, one entry for each argument: write jvp(f, (x,), (1.0,)).")
    check_callable(f, "jvp")
    xs, rebuild = flatten(tuple(primals))
    try:
        seeds = leaves_like(tuple(primals), tuple(tangents))
    except ValueError:
        raise TypeError(f"jvp needs one tangent for each primal; here are {tangents!r} for {primals!r}.") from None
    for x, seed in zip(xs, seeds, strict=True):
        check_input(x, "a primal of jvp")
        check_input(seed, "a tangent of jvp")
        check_shapes(x, seed, "a tangent of jvp", "its primal")
    level = Forward()
    try:
        out = f(*rebuild(level.dual(x, beside(seed, x)) for x, seed in zip(xs, seeds, strict=True)))
        out, aux = _split(out) if has_aux else (out, None)
        ys, rebuild_out = flatten(out)
        for y in ys:
            check_output(y, level, xs + seeds, "jvp")
    finally:
        level.open = False
    mine = [isinstance(y, Dual) and y.level is level for y in ys]
    value = rebuild_out(y.primal if own else y for y, own in zip(ys, mine, strict=True))
    tangent = rebuild_out(y.tangent if own else zero_like(y) for y, own in zip(ys, mine, strict=True))
    return (value, tangent, _lowered(aux, level)) if has_aux else (value, tangent)


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """Value, and the pullback ȳ ↦ ȳᵀJ: one forward sweep now, a return sweep at each call of the pullback.

    `primals` are floats, arrays of floats, or nested tuples, lists and dicts of them. The pullback takes a
    seed ȳ of the shape of f's result and returns a tuple, one entry for each primal, in the primal's shape.
    With `has_aux`, f returns (result, anything), which is returned third.
    Source: Griewank & Walther 2008, §3.2.
    """
    xs, rebuild = flatten(primals)
    tape, entries, nodes, values, places, rebuild_out, aux = recorded(f, xs, rebuild, has_aux, "vjp")
    shape, one_at_a_time = rebuild_out(range(len(values))), RLock()

    def pullback(seed: Any) -> tuple[Any, ...]:
        try:
            bars = leaves_like(shape, seed)
        except ValueError:
            raise TypeError(
                f"The pullback needs one seed for each of {len(values)} output(s), in the same places and "
                f"the same kinds of tuples, lists and dicts; {seed!r} is not that."
            ) from None
        for y, bar in zip(values, bars, strict=True):
            check_input(bar, "a seed")
            check_shapes(y, bar, "a seed", "its output")
        if tape.has_arrays:
            bars = [_seed(bar, y) for y, bar in zip(values, bars, strict=True)]
        seeds = [(at, bar) for at, bar in zip(places, bars, strict=True) if at is not None]
        with one_at_a_time:  # adjoints of scalars are kept in the entries
            return rebuild(backward(tape, entries, nodes, seeds))  # type: ignore[no-any-return]

    out = rebuild_out(values)
    return (out, pullback, aux) if has_aux else (out, pullback)


def recorded(f: Callable[..., Any], xs: list[Any], rebuild: Any, has_aux: bool, who: str) -> tuple[Any, ...]:
    """One run of f on the leaves `xs`, recorded: the tape, closed, and apart from it its entries, so that
    there is no cycle; the entries of the inputs; the values and entries of the outputs (None for one that depends on
    no input) and the way back to f's result; what f returned beside it."""
    check_callable(f, who)
    for x in xs:
        check_input(x, "an argument of ", who)
    tape = Tape()
    try:
        inputs = [tape.input(x) for x in xs]
        out = f(*rebuild(inputs))
        out, aux = _split(out) if has_aux else (out, None)
        ys, rebuild_out = flatten(out)
        for y in ys:
            check_output(y, tape, xs, who)
    except BaseException:
        tape.release()
        raise
    finally:
        entries = tape[:]
        tape.close()
    places = [y.node if isinstance(y, Traced) and y.level is tape else None for y in ys]
    values = [y if at is None else y.primal for y, at in zip(ys, places, strict=True)]
    return tape, entries, [x.node for x in inputs], values, places, rebuild_out, _lowered(aux, tape)


def value_and_grad(
    f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns (f(x), ∇f(x)) from one forward and one return sweep.

    `argnums` says with respect to which positional arguments: an int gives one gradient, a tuple a
    tuple of them. With `has_aux`, f returns (value, anything), and so does the new function. Keyword
    arguments are passed through undifferentiated. The gradient has the shape of its argument.
    Raises TypeError where f's result is not one number.
    """
    return _named("value_and_grad", f, value_and_gradient(f, argnums, has_aux, "value_and_grad"))


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns ∇f(x); arguments as in `value_and_grad`."""
    both = value_and_gradient(f, argnums, has_aux, "grad")

    def gradient(*args: Any, **options: Any) -> Any:
        value, g = both(*args, **options)
        return (g, value[1]) if has_aux else g

    return _named("grad", f, gradient)


def _named(who: str, f: Callable[..., Any], new: Callable[..., Any]) -> Callable[..., Any]:
    """The new function with what is known of f, and a name that says where it comes from."""
    update_wrapper(new, f)
    new.__name__ = f"{who}_{getattr(f, '__name__', 'f')}"
    return new


def value_and_gradient(
    f: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool, who: str
) -> Callable[..., Any]:
    """What `value_and_grad` returns, without a name of its own; `who` is named in its errors."""
    check_callable(f, who)
    single = isinstance(argnums, int)
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    everyday = min(numbers, default=0) >= 0 and len(set(numbers)) == len(numbers)
    last = max(numbers, default=-1)

    def both(*args: Any, **options: Any) -> Any:
        places = numbers if everyday and last < len(args) else _places(numbers, len(args), who)
        tape, full = Tape(), list(args)
        try:
            trees = []
            for k in places:
                x = full[k]
                full[k] = tree = tape.scalar(x) if type(x) is float else _entered(tape, x, who)
                trees.append(tree)
            if len(full) > len(trees):  # duals made by hand lie below this level, as all arguments do
                full = [_entered(tape, x, who) if isinstance(x, Dual) else x for x in full]
            y = f(*full, **options)
            y, aux = _split(y) if has_aux else (y, None)
            if type(y) is Scalar and y.level is tape and tape.plain:
                y.adjoint, value = 1.0, y.primal
                if plain_sweep(tape):
                    grads = tuple([t.adjoint if type(t) is Scalar else _adjoint(t) for t in trees])
                else:
                    value, grads = _swept(tape, trees, y, args, who)
            else:
                value, grads = _swept(tape, trees, y, args, who)
        finally:
            tape.close()
            if tape.kept is not None:
                tape.release()
        return ((value, _lowered(aux, tape)) if has_aux else value), (grads[0] if single else grads)

    return both


def _places(numbers: tuple[int, ...], given: int, who: str) -> Sequence[int]:
    """argnums, which may count from the end, as places among the given arguments."""
    if len(numbers) == 1 and 0 <= numbers[0] < given:
        return numbers
    if not all(-given <= k < given for k in numbers):
        asked = ", ".join(map(str, numbers))
        raise TypeError(f"{who} was asked for argument {asked}, but {given} argument(s) were given by position.")
    places = [k % given for k in numbers]
    if len(set(places)) < len(places):
        raise TypeError(f"{who} was asked twice for the same argument: argnums={numbers}.")
    return places


def _entered(tape: Tape, x: Any, who: str) -> Any:
    """An argument with its leaves put on the tape."""
    if not isinstance(x, TREES):
        check_input(x, "an argument of ", who)
        return tape.input(x)
    leaves, rebuild = flatten(x)
    for leaf in leaves:
        check_input(leaf, "an argument of ", who)
    return rebuild(map(tape.input, leaves))


def _swept(tape: Tape, trees: list[Any], y: Any, args: tuple[Any, ...], who: str) -> tuple[Any, tuple[Any, ...]]:
    """Seed the result y with 1 and sweep any tape; returns y's value and the gradients."""
    if isinstance(y, TREES):
        raise TypeError(
            f"{who} needs a function with one number as its result, and this one returned a {type(y).__name__}. "
            "Use vjp and choose a seed for each output, or differentiate one output at a time."
        )
    on_tape = isinstance(y, Traced) and y.level is tape
    if not on_tape:
        check_output(y, tape, flatten(args)[0], who)
    if getattr(y, "shape", ()) != ():
        raise TypeError(
            f"{who} needs a function with one number as its result, and this one returned an array of shape {y.shape}. "
            "Use jacrev for all its derivatives, or vjp with a seed of that shape."
        )
    value = y.primal if on_tape else y
    leaves, rebuild = flatten(tuple(trees))
    nodes = [x.node for x in leaves]
    adjoints = backward(tape, tape, nodes, [(y.node, one(value))] if on_tape else [], last=True)
    return value, tuple(rebuild(adjoints))


def _seed(bar: Value, y: Value) -> Value:
    """A seed as an array of its output's dtype, where that is an array."""
    bar = beside(bar, y)
    if not hasattr(y, "dtype") or getattr(bar, "dtype", "") == y.dtype:
        return bar
    from autograd_mini.operations import astype

    return astype(bar, dtype=y.dtype)


def one(y: Value) -> Value:
    """The seed 1 of a single number, of its dtype."""
    return beside(arrays().one(y.dtype), y) if hasattr(y, "dtype") else 1.0


def _adjoint(tree: Any) -> Any:
    entries, rebuild = flatten(tree)
    return rebuild(0.0 if v.adjoint is None else v.adjoint for v in entries)


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
    if tree is None:
        return None
    leaves, rebuild = flatten(tree)
    return rebuild(leaf.primal if isinstance(leaf, Traced) and leaf.level is level else leaf for leaf in leaves)


def zero_like(y: Value) -> Value:
    """The tangent of a result that does not depend on the inputs."""
    if not hasattr(y, "shape") or isinstance(y, float):
        return 0.0
    from autograd_mini.arrays import fit

    return fit(None, y)


def check_shapes(x: Value, seed: Value, what: str, of: str) -> None:
    """Raise unless a seed has the shape of what it is for."""
    if getattr(x, "shape", ()) != getattr(seed, "shape", ()):
        raise TypeError(
            f"{what} has the shape {getattr(seed, 'shape', ())}, and {of} {getattr(x, 'shape', ())}: they must agree."
        )


def check_input(x: Value, what: str, who: str = "") -> None:
    """Raise unless `x` is a float, an array of floats, or a value of a running transform."""
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    if isinstance(x, Traced):
        if not x.level.open:
            raise escaped(x)
        return
    if isinstance(x, float) or kind == "f":
        return
    what += who
    if type(x).__name__ == "ndarray" and kind in "iub":
        raise TypeError(
            f"An array of {x.dtype} as {what}: derivatives are taken with respect to real numbers. "
            "Write its numbers with a point, such as 3.0, or convert it: x.astype(float)."
        )
    elif type(x).__name__ == "ndarray" and kind != "c":
        raise TypeError(
            f"An array of {x.dtype} as {what}: derivatives are taken with respect to arrays of floats. "
            "Keep different things in a tuple, list or dict instead."
        )
    elif kind != "c" and (hasattr(x, "__index__") or kind == "b"):
        raise TypeError(
            f"{x!r} as {what} is an integer, and derivatives are taken with respect to real numbers: "
            f"write {float(x)!r}."
        )
    elif isinstance(x, complex) or kind == "c":
        raise TypeError(
            f"{x!r} as {what} is complex; autograd_mini differentiates real functions. "
            "Pass real and imaginary part as two arguments."
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
    elif getattr(getattr(y, "dtype", None), "kind", "") == "f":
        return
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
