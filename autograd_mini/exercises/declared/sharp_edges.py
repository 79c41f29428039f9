"""Lesson 11, sharp edges: kinks and their conventions, branches, the nan that `where` hides, constants by accident.

The known mistakes: a convention that is no slope at all, `if x == 0` taken for part of the function, a `where` that
guards the result of a root and not its operand, a small number added to make the nan go away, and a value made
outside the function taken for a variable.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

NUMPY = "import numpy as np\nimport autograd_mini as ad\n"
SIGNS = NUMPY + "signs, others = np.array([-3.5, 0.0, 6.25]), np.array([0.0, 12.25, -0.25])\n"
SLOPES = """

def slopes(f, x):
    with np.errstate(all="ignore"):
        return ad.grad(lambda x: np.sum(f(x)))(x)


def pushed(f, x, x_dot):
    with np.errstate(all="ignore"):
        return ad.jvp(f, (x,), (x_dot,))[1]
"""
PLACES = """
home = np.array([3.0, 4.0])
places = np.array([[6.0, 8.0], [3.0, 4.0], [3.0, -1.0]])
more = np.array([[3.0, 4.0], [8.0, 16.0], [-3.0, -4.0], [3.0, 4.5]])
"""
POSITIVE, NEGATIVE = (2.2, 9.0), (-9.0, -2.2)


def root(result: str) -> str:
    return f"def safe_sqrt(x): return {result}"


def leak(slope: str, tangent: str = "slope * x_dot") -> str:
    """A program for the leaky unit with another slope, or another tangent."""
    return f"""
    def leaky_rule(x, x_dot):
        slope = {slope}
        return np.where(x > 0, x, 0.1 * x), {tangent}
    """


def distance(result: str) -> str:
    return f"""
    def total_distance(points, home):
        squares = np.sum((points - home) ** 2, axis=1)
        return {result}
    """


EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="sharp-predict-if",
        title="Predict: a branch for one point",
        prompt=(
            "A program returns 0.0 if x == 0, and 3.0 * x otherwise. So its value is 3x for every x. What does "
            "automatic differentiation say is its slope at x = 0?"
        ),
        answer=0.0,
        explanation="At 0 the program ran one line, which returned a constant. The 3.0 * x was never seen.",
        mistakes=(
            Mistake(
                3.0,
                "That is the slope of the function 3x, and calculus is right about it. The engine has seen the "
                "program run once, at 0: which line was it?",
            ),
            Mistake(
                1.5,
                "That is the mean of 0 and 3. The engine averages nothing here: it knows only the branch that ran.",
            ),
            Mistake(
                1.0,
                "1 is the slope of x alone. Go through the program with x = 0: which of its lines makes the value?",
            ),
        ),
        hints=(
            "The engine differentiates the operations that were carried out. Which were carried out at x = 0?",
            "The line that ran is `return 0.0`. Does it contain x?",
            "The slope of a constant.",
        ),
    ),
    Choice(
        id="sharp-relu",
        title="The slope of relu at 0",
        prompt="relu(x) is x for positive x and 0 otherwise. What is right for its slope at exactly 0?",
        options={
            "one": "1, since relu(x) = x from there on",
            "any": "no number is the derivative; any from 0 to 1 serves as a convention, to be stated",
            "half": "0.5, the mean of both sides, and nothing else",
            "error": "there is no derivative, so an engine must raise an error",
        },
        answer="any",
        explanation="A line through the kink with a slope from 0 to 1 is nowhere above the curve: a subgradient.",
        mistakes=(
            Mistake("one", "From 0 on, relu has the slope 1. Up to 0 it has the slope 0, with as much right."),
            Mistake(
                "half",
                "0.5 is one good convention, and this engine has it for a tie of `maximum`. For relu most engines "
                "say 0. Calculus prefers none of them.",
            ),
            Mistake(
                "error",
                "There is no derivative at 0, true. But units of a network do stand at 0 now and then, and training "
                "is not stopped for that: an agreed slope does no harm.",
            ),
        ),
        hints=(
            "Take the slope from the left, and the slope from the right. Do they agree?",
            "Is one of the two more right than the other? Move through the kink in the picture.",
            "A derivative needs both sides to agree. What an engine says instead is agreed upon.",
        ),
    ),
    Exercise(
        id="sharp-leaky",
        title="A rule with a convention",
        prompt=(
            "The leaky unit is x for positive x and 0.1 * x otherwise. Write leaky_rule(x, x_dot) for arrays: its "
            "value, and its tangent for the tangent x_dot of x. At 0 agree on the mean of the slopes of both sides."
        ),
        answer="leaky_rule",
        setup=SIGNS,
        starter="""
            def leaky_rule(x, x_dot):
                value = np.where(x > 0, x, 0.1 * x)
                slope = ...  # three cases
                return value, ...
        """,
        solution="""
            def leaky_rule(x, x_dot):
                value = np.where(x > 0, x, 0.1 * x)
                slope = np.where(x > 0, 1.0, np.where(x < 0, 0.1, 0.55))  # three cases
                return value, slope * x_dot
        """,
        probes=(
            "leaky_rule(signs, np.array([1.5, 2.5, -3.5]))",
            "leaky_rule(others, np.array([4.5, -0.5, 5.5]))",
            "leaky_rule(np.array([-4.5, 3.25]), np.array([0.75, 6.5]))",
        ),
        hidden=(
            Hidden(
                "leaky_rule(np.array([{a}, {b}]), np.array([{s}, {t}]))",
                {"a": POSITIVE, "b": NEGATIVE, "s": POSITIVE, "t": POSITIVE},
            ),
        ),
        mistakes=(
            Mistake(
                leak("np.where(x > 0, 1.0, 0.1)"),
                "Off the kink this is right. At 0 it gives the slope of the left side, as relu does; here the mean of "
                "both sides was agreed.",
            ),
            Mistake(
                leak("np.where(x >= 0, 1.0, 0.1)"),
                "Off the kink this is right. At 0 it gives the slope of the right side; the mean of both was agreed.",
            ),
            Mistake(
                leak("1.0 * np.sign(x) * np.where(x > 0, 1.0, -0.1)"),
                "At 0 this says 0. Both sides rise, with 0.1 and with 1: a slope of 0 is not between them, and no "
                "convention should give it.",
            ),
            Mistake(
                leak("np.where(x > 0, 1.0, np.where(x < 0, 0.1, 0.55))", "slope"),
                "This returns the slope. A tangent is the slope times the tangent of x.",
            ),
            Mistake(
                leak("np.where(x > 0, 1.0, np.where(x < 0, 0.0, 0.5))"),
                "These are the slopes of relu. The leaky unit lets a tenth through on the left.",
            ),
            Mistake(
                leak("1.0"),
                "The tangent of x is passed on as it came. Right of 0 that is so; elsewhere a slope is on its way.",
            ),
            Mistake(
                leak("np.where(x > 0, 1.0, np.where(x < 0, 0.1, 0.5))"),
                "Off the kink this is right. At 0 it gives 0.5, the mean of relu's slopes 0 and 1. Here they are 0.1 "
                "and 1.",
            ),
            Mistake(
                leak("np.where(x > 0, x, np.where(x < 0, 0.1 * x, 0.55))"),
                "Values stand where slopes belong: right of 0 the value is x, and its slope is 1.",
            ),
        ),
        variants=(
            """
            def leaky_rule(x, x_dot):
                return 0.55 * x + 0.45 * np.abs(x), (0.55 + 0.45 * np.sign(x)) * x_dot
            """,
            """
            def leaky_rule(x, x_dot):
                slope = ((x > 0) * 1.0 + (x >= 0) * 1.0) / 2
                return [np.maximum(x, x / 10), (0.1 + 0.9 * slope) * x_dot]
            """,
        ),
        hints=(
            "What is the slope for a positive x, and for a negative one? What is the mean of the two?",
            "`np.where` chooses between two. A `np.where` inside the other one makes three.",
            "`np.where(x > 0, 1.0, np.where(x < 0, 0.1, 0.55))` is the slope; the tangent is that times x_dot.",
        ),
    ),
    Choice(
        id="sharp-where",
        title="Predict: the branch not taken",
        prompt=(
            "For an array x, np.where(x > 0, np.sqrt(x), 0.0) is 0 at an entry −4. What does reverse mode say is its "
            "slope there?"
        ),
        options={
            "zero": "0, since the branch that was taken is constant",
            "nan": "nan, although the branch with the root was not taken",
            "quarter": "0.25, the slope of the root at 4",
            "error": "nothing: the root of −4 raises an error",
        },
        answer="nan",
        explanation="Both branches are computed, and the one not taken is sent the adjoint 0. And 0 times nan is nan.",
        mistakes=(
            Mistake(
                "zero",
                "So it should be. But `np.where` is a function: both of its branches have been computed before it "
                "chooses, and both get a report on the way back.",
            ),
            Mistake("quarter", "The root was taken of −4, not of 4: its value is nan, and so is its slope."),
            Mistake(
                "error",
                "For an array NumPy answers nan, with a warning at most. `np.where` then leaves the nan out of the "
                "value, so all looks well.",
            ),
        ),
        hints=(
            "What is evaluated first: the root, or the choice?",
            "On the way back, the branch that was not chosen gets the adjoint 0. What is its own partial at −4?",
            "0 times nan, in floating point.",
        ),
    ),
    Exercise(
        id="sharp-safe-sqrt",
        title="The double where",
        prompt=(
            "Write safe_sqrt(x) for an array: the root of each positive entry, 0 for the others, and the slope 0 for "
            "the others, too, in reverse mode and in forward mode."
        ),
        answer="safe_sqrt",
        setup=SIGNS + SLOPES,
        starter="""
            def safe_sqrt(x):
                inside = ...  # x where it is positive; elsewhere a harmless number
                return ...
        """,
        solution="""
            def safe_sqrt(x):
                inside = np.where(x > 0, x, 1.0)  # x where it is positive; elsewhere a harmless number
                return np.where(x > 0, np.sqrt(inside), 0.0)
        """,
        probes=(
            "safe_sqrt(signs)",
            "safe_sqrt(others)",
            "slopes(safe_sqrt, signs)",
            "slopes(safe_sqrt, others)",
            "pushed(safe_sqrt, signs, others + 3.5)",
            "pushed(safe_sqrt, others, signs + 4.5)",
        ),
        version=2,
        hidden=(
            Hidden("safe_sqrt(np.array([{a}, {b}]))", {"a": POSITIVE, "b": NEGATIVE}, count=2),
            Hidden("slopes(safe_sqrt, np.array([{a}, {b}]))", {"a": POSITIVE, "b": NEGATIVE}, count=2),
        ),
        mistakes=(
            Mistake(
                root("np.where(x > 0, np.sqrt(x), 0.0)"),
                "The values are right, and the slopes for x ≤ 0 are nan. The root still meets a number where its own "
                "slope is nan or ∞, and 0 times that is nan. Make what stands under the root harmless first.",
            ),
            Mistake(
                root("np.where(x > 0, np.sqrt(np.abs(x)), 0.0)"),
                "Negative entries are harmless now. At exactly 0 the root still has the slope ∞, and 0 · ∞ is nan: "
                "Put a number under the root there at which its slope is finite.",
            ),
            Mistake(
                root("np.sqrt(np.where(x > 0, x, 0.0))"),
                "In reverse mode this is right: on its way back the ∞ of the root is left out by `where`. In "
                "forward mode "
                "the root comes last, and ∞ · 0 is nan. 0 is not harmless for a root.",
            ),
            Mistake(
                root("np.sqrt(np.maximum(x, 0.0))"),
                "The root never meets a negative number now. But it meets 0, where its slope is ∞, and maximum "
                "hands on a "
                "share of that.",
            ),
            Mistake(
                root("np.sqrt(np.where(x > 0, x, 1.0))"),
                "The slopes are right. The values for x ≤ 0 are 1, the root of the harmless number: a second `where`, "
                "which looks at x, has to choose the 0.",
            ),
            Mistake(
                root("np.where(x >= 0, np.sqrt(np.where(x >= 0, x, 1.0)), 0.0)"),
                "At exactly 0 the root is taken, and its slope there is ∞. 0 is not positive: treat it like the rest.",
            ),
            Mistake(
                root("np.sqrt(np.where(x > 0, x, 0.0) + 1e-12)"),
                "The small number that was added has made the nan go away, and the values wrong: the root of 1e-12 is "
                "1e-6. Choose, and add nothing.",
            ),
        ),
        variants=(
            "def safe_sqrt(x): return np.where(x > 0, np.where(x > 0, x, 4.0) ** 0.5, 0.0 * x)",
            """
            def safe_sqrt(x):
                inside = np.where(x <= 0, 2.25, x)
                return np.sqrt(inside) * (x > 0)
            """,
        ),
        hints=(
            "The choice comes too late: when it is made, the root has already been taken of all entries.",
            "Choose twice. First what the root is taken of, then which results to keep.",
            "`np.where(x > 0, x, 1.0)` is what the root is taken of. The outer `np.where` puts the 0 where x ≤ 0.",
        ),
    ),
    Prediction(
        id="sharp-predict-outside",
        title="Predict: a value from outside",
        prompt=(
            "w = 3.0, and outside of any function y = w * w. Then loss(w) returns 2.0 * y + w. What is "
            "ad.grad(loss)(w)?"
        ),
        answer=1.0,
        explanation="y was made before the function ran. It is the constant 9, and only the last w is seen.",
        mistakes=(
            Mistake(
                13.0,
                "That is the slope of 2 w² + w, which is what loss would be if y were made inside. But y is 9, a "
                "float, made before anybody asked for a derivative.",
            ),
            Mistake(
                12.0,
                "That is the part that goes by y, which loss does not see: y was made before it ran. And there is "
                "a w in loss that it does see.",
            ),
            Mistake(2.0, "That is how fast loss moves with y. The question is about w, the argument of loss."),
            Mistake(3.0, "That adds the slope by y and the slope by w. Only the argument of loss is moved."),
        ),
        hints=(
            "What is y when loss is called? A number, or a rule that w can act on?",
            "`ad.grad(loss)` traces what loss does with its argument. In which terms does the argument stand?",
            "loss is 18 + w to the engine.",
        ),
    ),
    Exercise(
        id="sharp-bug",
        title="Find the bug: a distance with nan slopes",
        prompt=(
            "This adds up how far the points (rows) are from home. Its values are right. As soon as one point is at "
            "home, that point's slopes are nan. Mend it, so that they are 0; all other slopes and all values stay."
        ),
        answer="total_distance",
        setup=NUMPY + PLACES + SLOPES,
        starter="""
            def total_distance(points, home):
                squares = np.sum((points - home) ** 2, axis=1)
                return np.sum(np.sqrt(squares))
        """,
        solution="""
            def total_distance(points, home):
                squares = np.sum((points - home) ** 2, axis=1)
                apart = squares > 0
                inside = np.where(apart, squares, 1.0)
                return np.sum(np.where(apart, np.sqrt(inside), 0.0))
        """,
        probes=(
            "total_distance(places, home)",
            "total_distance(more, home)",
            "slopes(lambda points: total_distance(points, home), places)",
            "slopes(lambda points: total_distance(points, home), more)",
        ),
        hidden=(
            Hidden(
                "slopes(lambda points: total_distance(points, home), np.stack([np.array([{a}, {b}]), home]))",
                {"a": (4.0, 9.0), "b": (-9.0, 3.0)},
            ),
        ),
        mistakes=(
            Mistake(
                distance("np.sum(np.where(squares > 0, np.sqrt(squares), 0.0))"),
                "The root of the 0 is still taken, whatever is chosen after it, and on the way back 0 meets its "
                "slope ∞. "
                "Choose what stands under the root, too.",
            ),
            Mistake(
                distance("np.sum(np.sqrt(squares + 1e-12))"),
                "The nan is gone, and every distance is a little wrong: a point at home is now 1e-6 away from it.",
            ),
            Mistake(
                distance("np.sum(squares)"),
                "Squared distances are smooth everywhere, and often the better choice. But this function is asked for "
                "distances: its values have changed.",
            ),
            Mistake(
                distance("np.sum(np.sqrt(np.where(squares > 0, squares, 1.0)))"),
                "The slopes are right. A point at home now adds 1 to the total, the root of the harmless number.",
            ),
        ),
        variants=(
            """
            def total_distance(points, home):
                squares = np.sum((points - home) ** 2, axis=1)
                return np.sum(np.sqrt(squares[squares > 0]))
            """,
            """
            def total_distance(points, home):
                total = 0.0
                for k in range(len(points)):
                    square = np.sum((points[k] - home) ** 2)
                    if square > 0:
                        total = total + np.sqrt(square)
                return total
            """,
        ),
        hints=(
            "What is the slope of the root at 0, and what is it multiplied by on its way to a point that is at home?",
            "It is the tip of a cone. You have written a root with agreed slopes: what did it do?",
            "Choose twice: `np.where(squares > 0, squares, 1.0)` under the root, and 0.0 instead of its result.",
        ),
        tolerance=1e-10,
    ),
)
