"""Graph passes: functions from program to program, each of which leaves the results as they are, to the last bit.

`optimize(program)` applies them in turn; a learner can apply them one at a time and count. Names stay what
they were, so what a pass did can be read off. A pass that changes the last bit says so, and is used on
request only.
"""

from __future__ import annotations

from autograd_mini.primitive import PRIMITIVES
from autograd_mini.program import Line, Program
from autograd_mini.tree import flatten

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Pass = Callable[[Program], Program]


def optimize(program: Program, passes: Sequence[Pass] | None = None) -> Program:
    """The program after each of `passes` (`PASSES` if none are given), until none of them changes it any more."""
    chosen = PASSES if passes is None else passes
    while True:
        new = program
        for apply in chosen:
            new = apply(new)
        if len(new.lines) == len(program.lines) and new.lines == program.lines:
            return new
        program = new


def operations(program: Program) -> int:
    """How many operations the program has."""
    return sum(1 for line in program.lines if line.name and line.op != "input")


def peak_memory(program: Program) -> int:
    """The most that is held at a time, in bytes: arguments and values that are read again, each until its last use.
    What is written into an array that is there already takes no more."""
    last = _last_uses(program)
    held: dict[str, int] = {}
    now = most = 0
    for k, line in enumerate(program.lines):
        if line.name and line.name not in held:
            held[line.name] = line.bytes
            now += line.bytes
        most = max(most, now)
        now -= sum(held.pop(name) for name in {*line.names, line.name} if name in held and last.get(name, k) <= k)
    return most


def _last_uses(program: Program) -> dict[str, int]:
    """For each name the number of the line that reads it last; results are read at the end."""
    last = {name: k for k, line in enumerate(program.lines) for name in line.names}
    return last | dict.fromkeys([*program.results, *program.inputs], len(program.lines))


def fold_constants(program: Program) -> Program:
    """An operation on numbers alone is done once. Arrays are not read: they may change between runs. Exact."""

    def folded(line: Line) -> Any:
        if not line.name or line.op not in PRIMITIVES or any(
            type(o) is str or type(o).__name__ == "ndarray" for o in line.operands
        ):  # fmt: skip
            return line
        if line.dtype is None:
            return PRIMITIVES[line.op].lenient(*line.operands)
        if line.op == "multiply" and line.dtype == "float64":  # 1 and a constant, where a gradient begins
            return line.dtype.type(line.operands[0] * line.operands[1])
        return line

    return _replaced(program, folded)


def share(program: Program) -> Program:
    """Common subexpressions: the same operation on the same operands is done once. Exact."""
    seen: dict[Any, str] = {}

    def shared(line: Line) -> Any:
        if line.op == "input" or not line.name:
            return line
        key = (line.op, tuple([_key(o) for o in line.operands]), _key(line.params) if line.params else ())
        if key in seen:
            return seen[key]
        seen[key] = line.name
        return line

    return _replaced(program, shared)


def _key(x: Any) -> Any:
    """Something hashable that two operands have in common where they are the same."""
    if type(x) is str:
        return x
    if isinstance(x, tuple):
        return tuple(map(_key, x))
    if isinstance(x, dict):
        return tuple((k, _key(v)) for k, v in x.items())
    if isinstance(x, slice):
        return "slice", x.start, x.stop, x.step
    if type(x).__name__ == "ndarray":  # one of no dimensions may change between runs, too
        return "array", id(x)
    return type(x), repr(x)


def drop_dead_code(program: Program) -> Program:
    """Lines that neither the results nor a guard need are left out. Exact."""
    needed = set(program.results)
    kept = []
    for line in reversed(program.lines):
        if line.name in needed or not line.name or line.op == "input":
            needed.update(line.names)
            kept.append(line)
    return program._replace(lines=tuple(reversed(kept)))


