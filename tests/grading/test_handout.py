"""What a class gets and what it hands in."""

import contextlib
import io
import json

import pytest

from autograd_mini import cli
from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.grading import handout
from autograd_mini.grading.box import Unavailable, best
from autograd_mini.grading.plan import released


def say(capsys, *words):
    """What a command prints, and whether it went well."""
    code = cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out + err


@pytest.fixture
def lab(tmp_path, capsys):
    """Lesson 07, as a class gets it."""
    file = tmp_path / "07.ipynb"
    assert say(capsys, "release", "07", "-o", file)[0] == 0
    return file


def changed(file, id, text):
    """Write `text` into one cell of a notebook."""
    notebook = json.loads(file.read_text("utf-8"))
    (cell,) = (c for c in notebook["cells"] if c["id"] == id)
    cell["source"] = text
    file.write_text(json.dumps(notebook), "utf-8")


@pytest.mark.parametrize("shipped", released(), ids=lambda notebook: notebook.name)
def test_no_notebook_that_is_released_lends_the_courses_solution(shipped, capsys):
    made = handout.student_version(handout.read(handout.find(shipped.name.split("/")[-1].removesuffix(".ipynb"))))
    for cell in made["cells"]:
        text = handout.source(cell) if cell["cell_type"] == "code" else ""
        for line in text.splitlines():
            assert not ("import" in line and "solution" in line), line
        if "def solution" in text:
            space: dict = {}
            exec(text[text.index("def solution") :], space)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                space["solution"]("reverse-product")
            assert "handed in" in said.getvalue()


def test_released_cells_of_exercises_hold_the_starter_and_no_output(lab):
    notebook = json.loads(lab.read_text("utf-8"))
    held = {c["id"]: c for c in notebook["cells"] if c["id"].startswith("exercise-")}
    assert len(held) > 5
    for id, cell in held.items():
        exercise, _part = CATALOGUE.by_id[id.removeprefix("exercise-")]
        assert cell["outputs"] == []
        assert "".join(cell["source"]).startswith(exercise.starter.strip())


def test_a_file_that_is_there_is_not_written_over(lab, capsys):
    before = lab.read_bytes()
    code, said = say(capsys, "release", "07", "-o", lab)
    assert code == 1 and "already" in said
    assert lab.read_bytes() == before


def test_a_notebook_that_does_not_exist_is_a_sentence(capsys):
    code, said = say(capsys, "release", "77")
    assert code == 1 and "07-reverse-mode" in said


def test_handin_tells_what_is_missing_and_what_is_not_attempted(lab, capsys, monkeypatch):
    monkeypatch.setattr(handout, "marks", lambda plan: iter(()))  # the next test runs them
    notebook = json.loads(lab.read_text("utf-8"))
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "exercise-reverse-minus"]
    lab.write_text(json.dumps(notebook), "utf-8")
    code, said = say(capsys, "handin", lab)
    assert code == 0
    assert "(reverse-minus): its cell is not in this notebook" in said
    assert "(reverse-product): not attempted" in said
    assert "(reverse-product): its cell" not in said


def test_handin_marks_in_the_box_and_writes_one_file(lab, capsys):
    changed(lab, "exercise-reverse-product", CATALOGUE.by_id["reverse-product"][0].solution)
    _code, said = say(capsys, "handin", lab)
    try:
        best()
    except Unavailable:  # the words are there, the marks are not
        assert "Marks were not computed" in said
    else:
        points = CATALOGUE.by_id["reverse-product"][0].points
        title = CATALOGUE.by_id["reverse-product"][0].title
        assert any(line.split(maxsplit=3)[:3] == [f"{points:g}", "/", f"{points:g}"] and title in line
                   for line in said.splitlines())  # fmt: skip
    handed = json.loads(lab.with_name("07-handin.ipynb").read_text("utf-8"))
    assert all(not c["outputs"] for c in handed["cells"] if c["cell_type"] == "code")
    assert [c["id"] for c in handed["cells"]] == [c["id"] for c in json.loads(lab.read_text("utf-8"))["cells"]]


def test_handin_given_again_brings_the_file_up_to_date(lab, capsys, monkeypatch):
    monkeypatch.setattr(handout, "marks", lambda plan: iter(()))
    assert say(capsys, "handin", lab)[0] == 0
    changed(lab, "exercise-reverse-minus", "later = 1\n")
    assert say(capsys, "handin", lab)[0] == 0
    assert "later = 1" in lab.with_name("07-handin.ipynb").read_text("utf-8")
    code, said = say(capsys, "handin", lab, "-o", lab)
    assert code == 1 and "already" in said


def test_handin_of_something_else_is_a_sentence(tmp_path, capsys):
    other = tmp_path / "other.ipynb"
    other.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}')
    code, said = say(capsys, "handin", other)
    assert code == 1 and "none of the course's exercises" in said
    other.write_text("{")
    code, said = say(capsys, "handin", other)
    assert code == 1 and "JSON" in said
