"""Arrays: the operations of the rule table entry by entry, and how operations on arrays are recorded.

An *operation* on arrays has a value, a push (its tangent from tangents) and a pull (what an adjoint
sends to an operand). For the elementwise operations all three come from the rule table; `operations`
states the others. Rules are written in operations, so derivatives can be differentiated again.

Shapes are mended in one place, `fit`: what broadcasting spread out on the way forward is added up on
the way back.
"""

# NumPy's stubs know nothing of traced values, so here they would only be argued with.
# mypy: disable-error-code="call-overload,arg-type,assignment,has-type,attr-defined,operator"
# mypy: disable-error-code="misc,union-attr,return-value"

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from autograd_mini import formulas
from autograd_mini.dual import Dual, Forward
from autograd_mini.primitive import PRIMITIVES, Level, Traced, Value, check_meeting, number
from autograd_mini.rules import TABLE, Rule
from autograd_mini.tape import Entry, Tape, Variable

ndarray = np.ndarray
NONE: dict[str, Any] = {}
RULES = {rule.name: rule for rule in TABLE}


def is_plain(x: Value) -> bool:
    """Whether x is an array or number that no transform knows of."""
    return isinstance(x, ndarray | np.generic | float | int)


def shape(x: Value) -> tuple[int, ...]:
    return getattr(x, "shape", ())


def dtype(x: Value) -> Any:
    """x's dtype; None for a Python number, which takes that of what it meets."""
    return getattr(x, "dtype", None)


# --- the values --------------------------------------------------------------------------------------


class ArrayMethods:
    """What every traced array has: NumPy's attributes, operators and methods."""

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

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of an array without axes: it is a single number.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Value]:
        return (self[k] for k in range(len(self)))

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Value, **options: Any) -> Value:
        if method == "__call__" and not options and ufunc in FAST:
            return FAST[ufunc](*operands)
        return numpy_names().ufunc(ufunc, method, operands, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Value:
        return numpy_names().function(function, args, options)

    def __getitem__(self, index: Any) -> Value:
        if type(index) is int or type(index) is slice:
            return op.getitem(self, index=index)
        return numpy_names().index(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "A traced array never changes, so x[…] = … cannot be differentiated. Build a new array instead: "
            "numpy.where(mask, new, x), numpy.concatenate, or numpy.stack of the parts."
        )

    def __matmul__(self, other: Value) -> Value:
        return np.matmul(self, other)

    def __rmatmul__(self, other: Value) -> Value:
        return np.matmul(other, self)

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
        return numpy_names().astype(self, dtype)

    def reshape(self, *shape: Any) -> Value:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Value:
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)


def _numpys(name: str) -> Callable[..., Value]:
    function = getattr(np, name)

    def method(self: Value, *args: Any, **options: Any) -> Value:
        return function(self, *args, **options)

    method.__name__, method.__doc__ = name, f"numpy.{name} of this array."
    return method


EVERYDAY = {float, int, np.ndarray}


@cache
def numpy_names() -> Any:
    from autograd_mini import numpy_names as module

    return module


for _name in (
    "sum prod mean var std max min argmax argmin cumsum cumprod dot ravel squeeze swapaxes repeat take diagonal "
    "trace clip argsort nonzero any all round"
).split():
    setattr(ArrayMethods, _name, _numpys(_name))
ArrayMethods.flatten = ArrayMethods.ravel
ArrayMethods.copy = lambda self: self


class Array(ArrayMethods, Variable):
    """An array on a tape. Its primal and its operands are plain, so its operators need not ask."""

    __slots__ = ("params",)
    params: dict[str, Any]

    def __repr__(self) -> str:
        return f"Traced({self.primal!r})" if self.primal is not None else "Traced(array)"


class NestedArray(Array):
    """An array on a tape whose primal or operands belong to another transform."""

    __slots__ = ()


class ArrayDual(ArrayMethods, Dual):
    """A dual number whose parts are plain arrays of one shape."""

    __slots__ = ()
    __init__ = object.__init__

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {self.tangent!r})"

    __format__ = object.__format__


