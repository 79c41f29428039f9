"""Exercises of the lesson on ε and dual numbers."""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake

DUAL_PRODUCT = Exercise(
    id="dual-product",
    title="The product of two dual numbers",
    prompt="Write dual_product(a, b): the dual number (a.primal + a.tangent ε)(b.primal + b.tangent ε), with ε² = 0.",
    answer="dual_product",
    setup="from autograd_mini import Dual",
    starter="""
        def dual_product(a, b):
            primal = a.primal * b.primal
            tangent = ...  # what stands in front of ε?
            return Dual(primal, tangent)
        """,
    solution="""
        def dual_product(a, b):
            primal = a.primal * b.primal
            tangent = a.tangent * b.primal + a.primal * b.tangent
            return Dual(primal, tangent)
        """,
    probes=("dual_product(Dual(3.0, 1.0), Dual(5.0, 0.0))", "dual_product(Dual(1.5, 0.7), Dual(-4.0, 3.0))"),
    hidden=(
        Hidden(
            "dual_product(Dual({a}, {s}), Dual({b}, {t}))",
            {"a": (2.2, 9.0), "b": (2.2, 9.0), "s": (-3.0, 3.0), "t": (-3.0, 3.0)},
        ),
    ),
    hints=(
        "Multiply out (a + ȧ ε)(b + ḃ ε): there are four terms.",
        "One of the four has ε² and is exactly zero; two have ε.",
        "The two that stay are ȧ b and a ḃ. Their sum is the tangent.",
    ),
    variants=(
        "dual_product = lambda u, v: Dual(v.primal * u.primal, u.primal * v.tangent + v.primal * u.tangent)",
        "def dual_product(a, b):\n    return a * b",
    ),
    mistakes=(
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.tangent * b.tangent)",
            "This multiplies the tangents, (uv)′ = u′v′. Nudge only a, then only b: each nudge moves the product, "
            "so there are two contributions, and they add.",
        ),
        Mistake(
            "def dual_product(a, b): return Dual(a.primal * b.primal, a.tangent + b.tangent)",
            "This adds the tangents as they are. How far a nudge of a moves the product depends on how large b is.",
        ),
        Mistake(
            "def dual_product(a, b):\n"
            "    return Dual(a.primal * b.primal, a.tangent * b.primal + a.primal * b.tangent + a.tangent * b.tangent)",
            "This keeps the term with ε² as though ε were a small number. By rule ε² is exactly 0, so that term goes.",
        ),
    ),
)

EXERCISES: tuple[Declared, ...] = (DUAL_PRODUCT,)
