"""The whole catalogue, graded once as a teacher would, between canaries."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.declare import probes
from autograd_mini.grading import grade
from autograd_mini.grading.box import MODES, why_not
from tests.grading import canaries
from tests.grading.catalogue import CASES, IDS, engine, honest
from tests.grading.catalogue.case import Case, file, hand_in
from tests.grading.test_report import OURS, Page


@dataclass
class Run:
    """What came of grading all cases, and of the canaries."""

    results: dict
    folder: Path
    key: bytes
    changed: list[str]
    written: list[str]
    reached: list[str]
    left: set[int]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("class")
    submissions, canary, results = place / "submissions", place / "canary", place / "results"
    for folder in (submissions, canary):
        folder.mkdir()
    (canary / "kept").write_text("This stays as it is.")
    listener = canaries.Listener(canary)
    key = place / "teacher.key"
    grade.key.new(key)
    places = {
        "canary": str(canary),
        "port": str(listener.port),
        "submissions": str(submissions),
        "results": str(results),
        "key": str(key),
    }
    for case in CASES:
        hand_in(case, submissions, places)
    trees = (submissions, canary)
    before = [canaries.fingerprint(tree) for tree in trees]
    processes = canaries.children()
    with canaries.adopting():
        record = grade.grade(submissions, grade.key.load(key), results, ids=IDS, jobs=2, limits=LIMITS)
        left = canaries.survivors(processes)
    after = [canaries.fingerprint(tree) for tree in trees]
    changed = [
        path for was, now in zip(before, after, strict=True) for path in was | now if was.get(path) != now.get(path)
    ]
    written = [path for path in canaries.NEVER if Path(path).exists()]
    yield Run(record, results, grade.key.load(key), changed, written, listener.reached(), left)
    listener.close()


# Shorter than a teacher's, so that what never ends does not take the test's time.
LIMITS = grade.Limits(cpu=2.0, wall=2.5, seconds=0.5)


LATE = ("cpu", "wall", "over time", "missing")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_submission_is_given_what_it_must_be_given(run: Run, case: Case, tmp_path):
    (entry,) = [e for e in run.results["students"] if e["student"] == case.name]
    points = {mark["id"]: mark["points"] for mark in entry["marks"]}
    expected = case.points()
    if any(mark["points"] < expected.get(mark["id"], 0) and mark["kind"] in LATE for mark in entry["marks"]):
        # A machine that stands still for a second is not the answer's fault: the promise is for a teacher's limits.
        points = again([case], tmp_path, Random(0), limits=grade.Limits())[case.id]
    assert {id: points.get(id, 0) for id in expected} == expected, json.dumps(entry, indent=1)
    if case.look:
        said = [entry["reason"], *(mark[k] for mark in entry["marks"] for k in ("reason", "flag"))]
        assert re.search(case.look, "\n".join(said)), entry


def seconds(entry: dict) -> float:
    """The longest time that one exercise of a submission took, its parts together."""
    whole: Counter[str] = Counter()
    for mark in entry["marks"]:
        whole[CATALOGUE.by_id[mark["id"]][0].id] += mark["seconds"]
    return max(whole.values(), default=0.0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_exercise_ends_within_its_limit_and_a_second(run: Run, case: Case, tmp_path):
    (entry,) = [e for e in run.results["students"] if e["student"] == case.name]
    took, allowed = [seconds(entry)], LIMITS.wall + 1
    while min(took) > allowed and len(took) < 3:  # what is late by itself is late each time
        took.append(seconds(graded([case], tmp_path / str(len(took)), Random(0), LIMITS)["students"][0]))
    assert min(took) <= allowed, took


def test_no_file_was_touched(run: Run):
    assert run.changed == []
    assert run.written == []


def test_nothing_was_reached_over_a_socket(run: Run):
    assert run.reached == []


def test_no_process_is_left_after_a_second(run: Run):
    assert run.left == set()


def test_nobody_is_lost_and_nobody_is_there_twice(run: Run):
    assert sorted(e["student"] for e in run.results["students"]) == sorted(case.name for case in CASES)


def test_every_page_is_made_of_our_own_elements(run: Run):
    pages = [run.folder / "class.html", *(run.folder / "students").iterdir()]
    assert len(pages) == len(CASES) + 1
    for page in pages:
        elements = Page(page.read_text(encoding="utf-8")).elements
        assert {tag for tag, _attributes in elements} <= OURS, page
        assert not any(name.startswith("on") for _tag, attributes in elements for name in attributes), page


def test_neither_the_key_nor_a_hidden_probe_is_in_what_students_see(run: Run):
    secrets = [run.key.hex()]
    for id in IDS:
        unit = CATALOGUE.by_id[id][0]
        if hasattr(unit, "probes"):
            secrets += probes(unit, grade.key.seed(run.key, id, unit.version))[len(unit.probes) :]
    numbers = [secret.partition("(")[2] for secret in secrets[1:]]
    assert len(numbers) > 4
    for path in (run.folder / "students").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not any(secret in text for secret in [*secrets[:1], *numbers]), path


def graded(cases: list[Case], place: Path, random: Random, limits: grade.Limits, mode: str | None = None) -> dict:
    """The results of cases that are graded in another order, in boxes whose hashes are seeded anew."""
    submissions, order = place / "submissions", list(cases)
    submissions.mkdir(parents=True)
    random.shuffle(order)
    for number, case in enumerate(order):
        (submissions / f"{number:03} {case.id}.ipynb").write_bytes(file(case, {}))
    return grade.grade(submissions, b"another key" * 3, place / "results", ids=IDS, jobs=2, limits=limits, mode=mode)


def again(
    cases: list[Case], place: Path, random: Random, mode: str | None = None, limits: grade.Limits = LIMITS
) -> dict[str, dict[str, float]]:
    """Their points."""
    return {
        entry["student"].partition(" ")[2]: {mark["id"]: mark["points"] for mark in entry["marks"]}
        for entry in graded(cases, place, random, limits, mode)["students"]
    }


@pytest.mark.slow
def test_honest_answers_keep_their_points_in_twenty_repeats(tmp_path):
    cases = [case for case in (*honest.CASES, *engine.CASES) if case.place is None]
    for repeat in range(20):
        points = again(cases, tmp_path / str(repeat), Random(repeat))
        for case in cases:
            expected = case.points()
            assert {id: points[case.id].get(id, 0) for id in expected} == expected, (repeat, case.id)


@pytest.mark.slow
def test_the_marks_are_the_same_in_any_order_and_with_another_key(run: Run, tmp_path):
    cases = [case for case in CASES if case.place is None]
    first = {entry["student"]: {m["id"]: m["points"] for m in entry["marks"]} for entry in run.results["students"]}
    for repeat in range(4):
        points = again(cases, tmp_path / str(repeat), Random(repeat))
        for case in cases:
            settled = case.points()
            assert {i: points[case.id].get(i) for i in settled} == {i: first[case.id].get(i) for i in settled}, case.id


@pytest.mark.slow
@pytest.mark.parametrize("mode", [mode for mode in MODES if not why_not(mode)])
def test_the_marks_are_the_same_in_every_kind_of_box(tmp_path, mode):
    cases = [case for case in CASES if case.place is None]
    points = again(cases, tmp_path, Random(0), mode)
    for case in cases:
        expected = case.points()
        assert {id: points[case.id].get(id, 0) for id in expected} == expected, case.id