class NestedDual(ArrayDual):
    """A dual number of arrays, at least one of which belongs to another transform."""

    __slots__ = ()


TRACED_ARRAYS = (Array, ArrayDual)


def dual(level: Forward, primal: Value, tangent: Value) -> ArrayDual:
    new = ArrayDual() if type(tangent) in PLAIN and type(primal) in PLAIN else NestedDual()
    new.level, new.primal, new.tangent = level, primal, tangent
    return new


PLAIN = {ndarray, *np.sctypeDict.values()}


def entry(
    tape: Tape, operation: Operation | None, parents: tuple[Entry | None, ...], below: tuple[Value, ...],
    z: Value, params: dict[str, Any] = NONE,
) -> Array:  # fmt: skip
    """Record that z = operation(*below); an input has no operation and stands on no list."""
    tape.plain, tape.has_arrays = False, True
    nested = type(z) not in PLAIN or any(isinstance(o, Traced) for o in below)
    new = NestedArray() if nested else Array()
    new.level, new.primal, new.primitive, new.params = tape, z, operation, params
    new.parents, new.operands = parents, below
    if operation is not None:
        if None in parents:
            new.operands = tuple(kept(tape, o) if type(o) is ndarray else o for o in below)
        tape.append(new)
    return new


def as_input(tape: Tape, x: Value) -> Array:
    """An array as an input of a function."""
    return entry(tape, None, (), (), kept(tape, x) if type(x) is ndarray else x)


# --- captured arrays ---------------------------------------------------------------------------------


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
            found = self.arrays[id(x)] = (x, x.copy() if x.base is not None else x)
            if found[1] is x:
                with self.guard:
                    if id(x) in self.locked or x.flags.writeable:
                        self.locked.setdefault(id(x), [x, 0])[1] += 1
                        x.flags.writeable = False
                    self.settle()
        return found[1]

    def release(self) -> None:
        self.dropped.append(self.arrays)
        self.arrays = {}
        with self.guard:
            self.settle()

    def __del__(self) -> None:
        """The collector may come by while this very thread holds the guard; then the holder settles."""
        if self.arrays:
            self.dropped.append(self.arrays)
            if self.guard.acquire(blocking=False):
                try:
                    self.settle()
                finally:
                    self.guard.release()

    @classmethod
    def settle(cls) -> None:
        while cls.dropped:
            for key, (_, safe) in cls.dropped.popleft().items():
                entry = cls.locked.get(key)
                if entry is not None and entry[0] is safe:
                    entry[1] -= 1
                    if entry[1] <= 0:
                        del cls.locked[key]
                        safe.flags.writeable = True


def kept(tape: Tape, x: ndarray) -> ndarray:
    """x as the tape may rely on it: nobody writes to it before the tape is done."""
    if tape.kept is None:
        tape.kept = Kept()
    return tape.kept.keep(x)


# --- operations --------------------------------------------------------------------------------------


class Operation:
    """An operation on arrays, callable on plain and traced operands alike.

    Operands stand by position, parameters (axes, shapes, indices) by name. `push` gives the tangent of
    z = operation(*operands) for the operands' tangents (None for a constant), `pull` what z's adjoint
    `bar` sends to operand k.
    """

    elementwise = False
    in_place = False  # whether `add_into` adds to a part of the adjoint
    spreads = False  # whether a pull may leave it to broadcasting to repeat its values

    def __init__(self, name: str, value: Callable[..., Value]) -> None:
        self.name = self.__name__ = name
        self.value = value

    def __call__(self, *operands: Value, **params: Any) -> Value:
        if len(operands) == 1 and type(operands[0]) is Array:  # everyday: no need to ask
            (a,) = operands
            r = Array()
            r.level, r.primal, r.primitive, r.params = a.level, self.value(a.primal, **params), self, params
            r.parents, r.operands = operands, (a.primal,)
            a.level.append(r)
            return r
        top: Level | None = None
        odd = False
        for o in operands:
            if isinstance(o, Traced):
                level = o.level
                if top is None:
                    top = level
                elif level is not top:
                    odd = True
                    top = level if level.number > top.number else top
                odd = odd or not level.open
            elif type(o) not in SAFE and (type(o) is not ndarray or o.dtype.kind not in "fiub"):
                odd = True
        if top is None:
            return self.value(*operands, **params)
        if odd:
            operands = tuple(map(constant, operands))
            check_meeting(top, tuple(o for o in operands if isinstance(o, Traced)))
        return APPLY[type(top)](top, self, operands, params)

    def push(self, z: Value, operands: tuple[Value, ...], tangents: list[Value | None], params: Any) -> Value:
        raise NotImplementedError

    def pull(self, k: int, bar: Value, z: Value, operands: tuple[Value, ...], params: Any) -> Value | None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<autograd_mini operation {self.name}>"


