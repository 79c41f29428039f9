"""Numbers that are nearly right, or right by another road.

Numbers decide: what agrees to 12 digits passes, whichever way it was found. Complex steps and the engine's own
derivative do, differences do not. Where the road matters, an exercise declares what is absent in its box.
"""

from tests.grading.catalogue.case import Case, body, right, wrong

CASES: list[Case] = [
    body(
        "faked-forward-difference",
        "forward differences",
        """
        h = 1e-6
        f = lambda x, y: x * y
        return z_bar * (f(x + h, y) - f(x, y)) / h, z_bar * (f(x, y + h) - f(x, y)) / h
        """,
    ),
    body(
        "faked-central-difference",
        "central differences",
        """
        h = 1e-5
        return z_bar * ((x + h) * y - (x - h) * y) / (2 * h), z_bar * ((y + h) * x - (y - h) * x) / (2 * h)
        """,
    ),
    body("faked-rounded", "rounded to nine places", "return round(z_bar * y, 9), round(z_bar * x, 2)"),
    body(
        "faked-single",
        "in single precision",
        """
        import numpy as np
        return np.float32(z_bar) * np.float32(y), np.float32(z_bar) * np.float32(x)
        """,
    ),
    body(
        "faked-half",
        "in half precision",
        """
        import numpy as np
        return np.float16(z_bar * y), np.float16(z_bar * x)
        """,
    ),
    body(
        "faked-table",
        "the nearest known case",
        "return min(((20.0, 12.0), (0.75, -4.5)), key=lambda p: abs(p[0] - 4 * y))",
    ),
    body("faked-complex", "complex numbers left over", "return complex(z_bar * y), complex(z_bar * x)"),
    right(
        "faked-complex-step",
        "a complex step",
        """
        def product_report(x, y, z_bar):
            h = 1e-30
            return z_bar * (complex(x, h) * y).imag / h, z_bar * (complex(y, h) * x).imag / h
        """,
    ),
    right(
        "faked-engine",
        "the engine's own pullback",
        "def product_report(x, y, z_bar):\n    return ad.vjp(lambda a, b: a * b, x, y)[1](z_bar)",
    ),
    wrong(
        "faked-swapped",
        "a known mistake: its own value for each",
        "def product_report(x, y, z_bar):\n    return z_bar * x, z_bar * y",
    ),
    wrong("faked-local", "a known mistake: the partials alone", "product_report = lambda x, y, z_bar: (y, x)"),
]
