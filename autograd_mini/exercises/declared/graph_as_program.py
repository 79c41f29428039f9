"""Lesson 12, the graph as a program: what passes may do, what jit keeps, and what it cannot see.

The known mistakes are those of hand-written optimisers (a dropped line that is still read, an identity of real numbers
taken for one of floats) and of users of compilers that trace (a value that was read once and changes later).
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

# Programs as lists of lines (name, op, operands); an operand is a name or a number.
PROGRAMS = """
def run(lines, output, x):
    values = {"x": x}
    for name, op, operands in lines:
        a, b = (values[o] if isinstance(o, str) else o for o in operands)
        values[name] = {"multiply": a * b, "add": a + b, "subtract": a - b, "divide": a / (b or 1.0)}[op]
    return values[output] if isinstance(output, str) else output


def after(simplify, lines, output, x):
    kept, result = simplify(list(lines), output)
    return len(kept), run(kept, result, x)


one, none = 1.0, 0.0
chain = [("a", "multiply", (one, "x")), ("b", "multiply", ("a", "a")), ("c", "add", ("b", "a"))]
right = [("a", "multiply", ("x", one)), ("b", "subtract", ("a", 7.5)), ("c", "multiply", ("b", "a"))]
last = [("a", "multiply", ("x", "x")), ("b", "multiply", (one, "a"))]
twice = [("a", "multiply", (one, "x")), ("b", "multiply", ("a", one)), ("c", "multiply", ("b", 3.5))]
sums = [("a", "add", ("x", one)), ("b", "multiply", ("a", "x")), ("c", "subtract", ("b", one))]
zero = [("a", "add", ("x", none)), ("b", "multiply", (one, "a")), ("c", "subtract", ("b", none))]
quotient = [("a", "divide", (one, "x")), ("b", "divide", ("a", one)), ("c", "multiply", ("b", "a"))]
minus = [("a", "subtract", ("x", one)), ("b", "add", ("a", one)), ("c", "multiply", ("b", "x"))]
"""
DESCENT = """
import autograd_mini as ad


def loss(w):
    return (w - 3.5) ** 2 + ad.sin(w)


def counted(descend, w, rates):
    \"\"\"Where descend leads to, and 1 if something is compiled, and not anew in each step.\"\"\"
    compiled, differentiated, jit, grad = [], [], ad.jit, ad.grad
    ad.jit = lambda *arguments: compiled.append(arguments) or jit(*arguments)
    ad.grad = lambda *arguments: differentiated.append(arguments) or grad(*arguments)
    try:
        reached = descend(w, rates)
    finally:
        ad.jit, ad.grad = jit, grad
    return reached, float(len(compiled) < len(rates) and (len(compiled) > 0 or len(differentiated) < len(rates)))
