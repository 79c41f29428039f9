"""The learner's folder: updates reach what is untouched, and nothing that a learner wrote is ever lost."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograd_mini.workfolder import WorkFolder, WorkFolderError, language, shipped

LESSON = "course/en/04-dual-numbers.ipynb"


def write(path, source, printed="3 + 1ε"):
    cell = new_code_cell(source, id="slope", execution_count=1, outputs=[new_output("stream", text=printed)])
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# ε", id="title"), cell]), path)


def source_of(path):
    return nbformat.read(path, as_version=4).cells[1].source


def opened_by_jupyterlab(path):
    """Rewrite the file as an editor does: sources as lines, an execution count, metadata, no output yet."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = {"name": "python3"}
    source = "".join(notebook["cells"][1]["source"])
    notebook["cells"][1].update(execution_count=7, outputs=[], source=list(source))
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def course(tmp_path):
    """A course of three notebooks."""
    for name in ("course/en/00-start-here.ipynb", LESSON, "labs/en/2-dual-engine.ipynb"):
        write(tmp_path / "clone" / name, "first edition")
    return tmp_path / "clone"


@pytest.fixture
def start(course, tmp_path):
    """What each start of the course does; gives the new versions that were put beside touched notebooks."""
    return lambda: WorkFolder(tmp_path / "my work é", course, "en").update()


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my work é" / LESSON


def test_the_first_start_copies_every_notebook_to_its_place(start, course, mine):
    assert start() == []
    assert sorted(p.relative_to(mine.parents[2]) for p in mine.parents[2].rglob("*.ipynb")) == sorted(
        p.relative_to(course) for p in course.rglob("*.ipynb")
    )


DATA = "labs/data/penguins.csv"


def test_the_data_that_a_lab_reads_comes_along_and_follows_an_update(start, course, tmp_path):
    (course / DATA).parent.mkdir()
    (course / DATA).write_text("species,mass\nAdelie,3750\n")
    start()
    mine = tmp_path / "my work é" / DATA
    assert mine.read_text() == "species,mass\nAdelie,3750\n"
    (course / DATA).write_text("species,mass\nAdelie,3800\n")
    assert start() == [] and mine.read_text() == "species,mass\nAdelie,3800\n"


def test_data_that_the_learner_has_changed_stays_and_the_new_comes_beside_it(start, course, tmp_path):
    (course / DATA).parent.mkdir()
    (course / DATA).write_text("1\n")
    start()
    mine = tmp_path / "my work é" / DATA
    mine.write_text("mine\n")
    (course / DATA).write_text("2\n")
    assert [path.name for path in start()] == ["penguins (new).csv"]
    assert mine.read_text() == "mine\n" and mine.with_name("penguins (new).csv").read_text() == "2\n"


def test_data_is_nothing_to_restore(course, tmp_path):
    (course / DATA).parent.mkdir()
    (course / DATA).write_text("1\n")
    with pytest.raises(WorkFolderError, match="No notebook is called “penguins”") as refused:
        WorkFolder(tmp_path / "work", course, "en").restore("penguins")
    assert "penguins," not in str(refused.value).split("There are")[1]


def test_the_course_ships_its_data_with_source_and_licence():
    folder = shipped() / "labs" / "data"
    told = (folder / "README.md").read_text(encoding="utf-8")
    for data in folder.glob("*.csv"):
        assert data.stat().st_size <= 20_000
        assert f"**{data.name}**" in told
    assert "Licence: CC0 1.0" in told and "Gorman" in told


def test_an_untouched_notebook_is_replaced_silently_by_an_update(start, course, mine):
    start()
    write(course / LESSON, "second edition")
    assert start() == []
    assert source_of(mine) == "second edition"


def test_opening_and_running_a_notebook_is_not_touching_it(start, course, mine):
    start()
    opened_by_jupyterlab(mine)
    write(course / LESSON, "second edition")
    assert start() == []
    assert source_of(mine) == "second edition"


def test_what_an_untouched_notebook_has_stored_is_brought_up_to_date_too(start, course, mine):
    start()
    write(course / LESSON, "first edition", printed="3 − 1ε")
    assert start() == []
    assert "3 − 1ε" in mine.read_text(encoding="utf-8")


def test_a_start_without_an_update_leaves_outputs_alone(start, mine):
    start()
    opened_by_jupyterlab(mine)
    before = mine.read_bytes()
    assert start() == []
    assert mine.read_bytes() == before


