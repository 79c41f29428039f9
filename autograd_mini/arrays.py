"""Arrays: what the engine needs to know about NumPy.

An array on a tape is an `Array`, and its entry there a `Node`. The two are apart so that memory is: a node
keeps of an operation only what its partial derivatives need, and an array nobody looks at any more is free.
An `Operation` has a value, a push (its tangent from tangents) and a pull (what an adjoint sends to an
operand). `elementwise` makes those of the rule table, `operations` states the others; rules are written in
operations, so derivatives can be differentiated again.

Shapes are mended in one place, `fit`: what broadcasting spread out on the way forward is added up on the
way back.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,attr-defined,operator,misc,union-attr,return-value"

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from autograd_mini.dual import Dual, Forward
from autograd_mini.primitive import Level, Traced, Value, check_meeting, number
from autograd_mini.tape import ClosedTape, Recorder, Tape

ndarray = np.ndarray
PLAIN = {ndarray, *np.sctypeDict.values()}  # types of what no transform knows of
BASIC = {int, slice, type(None), type(Ellipsis)}  # kinds of index that take no entry twice
NUMBERS = {float, int, bool, np.float64, np.float32}


def shape(x: Value) -> tuple[int, ...]:
    return getattr(x, "shape", ())


def dtype(x: Value) -> Any:
    """x's dtype; None for a Python number, which takes that of what it meets."""
    return getattr(x, "dtype", None)


# --- the values --------------------------------------------------------------------------------------


@cache
def names() -> Any:
    """The module of NumPy's names."""
    from autograd_mini import numpy_names

    return numpy_names


class ArrayMethods:
    """What every traced array has: NumPy's attributes and methods; `elementwise` adds the operators."""

    __slots__ = ()
    is_array = True
    primal: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return self.primal.shape

    @property
    def dtype(self) -> Any:
        return self.primal.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def T(self) -> Value:
        return np.transpose(self)

    @property
    def mT(self) -> Value:
        return np.matrix_transpose(self)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"A traced array has no attribute {name!r}. It has NumPy's everyday ones; "
            "use NumPy's functions for the rest."
        )

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of an array without axes: it is a single number.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Value]:
        return (self[k] for k in range(len(self)))

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Value, **options: Any) -> Value:
        if method == "__call__" and not options and ufunc in FAST:
            return FAST[ufunc](*operands)
        return names().ufunc(ufunc, method, operands, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Value:
        return names().function(function, args, options)

    def __getitem__(self, index: Any) -> Value:
        return operations.getitem(self, index=index if type(index) in BASIC else names().index(self, index))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "A traced array never changes, so x[…] = … cannot be differentiated. Build a new array instead: "
            "numpy.where(mask, new, x), numpy.concatenate, or numpy.stack of the parts."
        )

    def __matmul__(self, other: Value) -> Value:
        return names().matmul(self, other)

    def __rmatmul__(self, other: Value) -> Value:
        return names().matmul(other, self)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"An array of shape {self.shape} is neither true nor false. "
                "Use numpy.where to choose entry by entry, or .any() and .all() of a comparison."
            )
        return bool(number(self))

    def item(self) -> Value:
        return np.reshape(self, ())

    def astype(self, dtype: Any) -> Value:
        return names().astype(self, dtype)

    def reshape(self, *shape: Any) -> Value:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Value:
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def copy(self) -> Value:
        return self

    __format__ = object.__format__


def _numpys(name: str) -> Callable[..., Value]:
    function = getattr(np, name)

    def method(self: Value, *args: Any, **options: Any) -> Value:
        return function(self, *args, **options)

    method.__name__, method.__doc__ = name, f"numpy.{name} of this array."
    return method


for _name in (
    "sum prod mean var std max min argmax argmin cumsum cumprod dot ravel squeeze swapaxes repeat take diagonal "
    "trace clip argsort nonzero any all round"
).split():
    setattr(ArrayMethods, _name, _numpys(_name))
ArrayMethods.flatten = ArrayMethods.ravel
FAST: dict[Any, Callable[..., Value]] = {}  # ufuncs of the rule table, filled by `elementwise`


class Array(ArrayMethods, Traced):
    """An array on a tape; `node` is its entry there."""

    __slots__ = ("node",)
    node: Node

    def __repr__(self) -> str:
        return f"Traced({self.primal!r})"