SAFE = {float, int, bool, np.float64, np.float32, np.bool_, np.int64}


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


def record(tape: Tape, operation: Operation, operands: tuple[Value, ...], params: Any) -> Array:
    below = tape.below(operands)
    z = operation(*below, **params)
    parents = tuple([o if isinstance(o, Entry) and o.level is tape else None for o in operands])
    return entry(tape, operation, parents, below, z, params)


def push(level: Forward, operation: Operation, operands: tuple[Value, ...], params: Any) -> ArrayDual:
    below = level.below(operands)
    z = operation(*below, **params)
    tangents = [o.tangent if isinstance(o, Dual) and o.level is level else None for o in operands]
    if any(isinstance(t, tuple) for t in tangents):
        raise TypeError("A dual number with several tangents met an array; carry one seed at a time there.")
    return dual(level, z, fit(operation.push(z, below, tangents, params), z))


APPLY: dict[type, Callable[..., Traced]] = {Tape: record, Forward: push}


# --- elementwise -------------------------------------------------------------------------------------


def logistic(x: Value) -> Value:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def quiet(function: Callable[..., Value]) -> Callable[..., Value]:
    """NumPy's function without its warnings: inside a derivative, an infinity is an answer."""

    def computed(*operands: Value) -> Value:
        with np.errstate(all="ignore"):
            return function(*operands)

    return computed


UFUNCS: dict[str, Callable[..., Value]] = {
    **{name: getattr(np, name) for name in RULES if hasattr(np, name)},
    "sigmoid": logistic, "relu": lambda x: np.maximum(x, 0.0), "stop_gradient": lambda x: x,
}  # fmt: skip


class Elementwise(Operation):
    """An operation of the rule table, with NumPy's broadcasting.

    Where operands are plain, its pull is compiled from the rule into NumPy calls that reuse their
    temporary arrays (`in_place_code`); a push is the same thing, with a tangent for the adjoint.
    """

    elementwise = True

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.name, UFUNCS[rule.name])
        self.rule = rule
        self.compiled: dict[tuple[int, str], Callable[..., Value]] = {}

    def function(self, k: int, kind: str) -> Callable[..., Value]:
        """bar · ∂z/∂operand k as a function of (bar, z, *operands), for operands of a kind.

        Kinds are "plain", "nested", and in place: "a" for each array of z's shape and dtype, "n" for a number.
        """
        found = self.compiled.get((k, kind))
        if found is None:
            partial = self.rule.partials[k]
            arguments = ", ".join(["bar", "z", "x", "y"][: 2 + len(self.rule.partials)])
            if kind in ("plain", "nested"):
                text = f"def pull({arguments}):\n    return scaled({formulas.python(partial, on_arrays=True)}, bar)"
            else:
                text = in_place_code(partial, arguments, kind)
            space = {**UFUNCS, "where": np.where} if kind != "nested" else {**LENIENT, "where": select}
            space["scaled"] = scaled
            exec(compile(text, f"<autograd_mini {self.name} on arrays>", "exec"), space)
            found = self.compiled[k, kind] = space["pull"]
        return found

    def pull(self, k: int, bar: Value, z: Value, operands: tuple[Value, ...], params: Any) -> Value | None:
        for o in operands:
            if isinstance(o, Traced):
                return self.function(k, "nested")(bar, z, *operands)
        if type(bar) in PLAIN:
            return self.plain_pull(k, bar, z, operands)
        return self.function(k, "plain")(bar, z, *operands)

    def plain_pull(self, k: int, bar: Value, z: Value, operands: tuple[Value, ...]) -> Value | None:
        kind = ""
        for o in operands:
            if type(o) is ndarray and o.shape == z.shape and o.dtype == z.dtype and o.ndim:
                kind += "a"
            elif type(o) is float or type(o) is int:
                kind += "n"
            else:
                return self.function(k, "plain")(bar, z, *operands)
        found = self.compiled.get((k, kind)) or self.function(k, kind)
        return found(bar, z, *operands)

    def push(self, z: Value, operands: tuple[Value, ...], tangents: list[Value | None], params: Any) -> Value:
        total = None
        with np.errstate(all="ignore"):
            for k, t in enumerate(tangents):
                if t is not None:
                    term = self.pull(k, t, z, operands, params)
                    if term is not None:
                        total = term if total is None else total + term
        return total