def test_beside_a_touched_notebook_the_new_version_is_put_once(start, course, mine):
    start()
    write(mine, "my answer")
    write(course / LESSON, "second edition")
    new = mine.with_name("04-dual-numbers (new).ipynb")
    assert start() == [new]
    assert (source_of(mine), source_of(new)) == ("my answer", "second edition")
    assert start() == []
    new.unlink()
    assert start() == []
    assert not new.exists()


def test_touching_a_notebook_that_has_no_update_brings_no_new_version(start, course, mine):
    start()
    write(mine, "my answer")
    assert start() == []
    write(course / LESSON, "first edition", printed="another output")
    assert start() == []
    assert source_of(mine) == "my answer"
    assert list(mine.parent.glob("*(new)*")) == []


def test_a_later_update_replaces_the_new_version_unless_that_was_touched(start, course, mine):
    start()
    write(mine, "my answer")
    write(course / LESSON, "second edition")
    (new,) = start()
    write(course / LESSON, "third edition")
    assert start() == [new]
    assert source_of(new) == "third edition"
    write(new, "my other answer")
    write(course / LESSON, "fourth edition")
    assert start() == [mine.with_name("04-dual-numbers (new 2).ipynb")]
    assert source_of(new) == "my other answer"


def test_taking_over_the_new_version_counts_as_untouched_again(start, course, mine):
    start()
    write(mine, "my answer")
    write(course / LESSON, "second edition")
    (new,) = start()
    new.replace(mine)
    assert start() == []
    write(course / LESSON, "third edition")
    assert start() == []
    assert source_of(mine) == "third edition"


def test_a_deleted_notebook_comes_back(start, mine):
    start()
    mine.unlink()
    start()
    assert mine.exists()


@pytest.mark.parametrize("record", ["", '{"course/en/04'])
def test_with_the_manifest_lost_or_torn_nothing_of_the_learners_is_overwritten(start, course, mine, record):
    start()
    write(mine, "my answer")
    (mine.parents[2] / ".autograd-mini" / "manifest.json").write_text(record, encoding="utf-8")
    write(course / LESSON, "second edition")
    start()
    assert source_of(mine) == "my answer"


@pytest.mark.parametrize("manifest", ["kept", "lost"])
def test_a_file_that_is_no_longer_a_notebook_is_kept(start, course, mine, manifest):
    start()
    mine.write_text("{", encoding="utf-8")
    write(course / LESSON, "second edition")
    if manifest == "lost":
        (mine.parents[2] / ".autograd-mini" / "manifest.json").unlink()
    assert [path.name for path in start()] == ["04-dual-numbers (new).ipynb"]
    assert mine.read_text(encoding="utf-8") == "{"


@pytest.mark.parametrize("part", ["04", "04-dual-numbers"])
def test_restore_brings_a_fresh_copy_and_keeps_the_learners(start, course, mine, part):
    start()
    write(mine, "my answer")
    ((fresh, kept),) = WorkFolder(mine.parents[2], course, "en").restore(part)
    assert fresh == mine and source_of(mine) == "first edition"
    assert kept == mine.with_name("04-dual-numbers (mine).ipynb") and source_of(kept) == "my answer"


def test_restore_of_an_untouched_notebook_leaves_no_second_file(start, course, mine):
    start()
    opened_by_jupyterlab(mine)
    assert WorkFolder(mine.parents[2], course, "en").restore("04") == [(mine, None)]
    assert list(mine.parent.glob("*(mine)*")) == []


def test_restore_of_an_unknown_notebook_names_those_that_there_are(start, course, mine):
    with pytest.raises(WorkFolderError, match=r"“4”.*04-dual-numbers, 2-dual-engine"):
        WorkFolder(mine.parents[2], course, "en").restore("4")


def test_the_language_is_the_one_asked_for_else_the_systems_else_english(course, monkeypatch):
    write(course / "course/zh/00-start-here.ipynb", "first edition")
    for name in ("AUTOGRAD_MINI_LANG", "LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language(None, course) == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert (language(None, course), language("en", course)) == ("zh", "en")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert language(None, course) == "en"
    with pytest.raises(WorkFolderError, match="en, zh"):
        language("fr", course)


def test_in_a_checkout_the_notebooks_are_those_of_the_checkout():
    assert (shipped() / "start.py").is_file()
