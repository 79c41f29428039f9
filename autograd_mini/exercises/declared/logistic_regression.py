"""Lab 5, logistic regression: a probability, its loss, the gradient by hand, a training loop.

The known mistakes are those of hand-written classifiers: a logarithm of 0, labels −1/1 where 0/1 are meant, the mean
in place of the sum, the sigmoid's slope taken twice or forgotten, uphill, slopes that pile up from step to step.
"""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake, Prediction

DATA = """
import autograd_mini as ad
import numpy as np

A = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
y = np.array([1.0, 1.0, 0.0, 1.0])
w = np.array([-0.1, 0.2, 0.3])
b = 0.1
B = np.array([[1.5, -0.5], [2.5, 0.75], [-1.25, 3.5], [0.25, -2.5], [-3.5, -0.75]])
t = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
v = np.array([0.75, -0.5])
c = -0.25
far = np.array([[2800.0, 3.5], [-3900.0, 2.5], [2650.0, -1750.0]])
u = np.array([0.0, 1.0, 1.0])
"""
LOSS = (
    DATA
    + """

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slopes_of(w, b, A, y):
    error = sigmoid(A @ w + b) - y
    return A.T @ error, np.sum(error)
"""
)


def clipped(least: str, most: str) -> Mistake:
    """A probability that is kept off 0 and 1, by the numbers that are in use for that."""
    return Mistake(
        f"""
        def loss(w, b, A, y):
            p = np.clip(1 / (1 + np.exp(-(A @ w + b))), {least}, 1 - {least})
            return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
        """,
        f"Nothing overflows any more, and the number is wrong: clipped at {least}, no probability lets an example cost "
        f"more than {most}, however large its score is. Work with the score.",
    )


