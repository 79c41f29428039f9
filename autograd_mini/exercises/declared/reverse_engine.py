"""Lab 4, a reverse-mode engine: rows that remember, a tape, a sweep, and what they carry.

The known mistakes are those of hand-written engines: `self.adjoint = …` where `+=` is right, walks that report
at every visit, at the first visit or breadth first, totals that are not zeroed or zeroed at the inputs only, a
recursion that a long loop breaks, `exp` with its argument for its slope, and both signs of a difference positive.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Part, Prediction

VALUE = (0.4, 6.0)
SIGNED = (-4.0, 4.0)
PAIR = {"p": VALUE, "q": VALUE}
ONE = {"p": VALUE}

ENGINE = """
import itertools

numbers = itertools.count()


def lift(x):
    return x if isinstance(x, Node) else Node(x)


class Node:
    def __init__(self, value, parents=(), partials=()):
        self.number = next(numbers)
        self.value = value
        self.parents = parents
        self.partials = partials
        self.adjoint = 0.0

    def __repr__(self):
        return f"Node({self.value})"

    def __add__(self, other):
        other = lift(other)
        return Node(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = lift(other)
        return Node(self.value * other.value, (self, other), (other.value, self.value))

    def __neg__(self):
        return Node(-self.value, (self,), (-1.0,))

    def __sub__(self, other):
        other = lift(other)
        return Node(self.value - other.value, (self, other), (1.0, -1.0))

    def __truediv__(self, other):
        other = lift(other)
        value = self.value / other.value
        return Node(value, (self, other), (1.0 / other.value, -value / other.value))

    def __pow__(self, n):
        return Node(self.value**n, (self,), (n * self.value ** (n - 1),))

    def __radd__(self, other):
        return lift(other) + self

    def __rmul__(self, other):
        return lift(other) * self

    def __rsub__(self, other):
        return lift(other) - self

    def __rtruediv__(self, other):
        return lift(other) / self


def sin(x):
    if not isinstance(x, Node):
        return math.sin(x)
    return Node(math.sin(x.value), (x,), (math.cos(x.value),))


def log(x):
    if not isinstance(x, Node):
        return math.log(x)
    return Node(math.log(x.value), (x,), (1.0 / x.value,))


def exp(x):
    if not isinstance(x, Node):
        return math.exp(x)
    value = math.exp(x.value)
    return Node(value, (x,), (value,))


def tape(out):
    found, todo = {out}, [out]
    while todo:
        for parent in todo.pop().parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return sorted(found, key=lambda row: row.number)


def backward(out):
    rows = tape(out)
    for row in rows:
        row.adjoint = 0.0
    out.adjoint = 1.0
    for row in reversed(rows):
        for parent, partial in zip(row.parents, row.partials):
            parent.adjoint += row.adjoint * partial
"""

HELPERS = '''
from autograd_mini.exercises.run import Said


def edges(row):
    """The row's parents, each with its partial."""
    if not (isinstance(row.parents, (tuple, list)) and isinstance(row.partials, (tuple, list))):
        raise Said("`parents` and `partials` should be tuples. One thing in brackets is none: a comma is missing.")
    return zip(row.parents, row.partials)


def slope(row, x):
    """The sum over all roads from x to the row, each the product of its partials."""
    if row is x:
        return 1.0
    return sum(partial * slope(parent, x) for parent, partial in edges(row))


def tape_of(out):
    """The tape of out. Looking for a row in a list compares it with one row after another: these are counted."""
    if "__eq__" in vars(Node):
        return list(tape(out))
    left = 300_000

    def compared(row, other):
        nonlocal left
        left -= 1
        if not left:
            raise Said("Rows are looked for in a list, which takes too long for a long program. Keep a set of them.")
        return row is other

    Node.__eq__ = compared
    try:
        return list(tape(out))
    finally:
        del Node.__eq__


def slopes(f, *values):
    """The value of f and its slopes, from what the rows remember; for short programs."""
    xs = [Node(value) for value in values]
    out = f(*xs)
    return out.value, [slope(out, x) for x in xs]


def stored(value, partial):
    """What a row remembers."""
    row = Node(value, (Node(7.5),), (partial,))
    return row.value, [parent.value for parent in row.parents], list(row.partials), row.adjoint


def swept(f, *values):
    """A sweep up the tape: the adjoints of the inputs, and how many inputs are on it."""
    xs = [Node(value) for value in values]
    out = f(*xs)
    rows = tape_of(out)
    totals = {out: 1.0}
    for row in reversed(rows):
        for parent, partial in edges(row):
            totals[parent] = totals.get(parent, 0.0) + totals.get(row, 0.0) * partial
    return [totals.get(x, 0.0) for x in xs], sum(x in rows for x in xs)


def adjoints(f, *values, sweeps=1):
    """The value of f, the adjoints of its inputs, and that of f itself."""
    xs = [Node(value) for value in values]
    out = f(*xs)
    for _ in range(sweeps):
        backward(out)
    return out.value, [x.adjoint for x in xs], out.adjoint


def twice(f, *values):
    """The same after a second sweep."""
    return adjoints(f, *values, sweeps=2)


def crossed(x, y):
    b = x * y
    c = b + x
    d = b * y
    e = c * d
    return e + b


def fan_out(a):
    b = a * a
    return b + (b * a) * a


def rounds(x, count):
    y = x
    for _ in range(count):
        y = y * x + x
    return y


def deep(x):
    """Ten thousand operations."""
    return rounds(x, 5000)


def long(x):
    """A hundred thousand operations."""
    return rounds(x, 50000)
'''

RUNS = """
def runs(f, *values):
    \"\"\"The gradient, and how many times it has run f.\"\"\"
    calls = []

    def watched(*rows):
        calls.append(rows)
        return f(*rows)

    return gradient(watched, *values), len(calls)
"""


def method(name: str, result: str) -> str:
    """A program that gives `Node` another method of two operands."""
    return f"""
    def wrong(self, other):
        other = lift(other)
        return {result}
    Node.{name} = wrong
    """


def function(name: str, partial: str) -> str:
    """A program in which the function `name` remembers another partial."""
    return f"""
    def {name}(x):
        if not isinstance(x, Node):
            return math.{name}(x)
        return Node(math.{name}(x.value), (x,), ({partial},))
    """


def swept_by(order: str) -> str:
    """A program whose `backward` lets the rows report in the order that `order` lists in `rows`."""
    return (
        "def backward(out):\n"
        "    for row in tape(out):\n"
        "        row.adjoint = 0.0\n"
        "    out.adjoint = 1.0\n"
        f"{order}"
        "    for row in rows:\n"
        "        for parent, partial in zip(row.parents, row.partials):\n"
        "            parent.adjoint += row.adjoint * partial\n"
    )


PARTS = (
    Part(
        id="reverse-engine-row",
        title="The row",
        methods=("__init__",),
        probes=("stored(3.5, 4.5)", "stored(-1.5, 0.25)"),
        hidden=(Hidden("stored({p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                "def start(self, value, parents=(), partials=()):\n    self.number, self.value = next(numbers), value\n"
                "    self.parents, self.partials, self.adjoint = parents, partials, 1.0\nNode.__init__ = start",
                "Every row starts with the adjoint 1. That is the seed, which only the output gets; a total starts "
                "at 0.",
            ),
            Mistake(
                "def start(self, value, parents=(), partials=()):\n    self.number, self.value = next(numbers), value\n"
                "    self.parents, self.partials, self.adjoint = parents, partials, value\nNode.__init__ = start",
                "The adjoint starts as the value. Nobody has reported to a new row: its total is 0.",
            ),
            Mistake(
                "def start(self, value, parents=(), partials=()):\n    self.number, self.value = next(numbers), value\n"
                "    self.parents, self.partials, self.adjoint = parents, (), 0.0\nNode.__init__ = start",
                "The partials that were handed in are thrown away. The return sweep will need them.",
            ),
            Mistake(
                "def start(self, value, parents=(), partials=()):\n    self.number, self.value = next(numbers), value\n"
                "    self.parents, self.partials, self.adjoint = (), partials, 0.0\nNode.__init__ = start",
                "The parents are thrown away, so the row does not know to whom it should report.",
            ),
        ),
        hints=(
            "A row remembers what `__init__` stores on `self`.",
            "Four attributes beside the number: `value`, `parents`, `partials`, and the total `adjoint`.",
            "`self.value = value` and likewise for the other two, then `self.adjoint = 0.0`.",
        ),
    ),
    Part(
        id="reverse-engine-sum",
        title="The sum",
        methods=("__add__",),
        probes=(
            "slopes(lambda x, y: x + y, 3.0, 5.0)",
            "slopes(lambda x, y: x + y, -1.5, 0.25)",
            "slopes(lambda x: x + x, 3.0)",
            "slopes(lambda x: x + 5.0, 3.0)",
        ),
        hidden=(Hidden("slopes(lambda x, y: x + y, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                method("__add__", "Node(self.value + other.value)"),
                "The value is right, and the row remembers nothing: no parents, no partials. It could not report.",
            ),
            Mistake(
                method("__add__", "Node(self.value + other.value, (self,), (1.0,))"),
                "Only the left operand is remembered. The right one moves the sum just as much.",
            ),
            Mistake(
                method("__add__", "Node(self.value + other.value, (self, other), (other.value, self.value))"),
                "These are the partials of a product. If x grows by 0.1, by how much does x + y grow?",
            ),
            Mistake(
                method("__add__", "Node(self.value + other.value, (self, other), (self.value, other.value))"),
                "The partials are the operands' values. If x grows by 0.1, by how much does x + y grow?",
            ),
            Mistake(
                method("__add__", "self.value + other.value"),
                "A plain number came back. The sum is a new row: a Node with its parents and partials.",
            ),
        ),
        hints=(
            "A new Node with three things: the value, who the operands are, and one partial for each.",
            "The parents are `(self, other)`. Both partials of a sum are the same number.",
            "`return Node(self.value + other.value, (self, other), (1.0, 1.0))`",
        ),
    ),
    Part(
        id="reverse-engine-product",
        title="The product",
        methods=("__mul__",),
        probes=(
            "slopes(lambda x, y: x * y, 3.0, 5.0)",
            "slopes(lambda x, y: x * y, -1.5, 0.25)",
            "slopes(lambda x: x * x, 3.0)",
        ),
        hidden=(Hidden("slopes(lambda x, y: x * y, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                method("__mul__", "Node(self.value * other.value, (self, other), (self.value, other.value))"),
                "Each operand got its own value as its partial. If x grows by a little, x·y grows y times as much.",
            ),
            Mistake(
                method("__mul__", "Node(self.value * other.value, (self, other), (1.0, 1.0))"),
                "These are the partials of a sum. Hold y still and let x grow: x·y grows y times as much.",
            ),
            Mistake(
                method("__mul__", "Node(self.value * other.value, (self,), (other.value,))"),
                "Only the left operand is remembered. The right one has a partial as well.",
            ),
            Mistake(
                method("__mul__", "Node(self.value * other.value)"),
                "The value is right, and the row remembers nothing: no parents, no partials.",
            ),
        ),
        hints=(
            "Hold y still and let x grow by 0.1. How much does x · y grow?",
            "The partial for x is the value of y, and the other way round.",
            "`return Node(self.value * other.value, (self, other), (other.value, self.value))`",
        ),
    ),
    Part(
        id="reverse-engine-difference",
        title="The difference",
        methods=("__neg__", "__sub__"),
        probes=(
            "slopes(lambda x, y: x - y, 3.0, 5.0)",
            "slopes(lambda x, y: x - y, -1.5, 0.25)",
            "slopes(lambda x: -x, 3.0)",
            "slopes(lambda x: -x, -1.5)",
        ),
        hidden=(Hidden("slopes(lambda x, y: x - y, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                method("__sub__", "Node(self.value - other.value, (self, other), (1.0, 1.0))"),
                "Both partials of the difference are 1. If y grows, does x − y grow or shrink?",
            ),
            Mistake(
                method("__sub__", "Node(self.value - other.value, (self, other), (-1.0, 1.0))"),
                "The signs are the wrong way round: these are the partials of y − x.",
            ),
            Mistake(
                "def wrong(self): return Node(-self.value, (self,), (1.0,))\nNode.__neg__ = wrong",
                "The value of −x has its sign turned, and the partial has not. If x grows, −x falls.",
            ),
            Mistake(
                "def wrong(self): return Node(-self.value, (self), (-1.0))\nNode.__neg__ = wrong",
                "`(self)` is the row itself, with no tuple round it. A tuple of one thing has a comma: `(self,)`.",
            ),
        ),
        hints=(
            "Which way does x − y move when x grows? And when y grows?",
            "The partials of x − y are 1 and −1, that of −x is −1.",
            "`Node(self.value - other.value, (self, other), (1.0, -1.0))`, and one parent for `__neg__`.",
        ),
    ),
    Part(
        id="reverse-engine-quotient",
        title="The quotient",
        methods=("__truediv__",),
        probes=("slopes(lambda x, y: x / y, 3.0, 5.0)", "slopes(lambda x, y: x / y, -1.5, 0.25)"),
        hidden=(Hidden("slopes(lambda x, y: x / y, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                method(
                    "__truediv__",
                    "Node(self.value / other.value, (self, other), (1.0 / other.value, self.value / other.value**2))",
                ),
                "The sign for the denominator is missing. With both positive: a bigger denominator, up or down?",
            ),
            Mistake(
                method(
                    "__truediv__",
                    "Node(self.value / other.value, (self, other), (1.0 / other.value, -1.0 / other.value**2))",
                ),
                "The numerator got lost: −1/y² is the slope of 1/y. Here x times that much is at stake.",
            ),
            Mistake(
                method(
                    "__truediv__",
                    "Node(self.value / other.value, (self, other), (1.0 / other.value, -self.value / other.value))",
                ),
                "The denominator should be squared for y: the slope of 1/y is −1/y².",
            ),
            Mistake(
                method(
                    "__truediv__",
                    "Node(self.value / other.value, (self, other), (other.value, -self.value / other.value**2))",
                ),
                "The partial for the numerator is 1/y, not y: dividing by a large number makes small steps.",
            ),
        ),
        hints=(
            "Treat x / y as x times 1/y. Which partial does each factor give?",
            "For x it is 1/y. For y it is x times the slope of 1/y, which is −1/y².",
            "The partials are `(1.0 / other.value, -self.value / other.value**2)`.",
        ),
    ),
    Part(
        id="reverse-engine-power",
        title="The power",
        methods=("__pow__",),
        probes=("slopes(lambda x: x**3, 3.0)", "slopes(lambda x: x**3, -1.5)", "slopes(lambda x: x**-3.0, 0.25)"),
        hidden=(Hidden("slopes(lambda x: x**{n}, {p})", {"p": VALUE, "n": range(3, 6)}),),
        mistakes=(
            Mistake(
                "def wrong(self, n): return Node(self.value**n, (self,), (n * self.value**n,))\nNode.__pow__ = wrong",
                "The exponent stays n. The slope of xⁿ is n times x to the n − 1.",
            ),
            Mistake(
                "def wrong(self, n): return Node(self.value**n, (self,), (self.value ** (n - 1),))\n"
                "Node.__pow__ = wrong",
                "The factor n is missing. The slope of x³ is 3x².",
            ),
            Mistake(
                "def wrong(self, n): return Node(self.value**n, (self,), (n * self.value,))\nNode.__pow__ = wrong",
                "n·x is the slope of the square only. In general the exponent goes down by one.",
            ),
        ),
        hints=(
            "n is a plain number, so the power has one parent.",
            "The slope of xⁿ is n·xⁿ⁻¹.",
            "`return Node(self.value**n, (self,), (n * self.value ** (n - 1),))`",
        ),
    ),
    Part(
        id="reverse-engine-numbers",
        title="A number on the left",
        methods=("__radd__", "__rmul__", "__rsub__", "__rtruediv__"),
        probes=(
            "slopes(lambda x: 5.0 + x, 3.0)",
            "slopes(lambda x: 5.0 * x, 3.0)",
            "slopes(lambda x: 5.0 - x, 3.0)",
            "slopes(lambda x: 5.0 / x, 3.0)",
            "slopes(lambda x: 4.0 + x, -1.5)",
            "slopes(lambda x: 4.0 * x, -1.5)",
            "slopes(lambda x: 4.0 - x, -1.5)",
            "slopes(lambda x: 4.0 / x, -1.5)",
        ),
        hidden=(Hidden("slopes(lambda x: 7.0 - 5.0 / x, {p})", ONE),),
        mistakes=(
            Mistake(
                "Node.__rsub__ = lambda self, other: self - lift(other)",
                "`5 - x` came out as x − 5. In a reflected method `other` stands on the left.",
            ),
            Mistake(
                "Node.__rtruediv__ = lambda self, other: self / lift(other)",
                "`5 / x` came out as x / 5. In a reflected method `other` stands on the left.",
            ),
            Mistake(
                "Node.__radd__ = lambda self, other: other + self",
                "`other + self` has a plain number on the left, so Python calls `__radd__` again, without end. What "
                "should become of the number first?",
            ),
            Mistake(
                "Node.__radd__ = lambda self, other: other + self\nNode.__rmul__ = lambda self, other: other * self\n"
                "Node.__rsub__ = lambda self, other: other - self\n"
                "Node.__rtruediv__ = lambda self, other: other / self",
                "In all four a plain number stands on the left again, so Python calls the same method again, without "
                "end. What should become of the number first?",
            ),
        ),
        hints=(
            "In `5.0 - x` Python calls `x.__rsub__(5.0)`. Which of the two stands on the left?",
            "Lift the number; then the operation is one that you have written already.",
            "`return lift(other) - self`, and likewise for the other three.",
        ),
    ),
    Part(
        id="reverse-engine-functions",
        title="sin, log, exp",
        methods=("sin", "log", "exp"),
        probes=(
            "slopes(sin, 3.0)",
            "slopes(sin, -1.5)",
            "slopes(log, 3.0)",
            "slopes(log, 0.25)",
            "slopes(exp, 0.5)",
            "slopes(exp, -1.5)",
        ),
        hidden=(
            Hidden("slopes(sin, {p})", {"p": SIGNED}, count=2),
            Hidden("slopes(log, {p})", ONE, count=2),
            Hidden("slopes(exp, {p})", {"p": SIGNED}, count=2),
        ),
        mistakes=(
            Mistake(
                function("sin", "math.sin(x.value)"),
                "sin remembers its value instead of its slope. The slope of sin is cos.",
            ),
            Mistake(
                function("sin", "-math.cos(x.value)"),
                "The slope of sin has its sign turned. Near 0, sin x grows with x.",
            ),
            Mistake(
                function("log", "math.log(x.value)"),
                "log remembers its value instead of its slope, which is 1/x.",
            ),
            Mistake(
                function("exp", "x.value"),
                "exp remembers its argument. The slope of exp is its output.",
            ),
            Mistake(
                function("exp", "x.value * math.exp(x.value - 1)"),
                "That is the power rule, for xⁿ. In exp(x) the variable is the exponent.",
            ),
        ),
        hints=(
            "One parent each, and one partial: the slope of the function where x is.",
            "The slopes are cos x, 1/x, and exp x itself.",
            "`return Node(math.sin(x.value), (x,), (math.cos(x.value),))`, and likewise for the other two.",
        ),
    ),
    Part(
        id="reverse-engine-tape",
        title="The tape",
        methods=("tape",),
        points=3,
        probes=(
            "swept(crossed, 3.0, 5.0)",
            "swept(crossed, 0.5, -1.5)",
            "swept(fan_out, 3.0)",
            "swept(deep, 0.5)",
            "swept(deep, 0.25)",
        ),
        hidden=(Hidden("swept(crossed, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                """
                def tape(out):
                    return sorted(walked(out), key=lambda row: row.number, reverse=True)
                def walked(out):
                    found, todo = {out}, [out]
                    while todo:
                        for parent in todo.pop().parents:
                            if parent not in found:
                                found.add(parent)
                                todo.append(parent)
                    return found
                """,
                "The tape stands on its head: the output is first. Rows should come in the order of their creation.",
            ),
            Mistake(
                """
                def tape(out):
                    found, todo = {}, [out]
                    while todo:
                        row = todo.pop()
                        if row not in found:
                            found[row] = True
                            todo.extend(reversed(row.parents))
                    return list(reversed(found))
                """,
                "The rows stand in the order in which the walk came to them, turned round. The first visit is not the "
                "last use: put them in the order of their creation.",
            ),
            Mistake(
                """
                def tape(out):
                    found, level = {}, [out]
                    while level:
                        fresh = [row for row in dict.fromkeys(level) if row not in found]
                        found.update(dict.fromkeys(fresh))
                        level = [parent for row in fresh for parent in row.parents]
                    return list(reversed(found))
                """,
                "The rows stand by their distance from the output. A row may be near to it and still be used by one "
                "that is further away: put them in the order of their creation.",
            ),
            Mistake(
                """
                def tape(out):
                    found = set()
                    def walk(row):
                        if row not in found:
                            found.add(row)
                            for parent in row.parents:
                                walk(parent)
                    walk(out)
                    return sorted(found, key=lambda row: row.number)
                """,
                "The order is right, and the walk calls itself: each row deeper is one call deeper, and Python allows "
                "about a thousand. Keep a list of rows that are still to be looked at.",
            ),
            Mistake(
                """
                def tape(out):
                    found, todo = {out}, [out]
                    while todo:
                        for parent in todo.pop().parents:
                            if parent not in found:
                                found.add(parent)
                                todo.append(parent)
                    return sorted((row for row in found if row.parents), key=lambda row: row.number)
                """,
                "The inputs are missing. They report to nobody, and still they hold totals that have to be zeroed.",
            ),
            Mistake(
                """
                def tape(out):
                    found, todo = [out], [out]
                    while todo:
                        for parent in todo.pop().parents:
                            if parent not in found[-3:]:
                                found.append(parent)
                                if parent.parents:
                                    todo.append(parent)
                    return sorted(found, key=lambda row: row.number)
                """,
                "Some rows are on the tape more than once, and report more than once. Remember all rows that have been "
                "found.",
            ),
            Mistake(
                """
                def tape(out):
                    found, todo = set(), [out]
                    while todo:
                        for parent in todo.pop().parents:
                            if parent not in found:
                                found.add(parent)
                                todo.append(parent)
                    return sorted(found, key=lambda row: row.number)
                """,
                "`out` itself is missing: it is nobody's parent here, so the walk does not meet it. It is the row that "
                "reports first.",
            ),
            Mistake(
                """
                def tape(out):
                    found, todo = [out], [out]
                    while todo:
                        for parent in todo.pop().parents:
                            if parent not in found:
                                found.append(parent)
                                todo.append(parent)
                    return sorted(found, key=lambda row: row.number)
                """,
                "The rows are right. But `in` goes through a list from its start: with twice the rows it takes four "
                "times as long, and a long program never ends. Keep a set of the rows found.",
            ),
        ),
        hints=(
            "Two things are needed: all rows that lead to the output, each once, and their order.",
            "A list of rows still to be looked at and a set of rows found replace the recursion. The numbers tell the "
            "order of creation.",
            "While `todo` is not empty: pop a row, and put those of its parents that are not in `found` into both. At "
            "the end `sorted(found, key=lambda row: row.number)`.",
        ),
    ),
    Part(
        id="reverse-engine-backward",
        title="The return sweep",
        methods=("backward",),
        points=3,
        probes=(
            "adjoints(crossed, 3.0, 5.0)",
            "adjoints(crossed, 0.5, -1.5)",
            "adjoints(fan_out, 3.0)",
            "twice(crossed, 3.0, 5.0)",
            "twice(fan_out, -1.5)",
        ),
        hidden=(Hidden("adjoints(crossed, {p}, {q})", PAIR), Hidden("twice(crossed, {p}, {q})", PAIR)),
        mistakes=(
            Mistake(
                """
                def backward(out):
                    rows = tape(out)
                    for row in rows:
                        row.adjoint = 0.0
                    out.adjoint = 1.0
                    for row in reversed(rows):
                        for parent, partial in zip(row.parents, row.partials):
                            parent.adjoint = row.adjoint * partial
                """,
                "The last report replaces the earlier ones. A row that is used several times needs their sum: `+=`.",
            ),
            Mistake(
                swept_by("    rows = tape(out)\n"),
                "The rows report in the order of creation, inputs first: nothing has arrived at any of them. Go the "
                "other way.",
            ),
            Mistake(
                swept_by(
                    "    def walk(row):\n        return [row] + [r for parent in row.parents for r in walk(parent)]\n"
                    "    rows = walk(out)\n"
                ),
                "A row reports at every visit, each time with its whole total, so earlier reports are counted again. "
                "Each row of the tape reports once.",
            ),
            Mistake(
                swept_by(
                    "    def walk(row):\n        return [row] + [r for parent in row.parents for r in walk(parent)]\n"
                    "    rows = dict.fromkeys(walk(out))\n"
                ),
                "A row reports at the first visit, before all its consumers have reported. Use the order of the tape.",
            ),
            Mistake(
                swept_by(
                    "    rows = [out]\n    for row in rows:\n"
                    "        rows += [parent for parent in dict.fromkeys(row.parents) if parent not in rows]\n"
                ),
                "The rows report by their distance from the output. A row near to it may have a consumer that is "
                "further away. Use the order of the tape.",
            ),
            Mistake(
                """
                def backward(out):
                    out.adjoint = 1.0
                    for row in reversed(tape(out)):
                        for parent, partial in zip(row.parents, row.partials):
                            parent.adjoint += row.adjoint * partial
                """,
                "The first sweep is right, the second adds to what the first has left. Totals start at 0: zero the "
                "whole tape before the seed.",
            ),
            Mistake(
                """
                def backward(out):
                    for row in tape(out):
                        if not row.parents:
                            row.adjoint = 0.0
                    out.adjoint = 1.0
                    for row in reversed(tape(out)):
                        for parent, partial in zip(row.parents, row.partials):
                            parent.adjoint += row.adjoint * partial
                """,
                "Only the inputs are zeroed. The rows in the middle hold totals too, and a second sweep passes the old "
                "ones on once more.",
            ),
            Mistake(
                """
                def backward(out):
                    for row in tape(out):
                        row.adjoint = 0.0
                    out.adjoint = 1.0
                    for row in reversed(tape(out)):
                        for parent, partial in zip(row.parents, row.partials):
                            parent.adjoint += partial
                """,
                "Local partials are added up. A report is the partial times the adjoint of the row that reports.",
            ),
            Mistake(
                """
                def backward(out):
                    for row in tape(out):
                        row.adjoint = 0.0
                    for row in reversed(tape(out)):
                        for parent, partial in zip(row.parents, row.partials):
                            parent.adjoint += row.adjoint * partial
                """,
                "All adjoints are 0 in the end, that of the output too. Each report is a multiple of the one before: "
                "who has an adjoint at the start?",
            ),
        ),
        hints=(
            "Three steps: zero, seed, sweep.",
            "Zero every row of the tape. Seed the output. Go up the tape; each row reports to each of its parents.",
            "`for row in reversed(tape(out)):` and inside, for each parent with its partial, "
            "`parent.adjoint += row.adjoint * partial`.",
        ),
    ),
)

EXERCISES: tuple[Declared, ...] = (
    Choice(
        id="reverse-engine-memory",
        title="What a row remembers",
        prompt="z = x · y has been computed. What must its row keep, so that it can report later?",
        options={
            "value": "the value of z",
            "edges": "who x and y are, and a partial for each",
            "adjoint": "the adjoints of x and y",
            "consumers": "which rows will use z",
        },
        answer="edges",
        explanation="A report is the row's adjoint times a partial, sent to an operand. The adjoint arrives by itself.",
        mistakes=(
            Mistake("value", "The value of z was needed on the way forward. What does a report to x consist of?"),
            Mistake("adjoint", "Those are results of the return sweep. Nobody knows them while the program runs."),
            Mistake("consumers", "z reports to its operands, not to its consumers. They will report to z."),
        ),
        hints=(
            "What does z add to the adjoint of x, and what to that of y?",
            "z̄ · y goes to x and z̄ · x to y. z̄ comes during the sweep; what else is in it?",
            "Two addresses, x and y, and two partials.",
        ),
    ),
    Exercise(
        id="reverse-engine",
        title="Your engine",
        prompt="Complete the class and the functions, one part at a time.",
        answer=("Node", "sin", "log", "exp", "tape", "backward"),
        points=4,
        setup=HELPERS,
        starter="""
            import itertools

            numbers = itertools.count()


            def lift(x):
                return x if isinstance(x, Node) else Node(x)


            class Node:
                # part 1: the row
                def __init__(self, value, parents=(), partials=()):
                    self.number = next(numbers)  # the order of creation
                    ...

                def __repr__(self):
                    return f"Node({self.value})"

                # part 2: the sum
                def __add__(self, other):
                    other = lift(other)
                    return ...

                # part 3: the product
                def __mul__(self, other):
                    other = lift(other)
                    return ...

                # part 4: the difference
                def __neg__(self):
                    return ...

                def __sub__(self, other):
                    other = lift(other)
                    return ...

                # part 5: the quotient
                def __truediv__(self, other):
                    other = lift(other)
                    return ...

                # part 6: the power, with a plain number n
                def __pow__(self, n):
                    return ...

                # part 7: a plain number on the left
                def __radd__(self, other):
                    return ...

                def __rmul__(self, other):
                    return ...

                def __rsub__(self, other):
                    return ...

                def __rtruediv__(self, other):
                    return ...


            # part 8: functions
            def sin(x):
                if not isinstance(x, Node):
                    return math.sin(x)
                return ...


            def log(x):
                if not isinstance(x, Node):
                    return math.log(x)
                return ...


            def exp(x):
                if not isinstance(x, Node):
                    return math.exp(x)
                return ...


            # part 9: the tape, all rows that lead to out, in the order of creation
            def tape(out):
                return ...


            # part 10: the return sweep
            def backward(out):
                ...
        """,
        solution=ENGINE,
        probes=(
            "adjoints(crossed, 3.0, 5.0)",
            "adjoints(lambda x, y: log(x) + x * y - sin(y), 3.0, 5.0)",
            "adjoints(lambda x, y: exp(-x) * (4.5 * y**3) / (7.0 - y) + 4.0 / x, 0.75, 3.0)",
            "twice(lambda x, y: (x - y) * (x + y) + 4.5 * x / y, 3.0, 5.0)",
            "adjoints(long, 0.5)",
        ),
        hidden=(Hidden("twice(lambda x, y: log(x) + x * y - sin(y), {p}, {q})", PAIR),),
        hints=(
            "The whole passes when every part does: begin with the first part that does not.",
            "Each operation makes a new Node and leaves its operands as they were.",
            "The last probe makes 100 000 operations: nothing in `tape` or `backward` may call itself.",
        ),
        parts=PARTS,
        variants=(
            """
            class Node:
                def __init__(self, value, parents=(), partials=()):
                    self.number, self.adjoint = next(numbers), 0
                    self.value, self.parents, self.partials = value, list(parents), list(partials)

                def __add__(self, other):
                    if isinstance(other, Node):
                        return Node(self.value + other.value, [self, other], [1, 1])
                    return Node(self.value + other, [self], [1])

                def __mul__(self, other):
                    if isinstance(other, Node):
                        return Node(self.value * other.value, [self, other], [other.value, self.value])
                    return Node(self.value * other, [self], [other])

                __radd__, __rmul__ = __add__, __mul__

                def __neg__(self):
                    return self * -1

                def __sub__(self, other):
                    return self + -other

                def __rsub__(self, other):
                    return -self + other

                def __truediv__(self, other):
                    return self * other**-1.0

                def __rtruediv__(self, other):
                    return other * self**-1.0

                def __pow__(self, n):
                    return Node(self.value**n, [self], [n * self.value**n / self.value])

            def tape(out):
                found, todo = {out.number: out}, [out]
                for row in todo:
                    fresh = {parent.number: parent for parent in row.parents if parent.number not in found}
                    found.update(fresh)
                    todo.extend(fresh.values())
                return [found[number] for number in sorted(found)]

            def backward(out):
                rows = tape(out)
                totals = {row: 0.0 for row in rows} | {out: 1.0}
                for row in rows[::-1]:
                    for parent, partial in zip(row.parents, row.partials):
                        totals[parent] += partial * totals[row]
                for row in rows:
                    row.adjoint = totals[row]
            """,
            """
            def tape(out):
                uses, todo, seen = {}, [out], {out}
                while todo:
                    for parent in todo.pop().parents:
                        uses[parent] = uses.get(parent, 0) + 1
                        if parent not in seen:
                            seen.add(parent)
                            todo.append(parent)
                order = [out]
                for row in order:
                    for parent in row.parents:
                        uses[parent] -= 1
                        if not uses[parent]:
                            order.append(parent)
                return order[::-1]

            def sin(x):
                return Node(math.sin(x.value), [x], [math.sin(x.value + math.pi / 2)]) if isinstance(x, Node) \\
                    else math.sin(x)
            """,
        ),
        tolerance=1e-10,
        seconds=6.0,
    ),
    Prediction(
        id="reverse-engine-predict-newton",
        title="The derivative of Newton's loop",
        prompt=(
            "Newton's method finds the cube root of a = 8 by repeating `t = t - (t**3 - a) / (3 * t**2)` until nothing "
            "changes. It ends with t = 2. What does a return sweep through all the rounds leave at a?"
        ),
        answer=1 / 12,
        explanation="1/12, the slope of the cube root at 8: if t³ = a, then 3t² times the slope is 1, and 3t² is 12.",
        mistakes=(
            Mistake(
                0.0,
                "0 would mean that the root does not move when a does. In the last round t no longer changes from one "
                "round to the next, and yet a stands in each of them.",
            ),
            Mistake(12.0, "12 is 3t², the slope of t³ with respect to t. The question is the other way round."),
            Mistake(1.0, "1 is the adjoint of t at the end. The root of a moves far more slowly than a does."),
            Mistake(1 / 3, "1/3 is the power. The slope of the cube root is a third of a to the power −2/3."),
        ),
        hints=(
            "The loop ends at the cube root of a. What is its derivative at 8?",
            "From t³ = a: 3t² times dt/da is 1.",
            "1 / (3 · 4).",
        ),
    ),
    Exercise(
        id="reverse-engine-newton",
        title="Newton's loop",
        prompt="Start with `t = 1.0` and repeat `t = t - (t**3 - a) / (3 * t**2)` as many times as `steps` says.",
        answer="cube_root",
        points=2,
        setup=ENGINE + HELPERS,
        starter="""
            def cube_root(a, steps):
                t = 1.0
                ...
                return t
        """,
        solution="""
            def cube_root(a, steps):
                t = 1.0
                for _ in range(steps):
                    t = t - (t**3 - a) / (3 * t**2)
                return t
        """,
        probes=(
            "cube_root(7.0, 3)",
            "cube_root(0.4, 5)",
            "adjoints(lambda a: cube_root(a, 3), 7.0)",
            "adjoints(lambda a: cube_root(a, 5), 0.4)",
        ),
        hidden=(Hidden("adjoints(lambda a: cube_root(a, {n}), {p})", {"p": VALUE, "n": range(3, 6)}),),
        mistakes=(
            Mistake(
                """
                def cube_root(a, steps):
                    t = 1.0
                    for _ in range(1, steps):
                        t = t - (t**3 - a) / (3 * t**2)
                    return t
                """,
                "The loop goes round once too few. `range(1, n)` has n − 1 members.",
            ),
            Mistake(
                """
                def cube_root(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        t = t - (t**3 - a) / 3 * t**2
                    return t
                """,
                "`/ 3 * t**2` divides by 3 and then multiplies. Brackets are missing round the denominator.",
            ),
            Mistake(
                """
                def cube_root(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        t = t - (t**3 - a) / t**2
                    return t
                """,
                "The 3 of the slope 3t² is missing, so each step is three times too long.",
            ),
            Mistake(
                """
                def cube_root(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        return t - (t**3 - a) / (3 * t**2)
                    return t
                """,
                "The loop is left in its first round. Is the `return` indented too far?",
            ),
        ),
        variants=(
            """
            def cube_root(a, steps):
                t = 1.0
                while steps:
                    t, steps = (2 * t + a / (t * t)) / 3, steps - 1
                return t
            """,
            "def cube_root(a, steps, t=1.0):\n"
            "    return cube_root(a, steps - 1, t * 2 / 3 + a / (3 * t**2)) if steps else t",
        ),
        hints=(
            "A for loop, whose body is the formula.",
            "`for _ in range(steps):` and in the next line the new t. Nothing about derivatives is needed.",
            "The body is `t = t - (t**3 - a) / (3 * t**2)`, and the `return` stands after the loop.",
        ),
        tolerance=1e-9,
    ),
    Exercise(
        id="reverse-engine-gradient",
        title="A gradient",
        prompt="Return the list of all partial derivatives of `f` at the numbers `xs`, with one return sweep.",
        answer="gradient",
        points=2,
        setup=ENGINE + HELPERS + RUNS,
        starter="""
            def gradient(f, *xs):
                rows = [Node(x) for x in xs]
                ...
                return [... for row in rows]
        """,
        solution="""
            def gradient(f, *xs):
                rows = [Node(x) for x in xs]
                backward(f(*rows))
                return [row.adjoint for row in rows]
        """,
        probes=(
            "gradient(crossed, 0.5, -1.5)",
            "gradient(fan_out, 3.0)",
            "gradient(crossed, 3.0, 5.0)",
            "runs(crossed, 3.0, 5.0)",
            "runs(lambda x, y, z: x * y * z, 3.0, 4.0, 5.0)",
        ),
        hidden=(Hidden("gradient(crossed, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                """
                def gradient(f, *xs):
                    rows = [Node(x) for x in xs]
                    f(*rows)
                    return [row.adjoint for row in rows]
                """,
                "f has run forward, and nobody has swept back: all totals are still 0.",
            ),
            Mistake(
                """
                def gradient(f, *xs):
                    rows = [Node(x) for x in xs]
                    out = f(*rows)
                    backward(out)
                    return [out.adjoint for row in rows]
                """,
                "You read the adjoint of the output, which is the seed. The slopes are the adjoints of the inputs.",
            ),
            Mistake(
                """
                def gradient(f, *xs):
                    rows = [Node(x) for x in xs]
                    backward(f(*rows))
                    return [row.value for row in rows]
                """,
                "You read the values of the inputs. The slopes are their adjoints.",
            ),
            Mistake(
                """
                def gradient(f, *xs):
                    rows = [Node(x) for x in xs]
                    backward(f(*rows))
                    return [row.adjoint for row in reversed(rows)]
                """,
                "The slopes come in the wrong order: the first should belong to the first input.",
            ),
            Mistake(
                """
                def gradient(f, *xs):
                    found = []
                    for i in range(len(xs)):
                        rows = [Node(x) for x in xs]
                        backward(f(*rows))
                        found.append(rows[i].adjoint)
                    return found
                """,
                "The slopes are right. But f runs and is swept once for each input, as in forward mode: a million "
                "inputs would be a million runs. What has the first sweep left in the *other* rows?",
            ),
            Mistake(
                """
                def gradient(f, *xs):
                    rows = [Node(x) for x in xs]
                    backward(f(*xs))
                    return [row.adjoint for row in rows]
                """,
                "f has run on the plain numbers `xs`, so what it returns is a number and has no tape. Let it run on "
                "the rows.",
            ),
        ),
        variants=(
            """
            def gradient(f, *xs):
                rows = [Node(x) for x in xs]
                totals = {(out := f(*rows)): 1.0}
                for row in reversed(tape(out)):
                    for parent, partial in zip(row.parents, row.partials):
                        totals[parent] = totals.get(parent, 0.0) + totals[row] * partial
                return tuple(totals[row] for row in rows)
            """,
            """
            def gradient(f, *xs):
                rows = tuple(map(Node, xs))
                out = f(*rows) * 1.0
                backward(out)
                return list(map(lambda row: row.adjoint, rows))
            """,
        ),
        hints=(
            "The inputs are rows already. What comes next: forward, or back?",
            "Call f on the rows; that leaves the tape behind. Then sweep back from what it returns.",
            "`backward(f(*rows))`, and then `row.adjoint` for each row.",
        ),
        tolerance=1e-10,
    ),
)
