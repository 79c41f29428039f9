"""Lesson 13, derivatives of derivatives: nesting, whose ε it is, Hessians and Hessian-vector products.

The known mistakes are those that nested engines and their users show: one ε for all (Siskind & Pearlmutter 2005), a
slope that was computed outside and is a constant by then, Taylor's ½ in a derivative, the Hessian's diagonal taken for
the Hessian, and a matrix of n² entries made for the sake of n.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

# A dual number that knows whose ε its tangent belongs to. The newest tag stands outermost, so a number with an older
# tag, or with none, is a constant beside it.
TAGGED = """
import autograd_mini as ad


class Dual:
    def __init__(self, primal, tangent, tag):
        self.primal, self.tangent, self.tag = primal, tangent, tag

    def parts(self, tag):
        return (self.primal, self.tangent) if self.tag == tag else (self, 0.0)

    def __add__(self, other):
        (a, da), (b, db), tag = both(self, other)
        return Dual(a + b, da + db, tag)

    def __mul__(self, other):
        (a, da), (b, db), tag = both(self, other)
        return Dual(a * b, da * b + a * db, tag)

    __radd__, __rmul__ = __add__, __mul__


def both(x, y):
    tag = max(z.tag for z in (x, y) if isinstance(z, Dual))
    return *(z.parts(tag) if isinstance(z, Dual) else (z, 0.0) for z in (x, y)), tag


def cube(x):
    return x * x * x
"""
FUNCTIONS = """
import numpy as np

import autograd_mini as ad


