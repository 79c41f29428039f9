"""Lab 6, two moons: a layer, where to start, a step, and what the curves of a sick training say.

The known mistakes are those of hand-written networks: transposes and biases lost, every unit started alike, uphill,
only the last layer moved, weights that move before their gradient has been used.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

LAYER = """
import numpy as np

X = np.array([[0.5, -1.25], [1.5, 0.25], [-0.75, 0.5]])
W = np.array([[0.25, -0.5, 0.75], [1.25, 0.5, -0.25]])
B = np.array([0.5, -0.25, 0.125])
Y = np.array([[1.25, 0.5, -0.75], [0.25, -1.5, 0.5]])
V = np.array([[0.5, -1.25], [0.75, 0.25], [-0.5, 1.5]])
C = np.array([-0.75, 0.5])
"""
START = """
import random

import numpy as np


def told(start, n, m, seed):
    \"\"\"What a layer is like:

    shape of w, shape of b, how many weights are not 0, how many different weights, the largest bias,
    size of a sum of n (0 too small, 1 right, 2 too large), 1 if weights have both signs,
    1 if the same draws give the same layer, and others another one.
    \"\"\"
    first, again, another = (start(n, m, random.Random(k)) for k in (seed, seed, seed + 1))
    w, b, w_again, w_another = (np.asarray(x, float) for x in (first["w"], first["b"], again["w"], another["w"]))
    size = np.sqrt(n * np.mean(w**2))
    drawn = np.array_equal(w, w_again) and not np.array_equal(w, w_another)
    counts = np.count_nonzero(w), len(np.unique(np.round(w, 12)))
    sign = 0.25 < np.mean(w < 0) < 0.75
    fits = int(size > 0.5) + int(size > 2.0)
    return [*w.shape], [*b.shape], *map(float, (*counts, np.abs(b).max(initial=0.0), fits, sign, drawn))


wide, many, few = 60, 25, 6
seed, other = 7, 12
"""
STEP = """
import numpy as np


def network(a, b, layers):
    middle = {"w": np.array([[b, 0.5], [-a, a]]), "b": np.array([0.75, -b])}
    return [
        {"w": np.array([[a, -b], [0.5, b]]), "b": np.array([b, 0.25])},
        *({name: k * value for name, value in middle.items()} for k in range(1, layers - 1)),
        {"w": np.array([[b], [-a]]), "b": np.array([a])},
    ]


def leaves(network):
    return [np.array(network[k][name]) for k in range(len(network)) for name in ("w", "b")]


def stepped(update, a, b, rate, layers):
    \"\"\"The new arrays, and 1 if the old network and the slopes are what they were.\"\"\"
    before, slopes = network(a, b, layers), network(b, -a, layers)
    kept = leaves(before) + leaves(slopes)
    new = leaves(update(before, slopes, rate))
    untouched = all(np.array_equal(x, y) for x, y in zip(kept, leaves(before) + leaves(slopes)))
    return new, float(untouched)
"""
PASS = """
import numpy as np

