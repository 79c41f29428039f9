"""Forward mode: a primal and its tangent, pushed through each operation together.

A dual number a + bε computes with ε² = 0, so f(a + bε) = f(a) + f′(a) b ε: the coefficient of ε
*is* the derivative (Clifford 1873; Griewank & Walther 2008, §3.1).
"""

from __future__ import annotations

from autograd_mini.formatting import SUBSCRIPT, fmt
from autograd_mini.primitive import EscapedValueError, Level, Primitive, Traced, Value, arrays, is_number

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from typing import Any


class Dual(Traced):
    """A dual number: `Dual(3.0, 1.0)` is 3 + 1ε.

    `tangent` is the coefficient of ε, a number, or a tuple of k numbers for k seeds carried in one
    pass: `Dual(2.0, (1.0, 0.0))` is 2 + 1ε₁ + 0ε₂, with ε₁ε₂ = 0. All duals made by hand share
    their ε, so they mix with each other and with plain numbers. Raises TypeError for anything that is
    not a real number.
    """

    __slots__ = ("tangent",)
    tangent: Value

    def __init__(self, primal: float, tangent: float | tuple[float, ...] = 0.0) -> None:
        parts: tuple[Value, ...] = (primal, *(tangent if isinstance(tangent, tuple) else (tangent,)))
        for part in parts:
            if isinstance(part, Traced):
                raise EscapedValueError(
                    f"A Dual is made of plain numbers, and {part!r} is already part of a derivative. "
                    "To differentiate inside a function that is being differentiated, call autograd_mini.jvp there."
                )
            if not is_number(part):
                raise TypeError(f"A Dual is made of real numbers, such as Dual(3.0, 1.0); {part!r} is not one.")
        self.level, self.primal = BY_HAND, float(primal)
        self.tangent = tuple(float(t) for t in tangent) if isinstance(tangent, tuple) else float(tangent)

    def __repr__(self) -> str:
        return format(self)

    def __reduce__(self) -> Any:
        return (Dual, (self.primal, self.tangent)) if self.level is BY_HAND else super().__reduce__()

    def __format__(self, spec: str) -> str:
        """Both parts in the given format; four significant digits without one."""
        several = isinstance(self.tangent, tuple)
        text = _shown(self.primal, spec)
        for k, t in enumerate(self.tangent if several else (self.tangent,)):
            part = _shown(t, spec)
            sign = "-" if part.startswith("-") else "+"
            text += f" {sign} {part.removeprefix('-')}ε" + (str(k + 1).translate(SUBSCRIPT) if several else "")
        return text


def _shown(part: Value, spec: str) -> str:
    if isinstance(part, Traced):
        return f"({format(part, spec)})"
    return format(part, spec) if spec else fmt(part).replace("−", "-")


class Forward(Level):
    """The level of one forward pass."""

    def dual(self, primal: Value, tangent: Value) -> Dual:
        """The dual number primal + tangent ε of this level."""
        if hasattr(primal, "shape") and not isinstance(primal, float):
            return arrays().dual(self, primal, tangent)  # type: ignore[no-any-return]
        new = ScalarDual() if type(primal) is float and type(tangent) is float else object.__new__(Dual)
        new.level, new.primal, new.tangent = self, primal, tangent
        return new

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Dual:
        """ż = Σ ∂z/∂xₖ ẋₖ over the operands that have a tangent (Baydin et al. 2018, table 2)."""
        below = self.below(operands)
        z = primitive(*below)
        tangent = None
        for k, operand in enumerate(operands):
            if isinstance(operand, Dual) and operand.level is self:
                partial = primitive.partial(k, z, below)
                term = _zero_like(operand.tangent) if partial is None else _scaled(partial, operand.tangent)
                tangent = term if tangent is None else _sum(tangent, term)
        return self.dual(z, tangent)


BY_HAND = Forward()
BY_HAND.number = Level.BY_HAND


def _zero_like(tangent: Value) -> Value:
    return (0.0,) * len(tangent) if isinstance(tangent, tuple) else 0.0


def _scaled(partial: Value, tangent: Value) -> Value:
    if isinstance(tangent, tuple):
        return tuple(_scaled(partial, t) for t in tangent)
    # A partial of 1 leaves no trace, neither a multiplication nor a rounding.
    return tangent if type(partial) is float and partial == 1.0 else partial * tangent


def _sum(t: Value, u: Value) -> Value:
    if isinstance(t, tuple) or isinstance(u, tuple):
        if not (isinstance(t, tuple) and isinstance(u, tuple) and len(t) == len(u)):
            k, n = (len(v) if isinstance(v, tuple) else 1 for v in (t, u))
            raise TypeError(
                f"A dual number with {k} tangent(s) met one with {n}: "
                "all duals in a pass carry the same number of seeds."
            )
        return tuple(a + b for a, b in zip(t, u, strict=True))
    return t + u


class ScalarDual(Dual):
    """A dual number of a running pass whose parts are floats. `fastpath` writes out its arithmetic."""

    __slots__ = ()
    __init__ = object.__init__  # no work at birth: the parts are assigned


ScalarDual.__name__ = "ScalarDual"
