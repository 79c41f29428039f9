"""The five programs of lesson 14 as JAX and PyTorch have them, and one error of each; the lesson's cells are ours."""

NAMES = {"jax": "JAX", "torch": "PyTorch"}  # what a library is imported as, and what it is called

PROGRAMS = {
    "gradient": {
        "jax": """
            import jax
            import jax.numpy as jnp


            def f(x1, x2):
                return jnp.log(x1) + x1 * x2 - jnp.sin(x2)


            value_and_grad = jax.value_and_grad(f, argnums=(0, 1))
            value, gradient = value_and_grad(2.0, 5.0)
            print(value)
            print(*gradient)
        """,
        "torch": """
            import torch

            x1 = torch.tensor(2.0, requires_grad=True)
            x2 = torch.tensor(5.0, requires_grad=True)

            y = torch.log(x1) + x1 * x2 - torch.sin(x2)

            y.backward()
            print(y)
            print(x1.grad, x2.grad)
        """,
    },
    "fan-out": {
        "jax": """
            import jax


            def f(x):
                z = x * x
                return z + z * z


            print(jax.grad(f)(3.0))
            print(jax.grad(f)(3.0))
        """,
        "torch": """
            import torch

            x = torch.tensor(3.0, requires_grad=True)

            for sweep in range(2):
                z = x * x
                y = z + z * z
                y.backward()
                print(x.grad)
        """,
    },
    "seed": {
        "jax": """
            import jax
            import jax.numpy as jnp


            def f(x):
                return jnp.stack([x[0] * x[1], x[0] / x[1]])


            x = jnp.array([3.0, 4.0])
            y, pullback = jax.vjp(f, x)
            print(y)
            print(pullback(jnp.array([1.0, 0.0])))
            print(pullback(jnp.array([1.0, 1.0])))
        """,
        "torch": """
            import torch

            x = torch.tensor([3.0, 4.0], requires_grad=True)
            y = torch.stack([x[0] * x[1], x[0] / x[1]])

            print(y)
            y.backward(torch.tensor([1.0, 0.0]), retain_graph=True)
            print(x.grad)
            x.grad = None
            y.backward(torch.tensor([1.0, 1.0]))
            print(x.grad)
        """,
    },
    "hvp": {
        "jax": """
            import jax
            import jax.numpy as jnp


            def f(x):
                a, b = x
                return 100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2


            x = jnp.array([-1.2, 1.0])
            v = jnp.array([1.0, 0.5])
            print(*jax.jvp(jax.grad(f), (x,), (v,)))
        """,
        "torch": """
            import torch
            from torch.func import grad, jvp


            def f(x):
                a, b = x
                return 100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2


            x = torch.tensor([-1.2, 1.0])
            v = torch.tensor([1.0, 0.5])
            print(*jvp(grad(f), (x,), (v,)))
        """,
    },
    "examples": {
        "jax": """
            import jax
            import jax.numpy as jnp


            def loss(w, x, y):
                return (w @ x - y) ** 2


            w = jnp.array([0.5, -1.0])
            xs = jnp.array([[1.0, 2.0], [3.0, 0.5], [-2.0, 1.5]])
            ys = jnp.array([1.0, 0.0, 2.0])
            each = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))
            print(each(w, xs, ys))
        """,
        "torch": """
            import torch
            from torch.func import grad, vmap


            def loss(w, x, y):
                return (w @ x - y) ** 2


            w = torch.tensor([0.5, -1.0])
            xs = torch.tensor([[1.0, 2.0], [3.0, 0.5], [-2.0, 1.5]])
            ys = torch.tensor([1.0, 0.0, 2.0])
            each = vmap(grad(loss), in_dims=(None, 0, 0))
            print(each(w, xs, ys))
        """,
    },
}

ERRORS = {
    "jax": """
        import jax


        @jax.jit
        def loss(w, x):
            error = w * x - 3.0
            if error > 0.0:
                return error * error
            return -error


        print(jax.grad(loss)(2.5, 4.0))
    """,
    "torch": """
        import torch


        def loss(w, x):
            h = torch.exp(w * x)
            h += 1.0
            return (h * h).sum()


        w = torch.tensor([0.5, 1.5], requires_grad=True)
        x = torch.tensor([2.0, 3.0])
        loss(w, x).backward()
    """,
}
