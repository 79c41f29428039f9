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
from autograd_mini.primitive import Level, Traced, Value, check_meeting, lowest
from autograd_mini.tape import ClosedTape, Recorder, Tape, say_whose

ndarray = np.ndarray
PLAIN = {ndarray, *np.sctypeDict.values()}  # types of what no transform knows of
BASIC = {int, slice, type(None), type(Ellipsis)}  # kinds of index that take no entry twice
NUMBERS = {float, int, bool, np.float64, np.float32}


ONE = np.float64(1.0)  # the seed of a single number, told by being this very object


def one(dtype: Any) -> Any:
    """The seed 1 of a dtype."""
    return ONE if dtype == ONE.dtype else dtype.type(1.0)


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
        return operations.matmul(self, other)

    def __rmatmul__(self, other: Value) -> Value:
        return operations.matmul(other, self)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"An array of shape {self.shape} is neither true nor false. "
                "Use numpy.where to choose entry by entry, or .any() and .all() of a comparison."
            )
        return super().__bool__()

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

    def __getitem__(self, index: Any) -> Value:
        if type(index) in BASIC and type(self.primal) is ndarray and type(z := self.primal[index]) is ndarray:
            parents = (self.node,)  # what is most often asked for, without detours
            return array(self.level, z, operations.getitem, parents, (None, parents), {"index": index})
        return super().__getitem__(index)

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


def array(tape: Tape, z: Value, rule: Any = None, parents: Any = None, saved: Any = None, params: Any = None) -> Array:
    """A value of the tape and its node; one without a rule is not linked."""
    new, node = Array(), Node()
    new.level, new.primal, new.node = tape, z, node
    node.shape, node.dtype = z.shape, z.dtype
    node.rule, node.parents, node.saved, node.params = rule, parents, saved, params
    if type(z) is RECORDED:
        node.rule = program_arrays.Reporting(rule, z)
    if not tape.has_arrays:
        tape.plain, tape.has_arrays = False, True
    if rule is not None:
        tape.append(node)
    return new


def as_input(tape: Tape, x: Value) -> Array:
    """An array as an input of a function."""
    return array(tape, kept(tape, x))


class Kept(dict[int, tuple[ndarray, ndarray, bool]]):
    """The arrays that a tape relies on: by id the array, what stands for it, whether that is locked for us.

    Those that own their data are locked; views are copied. They are unlocked when the last tape that needs
    them is done, at the latest when it is freed.
    """

    __slots__ = ()
    locks: ClassVar[dict[int, int]] = {}  # by id: how many tapes have locked it
    dropped: ClassVar[deque[Kept]] = deque()  # to be unlocked

    def keep(self, x: ndarray) -> ndarray:
        if x.base is not None:
            safe, ours = x.copy(), False
        else:
            with GUARD:
                locks, safe = self.locks.get(id(x), 0), x
                if ours := locks > 0 or x.flags.writeable:
                    self.locks[id(x)] = locks + 1
                    x.setflags(False)
        self[id(x)] = x, safe, ours
        return safe

    def release(self) -> None:
        with GUARD:
            self.unlock()
            while self.dropped:
                self.dropped.pop().unlock()

    def unlock(self) -> None:
        for key, (_, safe, ours) in self.items():
            if ours:
                locks = self.locks[key] = self.locks[key] - 1
                if not locks:
                    del self.locks[key]
                    safe.setflags(True)
        self.clear()

    def __del__(self) -> None:
        if self:
            if GUARD.acquire(False):
                try:
                    self.unlock()
                finally:
                    GUARD.release()
            else:  # the collector came by while this very thread holds the guard: the next release unlocks
                self.dropped.append(self)


GUARD = threading.Lock()
RECORDED: Any = None  # the class of arrays that write a program down: `program_arrays` fills it in


def kept(tape: Tape, x: Value) -> Value:
    """x as the tape may rely on it: nobody writes to it before the tape is done."""
    if type(x) is not ndarray:
        return x
    if tape.kept is None:
        tape.kept = Kept()
    found = tape.kept.get(id(x))
    return tape.kept.keep(x) if found is None else found[1]


# --- operations --------------------------------------------------------------------------------------


