"""Lesson 09, forward or reverse: columns and rows of the Jacobian, which costs less, and what a gradient costs.

The known mistakes: reverse mode taken for the better one in all cases, a whole Jacobian expected of one sweep, rows
and columns exchanged, a gradient by division, second derivatives at the price of first ones.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

SHAPES = """
import autograd_mini as ad


def rectangle(x, y):
    return x * y, 2 * x + 2 * y, ad.sqrt(x * x + y * y)


def box(x, y, z):
    return x * y * z, 2 * (x * y + y * z + x * z)
"""

COUNTED = """
import autograd_mini as ad
from autograd_mini.exercises.run import Said


def multiplications(gradient, xs):
    ops = [row.op for row in ad.trace(lambda *xs: sum(gradient(list(xs))), *xs).rows]
    if "divide" in ops:
        raise Said("There is a division in it. Where it divides by an input, it fails when that input is 0.")
    return ops.count("multiply")
"""

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="modes-predict-thousand",
        title="Predict: one input, 1000 outputs",
        prompt="A function has one input and 1000 outputs. How many forward passes give all its derivatives, and how "
        "many return sweeps? Answer with two numbers in brackets.",
        answer=(1, 1000),
        tolerance=1e-6,
        explanation="A forward pass starts at an input, and every output carries its tangent out of it. A return sweep "
        "starts at one output.",
        mistakes=(
            Mistake(
                (1000, 1), "The other way round. That is a function with 1000 inputs and one output, such as a loss."
            ),
            Mistake(
                (1, 1),
                "One forward pass, yes. A return sweep finds how *one* output depends on everything. Where would it "
                "start here?",
            ),
            Mistake((1000, 1000), "All outputs leave the same forward pass, each with its own tangent."),
            Mistake(
                (1000, 1001), "A pass or a sweep is no difference: it needs no run of its own at the point itself."
            ),
        ),
        hints=(
            "Where does a forward pass start, and where does a return sweep start?",
            "A pass is for one seeded input and all outputs. A sweep is for one seeded output and all inputs.",
            "There is one input to seed, and there are 1000 outputs to seed.",
        ),
    ),
    Choice(
        id="modes-ones",
        title="A sweep from all outputs at once",
        prompt="The return sweep of the rectangle with the seeds (1, 1, 1) gives two numbers, 6.6 and 5.8. What are "
        "they?",
        options={
            "sum": "the gradient of area + perimeter + diagonal",
            "jacobian": "all the derivatives, in short form",
            "first": "the gradient of the first output, the area",
            "mean": "the mean of the three gradients",
        },
        answer="sum",
        explanation="The seeds are weights: a sweep gives the gradient of w₁y₁ + w₂y₂ + w₃y₃. With weights of 1 it is "
        "the sum of the rows.",
        mistakes=(
            Mistake(
                "jacobian",
                "There are six derivatives, and they can't be had back from two numbers: many rows have the same sum.",
            ),
            Mistake("first", "The area alone gives 4 and 3. The other outputs have been seeded as well."),
            Mistake("mean", "Nothing has been divided by 3. Add the three rows: what do you get?"),
        ),
        hints=(
            "Look at the three sweeps before, one for each output.",
            "Compare 6.6 with 4, 2 and 0.6.",
            "Reports are added, so the adjoints of the three outputs add up on their way to the inputs.",
        ),
    ),
    Exercise(
        id="modes-jacobian",
        title="The Jacobian by rows",
        prompt="Write `jacobian(f, xs)`: the list of the rows of f's Jacobian at the point xs (a list of numbers), "
        "from one return sweep for each output.",
        answer="jacobian",
        setup=SHAPES,
        starter="""
            def jacobian(f, xs):
                outputs, pullback = ad.vjp(f, *xs)
                rows = []
                for j in range(len(outputs)):
                    seeds = ...  # a list, one seed for each output: which one is row j about?
                    rows.append(pullback(tuple(seeds)))
                return rows
        """,
        solution="""
            def jacobian(f, xs):
                outputs, pullback = ad.vjp(f, *xs)
                rows = []
                for j in range(len(outputs)):
                    seeds = [1.0 if k == j else 0.0 for k in range(len(outputs))]
                    rows.append(pullback(tuple(seeds)))
                return rows
        """,
        probes=("jacobian(rectangle, [3.5, 4.5])", "jacobian(box, [3.5, 4.5, 5.5])"),
        hidden=(
            Hidden("jacobian(rectangle, [{x}, {y}])", {"x": (2.5, 9.0), "y": (2.5, 9.0)}, count=2),
            Hidden("jacobian(box, [{x}, {y}, {z}])", {"x": (2.5, 9.0), "y": (2.5, 9.0), "z": (2.5, 9.0)}, count=2),
        ),
        mistakes=(
            Mistake(
                """
                def jacobian(f, xs):
                    outputs, pullback = ad.vjp(f, *xs)
                    return [pullback((1.0,) * len(outputs)) for _ in outputs]
                """,
                "All outputs are seeded in every sweep, so each row is the sum of all rows. Row j is about one output.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    outputs, pullback = ad.vjp(f, *xs)
                    return pullback((1.0,) * len(outputs))
                """,
                "One sweep with all outputs seeded gives the sum of the rows. The rows can't be had back from it.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    outputs, pullback = ad.vjp(f, *xs)
                    return [pullback((1.0,) + (0.0,) * (len(outputs) - 1)) for _ in outputs]
                """,
                "Every sweep starts at the first output. The seed 1 has to move on with j.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    outputs, pullback = ad.vjp(f, *xs)
                    return [pullback(tuple(float(k == i) for k in range(len(xs)))) for i in range(len(xs))]
                """,
                "This has one seed for each input. A return sweep starts at the outputs: it is these that are seeded.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    unit = lambda i: [float(k == i) for k in range(len(xs))]
                    return [ad.jvp(f, xs, unit(i))[1] for i in range(len(xs))]
                """,
                "These are the columns, from one forward pass for each input. Row j holds the derivatives of output j.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    outputs, pullback = ad.vjp(f, *xs)
                    m = len(outputs)
                    return [pullback(tuple(y * (k == j) for k, y in enumerate(outputs))) for j in range(m)]
                """,
                "The seed is the output's value. A seed is a rate: how fast does output j move with itself?",
            ),
        ),
        variants=(
            """
            def jacobian(f, xs):
                every = tuple(range(len(xs)))
                return [ad.grad(lambda *xs: f(*xs)[j], argnums=every)(*xs) for j in range(len(f(*xs)))]
            """,
            """
            def jacobian(f, xs):
                columns = [ad.jvp(f, xs, [float(k == i) for k in range(len(xs))])[1] for i in range(len(xs))]
                return list(zip(*columns))
            """,
        ),
        hints=(
            "There are as many seeds as outputs. Which of them starts the sweep for row j?",
            "Seed 1 at the place j, and 0 everywhere else: a unit vector.",
            "`[1.0 if k == j else 0.0 for k in range(len(outputs))]`",
        ),
    ),
    Choice(
        id="modes-better",
        title="Which mode?",
        prompt="A picture of a million pixels is made from 3 numbers: a camera's angle, its height and its zoom. You "
        "want the derivative of every pixel by each of the three. Which way?",
        options={
            "reverse": "reverse mode: it is the better one, which is why deep learning uses it",
            "forward": "forward mode: 3 passes",
            "same": "either: the Jacobian has 3 million entries both ways",
            "difference": "differences: 4 pictures are the cheapest, and as good",
        },
        answer="forward",
        explanation="3 forward passes against a million return sweeps. A network's loss is the opposite case.",
        mistakes=(
            Mistake(
                "reverse",
                "Deep learning has millions of inputs and *one* output, the loss. How many outputs are there here, and "
                "what does a return sweep start from?",
            ),
            Mistake(
                "same",
                "The entries are the same. A pass finds a million of them at a time, one column; a sweep finds 3, one "
                "row.",
            ),
            Mistake(
                "difference",
                "4 pictures cost about as much as 3 passes, and lose half of the digits or more (lesson 02).",
            ),
        ),
        hints=(
            "How many inputs are there, and how many outputs?",
            "Which is less: one pass for each input, or one sweep for each output?",
            "3 inputs are fewer than a million outputs.",
        ),
    ),
    Exercise(
        id="modes-product",
        title="Speelpenning's product",
        prompt="The gradient of x₁·x₂·…·xₙ: entry i is the product of all inputs except xᵢ. This program is right and "
        "multiplies n(n−2) times. Write `gradient(xs)` with at most 3n multiplications, and no division, since an "
        "input may be 0.",
        answer="gradient",
        setup=COUNTED,
        starter="""
            def gradient(xs):
                slopes = []
                for i in range(len(xs)):
                    others = xs[:i] + xs[i + 1 :]
                    product = others[0]
                    for x in others[1:]:
                        product = product * x
                    slopes.append(product)
                return slopes
        """,
        solution="""
            def gradient(xs):
                before = [1.0]
                for x in xs[:-1]:
                    before.append(before[-1] * x)
                slopes, after = [], 1.0
                for i in reversed(range(len(xs))):
                    slopes.append(before[i] * after)
                    after = after * xs[i]
                return slopes[::-1]
        """,
        probes=(
            "gradient([1.5, 3.5, 0.25, 4.5, 2.5])",
            "gradient([3.5, 0.0, 4.5, 1.5])",
            "max(24, multiplications(gradient, [1.5, 3.5, 0.25, 4.5, 2.5, 0.75, 1.25, 3.25]))",
            "max(27, multiplications(gradient, [1.5, 3.5, 0.25, 4.5, 2.5, 0.75, 1.25, 3.25, 0.5]))",
        ),
        hidden=(
            Hidden(
                "gradient([{a}, {b}, {c}, {d}])",
                {"a": (2.2, 5.0), "b": (2.2, 5.0), "c": (-5.0, -2.2), "d": (0.2, 0.8)},
            ),
        ),
        tolerance=1e-9,
        mistakes=(
            Mistake(
                """
                def gradient(xs):
                    whole = math.prod(xs)
                    return [whole / x for x in xs]
                """,
                "The whole product divided by each input is cheap, and it breaks down where an input is 0.",
            ),
            Mistake(
                "def gradient(xs): return [math.prod(xs[:i] + xs[i + 1 :]) for i in range(len(xs))]",
                "`math.prod` is shorter to write, and multiplies as often: each entry still makes its product from the "
                "first factor on.",
            ),
            Mistake(
                """
                def gradient(xs):
                    before = [1.0]
                    for x in xs[:-1]:
                        before.append(before[-1] * x)
                    return before
                """,
                "These are the products of the inputs *before* xᵢ. Those after it are factors as well.",
            ),
            Mistake(
                """
                def gradient(xs):
                    after = [1.0]
                    for x in xs[:0:-1]:
                        after.append(after[-1] * x)
                    return after[::-1]
                """,
                "These are the products of the inputs *after* xᵢ. Those before it are factors as well.",
            ),
            Mistake(
                """
                def gradient(xs):
                    return [math.prod(xs) for x in xs]
                """,
                "Each entry is the whole product. The factor xᵢ itself is to be left out of entry i.",
            ),
            Mistake(
                """
                def gradient(xs):
                    before = [1.0]
                    for x in xs:
                        before.append(before[-1] * x)
                    slopes, after = [], 1.0
                    for i in reversed(range(len(xs))):
                        slopes.append(before[i + 1] * after)
                        after = after * xs[i]
                    return slopes[::-1]
                """,
                "xᵢ is in the product of what comes before it, so each entry is the whole product, up to rounding. "
                "Move that list by one place.",
            ),
            Mistake(
                """
                def gradient(xs):
                    before, after = [1.0], [1.0]
                    for x, y in zip(xs[:-1], xs[:0:-1]):
                        before.append(before[-1] * x)
                        after.append(after[-1] * y)
                    return [a + b for a, b in zip(before, after[::-1])]
                """,
                "The inputs before xᵢ and those after it are factors of one product. Here their products are added.",
            ),
        ),
        variants=(
            """
            def gradient(xs):
                values = [xs[0]]
                for x in xs[1:]:
                    values.append(values[-1] * x)
                bar, slopes = 1.0, []
                for k in range(len(xs) - 1, 0, -1):
                    slopes.append(bar * values[k - 1])
                    bar = bar * xs[k]
                return [bar, *reversed(slopes)]
            """,
            """
            def product(*xs):
                result = xs[0]
                for x in xs[1:]:
                    result = result * x
                return result


            gradient = lambda xs: list(ad.grad(product, argnums=tuple(range(len(xs))))(*xs))
            """,
        ),
        hints=(
            "Entry i is the product of what stands before xᵢ, times the product of what stands after it.",
            "Each product before is the last one times one more input. So is each product after, from the other end.",
            "Collect `before` from the left. Then go from the right with a running `after`: the entry is "
            "`before[i] * after`, and then `after = after * xs[i]`.",
        ),
    ),
    Choice(
        id="modes-second",
        title="Second derivatives",
        prompt="The gradient of a loss with 1000 inputs costs one run and one return sweep. What do all its second "
        "derivatives cost, by either mode?",
        options={
            "twice": "about twice that: it is the chain rule, applied twice",
            "thousand": "about 1000 times that, up to a small factor",
            "million": "about a million times that: one pass for each entry",
            "one": "about the same: one more return sweep gives them all",
        },
        answer="thousand",
        explanation="The gradient is a function with 1000 inputs and 1000 outputs, so its Jacobian takes 1000 passes "
        "or 1000 sweeps.",
        mistakes=(
            Mistake(
                "twice",
                "The rule is applied twice. But how many numbers come out, and how many of them does one pass give?",
            ),
            Mistake("million", "There are a million entries. One pass gives a whole column of them, 1000 at a time."),
            Mistake(
                "one",
                "A return sweep starts at one output. The gradient, which you now differentiate, has 1000 outputs.",
            ),
        ),
        hints=(
            "Look at the gradient as a function. How many inputs has it, and how many outputs?",
            "Its Jacobian is square, 1000 by 1000.",
            "One forward pass through the gradient gives one column.",
        ),
    ),
    Exercise(
        id="modes-bug",
        title="Find the bug: a Jacobian by columns",
        prompt="`jacobian(f, xs)[j][i]` should be how fast output j moves with input i. Something is not as it should "
        "be. Repair it.",
        answer="jacobian",
        setup=SHAPES,
        starter="""
            def jacobian(f, xs):
                columns = []
                for i in range(len(xs)):
                    seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]
                    columns.append(ad.jvp(f, xs, seeds)[1])
                return columns
        """,
        solution="""
            def jacobian(f, xs):
                columns = []
                for i in range(len(xs)):
                    seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]
                    columns.append(ad.jvp(f, xs, seeds)[1])
                return [[column[j] for column in columns] for j in range(len(columns[0]))]
        """,
        probes=("jacobian(rectangle, [3.5, 4.5])", "jacobian(box, [3.5, 4.5, 5.5])"),
        hidden=(
            Hidden("jacobian(rectangle, [{x}, {y}])", {"x": (2.5, 9.0), "y": (2.5, 9.0)}, count=2),
            Hidden("jacobian(box, [{x}, {y}, {z}])", {"x": (2.5, 9.0), "y": (2.5, 9.0), "z": (2.5, 9.0)}, count=2),
        ),
        mistakes=(
            Mistake(
                """
                def jacobian(f, xs):
                    columns = []
                    for i in range(len(xs)):
                        seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]
                        columns.append(ad.jvp(f, xs, seeds)[1])
                    return columns[::-1]
                """,
                "This exchanges the inputs, last for first. Each list in it still belongs to one input.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    m = len(f(*xs))
                    columns = []
                    for j in range(m):
                        seeds = [1.0 if k == j else 0.0 for k in range(m)]
                        columns.append(ad.jvp(f, xs, seeds)[1])
                    return columns
                """,
                "Now there is one seed for each output. A forward pass starts at the inputs: the seeds were right.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    numbers = []
                    for i in range(len(xs)):
                        seeds = [1.0 if k == i else 0.0 for k in range(len(xs))]
                        numbers.extend(ad.jvp(f, xs, seeds)[1])
                    return [numbers[k : k + len(xs)] for k in range(0, len(numbers), len(xs))]
                """,
                "The lists have the right lengths now. But the numbers were cut anew, in their old order, and now a "
                "row mixes the outputs.",
            ),
            Mistake(
                """
                def jacobian(f, xs):
                    tangents = ad.jvp(f, xs, [1.0] * len(xs))[1]
                    return [[tangent] * len(xs) for tangent in tangents]
                """,
                "Each list belongs to one output now. But all inputs move at once, so each number is the sum of a row.",
            ),
        ),
        variants=(
            """
            def jacobian(f, xs):
                seeds = lambda i: [float(k == i) for k in range(len(xs))]
                return list(zip(*(ad.jvp(f, xs, seeds(i))[1] for i in range(len(xs)))))
            """,
            """
            def jacobian(f, xs):
                outputs, pullback = ad.vjp(f, *xs)
                return [pullback(tuple(float(k == j) for k in range(len(outputs)))) for j in range(len(outputs))]
            """,
        ),
        hints=(
            "Print the result for the rectangle, and count the lists. How many outputs are there?",
            "Each list holds what one *input* does to all outputs. Asked are lists that belong to one output each.",
            "Exchange rows and columns: `zip(*columns)` does it.",
        ),
    ),
)
