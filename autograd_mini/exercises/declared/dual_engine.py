"""Lab 2, a dual-number engine: a class in parts, its functions, a loop, a gradient.

The known mistakes are those of learners and of engines in use: u′v′, the dropped inner derivative, the
sign of the quotient, `5 − x` and `1 / x` taken the wrong way round, a constant with tangent 1, and
tangents that are listed one after another instead of added, so that x·x at 3 has the tangent [3, 3].
"""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake, Part, Prediction

VALUE = (0.4, 6.0)
SEED = (0.2, 3.0)
PAIR = {"p": VALUE, "s": SEED, "q": VALUE, "t": SEED}
ONE = {"p": VALUE, "s": SEED}

ENGINE = """
def lift(x):
    return x if isinstance(x, Dual) else Dual(x, 0.0)


class Dual:
    def __init__(self, primal, tangent=0.0):
        self.primal = primal
        self.tangent = tangent

    def __repr__(self):
        return f"Dual({self.primal}, {self.tangent})"

    def __add__(self, other):
        other = lift(other)
        return Dual(self.primal + other.primal, self.tangent + other.tangent)

    def __mul__(self, other):
        other = lift(other)
        return Dual(self.primal * other.primal, self.tangent * other.primal + self.primal * other.tangent)

    def __neg__(self):
        return Dual(-self.primal, -self.tangent)

    def __sub__(self, other):
        other = lift(other)
        return Dual(self.primal - other.primal, self.tangent - other.tangent)

    def __truediv__(self, other):
        other = lift(other)
        primal = self.primal / other.primal
        return Dual(primal, (self.tangent - primal * other.tangent) / other.primal)

    def __pow__(self, n):
        return Dual(self.primal**n, n * self.primal ** (n - 1) * self.tangent)

    def __radd__(self, other):
        return lift(other) + self

    def __rmul__(self, other):
        return lift(other) * self

    def __rsub__(self, other):
        return lift(other) - self

    def __rtruediv__(self, other):
        return lift(other) / self


def sin(x):
    if not isinstance(x, Dual):
        return math.sin(x)
    return Dual(math.sin(x.primal), math.cos(x.primal) * x.tangent)


def log(x):
    if not isinstance(x, Dual):
        return math.log(x)
    return Dual(math.log(x.primal), x.tangent / x.primal)


def exp(x):
    if not isinstance(x, Dual):
        return math.exp(x)
    value = math.exp(x.primal)
    return Dual(value, value * x.tangent)
"""


def method(name: str, result: str) -> str:
    """A program that gives `Dual` another method of two operands."""
    return f"""
    def wrong(self, other):
        other = lift(other)
        return {result}
    Dual.{name} = wrong
    """


def function(name: str, tangent: str) -> str:
    """A program in which the function `name` has another tangent."""
    return f"""
    def {name}(x):
        if not isinstance(x, Dual):
            return math.{name}(x)
        return Dual(math.{name}(x.primal), {tangent})
    """


