"""What is handed in is taken as data, whatever it is; who handed it in is told apart; nobody disappears."""

import json
import os
import unicodedata

import pytest

from autograd_mini.grading import intake
from autograd_mini.grading.intake import Submission, Unreadable, code_cells, collect, identity, read


def notebook(*sources, **changes):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "outputs": [], "execution_count": None, "source": s}
             for i, s in enumerate(sources)]  # fmt: skip
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | changes).encode()


def taken(path):
    return read(Submission("a", path.name, path))


@pytest.fixture
def file(tmp_path):
    def write(data, name="a.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


# ---- files ---------------------------------------------------------------------------------------


def test_only_ids_and_sources_of_code_cells_are_kept(file):
    cells = [
        {"cell_type": "markdown", "source": "words"},
        {"cell_type": "code", "id": "a", "metadata": {"tags": ["skip-execution"]}, "outputs": [{"x": 1}],
         "source": ["x = 1\r\n", "y = 2"]},
        {"cell_type": "code", "id": 7, "source": "z = 3"},
        {"cell_type": "code", "source": "  \n"},
    ]  # fmt: skip
    found = taken(file(notebook(cells=cells)))
    assert [(c.id, c.source) for c in found.cells] == [("a", "x = 1\ny = 2"), ("", "z = 3")]
    assert not found.problem and len(found.sha256) == 64


def test_a_byte_order_mark_is_accepted(file):
    assert taken(file(b"\xef\xbb\xbf" + notebook("x = 1"))).cells


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "empty"),
        (b"not json", "JSON"),
        (notebook("x")[:-20], "JSON"),
        (b"[1]", "not a notebook"),
        (b"null", "not a notebook"),
        (notebook("x", nbformat=3), "nbconvert"),
        (notebook("x", nbformat=5), "format 4"),
        (notebook("x", nbformat="4"), "format 4"),
        (notebook("x", cells={}), "list of cells"),
        (notebook("x").decode().encode("utf-16"), "UTF-8"),
        (b'{"cells": "\xff"}', "UTF-8"),
        (b"[" * 200_000, "JSON"),
        (b'{"a":' * 100_000, "JSON"),
        (b"1" * 10_000, "JSON"),
        (notebook(cells=[{"cell_type": "code", "source": "1"}] * 2001), "2000 cells"),
        (notebook("x" * 1_000_001), "characters"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(file, data, said):
    found = taken(file(data))
    assert said in found.problem and not found.cells


def test_cells_that_are_no_cells_are_left_out():
    strange = [None, 3, [], {}, {"cell_type": "code"}, {"cell_type": "code", "source": 3},
               {"cell_type": "code", "source": ["a", 3]}, {"cell_type": ["code"], "source": "x"}]  # fmt: skip
    assert code_cells(notebook(cells=strange)) == ()


def test_half_a_character_is_no_trouble(file):
    assert taken(file(notebook("x = '\ud800'"))).cells[0].source.encode()


def test_a_large_file_is_refused_unread(file, monkeypatch):
    monkeypatch.setattr(intake, "BYTES", 1000)
    assert "larger" in taken(file(b" " * 1001)).problem


def test_links_pipes_devices_and_folders_are_refused_without_waiting(tmp_path, file):
    good = file(notebook("x = 1"))
    (tmp_path / "link.ipynb").symlink_to(good)
    (tmp_path / "dangling.ipynb").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link", "dangling", "pipe", "folder", "absent"):
        assert taken(tmp_path / f"{name}.ipynb").problem
    assert "device" not in os.listdir(tmp_path) and taken(good).cells


# ---- whose ---------------------------------------------------------------------------------------


def ids(root):
    return {s.file: (s.student, s.problem) for s in collect(root)}


def test_the_layouts_that_learning_systems_export(file, tmp_path):
    for name in (
        "ada.ipynb",
        "bo/07.ipynb",
        "bo/2/lab.ipynb",
        "Cy Young_123_assignsubmission_file_/x.ipynb",
        "dee_late/07-reverse/07-reverse-mode.ipynb",
        "lovelaceeve_4711_815_07-reverse-mode.ipynb",
        "faylate_LATE_4712_816_07-reverse-mode-1.ipynb",
        "bo/.ipynb_checkpoints/07.ipynb",
        "__MACOSX/bo/07.ipynb",
    ):
        file(notebook("x = 1"), name)
    found = {name: student for name, (student, problem) in ids(tmp_path).items() if not problem}
    assert found == {
        "ada.ipynb": "ada",
        "bo/07.ipynb": "bo",
        "bo/2/lab.ipynb": "bo",
        "Cy Young_123_assignsubmission_file_/x.ipynb": "Cy Young",
        "dee_late/07-reverse/07-reverse-mode.ipynb": "dee_late",
        "lovelaceeve_4711_815_07-reverse-mode.ipynb": "lovelaceeve",
        "faylate_LATE_4712_816_07-reverse-mode-1.ipynb": "faylate",
    }


def test_two_of_one_name_are_told_apart_by_their_numbers(file, tmp_path):
    file(notebook("x"), "Jo Li_1_assignsubmission_file_/x.ipynb")
    file(notebook("x"), "Jo Li_2_assignsubmission_file_/x.ipynb")
    assert {s.student for s in collect(tmp_path)} == {"Jo Li 1", "Jo Li 2"}


def test_who_handed_in_no_notebook_is_listed_with_the_reason(file, tmp_path):
    file(b"PK", "ada/work.zip")
    file(b"%PDF", "bo_12_13_work.pdf")
    (tmp_path / "cy").mkdir()
    found = collect(tmp_path)
    assert [s.student for s in found] == ["ada", "bo", "cy"] and all(s.problem for s in found)


def test_a_link_to_a_folder_is_not_followed(tmp_path, file):
    file(notebook("x"), "elsewhere/x.ipynb")
    root = tmp_path / "in"
    root.mkdir()
    (root / "ada").symlink_to(tmp_path / "elsewhere")
    (root / "bo").mkdir()
    (root / "bo" / "more").symlink_to(tmp_path / "elsewhere")
    assert [(s.student, bool(s.problem)) for s in collect(root)] == [("ada", True), ("bo", True)]


def test_ids_are_composed_printable_and_without_separators():
    decomposed = unicodedata.normalize("NFD", "Zoë Åström")
    assert identity(decomposed) == "Zoë Åström" and identity(" 李小龍 ") == "李小龍"
    for bad in ("", "..", "a/b", "a\\b", "a\nb", "a\tb", "a\x1b[31m", "a\u202eb", "a\u200bb", "\ud800", "x" * 129):
        with pytest.raises(ValueError):
            identity(bad)


def test_a_name_that_is_no_id_is_shown_harmless_and_refused(tmp_path):
    data = notebook("x = 1")
    for name in (b"a\xff.ipynb", "b\u202egpj.ipynb".encode(), b"c\x1b[31m.ipynb", b"d\n.ipynb"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as f:
            f.write(data)
    found = collect(tmp_path)
    assert len(found) == 4
    assert all(s.problem and s.student.isprintable() and s.file.isprintable() for s in found)


# ---- the roster ----------------------------------------------------------------------------------


def test_the_roster_names_students_and_says_who_is_missing(file, tmp_path):
    listed = file("\ufeffid,name,email\nada,Ada Lovelace,al@x\n17,Zoë,\n99,Nobody,\n".encode(), "roster.csv")
    roster = intake.roster(listed)
    root = tmp_path / "in"
    file(notebook("x"), "in/ada.ipynb")
    file(notebook("x"), "in/" + unicodedata.normalize("NFD", "Zoë") + "_17_assignsubmission_file_/x.ipynb")
    found = [roster.of(s) for s in collect(root)]
    assert sorted((s.student, s.name) for s in found) == [("17", "Zoë"), ("ada", "Ada Lovelace")]
    assert roster.missing(found) == [("99", "Nobody")]


@pytest.mark.parametrize("text", ["", "name\nAda\n", "id,name\na/b,Ada\n"])
def test_a_roster_that_is_none_is_refused(file, text):
    with pytest.raises(Unreadable):
        intake.roster(file(text.encode(), "roster.csv"))
