"""Lesson 07, reverse mode by hand: what a row reports, sums at fan-out, and who may report.

The known mistakes are those that learners and hand-written engines show: a report that overwrites
(x·x → 3), both signs of a difference positive, the sign of the quotient, `exp` with its argument for
its slope, tanh with 1 + t², and the orders that make b + (b·a)·a, b = a², come out as 120 and 60 at 3.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

POSITIVE = (0.4, 6.0)
SIGNED = (-4.0, 4.0)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="reverse-predict-sum",
        title="Two roads into x₁",
        prompt="A nudge of x₁ moves f by 0.5 along one road and by 5 along the other. What is the adjoint of x₁?",
        answer=5.5,
        explanation="0.5 + 5 = 5.5: both effects arrive at the output, so the reports are added.",
        mistakes=(
            Mistake(5.0, "5 is the second report alone. What happened to the nudge that went through ln x₁?"),
            Mistake(0.5, "0.5 is the first report alone. What happened to the nudge that went through x₁x₂?"),
            Mistake(2.5, "2.5 is 0.5 times 5. Along one road the factors multiply; here two roads run side by side."),
            Mistake(2.75, "2.75 is the mean of the two. Nothing is shared out: each road delivers its whole effect."),
        ),
        hints=(
            "Follow one small nudge of x₁ down both roads at once.",
            "The first road moves f by 0.5 times the nudge, the second by 5 times the nudge, at the same time.",
            "Add the two effects: 0.5 + 5.",
        ),
    ),
    Exercise(
        id="reverse-product",
        title="What a product reports",
        prompt="z = x · y has the adjoint `z_bar`. Return what it adds to the adjoint of x and to that of y.",
        answer="product_report",
        starter="""
            def product_report(x, y, z_bar):
                x_bar = ...
                y_bar = ...
                return x_bar, y_bar
        """,
        solution="""
            def product_report(x, y, z_bar):
                x_bar = z_bar * y
                y_bar = z_bar * x
                return x_bar, y_bar
        """,
        probes=("product_report(3.0, 5.0, 4.0)", "product_report(-1.5, 0.25, 3.0)"),
        hidden=(Hidden("product_report({x}, {y}, {b})", {"x": SIGNED, "y": SIGNED, "b": SIGNED}),),
        mistakes=(
            Mistake(
                "def product_report(x, y, z_bar): return z_bar * x, z_bar * y",
                "Each operand got its own value. If x grows by a little, x·y grows by y times as much: "
                "the partial is the value of the other operand.",
            ),
            Mistake(
                "def product_report(x, y, z_bar): return y, x",
                "These are the local partials. A report is the partial times the adjoint of the row that "
                "reports, `z_bar`.",
            ),
            Mistake(
                "def product_report(x, y, z_bar): return z_bar, z_bar",
                "That is what a sum reports. The edges of a product carry the partials y and x.",
            ),
            Mistake(
                "def product_report(x, y, z_bar): return z_bar * x * y, z_bar * x * y",
                "Both got `z_bar` times the whole product. The partial of x·y with respect to x is y alone.",
            ),
        ),
        variants=(
            "product_report = lambda x, y, z_bar: [y * z_bar, x * z_bar]",
            """
            def product_report(x, y, z_bar):
                reports = []
                for partial in (y, x):
                    reports.append(partial * z_bar)
                return tuple(reports)
            """,
        ),
        hints=(
            "Hold y still and let x grow by 0.1. How much does x · y grow?",
            "The partial of x · y with respect to x is y, and with respect to y it is x.",
            "`x_bar` is `z_bar` times y. `y_bar` is `z_bar` times x.",
        ),
    ),
    Exercise(
        id="reverse-minus",
        title="What a difference reports",
        prompt="z = x − y has the adjoint `z_bar`. Return what it adds to the adjoint of x and to that of y.",
        answer="minus_report",
        starter="""
            def minus_report(x, y, z_bar):
                x_bar = ...
                y_bar = ...
                return x_bar, y_bar
        """,
        solution="""
            def minus_report(x, y, z_bar):
                x_bar = z_bar
                y_bar = -z_bar
                return x_bar, y_bar
        """,
        probes=("minus_report(3.0, 5.0, 4.0)", "minus_report(-1.5, 0.25, -3.0)"),
        hidden=(Hidden("minus_report({x}, {y}, {b})", {"x": SIGNED, "y": SIGNED, "b": SIGNED}),),
        mistakes=(
            Mistake(
                "def minus_report(x, y, z_bar): return z_bar, z_bar",
                "Both reports have the same sign, as for a sum. If y grows by 0.1, does x − y grow or shrink?",
            ),
            Mistake(
                "def minus_report(x, y, z_bar): return -z_bar, z_bar",
                "The signs are the wrong way round: these are the reports of y − x.",
            ),
            Mistake(
                "def minus_report(x, y, z_bar): return 1.0, -1.0",
                "These are the local partials, 1 and −1. A report is the partial times the adjoint `z_bar`.",
            ),
            Mistake(
                "def minus_report(x, y, z_bar): return z_bar * y, -z_bar * x",
                "The values of x and y came in, as for a product. The partials of a difference are 1 and −1 "
                "everywhere.",
            ),
        ),
        variants=(
            "minus_report = lambda x, y, z_bar: (+z_bar, 0 - z_bar)",
            """
            def minus_report(x, y, z_bar):
                return [z_bar * partial for partial in (1, -1)]
            """,
        ),
        hints=(
            "Which way does x − y move when x grows? And when y grows?",
            "The partials of x − y are 1 for x and −1 for y.",
            "`x_bar` is `z_bar`, `y_bar` is `-z_bar`. The values of x and y are not needed.",
        ),
    ),
    Exercise(
        id="reverse-quotient",
        title="What a quotient reports",
        prompt="z = x / y has the adjoint `z_bar`. Return what it adds to the adjoint of x and to that of y.",
        answer="quotient_report",
        starter="""
            def quotient_report(x, y, z_bar):
                x_bar = ...
                y_bar = ...
                return x_bar, y_bar
        """,
        solution="""
            def quotient_report(x, y, z_bar):
                x_bar = z_bar / y
                y_bar = -z_bar * x / y**2
                return x_bar, y_bar
        """,
        probes=("quotient_report(3.0, 5.0, 4.0)", "quotient_report(-1.5, 0.25, 3.0)"),
        hidden=(Hidden("quotient_report({x}, {y}, {b})", {"x": SIGNED, "y": POSITIVE, "b": SIGNED}),),
        mistakes=(
            Mistake(
                "def quotient_report(x, y, z_bar): return z_bar / y, z_bar * x / y**2",
                "The sign for y is missing. With x and y positive: a bigger denominator, does it move x / y up "
                "or down?",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return -z_bar / y, z_bar * x / y**2",
                "The minus stands with the numerator. A bigger x makes x / y bigger (y positive); a bigger y "
                "makes it smaller.",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return z_bar / y, -z_bar / y**2",
                "The numerator got lost: −1/y² is the slope of 1/y. Here x times that much is at stake.",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return z_bar / y, -z_bar * x / y",
                "The denominator should be squared for y: the slope of 1/y is −1/y².",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return 1.0 / y, -x / y**2",
                "These are the local partials, and they are right. A report is the partial times the adjoint `z_bar`.",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return z_bar / y, -z_bar * x / y * y",
                "`/ y * y` divides by y and multiplies by it again: Python works from left to right. Put brackets "
                "round the denominator, or write `y**2`.",
            ),
            Mistake(
                "def quotient_report(x, y, z_bar): return z_bar / y, -z_bar / y",
                "Both got the same but for the sign, as in a difference. How far y moves x / y depends on x, and on "
                "the square of y.",
            ),
        ),
        variants=(
            """
            def quotient_report(x, y, z_bar):
                z = x / y
                x_bar = z_bar / y
                return x_bar, -z * x_bar
            """,
            "quotient_report = lambda x, y, z_bar: [z_bar * y**-1, z_bar * x * -(y**-2.0)]",
        ),
        hints=(
            "Treat x / y as x times 1/y. Which partial does each factor give?",
            "With respect to x the partial is 1/y. With respect to y it is x times the slope of 1/y.",
            "The slope of 1/y is −1/y², so `y_bar` is `-z_bar * x / y**2`.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="reverse-exp",
        title="What exp reports",
        prompt="z = exp(x) has the adjoint `z_bar`. Return what it adds to the adjoint of x. The value z is at hand.",
        answer="exp_report",
        starter="""
            def exp_report(x, z, z_bar):
                return ...
        """,
        solution="""
            def exp_report(x, z, z_bar):
                return z_bar * z
        """,
        probes=("exp_report(0.5, math.exp(0.5), 3.0)", "exp_report(-1.5, math.exp(-1.5), 4.0)"),
        hidden=(Hidden("exp_report({x}, math.exp({x}), {b})", {"x": (-1.9, 1.9), "b": SIGNED}),),
        mistakes=(
            Mistake(
                "def exp_report(x, z, z_bar): return z_bar * x",
                "You used the argument x for the slope. The slope of exp is its output: the value z.",
            ),
            Mistake(
                "def exp_report(x, z, z_bar): return z_bar * x * math.exp(x - 1)",
                "That is the power rule, for xⁿ. In exp(x) the variable is the exponent, and the slope is exp(x) "
                "itself.",
            ),
            Mistake(
                "def exp_report(x, z, z_bar): return z",
                "z is the local partial, and it is right. A report is the partial times the adjoint `z_bar`.",
            ),
            Mistake(
                "def exp_report(x, z, z_bar): return z_bar * math.exp(z)",
                "exp was taken twice. z is exp(x) already.",
            ),
        ),
        variants=(
            "def exp_report(x, z, z_bar): return z_bar * math.exp(x)",
            """
            def exp_report(x, z, z_bar):
                report = 0.0
                report += z * z_bar
                return report
            """,
        ),
        hints=(
            "Which function is its own derivative?",
            "The slope of exp at x is exp(x), and the forward sweep has stored it.",
            "The partial is z, so the report is `z_bar * z`.",
        ),
    ),
    Exercise(
        id="reverse-tanh",
        title="What tanh reports",
        prompt="z = tanh(x) has the adjoint `z_bar`. Return what it adds to the adjoint of x.",
        answer="tanh_report",
        starter="""
            def tanh_report(x, z, z_bar):
                return ...
        """,
        solution="""
            def tanh_report(x, z, z_bar):
                return z_bar * (1 - z**2)
        """,
        probes=("tanh_report(0.5, math.tanh(0.5), 3.0)", "tanh_report(-1.5, math.tanh(-1.5), 4.0)"),
        hidden=(Hidden("tanh_report({x}, math.tanh({x}), {b})", {"x": (-1.9, 1.9), "b": SIGNED}),),
        mistakes=(
            Mistake(
                "def tanh_report(x, z, z_bar): return z_bar * (1 + z**2)",
                "1 + z² belongs to tan. The slope of tanh is 1 at the origin and falls from there, so something "
                "is taken off.",
            ),
            Mistake(
                "def tanh_report(x, z, z_bar): return z_bar * (1 - x**2)",
                "You squared the argument x. The slope of tanh is one minus the square of its value z.",
            ),
            Mistake(
                "def tanh_report(x, z, z_bar): return z_bar * (1 - math.tanh(z) ** 2)",
                "tanh was taken twice. z is tanh(x) already.",
            ),
            Mistake(
                "def tanh_report(x, z, z_bar): return 1 - z**2",
                "That is the local partial, and it is right. A report is the partial times the adjoint `z_bar`.",
            ),
            Mistake(
                "def tanh_report(x, z, z_bar): return z_bar * 1 - z**2",
                "Only the 1 is multiplied by `z_bar`. The whole partial, 1 − z², is: it needs brackets.",
            ),
        ),
        variants=(
            "def tanh_report(x, z, z_bar): return z_bar / math.cosh(x) ** 2",
            "tanh_report = lambda x, z, z_bar: z_bar * (1 - z) * (1 + z)",
        ),
        hints=(
            "At the origin the slope is 1. Far out, where z is near 1 or −1, it is near 0. "
            "Which expression in z does that?",
            "The slope of tanh is written with the square of its value.",
            "The partial is 1 − z².",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="reverse-collect",
        title="Collect the reports",
        prompt=(
            "`reports` is a list of pairs (row, amount) in the order in which they arrive. "
            "Return the list of adjoints, one for each of the `count` rows."
        ),
        answer="collect",
        starter="""
            def collect(count, reports):
                adjoints = [0.0] * count
                for row, amount in reports:
                    ...
                return adjoints
        """,
        solution="""
            def collect(count, reports):
                adjoints = [0.0] * count
                for row, amount in reports:
                    adjoints[row] += amount
                return adjoints
        """,
        probes=(
            "collect(5, [(3, 0.5), (4, 6.5), (3, 5.0)])",
            "collect(5, [(4, 3.0), (4, 3.0)])",
            "collect(4, [(3, -0.75), (3, 2.5), (3, 0.25)])",
        ),
        hidden=(
            Hidden(
                "collect(6, [({i}, {a}), ({j}, {b}), (5, {c}), ({i}, {d})])",
                {"i": range(3, 5), "j": range(3, 6), "a": SIGNED, "b": SIGNED, "c": SIGNED, "d": SIGNED},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def collect(count, reports):
                    adjoints = [0.0] * count
                    for row, amount in reports:
                        adjoints[row] = amount
                    return adjoints
                """,
                "The later report overwrites the earlier one: x · x at 3 would get 3, not 6. "
                "Both roads are open at once, so add.",
            ),
            Mistake(
                """
                def collect(count, reports):
                    adjoints = [0.0] * count
                    for row, amount in reports:
                        if adjoints[row] == 0.0:
                            adjoints[row] = amount
                    return adjoints
                """,
                "Only the first report of each row is kept. A row that is used again is reported to again: add.",
            ),
            Mistake(
                """
                def collect(count, reports):
                    adjoints, uses = [0.0] * count, [0] * count
                    for row, amount in reports:
                        uses[row] += 1
                        adjoints[row] += (amount - adjoints[row]) / uses[row]
                    return adjoints
                """,
                "This is the mean of the reports. Nothing is shared out between the uses: add them, and do not divide.",
            ),
            Mistake(
                """
                def collect(count, reports):
                    adjoints = [0.0] * count
                    for row, amount in reports:
                        adjoints[row] = amount * (adjoints[row] or 1.0)
                    return adjoints
                """,
                "The reports were multiplied. Factors multiply along one road; reports from different roads add up.",
            ),
            Mistake(
                """
                def collect(count, reports):
                    adjoints = [0.0] * count
                    for row, amount in reports:
                        adjoints[row] + amount
                    return adjoints
                """,
                "Every total is still 0.0. A sum that is written down and not stored changes nothing: store it with "
                "`+=`.",
            ),
            Mistake(
                """
                def collect(count, reports):
                    adjoints = [0.0] * count
                    for row, amount in reports:
                        adjoints[row] += amount
                        return adjoints
                """,
                "Only the first report has arrived: the loop is left in its first round. Is the `return` indented too "
                "far?",
            ),
        ),
        variants=(
            """
            def collect(count, reports):
                return tuple(sum(amount for row, amount in reports if row == i) for i in range(count))
            """,
            """
            def collect(count, reports):
                totals = {}
                for row, amount in reversed(reports):
                    totals[row] = totals.get(row, 0) + amount
                return [totals.get(i, 0) for i in range(count)]
            """,
        ),
        hints=(
            "What should be in `adjoints[row]` after two reports to the same row?",
            "Every row starts with 0.0, and each report changes what is there by its amount.",
            "One line in the loop: `adjoints[row] += amount`",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="reverse-seed-function",
        title="The whole return sweep",
        prompt="Write the return sweep of ln x₁ + x₁x₂ − sin x₂ and return the two partial derivatives.",
        answer="sweep_by_hand",
        starter="""
            def sweep_by_hand(x1, x2):
                x1_bar = x2_bar = 0.0
                v5_bar = 1.0
                # v5 = v4 - v3
                v4_bar = ...
                v3_bar = ...
                # v4 = v1 + v2
                v1_bar = ...
                v2_bar = ...
                # v3 = sin x2, v2 = x1 x2, v1 = ln x1
                ...
                return x1_bar, x2_bar
        """,
        solution="""
            def sweep_by_hand(x1, x2):
                x1_bar = x2_bar = 0.0
                v5_bar = 1.0
                # v5 = v4 - v3
                v4_bar = v5_bar
                v3_bar = -v5_bar
                # v4 = v1 + v2
                v1_bar = v4_bar
                v2_bar = v4_bar
                # v3 = sin x2, v2 = x1 x2, v1 = ln x1
                x2_bar += v3_bar * math.cos(x2)
                x1_bar += v2_bar * x2
                x2_bar += v2_bar * x1
                x1_bar += v1_bar / x1
                return x1_bar, x2_bar
        """,
        probes=("sweep_by_hand(3.0, 5.0)", "sweep_by_hand(0.5, -1.5)"),
        hidden=(Hidden("sweep_by_hand({x}, {y})", {"x": POSITIVE, "y": SIGNED}),),
        mistakes=(
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1, x1",
                "You kept the last report to each input. x₁ hears from v₂ and from v₁, x₂ from v₃ and from v₂: "
                "add with `+=`.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return x2, x1",
                "Only the product has reported. ln x₁ and sin x₂ have something to add.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1 + x2, x1 + math.cos(x2)",
                "The report of the sine has the wrong sign. v₅ = v₄ − v₃, so the adjoint of v₃ is −1.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1 + x2, x1 - math.cos(math.sin(x2))",
                "The partial of sin was taken at the value of its row. It belongs to the operand: cos(x₂).",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1 + x1, x2 - math.cos(x2)",
                "The product reports to each input with that input's own value. "
                "The partial is the value of the other one.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return math.log(x1) + x2, x1 - math.cos(x2)",
                "ln reports its value instead of its slope. The slope of ln at x₁ is 1/x₁.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1 + x2, x1 + math.sin(x2)",
                "The slope of sin is cos, and it comes with a minus here, from v₅ = v₄ − v₃. You have + sin x₂.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1, x1 - math.cos(x2)",
                "x₂ is right. x₁ kept the report of the logarithm alone: the later report overwrote the one of the "
                "product. Use `+=` there as well.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return 1 / x1 + x2, x1",
                "x₁ is right. x₂ kept the report of the product alone, and the sine has something to add to it. Use "
                "`+=` there as well.",
            ),
            Mistake(
                "def sweep_by_hand(x1, x2): return x1 - math.cos(x2), 1 / x1 + x2",
                "The two adjoints are right and have changed places. x₁ hears from the product and the logarithm, x₂ "
                "from the product and the sine.",
            ),
        ),
        variants=(
            "def sweep_by_hand(x1, x2): return x2 + x1**-1, x1 - math.sin(x2 + math.pi / 2)",
            """
            def sweep_by_hand(x1, x2):
                v3_bar, v2_bar, v1_bar = -1.0, 1.0, 1.0
                reports = [(0, v1_bar / x1), (0, v2_bar * x2), (1, v2_bar * x1), (1, v3_bar * math.cos(x2))]
                return [sum(amount for row, amount in reports if row == i) for i in (0, 1)]
            """,
        ),
        hints=(
            "Go up the list from v₅. For each row ask: what is its adjoint, and what are the partials on its edges?",
            "The adjoints of v₄, v₂ and v₁ are 1, that of v₃ is −1. x₁ and x₂ each get two reports.",
            "`x1_bar` gets v̄₂ x₂ and v̄₁ / x₁. `x2_bar` gets v̄₃ cos x₂ and v̄₂ x₁. Use `+=` each time.",
        ),
        tolerance=1e-10,
    ),
    Choice(
        id="reverse-order",
        title="The next row to report",
        prompt="v₄ = v₁ + v₃ has reported. Which row may report next?",
        options={
            "v1": "v₁, which has received its 1 from v₄",
            "v3": "v₃, which has received its 1 from v₄",
            "any": "v₁ or v₃, whichever we like",
            "a": "a, since we want its adjoint",
        },
        answer="v3",
        explanation="v₄ is the only consumer of v₃, so v₃ is complete. v₁ still waits for v₂.",
        mistakes=(
            Mistake(
                "v1",
                "v₁ is used by v₂ as well, and v₂ has not spoken. What v₁ would pass on now is not its adjoint yet.",
            ),
            Mistake("any", "They differ. v₃ has one consumer, v₁ has two, and one of those two has not reported."),
            Mistake("a", "a is an input: it reports to nobody, and v₁, v₂ and v₃ have yet to report to it."),
        ),
        hints=(
            "For each row, list the rows that use it.",
            "v₁ is used by v₂ and by v₄. v₃ is used by v₄ only.",
            "A row may report when all the rows that use it have reported. Who has only v₄ below it?",
        ),
    ),
    Exercise(
        id="reverse-fan-out",
        title="A row in the middle, used twice",
        prompt=(
            "Write the return sweep of v₄ = v₁ + v₃ with v₁ = a·a, v₂ = v₁·a, v₃ = v₂·a, and return the adjoint of a."
        ),
        answer="fan_out_by_hand",
        starter="""
            def fan_out_by_hand(a):
                v1 = a * a
                v2 = v1 * a
                v3 = v2 * a
                # v4 = v1 + v3
                a_bar = 0.0
                v4_bar = 1.0
                ...
                return a_bar
        """,
        solution="""
            def fan_out_by_hand(a):
                v1 = a * a
                v2 = v1 * a
                v3 = v2 * a
                # v4 = v1 + v3
                a_bar = 0.0
                v4_bar = 1.0
                v1_bar = v4_bar
                v3_bar = v4_bar
                v2_bar = v3_bar * a
                a_bar += v3_bar * v2
                v1_bar += v2_bar * a
                a_bar += v2_bar * v1
                a_bar += v1_bar * a
                a_bar += v1_bar * a
                return a_bar
        """,
        probes=("fan_out_by_hand(3.0)", "fan_out_by_hand(-1.5)", "fan_out_by_hand(0.25)"),
        hidden=(Hidden("fan_out_by_hand({a})", {"a": SIGNED}),),
        mistakes=(
            Mistake(
                "def fan_out_by_hand(a): return 2 * a + 2 * a**3 + 2 * (1 + a**2) * a",
                "v₁ reported twice: when v₄ had spoken, and again with its full adjoint when v₂ had. "
                "At 3 this gives 120. "
                "A row reports once, when all its consumers have reported.",
            ),
            Mistake(
                "def fan_out_by_hand(a): return 2 * a + 2 * a**3",
                "60 has two usual causes: v₁ reported before v₂ had reported to it, or `=` overwrote a total "
                "where `+=` should add to it. Let v₃ and v₂ go first, and look at every `=`.",
            ),
            Mistake(
                "def fan_out_by_hand(a): return 3 * a**3 + a",
                "One report is missing. v₁ = a·a has a as its operand twice, so it reports to a twice.",
            ),
            Mistake(
                "def fan_out_by_hand(a): return (1 + a**2) * a",
                "Only the last report to a is left: the earlier ones were overwritten. Use `+=` for every report to a.",
            ),
            Mistake(
                "def fan_out_by_hand(a): return 4 * a**3",
                "The report of v₄ to v₁ got lost. v₁ hears from v₄ and from v₂, and its adjoint is the sum of both.",
            ),
        ),
        variants=(
            "def fan_out_by_hand(a): return 2 * a + 4 * a**3",
            """
            def fan_out_by_hand(a):
                v1, v2 = a**2, a**3
                bars = {"v4": 1.0}
                bars["v3"] = bars["v4"]
                bars["v2"] = bars["v3"] * a
                bars["v1"] = bars["v2"] * a + bars["v4"]
                return sum([bars["v3"] * v2, bars["v2"] * v1, 2 * bars["v1"] * a])
            """,
        ),
        hints=(
            "Let the rows report from the bottom of the list up: v₄, v₃, v₂, v₁.",
            "v₄ reports to v₁ and v₃. v₃ reports to v₂ and a. v₂ reports to v₁ and a. "
            "Only then v₁ reports to a, twice.",
            "At 3 the adjoints are: v₄ 1, v₃ 1, v₂ 3, v₁ 1 + 9 = 10, and a gets 27 + 27 + 30 + 30.",
        ),
        tolerance=1e-10,
    ),
    Prediction(
        id="reverse-predict-sweeps",
        title="A thousand inputs",
        prompt="A function has 1000 inputs and one output. How many return sweeps give its whole gradient?",
        answer=1,
        tolerance=1e-6,
        explanation="One: the sweep passes every row once and leaves an adjoint at every input on the way.",
        mistakes=(
            Mistake(
                1000,
                "1000 is what forward mode needs: one direction for each input. A return sweep starts at the output.",
            ),
            Mistake(
                1001,
                "1001 is the count of function values for forward differences. A return sweep takes no differences.",
            ),
            Mistake(
                2000,
                "2000 is the count of function values for central differences. A return sweep takes no differences.",
            ),
            Mistake(999, "999 is the count of products. A sweep passes all of them in one go."),
        ),
        hints=(
            "Where does a return sweep start, and where does it end?",
            "It starts at the output. How many outputs are there?",
            "One output, one seed, one sweep.",
        ),
    ),
    Exercise(
        id="reverse-bug",
        title="Find the bug: a return sweep",
        prompt="The return sweep of exp(x₁)/x₂ + x₁ gets x₁ wrong. Repair it.",
        answer="repaired",
        starter="""
            def repaired(x1, x2):
                v1 = math.exp(x1)
                v2 = v1 / x2
                # v3 = v2 + x1
                v3_bar = 1.0
                v2_bar = v3_bar
                x1_bar = v3_bar
                v1_bar = v2_bar / x2
                x2_bar = -v2_bar * v2 / x2
                x1_bar = v1_bar * v1
                return x1_bar, x2_bar
        """,
        solution="""
            def repaired(x1, x2):
                v1 = math.exp(x1)
                v2 = v1 / x2
                # v3 = v2 + x1
                v3_bar = 1.0
                v2_bar = v3_bar
                x1_bar = v3_bar
                v1_bar = v2_bar / x2
                x2_bar = -v2_bar * v2 / x2
                x1_bar += v1_bar * v1
                return x1_bar, x2_bar
        """,
        probes=("repaired(0.5, 3.0)", "repaired(-1.5, 0.75)"),
        hidden=(Hidden("repaired({x}, {y})", {"x": (-1.9, 1.9), "y": POSITIVE}),),
        mistakes=(
            Mistake(
                "def repaired(x1, x2): return 1.0, -math.exp(x1) / x2**2",
                "Now the other report is lost: x₁ keeps the 1 from v₃ and misses what v₁ reports. "
                "The two should be added.",
            ),
            Mistake(
                "def repaired(x1, x2): return 1.0 + x1 / x2, -math.exp(x1) / x2**2",
                "The reports are added now, and exp has lost its slope: its partial is its value v1, not x₁.",
            ),
            Mistake(
                "def repaired(x1, x2): return 1.0 + math.exp(x1), -math.exp(x1) / x2**2",
                "The reports are added now, and v1 reports with a 1 for its adjoint. "
                "Its adjoint is `v1_bar`, which is 1/x₂.",
            ),
            Mistake(
                "def repaired(x1, x2): return math.exp(x1) / x2, math.exp(x1) / x2**2",
                "You turned the sign for x₂, which was right. The bug is in a line that writes to `x1_bar`.",
            ),
        ),
        variants=(
            """
            def repaired(x1, x2):
                v1 = math.exp(x1)
                return v1 / x2 + 1.0, -v1 / (x2 * x2)
            """,
            """
            def repaired(x1, x2):
                v1 = math.exp(x1)
                v2 = v1 / x2
                bars = [0.0, 0.0]
                bars[0] += 1.0
                bars[0] += v2
                bars[1] -= v2 / x2
                return bars
            """,
        ),
        hints=(
            "How many rows use x₁? Count the lines that report to it.",
            "x₁ is used by v₃ and by v₁. Look at what happens to the first report when the second comes.",
            "One sign is missing in the last line before `return`: `=` should be `+=`.",
        ),
        tolerance=1e-10,
    ),
)
