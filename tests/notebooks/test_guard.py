"""The guard's own test: a notebook of each bad kind earns exactly that complaint, a good one none;
and no notebook of the course or of the labs earns any."""

import copy
import json

import pytest

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import starter
from tests.notebooks.guard import RULES, STATE, VIEW, complaints
from tests.notebooks.rebuild import HOUSE, notebooks

MODEL = f"{1:032x}"
STEPPER = "from autograd_mini.widgets import ForwardStepper\nForwardStepper(f, x1=2.0)"
STARTER = starter(CATALOGUE.by_id["dual-product"][0])
PRODUCT = f"{STARTER}\n\ncheck('dual-product', dual_product)"
TABLE = "<img alt='graph' src='data:image/svg+xml,%3Csvg/%3E'><table><tr><td>5.5</td></tr></table>"


def code(name, source, *outputs):
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": list(outputs)}


def prose(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def printed(words, stream="stdout"):
    return {"output_type": "stream", "name": stream, "text": words}


def result(**data):
    names = {"plain": "text/plain", "html": "text/html", "png": "image/png"}
    data = {names[kind]: value for kind, value in data.items()}
    return {"output_type": "execute_result", "metadata": {}, "data": data}


def view(**data):
    output = result(**data)
    output["data"][VIEW] = {"model_id": MODEL}
    return output


def good():
    notebook = {
        "metadata": {"widgets": {STATE: {"state": {MODEL: {}}}}, "language_info": {"name": "python"}},
        "cells": [
            prose("title", "# Slopes\n\nAt 2 it is 5.5, see [here](https://example.org/3.7.html) and section 4.2."),
            code("stepper", STEPPER, view(plain="v1 = 5.5", html=TABLE)),
            code("exercise-dual-product", PRODUCT, result(plain="Right: 11.65", html="<p>Right: <b>11</b>.65</p>")),
            *(code(f"value-{word}", "print(fmt(x))", printed(f"{n}.25\n")) for n, word in enumerate("abcdefgh")),
        ],
    }
    for number, cell in enumerate((cell for cell in notebook["cells"] if cell["cell_type"] == "code"), start=1):
        cell["execution_count"] = number
    return notebook


def bad(**changes):
    """The good notebook, the last cell changed."""
    notebook = good()
    notebook["cells"][-1].update(changes)
    return notebook


def said(words):
    notebook = good()
    notebook["cells"][0]["source"] = words
    return notebook


def without(*names):
    notebook = good()
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in names]
    return renumbered(notebook)


def renumbered(notebook):
    for number, cell in enumerate((cell for cell in notebook["cells"] if cell["cell_type"] == "code"), start=1):
        cell["execution_count"] = number
    return notebook


def described(**metadata):
    notebook = good()
    notebook["metadata"].update(metadata)
    return notebook


def solved_one():
    notebook = good()
    notebook["cells"][2]["source"] = PRODUCT.replace("...", "a.tangent * b.primal + a.primal * b.tangent")
    return notebook


