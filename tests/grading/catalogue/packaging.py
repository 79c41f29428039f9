"""What lies in the folder: names, links, pipes, and programs beside a notebook."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.grading.catalogue.case import ALL, Case

TRAP = "open('{}/written', 'w').write(__name__)\nraise SystemExit\n"


def named(name: str) -> Callable[[Path, bytes], None]:
    """The notebook under another name, folders in it made."""

    def place(folder: Path, data: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return place


def bad_name(id: str, says: str, name: str, student: str) -> Case:
    return Case(id, says, ALL, look=".", place=named(name), student=student)


def link(folder: Path, data: bytes) -> None:
    target = folder.parent / "aside.ipynb"
    target.write_bytes(data)
    (folder / "packaging-link.ipynb").symlink_to(target)


def link_to_folder(folder: Path, data: bytes) -> None:
    (folder / "packaging-link-to-folder.ipynb").symlink_to("/etc")


def dangling(folder: Path, data: bytes) -> None:
    (folder / "packaging-dangling.ipynb").symlink_to("/nowhere/x.ipynb")


def pipe(folder: Path, data: bytes) -> None:
    os.mkfifo(folder / "packaging-pipe.ipynb")


def endpoint(folder: Path, data: bytes) -> None:
    here = os.getcwd()
    os.chdir(folder)  # a socket's path may have 108 characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("packaging-socket.ipynb")
    finally:
        os.chdir(here)


def hard_link(folder: Path, data: bytes) -> None:
    aside = folder.parent / "aside-too.ipynb"
    aside.write_bytes(data)
    os.link(aside, folder / "packaging-hard-link.ipynb")


def beside(folder: Path, data: bytes) -> None:
    """A student's folder with modules in it that would be imported if the folder were on the path."""
    own = folder / "packaging-modules"
    own.mkdir()
    (own / "lesson.ipynb").write_bytes(data)
    trap = TRAP.format(folder.parent / "canary")
    for name in (
        "json",
        "numpy",
        "sitecustomize",
        "usercustomize",
        "conftest",
        "math",
        "random",
        "nbformat",
        "_socket",
    ):
        (own / f"{name}.py").write_text(trap)
    package = own / "autograd_mini"
    package.mkdir()
    (package / "__init__.py").write_text(trap)
    (own / "x.pth").write_text(f"import os; open({str(folder.parent / 'canary' / 'written')!r}, 'w')\n")
    (own / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-p conftest'\n")
    (own / ".ipynb_checkpoints").mkdir()
    (own / ".ipynb_checkpoints" / "lesson-checkpoint.ipynb").write_bytes(b"{}")


def empty(folder: Path, data: bytes) -> None:
    (folder / "packaging-empty").mkdir()


def links_out(folder: Path, data: bytes) -> None:
    """A folder whose inner folder is a link to everybody's."""
    own = folder / "packaging-links-out"
    own.mkdir()
    (own / "more").symlink_to(folder)
    (own / "lesson.ipynb").write_bytes(data)


CASES: list[Case] = [
    Case("packaging-accents", "letters of all kinds", place=named("Zoë 导数 Ω.ipynb"), student="Zoë 导数 Ω"),
    Case("packaging-composed", "a letter in two pieces", place=named("e\u0301a\u0308.ipynb"), student="\u00e9\u00e4"),
    Case("packaging-formula", "a name that a spreadsheet would run", place=named("=1+1.ipynb"), student="=1+1"),
    Case(
        "packaging-markup",
        "a name of markup",
        place=named("<img src=x onerror=alert(1)>.ipynb"),
        student="<img src=x onerror=alert(1)>",
    ),
    Case("packaging-quote", "quotes and commas", place=named("a\"b,c';d.ipynb"), student="a\"b,c';d"),
    Case("packaging-option", "a name like an option", place=named("--key=x.ipynb"), student="--key=x"),
    Case("packaging-capitals", "capitals in the ending", place=named("packaging-capitals.IPYNB")),
    bad_name("packaging-line", "a line end in the name", "a\nb.ipynb", "a\\nb"),
    bad_name("packaging-control", "a terminal's escape in the name", "a\x1b[31mb.ipynb", "a\\x1b[31mb"),
    bad_name("packaging-bidi", "a name that turns round", "a\u202eb.ipynb", "a\\u202eb"),
    bad_name("packaging-long", "a name of more than 128 characters", "x" * 200 + ".ipynb", "x" * 128),
    Case("packaging-link", "a link", ALL, look="link", place=link),
    Case("packaging-link-to-folder", "a link to a folder", ALL, look="link", place=link_to_folder),
    Case("packaging-dangling", "a link to nothing", ALL, look="link", place=dangling),
    Case("packaging-pipe", "a pipe, at which a reader waits for ever", ALL, look="regular", place=pipe),
    Case("packaging-socket", "a socket", ALL, look=".", place=endpoint),
    Case("packaging-hard-link", "a second name of a file", place=hard_link),
    Case("packaging-modules", "modules beside the notebook", place=beside),
    Case("packaging-links-out", "a folder with a link to everybody's", place=links_out),
    Case("packaging-empty", "an empty folder", ALL, look="no notebook", place=empty),
    Case("packaging-folder", "a folder a student", place=named("packaging-folder/week 7/lesson.ipynb")),
    Case(
        "packaging-nbgrader", "as nbgrader collects", place=named("packaging-nbgrader/lesson-07/07-reverse-mode.ipynb")
    ),
    Case(
        "packaging-moodle",
        "as Moodle exports",
        place=named("packaging moodle_4711_assignsubmission_file_/x.ipynb"),
        student="packaging moodle",
    ),
    Case(
        "packaging-canvas",
        "as Canvas exports",
        place=named("packagingcanvas_815_4712_07-reverse-mode.ipynb"),
        student="packagingcanvas",
    ),
]
