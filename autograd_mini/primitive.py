"""Operations, values and levels: how one call of `sin` finds its way through nested transforms.

Each transform in flight (a `jvp`, a `vjp`) opens a *level*. A value that belongs to a level is a
`Traced`: it carries a primal, which is the value one level further down, a float at the bottom. A
primitive looks at its operands, hands the call to the innermost level among them (the one with the
largest number), and that level calls the same primitive on the primals, one level down. That is all
that nesting needs.

Levels are numbered by a counter that only grows. In

    d/dx [x · d/dy (x + y)]  at  x = y = 1

the inner derivative sees x as a constant, because x belongs to a level below its own; without
numbers its ε could not be told from the outer one's, and the answer would be 2 instead of 1 (Siskind
& Pearlmutter 2005, "Perturbation confusion and referential transparency").
"""

from __future__ import annotations

import itertools
import math
import operator
from functools import cache, cached_property

from autograd_mini import formulas
from autograd_mini.rules import TABLE, Rule

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any  # a float, or a Traced above one
else:
    Value = object


@cache
def arrays() -> Any:
    """The module of arrays: it comes, and NumPy with it, when the first array does."""
    from autograd_mini import arrays as module

    return module


class EscapedValueError(TypeError):
    """A traced value was used outside the transform that it belongs to."""


class Level:
    """One transform in flight; `apply` says what an operation does there."""

    BY_HAND = 0  # the number of the level of duals made by hand, below every transform
    numbers = itertools.count(1)
    open = True
    align: Any = None  # how a batch lines up its operands' axes
    records = False  # whether it writes down what is done, for `program`

    def __init__(self) -> None:
        self.number = next(Level.numbers)

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Traced:
        raise NotImplementedError

    def constant(self, z: Value) -> Traced:
        raise NotImplementedError

    def guard(self, compare: str, operands: tuple[Value, ...], held: bool) -> None:
        raise NotImplementedError

    def reports(self, v: Traced, bar: Value) -> None:
        raise NotImplementedError

    def below(self, operands: tuple[Value, ...]) -> tuple[Value, ...]:
        """The operands one level down."""
        return tuple(o.primal if isinstance(o, Traced) and o.level is self else o for o in operands)


class Traced:
    """A value that belongs to a level. Arithmetic on it is the primitives' of the same name."""

    __slots__ = ("level", "primal")
    level: Level
    primal: Value
    node: Any  # its entry, if it is on a tape
    is_array = False
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Value) -> Value:
        return add(self, other) if is_number(other) else NotImplemented

    def __radd__(self, other: Value) -> Value:
        return add(other, self) if is_number(other) else NotImplemented

    def __sub__(self, other: Value) -> Value:
        return subtract(self, other) if is_number(other) else NotImplemented

    def __rsub__(self, other: Value) -> Value:
        return subtract(other, self) if is_number(other) else NotImplemented

    def __mul__(self, other: Value) -> Value:
        return multiply(self, other) if is_number(other) else NotImplemented

    def __rmul__(self, other: Value) -> Value:
        return multiply(other, self) if is_number(other) else NotImplemented

    def __truediv__(self, other: Value) -> Value:
        return divide(self, other) if is_number(other) else NotImplemented

    def __rtruediv__(self, other: Value) -> Value:
        return divide(other, self) if is_number(other) else NotImplemented

    def __pow__(self, other: Value) -> Value:
        return power(self, other) if is_number(other) else NotImplemented

    def __rpow__(self, other: Value) -> Value:
        return power(other, self) if is_number(other) else NotImplemented

    def __neg__(self) -> Value:
        return negative(self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return absolute(self)

    # A comparison looks at the primals only: a branch is taken or not, it has no derivative.
    def __lt__(self, other: Value) -> bool:
        return _compare(operator.lt, self, other)

    def __le__(self, other: Value) -> bool:
        return _compare(operator.le, self, other)

    def __gt__(self, other: Value) -> bool:
        return _compare(operator.gt, self, other)

    def __ge__(self, other: Value) -> bool:
        return _compare(operator.ge, self, other)

    def __eq__(self, other: object) -> bool:
        return _compare(operator.eq, self, other)

    def __ne__(self, other: object) -> bool:
        return _compare(operator.ne, self, other)

    def __bool__(self) -> bool:
        return bool(_compare(operator.ne, self, 0.0))

    def __float__(self) -> float:
        raise TypeError(
            "float() and the functions of `math` would drop the derivative of a traced value. "
            "Use the function of the same name from autograd_mini (autograd_mini.sin for math.sin), "
            "or autograd_mini.stop_gradient(x) if its derivative is meant to be dropped."
        )

    __int__ = __index__ = __complex__ = __float__

    def __round__(self, *digits: int) -> float:
        raise TypeError(
            "rounding is flat almost everywhere, so it has no useful derivative. "
            "Round the result after differentiating, not inside the function."
        )

    __trunc__ = __floor__ = __ceil__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __round__

    def __copy__(self) -> Traced:
        return self

    def __deepcopy__(self, memo: object) -> Traced:
        return self  # it never changes, and a copy would have lost its level

    def __reduce__(self) -> Any:
        raise TypeError("a value of a running derivative cannot leave this process; send plain numbers.")

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Value, **options: Any) -> Value:
        """`numpy.sin(x)` is `autograd_mini.sin(x)`, and `numpy.float64(3) < x` is `3.0 < x`."""
        if method == "__call__" and not options:
            name = ufunc.__name__
            primitive = PRIMITIVES.get(name)
            if primitive is not None:
                return primitive(*operands)
            if name in COMPARISONS and not any(map(is_array, operands)):
                return _compare(COMPARISONS[name], *operands)
        from autograd_mini import numpy_names

        return numpy_names.ufunc(ufunc, method, operands, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Value:
        from autograd_mini import numpy_names

        return numpy_names.function(function, args, options)

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise TypeError(
            "NumPy was asked to make an ordinary array of traced values, which would hide them from the derivative. "
            "Keep them in a list or tuple, or join them with numpy.stack or numpy.concatenate."
        )


# NumPy's names for the comparisons.
COMPARISONS = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt, "greater_equal": operator.ge,
    "equal": operator.eq, "not_equal": operator.ne,
}  # fmt: skip


