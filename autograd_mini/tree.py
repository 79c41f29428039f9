"""Numbers in tuples, lists and dicts: arguments and results that are more than one number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Rebuild = Callable[[Iterable[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of nested tuples, lists and dicts in order, and the way back from new leaves."""
    leaves: list[Any] = []
    shape = _walk(tree, leaves)
    return leaves, lambda new: _build(shape, iter(new))


def same_shape(one: Any, other: Any) -> bool:
    """Whether two trees have their leaves in the same places."""
    return bool(_walk(one, []) == _walk(other, []))


def _walk(tree: Any, leaves: list[Any]) -> Any:
    if isinstance(tree, dict):
        return dict, list(tree), [_walk(v, leaves) for v in tree.values()]
    if isinstance(tree, tuple | list):
        return type(tree), None, [_walk(v, leaves) for v in tree]
    leaves.append(tree)
    return None


def _build(shape: Any, leaves: Any) -> Any:
    if shape is None:
        return next(leaves)
    kind, keys, parts = shape
    built = [_build(part, leaves) for part in parts]
    if kind is dict:
        return dict(zip(keys, built, strict=True))
    return kind(*built) if hasattr(kind, "_fields") else kind(built)  # a named tuple takes its fields one by one