class ArrayDual(ArrayMethods, Dual):
    """A dual number whose parts are arrays of one shape."""

    __slots__ = ()
    __init__ = object.__init__

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {self.tangent!r})"


def dual(level: Forward, primal: Value, tangent: Value) -> ArrayDual:
    new = ArrayDual()
    new.level, new.primal, new.tangent = level, primal, tangent
    return new


# --- the entries of a tape -----------------------------------------------------------------------------


class Node:
    """The entry of an array: the rule that reports its adjoint, whom to, and what that takes.

    `adjoint` is v̄ so far, None before anybody has reported, and may be smaller than the array where
    broadcasting would repeat it. What is `own` is an array made for this entry, which may be added to in
    place. An input has no rule.
    """

    __slots__ = ("adjoint", "dtype", "own", "params", "parents", "rule", "saved", "shape")

    def __repr__(self) -> str:
        return f"A traced array of shape {self.shape}"


def array(tape: Tape, z: Value) -> Array:
    """A value of the tape, with a node that is not yet linked."""
    new, node = Array(), Node()
    new.level, new.primal, new.node = tape, z, node
    node.shape, node.dtype, node.rule = z.shape, z.dtype, None
    if not tape.has_arrays:
        tape.plain, tape.has_arrays = False, True
    return new


def as_input(tape: Tape, x: Value) -> Array:
    """An array as an input of a function."""
    return array(tape, kept(tape, x))


class Kept:
    """The arrays that a tape relies on. Those that own their data are locked; views are copied.

    They are unlocked when the last tape that needs them is done, at the latest when it is freed.
    """

    locked: ClassVar[dict[int, list[Any]]] = {}  # of all tapes: array, number of tapes
    dropped: ClassVar[deque[dict[int, tuple[ndarray, ndarray]]]] = deque()  # to be unlocked
    guard = threading.Lock()

    def __init__(self) -> None:
        self.arrays: dict[int, tuple[ndarray, ndarray]] = {}

    def keep(self, x: ndarray) -> ndarray:
        found = self.arrays.get(id(x))
        if found is None:
            found = self.arrays[id(x)] = (x, x if x.base is None else x.copy())
            if x.base is None:
                with self.guard:
                    if id(x) in self.locked or x.flags.writeable:
                        self.locked.setdefault(id(x), [x, 0])[1] += 1
                        x.flags.writeable = False
        return found[1]

    def release(self) -> None:
        with self.guard:
            self.unlock(self.arrays)
            while self.dropped:
                self.unlock(self.dropped.pop())
        self.arrays = {}

    def __del__(self) -> None:
        if not self.arrays:
            return
        if self.guard.acquire(blocking=False):
            try:
                self.unlock(self.arrays)
            finally:
                self.guard.release()
        else:  # the collector came by while this very thread holds the guard: the next release unlocks
            self.dropped.append(self.arrays)

    @classmethod
    def unlock(cls, arrays: dict[int, tuple[ndarray, ndarray]]) -> None:
        for key, (_, safe) in arrays.items():
            found = cls.locked.get(key)
            if found is not None and found[0] is safe:
                found[1] -= 1
                if found[1] <= 0:
                    del cls.locked[key]
                    safe.flags.writeable = True


def kept(tape: Tape, x: Value) -> Value:
    """x as the tape may rely on it: nobody writes to it before the tape is done."""
    if type(x) is not ndarray:
        return x
    if tape.kept is None:
        tape.kept = Kept()
    return tape.kept.keep(x)


# --- operations --------------------------------------------------------------------------------------


