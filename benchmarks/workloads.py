"""The work that engines are measured on: each program once, over a namespace `xp`, beside its derivative by hand.

`W1` to `W10` are the names in which the project states its goals. A program takes the namespace of its functions
and its arguments; by hand, the derivative is written as somebody would who knows NumPy well. What `by_hand` returns
depends on the kind of work: (value, gradient) for "grad", (value, tangent) for "jvp", else the array itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np


class Workload(NamedTuple):
    """`scalars` says that the arguments are Python floats; `wrt` counts the arguments to differentiate, from the first.

    `direction` is the tangent of a "jvp" and an "hvp".
    """

    title: str
    kind: str  # grad, jvp, jacrev, jacfwd, hessian or hvp
    program: Callable[..., Any]
    by_hand: Callable[..., Any]
    arguments: Callable[[], tuple[Any, ...]]
    wrt: int = 1
    scalars: bool = False
    direction: Callable[[], Any] | None = None


def draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


# --- W1: the running example of the course ----------------------------------------------------------------


def example(xp, x1, x2):
    return xp.log(x1) + x1 * x2 - xp.sin(x2)


def example_by_hand(x1, x2):
    return math.log(x1) + x1 * x2 - math.sin(x2), (1.0 / x1 + x2, x1 - math.cos(x2))


# --- W2: a network of single numbers, 2-16-16-1: 337 parameters, 642 operations ---------------------------

LAYERS = ((2, 16), (16, 16), (16, 1))
POINT = (0.25, -0.75)


def neurons(xp, *parameters):
    """(output − 1)², with relu on all layers but the last; a neuron's weights come before its bias."""
    take, values = iter(parameters), POINT
    for layer, (n, m) in enumerate(LAYERS):
        new = []
        for _ in range(m):
            weights = [next(take) for _ in range(n)]
            total = next(take)
            for w, x in zip(weights, values, strict=True):
                total = total + w * x
            new.append(total if layer == len(LAYERS) - 1 else xp.relu(total))
        values = new
    error = values[0] - 1.0
    return error * error


def neurons_by_hand(*parameters):
    values, layers, start = POINT, [], 0
    for layer, (n, m) in enumerate(LAYERS):
        new = []
        for j in range(m):
            k = start + j * (n + 1)
            total = parameters[k + n]
            for i in range(n):
                total += parameters[k + i] * values[i]
            new.append(total if layer == 2 or total > 0.0 else 0.0)
        layers.append((n, m, start, values))
        values, start = new, start + m * (n + 1)
    error = values[0] - 1.0
    gradient, bars = [0.0] * len(parameters), [2.0 * error]
    for n, m, start, inputs in reversed(layers):
        below = [0.0] * n
        for j in range(m):
            bar, k = bars[j], start + j * (n + 1)
            if bar:
                gradient[k + n] = bar
                for i in range(n):
                    gradient[k + i] = bar * inputs[i]
                    below[i] += bar * parameters[k + i]
        bars = [b if x > 0.0 else 0.0 for b, x in zip(below, inputs, strict=True)]
    return error * error, gradient


# --- W3: a long chain ---------------------------------------------------------------------------------------

CHAIN = 100_000  # operations


