"""Reverse mode: the Wengert list, and its return sweep.

Running a function leaves a flat list of rows in order of creation, one for each operation. A row
names only rows above it, so the list *is* in topological order: the return sweep reads it upwards,
and needs no sorting and no recursion (Wengert 1964; Griewank & Walther 2008, §3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd_mini.primitive import Level, Primitive, Traced, Value


class Variable(Traced):
    """A value on a tape: the number of its row, and its primal."""

    __slots__ = ("row",)
    row: int

    def __repr__(self) -> str:
        return f"Variable({self.primal!r})"

    def __format__(self, spec: str) -> str:
        return format(self.primal, spec)


class TapeRow(NamedTuple):
    """One operation, as it was done.

    `parents` are the numbers of the operands' rows, None for an operand that is not on this tape;
    `operands` their values, and `partials` ∂value/∂operand (None where there is no parent, or no slope).
    """

    primitive: Primitive | None  # None: an input
    parents: tuple[int | None, ...]
    operands: tuple[Value, ...]
    value: Value
    partials: tuple[Value, ...]


class Tape(Level):
    """The level of one reverse-mode run. Rows point to rows by number, never to each other, so a tape
    is freed at once when the last reference to it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[TapeRow] = []

    def input(self, primal: Value) -> Variable:
        return self._append(TapeRow(None, (), (), primal, ()))

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Variable:
        below = self.below(operands)
        z = primitive(*below)
        parents = tuple(o.row if isinstance(o, Variable) and o.level is self else None for o in operands)
        partials = tuple(None if at is None else primitive.partial(k, z, below) for k, at in enumerate(parents))
        return self._append(TapeRow(primitive, parents, below, z, partials))

    def _append(self, row: TapeRow) -> Variable:
        variable = Variable()
        variable.level, variable.primal, variable.row = self, row.value, len(self.rows)
        self.rows.append(row)
        return variable


class Contribution(NamedTuple):
    """What row `source` adds to the adjoint of row `target`; a seed has no source."""

    source: int | None
    target: int
    amount: Value


def return_sweep(rows: list[TapeRow], seeds: list[tuple[int, Value]], adjoints: list[Value]) -> Iterator[Contribution]:
    """Read the rows upwards and add up adjoints, v̄ₖ += v̄ · ∂v/∂vₖ; yield each contribution as it is made.

    `seeds` are (row, ȳ) of the outputs. `adjoints`, one entry a row and None at first, is filled in
    place. When a row reports, all its consumers have reported, because they stand below it; a row that
    nobody reported to does not lead to an output and stays silent (Baydin et al. 2018, table 3).
    """
    for row, seed in seeds:
        adjoints[row] = seed if adjoints[row] is None else adjoints[row] + seed
        yield Contribution(None, row, seed)
    for k in range(len(rows) - 1, -1, -1):
        bar = adjoints[k]
        if bar is None:
            continue
        for target, partial in zip(rows[k].parents, rows[k].partials, strict=True):
            if target is None or partial is None:
                continue
            # A partial of 1 leaves no trace, neither a multiplication nor a rounding.
            amount = bar if type(partial) is float and partial == 1.0 else bar * partial
            adjoints[target] = amount if adjoints[target] is None else adjoints[target] + amount
            yield Contribution(k, target, amount)