BAD = {
    "a cell that was not executed": ("out_of_order", bad(execution_count=None)),
    "cells executed in another order": ("out_of_order", bad(execution_count=1)),
    "an error output": (
        "error_output",
        bad(outputs=[{"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}]),
    ),
    "a stored warning": ("error_output", bad(outputs=[printed("DeprecationWarning: old", "stderr")])),
    "only a bitmap": ("only_a_picture", bad(outputs=[result(plain="<Figure size 640x480 with 1 Axes>", png="iVBO")])),
    "only a widget view": ("only_a_picture", bad(outputs=[view(plain="VBox(children=(FloatSlider(value=2.0),))")])),
    "SVG that a fresh clone loses": ("inline_drawing", bad(outputs=[result(html="<svg><text>5.5</text></svg>")])),
    "a check that stores nothing": ("silent_cell", bad(source="check('dual-product', dual_product)", outputs=[])),
    "a prediction that stores nothing": ("silent_cell", bad(source="ex.predict('sum', ...)", outputs=[])),
    "a drawing that stores nothing": ("silent_cell", bad(source="ForwardStepper(f, x1=3.0)", outputs=[])),
    "seven outputs with numbers": ("few_numbers", without("value-a", "value-b", "value-c")),
    "nothing to move": ("nothing_to_move", bad()),
    "a view without its model": ("lost_model", described(widgets={STATE: {"state": {}}})),
    "models under random names": ("lost_model", described(widgets={STATE: {"state": {MODEL: {}, "9f" * 16: {}}}})),
    "the version of Python": ("not_rebuilt", described(language_info={"name": "python", "version": "3.11.7"})),
    "the time of a run": ("not_rebuilt", bad(metadata={"execution": {"iopub.execute_input": "2026"}})),
    "interact": ("leaking_widget", bad(source="import ipywidgets as w\nw.interact(f, x=3)")),
    "Output": ("leaking_widget", bad(source="from ipywidgets import Output")),
    "a tag that switches nbval off": ("not_compared", bad(metadata={"tags": ["nbval-ignore-output"]})),
    "a comment that switches nbval off": ("not_compared", bad(source="# NBVAL_SKIP\nprint(3)")),
    "an expected exception": ("not_compared", bad(metadata={"tags": ["raises-exception"]})),
    "urllib": ("network", bad(source="from urllib.request import urlopen")),
    "requests": ("network", bad(source="import requests as r")),
    "http": ("network", bad(source="import http.client")),
    "an address for a library to read": ("network", bad(source="read_csv('https://example.org/data.csv')")),
    "a package installed by a cell": ("network", bad(source="%pip install micrograd")),
    "a picture from the network": ("network", said("![graph](https://example.org/graph.png)")),
    "a script from the network": ("network", bad(outputs=[result(html="<b src='https://example.org/d3.js'>3</b>")])),
    "an id twice": ("cell_id", bad(id="value-a")),
    "no id": ("cell_id", bad(id="")),
    "an id by nbformat": ("cell_id", bad(id="3fa8b21c")),
    "an id by JupyterLab": ("cell_id", bad(id="0f8e2d1a-93c4-4b7e-a1d2-5c6b7a8f9e01")),
    "an id by position": ("cell_id", bad(id="cell-12")),
    "a number that no cell prints": ("unprinted_number", said("The slope is 5.49.")),
    "a number printed in another form": ("unprinted_number", said("The value is 11.652.")),
    "a bare float": ("bare_number", bad(outputs=[result(plain="11.65207146")])),
    "a bare pair of floats": ("bare_number", bad(outputs=[result(plain="(5.5, 1.71633781)")])),
    "a bare array": ("bare_number", bad(outputs=[result(plain="array([5.5, 1.71633781])")])),
    "a last bit": ("last_bit", bad(outputs=[printed("value 11.652071455223084")])),
    "an object's address": ("passing", bad(outputs=[result(plain="<Node at 0x7f3a5c21d0>, value 5.5")])),
    "a duration": ("passing", bad(outputs=[printed("5.5 took 0.25 ms")])),
    "a solved exercise": ("given_away", solved_one()),
    "a check of nothing that is declared": ("given_away", bad(source="check('no-such-id', 3)")),
    "a path of one machine": ("passing", bad(outputs=[printed("3 lines in /tmp/progress.jsonl")])),
}
BAD["nothing to move"][1]["cells"][1]["outputs"] = [result(plain="v1 = 5.5", html=TABLE)]


def test_a_good_notebook_earns_no_complaint():
    assert complaints(good()) == []


@pytest.mark.parametrize("kind", BAD)
def test_a_notebook_of_each_bad_kind_earns_exactly_that_complaint(kind):
    rule, notebook = BAD[kind]
    found = complaints(notebook)
    assert {sentence.partition(":")[0] for sentence in found} == {rule}, found


def test_every_rule_has_a_notebook_that_breaks_it():
    assert {rule for rule, _ in BAD.values()} == {rule.__name__ for rule in RULES}


def test_what_is_meant_is_said_by_a_tag():
    notebook = said("A coffee is 3.80.")
    notebook["cells"][0]["metadata"] = {"tags": ["allow-3.80"]}
    notebook["cells"][-1].update(outputs=[printed("0.30000000000000004")], metadata={"tags": ["exact"]})
    assert complaints(notebook) == []


def test_looking_does_not_change_a_notebook():
    notebook = good()
    before = copy.deepcopy(notebook)
    complaints(notebook)
    assert notebook == before


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_the_notebook_earns_no_complaint(path):
    assert complaints(json.loads(path.read_text(encoding="utf-8"))) == []