PARTS = (
    Part(
        id="dual-engine-pair",
        title="The pair",
        methods=("__init__",),
        probes=("Dual(3.0, 4.0)", "Dual(-1.5, 0.25)", "Dual(7.0)"),
        hidden=(Hidden("Dual({p}, {s})", ONE),),
        mistakes=(
            Mistake(
                "def start(self, primal, tangent=0.0): self.primal, self.tangent = tangent, "
                "primal\nDual.__init__ = start",
                "Primal and tangent changed places. The first argument is the value, the second stands in front of ε.",
            ),
            Mistake(
                "def start(self, primal, tangent=0.0): self.primal, self.tangent = primal, 0.0\nDual.__init__ = start",
                "The tangent that was handed in is thrown away. Keep it as `self.tangent`.",
            ),
            Mistake(
                "def start(self, primal, tangent=0.0): self.primal, self.tangent = primal, primal\nDual.__init__ "
                "= start",
                "Both attributes hold the primal. The second argument should become `self.tangent`.",
            ),
        ),
        hints=(
            "An object remembers what `__init__` stores on `self`.",
            "Two attributes are wanted, with the names `primal` and `tangent`.",
            "`self.primal = primal`, and on the next line `self.tangent = tangent`.",
        ),
    ),
    Part(
        id="dual-engine-sum",
        title="The sum",
        methods=("__add__",),
        probes=(
            "Dual(3.0, 0.5) + Dual(5.0, 0.25)",
            "Dual(-1.5, 4.0) + Dual(0.25, 3.0)",
            "(lambda x: (x + x, x))(Dual(3.0, 0.5))",
            "(lambda x, y: (x + y, x))(Dual(4.0, 0.25), Dual(5.0, 0.75))",
        ),
        hidden=(Hidden("Dual({p}, {s}) + Dual({q}, {t})", PAIR),),
        mistakes=(
            Mistake(
                method("__add__", "self.primal + other.primal"),
                "Only the primal came back, as a plain number. The sum of two dual numbers is again a Dual, with "
                "a tangent.",
            ),
            Mistake(
                method("__add__", "Dual(self.primal + other.primal)"),
                "The tangents got lost on the way: this sum always has the tangent 0. "
                "Collect what stands in front of ε.",
            ),
            Mistake(
                method("__add__", "Dual(self.primal + other.primal, self.tangent)"),
                "Only the left tangent arrived. Both operands move, so both tangents count.",
            ),
            Mistake(
                method("__add__", "Dual(self.primal + other.primal, self.tangent * other.tangent)"),
                "The tangents were multiplied. In (a + ȧε) + (b + ḃε) no two ε meet: collect what stands in "
                "front of ε.",
            ),
            Mistake(
                method("__add__", "Dual(self.primal + other.primal, [self.tangent, other.tangent])"),
                "The tangents stand side by side in a list. They belong to the same ε, so they are added to one "
                "number.",
            ),
            Mistake(
                """
                def wrong(self, other):
                    other = lift(other)
                    self.primal, self.tangent = self.primal + other.primal, self.tangent + other.tangent
                    return self
                Dual.__add__ = wrong
                """,
                "The sum was written into the left operand. x would no longer be x after x + y: make a new Dual.",
            ),
        ),
        hints=(
            "Write (a + ȧε) + (b + ḃε) and collect the terms with ε.",
            "Primal: the sum of the primals. Tangent: the sum of the tangents.",
            "`return Dual(self.primal + other.primal, self.tangent + other.tangent)`",
        ),
    ),
    Part(
        id="dual-engine-product",
        title="The product",
        methods=("__mul__",),
        points=2,
        probes=(
            "Dual(3.0, 0.5) * Dual(5.0, 0.25)",
            "Dual(-1.5, 4.0) * Dual(0.75, 3.0)",
            "(lambda x: x * x)(Dual(3.0, 0.5))",
        ),
        hidden=(Hidden("Dual({p}, {s}) * Dual({q}, {t})", PAIR),),
        mistakes=(
            Mistake(
                method("__mul__", "Dual(self.primal * other.primal, self.tangent * other.tangent)"),
                "The tangents were multiplied, (uv)′ = u′v′. That is the term with ε², which is 0. "
                "Nudge only the left operand, then only the right one: there are two contributions.",
            ),
            Mistake(
                method(
                    "__mul__",
                    "Dual(self.primal * other.primal, [self.tangent * other.primal, self.primal * other.tangent])",
                ),
                "Both contributions are right, and they stand side by side in a list. They belong to the same ε: "
                "add them, or x · x at 3 has the tangent [3, 3] where 6 is right.",
            ),
            Mistake(
                method(
                    "__mul__",
                    "Dual(self.primal * other.primal, self.tangent * self.primal + other.primal * other.tangent)",
                ),
                "Each tangent was multiplied by its own primal. It meets the primal of the other operand: ȧ with "
                "b, ḃ with a.",
            ),
            Mistake(
                method("__mul__", "Dual(self.primal * other.primal, self.tangent * other.primal)"),
                "Only the left operand moves here. The right one contributes as well.",
            ),
            Mistake(
                method("__mul__", "Dual(self.primal * other.primal, self.tangent + other.tangent)"),
                "That is the tangent of a sum. Multiply out (a + ȧε)(b + ḃε) and see what stands in front of ε.",
            ),
            Mistake(
                method(
                    "__mul__",
                    "Dual(self.primal * other.primal, self.tangent * other.primal + self.primal * other.tangent "
                    "+ self.tangent * other.tangent)",
                ),
                "The ε² term ȧḃ was kept, as if ε were a small number. ε² is exactly 0, so this term is not there.",
            ),
        ),
        hints=(
            "Multiply out (a + ȧε)(b + ḃε). There are four terms.",
            "ab has no ε, ȧb and aḃ have one, ȧḃ has ε², which is 0.",
            "The tangent is `self.tangent * other.primal + self.primal * other.tangent`.",
        ),
    ),
    Part(
        id="dual-engine-difference",
        title="The difference",
        methods=("__neg__", "__sub__"),
        probes=(
            "Dual(3.0, 0.5) - Dual(5.0, 0.25)",
            "Dual(-1.5, 4.0) - Dual(0.75, 3.0)",
            "-Dual(3.0, 0.5)",
            "-Dual(-1.5, 4.0)",
        ),
        hidden=(Hidden("Dual({p}, {s}) - Dual({q}, {t})", PAIR), Hidden("-Dual({p}, {s})", ONE)),
        mistakes=(
            Mistake(
                method("__sub__", "Dual(self.primal - other.primal, self.tangent + other.tangent)"),
                "The primals are subtracted and the tangents added. "
                "If the right operand grows, the difference shrinks.",
            ),
            Mistake(
                method("__sub__", "Dual(other.primal - self.primal, other.tangent - self.tangent)"),
                "The operands are the wrong way round: this is `other - self`.",
            ),
            Mistake(
                method("__sub__", "Dual(self.primal - other.primal, self.tangent)"),
                "The tangent of the right operand is missing. It counts with a minus.",
            ),
            Mistake(
                "Dual.__neg__ = lambda self: Dual(-self.primal, self.tangent)",
                "−x turns the sign of the primal only. If x grows, −x falls: the tangent turns its sign as well.",
            ),
        ),
        hints=(
            "Collect the terms with ε in (a + ȧε) − (b + ḃε), and in −(a + ȧε).",
            "Both the primal and the tangent are subtracted, and both change sign in −x.",
            "The tangents are `self.tangent - other.tangent` and `-self.tangent`.",
        ),
    ),
    Part(
        id="dual-engine-quotient",
        title="The quotient",
        methods=("__truediv__",),
        points=2,
        probes=(
            "Dual(3.0, 0.5) / Dual(5.0, 0.25)",
            "Dual(-1.5, 4.0) / Dual(0.75, 3.0)",
            "Dual(7.0, 0.5) / Dual(-4.0, 5.0)",
        ),
        hidden=(Hidden("Dual({p}, {s}) / Dual({q}, {t})", PAIR),),
        mistakes=(
            Mistake(
                method(
                    "__truediv__",
                    "Dual(self.primal / other.primal, "
                    "(self.primal * other.tangent - self.tangent * other.primal) / other.primal**2)",
                ),
                "The sign is turned. If only the numerator grows, the quotient grows (with a positive denominator).",
            ),
            Mistake(
                method(
                    "__truediv__",
                    "Dual(self.primal / other.primal, "
                    "(self.tangent * other.primal + self.primal * other.tangent) / other.primal**2)",
                ),
                "There is a plus where a minus belongs. A growing denominator makes the quotient smaller.",
            ),
            Mistake(
                method("__truediv__", "Dual(self.primal / other.primal, self.tangent / other.tangent)"),
                "The tangents were divided by each other. A quotient of derivatives is not the derivative of a "
                "quotient.",
            ),
            Mistake(
                method(
                    "__truediv__",
                    "Dual(self.primal / other.primal, "
                    "(self.tangent * other.primal - self.primal * other.tangent) / other.primal)",
                ),
                "The numerator of the rule is right. It is divided by the square of the denominator.",
            ),
            Mistake(
                method("__truediv__", "Dual(self.primal / other.primal, self.tangent / other.primal)"),
                "Only the numerator moves here. The denominator has a tangent too.",
            ),
        ),
        hints=(
            "Call the quotient c + ċε. Then (c + ċε)(b + ḃε) = a + ȧε. What is ċ?",
            "The product gives ċb + cḃ = ȧ. Solve for ċ, with c = a/b.",
            "The tangent is (ȧ − (a/b)ḃ) / b, which is the same as (ȧb − aḃ) / b².",
        ),
    ),
    Part(
        id="dual-engine-power",
        title="The power",
        methods=("__pow__",),
        points=2,
        probes=("Dual(3.0, 0.5) ** 3", "Dual(0.75, 4.0) ** 2.5", "Dual(1.5, 0.25) ** -3"),
        hidden=(Hidden("Dual({p}, {s}) ** {n}", {"p": (0.4, 3.0), "s": SEED, "n": range(3, 6)}),),
        mistakes=(
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, n * self.primal ** (n - 1))",
                "The inner tangent was dropped: n xⁿ⁻¹ says how fast xⁿ moves for each step of x. "
                "How fast does x move?",
            ),
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, n * self.primal**n * self.tangent)",
                "The exponent should go down by one in the tangent.",
            ),
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, self.primal ** (n - 1) * self.tangent)",
                "The factor n in front is missing.",
            ),
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, math.log(self.primal) * self.primal**n * "
                "self.tangent)",
                "That is the rule for nˣ, where the variable is the exponent. Here the variable is the base.",
            ),
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, self.tangent**n)",
                "The tangent was raised to the power n. Tangents enter linearly: ε², ε³ and so on are 0.",
            ),
            Mistake(
                "Dual.__pow__ = lambda self, n: Dual(self.primal**n, n * self.tangent ** (n - 1))",
                "The power rule was applied to the tangent. It is n times the primal to the n − 1, times the tangent.",
            ),
        ),
        hints=(
            "What is the derivative of xⁿ, and what does the chain rule put behind it?",
            "The derivative of xⁿ is n xⁿ⁻¹. It is multiplied by the tangent of x.",
            "The tangent is `n * self.primal ** (n - 1) * self.tangent`.",
        ),
    ),
    Part(
        id="dual-engine-numbers",
        title="Plain numbers in sums and products",
        methods=("__radd__", "__rmul__"),
        probes=(
            "Dual(3.0, 0.5) + 7.0",
            "7.0 + Dual(3.0, 0.5)",
            "Dual(3.0, 0.5) * 4.0",
            "4.0 * Dual(3.0, 0.5)",
            "9.0 + 6.0 * Dual(-1.5, 0.25)",
        ),
        hidden=(Hidden("{t} + {q} * Dual({p}, {s})", PAIR),),
        mistakes=(
            Mistake(
                "def lift(x): return x if isinstance(x, Dual) else Dual(x, ...)",
                "`lift` still has its dots: the plain number became a `Dual` without a tangent. "
                "How fast does a constant move?",
            ),
            Mistake(
                "def lift(x): return x if isinstance(x, Dual) else Dual(x, 1.0)",
                "The plain number got the tangent 1, as if it were the variable. "
                "A constant does not move: its tangent is 0.",
            ),
            Mistake(
                "Dual.__rmul__ = lambda self, other: Dual(other * self.primal, self.tangent)",
                "4 · x scales the primal only. Four times x moves four times as fast: the tangent is scaled too.",
            ),
            Mistake(
                "Dual.__radd__ = lambda self, other: Dual(other + self.primal, other + self.tangent)",
                "7 + x added the 7 to the tangent too. A constant shifts the value and leaves the speed as it was.",
            ),
            Mistake(
                "del Dual.__radd__, Dual.__rmul__",
                "`Dual(…) + 7.0` works and `7.0 + Dual(…)` does not: with a number on the left, Python asks for "
                "`__radd__` and `__rmul__`.",
            ),
        ),
        hints=(
            "Which dual number behaves like the constant 7?",
            "7 is `Dual(7, 0)`: complete `lift`. `__radd__` and `__rmul__` are called when the plain number stands on "
            "the left.",
            "In a sum and in a product the order does not matter, so `__radd__` can return `self + other`, "
            "`__rmul__` `self * other`.",
        ),
    ),
    Part(
        id="dual-engine-reflected",
        title="5 − x and 1 / x",
        methods=("__rsub__", "__rtruediv__"),
        points=2,
        probes=(
            "5.0 - Dual(3.0, 0.5)",
            "9.0 - Dual(-1.5, 0.25)",
            "7.0 / Dual(4.0, 0.5)",
            "-3.0 / Dual(0.75, 0.25)",
        ),
        hidden=(Hidden("{q} - Dual({p}, {s})", PAIR), Hidden("{q} / Dual({p}, {s})", PAIR)),
        mistakes=(
            Mistake(
                "def lift(x): return x if isinstance(x, Dual) else Dual(x, ...)",
                "`lift` still has its dots, so the number on the left has no tangent. How fast does a constant move?",
            ),
            Mistake(
                "def lift(x): return x if isinstance(x, Dual) else Dual(x, 1.0)",
                "The number on the left got the tangent 1, as if it were the variable. A constant has the tangent 0.",
            ),
            Mistake(
                "Dual.__rsub__ = Dual.__sub__",
                "5 − x came out as x − 5. In `__rsub__` the plain number `other` stands on the left.",
            ),
            Mistake(
                "Dual.__rsub__ = lambda self, other: Dual(other - self.primal, self.tangent)",
                "5 − x has the right primal, and its tangent has the wrong sign. If x grows, 5 − x falls.",
            ),
            Mistake(
                "Dual.__rtruediv__ = Dual.__truediv__",
                "7 / x came out as x / 7. In `__rtruediv__` the plain number `other` is the numerator.",
            ),
            Mistake(
                "Dual.__rsub__, Dual.__rtruediv__ = Dual.__sub__, Dual.__truediv__",
                "Both came out the wrong way round, as x − 5 and x / 7. "
                "In the methods with an r, `other` stands on the left.",
            ),
            Mistake(
                "Dual.__rtruediv__ = lambda self, other: "
                "Dual(other / self.primal, other * self.tangent / self.primal**2)",
                "7 / x has the right primal, and its tangent has the wrong sign. "
                "A growing denominator makes it smaller.",
            ),
            Mistake(
                "Dual.__rtruediv__ = lambda self, other: Dual(other / self.primal, -self.tangent / self.primal**2)",
                "The numerator is missing in the tangent of 7 / x: −1/x² belongs to 1 / x, and 7 / x moves 7 "
                "times as fast.",
            ),
            Mistake(
                "Dual.__rtruediv__ = lambda self, other: Dual(other / self.primal, other / self.tangent)",
                "The 7 was divided by the tangent. Use the quotient that you have, with the constant 7 + 0ε on "
                "the left.",
            ),
        ),
        hints=(
            "Turn the plain number into a Dual; then both operands are dual numbers, in the right order.",
            "`lift(other)` is the left operand, `self` the right one.",
            "`return lift(other) - self`, and `return lift(other) / self`",
        ),
    ),
    Part(
        id="dual-engine-sin",
        title="sin",
        methods=("sin",),
        probes=("sin(Dual(3.0, 0.5))", "sin(Dual(-1.5, 4.0))", "sin(3.0)"),
        hidden=(Hidden("sin(Dual({p}, {s}))", ONE),),
        mistakes=(
            Mistake(
                function("sin", "math.cos(x.primal)"),
                "The inner tangent was dropped. cos says how fast sin moves for each step of x; x itself "
                "moves at the speed `x.tangent`.",
            ),
            Mistake(
                function("sin", "math.cos(x.tangent)"),
                "cos was taken at the tangent. The slope belongs to the place where x is: `cos(x.primal)`.",
            ),
            Mistake(
                function("sin", "-math.cos(x.primal) * x.tangent"),
                "The sign is wrong. Near 0, sin grows as x grows. The minus belongs to cos, whose slope is −sin.",
            ),
            Mistake(
                function("sin", "math.sin(x.tangent)"),
                "sin was applied to the tangent. A tangent goes through a function by being multiplied with its slope.",
            ),
            Mistake(
                "def sin(x): return math.sin(getattr(x, 'primal', x))",
                "Only the primal came back, as a plain number. A Dual in, a Dual out.",
            ),
        ),
        hints=(
            "sin(a + ȧε) = sin(a) + (slope at a) · ȧ ε.",
            "The slope of sin at a is cos(a). Multiply it by the tangent.",
            "`return Dual(math.sin(x.primal), math.cos(x.primal) * x.tangent)`",
        ),
    ),
    Part(
        id="dual-engine-log",
        title="log",
        methods=("log",),
        probes=("log(Dual(3.0, 0.5))", "log(Dual(0.75, 4.0))", "log(3.0)"),
        hidden=(Hidden("log(Dual({p}, {s}))", ONE),),
        mistakes=(
            Mistake(
                function("log", "1 / x.primal"),
                "The inner tangent was dropped. 1/x says how fast ln moves for each step of x; x itself moves "
                "at the speed `x.tangent`.",
            ),
            Mistake(
                function("log", "1 / x.tangent"),
                "1 was divided by the tangent. The slope of ln is taken where x is: `1 / x.primal`.",
            ),
            Mistake(
                function("log", "x.primal * x.tangent"),
                "The tangent was multiplied by x. The slope of ln x is 1/x: for a bigger x it is smaller.",
            ),
            Mistake(
                function("log", "math.log(x.tangent)"),
                "ln was applied to the tangent. A tangent goes through a function by being multiplied with its slope.",
            ),
        ),
        hints=(
            "log(a + ȧε) = log(a) + (slope at a) · ȧ ε.",
            "The slope of ln at a is 1/a. Multiply it by the tangent.",
            "`return Dual(math.log(x.primal), x.tangent / x.primal)`",
        ),
    ),
    Part(
        id="dual-engine-exp",
        title="exp",
        methods=("exp",),
        probes=("exp(Dual(0.75, 0.5))", "exp(Dual(-1.5, 4.0))", "exp(0.75)"),
        hidden=(Hidden("exp(Dual({p}, {s}))", {"p": (-1.9, 1.9), "s": SEED}),),
        mistakes=(
            Mistake(
                function("exp", "math.exp(x.primal)"),
                "The inner tangent was dropped: this is right only if x moves at the speed 1.",
            ),
            Mistake(
                function("exp", "math.exp(x.tangent)"),
                "exp was applied to the tangent. The slope of exp is `exp(x.primal)`, and the tangent is a factor.",
            ),
            Mistake(
                function("exp", "x.primal * math.exp(x.primal - 1) * x.tangent"),
                "That is the power rule, for xⁿ. In exp(x) the variable is the exponent, and the slope "
                "is exp(x) itself.",
            ),
            Mistake(
                function("exp", "x.primal * x.tangent"),
                "You used x for the slope. The slope of exp is its own value.",
            ),
        ),
        hints=(
            "exp(a + ȧε) = exp(a) + (slope at a) · ȧ ε.",
            "exp is its own slope. Multiply it by the tangent.",
            "`return Dual(math.exp(x.primal), math.exp(x.primal) * x.tangent)`",
        ),
    ),
)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="dual-engine-predict-product",
        title="A product by hand",
        prompt="(2 + 1ε)(5 + 0ε): what stands in front of ε?",
        answer=5.0,
        explanation="2 · 5 + (1 · 5 + 2 · 0) ε: the moving factor 2 + 1ε meets the resting 5.",
        mistakes=(
            Mistake(
                0.0, "0 is 1 · 0, the product of the tangents. That term has ε² in it. Multiply out all four terms."
            ),
            Mistake(10.0, "10 is the primal. The question is what stands in front of ε."),
            Mistake(7.0, "7 = 5 + 2 would be right if both tangents were 1. The 5 has the tangent 0."),
            Mistake(2.0, "2 is the tangent if the 5 moves and the 2 rests. Here it is the other way round."),
        ),
        hints=(
            "Multiply out. There are four terms.",
            "The terms are 2 · 5, 1ε · 5, 2 · 0ε and 1ε · 0ε.",
            "Only 1ε · 5 is left in front of ε.",
        ),
    ),
    Exercise(
        id="dual-engine",
        title="Your engine",
        prompt="Complete the class and the three functions, one part at a time.",
        answer=("Dual", "sin", "log", "exp"),
        points=4,
        starter="""
            def lift(x):
                # a plain number is a constant: which tangent has it?
                return x if isinstance(x, Dual) else Dual(x, ...)


            class Dual:
                # part 1: the pair, and the sum
                def __init__(self, primal, tangent=0.0):
                    ...

                def __repr__(self):
                    return f"Dual({self.primal}, {self.tangent})"

                def __add__(self, other):
                    other = lift(other)
                    return ...

                # part 2: the product
                def __mul__(self, other):
                    other = lift(other)
                    return ...

                # part 3: the difference
                def __neg__(self):
                    return ...

                def __sub__(self, other):
                    other = lift(other)
                    return ...

                # part 4: the quotient
                def __truediv__(self, other):
                    other = lift(other)
                    return ...

                # part 5: the power, with a plain number n
                def __pow__(self, n):
                    return ...

                # part 6: a plain number on the left
                def __radd__(self, other):
                    return ...

                def __rmul__(self, other):
                    return ...

                def __rsub__(self, other):
                    return ...

                def __rtruediv__(self, other):
                    return ...


            # part 7: functions, with the chain rule inside
            def sin(x):
                if not isinstance(x, Dual):
                    return math.sin(x)
                return ...


            def log(x):
                if not isinstance(x, Dual):
                    return math.log(x)
                return ...


            def exp(x):
                if not isinstance(x, Dual):
                    return math.exp(x)
                return ...
        """,
        solution=ENGINE,
        probes=(
            "(lambda x: x * x * x)(Dual(3.0, 0.5))",
            "(lambda x, y: (x * y - 5.0 / x) ** 3 / (7.0 - y))(Dual(3.0, 0.5), Dual(4.0, 0.25))",
            "(lambda x, y: (x - y) * (x + y) + 4.5 * x / y)(Dual(3.0, 0.5), Dual(4.0, 0.25))",
            "(lambda x, y: -x / (3.5 + y * y) - x**4)(Dual(-1.5, 0.5), Dual(0.75, 3.0))",
            "(lambda x, y: log(x) + x * y - sin(y))(Dual(3.0, 0.5), Dual(5.0, 0.25))",
            "(lambda x, y: exp(sin(x) / y) - 4.5 * log(x * y))(Dual(0.75, 0.5), Dual(5.0, 0.25))",
        ),
        hidden=(
            Hidden("(lambda x, y: (x * y + 3.0 / x - y) / (x + y) ** 3)(Dual({p}, {s}), Dual({q}, {t}))", PAIR),
            Hidden("(lambda x, y: log(x) + x * y - sin(y))(Dual({p}, {s}), Dual({q}, {t}))", PAIR),
        ),
        hints=(
            "The whole passes when every part does: begin with the first part that does not.",
            "Each method returns a new Dual and leaves its operands as they were.",
            "Check x * x * x first, then add one operation at a time until a number is wrong.",
        ),
        parts=PARTS,
        variants=(
            """
            class Dual:
                def __init__(self, primal, tangent=0.0):
                    self.primal, self.tangent = primal, tangent

                def of(self, other):
                    return (other.primal, other.tangent) if isinstance(other, Dual) else (other, 0.0)

                def __add__(self, other):
                    b, db = self.of(other)
                    return Dual(self.primal + b, self.tangent + db)

                def __mul__(self, other):
                    b, db = self.of(other)
                    return Dual(self.primal * b, db * self.primal + b * self.tangent)

                __radd__, __rmul__ = __add__, __mul__

                def __neg__(self):
                    return self * -1

                def __sub__(self, other):
                    return self + -1 * other

                def __rsub__(self, other):
                    return -self + other

                def __truediv__(self, other):
                    return self * (other**-1.0)

                def __rtruediv__(self, other):
                    return other * self**-1.0

                def __pow__(self, n):
                    return Dual(self.primal**n, self.tangent * n * self.primal**n / self.primal)

            def with_slope(name, slope):
                plain = getattr(math, name)
                def apply(x):
                    return Dual(plain(x.primal), x.tangent * slope(x.primal)) if isinstance(x, Dual) else plain(x)
                return apply

            sin, log, exp = with_slope("sin", math.cos), with_slope("log", lambda a: a**-1), with_slope("exp", math.exp)
            """,
            """
            class Dual:
                __slots__ = ("primal", "tangent")

                def __init__(self, primal, tangent=0.0):
                    self.primal = primal
                    self.tangent = tangent

                def __add__(self, other):
                    return Dual(*(a + b for a, b in zip(pair(self), pair(other))))

                def __mul__(self, other):
                    (a, da), (b, db) = pair(self), pair(other)
                    return Dual(a * b, sum([a * db, b * da]))

                def __neg__(self):
                    return 0.0 - self

                def __sub__(self, other):
                    return Dual(*(a - b for a, b in zip(pair(self), pair(other))))

                def __truediv__(self, other):
                    (a, da), (b, db) = pair(self), pair(other)
                    return Dual(a / b, (da * b - a * db) / b**2)

                def __pow__(self, n):
                    return Dual(pow(self.primal, n), pow(self.primal, n - 1) * self.tangent * n)

                def __radd__(self, other):
                    return self + other

                def __rmul__(self, other):
                    return self * other

                def __rsub__(self, other):
                    return Dual(other - self.primal, -self.tangent)

                def __rtruediv__(self, other):
                    return Dual(other / self.primal, -other * self.tangent / self.primal**2)

            def pair(x):
                return (x.primal, x.tangent) if isinstance(x, Dual) else (x, 0.0)

            def sin(x):
                if isinstance(x, Dual):
                    return Dual(math.sin(x.primal), math.sin(x.primal + math.pi / 2) * x.tangent)
                return math.sin(x)

            def exp(x):
                (a, da), plain = pair(x), not isinstance(x, Dual)
                return math.e**a if plain else Dual(math.e**a, da * math.e**a)

            def log(x):
                try:
                    return Dual(math.log(x.primal), x.tangent / x.primal)
                except AttributeError:
                    return math.log(x)
            """,
        ),
        tolerance=1e-10,
    ),
    Prediction(
        id="dual-engine-predict-loop",
        title="The derivative of a loop",
        prompt=(
            "A loop finds the square root of 2 by repeating `t = (t + a / t) / 2`. Sent through with a = 2 + 1ε until "
            "nothing changes, it ends with the primal 1.4142. What is the tangent, to three digits?"
        ),
        answer=0.353553,
        explanation=(
            "0.3536 is 1/(2√2), the derivative of √a at 2. The loop computed it step by step, along with the root."
        ),
        mistakes=(
            Mistake(
                0.0, "0 would mean that the root does not move when a does. The tangent goes round the loop as well."
            ),
            Mistake(1.0, "1 is the tangent of a. The root of a moves more slowly than a does at 2."),
            Mistake(0.707107, "0.7071 is 1/√2. The derivative of √a has a 2 in the denominator as well."),
            Mistake(0.5, "0.5 is the tangent after the first round. It settles elsewhere."),
            Mistake(
                1.414214,
                "1.4142 is the root itself, the primal. The tangent says how fast the root moves when a does.",
            ),
            Mistake(
                0.35,
                "0.35 has two digits, and three are asked for. Work it out once more with 1.4142.",
            ),
        ),
        hints=(
            "The loop ends at √a. What is the derivative of √a?",
            "The derivative of √a is 1/(2√a).",
            "1/(2 · 1.4142), to three digits.",
        ),
    ),
    Exercise(
        id="dual-engine-loop",
        title="A square root by a loop",
        prompt="Start with `t = 1.0` and repeat `t = (t + a / t) / 2` as many times as `steps` says.",
        answer="babylonian",
        points=2,
        setup=ENGINE,
        starter="""
            def babylonian(a, steps):
                t = 1.0
                ...
                return t
        """,
        solution="""
            def babylonian(a, steps):
                t = 1.0
                for _ in range(steps):
                    t = (t + a / t) / 2
                return t
        """,
        probes=(
            "babylonian(Dual(7.0, 0.5), 3)",
            "babylonian(Dual(0.4, 3.0), 4)",
            "babylonian(7.0, 3)",
            "babylonian(5.0, 6)",
        ),
        hidden=(Hidden("babylonian(Dual({p}, {s}), {n})", {"p": VALUE, "s": SEED, "n": range(3, 6)}),),
        mistakes=(
            Mistake(
                """
                def babylonian(a, steps):
                    t = 1.0
                    for _ in range(1, steps):
                        t = (t + a / t) / 2
                    return t
                """,
                "The loop goes round once too few. `range(1, n)` has n − 1 members.",
            ),
            Mistake(
                """
                def babylonian(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        t = (t + t / a) / 2
                    return t
                """,
                "The quotient is upside down: t and a / t lie on either side of the root, and their mean is "
                "nearer to it.",
            ),
            Mistake(
                """
                def babylonian(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        t = t + a / t
                    return t
                """,
                "The mean of t and a / t is wanted: the half is missing.",
            ),
            Mistake(
                """
                def babylonian(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        t = t + a / t / 2
                    return t
                """,
                "Only a / t is halved. Brackets are missing round the sum.",
            ),
            Mistake(
                """
                def babylonian(a, steps):
                    a = getattr(a, "primal", a)
                    t = 1.0
                    for _ in range(steps):
                        t = (t + a / t) / 2
                    return t
                """,
                "Only the primal went through the loop. Leave a as it is: your class knows how to add and divide.",
            ),
            Mistake(
                """
                def babylonian(a, steps):
                    t = 1.0
                    for _ in range(steps):
                        return (t + a / t) / 2
                    return t
                """,
                "The loop is left in its first round. Is the `return` indented too far?",
            ),
        ),
        hints=(
            "A for loop, whose body is the formula.",
            "`for _ in range(steps):` and in the next line the new t. Nothing about derivatives is needed.",
            "The body is `t = (t + a / t) / 2`, and the `return` stands after the loop.",
        ),
        variants=(
            "def babylonian(a, steps):\n    return babylonian(a, steps - 1) * 0.5 + a / babylonian(a, steps - 1) "
            "* 0.5 if steps else 1.0",
            """
            def babylonian(a, steps):
                t, done = a, 0
                while done < steps:
                    t, done = t + (a / t - t) / 2, done + 1
                return t
            """,
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="dual-engine-gradient",
        title="A gradient",
        prompt="Return the two partial derivatives of `f` at `(x1, x2)`, by sending dual numbers through f.",
        answer="gradient",
        points=2,
        setup=ENGINE
        + '''

def parts(x):
    return (x.primal, x.tangent) if hasattr(x, "tangent") else (x, 0.0)


def like(x1, x2, primal, tangent):
    """A dual number of the class that came in, or a plain number where none did."""
    kind = next((type(x) for x in (x1, x2) if hasattr(x, "tangent")), None)
    return kind(primal, tangent) if kind else primal


def area(x1, x2):
    (a, da), (b, db) = parts(x1), parts(x2)
    return like(x1, x2, a * b, da * b + a * db)


def cone(x1, x2):
    (a, da), (b, db) = parts(x1), parts(x2)
    return like(x1, x2, a * a * b / 3, (2 * a * b * da + a * a * db) / 3)
''',
        starter="""
            def gradient(f, x1, x2):
                df_dx1 = ...
                df_dx2 = ...
                return df_dx1, df_dx2
        """,
        solution="""
            def gradient(f, x1, x2):
                df_dx1 = f(Dual(x1, 1.0), Dual(x2, 0.0)).tangent
                df_dx2 = f(Dual(x1, 0.0), Dual(x2, 1.0)).tangent
                return df_dx1, df_dx2
        """,
        probes=("gradient(area, 3.0, 5.0)", "gradient(cone, 3.0, 5.0)", "gradient(cone, -1.5, 0.25)"),
        hidden=(Hidden("gradient(cone, {p}, {q})", PAIR),),
        mistakes=(
            Mistake(
                """
                def gradient(f, x1, x2):
                    tangent = f(Dual(x1, 1.0), Dual(x2, 1.0)).tangent
                    return tangent, tangent
                """,
                "Both seeds were 1 at the same time. That asks how f moves when both inputs move together: the sum of "
                "the two partial derivatives. Seed one input at a time.",
            ),
            Mistake(
                """
                def gradient(f, x1, x2):
                    return f(Dual(x1, 0.0), Dual(x2, 1.0)).tangent, f(Dual(x1, 1.0), Dual(x2, 0.0)).tangent
                """,
                "The two changed places: the first number should belong to x1, whose seed is 1 in the first run.",
            ),
            Mistake(
                """
                def gradient(f, x1, x2):
                    return f(Dual(x1, 1.0), Dual(x2, 0.0)).primal, f(Dual(x1, 0.0), Dual(x2, 1.0)).primal
                """,
                "You read the primal, which is the value of f. The derivative is the tangent.",
            ),
            Mistake(
                """
                def gradient(f, x1, x2):
                    return f(Dual(x1, x1), Dual(x2, 0.0)).tangent, f(Dual(x1, 0.0), Dual(x2, x2)).tangent
                """,
                "The seed was the input's value. A seed of x1 gives x1 times the derivative; seed with 1.",
            ),
            Mistake(
                """
                def gradient(f, x1, x2):
                    return f(Dual(x1, 1.0), Dual(x2, 0.0)).tangent, f(Dual(x1, 1.0), Dual(x2, 0.0)).tangent
                """,
                "x1 was seeded both times. The second run asks for x2.",
            ),
            Mistake(
                """
                def gradient(f, x1, x2):
                    return f(Dual(x1, 1.0), Dual(x2, 0.0)), f(Dual(x1, 0.0), Dual(x2, 1.0))
                """,
                "These are the two whole dual numbers. The seeds are right; take `.tangent` of each.",
            ),
        ),
        hints=(
            "Which seeds ask for the derivative with respect to x1 alone?",
            "Run f twice: with the tangents (1, 0), then with (0, 1). Read the tangent of the result.",
            "The first is `f(Dual(x1, 1.0), Dual(x2, 0.0)).tangent`.",
        ),
        variants=(
            "gradient = lambda f, x1, x2: (f(Dual(x1, 1), x2).tangent, f(x1, Dual(x2, 1)).tangent)",
            """
            def gradient(f, *x):
                found = []
                for i in range(len(x)):
                    found.append(f(*(Dual(v, float(i == j)) for j, v in enumerate(x))).tangent)
                return found
            """,
        ),
        tolerance=1e-10,
    ),
)
