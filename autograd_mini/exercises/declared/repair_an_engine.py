"""Lab 3, repair an engine: defects that engines written at home have, one function at a time.

The known mistakes are repairs that mend one symptom and leave, or make, another: rates that are merged and not
added, a product that overwrites half, totals zeroed at the inputs only, an order that visits a row once but too early.
"""

from autograd_mini.exercises.declare import Declared, Exercise, Hidden, Mistake, Prediction

SIGNED = (-4.0, 4.0)

NODE = """
class Node:
    def __init__(self, val, op="input", inputs=(), moves=True):
        self.val = val
        self.op = op
        self.inputs = list(inputs)
        self.moves = moves
        self.grads = 0.0
"""

TWO = (
    NODE
    + """

def reported(report, op, x, y, grad, before=0.0):
    a, b = Node(x), Node(y)
    a.grads = b.grads = before
    report(Node(0.0, op, [a, b]), grad)
    return a.grads, b.grads
"""
)

GRAPHS = (
    NODE
    + """

def fan_out(a):
    x = Node(a)
    b = Node(a * a, "mul", [x, x])
    c = Node(b.val * a, "mul", [b, x])
    d = Node(c.val * a, "mul", [c, x])
    return [x, b, c, d, Node(b.val + d.val, "add", [b, d])]


def crossed(a):
    x = Node(a)
    b = Node(a + a, "add", [x, x])
    c = Node(b.val + b.val, "add", [b, b])
    d = Node(c.val * b.val, "mul", [c, b])
    return [x, b, c, d, Node(b.val - d.val, "sub", [b, d])]


def woven(*steps):
    # A function that makes the rows of a program: row 0 is its input, ("mul", 0, 1) is row 0 times row 1.
    def make(a):
        rows = [Node(a)]
        for op, i, j in steps:
            x, y = rows[i], rows[j]
            value = {"mul": x.val * y.val, "add": x.val + y.val, "sub": x.val - y.val}[op]
            rows.append(Node(value, op, [x, y]))
        return rows

    return make


def partials(node):
    if node.op == "mul":
        return node.inputs[1].val, node.inputs[0].val
    return {"add": (1.0, 1.0), "sub": (1.0, -1.0), "input": ()}[node.op]


def swept(rows, order):
    rows[-1].grads = 1.0
    for node in order:
        for source, partial in zip(node.inputs, partials(node)):
            source.grads += node.grads * partial
    return rows[0].grads
"""
)

WOVEN = (  # seven rows, of which not all need lead to the last
    'woven(("mul", 0, 0), ("add", {i}, {j}), ("mul", {k}, 1), ("sub", {l}, 2), ("add", {m}, 3), ("mul", 5, {n}))'
)
DRAWN: dict[str, tuple[float, float] | range] = {
    **dict.fromkeys("ijl", range(2)),
    "k": range(3),
    "m": range(5),
    "n": range(5),
    "a": (0.3, 1.9),
}

