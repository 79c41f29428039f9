"""Lesson 05, forward mode: seeds are a direction, one pass per input, several seeds at once, a loop.

The known mistakes: both seeds 1 read as a partial derivative (x·y gives 7), a direction taken with its length,
seeds that are not taken back, a slot for every operand instead of every input (the seed text's [3, 3] for x·x),
a constant that is given a seed, a tangent that is made from a value already replaced.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

SEEDS = (-3.0, 3.0)
POSITIVE = (2.2, 6.0)

RUNNING = """
from autograd_mini import Dual, log, sin


def f(x1, x2):
    return log(x1) + x1 * x2 - sin(x2)
"""

THREE = """
from autograd_mini import Dual, sin


def g(x, y, z):
    return x * y * y + sin(z) * x
"""

PREDICT_SEEDS = Prediction(
    id="forward-predict-seeds",
    title="Predict: the seeds 2 and −1",
    prompt="At (2, 5) the seeds (1, 0) give the tangent 5.5 and the seeds (0, 1) give 1.716. "
    "What do the seeds (2, −1) give?",
    answer=9.284,
    explanation="2 · 5.5 − 1 · 1.716 = 9.284: each seed scales the derivative by its own input, and they add.",
    mistakes=(
        Mistake(7.216, "7.216 is 5.5 + 1.716, the tangent for the seeds (1, 1). Here the seeds are 2 and −1."),
        Mistake(3.784, "3.784 is 5.5 − 1.716. The first input moves at the rate 2, so its effect is doubled."),
        Mistake(12.716, "12.716 adds the two effects. The second input moves backwards, so its effect is taken off."),
        Mistake(-2.068, "−2.068 has the seeds the wrong way round: 2 is the seed of x₁ and −1 that of x₂."),
    ),
    hints=(
        "x₁ moves at the rate 2. How fast does f move on account of that alone?",
        "On account of x₁ alone f moves at the rate 2 · 5.5. On account of x₂ alone at −1 · 1.716.",
        "Both happen at once, so add: 11 − 1.716.",
    ),
)

SEVEN = Choice(
    id="forward-seven",
    title="What is the 7?",
    prompt="One pass of x · y at (2, 5) with both seeds 1 gives 7. What is this number?",
    options={
        "a": "the derivative by x",
        "b": "the rate of x · y when x and y both grow at the rate 1",
        "c": "the rise of x · y on one unit of way in the direction (1, 1)",
        "d": "the slope in the steepest direction",
    },
    answer="b",
    explanation="7 = 5 · 1 + 2 · 1. The seeds asked about a direction, and the answer is about that direction.",
    mistakes=(
        Mistake("a", "That is 5, from the seeds (1, 0). You asked for a direction here, not for a coordinate."),
        Mistake("c", "The arrow (1, 1) is √2 units long. For one unit of way, divide: 7/√2 = 4.95."),
        Mistake("d", "The steepest direction is that of the gradient, (5, 2). The arrow (1, 1) points elsewhere."),
    ),
    hints=(
        "Which of the two inputs moves in this pass?",
        "Both move, each at the rate 1. The tangent is ∂/∂x times 1 plus ∂/∂y times 1.",
        "5 + 2 = 7 mixes both partial derivatives. It says how fast x · y changes while both inputs move.",
    ),
)

DIRECTION = Exercise(
    id="forward-direction",
    title="The slope in a direction",
    prompt="Write slope_towards(g, x, y, u, v): the slope of g at (x, y) in the direction of the arrow (u, v), per "
    "unit of way, so the length of the arrow does not matter. One pass is enough.",
    answer="slope_towards",
    setup="import math\n" + RUNNING.strip("\n"),
    starter="""
        def slope_towards(g, x, y, u, v):
            x_dot = ...  # which seeds make an arrow of length 1?
            y_dot = ...
            return g(Dual(x, x_dot), Dual(y, y_dot)).tangent
        """,
    solution="""
        def slope_towards(g, x, y, u, v):
            length = math.sqrt(u * u + v * v)
            x_dot = u / length
            y_dot = v / length
            return g(Dual(x, x_dot), Dual(y, y_dot)).tangent
        """,
    probes=(
        "slope_towards(f, 2.0, 5.0, 3.0, 4.0)",
        "slope_towards(f, 3.5, 4.5, -0.6, 2.5)",
        "slope_towards(f, 0.4, 2.5, 1.5, -0.7)",
    ),
    hidden=(
        Hidden("slope_towards(f, {x}, {y}, {u}, {v})", {"x": POSITIVE, "y": POSITIVE, "u": (0.3, 3.0), "v": SEEDS}),
    ),
    hints=(
        "The seeds u and v give the rate along the arrow (u, v). How long is that arrow?",
        "Its length is √(u² + v²). An arrow of the same direction and length 1 has u and v divided by that.",
        "x_dot is u / math.sqrt(u * u + v * v), and y_dot likewise with v.",
    ),
    variants=(
        """
        def slope_towards(g, x, y, u, v):
            return g(Dual(x, u), Dual(y, v)).tangent / math.hypot(u, v)
        """,
        """
        def slope_towards(g, x, y, u, v):
            angle = math.atan2(v, u)
            by_x, by_y = g(Dual(x, (1.0, 0.0)), Dual(y, (0.0, 1.0))).tangent
            return by_x * math.cos(angle) + by_y * math.sin(angle)
        """,
    ),
    mistakes=(
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, u), Dual(y, v)).tangent",
            "The arrow has its own length here. With an arrow twice as long this doubles, and the slope of a hill does "
            "not depend on how fast you walk.",
        ),
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, 1.0), Dual(y, 1.0)).tangent",
            "Both seeds are 1, whatever the arrow is. That asks for the direction (1, 1).",
        ),
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, u), Dual(y, v)).tangent / (u * u + v * v)",
            "This divides by u² + v², which is the square of the length.",
        ),
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, u), Dual(y, v)).tangent / (abs(u) + abs(v))",
            "This divides by |u| + |v|, the way along the axes. The arrow takes the short way across: √(u² + v²).",
        ),
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, u), Dual(y, v)).tangent / (u + v)",
            "This divides by u + v, which may even be negative. The length of the arrow is √(u² + v²).",
        ),
        Mistake(
            "def slope_towards(g, x, y, u, v): return g(Dual(x, v), Dual(y, u)).tangent / math.hypot(u, v)",
            "The seeds have changed places: u says how x moves, and v how y moves.",
        ),
    ),
    tolerance=1e-10,
)

GRADIENT = Exercise(
    id="forward-gradient",
    title="One pass per input",
    prompt="Write gradient(g, xs): the list of all partial derivatives of g at the point xs (a list of numbers), from "
    "one pass for each input.",
    answer="gradient",
    setup=THREE.strip("\n"),
    starter="""
        def gradient(g, xs):
            partials = []
            for i in range(len(xs)):
                seeds = ...  # a list: which input moves in pass i?
                out = g(*(Dual(x, seed) for x, seed in zip(xs, seeds)))
                partials.append(out.tangent)
            return partials
        """,
    solution="""
        def gradient(g, xs):
            partials = []
            for i in range(len(xs)):
                seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]
                out = g(*(Dual(x, seed) for x, seed in zip(xs, seeds)))
                partials.append(out.tangent)
            return partials
        """,
    probes=("gradient(g, [3.5, 4.5, 0.7])", "gradient(g, [-2.5, 0.6, 3.5])"),
    hidden=(Hidden("gradient(g, [{x}, {y}, {z}])", {"x": (-6.0, 6.0), "y": (-6.0, 6.0), "z": (-6.0, 6.0)}),),
    hints=(
        "A partial derivative asks about one input, while all others stay.",
        "In pass i the input i has the seed 1, and every other input has the seed 0.",
        "seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]",
    ),
    variants=(
        """
        def gradient(g, xs):
            n = len(xs)
            unit = [[float(i == k) for k in range(n)] for i in range(n)]
            return [g(*map(Dual, xs, row)).tangent for row in unit]
        """,
        """
        def gradient(g, xs):
            return [g(*xs[:i], Dual(xs[i], 1.0), *xs[i + 1 :]).tangent for i in range(len(xs))]
        """,
    ),
    mistakes=(
        Mistake(
            "def gradient(g, xs): return [g(*(Dual(x, 1.0) for x in xs)).tangent for _x in xs]",
            "All seeds are 1 in every pass, so every pass gives the same number: the sum of all partial derivatives. "
            "You asked for a direction, not for a coordinate.",
        ),
        Mistake(
            """
            def gradient(g, xs):
                seeds, partials = [0.0] * len(xs), []
                for i in range(len(xs)):
                    seeds[i] = 1.0
                    partials.append(g(*map(Dual, xs, seeds)).tangent)
                return partials
            """,
            "The seed of an earlier pass is still there in the next one. The first number is right, and the others "
            "are sums.",
        ),
        Mistake(
            """
            def gradient(g, xs):
                n = len(xs)
                return [g(*(Dual(x, float(k + i == n - 1)) for k, x in enumerate(xs))).tangent for i in range(n)]
            """,
            "The partial derivatives come in the reverse order. In pass i it is input i that moves.",
        ),
        Mistake(
            """
            def gradient(g, xs):
                n = len(xs)
                return [g(*(Dual(x, x * (k == i)) for k, x in enumerate(xs))).tangent for i in range(n)]
            """,
            "The seed is the value of the input here. A seed is a rate: 1 for the input that is asked about.",
        ),
    ),
)

SLOTS = Exercise(
    id="forward-slots",
    title="Several tangents at once: the product",
    prompt="A number with several tangents is a pair (value, slots), with one slot for each *input* of the function. "
    "Write product(a, b) for two such pairs. For x = (3.0, [1.0]), x · x has the value 9 and one slot, with 6.",
    answer="product",
    starter="""
        def product(a, b):
            (a_value, a_slots), (b_value, b_slots) = a, b
            slots = ...  # one for each input
            return a_value * b_value, slots
        """,
    solution="""
        def product(a, b):
            (a_value, a_slots), (b_value, b_slots) = a, b
            slots = [a_dot * b_value + a_value * b_dot for a_dot, b_dot in zip(a_slots, b_slots)]
            return a_value * b_value, slots
        """,
    probes=(
        "product((3.0, [1.0]), (3.0, [1.0]))",
        "product((3.5, [1.0, 0.0]), (4.5, [0.0, 1.0]))",
        "product((2.5, [0.6, -1.5]), (-4.5, [3.0, 0.7]))",
    ),
    hidden=(
        Hidden(
            "product(({a}, [{p}, {q}]), ({b}, [{r}, {s}]))",
            {"a": (-6.0, 6.0), "b": (-6.0, 6.0), "p": SEEDS, "q": SEEDS, "r": SEEDS, "s": SEEDS},
        ),
    ),
    hints=(
        "What is the rule of the product for one seed? Each slot follows it on its own.",
        "Slot k of the result is made of slot k of a and slot k of b.",
        "Slot k is a_slots[k] * b_value + a_value * b_slots[k].",
    ),
    variants=(
        """
        def product(a, b):
            n = range(len(a[1]))
            return a[0] * b[0], tuple(b[0] * a[1][k] + b[1][k] * a[0] for k in n)
        """,
        """
        from autograd_mini import Dual
        def product(a, b):
            out = Dual(a[0], tuple(a[1])) * Dual(b[0], tuple(b[1]))
            return out.primal, list(out.tangent)
        """,
    ),
    mistakes=(
        Mistake(
            """
            def product(a, b):
                return a[0] * b[0], [b[0] * dot for dot in a[1]] + [a[0] * dot for dot in b[1]]
            """,
            "Each operand has brought its slots along, one list behind the other. The slots belong to the inputs: "
            "x · x has one input, so one slot, in which both contributions add up.",
        ),
        Mistake(
            "def product(a, b): return a[0] * b[0], [p * q for p, q in zip(a[1], b[1])]",
            "The slots are multiplied with each other, (uv)′ = u′v′. Nudge one input: it moves the product even where "
            "the other operand stays.",
        ),
        Mistake(
            "def product(a, b): return a[0] * b[0], [p + q for p, q in zip(a[1], b[1])]",
            "The slots are added as they are. That is the rule of a sum.",
        ),
        Mistake(
            "def product(a, b): return a[0] * b[0], [p * a[0] + q * b[0] for p, q in zip(a[1], b[1])]",
            "Each tangent is multiplied by the value of its own operand. How far a nudge of a moves a·b depends on b.",
        ),
    ),
)

PASSES = Prediction(
    id="forward-predict-passes",
    title="Predict: how many passes?",
    prompt="A function has 4 inputs and 3 outputs. How many passes, each with one seed for each input, give all its "
    "partial derivatives?",
    answer=4.0,
    explanation="A pass with one input's seed 1 finds the derivatives of all outputs by that input. So 4 passes.",
    mistakes=(
        Mistake(12.0, "There are 12 partial derivatives, but one pass finds several: all outputs by one input."),
        Mistake(3.0, "The outputs do not count: each of them carries its tangent out of the same pass."),
        Mistake(1.0, "One pass asks for one direction of the 4-dimensional input, and gives 3 of the 12 numbers."),
        Mistake(7.0, "7 is the number of inputs and outputs together. Which of them must be asked about one by one?"),
    ),
    hints=(
        "What does a pass with the seeds (1, 0, 0, 0) tell about the three outputs?",
        "It gives the derivative of each output by the first input. Which are still missing?",
        "One pass for each input.",
    ),
)

BABYLON = Exercise(
    id="forward-babylon",
    title="A loop with its tangent beside it",
    prompt="Write root(a, a_dot, steps): the Babylonian loop t ← (t + a/t) / 2 from t = 1, with plain numbers. Beside "
    "t carry its tangent. Return the pair (t, t_dot).",
    answer="root",
    starter="""
        def root(a, a_dot, steps):
            t, t_dot = 1.0, 0.0
            for step in range(steps):
                q = a / t
                q_dot = ...  # the tangent of the quotient
                t = (t + q) / 2
                t_dot = ...
            return t, t_dot
        """,
    solution="""
        def root(a, a_dot, steps):
            t, t_dot = 1.0, 0.0
            for step in range(steps):
                q = a / t
                q_dot = (a_dot - q * t_dot) / t
                t = (t + q) / 2
                t_dot = (t_dot + q_dot) / 2
            return t, t_dot
        """,
    probes=("root(5.5, 1.0, 2)", "root(3.0, 0.7, 3)", "root(7.25, -1.5, 4)"),
    hidden=(Hidden("root({a}, {t}, {n})", {"a": (2.2, 9.0), "t": SEEDS, "n": range(2, 5)}),),
    hints=(
        "Every line that computes a value gets a line that computes its tangent. What is the rule for a quotient?",
        "q t = a, so the tangents satisfy q_dot t + q t_dot = a_dot. Use the t and t_dot that went into q.",
        "q_dot = (a_dot - q * t_dot) / t, and t_dot = (t_dot + q_dot) / 2.",
    ),
    variants=(
        """
        from autograd_mini import Dual
        def root(a, a_dot, steps):
            t = Dual(1.0, 0.0)
            for step in range(steps):
                t = (t + Dual(a, a_dot) / t) / 2
            return t.primal, t.tangent
        """,
        """
        def root(a, a_dot, steps):
            t, t_dot = 1.0, 0.0
            while steps:
                steps -= 1
                t, t_dot = (t * t + a) / (2 * t), t_dot * (t * t - a) / (2 * t * t) + a_dot / (2 * t)
            return [t, t_dot]
        """,
    ),
    mistakes=(
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    t = (t + a / t) / 2
                    t_dot = (t_dot + a_dot / t - a * t_dot / (t * t)) / 2
                return t, t_dot
            """,
            "The tangent is made from the t that has just been replaced. A row's tangent uses the values that went "
            "into the row.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 1.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, (t_dot + (a_dot - q * t_dot) / t) / 2
                return t, t_dot
            """,
            "The start t = 1 is given the tangent 1. It is a constant: it stays where it is when a moves.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, (t_dot + a_dot / t) / 2
                return t, t_dot
            """,
            "In a / t only a moves here. After the first step t moves as well.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, t_dot + (a_dot - q * t_dot) / t
                return t, t_dot
            """,
            "The value is halved and its tangent is not. The factor one half belongs to both.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t = (t + q) / 2
                    q_dot = (a_dot - q * t_dot) / t
                    t_dot = (t_dot + q_dot) / 2
                return t, t_dot
            """,
            "q is made from the old t, and its tangent from the new one. Compute q_dot before t is replaced.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, (t_dot + (1.0 - q * t_dot) / t) / 2
                return t, t_dot
            """,
            "a moves at the rate 1 here, whatever it is given. Its tangent is `a_dot`.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, (t_dot + (q * t_dot - a_dot) / t) / 2
                return t, t_dot
            """,
            "The sign of the quotient's tangent is swapped: a / t grows with a, and gets smaller when t grows.",
        ),
        Mistake(
            """
            def root(a, a_dot, steps):
                t, t_dot = 1.0, 0.0
                for step in range(steps):
                    q = a / t
                    t, t_dot = (t + q) / 2, (t_dot + (a_dot + q * t_dot) / t) / 2
                return t, t_dot
            """,
            "Both contributions to the quotient's tangent have a plus. Does a / t grow when t grows?",
        ),
    ),
)