def simplify(program: Program) -> Program:
    """Identities that hold to the last bit: 1·x, x/1, x − 0, x¹ are x; (−1)·x is −x; x + (−y) is x − y; − −x is x;
    a·(2·x) is (2a)·x where |a| ≥ 1; a minus moves out of a product, to where it is taken in; what is put at one place
    of two arrays of zeros is put there at once; a transpose or reshape that changes nothing, or undoes another, goes.
    (x + 0 stays: −0 + 0 is 0.)"""
    by_name: dict[str, Line] = {}
    once = _read_once(program)
    moved = dict(_moves(program, once))

    def simpler(line: Line) -> Any:
        if line.name in moved:
            return moved[line.name]
        new = _simpler(line, by_name)
        if isinstance(new, Line):
            by_name[new.name] = new
        return new

    return _replaced(program, simpler)


def _read_once(program: Program) -> set[str]:
    """The names that one line reads, once, and no result is."""
    from collections import Counter

    uses = Counter([*program.results, *program.results, *(n for line in program.lines for n in line.names)])
    return {name for name, n in uses.items() if n == 1}


def _moves(program: Program, once: set[str]) -> Iterator[tuple[str, list[Line]]]:
    """Lines in place of others, by name: (−a)·b becomes −(a·b), −a − b becomes −(a + b), and zeros with a at an index
    + zeros with b there become zeros with a + b there. The inner line is read by the outer one alone, and takes its
    name along to its new place."""
    lines = {line.name: line for line in program.lines if line.name}
    taken = set[str]()
    for line in program.lines:
        defined = [lines[o] if type(o) is str and o in once and o not in taken else None for o in line.operands]
        if line.op == "multiply":
            for of, other in zip(defined, reversed(line.operands), strict=True):
                if of is not None and of.op == "negative":
                    taken |= {of.name, line.name}
                    yield of.name, []
                    yield line.name, [
                        line._replace(name=of.name, operands=(of.operands[0], other)),
                        line._replace(op="negative", operands=(of.name,)),
                    ]
                    break
        elif line.op == "subtract" and defined[0] is not None and defined[0].op == "negative":
            of = defined[0]
            taken |= {of.name, line.name}
            yield of.name, []
            yield line.name, [
                line._replace(name=of.name, op="add", operands=(of.operands[0], line.operands[1])),
                line._replace(op="negative", operands=(of.name,)),
            ]
        elif line.op == "add" and all(of is not None and of.op == "scatter" for of in defined):
            a, b = defined
            if a is None or b is None or not is_basic(a.params["index"]) or _key(a.params) != _key(b.params):
                continue
            x, y = a.operands[0], b.operands[0]
            like = lines.get(x if type(x) is str else "")
            if like is None or lines.get(y if type(y) is str else "", line)[4:6] != like[4:6]:
                continue
            taken |= {a.name, b.name, line.name}
            yield a.name, []
            yield b.name, []
            yield line.name, [
                line._replace(name=b.name, operands=(x, y), shape=like.shape),
                line._replace(op="scatter", operands=(b.name,), params=a.params),
            ]


SIMPLER = set(
    "add subtract multiply divide power negative reshape broadcast_to astype not_equal transpose "
    "stop_gradient".split()
)


