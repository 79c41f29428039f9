"""Lab 7, Newton's method: a step, a product with the Hessian, conjugate gradients, an implicit derivative.

The known mistakes are those of hand-written optimisers: the sign of the step, the gradient in its place, the
Hessian multiplied where a system has to be solved, its product taken entry by entry, a direction that is never
renewed; and for a fixed point the denominator that is left out, or has the wrong sign, or is transposed.
"""

from autograd_mini.exercises.declare import Choice, Declared, Exercise, Hidden, Mistake, Prediction

ENGINE = "import numpy as np\n\nimport autograd_mini as ad\n"
FUNCTIONS = (
    ENGINE
    + """
def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def wells(x):
    return np.sum(x**4) / 4.0 - x[0] ** 2 / 2.0 + x[0] * x[-1] / 4.0
"""
)
SYSTEMS = """
import numpy as np

three = np.array([[6.0, 1.5, -0.5], [1.5, 4.0, 0.75], [-0.5, 0.75, 3.0]])
four = np.array([[7.0, 1.0, 0.5, 0.0], [1.0, 5.0, -1.5, 0.25], [0.5, -1.5, 4.0, 1.0], [0.0, 0.25, 1.0, 3.5]])
"""
HESSIANS = """
import numpy as np

saddle = np.array([[-0.52, 0.3], [0.3, 1.6]])
pit = np.array([[3.5, 0.8], [0.8, 2.5]])
bent = np.array([[2.4, 0.7, -1.3], [0.7, -1.8, 0.6], [-1.3, 0.6, 3.2]])
"""
FIXED = (
    ENGINE
    + """
mix = np.array([[0.4, 0.9], [-0.5, 0.3]])


def pair(x, theta):
    return np.cos(theta * (mix @ x))


def ring(x, theta):
    return np.tanh(theta * np.roll(x, 1)) * 0.6 + 0.3 * x**2 + np.array([0.1, 0.3, -0.2])


def settle(g, x, theta):
    for _ in range(200):
        x = g(x, theta)
    return x
"""
)
SPOT = (2.2, 4.0)
AWAY = (-4.0, -0.5)

