"""What is taken for an answer, and what is not."""

import json
from copy import deepcopy
from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.exercises.judge import Listed, Pair
from autograd_mini.grading.box.answers import Garbled, parse, value
from autograd_mini.grading.box.inside import encoded

GOOD = {
    "ended": "whole",
    "cells": [{"ok": True}, {"error": "NameError", "note": "name 'x' is not defined"}, {"error": "over time"}],
    "missing": [],
    "runs": [[{"kind": "value", "value": (1.5).hex()}, {"kind": "raises", "note": "E: e", "line": "f()"}]],
    "predicted": {"a": {"pair": ["0x1.0000000000000p+0", "nan"]}, "b": {"text": "forward"}},
}
floats = st.floats()
nested = st.recursive(
    floats,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.lists(inner, max_size=3).map(Listed)
        | st.tuples(inner, inner).map(Pair)
    ),
    max_leaves=20,
)


def identical(a, b):
    if isinstance(a, tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(identical, a, b))
    return (isnan(a) and isnan(b)) or a.hex() == b.hex()


@given(nested)
def test_every_value_comes_through_as_it_was(x):
    try:
        found = value(json.loads(json.dumps(encoded(x))))
    except (Garbled, ValueError):
        assert depth(x) > 30
    else:
        assert identical(found, x)


def depth(x):
    return 1 + max(map(depth, x), default=0) if isinstance(x, tuple) else 0


def test_a_good_answer_is_taken():
    found = parse(json.dumps(GOOD).encode())
    assert found["runs"] == GOOD["runs"] and found["cells"][2] == {"error": "over time", "note": ""}
    assert parse(b'{"ended": "memory"}') == {"ended": "memory"}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"null", b"1", b"\xff", b'"whole"', b"[" * 10**5, b'{"ended": "whole"}',
        json.dumps(GOOD).encode() * 2,
        json.dumps(GOOD).encode() + b"\n{}",
        b"x" + json.dumps(GOOD).encode(),
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD)[:-1].encode(),
        json.dumps(GOOD).replace('"missing"', '"ended"').encode(),
        (json.dumps(GOOD)[:-1] + ', "ended": "whole"}').encode(),
        json.dumps(GOOD | {"points": "5"}).encode(),
        json.dumps(GOOD | {"ended": "right"}).encode(),
    ],
)  # fmt: skip
def test_what_is_not_one_whole_answer_is_none(data):
    with pytest.raises(Garbled):
        parse(data)


@pytest.mark.parametrize(
    "wrong",
    [
        1.5, 1, True, None, [], {}, "", "1.5", "0x1", "0X1.8P+0", " 0x1.8p+0", "0x1.8000000000000p+0 ", "infinity",
        "NaN", "0x1.8p+99999", "hello", {"pair": []}, {"pair": ["nan"] * 3}, {"tuple": "nan"},
        {"tuple": ["nan"], "list": []}, {"set": []}, {"text": "x"}, {"dict": []}, {"tuple": [1]},
        {"tuple": {"tuple": []}},
    ],
)  # fmt: skip
def test_a_value_that_is_spelled_in_any_other_way_is_none(wrong):
    bad = deepcopy(GOOD)
    bad["runs"][0][0]["value"] = {"tuple": [wrong]}
    with pytest.raises(Garbled):
        parse(json.dumps(bad).encode())


@pytest.mark.parametrize("wrong", [{"kind": "value"}, {"kind": "right", "note": "", "line": ""}, {"kind": ["value"]},
                                   {"kind": "raises", "note": "x" * 201, "line": ""}, {"kind": "none"}, [], "value",
                                   None, {"kind": "value", "value": "nan", "points": "1"}])  # fmt: skip
def test_an_outcome_of_any_other_form_is_none(wrong):
    with pytest.raises(Garbled):
        parse(json.dumps(GOOD | {"runs": [[wrong]]}).encode())


def test_a_text_that_nothing_could_write_is_made_one_that_can():
    found = parse(json.dumps(GOOD | {"missing": ["\ud800"]}).encode())
    assert found["missing"] == ["?"]


def test_numbers_without_end_are_numbers():
    assert [value(s) for s in ("inf", "-inf")] == [inf, -inf] and isnan(value("nan")) and isnan(nan)


def test_nests_deeper_than_32_are_none():
    deep = "nan"
    for _i in range(40):
        deep = {"tuple": [deep]}
    bad = deepcopy(GOOD)
    bad["runs"][0][0]["value"] = deep
    with pytest.raises(Garbled):
        parse(json.dumps(bad).encode())