MACHINE = (
    NODE
    + """

class Number(Node):
    def __add__(self, other):
        other = lift(other)
        return Number(self.val + other.val, "add", [self, other])

    def __sub__(self, other):
        other = lift(other)
        return Number(self.val - other.val, "sub", [self, other])

    def __mul__(self, other):
        other = lift(other)
        return Number(self.val * other.val, "mul", [self, other])

    def __radd__(self, other):
        return lift(other) + self

    def __rsub__(self, other):
        return lift(other) - self

    def __rmul__(self, other):
        return lift(other) * self


def lift(x):
    return x if isinstance(x, Number) else Number(x, moves=False)


def sin(a):
    return Number(math.sin(a.val), "sin", [a])


def log(a):
    return Number(math.log(a.val), "log", [a])


def partials(node):
    if node.op == "mul":
        return node.inputs[1].val, node.inputs[0].val
    if node.op == "log":
        return (1 / node.inputs[0].val,)
    return {"add": (1.0, 1.0), "sub": (1.0, -1.0), "input": ()}[node.op]


def receive(node, amount):
    if node.moves:
        node.grads += amount


def minus(node, grad):
    node.inputs[0].grads += grad
    node.inputs[1].grads -= grad


def sine(node, grad):
    node.inputs[0].grads += grad * math.cos(node.inputs[0].val)


def order(out):
    listed, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for source in node.inputs:
                visit(source)
            listed.append(node)

    visit(out)
    return listed[::-1]


def gradient(f, *xs, sweeps=1):
    inputs = [Number(x) for x in xs]
    out = f(*inputs)
    for _ in range(sweeps):
        sweep(out)
    return [node.grads for node in inputs]


def seed_function(x1, x2):
    return log(x1) + x1 * x2 - sin(x2)


def fan_out(a):
    b = a * a
    return b + (b * a) * a


def waves(x, y):
    b = sin(x * y)
    return 2.5 * b - (b - y) * x


def late(x, y):
    return x - sin(x * y)


def again(x, y):
    return (x - y) * x
"""
)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="repair-predict-slots",
        title="Predict: two slots",
        prompt="The first engine opens a slot for each operand of a product. How many slots has the result "
        "after x is squared 7 times, x → x², one after the other?",
        answer=128,
        explanation="Each squaring puts two lists side by side, so their length doubles: 2⁷ slots for one input.",
        mistakes=(
            Mistake(
                7, "That would be one new slot for each squaring. Each squaring has two operands, and both lists go in."
            ),
            Mistake(14, "Each squaring does more than add two slots: it puts two whole lists side by side."),
            Mistake(1, "One slot is what one input needs. This engine counts operands."),
            Mistake(64, "That is 2⁶, after six squarings: the first one makes two slots already. One more."),
        ),
        hints=(
            "After the first squaring there are two slots. What are the operands of the second?",
            "Both operands of the second squaring have two slots each.",
            "The length doubles each time: 2, 4, 8, and so on, 7 times.",
        ),
    ),
    Exercise(
        id="repair-slots",
        title="Repair 1: rates with names",
        prompt="A number is a pair (value, rates); rates is a dictionary from the names of inputs to numbers. "
        "Repair product(a, b) so that x · x at 3 has the one rate 6.",
        answer="product",
        setup="""
            from autograd_mini.exercises.run import Said

            def rates(pair):
                if pair is None:
                    return None
                try:
                    value, rates = pair
                    rates = dict(rates)
                except (TypeError, ValueError):
                    raise Said("`product` should return a pair: the value, and the rates under their names.") from None
                return [rates.get(name, 0.0) for name in ("x", "y", "z")] + [len(rates)]
            """,
        starter="""
            def product(a, b):
                (u, u_rates), (v, v_rates) = a, b
                rates = {}
                for name, rate in u_rates.items():
                    rates["left " + name] = v * rate
                for name, rate in v_rates.items():
                    rates["right " + name] = u * rate
                return u * v, rates
            """,
        solution="""
            def product(a, b):
                (u, u_rates), (v, v_rates) = a, b
                rates = {}
                for name, rate in u_rates.items():
                    rates[name] = v * rate
                for name, rate in v_rates.items():
                    rates[name] = rates.get(name, 0.0) + u * rate
                return u * v, rates
            """,
        probes=(
            'rates(product((3.0, {"x": 1.0}), (3.0, {"x": 1.0})))',
            'rates(product((4.0, {"x": 0.5, "y": 3.0}), (5.0, {"y": 0.25})))',
            'rates(product((5.0, {"y": 0.25}), (4.0, {"x": 0.5, "y": 3.0, "z": 1.5})))',
            'product((5.0, {"y": 0.25}), (4.0, {}))[0]',
        ),
        hidden=(
            Hidden(
                'rates(product(({a}, {{"x": {p}, "y": {q}}}), ({b}, {{"y": {r}, "z": {s}}})))',
                dict.fromkeys("abpqrs", SIGNED),
                count=2,
            ),
            Hidden(
                'rates(product(({a}, {{"z": {p}}}), ({b}, {{"z": {q}, "x": {r}}})))',
                dict.fromkeys("abpqr", SIGNED),
                count=2,
            ),
            Hidden('product(({a}, {{"x": {p}}}), ({b}, {{"y": {q}}}))[0]', dict.fromkeys("abpq", SIGNED), count=1),
        ),
        variants=(
            """
            def product(a, b):
                names = a[1].keys() | b[1].keys()
                return a[0] * b[0], {n: b[0] * a[1].get(n, 0.0) + a[0] * b[1].get(n, 0.0) for n in names}
            """,
            """
            def product(a, b):
                names = sorted({*a[1], *b[1]})
                return [a[0] * b[0], [(n, b[0] * a[1].get(n, 0.0) + a[0] * b[1].get(n, 0.0)) for n in names]]
            """,
            """
            def product(a, b):
                total = dict.fromkeys([*a[1], *b[1]], 0.0)
                for (_, rates), factor in ((a, b[0]), (b, a[0])):
                    for name in rates:
                        total[name] += factor * rates[name]
                return b[0] * a[0], total
            """,
        ),
        mistakes=(
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    rates = {name: v * rate for name, rate in u_rates.items()}
                    rates.update({name: u * rate for name, rate in v_rates.items()})
                    return u * v, rates
                """,
                "The names are right, and the number of slots. Where both operands depend on the same input, "
                "the second rate replaces the first: x · x at 3 has the rate 3. Add them.",
            ),
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    return u * v, {name: v * rate for name, rate in u_rates.items()}
                """,
                "The rates of the right operand are gone. It moves as well.",
            ),
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    names = u_rates.keys() | v_rates.keys()
                    return u * v, {n: u_rates.get(n, 0.0) + v_rates.get(n, 0.0) for n in names}
                """,
                "The rates are added as in a sum. In a product each meets the value of the other operand first.",
            ),
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    names = u_rates.keys() | v_rates.keys()
                    return u * v, {n: u * u_rates.get(n, 0.0) + v * v_rates.get(n, 0.0) for n in names}
                """,
                "Each rate meets the value of its own operand. If only x moves, by how much does x · y move?",
            ),
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    names = u_rates.keys() | v_rates.keys()
                    return u * v, [v * u_rates.get(n, 0.0) + u * v_rates.get(n, 0.0) for n in names]
                """,
                "The rates stand in a list, as in the first engine, and nobody knows whose they are. Keep each under "
                "the name of its input.",
            ),
            Mistake(
                """
                def product(a, b):
                    (u, u_rates), (v, v_rates) = a, b
                    names = u_rates.keys() | v_rates.keys()
                    return {n: v * u_rates.get(n, 0.0) + u * v_rates.get(n, 0.0) for n in names}
                """,
                "The rates come back alone. A number of this engine is a pair: its value, and its rates.",
            ),
        ),
        hints=(
            "Which names should the result know? Those of inputs, and nothing about left and right.",
            "An input that both operands depend on gets two contributions under one name.",
            "In the second loop: `rates[name] = rates.get(name, 0.0) + u * rate`.",
        ),
    ),
    Exercise(
        id="repair-receive",
        title="Repair 2: what a row does with a report",
        prompt="receive(node, amount) is called for each report that reaches a row. "
        "With it, x · x at 3 gets 3. Repair it.",
        answer="receive",
        setup=NODE
        + """