BUG = Exercise(
    id="forward-bug",
    title="Find the bug: a seed too many",
    prompt="This should give the slope of 3x² + x / 4 at x. At 5 that is 30.25, and it gives more. Mend it.",
    answer="slope",
    setup="from autograd_mini import Dual",
    starter="""
        def slope(x):
            x = Dual(x, 1.0)
            three = Dual(3.0, 1.0)
            four = Dual(4.0, 1.0)
            y = three * x * x + x / four
            return y.tangent
        """,
    solution="""
        def slope(x):
            x = Dual(x, 1.0)
            three = Dual(3.0, 0.0)
            four = Dual(4.0, 0.0)
            y = three * x * x + x / four
            return y.tangent
        """,
    probes=("slope(5.0)", "slope(3.5)", "slope(-4.5)"),
    hidden=(Hidden("slope({x})", {"x": (-9.0, 9.0)}),),
    hints=(
        "How many inputs does this function have? How many seeds are not 0?",
        "3 and 4 stay where they are when x moves. What is the tangent of a number that stays?",
        "Give `three` and `four` the seed 0.0, or write plain 3.0 and 4.0.",
    ),
    variants=(
        """
        def slope(x):
            x = Dual(x, 1.0)
            return (3 * x * x + x / 4).tangent
        """,
        "slope = lambda x: 6 * x + 0.25",
    ),
    mistakes=(
        Mistake(
            """
            def slope(x):
                return (Dual(3.0, 1.0) * x * x + x / Dual(4.0, 0.0)).tangent
            """,
            "Now only the 3 moves. This is the derivative by the 3; x is the one that is asked about.",
        ),
        Mistake(
            """
            def slope(x):
                x = Dual(x, 1.0)
                return (Dual(3.0, 0.0) * x * x + x / Dual(4.0, 1.0)).tangent
            """,
            "The 3 stays now and the 4 still moves. A constant has no seed, wherever it stands.",
        ),
        Mistake(
            """
            def slope(x):
                x = Dual(x, 1.0)
                return (Dual(3.0, 1.0) * x * x + x / Dual(4.0, 0.0)).tangent
            """,
            "The 4 stays now and the 3 still moves. A constant has no seed, wherever it stands.",
        ),
        Mistake(
            """
            def slope(x):
                x = Dual(x, 1.0)
                return (Dual(3.0, 1.0) * x * x + x / Dual(4.0, 1.0)).tangent / 3
            """,
            "Three numbers move, and dividing by three does not undo that: they do not move the result alike.",
        ),
        Mistake(
            """
            def slope(x):
                x = Dual(x, 0.0)
                return (Dual(3.0, 1.0) * x * x + x / Dual(4.0, 1.0)).tangent
            """,
            "Now x stays and the constants move. It is the other way round: x is the one that is asked about.",
        ),
        Mistake(
            """
            def slope(x):
                x = Dual(x, 0.0)
                return (3.0 * x * x + x / 4.0).tangent
            """,
            "Nothing moves any more, not even x. The slope is asked by x, so x has the seed 1.",
        ),
    ),
)

EXERCISES: tuple[Declared, ...] = (
    PREDICT_SEEDS,
    SEVEN,
    DIRECTION,
    GRADIENT,
    SLOTS,
    PASSES,
    BABYLON,
    BUG,
)
