"""Lesson 08, the tape and the order: who may report, why a list needs no sorting, and running totals.

The known mistakes are the walks that hand-written engines take from the output (recursion that reports at
every visit, first visits only, breadth first, operands first) with the numbers they lead to, a report that
overwrites, "+= is only right for sums", and totals that are zeroed at the inputs only.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction
from autograd_mini.exercises.run import Said
from autograd_mini.messages import _

POSITIVE = (0.4, 6.0)
SIGNED = (-4.0, 4.0)

GRAPHS = '''
import random

FAN_OUT = [[1, 1, 2, 3], [2, 4], [3], [4], []]
CROSSED = [[2, 3], [2, 4], [3, 4, 6], [5], [5], [6], []]


def drawn(seed):
    """The consumers of the rows of some graph of seven rows."""
    rng = random.Random(seed)
    return [sorted(rng.sample(range(i + 1, 7), rng.randint(1, min(3, 6 - i)))) for i in range(6)] + [[]]


def later(seed):
    """The last rows of it, which have reported."""
    return list(range(6, 6 - seed % 5, -1))


def next_rows(consumers, reported):
    found = ready(consumers, reported)
    return found if found is None else sorted(a_list(found))
'''


def a_list(found: object) -> object:
    """What `ready` returned; raise Said when it is a single row."""
    if isinstance(found, int):
        raise Said(_("`ready` gives one number. Return a list, also when only one row may report."))
    return found


def playable(order: object) -> None:
    """Raise Said about an order that names a row that there is not, or leaves out f, where everything starts."""
    if not isinstance(order, (list, tuple, str)):
        raise Said(_("`order` is a list of names of rows."))
    for row in order:
        if row not in list("xybcdef"):
            raise Said(_("{row} is no row of this graph. The rows are b, c, d, e and f.").format(row=repr(row)))
    if "f" not in order:
        raise Said(_("f never reports, so nothing reaches the others. f comes first."))


HOUSE = "from autograd_mini.exercises.declared.tape_and_order import a_list, playable\n"

PLAY = '''
def play(x, y):
    """The adjoints of x and y when the rows report in `order`."""
    playable(order)
    b = x * y
    c, d = b + x, b * y
    edges = {
        "x": [],
        "y": [],
        "b": [("x", y), ("y", x)],
        "c": [("b", 1.0), ("x", 1.0)],
        "d": [("b", y), ("y", b)],
        "e": [("c", d), ("d", c)],
        "f": [("e", 1.0), ("b", 1.0)],
    }
    adjoint = dict.fromkeys("xybcdef", 0.0)
    adjoint["f"] = 1.0
    for row in order:
        for operand, partial in edges[row]:
            adjoint[operand] += adjoint[row] * partial
    return adjoint["x"], adjoint["y"]
'''

TAPES = '''
def crossed_tape(x, y):
    """x, y, b = x·y, c = b + x, d = b·y, e = c·d, f = e + b: for each row its operands with their partials."""
    b = x * y
    c, d = b + x, b * y
    return [
        [],
        [],
        [(0, y), (1, x)],
        [(2, 1.0), (0, 1.0)],
        [(2, y), (1, b)],
        [(3, d), (4, c)],
        [(5, 1.0), (2, 1.0)],
    ]


def fan_out_tape(a):
    """a, b = a·a, b·a, (b·a)·a, and their sum b + (b·a)·a."""
    return [[], [(0, a), (0, a)], [(1, a), (0, a**2)], [(2, a), (0, a**3)], [(1, 1.0), (3, 1.0)]]
'''

SEED_TAPE = '''
def seed_tape(x1, x2):
    """x1, x2, ln x1, x1·x2, sin x2, and the two rows that add and subtract them."""
    return [
        [],
        [],
        [(0, 1 / x1)],
        [(0, x2), (1, x1)],
        [(1, math.cos(x2))],
        [(2, 1.0), (3, 1.0)],
        [(5, 1.0), (4, -1.0)],
    ]


def calls(count, x1, x2):
    """What the last of several calls gives; the totals are kept from one to the next."""
    tape, totals = seed_tape(x1, x2), [0.0] * 7
    for call in range(count):
        found = slopes(tape, totals)
    return found


def moved(x1, x2):
    """The second call, after the inputs have moved."""
    totals = [0.0] * 7
    slopes(seed_tape(1.0, 1.0), totals)
    return slopes(seed_tape(x1, x2), totals)
'''

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="tape-predict-early",
        title="One report too early",
        prompt=(
            "In b + (b·a)·a with b = a·a, at a = 3, the order is v₄, v₁, v₃, v₂: v₁ reports before v₂ has reported to "
            "it. Which number does a end with?"
        ),
        answer=60,
        explanation="v₁ passes on 3 + 3 from the 1 that it has, v₃ and v₂ add 27 each. The 9 that v₁ gets later stays.",
        mistakes=(
            Mistake(114, "114 is right, and it needs all of v₁'s adjoint. v₁ reports here when only v₄ has spoken."),
            Mistake(120, "120 comes out if v₁ reports a second time at the end. Here each row reports once."),
            Mistake(54, "54 is what v₃ and v₂ report. v₁ reports too, if too little: it has a 1 from v₄."),
            Mistake(6, "6 is what v₁ reports too early. v₃ and v₂ still report 27 each to a."),
        ),
        hints=(
            "Write down what each row has at the moment it reports.",
            "v₁ has 1 when it reports, and its two edges to a carry 3 each. v₃ and v₂ report as they should.",
            "6 from v₁, 27 from v₃, 27 from v₂.",
        ),
    ),
    Exercise(
        id="tape-ready",
        title="Who may report next",
        prompt=(
            "`consumers[i]` lists the rows that use row i, `reported` the rows that have reported. Return a list of "
            "all rows that may report next."
        ),
        answer="ready",
        setup=HOUSE + GRAPHS,
        starter="""
            def ready(consumers, reported):
                may = []
                for i in range(len(consumers)):
                    if ...:  # who must have reported, and who must not?
                        may.append(i)
                return may
        """,
        solution="""
            def ready(consumers, reported):
                may = []
                for i in range(len(consumers)):
                    if i not in reported and all(j in reported for j in consumers[i]):
                        may.append(i)
                return may
        """,
        probes=(
            "next_rows(FAN_OUT, [])",
            "next_rows(FAN_OUT, [4])",
            "next_rows(FAN_OUT, [4, 3])",
            "next_rows(CROSSED, [6])",
            "next_rows(CROSSED, [6, 5])",
            "next_rows(CROSSED, [6, 5, 4])",
            "next_rows(CROSSED, [6, 5, 3])",
            "next_rows(CROSSED, [6, 5, 4, 3])",
        ),
        hidden=(Hidden("next_rows(drawn({s}), later({s}))", {"s": range(100, 400)}),),
        mistakes=(
            Mistake(
                """
                def ready(consumers, reported):
                    rows = range(len(consumers))
                    return [i for i in rows if i not in reported and any(j in reported for j in consumers[i])]
                """,
                "One consumer that has reported is enough here. While another one is silent, the row waits.",
            ),
            Mistake(
                """
                def ready(consumers, reported):
                    return [i for i in range(len(consumers)) if all(j in reported for j in consumers[i])]
                """,
                "Rows that have reported are named again. A second report would count the first one twice.",
            ),
            Mistake(
                """
                def ready(consumers, reported):
                    return [i for i in range(len(consumers)) if i not in reported]
                """,
                "Every row that is still silent is named. Ask of each whether its consumers have all reported.",
            ),
            Mistake(
                """
                def ready(consumers, reported):
                    rows = range(len(consumers))
                    return [i for i in rows if i not in reported and (not consumers[i] or consumers[i][-1] in reported)]
                """,
                "Only the last consumer of each row is asked. A row with two consumers waits for both.",
            ),
            Mistake(
                "def ready(consumers, reported): return []",
                "The list is empty. At the start the last row may report: it has no consumers to wait for.",
            ),
        ),
        variants=(
            "ready = lambda consumers, reported: {i for i, uses in enumerate(consumers) "
            "if not set(uses) - set(reported)} - set(reported)",
            """
            def ready(consumers, reported):
                open_uses = [sum(j not in reported for j in uses) for uses in consumers]
                return [i for i in reversed(range(len(consumers))) if open_uses[i] == 0 and i not in reported]
            """,
        ),
        hints=(
            "Two things are asked of a row: what of its consumers, and what of itself?",
            "All of its consumers are in `reported`, and it is not itself in `reported`.",
            "`if i not in reported and all(j in reported for j in consumers[i]):`",
        ),
    ),
    Exercise(
        id="tape-order",
        title="A right order",
        prompt=(
            "b = x·y, c = b + x, d = b·y, e = c·d, f = e + b. Give an order in which the rows b to f can report. "
            "There is more than one."
        ),
        answer="order",
        setup=HOUSE + PLAY,
        starter="""
            order = ["f", ...]
        """,
        solution="""
            order = ["f", "e", "d", "c", "b"]
        """,
        probes=("play(3.0, 5.0)", "play(0.5, -1.5)"),
        hidden=(Hidden("play({x}, {y})", {"x": POSITIVE, "y": POSITIVE}),),
        mistakes=(
            Mistake(
                'order = ["f", "e", "c", "b", "x", "y", "x", "d", "b", "x", "y", "y", "b", "x", "y"]',
                "b reports each time the walk comes past, and each time with all that it has by then: what it "
                "reported before is counted again. A row reports once.",
            ),
            Mistake(
                'order = ["f", "e", "c", "b", "x", "y", "d"]',
                "b reports at the first visit, before d has reported to it. The first visit is not the last delivery.",
            ),
            Mistake(
                'order = ["f", "e", "b", "c", "d", "x", "y"]',
                "This goes by the distance from f. b is next to f, and yet c and d have to report to it first.",
            ),
            Mistake(
                'order = ["x", "y", "b", "c", "d", "e", "f"]',
                "Operands come before the rows that use them, so nothing has arrived at any row when it reports. "
                "This is the order of the forward sweep; turn it round.",
            ),
            Mistake(
                'order = ["f", "e", "d", "b", "c"]',
                "b reports before c has reported to it. List the consumers of b: there are three.",
            ),
            Mistake(
                'order = ["f", "e", "d", "c"]',
                "b never reports, and everything that has come to it stays there.",
            ),
            Mistake(
                'order = ["f", "e", "d", "b", "c", "b"]',
                "b reports twice: before c has reported to it, and again with all that it has. What it reported before "
                "is counted again.",
            ),
            Mistake(
                'order = ["f", "e", "c", "b", "d", "b"]',
                "b reports twice: before d has reported to it, and again with all that it has. What it reported before "
                "is counted again.",
            ),
        ),
        variants=(
            'order = "fecdb"',
            'order = ("f", "e", "c", "d", "b", "y", "x")',
        ),
        hints=(
            "Write down for each row who uses it. Who is used only by rows that have reported?",
            "f is used by nobody, e by f. c and d are used by e. b is used by c, d and f.",
            "f and e first, b last; c and d between them, whichever way round.",
        ),
    ),
    Choice(
        id="tape-why-no-sorting",
        title="Why the tape needs no sorting",
        prompt="Why is the tape, read from its end to its start, always a right order?",
        options={
            "values": "because the values on it grow from row to row",
            "created": "because a row is written only when its operands are there",
            "distance": "because rows nearer to the output stand further down",
            "luck": "it is not always: a graph must be sorted first",
        },
        answer="created",
        explanation="Every operand stands above its consumers, so going up, all consumers come before it.",
        mistakes=(
            Mistake(
                "values",
                "Values have nothing to do with it: in ln x₁ + x₁x₂ − sin x₂ they go up and down from row to row.",
            ),
            Mistake(
                "distance",
                "Not so: b is next to f in the last graph, and c, d and e stand between them. Who stands above whom?",
            ),
            Mistake(
                "luck",
                "A graph that comes from elsewhere has to be sorted. The tape was written while the program ran: in "
                "which order does a program make its numbers?",
            ),
        ),
        hints=(
            "What must a program have before it can compute c = b + x?",
            "When the row c is written, b and x are on the tape already.",
            "So an operand always stands above the rows that use it.",
        ),
    ),
    Exercise(
        id="tape-sweep",
        title="The return sweep as a program",
        prompt=(
            "`tape[i]` lists the operands of row i as pairs (number of the operand's row, partial). The last row is "
            "the output. Return the list of all adjoints."
        ),
        answer="sweep",
        setup=TAPES,
        points=2,
        starter="""
            def sweep(tape):
                adjoints = [0.0] * len(tape)
                adjoints[-1] = 1.0
                ...
                return adjoints
        """,
        solution="""
            def sweep(tape):
                adjoints = [0.0] * len(tape)
                adjoints[-1] = 1.0
                for i in reversed(range(len(tape))):
                    for operand, partial in tape[i]:
                        adjoints[operand] += adjoints[i] * partial
                return adjoints
        """,
        probes=(
            "sweep(crossed_tape(3.0, 5.0))",
            "sweep(crossed_tape(0.5, -1.5))",
            "sweep(fan_out_tape(3.0))",
            "sweep(fan_out_tape(-1.5))",
        ),
        hidden=(
            Hidden("sweep(crossed_tape({x}, {y}))", {"x": POSITIVE, "y": POSITIVE}),
            Hidden("sweep(fan_out_tape({x}))", {"x": POSITIVE}),
        ),
        mistakes=(
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    for i in range(len(tape)):
                        for operand, partial in tape[i]:
                            adjoints[operand] += adjoints[i] * partial
                    return adjoints
                """,
                "Only the reports of the last row have arrived. Is `return` inside the loop? Or do the rows report "
                "from the top down? Then nothing has come to a row yet when it reports: start at the output.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            adjoints[operand] = adjoints[i] * partial
                    return adjoints
                """,
                "The last report replaces the earlier ones. A row that is used several times needs their sum: `+=`.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    def report(i):
                        for operand, partial in tape[i]:
                            adjoints[operand] += adjoints[i] * partial
                        for operand, partial in tape[i]:
                            report(operand)
                    report(len(tape) - 1)
                    return adjoints
                """,
                "A row reports as often as the walk comes to it, each time with its whole total, so earlier reports "
                "are counted again. Let each row report once, when all its consumers have.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    seen = set()
                    def report(i):
                        if i not in seen:
                            seen.add(i)
                            for operand, partial in tape[i]:
                                adjoints[operand] += adjoints[i] * partial
                            for operand, partial in tape[i]:
                                report(operand)
                    report(len(tape) - 1)
                    return adjoints
                """,
                "Each row reports at its first visit. A row with two consumers is then done before the second one has "
                "reported to it: first visit is not last delivery.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    queue, seen = [len(tape) - 1], set()
                    while queue:
                        i = queue.pop(0)
                        if i not in seen:
                            seen.add(i)
                            for operand, partial in tape[i]:
                                adjoints[operand] += adjoints[i] * partial
                                queue.append(operand)
                    return adjoints
                """,
                "The rows report by their distance from the output. A row may be near the output and still have a "
                "consumer that is further away.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            adjoints[operand] += partial
                    return adjoints
                """,
                "Local partials are added up. A report is the partial times the adjoint of the row that reports.",
            ),
            Mistake(
                """
                def sweep(tape):
                    adjoints = [0.0] * len(tape)
                    adjoints[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            adjoints[i] += adjoints[operand] * partial
                    return adjoints
                """,
                "Nothing reaches the inputs. A report goes from row i to its operand: which of the two totals grows?",
            ),
        ),
        variants=(
            """
            def sweep(tape):
                adjoints = [0.0] * (len(tape) - 1) + [1.0]
                waiting = [0] * len(tape)
                for row in tape:
                    for operand, partial in row:
                        waiting[operand] += 1
                ready = [i for i in range(len(tape)) if not waiting[i]]
                while ready:
                    i = ready.pop(0)
                    for operand, partial in tape[i]:
                        adjoints[operand] += adjoints[i] * partial
                        waiting[operand] -= 1
                        if not waiting[operand]:
                            ready.append(operand)
                return adjoints
            """,
            """
            def sweep(tape):
                n = len(tape)
                adjoints = [1.0]
                for i in range(n - 2, -1, -1):
                    uses = [(j, p) for j in range(i + 1, n) for k, p in tape[j] if k == i]
                    adjoints.insert(0, sum(adjoints[j - i - 1] * p for j, p in uses))
                return tuple(adjoints)
            """,
        ),
        hints=(
            "Which row reports first? Which way along the list is every consumer met before its operands?",
            "Go through the rows from the last to the first; for each, go through its pairs (operand, partial).",
            "`for i in reversed(range(len(tape))):` and inside, for each pair, "
            "`adjoints[operand] += adjoints[i] * partial`.",
        ),
        tolerance=1e-10,
    ),
    Choice(
        id="tape-plus-equal",
        title="When reports are added",
        prompt="For which rows is `+=` right, and not `=`?",
        options={
            "sums": "for the operands of sums; those of products multiply",
            "uses": "for every row, whatever operations use it",
            "inputs": "for the inputs; rows in the middle report once, so `=` will do",
            "two": "for the two operands of x·x, which are the same row",
        },
        answer="uses",
        explanation="The sum runs over the uses of a row. A row that is used once gets 0 plus its one report.",
        mistakes=(
            Mistake(
                "sums",
                "The operation decides the factor on the edge, and that is all. x·x at 3 has two factors of 3, and "
                "its slope is 6, not 9.",
            ),
            Mistake(
                "inputs",
                "A row in the middle reports once, but it may be reported to several times. b in b + (b·a)·a is.",
            ),
            Mistake("two", "That is one case of a row with two uses. The two uses may as well be in different rows."),
        ),
        hints=(
            "What does a nudge of a row do if two other rows use it?",
            "Each use carries a part of the nudge to the output. The parts arrive together.",
            "It is the number of uses that counts, not what the operations are.",
        ),
    ),
    Prediction(
        id="tape-predict-leaves",
        title="Zeroing the inputs only",
        prompt=(
            "Before the second sweep only the totals of x₁ and x₂ are set to 0; those of v₁ to v₄ are kept. What does "
            "the second sweep leave at x₁?"
        ),
        answer=16.5,
        explanation=(
            "v₄ has 2 now and v₁ and v₂ have 3, their old 1 and 2 more; 3 · 0.5 + 3 · 5 = 16.5. Zero every total."
        ),
        mistakes=(
            Mistake(5.5, "5.5 would be right. But v₁ and v₂ report what they hold, and they still hold their old 1."),
            Mistake(22, "22 is what no zeroing at all gives. The 5.5 of the first sweep is gone now."),
            Mistake(
                11,
                "11 would be twice the adjoint. Follow it row by row: v₄ has 1 + 1 now. What does that make of v₁?",
            ),
            Mistake(0, "The totals of the inputs are 0 before the sweep. The sweep adds to them."),
        ),
        hints=(
            "Go through the second sweep by hand. v₅ gets the seed 1, and v₄ holds a 1 from the first sweep.",
            "v₄ becomes 1 + 1 = 2. v₁ and v₂ become 1 + 2 = 3.",
            "x₁ gets 3 · 0.5 from v₁ and 3 · 5 from v₂.",
        ),
    ),
    Exercise(
        id="tape-bug",
        title="Find the bug: the second sweep",
        prompt=(
            "`totals` is kept from call to call. The first call gives the right slopes of the inputs, the second does "
            "not. Repair it."
        ),
        answer="slopes",
        setup=SEED_TAPE,
        starter="""
            def slopes(tape, totals):
                inputs = [i for i in range(len(tape)) if not tape[i]]
                for i in inputs:
                    totals[i] = 0.0
                totals[-1] = 1.0
                for i in reversed(range(len(tape))):
                    for operand, partial in tape[i]:
                        totals[operand] += totals[i] * partial
                return [totals[i] for i in inputs]
        """,
        solution="""
            def slopes(tape, totals):
                inputs = [i for i in range(len(tape)) if not tape[i]]
                for i in range(len(tape)):
                    totals[i] = 0.0
                totals[-1] = 1.0
                for i in reversed(range(len(tape))):
                    for operand, partial in tape[i]:
                        totals[operand] += totals[i] * partial
                return [totals[i] for i in inputs]
        """,
        probes=("calls(3, 3.0, 5.0)", "calls(4, 0.5, -1.5)", "calls(1, 3.0, 5.0)", "moved(3.0, 5.0)"),
        hidden=(Hidden("calls({n}, {x}, {y})", {"n": range(3, 6), "x": POSITIVE, "y": SIGNED}),),
        mistakes=(
            Mistake(
                """
                def slopes(tape, totals):
                    inputs = [i for i in range(len(tape)) if not tape[i]]
                    totals[-1] = 1.0
                    for i in range(len(tape)):
                        totals[i] = 0.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            totals[operand] += totals[i] * partial
                    return [totals[i] for i in inputs]
                """,
                "The seed is set to 0 along with the rest. Zero first, then seed.",
            ),
            Mistake(
                """
                def slopes(tape, totals):
                    inputs = [i for i in range(len(tape)) if not tape[i]]
                    totals[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            totals[operand] = totals[i] * partial
                    return [totals[i] for i in inputs]
                """,
                "Overwriting keeps old totals out, and with them all reports but the last. The `+=` was right.",
            ),
            Mistake(
                """
                def slopes(tape, totals):
                    inputs = [i for i in range(len(tape)) if not tape[i]]
                    for i in range(len(tape)):
                        if tape[i]:
                            totals[i] = 0.0
                    totals[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            totals[operand] += totals[i] * partial
                    return [totals[i] for i in inputs]
                """,
                "Now the rows in the middle are zeroed and the inputs are not: theirs are running totals as well.",
            ),
            Mistake(
                """
                def slopes(tape, totals):
                    inputs = [i for i in range(len(tape)) if not tape[i]]
                    totals[-1] = 1.0
                    for i in reversed(range(len(tape))):
                        for operand, partial in tape[i]:
                            totals[operand] += totals[i] * partial
                    return [totals[i] for i in inputs]
                """,
                "Nothing is zeroed any more, so every total grows from call to call.",
            ),
        ),
        variants=(
            """
            def slopes(tape, totals):
                fresh = [0.0] * (len(tape) - 1) + [1.0]
                for i in reversed(range(len(tape))):
                    for operand, partial in tape[i]:
                        fresh[operand] += fresh[i] * partial
                return [fresh[i] for i in range(len(tape)) if not tape[i]]
            """,
            """
            def slopes(tape, totals):
                inputs = [i for i in range(len(tape)) if not tape[i]]
                for i in inputs:
                    totals[i] = 0.0
                totals[-1] = 1.0
                for i in reversed(range(len(tape))):
                    bar = totals[i]
                    if tape[i]:
                        totals[i] = 0.0
                    for operand, partial in tape[i]:
                        totals[operand] += bar * partial
                return tuple(totals[i] for i in inputs)
            """,
        ),
        hints=(
            "Which totals are different at the start of the second call from what they were at the first?",
            "The inputs start at 0 again. What do the rows in the middle start with?",
            "Set `totals[i] = 0.0` for every i in `range(len(tape))`, before the seed.",
        ),
        tolerance=1e-10,
    ),
)
