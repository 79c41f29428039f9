"""Lab 8, optimise the graph, checkpoint the tape: four passes, and a schedule.

The known mistakes are those of hand-written optimisers (Aho, Lam, Sethi & Ullman 2006, chapter 9): a line is dropped
and still read, operands of a difference are swapped, a chain of dead lines is left; and of schedules: one state too
many, the sweep in the wrong direction.
"""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake, Prediction

# Programs as lists of lines (name, op, operands), with the list of their outputs; an operand is a name or a number.
PROGRAMS = """
import math

OPS = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b, "negative": lambda a: -a,
    "sin": math.sin, "cos": math.cos, "exp": math.exp, "log": math.log,
}


def value(o, values):
    return values[o] if isinstance(o, str) else o


def run(lines, outputs, inputs):
    values = dict(inputs)
    for name, op, operands in lines:
        values[name] = OPS[op](*(value(o, values) for o in operands))
    return [value(o, values) for o in outputs]


def after(apply, program, x, y):
    lines, outputs = apply(list(program[0]), list(program[1]))
    return len(lines), run(lines, outputs, {"x": x, "y": y})


number, other = 1.5, 0.25
numbers = [("a", "exp", (number,)), ("b", "multiply", ("a", 4.0)), ("c", "multiply", ("b", "x")),
           ("d", "add", ("c", 3.5))], ["d"]
partly = [("a", "multiply", ("x", number)), ("b", "add", (other, number)), ("c", "multiply", ("a", "b"))], ["c", "a"]
alone = [("a", "sin", (other,)), ("b", "multiply", ("x", "y"))], ["b", "a"]
fixed = [("a", "add", (other, 3.5)), ("b", "log", ("a",)), ("c", "divide", ("x", "y"))], ["b", "c"]
copies = [("a", "multiply", ("x", "y")), ("b", "sin", ("a",)), ("c", "multiply", ("x", "y")), ("d", "sin", ("c",)),
          ("e", "add", ("b", "d"))], ["e", "d"]
minus = [("a", "subtract", ("x", "y")), ("b", "subtract", ("y", "x")), ("c", "divide", ("a", "b")),
         ("d", "subtract", ("x", "y")), ("e", "multiply", ("c", "d"))], ["e"]
kinds = [("a", "sin", ("x",)), ("b", "cos", ("x",)), ("c", "sin", ("x",)), ("d", "divide", ("a", "b")),
         ("e", "add", ("d", "c"))], ["e", "c"]
second = [("a", "add", ("x", 1.5)), ("b", "add", ("x", 2.5)), ("c", "multiply", ("a", "b"))], ["c"]
zero = [("a", "subtract", (2.5, 2.5)), ("b", "add", ("x", "a")), ("c", "multiply", ("y", 0.0)),
        ("d", "add", ("b", "c"))], ["d", "a"]
dead = [("a", "log", ("x",)), ("b", "multiply", ("a", "y")), ("c", "add", ("b", "a")), ("d", "cos", ("y",)),
        ("e", "subtract", ("x", "d"))], ["e"]
needed = [("a", "exp", ("x",)), ("b", "multiply", ("a", "a")), ("c", "sin", ("b",)),
          ("d", "add", ("a", "y"))], ["d", "b"]
"""
ROUNDS = (
    PROGRAMS
    + """

def halve(lines, outputs):
    \"\"\"Merges the last two lines if both have the same op and operands.\"\"\"
    if len(lines) > 2 and lines[-1][1:] == lines[-2][1:]:
        gone, kept = lines[-1][0], lines[-2][0]
        return lines[:-1], [kept if o == gone else o for o in outputs]
    return lines, outputs


def shorten(lines, outputs):
    \"\"\"Leaves out the last line if no output needs it.\"\"\"
    return (lines[:-1], outputs) if lines and lines[-1][0] not in outputs else (lines, outputs)


def swap(lines, outputs):
    \"\"\"Puts the operands of each sum in alphabetical order: the number of lines stays.\"\"\"
    return [(n, op, tuple(sorted(os, key=str)) if op == "add" else os) for n, op, os in lines], outputs


def rounds(optimise, program, passes, x, y):
    return after(lambda lines, outputs: optimise(lines, outputs, passes), program, x, y)


tail = [("a", "sin", ("x",)), ("b", "add", ("a", "y")), ("c", "log", ("y",)), ("d", "exp", ("c",)),
        ("e", "cos", ("d",))], ["b"]
long = [("a", "sin", ("x",)), *((f"c{k}", "cos", ("y",)) for k in range(120))], ["a"]
pair = [("a", "exp", ("y",)), ("b", "add", ("x", "a")), ("c", "add", ("a", "x"))], ["c", "b"]
late = [("a", "exp", ("y",)), ("b", "add", ("a", "x")), ("c", "add", ("a", "x")), ("d", "log", ("x",))], ["c", "b"]
"""
)
SCHEDULES = """
def split(n, slots):
    return max(1, n // 2) if slots > 1 else n - 1


def execute(actions, n, slots):
    kept, here, ran, most, turn = {0}, 0, 0, 1, n - 1
    for k, (what, *where) in enumerate(actions):
        if what == "run":
            start, stop = where
            if start not in kept and start != here or stop <= start:
                return -1.0, k
            here, ran = stop, ran + stop - start
        elif what == "keep":
            if where[0] != here:
                return -2.0, k
            kept.add(here)
            most = max(most, len(kept))
        else:
            if where[0] != turn:
                return -3.0, k
            if turn not in kept and turn != here:
                return -4.0, k
            kept.discard(turn)
            turn, here = turn - 1, None
    return (float(ran), most) if turn < 0 else (-5.0, turn)


first, one, few, some, many = 0, 1, 3, 6, 11
"""
POINT = {"x": (0.3, 0.9), "y": (1.2, 1.8)}
NUMBERS = {"p": (0.2, 0.9), "q": (2.2, 4.0)}

