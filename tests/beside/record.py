"""Write down what lesson 14's programs give, for the libraries that are installed here.

    python tests/beside/record.py

Their paths are shortened and the ^^^^ lines left out of the tracebacks; nothing else is changed.
"""

import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent

HOUSE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOUSE))

from autograd_mini.beside.alone import ran  # noqa: E402 (found once the house is on the path)
from autograd_mini.beside.programs import ERRORS, NAMES  # noqa: E402

RECORDED = HOUSE / "autograd_mini" / "beside" / "recorded.json"
os.environ["JAX_PLATFORMS"] = "cpu"


def traceback(program: str) -> str:
    """The traceback of a program that is a file, train.py."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(dedent(program).lstrip(), encoding="utf-8")
        command = [sys.executable, "-X", "no_debug_ranges", "train.py"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
        lines = done.stderr.replace(folder + os.sep, "").rstrip()
    return re.sub(r'(?<=File ")[^"]*site-packages/', "", lines)


def main() -> None:
    record = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    for library in NAMES:
        if importlib.util.find_spec(library):
            python = ".".join(platform.python_version_tuple()[:2])
            record[library] = ran(library) | {"python": python, "error": traceback(ERRORS[library])}
    RECORDED.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