def _simpler(line: Line, by_name: dict[str, Line]) -> Any:
    op, operands = line.op, line.operands
    if op not in SIMPLER:
        return line
    defined = [by_name.get(o) if type(o) is str else None for o in operands]

    def alike(k: int) -> bool:
        """Whether operand k has the shape and dtype of the result."""
        of = defined[k]
        return of is not None and (of.shape, of.dtype) == (line.shape, line.dtype)

    if len(operands) == 2 and op in ("add", "subtract", "multiply", "divide", "power"):
        x, y = operands
        if op == "multiply" and _is(x, 1.0) and alike(1):
            return y
        if op in ("multiply", "divide", "power") and _is(y, 1.0) and alike(0):
            return x
        if op == "subtract" and _is(y, 0.0) and alike(0):
            return x
        if op == "multiply" and _is(x, -1.0) and alike(1):
            return line._replace(op="negative", operands=(y,))
        if op == "multiply" and _is(y, -1.0) and alike(0):
            return line._replace(op="negative", operands=(x,))
        if op == "multiply":
            if isinstance(y, float) and type(x) is str:
                x, y, defined = y, x, defined[::-1]
                line = line._replace(operands=(x, y))
            product = _times(x, defined[1], by_name) if alike(1) else None
            if product is not None:
                return line._replace(operands=product)
        minus = [d.operands[0] if d is not None and d.op == "negative" else None for d in defined]
        if op == "add" and minus[1] is not None:
            return line._replace(op="subtract", operands=(x, minus[1]))
        if op == "add" and minus[0] is not None:
            return line._replace(op="subtract", operands=(y, minus[0]))
        if op == "subtract" and minus[1] is not None:
            return line._replace(op="add", operands=(x, minus[1]))
    if op == "stop_gradient":  # what is written down has no derivative left to stop
        return operands[0]
    of = defined[0] if defined else None
    if op == "negative" and of is not None and of.op == "negative":
        return of.operands[0]
    if op == "negative" and of is not None and of.op == "multiply" and alike(0):
        product = _times(-1.0, of, by_name)
        if product is not None:
            return line._replace(op="multiply", operands=product)
    if op in ("reshape", "broadcast_to", "astype") and alike(0):
        return operands[0]
    if op == "not_equal" and alike(0) and line.dtype == "bool" and _is(operands[1], 0):
        return operands[0]
    if op == "transpose":
        axes = line.params["axes"]
        if of is not None and of.op == "transpose":
            axes = tuple(of.params["axes"][k] for k in axes)
            line = line._replace(operands=of.operands, params={"axes": axes})
        if axes == tuple(range(len(axes))):
            return line.operands[0]
    return line


def _times(c: Any, of: Line | None, by_name: dict[str, Line]) -> tuple[float, Any] | None:
    """The constant and the rest of c·of where that is exact: of is −x or 2x, or c is −1 and of a constant times x."""
    if of is None or not isinstance(c, float) or not 1.0 <= abs(c) < LARGE:
        return None
    x: Any
    d, x = (-1.0, of.operands[0]) if of.op == "negative" else (None, None)
    if of.op == "multiply":
        d, x = of.operands if isinstance(of.operands[0], float) else of.operands[::-1]
    like = by_name.get(x) if type(x) is str else None
    if like is None or not isinstance(d, float) or (like.shape, like.dtype) != (of.shape, of.dtype):
        return None
    return (float(c * d), x) if c == -1.0 or d in (-1.0, 2.0, -2.0) else None


LARGE = 2.0**100
VIEWS = {"getitem", "transpose", "reshape", "broadcast_to", "stop_gradient"}  # may look at the operand's memory
FRESH = {"matmul", "einsum", "scatter", "add_at", "concatenate", "sum", *PRIMITIVES} - VIEWS  # arrays of their own
NOT_NUMPYS = {"sigmoid", "relu"}  # operations of the rule table that no ufunc does


def reuse_buffers(program: Program, least: int = 0) -> Program:
    """An array of at least so many bytes that nobody reads any more takes the next result of its shape and dtype, and
    what is added at an index is added in place. Equal as numbers: −0 may become 0. Names may be assigned twice
    afterwards, so this pass comes last."""
    if any(line.op == "scatter" for line in program.lines):
        program = drop_dead_code(_added_in_place(program))
    if not any(line.op == "add_at" or (line.shape and line.bytes >= least) for line in program.lines):
        return program
    lines = {line.name: line for line in program.lines if line.name}
    base: dict[str, str] = {}  # by name: whose memory a value looks at
    for line in lines.values():
        base[line.name] = line.name if line.op in FRESH or not line.names else base[line.names[0]]
    last: dict[str, int] = {}
    for name, k in _last_uses(program).items():
        last[base[name]] = max(k, last.get(base[name], -1))
    called: dict[str, str] = {}  # by name: what its array is called by now

    def resolved(o: Any) -> Any:
        return called.get(o, o) if isinstance(o, str) else o

    def takes(o: Any, line: Line, k: int) -> bool:
        """Whether line k may write its result into operand o."""
        if not isinstance(o, str) or line.bytes < least:
            return False
        of = lines[o]
        dies = of.op in FRESH and last[o] == k and all(n == o for n in line.names if base[n] == o)
        return dies and (of.shape, of.dtype) == (line.shape, line.dtype)

    new = []
    for k, line in enumerate(program.lines):
        target = None
        if line.op == "add_at":
            target = line.operands[0]
        elif line.shape and line.op in PRIMITIVES and line.op not in NOT_NUMPYS:
            target = next((o for o in line.operands if takes(o, line, k)), None)
        written = line._replace(operands=tuple(map(resolved, line.operands)))
        if target is not None:
            called[line.name] = name = resolved(target)
            written = written._replace(name=name, params={**line.params, "out": name})
        new.append(written)
    outs, rebuild = flatten(program.outputs)
    return program._replace(lines=tuple(new), outputs=rebuild(list(map(resolved, outs))))


