"""Lesson 06, evaluation trace and graph: the Wengert list, what uses a row, what leads nowhere, what is shared.

The known mistakes: a value computed twice because it is written twice, x·x counted as one use, a dead row missed
because another dead row uses it, a constant taken for an input, a branch that was not taken looked for in the trace.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction
from autograd_mini.exercises.run import Said
from autograd_mini.messages import _, ngettext

POSITIVE = (2.2, 6.0)
SIGNED = (-4.0, 4.0)

RUN = """
import math

OPERATIONS = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "ln": math.log,
    "sin": math.sin,
}
OPERATIONS |= {"-": OPERATIONS["−"], "*": OPERATIONS["×"], "log": OPERATIONS["ln"]}


def run(rows, **inputs):
    known = dict(inputs)
    for name, op, *operands in rows:
        known[name] = OPERATIONS[op](*(known.get(o, o) for o in operands))
    return known[rows[-1][0]]
"""

OPERANDS = {"ln": 1, "log": 1, "sin": 1, "+": 2, "-": 2, "−": 2, "*": 2, "×": 2, "/": 2}


def sound(rows: object) -> None:
    """Raise Said about the first of a learner's `rows` that cannot be carried out, for inputs x1 and x2."""
    if not isinstance(rows, (list, tuple)):
        raise Said(_("`rows` is a list of rows: [(name, operation, operands…), …]."))
    known = {"x1", "x2"}
    for k, row in enumerate(rows, start=1):
        if not isinstance(row, (list, tuple)) or len(row) < 3:
            raise Said(_("Row {k} is not (name, operation, operands…).").format(k=k))
        name, op, *operands = row
        if op not in OPERANDS:
            words = _("Row {name} has the operation {op}. The operations are ln, sin, +, -, * and /.")
            raise Said(words.format(name=name, op=repr(op)))
        if len(operands) != OPERANDS[op]:
            n = OPERANDS[op]
            words = ngettext("Row {name}: {op} takes {n} operand.", "Row {name}: {op} takes {n} operands.", n)
            raise Said(words.format(name=name, op=op, n=n))
        for operand in operands:
            if operand not in known and not isinstance(operand, (int, float)):
                words = _("Row {name} uses {operand}, which is no input and no row above it.")
                raise Said(words.format(name=name, operand=repr(operand)))
        known.add(name)


CHECKED = (
    RUN
    + """

from autograd_mini.exercises.declared.trace_and_graph import sound

carried_out = run


def run(rows, **inputs):
    sound(rows)
    return carried_out(rows, **inputs)
"""
)

COUNT = """
import autograd_mini as ad


def operations(f, *at):
    return len(ad.trace(f, *at).rows) - len(at)
"""

LISTS = """
chain = [("v1", "×", "x", "x"), ("v2", "sin", "v1"), ("v3", "×", "v2", "x"), ("v4", "+", "v3", "v1")]
loose = [("v1", "ln", "x"), ("v2", "×", "x", "y"), ("v3", "sin", "v1"), ("v4", "+", "v2", "y"), ("v5", "×", "v4", "v4")]
mixed = [("v1", "×", 3.0, "x"), ("v2", "×", "v1", "x"), ("v3", "/", "x", 4.0), ("v4", "+", "v2", "v3")]
"""

PREDICT_ROWS = Prediction(
    id="trace-predict-rows",
    title="Predict: how many operations?",
    prompt="How many operations does (x + y) * (x + y) carry out, and how many s * s with s = x + y before it? "
    "Answer with a pair.",
    answer=(3.0, 2.0),
    explanation="Python carries out what is written: two additions and a product, or one addition and a product.",
    mistakes=(
        Mistake((2.0, 2.0), "Python does not notice that the two sums are alike. It carries out each one."),
        Mistake((3.0, 3.0), "`s * s` adds nothing: it uses the one sum that s already is, twice."),
        Mistake((5.0, 4.0), "The inputs x and y are rows of the list, but no operations: nothing is carried out."),
        Mistake((1.0, 1.0), "The sums are operations too, not only the product."),
    ),
    hints=(
        "Read it as a machine does: one operation at a time, each giving a new value.",
        "In (x + y) * (x + y) there are two plus signs and one times sign.",
        "3 operations as it is written, and one fewer when the sum is given a name.",
    ),
)

