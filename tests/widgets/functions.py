"""The functions that the pictures are tested on."""

from __future__ import annotations

import autograd_mini as ad


def seed(x1, x2):
    """The running example; at (2, 5): 11.65, gradient (5.5, 1.716) (Baydin et al. 2018, tables 2 and 3)."""
    return ad.log(x1) + x1 * x2 - ad.sin(x2)


def square(x):
    return x * x


def forty(x1, x2, w1, w2, w3, w4):
    """40 rows: 6 inputs and 34 operations, with rows used up to seven times."""
    h1 = ad.tanh(w1 * x1 + w2 * x2)
    h2 = ad.tanh(w3 * x1 + w4 * x2)
    h3 = ad.sin(h1 * h2) + h1 * w2
    e = h1 * w1 + h2 * w2 + h3 * w3 - x1 * x2
    for _ in range(4):
        e = e * w4 + h1
    return ad.square(e) / 2 + e * e * x1 + x1 * 0.5


FORTY_AT = (0.6, -0.4, 0.5, -0.3, 0.8, 0.2)


def forty_operations(x1, x2, x3, x4, x5, x6):
    """The largest stepper there is: 6 inputs and 40 operations."""
    y = forty(x1, x2, x3, x4, x5, x6)
    return ad.exp(y * y) * x3 + x4 / (x5 - x6)


def chain(x):
    for _ in range(14):
        x = ad.sin(x)
    return x


def fan(x):
    """One row that is used seven times, and one that leads nowhere."""
    _unused = ad.exp(x)
    return x * x + x * x + x * x + x


def every_kind(x, y):
    """One of each kind of row that the equations tell apart."""
    a = 3.0 * x + y / 2.0 - 1.0
    b = (-a) * (x**2) / (y**3.0)
    c = ad.maximum(x, y) + ad.hypot(x, y) - abs(a)
    return b * ad.sqrt(c * c) + x / y + 2.0**x
