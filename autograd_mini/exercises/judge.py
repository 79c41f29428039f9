"""Is it right, and if not, which mistake is it? Pure functions of plain numbers.

Nothing here runs an answer, so that a grader can run answers in one process and judge them in
another, and both come to the same verdict as the check in a notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose, isinf, isnan

Value = float | tuple["Value", ...]  # nested tuples of floats


class Pair(tuple):
    """The primal and the tangent of a dual number: not the same as two numbers in a tuple."""


class Listed(tuple):
    """A tuple that was a list: it is judged as any other, and shown in square brackets."""


@dataclass(frozen=True)
class Outcome:
    """What one probe gave.

    `kind` is "value", or why there is none: "dots" (an Ellipsis came back), "none", "type", "attribute",
    "said" (`note` is the sentence), "raises", "arguments", "mutates", "over time". `note` is the detail
    in plain text, `line` the learner's line that raised.
    """

    kind: str
    value: Value = ()
    note: str = ""
    line: str = ""


@dataclass(frozen=True)
class Judgement:
    """`kind` is "right", "unattempted" (as handed out), "known" (then `mistake` says which), "near" (wrong in the
    last digits only), "wrong", or the kind of plain verdict; `probe` is the index of the probe that shows it, None
    where no probe is needed."""

    kind: str
    probe: int | None = None
    mistake: int | None = None

    @property
    def passed(self) -> bool:
        return self.kind == "right"


NEAR = 1e-5  # a difference comes as near as this; rounding is a hundred thousand times nearer
# What stops us from having values at all, in the order in which it is told.
FIRST = ("dots", "arguments", "over time", "mutates", "varies", "none")
# What is told when no known mistake explains it.
LAST = ("said", "raises", "attribute", "type", "tuple", "dual", "shape", "nan")


def close(a: Value, b: Value, tolerance: float) -> bool:
    """Equal in shape, and |a − b| ≤ tolerance · (1 + |b|) in every number; inf and nan only equal themselves."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        if not (isinstance(a, tuple) and isinstance(b, tuple)) or isinstance(a, Pair) != isinstance(b, Pair):
            return False
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isnan(b) or isinf(b):
        return isnan(a) if isnan(b) else a == b
    return abs(a - b) <= tolerance * (1 + abs(b))


def near(a: Value, b: Value, tolerance: float) -> bool:
    """Equal in shape, and in every number to `tolerance` relative, however small it is: for predictions by hand."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(near(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, tuple) or isinstance(b, tuple):
        return False
    return isclose(a, b, rel_tol=tolerance)


def same(a: Outcome, b: Outcome, tolerance: float) -> bool:
    """Do two programs behave the same on a probe? Errors are the same when type and message are."""
    return a.kind == b.kind and a.note == b.note and close(a.value, b.value, tolerance)


def agree(a: Sequence[Outcome], b: Sequence[Outcome], tolerance: float) -> bool:
    """Do two programs behave the same on all probes?"""
    return len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b, strict=True))


def shape(value: Value) -> tuple[object, ...] | None:
    return tuple(shape(v) for v in value) if isinstance(value, tuple) else None


def has_dual(value: Value) -> bool:
    return isinstance(value, Pair) or (isinstance(value, tuple) and any(map(has_dual, value)))


def has_nan(value: Value) -> bool:
    return any(map(has_nan, value)) if isinstance(value, tuple) else isnan(value)


def plain(got: Outcome, right: Outcome) -> str:
    """The kind of plain verdict on one probe; "" when it is right, "wrong" when only the numbers are."""
    if got.kind != "value":
        return got.kind
    if shape(got.value) != shape(right.value):
        return "dual" if has_dual(got.value) and not has_dual(right.value) else "shape"
    if has_dual(got.value) != has_dual(right.value):
        return "dual" if has_dual(got.value) else "tuple"
    return "nan" if has_nan(got.value) and not has_nan(right.value) else "wrong"


def judge(
    probes: Sequence[str],
    right: Sequence[Outcome],
    got: Sequence[Outcome],
    known: Sequence[Sequence[Outcome]] = (),
    *,
    starter: Sequence[Outcome] = (),
    again: Sequence[Outcome] | None = None,
    tolerance: float = 1e-12,
) -> Judgement:
    """Judge what an answer `got` on the probes against what is `right`.

    `known` are the outcomes of the known wrong programs on the same probes. One of them is named when
    the answer behaves like it on all probes, differs from what is right on at least two, and behaves
    like no other. `starter` is what the handed-out code gives, `again` a second run of the answer.
    `got` may end early, after a call that took too much time or memory. The probe that is shown is the shortest.
    """

    bad = [i for i, outcome in enumerate(got) if not same(outcome, right[i], tolerance)]
    verdicts = {i: plain(got[i], right[i]) for i in bad}
    if again is not None and tuple(again) != tuple(got):
        varying = [i for i, (x, y) in enumerate(zip(got, again, strict=False)) if not same(x, y, 0.0)]
        verdicts |= dict.fromkeys(varying, "varies")
    if not verdicts:
        return Judgement("right")
    shortest = sorted(verdicts, key=lambda i: (len(probes[i]), i))
    if agree(got, starter, tolerance):
        return Judgement("unattempted")
    for kind in FIRST:
        for i in shortest:
            if verdicts[i] == kind:
                return Judgement(kind, i)
    matches = [k for k, outcomes in enumerate(known) if len(bad) >= 2 and agree(got, outcomes, tolerance)]
    if len(matches) == 1:
        return Judgement("known", shortest[0], matches[0])
    for kind in LAST:
        for i in shortest:
            if verdicts[i] == kind:
                return Judgement(kind, i)
    nearly = all(close(got[i].value, right[i].value, NEAR) for i in bad)
    return Judgement("near" if nearly else "wrong", shortest[0])
