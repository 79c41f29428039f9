"""Programs as Python text: `source(grad(f), 2.0, 5.0)` shows the derivative as code.

Each line of a recorded program becomes one assignment, so the text is as long as the run: loops are unrolled,
calls are gone, branches are the ones taken (an `assert` says which). In a program of a gradient, the
lines of the return sweep stand below a comment with the line whose adjoint they pass on (the form is that
of Tangent: van Merriënboer, Moldovan & Wiltschko 2018, §4).
"""

from __future__ import annotations

import itertools

from autograd_mini.passes import is_basic
from autograd_mini.primitive import PRIMITIVES
from autograd_mini.program import Line, Program, recorded
from autograd_mini.tree import TREES

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@"}
INPLACE = {"add", "subtract", "multiply", "divide"}
COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
LINALG = {"inv": "inv", "det": "det", "solve": "solve", "cholesky": "cholesky", "eigenvalues": "eigvalsh"}
NUMPYS = set(
    "sum max min prod cumsum cumprod where matmul transpose broadcast_to equal not_equal less less_equal "
    "greater greater_equal logical_and logical_or logical_xor logical_not isnan isfinite isinf signbit".split()
)
DEFAULTS = {"axis": None, "keepdims": False}  # of NumPy's reductions
SHORT = 8  # arrays of so many numbers are written out


def source(f: Callable[..., Any] | Program, *args: Any, comments: bool = True) -> str:
    """The straight-line Python program of f at `args`: what one run does, operation by operation.

    f may be any composition of transforms, such as `grad(f)`; `args` are floats, arrays, or trees of them. Or
    pass a `Program`, alone. The text is a function that gives the same numbers to the last bit, for arguments
    of the same shapes for which its `assert`s hold; where a partial derivative is infinite, it divides by zero.
    Arrays that f uses are held, not copied, and long ones are only named.
    Raises TypeError for arguments that are not floats or arrays of floats.
    """
    program = f if isinstance(f, Program) else recorded(f, *args)
    return Text(program, comments).whole()


def compiled(program: Program) -> Callable[..., Any]:
    """The program as a Python function; a traceback shows its lines."""
    text = Text(program, comments=False)
    return executed(text.function(), text.space(), program.title)


def executed(lines: list[str], space: dict[str, Any], title: str) -> Callable[..., Any]:
    """The function of this name that these lines define."""
    import linecache

    body, file = "\n".join(lines), f"<autograd_mini program {title} {next(NUMBERS)}>"
    linecache.cache[file] = (len(body), None, body.splitlines(keepends=True), file)
    SHOWN.append(file)
    if len(SHOWN) > 256:
        linecache.cache.pop(SHOWN.pop(0), None)
    exec(compile(body, file, "exec"), space)
    return space[title]


NUMBERS = itertools.count(1)
SHOWN: list[str] = []  # programs whose lines a traceback shows: the newest