PLACE = {"p": (0.2, 0.9), "q": (-0.9, -0.2), "r": (0.3, 1.4)}

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="logistic-predict-half",
        title="Predict: a model that knows nothing",
        prompt=(
            "All weights are 0, and so is the bias. Four examples are classified. What is the negative log-likelihood, "
            "summed over the four? (ln 2 is 0.6931.)"
        ),
        answer=2.7726,
        explanation="Every probability is a half, so each example costs ln 2, whatever its label is: 4 · 0.6931.",
        mistakes=(
            Mistake(0.6931, "That is what one example costs, or the mean of the four. Asked for is their sum."),
            Mistake(0.5, "That is the probability of each label. Its loss is −ln ½, and there are four examples."),
            Mistake(0.0, "A loss of 0 would mean that each example's label was certain. Here each is an even bet."),
            Mistake(2.0, "That is the sum of the probabilities. The loss is minus the sum of their logarithms."),
            Mistake(-2.7726, "The sign: a logarithm of a probability is negative, and the loss is *minus* it."),
        ),
        hints=(
            "What is the sigmoid of 0?",
            "With probability ½ for each label, what is −ln ½?",
            "Four times ln 2.",
        ),
    ),
    Exercise(
        id="logistic-loss",
        title="The loss, without overflow",
        prompt=(
            "Write loss(w, b, A, y): the negative log-likelihood of labels y (0 or 1) for scores z = A @ w + b, summed "
            "over the examples. One example costs log(1 + exp(z)) − y · z. It must be right for scores of 1000, too, "
            "and so must the gradient that `ad.grad` takes of it."
        ),
        answer="loss",
        setup=DATA,
        points=2,
        starter="""
            def loss(w, b, A, y):
                z = A @ w + b
                return np.sum(...)
        """,
        solution="""
            def loss(w, b, A, y):
                z = A @ w + b
                return np.sum(np.logaddexp(0.0, z) - y * z)
        """,
        probes=(
            "loss(w, b, A, y)",
            "loss(v, c, B, t)",
            "loss(v, c, far, u)",
            "loss(-v, b, far, u)",
            "loss(np.array([4.5, 3.5]), c, B, t)",
            "ad.grad(loss)(v, c, far, u)",
        ),
        hidden=(
            Hidden("loss(np.array([{p}, {q}]), {r}, B, t)", PLACE),
            Hidden("loss(np.array([{q}, {p}]), {r}, far, u)", PLACE),
            Hidden("loss(np.array([{p}, {r}]) * 6.5, {q}, B, t)", PLACE),
            Hidden("ad.grad(loss)(np.array([{q}, {p}]), {r}, far, u)", PLACE),
        ),
        mistakes=(
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.sum(np.log(1 + np.exp(z)) - y * z)
                """,
                "Right for small scores. exp(1000) is ∞, and so is the loss: NumPy has a function that takes the "
                "logarithm of a sum of exponentials without computing them.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
                """,
                "On paper this is the same. For a large score p is exactly 1, log(1 − p) is −∞, and 0 · ∞ is nan. Work "
                "with the score, not with the probability.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.mean(np.logaddexp(0.0, z) - y * z)
                """,
                "This is the mean over the examples. Asked for is their sum.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.sum(np.logaddexp(0.0, -y * z))
                """,
                "This formula is for labels −1 and 1. With a label 0 it costs log 2, whatever the score is.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.sum(np.logaddexp(0.0, z) + y * z)
                """,
                "The sign of the last term: a high score is right for an example with label 1, and must lower its "
                "cost.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w
                    return np.sum(np.logaddexp(0.0, z) - y * z)
                """,
                "The bias is missing from the score.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = np.clip(A @ w + b, -500, 500)
                    return np.sum(np.log(1 + np.exp(z)) - y * z)
                """,
                "Nothing overflows any more, and the number is wrong: no example can cost more than 500, and beyond "
                "that the gradient is 0. Give the score itself to a function that can take it.",
            ),
            clipped("1e-15", "34.5"),
            clipped("1e-12", "27.6"),
            clipped("1e-8", "18.4"),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.sum(np.logaddexp(0.0, z))
                """,
                "The labels are missing: each example is treated as if its label were 0.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return -np.sum(np.logaddexp(0.0, z) - y * z)
                """,
                "The sign is turned: log(1 + exp(z)) − y · z is the cost already, and is never negative.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.logaddexp(0.0, z) - y * z
                """,
                "This is the cost of each example. Asked for is one number, their sum.",
            ),
            Mistake(
                """
                def loss(w, b, A, y):
                    z = A @ w + b
                    return np.sum(np.where(z > 30, z, np.log(1 + np.exp(z))) - y * z)
                """,
                "The value is right, and its gradient is nan: np.where chooses, but exp(1000) has been computed all "
                "the same, and on the way back 0 meets ∞. Give log and exp only what they can take.",
            ),
        ),
        variants=(
            """
            def loss(w, b, A, y):
                z = A @ w + b
                return np.sum(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) - y * z)
            """,
            """
            def loss(w, b, A, y):
                z = (A @ w + b) * (2 * y - 1)
                return np.logaddexp(0.0, -z).sum()
            """,
        ),
        hints=(
            "`np.exp` of 1000 is ∞. Which function computes log(exp(a) + exp(b)) in one piece?",
            "log(1 + exp(z)) is log(exp(0) + exp(z)): `np.logaddexp(0.0, z)`.",
            "Inside of the sum stands `np.logaddexp(0.0, z) - y * z`.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="logistic-gradient",
        title="The gradient by hand",
        prompt=(
            "Write gradient(w, b, A, y): the gradients of the summed loss with respect to w and b. The slope of one "
            "example's cost by its score is p − y, with p = sigmoid(z)."
        ),
        answer="gradient",
        setup=DATA,
        points=2,
        starter="""
            def gradient(w, b, A, y):
                p = 1 / (1 + np.exp(-(A @ w + b)))
                by_w = ...  # shape of w
                by_b = ...  # a number
                return by_w, by_b
        """,
        solution="""
            def gradient(w, b, A, y):
                p = 1 / (1 + np.exp(-(A @ w + b)))
                by_w = A.T @ (p - y)  # shape of w
                by_b = np.sum(p - y)  # a number
                return by_w, by_b
        """,
        probes=("gradient(w, b, A, y)", "gradient(v, c, B, t)", "gradient(-w, c, A, 1 - y)"),
        hidden=(Hidden("gradient(np.array([{p}, {q}]), {r}, B, t)", PLACE),),
        mistakes=(
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ (y - p), np.sum(y - p)
                """,
                "This points downhill. The gradient is the slope itself; the minus belongs to the step.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ (p - y) / len(y), np.mean(p - y)
                """,
                "This is the gradient of the mean. The loss is the sum over the examples, and each has its full "
                "effect.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ ((p - y) * p * (1 - p)), np.sum((p - y) * p * (1 - p))
                """,
                "The sigmoid's slope p (1 − p) is in it once more. In p − y it has cancelled against the logarithm's "
                "1/p already. (This would be the gradient of a squared error, halved.)",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ p, np.sum(p)
                """,
                "The labels are missing: this pushes every probability down, right or wrong.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ (p - y), (p - y)[-1]
                """,
                "The bias takes part in every example, and here only the last one reports to it. Add all reports.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    return A.T @ (A @ w + b - y), np.sum(A @ w + b - y)
                """,
                "This uses the score in place of the probability: it is the gradient of a linear least-squares fit.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w)))
                    return A.T @ (p - y), np.sum(p - y)
                """,
                "The bias is missing from the score.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(A @ w + b))
                    return A.T @ (p - y), np.sum(p - y)
                """,
                "This p is the probability of label 0: in the sigmoid stands exp(−z).",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ (p - y), p - y
                """,
                "The bias is one number, and so is its gradient. Every example reports to it: add the reports.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return A.T @ (p - y), np.mean(p - y)
                """,
                "For the weights this is the gradient of the sum, for the bias that of the mean.",
            ),
            Mistake(
                """
                def gradient(w, b, A, y):
                    p = 1 / (1 + np.exp(-(A @ w + b)))
                    return np.sum(p - y), A.T @ (p - y)
                """,
                "The two have changed places: first the gradient of w, then that of b.",
            ),
        ),
        variants=(
            """
            def gradient(w, b, A, y):
                error = 0.5 * (1 + np.tanh(0.5 * (A @ w + b))) - y
                return error @ A, error.sum()
            """,
            """
            import autograd_mini as ad


            def gradient(w, b, A, y):
                def loss(w, b):
                    z = A @ w + b
                    return np.sum(np.logaddexp(0.0, z) - y * z)

                return ad.grad(loss, (0, 1))(w, b)
            """,
        ),
        hints=(
            "Each example reports p − y to its score. How does the score of an example depend on w?",
            "The score of row i is A[i] @ w + b: row i reports (p − y)[i] · A[i] to w, and (p − y)[i] to b.",
            "`A.T @ (p - y)` adds the reports to w, `np.sum(p - y)` those to b.",
        ),
        tolerance=1e-9,
    ),
    Exercise(
        id="logistic-train",
        title="Find the bug: training that runs away",
        prompt=(
            "train(A, y, rate, steps) starts at weights and bias 0 and should take gradient steps. On examples that no "
            "score can part its loss falls, and then rises again. Repair it. (slopes_of(w, b, A, y) is the gradient "
            "of part 2, and right.)"
        ),
        answer="train",
        setup=LOSS,
        starter="""
            def train(A, y, rate, steps):
                w, b = np.zeros(A.shape[1]), 0.0
                by_w, by_b = np.zeros(A.shape[1]), 0.0
                for _ in range(steps):
                    more_w, more_b = slopes_of(w, b, A, y)
                    by_w, by_b = by_w + more_w, by_b + more_b
                    w, b = w - rate * by_w, b - rate * by_b
                return w, b
        """,
        solution="""
            def train(A, y, rate, steps):
                w, b = np.zeros(A.shape[1]), 0.0
                for _ in range(steps):
                    by_w, by_b = slopes_of(w, b, A, y)
                    w, b = w - rate * by_w, b - rate * by_b
                return w, b
        """,
        probes=(
            "train(A, y, 0.25, 3)",
            "train(B, t, 0.125, 5)",
            "train(A, y, 0.05, 7)",
        ),
        hidden=(Hidden("train(B * {r}, t, {s}, 4)", {"r": (0.3, 1.4), "s": (0.05, 0.2)}),),
        mistakes=(
            Mistake(
                """
                def train(A, y, rate, steps):
                    w, b = np.zeros(A.shape[1]), 0.0
                    for _ in range(steps):
                        by_w, by_b = slopes_of(w, b, A, y)
                        w, b = w + rate * by_w, b + rate * by_b
                    return w, b
                """,
                "This climbs: a step goes against the gradient.",
            ),
            Mistake(
                """
                def train(A, y, rate, steps):
                    w, b = np.zeros(A.shape[1]), 0.0
                    by_w, by_b = slopes_of(w, b, A, y)
                    for _ in range(steps):
                        w, b = w - rate * by_w, b - rate * by_b
                    return w, b
                """,
                "The gradient is that of the starting point, in every step. It belongs to one place: compute it anew.",
            ),
            Mistake(
                """
                def train(A, y, rate, steps):
                    w, b = np.zeros(A.shape[1]), 0.0
                    for _ in range(steps):
                        by_w, by_b = slopes_of(w, b, A, y)
                        w = w - rate * by_w
                    return w, b
                """,
                "The bias never moves. It is a parameter like the weights.",
            ),
            Mistake(
                """
                def train(A, y, rate, steps):
                    w, b = np.zeros(A.shape[1]), 0.0
                    for _ in range(steps):
                        w = w - rate * slopes_of(w, b, A, y)[0]
                        b = b - rate * slopes_of(w, b, A, y)[1]
                    return w, b
                """,
                "The bias steps by a gradient that was taken at the new weights. Both belong to the same point: "
                "compute the gradient once, then move both.",
            ),
            Mistake(
                """
                def train(A, y, rate, steps):
                    w, b = np.zeros(A.shape[1]), 0.0
                    for _ in range(steps):
                        by_w, by_b = slopes_of(w, b, A, y)
                        w, b = w - rate * by_w, b - rate * by_b
                        return w, b
                """,
                "Only one step is taken. Either the return stands in the loop, or what moves w and b stands below it.",
            ),
        ),
        variants=(
            """
            def train(A, y, rate, steps):
                w, b = np.zeros(A.shape[1]), 0.0
                while steps:
                    slopes = slopes_of(w, b, A, y)
                    w, b, steps = w - rate * slopes[0], b - rate * slopes[1], steps - 1
                return w, b
            """,
            """
            def train(A, y, rate, steps):
                X = np.column_stack([A, np.ones(len(A))])
                p = np.zeros(X.shape[1])
                for _ in range(steps):
                    p -= rate * X.T @ (1 / (1 + np.exp(-X @ p)) - y)
                return p[:-1], p[-1]
            """,
        ),
        hints=(
            "Which slopes does the second step use? Print `by_w` beside the gradient at that point.",
            "`by_w` is a running total, and nothing sets it back. A step should use the slope at its own point alone.",
            "Drop the two totals: `by_w, by_b = slopes_of(w, b, A, y)` in the loop.",
        ),
        tolerance=1e-9,
    ),
)
