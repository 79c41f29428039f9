"""JAX agrees: random programs, of numbers and of arrays, with fan-out, branches, loops and nested derivatives."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed: pip install jax")
@pytest.mark.parametrize(("examples", "limit"), [(3, 120), pytest.param(60, 900, marks=pytest.mark.slow)])
def test_random_programs_agree_with_jax(examples, limit):
    """In a process of its own: JAX starts threads, and after `limit` seconds the process says where it hangs."""
    here = Path(__file__)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(here.with_name("beside_jax.py"))],
        cwd=here.parents[2],
        env=os.environ | {"BESIDE_JAX_EXAMPLES": str(examples), "BESIDE_JAX_LIMIT": str(limit)},
        capture_output=True,
        text=True,
        timeout=limit + 30,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    assert "passed" in done.stdout
