"""Lesson 14, from here to JAX and PyTorch: terms, running totals in `.grad`, seeds of vector outputs.

The known mistakes are those of discussion boards: a second `backward` read as one that starts afresh, a loop that
never zeroes, a full Jacobian expected from a vector output, a detach on the wrong value.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

ARRAYS = "import numpy as np\nimport autograd_mini as ad"
LEAF = '''
import autograd_mini as ad


class Leaf:
    """A parameter as PyTorch has it: `grad` is a running total."""

    def __init__(self, data, grad=0.0):
        self.data, self.grad = data, grad


def line_loss(w, b, xs, ys):
    return sum((w * x + b - y) ** 2 for x, y in zip(xs, ys)) / len(xs)


def backward(w, b, xs, ys):
    """Add the derivatives of the loss to w.grad and b.grad."""
    w_bar, b_bar = ad.grad(line_loss, argnums=(0, 1))(w.data, b.data, xs, ys)
    w.grad += w_bar
    b.grad += b_bar


def trained(w, b, xs, ys, rate, steps, left=0.0):
    """Where training starts from and ends, with `left` in both .grad at the start."""
    w, b = Leaf(w, left), Leaf(b, left)
    train(w, b, xs, ys, rate, steps)
    return w.data, b.data
'''
DATA = "(3.5, -2.5, 4.25), (5.5, -4.5, 7.25)"

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="bridge-predict-total",
        title="Predict: three times backward",
        prompt=(
            "In PyTorch, `x = torch.tensor(3.5, requires_grad=True)`. Three times in a row, a program computes "
            "`y = x * x` and calls `y.backward()`. What is in `x.grad` at the end?"
        ),
        answer=21.0,
        explanation="Each sweep adds its 7 to what is there: .grad is a running total that nobody has set back.",
        mistakes=(
            Mistake(
                7.0,
                "This is the derivative, and what the first sweep leaves. The second sweep does not replace it: "
                "reports are added, between sweeps as well as within one.",
            ),
            Mistake(343.0, "The three sweeps are not chained: each begins with a fresh y. Their results are added."),
            Mistake(12.25, "This is the value of y. The question is what the sweeps have left in x.grad."),
            Mistake(42.0, "This adds up the totals 7, 14 and 21. Each total holds the sweeps before it already."),
        ),
        hints=(
            "What is dy/dx at 3.5? One sweep reports that.",
            "In lesson 08 a node kept a total, and a sweep added to it. What happened at the second sweep?",
            "Each sweep adds 7 to what is in x.grad.",
        ),
    ),
    Choice(
        id="bridge-seed",
        title="The word for gradient=",
        prompt=(
            "In PyTorch, y is a tensor of three numbers, and `y.backward(gradient=g)` takes a tensor g of three "
            "numbers. What is g in the words of this course?"
        ),
        options={
            "tangent": "the tangent: a direction in which the inputs move",
            "seed": "the seed of the return sweep: the adjoint of y",
            "total": "the gradient that earlier sweeps have found",
            "rate": "a learning rate for each output",
        },
        answer="seed",
        explanation="The sweep begins with y's adjoint. For a single number it is 1, and for more someone has to say.",
        mistakes=(
            Mistake(
                "tangent",
                "A tangent belongs to the inputs and travels forward. g has the shape of y, and the sweep starts at y.",
            ),
            Mistake(
                "total",
                "Earlier sweeps have left their sum in .grad of the leaves, and backward adds to it by itself. g has "
                "the shape of y, not of a leaf.",
            ),
            Mistake(
                "rate",
                "A step is taken later, by an optimiser, and needs a gradient. g is needed to get one: it says how "
                "much each output counts.",
            ),
        ),
        hints=(
            "Look at its shape: it is that of y. Which things of a return sweep have the shape of the output?",
            "In this course: `y, pullback = ad.vjp(f, x)`, and then `pullback(g)`. What was that argument called?",
            "What a return sweep begins with is its seed.",
        ),
    ),
    Prediction(
        id="bridge-predict-ones",
        title="Predict: a seed of ones",
        prompt=(
            "x = (4, 5) and y = (x1 · x2, x1 + 3 · x2). In PyTorch, `y.backward(gradient=torch.ones(2))` has run. What "
            "are the two numbers in `x.grad`?"
        ),
        answer=(6.0, 7.0),
        explanation="The seed (1, 1) adds the Jacobian's rows: (5, 4) + (1, 3).",
        mistakes=(
            Mistake(
                (5.0, 4.0), "This is the first row of the Jacobian, the seed (1, 0). The second output counts, too."
            ),
            Mistake(
                (1.0, 3.0), "This is the second row of the Jacobian, the seed (0, 1). The first output counts, too."
            ),
            Mistake((3.0, 3.5), "This is the mean of the rows. A seed of ones adds them, and nothing divides."),
            Mistake(
                (9.0, 4.0),
                "These are the sums along the rows, J times ones: what happens to y when both inputs move. A return "
                "sweep weighs the outputs, so it adds rows.",
            ),
        ),
        hints=(
            "Write down the Jacobian: a row for each output, a column for each input.",
            "Its rows are (5, 4) and (1, 3). A seed says how much each row counts.",
            "One times the first row, plus one times the second.",
        ),
    ),
    Exercise(
        id="bridge-translate",
        title="Translate a PyTorch program",
        prompt=(
            "A PyTorch program has two tensors w and x, w with `requires_grad=True`, and runs `p = w * x`, then "
            "`target = (p * p).detach()`, then `loss = ((p - target) ** 2).sum()`, then `loss.backward()`. Write "
            "`translated(w, x)` with ad: it returns what is then in `w.grad`."
        ),
        answer="translated",
        setup=ARRAYS,
        starter="""
            def translated(w, x):
                def loss(w):
                    p = w * x
                    ...
                    return ...

                return ...
        """,
        solution="""
            def translated(w, x):
                def loss(w):
                    p = w * x
                    target = ad.stop_gradient(p * p)
                    return np.sum((p - target) ** 2)

                return ad.grad(loss)(w)
        """,
        probes=(
            "translated(np.array([0.6, -1.5, 2.5]), np.array([3.5, 0.75, -1.25]))",
            "translated(np.array([1.75, -0.4]), np.array([-0.5, 4.5]))",
        ),
        hidden=(
            Hidden(
                "translated(np.array([{a}, {b}, {c}]), np.array([{d}, {e}, {f}]))",
                dict.fromkeys("abc", (2.2, 3.5)) | dict.fromkeys("def", (2.3, 3.6)),
            ),
        ),
        mistakes=(
            Mistake(
                """
                def translated(w, x):
                    return ad.grad(lambda w: np.sum((w * x - (w * x) ** 2) ** 2))(w)
                """,
                "The target moves with w here. What is detached has the same value and is a constant to the sweep: "
                "which function of ad does that?",
            ),
            Mistake(
                """
                def translated(w, x):
                    return ad.grad(lambda w: np.sum((ad.stop_gradient(w * x) - (w * x) ** 2) ** 2))(w)
                """,
                "p has been cut off and the target has not. It is the other way round: the target is detached, and w "
                "learns through p.",
            ),
            Mistake(
                """
                def translated(w, x):
                    return ad.grad(lambda w: np.sum(ad.stop_gradient((w * x - (w * x) ** 2) ** 2)))(w)
                """,
                "The whole loss is cut off, so nothing reaches w and all is 0. Only the target is detached.",
            ),
            Mistake(
                """
                def translated(w, x):
                    p = w * x
                    return 2 * (p - p * p)
                """,
                "This is the adjoint of p. The sweep has one more step to make before it reaches w: through the "
                "product.",
            ),
            Mistake(
                """
                def translated(w, x):
                    return ad.grad(lambda x: np.sum((w * x - ad.stop_gradient((w * x) ** 2)) ** 2))(x)
                """,
                "This is the gradient with respect to x. Which of the two leaves has requires_grad=True?",
            ),
            Mistake(
                """
                def translated(w, x):
                    return ad.grad(lambda w: np.mean((w * x - ad.stop_gradient((w * x) ** 2)) ** 2))(w)
                """,
                "The program ends with a sum. This takes the mean, so it is too small by the number of entries.",
            ),
            Mistake(
                """
                def translated(w, x):
                    def loss(w):
                        p = w * x
                        target = ad.stop_gradient(p * p)
                        return np.sum((p - target) ** 2)

                    return loss(w)
                """,
                "This is the loss. What `backward` leaves in w.grad is its gradient.",
            ),
            Mistake(
                """
                def translated(w, x):
                    def loss(w):
                        p = w * x
                        target = ad.stop_gradient(p) * p
                        return np.sum((p - target) ** 2)

                    return ad.grad(loss)(w)
                """,
                "Half of the target is detached, and the other half still moves with w. All of p * p is to be a "
                "constant.",
            ),
        ),
        variants=(
            """
            def translated(w, x):
                p = w * x
                target = p * p
                y, pullback = ad.vjp(lambda w: w * x - target, w)
                return pullback(2.0 * y)[0]
            """,
            "translated = lambda w, x: 2 * x * (w * x - (w * x) ** 2)",
        ),
        hints=(
            "`.detach()` gives a value that the sweep does not pass. One function of `ad` has the same task.",
            "Write the loss as a function of w alone, with `ad.stop_gradient` round the target, and take its gradient.",
            "`target = ad.stop_gradient(p * p)`, the loss is `np.sum((p - target) ** 2)`, and then `ad.grad(loss)(w)`.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="bridge-bug",
        title="Find the bug: a loop that runs away",
        prompt=(
            "`train` fits a line by gradient descent on leaves that keep a running total, as PyTorch's do. It should "
            "take `steps` steps of `w.data -= rate * derivative`, and the same for b. Mend it."
        ),
        answer="train",
        setup=LEAF,
        starter="""
            def train(w, b, xs, ys, rate, steps):
                for step in range(steps):
                    backward(w, b, xs, ys)
                    for leaf in (w, b):
                        leaf.data -= rate * leaf.grad
        """,
        solution="""
            def train(w, b, xs, ys, rate, steps):
                for step in range(steps):
                    for leaf in (w, b):
                        leaf.grad = 0.0
                    backward(w, b, xs, ys)
                    for leaf in (w, b):
                        leaf.data -= rate * leaf.grad
        """,
        probes=(
            f"trained(0.5, -0.25, {DATA}, 0.015, 4)",
            f"trained(-1.5, 0.75, {DATA}, 0.025, 3, left=6.5)",
            "trained(2.5, 3.5, (4.5, 3.25, -3.5, 5.5), (6.5, 3.75, -2.5, 8.5), 0.0125, 5, left=-4.5)",
        ),
        hidden=(
            Hidden(
                "trained({w}, {b}, ({x}, {y}, -3.5), ({y}, 4.5, {x}), 0.015, 3, left={l})",
                {"w": (2.2, 4.0), "b": (2.2, 4.0), "x": (3.2, 4.5), "y": (3.2, 4.5), "l": (3.0, 9.0)},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for leaf in (w, b):
                        leaf.grad = 0.0
                    for step in range(steps):
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data -= rate * leaf.grad
                """,
                "The totals are zeroed once, before the loop. From the second step on, the steps that were taken "
                "before are in there again.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data -= rate * leaf.grad
                            leaf.grad = 0.0
                """,
                "The totals are zeroed at the end of each step, so the first step still takes what somebody left in "
                "them. Zero before the sweep that should count.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.grad = 0.0
                            leaf.data -= rate * leaf.grad
                """,
                "The totals are zeroed between the sweep and the step, so every step is 0 and nothing is learnt.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        w.grad = 0.0
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data -= rate * leaf.grad
                """,
                "One leaf is zeroed and the other is not: b still takes the sum of all steps so far.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        for leaf in (w, b):
                            leaf.grad = 0.0
                            backward(w, b, xs, ys)
                            leaf.data -= rate * leaf.grad
                """,
                "There is a sweep for each leaf now, and w has moved before b's derivative is taken. Zero all, sweep "
                "once, then move all.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data -= rate * leaf.grad / (step + 1)
                """,
                "This divides the total by the number of sweeps in it: a mean over all places where w has been. A "
                "step should take the derivative at the present place alone.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        w.grad = b.grad = 0.0
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data += rate * leaf.grad
                """,
                "The totals are right, and the step goes uphill: against the derivative means minus.",
            ),
            Mistake(
                """
                def train(w, b, xs, ys, rate, steps):
                    for step in range(steps):
                        w.grad = b.grad = None
                        backward(w, b, xs, ys)
                        for leaf in (w, b):
                            leaf.data -= rate * leaf.grad
                """,
                "PyTorch itself puts None there, and knows what to add to it. The leaves here add to a number: "
                "0.0.",
            ),
        ),
        variants=(
            """
            def train(w, b, xs, ys, rate, steps):
                while steps:
                    w_before, b_before = w.grad, b.grad
                    backward(w, b, xs, ys)
                    w.data -= rate * (w.grad - w_before)
                    b.data -= rate * (b.grad - b_before)
                    steps -= 1
            """,
            """
            def train(w, b, xs, ys, rate, steps):
                for step in range(steps):
                    w_bar, b_bar = ad.grad(line_loss, argnums=(0, 1))(w.data, b.data, xs, ys)
                    w.data, b.data = w.data - rate * w_bar, b.data - rate * b_bar
            """,
        ),
        hints=(
            "Print w.grad after each sweep. Is it the derivative at the present w?",
            "A step needs the derivative of one sweep. What is in .grad when that sweep begins?",
            "`leaf.grad = 0.0` for both leaves, at the top of each step, before `backward`.",
        ),
        tolerance=1e-9,
    ),
)
