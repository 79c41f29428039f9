"""Programs as Python text: `source(grad(f), 2.0, 5.0)` shows the derivative as code.

Each line of a recorded program becomes one assignment, so the text is as long as the run: loops are unrolled,
calls are gone, branches are the ones taken (an `assert` says which). In a program of a gradient, the
lines of the return sweep stand below a comment with the line whose adjoint they pass on (the form is that
of Tangent: van Merriënboer, Moldovan & Wiltschko 2018, §4).
"""

from __future__ import annotations

from autograd_mini.primitive import PRIMITIVES
from autograd_mini.program import Line, Program, recorded

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@"}
COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
LINALG = {"inv": "inv", "det": "det", "solve": "solve", "cholesky": "cholesky", "eigenvalues": "eigvalsh"}
NUMPYS = set(
    "sum max min prod cumsum cumprod where matmul transpose broadcast_to equal not_equal less less_equal greater "
    "greater_equal logical_and logical_or logical_xor logical_not isnan isfinite isinf signbit".split()
)
DEFAULTS = {"axis": None, "keepdims": False}  # of NumPy's reductions
SHORT = 8  # arrays of so many numbers are written out


def source(f: Callable[..., Any] | Program, *args: Any, comments: bool = True) -> str:
    """The straight-line Python program of f at `args`: what one run does, operation by operation.

    f may be any composition of transforms, such as `grad(f)`; `args` are floats, arrays, or trees of them. Or
    pass a `Program`, alone. The text is a function that gives the same numbers to the last bit, for arguments
    of the same shapes for which its `assert`s hold; where a partial derivative is infinite, the text divides by zero and
    raises. Arrays that f uses are held, not copied, and long ones are only named.
    Raises TypeError for arguments that are not floats or arrays of floats.
    """
    program = f if isinstance(f, Program) else recorded(f, *args)
    return _Text(program, comments).whole()


def compiled(program: Program) -> Callable[..., Any]:
    """The program as a Python function; a traceback shows its lines."""
    import linecache

    text = _Text(program, comments=False)
    body, file = "\n".join(text.function()), f"<autograd_mini program {program.title} {id(program)}>"
    linecache.cache[file] = (len(body), None, body.splitlines(keepends=True), file)
    space: dict[str, Any] = dict(text.constants)
    for name in text.own:
        space[name] = PRIMITIVES[name].rule.value
    if text.needs_numpy:
        import numpy

        from autograd_mini.operations import OPERATIONS

        space |= {"np": numpy, **{name: OPERATIONS[name] for name in text.operations}}
        space |= {f"array_{name}": PRIMITIVES[name].on_arrays for name in text.array_own}
    exec(compile(body, file, "exec"), space)
    return space[program.title]  # type: ignore[no-any-return]


class _Text:
    """The text of a program, and what it needs: functions by where they come from, and constants by name."""

    def __init__(self, program: Program, comments: bool) -> None:
        self.program, self.comments = program, comments
        self.own, self.array_own, self.operations = set[str](), set[str](), set[str]()
        self.needs_numpy = False
        self.constants: dict[str, Any] = {}
        self.by_id: dict[int, str] = {}

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
        blocks = [b for b in (head, written, body) if b]
        return "\n\n".join("\n".join(b) for b in blocks[:-1]) + ("\n\n\n" if blocks[:-1] else "") + "\n".join(body) + "\n"

    def function(self) -> list[str]:
        """The lines of the function."""
        arguments, said, by_name = [], "", {line.name: line for line in self.program.lines}
        lines = []
        for name, tree in self.program.arguments:
            arguments.append(name)
            if tree != name:
                lines += [f"    {leaf} = {name}{path}" for leaf, path in _leaves(tree)]
        for line in self.program.lines:
            if line.op == "input":
                continue
            of = by_name.get(line.reports)
            if self.comments and line.reports != said and of is not None and of.op != "input":
                lines.append(f"    # {line.reports} = {self.expression(of)}")
            said = line.reports
            lines.append("    " + self.statement(line))
        lines.append(f"    return {self.tree(self.program.outputs)}")
        return [f"def {self.program.title}({', '.join(arguments)}):", *lines]

    def statement(self, line: Line) -> str:
        if line.name:
            return f"{line.name} = {self.expression(line)}"
        x, y = map(self.operand, line.operands)
        condition = f"{x} {COMPARE[line.op]} {y}"
        return f"assert {condition if line.params['held'] else f'not {condition}'}"

    def expression(self, line: Line) -> str:
        """The right side of a line."""
        given, on_array = [self.operand(o, line) for o in line.operands], line.dtype is not None
        self.needs_numpy |= on_array
        op = line.op
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
            return f"{given[0]}.reshape({params['shape']})"
        if op == "astype":
            return f"{given[0]}.astype(np.{params['dtype']})"
        if op == "einsum":
            return f"np.einsum({params['subscripts']!r}, {', '.join(given)})"
        if op == "concatenate":
            return f"np.concatenate(({', '.join(given)},), axis={params['axis']})"
        if op == "transpose" and params["axes"] == tuple(reversed(range(len(line.shape)))):
            return f"{given[0]}.T"
        written = [f"{k}={self.parameter(k, v)}" for k, v in params.items() if k not in DEFAULTS or v != DEFAULTS[k]]
        inside = ", ".join([*given, *written])
        if op in NUMPYS or (op in PRIMITIVES and hasattr(np, op)):
            return f"np.{op}({inside})"
        if op in LINALG:
            return f"np.linalg.{LINALG[op]}({inside})"
        (self.array_own if op in PRIMITIVES else self.operations).add(op)
        return f"array_{op}({inside})" if op in PRIMITIVES else f"{op}({inside})"

    def parameter(self, name: str, value: Any) -> str:
        if name == "index":
            return f"np.s_[{self.index(value)}]"
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
                self.by_id[id(o)] = name = f"c{len(self.by_id) + 1}"
                self.constants[name] = o
            self.needs_numpy = True
            return self.by_id[id(o)]
        kind = getattr(o, "dtype", None)
        if kind is not None and (kind != "float64" or (line is not None and line.dtype not in (None, kind))):
            self.needs_numpy = True
            return f"np.{kind}({o.item()!r})"
        value = o.item() if kind is not None else o
        if value != value or value in (float("inf"), float("-inf")):
            return f'float("{value}")'
        return repr(value)

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


def _leaves(tree: Any, path: str = "") -> list[tuple[str, str]]:
    """The names in a tree, each with its path: ("p_w", "['w']")."""
    if isinstance(tree, str):
        return [(tree, path)]
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [leaf for k, part in parts for leaf in _leaves(part, f"{path}[{k!r}]")]



