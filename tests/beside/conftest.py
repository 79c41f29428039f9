"""Without another library there is nothing to stand beside."""

import importlib.util

OTHERS = ("jax", "numba")
collect_ignore = [f"test_{name}.py" for name in OTHERS if not importlib.util.find_spec(name)]