def _compare(compare: Callable[[float, float], bool], x: Value, y: Value) -> bool:
    if not (is_number(x) and is_number(y)):
        return NotImplemented  # type: ignore[no-any-return]
    if isinstance(x, Traced) and isinstance(y, Traced):
        check_meeting(max(x.level, y.level, key=lambda level: level.number), (x, y))
    held, (low, high) = compare(number(x), number(y)), map(lowest, (x, y))
    for o in (low, high):
        if isinstance(o, Traced) and o.level.records:
            o.level.guard(compare.__name__, (low, high), held)
            break
    return held


def is_array(x: Value) -> bool:
    """Whether `x` is an array, traced or not; one without axes is, too, if it is traced."""
    return bool(getattr(x, "is_array", False) or getattr(x, "ndim", 0))


def is_number(x: Value) -> bool:
    """Whether `x` can take part in arithmetic here: a real number, or a traced one."""
    if isinstance(x, float | int | Traced):
        return True
    if isinstance(x, complex):
        raise TypeError(
            "autograd_mini differentiates real functions; a complex number came by. "
            "Write real and imaginary part apart."
        )
    return hasattr(x, "__float__") and getattr(x, "ndim", 0) == 0  # numpy.float32, fractions.Fraction


def number(x: Value) -> float:
    """The float at the bottom of `x`."""
    while isinstance(x, Traced):
        if not x.level.open:
            raise escaped(x)
        x = x.primal
    return x  # type: ignore[no-any-return]


def lowest(x: Value) -> Value:
    """The value above the float at the bottom of `x`; a plain number is its own."""
    while isinstance(x, Traced) and isinstance(x.primal, Traced):
        x = x.primal
    return x


def beside(z: Value, x: Value) -> Value:
    """The seed z of an array x: a value of the program that is being written down, if x belongs to one."""
    if isinstance(x, Traced) and hasattr(x, "shape"):
        low = lowest(x)
        if isinstance(low, Traced) and low.level.records and not isinstance(z, Traced):
            return low.level.constant(z)
    return z


def escaped(x: Traced) -> EscapedValueError:
    return EscapedValueError(
        f"{x!r} belongs to a derivative that is already finished: it was stored (in a list, a global, an attribute) "
        "and used after its transform returned. Return it from the function instead, and use the number that comes out."
    )


def check_meeting(top: Level, operands: tuple[Value, ...]) -> None:
    """Raise unless `operands`, the innermost of which belongs to `top`, may be computed with."""
    for o in operands:
        if not isinstance(o, Traced):
            if not is_number(o):
                raise TypeError(
                    "autograd_mini differentiates functions of single numbers; "
                    f"a value of type {type(o).__name__} met a traced one."
                )
        elif not o.level.open:
            raise escaped(o)
        elif o.level.number == Level.BY_HAND != top.number:
            raise EscapedValueError(
                f"The dual number {o!r} was made by hand and met a value of a running derivative, "
                "whose ε is another. Pass it to the function as an argument, or use a plain number."
            )