FILL = Exercise(
    id="trace-fill",
    title="Fill the list",
    prompt="Complete `rows` to the list of ln x₁ + x₁x₂ − sin x₂. A row is (name, operation, operands…). "
    'The last row is the value of the function. Operations are "ln", "sin", "+", "-", "*"; "×" and "−" work too.',
    answer="rows",
    setup=CHECKED.strip("\n"),
    starter="""
        rows = [
            ("v1", "ln", "x1"),
            ("v2", "×", "x1", "x2"),
            # three rows are missing
        ]
        """,
    solution="""
        rows = [
            ("v1", "ln", "x1"),
            ("v2", "×", "x1", "x2"),
            ("v3", "sin", "x2"),
            ("v4", "+", "v1", "v2"),
            ("v5", "−", "v4", "v3"),
        ]
        """,
    probes=(
        "run(rows, x1=2.0, x2=5.0)",
        "run(rows, x1=3.5, x2=4.5)",
        "run(rows, x1=0.4, x2=2.5)",
    ),
    hidden=(Hidden("run(rows, x1={x}, x2={y})", {"x": POSITIVE, "y": POSITIVE}),),
    hints=(
        "What does a person with a pocket calculator press next, after ln x₁ and x₁x₂?",
        "One row for sin x₂, one for the sum of the first two, one for the difference.",
        "v3 is sin of x2, v4 is v1 + v2, v5 is v4 − v3.",
    ),
    variants=(
        """
        rows = [
            ("v1", "sin", "x2"),
            ("v2", "×", "x2", "x1"),
            ("v3", "−", "v2", "v1"),
            ("v4", "ln", "x1"),
            ("v5", "+", "v4", "v3"),
        ]
        """,
        """
        front = (("a", "ln", "x1"), ("b", "×", "x1", "x2"), ("c", "sin", "x2"))
        rows = (*front, ("d", "-", "a", "c"), ("e", "+", "d", "b"))
        """,
        """
        rows = [["v1", "log", "x1"], ["v2", "*", "x1", "x2"], ["v3", "-", "v2", "v1"], ["v4", "sin", "x2"]]
        rows = rows[:2] + [["v3", "sin", "x2"], ["v4", "-", "v1", "v3"], ["v5", "+", "v4", "v2"]]
        """,
    ),
    mistakes=(
        Mistake(
            'rows = rows[:4] + [("v5", "+", "v4", "v3")]',
            "The sine is added in the last row. In the formula it is taken off.",
        ),
        Mistake(
            'rows = rows[:4] + [("v5", "−", "v3", "v4")]',
            "The operands of the last row stand the wrong way round: the first is the one from which is taken off.",
        ),
        Mistake(
            'rows = rows[:2] + [("v3", "sin", "x1")] + rows[3:]',
            "This takes the sine of x1. Which input does the sine of the formula have?",
        ),
        Mistake("rows = rows[:4]", "The list ends with the sum v1 + v2. The value of the function is the last row."),
        Mistake(
            "rows = rows[:3]", "The list ends with the sine. The rows are there, but nobody has put them together."
        ),
    ),
)

