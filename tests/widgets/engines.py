"""A learner's engines: one right, ten wrong, forward and backward."""

from __future__ import annotations

import math


class Dual:
    """A right one, with everything the running example and a power need."""

    def __init__(self, primal, tangent=0.0):
        self.primal, self.tangent = primal, tangent

    @staticmethod
    def lift(x):
        return x if isinstance(x, Dual) else Dual(x)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.primal + other.primal, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self):
        return type(self)(-self.primal, -self.tangent)

    def __sub__(self, other):
        return self + (-self.lift(other))

    def __rsub__(self, other):
        return (-self) + other

    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.primal * other.primal, self.tangent * other.primal + self.primal * other.tangent)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = self.lift(other)
        slope = (self.tangent * other.primal - self.primal * other.tangent) / other.primal**2
        return type(self)(self.primal / other.primal, slope)

    def __pow__(self, n):
        assert isinstance(n, int)
        return type(self)(self.primal**n, n * self.primal ** (n - 1) * self.tangent)


def sin(d):
    return type(d)(math.sin(d.primal), math.cos(d.primal) * d.tangent)


def log(d):
    return type(d)(math.log(d.primal), d.tangent / d.primal)


class MultipliesTangents(Dual):
    def __mul__(self, other):
        return type(self)(self.primal * other.primal, self.tangent * other.tangent)


class ForgetsSecondTerm(Dual):
    def __mul__(self, other):
        return type(self)(self.primal * other.primal, self.tangent * other.primal)


class AddsOnSubtract(Dual):
    def __sub__(self, other):
        return type(self)(self.primal - other.primal, self.tangent + other.tangent)


class ChangesItself(Dual):
    def __add__(self, other):
        self.primal += other.primal
        self.tangent += other.tangent
        return self


class ForgetsReturn(Dual):
    def __mul__(self, other):
        type(self)(self.primal * other.primal, self.tangent * other.primal + self.primal * other.tangent)


class SwapsParts(Dual):
    def __init__(self, primal, tangent=0.0):
        self.primal, self.tangent = tangent, primal


class HasNoMinus:
    __init__, __add__, __mul__ = Dual.__init__, Dual.__add__, Dual.__mul__
    lift = staticmethod(lambda x: x)


class CallsItPrime(Dual):
    def __init__(self, primal, tangent=0.0):
        self.primal, self.prime = primal, tangent


def sin_without_chain_rule(d):
    return type(d)(math.sin(d.primal), math.cos(d.primal))


def log_that_returns_a_number(d):
    return math.log(d.primal)


RIGHT = {"sin": sin, "log": log}
SEEDS = {"second term forgotten": (0.0, 1.0), "minus forgotten": (0.0, 1.0)}  # these show only for x2; others (1, 0)
FORWARD_WRONG = {  # mistake: (class, its functions, first wrong row of the running example, words in its message)
    "tangents multiplied": (MultipliesTangents, RIGHT, "v2", "should be 5"),
    "second term forgotten": (ForgetsSecondTerm, RIGHT, "v2", "should be 2"),
    "minus forgotten": (AddsOnSubtract, RIGHT, "v5", "should be 1.716"),
    "input changed": (ChangesItself, RIGHT, "v3", "changed its input v1"),
    "return forgotten": (ForgetsReturn, RIGHT, "v2", "return missing"),
    "parts swapped": (SwapsParts, RIGHT, "x1", "should be 2"),
    "no minus": (HasNoMinus, RIGHT, "v5", "has no −"),
    "another name": (CallsItPrime, RIGHT, "x1", "no .tangent"),
    "no chain rule": (Dual, {"sin": sin_without_chain_rule, "log": log}, "v4", "should be 0"),
    "a plain number": (Dual, {"sin": sin, "log": log_that_returns_a_number}, "v1", "plain number"),
    "no sin": (Dual, {"log": log}, "v4", "sin=…"),
}


class Node:
    """A right one: parents with their local partials, and adjoints that add up."""

    def __init__(self, value, parents=()):
        self.value, self.parents, self.adjoint = value, parents, 0.0

    @staticmethod
    def lift(x):
        return x if isinstance(x, Node) else Node(x)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        other = self.lift(other)
        return type(self)(self.value - other.value, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.value * other.value, ((self, other.value), (other, self.value)))


def node_sin(a):
    return type(a)(math.sin(a.value), ((a, math.cos(a.value)),))


def node_log(a):
    return type(a)(math.log(a.value), ((a, 1.0 / a.value),))


def order(out):
    """Rows before the rows that use them."""
    seen, rows = set(), []

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent, _ in node.parents:
                visit(parent)
            rows.append(node)

    visit(out)
    return rows


def backward(out):
    out.adjoint = 1.0
    for node in reversed(order(out)):
        for parent, partial in node.parents:
            parent.adjoint += node.adjoint * partial


def overwrites(out):
    out.adjoint = 1.0
    for node in reversed(order(out)):
        for parent, partial in node.parents:
            parent.adjoint = node.adjoint * partial


def forgets_the_seed(out):
    for node in reversed(order(out)):
        for parent, partial in node.parents:
            parent.adjoint += node.adjoint * partial


def reports_too_early(out):
    """Breadth first from the output: a row may report before all who use it have."""
    out.adjoint, queue, done = 1.0, [out], set()
    while queue:
        node = queue.pop(0)
        if id(node) in done:
            continue
        done.add(id(node))
        for parent, partial in node.parents:
            parent.adjoint += node.adjoint * partial
            queue.append(parent)


def forgets_the_partial(out):
    out.adjoint = 1.0
    for node in reversed(order(out)):
        for parent, _ in node.parents:
            parent.adjoint += node.adjoint


def recurses_for_ever(out):
    out.adjoint = 1.0
    recurses_for_ever(out)


def inputs_left_out(out):
    out.adjoint = 1.0
    for node in reversed(order(out)):
        for parent, partial in node.parents:
            if parent.parents:
                parent.adjoint += node.adjoint * partial


class NoAdjoint(Node):
    def __init__(self, value, parents=()):
        super().__init__(value, parents)
        del self.adjoint


class AddsWrong(Node):
    def __sub__(self, other):
        return type(self)(self.value - other.value, ((self, 1.0), (other, 1.0)))


class ValueWrong(Node):
    def __mul__(self, other):
        return type(self)(self.value + other.value, ((self, other.value), (other, self.value)))


def sin_is_cos(a):
    return type(a)(math.sin(a.value), ((a, math.sin(a.value)),))


NODE = {"sin": node_sin, "log": node_log}
BACKWARD_WRONG = {
    "overwritten": (Node, NODE, overwrites, "x2", "should be 1.716"),
    "no seed": (Node, NODE, forgets_the_seed, "v5", "should be 1"),
    "partial forgotten": (Node, NODE, forgets_the_partial, "v4", "should be −1"),
    "never ends": (Node, NODE, recurses_for_ever, "v5", "RecursionError"),
    "inputs left out": (Node, NODE, inputs_left_out, "x2", "should be 1.716"),
    "no adjoint": (NoAdjoint, NODE, lambda out: None, "v5", "no .adjoint"),
    "minus forgotten": (AddsWrong, NODE, backward, "v4", "should be −1"),
    "value wrong": (ValueWrong, NODE, backward, "v2", "should be 10"),
    "sin for cos": (Node, {"sin": sin_is_cos, "log": node_log}, backward, "x2", "should be 1.716"),
    "no sweep": (Node, NODE, None, "v5", "backward=…"),
}
