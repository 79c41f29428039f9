"""`jit(f)`: run f once, write down its program, improve it, and run that from then on.

A compiled program holds for arguments of the same kinds, for the branches that were taken, and for the numbers that
f uses from outside, so it begins by checking just that. Where a check fails, f is run and written down anew, and
both programs are kept. What was computed from other things outside is seen once, as in JAX.
"""

from __future__ import annotations

import itertools
import warnings
from _thread import RLock, get_ident
from functools import update_wrapper
from importlib.util import find_spec
from math import inf, pow

from autograd_mini.native import machine_code
from autograd_mini.outside import KEPT, alike, frozen, outside
from autograd_mini.passes import VIEWS, optimize, reuse_buffers
from autograd_mini.primitive import Traced
from autograd_mini.program import Line, Program, Static, recorded
from autograd_mini.program_text import Text, executed, leaves_of
from autograd_mini.transforms import check_callable
from autograd_mini.tree import TREES, flatten

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MISS = object()  # what a compiled program returns where it does not apply
ABSENT = object()  # an argument that was not given
VERSIONS = 16  # programs kept of one function
BUFFER = 2**15  # bytes from which on memory costs more than a function call
LOCALS = 200  # statements of a program whose names are used again
DEEPEST = 12  # brackets in an expression


def jit(
    f: Callable[..., Any], static_argnums: int | tuple[int, ...] = (), backend: str = "python"
) -> Callable[..., Any]:
    """f as a compiled straight-line program, for each kind of arguments and each way through its branches.

    Floats, float arrays and trees of them are arguments of the program; everything else (ints, bools, strings, objects)
    and the arguments in `static_argnums` are part of what it was compiled for. Float arrays that f uses from outside
    are read at each call; numbers, strings, tuples, masks and functions in its closure and globals are checked.
    Anything else from outside, and printing, is seen once. Where f cannot be written down, or takes more than 16 ways,
    a warning says so once and f itself runs.
    With `backend="numba"`, which must be installed, programs of at most 1,000 lines on floats become machine code:
    equal to rounding, and compiled in a second or so at the first call.
    """
    check_callable(f, "jit")
    if backend not in ("python", "numba"):
        raise ValueError(f'backend is "python" or "numba"; here is {backend!r}.')
    if backend == "numba" and find_spec("numba") is None:
        raise ModuleNotFoundError('numba is not installed: install it, or leave out backend="numba".')
    fixed = {static_argnums} if isinstance(static_argnums, int) else set(static_argnums)
    if any(k < 0 for k in fixed):
        raise ValueError(f"static_argnums count arguments from 0; here is {static_argnums}.")
    return _Versions(f, fixed, backend == "numba").entry


