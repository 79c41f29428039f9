"""Lesson 02, finite differences: the V of truncation and round-off, the central difference, the complex step.

The known mistakes: "smaller h is always better", the two errors with their names exchanged, a central difference
divided by h, a difference without f(x) or without the quotient, all inputs nudged at once.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

SIGNED = (-4.0, 4.0)
FUNCTIONS = "def cube(x):\n    return x * x * x\n\n\ndef share(x):\n    return 12 / x"

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="fd-predict-tiny",
        title="Predict: h = 10⁻¹⁶",
        prompt="The slope of √x at 3 is 0.2887. What does (√(3 + h) − √3) / h give in Python for h = 1e-16?",
        answer=0.0,
        explanation="3 + 1e-16 is 3 for a computer: both values are the same, and 0 divided by h is 0.",
        mistakes=(
            Mistake(
                0.2887,
                "That is the slope, and with pencil and paper h = 10⁻¹⁶ would come very near. A computer keeps 16 "
                "digits of 3 + h. What remains of h?",
            ),
            Mistake(
                0.5774,
                "That is 1/√3, twice the slope. And before that: which number is 3 + 1e-16 in 16 digits?",
            ),
            Mistake(1.732, "That is √3. The quotient takes the difference of two such values."),
        ),
        hints=(
            "Ask Python for `3 + 1e-16 == 3`.",
            "If 3 + h is the same number as 3, what is √(3 + h) − √3?",
            "The top of the quotient is exactly 0.",
        ),
    ),
    Choice(
        id="fd-which-error",
        title="The two errors",
        prompt="Which of the two errors of a forward difference shrinks when h shrinks?",
        options={
            "truncation": "truncation error, the terms of Taylor's series that were dropped",
            "round-off": "round-off error, the digits that were lost in f(x + h) and f(x)",
            "both": "both of them",
            "neither": "neither of them",
        },
        answer="truncation",
        explanation="The dropped term is ½ f″ h: it goes with h. The lost digits are divided by h: their effect grows.",
        mistakes=(
            Mistake(
                "round-off",
                "The names are exchanged. Truncation is what is cut off the series; round-off is what is cut off the "
                "numbers, and it is divided by h.",
            ),
            Mistake("both", "If both shrank, the smallest h would be best. Look at the right arm of the V."),
            Mistake("neither", "One arm of the V falls as h shrinks. Which error rules there?"),
        ),
        hints=(
            "Write down f(x + h) with Taylor: which term is left over after subtracting f(x) and dividing by h?",
            "One error is multiplied by h, the other divided by h.",
            "What is dropped from the series goes with h.",
        ),
    ),
    Exercise(
        id="fd-central",
        title="A central difference",
        prompt="Write central(f, x, h): the slope of the secant through the points at x − h and x + h.",
        answer="central",
        setup=FUNCTIONS,
        starter="""
            def central(f, x, h):
                rise = f(x + h) - f(x - h)
                return ...
        """,
        solution="""
            def central(f, x, h):
                rise = f(x + h) - f(x - h)
                return rise / (2 * h)
        """,
        probes=("central(cube, 3.0, 0.5)", "central(share, 2.5, 0.25)", "central(cube, -1.5, 0.125)"),
        hidden=(Hidden("central(cube, {x}, {h})", {"x": (-5.0, 5.0), "h": (0.1, 0.9)}),),
        mistakes=(
            Mistake(
                "def central(f, x, h): return (f(x + h) - f(x - h)) / h",
                "This is twice the slope. How far apart are the two points?",
            ),
            Mistake(
                "def central(f, x, h): return (f(x + h) - f(x)) / h",
                "This is the forward difference. Its two points are x and x + h; the central one leaves x out.",
            ),
            Mistake(
                "def central(f, x, h): return (f(x) - f(x - h)) / h",
                "This is the backward difference, from x − h to x. The central one goes on to x + h.",
            ),
            Mistake(
                "def central(f, x, h): return f(x + h) - f(x - h)",
                "This is the rise. To get a slope, divide it by the run.",
            ),
            Mistake(
                "def central(f, x, h): return (f(x + h) - f(x - h)) / 2 * h",
                "Python reads `/ 2 * h` from left to right: it divides by 2 and then *multiplies* by h.",
            ),
        ),
        variants=(
            "central = lambda f, x, h: ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2",
            """
            def central(f, x, h):
                low, high = map(f, (x - h, x + h))
                return 0.5 * (high - low) / h
            """,
        ),
        hints=(
            "Slope is rise over run. The rise is there.",
            "From x − h to x + h it is a step h and another step h.",
            "Divide by (2 * h), with the brackets.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="fd-best-step",
        title="The bottom of the V",
        prompt="The error is about a·h + r/h, with a for the truncation and r for the round-off. "
        "Write best_step(a, r): the h for which that is smallest.",
        answer="best_step",
        starter="""
            def best_step(a, r):
                return ...
        """,
        solution="""
            def best_step(a, r):
                return math.sqrt(r / a)
        """,
        probes=("best_step(3.0, 12.0)", "best_step(0.5, 0.125)", "best_step(7.0, 0.25)"),
        hidden=(Hidden("best_step({a}, {r})", {"a": (0.3, 6.0), "r": (0.3, 6.0)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def best_step(a, r): return r / a",
                "Without the root. Set the derivative a − r/h² to 0 and solve for h.",
            ),
            Mistake(
                "def best_step(a, r): return math.sqrt(a / r)",
                "Upside down. With more round-off (a larger r), should h be larger or smaller?",
            ),
            Mistake(
                "def best_step(a, r): return 2 * math.sqrt(a * r)",
                "That is how large the error is at its smallest. Asked is the h where that happens.",
            ),
            Mistake(
                "def best_step(a, r): return math.sqrt(a * r)",
                "That is the height of each arm at the bottom of the V. Asked is the h where they meet: a·h = r/h.",
            ),
            Mistake(
                "def best_step(a, r): return math.sqrt(r / (2 * a))",
                "There is a 2 too much: it comes from the central difference, where the truncation is b·h² and its "
                "derivative 2b·h.",
            ),
            Mistake(
                "def best_step(a, r): return (r / a) ** 1 / 2",
                "`**` binds before `/`: this is (r/a)¹, halved. Write `** (1 / 2)`, or `math.sqrt`.",
            ),
        ),
        variants=(
            "best_step = lambda a, r: (r / a) ** 0.5",
            """
            def best_step(a, r):
                return math.exp((math.log(r) - math.log(a)) / 2)
            """,
        ),
        hints=(
            "At the bottom the two arms are equally high: a·h = r/h.",
            "Multiply by h and divide by a: h² = r/a.",
            "The root of r/a.",
        ),
    ),
    Exercise(
        id="fd-complex",
        title="The complex step",
        prompt="Write complex_step(f, x, h): the imaginary part of f(x + ih), divided by h.",
        answer="complex_step",
        setup=FUNCTIONS,
        starter="""
            def complex_step(f, x, h):
                out = f(complex(x, h))
                return ...
        """,
        solution="""
            def complex_step(f, x, h):
                out = f(complex(x, h))
                return out.imag / h
        """,
        probes=("complex_step(cube, 3.0, 0.5)", "complex_step(share, 2.5, 1e-20)", "complex_step(cube, -1.5, 1e-30)"),
        hidden=(Hidden("complex_step(share, {x}, {h})", {"x": (0.4, 5.0), "h": (0.1, 0.9)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def complex_step(f, x, h): return f(complex(x, h)).real",
                "The real part is the value of f, or nearly. What moved is in the imaginary part.",
            ),
            Mistake(
                "def complex_step(f, x, h): return f(complex(x, h)).imag",
                "This is the rise in the imaginary direction. To get a slope, divide it by the run.",
            ),
            Mistake(
                "def complex_step(f, x, h): return f(complex(x, h)).imag / (2 * h)",
                "The step goes from x to x + ih, and its length is h. There is no second point.",
            ),
            Mistake(
                "def complex_step(f, x, h): return abs(f(complex(x, h))) / h",
                "The absolute value mixes the value of f into the slope. Take the imaginary part alone.",
            ),
            Mistake(
                "def complex_step(f, x, h): return f(complex(x, h)).real / h",
                "That is the value of f, divided by h. The slope is in the imaginary part, `out.imag`.",
            ),
            Mistake(
                "def complex_step(f, x, h): return f(complex(x, h)) / h",
                "This is a whole complex number. Take its imaginary part: `.imag`.",
            ),
        ),
        variants=(
            "complex_step = lambda f, x, h: (f(x + 1j * h) - f(complex(x))).imag / h",
            """
            def complex_step(f, x, h):
                return (f(complex(x, h)) / h).imag
            """,
        ),
        hints=(
            "`out` is a complex number with the parts `out.real` and `out.imag`.",
            "f(x + ih) is f(x) + f′(x)·ih and terms in h². Which part holds f′(x)?",
            "`out.imag` divided by h.",
        ),
    ),
    Exercise(
        id="fd-gradient",
        title="A gradient by differences",
        prompt="Write gradient(f, xs, h): the list of forward differences of f(*xs), one for each input.",
        answer="gradient",
        setup="""
            def volume(x, y, z):
                return x * y * y + 3 * z * z * x


            def plane(x, y):
                return 7 * x - 4 * x * y
        """,
        starter="""
            def gradient(f, xs, h):
                start = f(*xs)
                slopes = []
                for k in range(len(xs)):
                    nudged = list(xs)
                    ...
                return slopes
        """,
        solution="""
            def gradient(f, xs, h):
                start = f(*xs)
                slopes = []
                for k in range(len(xs)):
                    nudged = list(xs)
                    nudged[k] += h
                    slopes.append((f(*nudged) - start) / h)
                return slopes
        """,
        probes=("gradient(volume, [3.0, 5.0, 4.0], 0.5)", "gradient(plane, [1.5, -2.5], 0.25)"),
        hidden=(
            Hidden(
                "gradient(volume, [{x}, {y}, {z}], {h})",
                {"x": SIGNED, "y": SIGNED, "z": SIGNED, "h": (0.1, 0.9)},
            ),
        ),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                """
                def gradient(f, xs, h):
                    return [(f(*[x + h for x in xs]) - f(*xs)) / h for _k in xs]
                """,
                "All inputs were nudged at once, so every entry is the slope in that one direction. Nudge one input "
                "and keep the others.",
            ),
            Mistake(
                """
                def gradient(f, xs, h):
                    start, nudged, slopes = f(*xs), list(xs), []
                    for k in range(len(xs)):
                        nudged[k] += h
                        slopes.append((f(*nudged) - start) / h)
                    return slopes
                """,
                "The nudges stay: when the second input is nudged, the first is still off its place. Start from "
                "`xs` each time.",
            ),
            Mistake(
                """
                def gradient(f, xs, h):
                    return [f(*[*xs[:k], xs[k] + h, *xs[k + 1:]]) / h for k in range(len(xs))]
                """,
                "A height divided by the run. What is missing is the height at the start.",
            ),
            Mistake(
                """
                def gradient(f, xs, h):
                    return [f(*[*xs[:k], xs[k] + h, *xs[k + 1:]]) - f(*xs) for k in range(len(xs))]
                """,
                "These are the rises. To get slopes, divide them by the run.",
            ),
            Mistake(
                """
                def gradient(f, xs, h):
                    return [(f(*[*xs[:k], h, *xs[k + 1:]]) - f(*xs)) / h for k in range(len(xs))]
                """,
                "`nudged[k] = h` replaces the input by h. Add h to it: `nudged[k] += h`.",
            ),
            Mistake(
                """
                def gradient(f, xs, h):
                    return [(f(xs[0] + h, *xs[1:]) - f(*xs)) / h]
                """,
                "Only the first entry is there. Is `return` inside the loop?",
            ),
            Mistake("def gradient(f, xs, h): return []", "The list is empty: append a slope for each input."),
        ),
        variants=(
            "gradient = lambda f, xs, h: [(f(*xs[:k], xs[k] + h, *xs[k + 1:]) - f(*xs)) / h for k in range(len(xs))]",
            """
            def gradient(f, xs, h):
                start = f(*xs)
                points = [[x + h * (j == k) for j, x in enumerate(xs)] for k, _x in enumerate(xs)]
                return tuple((f(*p) - start) / h for p in points)
            """,
        ),
        hints=(
            "For each k, only input number k moves.",
            "`nudged` is a fresh copy of `xs`. Add h to its entry k and call f with `*nudged`.",
            "`nudged[k] += h`, then append `(f(*nudged) - start) / h`.",
        ),
    ),
    Prediction(
        id="fd-predict-count",
        title="Predict: a thousand inputs",
        prompt="f has 1000 inputs. How often is f evaluated for one gradient, by forward and by central differences? "
        "Answer with two numbers in brackets.",
        answer=(1001, 2000),
        tolerance=1e-6,
        explanation="Forward: once at the start and once for each input, n + 1. Central: twice for each input, 2n.",
        mistakes=(
            Mistake((2, 2), "Two values are enough for one slope. There are a thousand inputs."),
            Mistake((1000, 2000), "Forward differences also need the value at the start, once for all."),
            Mistake((2000, 2000), "The value at the start is the same for all inputs: it needs to be taken only once."),
            Mistake((1001, 2001), "A central difference does not use the value at the start."),
            Mistake((1001, 1001), "A central difference takes two new values for each input."),
            Mistake((2000, 1001), "The two are swapped: forward differences come first in the answer."),
        ),
        hints=(
            "Count the calls of f in your `gradient`.",
            "Forward: one call before the loop, and one in each round. Central: two in each round, none before.",
            "n + 1 and 2n, with n = 1000.",
        ),
    ),
    Exercise(
        id="fd-bug",
        title="Find the bug: a careful step",
        prompt="Somebody wanted to be exact. `slope(f, x)` should be right to six digits. Repair it.",
        answer="slope",
        setup=FUNCTIONS + "\n\n\ndef wave(x):\n    return math.sin(x) * x",
        starter="""
            def slope(f, x):
                h = 1e-15
                return (f(x + h) - f(x - h)) / (2 * h)
        """,
        solution="""
            def slope(f, x):
                h = 1e-5
                return (f(x + h) - f(x - h)) / (2 * h)
        """,
        probes=("slope(cube, 3.0)", "slope(share, 2.5)", "slope(wave, -1.5)"),
        hidden=(Hidden("slope(wave, {x})", {"x": (2.2, 6.0)}),),
        tolerance=1e-6,
        mistakes=(
            Mistake(
                "def slope(f, x): return (f(x + 1e-20) - f(x - 1e-20)) / 2e-20",
                "The slope is 0 everywhere now: h is so small that x + h and x − h are the same number. The right "
                "arm of the V goes up, not down.",
            ),
            Mistake(
                "def slope(f, x): return (f(x + 0.1) - f(x - 0.1)) / 0.2",
                "With h = 0.1 the digits are safe, and the dropped terms are large: you are high up on the left arm "
                "of the V.",
            ),
            Mistake(
                "def slope(f, x): return (f(x + 1e-5) - f(x - 1e-5)) / 1e-5",
                "The step is good now, and the run is wrong: the two points are 2h apart.",
            ),
            Mistake(
                "def slope(f, x): return (f(x + 0.01) - f(x - 0.01)) / 0.02",
                "With h = 0.01 the dropped terms are still too large for six digits. Their size goes with h².",
            ),
        ),
        variants=(
            "slope = lambda f, x: (f(x + 1e-8) - f(x)) / 1e-8",
            """
            def slope(f, x):
                coarse, fine = ((f(x + h) - f(x - h)) / (2 * h) for h in (2e-3, 1e-3))
                return (4 * fine - coarse) / 3
            """,
        ),
        hints=(
            "Where is the bottom of the V for the central difference? Read it off the picture.",
            "The formula is right. One number in it is not.",
            "h = 1e-5 is near the bottom.",
        ),
    ),
)
