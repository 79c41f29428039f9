"""`jit(f, backend="numba")`: a program of floats as machine code.

Programs with arrays stay NumPy's: its functions of whole arrays use the processor's vectors, and numba's loop over the
entries was slower where it was measured (1.6 × on a chain of tanh, exp and log1p).
"""

from __future__ import annotations

from autograd_mini.primitive import PRIMITIVES
from autograd_mini.program import Line, Program
from autograd_mini.program_text import Text
from autograd_mini.tree import flatten

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 1000  # lines; numba takes milliseconds for each


def machine_code(program: Program) -> Callable[..., Any] | None:
    """A function of the leaves of a program's arguments that returns 1.0 and the leaves of its outputs, or 0.0 and
    zeros where a guard fails; None for a program that is too long or has arrays.

    Equal to Python's to rounding. Outside a function's domain it may give nan or infinity where Python raises.
    """
    outs = flatten(program.outputs)[0]
    if len(program.lines) > LONGEST or any(line.dtype is not None for line in program.lines) or not outs or any(
        type(o) not in (str, float) for o in outs
    ):  # fmt: skip
        return None
    from numba import float64, njit

    text = _Kernel(program)
    space: dict[str, Any] = {}
    lines = text.function()
    for name in text.own:
        space[name] = _function(name)
    exec(compile("\n".join(lines), f"<autograd_mini kernel of {program.title}>", "exec"), space)
    kernel: Callable[..., Any] = njit((float64,) * len(program.inputs))(space["kernel"])
    return kernel


def _function(name: str) -> Any:
    """What numba knows a function by: NumPy's, or else our own rule, which is plain Python."""
    import numba
    import numpy as np

    return getattr(np, name, None) or numba.njit(PRIMITIVES[name].rule.value)


class _Kernel(Text):
    """A program over the leaves of its arguments, without trees."""

    def __init__(self, program: Program) -> None:
        outs, leaves = flatten(program.outputs)[0], tuple((n, n) for n in program.inputs)
        super().__init__(Program("kernel", leaves, program.lines, (1.0, *outs)), comments=False)
        self.missed = f"return ({'0.0, ' * (len(outs) + 1)})"

    def statements(self, line: Line) -> list[str]:
        if line.name:
            return super().statements(line)
        held = "not " if line.params["held"] else ""
        return [f"if {held}({self.condition(line)}): {self.missed}"]
