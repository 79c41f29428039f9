"""Lesson 04, ε and dual numbers: the arithmetic of a + bε, and what its tangents say.

The known mistakes: ε taken for a small number (6.1 at 3 for h = 0.1), (uv)′ = u′v′, the sign of the quotient
rule, a power rule without the inner tangent, f′(g′(x)), two seeds of 1 read as one partial derivative.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

SEEDS = (-3.0, 3.0)
POSITIVE = (2.2, 9.0)

PREDICT_QUOTIENT = Prediction(
    id="dual-predict-quotient",
    title="A difference quotient",
    prompt="f(x) = x². What is (f(3 + h) − f(3)) / h for h = 0.1, to two digits?",
    answer=6.1,
    explanation="The quotient is 2x + h = 6.1. The derivative 6 is what is left when the h is gone.",
    mistakes=(
        Mistake(6.0, "6 is the derivative. The question is about the quotient, with an h that is not zero."),
        Mistake(0.61, "0.61 is the rise from 3 to 3.1. Divide it by the run, 0.1."),
        Mistake(9.61, "9.61 is the height at 3.1. Take off the height at 3, then divide by the run."),
        Mistake(5.9, "5.9 is the quotient to the left, from 2.9 to 3. Here h is positive."),
    ),
    hints=(
        "Multiply out (3 + h)² first, then put in h = 0.1.",
        "(3 + h)² − 9 = 6h + h². Divide that by h.",
        "What is left is 6 + h.",
    ),
)

EPSILON = Choice(
    id="dual-epsilon",
    title="What ε is",
    prompt="In the dual number 3 + 1ε, what is ε?",
    options={
        "a": "a very small number, such as 0.00000001",
        "b": "a new symbol that is not zero, with ε² = 0",
        "c": "another way to write zero",
        "d": "the number i, with ε² = −1",
    },
    answer="b",
    explanation="ε is nilpotent, not small. Its square is 0 by rule, so nothing is neglected or rounded away.",
    mistakes=(
        Mistake(
            "a",
            "A small number has a square that is smaller and still not 0: that gave the 6.1. ε² is exactly 0.",
        ),
        Mistake("c", "Were ε zero, 3 + 1ε would be 3 and the tangent would be lost. ε is not zero; its square is."),
        Mistake("d", "i² = −1 gives the complex numbers. Here the square of the new symbol is 0."),
    ),
    hints=(
        "What happens to the term with ε² in (3 + ε)(3 + ε)?",
        "No number other than 0 has the square 0, so ε is no number on the line.",
        "It is a symbol with a rule, as i is. The rule is ε² = 0.",
    ),
)

DUAL_PRODUCT = Exercise(
    id="dual-product",
    title="The product of two dual numbers",
    prompt="Write `dual_product(a, b)`: the product of a = `a.primal` + `a.tangent` ε and "
    "b = `b.primal` + `b.tangent` ε.",
    answer="dual_product",
    setup="from autograd_mini import Dual",
    starter="""
        def dual_product(a, b):
            primal = a.primal * b.primal
            tangent = ...  # what stands in front of ε?
            return Dual(primal, tangent)
        """,
    solution="""
        def dual_product(a, b):
            primal = a.primal * b.primal
            tangent = a.tangent * b.primal + a.primal * b.tangent
            return Dual(primal, tangent)
        """,
    probes=("dual_product(Dual(3.0, 1.0), Dual(5.0, 0.0))", "dual_product(Dual(1.5, 0.7), Dual(-4.0, 3.0))"),
    hidden=(
        Hidden(
            "dual_product(Dual({a}, {s}), Dual({b}, {t}))",
            {"a": (2.2, 9.0), "b": (2.2, 9.0), "s": (-3.0, 3.0), "t": (-3.0, 3.0)},
        ),
    ),
    hints=(
        "Multiply out (a + ȧ ε)(b + ḃ ε): there are four terms.",
        "One of the four has ε² and is exactly zero; two have ε.",
        "The two that stay are ȧ b and a ḃ. Their sum is the tangent.",
    ),
    variants=(
        "dual_product = lambda u, v: Dual(v.primal * u.primal, u.primal * v.tangent + v.primal * u.tangent)",
        "def dual_product(a, b):\n    return a * b",
    ),
    mistakes=(
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.tangent * b.tangent)",
            "This multiplies the tangents, (uv)′ = u′v′. Nudge only a, then only b: each nudge moves the product, "
            "so there are two contributions, and they add.",
        ),
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.tangent + b.tangent)",
            "This adds the tangents as they are. How far a nudge of a moves the product depends on how large b is.",
        ),
        Mistake(
            "def dual_product(a, b):\n"
            "    return Dual(a.primal * b.primal, a.tangent * b.primal + a.primal * b.tangent + a.tangent * b.tangent)",
            "This keeps the term with ε² as though ε were a small number. By rule ε² is exactly 0, so that term goes.",
        ),
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.tangent * b.primal)",
            "This is half of the rule: what a nudge of a does. Nudge only b: the product moves as well, a times as "
            "fast as b.",
        ),
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.primal * b.tangent)",
            "This is half of the rule: what a nudge of b does. Nudge only a: the product moves as well, b times as "
            "fast as a.",
        ),
    ),
)

DUAL_QUOTIENT = Exercise(
    id="dual-quotient",
    title="The quotient of two dual numbers",
    prompt="Write `dual_quotient(a, b)`: the dual number that gives a when it is multiplied by b.",
    answer="dual_quotient",
    setup="from autograd_mini import Dual",
    starter="""
        def dual_quotient(a, b):
            primal = a.primal / b.primal
            tangent = ...  # what must stand here, so that the result times b is a?
            return Dual(primal, tangent)
        """,
    solution="""
        def dual_quotient(a, b):
            primal = a.primal / b.primal
            tangent = (a.tangent - primal * b.tangent) / b.primal
            return Dual(primal, tangent)
        """,
    probes=(
        "dual_quotient(Dual(3.0, 1.0), Dual(5.0, 0.5))",
        "dual_quotient(Dual(1.5, 0.7), Dual(-4.0, 3.0))",
    ),
    hidden=(
        Hidden(
            "dual_quotient(Dual({a}, {s}), Dual({b}, {t}))",
            {"a": POSITIVE, "b": POSITIVE, "s": SEEDS, "t": SEEDS},
        ),
    ),
    hints=(
        "Call the quotient q + c ε. Multiply it by b + ḃ ε and compare with a + ȧ ε.",
        "The terms with ε must agree: c b + q ḃ = ȧ, where q = a / b.",
        "Solve for c: subtract q ḃ from ȧ, then divide by b.",
    ),
    variants=(
        """
        def dual_quotient(a, b):
            top = a.tangent * b.primal - a.primal * b.tangent
            return Dual(a.primal / b.primal, top / b.primal**2)
        """,
        "dual_quotient = lambda a, b: a * Dual(1 / b.primal, -b.tangent / b.primal**2)",
    ),
    mistakes=(
        Mistake(
            """
            def dual_quotient(a, b):
                top = a.primal * b.tangent - a.tangent * b.primal
                return Dual(a.primal / b.primal, top / b.primal**2)
            """,
            "The sign of the whole tangent is turned round. If only a grows and b is positive, does a / b rise or "
            "fall?",
        ),
        Mistake(
            """
            def dual_quotient(a, b):
                top = a.tangent * b.primal + a.primal * b.tangent
                return Dual(a.primal / b.primal, top / b.primal**2)
            """,
            "Both terms have a plus, as in a product. For positive numbers a bigger denominator makes a quotient "
            "smaller.",
        ),
        Mistake(
            "def dual_quotient(a, b): return Dual(a.primal / b.primal, a.tangent / b.tangent)",
            "This divides the tangents, (u/v)′ = u′/v′. Nudge only a: the quotient moves, and ḃ = 0 should do no harm.",
        ),
        Mistake(
            """
            def dual_quotient(a, b):
                top = a.tangent * b.primal - a.primal * b.tangent
                return Dual(a.primal / b.primal, top / b.primal)
            """,
            "The denominator b has to be squared under this numerator. Nudge only a: the quotient moves by ȧ / b.",
        ),
        Mistake(
            """
            def dual_quotient(a, b):
                top = a.tangent * b.primal - a.primal * b.tangent
                return Dual(a.primal / b.primal, top / b.primal * b.primal)
            """,
            "`/ y * y` divides by y and multiplies by it again: Python works from left to right. Put brackets round "
            "the denominator, or write `y**2`.",
        ),
    ),
)

DUAL_POWER = Exercise(
    id="dual-power",
    title="A power of a dual number",
    prompt="Write `dual_power(a, n)` for a dual number a and a plain number n, which may be negative or a fraction: "
    "aⁿ with its tangent.",
    answer="dual_power",
    setup="from autograd_mini import Dual",
    starter="""
        def dual_power(a, n):
            return Dual(a.primal**n, ...)
        """,
    solution="""
        def dual_power(a, n):
            return Dual(a.primal**n, n * a.primal ** (n - 1) * a.tangent)
        """,
    probes=("dual_power(Dual(3.0, 1.0), 4)", "dual_power(Dual(1.5, 0.7), -3)", "dual_power(Dual(4.0, -2.5), 0.5)"),
    hidden=(Hidden("dual_power(Dual({a}, {t}), {n})", {"a": (1.2, 4.0), "t": SEEDS, "n": (2.2, 4.5)}),),
    hints=(
        "For a³ = a·a·a: how many of the factors can give the one ε of a term, and what do the others give?",
        "Each of the n factors gives ȧ once, while the other n − 1 give a. Then the same rule holds for every n.",
        "The tangent is n times a to the power n − 1, times ȧ.",
    ),
    variants=(
        "dual_power = lambda a, n: a**n",
        """
        def dual_power(a, n):
            primal = a.primal**n
            return Dual(primal, primal * n * a.tangent / a.primal)
        """,
    ),
    mistakes=(
        Mistake(
            "def dual_power(a, n): return Dual(a.primal**n, n * a.primal ** (n - 1))",
            "This is right when a has the tangent 1. In general a moves at the rate ȧ, and its power moves ȧ times "
            "as fast.",
        ),
        Mistake(
            "def dual_power(a, n): return Dual(a.primal**n, n * a.primal**n * a.tangent)",
            "The factor n came down and the exponent stayed n. One of the n factors has given its ε; how many are "
            "left?",
        ),
        Mistake(
            "def dual_power(a, n): return Dual(a.primal**n, a.primal ** (n - 1) * a.tangent)",
            "This counts one of the n factors. Each of them gives a term with ε, and all of these terms are alike.",
        ),
        Mistake(
            "def dual_power(a, n): return Dual(a.primal**n, n * a.primal ** (n - 1) * a.tangent**n)",
            "ȧ stands to the power n. A term with two or more factors ȧ ε has ε² and is zero.",
        ),
        Mistake(
            "def dual_power(a, n): return Dual(a.primal**n, a.tangent**n)",
            "Both parts stand to the power n, as though (a + ȧ ε)ⁿ were aⁿ + ȧⁿ ε. For n = 2 multiply (a + ȧ ε)(a + ȧ "
            "ε) out. And n may be a fraction: a negative ȧ has no real square root.",
        ),
    ),
)

DUAL_CHAIN = Exercise(
    id="dual-chain",
    title="Any function of a dual number",
    prompt="Write `lift(g, g_slope, a)`: the dual number g(a), where g and its derivative g_slope take plain numbers.",
    answer="lift",
    setup="import math\nfrom autograd_mini import Dual",
    starter="""
        def lift(g, g_slope, a):
            return Dual(g(a.primal), ...)
        """,
    solution="""
        def lift(g, g_slope, a):
            return Dual(g(a.primal), g_slope(a.primal) * a.tangent)
        """,
    probes=(
        "lift(math.sin, math.cos, Dual(3.5, 1.0))",
        "lift(math.sin, math.cos, Dual(2.5, 0.7))",
        "lift(math.exp, math.exp, Dual(1.5, -0.4))",
    ),
    hidden=(
        Hidden("lift(math.sin, math.cos, Dual({a}, {t}))", {"a": (0.3, 6.0), "t": SEEDS}),
        Hidden("lift(math.exp, math.exp, Dual({a}, {t}))", {"a": (0.3, 3.0), "t": SEEDS}, count=2),
    ),
    hints=(
        "How fast does g move when its input moves at the rate 1? And at the rate ȧ?",
        "g(a + ȧ ε) = g(a) + g′(a) ȧ ε: the slope is taken at the value that goes in.",
        "The tangent is g_slope(a.primal) times a.tangent.",
    ),
    variants=(
        "lift = lambda g, g_slope, a: Dual(0.0, a.tangent) * g_slope(a.primal) + g(a.primal)",
        """
        def lift(g, g_slope, a):
            value, slope = (function(a.primal) for function in (g, g_slope))
            return Dual(value, a.tangent * slope)
        """,
    ),
    mistakes=(
        Mistake(
            "def lift(g, g_slope, a): return Dual(g(a.primal), g_slope(a.primal))",
            "The inner tangent is missing. If a moves three times as fast, so does g(a).",
        ),
        Mistake(
            "def lift(g, g_slope, a): return Dual(g(a.primal), g_slope(a.tangent))",
            "The slope of g is taken at the tangent, f′(g′(x)). It belongs at the value that goes into g.",
        ),
        Mistake(
            "def lift(g, g_slope, a): return Dual(g(a.primal), g(a.tangent))",
            "This applies g to both parts, as though g(a + b) were g(a) + g(b). Only straight lines through 0 do that.",
        ),
        Mistake(
            "def lift(g, g_slope, a): return Dual(g(a.primal), g_slope(g(a.primal)) * a.tangent)",
            "The slope of g is taken at what comes out of g. It belongs at what goes in.",
        ),
        Mistake(
            "def lift(g, g_slope, a): return Dual(g(a.primal), g_slope(a.primal) + a.tangent)",
            "The two rates are added. Two gears in a row multiply: twice as fast, then three times as fast, is six "
            "times.",
        ),
    ),
)

TANGENT_LINE = Exercise(
    id="dual-tangent-line",
    title="The tangent line from one dual number",
    prompt="Write `on_tangent(g, a, x)`: the height at x of the tangent to g at a. Call g once, with a dual number.",
    answer="on_tangent",
    setup="from autograd_mini import Dual\n\n\ndef curve(x):\n    return x * x * x / 10 + 6 / x",
    starter="""
        def on_tangent(g, a, x):
            out = g(Dual(a, 1.0))
            return ...
        """,
    solution="""
        def on_tangent(g, a, x):
            out = g(Dual(a, 1.0))
            return out.primal + out.tangent * (x - a)
        """,
    probes=("on_tangent(curve, 3.0, 4.5)", "on_tangent(curve, 2.5, 6.5)", "on_tangent(curve, 4.0, 3.25)"),
    hidden=(Hidden("on_tangent(curve, {a}, {x})", {"a": (2.2, 6.0), "x": (2.2, 6.0)}),),
    hints=(
        "At a the tangent has the height of the curve. How far from a is x?",
        "From a to x the run is x − a, and the line rises by its slope times the run.",
        "The height is out.primal, plus out.tangent times (x − a).",
    ),
    variants=(
        """
        def on_tangent(g, a, x):
            out = g(Dual(a, x - a))
            return out.primal + out.tangent
        """,
        """
        def on_tangent(g, a, x):
            slope = g(Dual(a, 1.0)).tangent
            return slope * x + (g(a) - slope * a)
        """,
    ),
    mistakes=(
        Mistake(
            "def on_tangent(g, a, x):\n    out = g(Dual(a, 1.0))\n    return out.primal + out.tangent * x",
            "The slope is multiplied by x. The line starts its climb at a, so only the way from a to x counts.",
        ),
        Mistake(
            "def on_tangent(g, a, x): return g(x)",
            "This is the height of the curve at x. The line leaves the curve as soon as x leaves a.",
        ),
        Mistake(
            "def on_tangent(g, a, x): return g(Dual(a, 1.0)).tangent * (x - a)",
            "This is the rise from a to x. The line does not start at height 0.",
        ),
        Mistake(
            "def on_tangent(g, a, x):\n    out = g(Dual(a, 1.0))\n    return out.primal + out.tangent * (a - x)",
            "The run is taken backwards. At an x to the right of a, a rising line should be higher than at a.",
        ),
        Mistake(
            "def on_tangent(g, a, x): return g(Dual(a, 1.0)).tangent",
            "This is the slope of the line, the same at every x. The height is asked for: start at the height at a, "
            "and climb from a to x.",
        ),
        Mistake(
            "def on_tangent(g, a, x): return g(Dual(a, 1.0)).primal",
            "This is the height at a, whatever x is. From there the line climbs with its slope until it reaches x.",
        ),
    ),
)

PREDICT_DIRECTION = Prediction(
    id="dual-predict-direction",
    title="Two seeds of 1",
    prompt="x = 2 + 1ε and y = 5 + 1ε. What is the tangent of x · y?",
    answer=7.0,
    explanation="1·5 + 2·1 = 7: the rate of x·y when both inputs move at once. It is no partial derivative.",
    mistakes=(
        Mistake(5.0, "5 is the partial derivative by x. Here y moves as well, so its part is added."),
        Mistake(2.0, "2 is the partial derivative by y. Here x moves as well, so its part is added."),
        Mistake(10.0, "10 is the value of x · y. The tangent is how fast it moves."),
        Mistake(1.0, "1 is the product of the two tangents. That is the term with ε², which is zero."),
    ),
    hints=(
        "Multiply out (2 + 1ε)(5 + 1ε).",
        "Two of the four terms have one ε: 1ε·5 and 2·1ε.",
        "Add the two: 5 + 2.",
    ),
)

GRADIENT = Exercise(
    id="dual-gradient",
    title="Both partial derivatives",
    prompt="Write `gradient(g, x, y)`: the pair of partial derivatives of g at (x, y), from two passes with Dual.",
    answer="gradient",
    setup="""
        import autograd_mini as ad
        from autograd_mini import Dual


        def area(x, y):
            return x * y


        def f(x1, x2):
            return ad.log(x1) + x1 * x2 - ad.sin(x2)
        """,
    starter="""
        def gradient(g, x, y):
            by_x = ...  # one pass: which seeds?
            by_y = ...  # another pass
            return by_x, by_y
        """,
    solution="""
        def gradient(g, x, y):
            by_x = g(Dual(x, 1.0), Dual(y, 0.0)).tangent
            by_y = g(Dual(x, 0.0), Dual(y, 1.0)).tangent
            return by_x, by_y
        """,
    probes=("gradient(f, 2.0, 5.0)", "gradient(f, 3.5, 4.5)", "gradient(area, 3.5, 4.5)"),
    hidden=(
        Hidden("gradient(f, {x}, {y})", {"x": (0.3, 6.0), "y": (-6.0, 6.0)}),
        Hidden("gradient(area, {x}, {y})", {"x": (-6.0, 6.0), "y": (-6.0, 6.0)}, count=2),
    ),
    hints=(
        "A partial derivative asks what happens when one input moves and the other stays.",
        "An input that moves has the seed 1. One that stays has the seed 0.",
        "by_x = g(Dual(x, 1.0), Dual(y, 0.0)).tangent, and for by_y the seeds change places.",
    ),
    variants=(
        "gradient = lambda g, x, y: g(Dual(x, (1.0, 0.0)), Dual(y, (0.0, 1.0))).tangent",
        """
        def gradient(g, x, y):
            both = g(Dual(x, 1.0), Dual(y, 1.0)).tangent
            first = g(Dual(x, 1.0), y).tangent
            return [first, both - first]
        """,
    ),
    mistakes=(
        Mistake(
            """
            def gradient(g, x, y):
                both = g(Dual(x, 1.0), Dual(y, 1.0)).tangent
                return both, both
            """,
            "Both inputs have the seed 1, so both move. That asks for a direction and gives the sum of the two "
            "partials.",
        ),
        Mistake(
            """
            def gradient(g, x, y):
                return g(Dual(x, 0.0), Dual(y, 1.0)).tangent, g(Dual(x, 1.0), Dual(y, 0.0)).tangent
            """,
            "The two numbers have changed places. Which input moves in which pass?",
        ),
        Mistake(
            """
            def gradient(g, x, y):
                return g(Dual(x, 1.0), Dual(y, 0.0)).primal, g(Dual(x, 0.0), Dual(y, 1.0)).primal
            """,
            "These are values, the same from both passes. The derivative is the other part of the dual number.",
        ),
        Mistake(
            """
            def gradient(g, x, y):
                return g(Dual(x, x), Dual(y, 0.0)).tangent, g(Dual(x, 0.0), Dual(y, y)).tangent
            """,
            "The seed is the input's value here. A seed is the rate at which the input moves: 1 for the one that is "
            "asked about.",
        ),
        Mistake(
            """
            def gradient(g, x, y):
                return g(Dual(x, 1.0), Dual(y, 0.0)), g(Dual(x, 0.0), Dual(y, 1.0))
            """,
            "These are the whole dual numbers. The seeds are right; the partial derivative is one part of each: take "
            "`.tangent` of each.",
        ),
    ),
)

CUBE_ROOT = Exercise(
    id="dual-cube-root",
    title="A loop: the cube root",
    prompt="Write `cube_root(a, steps)`: start from t = 1.0 and `steps` times replace t by the mean of the three "
    "numbers t, t and a / t². Nothing in it knows of dual numbers.",
    answer="cube_root",
    setup="from autograd_mini import Dual",
    starter="""
        def cube_root(a, steps):
            t = 1.0
            for step in range(steps):
                ...
            return t
        """,
    solution="""
        def cube_root(a, steps):
            t = 1.0
            for step in range(steps):
                t = (2 * t + a / (t * t)) / 3
            return t
        """,
    probes=(
        "cube_root(5.5, 3)",
        "cube_root(Dual(5.5, 1.0), 3)",
        "cube_root(Dual(3.0, 0.7), 4)",
        "cube_root(Dual(7.25, -1.5), 5)",
    ),
    hidden=(Hidden("cube_root(Dual({a}, {t}), {n})", {"a": POSITIVE, "t": SEEDS, "n": range(3, 6)}),),
    hints=(
        "The square root above took the mean of two numbers. Here there are three, and two of them are alike.",
        "The mean of three numbers is a third of their sum.",
        "In the loop: t = (2 * t + a / (t * t)) / 3",
    ),
    variants=(
        """
        def cube_root(a, steps):
            t = 1.0
            while steps > 0:
                t, steps = t - (t * t * t - a) / (3 * t * t), steps - 1
            return t
        """,
        """
        def cube_root(a, steps):
            if steps == 0:
                return 1.0
            t = cube_root(a, steps - 1)
            return sum([t, t, a * t**-2]) / 3
        """,
    ),
    mistakes=(
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps):
                    t = (t + a / (t * t)) / 2
                return t
            """,
            "This is the mean of two numbers, t and a / t². Here t counts twice, and the sum is divided by three.",
        ),
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps):
                    t = (2 * t + a / t) / 3
                return t
            """,
            "The third number is a / t here, which leads to the square root of a. A cube root is one of three equal "
            "factors of a: divide a by two of them.",
        ),
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps - 1):
                    t = (2 * t + a / (t * t)) / 3
                return t
            """,
            "The loop turns one time too few. How often does it turn for `steps` = 3?",
        ),
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps):
                    t = 2 * t + a / (t * t) / 3
                return t
            """,
            "Only a / t² is divided by three. The third is of the whole sum, so the sum needs brackets.",
        ),
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps):
                    t = (t + a / t) / 2
                return t
            """,
            "This is the loop of the square root. A cube root is one of three equal factors, so the third number is a "
            "/ t², and the mean is of three numbers.",
        ),
        Mistake(
            """
            def cube_root(a, steps):
                t = 1.0
                for step in range(steps):
                    t = (2 * t + a / (t * t)) / 3
                    return t
            """,
            "The loop is left in its first round. Is the `return` indented too far?",
        ),
    ),
)

