"""Lab 9, the capstone: the engine of lab 4 trains a network, and is held against the list of promises.

The known mistakes are those of training loops written by hand: climbing instead of descending, slopes that are
never zeroed, a gradient that is taken once and used for ever, weights that move one after another; and those of
a network: one neuron six times, a loss without its sign or its mean.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

POINT = {"x": (-2.5, 2.5), "y": (-2.5, 2.5)}
WEIGHTS = (
    "FEW = [0.7, -1.3, 0.4, 1.6, -0.9, 0.35, 1.4, -0.8, 0.25]  # two neurons of four weights, and one weight more\n"
    "MORE = [0.45, 1.35, -0.6, 0.85, 1.2, -0.3, 0.65, -1.45, -0.75, 0.55, 1.15, 0.95, -0.4]  # three, and one more\n"
)
LABELS = "import autograd_mini as ad\nTWO, THREE, FOUR = [1, -1], [-1, 1, 1], [1, -1, -1, 1]  # labels\n"
POWERS = '''
import autograd_mini as ad

def powers_of_three(x):
    """An `exp` that is not math.exp: the same formula makes another tanh of it."""
    return 3.0**x
'''
BOWL = '''
def bowl(w):
    """The slopes of 1.2 w₀² + 0.6 w₀ w₁ + 0.7 w₁²."""
    return [2.4 * w[0] + 0.6 * w[1], 0.6 * w[0] + 1.4 * w[1]]


def counted(train, w, rate, steps):
    """The new weights on the bowl, and how many gradients were taken for them."""
    taken = []

    def gradient(w):
        taken.append(w)
        return bowl(w)

    return train(w, gradient, rate, steps), len(taken)
'''


def squashed(result: str) -> str:
    return f"def tanh(x, exp): return {result}"


def layer(weights: str, start: str = "w[-1]") -> str:
    """A program for the network that takes the weights of neuron k in another way."""
    return f"""
    def network(w, x, y, tanh):
        score = {start}
        for k in range(len(w) // 4):
            a, b, c, v = {weights}
            score = score + v * tanh(a * x + b * y + c)
        return score
    """


def mean(term: str) -> str:
    return (
        f"def loss(scores, labels, exp, log): return sum({term} for score, label in zip(scores, labels)) / len(labels)"
    )


EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="capstone-predict-sweeps",
        title="How many sweeps for one gradient",
        prompt=(
            "The network has 25 weights, the data are 40 points, and the loss is one number, the mean over all points. "
            "How many return sweeps does the gradient for all weights take?"
        ),
        answer=1,
        explanation="One. A sweep starts at an output, and the loss is the only one; on its way it meets every weight.",
        mistakes=(
            Mistake(
                25, "25 is one for each weight, which is what forward mode takes. A sweep starts at the other end."
            ),
            Mistake(
                40,
                "40 is one for each point. They are added up to one loss, and its tape holds all of them.",
            ),
            Mistake(1000, "1000 is one for each weight and point. How many outputs does the tape end in?"),
            Mistake(26, "26 runs is what differences would take: one at the start, and one for each nudged weight."),
        ),
        hints=(
            "Where does a return sweep start?",
            "It starts at an output. How many numbers is the loss?",
            "As many sweeps as there are losses.",
        ),
    ),
    Exercise(
        id="capstone-tanh",
        title="tanh from exp",
        prompt="Write tanh(x, exp), the hyperbolic tangent, with the operations and the `exp` that it is given.",
        answer="tanh",
        setup=POWERS,
        starter="""
            def tanh(x, exp):
                return ...
        """,
        solution="""
            def tanh(x, exp):
                return 1.0 - 2.0 / (exp(2.0 * x) + 1.0)
        """,
        probes=(
            "ad.value_and_grad(lambda x: tanh(x, ad.exp))(0.7)",
            "ad.value_and_grad(lambda x: tanh(x, ad.exp))(-1.3)",
            "tanh(0.45, math.exp)",
            "tanh(0.45, powers_of_three)",
            "tanh(-1.4, powers_of_three)",
        ),
        hidden=(
            Hidden("ad.value_and_grad(lambda x: tanh(x, ad.exp))({x})", {"x": (-2.5, 2.5)}),
            Hidden("tanh({x}, powers_of_three)", {"x": (-2.5, 2.5)}, count=2),
        ),
        mistakes=(
            Mistake(
                squashed("1.0 - 2.0 / (exp(x) + 1.0)"),
                "This is tanh of x/2: the exponent is x where it should be twice as much.",
            ),
            Mistake(
                squashed("1.0 / (exp(-x) + 1.0)"),
                "This is the logistic function, which runs from 0 to 1. tanh runs from −1 to 1.",
            ),
            Mistake(squashed("2.0 / (exp(2.0 * x) + 1.0) - 1.0"), "The sign is turned: tanh grows with x."),
            Mistake(
                squashed("(exp(x) - exp(-x)) / 2.0"),
                "This is sinh, which grows without end. tanh is sinh divided by cosh.",
            ),
            Mistake(
                squashed("(exp(x) + exp(-x)) / (exp(x) - exp(-x))"),
                "This is one over tanh: numerator and denominator have changed places.",
            ),
            Mistake(
                squashed("1.0 - 2.0 / (math.exp(2.0 * x) + 1.0)"),
                "math.exp knows plain numbers only. The `exp` that is given is the one of the engine that runs.",
            ),
            Mistake(
                squashed("1.0 - 2.0 / (math.e ** (2.0 * x) + 1.0)"),
                "The `exp` that is given is not used. An engine that has `exp` need not have powers of math.e.",
            ),
        ),
        variants=(
            "tanh = lambda x, exp: (exp(x) - exp(-x)) / (exp(x) + exp(-x))",
            """
            def tanh(x, exp):
                square = exp(x) * exp(x)
                return (square - 1.0) / (square + 1.0)
            """,
        ),
        hints=(
            "tanh x is sinh x / cosh x, and both are made of eˣ and e⁻ˣ.",
            "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). One `exp` is enough if you multiply both by eˣ.",
            "`1.0 - 2.0 / (exp(2.0 * x) + 1.0)`",
        ),
        without=("tanh",),
        tolerance=1e-10,
        version=2,
    ),
    Exercise(
        id="capstone-find-neuron",
        title="Find the bug: six neurons that act as one",
        prompt=(
            "`w` holds four weights a, b, c, v for each neuron, one neuron after another, and at the end one more "
            "that is added to the score. Whatever the weights of the second neuron are, they change nothing. Mend it."
        ),
        answer="network",
        setup=WEIGHTS,
        starter="""
            def network(w, x, y, tanh):
                score = w[-1]
                for k in range(len(w) // 4):
                    a, b, c, v = w[:4]
                    score = score + v * tanh(a * x + b * y + c)
                return score
        """,
        solution=layer("w[4 * k : 4 * k + 4]"),
        probes=(
            "network(FEW, 0.4, -1.5, math.tanh)",
            "network(MORE, 1.3, 0.6, math.tanh)",
            "network(MORE, -0.7, 0.35, math.tanh)",
        ),
        hidden=(Hidden("network(MORE, {x}, {y}, math.tanh)", POINT),),
        mistakes=(
            Mistake(
                layer("w[k : k + 4]"),
                "The neurons overlap: the second one begins with the second weight of the first. How many weights "
                "stand before neuron k?",
            ),
            Mistake(
                layer("w[k : -1 : len(w) // 4]"),
                "The weights are taken with gaps, as if all a came first, then all b. Those of one neuron stand side "
                "by side.",
            ),
            Mistake(
                layer("w[4 * k : 4 * k + 4]", "0.0"),
                "The neurons are right. The last weight, which is added to the score, has got lost.",
            ),
            Mistake(
                """
                def network(w, x, y, tanh):
                    score = w[-1]
                    for k in range(len(w) // 4):
                        a, b, c, v = w[4 * k : 4 * k + 4]
                        score = score + v * tanh(a * x + b * y + c)
                        return score
                """,
                "Only the first neuron is there: the loop is left in its first round.",
            ),
            Mistake(
                """
                def network(w, x, y, tanh):
                    for k in range(len(w) // 4):
                        a, b, c, v = w[4 * k : 4 * k + 4]
                        score = w[-1] + v * tanh(a * x + b * y + c)
                    return score
                """,
                "Only the last neuron is there: each round begins the score anew.",
            ),
        ),
        variants=(
            """
            def network(w, x, y, tanh):
                each = iter(w[:-1])
                return w[-1] + sum(v * tanh(a * x + b * y + c) for a, b, c, v in zip(each, each, each, each))
            """,
            """
            def network(w, x, y, tanh):
                *rest, score = w
                while rest:
                    a, b, c, v, *rest = rest
                    score = v * tanh(c + y * b + x * a) + score
                return score
            """,
        ),
        hints=(
            "Print `a, b, c, v` in the loop. Which weights does each neuron get?",
            "Neuron k has k neurons before it, each with four weights.",
            "The weights of neuron k begin at `4 * k` and end before `4 * k + 4`.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="capstone-loss",
        title="A loss on rows",
        prompt=(
            "Return the mean of log(1 + exp(−label · score)) over all pairs of a score and a label. Labels are 1 "
            "and −1. Use the `exp` and `log` that are given."
        ),
        answer="loss",
        setup=LABELS,
        starter="""
            def loss(scores, labels, exp, log):
                total = 0.0
                for score, label in zip(scores, labels):
                    total = total + ...
                return ...
        """,
        solution="""
            def loss(scores, labels, exp, log):
                total = 0.0
                for score, label in zip(scores, labels):
                    total = total + log(1.0 + exp(-label * score))
                return total / len(labels)
        """,
        probes=(
            "ad.value_and_grad(lambda s: loss([s, 0.4, -1.3], THREE, ad.exp, ad.log))(0.7)",
            "ad.value_and_grad(lambda s: loss([0.6, s], TWO, ad.exp, ad.log))(-1.5)",
            "loss([1.4, -0.3, 0.8, 0.2], FOUR, math.exp, math.log)",
        ),
        hidden=(Hidden("ad.value_and_grad(lambda s: loss([s, {x}], TWO, ad.exp, ad.log))({y})", POINT),),
        mistakes=(
            Mistake(
                mean("log(1.0 + exp(label * score))"),
                "The minus is missing. A score of the label's sign should make the loss small, and makes it large.",
            ),
            Mistake(
                """
                def loss(scores, labels, exp, log):
                    total = 0.0
                    for score, label in zip(scores, labels):
                        total = total + log(1.0 + exp(-label * score))
                    return total
                """,
                "This is the sum. The mean is divided by the number of points, or a step would grow with the data.",
            ),
            Mistake(
                mean("log(1.0 + exp(-score))"),
                "The labels have no say: every point is treated as if its label were 1.",
            ),
            Mistake(
                mean("log(exp(-label * score))"),
                "The 1 inside is missing, so log and exp cancel and the loss falls without end.",
            ),
            Mistake(
                mean("exp(-label * score)"),
                "The log(1 + …) round it is missing. One point far on the wrong side would outweigh all others.",
            ),
            Mistake(
                mean("(score - label)**2"),
                "This is the squared distance. It also punishes a point that is further on its own side than 1.",
            ),
        ),
        variants=(
            """
            def loss(scores, labels, exp, log):
                right_side = [score if label > 0 else -score for score, label in zip(scores, labels)]
                return sum(log(exp(margin) + 1.0) - margin for margin in right_side) / len(right_side)
            """,
            "loss = lambda scores, labels, exp, log: sum("
            "-log(1.0 / (1.0 + exp(s * -t))) * (1 / len(labels)) for s, t in zip(scores, labels))",
        ),
        hints=(
            "For one point it is log(1 + exp(−label · score)). Write that into the loop.",
            "In the loop: `total = total + log(1.0 + exp(-label * score))`. What makes a total a mean?",
            "`return total / len(labels)`, after the loop.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="capstone-train",
        title="Descend",
        prompt=(
            "`gradient(w)` gives the list of slopes at the weights `w`. Take as many steps as `steps` says: in each, "
            "every weight moves against its slope by `rate` times it, all at once. Return the list of new weights; "
            "leave `w` as it was."
        ),
        answer="train",
        points=2,
        setup=BOWL,
        starter="""
            def train(w, gradient, rate, steps):
                for _ in range(steps):
                    slopes = gradient(w)
                    w = ...
                return w
        """,
        solution="""
            def train(w, gradient, rate, steps):
                for _ in range(steps):
                    slopes = gradient(w)
                    w = [weight - rate * slope for weight, slope in zip(w, slopes)]
                return w
        """,
        probes=(
            "train([3.5, -1.5], bowl, 0.15, 3)",
            "counted(train, [0.7, 4.5], 0.25, 4)",
            "counted(train, [-2.5, 0.6], 0.1, 3)",
        ),
        hidden=(
            Hidden(
                "counted(train, [{a}, {b}], {r}, {n})",
                {"a": (2.2, 6.0), "b": (-6.0, -2.2), "r": (0.12, 0.3), "n": range(3, 6)},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    for _ in range(steps):
                        w = [weight + rate * slope for weight, slope in zip(w, gradient(w))]
                    return w
                """,
                "This climbs. The slope says where the loss grows; go the other way.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    totals = [0.0] * len(w)
                    for _ in range(steps):
                        totals = [total + slope for total, slope in zip(totals, gradient(w))]
                        w = [weight - rate * total for weight, total in zip(w, totals)]
                    return w
                """,
                "The slopes of earlier steps are still in the sum: they are never zeroed. Each step should follow the "
                "slopes of this moment alone.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    slopes = gradient(w)
                    for _ in range(steps):
                        w = [weight - rate * slope for weight, slope in zip(w, slopes)]
                    return w
                """,
                "The gradient is taken once, at the start. After a step the weights are elsewhere; so are the slopes.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    w = list(w)
                    for _ in range(steps):
                        for i in range(len(w)):
                            w[i] = w[i] - rate * gradient(w)[i]
                    return w
                """,
                "The weights move one after another, and each later slope is taken at weights that have moved already. "
                "It also takes as many gradients a step as there are weights.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    for _ in range(steps):
                        w = [w[i] - rate * gradient(w)[i] for i in range(len(w))]
                    return w
                """,
                "The weights are right, and a gradient is taken anew for every one of them: 25 times the work for 25 "
                "weights. One gradient holds all slopes; take it once a step.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    for _ in range(steps):
                        w = [weight - slope for weight, slope in zip(w, gradient(w))]
                    return w
                """,
                "The rate is missing: each step is a whole slope long.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    for _ in range(steps):
                        w = [-rate * slope for slope in gradient(w)]
                    return w
                """,
                "The weight itself got lost: what is returned is the last step, not where it leads to.",
            ),
            Mistake(
                """
                def train(w, gradient, rate, steps):
                    for _ in range(steps):
                        w = [weight - rate * slope for weight, slope in zip(w, gradient(w))]
                        return w
                """,
                "The loop is left after its first step. Is the `return` indented too far?",
            ),
        ),
        variants=(
            """
            def train(w, gradient, rate, steps):
                if not steps:
                    return w
                return train([a - g * rate for a, g in zip(w, gradient(w))], gradient, rate, steps - 1)
            """,
            """
            def train(w, gradient, rate, steps):
                new = list(w)
                while steps > 0:
                    for i, slope in enumerate(gradient(new)):
                        new[i] -= rate * slope
                    steps -= 1
                return new
            """,
        ),
        hints=(
            "One new list a step: every weight with its slope. `zip(w, slopes)` pairs them.",
            "A weight moves to `weight - rate * slope`.",
            "`w = [weight - rate * slope for weight, slope in zip(w, slopes)]`",
        ),
        tolerance=1e-10,
        version=2,
    ),
    Choice(
        id="capstone-promise",
        title="What a full score says",
        prompt="An engine keeps every promise of the list. What do you know about it?",
        options={
            "a": "it gives the right gradient for every program",
            "b": "what the list tries is right; an operation or a use that it does not try may still be wrong",
            "c": "nothing: only differences can tell whether a gradient is right",
        },
        answer="b",
        explanation=(
            "A list of cases shows faults, never their absence. So you add a line whenever you meet a new fault."
        ),
        mistakes=(
            Mistake("a", "Add a `sqrt` with the slope of `log` to your engine. Which line of the list would notice?"),
            Mistake(
                "c",
                "The numbers on the list come from closed forms and from another engine, to nine digits. Differences "
                "would give half as many.",
            ),
        ),
        hints=(
            "Is there an operation that the list never calls?",
            "Think of a wrong engine that still keeps every line.",
            "Neither all nor nothing.",
        ),
    ),
)