class Operation:
    """An operation on arrays, callable on plain and traced operands alike.

    Operands stand by position, parameters (axes, shapes, indices) by name. `push` gives the tangent of
    z = operation(*operands) for the operands' tangents (None for a constant), `pull` what z's adjoint
    `bar` sends to operand k; `saves` says what of an operation a pull will want to see.
    """

    exact = False  # whether a push has the shape and dtype of z without being told
    inline: Any = None  # the function of a learner's that it stands for: what a program writes down

    def __init__(self, name: str, value: Callable[..., Value]) -> None:
        self.name = self.__name__ = name
        self.value = value

    def __call__(self, *operands: Value, **params: Any) -> Value:
        if len(operands) == 1:
            (x,) = operands
            return APPLY[type(x.level)](x.level, self, (x.primal,), operands, params) if isinstance(x, Traced) else (
                self.value(x, **params))  # fmt: skip
        for o in operands:
            if isinstance(o, Traced):
                level: Level = o.level
                break
        else:
            return self.value(*operands, **params)
        below, mine = [], []
        for o in operands:
            if isinstance(o, Traced):
                if o.level is not level:
                    return self.between(operands, params)
                below.append(o.primal)
                mine.append(o)
            else:
                if type(o) not in NUMBERS and (type(o) is not ndarray or o.dtype.kind not in "fiub"):
                    return self.between(operands, params)
                below.append(o)
                mine.append(None)
        return APPLY[type(level)](level, self, below, mine, params)

    def between(self, operands: tuple[Value, ...], params: dict[str, Any]) -> Value:
        """The same for operands of several levels, or of other kinds."""
        traced = [o for o in operands if isinstance(o, Traced)]
        level = max((o.level for o in traced), key=lambda level: level.number)
        operands = tuple(map(constant, operands))
        check_meeting(level, traced)
        mine = [o if isinstance(o, Traced) and o.level is level else None for o in operands]
        below = [o if m is None else m.primal for o, m in zip(operands, mine, strict=True)]
        return APPLY[type(level)](level, self, below, mine, params)

    def push(self, z: Value, operands: list[Value], tangents: list[Value | None], params: Any) -> Value:
        raise NotImplementedError

    def pull(self, k: int, bar: Value, z: Value, operands: Sequence[Value], params: Any) -> Value | None:
        raise NotImplementedError

    def saves(self, z: Value, operands: list[Value], parents: tuple[Node | None, ...]) -> tuple[Value, Sequence[Value]]:
        return z, operands

    def through(self, v: Node) -> bool:
        """Whether `report` takes an adjoint with more axes in front."""
        return False

    def report(self, v: Node, bar: Value) -> None:
        """Send v's adjoint `bar` to the operands."""
        z, operands = v.saved
        bar = full(bar, v)
        for k, target in enumerate(v.parents):
            if target is not None:
                amount = self.pull(k, bar, z, operands, v.params)
                if amount is not None:
                    deliver(target, amount, amount is not bar and type(amount) is ndarray and amount.base is None)

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
    what = f"an array of {x.dtype}" if kind else f"a value of type {type(x).__name__}"
    raise TypeError(
        f"autograd_mini differentiates functions of numbers and arrays of numbers; {what} met a traced one."
    )


def record(tape: Tape, operation: Operation, below: Sequence[Value], mine: Sequence[Any], params: Any) -> Array:
    z = operation(*below, **params)
    parents = tuple([m if m is None else m.node for m in mine])
    saved = operation.saves(z, below, parents)
    if None in parents:
        captured = (lambda o: held(o, z)) if is_recorded(z) else (lambda o: kept(tape, o))
        saved = saved[0], [captured(o) if type(o) is ndarray else o for o in saved[1]]
    return array(tape, z, operation, parents, saved, params)


def is_recorded(z: Value) -> bool:
    """Whether a program is written down, which holds arrays by reference."""
    low = lowest(z)
    return isinstance(low, Traced) and low.level.records


def held(x: Value, z: Value) -> Value:
    """A captured array as a value of the program that z belongs to."""
    return lowest(z).level.constant(x) if type(x) is ndarray else x


def one_seed(*tangents: Value) -> None:
    """Raise for a dual number with several tangents."""
    for t in tangents:
        if type(t) is tuple:
            raise TypeError("A dual number with several tangents met an array; carry one seed at a time there.")


def push(level: Forward, operation: Operation, below: list[Value], mine: list[Any], params: Any) -> ArrayDual:
    z = operation(*below, **params)
    tangents = [None if m is None else m.tangent for m in mine]
    if tuple in map(type, tangents):
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
    elif target.own and type(amount) in PLAIN and type(so_far) is ndarray and so_far.shape == target.shape:
        np.add(so_far, amount, so_far)
    else:
        target.adjoint = total = so_far + amount
        target.own = type(total) is ndarray


def deliver(target: Any, amount: Value, fresh: bool) -> None:
    """v̄ += amount in v's shape, for an array or a number."""
    if type(target) is Node:
        receive(target, fit(amount, target), fresh)
    else:
        receive_number(target, amount)


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
    say_whose(bar, v.primal if type(v) is not Node else v.rule and v.rule.of)  # an input has no other rule
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
from autograd_mini import elementwise, operations, program_arrays  # noqa: E402, F401
