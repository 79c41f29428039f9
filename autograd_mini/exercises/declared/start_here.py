"""Not declared yet."""

from autograd_mini.exercises.declare import Declared

EXERCISES: tuple[Declared, ...] = ()
