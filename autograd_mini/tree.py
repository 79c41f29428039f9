"""Numbers in tuples, lists and dicts: arguments and results that are more than one number."""

from __future__ import annotations

TYPE_CHECKING = False  # see `rules`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Rebuild = Callable[[Iterable[Any]], Any]

TREES = (tuple, list, dict)


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of nested tuples, lists and dicts in order, and the way back from new leaves."""
    if not isinstance(tree, TREES):
        return [tree], lambda new: next(iter(new))
    if type(tree) is tuple:
        for t in tree:
            if isinstance(t, TREES):
                break
        else:
            return list(tree), tuple
    leaves: list[Any] = []
    shape = _walk(tree, leaves)
    return leaves, lambda new: _build(shape, iter(new))


def paths(tree: Any, name: str) -> list[str]:
    """What the leaves of `tree`, called `name`, are called: "x['w'][0]"."""
    if not isinstance(tree, TREES):
        return [name]
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [path for key, part in parts for path in paths(part, f"{name}[{key!r}]")]


def leaves_like(model: Any, tree: Any) -> list[Any]:
    """The leaves of `tree` in the order of `model`'s; ValueError where they do not stand in the same places."""
    if isinstance(model, dict):
        if not isinstance(tree, dict) or set(model) != set(tree):
            raise ValueError
        return [leaf for key in model for leaf in leaves_like(model[key], tree[key])]
    if isinstance(model, tuple | list):
        if type(tree) is not type(model) or len(tree) != len(model):
            raise ValueError
        return [leaf for m, t in zip(model, tree, strict=True) for leaf in leaves_like(m, t)]
    if isinstance(tree, TREES):
        raise ValueError
    return [tree]


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