EVALUATE = Exercise(
    id="trace-evaluate",
    title="Run a list",
    prompt="Write values(rows, known): the list of the values of all rows, in their order. `known` is a dictionary "
    "with the values of the inputs; an operand may also be a plain number.",
    answer="values",
    setup=RUN.strip("\n") + "\n\n" + LISTS.strip("\n"),
    starter="""
        def values(rows, known):
            known = dict(known)
            out = []
            for name, op, *operands in rows:
                numbers = [known.get(operand, operand) for operand in operands]
                ...  # carry out the row, remember its value under its name
            return out
        """,
    solution="""
        def values(rows, known):
            known = dict(known)
            out = []
            for name, op, *operands in rows:
                numbers = [known.get(operand, operand) for operand in operands]
                known[name] = OPERATIONS[op](*numbers)
                out.append(known[name])
            return out
        """,
    probes=(
        'values(chain, {"x": 3.5})',
        'values(loose, {"x": 2.5, "y": 4.5})',
        'values(mixed, {"x": 5.5})',
    ),
    hidden=(
        Hidden('values(mixed, {{"x": {x}}})', {"x": (-6.0, 6.0)}, count=2),
        Hidden(
            'values([("v1", "×", {a}, "x"), ("v2", "+", "v1", "x"), ("v3", "−", "v{i}", "v{j}"), ("v4", "/", "v{k}",'
            ' {b})], {{"x": {x}}})',
            {"a": POSITIVE, "b": POSITIVE, "x": SIGNED, "i": range(1, 3), "j": range(1, 3), "k": range(1, 4)},
        ),
    ),
    hints=(
        "The operation is a function: look it up in OPERATIONS by the sign in the row.",
        "Later rows need the value under the row's name, so put it into `known`.",
        "known[name] = OPERATIONS[op](*numbers), then out.append(known[name]).",
    ),
    variants=(
        """
        def values(rows, known):
            seen = {**known}
            for name, op, *operands in rows:
                seen[name] = OPERATIONS[op](*(o if isinstance(o, float) else seen[o] for o in operands))
            return [seen[row[0]] for row in rows]
        """,
        """
        def values(rows, known):
            return [run(rows[: k + 1], **known) for k in range(len(rows))]
        """,
    ),
    mistakes=(
        Mistake(
            """
            def values(rows, known):
                known, out = dict(known), []
                for name, op, *operands in rows:
                    numbers = [known.get(o, o) for o in reversed(operands)]
                    known[name] = OPERATIONS[op](*numbers)
                    out.append(known[name])
                return out
            """,
            "The operands come in the reverse order. In x / 4 it matters who stands first.",
        ),
        Mistake(
            "def values(rows, known): return [run(rows, **known)]",
            "This is the value of the last row alone. All rows are asked for.",
        ),
        Mistake(
            """
            def values(rows, known):
                known = dict(known)
                for name, op, *operands in rows:
                    known[name] = OPERATIONS[op](*[known.get(o, o) for o in operands])
                return list(known.values())
            """,
            "The inputs stand in front of the rows here. Only the values of the rows are asked for.",
        ),
        Mistake("def values(rows, known): return []", "The returned list is empty: append each value to `out`."),
        Mistake(
            """
            def values(rows, known):
                for name, op, *operands in rows:
                    return [OPERATIONS[op](*[known.get(o, o) for o in operands])]
            """,
            "The list has the first value alone. Is `return` inside the loop?",
        ),
    ),
)

USES = Exercise(
    id="trace-uses",
    title="Count the uses",
    prompt="Write uses(rows, name): how often the value `name` is used as an operand. In x · x, x is used twice.",
    answer="uses",
    setup=LISTS.strip("\n"),
    starter="""
        def uses(rows, name):
            count = 0
            for row, op, *operands in rows:
                ...
            return count
        """,
    solution="""
        def uses(rows, name):
            count = 0
            for row, op, *operands in rows:
                count += operands.count(name)
            return count
        """,
    probes=(
        '[uses(chain, "x"), uses(chain, "v1"), uses(chain, "v4")]',
        '[uses(loose, "v4"), uses(loose, "x"), uses(loose, "y"), uses(loose, "v5")]',
        '[uses(chain * 2, "x"), uses(mixed * 3, "x"), uses(mixed, "v1")]',
        '[uses(mixed, "x"), uses(chain * 3, "v1"), uses(loose * 2, "v4")]',
    ),
    hidden=(
        Hidden(
            '[uses([("v1", "×", "x{a}", "x{b}"), ("v2", "+", "x{c}", "v1"), ("v3", "−", "v{d}", "v{e}"),'
            ' ("v4", "×", "v{f}", "v{g}"), ("v5", "sin", "v{h}")], name) for name in ("x1", "x2", "v1", "v2", "v3")]',
            {**dict.fromkeys("abcde", range(1, 3)), **dict.fromkeys("fg", range(1, 4)), "h": range(1, 5)},
        ),
    ),
    hints=(
        "Every operand of every row is one use of something.",
        "A row such as ('v5', '×', 'v4', 'v4') has two operands, and both are v4.",
        "count += operands.count(name)",
    ),
    variants=(
        "uses = lambda rows, name: sum(operand == name for row in rows for operand in row[2:])",
        """
        def uses(rows, name):
            everything = []
            for row in rows:
                everything += row[2:]
            return len([operand for operand in everything if operand == name])
        """,
    ),
    mistakes=(
        Mistake(
            "def uses(rows, name): return sum(name in operands for row, op, *operands in rows)",
            "This counts the rows that use it. In x · x one row uses x twice, and each use is an edge of its own.",
        ),
        Mistake(
            "def uses(rows, name): return sum(row.count(name) for row in rows)",
            "The row that makes the value is counted as well. Making it is no use of it.",
        ),
        Mistake(
            "def uses(rows, name): return sum(row[2] == name for row in rows)",
            "Only the first operand of each row is looked at.",
        ),
    ),
)

