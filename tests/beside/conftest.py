"""Without JAX there is nothing to stand beside."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("jax") else ["test_jax.py"]