def received(*amounts, moves=True):
    node = Node(7.0, moves=moves)
    for amount in amounts:
        receive(node, amount)
    return node.grads


def constant_received(*amounts):
    return received(*amounts, moves=False)
""",
        starter="""
            def receive(node, amount):
                node.grads = amount
            """,
        solution="""
            def receive(node, amount):
                if node.moves:
                    node.grads += amount
            """,
        probes=(
            "received(3.0, 3.0)",
            "received(0.5, 5.0, -4.0)",
            "constant_received(3.0, 4.5)",
            "constant_received(0.75, 6.5, -4.0)",
            "received(-6.5)",
        ),
        hidden=(Hidden("received({p}, {q})", {"p": (0.4, 6.0), "q": (0.4, 6.0)}),),
        variants=(
            "def receive(node, amount):\n    node.grads = node.grads + amount * node.moves",
            "def receive(node, amount):\n    if node.moves:\n        node.grads = sum((node.grads, amount))",
        ),
        mistakes=(
            Mistake(
                "def receive(node, amount):\n    node.grads += amount",
                "Reports are added now. But a constant collects them as well: a row with `moves=False` keeps 0.",
            ),
            Mistake(
                "def receive(node, amount):\n    if node.moves:\n        node.grads = amount",
                "Constants are left alone now. For the others the last report still replaces the ones before it.",
            ),
            Mistake(
                "def receive(node, amount):\n    if node.moves:\n        node.grads = node.grads or amount",
                "Now the first report wins in place of the last. Two uses are two contributions.",
            ),
            Mistake(
                "def receive(node, amount):\n    if node.moves:\n        node.grads = max(node.grads, amount)",
                "The larger report wins. x reaches the output by two roads, and both count.",
            ),
        ),
        hints=(
            "A row that is used twice receives twice. A row with `moves=False` is a constant.",
            "Add the amount to what is there, if the row moves.",
            "`if node.moves:` and then `node.grads += amount`.",
        ),
    ),
    Exercise(
        id="repair-minus",
        title="Repair 3: what a difference reports",
        prompt="The checker says that y has the wrong sign in x − y. "
        "Repair minus(node, grad), which reports to both inputs.",
        answer="minus",
        setup=TWO,
        starter="""
            def minus(node, grad):
                node.inputs[0].grads += grad
                node.inputs[1].grads += grad
            """,
        solution="""
            def minus(node, grad):
                node.inputs[0].grads += grad
                node.inputs[1].grads -= grad
            """,
        probes=(
            'reported(minus, "sub", 3.0, 5.0, 4.0)',
            'reported(minus, "sub", 7.0, 4.5, -0.5)',
            'reported(minus, "sub", 3.5, 5.5, 4.0, before=7.0)',
            'reported(minus, "sub", 7.0, 4.5, -0.5, before=-3.5)',
        ),
        hidden=(
            Hidden('reported(minus, "sub", {x}, {y}, {g})', dict.fromkeys("xyg", SIGNED), count=2),
            Hidden('reported(minus, "sub", {x}, {y}, {g}, before={b})', dict.fromkeys("xygb", SIGNED), count=2),
        ),
        variants=(
            "def minus(node, grad):\n    for sign, row in zip((1, -1), node.inputs):\n        row.grads += sign * grad",
            "def minus(node, grad):\n    a, b = node.inputs\n    b.grads += -grad\n    a.grads -= -grad",
        ),
        mistakes=(
            Mistake(
                "def minus(node, grad):\n    node.inputs[0].grads -= grad\n    node.inputs[1].grads += grad",
                "The signs are the wrong way round. If x grows, x − y grows.",
            ),
            Mistake(
                "def minus(node, grad):\n    node.inputs[0].grads -= grad\n    node.inputs[1].grads -= grad",
                "Now y is right and x is wrong. Only the right operand pulls down.",
            ),
            Mistake(
                "def minus(node, grad):\n    node.inputs[0].grads = grad\n    node.inputs[1].grads = -grad",
                "The signs are right. But `=` throws away what other rows have reported before: add to the totals.",
            ),
            Mistake(
                "def minus(node, grad):\n    node.inputs[0].grads += grad",
                "y receives nothing now. It moves the difference as well.",
            ),
            Mistake(
                "def minus(node, grad):\n    node.inputs[0].grads += 1\n    node.inputs[1].grads -= 1",
                "These are the partials. A report is the row's own adjoint times the partial.",
            ),
        ),
        hints=(
            "If y grows by a little, what does x − y do?",
            "The partial by y is −1.",
            "`node.inputs[1].grads -= grad`",
        ),
    ),
    Exercise(
        id="repair-sine",
        title="Repair 4: what a sine reports",
        prompt="The slope of sin at 5 is 0.2837, and the engine says 0.5744. Repair sine(node, grad).",
        answer="sine",
        setup=NODE
        + """

