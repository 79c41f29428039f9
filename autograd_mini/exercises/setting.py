"""What the names in a probe stand for: the part of an exercise's setup that a learner needs to try it by hand."""

from __future__ import annotations

import ast
from functools import lru_cache


def binds(statement: ast.stmt) -> set[str]:
    """The names that a statement of the setup defines."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def reads(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}


@lru_cache(maxsize=256)
def behind(setup: str, probe: str) -> tuple[tuple[str, ...], str]:
    """The names in `probe` that `setup` defines, and the source of these definitions with all that they rest on.

    A module is not named, since every notebook has `np` and `ad`; without other names there is nothing to show.
    """
    body = ast.parse(setup).body
    home: dict[str, list[ast.stmt]] = {}  # a name may be bound again, from what it was
    for statement in body:
        for name in binds(statement):
            home.setdefault(name, []).append(statement)
    lines = setup.splitlines()
    read = sorted(reads(ast.parse(probe)) & home.keys())
    named = tuple(name for name in read if not isinstance(home[name][-1], ast.Import))
    needed: set[ast.stmt] = set()
    waiting = [statement for name in read for statement in home[name]]
    while waiting:
        statement = waiting.pop()
        if statement not in needed:
            needed.add(statement)
            waiting += [source for name in reads(statement) & home.keys() for source in home[name]]
    texts = ["\n".join(lines[s.lineno - 1 : s.end_lineno]) for s in body if s in needed]
    return named, "\n".join(texts)