class Unary(Elementwise):
    """Of one operand. The two cases written out are those of everyday: no call goes the general way."""

    def __call__(self, a: Value) -> Value:
        if type(a) is Array:
            x, level = a.primal, a.level
            r = Array()
            r.level, r.primal, r.primitive, r.params = level, self.value(x), self, NONE
            r.parents, r.operands = (a,), (x,)
            level.append(r)
            return r
        if type(a) is ArrayDual:
            z = self.value(a.primal)
            with np.errstate(all="ignore"):
                return dual(a.level, z, fit(self.plain_pull(0, a.tangent, z, (a.primal,)), z))
        return Operation.__call__(self, a)


class Binary(Elementwise):
    """Of two operands."""

    def __call__(self, a: Value, b: Value) -> Value:
        if type(a) is Array:
            level = a.level
            if type(b) is Array and b.level is level:
                x, y, parents = a.primal, b.primal, (a, b)
            elif type(b) is float or type(b) is int:
                x, y, parents = a.primal, b, (a, None)
            elif type(b) is ndarray and b.dtype.kind == "f":
                x, y, parents = a.primal, kept(level, b), (a, None)
            else:
                return Operation.__call__(self, a, b)
        elif type(b) is Array:
            level = b.level
            if type(a) is float or type(a) is int:
                x, y, parents = a, b.primal, (None, b)
            elif type(a) is ndarray and a.dtype.kind == "f":
                x, y, parents = kept(level, a), b.primal, (None, b)
            else:
                return Operation.__call__(self, a, b)
        else:
            return Operation.__call__(self, a, b)
        r = Array()
        r.level, r.primal, r.primitive, r.params = level, self.value(x, y), self, NONE
        r.parents, r.operands = parents, (x, y)
        level.append(r)
        return r


def in_place_code(partial: Any, arguments: str, kind: str) -> str:
    """Python text of bar · partial for operands that are arrays ("a") of one shape and dtype, or numbers ("n").

    A temporary array is written to again as soon as it has been read.
    """
    arrays = {"z", *(s for s, k in zip("xy", kind, strict=False) if k == "a")}
    lines: list[str] = []

    def emit(formula: Any) -> tuple[str, bool]:
        """The text of a value, and whether it is a temporary array."""
        touches = arrays & formulas.names(formula)
        if not touches or formula.op in ("symbol", "where", "sigmoid"):
            return formulas.python(formula, on_arrays=True), False
        parts = [emit(o) for o in formula.operands]
        free = [text for text, temporary in parts if temporary]
        out = free[0] if free else f"t{len(lines)}"
        given = ", ".join([text for text, _ in parts] + free[:1])
        lines.append(f"{out} = {formula.op}({given})")
        return out, True

    if isinstance(partial, formulas.Formula) and partial.op == "divide" and partial.operands[0] == 1.0:
        text, temporary = emit(partial.operands[1])
        lines.append(f"return divide(bar, {text}{f', {text}' if temporary else ''})")
    elif isinstance(partial, formulas.Formula):
        text, temporary = emit(partial)
        lines.append(f"return multiply(bar, {text}{f', {text}' if temporary else ''})")
    else:
        lines.append(f"return scaled({partial}, bar)")
    return f"def pull({arguments}):\n" + "\n".join("    " + line for line in lines)


