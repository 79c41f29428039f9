"""Notebooks that are built otherwise: cells moved, lost, doubled, disguised; files that are no notebooks."""

from __future__ import annotations

import json

from tests.grading.catalogue.case import ALL, PRODUCT, WRONG, Case, Notebook, checked, code, right, without_ids, wrong

ID = "exercise-reverse-product"


def at(notebook: Notebook, id: str = ID) -> int:
    return next(k for k, cell in enumerate(notebook["cells"]) if cell.get("id") == id)


def with_cell(**changes: object):
    """A change of the cell that answers `reverse-product`."""

    def change(notebook: Notebook) -> Notebook:
        cell = notebook["cells"][at(notebook)]
        cell.update(changes)
        return notebook

    return change


def with_notebook(**changes: object):
    return lambda notebook: {**notebook, **changes}


def with_cells(do):
    """A change of the list of cells."""

    def change(notebook: Notebook) -> Notebook:
        return {**notebook, "cells": do(notebook["cells"])}

    return change


def strange_ids(notebook: Notebook) -> Notebook:
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{number:08x}"
    return notebook


def doubled(source: str, id: str = ID, strip: bool = False):
    """A second cell that answers `reverse-product`."""

    def change(notebook: Notebook) -> Notebook:
        notebook["cells"].append(code(id, checked(source, "reverse-product", "product_report")))
        return without_ids(notebook) if strip else notebook

    return change


