"""The fast paths of both modes, written from the rule table.

Where all operands are floats, or `Scalar`s of one tape, or `ScalarDual`s of one pass, there is nothing
to find out: value, partials and links are a few assignments. `code(rule)` writes them for one rule;
they are compiled when the operation is first used, and whatever they do not cover goes to the
primitive itself. `print(code(RULES["multiply"]))` shows them.
"""

from __future__ import annotations

from autograd_mini.dual import ScalarDual
from autograd_mini.formulas import FLOAT, function, names, python, symbol
from autograd_mini.primitive import PRIMITIVES, Traced
from autograd_mini.rules import TABLE, Rule
from autograd_mini.tape import Scalar

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "power": "pow",
    "negative": "neg", "absolute": "abs",
}  # fmt: skip
RULES = {rule.name: rule for rule in TABLE}
PLAIN = "type({0}) is float or type({0}) is int"


def _links(rule: Rule, traced: list[tuple[str, int]]) -> list[str]:
    """Assignments that make the entry r of a tape; `traced` are its parents: (variable, operand number)."""
    lines = ["r = Scalar()"]
    for (parent, k), slot, edge in zip(traced, "ab", "pq", strict=False):
        lines += [f"r.{slot} = {parent}; r.{edge} = {python(rule.partials[k], on_floats=True)}"]
    if len(traced) == 1:
        lines.append("r.b = None")
    return [*lines, f"r.primal = z; r.adjoint = 0.0; r.level = t = {traced[0][0]}.level", "t.append(r)", "return r"]


def _tangent(rule: Rule, traced: list[tuple[str, int]]) -> list[str]:
    """Assignments that make the dual number r."""
    terms = []
    for parent, k in traced:
        partial = rule.partials[k]
        if partial == 1.0 or partial == -1.0:
            terms.append(f"{'-' if partial == -1.0 else ''}{parent}.tangent")
        elif partial != 0.0:
            terms.append(f"{python(partial, on_floats=True)} * {parent}.tangent")
    total = " + ".join(terms).replace("+ -", "- ") or "0.0"
    return ["r = ScalarDual()", f"r.primal = z; r.level = {traced[0][0]}.level; r.tangent = {total}", "return r"]


MAKE = {"Scalar": _links, "ScalarDual": _tangent}


def _case(rule: Rule, kind: str, operands: list[tuple[str, bool]]) -> list[str]:
    """The lines that compute and return for operands, each (variable, whether it is traced)."""
    read = "; ".join(
        f"{s} = {v}.primal" if traced else f"{s} = {v}" for s, (v, traced) in zip("xy", operands, strict=False)
    )
    value = python(function(rule.name)(*(symbol(s) for s in "xy"[: len(operands)])), on_floats=True)
    made = MAKE[kind](rule, [(v, k) for k, (v, traced) in enumerate(operands) if traced])
    if any("z" in names(partial) for partial in rule.partials):
        return [read, f"z = {value}", *made]
    return [read, *(line.replace("r.primal = z", f"r.primal = {value}") for line in made)]


def _def(name: str, arguments: str, body: list[str], otherwise: str) -> list[str]:
    """A function that tries the fast path and leaves errors and all other operands to the primitive."""
    return [
        f"def {name}({arguments}):",
        "    try:",
        *("        " + line for line in body),
        "    except ARITHMETIC:",
        "        pass",
        f"    return {otherwise}",
        "",
    ]


def _indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _binary(rule: Rule, kind: str, one: str, other: str) -> list[str]:
    """`one` is of this kind; the other operand is too, or is a plain number."""
    return [
        f"if type({other}) is {kind} and {other}.level is {one}.level:",
        *_indent(_case(rule, kind, [(one, True), (other, True)])),
        f"elif {PLAIN.format(other)}:", *_indent(_case(rule, kind, [(one, True), (other, False)])),
    ]  # fmt: skip


def _reflected(rule: Rule, kind: str, one: str, number: str) -> list[str]:
    return [f"if {PLAIN.format(number)}:", *_indent(_case(rule, kind, [(number, False), (one, True)]))]


def code(rule: Rule) -> str:
    """Python text of one operation's fast paths."""
    if all(partial == 0.0 for partial in rule.partials):
        return ""
    lines: list[str] = []
    unary = len(rule.partials) == 1
    for kind in MAKE:
        if rule.name in OPERATORS and unary:
            lines += _def(f"{kind}__{OPERATORS[rule.name]}__", "a", _case(rule, kind, [("a", True)]), f"{rule.name}(a)")
        elif rule.name in OPERATORS:
            method, reflected = (f"__{r}{OPERATORS[rule.name]}__" for r in ("", "r"))
            lines += _def(f"{kind}{method}", "a, b", _binary(rule, kind, "a", "b"), f"Traced.{method}(a, b)")
            lines += _def(f"{kind}{reflected}", "a, b", _reflected(rule, kind, "a", "b"), f"Traced.{reflected}(a, b)")
    if rule.name in OPERATORS:
        return "\n".join(lines)
    body, word = [], "if"
    for kind in MAKE:
        if unary:
            body += [f"{word} type(a) is {kind}:", *_indent(_case(rule, kind, [("a", True)]))]
        else:
            body += [f"{word} type(a) is {kind}:", *_indent(_binary(rule, kind, "a", "b"))]
            body += [f"elif type(b) is {kind}:", *_indent(_reflected(rule, kind, "b", "a"))]
        word = "elif"
    both = "a" if unary else "a, b"
    return "\n".join(_def(rule.name, both, body, f"primitive({both})"))


def compiled(name: str) -> dict[str, Any]:
    """The functions of `code`, compiled; a traceback shows their lines."""
    import linecache  # loads the tokenizer; not needed until an operation is first used

    text, file = code(RULES[name]), f"<autograd_mini {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space: dict[str, Any] = {FLOAT + rule.name: rule.value for rule in TABLE}
    space |= {
        "Scalar": Scalar,
        "ScalarDual": ScalarDual,
        "Traced": Traced,
        "primitive": PRIMITIVES[name],
        "ARITHMETIC": (ValueError, ArithmeticError),
    }
    if name in OPERATORS:
        space[name] = PRIMITIVES[name]
    exec(compile(text, file, "exec"), space)
    return space


def public(name: str) -> Callable[..., Any]:
    """What `autograd_mini.name` is: the function with its fast path, or the primitive of an operator."""
    primitive = PRIMITIVES[name]
    if name in OPERATORS or not code(RULES[name]):
        return primitive
    new: Callable[..., Any] = compiled(name)[name]
    new.__doc__, new.__module__, new.__qualname__ = primitive.__doc__, "autograd_mini", name
    return new


def _install_operators() -> None:
    """Methods of both classes that compile themselves at their first call."""
    for name, short in OPERATORS.items():
        for kind in (Scalar, ScalarDual):
            for method in (f"__{short}__", f"__r{short}__"):
                if hasattr(kind, method):
                    setattr(kind, method, _stub(name, method, kind))


def _stub(name: str, method: str, kind: type) -> Callable[..., Any]:
    def first(*operands: Any) -> Any:
        space = compiled(name)
        for k in (Scalar, ScalarDual):
            for m in (f"__{OPERATORS[name]}__", f"__r{OPERATORS[name]}__"):
                if k.__name__ + m in space:
                    setattr(k, m, space[k.__name__ + m])
        return getattr(kind, method)(*operands)

    return first


_install_operators()
