"""Run the programs of one library in this process and say what they print, as JSON.

    python -m autograd_mini.beside.alone jax

`beside.run` starts this as a process of its own: a big engine starts threads, and takes memory that a notebook keeps.
"""

import contextlib
import importlib.metadata
import io
import json
import sys
from textwrap import dedent

from autograd_mini.beside.programs import PROGRAMS


def printed(program: str) -> str:
    """What a program prints; the error's last line, if it ends with one."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(dedent(program), "<program>", "exec"), {})
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return out.getvalue().rstrip("\n")


def ran(library: str) -> dict[str, object]:
    """The library's version, and what each of its programs prints."""
    outputs = {name: printed(texts[library]) for name, texts in PROGRAMS.items()}
    return {"version": importlib.metadata.version(library).split("+")[0], "outputs": outputs}


if __name__ == "__main__":
    print(json.dumps(ran(sys.argv[1])))