def sined(x, grad, before=0.0):
    a = Node(x)
    a.grads = before
    sine(Node(math.sin(x), "sin", [a]), grad)
    return a.grads
""",
        starter="""
            def sine(node, grad):
                node.inputs[0].grads += grad * math.cos(node.val)
            """,
        solution="""
            def sine(node, grad):
                node.inputs[0].grads += grad * math.cos(node.inputs[0].val)
            """,
        probes=("sined(5.0, 3.0)", "sined(0.7, -4.0)", "sined(4.0, 3.0, before=7.0)", "sined(3.5, 0.6, before=-4.5)"),
        hidden=(
            Hidden("sined({x}, {g})", dict.fromkeys("xg", SIGNED), count=2),
            Hidden("sined({x}, {g}, before={b})", dict.fromkeys("xgb", SIGNED), count=2),
        ),
        variants=(
            "def sine(node, grad):\n    (a,) = node.inputs\n    a.grads = math.cos(a.val) * grad + a.grads",
            "def sine(node, grad):\n    node.inputs[0].grads -= grad * -math.cos(-node.inputs[0].val)",
        ),
        mistakes=(
            Mistake(
                "def sine(node, grad):\n    node.inputs[0].grads = grad * math.cos(node.inputs[0].val)",
                "The slope is right now. But `=` wipes out what the row had received before.",
            ),
            Mistake(
                "def sine(node, grad):\n    node.inputs[0].grads -= grad * math.cos(node.inputs[0].val)",
                "The sign is turned. sin has the slope cos, and cos has the slope −sin.",
            ),
            Mistake(
                "def sine(node, grad):\n    node.inputs[0].grads += math.cos(node.inputs[0].val)",
                "This is the partial. A report is the row's own adjoint times the partial.",
            ),
            Mistake(
                "def sine(node, grad):\n    node.inputs[0].grads += grad * node.val",
                "This multiplies by sin x, the row's own value. For exp that would be right; the slope of sin is cos.",
            ),
        ),
        hints=(
            "cos of what? A row knows two values: its own, and that of its input.",
            "The slope of sin is taken where sin was taken: at the input.",
            "`math.cos(node.inputs[0].val)`",
        ),
    ),
    Exercise(
        id="repair-compute",
        title="Repair 5: an operation that is used twice",
        prompt="multiply(op, a, b) writes its result into the one row that the operation keeps. Used a second time, "
        "it destroys the first result. Repair it: return a new Node.",
        answer="multiply",
        setup=NODE
        + """

