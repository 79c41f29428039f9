"""Every known mistake gets exactly its own message; every right answer passes; nothing handed out scores.

`exercises.matrix` looks; that it sees each kind of fault is shown in tests/grading/test_own_exercises.py.
"""

from pathlib import Path
from textwrap import dedent

import pytest

from autograd_mini.exercises import matrix
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import Declared, Exercise

DOCS = Path(__file__).parents[2] / "docs" / "exercises.md"


def from_docs() -> list[Declared]:
    """The declarations that docs/exercises.md shows: they are held to the same."""
    space: dict[str, object] = {}
    for block in DOCS.read_text("utf-8").split("```python\n")[1:]:
        exec(compile(dedent(block.split("```")[0]), str(DOCS), "exec"), space)
    return [d for d in space.values() if isinstance(d, Declared)]


DECLARED = [e for exercises in CATALOGUE.sets.values() for e in exercises]
SHOWN = from_docs()
ALL = [pytest.param(e, id=e.id) for e in DECLARED] + [pytest.param(e, id=f"docs:{e.id}") for e in SHOWN]
EXERCISES = [p for p in ALL if isinstance(p.values[0], Exercise)]
QUESTIONS = [p for p in ALL if not isinstance(p.values[0], Exercise)]
SOME_SEEDS = [*matrix.SEEDS[:2], *(pytest.param(seed, marks=pytest.mark.slow) for seed in matrix.SEEDS[2:])]
UNITS = [
    pytest.param(p.values[0], unit, id=f"{p.id}/{unit.id}") for p in EXERCISES for unit in matrix.units(p.values[0])
]


@pytest.mark.parametrize("seed", SOME_SEEDS)
@pytest.mark.parametrize("exercise, unit", UNITS)
def test_a_wrong_program_gets_exactly_its_own_message_wherever_hidden_probes_fall(exercise, unit, seed):
    assert matrix.verdict(exercise, unit, "", seed).passed
    assert matrix.mistakes(exercise, unit, seed) == []


@pytest.mark.parametrize("exercise, unit", UNITS)
def test_two_probes_off_0_1_and_2_show_a_mistake_and_one_tells_it_from_the_others(exercise, unit):
    assert matrix.told_apart(exercise, unit) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_and_every_variant_pass_everywhere(exercise):
    assert matrix.right(exercise) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_starter_defines_what_is_asked_for_scores_nothing_and_raises_nothing(exercise):
    assert matrix.handed_out(exercise) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_method_of_a_part_is_in_the_solution(exercise):
    assert matrix.methods(exercise) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_wrong_answer_gets_exactly_its_own_message(question):
    assert matrix.question(question) == []


@pytest.mark.parametrize("declared", [e for e in DECLARED if isinstance(e, Exercise)], ids=lambda e: e.id)
def test_two_unusual_right_answers_are_tried(declared):
    assert len(declared.variants) >= 2


@pytest.mark.parametrize("declared", DECLARED, ids=lambda e: e.id)
def test_words_are_there(declared):
    assert matrix.words(declared) == []
    for unit in (*getattr(declared, "parts", ()), declared):
        assert all(len(h) > 10 for h in unit.hints)
        assert all(len(m.message) > 20 and "!" not in m.message for m in unit.mistakes)