EXERCISES: tuple[Declared, ...] = (
    Prediction(
        id="newton-predict-bowl",
        title="Predict: a quadratic bowl",
        prompt=(
            "f is a quadratic function of 3 variables, and its Hessian is the same positive definite matrix "
            "everywhere. You start far from the minimum. How many Newton steps does it take to get there?"
        ),
        answer=1.0,
        explanation="A Newton step goes to the minimum of the quadratic model, and here the model is f itself.",
        mistakes=(
            Mistake(
                3.0,
                "One for each variable: that is what conjugate gradients take, which know one direction at a time. "
                "Newton's step solves for all of them together.",
            ),
            Mistake(
                2.0,
                "The second step would start at a point where the gradient is 0 already. What does the first one do?",
            ),
            Mistake(
                6.0,
                "That is the number of different entries of a 3 × 3 Hessian. They are all known at the first point.",
            ),
        ),
        hints=(
            "Newton's step goes to the minimum of a model of f. What is the model made of?",
            "The model has the value, gradient and Hessian of f at the point: it is f up to second order.",
            "How far is a quadratic function from its own second-order model?",
        ),
    ),
    Exercise(
        id="newton-step",
        title="One Newton step",
        prompt="Write newton_step(f, x): the point that one full Newton step leads to, from x. Solve a linear system.",
        answer="newton_step",
        setup=FUNCTIONS,
        points=2,
        starter="""
            def newton_step(f, x):
                gradient = ad.grad(f)(x)
                hessian = ad.hessian(f)(x)
                return ...
        """,
        solution="""
            def newton_step(f, x):
                gradient = ad.grad(f)(x)
                hessian = ad.hessian(f)(x)
                return x - np.linalg.solve(hessian, gradient)
        """,
        probes=(
            "newton_step(rosenbrock, np.array([-1.2, 0.75]))",
            "newton_step(rosenbrock, np.array([2.5, 3.5, 4.5]))",
            "newton_step(wells, np.array([3.5, -2.5]))",
        ),
        hidden=(Hidden("newton_step(rosenbrock, np.array([{x}, {y}]))", {"x": SPOT, "y": AWAY}),),
        mistakes=(
            Mistake(
                "def newton_step(f, x): return x + np.linalg.solve(ad.hessian(f)(x), ad.grad(f)(x))",
                "The step has the wrong sign. The system is gradient + H p = 0: on which side is the gradient when "
                "you solve it?",
            ),
            Mistake(
                "def newton_step(f, x): return x - ad.grad(f)(x)",
                "This is a step of gradient descent, and a very long one. The Hessian has not been asked: it says "
                "how soon the gradient changes, and so how far to go.",
            ),
            Mistake(
                "def newton_step(f, x): return x - ad.hessian(f)(x) @ ad.grad(f)(x)",
                "The gradient is multiplied by the Hessian. Where f is strongly curved the step should be short, "
                "and this makes it long. Solve for the step.",
            ),
            Mistake(
                "def newton_step(f, x): return x - ad.grad(f)(x) / np.diag(ad.hessian(f)(x))",
                "Each entry is divided by its own second derivative, as if the variables had nothing to do with each "
                "other. The entries off the diagonal say how they have.",
            ),
            Mistake(
                "def newton_step(f, x): return x - ad.grad(f)(x) / ad.hessian(f)(x)",
                "A vector divided by a matrix is done entry by entry in NumPy, and gives a matrix. To divide by a "
                "matrix means to solve a system.",
            ),
            Mistake(
                "def newton_step(f, x): return -np.linalg.solve(ad.hessian(f)(x), ad.grad(f)(x))",
                "This is the step itself. Asked for is the point that it leads to.",
            ),
        ),
        variants=(
            "def newton_step(f, x): return x - np.linalg.inv(ad.jacrev(ad.grad(f))(x)) @ ad.grad(f)(x)",
            """
            def newton_step(f, x):
                slope, curvature = ad.grad(f)(x), ad.hessian(f)(x)
                return np.linalg.solve(curvature, curvature @ x - slope)
            """,
        ),
        hints=(
            "At the minimum of the model its gradient is 0: gradient + H p = 0. What is p?",
            "`np.linalg.solve(a, b)` gives the p for which a @ p = b. No inverse is needed.",
            "p is −solve(hessian, gradient), and the new point is x + p.",
        ),
        tolerance=1e-9,
    ),
    Exercise(
        id="newton-safe-step",
        title="Find the bug: a step that goes down",
        prompt=(
            "Where the Hessian is not positive definite, this is meant to add a multiple of the identity that lifts "
            "the lowest eigenvalue to 0.1; where all eigenvalues are above 0.1, nothing should change. Repair it."
        ),
        answer="safe_step",
        setup=HESSIANS,
        starter="""
            def safe_step(hessian, gradient):
                lowest = np.linalg.eigvalsh(hessian)[0]
                lift = max(0.0, lowest + 0.1)
                return -np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
        """,
        solution="""
            def safe_step(hessian, gradient):
                lowest = np.linalg.eigvalsh(hessian)[0]
                lift = max(0.0, 0.1 - lowest)
                return -np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
        """,
        probes=(
            "safe_step(saddle, np.array([3.5, -2.5]))",
            "safe_step(pit, np.array([3.5, -2.5]))",
            "safe_step(bent, np.array([2.5, 3.5, -4.5]))",
            "safe_step(pit, np.array([-4.5, 5.5]))",
        ),
        hidden=(
            Hidden("safe_step(saddle, np.array([{a}, {b}]))", {"a": SPOT, "b": SPOT}),
            Hidden("safe_step(pit, np.array([{a}, {b}]))", {"a": SPOT, "b": AWAY}),
        ),
        mistakes=(
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = 0.1 - np.linalg.eigvalsh(hessian)[0]
                    return -np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
                """,
                "The lift is right for a negative eigenvalue. Now a good Hessian is pressed down to 0.1 as well, "
                "and close to a minimum that spoils Newton's step.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = abs(np.linalg.eigvalsh(hessian)[0]) + 0.1
                    return -np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
                """,
                "The lift is right for a negative eigenvalue. But a Hessian whose eigenvalues are all positive is "
                "lifted too, and its step becomes too short.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[0])
                    return -np.linalg.solve(hessian + lift, gradient)
                """,
                "The number is added to every entry of the Hessian. Eigenvalues move by it when it is added on the "
                "diagonal only.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[0])
                    return -np.linalg.solve(hessian - lift * np.eye(len(gradient)), gradient)
                """,
                "The lift is subtracted, so the lowest eigenvalue is lower than before.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    step = -np.linalg.solve(hessian, gradient)
                    return -step if np.linalg.eigvalsh(hessian)[0] < 0 else step
                """,
                "The whole step is turned round. Only the directions with a negative eigenvalue led uphill, and now "
                "the others do.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[0])
                    return np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
                """,
                "The lift is right. The minus in front of the step has got lost, so it goes uphill.",
            ),
            Mistake(
                """
                def safe_step(hessian, gradient):
                    lift = max(0.0, 0.1 - np.linalg.eigvalsh(hessian)[-1])
                    return -np.linalg.solve(hessian + lift * np.eye(len(gradient)), gradient)
                """,
                "This looks at the highest eigenvalue. `eigvalsh` sorts them from the lowest up, and the lowest "
                "decides.",
            ),
        ),
        variants=(
            """
            def safe_step(hessian, gradient):
                curvatures, axes = np.linalg.eigh(hessian)
                return -axes @ ((axes.T @ gradient) / (curvatures + max(0.0, 0.1 - min(curvatures))))
            """,
            """
            def safe_step(hessian, gradient):
                lifted, lowest = np.array(hessian), np.linalg.eigvalsh(hessian).min()
                if lowest < 0.1:
                    for i in range(len(gradient)):
                        lifted[i, i] += 0.1 - lowest
                return np.linalg.solve(lifted, -np.asarray(gradient))
            """,
        ),
        hints=(
            "Adding c times the identity adds c to every eigenvalue. What is the lowest one afterwards?",
            "With lowest = −0.52, which number has to be added to reach 0.1?",
            "The distance from lowest up to 0.1, and never less than 0.",
        ),
        tolerance=1e-9,
    ),
    Choice(
        id="newton-product-cost",
        title="What a product with the Hessian costs",
        prompt="f has 1000 variables. About how much work is one product H v, computed by `ad.hvp`?",
        options={
            "entries": "a million times that of f, since H has a million entries",
            "columns": "that of 1000 gradients, one for each column of H",
            "few": "that of a few gradients, whatever the number of variables",
            "free": "none beyond the gradient: H v is the gradient times v",
        },
        answer="few",
        explanation="One tangent is carried through one gradient. The number of variables does not come into it.",
        mistakes=(
            Mistake(
                "entries",
                "H is never written down. The chain rule is applied to one direction, and not once for each pair of "
                "variables.",
            ),
            Mistake(
                "columns",
                "That is what the whole Hessian costs, with a product for each column. How many directions does v "
                "have?",
            ),
            Mistake(
                "free",
                "The gradient times v says how fast f changes along v. H v says how the gradient itself changes.",
            ),
        ),
        hints=(
            "H v is the derivative of the gradient along v. How many forward passes does one direction take?",
            "The function that is passed through is the gradient, which costs a few times f.",
            "One pass over one gradient. Count it in gradients, and look for n.",
        ),
    ),
    Exercise(
        id="newton-product",
        title="The Hessian times a vector",
        prompt=(
            "Write hessian_times(f, x, v): the Hessian of f at x times v, with `ad.jvp`, `ad.grad` or `ad.vjp`, and "
            "without building the Hessian."
        ),
        answer="hessian_times",
        setup=FUNCTIONS,
        points=2,
        without=("hessian", "hvp", "jacfwd", "jacrev", "linearize", "vmap"),
        starter="""
            def hessian_times(f, x, v):
                gradient = ad.grad(f)
                return ...
        """,
        solution="""
            def hessian_times(f, x, v):
                gradient = ad.grad(f)
                return ad.jvp(gradient, (x,), (v,))[1]
        """,
        probes=(
            "hessian_times(rosenbrock, np.array([-1.2, 0.75]), np.array([3.5, -2.5]))",
            "hessian_times(rosenbrock, np.array([2.5, 3.5, 4.5]), np.array([0.5, -1.5, 2.5]))",
            "hessian_times(wells, np.array([3.5, -2.5]), np.array([4.5, 0.5]))",
        ),
        hidden=(
            Hidden(
                "hessian_times(rosenbrock, np.array([{x}, {y}]), np.array([{v}, {w}]))",
                {"x": SPOT, "y": AWAY, "v": SPOT, "w": SPOT},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def hessian_times(f, x, v):
                    columns = [ad.jvp(ad.grad(f), (x,), (e,))[1] for e in np.eye(len(x))]
                    return np.array([column[i] for i, column in enumerate(columns)]) * v
                """,
                "This multiplies entry by entry, each entry of v by its own second derivative. In a product of a "
                "matrix and a vector, every entry of v takes part in every entry of the result.",
            ),
            Mistake(
                "def hessian_times(f, x, v): return ad.jvp(ad.grad(f), (x,), (np.ones(len(x)),))[1] * v",
                "The seeds are all ones, which asks for H times the vector of ones; to multiply by v afterwards is "
                "too late. Let v be the direction of the pass.",
            ),
            Mistake(
                "def hessian_times(f, x, v): return ad.jvp(f, (x,), (v,))[1]",
                "This is the derivative of f along v, one number. Which function has H as its derivative?",
            ),
            Mistake(
                "def hessian_times(f, x, v): return ad.jvp(ad.grad(f), (x,), (v,))[0]",
                "`ad.jvp` returns the value and the tangent. The value is the gradient, and the product is the other.",
            ),
            Mistake(
                "def hessian_times(f, x, v): return ad.grad(f)(x) * v",
                "This is the gradient times v, entry by entry. No second derivative has been taken.",
            ),
            Mistake(
                "def hessian_times(f, x, v): return ad.grad(f)(x + v) - ad.grad(f)(x)",
                "This is a difference of gradients over the whole length of v. It equals H v only where the Hessian is "
                "the same all the way.",
            ),
            Mistake(
                """
                def hessian_times(f, x, v):
                    return (ad.grad(f)(x + 1e-5 * v) - ad.grad(f)(x)) / 1e-5
                """,
                "This is the difference of two gradients, and right to some digits only. The derivative along v "
                "gives all of them.",
            ),
        ),
        variants=(
            "def hessian_times(f, x, v): return ad.grad(lambda x: ad.grad(f)(x) @ v)(x)",
            "def hessian_times(f, x, v): return ad.grad(lambda x: ad.jvp(f, (x,), (v,))[1])(x)",
            "def hessian_times(f, x, v): return ad.vjp(ad.grad(f), x)[1](v)[0]",
        ),
        hints=(
            "H is the Jacobian of the gradient. Which transform gives a Jacobian times a vector?",
            "`ad.jvp(function, (x,), (v,))` returns the value and the tangent. Which function has to go in?",
            "The function is `gradient`, and the tangent is the second of the two that come back.",
        ),
        tolerance=1e-9,
    ),
    Exercise(
        id="newton-conjugate",
        title="Conjugate gradients",
        prompt=(
            "Complete conjugate_gradients(product, b, steps), which solves A x = b from products A v alone: the next "
            "direction is the new residual plus a share of the last direction."
        ),
        answer="conjugate_gradients",
        setup=SYSTEMS,
        points=2,
        starter="""
            def conjugate_gradients(product, b, steps):
                x = np.zeros(len(b))
                residual = direction = b
                for _ in range(steps):
                    moved = product(direction)
                    length = (residual @ residual) / (direction @ moved)
                    x = x + length * direction
                    last, residual = residual, residual - length * moved
                    ...  # the next direction
                return x
        """,
        solution="""
            def conjugate_gradients(product, b, steps):
                x = np.zeros(len(b))
                residual = direction = b
                for _ in range(steps):
                    moved = product(direction)
                    length = (residual @ residual) / (direction @ moved)
                    x = x + length * direction
                    last, residual = residual, residual - length * moved
                    direction = residual + (residual @ residual) / (last @ last) * direction
                return x
        """,
        probes=(
            "conjugate_gradients(lambda v: three @ v, np.array([3.5, -2.5, 4.5]), 2)",
            "conjugate_gradients(lambda v: three @ v, np.array([3.5, -2.5, 4.5]), 3)",
            "conjugate_gradients(lambda v: four @ v, np.array([2.5, 5.5, -3.5, 4.5]), 3)",
            "conjugate_gradients(lambda v: four @ v, np.array([2.5, 5.5, -3.5, 4.5]), 4)",
        ),
        hidden=(
            Hidden(
                "conjugate_gradients(lambda v: three @ v, np.array([{a}, {b}, {c}]), 3)",
                {"a": SPOT, "b": AWAY, "c": SPOT},
            ),
        ),
        mistakes=(
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        residual = residual - length * moved
                    return x
                """,
                "The direction is never renewed, so all steps go along b. Each round needs a direction of its own.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = b
                    for _ in range(steps):
                        moved = product(residual)
                        length = (residual @ residual) / (residual @ moved)
                        x = x + length * residual
                        residual = residual - length * moved
                    return x
                """,
                "The next direction is the residual alone. That is steepest descent, which undoes in each step a part "
                "of what the last one did. The share of the last direction prevents that.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        last, residual = residual, residual - length * moved
                        direction = residual + (last @ last) / (residual @ residual) * direction
                    return x
                """,
                "The share is upside down. As the residual gets small, the share of the last direction should get "
                "small too, and this makes it large.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        last, residual = residual, residual - length * moved
                        direction = residual - (residual @ residual) / (last @ last) * direction
                    return x
                """,
                "The share of the last direction is subtracted. The next direction is then not conjugate to it: "
                "compute next @ product(last) and see that it is not 0.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        last, residual = residual, residual - length * moved
                        direction = residual + np.sqrt((residual @ residual) / (last @ last)) * direction
                    return x
                """,
                "The share is the quotient of the lengths of the residuals. It should be the quotient of their "
                "squares.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        last, residual = residual, residual - length * moved
                        direction = residual + direction
                    return x
                """,
                "The whole last direction is added. Its share is the square of the new residual over that of the "
                "last one.",
            ),
            Mistake(
                """
                def conjugate_gradients(product, b, steps):
                    x = np.zeros(len(b))
                    residual = direction = b
                    for _ in range(steps):
                        moved = product(direction)
                        length = (residual @ residual) / (direction @ moved)
                        x = x + length * direction
                        last, residual = residual, residual - length * moved
                        direction = last + (residual @ residual) / (last @ last) * direction
                    return x
                """,
                "The share is right, and it is added to the last residual. The next direction begins with the new "
                "one.",
            ),
        ),
        variants=(
            """
            def conjugate_gradients(product, b, steps):
                x, residual, direction = 0.0 * b, b, b
                for _ in range(steps):
                    moved = product(direction)
                    x = x + (residual @ direction) / (direction @ moved) * direction
                    residual = b - product(x)
                    direction = residual - (residual @ moved) / (direction @ moved) * direction
                return x
            """,
            """
            def conjugate_gradients(product, b, steps):
                used = [b]
                for _ in range(steps - 1):
                    used.append(product(used[-1]))
                basis = np.linalg.qr(np.array(used).T)[0]
                moved = np.array([product(v) for v in basis.T]).T
                return basis @ np.linalg.solve(basis.T @ moved, basis.T @ b)
            """,
        ),
        hints=(
            "direction = residual + share * direction. With share = 0 it would be steepest descent.",
            "The share compares the new residual with the last one, and is small when the last step helped a lot.",
            "The share is `(residual @ residual) / (last @ last)`.",
        ),
        tolerance=1e-9,
    ),
    Prediction(
        id="newton-predict-implicit",
        title="Predict: the slope of a fixed point",
        prompt=(
            "x = g(x, θ) with g(x, θ) = cos(θ x). At θ = 1 the fixed point is x = 0.7391, and there ∂g/∂θ = −0.4979 "
            "and ∂g/∂x = −0.6736. What is dx/dθ?"
        ),
        answer=-0.2974743,
        explanation="x′ = ∂g/∂x x′ + ∂g/∂θ, so x′ = ∂g/∂θ / (1 − ∂g/∂x) = −0.4979 / 1.6736.",
        mistakes=(
            Mistake(
                -0.4978634,
                "This is ∂g/∂θ alone: how far one application of g moves. Then x has moved, and g is applied to the "
                "new x.",
            ),
            Mistake(
                -1.5253665,
                "The denominator has the wrong sign: it is 1 + ∂g/∂x here. Differentiate x = g(x, θ) on both sides, "
                "and collect the terms with x′.",
            ),
            Mistake(
                0.2974743,
                "The size is right, and the sign is not. On which side of x′ = ∂g/∂x x′ + ∂g/∂θ did you collect?",
            ),
            Mistake(
                0.7390851,
                "This is ∂g/∂θ / ∂g/∂x, the quotient without the 1. The 1 comes from the x′ on the left.",
            ),
            Mistake(
                0.3353786,
                "This is the product of the two partials. x appears on both sides of the equation: solve for x′.",
            ),
        ),
        hints=(
            "Both sides of x = g(x, θ) change together when θ does. Differentiate both, with x′ for dx/dθ.",
            "x′ = ∂g/∂x x′ + ∂g/∂θ. Bring the terms with x′ to one side.",
            "x′ (1 − ∂g/∂x) = ∂g/∂θ.",
        ),
    ),
    Exercise(
        id="newton-sensitivity",
        title="The slope of a fixed point, for vectors",
        prompt=(
            "Write sensitivity(g, x, theta): for a vector x with x = g(x, theta) and one number theta, the vector "
            "dx/dtheta. No iteration is needed."
        ),
        answer="sensitivity",
        setup=FIXED,
        points=2,
        starter="""
            def sensitivity(g, x, theta):
                by_x = ad.jacfwd(g, 0)(x, theta)  # a matrix
                by_theta = ad.jacfwd(g, 1)(x, theta)  # a vector
                return ...
        """,
        solution="""
            def sensitivity(g, x, theta):
                by_x = ad.jacfwd(g, 0)(x, theta)  # a matrix
                by_theta = ad.jacfwd(g, 1)(x, theta)  # a vector
                return np.linalg.solve(np.eye(len(x)) - by_x, by_theta)
        """,
        probes=(
            "sensitivity(pair, settle(pair, np.ones(2), 0.7), 0.7)",
            "sensitivity(ring, settle(ring, np.zeros(3), 0.6), 0.6)",
            "sensitivity(pair, settle(pair, np.ones(2), 0.4), 0.4)",
        ),
        hidden=(
            Hidden("sensitivity(pair, settle(pair, np.ones(2), {t}), {t})", {"t": (0.3, 0.8)}),
            Hidden("sensitivity(ring, settle(ring, np.zeros(3), {t}), {t})", {"t": (0.3, 0.7)}, count=2),
        ),
        mistakes=(
            Mistake(
                "def sensitivity(g, x, theta): return ad.jacfwd(g, 1)(x, theta)",
                "The matrix is not used: this is how far one application of g moves. The new x goes through g again, "
                "which is what the denominator 1 − ∂g/∂x stands for.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return np.linalg.solve(np.eye(len(x)) + by_x, by_theta)
                """,
                "The sign in the denominator is turned: the matrix is I + ∂g/∂x here. Collect the terms with x′ on "
                "one side of x′ = ∂g/∂x x′ + ∂g/∂θ.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return np.linalg.solve(by_x - np.eye(len(x)), by_theta)
                """,
                "The whole result has the wrong sign. If ∂g/∂x is 0, dx/dθ should be ∂g/∂θ itself.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return np.linalg.solve(np.eye(len(x)) - by_x.T, by_theta)
                """,
                "The matrix is transposed. Row i of ∂g/∂x holds the slopes of entry i of g, as it stands. The "
                "transposed system belongs to adjoints, which go the other way.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return (np.eye(len(x)) - by_x) @ by_theta
                """,
                "The matrix multiplies where it should divide. Which vector, multiplied by I − ∂g/∂x, gives ∂g/∂θ?",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return by_theta / (1.0 - np.diag(by_x))
                """,
                "Each entry is treated as a fixed point of its own. The entries of x depend on each other, through "
                "what stands off the diagonal.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return np.linalg.solve(1.0 - by_x, by_theta)
                """,
                "1 - by_x takes every entry from 1, those off the diagonal, too. The 1 of the formula is the "
                "identity matrix here: np.eye(len(x)).",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return np.linalg.solve(by_x, by_theta)
                """,
                "The 1 is missing: the x′ on the left is the identity, from which ∂g/∂x is taken.",
            ),
            Mistake(
                """
                def sensitivity(g, x, theta):
                    by_x, by_theta = ad.jacfwd(g, 0)(x, theta), ad.jacfwd(g, 1)(x, theta)
                    return by_theta / (1.0 - by_x)
                """,
                "A vector over a matrix is divided entry by entry in NumPy, and gives a matrix. To divide by a "
                "matrix means to solve a system.",
            ),
        ),
        variants=(
            """
            def sensitivity(g, x, theta):
                slope = np.zeros(len(x))
                for _ in range(150):
                    slope = ad.jvp(g, (x, theta), (slope, 1.0))[1]
                return slope
            """,
            """
            def sensitivity(g, x, theta):
                rest = ad.jacrev(lambda x: x - g(x, theta))(x)
                return np.linalg.inv(rest) @ ad.jvp(lambda t: g(x, t), (theta,), (1.0,))[1]
            """,
        ),
        hints=(
            "For one number it was ∂g/∂θ / (1 − ∂g/∂x). What takes the place of 1 when ∂g/∂x is a matrix?",
            "The equation is x′ = ∂g/∂x x′ + ∂g/∂θ with a vector x′. It is a linear system.",
            "The matrix of the system is `np.eye(len(x)) - by_x`; solve it for `by_theta`.",
        ),
        tolerance=1e-9,
    ),
)
