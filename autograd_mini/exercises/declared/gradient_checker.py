"""Lab 1, a gradient checker: central differences, a fair comparison, the V, Taylor's slope, and planted mistakes."""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake, Prediction

SIGNED = (-4.0, 4.0)
POSITIVE = (2.2, 6.0)
FACTOR = range(1, 3)
FUNCTIONS = """
def volume(x, y, z):
    return x * y * y + 3 * z * z * x


def plane(x, y):
    return 7 * x - 4 * x * y
"""
GRADIENTS = (
    FUNCTIONS
    + """

def volume_right(x, y, z):
    return y * y + 3 * z * z, 2 * x * y, 6 * z * x


def volume_wrong(x, y, z):
    return y * y + 3 * z * z, 2 * x * y, 3 * z * x


def plane_right(x, y):
    return 7 - 4 * y, -4 * x


def plane_wrong(x, y):
    return 7 + 4 * y, 4 * x


def steep(x, y):
    return 1e6 * x * x + y * y


def steep_right(x, y):
    return 2e6 * x * (1 + 1e-9), 2 * y


def tiny(x, y):
    return 1e-4 * x * x * y


def tiny_wrong(x, y):
    return 2e-4 * x * y, 3e-4 * x * x
"""
)
CURVES = """
def cube(x):
    return x * x * x


def cube_slope(x):
    return 3 * x * x


def share(x):
    return 12 / x


def share_slope(x):
    return -12 / x**2


def share_wrong(x):
    return 12 / x**2
"""