def _added_in_place(program: Program) -> Program:
    """a + (zeros with g at an index) as a with g added there, where nobody else reads a."""
    lines = {line.name: line for line in program.lines if line.name}
    uses = [*program.results, *(name for line in program.lines for name in line.names)]

    def placed(line: Line) -> Any:
        if line.op == "add" and all(isinstance(o, str) for o in line.operands):
            for a, g in (line.operands, line.operands[::-1]):
                into, spread = lines[a], lines[g]
                fits = (into.shape, into.dtype) == (line.shape, line.dtype) == (spread.shape, spread.dtype)
                if spread.op == "scatter" and is_basic(spread.params["index"]) and into.op in FRESH and fits and (
                    uses.count(a) == uses.count(g) == 1
                ):  # fmt: skip
                    index = {"index": spread.params["index"]}
                    new = line._replace(op="add_at", operands=(a, spread.operands[0]), params=index)
                    lines[line.name] = new
                    return new
        return line

    return _replaced(program, placed)


def is_basic(index: Any) -> bool:
    """Whether NumPy's basic indexing applies, which takes no entry twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return not any(hasattr(part, "shape") or isinstance(part, list) for part in parts)


def simplify_inexactly(program: Program) -> Program:
    """Identities of real numbers that may change the last bit, or what becomes of −0, ∞ and nan: x + 0 is x, 0·x is 0
    (of numbers), x² is x·x, √x·√x is x. On request only."""

    def simpler(line: Line) -> Any:
        op, operands = line.op, line.operands
        if op == "add" and len(operands) == 2 and line.dtype is None:
            for zero, other in (operands, operands[::-1]):
                if _is(zero, 0.0):
                    return other
        if op == "multiply" and line.dtype is None and any(_is(o, 0.0) for o in operands):
            return 0.0
        if op == "power" and _is(operands[1], 2.0):
            return line._replace(op="multiply", operands=(operands[0], operands[0]))
        return line

    return _replaced(program, simpler)


def _is(o: Any, number: float) -> bool:
    return not isinstance(o, str) and type(o).__name__ != "ndarray" and bool(o == number)


def _replaced(program: Program, change: Callable[[Line], Any]) -> Program:
    """The program with each line changed: into another line, into several, or into the operand that stands for it from
    then on."""
    instead: dict[str, Any] = {}

    def resolved(o: Any) -> Any:
        return instead.get(o, o) if type(o) is str else o

    lines = list[Line]()
    for line in program.lines:
        if instead and not instead.keys().isdisjoint(line.names):
            line = line._replace(operands=tuple(map(resolved, line.operands)))
        new = change(line)
        if isinstance(new, Line):
            lines.append(new)
        elif isinstance(new, list):
            lines += [n._replace(operands=tuple(map(resolved, n.operands))) for n in new]
        else:
            instead[line.name] = new
    outs, rebuild = flatten(program.outputs)
    return program._replace(lines=tuple(lines), outputs=rebuild(list(map(resolved, outs))))


PASSES: tuple[Pass, ...] = (fold_constants, simplify, share, drop_dead_code)
