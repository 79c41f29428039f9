"""Execute notebooks in place, so that what they store is what they give: no more, no less.

    python tests/notebooks/rebuild.py [NOTEBOOK …]      all of course/ and labs/ when none is named

A rebuild that changes nothing is an empty diff. Whatever differs from run to run is therefore left
out (times, the Python version) or given a name that does not (widget models are numbered
0…01, 0…02 in order of appearance). The widgets' state is stored, so a notebook that nobody has run
yet shows its pictures. An error in a cell stops the rebuild and leaves the file as it was.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HOUSE = Path(__file__).resolve().parents[2]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
WIDGETS = "application/vnd.jupyter.widget-state+json"
CELL_METADATA = ("jupyter", "tags", "nbgrader")  # what an author says of a cell; the rest is said by tools


def notebooks(house: Path = HOUSE) -> list[Path]:
    """The notebooks of the course and of the labs, in every language."""
    return sorted(path for shelf in ("course", "labs") for path in (house / shelf).glob("*/*.ipynb"))


def environment(home: str) -> dict[str, str]:
    """An environment in which a kernel finds nothing of this user's: no progress, no profile, no kernel."""
    own = ("AUTOGRAD_MINI_HOME", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")
    return os.environ | {name: os.path.join(home, name.lower()) for name in own}


def execute(notebook: nbformat.NotebookNode, folder: Path, allow_errors: bool = False) -> nbformat.NotebookNode:
    """Run all cells of `notebook` in a fresh kernel that starts in `folder`, storing outputs and widget state."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    with tempfile.TemporaryDirectory() as home:
        client = NotebookClient(
            notebook,
            timeout=60,
            allow_errors=allow_errors,
            store_widget_state=True,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
        )
        return client.execute(env=environment(home))


def settled(notebook: nbformat.NotebookNode) -> str:
    """The text of an executed notebook, without whatever the next run would give differently."""
    notebook.metadata.language_info = LANGUAGE
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
    text = nbformat.writes(notebook)
    models = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    for number, model in enumerate(models, start=1):
        text = text.replace(model, f"{number:032x}")
    # Written once more, because the keys of the state are sorted, and by now they have other names.
    return nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"


def rebuild(path: Path) -> bool:
    """Execute the notebook at `path` and store what it gives; whether that changed the file."""
    before = path.read_text(encoding="utf-8")
    after = settled(execute(nbformat.reads(before, as_version=4), path.parent))
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def main(arguments: list[str]) -> int:
    wrong = 0
    for path in [Path(argument) for argument in arguments] or notebooks():
        try:
            print(f"{path}: {'rebuilt' if rebuild(path) else 'as it was'}")
        except CellExecutionError as error:
            wrong += 1
            print(f"{path}: NOT rebuilt, a cell raised an error\n{error}", file=sys.stderr)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