class Operation:
    """An operation on arrays, callable on plain and traced operands alike.

    Operands stand by position, parameters (axes, shapes, indices) by name. `push` gives the tangent of
    z = operation(*operands) for the operands' tangents (None for a constant), `pull` what z's adjoint
    `bar` sends to operand k; `saves` says what of an operation a pull will want to see.
    """

    exact = False  # whether a push has the shape and dtype of z without being told
    through = False  # whether `report` takes an adjoint with more axes in front

    def __init__(self, name: str, value: Callable[..., Value]) -> None:
        self.name = self.__name__ = name
        self.value = value

    def __call__(self, *operands: Value, **params: Any) -> Value:
        if len(operands) == 1:
            (x,) = operands
            return APPLY[type(x.level)](x.level, self, (x.primal,), operands, params) if isinstance(x, Traced) else (
                self.value(x, **params))  # fmt: skip
        level: Level | None = None
        odd = False
        for o in operands:
            if isinstance(o, Traced):
                if level is None:
                    level = o.level
                elif o.level is not level:
                    odd, level = True, max(level, o.level, key=lambda level: level.number)
            elif type(o) not in NUMBERS and (type(o) is not ndarray or o.dtype.kind not in "fiub"):
                odd = True
        if level is None:
            return self.value(*operands, **params)
        if odd:
            operands = tuple(map(constant, operands))
            check_meeting(level, [o for o in operands if isinstance(o, Traced)])
        mine = [o if isinstance(o, Traced) and o.level is level else None for o in operands]
        below = [o if m is None else m.primal for o, m in zip(operands, mine, strict=True)]
        return APPLY[type(level)](level, self, below, mine, params)

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        raise NotImplementedError

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value | None:
        raise NotImplementedError

    def saves(self, z: Value, operands: list[Value], parents: tuple[Node | None, ...]) -> tuple[Value, Sequence[Value]]:
        return z, operands

    def report(self, v: Node, bar: Value) -> None:
        """Send v's adjoint `bar` to the operands."""
        z, operands = v.saved
        bar = full(bar, v)
        for k, target in enumerate(v.parents):
            if target is not None:
                amount = self.pull(k, bar, z, operands, v.params)
                if amount is not None:
                    if type(target) is Node:
                        fresh = amount is not bar and type(amount) is ndarray and amount.base is None
                        receive(target, fit(amount, target), fresh)
                    else:
                        receive_number(target, amount)

    @property
    def plain(self) -> Callable[[Node, Value], None]:
        return self.report

    traced = plain  # a rule of the table tells plain adjoints from traced ones

    def __repr__(self) -> str:
        return f"<autograd_mini operation {self.name}>"


def constant(x: Value) -> Value:
    """An operand that is no traced value, as something that NumPy computes with; raises for other kinds."""
    if isinstance(x, Traced):
        return x
    if isinstance(x, list | tuple):
        x = np.asarray(x)
    kind = getattr(dtype(x), "kind", "")
    if kind == "c" or isinstance(x, complex):
        raise TypeError(
            "autograd_mini differentiates real functions; a complex number came by. "
            "Write real and imaginary part apart."
        )
    if (kind in "fiub" and kind) or isinstance(x, float | int):
        return x
    if hasattr(x, "__float__") and not kind:
        return float(x)
    what = f"an array of {x.dtype}" if kind else f"a {type(x).__name__}"
    raise TypeError(
        f"autograd_mini differentiates functions of numbers and arrays of numbers; {what} met a traced value."
    )


def record(tape: Tape, operation: Operation, below: list[Value], mine: list[Any], params: Any) -> Array:
    parents: tuple[Any, ...]
    if len(below) == 1:
        x = below[0]
        z = operation.value(x, **params) if type(x) in PLAIN else operation(x, **params)
        parents = (mine[0].node,)
    else:
        z = operation(*below, **params)
        parents = tuple([m if m is None else m.node for m in mine])
    new = array(tape, z)
    node = new.node
    node.rule, node.params, node.parents = operation, params, parents
    kept_z, operands = operation.saves(z, below, parents)
    node.saved = kept_z, [kept(tape, o) for o in operands] if None in parents else operands
    tape.append(node)
    return new


def one_seed(*tangents: Value) -> None:
    """Raise for a dual number with several tangents."""
    for t in tangents:
        if type(t) is tuple:
            raise TypeError("A dual number with several tangents met an array; carry one seed at a time there.")


def push(level: Forward, operation: Operation, below: list[Value], mine: list[Any], params: Any) -> ArrayDual:
    z = operation(*below, **params)
    tangents = [None if m is None else m.tangent for m in mine]
    one_seed(*tangents)
    tangent = operation.push(z, below, tangents, params)
    return dual(level, z, tangent if operation.exact else fit(tangent, z))