def chain(xp, x):
    y = x
    for _ in range(CHAIN // 2):
        y = y * x + 0.25
    return y


def chain_by_hand(x):
    y, saved = x, []
    for _ in range(CHAIN // 2):
        saved.append(y)
        y = y * x + 0.25
    bar, x_bar = 1.0, 0.0
    for y_before in reversed(saved):
        x_bar += bar * y_before
        bar *= x
    return y, x_bar + bar


# --- W4: Rosenbrock's function of 1000 numbers ------------------------------------------------------------


def rosenbrock(xp, x):
    return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_by_hand(x):
    head = x[:-1]
    bend, rest = x[1:] - head * head, 1.0 - head
    gradient = np.zeros_like(x)
    gradient[:-1] = -400.0 * bend * head - 2.0 * rest
    gradient[1:] += 200.0 * bend
    return 100.0 * (bend @ bend) + rest @ rest, gradient


def rosenbrock_hvp_by_hand(x, v):
    head, beside = x[:-1], -400.0 * x[:-1]
    product = np.zeros_like(x)
    product[:-1] = (1200.0 * head * head - 400.0 * x[1:] + 2.0) * v[:-1] + beside * v[1:]
    product[1:] += beside * v[:-1] + 200.0 * v[1:]
    return product


# --- W5: a network 784-256-128-10, a batch of 128 ---------------------------------------------------------


def network(xp, w1, b1, w2, b2, w3, b3, x, y):
    """Mean cross-entropy of a softmax over two layers of tanh."""
    h = xp.tanh(x @ w1 + b1)
    h = xp.tanh(h @ w2 + b2)
    z = h @ w3 + b3
    return xp.sum(xp.log(xp.sum(xp.exp(z), axis=1)) - xp.sum(z * y, axis=1)) / 128.0


def network_by_hand(w1, b1, w2, b2, w3, b3, x, y):
    def layer(values, w, b):
        out = values @ w
        out += b
        return np.tanh(out, out=out)

    def below(bar, w, h):
        out = bar @ w.T
        out *= 1.0 - h * h
        return out

    h1 = layer(x, w1, b1)
    h2 = layer(h1, w2, b2)
    z = h2 @ w3
    z += b3
    e = np.exp(z)
    totals = e.sum(axis=1)
    value = (np.log(totals).sum() - np.vdot(z, y)) / 128.0
    e /= totals[:, None]
    e -= y
    e /= 128.0
    d2 = below(e, w3, h2)
    d1 = below(d2, w2, h1)
    return value, (x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ e, e.sum(0))


@cache
def network_arguments():
    sizes, parameters = (784, 256, 128, 10), []
    for k, (n, m) in enumerate(pairwise(sizes)):
        parameters += [draw(50 + k, n, m) / math.sqrt(n), 0.1 * draw(60 + k, m)]
    labels = np.random.default_rng(70).integers(0, 10, 128)
    return (*parameters, draw(71, 128, 784), np.eye(10)[labels])


# --- W6: entry by entry, a million entries ----------------------------------------------------------------


def entries(xp, x):
    return xp.sum(xp.log1p(xp.exp(xp.tanh(x) * x)))


def _entries_slopes(x):
    """The value, and the slope of each term, with as few arrays as one would take by hand."""
    t = np.tanh(x)
    e = t * x
    np.exp(e, out=e)
    value = np.log1p(e).sum()
    slope = t * t
    np.subtract(1.0, slope, out=slope)
    slope *= x
    slope += t
    slope *= e
    e += 1.0
    slope /= e
    return value, slope


def entries_jvp_by_hand(x, v):
    value, slope = _entries_slopes(x)
    return value, slope @ v


# --- W7: Jacobians and Hessians ---------------------------------------------------------------------------


def layer(xp, x, a):
    return xp.tanh(a @ x) * x


def layer_jacobian_by_hand(x, a):
    t = np.tanh(a @ x)
    jacobian = ((1.0 - t * t) * x)[:, None] * a
    jacobian[np.diag_indices(len(x))] += t
    return jacobian


def bowl(xp, x, a):
    s = xp.sin(x)
    return xp.log(xp.sum(xp.exp(a @ x))) + 0.5 * xp.sum(s * s)


def bowl_hessian_by_hand(x, a):
    p = np.exp(a @ x)
    p /= p.sum()
    mean = a.T @ p
    hessian = (a.T * p) @ a
    hessian -= mean[:, None] * mean
    hessian[np.diag_indices(len(x))] += np.cos(2.0 * x)
    return hessian


# --- W8: forward mode through a loop ----------------------------------------------------------------------


def logistic_map(xp, r):
    x = 0.4
    for _ in range(1000):
        x = r * x * (1.0 - x)
    return x


def logistic_map_by_hand(r, dr):
    x, dx = 0.4, 0.0
    for _ in range(1000):
        p = x * (1.0 - x)
        x, dx = r * p, dr * p + r * (1.0 - 2.0 * x) * dx
    return x, dx


def newton(xp, a):
    s = a
    for _ in range(1000):
        s = 0.5 * (s + a / s)
    return s


def newton_by_hand(a, da):
    s, ds = a, da
    for _ in range(1000):
        q = a / s
        s, ds = 0.5 * (s + q), 0.5 * (ds + (da - q * ds) / s)
    return s, ds


# --- W9: a hundred operations on two numbers --------------------------------------------------------------


def hundred(xp, x, y):
    u, v = x, y
    for _ in range(10):
        u = xp.sin(u * v) + 0.3 * x
        v = xp.exp(-u * u) * y + 0.1 * v
    return u * v


def hundred_by_hand(x, y):
    u, v, saved = x, y, []
    for _ in range(10):
        new = math.sin(u * v) + 0.3 * x
        e = math.exp(-new * new)
        saved.append((u, v, new, e))
        u, v = new, e * y + 0.1 * v
    u_bar, v_bar, x_bar, y_bar = v, u, 0.0, 0.0
    for u_before, v_before, new, e in reversed(saved):
        y_bar += v_bar * e
        u_bar -= 2.0 * new * e * y * v_bar
        x_bar += 0.3 * u_bar
        product_bar = u_bar * math.cos(u_before * v_before)
        u_bar, v_bar = product_bar * v_before, 0.1 * v_bar + product_bar * u_before
    return u * v, (x_bar + u_bar, y_bar + v_bar)


# --- W10: neighbours multiplied and added up --------------------------------------------------------------


def neighbours(xp, *xs):
    total = 0.0
    for x, y in pairwise(xs):
        total = total + x * y
    return total


def neighbours_by_hand(*xs):
    total, gradient = 0.0, [0.0] * len(xs)
    for k in range(len(xs) - 1):
        x, y = xs[k], xs[k + 1]
        total += x * y
        gradient[k] += y
        gradient[k + 1] += x
    return total, gradient


def neighbours_array(xp, x):
    return xp.sum(x[:-1] * x[1:])


def neighbours_array_by_hand(x):
    gradient = np.zeros_like(x)
    gradient[:-1] = x[1:]
    gradient[1:] += x[:-1]
    return x[:-1] @ x[1:], gradient


# --- the list -----------------------------------------------------------------------------------------------

numbers = cache(lambda seed, n: tuple((0.5 * draw(seed, n)).tolist()))
vector = cache(lambda seed, n: (draw(seed, n),))
with_matrix = cache(lambda seed, n: (draw(seed, n), draw(seed + 1, n, n) / math.sqrt(n)))
W = Workload
WORKLOADS = {
    "W1": W("ln x₁ + x₁x₂ − sin x₂", "grad", example, example_by_hand, lambda: (2.0, 5.0), 2, scalars=True),
    "W2": W("a network of single numbers, 337 parameters", "grad", neurons, neurons_by_hand,
            lambda: numbers(2, 337), 337, scalars=True),
    "W3": W("a chain of 10⁵ operations", "grad", chain, chain_by_hand, lambda: (0.7,), scalars=True),
    "W4": W("Rosenbrock, n = 1000", "grad", rosenbrock, rosenbrock_by_hand, lambda: vector(4, 1000)),
    "W5": W("a network 784-256-128-10, batch 128", "grad", network, network_by_hand, network_arguments, 6),
    "W6": W("entry by entry, 10⁶", "grad", entries, _entries_slopes, lambda: vector(6, 10**6)),
    "W7a": W("a Jacobian 50×50, reverse mode", "jacrev", layer, layer_jacobian_by_hand, lambda: with_matrix(7, 50)),
    "W7b": W("a Jacobian 50×50, forward mode", "jacfwd", layer, layer_jacobian_by_hand, lambda: with_matrix(7, 50)),
    "W7c": W("a Hessian 20×20", "hessian", bowl, bowl_hessian_by_hand, lambda: with_matrix(9, 20)),
    "W7d": W("a Hessian times a vector, n = 1000", "hvp", rosenbrock, rosenbrock_hvp_by_hand, lambda: vector(4, 1000),
             direction=lambda: vector(11, 1000)[0]),
    "W8a": W("a loop of 3000 operations: the logistic map", "jvp", logistic_map, logistic_map_by_hand, lambda: (3.2,),
             scalars=True, direction=lambda: 1.0),
    "W8b": W("a loop of 3000 operations: a square root by Newton", "jvp", newton, newton_by_hand, lambda: (2.0,),
             scalars=True, direction=lambda: 1.0),
    "W8c": W("a direction through W6", "jvp", entries, entries_jvp_by_hand, lambda: vector(6, 10**6),
             direction=lambda: vector(8, 10**6)[0]),
    "W9": W("100 operations on two numbers", "grad", hundred, hundred_by_hand, lambda: (0.9, 1.1), 2, scalars=True),
    "W10a": W("products of neighbours, 10⁴ numbers", "grad", neighbours, neighbours_by_hand,
              lambda: numbers(10, 10**4), 10**4, scalars=True),
    "W10b": W("products of neighbours, an array of 10⁵", "grad", neighbours_array, neighbours_array_by_hand,
              lambda: vector(10, 10**5)),
}  # fmt: skip