class Op:
    def __init__(self):
        self.node = Node(0.0)


def used_twice(x, y):
    op, a, b = Op(), Node(x), Node(y)
    first = multiply(op, a, b)
    second = multiply(op, first, b)
    return first.val, second.val, [n.val for n in first.inputs], [n.val for n in second.inputs], len({first, second})
""",
        starter="""
            def multiply(op, a, b):
                op.node.val = a.val * b.val
                op.node.op = "mul"
                op.node.inputs = [a, b]
                return op.node
            """,
        solution="""
            def multiply(op, a, b):
                return Node(a.val * b.val, "mul", [a, b])
            """,
        probes=("used_twice(3.0, 5.0)", "used_twice(0.5, 4.0)", "used_twice(-1.5, 7.0)"),
        hidden=(Hidden("used_twice({x}, {y})", dict.fromkeys("xy", SIGNED)),),
        variants=(
            'def multiply(op, a, b):\n    op.node = Node(a.val * b.val, "mul", (a, b))\n    return op.node',
            'multiply = lambda op, a, b: Node(b.val * a.val, op="mul", inputs=[a, b])',
        ),
        mistakes=(
            Mistake(
                'def multiply(op, a, b):\n    return Node(a.val * b.val, "mul")',
                "The rows are separate now, and they forget where they come from: a row without inputs has nobody "
                "to report to.",
            ),
            Mistake(
                'def multiply(op, a, b):\n    return Node(a.val * b.val, "mul", [b, a])',
                "The inputs changed places. For the value of a product it makes no difference; whoever reads "
                "`inputs[0]` gets the wrong row.",
            ),
            Mistake(
                'def multiply(op, a, b):\n    a.val = a.val * b.val\n    return Node(a.val, "mul", [a, b])',
                "The result is written into the left operand. The return sweep needs the value that a had.",
            ),
        ),
        hints=(
            "After the second use, what are the inputs of the first result?",
            "Each use is a row of its own on the tape.",
            '`return Node(a.val * b.val, "mul", [a, b])`',
        ),
    ),
    Exercise(
        id="repair-order",
        title="Repair 6: the order",
        prompt="order(out) should list the rows that lead to out so that every row stands after all rows that use it. "
        "This one lists a row as soon as it is reached. Repair it.",
        answer="order",
        setup=GRAPHS
        + """

def gradient(make, a):
    rows = make(a)
    return swept(rows, order(rows[-1]))
""",
        starter="""
            def order(out):
                listed = []
                waiting = [out]
                while waiting:
                    node = waiting.pop()
                    if node not in listed:
                        listed.append(node)
                        waiting.extend(node.inputs)
                return listed
            """,
        solution="""
            def order(out):
                done = []

                def visit(node):
                    if node not in done:
                        for source in node.inputs:
                            visit(source)
                        done.append(node)

                visit(out)
                return done[::-1]
            """,
        probes=(
            "gradient(fan_out, 3.0)",
            "gradient(fan_out, 1.5)",
            "gradient(crossed, 3.0)",
            "gradient(crossed, 0.7)",
        ),
        hidden=(Hidden(f"gradient({WOVEN}, {{a}})", DRAWN),),
        variants=(
            """
            def order(out):
                uses, found, ready, listed = {out: 0}, [out], [out], []
                for node in found:
                    for source in node.inputs:
                        if source not in uses:
                            uses[source] = 0
                            found.append(source)
                        uses[source] += 1
                while ready:
                    node = ready.pop()
                    listed.append(node)
                    for source in node.inputs:
                        uses[source] -= 1
                        if not uses[source]:
                            ready.append(source)
                return listed
            """,
            """
            def order(out):
                def depth(node):
                    return 1 + max(map(depth, node.inputs), default=0)

                def rows(node):
                    return {node}.union(*map(rows, node.inputs))

                return sorted(rows(out), key=depth, reverse=True)
            """,
        ),
        mistakes=(
            Mistake(
                """
                def order(out):
                    listed = [out]
                    for node in listed:
                        listed.extend(source for source in dict.fromkeys(node.inputs) if source not in listed)
                    return listed
                """,
                "This goes by distance from the output, breadth first. A row can be near the output by one road and "
                "far by another, and then it reports too early.",
            ),
            Mistake(
                """
                def order(out):
                    listed = []
                    waiting = [out]
                    while waiting:
                        node = waiting.pop()
                        listed.append(node)
                        waiting.extend(node.inputs)
                    return listed
                """,
                "Now a row is listed once for each use, and each time it reports all it has: "
                "some of it is counted twice.",
            ),
            Mistake(
                """
                def order(out):
                    done = []

                    def visit(node):
                        if node not in done:
                            for source in node.inputs:
                                visit(source)
                            done.append(node)

                    visit(out)
                    return done
                """,
                "This is the order of the forward sweep: inputs first, and nothing has arrived at them yet. "
                "The list is good; read it from its other end.",
            ),
        ),
        hints=(
            "When may a row be listed? When all rows that use it have been.",
            "List the inputs of a row before the row itself, each once. That is the forward order.",
            "The reverse of the forward order is a right order for the return sweep.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="repair-zero",
        title="Repair 7: the second sweep",
        prompt="clear(rows) is called before each sweep. After it, the second "
        "sweep gives another gradient than the first. Repair it.",
        answer="clear",
        setup=GRAPHS
        + """

