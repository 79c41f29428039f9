"""The evaluation trace: the tape read as a table.

Everything that a picture needs is here, one `Row` an operation, and pictures read nothing else of the
engine (Baydin et al. 2018, tables 2 and 3, call its columns the primal, tangent and adjoint trace).
"""

from __future__ import annotations

import math
from collections import namedtuple
from functools import cached_property

from autograd_mini.formatting import fmt
from autograd_mini.formulas import Formula, constant, pretty, written
from autograd_mini.primitive import PRIMITIVES, Traced
from autograd_mini.tape import Recorder, Variable
from autograd_mini.transforms import check_callable, check_input, check_output

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

DOT, BAR = "\u0307", "\u0304"


class Row(namedtuple("Row", "index name op parents operands value partials")):
    """One row: an input, a constant, or one operation.

    `index` is its number and `name` its name; `op` a name of the rule table, "input" or "constant". `parents`
    are the row numbers of the operands, None for a constant; `operands` their values; `value` the row's;
    `partials` ∂value/∂operand, None for a constant.
    """

    __slots__ = ()
    index: int  # the field's word, not tuple.index
    name: str
    op: str
    parents: tuple[int | None, ...]
    operands: tuple[float, ...]
    value: float
    partials: tuple[float | None, ...]


class Contribution(namedtuple("Contribution", "source target amount")):
    """What row `source` adds to the adjoint of row `target`; the seed has no source."""

    __slots__ = ()
    source: int | None
    target: int
    amount: float


