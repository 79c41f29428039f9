"""Start here: write a function, say which way it moves, measure a slope, and meet a diagnosis."""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake

EXERCISES: tuple[Declared, ...] = (
    Exercise(
        id="start-function",
        title="The function of this course",
        prompt="Write `my_f(x1, x2)`, which returns ln x₁ + x₁x₂ − sin x₂. The natural logarithm is `ad.log`, "
        "the sine is `ad.sin`.",
        answer="my_f",
        setup="import autograd_mini as ad",
        starter="""
            def my_f(x1, x2):
                return ...
        """,
        solution="""
            def my_f(x1, x2):
                return ad.log(x1) + x1 * x2 - ad.sin(x2)
        """,
        probes=("my_f(2.0, 5.0)", "my_f(3.5, 4.5)", "my_f(0.25, -1.5)"),
        hidden=(Hidden("my_f({x1}, {x2})", {"x1": (0.3, 6.0), "x2": (-6.0, 6.0)}),),
        hints=(
            "There are three terms. Write each of them first, then put the signs between them.",
            "Python wants the product spelled out: `x1 * x2`.",
            "The three terms are `ad.log(x1)`, `x1 * x2` and `ad.sin(x2)`. The last one is subtracted.",
        ),
        variants=(
            "my_f = lambda x1, x2: math.log(x1) - math.sin(x2) + x2 * x1",
            """
            def my_f(x1, x2):
                v1, v2, v3 = ad.log(x1), x1 * x2, ad.sin(x2)
                return sum((v1, v2, -v3))
            """,
        ),
        mistakes=(
            Mistake(
                "def my_f(x1, x2): return ad.log(x1) + x1 * x2 + ad.sin(x2)",
                "The sine is added here. Look at the sign in front of sin x₂.",
            ),
            Mistake(
                "def my_f(x1, x2): return ad.log10(x1) + x1 * x2 - ad.sin(x2)",
                "This is the logarithm to base 10. `ln` is the natural logarithm, which Python's libraries call `log`.",
            ),
            Mistake(
                "def my_f(x1, x2): return ad.log(x1) + x1 + x2 - ad.sin(x2)",
                "The middle term adds x₁ and x₂. In x₁x₂ they stand side by side, which means a product.",
            ),
            Mistake(
                "def my_f(x1, x2): return ad.log(x1) + x1 * x2 - ad.sin(x1)",
                "The sine is taken of x₁. Which of the two inputs stands inside it?",
            ),
        ),
    ),
    Choice(
        id="start-which-way",
        title="Which way f moves",
        prompt="At (2, 5), x₂ grows a little and x₁ stays. Which way does ln x₁ + x₁x₂ − sin x₂ move?",
        options={
            "up": "it rises",
            "down": "it falls",
            "still": "it stays where it is",
        },
        answer="up",
        explanation="x₁x₂ rises twice as fast as x₂, and −sin x₂ falls by less than that. "
        "The stepper shows by how much.",
        mistakes=(
            Mistake(
                "down",
                "You may have followed the minus sign alone. −sin x₂ does fall here, but a sine never changes faster "
                "than its input, and x₁x₂ rises twice as fast as x₂.",
            ),
            Mistake("still", "Only ln x₁ stays. x₂ also stands in the product and in the sine."),
        ),
        hints=(
            "Look at the three terms one by one: which of them contain x₂?",
            "With x₁ = 2 the product is 2·x₂. How fast can a sine change at most?",
            "The product moves by 2 for each unit of x₂, the sine by at most 1. The product wins.",
        ),
    ),
    Exercise(
        id="start-square-slope",
        title="The slope of x²",
        prompt="Write `slope(x)`, the derivative of x² at x.",
        answer="slope",
        starter="""
            def slope(x):
                return ...
        """,
        solution="""
            def slope(x):
                return 2 * x
        """,
        probes=("slope(3.0)", "slope(-4.5)", "slope(0.25)"),
        hidden=(Hidden("slope({x})", {"x": (-9.0, 9.0)}),),
        hints=(
            "Write x² as x · x and nudge one of the two factors.",
            "Each factor, nudged alone, moves the product x times as fast. There are two factors.",
            "The derivative of x² is two times x.",
        ),
        variants=(
            "slope = lambda x: x + x",
            """
            def slope(x):
                return (x + 1) ** 2 - x**2 - 1
            """,
        ),
        mistakes=(
            Mistake(
                "def slope(x): return x * x",
                "This is the value of x². The slope says how fast that value changes when x moves.",
            ),
            Mistake(
                "def slope(x): return x",
                "This counts one of the two factors in x · x. Both of them move when x moves.",
            ),
            Mistake(
                "def slope(x): return 2.0",
                "This is the same number everywhere, but the curve of x² gets steeper. At which x is its slope 2?",
            ),
            Mistake(
                "def slope(x): return 2 * x**2",
                "The factor 2 has come down and the exponent has stayed. In the power rule it goes down by one.",
            ),
        ),
    ),
    Exercise(
        id="start-nudge",
        title="A slope by a nudge",
        prompt="Write `nudged(f, x, h)`: how much f rises from x to x + h, divided by h.",
        answer="nudged",
        setup="def cube(x):\n    return x * x * x\n\n\ndef share(x):\n    return 12 / x",
        starter="""
            def nudged(f, x, h):
                rise = ...
                return rise / h
        """,
        solution="""
            def nudged(f, x, h):
                rise = f(x + h) - f(x)
                return rise / h
        """,
        probes=("nudged(cube, 3.0, 0.5)", "nudged(share, 2.5, 0.25)", "nudged(cube, -1.5, 0.125)"),
        hidden=(Hidden("nudged(cube, {x}, {h})", {"x": (-5.0, 5.0), "h": (0.1, 0.9)}),),
        hints=(
            "A slope is rise over run. The run is h.",
            "The rise is the difference of two heights: one at x + h, the other at x.",
            "rise = f(x + h) − f(x)",
        ),
        variants=(
            "nudged = lambda f, x, h: (f(x) - f(x + h)) / -h",
            """
            def nudged(f, x, h):
                low, high = [f(point) for point in (x, x + h)]
                return (high - low) * (1 / h)
            """,
        ),
        mistakes=(
            Mistake(
                "def nudged(f, x, h): return f(x + h) / h",
                "This divides a height by the run. A slope is a difference of two heights over the run: what is "
                "missing is the height at x.",
            ),
            Mistake(
                "def nudged(f, x, h): return f(x + h) - f(x)",
                "This is the rise. To get a slope, divide it by the run.",
            ),
            Mistake(
                "def nudged(f, x, h): return (f(x + h) - f(x - h)) / h",
                "The two points are x − h and x + h. How far apart are they?",
            ),
            Mistake(
                "def nudged(f, x, h): return (f(x) - f(x + h)) / h",
                "The sign is turned round: a function that rises should have a positive slope.",
            ),
            Mistake(
                "def nudged(f, x, h): return (f(x + h) - f(x)) / h / h",
                "This divides by h twice. The last line of the starter divides already: `rise` is the difference of "
                "the two heights.",
            ),
        ),
    ),
)