def twice(make, a):
    rows, found = make(a), []
    for _ in range(2):
        clear(rows)
        found.append(swept(rows, rows[::-1]))
    return found, [node.val for node in rows]
""",
        starter="""
            def clear(rows):
                for node in rows:
                    if node.op == "input":
                        node.grads = 0.0
            """,
        solution="""
            def clear(rows):
                for node in rows:
                    node.grads = 0.0
            """,
        probes=("twice(fan_out, 3.0)", "twice(crossed, 3.0)", "twice(crossed, 0.7)"),
        hidden=(Hidden(f"twice({WOVEN}, {{a}})", DRAWN),),
        variants=(
            "def clear(rows):\n    for node in reversed(rows):\n        node.grads *= 0.0",
            "def clear(rows):\n    [setattr(node, 'grads', 0.0) for node in rows]",
        ),
        mistakes=(
            Mistake(
                'def clear(rows):\n    for node in rows:\n        if node.op != "input":\n            node.grads = 0.0',
                "Now the rows in the middle are zeroed and the inputs are not: "
                "the second sweep gives twice the gradient.",
            ),
            Mistake(
                "def clear(rows):\n    rows[-1].grads = 0.0",
                "Only the output is zeroed. Every row that receives holds a running total.",
            ),
            Mistake(
                "def clear(rows):\n    for node in rows:\n        node.grads = 0.0\n        node.val = 0.0",
                "The totals are zeroed, and so are the values, which the sweep needs for its partials.",
            ),
        ),
        hints=(
            "Who holds a running total after the first sweep?",
            "Not the inputs alone: the rows in the middle received reports as well.",
            "`node.grads = 0.0` for every row.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="repair-backward",
        title="Repair 8: the seed",
        prompt="backward(rows) sweeps, and everything stays 0. Repair it. "
        "`rows` is in forward order, with the output last. "
        "`partials(node)` gives a partial for each of the node's inputs.",
        answer="backward",
        setup=GRAPHS
        + """

def gradient(make, a):
    rows = make(a)
    backward(rows)
    return rows[0].grads, rows[-1].grads
