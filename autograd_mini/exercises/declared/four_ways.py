"""Lesson 01, four ways to differentiate: the rules by hand, and what a symbolic or automatic derivative is.

The known mistakes are those that learners make with the rules (Siyepu 2015; Maharaj & Ntuli 2018; Luneta &
Makonye 2010): (uv)′ = u′v′, the inner derivative dropped or put inside, the power rule on an exponential,
the signs of the quotient rule, and f(a + b) = f(a) + f(b).
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

SIGNED = (-4.0, 4.0)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="ways-predict-slope",
        title="Predict: the slope at 5",
        prompt="f(x) = ln 2 + 2x − sin x. At x = 5 the cosine is 0.2837 and the sine −0.9589. How steep is f there?",
        answer=1.7163378,
        explanation="ln 2 does not move, 2x moves twice as fast as x, and −sin x contributes −cos 5: 2 − 0.2837.",
        mistakes=(
            Mistake(2.2836622, "The sine is subtracted in f. What sign does its slope get?"),
            Mistake(2.9589243, "That is 2 − sin 5. The term sin x changes as fast as its slope says, not its value."),
            Mistake(2.2163378, "There is ½ too much, the slope of ln at 2. Does ln 2 move when x moves?"),
            Mistake(11.652071, "That is the value of f at 5. The question is how fast it changes."),
        ),
        hints=(
            "Take the three terms one by one: how fast does each move when x moves?",
            "ln 2 is a constant. 2x has slope 2. The slope of sin x is cos x.",
            "2 − cos 5 = 2 − 0.2837.",
        ),
    ),
    Exercise(
        id="ways-product",
        title="By hand: a product",
        prompt="Write slope(x), the derivative of x² sin x.",
        answer="slope",
        starter="""
            def slope(x):
                return ...
        """,
        solution="""
            def slope(x):
                return 2 * x * math.sin(x) + x**2 * math.cos(x)
        """,
        probes=("slope(3.0)", "slope(-1.5)", "slope(0.7)"),
        hidden=(Hidden("slope({x})", {"x": SIGNED}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def slope(x): return 2 * x * math.cos(x)",
                "This multiplies the two derivatives, (uv)′ = u′v′. Nudge only x², then only sin x: each nudge moves "
                "the product, so there are two contributions.",
            ),
            Mistake(
                "def slope(x): return 2 * x * math.sin(x)",
                "This lets x² move and holds sin x still. The sine moves as well.",
            ),
            Mistake(
                "def slope(x): return x**2 * math.cos(x)",
                "This lets sin x move and holds x² still. The square moves as well.",
            ),
            Mistake(
                "def slope(x): return 2 * x * math.sin(x) - x**2 * math.cos(x)",
                "Both contributions are there, and one has the wrong sign. Which way does sin x move when x grows "
                "from 0?",
            ),
            Mistake(
                "def slope(x): return 2 * x + math.cos(x)",
                "This adds the two derivatives, as for a sum. A factor moves the product by as much as the *other* "
                "factor is large.",
            ),
        ),
        variants=(
            "slope = lambda x: x * (x * math.cos(x) + 2 * math.sin(x))",
            """
            def slope(x):
                u, v = x * x, math.sin(x)
                du, dv = x + x, math.sin(x + math.pi / 2)
                return sum([du * v, u * dv])
            """,
        ),
        hints=(
            "The two factors are x² and sin x. What does the product rule say?",
            "(uv)′ = u′v + uv′, with u = x² and v = sin x.",
            "u′ = 2x and v′ = cos x, so the sum has the terms 2x · sin x and x² · cos x.",
        ),
    ),
    Exercise(
        id="ways-chain",
        title="By hand: one function inside another",
        prompt="Write slope(x), the derivative of sin(x²).",
        answer="slope",
        starter="""
            def slope(x):
                return ...
        """,
        solution="""
            def slope(x):
                return math.cos(x**2) * 2 * x
        """,
        probes=("slope(3.0)", "slope(-1.5)", "slope(0.7)"),
        hidden=(Hidden("slope({x})", {"x": SIGNED}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def slope(x): return math.cos(x**2)",
                "The outer derivative is there, the inner one is not. How fast does the inside, x², move?",
            ),
            Mistake(
                "def slope(x): return math.cos(2 * x)",
                "The derivative of the inside went *into* the cosine. The slope of the sine is taken where the sine "
                "is, at x²; the inner slope is a factor.",
            ),
            Mistake(
                "def slope(x): return math.cos(x) * 2 * x",
                "The factor 2x is right. The slope of the sine is taken at x here, and the sine stands at x².",
            ),
            Mistake(
                "def slope(x): return -math.cos(x**2) * 2 * x",
                "The sign is wrong: the sine rises where its cosine is positive.",
            ),
            Mistake(
                "def slope(x): return math.cos(2 * x) * 2 * x",
                "The factor 2x is right, and it stands inside the cosine as well, where the inside itself belongs.",
            ),
        ),
        variants=(
            "slope = lambda x: 2 * x * math.sin(math.pi / 2 - x * x)",
            """
            def slope(x):
                inside, moves = x * x, x + x
                outside = math.cos(inside)
                return outside * moves
            """,
        ),
        hints=(
            "Two questions: how fast does the inside move, and how fast does the sine move for each step of it?",
            "The inside is x², with slope 2x. The slope of the sine is a cosine, taken at the inside.",
            "The product of cos(x²) and 2x.",
        ),
    ),
    Exercise(
        id="ways-exponential",
        title="By hand: the variable in the exponent",
        prompt="Write slope(x), the derivative of e²ˣ, that is `math.exp(2 * x)`.",
        answer="slope",
        starter="""
            def slope(x):
                return ...
        """,
        solution="""
            def slope(x):
                return 2 * math.exp(2 * x)
        """,
        probes=("slope(0.5)", "slope(-1.5)", "slope(1.7)"),
        hidden=(Hidden("slope({x})", {"x": (-1.9, 1.9)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def slope(x): return 2 * x * math.exp(2 * x - 1)",
                "That is the power rule, for a variable in the base. Which is the variable here, base or exponent?",
            ),
            Mistake(
                "def slope(x): return math.exp(2 * x)",
                "exp is its own derivative, and the inside moves too: how fast does 2x move?",
            ),
            Mistake(
                "def slope(x): return 2 * math.exp(x)",
                "The factor 2 is right. exp should be taken at the inside, 2x.",
            ),
            Mistake(
                "def slope(x): return math.exp(2)",
                "The derivative of the inside went into the exponent. exp is taken at 2x, and the inner slope is a "
                "factor.",
            ),
            Mistake(
                "def slope(x): return 2 * x * math.exp(2 * x)",
                "The inside 2x came down as a factor. What comes down is how fast the inside moves.",
            ),
        ),
        variants=(
            "slope = lambda x: 2 * math.exp(x) ** 2",
            """
            def slope(x):
                value = math.exp(2 * x)
                return value + value
            """,
        ),
        hints=(
            "The inside is 2x. What is the slope of exp at that point?",
            "exp is its own derivative; the chain rule adds the slope of 2x as a factor.",
            "The product of 2 and exp(2x).",
        ),
    ),
    Exercise(
        id="ways-quotient",
        title="By hand: a quotient",
        prompt="Write slope(x), the derivative of sin(x) / x.",
        answer="slope",
        starter="""
            def slope(x):
                return ...
        """,
        solution="""
            def slope(x):
                return (x * math.cos(x) - math.sin(x)) / x**2
        """,
        probes=("slope(3.0)", "slope(-1.5)", "slope(0.7)"),
        hidden=(Hidden("slope({x})", {"x": (0.4, 6.0)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def slope(x): return (math.sin(x) - x * math.cos(x)) / x**2",
                "The sign is swapped. A bigger denominator makes the quotient smaller: which term should have the "
                "minus?",
            ),
            Mistake(
                "def slope(x): return (x * math.cos(x) + math.sin(x)) / x**2",
                "Both terms have a plus. A bigger denominator, does it move the quotient up or down?",
            ),
            Mistake(
                "def slope(x): return math.cos(x)",
                "This divides the two derivatives, cos x by 1. As for products, each of the two moves the quotient "
                "by itself.",
            ),
            Mistake(
                "def slope(x): return (x * math.cos(x) - math.sin(x)) / x",
                "The top is right. What is the denominator of the quotient rule?",
            ),
            Mistake(
                "def slope(x): return x * math.cos(x) - math.sin(x) / x**2",
                "Only the last term is divided by x². The whole top is: set it in brackets.",
            ),
            Mistake(
                "def slope(x): return math.cos(x) / x",
                "This lets the sine move and holds the denominator still. The denominator moves as well.",
            ),
        ),
        variants=(
            "slope = lambda x: math.cos(x) / x - math.sin(x) / x / x",
            """
            def slope(x):
                quotient = math.sin(x) / x
                return (math.cos(x) - quotient) / x
            """,
        ),
        hints=(
            "Write sin(x)/x as sin(x) times 1/x, or look up the quotient rule.",
            "(u/v)′ = (u′v − uv′)/v², with u = sin x and v = x.",
            "The top is x · cos x − sin x, the bottom x².",
        ),
    ),
    Choice(
        id="ways-which-rule",
        title="The rule that holds",
        prompt="One of these holds for all smooth functions and all numbers. Which?",
        options={
            "sine": "sin(a + b) = sin a + sin b",
            "sum": "(u + v)′ = u′ + v′",
            "product": "(u v)′ = u′ v′",
            "chain": "f(g(x))′ = f′(g′(x))",
        },
        answer="sum",
        explanation="To differentiate is linear: sums may be taken apart. The sine itself is not linear, and products "
        "and compositions have rules of their own.",
        mistakes=(
            Mistake("sine", "Try two numbers, for example 2 and 5: the cell above prints both sides."),
            Mistake("product", "Try u = v = x: the left side is (x²)′ = 2x, the right side is 1."),
            Mistake(
                "chain",
                "Try f = sin and g = x²: the slope of f has to be taken where f is, at g(x), and g′ is a factor.",
            ),
        ),
        hints=(
            "Test each with functions that you know, such as x² = x · x.",
            "Three of the four fail on x · x, on sin(2 + 5), or on sin(x²).",
            "Both sides of the right one say: the effects of two summands add up.",
        ),
    ),
    Exercise(
        id="ways-automatic",
        title="By the engine",
        prompt="Write slope_of(f, x): the derivative of f at x, with `ad.jvp`. Seeds are floats: 3.0, not 3.",
        answer="slope_of",
        setup="import autograd_mini as ad\n\n\ndef wave(x):\n    return x * x * ad.sin(x)\n\n\n"
        "def share(x):\n    return 12.0 / x",
        starter="""
            def slope_of(f, x):
                value, tangent = ad.jvp(f, (x,), (...,))
                return tangent
        """,
        solution="""
            def slope_of(f, x):
                value, tangent = ad.jvp(f, (x,), (1.0,))
                return tangent
        """,
        probes=("slope_of(wave, 3.0)", "slope_of(share, -1.5)"),
        hidden=(
            Hidden("slope_of(wave, {x})", {"x": SIGNED}, count=2),
            Hidden("slope_of(share, {x})", {"x": (0.4, 6.0)}, count=2),
        ),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def slope_of(f, x): return ad.jvp(f, (x,), (x,))[1]",
                "The seed is x, so the slope comes out x times too large. The seed says how fast x itself moves.",
            ),
            Mistake(
                "def slope_of(f, x): return ad.jvp(f, (x,), (0.0,))[1]",
                "With the seed 0 nothing moves, so nothing comes out. How fast does x move when x moves?",
            ),
            Mistake(
                "def slope_of(f, x): return ad.jvp(f, (x,), (1.0,))[0]",
                "That is the value of f. `ad.jvp` returns two numbers: the value, then the tangent.",
            ),
            Mistake(
                "def slope_of(f, x): return ad.jvp(f, (x,), (1.0,))",
                "These are the value and the tangent, as `ad.jvp` gives them. Return the tangent alone.",
            ),
            Mistake(
                "def slope_of(f, x): return ad.jvp(f, (x,), (1e-6,))[1]",
                "The seed is no small step. With 0.000001 the slope comes out a million times too small: the tangent "
                "is the slope times the seed, for any seed.",
            ),
        ),
        variants=(
            "slope_of = lambda f, x: ad.grad(f)(x)",
            """
            def slope_of(f, x):
                return f(ad.Dual(x, 1.0)).tangent
            """,
        ),
        hints=(
            "The third argument holds the seeds: how fast each input moves.",
            "The tangent that comes out is the slope times the seed that went in.",
            "The seed is 1.0.",
        ),
    ),
    Choice(
        id="ways-what-is-ad",
        title="What automatic differentiation gives",
        prompt="What does `ad.jvp(f, (5.0,), (1.0,))` work out?",
        options={
            "expression": "an expression for f′, which it then evaluates at 5",
            "small": "the quotient of two differences with a very small h",
            "number": "the number f′(5), from the operations that f does at 5, with no step h",
        },
        answer="number",
        explanation="Each operation hands on its value and its slope. No expression is built and no h is chosen; what "
        "remains is the rounding of the operations themselves.",
        mistakes=(
            Mistake(
                "expression",
                "That is the symbolic way. The engine never sees an expression: f is called once, with a number that "
                "carries a second one.",
            ),
            Mistake("small", "That is the numerical way, and it would not give 15 right digits. Look at the strips."),
        ),
        hints=(
            "Look at the picture: which of the ways has an h, and which prints an expression?",
            "How many digits of the automatic way are right? Could a difference do that?",
            "It is one number, made from the operations of f at this point.",
        ),
    ),
    Exercise(
        id="ways-bug",
        title="Find the bug: a bump",
        prompt="This should be the derivative of x e⁻ˣˣ, where the exponent is −x². Differences disagree. Repair it.",
        answer="bump_slope",
        starter="""
            def bump_slope(x):
                bell = math.exp(-x * x)
                return bell + x * bell * 2 * x
        """,
        solution="""
            def bump_slope(x):
                bell = math.exp(-x * x)
                return bell - x * bell * 2 * x
        """,
        probes=("bump_slope(0.7)", "bump_slope(-1.5)", "bump_slope(1.3)"),
        hidden=(Hidden("bump_slope({x})", {"x": (-1.9, 1.9)}),),
        tolerance=1e-10,
        mistakes=(
            Mistake(
                "def bump_slope(x): return -2 * x * math.exp(-x * x)",
                "This is the slope of the bell alone. The factor x moves as well: its term was right in the program.",
            ),
            Mistake(
                "def bump_slope(x): return -math.exp(-x * x) + x * math.exp(-x * x) * 2 * x",
                "Both signs are turned now. The first term, from the factor x, was right.",
            ),
            Mistake(
                "def bump_slope(x): return -math.exp(-x * x) - x * math.exp(-x * x) * 2 * x",
                "The first term has become negative. It comes from the factor x, which grows with x.",
            ),
            Mistake(
                "def bump_slope(x): return math.exp(-x * x) - 2 * x * math.exp(-x * x)",
                "The sign is right now, and the factor x of the product got lost in the second term.",
            ),
            Mistake(
                "def bump_slope(x): return math.exp(-x * x) - x * math.exp(-x * x) * x",
                "The sign is right now. The inside is −x²: how fast does it move?",
            ),
        ),
        variants=(
            "bump_slope = lambda x: math.exp(-(x**2)) * (1 - 2 * x**2)",
            """
            def bump_slope(x):
                bell = 1 / math.exp(x**2)
                inside = -2 * x
                return 1 * bell + x * (bell * inside)
            """,
        ),
        hints=(
            "There are two terms, one for each factor. Check them one at a time.",
            "The slope of the bell is the bell times the slope of its inside, −x².",
            "The inside −x² has the slope −2x. One sign in the last line should change.",
        ),
    ),
)
