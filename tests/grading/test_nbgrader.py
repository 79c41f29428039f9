"""nbgrader itself takes our assignment, collects, and shows our marks."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from autograd_mini import cli
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.grading import box, handout, nbgrader
from autograd_mini.grading.grade import counted
from autograd_mini.grading.plan import released

LESSON = "07-reverse-mode"


def run(course, *words):
    """nbgrader's own command in a folder: the course's, or a student's."""
    command = [sys.executable, "-m", "nbgrader", *words, f"--CourseDirectory.root={course}"]
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # nbgrader calls `alembic`
    env = os.environ | {"PATH": path}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=course, env=env)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def api():
    return pytest.importorskip("nbgrader.api", reason="nbgrader is not installed: pip install nbgrader==0.9.6")


@pytest.fixture(scope="module")
def course(api, tmp_path_factory):
    """A course with lesson 07, handed out by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    assert cli.main(["release", "07", "--nbgrader", str(root)]) == 0
    run(root, "generate_assignment", LESSON)
    return root


def handed_out(course):
    return json.loads((course / "release" / LESSON / f"{LESSON}.ipynb").read_text("utf-8"))


def hand_in(course, student, notebook):
    folder = course / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    (folder / f"{LESSON}.ipynb").write_text(json.dumps(notebook), "utf-8")


@pytest.mark.parametrize("shipped", released(), ids=lambda notebook: notebook.name)
def test_every_mark_of_a_notebook_has_one_locked_cell_with_its_points(shipped):
    path = handout.find(shipped.name.split("/")[-1].removesuffix(".ipynb"))
    made = nbgrader.assignment(handout.student_version(handout.read(path)))
    about = [c["metadata"]["nbgrader"] for c in made["cells"] if "nbgrader" in c["metadata"]]
    wanted = {unit.id: unit.points for whole in shipped.units for unit in counted(whole)}
    assert {a["grade_id"]: a["points"] for a in about} == wanted
    assert len(about) == len(wanted)
    assert all(a["locked"] and a["grade"] and not a["solution"] and a["schema_version"] == 3 for a in about)


def test_generate_assignment_leaves_every_starter_as_it_is(course):
    cells = {c["id"]: "".join(c["source"]) for c in handed_out(course)["cells"]}
    held = {id.removeprefix("exercise-"): text for id, text in cells.items() if id.startswith("exercise-")}
    assert len(held) > 5
    assert all(text.startswith(CATALOGUE.by_id[id][0].starter.strip()) for id, text in held.items())


def test_marks_reach_the_gradebook_and_a_persons_stay(api, course, tmp_path, capsys):
    try:
        box.best()
    except box.Unavailable as reason:
        pytest.skip(str(reason))
    right = handed_out(course)
    for cell in right["cells"]:
        if cell["id"] == "exercise-reverse-product":
            cell["source"] = CATALOGUE.by_id["reverse-product"][0].solution
        if cell["id"] == "exercise-reverse-minus":
            cell["source"] = "def minus_report(x, y, z_bar):\n    return z_bar, z_bar\n"
    hand_in(course, "ada", right)
    hand_in(course, "bob", handed_out(course))
    (course / "submitted" / "bob" / LESSON / "timestamp.txt").write_text("2026-03-04 05:06:07.0 UTC\n")
    hand_in(course, "eve", {"nbformat": 3})
    copy = course / "submitted" / "bob" / LESSON / "old" / f"{LESSON}.ipynb"
    copy.parent.mkdir()
    copy.write_text(json.dumps(handed_out(course)), "utf-8")
    key, results = tmp_path / "class.key", tmp_path / "results"
    assert cli.main(["key", "new", str(key)]) == 0
    command = ["grade", "--nbgrader", str(course), "--key", str(key), "-o", str(results)]
    assert cli.main(command) == 0
    assert f"bob/{LESSON}/old/{LESSON}.ipynb has no place in the gradebook" in capsys.readouterr().out
    points = CATALOGUE.by_id["reverse-product"][0].points

    with api.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_submission(LESSON, "ada").score == points
        assert book.find_submission(LESSON, "bob").score == 0
        grade = book.find_grade("reverse-product", LESSON, LESSON, "ada")
        assert (grade.auto_score, grade.needs_manual_grade) == (points, False)
        assert book.find_grade("reverse-minus", LESSON, LESSON, "ada").auto_score == 0
        assert book.find_submission(LESSON, "eve").needs_manual_grade
        assert book.find_submission(LESSON, "bob").timestamp == datetime(2026, 3, 4, 5, 6, 7)
        grade = book.find_grade("reverse-product", LESSON, LESSON, "bob")
        grade.manual_score = 0.5  # as formgrader does
        book.db.commit()

    assert cli.main(command) == 0
    with api.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        assert book.find_submission(LESSON, "bob").score == 0.5
        assert book.find_submission(LESSON, "ada").score == points

    seen = formgrader(course)  # which shows as graded what it finds a copy of, handed in at the same time
    assert seen.get_autograded_students(LESSON) == {"ada", "bob"}
    scores = {s["student"]: s["score"] for s in seen.get_submissions(LESSON) if s["autograded"]}
    assert scores == {"ada": points, "bob": 0.5}
    copy = json.loads((course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb").read_text("utf-8"))
    assert [c["source"] for c in copy["cells"]] == [c["source"] for c in right["cells"]]
    assert not any(c.get("outputs") for c in copy["cells"])


def formgrader(course):
    """What nbgrader's pages ask."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    return NbGraderAPI(config=Config({"CourseDirectory": {"root": str(course)}}))


@pytest.mark.slow  # each of nbgrader's own commands takes seconds
def test_what_is_handed_out_and_in_through_the_exchange_is_graded(api, course, tmp_path):
    try:
        box.best()
    except box.Unavailable as reason:
        pytest.skip(str(reason))
    teacher, student, exchange = (tmp_path / name for name in ("teacher", "student", "exchange"))
    shutil.copytree(course, teacher, ignore=shutil.ignore_patterns("submitted"))
    for folder in (student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)  # nbgrader asks for a place where everybody may write
    through = (LESSON, f"--Exchange.root={exchange}", "--CourseDirectory.course_id=autograd")
    run(teacher, "release_assignment", *through)

    run(student, "fetch_assignment", *through)
    file = student / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(file.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "exercise-reverse-product":
            cell["source"] = CATALOGUE.by_id["reverse-product"][0].solution
    file.write_text(json.dumps(notebook), "utf-8")
    run(student, "submit", *through)  # nbgrader names the student by the account

    run(teacher, "collect", *through)
    assert cli.main(["key", "new", str(tmp_path / "key")]) == 0
    command = ["grade", "--nbgrader", str(teacher), "--key", str(tmp_path / "key"), "-o", str(tmp_path / "results")]
    assert cli.main(command) == 0
    (entry,) = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))["students"]
    with api.Gradebook(f"sqlite:///{teacher / 'gradebook.db'}") as book:
        score = book.find_submission(LESSON, entry["student"]).score
    assert score == entry["points"] == CATALOGUE.by_id["reverse-product"][0].points


def test_a_course_without_anything_collected_is_a_sentence(tmp_path, capsys):
    assert cli.main(["grade", "--nbgrader", str(tmp_path), "--key", "k", "-o", str(tmp_path / "r")]) == 1
    assert "there is no submitted" in capsys.readouterr().err
