"""What strict nbval cannot see: a notebook whose stored outputs promise too little.

`complaints(notebook)` gives a sentence for each fault of a notebook (a dict as read from its file).
A rule is a generator over the faults that it finds; its name is the fault's name in the complaint.

An author can say of a cell, by a tag, that an exception is meant:
`allow-3.5` in a markdown cell: the number 3.5 is printed nowhere, and need not be (a price, an edition);
`exact` in a code cell: the long numbers come from + − × ÷ √ only, which are the same on every processor.
"""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from autograd_mini.exercises.solved import problems

Json = dict[str, Any]
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
UNSEEN = {VIEW, "image/png", "image/jpeg", "image/gif"}  # what nbval leaves out of its comparison

ANSWERING = {"check", "predict", "hint", "solution", "progress"}
LEAKING = {"interact", "interactive", "interactive_output", "Output"}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib", "urllib3"}
UNCOMPARED = {"nbval-ignore-output", "nbval-skip", "nbval-raises-exception", "raises-exception"}
ENOUGH = 8

SHELL = re.compile(r"^\s*[!%].*$", re.MULTILINE)
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)")
NOT_A_CLAIM = re.compile(  # addresses, and numbers that count parts of a book or editions of Python
    r"\]\([^)]*\)|<?https?://\S+|\b(?:doi|arXiv)\S*|(?:§+|\b(?:section|chapter|figure|table|Python)s?)\s*[\d.–-]+",
    re.IGNORECASE,
)
INLINE = re.compile(r"</?(?:a|b|i|em|strong|code|span|sub|sup|del|var|small|tspan)\b[^>]*>")
CALL_OR_OBJECT = re.compile(r"<.*>|\w+\(.*\)", re.DOTALL)
PASSING = re.compile(r"\b0x[0-9a-f]{6,}|\d (?:ms|µs|μs|ns|seconds)\b|[\w/]*/(?:tmp|home|site-packages)/")
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?|[0-9a-f]{12,}|(cell|code|markdown|id)?[-_]?\d+")
MEANINGFUL_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def cells(notebook: Json, kind: str) -> list[tuple[str, Json, str]]:
    """(id, cell, source) of each cell of a kind that is not empty."""
    found = ((cell.get("id", f"number {n}"), cell, text(cell["source"])) for n, cell in enumerate(notebook["cells"]))
    return [item for item in found if item[1]["cell_type"] == kind and item[2].strip()]


def bundles(cell: Json) -> list[Json]:
    return [output["data"] for output in cell["outputs"] if "data" in output]


def plain(markup: str) -> str:
    """The text of HTML or SVG as a reader sees it, words of different blocks kept apart."""
    return html.unescape(re.sub(r"<[^>]*>", " ", INLINE.sub("", markup)))


def shown(output: Json) -> str:
    """What is to be read in an output, and compared by nbval."""
    if "data" not in output:
        return text(output.get("text", ""))
    data = {kind: text(value) for kind, value in output["data"].items() if kind.startswith(("text/", "image/svg"))}
    if UNSEEN & output["data"].keys() and CALL_OR_OBJECT.fullmatch(data.get("text/plain", "")):
        del data["text/plain"]  # <Figure size 640x480>, VBox(children=(…)): the name of a picture, not its content
    return "\n".join(value if kind == "text/plain" else plain(value) for kind, value in data.items()).strip()


def program(source: str) -> ast.Module:
    return ast.parse(SHELL.sub("pass", source))


def called(source: str) -> set[str]:
    """The last names of what a cell calls: `check`, `w.interact` → {"check", "interact"}."""
    functions = [node.func for node in ast.walk(program(source)) if isinstance(node, ast.Call)]
    return {getattr(function, "id", getattr(function, "attr", "")) for function in functions}


def imported(source: str) -> list[tuple[str, str]]:
    """(module, name) of each import of a cell; the name is empty for `import module`."""
    found = []
    for node in ast.walk(program(source)):
        if isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return found