DEAD = Exercise(
    id="trace-dead",
    title="Rows that lead nowhere",
    prompt="Write dead(rows): how many rows do not lead to the last one, neither directly nor through other rows.",
    answer="dead",
    setup=LISTS.strip("\n")
    + """
long = [("v1", "ln", "x"), ("v2", "sin", "v1"), ("v3", "+", "v2", "v1"), ("v4", "×", "x", "x"), ("v5", "sin", "v4")]
deep = [(f"v{k}", "sin", f"v{k - 1}") for k in range(1, 8)] + [("v8", "+", "v3", "v3")]""",
    starter="""
        def dead(rows):
            needed = {rows[-1][0]}
            for name, op, *operands in reversed(rows):
                ...  # what does a needed row need?
            return sum(name not in needed for name, *_ in rows)
        """,
    solution="""
        def dead(rows):
            needed = {rows[-1][0]}
            for name, op, *operands in reversed(rows):
                if name in needed:
                    needed.update(operands)
            return sum(name not in needed for name, *_ in rows)
        """,
    probes=("[dead(chain), dead(loose)]", "[dead(long), dead(mixed)]", "[dead(deep), dead(long[:3])]"),
    hidden=(
        Hidden(
            'dead([("v1", "ln", "x"), ("v2", "×", "v1", "x"), ("v3", "sin", "v{a}"), ("v4", "+", "v{b}", "x"),'
            ' ("v5", "sin", "v{c}"), ("v6", "−", "v{d}", "v{e}")])',
            {"a": range(1, 3), "b": range(1, 4), "c": range(1, 5), "d": range(1, 6), "e": range(1, 6)},
        ),
        Hidden(
            'dead([("v1", "sin", "x"), ("v2", "+", "v1", {c}), ("v3", "ln", "v{a}"), ("v4", "sin", "v{b}"),'
            ' ("v5", "×", "v{d}", "v{e}")])',
            {"c": POSITIVE, "a": range(1, 3), "b": range(1, 4), "d": range(1, 5), "e": range(1, 5)},
        ),
    ),
    hints=(
        "Start at the end: the last row is needed. Whom does it need?",
        "Going up the list, a row that is needed needs all its operands. A row that is not needed asks for nothing.",
        "if name in needed: needed.update(operands)",
    ),
    variants=(
        """
        def dead(rows):
            operands = {name: rest for name, _op, *rest in rows}
            seen, todo = set(), [rows[-1][0]]
            while todo:
                name = todo.pop()
                if name in operands and name not in seen:
                    seen.add(name)
                    todo += operands[name]
            return len(rows) - len(seen)
        """,
        """
        def dead(rows):
            kept = [rows[-1]]
            for row in rows[-2::-1]:
                if any(row[0] in later[2:] for later in kept):
                    kept.append(row)
            return len(rows) - len(kept)
        """,
    ),
    mistakes=(
        Mistake(
            """
            def dead(rows):
                used = {operand for row in rows for operand in row[2:]}
                return sum(name not in used for name, *_ in rows[:-1])
            """,
            "This finds the rows that nobody uses. A row that is used by such a row alone leads nowhere either.",
        ),
        Mistake(
            """
            def dead(rows):
                used = {operand for row in rows for operand in row[2:]}
                return sum(name not in used for name, *_ in rows)
            """,
            "The last row is counted as dead because nobody uses it. It is the output: everything is for it.",
        ),
        Mistake(
            """
            def dead(rows):
                return sum(name not in rows[-1] for name, *_ in rows)
            """,
            "Only the operands of the last row are kept; they have operands of their own, which are needed too. Go "
            "from the last row up: downwards, a row is judged before its consumers are.",
        ),
    ),
)