class Primitive:
    """An operation with a derivative: callable on floats and traced values alike.

    `lenient` is its twin for use inside derivatives, which answers with an infinity or nan where the
    operation itself is undefined and raises.
    """

    def __init__(self, rule: Rule, lenient: bool = False) -> None:
        self.rule, self.is_lenient = rule, lenient
        self.__name__ = self.name = rule.name
        self.__doc__ = f"{formulas.written(rule.name, 'x', 'y')}, with its derivative." + (
            f" Domain: {rule.domain}." if rule.domain else ""
        )
        self.arity = len(rule.partials)
        self.lenient = self if lenient else Primitive(rule, lenient=True)
        self._partials: list[Callable[..., Value] | float] | None = None

    def __call__(self, *operands: Value) -> Value:
        top: Level | None = None
        for o in operands:
            if isinstance(o, Traced):
                if o.is_array:
                    return self.on_arrays(*operands)
                if top is None or o.level.number > top.number:
                    top = o.level
            elif not isinstance(o, float | int) and is_array(o):
                return self.on_arrays(*operands)
        if top is None:
            return self.on_floats(operands)
        if len(operands) != self.arity:
            raise TypeError(self._arity())
        check_meeting(top, operands)
        # A number of NumPy's is a constant like any other, whatever its dtype.
        return top.apply(self, tuple([float(o) if hasattr(o, "dtype") else o for o in operands]))

    def on_floats(self, operands: tuple[Value, ...]) -> float:
        """The value on plain numbers; an error names the operation."""
        if len(operands) != self.arity:
            raise TypeError(self._arity())
        try:
            return self.rule.value(*operands)
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            if self.is_lenient:
                return _ieee(self.name, operands, error)
            text = f"{self.name}({', '.join(repr(o) for o in operands)})"
            if isinstance(error, OverflowError):
                raise OverflowError(f"{text} is larger than a float can hold.") from None
            kind = type(error) if isinstance(error, ZeroDivisionError) else ValueError
            raise kind(f"{text} is outside the domain of {self.name}: {self.rule.domain}.") from None
        except TypeError:
            kinds = " and ".join(type(o).__name__ for o in operands)
            raise TypeError(f"autograd_mini.{self.name} takes real numbers, one at a time, not {kinds}.") from None

    @cached_property
    def on_arrays(self) -> Callable[..., Value]:
        """The same operation, entry by entry, on arrays."""
        from autograd_mini.elementwise import ELEMENTWISE  # NumPy comes with the first array

        return ELEMENTWISE[self.name]

    def partial(self, k: int, z: Value, operands: tuple[Value, ...]) -> Value:
        """∂z/∂operand k at `operands`, or None where the rule says that it is always zero."""
        if self._partials is None:
            self._partials = [_compile(self.name, k, p) for k, p in enumerate(self.rule.partials)]
        p = self._partials[k]
        return p(z, *operands) if callable(p) else p or None

    def _arity(self) -> str:
        return f"autograd_mini.{self.name} takes {self.arity} number{'s' * (self.arity > 1)}."

    def __repr__(self) -> str:
        return f"<autograd_mini.{self.name}>"


def _compile(name: str, k: int, partial: formulas.Formula | float) -> Callable[..., Value] | float:
    """A partial derivative as a function of (z, x, y), over the lenient primitives."""
    if not isinstance(partial, formulas.Formula):
        return partial
    names = {op: PRIMITIVES[op].lenient for op in formulas.names(partial) if op in PRIMITIVES}
    arguments = ", ".join(["z", "x", "y"][: 1 + PRIMITIVES[name].arity])
    return eval(f"lambda {arguments}: {formulas.python(partial)}", names)  # type: ignore[no-any-return]


# What a function tends to where it is infinite, as a function of its operands (IEEE 754-2019, §9.2).
POLES: dict[str, Callable[..., float]] = {
    "divide": lambda x, y: math.nan if x == 0 else math.copysign(math.inf, x) * math.copysign(1.0, y),
    "power": lambda x, y: math.nan if x < 0 and y != int(y) else math.copysign(math.inf, x if y % 2 == 1 else 1.0),
    "log": lambda x: -math.inf if x == 0 else math.nan,
    "sinh": lambda x: math.copysign(math.inf, x),
}


def _ieee(name: str, operands: tuple[float, ...], error: Exception) -> float:
    """What an array of one would hold where the function on floats raises."""
    if name in POLES and not any(math.isnan(o) for o in operands):
        return POLES[name](*operands)
    return math.inf if isinstance(error, OverflowError) else math.nan


PRIMITIVES = {rule.name: Primitive(rule) for rule in TABLE}


add, subtract, multiply, divide, power, negative, absolute = (
    PRIMITIVES[name] for name in "add subtract multiply divide power negative absolute".split()
)