X = np.array([[0.5, -1.25], [1.5, 0.25], [-0.75, 0.5], [0.25, 1.75]])
T = np.array([1.0, 0.0, 1.0, 0.0])
W1 = np.array([[0.25, -0.5, 0.75], [1.25, 0.5, -0.25]])
W2 = np.array([0.75, -1.25, 0.5])
X2 = np.array([[1.25, 0.5], [-0.5, 0.75], [0.25, -1.5]])
T2 = np.array([0.0, 1.0, 1.0])
"""
NUMBER = (0.2, 0.9)

EXERCISES: tuple[Declared, ...] = (
    Exercise(
        id="moons-layer",
        title="A layer",
        prompt=(
            "Write layer(x, w, b): for each row of x the tanh of row times w, plus b. x has shape (rows, inputs), w "
            "has "
            "shape (inputs, units), b has shape (units,)."
        ),
        answer="layer",
        setup=LAYER,
        starter="""
            def layer(x, w, b):
                return ...
        """,
        solution="""
            def layer(x, w, b):
                return np.tanh(x @ w + b)
        """,
        probes=("layer(X, W, B)", "layer(Y, V, C)", "layer(X[:1], W, -B)"),
        hidden=(Hidden("layer(np.array([[{a}, {b}], [{c}, -{a}]]), W, B)", {"a": NUMBER, "b": NUMBER, "c": NUMBER}),),
        mistakes=(
            Mistake(
                "def layer(x, w, b): return np.tanh(x @ w) + b",
                "The bias is added after the tanh. It belongs to the score: it says where the unit bends.",
            ),
            Mistake(
                "def layer(x, w, b): return x @ w + b",
                "The tanh is missing. Without it two layers are one: a product of two matrices is a matrix.",
            ),
            Mistake("def layer(x, w, b): return np.tanh(x @ w - b)", "The bias is subtracted. It is added, by custom."),
            Mistake(
                "def layer(x, w, b): return np.tanh(x @ w + b[0])",
                "Every unit got the first bias. b has one for each unit: add b as it is.",
            ),
            Mistake("def layer(x, w, b): return np.tanh(x @ w)", "The bias is missing: every unit would bend at 0."),
            Mistake(
                "def layer(x, w, b): return np.tanh(x @ w + b.sum())",
                "Every unit got the sum of all biases. b has one number for each unit, and broadcasting adds it to "
                "each "
                "row.",
            ),
        ),
        variants=(
            "def layer(x, w, b): return np.tanh(np.einsum('ri,iu->ru', x, w) + b)",
            """
            def layer(x, w, b):
                rows = []
                for row in x:
                    rows.append(np.tanh(row @ w + b))
                return np.stack(rows)
            """,
        ),
        hints=(
            "First the scores of all units for all rows: which product of x and w has the shape (rows, units)?",
            "`x @ w + b`; broadcasting adds b to each row.",
            "`np.tanh(x @ w + b)`.",
        ),
        tolerance=1e-10,
    ),
    Prediction(
        id="moons-predict-alike",
        title="Predict: all weights 0",
        prompt=(
            "A hidden layer of 8 units is started with all weights and biases 0, and the output layer, too. "
            "Training runs. "
            "How many *different* hidden units does the network have after 1000 steps?"
        ),
        answer=1.0,
        explanation="Units that are alike get the same slopes, so they stay alike. Here they do not even move.",
        mistakes=(
            Mistake(8.0, "What would make them differ? Each gets its report through weights that are equal for all."),
            Mistake(0.0, "There are units, and they have weights; all of them have the same ones."),
            Mistake(2.0, "Two inputs do not make two kinds of units: every unit sees both inputs."),
        ),
        hints=(
            "Compare the slopes of two hidden units in the first step.",
            "The report to a unit is the adjoint of the output times its weight there. All those weights are equal.",
            "Equal units get equal slopes, in every step.",
        ),
    ),
    Exercise(
        id="moons-start",
        title="Where to start",
        prompt=(
            'Write start(n, m, draw): a layer with n inputs and m units as {"w": …, "b": …}. Weights are drawn '
            "with "
            "draw.gauss(0, s), each on its own, with s so small that a sum of n of them times inputs of size 1 has "
            "size "
            "about 1. Biases are 0."
        ),
        answer="start",
        setup=START,
        starter="""
            def start(n, m, draw):
                w = np.zeros((n, m))
                return {"w": w, "b": np.zeros(m)}
        """,
        solution="""
            def start(n, m, draw):
                w = np.array([[draw.gauss(0, n**-0.5) for _ in range(m)] for _ in range(n)])
                return {"w": w, "b": np.zeros(m)}
        """,
        probes=("told(start, wide, many, seed)", "told(start, few, wide, other)", "told(start, wide, few, other)"),
        hidden=(Hidden("told(start, {n}, {m}, {k})", {"n": range(15, 60), "m": range(12, 30), "k": range(3, 900)}),),
        mistakes=(
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, 1) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "The weights are too large. A sum of n independent numbers of size s has the size s · √n; the tanh of "
                "a large one is ±1 and flat, so hardly any slope comes through.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, 1 / n) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "The weights are too small. A sum of n independent numbers of size s has the size s · √n: it is the "
                "squares that add up. For which s is that 1?",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    column = [draw.gauss(0, n**-0.5) for _ in range(n)]
                    return {"w": np.array([[x] * m for x in column]), "b": np.zeros(m)}
                """,
                "All units have the same weights. They would get the same slopes and stay alike for ever: draw each "
                "weight "
                "on its own.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, n**-0.5) for _ in range(n)] for _ in range(m)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "The matrix is turned: x @ w needs a row for each input and a column for each unit.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, n**-0.5) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.array([draw.gauss(0, 1) for _ in range(m)])}
                """,
                "The biases were asked to be 0. The weights alone make the units differ.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, m**-0.5) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "This divides by √m. The sum in a unit has a term for each input, and m is the number of units.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[draw.gauss(0, 0.5) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "s is 0.5 whatever n is. That is right for four inputs; for sixty the sums get four times too large.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    row = [draw.gauss(0, n**-0.5) for _ in range(m)]
                    return {"w": np.array([row] * n), "b": np.zeros(m)}
                """,
                "All inputs have the same weights, since one row was drawn and copied. Draw each weight on its own.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    return {"w": np.full((n, m), draw.gauss(0, n**-0.5)), "b": np.zeros(m)}
                """,
                "One number was drawn, and stands everywhere. Equal units stay equal: draw each weight on its own.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.array([[abs(draw.gauss(0, n**-0.5)) for _ in range(m)] for _ in range(n)])
                    return {"w": w, "b": np.zeros(m)}
                """,
                "All weights have the same sign, so their sum grows with n and not with √n.",
            ),
            Mistake(
                """
                def start(n, m, draw):
                    w = np.random.default_rng(0).normal(0, n**-0.5, (n, m))
                    return {"w": w, "b": np.zeros(m)}
                """,
                "The weights do not come from `draw`. The same draws should give the same layer again, and other draws "
                "another one.",
            ),
        ),
        variants=(
            """
            def start(n, m, draw):
                w = np.empty((n, m))
                for place in np.ndindex(n, m):
                    w[place] = draw.gauss(0, 1) / np.sqrt(n)
                return {"w": w, "b": np.zeros(m)}
            """,
            """
            def start(n, m, draw):
                flat = [draw.gauss(0, 1) for _ in range(n * m)]
                return dict(w=np.reshape(flat, (n, m)) * (1 / n) ** 0.5, b=np.zeros((m,)))
            """,
        ),
        hints=(
            "Two things are asked: that units differ, and that a sum of n products has size 1. Zeros fail in both.",
            "A sum of n independent numbers of size s has size s · √n.",
            "s = 1/√n, and `draw.gauss(0, s)` for each of the n · m places.",
        ),
    ),
    Exercise(
        id="moons-update",
        title="A training step",
        prompt=(
            "Write update(network, slopes, rate): a new list of layers, each entry moved against its slope by the "
            "rate. "
            'network and slopes are lists of {"w": …, "b": …}. The old network must stay as it is.'
        ),
        answer="update",
        setup=STEP,
        starter="""
            def update(network, slopes, rate):
                new = []
                for layer, slope in zip(network, slopes):
                    ...
                return new
        """,
        solution="""
            def update(network, slopes, rate):
                new = []
                for layer, slope in zip(network, slopes):
                    new.append({name: layer[name] - rate * slope[name] for name in layer})
                return new
        """,
        probes=(
            "stepped(update, 0.75, -1.25, 0.3, 3)",
            "stepped(update, 1.5, 0.5, 0.125, 4)",
            "stepped(update, -0.25, 0.6, 0.7, 2)",
        ),
        hidden=(
            Hidden("stepped(update, {a}, {b}, {r}, {n})", {"a": NUMBER, "b": NUMBER, "r": NUMBER, "n": range(3, 6)}),
        ),
        mistakes=(
            Mistake(
                """
                def update(network, slopes, rate):
                    return [{k: l[k] + rate * s[k] for k in l} for l, s in zip(network, slopes)]
                """,
                "This climbs: a step goes *against* the slope.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    new = [dict(layer) for layer in network]
                    new[-1] = {k: network[-1][k] - rate * slopes[-1][k] for k in new[-1]}
                    return new
                """,
                "Only the last layer moves. The others have slopes as well.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    return [{"w": l["w"] - rate * s["w"], "b": l["b"]} for l, s in zip(network, slopes)]
                """,
                "The biases stay where they were. They are parameters like the weights.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    for layer, slope in zip(network, slopes):
                        for name in layer:
                            layer[name] -= rate * slope[name]
                    return network
                """,
                "The numbers are right, and the old network has been overwritten. Who wants to go back a step, or "
                "stop in "
                "the middle of one, no longer can: make new arrays.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    return [{k: -rate * s[k] for k in l} for l, s in zip(network, slopes)]
                """,
                "This is the step itself. Asked for is where it leads: the old entry plus the step.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    return [{k: l[k] - s[k] for k in l} for l, s in zip(network, slopes)]
                """,
                "The rate is missing: each step is a whole slope long.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    new = []
                    for layer, slope in zip(network, slopes):
                        new.append({name: layer[name] - rate * slope[name] for name in layer})
                        return new
                """,
                "Only the first layer is there: the return stands in the loop.",
            ),
            Mistake(
                """
                def update(network, slopes, rate):
                    first, last = ({k: network[i][k] - rate * slopes[i][k] for k in network[i]} for i in (0, -1))
                    return [first, last]
                """,
                "The first and the last layer are there. A network may have more than two: go through the whole list.",
            ),
        ),
        variants=(
            """
            def update(network, slopes, rate):
                return [dict(w=l["w"] - rate * s["w"], b=l["b"] - rate * s["b"]) for l, s in zip(network, slopes)]
            """,
            """
            def update(network, slopes, rate):
                if not network:
                    return []
                first = {}
                for name, value in network[0].items():
                    first[name] = np.subtract(value, np.multiply(rate, slopes[0][name]))
                return [first, *update(network[1:], slopes[1:], rate)]
            """,
        ),
        hints=(
            "What has to be done to one array? Do that to each entry of each layer.",
            "`layer[name] - rate * slope[name]` makes a new array; `-=` would change the old one.",
            "`new.append({name: layer[name] - rate * slope[name] for name in layer})`.",
        ),
        tolerance=1e-10,
    ),
    Choice(
        id="moons-sick",
        title="What ails it",
        prompt=(
            "A training stands still from the first step on. The loss is 0.6931, half of the points are right. The "
            "slope of "
            "the output's bias is 0, and the slopes of all weights, in every layer, are exactly 0. What is wrong?"
        ),
        options={
            "rate": "the rate is too small",
            "large": "the rate is too large",
            "zeros": "all weights were started at 0",
            "labels": "the labels are turned round",
        },
        answer="zeros",
        explanation=(
            "With weights 0 the hidden units give tanh 0 = 0, so the output's weights have slope 0; and through output "
            "weights that are 0, no report reaches the hidden layer."
        ),
        mistakes=(
            Mistake(
                "rate", "A small rate makes small steps, along slopes that are not 0. Here the slopes themselves are."
            ),
            Mistake(
                "large", "Then the loss would jump or grow. It is at ln 2, where a model that knows nothing stands."
            ),
            Mistake("labels", "A model learns turned labels just as well; it would be wrong about which is which."),
        ),
        hints=(
            "0.6931 is ln 2. What does the model say about every point?",
            "The slope of an output weight is the unit's value times the output's adjoint. When is it exactly 0?",
            "If every hidden unit is 0 for every point, what are their weights?",
        ),
    ),
    Exercise(
        id="moons-bug",
        title="Find the bug: one layer after the other",
        prompt=(
            "step(w1, w2, x, t, rate) should take one gradient step for the two weight arrays of a small network "
            "with half the sum of squared errors as its loss. The new w2 is right, the new w1 is not. Repair it."
        ),
        answer="step",
        setup=PASS,
        starter="""
            def step(w1, w2, x, t, rate):
                hidden = np.tanh(x @ w1)
                error = hidden @ w2 - t
                w2 = w2 - rate * (hidden.T @ error)
                hidden_bar = np.outer(error, w2)
                w1 = w1 - rate * (x.T @ (hidden_bar * (1 - hidden**2)))
                return w1, w2
        """,
        solution="""
            def step(w1, w2, x, t, rate):
                hidden = np.tanh(x @ w1)
                error = hidden @ w2 - t
                hidden_bar = np.outer(error, w2)
                w2 = w2 - rate * (hidden.T @ error)
                w1 = w1 - rate * (x.T @ (hidden_bar * (1 - hidden**2)))
                return w1, w2
        """,
        probes=("step(W1, W2, X, T, 0.3)", "step(-W1, W2, X2, T2, 0.15)", "step(W1, -W2, X2, T2, 0.6)"),
        hidden=(Hidden("step(W1 * {a}, W2 * {b}, X, T, {r})", {"a": NUMBER, "b": NUMBER, "r": NUMBER}),),
        mistakes=(
            Mistake(
                """
                def step(w1, w2, x, t, rate):
                    hidden = np.tanh(x @ w1)
                    error = hidden @ w2 - t
                    hidden_bar = np.outer(error, w2)
                    w2 = w2 - rate * (hidden.T @ error)
                    w1 = w1 - rate * (x.T @ hidden_bar)
                    return w1, w2
                """,
                "The slope of the tanh is missing: 1 − hidden² belongs between the unit's adjoint and its score's.",
            ),
            Mistake(
                """
                def step(w1, w2, x, t, rate):
                    hidden = np.tanh(x @ w1)
                    error = hidden @ w2 - t
                    hidden_bar = np.outer(error, w2)
                    w1 = w1 - rate * (x.T @ (hidden_bar * (1 - hidden**2)))
                    hidden = np.tanh(x @ w1)
                    w2 = w2 - rate * (hidden.T @ error)
                    return w1, w2
                """,
                "Now w1 moves first, and w2's slope is taken with hidden units that were computed anew. Both slopes "
                "belong "
                "to the point where the step began.",
            ),
            Mistake(
                """
                def step(w1, w2, x, t, rate):
                    hidden = np.tanh(x @ w1)
                    error = hidden @ w2 - t
                    hidden_bar = np.outer(error, w2)
                    w2 = w2 - rate * (hidden.T @ error)
                    w1 = w1 - rate * (x.T @ (hidden_bar * (1 - hidden)))
                    return w1, w2
                """,
                "The slope of tanh is 1 − tanh², the square.",
            ),
            Mistake(
                """
                def step(w1, w2, x, t, rate):
                    hidden = np.tanh(x @ w1)
                    error = hidden @ w2 - t
                    return w1, w2 - rate * (hidden.T @ error)
                """,
                "Now w1 never moves. It needs its step, with the old w2 in it.",
            ),
            Mistake(
                """
                def step(w1, w2, x, t, rate):
                    hidden = np.tanh(x @ w1)
                    error = hidden @ w2 - t
                    w2 = w2 - rate * (hidden.T @ error)
                    error = hidden @ w2 - t
                    hidden_bar = np.outer(error, w2)
                    w1 = w1 - rate * (x.T @ (hidden_bar * (1 - hidden**2)))
                    return w1, w2
                """,
                "The error has been computed anew, and w1's slope now belongs to the new w2 altogether. Both slopes "
                "belong to the point where the step began.",
            ),
        ),
        variants=(
            """
            import autograd_mini as ad


            def step(w1, w2, x, t, rate):
                def loss(w1, w2):
                    return np.sum((np.tanh(x @ w1) @ w2 - t) ** 2) / 2

                by1, by2 = ad.grad(loss, (0, 1))(w1, w2)
                return w1 - rate * by1, w2 - rate * by2
            """,
            """
            def step(w1, w2, x, t, rate):
                hidden = np.tanh(x @ w1)
                error = hidden @ w2 - t
                new = w2 - rate * error @ hidden
                return w1 - rate * x.T @ (error[:, None] * w2 / np.cosh(x @ w1) ** 2), new
            """,
        ),
        hints=(
            "Which w2 stands in `hidden_bar`: the one with which the error was made?",
            "All slopes belong to one point. Take them all before anything moves.",
            "Move the line with `hidden_bar` above the one that changes `w2`.",
        ),
        tolerance=1e-9,
    ),
)