def astype(amount: Value, like: Value) -> Value:
    kind = dtype(like)
    return amount if kind is None else amount.astype(kind)


def scaled(p: Value, t: Value) -> Value:
    # A partial of ±1 leaves no multiplication; None is a partial of 0.
    if type(p) is float:
        if p == 0.0:
            return None
        return t if p == 1.0 else -t if p == -1.0 else p * t
    return p * t


def select(condition: Any, then: Value, otherwise: Value) -> Value:
    return op.where(condition, then, otherwise)


LENIENT = {name: primitive.lenient for name, primitive in PRIMITIVES.items()}
ELEMENTWISE: dict[str, Elementwise] = {
    rule.name: Unary(rule) if len(rule.partials) == 1 else Binary(rule) for rule in TABLE
}
FAST = {getattr(np, name): e for name, e in ELEMENTWISE.items() if hasattr(np, name)}


# --- operators ---------------------------------------------------------------------------------------


NUMERIC = (Traced, np.generic, list, tuple, float, int, complex)


def _operator(name: str, swapped: bool = False) -> Callable[..., Value]:
    """The operator of NumPy's ufunc `name`; what is neither number nor array may know the operation itself."""
    own: Any = ELEMENTWISE.get(name) or getattr(np, name)

    def method(self: Value, other: Value) -> Value:
        if not (type(other) in EVERYDAY or isinstance(other, NUMERIC)):
            if not hasattr(other, "__float__"):
                return NotImplemented
        return own(other, self) if swapped else own(self, other)

    return method


def _power(self: Value, other: Value) -> Value:
    """x², the commonest power, is recorded as a square, whose slope needs no power."""
    return ELEMENTWISE["square"](self) if type(other) in (float, int) and other == 2 else general_power(self, other)


for _name, _short in {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "power": "pow",
    "floor_divide": "floordiv", "remainder": "mod",
}.items():  # fmt: skip
    setattr(ArrayMethods, f"__{_short}__", _operator(_name))
    setattr(ArrayMethods, f"__r{_short}__", _operator(_name, swapped=True))
for _name, _short in {
    "less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge", "equal": "eq", "not_equal": "ne",
}.items():  # fmt: skip
    setattr(ArrayMethods, f"__{_short}__", _operator(_name))
general_power = ArrayMethods.__pow__
ArrayMethods.__pow__ = _power
ArrayMethods.__neg__ = lambda self: ELEMENTWISE["negative"](self)
ArrayMethods.__abs__ = lambda self: ELEMENTWISE["absolute"](self)


# --- shapes ------------------------------------------------------------------------------------------


def fit(amount: Value, like: Value) -> Value:
    """`amount` with the shape and dtype of `like`: summed where `like` was broadcast, spread where it is larger."""
    want = shape(like)
    if amount is None:
        return np.zeros(want, dtype(like))
    have = shape(amount)
    if have != want:
        lead = len(have) - len(want)
        if lead < 0 or any(h == 1 != w for h, w in zip(have[lead:], want, strict=True)):
            amount = op.broadcast_to(amount, shape=want)
        else:
            axes = (*range(lead), *(lead + k for k, w in enumerate(want) if w == 1 != have[lead + k]))
            amount = op.sum(amount, axis=axes, keepdims=True)
            if lead:
                amount = op.reshape(amount, shape=want)
    kind = dtype(like)
    if kind is not None and dtype(amount) != kind:
        amount = op.astype(amount, dtype=kind)
    return amount


# --- the return sweep ---------------------------------------------------------------------------------


