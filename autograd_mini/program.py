"""A run as a program: straight lines, each an operation on the names above it.

`recorded` runs a function on values that write down what is done to them. They live below every transform,
so what `grad(f)` does, adjoints and all, is written down like everything else: its program *is* the derivative.
A comparison of such a value is a line of its own, a guard: the program holds where it comes out the same.
"""

# A traced value refuses what Python wants of numbers; a recorded one gives it.
# mypy: disable-error-code="override"

from __future__ import annotations

import math
import re
from collections import namedtuple
from keyword import iskeyword

from autograd_mini.primitive import PRIMITIVES, Level, Primitive, Traced, Value, arrays, escaped
from autograd_mini.transforms import check_callable, check_input, check_output
from autograd_mini.tree import flatten, paths

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Line(namedtuple("Line", "name op operands params shape dtype reports", defaults=({}, (), None, ""))):
    """One line: `name = op(*operands, **params)`; a guard has no name, and its `params` say how it came out.

    An argument's op is "input". An operand is a name (a str) or a constant: a number, or an array, which is held and
    not copied. `shape` and `dtype` are the value's, () and None for a Python float. `reports` is the line whose adjoint
    is being passed on here.
    """

    __slots__ = ()
    name: str
    op: str
    operands: tuple[Any, ...]
    params: dict[str, Any]
    shape: tuple[int, ...]
    dtype: Any
    reports: str

    @property
    def names(self) -> list[str]:
        """The operands that are names."""
        return [o for o in self.operands if type(o) is str]

    @property
    def bytes(self) -> int:
        """The memory that the value takes, in bytes."""
        size = 1
        for n in self.shape:
            size *= n
        return size * (self.dtype.itemsize if self.dtype is not None else 8)


class Program(namedtuple("Program", "title arguments lines outputs")):
    """What one run of a function did.

    `arguments` are pairs (name, tree of the names of its leaves); `outputs` is f's result with names, or
    constants, for its leaves.
    """

    __slots__ = ()
    title: str
    arguments: tuple[tuple[str, Any], ...]
    lines: tuple[Line, ...]
    outputs: Any

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all leaves of the arguments."""
        return tuple(leaf for _, tree in self.arguments for leaf in flatten(tree)[0] if isinstance(leaf, str))

    @property
    def results(self) -> list[str]:
        """The names that the outputs need."""
        return [o for o in flatten(self.outputs)[0] if isinstance(o, str)]


class Static:
    """An argument that is no number to differentiate: the program holds for this value of it."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Noting(Traced):
    """What values have that write down what is done to them; `name` is their line's.

    Where Python wants the number itself, as `int(x)` or `math.sin(x)` do, the program holds for this number only.
    """

    __slots__ = ()
    level: Recording
    name: str

    def taken(self) -> float:
        """The number itself, with a guard that it is this."""
        if getattr(self.primal, "ndim", 0):
            raise TypeError("An array's entries have no program of their own when Python asks for a number.")
        if self.primal != self.primal:  # nan is what differs from itself
            self.level.guard("ne", (self, self), True)
        else:
            self.level.guard("eq", (self, self.primal), True)
        return float(self.primal)

    def __repr__(self) -> str:
        return f"Recorded({self.name} = {self.primal!r})"

    def __float__(self) -> float:
        return self.taken()

    def __int__(self) -> int:
        return int(self.taken())

    def __round__(self, *digits: int) -> float:
        return round(self.taken(), *digits)

    def __floor__(self) -> float:
        return math.floor(self.taken())

    def __ceil__(self) -> float:
        return math.ceil(self.taken())

    def __trunc__(self) -> float:
        return math.trunc(self.taken())

    def __floordiv__(self, other: Any) -> float:
        return self.taken() // other

    def __rfloordiv__(self, other: Any) -> float:
        return other // self.taken()

    def __mod__(self, other: Any) -> float:
        return self.taken() % other

    def __rmod__(self, other: Any) -> float:
        return other % self.taken()


class Recorded(Noting):
    """A number that writes down what is done to it."""

    __slots__ = ("name",)


class Recording(Level):
    """The level of one recorded run, below every transform in it."""

    records = True

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.bars: dict[str, str] = {}  # by name: the line whose adjoint it is
        self.reporting = ""
        self.constants: dict[int, Traced] = {}  # by id; their lines hold them
        self.error: Exception | None = None  # the last that an operation raised

    def value(self, name: str, z: Value) -> Traced:
        new: Any = Recorded() if isinstance(z, float) and not hasattr(z, "dtype") else arrays().RECORDED()
        new.level, new.primal, new.name = self, z, name
        return new

    def input(self, name: str, x: Value) -> Traced:
        self.lines.append(Line(name, "input", (), {}, getattr(x, "shape", ()), getattr(x, "dtype", None)))
        return self.value(name, x)

    def line(self, op: str, operands: tuple[Value, ...], params: dict[str, Any], z: Value) -> Traced:
        """Write down z = op(*operands, **params)."""
        if not self.open:
            raise next(escaped(o) for o in operands if isinstance(o, Noting) and o.level is self)
        name = f"v{len(self.lines) + 1}"
        self.lines.append(
            Line(name, op, self.written(operands), params, getattr(z, "shape", ()), getattr(z, "dtype", None),
                 self.reporting)
        )  # fmt: skip
        return self.value(name, z)

    def written(self, operands: tuple[Value, ...]) -> tuple[Any, ...]:
        return tuple([o.name if isinstance(o, Noting) and o.level is self else o for o in operands])

    def apply(self, primitive: Primitive, operands: tuple[Value, ...]) -> Traced:
        return self.line(primitive.name, operands, {}, self.tried(primitive, *self.below(operands)))

    def tried(self, operation: Callable[..., Value], *operands: Value, **params: Any) -> Value:
        """What an operation gives; that it raises is remembered, since f may catch it and go another way."""
        try:
            return operation(*operands, **params)
        except Exception as error:
            self.error = error
            raise

    def constant(self, z: Value) -> Traced:
        """A number or array that f or a transform brings in, as a value of the program, so that what is done to it
        is written down, too."""
        if id(z) not in self.constants:
            self.constants[id(z)] = self.line("constant", (z,), {}, z)
        return self.constants[id(z)]

    def guard(self, compare: str, operands: tuple[Value, ...], held: bool) -> None:
        """Write down how a comparison came out."""
        self.lines.append(Line("", compare, self.written(operands), {"held": held}, reports=self.reporting))

    def reports(self, v: Any, bar: Value) -> None:
        """The value v passes its adjoint `bar` on from here."""
        self.reporting = v.name
        if isinstance(bar, Noting) and bar.level is self:
            self.bars.setdefault(bar.name, v.name)