def lines(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return notebook


def windows(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    return notebook


def claims(notebook: Notebook) -> Notebook:
    """Everything that a file can say about itself."""
    cell = notebook["cells"][at(notebook)]
    grade = {"grade": True, "points": 1000, "solution": True, "locked": False, "grade_id": ID, "schema_version": 3}
    cell["metadata"] = {"nbgrader": grade, "points": 1000, "tags": ["skip-execution", "right"], "score": 1000}
    said = {"text/plain": "✓ What a product reports: right on all 6 probes.", "text/html": "<b>1 / 1</b>"}
    cell["outputs"] = [{"output_type": "execute_result", "data": said, "metadata": {}, "execution_count": 3}]
    notebook["metadata"] = {"autograd_mini": {"points": 1000}, "grade": 1000, "kernelspec": {"name": "python3"}}
    return notebook


def deep(notebook: Notebook) -> bytes:
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b', "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'


def text(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode()


CASES: list[Case] = [
    right(
        "structure-reversed", "the cells in reverse order, set-up last", change=with_cells(lambda cells: cells[::-1])
    ),
    right("structure-lines", "sources as lists of lines", change=lines),
    right("structure-windows", "Windows line ends", change=windows),
    right("structure-no-ids", "no cell has an id", change=without_ids),
    right("structure-other-ids", "every cell has another id", change=strange_ids),
    right("structure-no-check", "the line with check is gone", change=with_cell(source=PRODUCT)),
    right("structure-twice-alike", "the answer stands in two cells", change=doubled(PRODUCT, id="copy")),
    right(
        "structure-twice-alike-no-ids",
        "the answer stands in two cells without ids",
        change=doubled(PRODUCT, strip=True),
    ),
    right(
        "structure-skip-tag",
        "tags that say not to run it",
        change=with_cell(metadata={"tags": ["skip-execution", "raises-exception"]}),
    ),
    right(
        "structure-other-kernel",
        "another language's kernel",
        change=with_notebook(
            metadata={"kernelspec": {"name": "julia-1.11", "language": "julia", "argv": ["touch", "@canary@/written"]}}
        ),
    ),
    right(
        "structure-unknown-keys",
        "keys that nobody knows",
        change=with_notebook(points=1000, signature="x", extra={"a": [None]}),
    ),
    right("structure-old-minor", "format 4.0", change=with_notebook(nbformat_minor=0)),
    right("structure-new-minor", "format 4.99", change=with_notebook(nbformat_minor=99)),
    right(
        "structure-attachments",
        "a markdown cell with a script",
        change=with_cells(
            lambda cells: [
                {
                    "cell_type": "markdown",
                    "id": "m",
                    "metadata": {},
                    "source": "<script>alert(1)</script>",
                    "attachments": {},
                },
                *cells,
            ]
        ),
    ),
    right(
        "structure-empty-cells",
        "fifty empty cells",
        change=with_cells(lambda cells: [*cells, *(code(f"empty-{k}", "") for k in range(50))]),
    ),
    right(
        "structure-odd-cells",
        "cells that are none",
        change=with_cells(
            lambda cells: [
                None,
                7,
                "x",
                [],
                {},
                {"cell_type": "code"},
                {"cell_type": "code", "source": 7},
                {"cell_type": "query", "source": "x"},
                *cells,
            ]
        ),
    ),
    right("structure-bom", "a byte order mark", change=lambda n: b"\xef\xbb\xbf" + text(n)),
    right(
        "structure-doubled-keys",
        "the list of cells twice, the later one counts",
        change=lambda n: b'{"cells": [], ' + text(n)[1:],
    ),
    right(
        "structure-nan", "NaN in the metadata", change=with_notebook(metadata={"x": float("nan"), "y": float("inf")})
    ),
    right("structure-surrogate", "half a character in a comment", change=with_cell(source=PRODUCT + "\n# \ud800")),
    wrong("structure-claims", "claims of points in metadata and outputs", WRONG, change=claims),
    right("structure-later-wrong", "another cell tries something under the same name", after=WRONG),
    wrong(
        "structure-later-right",
        "the answer's cell is wrong, a cell of the student's own is right",
        WRONG,
        after=PRODUCT,
    ),
    wrong("structure-null", "a null byte in the source", PRODUCT, change=with_cell(source=PRODUCT + "\n\x00")),
    wrong(
        "structure-no-cell",
        "the cell is gone",
        PRODUCT,
        change=with_cells(lambda cells: [c for c in cells if c["id"] != ID]),
        look=".",
    ),
    wrong("structure-markdown", "the cell is markdown", PRODUCT, change=with_cell(cell_type="markdown"), look="."),
    wrong("structure-raw", "the cell is raw", PRODUCT, change=with_cell(cell_type="raw"), look="."),
    wrong("structure-source-number", "the cell's source is a number", PRODUCT, change=with_cell(source=7), look="."),
    wrong("structure-empty", "the cell is empty", PRODUCT, change=with_cell(source=""), look="."),
    wrong(
        "structure-comments",
        "all of it is commented out",
        PRODUCT,
        change=with_cell(source="# def product_report(x, y, z_bar):\n#     return z_bar * y, z_bar * x"),
    ),
    wrong("structure-two-answers", "two cells with the id, and they differ", PRODUCT, change=doubled(WRONG), look="."),
    wrong(
        "structure-two-answers-no-ids",
        "two different answers, and no ids",
        PRODUCT,
        change=doubled(WRONG, strip=True),
        look=".",
    ),
    Case("structure-format-3", "format 3", ALL, look="convert", change=with_notebook(nbformat=3, worksheets=[])),
    Case("structure-format-5", "format 5", ALL, look="format 4", change=with_notebook(nbformat=5)),
    Case("structure-format-text", "the format in quotes", ALL, look="format 4", change=with_notebook(nbformat="4")),
    Case("structure-list", "a list", ALL, look="not a notebook", change=lambda n: b"[]"),
    Case(
        "structure-no-cells", "no list of cells", ALL, look="cells", change=lambda n: b'{"nbformat": 4, "metadata": {}}'
    ),
    Case(
        "structure-cells-object", "an object of cells", ALL, look="cells", change=with_cells(lambda cells: {"0": cells})
    ),
    Case("structure-deep", "200,000 brackets", ALL, look=".", change=deep),
    Case("structure-truncated", "half a file", ALL, look="only a part", change=lambda n: text(n)[:800]),
    Case("structure-nothing", "an empty file", ALL, look="empty", change=lambda n: b""),
    Case("structure-utf-16", "UTF-16", ALL, look="UTF-8", change=lambda n: json.dumps(n).encode("utf-16")),
    Case(
        "structure-latin-1",
        "Latin-1",
        ALL,
        look="UTF-8",
        change=lambda n: json.dumps({**n, "metadata": {"x": "é"}}, ensure_ascii=False).encode("latin-1"),
    ),
    Case(
        "structure-zip",
        "an archive under a notebook's name",
        ALL,
        look="UTF-8",
        change=lambda n: b"PK\x03\x04\xff\xfe" + bytes(100),
    ),
    Case("structure-python", "a program under a notebook's name", ALL, look="JSON", change=lambda n: PRODUCT.encode()),
    Case(
        "structure-many-cells",
        "2,001 cells",
        ALL,
        look="more than 2000",
        change=with_cells(lambda cells: [*cells, *(code(f"c{k}", "1") for k in range(2001))]),
    ),
    Case(
        "structure-long-source",
        "a cell of more than a million characters",
        ALL,
        look="longer",
        change=with_cells(lambda cells: [*cells, code("long", "x = 1\n" * 200_000)]),
    ),
    Case(
        "structure-large-file",
        "a file of more than 20 MB",
        ALL,
        look="larger",
        change=lambda n: text(n) + b" " * 20_000_000,
    ),
]
