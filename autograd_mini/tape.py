"""Reverse mode: the Wengert list, and its return sweep.

Running a function leaves a flat list of entries in order of creation, one for each operation. An
entry knows only entries above it, so the list *is* in topological order: the return sweep reads it
upwards, and needs no sorting and no recursion (Wengert 1964; Griewank & Walther 2008, §3.2).
"""

from __future__ import annotations

from autograd_mini.primitive import Level, Primitive, Traced, Value, arrays, escaped

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


class Entry(Traced):
    """A value on a tape, which is also its entry there; `adjoint` is v̄ so far."""

    __slots__ = ("adjoint",)
    adjoint: Value

    @property
    def node(self) -> Entry:
        """The entry on the tape: itself. An array's is apart (`arrays.Node`)."""
        return self

    def __repr__(self) -> str:
        return f"Traced({self.primal!r})"

    def __format__(self, spec: str) -> str:
        return format(self.primal, spec)

    def edges(self) -> list[tuple[Entry, Value]]:
        """The parents that get a share of this adjoint, each with the partial on its edge."""
        raise NotImplementedError


class Variable(Entry):
    """An entry of any kind: the operation, its operands and parents; an input has no operation.

    `parents` has one place for each operand, None for one that is not on this tape.
    """

    __slots__ = ("operands", "parents", "primitive")
    primitive: Primitive | None
    parents: tuple[Entry | None, ...]
    operands: tuple[Value, ...]

    def edges(self) -> list[tuple[Entry, Value]]:
        say_whose(self.adjoint, self.primal)
        if self.primitive is None:
            return []
        on_tape = [(k, a) for k, a in enumerate(self.parents) if a is not None]
        partials = [(a, self.primitive.partial(k, self.primal, self.operands)) for k, a in on_tape]
        return [(a, p) for a, p in partials if p is not None]


class Scalar(Entry):
    """An entry that holds floats only: at most two parents, a and b, with the partials p and q.

    The class is the promise: where two operands are `Scalar`s of one tape, an operation needs no further
    questions, and `fastpath` writes it out.
    """

    __slots__ = ("a", "b", "p", "q")
    a: Entry | None
    b: Entry | None
    p: float
    q: float

    def edges(self) -> list[tuple[Entry, Value]]:
        if self.a is None:
            return []
        return [(self.a, self.p)] if self.b is None else [(self.a, self.p), (self.b, self.q)]


class Tape(Level, list):  # type: ignore[type-arg]
    """The level of one reverse-mode run, and the list of its entries.

    Entries know their tape, so a tape must be closed: that empties the list, and nothing is left that
    only the cycle collector could free. `plain` says that all entries are `Scalar`s.
    """

    plain = True
    has_arrays = False
    kept: Any = None  # captured arrays, see `arrays.Kept`

    def input(self, primal: Value) -> Any:
        """An input of the function; it stands on no list, because it reports to nobody."""
        if isinstance(primal, float):
            return self.scalar(float(primal))
        if hasattr(primal, "shape"):
            return arrays().as_input(self, primal)
        return self.variable(None, (), (), primal)

    def scalar(self, primal: float) -> Scalar:
        new = Scalar()
        new.level, new.primal, new.adjoint, new.a, new.b = self, primal, 0.0, None, None
        return new

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Entry:
        below = self.below(operands)
        z = primitive(*below)
        parents = tuple(o if isinstance(o, Entry) and o.level is self else None for o in operands)
        return self.entry(primitive, parents, below, z)

    def entry(
        self, primitive: Primitive, parents: tuple[Entry | None, ...], below: tuple[Value, ...], z: Value
    ) -> Entry:
        """The entry of an operation: a `Scalar` where it can be one."""
        if not isinstance(z, float):
            return self.variable(primitive, parents, below, z)
        new = self.scalar(float(z))
        on_tape = [(a, primitive.partial(k, z, below)) for k, a in enumerate(parents) if a is not None]
        links = [(a, float(p)) for a, p in on_tape if p is not None]
        if links:  # without one, nothing depends on the inputs from here on
            new.a, new.p = links[0]
            if len(links) > 1:
                new.b, new.q = links[1]
            self.append(new)
        return new

    def variable(
        self, primitive: Primitive | None, parents: tuple[Entry | None, ...], below: tuple[Value, ...], z: Value
    ) -> Variable:
        self.plain = False
        new = Variable()
        new.level, new.primal, new.adjoint = self, z, None
        new.primitive, new.parents, new.operands = primitive, parents, below
        if primitive is not None:
            self.append(new)
        return new

    def close(self) -> None:
        """End the recording."""
        self.clear()
        self.__class__ = ClosedTape

    def release(self) -> None:
        """Let go of the arrays that were kept from changing."""
        if self.kept is not None:
            self.kept.release()