EXERCISES: tuple[Declared, ...] = (
    Exercise(
        id="checker-partial",
        title="One partial derivative",
        prompt="Write partial(f, xs, k, h): the central difference of f(*xs) in the input number k, counted from 0.",
        answer="partial",
        setup="def mix(a, b, c, d, e):\n    return a * b * b + 3 * c * d * d - e * e * e * a",
        starter="""
            def partial(f, xs, k, h):
                low, high = list(xs), list(xs)
                ...
                return ...
        """,
        solution="""
            def partial(f, xs, k, h):
                low, high = list(xs), list(xs)
                low[k] -= h
                high[k] += h
                return (f(*high) - f(*low)) / (2 * h)
        """,
        probes=(
            "partial(mix, [3.0, 5.0, 4.0, 7.0, 6.0], 3, 0.5)",
            "partial(mix, [3.0, 5.0, 4.0, 7.0, 6.0], 4, 0.25)",
            "partial(mix, [3.0, 5.0, 4.0, 7.0, 6.0], 0, 0.5)",
        ),
        hidden=(
            Hidden(
                "partial(mix, [{x}, {y}, {z}, 5.5, 3.5], {k}, 0.25)",
                {"x": SIGNED, "y": SIGNED, "z": SIGNED, "k": range(5)},
            ),
        ),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                """
                def partial(f, xs, k, h):
                    low, high = list(xs), list(xs)
                    low[k] -= h
                    high[k] += h
                    return (f(*high) - f(*low)) / h
                """,
                "This is twice the slope. How far apart are the two points?",
            ),
            Mistake(
                "def partial(f, xs, k, h): return (f(*[x + h for x in xs]) - f(*[x - h for x in xs])) / (2 * h)",
                "All inputs were nudged, so this is the slope in that one direction. Only input k should move.",
            ),
            Mistake(
                """
                def partial(f, xs, k, h):
                    high = list(xs)
                    high[k] += h
                    return (f(*high) - f(*high)) / (2 * h)
                """,
                "Both points are the same, so the rise is 0. `low, high = xs, xs` would give one list two names: write "
                "`low, high = list(xs), list(xs)`. One goes down by h, the other up.",
            ),
            Mistake(
                """
                def partial(f, xs, k, h):
                    high = list(xs)
                    high[k] += h
                    return (f(*high) - f(*xs)) / h
                """,
                "This is the forward difference, from `xs` to `high`. The central one goes from `low` to `high`.",
            ),
            Mistake(
                """
                def partial(f, xs, k, h):
                    low, high = list(xs), list(xs)
                    low[k], high[k] = -h, h
                    return (f(*high) - f(*low)) / (2 * h)
                """,
                "The entry k is replaced by ±h. It should be moved by h: `low[k] -= h` and `high[k] += h`.",
            ),
            Mistake(
                """
                def partial(f, xs, k, h):
                    low, high = list(xs), list(xs)
                    low[k - 1] -= h
                    high[k - 1] += h
                    return (f(*high) - f(*low)) / (2 * h)
                """,
                "The wrong input moves, the one before. Python counts from 0, and so does k.",
            ),
            Mistake(
                """
                def partial(f, xs, k, h):
                    low, high = list(xs), list(xs)
                    low[k] -= h
                    high[k] += h
                    return (f(*low) - f(*high)) / (2 * h)
                """,
                "The sign is turned round: a function that rises should have a positive slope.",
            ),
        ),
        variants=(
            """
            partial = lambda f, xs, k, h: (
                f(*xs[:k], xs[k] + h, *xs[k + 1:]) - f(*xs[:k], xs[k] - h, *xs[k + 1:])
            ) / (2 * h)
            """,
            """
            def partial(f, xs, k, h):
                def along(t):
                    return f(*[x + t * (j == k) for j, x in enumerate(xs)])
                return (along(h) - along(-h)) / h / 2
            """,
        ),
        hints=(
            "Two points that differ from `xs` in one place only.",
            "`low[k] -= h` and `high[k] += h` move one input of each copy.",
            "The slope is (f(*high) − f(*low)) / (2 * h).",
        ),
    ),
    Exercise(
        id="checker-disagreement",
        title="A fair comparison",
        prompt="Write disagreement(a, b): |a − b| divided by the largest of 1, |a| and |b|.",
        answer="disagreement",
        starter="""
            def disagreement(a, b):
                return ...
        """,
        solution="""
            def disagreement(a, b):
                return abs(a - b) / max(1, abs(a), abs(b))
        """,
        probes=(
            "disagreement(300.0, 303.0)",
            "disagreement(-7.0, -5.0)",
            "disagreement(0.25, 0.5)",
            "disagreement(-3.0, 4.0)",
            "disagreement(5.0, -8.0)",
            "disagreement(-0.3, 0.6)",
        ),
        hidden=(Hidden("disagreement({a}, {b})", {"a": (-9.0, 9.0), "b": (-9.0, 9.0)}),),
        mistakes=(
            Mistake(
                "def disagreement(a, b): return abs(a - b)",
                "Off by 3 is much for a slope of 5, and little for one of a million. Divide by the size of both.",
            ),
            Mistake(
                "def disagreement(a, b): return (a - b) / max(1, abs(a), abs(b))",
                "The sign is still there. A negative number would pass every test of the kind `< 1e-6`.",
            ),
            Mistake(
                "def disagreement(a, b): return abs(a - b) / max(1, a, b)",
                "Negative numbers have a size as well. Take their absolute values.",
            ),
            Mistake(
                "def disagreement(a, b): return abs(a - b) / max(abs(a), abs(b))",
                "Near zero this is too severe: 0 and 10⁻¹² would disagree completely. That is what the 1 is for.",
            ),
            Mistake(
                "def disagreement(a, b): return abs(abs(a) - abs(b)) / max(1, abs(a), abs(b))",
                "5 and −5 agree here. A sign that is wrong is a frequent mistake; keep it in the difference.",
            ),
        ),
        variants=(
            "disagreement = lambda a, b: abs(b - a) / sorted([1, abs(a), abs(b)])[-1]",
            """
            def disagreement(a, b):
                size = math.fabs(a) if abs(a) > abs(b) else math.fabs(b)
                return math.fabs(b - a) / (size if size > 1 else 1)
            """,
        ),
        hints=(
            "`abs` gives the size of a number, and `max` takes as many numbers as you like.",
            "The top is the size of the difference.",
            "The bottom is max(1, abs(a), abs(b)).",
        ),
    ),
    Exercise(
        id="checker-suspects",
        title="The checker",
        prompt="Write suspects(f, gradient, xs): the list of all k for which gradient(*xs)[k] disagrees with the "
        "central difference by more than 1e-6.",
        answer="suspects",
        setup=GRADIENTS
        + """

def partial(f, xs, k, h):
    low, high = list(xs), list(xs)
    low[k] -= h
    high[k] += h
    return (f(*high) - f(*low)) / (2 * h)


def disagreement(a, b):
    return abs(a - b) / max(1, abs(a), abs(b))
""",
        starter="""
            def suspects(f, gradient, xs):
                claimed = gradient(*xs)
                found = []
                for k in range(len(xs)):
                    measured = partial(f, xs, k, 1e-5)
                    ...
                return ...
        """,
        solution="""
            def suspects(f, gradient, xs):
                claimed = gradient(*xs)
                found = []
                for k in range(len(xs)):
                    measured = partial(f, xs, k, 1e-5)
                    if disagreement(claimed[k], measured) > 1e-6:
                        found.append(k)
                return found
        """,
        probes=(
            "suspects(volume, volume_wrong, [3.0, 5.0, 4.0])",
            "suspects(plane, plane_wrong, [3.5, -2.25])",
            "suspects(volume, volume_right, [3.0, 5.0, 4.0])",
            "suspects(plane, plane_right, [3.5, -2.25])",
            "suspects(steep, steep_right, [3.0, 5.0])",
            "suspects(tiny, tiny_wrong, [3.0, 5.0])",
            "suspects(steep, steep_right, [4.0, 7.0])",
            "suspects(plane, plane_wrong, [4.5, 3.5])",
        ),
        hidden=(
            # A factor of 1 leaves a partial right, a factor of 2 makes it wrong.
            Hidden(
                "suspects(lambda x, y, z: {a} * x * y + {b} * y * z, "
                "lambda x, y, z: ({i} * {a} * y, {j} * ({a} * x + {b} * z), {k} * {b} * y), [{x}, {y}, {z}])",
                {**dict.fromkeys("abxyz", POSITIVE), **dict.fromkeys("ijk", FACTOR)},
            ),
            Hidden(
                "suspects(lambda x, y: {a}e6 * x * x + {b} * y, "
                "lambda x, y: ({i} * {a}e6 * 2 * x, {j} * {b}), [{x}, {y}])",
                {**dict.fromkeys("abxy", POSITIVE), **dict.fromkeys("ij", FACTOR)},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed = gradient(*xs)
                    return [k for k in range(len(xs)) if disagreement(claimed[k], partial(f, xs, k, 1e-5)) < 1e-6]
                """,
                "These are the entries that agree. Suspect are those whose disagreement is *larger*.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed = gradient(*xs)
                    return [k for k in range(len(xs)) if abs(claimed[k] - partial(f, xs, k, 1e-5)) > 1e-6]
                """,
                "A slope of six million is accused for an error in its tenth digit. Use `disagreement`, which looks at "
                "the size.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed = gradient(*xs)
                    wrong = [k for k in range(len(xs)) if disagreement(claimed[k], partial(f, xs, k, 1e-5)) > 1e-6]
                    return wrong[:1]
                """,
                "It stops at the first one. A gradient may be wrong in several entries.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed = gradient(*xs)
                    return [k for k in range(len(xs)) if claimed[k] != partial(f, xs, k, 1e-5)]
                """,
                "Nothing passes this. A difference is never right to the last digit: ask how *far* the two are apart.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed = gradient(*xs)
                    return [k + 1 for k in range(len(xs)) if disagreement(claimed[k], partial(f, xs, k, 1e-5)) > 1e-6]
                """,
                "The entries are counted from 1 here. The first one is number 0.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed, found = gradient(*xs), []
                    for k in range(len(xs)):
                        measured = partial(f, xs, k, 1e-5)
                        if disagreement(claimed[k], measured) > 1e-6:
                            found.append(measured)
                    return found
                """,
                "The list holds the measured slopes; it should hold their numbers k.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    claimed, found = gradient(*xs), []
                    for k in range(len(xs)):
                        measured = partial(f, xs, k, 1e-5)
                        if disagreement(claimed[k], measured) > 1e-6:
                            found.append(claimed[k])
                    return found
                """,
                "The list holds the claimed slopes; it should hold their numbers k.",
            ),
            Mistake(
                "def suspects(f, gradient, xs): return []",
                "The list is always empty. When an entry disagrees, append its number k to `found`.",
            ),
            Mistake(
                """
                def suspects(f, gradient, xs):
                    return [k for k in range(1) if disagreement(gradient(*xs)[k], partial(f, xs, k, 1e-5)) > 1e-6]
                """,
                "Only the entry 0 is looked at. Is `return` inside the loop?",
            ),
        ),
        variants=(
            """
            suspects = lambda f, gradient, xs: [
                k for k, d in enumerate(gradient(*xs)) if disagreement(d, partial(f, xs, k, 1e-5)) > 1e-6
            ]
            """,
            """
            def suspects(f, gradient, xs):
                apart = map(disagreement, gradient(*xs), [partial(f, xs, k, 1e-5) for k in range(len(xs))])
                return tuple(k for k, d in enumerate(apart) if not d <= 1e-6)
            """,
        ),
        hints=(
            "`claimed[k]` is what the gradient says, `measured` what the difference says.",
            "Compare the two with your `disagreement`, and ask whether that is more than 1e-6.",
            "`if disagreement(claimed[k], measured) > 1e-6: found.append(k)`, and `found` is what is returned.",
        ),
    ),
    Prediction(
        id="checker-predict-order",
        title="Predict: Taylor's remainder",
        prompt="R(h) = f(x + h) − f(x) − h·s. By what factor does R shrink when h is halved: if s is the right slope, "
        "and if s is wrong? Answer with two numbers in brackets.",
        answer=(4.0, 2.0),
        explanation="With the right slope the first term left is in h²: a quarter. With a wrong one a term in h is "
        "left: a half.",
        mistakes=(
            Mistake((2.0, 4.0), "The other way round: the better the slope, the faster the remainder vanishes."),
            Mistake((2.0, 2.0), "With the right slope the term in h is gone altogether. Which is the next one?"),
            Mistake((4.0, 4.0), "With a wrong slope a term in h stays, and for small h it is the largest."),
            Mistake((2.0, 1.0), "These are the powers of h. Halving h divides h² by 2², and h by 2."),
            Mistake((4.0, 1.0), "With a wrong slope the remainder still goes to 0, since f(x + h) goes to f(x)."),
            Mistake((0.25, 0.5), "Upside down: R becomes a quarter, so it shrinks by the factor 4."),
        ),
        hints=(
            "Put Taylor's series for f(x + h) into R.",
            "With the right slope R begins with ½ f″ h², with a wrong one with (f′ − s)·h.",
            "Halve h in h² and in h.",
        ),
    ),
    Exercise(
        id="checker-order",
        title="Taylor's slope",
        prompt="Write order(f, s, x, h): the power of h in R(h) = f(x + h) − f(x) − h·s, which is log₂ of "
        "|R(h)| / |R(h/2)|. The number s is the claimed slope.",
        answer="order",
        setup=CURVES,
        starter="""
            def order(f, s, x, h):
                def remainder(h):
                    return ...

                return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
        """,
        solution="""
            def order(f, s, x, h):
                def remainder(h):
                    return f(x + h) - f(x) - h * s

                return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
        """,
        probes=(
            "order(cube, cube_slope(3.0), 3.0, 0.125)",
            "order(share, share_slope(2.5), 2.5, 0.125)",
            "order(share, share_wrong(2.5), 2.5, 0.125)",
            "order(cube, 26.0, 3.0, 0.03125)",
        ),
        hidden=(Hidden("order(share, share_slope({x}), {x}, 0.25)", {"x": (2.2, 6.0)}),),
        tolerance=1e-9,
        mistakes=(
            Mistake(
                """
                def order(f, s, x, h):
                    def remainder(h):
                        return f(x + h) - f(x)
                    return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
                """,
                "The claimed slope is not used, so right and wrong slopes get the same answer.",
            ),
            Mistake(
                """
                def order(f, s, x, h):
                    def remainder(h):
                        return (f(x + h) - f(x)) / h - s
                    return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
                """,
                "This is the error of the forward difference: it has one power of h less than the remainder.",
            ),
            Mistake(
                """
                def order(f, s, x, h):
                    def remainder(h):
                        return f(x + h) - f(x) - s
                    return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
                """,
                "A slope is taken off a rise. How much does a line of slope s rise over a run of h?",
            ),
            Mistake(
                """
                def order(f, s, x, h):
                    def remainder(h):
                        return f(x + h) - f(x) + h * s
                    return math.log2(abs(remainder(h)) / abs(remainder(h / 2)))
                """,
                "The rise of the line is added. The remainder is what is left when it is taken off.",
            ),
            Mistake(
                """
                def order(f, s, x, h):
                    def remainder(h):
                        return f(x + h) - f(x) - h * s
                    return abs(remainder(h)) / abs(remainder(h / 2))
                """,
                "This is the factor by which the remainder shrinks, near 4 or 2. The power of h is its logarithm to "
                "base 2: `math.log2`.",
            ),
        ),
        variants=(
            """
            def order(f, s, x, h):
                far, near = (f(x + step) - (f(x) + step * s) for step in (h, h / 2))
                return math.log(abs(far / near)) / math.log(2)
            """,
            "order = lambda f, s, x, h: math.log2(abs((f(x) + h * s - f(x + h)) / (f(x) + h / 2 * s - f(x + h / 2))))",
        ),
        hints=(
            "The remainder is what the tangent line misses at x + h.",
            "The line stands at f(x) + h·s.",
            "f(x + h) − f(x) − h·s, with the h of `remainder`.",
        ),
    ),
    Prediction(
        id="checker-planted",
        title="The three that are wrong",
        prompt="Six functions and their gradients; three of the gradients are wrong. Give the three numbers, in "
        "brackets.",
        answer=(2, 4, 5),
        any_order=True,
        tolerance=1e-6,
        explanation="Number 2 has the sign of a quotient wrong, number 4 lost an inner derivative, and number 5 uses "
        "the power rule on an exponential.",
        mistakes=(
            Mistake((1, 3, 6), "These are the three that are right."),
            Mistake(
                (2, 3, 5),
                "Number 3 is right and number 4 is not. Several wrong formulas look right at 1 or 2: take a point that "
                "is not so round.",
            ),
            Mistake((2, 4, 6), "Number 6 is right: exp is its own derivative. Look at number 5 again."),
            Mistake((1, 2, 4), "Number 1 is the function of the course, and its gradient is right."),
        ),
        hints=(
            "Let your `suspects` run over the six, at a point such as (1.5, 2.5).",
            "`suspects(f, gradient, [1.5, 2.5])` is an empty list where the gradient is right.",
            "The three that are wrong contain a quotient, a sine of a product, and an exponential.",
        ),
    ),
    Exercise(
        id="checker-repair-quotient",
        title="Repair: the quotient",
        prompt="The gradient of x₁ / x₂ + x₂ is wrong in one entry. Repair it.",
        answer="repaired_quotient",
        starter="""
            def repaired_quotient(x1, x2):
                return 1 / x2, x1 / x2**2 + 1
        """,
        solution="""
            def repaired_quotient(x1, x2):
                return 1 / x2, -x1 / x2**2 + 1
        """,
        probes=("repaired_quotient(3.0, 5.0)", "repaired_quotient(-1.5, 2.5)"),
        hidden=(Hidden("repaired_quotient({x}, {y})", {"x": SIGNED, "y": (0.4, 6.0)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def repaired_quotient(x1, x2): return 1 / x2, -(x1 / x2**2 + 1)",
                "Now the whole entry is negative. The + x₂ of the function is right as it was.",
            ),
            Mistake(
                "def repaired_quotient(x1, x2): return -1 / x2, x1 / x2**2 + 1",
                "The other entry has changed, which your checker did not accuse.",
            ),
            Mistake(
                "def repaired_quotient(x1, x2): return 1 / x2, -1 / x2**2 + 1",
                "The sign is right now, and the numerator x₁ got lost.",
            ),
            Mistake(
                "def repaired_quotient(x1, x2): return 1 / x2, -x1 / x2**2",
                "The sign is right now, and the + 1 got lost: it is the slope of the summand x₂.",
            ),
        ),
        variants=(
            "repaired_quotient = lambda x1, x2: (x2**-1, 1 - x1 * x2**-2)",
            """
            def repaired_quotient(x1, x2):
                quotient = x1 / x2
                return [1 / x2, 1 - quotient / x2]
            """,
        ),
        hints=(
            "Which entry does your checker accuse?",
            "A bigger denominator: does x₁ / x₂ go up or down (both positive)?",
            "The entry for x₂ is −x₁ / x₂² + 1.",
        ),
    ),
    Exercise(
        id="checker-repair-sine",
        title="Repair: the sine of a product",
        prompt="The gradient of sin(x₁ x₂) is wrong. Repair it.",
        answer="repaired_sine",
        starter="""
            def repaired_sine(x1, x2):
                return math.cos(x1 * x2), math.cos(x1 * x2)
        """,
        solution="""
            def repaired_sine(x1, x2):
                return math.cos(x1 * x2) * x2, math.cos(x1 * x2) * x1
        """,
        probes=("repaired_sine(3.0, 5.0)", "repaired_sine(-1.5, 2.5)"),
        hidden=(Hidden("repaired_sine({x}, {y})", {"x": SIGNED, "y": (0.4, 6.0)}),),
        tolerance=1e-9,
        mistakes=(
            Mistake(
                "def repaired_sine(x1, x2): return math.cos(x1 * x2) * x1, math.cos(x1 * x2) * x2",
                "The inner derivatives are there, each in the place of the other. If x₁ moves, x₁ x₂ moves x₂ times "
                "as fast.",
            ),
            Mistake(
                "def repaired_sine(x1, x2): return math.cos(x2), math.cos(x1)",
                "The inner derivative went into the cosine. It is a factor; the cosine stays at x₁ x₂.",
            ),
            Mistake(
                "def repaired_sine(x1, x2): return math.cos(x1) * x2, math.cos(x2) * x1",
                "The factors are right now. The cosine should be taken where the sine is, at x₁ x₂.",
            ),
            Mistake(
                "def repaired_sine(x1, x2): return math.cos(x1 * x2) * x2, math.cos(x1 * x2)",
                "The first entry is right. The second still lacks its inner derivative, x₁.",
            ),
            Mistake(
                "def repaired_sine(x1, x2): return math.cos(x1 * x2), math.cos(x1 * x2) * x1",
                "The second entry is right. The first still lacks its inner derivative, x₂.",
            ),
        ),
        variants=(
            "repaired_sine = lambda x1, x2: [x2 * math.cos(x2 * x1), x1 * math.cos(x2 * x1)]",
            """
            def repaired_sine(x1, x2):
                outer = math.sin(x1 * x2 + math.pi / 2)
                return tuple(outer * inner for inner in (x2, x1))
            """,
        ),
        hints=(
            "The chain rule has two factors. Which one is missing?",
            "How fast does the inside x₁ x₂ move when x₁ moves? And when x₂ moves?",
            "The factors are x₂ for the first entry and x₁ for the second.",
        ),
    ),
)
