"""Lesson 10, from scalars to arrays: sums over copies, the two transposes of matmul, entries taken twice.

The known mistakes are those that learners and hand-written layers show: the copies of a bias averaged or
the last one kept, the sum over the wrong axis, the transposes lost, a mean without its divisor, and
`x_bar[index] += g`, which keeps one report for each entry.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

NUMPY = "import numpy as np"
SHAPES = NUMPY + "\ncolumn, row, middle = (3, 1), (1, 4), (1, 3)"
LISTS = NUMPY + "\ntwice, thrice = [0, 2, 2], [3, 1, 3, 0, 3]"
NUMBER = (2.2, 7.0)
TWO_BY_THREE = "np.array([[{a}, {b}, {c}], [{d}, {e}, {f}]])"
SIX = dict.fromkeys("abcdef", NUMBER)
A = "np.array([[3.5, -4.5, 5.25], [2.75, 6.5, -3.25]])"
B = "np.array([[4.5, 3.25, -2.5, 5.5], [-3.5, 6.25, 4.75, 2.25], [7.5, -2.75, 3.75, 6.75]])"
G = "np.array([[1.5, -0.5, 2.5, 3.5], [0.75, 4.25, -1.25, 2.75]])"

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="arrays-predict-bias",
        title="Predict: the adjoint of a bias",
        prompt=(
            "A bias of shape (3,) was added to 4 rows. The adjoints of the 4 rows are (0, 1, 2), (3, 4, 5), (6, 7, 8) "
            "and (9, 10, 11). What is the adjoint of the bias, as three numbers?"
        ),
        answer=(18.0, 22.0, 26.0),
        explanation="Each entry of the bias reached the output through 4 rows, so the 4 reports are added.",
        mistakes=(
            Mistake(
                (4.5, 5.5, 6.5),
                "This is the mean of the four rows. A nudge of the bias moves all four rows at once, and each of them "
                "has its full effect.",
            ),
            Mistake(
                (9.0, 10.0, 11.0),
                "This is the report of the last row alone. The three rows before it were moved by the bias as well.",
            ),
            Mistake(
                (0.0, 1.0, 2.0),
                "This is the report of the first row alone. The bias was added to the three other rows as well.",
            ),
        ),
        hints=(
            "How many rows does the first entry of the bias take part in?",
            "A value that is used four times gets four reports. What is done with several reports?",
            "Add each column: the first is 0 + 3 + 6 + 9.",
        ),
    ),
    Exercise(
        id="arrays-unbroadcast",
        title="The way back from broadcasting",
        prompt=(
            "Write unbroadcast(g, shape): g is the adjoint of an array that was made by broadcasting an operand of the "
            "given shape. Return the adjoint of the operand, in the operand's shape."
        ),
        answer="unbroadcast",
        setup=SHAPES,
        starter="""
            def unbroadcast(g, shape):
                added = tuple(range(g.ndim - len(shape)))  # axes that broadcasting put in front
                stretched = ...  # axes of `shape` that have length 1, as a tuple
                return ...
        """,
        solution="""
            def unbroadcast(g, shape):
                added = tuple(range(g.ndim - len(shape)))  # axes that broadcasting put in front
                stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
                return g.sum(axis=added).sum(axis=stretched, keepdims=True)
        """,
        probes=(
            f"unbroadcast({A}, (3,))",
            f"unbroadcast({B}, column)",
            f"unbroadcast({B}, row)",
            f"np.shape(unbroadcast({G}, row))",
            f"unbroadcast({A}, ())",
            f"unbroadcast({A}, (2, 3))",
            f"unbroadcast(np.stack([{A}, {A} * 2.5, {A} * 0.5]), middle)",
            f"unbroadcast(np.stack([{B}, {B} * 3.5]), column)",
        ),
        version=2,
        hidden=(
            Hidden(f"unbroadcast({TWO_BY_THREE}, (3,))", SIX),
            Hidden(f"unbroadcast({TWO_BY_THREE}, (2, 1))", SIX),
        ),
        mistakes=(
            Mistake(
                """
                def unbroadcast(g, shape):
                    added = tuple(range(g.ndim - len(shape)))
                    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
                    return g.mean(axis=added).mean(axis=stretched, keepdims=True)
                """,
                "This averages the reports of the copies. Each copy has its full effect on the output: nothing divides "
                "it by the number of copies.",
            ),
            Mistake(
                """
                def unbroadcast(g, shape):
                    return g.sum(axis=tuple(range(g.ndim - len(shape))))
                """,
                "The axes that were put in front are summed. An axis of length 1 that was stretched to 4 still has "
                "its 4 copies: sum over it, too.",
            ),
            Mistake(
                """
                def unbroadcast(g, shape):
                    added = tuple(range(g.ndim - len(shape)))
                    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
                    return g.sum(axis=added).sum(axis=stretched)
                """,
                "The numbers are right, and the shape is not: an axis of length 1 has disappeared. A sum can keep "
                "the axis that it sums over.",
            ),
            Mistake(
                """
                def unbroadcast(g, shape):
                    added = tuple(range(len(shape), g.ndim))
                    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
                    return g.sum(axis=added).sum(axis=stretched, keepdims=True)
                """,
                "The sum runs over the wrong axis. Broadcasting aligns shapes at their ends, so the new axes stand "
                "in front.",
            ),
            Mistake(
                """
                def unbroadcast(g, shape):
                    for _ in range(g.ndim - len(shape)):
                        g = g[-1]
                    for axis, size in enumerate(shape):
                        g = np.take(g, [-1], axis=axis) if size == 1 else g
                    return g
                """,
                "One copy is kept and the others are lost, as if every report overwrote the one before. Add them.",
            ),
        ),
        variants=(
            """
            def unbroadcast(g, shape):
                padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
                for axis, size in enumerate(padded):
                    if size == 1:
                        g = np.add.reduce(g, axis=axis, keepdims=True)
                return np.reshape(g, shape)
            """,
            """
            def unbroadcast(g, shape):
                out = np.zeros(shape)
                padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
                for place in np.ndindex(*g.shape):
                    home = [0 if size == 1 else i for i, size in zip(place, padded)]
                    out[tuple(home[g.ndim - len(shape):])] += g[place]
                return out
            """,
        ),
        hints=(
            "Going forward, an entry was copied along two kinds of axes: new ones in front, and ones of length 1.",
            "`g.sum(axis=(0, 1))` sums over two axes at once, and an empty tuple sums over none.",
            "After `g.sum(axis=added)`, sum over the axes where `shape` has a 1, with `keepdims=True`.",
        ),
        tolerance=1e-10,
    ),
    Choice(
        id="arrays-shape",
        title="The shape of a gradient",
        prompt=(
            "x has shape (2, 1), y has shape (1, 4), and f is the sum of all entries of sin(x * y). What is the shape "
            "of the gradient of f with respect to x?"
        ),
        options={
            "scalar": "(), since f is one number",
            "x": "(2, 1)",
            "product": "(2, 4), the shape of x * y",
            "flat": "(2,)",
        },
        answer="x",
        explanation="One derivative for each entry of x, and it stands where the entry stands.",
        mistakes=(
            Mistake(
                "scalar", "f is one number, and it has one derivative for each entry of x. How many entries has x?"
            ),
            Mistake(
                "product",
                "That is the shape of the adjoint of the product. On the way back the 4 copies of each entry "
                "are summed.",
            ),
            Mistake(
                "flat",
                "The count is right. But x − 0.1 · gradient would then add (2, 1) and (2,), and broadcasting makes "
                "that (2, 2).",
            ),
        ),
        hints=(
            "A gradient answers: how much does f move if I nudge this entry? Which entries are there to nudge?",
            "x has two entries. In which layout could you take a step x − 0.1 · gradient?",
            "A gradient always has the shape of what it is the gradient for.",
        ),
    ),
    Exercise(
        id="arrays-matmul",
        title="What a matrix product reports",
        prompt="For Y = A @ B and the adjoint G of Y, return the adjoints of A and of B.",
        answer="matmul_pullback",
        setup=NUMPY,
        starter="""
            def matmul_pullback(a, b, g):
                a_bar = ...  # shape of a
                b_bar = ...  # shape of b
                return a_bar, b_bar
        """,
        solution="""
            def matmul_pullback(a, b, g):
                a_bar = g @ b.T  # shape of a
                b_bar = a.T @ g  # shape of b
                return a_bar, b_bar
        """,
        probes=(
            f"matmul_pullback({A}, {B}, {G})",
            f"matmul_pullback({B}, {G}.T, np.array([[3.5, 2.5], [-4.5, 5.5], [6.5, 0.5]]))",
        ),
        hidden=(
            Hidden(f"matmul_pullback({TWO_BY_THREE}, {B}, {G})", SIX),
            Hidden(f"matmul_pullback({G}.T, {TWO_BY_THREE}, {B}.T)", SIX),
        ),
        mistakes=(
            Mistake(
                "def matmul_pullback(a, b, g): return g @ b, a @ g",
                "The transposes are lost, and the shapes do not fit: G has a column for each column of B, so B has to "
                "be turned before G can meet it.",
            ),
            Mistake(
                "def matmul_pullback(a, b, g): return b @ g.T, g.T @ a",
                "These are the adjoints transposed. A gradient has the shape of its value: compare `a_bar.shape` "
                "with `a.shape`.",
            ),
            Mistake(
                "def matmul_pullback(a, b, g): return a.T @ g, g @ b.T",
                "The two adjoints have changed places: the first should have the shape of a.",
            ),
            Mistake(
                "def matmul_pullback(a, b, g): return np.ones_like(g) @ b.T, a.T @ np.ones_like(g)",
                "The partials are right, and the adjoint of Y is missing: this is the answer for a G of ones. "
                "A report is adjoint times partial.",
            ),
        ),
        variants=(
            """
            def matmul_pullback(a, b, g):
                return np.einsum("ik,jk->ij", g, b), np.einsum("ij,ik->jk", a, g)
            """,
            """
            def matmul_pullback(a, b, g):
                a_bar, b_bar = np.zeros(a.shape), np.zeros(b.shape)
                for i, k in np.ndindex(*g.shape):
                    a_bar[i] += g[i, k] * b[:, k]
                    b_bar[:, k] += g[i, k] * a[i]
                return [a_bar, b_bar]
            """,
        ),
        hints=(
            "Begin with shapes. A is 2 × 3, B is 3 × 4, G is 2 × 4: which product of G and B can be 2 × 3?",
            "(2 × 4)(4 × 3) is 2 × 3, so B is transposed. Do the same for B with A and G.",
            "`g @ b.T` is one of the two. In the other one, A is transposed and stands on the left.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="arrays-gather",
        title="What indexing reports",
        prompt=(
            "Write gather_pullback(x, index, g): for y = x[index] with a list index that may name an entry twice, and "
            "the adjoint g of y, return the adjoint of x."
        ),
        answer="gather_pullback",
        setup=LISTS,
        starter="""
            def gather_pullback(x, index, g):
                x_bar = np.zeros(len(x))
                for k, i in enumerate(index):
                    ...  # entry i of x was copied to entry k of y
                return x_bar
        """,
        solution="""
            def gather_pullback(x, index, g):
                x_bar = np.zeros(len(x))
                for k, i in enumerate(index):
                    x_bar[i] += g[k]
                return x_bar
        """,
        probes=(
            "gather_pullback(np.array([3.5, 4.5, 5.5]), twice, np.array([6.5, 7.25, 3.75]))",
            "gather_pullback(np.array([3.5, 4.5, 5.5, 7.5]), thrice, np.array([2.5, 4.25, 6.5, 3.25, 5.75]))",
        ),
        hidden=(
            Hidden(
                "gather_pullback(np.array([{a}, {b}, {c}]), [1, 0, 1, 2, 0], np.array([{d}, {e}, {f}, {a}, {b}]))", SIX
            ),
        ),
        mistakes=(
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    x_bar[index] += g
                    return x_bar
                """,
                "An entry that was taken twice has kept its last report only. Written with `=`, or as "
                "`x_bar[index] += g`, which NumPy does all at once, a later report overwrites an earlier one.",
            ),
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    for k, i in enumerate(index):
                        x_bar[i] += g[k]
                    return x_bar / np.maximum(np.bincount(index, minlength=len(x)), 1)
                """,
                "The reports of an entry that was taken several times are averaged. Each copy has its full effect.",
            ),
            Mistake(
                "def gather_pullback(x, index, g): return np.bincount(index, minlength=len(x)) * 1.0",
                "This counts how often each entry was taken. That is the answer for a g of ones: a report is g[k].",
            ),
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    for k, i in enumerate(index):
                        x_bar[i] += g[k] * x[i]
                    return x_bar
                """,
                "Indexing only copies. Its partial is 1, so x has no business in the report.",
            ),
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    for k, i in enumerate(index):
                        x_bar[k] += g[i]
                    return x_bar
                """,
                "The two indices have changed places. Entry i of x went to entry k of y: the report comes from g[k], "
                "and goes to x_bar[i].",
            ),
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    for k, i in enumerate(index):
                        x_bar[i] += g[i]
                    return x_bar
                """,
                "The right entry of x gets the report of another entry of y: g[i] belongs to entry i of y. The copy of "
                "x[i] is entry k.",
            ),
            Mistake(
                """
                def gather_pullback(x, index, g):
                    x_bar = np.zeros(len(x))
                    for k, i in enumerate(index):
                        x_bar[index] += g
                    return x_bar
                """,
                "Each round of the loop adds all of g once more. In round k only entry k of y reports.",
            ),
        ),
        variants=(
            """
            def gather_pullback(x, index, g):
                x_bar = np.zeros(len(x))
                np.add.at(x_bar, index, g)
                return x_bar
            """,
            "def gather_pullback(x, index, g): return np.bincount(index, weights=g, minlength=len(x))",
        ),
        hints=(
            "x[2] was copied to two entries of y. How many reports does it get?",
            "The report of entry k of y is g[k], and it goes to entry index[k] of x.",
            "One line in the loop: `x_bar[i] += g[k]`",
        ),
        tolerance=1e-10,
    ),
    Prediction(
        id="arrays-predict-mean",
        title="Predict: the gradient of a mean",
        prompt="x has shape (2, 3), and f is the mean of all its entries. What is each entry of the gradient of f?",
        answer=1 / 6,
        explanation="The mean is the sum divided by 6, so each entry reports the seed divided by 6.",
        mistakes=(
            Mistake(
                1.0, "That is the gradient of the sum. The mean divides by the number of entries; so does its report."
            ),
            Mistake(0.5, "That divides by the number of rows. How many entries are added up?"),
            Mistake(1 / 3, "That divides by the number of columns. How many entries are added up?"),
            Mistake(6.0, "The divisor has become a factor: a nudge of one entry moves the mean by less, not by more."),
        ),
        hints=(
            "Write the mean as a sum of the six entries, times something.",
            "If one entry grows by 1, the sum grows by 1. And the mean?",
            "One divided by the number of entries.",
        ),
    ),
    Exercise(
        id="arrays-bug",
        title="Find the bug: a layer's pullback",
        prompt=(
            "For Y = X @ W + b with a row of X for each example, this returns the adjoints of X, W and b. One of them "
            "is wrong. Repair it."
        ),
        answer="layer_pullback",
        setup=NUMPY,
        starter="""
            def layer_pullback(x, w, b, g):
                x_bar = g @ w.T
                w_bar = x.T @ g
                b_bar = g.mean(axis=0)
                return x_bar, w_bar, b_bar
        """,
        solution="""
            def layer_pullback(x, w, b, g):
                x_bar = g @ w.T
                w_bar = x.T @ g
                b_bar = g.sum(axis=0)
                return x_bar, w_bar, b_bar
        """,
        probes=(
            f"layer_pullback({A}, {B}, np.array([3.5, 4.5, 5.5, 6.5]), {G})",
            f"layer_pullback({B}, {G}.T, np.array([3.5, 4.5]), np.array([[3.5, 2.5], [-4.5, 5.5], [6.5, 0.5]]))",
        ),
        hidden=(Hidden(f"layer_pullback({TWO_BY_THREE}, {B}, np.array([3.5, 4.5, 5.5, 6.5]), {G})", SIX),),
        mistakes=(
            Mistake(
                "def layer_pullback(x, w, b, g): return g @ w.T, x.T @ g, g.sum(axis=1)",
                "The adjoint of b is a sum now, and over the wrong axis: b has one entry for each column of Y.",
            ),
            Mistake(
                "def layer_pullback(x, w, b, g): return g @ w.T, x.T @ g / len(g), g.mean(axis=0)",
                "Now two of the three are averaged over the batch. The adjoint of W was right: it sums over the rows.",
            ),
            Mistake(
                "def layer_pullback(x, w, b, g): return g @ w.T, x.T @ g, g",
                "b was added to every row of Y. Its adjoint has the shape of b, so the rows have to come together.",
            ),
            Mistake(
                "def layer_pullback(x, w, b, g): return g @ w.T, x.T @ g, g[-1]",
                "b hears from the last row alone. Every row of Y has used b.",
            ),
        ),
        variants=(
            "def layer_pullback(x, w, b, g): return (w @ g.T).T, (g.T @ x).T, np.ones(len(g)) @ g",
            """
            def layer_pullback(x, w, b, g):
                bars = [np.zeros(np.shape(v)) for v in (x, w, b)]
                for i, row in enumerate(g):
                    bars[0][i] += w @ row
                    bars[1] += np.outer(x[i], row)
                    bars[2] += row
                return bars
            """,
        ),
        hints=(
            "Shapes are all right here. Which of the three lines does something with the rows that the others don't?",
            "`x.T @ g` sums over the rows of the batch. What does the line of b do with them?",
            "Four equal rows should make the adjoint of b four times as large as one row does.",
        ),
        tolerance=1e-10,
    ),
)
