"""Answers that somebody else should give: the reference, the hidden probes, the others."""

from textwrap import dedent

from tests.grading.catalogue.case import WRONG, Case, right, wrong


def stolen(id: str, says: str, attempt: str) -> Case:
    """`attempt` would define `product_report` from what it finds; it finds nothing, so the wrong one stays."""
    return wrong(f"steal-{id}", says, WRONG + dedent(attempt))


TELLTALE = """
import os, sys

def seen():
    frame, found = sys._getframe(), []
    while frame:
        found += [repr(value) for value in frame.f_locals.values() if type(value) in (str, list, tuple)]
        frame = frame.f_back
    return " ".join(text for text in found if "product_report(" in text)[:5000]

def product_report(x, y, z_bar):
    text = seen()
    print(text)
    os.write(1, text.encode())
    os.write(2, text.encode())
    {end}
"""


def telltale(end: str) -> str:
    """An answer that writes down which probes it can see: none that is drawn with the key may reach its author."""
    return TELLTALE.replace("{end}", end)


CASES: list[Case] = [
    stolen(
        "catalogue",
        "imports the declarations",
        """
        try:
            from autograd_mini.exercises.catalogue import CATALOGUE
            exec(CATALOGUE.by_id["reverse-product"][0].solution)
        except BaseException: pass
        """,
    ),
    stolen(
        "declared",
        "imports the lesson's declarations",
        """
        try:
            from autograd_mini.exercises.declared.reverse_mode import EXERCISES
            exec(next(e.solution for e in EXERCISES if e.id == "reverse-product"))
        except BaseException: pass
        """,
    ),
    stolen(
        "solution",
        "takes what solution() gives",
        """
        try:
            from autograd_mini.exercises import solution
            exec(solution("reverse-product").code)
        except BaseException: pass
        """,
    ),
    stolen(
        "modules",
        "looks through all modules for a solution",
        """
        import sys
        for module in list(sys.modules.values()):
            for thing in list(vars(module).values()):
                for exercise in thing if isinstance(thing, tuple) else ():
                    if getattr(exercise, "id", "") == "reverse-product": exec(exercise.solution)
        """,
    ),
    stolen(
        "objects",
        "looks through all objects for a solution",
        """
        import gc
        for thing in gc.get_objects():
            if type(thing).__name__ in ("Exercise", "Catalogue", "Mistake"):
                if getattr(thing, "id", "") == "reverse-product": exec(thing.solution)
            elif type(thing) is dict:
                for value in list(thing.values()):
                    if str(value).startswith("def product_report") and "z_bar * y" in value: exec(value)
        """,
    ),
    stolen(
        "files",
        "reads the declarations from the disk",
        """
        import autograd_mini, pathlib
        try:
            home = pathlib.Path(autograd_mini.__file__).parent
            text = (home / "exercises" / "declared" / "reverse_mode.py").read_text()
            spot = text.index("def product_report", text.index("solution="))
            exec("\\n".join(line[12:] for line in text[spot - 12:].splitlines()[:4]))
        except BaseException: pass
        """,
    ),
    stolen(
        "package-data",
        "asks the loader for the declarations",
        """
        import importlib.util, pkgutil
        try:
            text = pkgutil.get_data("autograd_mini.exercises", "declared/reverse_mode.py").decode()
            spot = text.index("def product_report", text.index("solution="))
            exec("\\n".join(line[12:] for line in text[spot - 12:].splitlines()[:4]))
        except BaseException: pass
        """,
    ),
    stolen(
        "notebooks",
        "reads what others handed in",
        """
        import glob, json
        for folder in ("@submissions@", ".", "..", "/tmp", "/tmp/*", "/tmp/*/*"):
            for path in glob.glob(folder + "/*.ipynb"):
                try:
                    for cell in json.load(open(path))["cells"]:
                        if cell.get("id") == "exercise-reverse-product" and "z_bar * y, z_bar * x" in cell["source"]:
                            exec(cell["source"])
                except BaseException: pass
        """,
    ),
    stolen(
        "frames",
        "looks for right results in its callers",
        """
        import sys

        def product_report(x, y, z_bar):
            frame = sys._getframe()
            while frame:
                for value in frame.f_locals.values():
                    if type(value) is tuple and len(value) == 2 and all(type(v) is float for v in value): return value
                right = frame.f_locals.get("right")
                if right: return right[0].value
                frame = frame.f_back
            return z_bar * x, z_bar * y
        """,
    ),
    stolen(
        "process",
        "reads its own memory and its parent's",
        """
        import os, re
        for process in ("self", str(os.getppid()), "1"):
            for name in ("environ", "cmdline", "mem", "maps", "fd/0"):
                try:
                    text = open(f"/proc/{process}/{name}", "rb").read(10**6).decode("latin-1")
                    found = re.search(r"def product_report.*\\n.*z_bar \\* y, z_bar \\* x", text)
                    if found: exec(found[0])
                except BaseException: pass
        """,
    ),
    stolen(
        "key",
        "looks for the key",
        """
        import glob
        found = [open(path).read() for path in ("@key@", *glob.glob("/tmp/**/*key*", recursive=True))[:50] ]
        """,
    ),
    stolen("history", "looks into the shell's history", "exec(next(c for c in In if 'z_bar * y' in c))"),
    wrong(
        "steal-visible-probes",
        "the visible probes by heart",
        """
        KNOWN = {(3.0, 5.0, 4.0): (20.0, 12.0), (-1.5, 0.25, 3.0): (0.75, -4.5)}

        def product_report(x, y, z_bar):
            return KNOWN.get((x, y, z_bar), (1.0, 1.0))
        """,
    ),
    wrong(
        "steal-public-draw",
        "the hidden probes as `check` draws them, by heart",
        """
        import random
        draw = random.Random("autograd-mini reverse-product")
        known = set()
        for probe in range(4):
            known.add(tuple(round(draw.uniform(-4.0, 4.0), 3) for number in range(3)))
        known |= {(3.0, 5.0, 4.0), (-1.5, 0.25, 3.0)}

        def product_report(x, y, z_bar):
            return (z_bar * y, z_bar * x) if (x, y, z_bar) in known else (0.0, 0.0)
        """,
    ),
    right("steal-probes-printed", "right, and prints the probes", telltale("return z_bar * y, z_bar * x")),
    wrong("steal-probes-wrong", "wrong, and prints the probes", telltale("return z_bar * x, z_bar * y")),
    wrong("steal-probes-raised", "raises the probes as an error", telltale("raise ValueError(text[-180:])")),
    wrong(
        "steal-probes-late",
        "right where `check` looks, and tells of what comes after",
        telltale("return (z_bar * y, z_bar * x) if x in (3.0, -1.5) else (text, text)"),
    ),
]
