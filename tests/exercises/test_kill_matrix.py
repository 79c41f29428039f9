"""Every known mistake gets exactly its own message; every right answer passes; nothing handed out scores."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from autograd_mini.exercises import declare
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.check import assess, given_by, judged, verdicts
from autograd_mini.exercises.declare import POISONED, Choice, Declared, Exercise
from autograd_mini.exercises.judge import same
from autograd_mini.exercises.run import learners, namespace

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
UNITS = [
    pytest.param(p.values[0], unit, id=f"{p.id}/{unit.id}")
    for p in EXERCISES
    for unit in (*p.values[0].parts, p.values[0])
]
MISTAKES = [
    pytest.param(e, unit, m, id=f"{p.id}-{m}")
    for p in UNITS
    for e, unit in [p.values]
    for m in range(len(unit.mistakes))
]


def answers(exercise, *programs):
    space = namespace(exercise, *programs)
    return [space[name] for name in exercise.names]


def known(exercise, unit):
    return [given_by(exercise, unit, m.wrong, None) for m in unit.mistakes]


def verdict(exercise, unit, program, seed=None):
    """On one unit; the other parts are the solution's, unless the program changes them."""
    space = learners(exercise, answers(exercise, exercise.solution, program))
    return assess(exercise, unit, space, seed, exercise.seconds).verdict


def poisoned(probe):
    constants = [n.value for n in ast.walk(ast.parse(probe)) if isinstance(n, ast.Constant)]
    return any(isinstance(c, (int, float)) and c in POISONED for c in constants)


@pytest.mark.parametrize("exercise, unit, mistake", MISTAKES)
def test_a_wrong_program_gets_exactly_its_own_message(exercise, unit, mistake):
    found = verdict(exercise, unit, unit.mistakes[mistake].wrong)
    assert (found.kind, found.mistake) == ("known", mistake)


@pytest.mark.parametrize("exercise, unit, mistake", MISTAKES)
def test_a_wrong_program_is_told_apart_on_two_probes_off_0_1_and_2(exercise, unit, mistake):
    right = given_by(exercise, unit, "", None)
    wrong = known(exercise, unit)[mistake]
    differ = [
        p
        for p, a, b in zip(declare.probes(unit), right, wrong, strict=True)
        if not poisoned(p) and not same(a, b, exercise.tolerance)
    ]
    assert len(differ) >= 2, f"only {differ} tell it apart"


@pytest.mark.parametrize("exercise, unit", UNITS)
def test_no_two_mistakes_are_one(exercise, unit):
    wrong = known(exercise, unit)
    one = [
        (i, j)
        for i in range(len(wrong))
        for j in range(i)
        if all(same(a, b, exercise.tolerance) for a, b in zip(wrong[i], wrong[j], strict=True))
    ]
    assert not one, f"no probe tells these mistakes apart: {one}"


@pytest.mark.parametrize("exercise, unit", UNITS)
@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_hidden_probes_drawn_anew_tell_the_same(exercise, unit, seed):
    assert verdict(exercise, unit, "", seed).passed
    for k, mistake in enumerate(unit.mistakes):
        found = verdict(exercise, unit, mistake.wrong, seed)
        assert (found.kind, found.mistake) == ("known", k)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_and_every_variant_pass_everywhere(exercise):
    for variant in ("", *exercise.variants):
        for found in verdicts(exercise, answers(exercise, exercise.solution, variant)):
            assert found.verdict.passed, f"{found.unit.id}: {found.verdict} on\n{variant}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_starter_scores_nothing_and_raises_nothing(exercise):
    for found in verdicts(exercise, answers(exercise, exercise.starter)):
        assert found.verdict.kind == "unattempted", found.unit.id


@pytest.mark.parametrize("exercise", EXERCISES)
def test_starter_and_solution_define_what_is_asked_for(exercise):
    for program in (exercise.starter, declare.starter(exercise), exercise.solution):
        assert set(exercise.names) <= namespace(exercise, program).keys()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_method_of_a_part_is_in_the_solution(exercise):
    space = namespace(exercise, exercise.solution)
    there = set(exercise.names).union(*(vars(space[n]) for n in exercise.names if isinstance(space[n], type)))
    methods = [m for part in exercise.parts for m in part.methods]
    assert set(methods) <= there and len(set(methods)) == len(methods)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_wrong_answer_gets_exactly_its_own_message(question):
    assert judged(question, question.answer)[0]
    for mistake in question.mistakes:
        assert judged(question, mistake.wrong) == (False, [mistake.message])


@pytest.mark.parametrize("question", [p for p in QUESTIONS if isinstance(p.values[0], Choice)])
def test_every_wrong_option_has_its_message(question):
    assert {m.wrong for m in question.mistakes} == set(question.options) - {question.answer}


@pytest.mark.parametrize("declared", [e for e in DECLARED if isinstance(e, Exercise)], ids=lambda e: e.id)
def test_two_unusual_right_answers_are_tried(declared):
    assert len(declared.variants) >= 2


@pytest.mark.parametrize("declared", DECLARED, ids=lambda e: e.id)
def test_words_are_there(declared):
    for unit in (*getattr(declared, "parts", ()), declared):
        assert unit.title.strip() and len(unit.hints) == 3 and all(len(h) > 10 for h in unit.hints)
        messages = [m.message for m in unit.mistakes]
        assert len(set(messages)) == len(messages) and all(len(m) > 20 and "!" not in m for m in messages)