class Text:
    """The text of a program, and what it needs: functions by where they come from, and constants by name."""

    def __init__(self, program: Program, comments: bool) -> None:
        self.program, self.comments = program, comments
        self.own, self.array_own, self.operations = set[str](), set[str](), set[str]()
        self.needs_numpy = False
        self.dtypes = {line.name: line.dtype for line in program.lines if line.dtype is not None}
        self.constants: dict[str, Any] = {}
        self.by_id: dict[int, str] = {}

    def space(self) -> dict[str, Any]:
        """What the function's names mean."""
        space = dict(self.constants)
        for name in self.own:
            space[name] = PRIMITIVES[name].rule.value
        if self.needs_numpy:
            import numpy

            from autograd_mini.operations import OPERATIONS

            space |= {"np": numpy, **{name: OPERATIONS[name] for name in self.operations}}
            space |= {f"array_{name}": PRIMITIVES[name].on_arrays for name in self.array_own}
        return space

    def whole(self) -> str:
        """Imports and constants, then the function."""
        body = self.function()
        head = ["import numpy as np"] if self.needs_numpy else []
        if self.own:
            head.append(f"from autograd_mini import {', '.join(sorted(self.own))}")
        head += [f"from autograd_mini import {name} as array_{name}" for name in sorted(self.array_own)]
        if self.operations:
            head.append(f"from autograd_mini.operations import {', '.join(sorted(self.operations))}")
        written = [self._constant(name, value) for name, value in self.constants.items()]
        above = "\n\n".join("\n".join(block) for block in (head, written) if block)
        return (above and above + "\n\n\n") + "\n".join(body) + "\n"

    def function(self) -> list[str]:
        """The lines of the function."""
        arguments, said, by_name = [], "", {line.name: line for line in self.program.lines}
        lines = []
        for name, tree in self.program.arguments:
            arguments.append(name)
            if tree != name:
                lines += [f"    {leaf} = {name}{path}" for leaf, path in leaves_of(tree) if isinstance(leaf, str)]
        for line in self.program.lines:
            if line.op == "input":
                continue
            of = by_name.get(line.reports)
            if self.comments and line.reports != said and of is not None and of.op != "input":
                lines.append(f"    # {line.reports} = {self.expression(of)}")
            said = line.reports
            lines += ["    " + text for text in self.statements(line)]
        lines.append(f"    return {self.tree(self.program.outputs)}")
        return [f"def {self.program.title}({', '.join(arguments)}):", *lines]

    def statements(self, line: Line) -> list[str]:
        """A line as Python's statements."""
        if not line.name:
            condition = self.condition(line)
            return [f"assert {condition if line.params['held'] else f'not {condition}'}"]
        if line.op == "scatter":  # zeros, to which something is added at an index
            self.needs_numpy = True
            place, amount = f"{line.name}[{self.index(line.params['index'])}]", self.operand(line.operands[0])
            kind = "" if line.dtype == "float64" else f", np.{line.dtype}"
            zeros = f"{line.name} = {self.numpys('zeros')}({line.params['shape']}{kind})"
            if is_basic(line.params["index"]):
                return [zeros, f"{place} = {amount}"]
            index = f"{self.numpys('s_')}[{self.index(line.params['index'])}]"
            return [zeros, f"{self.numpys('add.at')}({line.name}, {index}, {amount})"]
        if "out" in line.params and line.op in INPLACE:
            x, y = line.operands
            if isinstance(x, str) and x == line.name and not (isinstance(y, str) and y == x):
                return [f"{line.name} {INFIX[line.op]}= {self.operand(y, line)}"]
            if isinstance(y, str) and y == line.name and line.op in ("add", "multiply"):
                return [f"{line.name} {INFIX[line.op]}= {self.operand(x, line)}"]
        if line.op == "add_at":
            return [f"{line.name}[{self.index(line.params['index'])}] += {self.operand(line.operands[1])}"]
        return [f"{line.name} = {self.expression(line)}"]

    def condition(self, guard: Line) -> str:
        x, y = map(self.operand, guard.operands)
        return f"{x} {COMPARE[guard.op]} {y}"

    def numpys(self, name: str) -> str:
        """How a function of NumPy's is called."""
        return f"np.{name}"

    def expression(self, line: Line) -> str:
        """The right side of a line."""
        given, on_array = [self.operand(o, line) for o in line.operands], line.dtype is not None
        self.needs_numpy |= on_array
        op = line.op
        if "out" in line.params:
            return f"{self.numpys(op)}({', '.join([*given, line.params['out']])})"
        if op in INFIX:
            if op == "power" and given[0].startswith("-"):
                given[0] = f"({given[0]})"
            return f" {INFIX[op]} ".join(given)
        if op == "negative":
            return f"-{given[0]}" if isinstance(line.operands[0], str) else f"-({given[0]})"
        if op == "square" and not on_array:
            return f"{given[0]} * {given[0]}"
        if op in PRIMITIVES and not on_array:
            self.own.add(op)
            return f"{op}({given[0]})" if len(given) == 1 else f"{op}({', '.join(given)})"
        return self.on_arrays(line, given)

    def on_arrays(self, line: Line, given: list[str]) -> str:
        import numpy as np

        op, params = line.op, line.params
        if op == "getitem":
            return f"{given[0]}[{self.index(params['index'])}]"
        if op == "reshape":
            if isinstance(line.operands[0], str) and line.operands[0] in self.dtypes:
                return f"{given[0]}.reshape({params['shape']})"
            return f"{self.numpys('reshape')}({given[0]}, {params['shape']})"
        if op == "astype":
            return f"{given[0]}.astype(np.{params['dtype']})"
        if op == "einsum":
            return f"{self.numpys('einsum')}({params['subscripts']!r}, {', '.join(given)})"
        if op == "concatenate":
            return f"{self.numpys('concatenate')}(({', '.join(given)},), axis={params['axis']})"
        if op == "transpose" and params["axes"] == tuple(reversed(range(len(line.shape)))):
            return f"{given[0]}.T"
        written = [f"{k}={self.parameter(k, v)}" for k, v in params.items() if k not in DEFAULTS or v != DEFAULTS[k]]
        inside = ", ".join([*given, *written])
        if op in NUMPYS or (op in PRIMITIVES and hasattr(np, op)):
            return f"{self.numpys(op)}({inside})"
        if op in LINALG:
            return f"{self.numpys('linalg.' + LINALG[op])}({inside})"
        (self.array_own if op in PRIMITIVES else self.operations).add(op)
        return f"array_{op}({inside})" if op in PRIMITIVES else f"{op}({inside})"

    def parameter(self, name: str, value: Any) -> str:
        if name == "index":
            return f"{self.numpys('s_')}[{self.index(value)}]"
        if name == "dtype":
            return f"np.{value}"
        return repr(value)

    def index(self, index: Any) -> str:
        parts = index if isinstance(index, tuple) else (index,)
        written = ", ".join(map(self._part, parts))
        return f"{written}," if isinstance(index, tuple) and len(parts) == 1 else written or "()"

    def _part(self, part: Any) -> str:
        if isinstance(part, slice):
            ends = [":" if part.start is None else f"{part.start}:", "" if part.stop is None else str(part.stop)]
            return "".join(ends) + ("" if part.step is None else f":{part.step}")
        if part is Ellipsis:
            return "..."
        return self.operand(part) if hasattr(part, "shape") else repr(part)

    def operand(self, o: Any, line: Line | None = None) -> str:
        """An operand: a name, a number, or the name of an array."""
        if isinstance(o, str):
            return o
        if getattr(o, "ndim", 0) or (hasattr(o, "dtype") and type(o).__name__ == "ndarray"):
            if id(o) not in self.by_id:
                self.by_id[id(o)] = name = self.constant_name()
                self.constants[name] = o
            self.needs_numpy = True
            return self.by_id[id(o)]
        kind = getattr(o, "dtype", None)
        if kind is not None and (kind != "float64" or self.gives_way(line)):
            self.needs_numpy = True
            return f"np.{kind}({o.item()!r})"
        value = o.item() if kind is not None else o
        if value != value or value in (float("inf"), float("-inf")):
            return f'float("{value}")'
        return repr(value)

    def gives_way(self, line: Line | None) -> bool:
        """Whether a float of Python's would leave a line another dtype than a float64 of NumPy's does."""
        if line is None:
            return False
        met = [self.dtypes.get(o) if type(o) is str else getattr(o, "dtype", None) for o in line.operands]
        return any(dtype is not None and dtype != "float64" for dtype in (line.dtype, *met))

    def constant_name(self) -> str:
        return f"c{len(self.by_id) + 1}"

    def _constant(self, name: str, value: Any) -> str:
        if value.size <= SHORT:
            kind = "" if value.dtype in ("float64", "int64") else f", np.{value.dtype}"
            return f"{name} = np.array({value.tolist()}{kind})"
        return f"# {name}: an array of shape {value.shape}, {value.dtype}, that the function uses"

    def tree(self, tree: Any) -> str:
        if isinstance(tree, dict):
            return "{" + ", ".join(f"{k!r}: {self.tree(v)}" for k, v in tree.items()) + "}"
        if isinstance(tree, list):
            return "[" + ", ".join(map(self.tree, tree)) + "]"
        if isinstance(tree, tuple):
            return "(" + ", ".join(map(self.tree, tree)) + ("," if len(tree) == 1 else "") + ")"
        return self.operand(tree)


def leaves_of(tree: Any, path: str = "") -> list[tuple[Any, str]]:
    """The leaves of a tree, each with its path: ("p_w", "['w']")."""
    if not isinstance(tree, TREES):
        return [(tree, path)]
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [leaf for k, part in parts for leaf in leaves_of(part, f"{path}[{k!r}]")]



