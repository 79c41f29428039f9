"""Lesson 03, symbols and expression swell: sizes with and without names, sharing, and what symbols need.

The known mistakes: swell put down to calculus or to simplification, sizes that grow "by the same each time", a name
that has changed its meaning before it is used, one road of a product left out, loops and branches given to symbols.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

LISTS = """
def squarings(n):
    return [(), *((k, k) for k in range(n))]


def logistic_rows(n):
    rows = [()]
    for _ in range(n - 1):
        k = len(rows) - 1
        rows += [(k,), (k,), (k + 1, k + 2)]
    return rows
"""

COUNTED = """
import autograd_mini as ad
from autograd_mini.exercises.run import Said


def operations(f, x):
    rows = ad.trace(f, x).rows
    if not any(math.isclose(abs(row.value), abs(1 - x)) for row in rows):
        raise Said("1 − x is no part of this any more. Keep the formula as it is, and give names to parts of it.")
    return sum(row.op not in ("input", "constant") for row in rows)
"""

EXERCISES: tuple[Declared, ...] = (
    Choice(
        id="swell-predict-growth",
        title="Predict: the derivative of ℓ₈",
        prompt="SymPy's derivative of ℓ₂ has 2 operations, that of ℓ₃ has 21, that of ℓ₄ has 82. "
        "How many will that of ℓ₈ have?",
        options={
            "hundreds": "some 300: about 60 more each time",
            "thousands": "more than 5000: more than twice as many each time",
            "fewer": "under 100: SymPy puts equal parts together",
            "unknown": "that depends on x",
        },
        answer="thousands",
        explanation="Each ℓ holds the one before twice, so each expression holds more than two copies of the last.",
        mistakes=(
            Mistake(
                "hundreds",
                "Steps of the same size come from adding the same part each time. Here ℓₙ₊₁ = 4ℓₙ(1 − ℓₙ), and ℓₙ "
                "stands in it twice: what does that do to the size?",
            ),
            Mistake(
                "fewer",
                "SymPy collects equal summands and factors. The copies of ℓₙ stand in different places, one inside a "
                "bracket, so nothing is collected.",
            ),
            Mistake("unknown", "The expression is made before anybody says what x is."),
        ),
        hints=(
            "Compare 82 with 21: as a difference, and as a ratio.",
            "How often does ℓ₄ stand in ℓ₅, and ℓ₃ in ℓ₄?",
            "Twice in each, so the size at least doubles: 164, 328, 656, 1312 are too few.",
        ),
    ),
    Prediction(
        id="swell-predict-names",
        title="Predict: with and without names",
        prompt="a = x·x, b = a·a, c = b·b, d = c·c. How many multiplications does d take with these names, and how "
        "many when it is written out with x alone? Answer with two numbers in brackets.",
        answer=(4, 15),
        tolerance=1e-6,
        explanation="Each line is one multiplication. Written out, d is a product of sixteen x, with fifteen signs "
        "between them.",
        mistakes=(
            Mistake((4, 16), "Sixteen x stand there. How many signs are between sixteen things in a row?"),
            Mistake(
                (4, 8),
                "Two for each line would be right if a line held *two names that are done already*. Put c in, then b, "
                "then a: each time everything doubles.",
            ),
            Mistake((4, 4), "The second number is for d with x alone: put a into b, that into c, and count again."),
            Mistake((15, 4), "The other way round: with names it is short."),
            Mistake((3, 15), "The second number is right. With names, a = x·x is a multiplication as well."),
            Mistake((15, 15), "The first number is for the four lines as they stand. Each of them is one product."),
        ),
        hints=(
            "Each of the four lines is one multiplication.",
            "Written out, a is x·x, b is x·x·x·x. How many x are in d?",
            "Sixteen x have fifteen signs between them.",
        ),
    ),
    Exercise(
        id="swell-written-out",
        title="The size without names",
        prompt="A row is given by the places of its operands, however many: `()` is an input, `(0, 0)` is x·x if row 0 "
        "is x. Write written_out(rows): how many operations the last row has when each name is replaced by what it "
        "stands for.",
        answer="written_out",
        setup=LISTS,
        starter="""
            def written_out(rows):
                sizes = []
                for operands in rows:
                    if operands == ():
                        sizes.append(0)
                    else:
                        sizes.append(...)  # this operation, and all that stands in its operands
                return sizes[-1]
        """,
        solution="""
            def written_out(rows):
                sizes = []
                for operands in rows:
                    if operands == ():
                        sizes.append(0)
                    else:
                        sizes.append(1 + sum(sizes[k] for k in operands))
                return sizes[-1]
        """,
        probes=(
            "written_out(squarings(5))",
            "written_out(logistic_rows(4))",
            "written_out([(), (), (0, 1), (2, 2), (3, 0), (4, 3)])",
            "written_out([(), (), (), (0, 1, 2), (0, 3, 3)])",
        ),
        hidden=(
            Hidden("written_out(squarings({n}))", {"n": range(6, 12)}),
            Hidden("written_out(logistic_rows({n}))", {"n": range(5, 12)}),
        ),
        mistakes=(
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(sum(sizes[k] for k in operands))
                    return sizes[-1]
                """,
                "The operands are counted, and the operation of the row itself is not, so all sizes stay 0.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + sum(sizes[k] for k in set(operands)) if operands else 0)
                    return sizes[-1]
                """,
                "An operand that stands there twice is counted once. Written out, there are two copies of it.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + max(sizes[k] for k in operands) if operands else 0)
                    return sizes[-1]
                """,
                "This is the length of the longest chain. Both operands are written out, so both sizes count.",
            ),
            Mistake(
                "def written_out(rows): return sum(operands != () for operands in rows)",
                "This counts the rows, which is the size *with* names.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + sum(sizes[k] for k in operands))
                    return sizes[-1]
                """,
                "The inputs are counted as well. x is no operation: its size is 0.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(len(operands) + sum(sizes[k] for k in operands))
                    return sizes[-1]
                """,
                "The operands of a row are counted. However many it has, the row is one operation.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + sum(sizes[k] for k in operands) if operands else 0)
                    return sum(sizes)
                """,
                "This adds up the sizes of all rows. Asked is that of the last one, which holds the others.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + sum(operands) if operands else 0)
                    return sizes[-1]
                """,
                "This adds up the *places* of the operands. The number k says which row is meant; its size stands in "
                "`sizes`.",
            ),
            Mistake(
                """
                def written_out(rows):
                    sizes = []
                    for operands in rows:
                        sizes.append(1 + sizes[operands[0]] + sizes[operands[1]] if operands else 0)
                    return sizes[-1]
                """,
                "Here each row has two operands. Some have one, such as 1 − x with its constant, and there may be "
                "three: add up the sizes of all there are.",
            ),
        ),
        variants=(
            """
            def written_out(rows):
                def size(k):
                    return 1 + sum(map(size, rows[k])) if rows[k] else 0

                return size(len(rows) - 1)
            """,
            """
            def written_out(rows):
                copies = [0] * len(rows)
                copies[-1] = 1
                for k in range(len(rows) - 1, -1, -1):
                    for operand in rows[k]:
                        copies[operand] += copies[k]
                return sum(c for c, operands in zip(copies, rows) if operands)
            """,
        ),
        hints=(
            "`sizes` holds the sizes of the rows above. Which of them stand in this row?",
            "One operation for the row itself, and for each operand all that *it* holds.",
            "`1 + sum(sizes[k] for k in operands)`",
        ),
    ),
    Exercise(
        id="swell-share",
        title="Sharing by hand",
        prompt="This is the derivative of ℓ₃, with 21 operations. Give names to the parts that stand there more than "
        "once, so that `slope` gives the same in 15 operations or fewer.",
        answer="slope",
        setup=COUNTED,
        starter="""
            def slope(x):
                return (
                    16 * (1 - x) * (1 - 4 * x * (1 - x))
                    - 16 * x * (1 - 4 * x * (1 - x))
                    + 16 * x * (1 - x) * (8 * x - 4)
                )
        """,
        solution="""
            def slope(x):
                a = 1 - x
                b = 1 - 4 * x * a
                return 16 * a * b - 16 * x * b + 16 * x * a * (8 * x - 4)
        """,
        probes=(
            "slope(0.3)",
            "slope(1.7)",
            "max(15, operations(slope, 0.3))",
            "max(15, operations(slope, 1.7))",
        ),
        hidden=(Hidden("slope({x})", {"x": (2.2, 5.0)}, count=2),),
        tolerance=1e-9,
        mistakes=(
            Mistake(
                """
                def slope(x):
                    a = 1 - x
                    return 16 * a * (1 - 4 * x * a) - 16 * x * (1 - 4 * x * a) + 16 * x * a * (8 * x - 4)
                """,
                "1 − x has a name now. A larger part, which holds 1 − x, still stands there twice.",
            ),
            Mistake(
                """
                def slope(x):
                    b = 1 - 4 * x * (1 - x)
                    return 16 * (1 - x) * b - 16 * x * b + 16 * x * (1 - x) * (8 * x - 4)
                """,
                "The large bracket has a name now. 1 − x stands inside it, and twice more outside.",
            ),
            Mistake(
                """
                def slope(x):
                    a = 1 - x
                    b = 4 * x * a
                    return 16 * a * b - 16 * x * b + 16 * x * a * (8 * x - 4)
                """,
                "Your name stands for 4x(1 − x). The bracket that it replaces is 1 − 4x(1 − x).",
            ),
            Mistake(
                """
                def slope(x):
                    a = 1 - x
                    a = 1 - 4 * x * a
                    return 16 * a * a - 16 * x * a + 16 * x * a * (8 * x - 4)
                """,
                "One name has two meanings, and the second has replaced the first. Two parts need two names.",
            ),
            Mistake(
                """
                def slope(x):
                    a = 1 - x
                    b = 1 - 4 * x * a
                    return 16 * a * b - 16 * x * b
                """,
                "The last of the three summands got lost.",
            ),
            Mistake(
                "def slope(x): return 16 - 160 * x + 384 * x**2 - 256 * x**3",
                "The brackets have been multiplied out. That is short, and it is another formula, which loses digits "
                "as n grows. Keep the three summands, and give names to the parts that stand in them more than once.",
            ),
        ),
        variants=(
            "slope = lambda x: 16 * (1 - 2 * x) * (1 - 8 * x * (1 - x))",
            """
            def slope(x):
                a = 1 - x
                b = x * a
                c = 16 - 64 * b
                return 16 * b * (8 * x - 4) - x * c + a * c
            """,
        ),
        hints=(
            "Look for what stands there more than once: a small bracket, and a large one that holds it.",
            "Name the small one first, a = 1 − x, and use that name inside the large one.",
            "`a = 1 - x`, then `b = 1 - 4 * x * a`; then write the three summands with a and b.",
        ),
    ),
    Choice(
        id="swell-where",
        title="Where did the others go?",
        prompt="SymPy's derivative of ℓ₈ has 5472 operations, and 123 when each part that occurs again has a name. "
        "Where did the others go?",
        options={
            "copies": "they were copies of parts that are there once now",
            "cancel": "they cancelled: algebra has simplified the expression",
            "small": "they were left out, because they contribute very little",
            "rules": "they come from the rules of calculus, which the short form does without",
        },
        answer="copies",
        explanation="Nothing is simplified and nothing neglected: it is the same expression, and each part is worked "
        "out once.",
        mistakes=(
            Mistake(
                "cancel",
                "No rule of algebra was used: put the names back in, and the 5472 operations are there again.",
            ),
            Mistake("small", "The short form is exact: put the names back in, and it is the same expression."),
            Mistake(
                "rules",
                "Both forms come from the same rules. Four squarings have no calculus in them, and went from 15 to 4.",
            ),
        ),
        hints=(
            "What does `cse` do to an expression? Print what it returns for ℓ₃.",
            "Both forms are the same expression. One has names for its parts.",
            "Without a name, a part has to be written again at each place where it is used.",
        ),
    ),
    Exercise(
        id="swell-named",
        title="Differentiate first, and keep the names",
        prompt="`value` runs through ℓ₁, ℓ₂, … ℓₙ. Let `tangent` run beside it, through their derivatives by x. "
        "Write its line, in terms of the old value and the old tangent.",
        answer="slope",
        starter="""
            def slope(x, n):
                value, tangent = x, 1.0
                for _ in range(n - 1):
                    tangent = ...
                    value = 4 * value * (1 - value)
                return tangent
        """,
        solution="""
            def slope(x, n):
                value, tangent = x, 1.0
                for _ in range(n - 1):
                    tangent = 4 * tangent * (1 - value) - 4 * value * tangent
                    value = 4 * value * (1 - value)
                return tangent
        """,
        probes=("slope(0.3, 3)", "slope(0.65, 4)", "slope(0.85, 5)"),
        hidden=(Hidden("slope({x}, {n})", {"x": (0.12, 0.4), "n": range(3, 7)}),),
        tolerance=1e-9,
        mistakes=(
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        tangent = 4 * tangent * (1 - value)
                        value = 4 * value * (1 - value)
                    return tangent
                """,
                "One road of two. The value stands in the bracket as well, and that moves too.",
            ),
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        tangent = 4 * tangent * (1 - value) + 4 * value * tangent
                        value = 4 * value * (1 - value)
                    return tangent
                """,
                "Both roads are there, with one sign wrong: when the value grows, does 1 − value grow?",
            ),
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        tangent = 4 - 8 * value
                        value = 4 * value * (1 - value)
                    return tangent
                """,
                "This is how fast the last round moves when *its own* input moves. How fast does that input move? "
                "The old tangent is missing.",
            ),
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        tangent = 4 * tangent * -tangent
                        value = 4 * value * (1 - value)
                    return tangent
                """,
                "This multiplies the derivatives of the two factors. Let only one of them move at a time.",
            ),
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        value = 4 * value * (1 - value)
                        tangent = 4 * tangent * (1 - value) - 4 * value * tangent
                    return tangent
                """,
                "The value was replaced before the tangent had used it. The line needs the old value.",
            ),
            Mistake(
                """
                def slope(x, n):
                    value, tangent = x, 1.0
                    for _ in range(n - 1):
                        tangent = 4 * tangent * (1 - value) - value * tangent
                        value = 4 * value * (1 - value)
                    return tangent
                """,
                "Both roads are there. The factor 4 stands before the whole product, so it belongs to both.",
            ),
        ),
        variants=(
            """
            def slope(x, n):
                product, value = 1.0, x
                for _ in range(n - 1):
                    product, value = product * (4 - 8 * value), value * (4 - 4 * value)
                return product
            """,
            """
            def slope(x, n):
                if n == 1:
                    return 1.0
                return (4 - 8 * x) * slope(4 * x * (1 - x), n - 1)
            """,
        ),
        hints=(
            "The product rule: 4·value moves with the factor (1 − value) held still, and the other way round.",
            "How fast do 4·value and 1 − value move, if value moves at the rate tangent?",
            "`4 * tangent * (1 - value) - 4 * value * tangent`",
        ),
    ),
    Exercise(
        id="swell-bug",
        title="Find the bug: names that change",
        prompt="This should be the derivative of x · sin x · sin 2x · sin 3x. Differences disagree. Repair it.",
        answer="slope",
        starter="""
            def slope(x):
                product, tangent = x, 1.0
                for k in (1, 2, 3):
                    sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                    product = product * sine
                    tangent = tangent * sine + product * sine_tangent
                return tangent
        """,
        solution="""
            def slope(x):
                product, tangent = x, 1.0
                for k in (1, 2, 3):
                    sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                    tangent = tangent * sine + product * sine_tangent
                    product = product * sine
                return tangent
        """,
        probes=("slope(0.7)", "slope(1.5)", "slope(-2.6)"),
        hidden=(Hidden("slope({x})", {"x": (0.3, 0.8)}),),
        mistakes=(
            Mistake(
                """
                def slope(x):
                    product, tangent = x, 1.0
                    for k in (1, 2, 3):
                        sine, sine_tangent = math.sin(k * x), math.cos(k * x)
                        tangent = tangent * sine + product * sine_tangent
                        product = product * sine
                    return tangent
                """,
                "The order is right now. The factor k was right too: kx moves k times as fast as x.",
            ),
            Mistake(
                """
                def slope(x):
                    product, tangent = x, 1.0
                    for k in (1, 2, 3):
                        sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                        tangent = tangent * sine
                        product = product * sine
                    return tangent
                """,
                "The sine moves as well: its term was right in the program, but for the product in it.",
            ),
            Mistake(
                """
                def slope(x):
                    product, tangent = x, 1.0
                    for k in (1, 2, 3):
                        sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                        tangent = product * sine_tangent
                        product = product * sine
                    return tangent
                """,
                "The order is right now, and what the old tangent brings got lost.",
            ),
            Mistake(
                """
                def slope(x):
                    product, tangent = x, 1.0
                    for k in (1, 2, 3):
                        sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                        tangent = tangent * sine_tangent
                        product = product * sine
                    return tangent
                """,
                "This multiplies the derivatives of the two factors. Each factor moves by itself, and the two "
                "contributions add.",
            ),
            Mistake(
                """
                def slope(x):
                    product, tangent = x, 1.0
                    for k in (1, 2, 3):
                        sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                        product = product * sine
                        tangent = tangent * sine + x * sine_tangent
                    return tangent
                """,
                "x is the product of the first round only. Each round needs the product as it was before that round.",
            ),
            Mistake(
                """
                def product(x):
                    return x * math.sin(x) * math.sin(2 * x) * math.sin(3 * x)


                def slope(x):
                    return (product(x + 1e-6) - product(x - 1e-6)) / 2e-6
                """,
                "This is the difference, and the bug is still in the loop. A difference is near; the loop can be "
                "exact. Which name in it has changed before it is used?",
            ),
        ),
        variants=(
            """
            def slope(x):
                product, tangent = x, 1.0
                for k in (1, 2, 3):
                    sine, sine_tangent = math.sin(k * x), k * math.cos(k * x)
                    product, tangent = product * sine, tangent * sine + product * sine_tangent
                return tangent
            """,
            """
            def slope(x):
                s = [math.sin(k * x) for k in (1, 2, 3)]
                d = [k * math.cos(k * x) for k in (1, 2, 3)]
                return s[0] * s[1] * s[2] + x * (d[0] * s[1] * s[2] + s[0] * d[1] * s[2] + s[0] * s[1] * d[2])
            """,
        ),
        hints=(
            "The formula in each line is the product rule, and is right. What does each *name* stand for at that line?",
            "The last line wants the product before this round. Which one does it get?",
            "Exchange the last two lines of the loop.",
        ),
    ),
    Choice(
        id="swell-closed-form",
        title="What symbols need",
        prompt="Three programs are run on a SymPy symbol x instead of a number. Which of them returns an expression?",
        options={
            "fixed": "`for _ in range(5): x = x * x + 1`",
            "until": "`while x < 10: x = x * x + 1`",
            "branch": "`x = x * x if x > 1 else 1 / x`",
            "none": "none: a loop or a branch is not a formula",
        },
        answer="fixed",
        explanation="Five rounds are five rounds for every x, so the loop leaves one expression. The other two ask "
        "x for its size, and a symbol has none.",
        mistakes=(
            Mistake(
                "until",
                "How many rounds would that be? That depends on the number, and x is a symbol: `x < 10` is neither "
                "true nor false.",
            ),
            Mistake(
                "branch",
                "Which of the two is taken? `x > 1` is neither true nor false for a symbol, so Python cannot choose.",
            ),
            Mistake(
                "none",
                "One of the loops does the same whatever x is. This lesson has run such a loop on a symbol.",
            ),
        ),
        hints=(
            "For each program ask: does it need to know how large x is?",
            "A comparison with a symbol has no answer. Which program compares nothing?",
            "A fixed number of rounds can be written down one after the other.",
        ),
    ),
)