class EvaluationTrace:
    """The rows of one run of a function of floats, in order of creation, which is topological.

    `title` is the function's name with its inputs; the first rows are the inputs, and `output` is the
    number of the row that holds the function's value. Rows that do not lead to it are listed.
    """

    def __init__(self, title: str, rows: tuple[Row, ...], output: int) -> None:
        self.title, self.rows, self.output = title, rows, output

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The numbers of the input rows."""
        return tuple(row.index for row in self.rows if row.op == "input")

    @cached_property
    def _consumers(self) -> list[list[int]]:
        live, users = {self.output}, [[] for _ in self.rows]  # type: ignore[var-annotated]
        for row in reversed(self.rows):
            if row.index in live:
                parents = [p for p in row.parents if p is not None]
                live.update(parents)
                for parent in parents:
                    users[parent].insert(0, row.index)
        return users

    def consumers(self, i: int) -> tuple[int, ...]:
        """The rows on the way to the output that use row i, in order of creation; x·x uses x twice."""
        return tuple(self._consumers[i])

    def tangents(self, seeds: Sequence[float]) -> tuple[float, ...]:
        """The tangent v̇ of every row for the given ẋ, one seed an input."""
        if len(seeds) != len(self.inputs):
            raise ValueError(
                f"{self.title} has {len(self.inputs)} input(s), so it takes as many seeds, not {len(seeds)}."
            )
        dots: list[float] = []
        for row in self.rows:
            edges = zip(row.parents, row.partials, strict=True)
            terms = [p * dots[k] for k, p in edges if k is not None and p is not None]
            dots.append(seeds[len(dots)] if row.op == "input" else sum(terms[1:], terms[0]) if terms else 0.0)
        return tuple(dots)

    def contributions(self, seed: float = 1.0) -> tuple[Contribution, ...]:
        """Everything that the return sweep adds to an adjoint, in order; the seed comes first."""
        return tuple(self._sweep(seed)[0])

    def adjoints(self, seed: float = 1.0) -> tuple[float, ...]:
        """The adjoint v̄ of every row, for the given ȳ; 0 for rows that do not lead to the output."""
        return tuple(0.0 if bar is None else bar for bar in self._sweep(seed)[1])

    def _sweep(self, seed: float) -> tuple[list[Contribution], list[float | None]]:
        """The return sweep of `tape.return_sweep`, on row numbers and floats."""
        bars: list[float | None] = [None] * len(self.rows)
        bars[self.output] = seed
        made = [Contribution(None, self.output, seed)]
        for row in reversed(self.rows):
            bar = bars[row.index]
            if bar is None:  # nobody reported: the row does not lead to the output
                continue
            for target, partial in zip(row.parents, row.partials, strict=True):
                if target is not None and partial is not None:
                    so_far, amount = bars[target], bar * partial
                    bars[target] = amount if so_far is None else so_far + amount
                    made.append(Contribution(row.index, target, amount))
        return made, bars

    def expression(self, i: int) -> str:
        """What row i computes, in the names of its operands: 'x1 × x2', 'ln x1', 'x1²'."""
        row = self.rows[i]
        if row.op == "constant":
            return fmt(row.value)
        return row.op if row.op == "input" else written(row.op, *self._called(row))

    def partial_rule(self, i: int, k: int) -> str:
        """∂(row i)/∂(operand k) as an expression: 'x2'. Conditions are decided by the row's values."""
        return pretty(*self._partial(self.rows[i], k))

    def tangent_rule(self, i: int) -> str:
        """How row i's tangent comes about: 'ẋ1 x2 + x1 ẋ2'; 'seed' for an input."""
        row = self.rows[i]
        if row.op == "input":
            return "seed"
        terms = []
        for k, parent in enumerate(row.parents):
            if parent is None:
                continue
            formula, called = self._partial(row, k)
            if formula != 0.0:
                terms.append(_times(formula, called, marked(self.rows[parent].name, DOT), before=k == 0))
        rule = " + ".join(terms) or "0"
        return rule.replace("+ −", "− ")

    def _called(self, row: Row) -> list[str]:
        pairs = zip(row.parents, row.operands, strict=True)
        return [constant(value) if parent is None else self.rows[parent].name for parent, value in pairs]

    def _partial(self, row: Row, k: int) -> tuple[Formula | float, dict[str, str]]:
        values = dict(zip("xyz", (*row.operands, *[0.0] * (2 - len(row.operands)), row.value), strict=True))
        fixed = {s: v for s, v, parent in zip("xy", row.operands, row.parents, strict=False) if parent is None}
        called = {**dict(zip("xy", self._called(row), strict=False)), "z": row.name}
        return _decided(PRIMITIVES[row.op].rule.partials[k], values, fixed), called

    def __str__(self) -> str:
        """The table as text: row, value, and each partial on its edge."""
        lines = [("row", "value", "partials"), *self._cells()]
        widths = [max(len(line[k]) for line in lines) for k in (0, 1)]
        return "\n".join(f"{a.ljust(widths[0])}  {b.rjust(widths[1])}  {c}".rstrip() for a, b, c in lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape  # loads 2 ms of modules that the engine itself can do without

        body = "".join(
            f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td><td>{escape(c)}</td></tr>'
            for a, b, c in self._cells()
        )
        head = "".join(f'<th scope="col">{h}</th>' for h in ("row", "value", "partials"))
        label = f"evaluation trace of {escape(self.title)}"
        return f'<table aria-label="{label}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def _cells(self) -> list[tuple[str, str, str]]:
        cells = []
        for row in self.rows:
            name = row.name if row.op == "input" else f"{row.name} = {self.expression(row.index)}"
            edges = [
                f"∂{row.name}/∂{self.rows[parent].name} = {fmt(0.0 if p is None else p)}"
                for parent, p in zip(row.parents, row.partials, strict=True)
                if parent is not None
            ]
            cells.append((name, fmt(row.value), ", ".join(edges)))
        return cells


def trace(f: Callable[..., Any], *args: float) -> EvaluationTrace:
    """Run `f` on floats and return its evaluation trace.

    Inputs are named as f's arguments are where those are short names, else x1, x2, …; the other rows
    v1, v2, … `f` may be a derivative itself: `trace(grad(f), 2.0)`. Raises TypeError where an argument
    is not a float or the result not one number.
    """
    for x in args:
        _check_plain(x)
    check_callable(f, "trace")
    tape = Recorder()
    try:
        inputs = [tape.input(float(x)) for x in args]
        y = f(*inputs)
        if isinstance(y, tuple | list | dict):
            raise TypeError(
                f"trace shows functions with one number as their result; this one returned a {type(y).__name__}."
            )
        check_output(y, tape, [], "trace")
    finally:
        entries = [*inputs, *tape]
        tape.close()
    names = _input_names(f, len(args))
    place = {id(v): k for k, v in enumerate(entries)}
    rows = [
        Row(
            index=k,
            name=names[k] if k < len(args) else f"v{k - len(args) + 1}",
            op="input" if v.primitive is None else v.primitive.name,
            parents=tuple(None if parent is None else place[id(parent)] for parent in v.parents),
            operands=tuple(float(o) for o in v.operands),
            value=float(v.primal),
            partials=tuple(
                None
                if parent is None or v.primitive is None
                else float(v.primitive.partial(j, v.primal, v.operands) or 0)
                for j, parent in enumerate(v.parents)
            ),
        )
        for k, v in enumerate(entries)
        if isinstance(v, Variable)
    ]
    if isinstance(y, Variable) and y.level is tape:
        output = place[id(y)]
    else:  # the result does not depend on the inputs: a row of its own
        output = len(rows)
        rows.append(Row(output, f"v{output - len(args) + 1}", "constant", (), (), float(y), ()))
    name = getattr(f, "__name__", "f")
    return EvaluationTrace(f"{name if name.isidentifier() else 'f'}({', '.join(names)})", tuple(rows), output)


def first_nonfinite(t: EvaluationTrace | Callable[..., Any], *args: Any) -> str | None:
    """The first row of a trace where a value, or else an adjoint, is infinite or nan; None where all are finite.

    Values are read downwards, adjoints upwards, in the order in which they come about. No trace shows arrays: for
    them pass the function and its arguments (floats, arrays, or tuples, lists and dicts of them), which are called
    x1, x2, …; every output is seeded with ones, and what is named is the first such entry of the row.
    """
    if not isinstance(t, EvaluationTrace):
        from autograd_mini import nonfinite

        return nonfinite.first_nonfinite(t, *args)
    where = [f"the input {r.name}" if r.op == "input" else f"{r.name} = {t.expression(r.index)}" for r in t.rows]
    for row in t.rows:
        if not math.isfinite(row.value):
            return f"{row.name} = {fmt(row.value)} at {where[row.index]}"
    bars = t.adjoints()
    for row in reversed(t.rows):
        if not math.isfinite(bars[row.index]):
            return f"{marked(row.name, BAR)} = {fmt(bars[row.index])} at {where[row.index]}"
    return None


def _check_plain(x: Any) -> None:
    if isinstance(x, tuple | list | dict):
        raise TypeError(f"trace takes floats, one for each argument of the function, not a {type(x).__name__}.")
    check_input(x, "an argument of trace")
    if hasattr(x, "shape") and not isinstance(x, float):
        raise TypeError("trace shows a run on single numbers, one row an operation; pass an array's entries.")
    if isinstance(x, Traced):
        raise TypeError(
            "trace shows a run on plain numbers; call it outside the function that is being differentiated."
        )


def marked(name: str, mark: str) -> str:
    """A row's name with a dot or bar over its first letter: x1 → ẋ1."""
    return name[0] + mark + name[1:]


def _input_names(f: Callable[..., Any], n: int) -> list[str]:
    while hasattr(f, "__wrapped__"):
        f = f.__wrapped__
    code = getattr(f, "__code__", None)
    own = list(code.co_varnames[: code.co_argcount])[:n] if code and "<autograd_mini" not in code.co_filename else []
    usable = len(own) == n and all(
        len(a) <= 4 and a[0].isalpha() and not (a[0] == "v" and a[1:].isdecimal()) for a in own
    )
    return own if usable else [f"x{k + 1}" for k in range(n)]


def _decided(formula: Formula | float, values: dict[str, float], fixed: dict[str, float]) -> Formula | float:
    """The formula with its conditions decided by `values` and its constants, `fixed`, worked out."""
    if not isinstance(formula, Formula):
        return formula
    if formula.op == "symbol":
        return fixed.get(str(formula.operands[0]), formula)
    if formula.op == "where":
        condition, then, otherwise = formula.operands
        return _decided(then if _number(condition, values) else otherwise, values, fixed)  # type: ignore[arg-type]
    operands = [_decided(o, values, fixed) for o in formula.operands]  # type: ignore[arg-type]
    if not any(isinstance(o, Formula) for o in operands):
        return float(PRIMITIVES[formula.op].lenient(*operands))
    if formula.op == "power" and operands[1] == 1.0:
        return operands[0]
    return Formula(formula.op, *operands)


def _number(formula: object, values: dict[str, float]) -> Any:
    """A formula's value (a condition's truth) where its symbols have these values."""
    if not isinstance(formula, Formula):
        return formula
    if formula.op == "symbol":
        return values[str(formula.operands[0])]
    operands = [_number(o, values) for o in formula.operands]
    if formula.op == ">":
        return operands[0] > operands[1]
    if formula.op == "==":
        return operands[0] == operands[1]
    return PRIMITIVES[formula.op].lenient(*operands)


def _times(partial: Formula | float, called: dict[str, str], tangent: str, before: bool) -> str:
    """A partial times a tangent, as one writes it: 'ẋ1', '−ẋ1', 'ẋ1 / x1', 'ẋ1 x2', 'x1 ẋ2', 'ẋ2 cos x2'."""
    if not isinstance(partial, Formula):
        return tangent if partial == 1.0 else f"−{tangent}" if partial == -1.0 else f"{constant(partial)} {tangent}"
    if partial.op == "divide":
        above, below = partial.operands
        over = pretty(Formula("divide", Formula("symbol", ""), below), called)
        return _times(above, called, tangent, before) + over  # type: ignore[arg-type]
    if partial.op == "negative":
        return "−" + _times(partial.operands[0], called, tangent, before)  # type: ignore[arg-type]
    text = pretty(partial, called)
    if partial.op in ("add", "subtract"):
        text = f"({text})"
    first = text.lstrip("−")[0]
    after = before and not (first.isdecimal() or first == "(" or text[0] == "−")
    return f"{tangent} {text}" if after else f"{text} {tangent}"
