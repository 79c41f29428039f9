"""Right answers in unusual clothes: every one of them keeps its points."""

from tests.grading.catalogue.case import PRODUCT, WRONG, Case, right

ANSWER = "def product_report(x, y, z_bar):\n    return z_bar * y, z_bar * x"
CASES: list[Case] = [
    right("honest-plain", "as in the book"),
    right("honest-lambda", "a lambda", "product_report = lambda x, y, z_bar: (z_bar * y, z_bar * x)"),
    right(
        "honest-list",
        "a list",
        """
        def product_report(x, y, z_bar):
            return [z_bar * y, z_bar * x]
        """,
    ),
    right(
        "honest-numpy-numbers",
        "NumPy's numbers",
        """
        import numpy as np


        def product_report(x, y, z_bar):
            return np.float64(z_bar * y), np.multiply(z_bar, x)
        """,
    ),
    right(
        "honest-numpy-array",
        "an array",
        """
        import numpy as np


        def product_report(x, y, z_bar):
            return z_bar * np.array([y, x])
        """,
    ),
    right(
        "honest-fractions",
        "fractions",
        """
        from fractions import Fraction


        def product_report(x, y, z_bar):
            return tuple(Fraction(z_bar) * Fraction(v) for v in (y, x))
        """,
    ),
    right(
        "honest-object",
        "an object that can be called",
        """
        class Report:
            def __call__(self, x, y, z_bar):
                return z_bar * y, z_bar * x


        product_report = Report()
        """,
    ),
    right(
        "honest-method",
        "a bound method",
        """
        class Report:
            def report(self, x, y, z_bar):
                return z_bar * y, z_bar * x


        product_report = Report().report
        """,
    ),
    right(
        "honest-partial",
        "a partial function",
        """
        from functools import partial


        def general(op, x, y, z_bar):
            return z_bar * y, z_bar * x


        product_report = partial(general, '*')
        """,
    ),
    right(
        "honest-cached",
        "a decorator",
        """
        from functools import lru_cache


        @lru_cache
        def product_report(x, y, z_bar):
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-star",
        "starred arguments",
        """
        def product_report(*numbers):
            *xy, z_bar = numbers
            return tuple(z_bar * v for v in reversed(xy))
        """,
    ),
    right(
        "honest-defaults",
        "defaults and types",
        """
        def product_report(x: float, y: float, z_bar: float = 1.0, *, debug: bool = False) -> tuple[float, float]:
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-future",
        "annotations of the future",
        """
        from __future__ import annotations


        def product_report(x: Float, y: Float, z_bar: Float) -> Pair:
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-dataclass",
        "a dataclass",
        """
        from dataclasses import dataclass


        @dataclass
        class Report:
            x: float
            y: float


        def product_report(x, y, z_bar):
            r = Report(z_bar * y, z_bar * x)
            return r.x, r.y
        """,
    ),
    right(
        "honest-namedtuple",
        "a named tuple",
        """
        from typing import NamedTuple


        class Report(NamedTuple):
            x: float
            y: float


        def product_report(x, y, z_bar):
            return Report(z_bar * y, z_bar * x)
        """,
    ),
    right(
        "honest-main",
        "only when run as a program",
        """
        if __name__ == '__main__':
            def product_report(x, y, z_bar):
                return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-nested",
        "a function made by a function",
        """
        def make(swap):
            def product_report(x, y, z_bar):
                return z_bar * y, z_bar * x
            return product_report


        product_report = make(True)
        """,
    ),
    right(
        "honest-generator",
        "a generator inside",
        """
        def reports(x, y, z_bar):
            yield z_bar * y
            yield z_bar * x


        def product_report(*numbers):
            return tuple(reports(*numbers))
        """,
    ),
    right(
        "honest-match",
        "match, and a walrus",
        """
        def product_report(x, y, z_bar):
            match (x, y):
                case (a, b) if (c := z_bar) is not None:
                    return c * b, c * a
        """,
    ),
    right(
        "honest-unicode",
        "Greek names, and a comment in Chinese",
        """
        def product_report(x, y, z_bar):
            x̄, ȳ = z_bar * y, z_bar * x  # 导数
            λ = x̄
            return λ, ȳ
        """,
    ),
    right(
        "honest-semicolons",
        "all in one line",
        "def product_report(x, y, z_bar): a = z_bar * y; b = z_bar * x; return a, b",
    ),
    right(
        "honest-warning",
        "warns",
        """
        import warnings


        def product_report(x, y, z_bar):
            warnings.warn('new here')
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-prints",
        "prints while it works",
        """
        def product_report(x, y, z_bar):
            print('x', x)
            print('y', y)
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-logging",
        "logs",
        """
        import logging
        logging.basicConfig(level='DEBUG')


        def product_report(x, y, z_bar):
            logging.debug('%s', x)
            return z_bar * y, z_bar * x
        """,
    ),
    right(
        "honest-asserts",
        "tests of its own below",
        PRODUCT + "\n\nassert product_report(3.0, 5.0, 4.0) == (20.0, 12.0)",
    ),
    right(
        "honest-assert-fails",
        "a test of its own that fails",
        PRODUCT + "\n\nassert product_report(3.0, 5.0, 4.0) == (12.0, 20.0)",
    ),
    right(
        "honest-helper-before",
        "a helper in another cell",
        "def product_report(x, y, z_bar):\n    return both(y, x, z_bar)",
        before="def both(a, b, c):\n    return c * a, c * b",
    ),
    right(
        "honest-helper-after",
        "a helper in a later cell",
        "def product_report(x, y, z_bar):\n    return both(y, x, z_bar)",
        after="def both(a, b, c):\n    return c * a, c * b",
    ),
    right(
        "honest-shadow",
        "a scratch cell that takes names",
        before="""
        list = [1]
        sum = 0
        max = None
        x = y = z_bar = 3
        """,
    ),
    right("honest-scratch-magic", "a magic in a scratch cell", before="%matplotlib inline\n1 + 1"),
    right(
        "honest-scratch-plot",
        "a plot that cannot be made here",
        before="import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    ),
    right(
        "honest-scratch-await",
        "waits for something at the top level",
        before="""
        import asyncio
        await asyncio.sleep(0)
        """,
    ),
    right("honest-first-wrong", "wrong first, mended in the same cell", WRONG + "\n" + PRODUCT),
    right(
        "honest-retried",
        "predicts wrong, then right",
        sum='predict("reverse-predict-sum", 2.5)\npredict("reverse-predict-sum", 5.5)',
    ),
    right("honest-computed", "computes the prediction", sum='predict("reverse-predict-sum", 1 / 2 + 5)'),
    right(
        "honest-from-variable",
        "predicts what a variable holds",
        sum='answer = 11\npredict("reverse-predict-sum", answer / 2)',
    ),
    right(
        "honest-fraction",
        "predicts a fraction",
        sum='from fractions import Fraction\npredict("reverse-predict-sum", Fraction(11, 2))',
    ),
    right(
        "honest-numpy-prediction",
        "predicts a number of NumPy's",
        sum='import numpy as np\npredict("reverse-predict-sum", np.float64(5.5))',
    ),
    Case("honest-open-question", "a question left open", "sum", sum='predict("reverse-predict-sum", ...)'),
    Case("honest-wrong-prediction", "a known wrong prediction", "sum", sum='predict("reverse-predict-sum", 2.5)'),
    Case(
        "honest-quoted-prediction",
        "a number in quotes, which `predict` does not take",
        "sum",
        sum='predict("reverse-predict-sum", "5.5")',
    ),
    Case(
        "honest-unattempted",
        "the starter",
        "product",
        product="""
        def product_report(x, y, z_bar):
            x_bar = ...
            y_bar = ...
            return x_bar, y_bar
        """,
    ),
    Case(
        "honest-forgot-return",
        "no return",
        "product",
        product="def product_report(x, y, z_bar):\n    z_bar * y, z_bar * x",
    ),
    *(
        right(f"honest-ipython-{name}", f"{what}, in the answer's own cell", before_it + ANSWER)
        for name, what, before_it in (
            ("assigned", "a shell command assigned to names", "files = !ls\na, b = %who_ls int\nc: list = %who\n"),
            ("continued", "magics that go on in the next line", "!ls \\\n  -la\n%timeit -n1 \\\n  -r1 sum([1])\n"),
            ("help", "questions", "''.join?\nprint?  # what\n??print\n"),
            ("automatic", "a magic without its sign", "pip install numpy\n"),
            ("calls", "calls without brackets", "/print 3\n,print a b\n;print a b\n"),
            ("operator", "a line that only looks like a magic", "%time 1\nq = (7\n     % 4)\nassert q == 3\n"),
            ("text", "a text that looks like one", "!ls\ns = \"\"\"\n!kept\n\"\"\"\nassert s == '\\n!kept\\n'\n"),
        )
    ),
    right(
        "honest-ipython-file",
        "a cell that writes a file, with a function of the same name as a helper",
        "def twice(a, b):\n    return a * b\n\n\n" + ANSWER.replace("z_bar * y", "twice(z_bar, y)"),
        after="%%writefile other.py\ndef twice(a, b):\n    return 0",
    ),
    right("honest-prompts", "pasted with the prompts", ">>> " + ANSWER.replace("\n", "\n... ")),
    right("honest-ipython-prompts", "pasted with IPython's prompts", "In [1]: " + ANSWER.replace("\n", "\n   ...: ")),
    right("honest-indented", "indented as a whole", "    " + ANSWER.replace("\n", "\n    ")),
    right(
        "honest-plot-numbers",
        "computes with what a plot gives",
        "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(2, 2)\naxes[0, 0] = plt\n"
        "width = 2 * fig.get_figwidth() + len(axes)\nif fig.dpi > 50:\n    plt.rcParams['a'] = float(fig.dpi)\n"
        + ANSWER,
    ),
    right(
        "honest-scratch-uses-up-all",
        "scratch cells that never end, until nothing is left of the time",
        before="import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    ),
]