EXERCISES: tuple[Declared, ...] = (
    Exercise(
        id="optimise-fold",
        title="Fold constants",
        prompt=(
            "Write fold(lines, outputs): an operation whose operands are all numbers is done now, and its line left "
            "out. "
            "OPS[op] is the function of an operation. Return the lines that are kept, and the outputs."
        ),
        answer="fold",
        setup=PROGRAMS,
        starter="""
            def fold(lines, outputs):
                known = {}  # the name of a line left out: its number
                kept = []
                for name, op, operands in lines:
                    operands = operands  # put numbers in place of names that are known by now
                    if False:  # say when
                        known[name] = OPS[op](*operands)
                    else:
                        kept.append((name, op, operands))
                return kept, outputs
        """,
        solution="""
            def fold(lines, outputs):
                known = {}  # the name of a line left out: its number
                kept = []
                for name, op, operands in lines:
                    operands = tuple(known.get(o, o) for o in operands)
                    if not any(isinstance(o, str) for o in operands):
                        known[name] = OPS[op](*operands)
                    else:
                        kept.append((name, op, operands))
                return kept, [known.get(o, o) for o in outputs]
        """,
        probes=(
            "after(fold, numbers, 3.5, 2.5)",
            "after(fold, partly, 4.5, 3.5)",
            "after(fold, alone, 5.5, 4.5)",
            "after(fold, fixed, 6.5, 3.5)",
            "after(fold, zero, 6.5, 4.5)",
            "after(fold, zero, 0.75, 3.5)",
        ),
        hidden=(
            Hidden(
                "after(fold, ([('a', 'add', ({p}, {q})), ('b', 'multiply', ('a', 'x')), ('c', 'sin', ('a',))], "
                "['b', 'c']), {x}, {y})",
                POINT | NUMBERS,
            ),
            Hidden(
                "after(fold, ([('a', 'exp', ({p},)), ('b', 'divide', ('y', {q})), ('c', 'add', ('b', 'a'))], ['c']), "
                "{x}, {y})",
                POINT | NUMBERS,
            ),
        ),
        mistakes=(
            Mistake(
                """
                def fold(lines, outputs):
                    known = {}
                    kept = []
                    for name, op, operands in lines:
                        if not any(isinstance(o, str) for o in operands):
                            known[name] = OPS[op](*operands)
                        else:
                            kept.append((name, op, operands))
                    return kept, [known.get(o, o) for o in outputs]
                """,
                "A line that was left out is still read by a later one. Its number has to be put in there, and then "
                "the "
                "later line may have become a constant, too.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known = {}
                    kept = []
                    for name, op, operands in lines:
                        operands = tuple(known.get(o, o) for o in operands)
                        if not any(isinstance(o, str) for o in operands):
                            known[name] = OPS[op](*operands)
                        else:
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "An output may be a line that was left out. Then its number is the output.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known = {}
                    kept = []
                    for name, op, operands in lines:
                        operands = tuple(known.get(o, o) for o in operands)
                        if any(not isinstance(o, str) for o in operands):
                            known[name] = OPS[op](*(o if not isinstance(o, str) else 1.0 for o in operands))
                        else:
                            kept.append((name, op, operands))
                    return kept, [known.get(o, o) for o in outputs]
                """,
                "A line with one number in it was folded, although its other operand depends on an input. *All* "
                "operands "
                "have to be numbers.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known = {}
                    for name, op, operands in lines:
                        operands = tuple(known.get(o, o) for o in operands)
                        if not any(isinstance(o, str) for o in operands):
                            known[name] = OPS[op](*operands)
                    return list(lines), [known.get(o, o) for o in outputs]
                """,
                "The numbers are right, and no line has gone: what was computed now need not be computed again.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known, kept = {}, []
                    for name, op, operands in lines:
                        if all(isinstance(o, float) for o in operands):
                            known[name] = OPS[op](*operands)
                        else:
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "What was left out is still read: by later lines, or as an output, or both. Its number belongs there.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known, kept = {}, []
                    for name, op, operands in lines:
                        operands = tuple(known.get(o) or o for o in operands)
                        if all(isinstance(o, float) for o in operands):
                            known[name] = OPS[op](*operands)
                        else:
                            kept.append((name, op, operands))
                    return kept, [known.get(o) or o for o in outputs]
                """,
                "A line that was folded to 0.0 is not found again: `known.get(o) or o` takes 0.0 for nothing. "
                "Write `known.get(o, o)`.",
            ),
            Mistake(
                """
                def fold(lines, outputs):
                    known, kept = {}, []
                    for name, op, operands in lines:
                        operands = tuple(known.get(o, o) for o in operands)
                        if all(isinstance(o, float) for o in operands):
                            known[name] = OPS[op](*operands)
                        elif op == "multiply" and 0.0 in operands:
                            known[name] = 0.0
                        else:
                            kept.append((name, op, operands))
                    return kept, [known.get(o, o) for o in outputs]
                """,
                "A product with 0.0 is folded to 0.0. For ∞ and nan that is wrong, and it is another pass: "
                "folding needs numbers on both sides.",
            ),
        ),
        variants=(
            """
            def fold(lines, outputs):
                kept, known = [], {}
                for name, op, operands in lines:
                    operands = [known[o] if o in known else o for o in operands]
                    if all(isinstance(o, (int, float)) for o in operands):
                        known[name] = OPS[op](*operands)
                    else:
                        kept += [(name, op, tuple(operands))]
                return tuple(kept), tuple(known[o] if o in known else o for o in outputs)
            """,
            """
            def fold(lines, outputs):
                for k, (name, op, operands) in enumerate(lines):
                    if not [o for o in operands if type(o) is str]:
                        number = OPS[op](*operands)
                        put = lambda o: number if o == name else o
                        rest = [(n, p, tuple(map(put, os))) for n, p, os in lines[k + 1:]]
                        return fold(lines[:k] + rest, [put(o) for o in outputs])
                return lines, outputs
            """,
        ),
        hints=(
            "A line can become a constant only because an earlier one did. What must you do to its operands first?",
            "`known.get(o, o)` is the number of a folded line, or o itself. `isinstance(o, str)` says that o is a "
            "name.",
            "Look operands up in `known`; fold if none of them is a str; look the outputs up as well.",
        ),
    ),
    Exercise(
        id="optimise-share",
        title="Share common subexpressions",
        prompt=(
            "Write share(lines, outputs): of lines with the same operation on the same operands only the first is "
            "kept, and "
            "it stands for the others."
        ),
        answer="share",
        setup=PROGRAMS,
        starter="""
            def share(lines, outputs):
                instead = {}  # the name of a line left out: the line that stands for it
                first = {}  # what a line does: the name of the first that does it
                kept = []
                for name, op, operands in lines:
                    operands = tuple(instead.get(o, o) for o in operands)
                    key = ...
                    if key in first:
                        instead[name] = first[key]
                    else:
                        first[key] = name
                        kept.append((name, op, operands))
                return kept, ...
        """,
        solution="""
            def share(lines, outputs):
                instead = {}  # the name of a line left out: the line that stands for it
                first = {}  # what a line does: the name of the first that does it
                kept = []
                for name, op, operands in lines:
                    operands = tuple(instead.get(o, o) for o in operands)
                    key = op, operands
                    if key in first:
                        instead[name] = first[key]
                    else:
                        first[key] = name
                        kept.append((name, op, operands))
                return kept, [instead.get(o, o) for o in outputs]
        """,
        probes=(
            "after(share, copies, 3.5, 2.5)",
            "after(share, minus, 4.5, 3.25)",
            "after(share, kinds, 5.5, 4.5)",
            "after(share, second, 5.5, 3.5)",
            "after(share, second, 0.75, 6.5)",
        ),
        hidden=(
            Hidden(
                "after(share, ([('a', 'multiply', ('x', {p})), ('b', 'multiply', ('x', {p})), ('c', 'subtract', ('a', "
                "{q})), ('d', 'subtract', ({q}, 'b')), ('e', 'subtract', ('b', {q}))], ['c', 'd', 'e']), {x}, {y})",
                POINT | NUMBERS,
            ),
            Hidden(
                "after(share, ([('a', 'add', ('y', {p})), ('b', 'sin', ('a',)), ('c', 'cos', ('a',)), ('d', 'add', "
                "('y', {p})), ('e', 'cos', ('d',))], ['b', 'e', 'c']), {x}, {y})",
                POINT | NUMBERS,
            ),
        ),
        mistakes=(
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = tuple(instead.get(o, o) for o in operands)
                        key = op, tuple(sorted(operands, key=str))
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, [instead.get(o, o) for o in outputs]
                """,
                "x − y and y − x are taken for the same. Sums and products may change their operands' places; "
                "differences "
                "and quotients may not.",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = tuple(instead.get(o, o) for o in operands)
                        if operands in first:
                            instead[name] = first[operands]
                        else:
                            first[operands] = name
                            kept.append((name, op, operands))
                    return kept, [instead.get(o, o) for o in outputs]
                """,
                "sin x and cos x have the same operand, and are merged. What a line does is its operation, too.",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        key = op, operands
                        operands = tuple(instead.get(o, o) for o in operands)
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, [instead.get(o, o) for o in outputs]
                """,
                "The key was made before the operands were looked up. Once x · y is shared, the two sines of it are "
                "the same "
                "as well: a merged line can make later lines equal.",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = tuple(instead.get(o, o) for o in operands)
                        key = op, operands
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "An output may be a line that was left out. What stands for it?",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = tuple(instead.get(o, o) for o in operands)
                        key = (name, op, operands)
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, [instead.get(o, o) for o in outputs]
                """,
                "No two lines have the same name, so no two are found to do the same. What a line does is its "
                "operation on its operands.",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = operands
                        key = (op, operands)
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "What was left out is still read: by later lines, or as an output, or both. Look them up in `instead`.",
            ),
            Mistake(
                """
                def share(lines, outputs):
                    instead, first, kept = {}, {}, []
                    for name, op, operands in lines:
                        operands = tuple(instead.get(o, o) for o in operands)
                        key = op, operands[0]
                        if key in first:
                            instead[name] = first[key]
                        else:
                            first[key] = name
                            kept.append((name, op, operands))
                    return kept, [instead.get(o, o) for o in outputs]
                """,
                "Only the first operand is compared: x + 1.5 and x + 2.5 are merged. All operands count.",
            ),
        ),
        variants=(
            """
            def share(lines, outputs):
                stands, kept = {}, []
                for name, op, operands in lines:
                    line = (op, tuple(stands.get(o, o) for o in operands))
                    twin = next((n for n, *rest in kept if tuple(rest) == line), None)
                    stands[name] = twin or name
                    if twin is None:
                        kept.append((name, *line))
                return kept, [stands.get(o, o) for o in outputs]
            """,
            """
            def share(lines, outputs):
                instead, first, kept = {}, {}, []
                for name, op, operands in lines:
                    operands = tuple(instead.get(o, o) for o in operands)
                    order = sorted(operands, key=str) if op in ("add", "multiply") else operands
                    instead[name] = first.setdefault((op, *order), name)
                    if instead[name] == name:
                        kept.append((name, op, operands))
                return kept, [instead.get(o, o) for o in outputs]
            """,
        ),
        hints=(
            "When do two lines do the same? Name everything that has to agree.",
            "The operation and the operands, in their order, after the operands have been looked up in `instead`.",
            "`key = op, operands`, and `[instead.get(o, o) for o in outputs]` at the end.",
        ),
    ),
    Exercise(
        id="optimise-drop",
        title="Drop dead code",
        prompt="Write drop(lines, outputs): leave out every line that no output needs, directly or through other "
        "lines.",
        answer="drop",
        setup=PROGRAMS,
        starter="""
            def drop(lines, outputs):
                needed = set(outputs)
                kept = []
                for name, op, operands in ...:  # in which direction?
                    ...
                return kept, outputs
        """,
        solution="""
            def drop(lines, outputs):
                needed = set(outputs)
                kept = []
                for name, op, operands in reversed(lines):
                    if name in needed:
                        needed.update(operands)
                        kept.insert(0, (name, op, operands))
                return kept, outputs
        """,
        probes=(
            "after(drop, dead, 3.5, 2.5)",
            "after(drop, needed, 0.75, 4.5)",
            "after(drop, copies, 5.5, 3.5)",
        ),
        hidden=(
            Hidden(
                "after(drop, ([('a', 'multiply', ('x', {p})), ('b', 'add', ('a', {q})), ('c', 'sin', ('b',)), ('d', "
                "'cos', ('c',)), ('e', 'negative', ('a',))], ['e', 'b']), {x}, {y})",
                POINT | NUMBERS,
            ),
        ),
        mistakes=(
            Mistake(
                """
                def drop(lines, outputs):
                    read = {o for name, op, operands in lines for o in operands} | set(outputs)
                    return [line for line in lines if line[0] in read], outputs
                """,
                "A line that only a dead line reads is still there. Whether a line is needed is known once all "
                "lines after "
                "it are judged: go from the last line to the first.",
            ),
            Mistake(
                """
                def drop(lines, outputs):
                    needed, kept = set(outputs), []
                    for name, op, operands in lines:
                        if name in needed:
                            needed.update(operands)
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "What an output reads is gone. Either a line is judged before the lines that read it (go from the last "
                "line to the first), or the operands of a line that is kept do not become needed.",
            ),
            Mistake(
                """
                def drop(lines, outputs):
                    needed, kept = set(outputs), []
                    for name, op, operands in reversed(lines):
                        if name in needed:
                            needed.update(operands)
                            kept.append((name, op, operands))
                    return kept, outputs
                """,
                "The right lines are kept, in the wrong order: a program is read from the top, so turn them round "
                "again.",
            ),
            Mistake(
                """
                def drop(lines, outputs):
                    needed, kept = {outputs[0]}, []
                    for name, op, operands in reversed(lines):
                        if name in needed:
                            needed.update(operands)
                            kept.insert(0, (name, op, operands))
                    return kept, outputs
                """,
                "Only the first output is kept alive. A program may have several.",
            ),
        ),
        variants=(
            """
            def drop(lines, outputs):
                while True:
                    read = {o for name, op, operands in lines for o in operands} | set(outputs)
                    kept = [line for line in lines if line[0] in read]
                    if len(kept) == len(lines):
                        return kept, outputs
                    lines = kept
            """,
            """
            def drop(lines, outputs):
                parents = {name: operands for name, op, operands in lines}
                needed, stack = set(), list(outputs)
                while stack:
                    o = stack.pop()
                    if o in parents and o not in needed:
                        needed.add(o)
                        stack.extend(parents[o])
                return tuple(line for line in lines if line[0] in needed), outputs
            """,
        ),
        hints=(
            "A line is needed if an output is it, or if a needed line reads it. Who has to be judged first?",
            "Go through `reversed(lines)`. When you keep a line, its operands become needed.",
            "`needed.update(operands)` and `kept.insert(0, line)`, for each line whose name is in `needed`.",
        ),
    ),
    Exercise(
        id="optimise-loop",
        title="Until nothing changes",
        prompt=(
            "Write optimise(lines, outputs, passes): apply the passes one after another, again and again, until a "
            "whole "
            "round changes nothing."
        ),
        answer="optimise",
        setup=ROUNDS,
        starter="""
            def optimise(lines, outputs, passes):
                for apply in passes:
                    lines, outputs = apply(lines, outputs)
                return lines, outputs
        """,
        solution="""
            def optimise(lines, outputs, passes):
                while True:
                    before = lines, outputs
                    for apply in passes:
                        lines, outputs = apply(lines, outputs)
                    if (lines, outputs) == before:
                        return lines, outputs
        """,
        probes=(
            "rounds(optimise, tail, [shorten], 3.5, 2.5)",
            "rounds(optimise, tail, [halve, shorten], 5.5, 2.5)",
            "rounds(optimise, pair, [halve, swap], 4.5, 0.75)",
            "rounds(optimise, pair, [halve, shorten, swap], 0.75, 3.5)",
            "rounds(optimise, late, [halve, shorten], 3.5, 0.75)",
            "rounds(optimise, tail, [], 4.5, 3.5)",
            "rounds(optimise, long, [shorten], 3.5, 4.5)",
            "rounds(optimise, long, [halve, shorten], 0.75, 4.5)",
        ),
        hidden=(
            Hidden("rounds(optimise, tail, [shorten], {x}, {y})", POINT),
            Hidden("rounds(optimise, pair, [halve, swap], {x}, {y})", POINT),
        ),
        mistakes=(
            Mistake(
                """
                def optimise(lines, outputs, passes):
                    while True:
                        before = len(lines)
                        for apply in passes:
                            lines, outputs = apply(lines, outputs)
                        if len(lines) == before:
                            return lines, outputs
                """,
                "A round that changes a line without removing one counts as nothing here. It may have cleared the "
                "way for "
                "the next round: compare the lines, not their number.",
            ),
            Mistake(
                """
                def optimise(lines, outputs, passes):
                    for apply in [*passes, *passes]:
                        lines, outputs = apply(lines, outputs)
                    return lines, outputs
                """,
                "Two rounds are not always enough. Go on until a round changes nothing.",
            ),
            Mistake(
                """
                def optimise(lines, outputs, passes):
                    for apply in passes:
                        while True:
                            before = lines, outputs
                            lines, outputs = apply(lines, outputs)
                            if (lines, outputs) == before:
                                break
                    return lines, outputs
                """,
                "Each pass is repeated by itself, and none gets a second turn after the others. What a later pass does "
                "can give an earlier one new work.",
            ),
            Mistake(
                """
                def optimise(lines, outputs, passes):
                    for _ in range(10):
                        for apply in passes:
                            lines, outputs = apply(lines, outputs)
                    return lines, outputs
                """,
                "Ten rounds are enough for these passes on most programs, and a longer one needs more. Go on "
                "until a round changes nothing.",
            ),
        ),
        variants=(
            """
            def optimise(lines, outputs, passes):
                was = None
                while was != (lines, outputs):
                    was = (lines, outputs)
                    for apply in passes:
                        lines, outputs = apply(lines, outputs)
                return lines, outputs
            """,
            """
            def optimise(lines, outputs, passes):
                new = lines, outputs
                for apply in passes:
                    new = apply(*new)
                return new if new == (lines, outputs) else optimise(*new, passes)
            """,
        ),
        hints=(
            "How can you tell that a round has changed nothing?",
            "Keep the lines and the outputs from before the round, and compare both with what comes out.",
            "`before = lines, outputs`; apply all passes; stop if `(lines, outputs) == before`.",
        ),
    ),
    Prediction(
        id="optimise-predict-one",
        title="Predict: a single slot",
        prompt=(
            "A chain of 24 steps is reversed, and only the state at its start is kept. Each time, run forward from "
            "there to "
            "the state that is needed. How many steps are run in all, not counting the reversals themselves?"
        ),
        answer=276.0,
        explanation="23 steps to the state before the last one, then 22, and so on down to 1: 23 · 24 / 2.",
        mistakes=(
            Mistake(
                23.0, "That is the first way out. After it, no state is left: the next one has to be computed again."
            ),
            Mistake(
                300.0, "This counts 24 + 23 + … + 1. To reverse the last step you need the state *before* it: 23 steps."
            ),
            Mistake(552.0, "This is twice as much. The ways get shorter: 23, 22, 21, …"),
            Mistake(576.0, "24 ways of 24 steps would be that many. The ways get shorter as the sweep comes home."),
        ),
        hints=(
            "How many steps must run to have the state before step 24? Before step 23?",
            "23 + 22 + … + 1 + 0.",
            "The sum of the numbers up to m is m (m + 1) / 2.",
        ),
    ),
    Exercise(
        id="optimise-reach",
        title="How far slots reach",
        prompt=(
            "reach(slots, runs) is the longest chain that so many slots can reverse, if each step runs at most "
            "so many times before the run in which it is reversed. With one slot, or one run, it is slots + "
            "runs. Otherwise the first kept state splits the chain: on its far side there is one slot less, on "
            "its near side each step has one run less. Write reach."
        ),
        answer="reach",
        starter="""
            def reach(slots, runs):
                if slots == 1 or runs == 1:
                    return slots + runs
                return ...
        """,
        solution="""
            def reach(slots, runs):
                if slots == 1 or runs == 1:
                    return slots + runs
                return reach(slots - 1, runs) + reach(slots, runs - 1)
        """,
        probes=("reach(few, few)", "reach(five, few)", "reach(ten, few)", "reach(few, five)", "reach(one, ten)"),
        hidden=(Hidden("reach({a}, {b})", {"a": range(3, 8), "b": range(3, 8)}, 6),),
        setup="one, few, five, ten = 1, 3, 5, 10",
        mistakes=(
            Mistake(
                """
                def reach(slots, runs):
                    if slots == 1 or runs == 1:
                        return slots + runs
                    return reach(slots - 1, runs - 1) + reach(slots, runs - 1)
                """,
                "On the far side of the kept state the steps have run no more often than before: there is one slot "
                "less, "
                "and as many runs.",
            ),
            Mistake(
                """
                def reach(slots, runs):
                    if slots == 1 or runs == 1:
                        return slots + runs
                    return 2 * reach(slots - 1, runs)
                """,
                "Both sides were given one slot less. On the near side all slots are free again; what is used up "
                "there is "
                "one run of each step.",
            ),
            Mistake(
                """
                def reach(slots, runs):
                    if slots == 1 or runs == 1:
                        return slots + runs
                    return reach(slots - 1, runs) + reach(slots, runs - 1) + 1
                """,
                "The kept state is a place between two steps, and no step of its own: the two sides add up to the "
                "chain.",
            ),
            Mistake(
                "def reach(slots, runs): return slots * runs",
                "This would be the reach if every slot served a stretch of its own once. The stretches are split "
                "again, so "
                "it grows much faster.",
            ),
            Mistake(
                """
                def reach(slots, runs):
                    if slots == 1 or runs == 1:
                        return slots + runs
                    return reach(slots - 1, runs) + reach(slots - 1, runs - 1)
                """,
                "The near side has one slot less here. When its turn comes, the far side is done, and all slots "
                "are free again.",
            ),
        ),
        variants=(
            """
            import math


            def reach(slots, runs):
                return math.comb(slots + runs, slots)
            """,
            """
            def reach(slots, runs):
                row = [1] * (runs + 1)
                for _ in range(slots):
                    for k in range(1, runs + 1):
                        row[k] += row[k - 1]
                return row[runs]
            """,
        ),
        hints=(
            "The chain is the far side plus the near side. Each of them is a chain that is reversed with some slots "
            "and runs.",
            "Far side: `reach(slots - 1, runs)`. What has the near side used up when its turn comes?",
            "Near side: `reach(slots, runs - 1)`.",
        ),
    ),
    Exercise(
        id="optimise-schedule",
        title="A schedule",
        prompt=(
            "Write schedule(start, stop, slots): a list of actions that reverse the steps start … stop − 1, the "
            "last one "
            'first. The state at start is kept, in one of the slots. Actions are ("run", a, b), which goes from '
            'state a to state b, ("keep", b) for the state that was just reached, and ("reverse", k), which needs '
            "state k kept or just reached. split(n, slots) says how many of n steps to run before the next state is "
            "kept."
        ),
        answer="schedule",
        setup=SCHEDULES,
        starter="""
            def schedule(start, stop, slots):
                if stop - start == 1:
                    return [("reverse", start)]
                middle = start + split(stop - start, slots)
                run = [("run", start, middle)]
                if slots == 1:  # no room: middle is the last state, and is used at once
                    return run + [("reverse", middle)] + ...
                return run + [("keep", middle)] + ... + ...
        """,
        solution="""
            def schedule(start, stop, slots):
                if stop - start == 1:
                    return [("reverse", start)]
                middle = start + split(stop - start, slots)
                run = [("run", start, middle)]
                if slots == 1:  # no room: middle is the last state, and is used at once
                    return run + [("reverse", middle)] + schedule(start, middle, slots)
                return run + [("keep", middle)] + schedule(middle, stop, slots - 1) + schedule(start, middle, slots)
        """,
        probes=(
            "execute(schedule(first, many, few), many, few)",
            "execute(schedule(first, some, few), some, few)",
            "execute(schedule(first, some, one), some, one)",
            "execute(schedule(first, many, some), many, some)",
            "len(schedule(first, many, few))",
        ),
        hidden=(Hidden("execute(schedule(first, {n}, {c}), {n}, {c})", {"n": range(8, 30), "c": range(3, 6)}),),
        mistakes=(
            Mistake(
                """
                def schedule(start, stop, slots):
                    if stop - start == 1:
                        return [("reverse", start)]
                    middle = start + split(stop - start, slots)
                    run = [("run", start, middle)]
                    if slots == 1:
                        return run + [("reverse", middle)] + schedule(start, middle, slots)
                    return run + [("keep", middle)] + schedule(start, middle, slots) + schedule(middle, stop, slots - 1)
                """,
                "The near part is reversed before the far part. A return sweep begins at the end: the steps after "
                "`middle` "
                "come first.",
            ),
            Mistake(
                """
                def schedule(start, stop, slots):
                    if stop - start == 1:
                        return [("reverse", start)]
                    middle = start + split(stop - start, slots)
                    run = [("run", start, middle)]
                    if slots == 1:
                        return run + [("reverse", middle)] + schedule(start, middle, slots)
                    return run + [("keep", middle)] + schedule(middle, stop, slots) + schedule(start, middle, slots)
                """,
                "The far part was given as many slots as there are in all. One of them holds the state at `start`, "
                "so more "
                "states are kept than there is room for.",
            ),
            Mistake(
                """
                def schedule(start, stop, slots):
                    if stop - start == 1:
                        return [("reverse", start)]
                    middle = start + split(stop - start, slots)
                    run = [("run", start, middle)]
                    if slots == 1:
                        return run + [("reverse", middle)] + schedule(start, middle, slots)
                    far, near = schedule(middle, stop, slots - 1), schedule(start, middle, slots - 1)
                    return run + [("keep", middle)] + far + near
                """,
                "It is right, and runs more steps than it must: when the near part's turn comes, the state at "
                "`middle` is no "
                "longer needed, and its slot is free again.",
            ),
            Mistake(
                """
                def schedule(start, stop, slots):
                    if stop - start == 1:
                        return [("reverse", start)]
                    middle = start + split(stop - start, slots)
                    run = [("run", start, middle)]
                    if slots == 1:
                        return run + [("reverse", middle)] + schedule(start, middle, slots)
                    return run + schedule(middle, stop, slots - 1) + schedule(start, middle, slots)
                """,
                "The state at `middle` was reached and not kept, so the far part has nothing to start from.",
            ),
        ),
        variants=(
            """
            def schedule(start, stop, slots):
                actions = []
                while stop - start > 1:
                    middle = start + split(stop - start, slots)
                    actions.append(("run", start, middle))
                    if slots > 1:
                        actions += [("keep", middle), *schedule(middle, stop, slots - 1)]
                    else:
                        actions.append(("reverse", middle))
                    stop = middle
                return actions + [("reverse", start)]
            """,
            """
            def schedule(start, stop, slots):
                def todo(start, stop, slots):
                    if stop - start == 1:
                        yield "reverse", start
                        return
                    middle = start + split(stop - start, slots)
                    yield "run", start, middle
                    if slots > 1:
                        yield "keep", middle
                        yield from todo(middle, stop, slots - 1)
                    else:
                        yield "reverse", middle
                    yield from todo(start, middle, slots)

                return list(todo(start, stop, slots))
            """,
        ),
        hints=(
            "After the state at `middle` is kept there are two chains: from start to middle, from middle to stop. "
            "Which first?",
            "The far one comes first, and one slot is taken by the state at `start`. How many are left for it?",
            "`schedule(middle, stop, slots - 1)`, then `schedule(start, middle, slots)`; with one slot only that.",
        ),
    ),
)
