"""What comes out of the box, read as what a stranger wrote: strict JSON in one shape, or nothing.

An answer's process can write anything into the pipe, a whole answer of its own included. That wins nothing: what
counts are numbers, and whoever knows the right ones without being told them has answered. What is read must be
one document from the first byte to the last, so a forged answer before, behind or within the true one is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from autograd_mini.exercises.judge import Listed, Outcome, Pair, Value

Json = dict[str, Any]
DEPTH = 32  # of nested values
NOTE = 200  # characters
KINDS = ("dots", "none", "type", "attribute", "said", "raises", "arguments", "mutates", "over time")


class Garbled(ValueError):
    """It is no answer."""


def refuse(*_what: object) -> NoReturn:
    raise Garbled


def once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    return found if len(found) == len(pairs) else refuse()


def parse(data: bytes) -> Json:
    """The one answer that `data` is; Garbled when it is anything else."""
    try:
        found = json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_int=refuse, parse_float=refuse, parse_constant=refuse
        )
        return checked(found)
    except (ValueError, RecursionError, OverflowError, KeyError, TypeError, AttributeError):
        raise Garbled from None


def checked(found: Json) -> Json:
    """`found` built anew from what belongs into an answer; an error where something else is in it."""
    if found in ({"ended": "memory"}, {"ended": "cpu"}):
        return found
    if set(found) != {"ended", "cells", "missing", "runs", "predicted"} or found["ended"] != "whole":
        refuse()
    return {
        "ended": "whole",
        "cells": every(found["cells"], cell),
        "missing": every(found["missing"], text),
        "runs": every(found["runs"], lambda run: every(run, outcome)),
        "predicted": {text(id): prediction(v) for id, v in found["predicted"].items()},
    }


def every(found: object, check: Callable[[Any], Any]) -> list[Any]:
    return [check(x) for x in found] if isinstance(found, list) else refuse()


def text(found: object) -> str:
    if not isinstance(found, str) or len(found) > NOTE:
        refuse()
    return found.encode("utf-8", "replace").decode()  # half a surrogate pair could not be written anywhere


def cell(found: Json) -> Json:
    if found == {"ok": True}:
        return found
    if not set(found) <= {"error", "note"}:
        refuse()
    return {"error": text(found["error"]), "note": text(found.get("note", ""))}


def outcome(found: Json) -> Json:
    if found["kind"] == "value" and set(found) == {"kind", "value"}:
        value(found["value"], DEPTH - 1)  # numbers only: texts and sets answer questions
        return found
    if set(found) != {"kind", "note", "line"} or found["kind"] not in KINDS:
        refuse()
    return {name: text(found[name]) for name in ("kind", "note", "line")}


def prediction(found: Any) -> Any:
    if isinstance(found, dict) and set(found) == {"text"}:
        return {"text": text(found["text"])}
    value(found)
    return found


def value(found: Any, depth: int = DEPTH) -> Any:
    """What a value in an answer means: a float, a Pair, a Listed, a tuple, a set; of a prediction also a text."""
    if isinstance(found, str):
        number = float.fromhex(found)
        return number if number.hex() == found else refuse()  # one spelling for each number
    [(kind, inner)] = found.items() if depth else refuse()
    if kind == "text" and depth == DEPTH:
        return text(inner)
    if not isinstance(inner, list) or (kind == "pair" and len(inner) != 2):
        refuse()
    build: dict[str, Callable[[list[Any]], Any]] = {"pair": Pair, "list": Listed, "tuple": tuple}
    if depth == DEPTH:
        build["set"] = set
    return build[kind]([value(x, depth - 1) for x in inner])


def outcomes(run: list[Json]) -> tuple[Outcome, ...]:
    """One of an answer's runs as what `exercises.judge` takes."""
    return tuple(
        Outcome("value", numbers(o["value"])) if o["kind"] == "value" else Outcome(o["kind"], (), o["note"], o["line"])
        for o in run
    )


def numbers(found: Any) -> Value:
    result: Value = value(found)
    return result