class Adjoints:
    """The adjoints of one return sweep, by entry. What is `own` may be added to in place."""

    def __init__(self) -> None:
        self.bars: dict[int, Value] = {}
        self.own: set[int] = set()

    def add(self, target: Entry, amount: Value, own: bool) -> None:
        key = id(target)
        so_far = self.bars.get(key)
        if so_far is None:
            self.bars[key] = amount
            if own and type(amount) is ndarray:
                self.own.add(key)
        elif key in self.own and type(amount) in PLAIN and (so_far.shape == amount.shape or not amount.shape):
            so_far += amount
        else:
            self.bars[key] = total = so_far + amount
            self.own.discard(key)
            if type(total) is ndarray:
                self.own.add(key)

    def scatter(self, target: Entry, operation: Any, bar: Value, params: Any) -> None:
        """Add to some entries of the target's adjoint only."""
        key = id(target)
        so_far = self.bars.get(key)
        if key not in self.own or so_far.shape != target.primal.shape:
            new = np.zeros(target.primal.shape, target.primal.dtype)
            if so_far is not None:
                new += so_far
            self.bars[key] = new
            self.own.add(key)
        operation.add_into(self.bars[key], bar, params)

    def of(self, v: Entry) -> Value:
        """The adjoint of an input, in its shape and dtype, as an array that nobody else holds."""
        bar = self.bars.get(id(v))
        if not isinstance(v, Array):
            return 0.0 if bar is None else bar.item() if type(bar) in PLAIN else bar
        if bar is None:
            return np.zeros(v.primal.shape, v.primal.dtype)
        if type(bar) in PLAIN and bar.shape != v.primal.shape:
            return np.full(v.primal.shape, bar, v.primal.dtype)
        if type(bar) is ndarray and id(v) not in self.own:
            return bar.copy()
        return np.asarray(bar) if type(v.primal) is ndarray and type(bar) in PLAIN else bar


def sweep(entries: list[Any], seeds: Sequence[tuple[Entry, Value]], last: bool = False) -> Adjoints:
    """The return sweep of a tape with arrays; the `last` one drops entries and values as it uses them."""
    found = Adjoints()
    bars, own = found.bars, found.own
    for v, bar in seeds:
        found.add(v, bar, False)
    rest = entries if last else entries[:]
    with np.errstate(all="ignore"):
        while rest:
            v = rest.pop()
            key = id(v)
            bar = bars.pop(key, None)
            mine = key in own
            if mine:
                own.remove(key)
            if bar is None:
                continue
            if not isinstance(v, Array):
                for target, partial in v.edges():
                    found.add(target, bar if type(partial) is float and partial == 1.0 else bar * partial, False)
                continue
            operation: Any = v.primitive
            z, operands, parents, params = v.primal, v.operands, v.parents, v.params
            if last:  # what has been used is free at once
                v.operands, v.parents, v.primal = (), (), None
            plain = type(v) is Array and type(bar) in PLAIN
            passed_on = mine and len(parents) == 1
            if plain and operation.elementwise:
                full = None
                for k, target in enumerate(parents):
                    if target is None:
                        continue
                    x = operands[k]
                    if getattr(x, "shape", ()) == z.shape:
                        # Broadcasting adds nothing up here, so a smaller z̄ will do, and stays small.
                        amount = operation.plain_pull(k, bar, z, operands)
                        if amount is None:
                            continue
                        if amount.dtype != getattr(x, "dtype", None):
                            amount = astype(amount, x)
                    else:
                        full = fit(bar, z) if full is None else full
                        amount = operation.plain_pull(k, full, z, operands)
                        if amount is None:
                            continue
                        amount = fit(amount, x)
                    found.add(target, amount, passed_on if amount is bar else amount.base is None)
                continue
            if getattr(bar, "shape", ()) != z.shape:
                bar = fit(bar, z)
            for k, target in enumerate(parents):
                if target is None:
                    continue
                if plain and operation.in_place and isinstance(target, Array):
                    found.scatter(target, operation, bar, params)
                    continue
                amount = operation.pull(k, bar, z, operands, params)
                if amount is None:
                    continue
                x = operands[k]
                if dtype(amount) != dtype(x) or shape(amount) != shape(x):
                    if not (plain and operation.spreads):
                        amount = fit(amount, x)
                fresh = passed_on if amount is bar else type(amount) is ndarray and amount.base is None
                found.add(target, amount, fresh)
    return found


from autograd_mini import operations as op  # noqa: E402  # operations are written in terms of what stands above
