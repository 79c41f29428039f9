"""An answer that knows what `check` asks, and nothing else, earns nothing and is flagged."""

import pytest

from autograd_mini.exercises.declare import probes
from autograd_mini.exercises.run import namespace
from tests.grading.test_verdict import EXERCISES, box, marks  # noqa: F401

BY_HEART = """
{solution}


def _learnt(name, right):
    def answer(*operands, **options):
        if (name, repr((operands, options))) in _ASKED:
            return right(*operands, **options)
        raise KeyError("Nobody asked for this before.")

    return answer


_ASKED = {asked!r}
for _name in {names!r}:
    globals()[_name] = _learnt(_name, globals()[_name])
"""


def asked(exercise):
    """The calls that the probes of `check` make: name and operands."""
    space, calls = namespace(exercise, exercise.solution), set()

    def heard(name, right):
        def answer(*operands, **options):
            calls.add((name, repr((operands, options))))
            return right(*operands, **options)

        return answer

    space.update({name: heard(name, space[name]) for name in exercise.names})
    for probe in probes(exercise):
        eval(probe, space)
    return calls


def can_be_learnt(exercise):
    """Functions of what can be written down, so neither classes nor rows nor functions of objects."""
    space = namespace(exercise, exercise.solution)
    if exercise.parts or any(isinstance(space[name], type) or not callable(space[name]) for name in exercise.names):
        return False
    return not any(" at 0x" in operands for _name, operands in asked(exercise))


LEARNT = [e for e in EXERCISES if can_be_learnt(e)]


def test_that_is_more_than_half_of_the_exercises():
    assert len(LEARNT) > len(EXERCISES) / 2


@pytest.mark.parametrize("exercise", LEARNT, ids=lambda e: e.id)
def test_it_earns_nothing_and_is_flagged(box, exercise):  # noqa: F811
    source = BY_HEART.format(solution=exercise.solution, asked=asked(exercise), names=exercise.names)
    mark = marks(box, exercise, source)[exercise.id]
    assert (mark.points, mark.flag) == (0, "Right on every probe that can be known, and wrong on others."), mark
