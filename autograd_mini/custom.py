"""Functions with a derivative of one's own: custom_jvp and custom_vjp.

A function with its own rule is one operation of the engine, like those of `operations`, so it nests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from autograd_mini.primitive import Traced, Value
from autograd_mini.transforms import check_callable, zero_like


class _WithRule:
    """A function that is one operation on traced operands, by a rule given later."""

    gives = ""  # the method that takes the rule
    rule: Any = None
    operation: Callable[..., Any]

    def __init__(self, f: Callable[..., Any]) -> None:
        check_callable(f, type(self).__name__)
        self.f = f
        update_wrapper(self, f)

    def __call__(self, *operands: Value) -> Value:
        if not any(isinstance(o, Traced) for o in operands):
            return self.f(*operands)
        if self.rule is None:
            raise TypeError(f"{self.f.__name__} has no rule yet: give it one with {self.f.__name__}.{self.gives}.")
        return self.operation(self.rule)(*operands)


class custom_jvp(_WithRule):  # JAX's name, which is that of a function
    """f with a forward rule of one's own, from which reverse mode is derived too.

        @custom_jvp
        def log1pexp(x): return np.log(1 + np.exp(x))

        @log1pexp.defjvp
        def rule(primals, tangents):
            (x,), (t,) = primals, tangents
            return log1pexp(x), t * ad.sigmoid(x)

    f takes and returns one or more numbers or arrays by position, and gives one; the rule returns (value, tangent),
    and its tangent must be linear in `tangents`. Before `defjvp`, calling it raises TypeError.
    """

    gives = "defjvp"

    def defjvp(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        self.rule = rule
        return rule

    def operation(self, rule: Callable[..., Any]) -> Callable[..., Value]:
        from autograd_mini.operations import Differential

        def push(z: Value, k: int, below: tuple[Value, ...], t: Value) -> Value:
            return rule(below, tuple(t if j == k else zero_like(x) for j, x in enumerate(below)))[1]

        operation = Differential(self.f.__name__, lambda *xs: _numeric(self(*xs)), push)
        operation.inline = self.f
        return operation


class custom_vjp(_WithRule):  # JAX's name, which is that of a function
    """f with a reverse rule of one's own: `fwd` gives (value, saved), `bwd` takes (saved, adjoint of the value).

        @custom_vjp
        def clipped(x): return x

        clipped.defvjp(lambda x: (x, None), lambda saved, bar: (np.clip(bar, -1, 1),))

    `bwd` returns a tuple, one adjoint for each operand. Forward mode has no rule then, and says so.
    """

    gives = "defvjp(fwd, bwd)"

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        self.rule = fwd, bwd

    def operation(self, rule: tuple[Callable[..., Any], Callable[..., Any]]) -> Callable[..., Value]:
        from autograd_mini.arrays import Operation, deliver, full

        name, (fwd, bwd) = self.f.__name__, rule

        class Own(Operation):
            inline = staticmethod(self.f)

            def push(self, *anything: Any) -> Value:
                raise TypeError(
                    f"{name} has a reverse rule only (custom_vjp); forward mode, and so jvp, jacfwd, hessian and hvp, "
                    "need a forward rule. State it with custom_jvp, from which both modes follow."
                )

            def report(self, v: Any, bar: Value) -> None:
                _, operands = v.saved
                bars = bwd(fwd(*operands)[1], full(bar, v))
                if not isinstance(bars, tuple) or len(bars) != len(operands):
                    raise TypeError(f"The reverse rule of {name} returns a tuple with {len(operands)} adjoint(s).")
                for target, share in zip(v.parents, bars, strict=True):
                    if target is not None:  # what the rule returned may be its own, so it is never added to in place
                        deliver(target, _numeric(share), False)

        return Own(name, lambda *xs: _numeric(self(*xs)))


def _numeric(x: Value) -> Value:
    """A plain result as something with a shape and dtype."""
    import numpy as np

    return np.asarray(x)[()] if not isinstance(x, Traced) else x
