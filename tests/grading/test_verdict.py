"""Marks through the real box are what `check` says, and only what is right on hidden probes earns points."""

from textwrap import dedent

import pytest

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.check import verdicts
from autograd_mini.exercises.declare import Choice, Exercise, probes
from autograd_mini.exercises.run import namespace
from autograd_mini.exercises.solved import PREFIX
from autograd_mini.grading import key
from autograd_mini.grading.box import Box, best
from autograd_mini.grading.intake import Cell
from autograd_mini.grading.plan import Plan, released
from autograd_mini.grading.verdict import Limits, exercise_marks, portable, question_marks

SEED = key.seed(b"a key for the tests, 32 bytes long", "x", 1)
EXERCISES = [e for exercises in CATALOGUE.sets.values() for e in exercises if isinstance(e, Exercise)]
SAMPLE = ["dual-power", "dual-gradient", "trace-dead", "reverse-collect", "tape-sweep", "repair-order", "modes-bug"]
CLASSES = ["dual-engine", "reverse-engine"]


@pytest.fixture(scope="module")
def box():
    with Box(mode=best()) as box:
        yield box


def home_of(exercise):
    """The notebook that asks for an exercise."""
    return next(n for n in released() if exercise in n.units)


def notebook(exercise, source, *more):
    """The notebook with `source` in the exercise's cell, and more cells after it."""
    model = home_of(exercise)
    cells = [Cell(c.id, source) if c.id == PREFIX + exercise.id else c for c in model.cells]
    return Plan((*cells, *(Cell("", text) for text in more)), model)


def marks(box, exercise, source, *more, limits=None):
    found = exercise_marks(box.run, notebook(exercise, source, *more), exercise, SEED, limits or Limits())
    return {mark.id: mark for mark in found}


def checked(exercise, source):
    """What `check` says: id → (kind, mistake)."""
    space = namespace(exercise, source)
    found = verdicts(exercise, [space[name] for name in exercise.names])
    return {a.unit.id: (a.verdict.kind, a.verdict.mistake) for a in found}


def programs(exercise):
    """The starter, the solution, every variant, and every known mistake of it and of its parts."""
    wrong = [m.wrong for unit in (*exercise.parts, exercise) for m in unit.mistakes]
    return [exercise.starter, exercise.solution, *(f"{exercise.solution}\n\n{dedent(p)}" for p in wrong)] + [
        f"{exercise.solution}\n\n{dedent(v)}" for v in exercise.variants
    ]


def agree(box, exercise, some):
    """`check` answers in the setup's namespace, so that names of it are there; in a notebook a cell makes them."""
    ground = Cell("", "import math\n" + portable(exercise.setup))
    for program in some:
        plan = notebook(exercise, program)
        plan = Plan((ground, *plan.cells), plan.model)
        got = {m.id: m for m in exercise_marks(box.run, plan, exercise, SEED, Limits())}
        assert {id: (m.kind, m.mistake) for id, m in got.items()} == checked(exercise, program), program


@pytest.mark.parametrize("id", SAMPLE)
def test_a_mark_is_what_check_says(box, id):
    exercise = CATALOGUE.by_id[id][0]
    agree(box, exercise, programs(exercise))


@pytest.mark.parametrize("id", CLASSES)
def test_a_mark_of_each_part_of_a_class_is_what_check_says(box, id):
    exercise = CATALOGUE.by_id[id][0]
    agree(box, exercise, programs(exercise)[:2] + programs(exercise)[3:33:29])  # the rest: the next test


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_every_mark_is_what_check_says(box, exercise):
    agree(box, exercise, programs(exercise))


@pytest.mark.parametrize("id", ["fd-central", "dual-gradient", "reverse-product", "tape-sweep"])
def test_an_answer_that_knows_the_probes_of_check_by_heart_earns_nothing(box, id):
    exercise = CATALOGUE.by_id[id][0]
    name = exercise.names[0]
    seen = "\n".join(
        [
            exercise.solution,
            f"_right = {name}",
            f"def {name}(*arguments):",
            "    global _calls",
            "    _calls += 1",
            f"    return _right(*arguments) if _calls % {2 * len(probes(exercise))} < {len(probes(exercise))} else 0.0",
            "_calls = -1",
        ]
    )
    by_heart = marks(box, exercise, seen)[id]
    assert by_heart.points == 0


def test_hidden_probes_are_the_class_s_and_differ_by_key_and_version():
    assert key.seed(b"k" * 32, "a", 1) == key.seed(b"k" * 32, "a", 1)
    others = [key.seed(b"l" * 32, "a", 1), key.seed(b"k" * 32, "b", 1), key.seed(b"k" * 32, "a", 2)]
    assert len({key.seed(b"k" * 32, "a", 1), *others}) == 4