SHARE = Exercise(
    id="trace-share",
    title="Share what is computed twice",
    prompt="Rewrite shared(x, y) so that it carries out 4 operations in place of 6, with the same value.",
    answer="shared",
    setup=COUNT.strip("\n"),
    starter="""
        def shared(x, y):
            return (x + y) * (x + y) + ad.sin(x + y)
        """,
    solution="""
        def shared(x, y):
            s = x + y
            return s * s + ad.sin(s)
        """,
    probes=(
        "[shared(3.5, 4.5), operations(shared, 3.5, 4.5)]",
        "[shared(-2.5, 0.6), operations(shared, -2.5, 0.6)]",
        "[shared(6.5, -3.5), operations(shared, 6.5, -3.5)]",
    ),
    hidden=(Hidden("[shared({x}, {y}), operations(shared, {x}, {y})]", {"x": SIGNED, "y": SIGNED}),),
    hints=(
        "Which expression is written more than once?",
        "Give x + y a name, and use the name.",
        "s = x + y, then return s * s + ad.sin(s).",
    ),
    variants=(
        "shared = lambda x, y: (lambda s: ad.sin(s) + s**2)(x + y)",
        """
        def shared(x, y):
            return sum_of(y + x)


        def sum_of(s):
            wave = ad.sin(s)
            return wave + s * s
        """,
    ),
    mistakes=(
        Mistake(
            "def shared(x, y):\n    s = x + y\n    return s * s + ad.sin(x + y)",
            "One sum is still carried out twice: once for the product, once for the sine.",
        ),
        Mistake(
            "def shared(x, y):\n    s = x + y\n    return s + ad.sin(s)",
            "The square has become s alone. Both factors are s.",
        ),
        Mistake(
            "def shared(x, y):\n    s = x + y\n    return s * s + ad.sin(x) + ad.sin(y)",
            "The sine of a sum is not the sum of the sines.",
        ),
        Mistake(
            "def shared(x, y): return x * x + 2 * x * y + y * y + ad.sin(x + y)",
            "Multiplied out it has the same value and more operations. The list gets shorter by sharing.",
        ),
    ),
)

BRANCH = Choice(
    id="trace-branch",
    title="What a trace sees of a branch",
    prompt="`g(x)` returns x * x if x > 1, else sin(x) + x. What stands in the trace of g at 3?",
    options={
        "a": "the rows of both branches, and a row that chooses",
        "b": "the row x × x, and nothing of the other branch",
        "c": "a row for the comparison x > 1, then x × x",
        "d": "nothing: a function with a branch cannot be traced",
    },
    answer="b",
    explanation="The trace records the operations that gave numbers. At 0.5 the same function leaves other rows.",
    mistakes=(
        Mistake("a", "The sine was never computed at 3. The trace records what happened, not what might have."),
        Mistake("c", "The comparison gives True or False, no number with a derivative. It decides, and leaves no row."),
        Mistake("d", "The branch is decided by the value, which is there while the function runs. Tracing goes on."),
    ),
    hints=(
        "Trace it by hand: put in 3 and write down every number that is computed.",
        "3 > 1 holds, so Python goes on to x * x and returns.",
        "One product was carried out, and that is the one row.",
    ),
)