def out_of_order(notebook: Json) -> Iterator[str]:
    for expected, (name, cell, _) in enumerate(cells(notebook, "code"), start=1):
        if cell["execution_count"] != expected:
            yield f"{name}: executed as number {cell['execution_count']}, stands as number {expected}"


def error_output(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                yield f"{name}: stores the error {output['ename']}: {output['evalue']}"
            elif output.get("name") == "stderr":
                yield f"{name}: stores a warning, {text(output['text'])[:80]!r}"


def only_a_picture(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        for output in cell["outputs"]:
            pictured = "data:image/svg+xml" in text(output.get("data", {}).get("text/html", ""))
            if "data" in output and not shown(output) and not pictured:
                yield f"{name}: stores {', '.join(sorted(output['data']))} and nothing that nbval compares"


def inline_drawing(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        for data in bundles(cell):
            if found := re.search(r"<(svg|script)\b", text(data.get("text/html", ""))):
                yield f"{name}: stores <{found[1]}> in HTML, which an untrusted notebook loses; store an <img>"


def silent_cell(notebook: Json) -> Iterator[str]:
    code = cells(notebook, "code")
    drawing = {name for *_, source in code for module, name in imported(source) if module == "autograd_mini.widgets"}
    for name, cell, source in code:
        for function in sorted(called(source) & (ANSWERING | drawing)):
            if not any(shown(output) for output in cell["outputs"]):
                yield f"{name}: calls {function} and stores no text or SVG of what it shows"


def few_numbers(notebook: Json) -> Iterator[str]:
    outputs = [output for _, cell, _ in cells(notebook, "code") for output in cell["outputs"]]
    count = sum(1 for output in outputs if re.search(r"\d", shown(output)))
    if count < ENOUGH:
        yield f"{count} stored outputs with numbers, at least {ENOUGH} are wanted"


def nothing_to_move(notebook: Json) -> Iterator[str]:
    if not any(VIEW in data for _, cell, _ in cells(notebook, "code") for data in bundles(cell)):
        yield "no cell shows a widget"


def lost_model(notebook: Json) -> Iterator[str]:
    """A view whose model is not stored shows "model not found" instead of its picture."""
    models = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    if list(models) != [f"{number:032x}" for number in range(1, len(models) + 1)]:
        yield "the models of the widgets are not numbered 1, 2, …: rebuild the notebook"
    for name, cell, _ in cells(notebook, "code"):
        for data in bundles(cell):
            if VIEW in data and data[VIEW]["model_id"] not in models:
                yield f"{name}: shows a widget whose state is not stored: rebuild the notebook"


def not_rebuilt(notebook: Json) -> Iterator[str]:
    if "version" in notebook["metadata"].get("language_info", {}):
        yield "stores the version of Python: rebuild the notebook"
    for name, cell, _ in cells(notebook, "code"):
        if "execution" in cell["metadata"]:
            yield f"{name}: stores when it was run: rebuild the notebook"


def leaking_widget(notebook: Json) -> Iterator[str]:
    for name, _, source in cells(notebook, "code"):
        for function in sorted((called(source) | {name for _, name in imported(source)}) & LEAKING):
            yield f"{name}: uses {function}, whose prints nbval cannot compare; use observe and an HTML widget"


def not_compared(notebook: Json) -> Iterator[str]:
    for name, cell, source in cells(notebook, "code"):
        comments = {line.strip("# \t").lower().replace("_", "-") for line in source.splitlines()}
        for tag in sorted(UNCOMPARED & (comments | set(cell["metadata"].get("tags", [])))):
            yield f"{name}: {tag} takes it out of the comparison"


def network(notebook: Json) -> Iterator[str]:
    for name, _, source in cells(notebook, "code"):
        modules = {module.split(".")[0] for module, _ in imported(source)}
        for module in sorted(modules & NETWORK):
            yield f"{name}: imports {module}; no cell needs a network"
        for line in SHELL.findall(source):
            yield f"{name}: {line.strip()!r} is a command to the machine; no cell needs one"
        if "://" in source:
            yield f"{name}: an address in code; no cell needs a network"
    for name, _, source in cells(notebook, "markdown"):
        if re.search(r"!\[[^\]]*\]\(\w+://|\bsrc=.?\w+://", source):
            yield f"{name}: shows a picture from the network"
    for name, cell, _ in cells(notebook, "code"):
        if any(re.search(r"\b(src|href)=.?\w+://", text(data.get("text/html", ""))) for data in bundles(cell)):
            yield f"{name}: its output loads something from the network"


def cell_id(notebook: Json) -> Iterator[str]:
    names = [cell.get("id", "") for cell in notebook["cells"]]
    for name, count in Counter(names).items():
        if not name:
            yield f"{count} cells have no id"
        elif count > 1:
            yield f"{name}: the id of {count} cells"
        elif RANDOM_ID.fullmatch(name) or not MEANINGFUL_ID.fullmatch(name):
            yield f"{name}: an id says what the cell is for, in small letters: exercise-dual-product"


def unprinted_number(notebook: Json) -> Iterator[str]:
    code = cells(notebook, "code")
    known = {number for *_, source in code for number in DECIMAL.findall(source)}
    known |= {number for _, cell, _ in code for output in cell["outputs"] for number in DECIMAL.findall(shown(output))}
    for name, cell, source in cells(notebook, "markdown"):
        allowed = {tag.removeprefix("allow-") for tag in cell["metadata"].get("tags", [])}
        for number in sorted(set(DECIMAL.findall(NOT_A_CLAIM.sub(" ", source))) - known - allowed):
            yield f"{name}: says {number}, which no cell prints in that form (tag allow-{number} if none should)"


def bare_number(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        for data in bundles(cell):
            value = text(data.get("text/plain", ""))
            bare = re.fullmatch(r"(np\.\w+|array|[-+.\d\s\[\](){},e]|inf|nan|dtype=\w+)+", value)
            if bare and re.search(r"\d\.\d", value) and max(map(digits, DECIMAL.findall(value)), default=0) > 6:
                yield f"{name}: a cell's bare value, {value[:60]}: show it through fmt"


def last_bit(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        if "exact" in cell["metadata"].get("tags", []):
            continue
        numbers = {number for output in cell["outputs"] for number in DECIMAL.findall(shown(output))}
        for number in sorted(number for number in numbers if digits(number) > 12):
            yield f"{name}: {number} has digits in which processors differ: show it through fmt, or tag the cell exact"


def given_away(notebook: Json) -> Iterator[str]:
    """Exercises that are not as declared: starters changed, questions answered, ids that nobody knows."""
    yield from problems(notebook)


def passing(notebook: Json) -> Iterator[str]:
    for name, cell, _ in cells(notebook, "code"):
        for output in cell["outputs"]:
            if found := PASSING.search(shown(output)):
                yield f"{name}: stores {found[0]!r}, an address, a time or a path: the next run gives another"


def digits(number: str) -> int:
    """The significant digits of a decimal number as written."""
    return len(number.replace(".", "").lstrip("0"))


RULES = (
    out_of_order,
    error_output,
    only_a_picture,
    inline_drawing,
    silent_cell,
    few_numbers,
    nothing_to_move,
    lost_model,
    not_rebuilt,
    leaking_widget,
    not_compared,
    network,
    cell_id,
    unprinted_number,
    bare_number,
    last_bit,
    passing,
    given_away,
)


def complaints(notebook: Json) -> list[str]:
    """A sentence for each fault of `notebook`, beginning with the name of the rule that found it."""
    return [f"{rule.__name__}: {sentence}" for rule in RULES for sentence in rule(notebook)]