class ClosedTape(Tape):
    """A tape whose transform has returned."""

    open = False

    def append(self, entry: Entry) -> None:
        raise escaped(entry)


class Recorder(Tape):
    """A tape that keeps every operation with its operands, for the evaluation trace."""

    def input(self, primal: Value) -> Any:
        return self.variable(None, (), (), primal)

    entry = Tape.variable


def say_whose(bar: Value, v: Value) -> None:
    """Tell a program that is being recorded that v passes on its adjoint `bar` next."""
    if isinstance(v, Traced) and v.level.records:
        v.level.reports(v, bar)


def backward(
    tape: Tape, entries: list[Any], inputs: Sequence[Any], seeds: Sequence[tuple[Any, Value]], last: bool = False
) -> list[Value]:
    """The adjoints of `inputs` for a function whose outputs are seeded with the given (entry, ȳ).

    The `last` sweep of a tape may drop what it has used.
    """
    if tape.has_arrays:
        arrays().sweep(entries, inputs, seeds, last)
        return [arrays().adjoint(v) for v in inputs]
    if tape.plain and all(type(bar) is float for _, bar in seeds):
        for v in (*inputs, *entries):
            v.adjoint = 0.0
        for v, bar in seeds:
            v.adjoint += bar
        if plain_sweep(entries):
            return [v.adjoint for v in inputs]
    for _ in return_sweep(entries, inputs, seeds):
        pass
    for v in inputs:
        say_whose(v.adjoint, v.primal)
    return [0.0 if v.adjoint is None else v.adjoint for v in inputs]


def plain_sweep(entries: list[Any]) -> bool:
    """The return sweep of a plain tape: v̄ₐ += v̄ p and v̄ᵦ += v̄ q, read upwards.

    An adjoint of 0 is skipped, whether its entry was not reached or was reached with 0. The two differ
    where a partial is not finite, since 0 · ∞ is nan; there the answer is False, and `return_sweep` must tell.
    """
    for v in reversed(entries):
        bar = v.adjoint
        if bar:
            v.adjoint = 0.0  # free at once, and ready for the next sweep
            v.a.adjoint += bar * v.p
            b = v.b
            if b is not None:
                b.adjoint += bar * v.q
        elif v.p * 0.0 != 0.0 or (v.b is not None and v.q * 0.0 != 0.0):
            return False
    return True


def return_sweep(
    entries: Sequence[Entry], inputs: Sequence[Entry], seeds: Sequence[tuple[Entry, Value]]
) -> Iterator[tuple[Entry | None, Entry, Value]]:
    """Read the entries upwards and add up adjoints, v̄ₖ += v̄ · ∂v/∂vₖ; yield (source, target, amount) as it is made.

    When an entry reports, all its consumers have reported, because they stand below it; an entry that
    nobody reported to does not lead to an output and stays silent (Baydin et al. 2018, table 3).
    """
    for v in (*inputs, *entries):
        v.adjoint = None
    for v, bar in seeds:
        v.adjoint = bar if v.adjoint is None else v.adjoint + bar
        yield None, v, bar
    for v in reversed(entries):
        bar = v.adjoint
        if bar is None:
            continue
        for target, partial in v.edges():
            # A partial of 1 leaves no trace, neither a multiplication nor a rounding.
            amount = bar if type(partial) is float and partial == 1.0 else bar * partial
            target.adjoint = amount if target.adjoint is None else target.adjoint + amount
            yield v, target, amount