def refused(level: Level, operands: Sequence[Value]) -> None:
    """Raise: arrays are no part of an evaluation trace, and a closed tape records nothing."""
    check_meeting(level, operands)
    raise TypeError("trace shows a run on single numbers, one row an operation; here an array came by.")


APPLY: dict[type, Callable[..., Any]] = {
    Tape: record, Forward: push,
    ClosedTape: lambda level, operation, below, mine, params: refused(level, [o for o in mine if o is not None]),
    Recorder: lambda level, operation, below, mine, params: refused(level, ()),
}  # fmt: skip


# --- shapes ------------------------------------------------------------------------------------------


def fit(amount: Value, like: Value) -> Value:
    """`amount` with the shape and dtype of `like`: summed where `like` was broadcast, spread where it is larger."""
    want, kind = shape(like), dtype(like)
    if amount is None:
        return np.zeros(want, kind)
    have = shape(amount)
    if have != want:
        lead = len(have) - len(want)
        if lead < 0 or any(h == 1 != w for h, w in zip(have[lead:], want, strict=True)):
            amount = operations.broadcast_to(amount, shape=want)
        else:
            axes = (*range(lead), *(lead + k for k, w in enumerate(want) if w == 1 != have[lead + k]))
            amount = operations.sum(amount, axis=axes, keepdims=True)
            if lead:
                amount = operations.reshape(amount, shape=want)
    if kind is not None and dtype(amount) != kind:
        amount = operations.astype(amount, dtype=kind)
    return amount


def full(bar: Value, v: Node) -> Value:
    """An adjoint in the shape of its array, repeated where that was put off."""
    return bar if getattr(bar, "shape", ()) == v.shape else operations.broadcast_to(bar, shape=v.shape)


# --- the return sweep ---------------------------------------------------------------------------------


def receive(target: Node, amount: Value, fresh: bool) -> None:
    """v̄ += amount; a `fresh` amount is an array that nobody else holds."""
    so_far = target.adjoint
    if so_far is None:
        target.adjoint, target.own = amount, fresh
    elif target.own and type(amount) in PLAIN and so_far.shape == target.shape:
        np.add(so_far, amount, so_far)
    else:
        target.adjoint = total = so_far + amount
        target.own = type(total) is ndarray


def receive_number(target: Any, amount: Value) -> None:
    """v̄ += the sum of amount, for a number that was spread over an array."""

    if shape(amount):
        amount = operations.sum(amount, axis=None, keepdims=False)
    target.adjoint = amount if target.adjoint is None else target.adjoint + amount


def sweep(entries: list[Any], inputs: Sequence[Any], seeds: Sequence[tuple[Any, Value]], last: bool) -> None:
    """Leave in `inputs` the adjoints for the given seeds; the `last` sweep of a tape frees entries as it goes."""
    for v in (*inputs, *entries):
        v.adjoint = None
    for v, bar in seeds:
        if type(v) is Node:
            receive(v, bar, False)
        else:
            receive_number(v, bar)
    rest = entries if last else entries[:]
    with np.errstate(all="ignore"):  # inside a derivative, an infinity is an answer
        while rest:
            v = rest.pop()
            bar = v.adjoint
            if bar is None:
                continue
            if type(v) is Node:
                v.adjoint = None
                if type(bar) in PLAIN:
                    v.rule.plain(v, bar)
                else:
                    v.rule.traced(v, bar)
            else:
                for target, partial in v.edges():
                    receive_number(target, bar if type(partial) is float and partial == 1.0 else bar * partial)


def adjoint(v: Any) -> Value:
    """The adjoint of an input after a sweep: in its shape and dtype, as an array that nobody else holds."""
    bar, v.adjoint = v.adjoint, None
    if type(v) is not Node:
        return 0.0 if bar is None else bar.item() if type(bar) in PLAIN else bar
    if bar is None:
        return np.zeros(v.shape, v.dtype)
    if type(bar) not in PLAIN:
        return full(bar, v)
    if bar.shape != v.shape:
        new = np.empty(v.shape, v.dtype)
        new[...] = bar
        return new
    return bar if v.own else np.array(bar)


# They are written in terms of what stands above.
from autograd_mini import elementwise, operations  # noqa: E402, F401