def recorded(f: Callable[..., Any], *args: Any, who: str = "source") -> Program:
    """Run f and write down its program. `args` are floats, arrays of floats, or trees of them, and `Static` values.

    Raises TypeError for other arguments, and where f's result is not made of numbers; `who` is named there.
    """
    check_callable(f, who)
    leaves, rebuild = flatten(args)
    for x in leaves:
        if isinstance(x, Static):
            continue
        check_input(x, "an argument of ", who)
        if isinstance(x, Traced):
            raise TypeError(f"{who} takes plain numbers; call it outside the function you differentiate.")
    called = argument_names(f, len(args))
    names = _distinct([_identifier(path) for a, name in zip(args, called, strict=True) for path in paths(a, name)])
    level = Recording()
    try:
        out = f(*rebuild([x.value if isinstance(x, Static) else level.input(n, x)
                          for n, x in zip(names, leaves, strict=True)]))  # fmt: skip
        ys, rebuild_out = flatten(out)
        for y in ys:
            check_output(y, level, [], who)
    finally:
        level.open = False
    if level.error is not None:
        raise TypeError(f"f goes on after an error ({level.error}), and a program cannot say when that happens.")
    leaves = [x if isinstance(x, Static) else n for n, x in zip(names, leaves, strict=True)]
    arguments = tuple(zip(called, rebuild(leaves), strict=True)) if args else ()
    program = Program(_identifier(getattr(f, "__name__", "f")), arguments, tuple(level.lines),
                      rebuild_out(level.written(tuple(ys))))  # fmt: skip
    return _renamed(program, level.bars)


def argument_names(f: Any, n: int) -> list[str]:
    """The names of f's first n positional arguments; x1, x2, … where it does not say."""
    while hasattr(f, "__wrapped__"):
        f = f.__wrapped__
    code = getattr(f, "__code__", None)
    own = list(code.co_varnames[: code.co_argcount])[:n] if code and "<autograd_mini" not in code.co_filename else []
    return own if len(own) == n and not any(map(_taken, own)) else [f"x{k + 1}" for k in range(n)]


def _taken(name: str) -> bool:
    """Whether a program may mean something else by this name: a value, a function, a constant."""
    return name in PRIMITIVES or TAKEN.fullmatch(name) is not None


TAKEN = re.compile(
    r"v\d+(_bar)?|c\d+(_\d+)?|\w+_\d+_\d+|array_\w+|out_\d+|"
    "np|rest|options|eager|missed|MISS|applies|float|int|str|bool"
)


def _distinct(names: list[str]) -> list[str]:
    """The names, with a line behind those that stand for an earlier leaf already: p_w and p['w']."""
    seen: list[str] = []
    for name in names:
        while name in seen or _taken(name):
            name += "_"
        seen.append(name)
    return seen


def _identifier(path: str) -> str:
    """What a leaf of an argument is called: p['w'][0] is p_w_0."""
    name = "_".join("".join(c if c.isalnum() else " " for c in path).split())
    return f"{name}_" if iskeyword(name) or not name.isidentifier() else name


def _renamed(program: Program, bars: dict[str, str]) -> Program:
    """Adjoints called after their values: v3_bar. All others are numbered anew, v1, v2, …"""
    new: dict[str, Any] = {n: n for n in program.inputs}
    taken, numbered = set(program.inputs), 0
    for line in program.lines:
        if line.op == "constant":  # stands for itself
            new[line.name] = line.operands[0]
        elif line.name and line.op != "input":
            of = new.get(bars.get(line.name, ""), "")
            name = f"{of}_bar" if of and isinstance(of, str) else ""
            if not name or name in taken:
                numbered += 1
                name = f"v{numbered}"
            new[line.name] = name
            taken.add(name)
    names = {line.name for line in program.lines if line.op != "constant"}
    lines = [
        line._replace(
            name=new.get(line.name, ""), reports=new.get(line.reports, "") if line.reports in names else "",
            operands=tuple([new[o] if isinstance(o, str) else o for o in line.operands]),
        )
        for line in program.lines
        if line.op != "constant"
    ]  # fmt: skip
    outs, rebuild = flatten(program.outputs)
    return program._replace(lines=tuple(lines), outputs=rebuild([new[o] if isinstance(o, str) else o for o in outs]))

