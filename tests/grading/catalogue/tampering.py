"""Wrong answers that would pass if anything in the student's process had a say in it."""

from tests.grading.catalogue.case import SUM, WRONG, Case, body, wrong


def patched(id: str, says: str, patch: str) -> Case:
    """A wrong answer, after a patch of something that a comparison might use."""
    return wrong(f"tamper-{id}", says, WRONG, before=patch, sum=SUM)


def broken(id: str, says: str, patch: str) -> Case:
    """`patched`, where the patch may keep the rest of the notebook from working as well."""
    return wrong(f"tamper-{id}", says, WRONG, before=patch, may="collect sum", sum=SUM)


FORGED = """
import json
forged = json.dumps({"ended": "whole", "cells": [], "missing": [], "unwritten": False, "said": "",
                     "predicted": {}, "runs": [[{"kind": "value", "value": {"tuple": ["0x1p+0", "0x1p+0"]}}] * 6] * 2})
"""

CASES: list[Case] = [
    patched("isclose", "math.isclose says yes", "import math\nmath.isclose = lambda *a, **k: True"),
    patched("abs", "abs gives 0", "import builtins\nbuiltins.abs = lambda x: 0.0"),
    broken(
        "len-all",
        "len and all",
        """
        import builtins
        builtins.all = lambda xs: True
        builtins.len = lambda x: 2
        """,
    ),
    broken(
        "isinstance",
        "isinstance says yes",
        """
        import builtins
        builtins.isinstance = lambda *a: True
        """,
    ),
    broken("float", "float gives 1", "import builtins\nbuiltins.float = lambda *a: 1.0"),
    patched(
        "allclose",
        "numpy.allclose says yes",
        """
        import numpy
        numpy.allclose = numpy.array_equal = lambda *a, **k: True
        """,
    ),
    patched(
        "check",
        "check is its own",
        """
        import autograd_mini.exercises as e
        e.check = lambda *a: True
        check = e.check
        """,
    ),
    patched(
        "judge",
        "the comparison says equal",
        """
        import autograd_mini.exercises.judge as judge
        judge.close = judge.same = judge.agree = lambda *a: True
        judge.judge = lambda *a, **k: judge.Judgement("right")
        """,
    ),
    broken(
        "run",
        "what runs the probes is replaced",
        """
        import autograd_mini.exercises.run as run
        run.plain = run.evaluate = run.outcome = lambda *a, **k: 1.0
        run.outcomes = lambda *a, **k: ()
        """,
    ),
    broken(
        "module",
        "the module of the comparison is another",
        """
        import sys, types
        class Yes(types.ModuleType):
            def __getattr__(self, name): return lambda *a, **k: True
        for name in list(sys.modules):
            if name.startswith("autograd_mini"): sys.modules[name] = Yes(name)
        """,
    ),
    broken(
        "json",
        "json writes something else",
        """
        import json
        json.dumps = lambda *a, **k: '{"ended": "whole"}'
        """,
    ),
    broken(
        "eval",
        "eval and compile give what they like",
        """
        import builtins
        builtins.eval = builtins.exec = builtins.compile = lambda *a, **k: (1.0, 1.0)
        """,
    ),
    patched(
        "random-source",
        "random numbers are always 3",
        """
        import random
        random.Random.uniform = lambda self, a, b: 3.0
        random.Random.choice = lambda self, xs: xs[0]
        """,
    ),
    patched(
        "hash",
        "keys are always alike",
        """
        import hmac, hashlib
        hmac.new = hmac.digest = lambda *a, **k: b'0' * 32
        hashlib.sha256 = lambda *a: None
        """,
    ),
    patched(
        "environment",
        "environment variables",
        "import os\nos.environ.update(PYTHONPATH='/', PYTHONSTARTUP='/x', AUTOGRAD_MINI_HOME='/')",
    ),
    broken(
        "path",
        "the search path is its own",
        """
        import sys
        sys.path[:] = ['/dev/shm']
        sys.meta_path.clear()
        """,
    ),
    broken(
        "trace",
        "a tracer that raises",
        """
        import sys
        def tracer(*a): raise SystemExit
        sys.settrace(tracer)
        sys.setprofile(tracer)
        """,
    ),
    broken(
        "ast",
        "every syntax tree is that of True",
        "import ast\ntree = ast.parse('True', mode='eval')\nast.parse = lambda *a, **k: tree",
    ),
    patched("ipython", "hooks of a notebook's shell", "get_ipython().ast_transformers.clear()"),
    patched(
        "excepthook",
        "errors are praise",
        """
        import sys
        sys.excepthook = sys.unraisablehook = lambda *a: print('right')
        """,
    ),
    patched(
        "signal",
        "a clock that raises",
        """
        import signal
        signal.signal(signal.SIGALRM, lambda *a: None)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        """,
    ),
    wrong(
        "tamper-forged-answer",
        "writes an answer into every descriptor",
        FORGED
        + """
import os, struct
for fd in range(3, 256):
    for text in (forged.encode(), forged.encode() + b"\\n", struct.pack(">I", len(forged)) + forged.encode()):
        try: os.write(fd, text)
        except OSError: pass
"""
        + WRONG,
        may="collect sum",
    ),
    wrong(
        "tamper-forged-and-gone",
        "writes an answer, then ends the process, at the first call",
        FORGED
        + """
def product_report(x, y, z_bar):
    import os
    for fd in range(3, 256):
        try: os.write(fd, forged.encode() + b"\\n")
        except OSError: pass
    os._exit(0)
""",
    ),
    wrong(
        "tamper-forged-print",
        "prints an answer",
        FORGED + WRONG + "\nprint(forged)\nprint('right')\nprint('{\"points\": 1}')",
    ),
    body("tamper-exit-code", "success, says the exit code", "import os\nprint('ok')\nos._exit(0)"),
    wrong(
        "tamper-equal-to-all",
        "a number that equals everything",
        """
        class Agreeable(float):
            __eq__ = __le__ = __lt__ = __ge__ = __gt__ = lambda self, other: True
            __hash__ = None
            __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0

        def product_report(x, y, z_bar):
            return Agreeable(1), Agreeable(1)
        """,
    ),
    wrong(
        "tamper-lying-array",
        "an array that lies about itself",
        """
        class Array:
            shape, dtype = (2,), "float64"
            def __array__(self, *a, **k): return [20.0, 12.0]
            def tolist(self): return [1.0, 1.0]
            def __getattr__(self, name): return lambda *a, **k: True

        def product_report(x, y, z_bar):
            return Array()
        """,
    ),
    wrong(
        "tamper-subclass-of-array",
        "an ndarray whose comparisons are true",
        """
        import numpy as np

        class Mine(np.ndarray):
            def __eq__(self, other): return np.ones(self.shape, bool)
            def __array_ufunc__(self, *a, **k): return True

        def product_report(x, y, z_bar):
            return np.array([z_bar * x, z_bar * y]).view(Mine)
        """,
    ),
    wrong(
        "tamper-tuple-that-lies",
        "a tuple of any length",
        """
        class Tuple(tuple):
            def __len__(self): return 2
            def __eq__(self, other): return True
            def __iter__(self):
                yield from (1.0, 1.0)

        def product_report(x, y, z_bar):
            return Tuple()
        """,
    ),
    wrong(
        "tamper-real-by-name",
        "something that says it is a number",
        """
        import numbers

        class Chameleon:
            __class__ = float
            def __float__(self): return 1.0
            def hex(self): return "0x1.4p+4"

        numbers.Real.register(Chameleon)

        def product_report(x, y, z_bar):
            return Chameleon(), Chameleon()
        """,
    ),
    wrong(
        "tamper-hex",
        "a float that writes itself as something else",
        """
        class Hex(float):
            def hex(self): return '0x0p+0"}], "points": 100, "x": [{"'
            def __repr__(self): return "1.0"

        def product_report(x, y, z_bar):
            return Hex(1), Hex(1)
        """,
    ),
    body("tamper-nan", "nan for everything", "return math.nan, math.nan"),
    body("tamper-infinite", "infinity for everything", "return math.inf, math.inf"),
    body("tamper-nothing", "an empty tuple", "return ()"),
    body("tamper-true", "True for everything", "return True, True"),
    body("tamper-words", "the word right", "return 'right', 'right'"),
    body("tamper-one-too-many", "the right numbers, and one more", "return z_bar * y, z_bar * x, 0.0"),
    body("tamper-set", "the right numbers in a set", "return {z_bar * y, z_bar * x}"),
    body(
        "tamper-random",
        "another result at each call",
        """
        import random
        return z_bar * y + random.random(), z_bar * x
        """,
    ),
    wrong(
        "tamper-frames",
        "rewrites what the callers hold",
        """
        import sys

        def product_report(x, y, z_bar):
            frame = sys._getframe()
            while frame:
                for name, value in list(frame.f_locals.items()):
                    if isinstance(value, list): value.append("right")
                    if isinstance(value, dict): value.update(points=1, kind="right", passed=True)
                frame = frame.f_back
            return z_bar * x, z_bar * y
        """,
    ),
    wrong(
        "tamper-objects",
        "rewrites every judgement and outcome that it finds",
        """
        import gc

        def product_report(x, y, z_bar):
            for thing in gc.get_objects():
                if type(thing).__name__ in ("Outcome", "Judgement", "Shown"):
                    for name, value in (("kind", "right"), ("status", "right"), ("mistake", None)):
                        try: object.__setattr__(thing, name, value)
                        except Exception: pass
            return z_bar * x, z_bar * y
        """,
    ),
    wrong(
        "tamper-memory",
        "makes 1.0 equal to 0.0 in memory",
        """
        import ctypes

        def product_report(x, y, z_bar):
            for number in (0.0, 1.0, 3.0, 5.0):
                ctypes.memmove(id(number) + 16, id(z_bar * x) + 16, 8)
            return z_bar * x, z_bar * y
        """,
    ),
    Case(
        "tamper-argument",
        "empties the list that it was given",
        "collect",
        collect="""
        def collect(count, reports):
            adjoints = [0.0] * count
            while reports:
                row, amount = reports.pop(0)
                adjoints[row] += amount
            return adjoints
        """,
    ),
    Case(
        "tamper-state",
        "right at the first call only",
        "collect",
        collect="""
        adjoints = [0.0] * 9

        def collect(count, reports):
            for row, amount in reports:
                adjoints[row] += amount
            return adjoints[:count]
        """,
    ),
]