class _Versions:
    """The compiled programs of one function.

    `entry` is what the user calls. The first program becomes its very code, so that a call costs nothing more;
    the others are tried in turn.
    """

    def __init__(self, f: Callable[..., Any], fixed: set[int], native: bool) -> None:
        self.f, self.fixed, self.native = f, fixed, native
        self.programs: list[Callable[..., Any]] = []
        self.compiled = 0
        self.given_up = False
        self.linking = 0  # the thread that tries a new program
        self.one_at_a_time = RLock()
        self.space: dict[str, Any] = {"MISS": MISS, "missed": self.missed, "eager": f}
        exec("def entry(*args, **options): return missed(args, options)", self.space)
        self.entry: Any = update_wrapper(self.space["entry"], f)

    def add(self, program: Program, args: tuple[Any, ...], out: Any) -> None:
        """Compile a program; keep it if it gives what f gave."""
        with self.one_at_a_time:
            self.compiled += 1
            self.link(program, args, out)

    def link(self, program: Program, args: tuple[Any, ...], out: Any) -> None:
        text = _Compiled(program, args, self.f, f"_{self.compiled}", entry=self.compiled == 1)
        if self.native:
            text.kernel = machine_code(program)
        lines = text.function()
        self.space |= text.space() | text.given
        function = executed(lines, self.space, text.called)
        self.linking = get_ident()
        try:
            again = function(*args)
        finally:
            self.linking = 0
        if again is MISS or not agree(again, out):
            raise ValueError("its program gives something else than the run before, so it changes from call to call")
        if self.compiled == 1:
            self.entry.__code__, self.entry.__defaults__ = function.__code__, (ABSENT,) * len(args)
        else:
            self.programs.insert(0, function)

    def missed(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """The first program does not apply: try the others; else run f, and write it down if it can be."""
        if self.linking == get_ident():  # the program that is being tried does not hold for its own arguments
            return MISS
        args = tuple([a for a in args if a is not ABSENT])
        if not options:
            for known in self.programs:
                if len(args) == known.__code__.co_argcount:
                    out = known(*args)
                    if out is not MISS:
                        return out
        if options or self.given_up or any(isinstance(x, Traced) for x in flatten(args)[0]):
            return self.f(*args, **options)
        if self.compiled >= VERSIONS:
            self.give_up(f"it takes more than {VERSIONS} ways, and each is a program of its own")
            return self.f(*args)
        marked = [self.marked(a, k in self.fixed) for k, a in enumerate(args)]
        out = self.f(*args)  # raises what f raises
        try:
            program = without_needless(optimize(with_domains(recorded(self.f, *marked, who="jit"))))
            self.add(reuse_buffers(program, BUFFER), args, out)
        except RecursionError:
            self.give_up("its program is too long to compile")
        except Exception as error:
            self.give_up(str(error))
        return out

    def marked(self, a: Any, fixed: bool) -> Any:
        """An argument with what is no number to differentiate marked as static."""
        if fixed:
            return Static(a)
        leaves, rebuild = flatten(a)
        return rebuild([x if isinstance(x, float) or _is_array(x) else Static(x) for x in leaves])

    def give_up(self, why: str) -> None:
        self.given_up = True
        name = getattr(self.f, "__name__", "f")
        warnings.warn(f"jit runs {name} as it is from now on: {why}", stacklevel=4)


def _is_array(x: Any) -> bool:
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


DOMAINS = {  # where an operation on floats raises: the operand that decides, and the comparisons that say so
    **dict.fromkeys(("log", "log2", "log10"), (0, (("le", 0.0),))),
    "log1p": (0, (("le", -1.0),)), "sqrt": (0, (("lt", 0.0),)), "divide": (1, (("eq", 0.0),)),
    **dict.fromkeys(("arcsin", "arccos"), (0, (("lt", -1.0), ("gt", 1.0)))),
    "arctanh": (0, (("le", -1.0), ("ge", 1.0))), "arccosh": (0, (("lt", 1.0),)),
}  # fmt: skip


def with_domains(program: Program) -> Program:
    """The program with guards before what raises outside of its domain: no pass can drop a guard, and f itself raises
    where one fails. (An overflow of what no result needs goes unnoticed.)"""
    lines = list[Line]()
    for line in program.lines:
        k, bounds = DOMAINS.get(line.op, (0, ())) if line.dtype is None else (0, ())
        if line.names and bounds and isinstance(line.operands[k], str):
            lines += [Line("", how, (line.operands[k], x), {"held": False, "of": (line.op, k)}) for how, x in bounds]
        lines.append(line)
    return program._replace(lines=tuple(lines))


def without_needless(program: Program) -> Program:
    """The program without those guards whose operation has not been dropped: it raises by itself."""
    computed = [line for line in program.lines if line.name]
    done = {(line.op, k, o) for line in computed for k, o in enumerate(line.operands) if type(o) is str}
    lines = [
        line for line in program.lines
        if line.name or "of" not in line.params or (line.names and (*line.params["of"], line.operands[0]) not in done)
    ]  # fmt: skip
    return program._replace(lines=tuple(lines))


def agree(a: Any, b: Any) -> bool:
    """Whether two results are one but for rounding: what differs by more has not been computed from the arguments."""
    leaves, others = flatten(a)[0], flatten(b)[0]
    return len(leaves) == len(others) and all(map(_agree, leaves, others))


def _agree(x: Any, y: Any) -> bool:
    if not hasattr(y, "dtype") or y.dtype.kind != "f":
        return bool(x is y or x == y or x != x or (isinstance(y, float) and abs(x - y) <= 1e-4 * abs(y)))
    import numpy as np

    with np.errstate(all="ignore"):
        size = np.max(np.abs(y), initial=0.0, where=np.isfinite(y))
        return np.shape(x) == np.shape(y) and np.allclose(x, y, rtol=1e-4, atol=1e-4 * size, equal_nan=True)


def short_of_names(body: list[str]) -> list[str]:
    """The statements with names used again once nobody reads them: Python reaches the first 256 names fastest."""
    from re import compile

    token = compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\bv\d+(?:_bar)?\b""")  # a text, or a name

    def names(text: str) -> list[str]:
        return [found for found in token.findall(text) if found[0] == "v"]

    last = {name: k for k, text in enumerate(body) for name in names(text)}
    slots: dict[str, str] = {}
    free, fresh = list[str](), itertools.count(1)
    renamed = []
    for k, text in enumerate(body):
        read = dict.fromkeys(names(text))  # each name once, in order
        for name in (n for n in read if n not in slots):  # what dies in a statement is free from the next on
            slots[name] = free.pop() if free else f"v{next(fresh)}"
        renamed.append(token.sub(lambda found: slots.get(found.group(), found.group()), text))
        free += [slots[name] for name in read if last[name] == k]
    return renamed


def more_arguments(f: Any, names: list[str]) -> tuple[bool, bool]:
    """Whether f may be called with other arguments than these: with more, and with others by name."""
    while hasattr(f, "__wrapped__"):
        f = f.__wrapped__
    code = getattr(f, "__code__", None)
    if code is None or f.__defaults__ or f.__kwdefaults__:
        return True, True
    takes_more, takes_options = bool(code.co_flags & 4), bool(code.co_flags & 8)
    own = list(code.co_varnames[: code.co_argcount]) == names
    return takes_more or code.co_argcount != len(names), takes_options or not (own or takes_more)


def _is_whole(x: Any) -> bool:
    return isinstance(x, int | float) and x == x // 1


class _Compiled(Text):
    """A program as a function that first checks whether it applies, and says `otherwise` where it does not.

    Names in its namespace end in `version`, since all programs of a function share one.
    """

    def __init__(
        self, program: Program, args: tuple[Any, ...], f: Callable[..., Any], version: str, entry: bool
    ) -> None:
        super().__init__(program, comments=False)
        self.args, self.f, self.version, self.entry = args, f, version, entry
        self.called = program.title + version
        self.given: dict[str, Any] = {}
        self.by_value: dict[int, str] = {}
        self.inlined: dict[str, str] = {}
        self.kernel: Callable[..., Any] | None = None
        self.uses: dict[str, int] = {}
        for name in [*(n for line in program.lines for n in line.names), *program.results]:
            self.uses[name] = self.uses.get(name, 0) + 1
        names = [name for name, _ in program.arguments]
        self.rest, self.options = more_arguments(f, names) if entry else (False, False)
        given = f"({''.join(name + ', ' for name in names)}{'*rest' if self.rest else ''})"
        self.otherwise = f"return missed({given}, {'options' if self.options else '{}'})" if entry else "return MISS"

    def function(self) -> list[str]:
        checks, lines = [], []
        for (name, tree), arg in zip(self.program.arguments, self.args, strict=True):
            checks += self.kinds(tree, arg, name)
            if tree != name:
                lines += [f"{leaf} = {name}{path}" for leaf, path in leaves_of(tree) if isinstance(leaf, str)]
        for place, name, value in outside(self.f, *filter(callable, flatten(self.args)[0])):
            read = f"{self.name(place, 'g')}[{name!r}]" if name else f"{self.name(place, 'cell')}.cell_contents"
            other = f"{read} is not {self.name(value, 'held')}"
            if _is_array(value) and getattr(value, "ndim", 0) > 0:  # the program reads its numbers itself
                checks.append(other)
            elif isinstance(value, tuple):  # the same one has the same in it
                checks.append(f"{other} and {self.differs(read, value)}")
            else:
                checks.append(self.differs(read, value))
        names = [name for name, _ in self.program.arguments]
        for more, stars in (("rest", "*"), ("options", "**")):
            if getattr(self, more):
                checks.insert(0, more)
                names.append(stars + more)
        start = [f"    if {' or '.join(checks)}:", f"        {self.otherwise}"] if checks else []
        lines += self.calls_kernel() if self.kernel else self.body()
        return [
            f"def {self.called}({', '.join(names)}):", *start, "    try:", *("        " + text for text in lines),
            "    except (ArithmeticError, ValueError):",  # a pole, or outside a domain: f itself knows
            f"        return eager({', '.join(name for name, _ in self.program.arguments)})",
        ]  # fmt: skip

    def body(self) -> list[str]:
        body = []
        for line in self.program.lines:
            if line.op != "input":
                body += self.assigned(line)
        body.append(f"return {self.results()}")
        return short_of_names(body) if len(body) > LOCALS else body

    def calls_kernel(self) -> list[str]:
        """Machine code in place of a body. It raises nothing, so what is not finite is f's own to judge."""
        outs, rebuild = flatten(self.program.outputs)
        made = [f"out_{k}" for k in range(len(outs))]
        given = ", ".join(self.program.inputs)
        return [
            f"applies, {', '.join(made)} = {self.name(self.kernel, 'kernel')}({given})",
            f"if not applies: {self.otherwise}",
            f"if ({' + '.join(made)}) * 0.0 != 0.0: raise ArithmeticError",
            f"return {self.tree(rebuild(made))}",
        ]

    def results(self) -> str:
        """What is returned: every array is the caller's own, and no two are one."""
        lines = {line.name: line for line in self.program.lines if line.name}
        outs, rebuild = flatten(self.program.outputs)
        given, texts = set[str](), []
        for o in outs:
            of = lines[o] if isinstance(o, str) else None
            base = of
            while base is not None and base.op in VIEWS:
                base = lines[base.operands[0]] if isinstance(base.operands[0], str) else None
            held = base is None and (of is not None or getattr(o, "ndim", 0) > 0)
            ours = held or (base is not None and base.op == "input" and base.dtype is not None)
            twice = of is not None and of.name in given and of.dtype is not None
            given.add(of.name if of is not None else "")
            texts.append(_Written(self.operand(o) + (".copy()" if ours or twice else "")))
        return self.tree(rebuild(texts))

    def name(self, value: Any, stem: str) -> str:
        """A name for a value in the function's namespace."""
        if id(value) not in self.by_value:
            self.by_value[id(value)] = name = f"{stem}_{len(self.given)}{self.version}"
            self.given[name] = value
        return self.by_value[id(value)]

    def numpys(self, name: str) -> str:
        import numpy as np

        found: Any = np
        for part in name.split("."):
            found = getattr(found, part)
        return self.name(found, part)

    def constant_name(self) -> str:
        return super().constant_name() + self.version

    def kinds(self, tree: Any, arg: Any, read: str) -> list[str]:
        """What must not be so of an argument, as conditions."""
        if isinstance(tree, Static):
            return [self.differs(read, tree.value)]
        if isinstance(tree, TREES):
            keys = f" or [*{read}] != {self.name(list(arg), 'keys')}" if isinstance(tree, dict) else (
                f" or len({read}) != {len(tree)}")  # fmt: skip
            parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
            return [f"{read}.__class__ is not {self.name(type(arg), 'kind')}{keys}"] + [
                c for k, part in parts for c in self.kinds(part, arg[k], f"{read}[{k!r}]")
            ]
        if type(arg) is float:
            return [f"{read}.__class__ is not float"]
        conditions = [f"{read}.__class__ is not {self.name(type(arg), 'kind')}"]
        if type(arg).__name__ == "ndarray":
            conditions += [f"{read}.shape != {arg.shape}", f"{read}.dtype != {self.name(arg.dtype, 'dtype')}"]
        return conditions

    def differs(self, read: str, value: Any) -> str:
        """The condition that what is read is not the value that the program is for."""
        plain = type(value) is float and value == value and value not in (0.0, inf, -inf)  # repr says it all
        if plain or type(value) in (int, str, bool):
            return f"{read}.__class__ is not {type(value).__name__} or {read} != {value!r}"
        if isinstance(value, KEPT) or hasattr(type(value), "__array_interface__"):
            return f"not {self.name(alike, 'alike')}({read}, {self.name(frozen(value), 'kept')})"
        return f"{read} is not {self.name(value, 'held')}"

    def tree(self, tree: Any) -> str:
        if hasattr(tree, "_fields"):  # a named tuple
            return f"{self.name(type(tree), 'kind')}({', '.join(map(self.tree, tree))})"
        return super().tree(tree)

    def assigned(self, line: Line) -> list[str]:
        """A line as statements; a number that is read once is written where it is read."""
        if not line.name:
            held = "not " if line.params["held"] else ""
            return [f"if {held}({self.condition(line)}):", f"    {self.otherwise}"]
        if line.dtype is None and self.uses.get(line.name) == 1:
            text = self.expression(line)
            if text.count("(") < DEEPEST:
                self.inlined[line.name] = f"({text})"
                return []
            return [f"{line.name} = {text}"]
        return self.statements(line)

    def expression(self, line: Line) -> str:
        if line.op == "sum" and line.params == {"axis": None, "keepdims": False}:
            return f"{self.numpys('add.reduce')}({self.operand(line.operands[0])}, None)"
        if line.op == "power" and line.dtype is None and not _is_whole(line.operands[1]):  # ** would make it complex
            return f"{self.name(pow, 'pow')}({', '.join(self.operand(o, line) for o in line.operands)})"
        return super().expression(line)

    def operand(self, o: Any, line: Line | None = None) -> str:
        if isinstance(o, _Written):
            return str(o)
        return self.inlined.get(o, o) if isinstance(o, str) else super().operand(o, line)


class _Written(str):
    """Text that is no name."""