BUG = Exercise(
    id="dual-bug",
    title="Find the bug: a forward pass by hand",
    prompt="With the seeds (0, 1) this gives the right tangent, with (1, 0) a wrong one. Mend it.",
    answer="forward_pass",
    setup="import math",
    starter="""
        def forward_pass(x1, x2, x1_dot, x2_dot):
            v1, v1_dot = math.log(x1), x1_dot / x1
            v2, v2_dot = x1 * x2, x1_dot * x2 + x1 * x2_dot
            v3, v3_dot = math.sin(x2), math.cos(x2)
            v4, v4_dot = v1 + v2, v1_dot + v2_dot
            v5, v5_dot = v4 - v3, v4_dot - v3_dot
            return v5, v5_dot
        """,
    solution="""
        def forward_pass(x1, x2, x1_dot, x2_dot):
            v1, v1_dot = math.log(x1), x1_dot / x1
            v2, v2_dot = x1 * x2, x1_dot * x2 + x1 * x2_dot
            v3, v3_dot = math.sin(x2), math.cos(x2) * x2_dot
            v4, v4_dot = v1 + v2, v1_dot + v2_dot
            v5, v5_dot = v4 - v3, v4_dot - v3_dot
            return v5, v5_dot
        """,
    probes=(
        "forward_pass(2.0, 5.0, 1.0, 0.0)",
        "forward_pass(2.0, 5.0, 0.0, 1.0)",
        "forward_pass(3.5, 4.5, 0.7, -1.5)",
        "forward_pass(0.4, 2.5, 1.5, 0.6)",
    ),
    hidden=(
        Hidden(
            "forward_pass({x1}, {x2}, {s}, {t})",
            {"x1": (0.3, 6.0), "x2": (-6.0, 6.0), "s": SEEDS, "t": SEEDS},
        ),
    ),
    hints=(
        "With the seeds (1, 0), which rows should have the tangent 0?",
        "v3 is a function of x2 alone. If x2 stays, v3 must stay. Does it?",
        "The tangent of sin x2 is cos x2 times the tangent of x2.",
    ),
    variants=(
        """
        def forward_pass(x1, x2, x1_dot, x2_dot):
            slope = (1 / x1 + x2) * x1_dot + (x1 - math.cos(x2)) * x2_dot
            return math.log(x1) + x1 * x2 - math.sin(x2), slope
        """,
        """
        import autograd_mini
        def forward_pass(x1, x2, x1_dot, x2_dot):
            def f(x1, x2):
                return autograd_mini.log(x1) + x1 * x2 - autograd_mini.sin(x2)
            return autograd_mini.jvp(f, (x1, x2), (x1_dot, x2_dot))
        """,
    ),
    mistakes=(
        Mistake(
            """
            def forward_pass(x1, x2, x1_dot, x2_dot):
                value = math.log(x1) + x1 * x2 - math.sin(x2)
                return value, x1_dot / x1 + x1_dot * x2 + x1 * x2_dot - math.cos(x2_dot)
            """,
            "The cosine is taken of the tangent. It belongs to the value x2, and the tangent of x2 is a factor "
            "beside it.",
        ),
        Mistake(
            """
            def forward_pass(x1, x2, x1_dot, x2_dot):
                value = math.log(x1) + x1 * x2 - math.sin(x2)
                return value, x1_dot / x1 + x1_dot * x2 + x1 * x2_dot - math.cos(x2) * x1_dot
            """,
            "v3 now moves with x1. It is a function of x2, so it moves at the rate of x2.",
        ),
        Mistake(
            """
            def forward_pass(x1, x2, x1_dot, x2_dot):
                value = math.log(x1) + x1 * x2 - math.sin(x2)
                return value, x1_dot / x1 + x1_dot * x2 + x1 * x2_dot
            """,
            "The sine has no effect on the tangent any more. With the seeds (0, 1), v3 does move.",
        ),
        Mistake(
            """
            def forward_pass(x1, x2, x1_dot, x2_dot):
                value = math.log(x1) + x1 * x2 - math.sin(x2)
                return value, x1_dot / x1 + x1_dot * x2 + x1 * x2_dot + math.cos(x2) * x2_dot
            """,
            "The sine's tangent is right, but now it is added. Look at the row v5, where v3 is subtracted.",
        ),
    ),
)

EXERCISES: tuple[Declared, ...] = (
    PREDICT_QUOTIENT,
    EPSILON,
    DUAL_PRODUCT,
    DUAL_QUOTIENT,
    DUAL_POWER,
    DUAL_CHAIN,
    TANGENT_LINE,
    PREDICT_DIRECTION,
    GRADIENT,
    CUBE_ROOT,
    BUG,
)