BUG = Exercise(
    id="trace-bug",
    title="Find the bug: an input too many",
    prompt="This counts the inputs of a list. For 3x·x + x/4, the list `mixed`, it says 3, and there is one. Mend it.",
    answer="count_inputs",
    setup=LISTS.strip("\n"),
    starter="""
        def count_inputs(rows):
            made = [name for name, *_ in rows]
            found = []
            for name, op, *operands in rows:
                for operand in operands:
                    if operand not in made and operand not in found:
                        found.append(operand)
            return len(found)
        """,
    solution="""
        def count_inputs(rows):
            made = [name for name, *_ in rows]
            found = []
            for name, op, *operands in rows:
                for operand in operands:
                    if isinstance(operand, str) and operand not in made and operand not in found:
                        found.append(operand)
            return len(found)
        """,
    probes=(
        "[count_inputs(mixed), count_inputs(chain)]",
        "[count_inputs(loose), count_inputs(loose[1:2])]",
        '[count_inputs([("v1", "+", "a", "b"), ("v2", "×", "v1", "c"), ("v3", "×", 7.0, "v2")]), count_inputs(mixed)]',
        '[count_inputs([("v1", "×", "w", 5.0), ("v2", "+", "v1", "b"), ("v3", "−", "v2", "y"), ("v4", "×", "v3", "v3"),'
        ' ("v5", "/", "v4", "n")]), count_inputs(chain)]',
        '[count_inputs([("v1", "×", "a", "b"), ("v2", "+", "c", "v1")]), count_inputs(loose[1:2])]',
    ),
    hidden=(
        Hidden(
            '[count_inputs([("v1", "×", "x{a}", {s}), ("v2", "+", "v1", "x{b}"), ("v3", "−", "x{c}", "v{i}"),'
            ' ("v4", "×", "v3", "x{d}")]), count_inputs([("v1", "ln", "x{e}"), ("v2", "/", {t}, "v1"),'
            ' ("v3", "+", "x{f}", "v2")])]',
            {
                **dict.fromkeys("abcd", range(1, 6)),
                **dict.fromkeys("efi", range(1, 3)),
                **dict.fromkeys("st", POSITIVE),
            },
            count=6,
        ),
    ),
    hints=(
        "What does it find in ('v1', '×', 3.0, 'x')?",
        "An input is something that can move. A plain number such as 3.0 stays.",
        "Count an operand only if isinstance(operand, str).",
    ),
    variants=(
        """
        def count_inputs(rows):
            names = {operand for row in rows for operand in row[2:] if not isinstance(operand, float)}
            return len(names - {row[0] for row in rows})
        """,
        """
        def count_inputs(rows):
            made, found = set(), set()
            for name, _op, *operands in rows:
                found |= {o for o in operands if o not in made and type(o) is str}
                made.add(name)
            return len(found)
        """,
    ),
    mistakes=(
        Mistake(
            """
            def count_inputs(rows):
                made = [row[0] for row in rows]
                return len([o for row in rows for o in row[2:] if isinstance(o, str) and o not in made])
            """,
            "The constants are gone, and now an input that is used twice is counted twice.",
        ),
        Mistake(
            """
            def count_inputs(rows):
                return len({o for row in rows for o in row[2:] if isinstance(o, str)})
            """,
            "The constants are gone, and now the rows in the middle are counted. A row is made, not put in.",
        ),
        Mistake(
            """
            def count_inputs(rows):
                made = [row[0] for row in rows]
                return len({row[2] for row in rows if isinstance(row[2], str) and row[2] not in made})
            """,
            "Only the first operand of each row is looked at now.",
        ),
        Mistake("def count_inputs(rows): return 1", "This says 1 for every list. `loose` has two inputs."),
    ),
)

EXERCISES: tuple[Declared, ...] = (
    PREDICT_ROWS,
    FILL,
    EVALUATE,
    USES,
    DEAD,
    SHARE,
    BRANCH,
    BUG,
)
