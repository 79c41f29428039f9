"""What a function uses from outside of its arguments, and whether it is still what it was.

A compiled program holds for the numbers, texts, tuples, masks and functions that its function reads from closures and
globals; before it runs, it looks whether they have changed.
"""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def outside(*functions: Any) -> Iterator[tuple[dict[str, Any] | Any, str, Any]]:
    """The numbers, texts, tuples, arrays and functions that these, and they, read from closures and globals, as
    (place, name, value).

    The place is a dict of globals, or a closure's cell with the name "".
    """
    seen, told, todo = set[int](), set[tuple[int, str]](), list(functions)
    while todo:
        g = todo.pop()
        todo += _called_by(g)
        if not isinstance(g, FunctionType) or id(g) in seen:
            continue
        seen.add(id(g))
        todo += [*(g.__defaults__ or ()), *(g.__kwdefaults__ or {}).values()]
        ours = g.__globals__.get("__name__", "").partition(".")[0] == "autograd_mini"  # a transform of a function
        places: list[tuple[Any, str, Any]] = [(cell, "", _content(cell)) for cell in g.__closure__ or ()]
        if not ours:
            names = {n for c in _codes(g.__code__) for n in c.co_names}
            places += [(g.__globals__, n, g.__globals__[n]) for n in sorted(names & g.__globals__.keys())]
        for place, name, value in places:
            if callable(value):
                todo.append(value)
            counts = callable(value) or isinstance(value, FIXED) or hasattr(type(value), "__array_interface__")
            if counts and not ours and (id(place), name) not in told:
                told.add((id(place), name))
                yield place, name, value


def _called_by(g: Any) -> list[Any]:
    """What runs when g is called, where g is no function itself."""
    if isinstance(g, partial):
        return [g.func, *g.args, *g.keywords.values()]
    if isinstance(g, MethodType):
        return [g.__func__]
    call = vars(type(g)).get("__call__")
    return [call] if isinstance(call, FunctionType) else []


FIXED = (int, float, str, tuple, type(None))  # numbers, and what cannot change but by another in its place
KEPT = (int, float, complex, str, bytes, tuple, list, dict, set, frozenset)  # compared by what is in them


def frozen(value: Any) -> Any:
    """The value as it is now, for `alike`."""
    if hasattr(type(value), "__array_interface__"):
        return value.copy()
    if isinstance(value, dict):
        return type(value), [(k, frozen(v)) for k, v in value.items()]
    if isinstance(value, tuple | list):
        return type(value), [frozen(v) for v in value]
    return set(value) if isinstance(value, set) else value


def alike(value: Any, kept: Any) -> bool:
    """Whether a value is what it was when `frozen` kept it: of the same types, with the same numbers in it."""
    if hasattr(type(value), "__array_interface__"):
        if type(value) is not type(kept) or value.shape != kept.shape or value.dtype != kept.dtype:
            return False
        return bool(((value == kept) | (value != value) & (kept != kept)).all())
    if isinstance(value, dict):
        parts = [(k, v) for k, v in value.items()]
        return type(kept) is tuple and kept[0] is type(value) and len(parts) == len(kept[1]) and all(
            k == was and alike(v, x) for (k, v), (was, x) in zip(parts, kept[1], strict=True)
        )  # fmt: skip
    if isinstance(value, tuple | list):
        return type(kept) is tuple and kept[0] is type(value) and len(value) == len(kept[1]) and all(
            map(alike, value, kept[1])
        )  # fmt: skip
    if type(value) is not type(kept):
        return False
    if isinstance(value, float):
        return value.hex() == kept.hex()
    return value is kept or (isinstance(value, KEPT) and value == kept)


def _codes(code: Any) -> Iterator[Any]:
    """A function's code and that of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from _codes(constant)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # still empty
        return None