def valley(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def waves(x):
    return np.sum(np.sin(x[1:] * x[:-1])) + np.sum(x**3)
"""
NUMBER = (2.2, 7.0)
SMALL = (0.2, 0.9)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="higher-predict-inner",
        title="Predict: a derivative inside a derivative",
        prompt="g(x) is the derivative of x + y with respect to y. What is the derivative of x * g(x) at x = 1?",
        answer=1.0,
        explanation="x + y grows as fast as y, so g(x) is 1 for every x, and x * g(x) is x.",
        mistakes=(
            Mistake(
                2.0,
                "This counts the x inside x + y as well. g asks how x + y moves when y moves; x is a constant there, "
                "so g(x) is 1, whatever x is.",
            ),
            Mistake(
                0.0,
                "g(x) is a constant, that is right. It is multiplied by x, and that product moves with x.",
            ),
        ),
        hints=(
            "Work out g(x) by hand first: x + y, nudged in y alone.",
            "g(x) is the same number for every x. Which one?",
            "g(x) = 1, so the question is the slope of x * 1.",
        ),
    ),
    Exercise(
        id="higher-tags",
        title="Whose ε is it",
        prompt=(
            "Write derivative(f, x) for dual numbers with tags: each call has a tag of its own, and looks for the "
            "coefficient of its own ε in the result. A result without it has the derivative 0."
        ),
        answer="derivative",
        setup=TAGGED,
        starter="""
            from itertools import count

            tags = count(1)


            def derivative(f, x):
                tag = ...
                y = f(Dual(x, 1.0, tag))
                return ...
        """,
        solution="""
            from itertools import count

            tags = count(1)


            def derivative(f, x):
                tag = next(tags)
                y = f(Dual(x, 1.0, tag))
                return y.tangent if isinstance(y, Dual) and y.tag == tag else 0.0
        """,
        probes=(
            "derivative(cube, 3.5)",
            "derivative(lambda x: x * derivative(lambda y: x + y, 4.5), 3.5)",
            "derivative(lambda x: derivative(lambda y: y * y * x, x), 3.5)",
            "derivative(lambda x: x * (5.5 + derivative(lambda y: x * x, 4.5)), 3.5)",
            "derivative(lambda x: x * (6.5 + derivative(lambda y: cube(x), 4.5)), 2.5)",
            "derivative(lambda x: 5.5, 3.5)",
            "derivative(lambda x: x * derivative(lambda y: 4.5, x), 6.5)",
        ),
        hidden=(
            Hidden("derivative(lambda x: x * derivative(lambda y: x + y * {b}, {a}), {a})", {"a": NUMBER, "b": NUMBER}),
            Hidden("derivative(lambda x: derivative(cube, x), {a})", {"a": NUMBER}),
        ),
        mistakes=(
            Mistake(
                """
                def derivative(f, x):
                    y = f(Dual(x, 1.0, 7))
                    return y.tangent if isinstance(y, Dual) and y.tag == 7 else 0.0
                """,
                "Every call uses the same tag, so an inner call takes the outer ε for its own: x + y has the tangent 2 "
                "where it should have 1. Draw a new tag in each call.",
            ),
            Mistake(
                """
                def derivative(f, x):
                    tag = next(tags)
                    y = f(Dual(x, 1.0, tag))
                    return y.tangent if isinstance(y, Dual) else 0.0
                """,
                "This takes the tangent of any dual number. A result that depends on an outer variable only carries "
                "the outer ε: for this call it is a constant, and its derivative is 0.",
            ),
            Mistake(
                """
                def derivative(f, x):
                    tag = next(tags)
                    y = f(Dual(x, 1.0, tag))
                    return y.tangent
                """,
                "A function may return a plain number, or a dual number of an outer call. Neither has this call's ε "
                "in it, and then the derivative is 0.",
            ),
            Mistake(
                """
                def derivative(f, x):
                    tag = next(tags)
                    y = f(Dual(x, 1.0, tag))
                    return y.primal if isinstance(y, Dual) and y.tag == tag else 0.0
                """,
                "This is the value of f. The derivative is the coefficient of ε.",
            ),
            Mistake(
                """
                def derivative(f, x):
                    tag = next(tags)
                    y = f(Dual(x, 1.0, tag))
                    return y.parts(tag)[1]
                """,
                "`parts` asks for the right tag. But f may return a plain number, which has no `parts`: its "
                "derivative is 0.",
            ),
            Mistake(
                """
                def derivative(f, x):
                    tag = next(tags)
                    y = f(Dual(x, 1.0, tag))
                    return y.tangent if y.tag == tag else 0.0
                """,
                "The tag is looked at. But f may return a plain number, which has none: its derivative is 0.",
            ),
        ),
        variants=(
            """
            used = []


            def derivative(f, x):
                used.append(x)
                tag = len(used)
                y = f(Dual(x, 1.0, tag))
                if not isinstance(y, Dual) or y.tag != tag:
                    return 0.0
                return y.tangent
            """,
            """
            depth = [0]


            def derivative(f, x):
                depth[0] += 1
                try:
                    tag = depth[0]
                    y = f(Dual(x, 1.0, tag))
                    return y.parts(tag)[1] if isinstance(y, Dual) else 0.0
                finally:
                    depth[0] -= 1
            """,
        ),
        hints=(
            "Two calls that run at the same time need two tags. `next(tags)` gives a number that no call had before.",
            "The result can be three things: a number, a Dual with this tag, a Dual with the tag of an outer call.",
            "Only a Dual whose `tag` equals this call's has a derivative to report; for the other two return 0.0.",
        ),
    ),
    Prediction(
        id="higher-predict-coefficient",
        title="Predict: the coefficient of ε₁ε₂",
        prompt="f(x) = x³. What is the coefficient of ε₁ε₂ in f(4 + ε₁ + ε₂), with ε₁² = ε₂² = 0?",
        answer=24.0,
        explanation="It is the second derivative, 6x, at 4: ε₁ takes one derivative, ε₂ the other.",
        mistakes=(
            Mistake(
                12.0,
                "This is half of it, Taylor's coefficient of ε². Here ε₁ε₂ arises twice, from ε₁ times ε₂ and from "
                "ε₂ times ε₁, and the ½ is gone.",
            ),
            Mistake(48.0, "This is the first derivative, the coefficient of ε₁ alone."),
            Mistake(0.0, "ε₁² and ε₂² are 0. The product of two different ones is not."),
        ),
        hints=(
            "Expand (4 + ε₁ + ε₂)³ and keep the terms with one ε₁ and one ε₂.",
            "(4 + d)³ = 64 + 48 d + 12 d² + d³ with d = ε₁ + ε₂. What is d²?",
            "d² = 2 ε₁ε₂, so the term is 12 · 2 ε₁ε₂.",
        ),
    ),
    Exercise(
        id="higher-bug",
        title="Find the bug: the curvature is always 0",
        prompt=(
            "curvature(f, x, v) should be the second derivative of f(x + t * v) with respect to t, at t = 0. It gives "
            "0 for every function. Mend it."
        ),
        answer="curvature",
        setup=FUNCTIONS,
        starter="""
            def curvature(f, x, v):
                def line(t):
                    return f(x + t * v)

                slope = ad.grad(line)(0.0)
                return ad.grad(lambda t: slope)(0.0)
        """,
        solution="""
            def curvature(f, x, v):
                def line(t):
                    return f(x + t * v)

                return ad.grad(ad.grad(line))(0.0)
        """,
        probes=(
            "curvature(valley, np.array([-1.25, 3.5]), np.array([2.5, 0.75]))",
            "curvature(waves, np.array([0.5, 1.25, -0.75]), np.array([0.25, -1.5, 3.5]))",
        ),
        hidden=(
            Hidden(
                "curvature(waves, np.array([{a}, {b}, {c}]), np.array([{d}, {e}, {f}]))", dict.fromkeys("abcdef", SMALL)
            ),
        ),
        mistakes=(
            Mistake(
                """
                def curvature(f, x, v):
                    def line(t):
                        return f(x + t * v)

                    return ad.grad(line)(0.0) ** 2
                """,
                "This is the square of the first derivative. The second one is the derivative of the *function* that "
                "gives the first: differentiate ad.grad(line), not its number.",
            ),
            Mistake(
                """
                def curvature(f, x, v):
                    def line(t):
                        return f(x + t * v)

                    return ad.grad(line)(0.0)
                """,
                "This is the first derivative, the slope along v.",
            ),
            Mistake(
                """
                def curvature(f, x, v):
                    def line(t):
                        return f(x + t * v)

                    return ad.grad(ad.grad(line))(0.0) / 2
                """,
                "This is half of it: Taylor's formula has the ½ beside the second derivative, not in it.",
            ),
            Mistake(
                """
                def curvature(f, x, v):
                    return np.sum(np.diag(ad.hessian(f)(x)) * v * v)
                """,
                "This uses the diagonal of the Hessian only. How the slope in one coordinate moves with another "
                "counts as well.",
            ),
            Mistake(
                """
                def curvature(f, x, v):
                    return ad.hvp(f, (x,), (v,))
                """,
                "This is H v, a vector: how the gradient moves along v. The curvature is its product with v.",
            ),
        ),
        variants=(
            "def curvature(f, x, v): return v @ ad.hvp(f, (x,), (v,))",
            """
            def curvature(f, x, v):
                return ad.jvp(lambda t: ad.jvp(lambda s: f(x + s * v), (t,), (1.0,))[1], (0.0,), (1.0,))[1]
            """,
        ),
        hints=(
            "What is `slope`, when the second grad runs: a function of t, or a number?",
            "A number that was computed before has no t in it. Give the second grad the function that computes it.",
            "`ad.grad(line)` is a function of t. It can be given to `ad.grad` like any other.",
        ),
        tolerance=1e-9,
    ),
    Exercise(
        id="higher-hvp",
        title="A Hessian times a vector, without the Hessian",
        prompt=(
            "Write hvp(f, x, v): the product of the Hessian of f at x with v, from one gradient pushed forward along "
            "v. No matrix."
        ),
        answer="hvp",
        setup=FUNCTIONS,
        without=("hvp", "hessian", "jacfwd", "jacrev"),
        starter="""
            def hvp(f, x, v):
                gradient = ad.grad(f)
                value, tangent = ad.jvp(...)
                return ...
        """,
        solution="""
            def hvp(f, x, v):
                gradient = ad.grad(f)
                value, tangent = ad.jvp(gradient, (x,), (v,))
                return tangent
        """,
        probes=(
            "hvp(valley, np.array([-1.25, 3.5]), np.array([2.5, 0.75]))",
            "hvp(waves, np.array([0.5, 1.25, -0.75]), np.array([0.25, -1.5, 3.5]))",
        ),
        hidden=(
            Hidden("hvp(waves, np.array([{a}, {b}, {c}]), np.array([{d}, {e}, {f}]))", dict.fromkeys("abcdef", SMALL)),
        ),
        mistakes=(
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (x,), (v,))
                    return value
                """,
                "This is the gradient at x, the primal of the pass. The product is its tangent: how the gradient moves "
                "along v.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(f, (x,), (v,))
                    return tangent
                """,
                "This pushes f forward, and gives the slope along v: one number. Push the gradient forward.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    return ad.grad(f)(x) * v
                """,
                "This multiplies the gradient by v, entry by entry. No second derivative is in it.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (x,), (np.ones_like(x),))
                    return tangent
                """,
                "All seeds are 1, so this is the sum of the Hessian's columns. The seeds are the direction: v.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (x,), (np.ones_like(x),))
                    return tangent * v
                """,
                "This multiplies by v at the end, entry by entry. The columns of the Hessian were added up before v "
                "came in: v has to be the direction of the pass.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (v,), (x,))
                    return tangent
                """,
                "Point and direction have changed places: the gradient is taken at v and moved along x.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (x,), (v,))
                    return tangent * v
                """,
                "v comes in twice: the pass along v has multiplied by it already.",
            ),
            Mistake(
                """
                def hvp(f, x, v):
                    value, tangent = ad.jvp(ad.grad(f), (x,), (v,))
                    return tangent @ v
                """,
                "This is vᵀHv, one number. Asked for is Hv, which is a vector.",
            ),
        ),
        variants=(
            "def hvp(f, x, v): return ad.grad(lambda y: np.sum(ad.grad(f)(y) * v))(x)",
            "def hvp(f, x, v): return ad.jvp(lambda t: ad.grad(f)(x + t * v), (0.0,), (1.0,))[1]",
        ),
        hints=(
            "The gradient is a function from x to an array. Forward mode tells how it moves when x moves along v.",
            "`ad.jvp(g, (x,), (v,))` gives g(x) and its derivative along v. Which function is g here?",
            "g is `ad.grad(f)`: `ad.jvp(gradient, (x,), (v,))`, and the second result is the product.",
        ),
        tolerance=1e-9,
    ),
    Choice(
        id="higher-cost",
        title="The price of one direction",
        prompt=(
            "f has 10,000 inputs and one output, and you need its Hessian H times one vector v. What does it cost, in "
            "evaluations of f?"
        ),
        options={
            "few": "a small number, the same for any number of inputs",
            "n": "about 10,000: one sweep for each row of H",
            "square": "about 100,000,000, since H has that many entries",
            "two": "none, if you take the difference of two gradients",
        },
        answer="few",
        explanation=(
            "A gradient costs a few evaluations, and pushing it forward along v costs a few gradients' worth at most."
        ),
        mistakes=(
            Mistake(
                "n",
                "That is the price of H itself. The product needs no row of it: it is the derivative of the gradient "
                "in one direction.",
            ),
            Mistake(
                "square",
                "The product has 10,000 entries. The entries of H need not be made, let alone one at a time.",
            ),
            Mistake(
                "two",
                "Two gradients cost a few evaluations each, so it is not free; and a difference has round-off and "
                "truncation, while the product costs as little and is exact.",
            ),
        ),
        hints=(
            "What does a gradient cost, beside one evaluation? (Lesson 09.)",
            "H v is the derivative of the gradient along v. What does one direction cost in forward mode?",
            "A few times f for the gradient, and about twice to three times that along v. Is n in there?",
        ),
    ),
)
