"""The rows of a trace done once more, on numbers of another kind: complex ones, or SymPy's expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini.messages import _
from autograd_mini.trace import EvaluationTrace
from autograd_mini.widgets.replay import OPERATORS


def rerun(t: EvaluationTrace, x: Any, library: Any, constant: Callable[[float], Any] = float) -> Any:
    """f(x) by the rows of `t`, the trace of f with one input; `library` has its functions under NumPy's names.

    With `cmath` x may be complex; with `sympy` it may be a symbol, and what comes out is the expression of f.
    `constant` turns the numbers that stand in f into that kind.
    """
    done: list[Any] = []
    for r in t.rows:
        if r.op == "input":
            done.append(x)
        elif r.op == "constant":
            done.append(constant(r.value))
        else:
            operands = [constant(o) if p is None else done[p] for p, o in zip(r.parents, r.operands, strict=True)]
            done.append(_operation(r.op, library)(*operands))
    return done[t.output]


def _operation(op: str, library: Any) -> Callable[..., Any]:
    found = OPERATORS[op][1] if op in OPERATORS else getattr(library, op, None)
    if found is None:
        raise ValueError(_("There is no {op} for this kind of number.").format(op=op))
    return found
