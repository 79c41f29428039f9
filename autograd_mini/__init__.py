"""A small engine that really differentiates: forward duals and a reverse tape over one table of rules.

    import autograd_mini as ad

    def f(x1, x2):
        return ad.log(x1) + x1 * x2 - ad.sin(x2)

    ad.grad(f, argnums=(0, 1))(2.0, 5.0)      # (5.5, 1.7163378145367738)
    print(ad.trace(f, 2.0, 5.0))              # the evaluation trace, row by row

To read the engine: `rules` (what is differentiated), `primitive` (how a call finds its level), `dual`
(forward mode), `tape` (reverse mode), `transforms` (what you call), `trace` (the list as a table).
"""

from __future__ import annotations

from autograd_mini.dual import Dual
from autograd_mini.fastpath import public
from autograd_mini.primitive import PRIMITIVES, EscapedValueError
from autograd_mini.trace import EvaluationTrace, first_nonfinite, trace
from autograd_mini.transforms import grad, jvp, value_and_grad, vjp

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from typing import Any

    from autograd_mini.check import check_grads
    from autograd_mini.checkpointing import checkpoint, checkpointed_loop
    from autograd_mini.compiling import jit
    from autograd_mini.custom import custom_jvp, custom_vjp
    from autograd_mini.jacobians import hessian, hvp, jacfwd, jacrev, linearize, vmap
    from autograd_mini.passes import optimize
    from autograd_mini.program_text import source

__version__ = "0.1.0"

# Where the names are that come when they are first asked for.
LATER = {
    "check": ("check_grads",),
    "checkpointing": ("checkpoint", "checkpointed_loop"),
    "compiling": ("jit",),
    "custom": ("custom_jvp", "custom_vjp"),
    "jacobians": ("hessian", "hvp", "jacfwd", "jacrev", "linearize", "vmap"),
    "passes": ("optimize",),
    "program_text": ("source",),
}

__all__ = [
    "Dual", "EscapedValueError", "EvaluationTrace", "check_grads", "checkpoint", "checkpointed_loop", "custom_jvp",
    "custom_vjp", "first_nonfinite", "grad", "hessian", "hvp", "jacfwd", "jacrev", "jit", "jvp", "linearize",
    "optimize", "source", "trace", "value_and_grad", "vjp", "vmap",
    *PRIMITIVES,
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """`autograd_mini.sin` and the other operations of the rule table, written when first asked for."""
    for module, names in LATER.items():
        if name in names:
            from importlib import import_module

            loaded = import_module(f"autograd_mini.{module}")
            globals().update({n: getattr(loaded, n) for n in names})
            return globals()[name]
    if name not in PRIMITIVES:
        raise AttributeError(f"autograd_mini has no operation {name!r}; it has {', '.join(sorted(PRIMITIVES))}.")
    globals()[name] = operation = public(name)
    return operation


def __dir__() -> list[str]:
    return sorted(__all__)
