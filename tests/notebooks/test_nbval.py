"""Strict nbval compares what a reader sees: a changed digit in any form of a stored output is found."""

import re
import subprocess
import sys

from nbformat.v4 import new_code_cell, new_notebook, writes

from tests.notebooks.rebuild import rebuild

FLAGS = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=60")
SHOW = "from IPython.display import display\ndisplay({{'text/plain': 'a picture', {form!r}: {content!r}}}, raw=True)"
STORED = {
    "print(3.5)": ("3.5", "3.6"),
    SHOW.format(form="text/html", content="<table><tr><td>5.5</td></tr></table>"): ("5.5", "5.6"),
    SHOW.format(form="text/html", content="<img src='data:image/svg+xml,%3Ctext%3E7.5%3C/text%3E'>"): ("7.5", "7.6"),
    SHOW.format(form="image/svg+xml", content="<svg><text>9.5</text></svg>"): ("9.5", "9.6"),
    "'slope 4.5'": ("slope 4.5", "slope 4.6"),
    "print(2.5)": ("2.5", "2.5"),
}


def test_a_changed_digit_is_found_in_every_form_of_output(tmp_path):
    path = tmp_path / "notebook.ipynb"
    cells = [new_code_cell(source, id=f"part-{number}") for number, source in enumerate(STORED)]
    path.write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    rebuild(path)
    outputs, sources = re.compile(r'"outputs": \[.*?"source"', re.DOTALL), iter(STORED.values())
    path.write_text(outputs.sub(lambda found: found[0].replace(*next(sources)), path.read_text(encoding="utf-8")))
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *FLAGS, str(path)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "5 failed, 1 passed" in ran.stdout