"""

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="program-predict-best",
        title="Predict: the shortest gradient",
        prompt=(
            "The gradient of ln x1 + x1 x2 − sin x2, as reverse mode records it, takes 13 operations. By hand it is "
            "(1/x1 + x2, x1 − cos x2). How many operations does a program for that need?"
        ),
        answer=4.0,
        explanation="A division, an addition, a cosine and a subtraction. Nine of the 13 are the bookkeeping of a "
        "sweep.",
        mistakes=(
            Mistake(
                13.0, "Reverse mode records 13, and many of them do nothing: a product with 1, a value nobody reads."
            ),
            Mistake(
                8.0,
                "That is the return sweep without the five lines of f. In the sweep itself there are products with "
                "1 and "
                "with −1 as well.",
            ),
            Mistake(6.0, "This counts the logarithm and the sine, too. Neither occurs in the two formulas."),
            Mistake(5.0, "Count the signs in the two formulas: a division, a plus, a minus, and one function."),
        ),
        hints=(
            "Write the two formulas down as lines of Python with one operation each.",
            "1/x1 is one operation. Which are the others?",
            "1/x1, then + x2; cos x2, then x1 − that.",
        ),
    ),
    Choice(
        id="program-exact",
        title="Exact or nearly",
        prompt="Which of these may a compiler do to floats without ever changing a bit of a result?",
        options={
            "zero": "replace x * 0.0 by 0.0",
            "plus": "replace x + 0.0 by x",
            "minus": "replace -(-x) by x",
            "order": "replace (x + y) + z by x + (y + z)",
        },
        answer="minus",
        explanation="A minus flips one bit, the sign. Twice, and it is as it was, for every float.",
        mistakes=(
            Mistake(
                "zero", "For x = ∞ or nan the product is nan, and for a negative x it is −0.0. A 0.0 hides all that."
            ),
            Mistake("plus", "Nearly: −0.0 + 0.0 is 0.0, so the sign of a zero is lost. 1/x would notice."),
            Mistake(
                "order",
                "Sums of floats are rounded after each plus, so the order matters: with 1e16, −1e16 and 1 one way "
                "gives "
                "1 and the other 0.",
            ),
        ),
        hints=(
            "Try each with x = 0.0, −0.0, ∞ and nan.",
            "Three of them are true of real numbers and not of floats.",
            "Which one only touches the sign?",
        ),
    ),
    Exercise(
        id="program-simplify",
        title="A pass of your own",
        prompt=(
            "Write simplify(lines, output): leave out every product with 1.0. A line is (name, op, operands), as in "
            "('b', 'multiply', (1.0, 'a')) or ('c', 'add', ('b', 'x')): an operand is a name or a number. Return the "
            "lines that are kept, in their order, and the name of the output."
        ),
        answer="simplify",
        setup=PROGRAMS,
        starter="""
            def simplify(lines, output):
                instead = {}  # the name of a line left out: what stands for it
                kept = []
                for name, op, operands in lines:
                    a, b = operands  # which of them may have been left out before?
                    if ...:
                        instead[name] = ...
                    else:
                        kept.append((name, op, (a, b)))
                return kept, output
        """,
        solution="""
            def simplify(lines, output):
                instead = {}  # the name of a line left out: what stands for it
                kept = []
                for name, op, operands in lines:
                    a, b = (instead.get(o, o) for o in operands)
                    if op == "multiply" and 1.0 in (a, b):
                        instead[name] = b if a == 1.0 else a
                    else:
                        kept.append((name, op, (a, b)))
                return kept, instead.get(output, output)
        """,
        probes=(
            "after(simplify, chain, 'c', 3.5)",
            "after(simplify, right, 'c', 4.5)",
            "after(simplify, last, 'b', 5.5)",
            "after(simplify, twice, 'c', 6.5)",
            "after(simplify, sums, 'c', 7.5)",
            "after(simplify, minus, 'c', 8.5)",
            "after(simplify, zero, 'c', 5.5)",
            "after(simplify, zero, 'c', 6.25)",
            "after(simplify, quotient, 'c', 2.5)",
            "after(simplify, quotient, 'c', 4.5)",
        ),
        hidden=(
            Hidden(
                "after(simplify, [('a', 'multiply', (one, 'x')), ('b', 'add', ('a', {p})), ('c', 'multiply', ('b', "
                "one)), "
                "('d', 'multiply', ('c', {q}))], 'd', {x})",
                {"x": (2.2, 7.0), "p": (0.2, 0.9), "q": (2.2, 4.0)},
            ),
            Hidden(
                "after(simplify, [('a', 'subtract', ('x', {p})), ('b', 'multiply', ('a', one))], 'b', {x})",
                {"x": (2.2, 7.0), "p": (0.2, 0.9)},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def simplify(lines, output):
                    instead = {}
                    kept = []
                    for name, op, (a, b) in lines:
                        if op == "multiply" and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "A line that was left out is still read by a later one. Look its operands up in `instead` first.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead = {}
                    kept = []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "multiply" and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, output
                """,
                "The output may be a line that was left out. What stands for it?",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead = {}
                    kept = []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "multiply" and a == 1.0:
                            instead[name] = b
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "A product with 1.0 on the right stays. x · 1 is x as well.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead = {}
                    kept = []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "Every line with a 1.0 in it is gone, sums and differences too. Only a product with 1 is its operand.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead = {}
                    kept = []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "multiply" and 1.0 in (a, b):
                            instead[name] = 1.0
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "The line is replaced by 1.0. 1 · x is x: what stands for the line is the other operand.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead, kept = {}, []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "multiply" and b == 1.0:
                            instead[name] = a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "A product with 1.0 on the left stays. 1 · x is x as well.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead, kept = {}, []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "*" and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "No line is left out. A product's operation is called \"multiply\" here, in words.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead, kept = {}, []
                    for name, op, operands in lines:
                        a, b = operands
                        if op == "multiply" and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, output
                """,
                "What was left out is still read: by later lines, as the output, or both. Look them up in `instead`.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead, kept = {}, []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op in ("multiply", "divide") and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "Quotients are simplified as well, and 1 / x is not x. Asked for are products.",
            ),
            Mistake(
                """
                def simplify(lines, output):
                    instead, kept = {}, []
                    for name, op, operands in lines:
                        a, b = (instead.get(o, o) for o in operands)
                        if op == "multiply" and 1.0 in (a, b):
                            instead[name] = b if a == 1.0 else a
                        elif op in ("add", "subtract") and b == 0.0:
                            instead[name] = a
                        else:
                            kept.append((name, op, (a, b)))
                    return kept, instead.get(output, output)
                """,
                "Sums with 0.0 are gone, too. Asked for are products, and x + 0.0 is not always x in floats: the "
                "next section says when.",
            ),
        ),
        variants=(
            """
            def simplify(lines, output):
                for k, (name, op, (a, b)) in enumerate(lines):
                    if op == "multiply" and (a == 1.0 or b == 1.0):
                        rest = b if a == 1.0 else a
                        later = [(n, o, tuple(rest if x == name else x for x in xs)) for n, o, xs in lines[k + 1:]]
                        return simplify(lines[:k] + later, rest if output == name else output)
                return lines, output
            """,
            """
            def simplify(lines, output):
                meaning, kept = {}, []
                for name, op, operands in lines:
                    operands = tuple(meaning.get(o, o) for o in operands)
                    others = [o for o in operands if o != 1.0]
                    if op == "multiply" and len(others) < 2:
                        meaning[name] = others[0] if others else 1.0
                        continue
                    kept += [(name, op, operands)]
                return tuple(kept), meaning.get(output, output)
            """,
        ),
        hints=(
            "What does a later line do that reads the line you leave out?",
            "`instead.get(o, o)` is what stands for o, or o itself. Use it for both operands, and for the output.",
            'The condition is `op == "multiply" and 1.0 in (a, b)`; what stands for the line is the other operand.',
        ),
    ),
    Prediction(
        id="program-predict-kept",
        title="Predict: how many programs",
        prompt=(
            "f(x) returns x * x if x > 1, else sin(x). g = ad.jit(f) is called with 0.5, 3.0, 0.25, 2.0 and 5.0. "
            "How many "
            "programs has g compiled after that?"
        ),
        answer=2.0,
        explanation="One for each way through f: a program is straight, so it holds for one way only.",
        mistakes=(
            Mistake(1.0, "One program would be one way through f: a straight program has no branch in it."),
            Mistake(5.0, "0.25 goes the way of 0.5, and 5.0 the way of 3.0: their programs are there already."),
            Mistake(3.0, "3.0, 2.0 and 5.0 go the same way, and one program serves them all."),
        ),
        hints=(
            "A program is what f did once, without its `if`.",
            "Which of the five numbers take the same way through f?",
            "Two take one way, three the other.",
        ),
    ),
    Exercise(
        id="program-bug",
        title="Find the bug: the rate that never changes",
        prompt=(
            "descend(w, rates) should take one step of gradient descent for each rate. Every step is made with the "
            "first "
            "rate. Mend it, and keep jit."
        ),
        answer="descend",
        setup=DESCENT,
        starter="""
            def descend(w, rates):
                settings = {"rate": rates[0]}
                step = ad.jit(lambda w: w - settings["rate"] * ad.grad(loss)(w))
                for rate in rates:
                    settings["rate"] = rate
                    w = step(w)
                return w
        """,
        solution="""
            def descend(w, rates):
                step = ad.jit(lambda w, rate: w - rate * ad.grad(loss)(w))
                for rate in rates:
                    w = step(w, rate)
                return w
        """,
        probes=(
            "descend(0.5, [0.25, 0.125, 0.0625])",
            "descend(6.5, [0.1, 0.3, 0.2, 0.05])",
            "descend(4.5, [0.35])",
            "counted(descend, 2.5, [0.1, 0.3, 0.2, 0.05])",
            "counted(descend, 5.5, [0.2, 0.15, 0.1, 0.05, 0.3])",
        ),
        hidden=(Hidden("descend({w}, [{a}, {b}, {a}])", {"w": (2.2, 7.0), "a": (0.05, 0.2), "b": (0.2, 0.3)}),),
        mistakes=(
            Mistake(
                """
                def descend(w, rates):
                    step = ad.jit(lambda w, rate: w - rate * ad.grad(loss)(w))
                    for rate in rates:
                        w = step(w, rates[-1])
                    return w
                """,
                "Now every step is made with the last rate. Give the step the rate whose turn it is.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    step = ad.jit(lambda w, rate: w - rate * ad.grad(loss)(w))
                    for rate in rates:
                        new = step(w, rate)
                    return new
                """,
                "Every step begins at the same w, so only the last one counts. Put the result of a step back into w.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    step = ad.jit(lambda w, rate: w + rate * ad.grad(loss)(w))
                    for rate in rates:
                        w = step(w, rate)
                    return w
                """,
                "This walks uphill: a step goes against the gradient.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    slope = ad.jit(ad.grad(loss))
                    for rate in rates:
                        w = slope(w)
                    return w
                """,
                "The slope has taken the place of w. The new w is the old one minus rate times slope.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    step = ad.jit(lambda w, rate: w - rate * ad.grad(loss)(w))
                    for rate in rates:
                        step(w, rate)
                    return w
                """,
                "No step is kept: what `step` returns has to become w.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    step = ad.jit(lambda w, rate: w - rate * ad.grad(loss)(w))
                    for rate in rates:
                        return step(w, rate)
                    return w
                """,
                "It returns after the first step: the return stands in the loop.",
            ),
            Mistake(
                """
                def descend(w, rates):
                    for rate in rates:
                        w = w - rate * ad.grad(loss)(w)
                    return w
                """,
                "The numbers are right, and no program is kept from step to step: without jit, or with one that is "
                "made anew each time, the gradient is recorded in every step. Make one before the loop, of w and rate.",
            ),
        ),
        variants=(
            """
            def descend(w, rates):
                slope = ad.jit(ad.grad(loss))
                for rate in rates:
                    w = w - rate * slope(w)
                return w
            """,
            """
            def descend(w, rates):
                rate = rates[0]
                step = ad.jit(lambda w: w - rate * ad.grad(loss)(w))
                for rate in rates:
                    w = step(w)
                return w
            """,
        ),
        hints=(
            "When does the program read `settings`: at each call, or when it is written down?",
            "An argument is read at each call. What has to become an argument?",
            "`step = ad.jit(lambda w, rate: …)`, and then `w = step(w, rate)`.",
        ),
        tolerance=1e-9,
    ),
)