""",
        starter="""
            def backward(rows):
                for node in rows:
                    node.grads = 0.0
                for node in reversed(rows):
                    for source, partial in zip(node.inputs, partials(node)):
                        source.grads += node.grads * partial
            """,
        solution="""
            def backward(rows):
                for node in rows:
                    node.grads = 0.0
                rows[-1].grads = 1.0
                for node in reversed(rows):
                    for source, partial in zip(node.inputs, partials(node)):
                        source.grads += node.grads * partial
            """,
        probes=("gradient(fan_out, 3.0)", "gradient(crossed, 3.0)", "gradient(fan_out, 1.5)"),
        hidden=(Hidden(f"gradient({WOVEN}, {{a}})", DRAWN),),
        variants=(
            """
            def backward(rows):
                for node in rows:
                    node.grads = float(node is rows[-1])
                for node in rows[::-1]:
                    for k, partial in enumerate(partials(node)):
                        node.inputs[k].grads += partial * node.grads
            """,
            """
            def backward(rows):
                totals = {node: 0.0 for node in rows} | {rows[-1]: 1.0}
                for node in reversed(rows):
                    node.grads = totals[node]
                    for source, partial in zip(node.inputs, partials(node)):
                        totals[source] += node.grads * partial
            """,
        ),
        mistakes=(
            Mistake(
                """
                def backward(rows):
                    for node in rows:
                        node.grads = 1.0
                    for node in reversed(rows):
                        for source, partial in zip(node.inputs, partials(node)):
                            source.grads += node.grads * partial
                """,
                "Every row starts at 1 now. The seed belongs to the output alone: it answers to itself at the rate 1.",
            ),
            Mistake(
                """
                def backward(rows):
                    for node in rows:
                        node.grads = 0.0
                    rows[-1].grads = rows[-1].val
                    for node in reversed(rows):
                        for source, partial in zip(node.inputs, partials(node)):
                            source.grads += node.grads * partial
                """,
                "The output is seeded with its value. The seed is the rate at which the output answers to itself.",
            ),
            Mistake(
                """
                def backward(rows):
                    for node in rows:
                        node.grads = 0.0
                    for node in reversed(rows):
                        for source, partial in zip(node.inputs, partials(node)):
                            source.grads += 1.0 * partial
                """,
                "Each row now reports its partials as they are. A report is the row's own adjoint times the partial.",
            ),
            Mistake(
                """
                def backward(rows):
                    for node in rows:
                        node.grads = 0.0
                    rows[0].grads = 1.0
                    for node in reversed(rows):
                        for source, partial in zip(node.inputs, partials(node)):
                            source.grads += node.grads * partial
                """,
                "The seed went to `rows[0]`, which is the input: it has nobody to report to. In forward order the "
                "output stands at the other end.",
            ),
            Mistake(
                """
                def backward(rows):
                    rows[-1].grads = 1.0
                    for node in rows:
                        node.grads = 0.0
                    for node in reversed(rows):
                        for source, partial in zip(node.inputs, partials(node)):
                            source.grads += node.grads * partial
                """,
                "All adjoints are still 0, that of the output too. Where is it seeded, and does a later line take the "
                "seed away again?",
            ),
        ),
        hints=(
            "Each report is a multiple of the adjoint of the row that makes it. Who has one at the start?",
            "∂f/∂f = 1: the output answers to itself at the rate 1.",
            "`rows[-1].grads = 1.0`, after the zeroing and before the sweep.",
        ),
        tolerance=1e-10,
    ),
    Exercise(
        id="repair-whole",
        title="The repaired engine",
        prompt="sweep(out) is the return sweep of the whole engine. It asks your `order` for the rows, "
        "the output first, and lets every row report through your `minus`, `sine` and `receive`. "
        "Write what must be done to the totals before the rows report.",
        answer="sweep",
        points=2,
        setup=MACHINE,
        starter="""
            def sweep(out):
                rows = order(out)
                ...  # before the rows report
                for node in rows:
                    if node.op == "sub":
                        minus(node, node.grads)
                    elif node.op == "sin":
                        sine(node, node.grads)
                    else:
                        for source, partial in zip(node.inputs, partials(node)):
                            receive(source, node.grads * partial)
            """,
        solution="""
            def sweep(out):
                rows = order(out)
                for node in rows:
                    node.grads = 0.0
                out.grads = 1.0
                for node in rows:
                    if node.op == "sub":
                        minus(node, node.grads)
                    elif node.op == "sin":
                        sine(node, node.grads)
                    else:
                        for source, partial in zip(node.inputs, partials(node)):
                            receive(source, node.grads * partial)
            """,
        probes=(
            "gradient(seed_function, 2.0, 5.0)",
            "gradient(fan_out, 3.0)",
            "gradient(waves, 0.7, 1.3)",
            "gradient(late, 0.7, 1.3)",
            "gradient(late, 1.4, 0.6)",
            "gradient(again, 0.7, 1.3)",
            "gradient(again, 1.4, 0.6)",
            "gradient(waves, 0.7, 1.3, sweeps=3)",
            "gradient(fan_out, 1.5, sweeps=3)",
        ),
        hidden=(Hidden("gradient(waves, {x}, {y})", {"x": (0.3, 0.9), "y": (1.1, 1.9)}),),
        variants=(
            """
            def sweep(out):
                rows = order(out)
                for node in rows:
                    node.grads = float(node is out)
                reports = {"sub": minus, "sin": sine}
                for node in rows:
                    if node.op in reports:
                        reports[node.op](node, node.grads)
                        continue
                    for k, partial in enumerate(partials(node)):
                        receive(node.inputs[k], partial * node.grads)
            """,
            """
            def sweep(out):
                rows = list(order(out))
                for node in rows:
                    node.grads = 0
                rows[0].grads = 1
                while rows:
                    node = rows.pop(0)
                    if node.op == "sub":
                        minus(node, node.grads)
                    elif node.op == "sin":
                        sine(node, node.grads)
                    else:
                        for source, partial in zip(node.inputs, partials(node)):
                            receive(source, node.grads * partial)
            """,
        ),
        mistakes=(
            Mistake(
                """
                def minus(node, grad):
                    node.inputs[0].grads = grad
                    node.inputs[1].grads = -grad
                """,
                "The sweep is right; `minus` throws away what other rows have reported before. "
                "Go back to repair 3: add to the totals.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        node.grads = 0.0
                    rows[-1].grads = 1.0
                    for node in rows:
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "`order` lists the output first, so `rows[-1]` is not the output. Seed `out`.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        node.grads = 0.0
                    for node in rows:
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "Nobody has an adjoint at the start, so every report is 0. The output answers to itself at the rate 1.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    out.grads = 1.0
                    for node in rows:
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "The first sweep is right, and the second starts from the totals of the first. "
                "Set every total to 0 before the seed.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        if node.op == "input":
                            node.grads = 0.0
                    out.grads = 1.0
                    for node in rows:
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "Only the inputs start at 0. The rows in the middle still hold the totals of the sweep before "
                "and report them again.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        node.grads = 0.0
                    out.grads = out.val
                    for node in rows:
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "The output is seeded with its value. The seed is the rate at which the output answers to itself, 1.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        node.grads = 0.0
                    out.grads = 1.0
                    for node in reversed(rows):
                        if node.op == "sub":
                            minus(node, node.grads)
                        elif node.op == "sin":
                            sine(node, node.grads)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, node.grads * partial)
                """,
                "The rows report in forward order, the inputs first. `order(out)` begins with the output; "
                "go through it as it comes.",
            ),
            Mistake(
                """
                def sweep(out):
                    rows = order(out)
                    for node in rows:
                        node.grads = 0.0
                    out.grads = 1.0
                    for node in rows:
                        if node.op == "sub":
                            minus(node, 1.0)
                        elif node.op == "sin":
                            sine(node, 1.0)
                        else:
                            for source, partial in zip(node.inputs, partials(node)):
                                receive(source, partial)
                """,
                "Each row reports its partials as they are. A report is the row's own total times the partial.",
            ),
            Mistake(
                """
                def receive(node, amount):
                    node.grads = amount
                """,
                "The sweep is right; `receive` still keeps only the last report. "
                "Go back to repair 2 and run its cell again.",
            ),
            Mistake(
                """
                def minus(node, grad):
                    node.inputs[0].grads += grad
                    node.inputs[1].grads += grad
                """,
                "The sweep is right; `minus` still reports the same sign to both inputs. "
                "Go back to repair 3 and run its cell again.",
            ),
            Mistake(
                """
                def sine(node, grad):
                    node.inputs[0].grads += grad * math.cos(node.val)
                """,
                "The sweep is right; `sine` still takes the cosine of the sine. "
                "Go back to repair 4 and run its cell again.",
            ),
            Mistake(
                """
                def order(out):
                    listed = []
                    waiting = [out]
                    while waiting:
                        node = waiting.pop()
                        if node not in listed:
                            listed.append(node)
                            waiting.extend(node.inputs)
                    return listed
                """,
                "The sweep is right; `order` still lists a row as soon as it is reached. "
                "Go back to repair 6 and run its cell again.",
            ),
            Mistake(
                """
                def order(out):
                    listed = [out]
                    for node in listed:
                        listed.extend(source for source in dict.fromkeys(node.inputs) if source not in listed)
                    return listed
                """,
                "The sweep is right; `order` goes by distance from the output, so a row reports before one that uses "
                "it. Go back to repair 6.",
            ),
            Mistake(
                "def minus(node, grad): pass",
                "The sweep is right; `minus` reports nothing to either input. Go back to repair 3 and run its cell "
                "again.",
            ),
        ),
        hints=(
            "Repairs 7 and 8 did this for a list of rows: what stood before their loop?",
            "Every row of `rows` starts at 0, and one of them does not stay there.",
            "`for node in rows: node.grads = 0.0`, and after it `out.grads = 1.0`.",
        ),
        tolerance=1e-10,
    ),
)