def test_no_hidden_probe_reaches_the_words(box):
    exercise = CATALOGUE.by_id["reverse-product"][0]
    known = "\n".join(
        [
            "def product_report(x, y, z_bar):",
            f"    if repr((x, y, z_bar)) in {[p.removeprefix('product_report') for p in probes(exercise)]!r}:",
            "        return z_bar * y, z_bar * x",
            "    return z_bar * x, z_bar * y",
        ]
    )
    mark = marks(box, exercise, known)["reverse-product"]
    assert (mark.points, mark.kind, mark.mistake) == (0, "known", 0) and mark.flag
    hidden = set(probes(exercise, SEED)) - set(exercise.probes)
    assert not any(probe in word for probe in hidden for word in mark.words)


# ---- which cells run -----------------------------------------------------------------------------

PRODUCT = CATALOGUE.by_id["reverse-product"][0]


def test_a_helper_in_a_cell_of_its_own_is_there(box):
    source = "def product_report(x, y, z_bar):\n    return times(z_bar, y), times(z_bar, x)"
    assert marks(box, PRODUCT, source, "def times(a, b):\n    return a * b")["reverse-product"].points == 1


def test_a_cell_that_comes_later_and_reuses_the_name_costs_nothing(box):
    assert marks(box, PRODUCT, PRODUCT.solution, "product_report = 3")["reverse-product"].points == 1


def test_a_scratch_cell_that_raises_or_never_ends_costs_nothing(box):
    got = marks(box, PRODUCT, PRODUCT.solution, "1 / 0", "while True: pass")["reverse-product"]
    assert got.points == 1


def test_a_scratch_cell_that_ends_python_costs_nothing_and_is_flagged(box):
    got = marks(box, PRODUCT, PRODUCT.solution, "import os\nos._exit(0)")["reverse-product"]
    assert got.points == 1 and got.flag


def answers(*cells):
    model = home_of(PRODUCT)
    return Plan(tuple(Cell(*cell) for cell in cells), model)


def test_the_answer_is_found_without_ids(box):
    plan = answers(("", PRODUCT.solution))
    assert exercise_marks(box.run, plan, PRODUCT, SEED, Limits())[0].points == 1


def test_two_answers_that_earn_the_same_are_one(box):
    right = "def product_report(x, y, b): return b * y, b * x"
    plan = answers(("", PRODUCT.solution), ("", right))
    assert exercise_marks(box.run, plan, PRODUCT, SEED, Limits())[0].points == 1


def test_two_answers_that_differ_are_the_teacher_s_to_judge(box):
    wrong = "def product_report(x, y, b): return b * x, b * y"
    plan = answers((PREFIX + PRODUCT.id, PRODUCT.solution), (PREFIX + PRODUCT.id, wrong))
    (mark,) = exercise_marks(box.run, plan, PRODUCT, SEED, Limits())
    assert mark.kind == "ambiguous" and mark.points == 0 and mark.flag and mark.reason


def test_an_answer_that_is_not_there_is_said_and_flagged(box):
    (mark,) = exercise_marks(box.run, answers(("setup", "import math")), PRODUCT, SEED, Limits())
    assert mark.kind == "missing" and mark.points == 0 and mark.flag and "product_report" in mark.reason


def test_a_cell_that_is_no_python_is_said(box):
    mark = marks(box, PRODUCT, "def product_report(x, y, z_bar)\n    return 1")["reverse-product"]
    assert mark.kind == "missing" and "SyntaxError" in mark.reason


def test_a_released_demonstration_does_not_run():
    plan = notebook(PRODUCT, PRODUCT.solution)
    ran = "\n".join(plan.program(PRODUCT))
    assert "import math" in ran and "def f(x1, x2)" in ran
    assert "trace = ad.trace" not in ran and "BackwardStepper(f" not in ran


# ---- questions -----------------------------------------------------------------------------------

QUESTIONS = [e for exercises in CATALOGUE.sets.values() for e in exercises if not isinstance(e, Exercise)]


def asked(box, question, value):
    model = home_of(question)
    cells = [c for c in model.cells if question.id not in c.source]
    said = Cell("", f"from autograd_mini.exercises import predict\n\npredict({question.id!r}, {value!r})")
    return question_marks(box.run, Plan((*cells, said), model), [question], Limits())[0]


@pytest.mark.parametrize("question", QUESTIONS[::4], ids=lambda q: q.id)
def test_a_question_is_marked_as_check_judges_it(box, question):
    assert asked(box, question, question.answer).points == question.points
    wrong = question.mistakes[0].wrong
    mark = asked(box, question, wrong)
    assert (mark.points, mark.kind, mark.mistake) == (0, "known", 0)
    assert asked(box, question, ...).kind == "unattempted"


def test_an_answer_of_the_wrong_kind_earns_nothing_and_is_told(box):
    choice = next(q for q in QUESTIONS if isinstance(q, Choice))
    assert asked(box, choice, 3.0).kind == "wrong" and asked(box, choice, "no such option").words
