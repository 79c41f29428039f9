"""The report: what it counts, and that nothing a student wrote can act in a page or a spreadsheet."""

import csv
import io
import json
from html.parser import HTMLParser
from random import Random

import pytest

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.grading import report

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</pre><h1>100 / 100</h1><pre>",
    '" onmouseover="alert(1)',
    "<svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% for x in () %}",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0>",
    "<!-- -->]]>",
]
UNITS = ["reverse-predict-sum", "reverse-product", "reverse-minus", "reverse-quotient", "reverse-collect"]


def mark(id: str, kind: str = "right", **more: object) -> dict:
    points = CATALOGUE.by_id[id][0].points if kind == "right" else 0
    plain = {"mistake": None, "words": [], "reason": "", "flag": "", "said": "", "seconds": 0.031, "overridden": False}
    return {"id": id, "points": points, "kind": kind, **plain, **more}


def entry(student: str, marks: list, **more: object) -> dict:
    plain = {"name": "", "file": f"{student}.ipynb", "submission": "9f2c" * 16, "reason": ""}
    return {"student": student, "marks": marks, **plain, **more}


def results(students: list, missing: list = ()) -> dict:  # type: ignore[assignment]
    units = [CATALOGUE.by_id[id][0] for id in UNITS]
    return {
        "run": {"grader": "0.1", "exercises": "1", "box": "namespaces", "finished": "2026-11-23T18:00:00+00:00"},
        "units": [
            {
                "id": u.id,
                "title": u.title,
                "points": u.points,
                "mistakes": [m.message for m in u.mistakes],
                "hint": u.hints[0],
            }
            for u in units
        ],
        "students": students,
        "missing": list(missing),
    }


def a_class(size: int = 24) -> dict:
    """A class as it might be: some right, some with known mistakes, some notebooks that could not be read."""
    random = Random(7)
    students = []
    for k in range(size):
        marks = []
        skill = random.betavariate(3, 1.6)
        for id in UNITS:
            unit = CATALOGUE.by_id[id][0]
            if random.random() < skill:
                marks.append(mark(id, seconds=round(random.uniform(0.02, 0.06), 3)))
            elif random.random() < 0.6:
                k_th = min(int(random.expovariate(1.1)), len(unit.mistakes) - 1)
                words = [unit.mistakes[k_th].message]
                if hasattr(unit, "probes"):
                    words.append(f"`{unit.probes[0]}` should give (20, 12); yours gives (12, 20).")
                marks.append(mark(id, "known", mistake=k_th, words=words))
            elif random.random() < 0.5:
                words = ["This still does what the starter does. Replace the dots, or mend the code, and check again."]
                marks.append(mark(id, "unattempted", words=words))
            else:
                words = ["`product_report(3.0, 5.0, 4.0)` raises NameError: name 'sin' is not defined"]
                marks.append(mark(id, "raises", words=words, said="x =  3.0\nTraceback (most recent call last)\n"))
        students.append(entry(f"student-{k:02}", marks))
    students[5]["marks"][1] |= {"flag": "Two cells define `product_report`; the last one counts.", "seconds": 2.413}
    students[9] = entry(
        "student-09", [mark(id, "missing") for id in UNITS], reason="This is no notebook: the file ends early."
    )
    return results(students, [{"student": "student-30", "name": ""}, {"student": "student-31", "name": ""}])


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "footer", "header", "section", "article"),
    *("h1", "h2", "h3", "p", "span", "strong", "b", "a", "code", "pre", "details", "summary", "ul", "li"),
    *("table", "caption", "tr", "th", "td", "svg", "rect", "line", "text"),
}


def pages(of: dict) -> list[str]:
    return [report.class_page(of), *(report.student_page(of, own) for own in report.by_student(of).values())]


@pytest.mark.parametrize("bad", HOSTILE)
def test_what_a_student_wrote_stays_text_wherever_it_stands(bad):
    wrong = mark("reverse-product", "raises", words=[f"`{bad}` {bad}"], reason=bad, flag=bad, said=bad)
    hostile = results([entry(bad, [wrong], name=bad, file=bad, reason=bad)], [{"student": bad, "name": bad}])
    harmless = results(
        [entry("x", [mark("reverse-product", "raises", words=["`x` x"], reason="x", flag="x", said="x")], name="x")],
        [{"student": "x", "name": "x"}],
    )
    harmless["students"][0]["reason"] = "x"
    for text, peaceful in zip(pages(hostile), pages(harmless), strict=True):
        page = Page(text)
        assert [tag for tag, _attributes in page.elements] == [tag for tag, _attributes in Page(peaceful).elements]
        assert {tag for tag, _attributes in page.elements} <= OURS
        assert not any(name.startswith("on") for _tag, attributes in page.elements for name in attributes)
        assert bad in page.text


def test_a_page_has_no_script_and_loads_nothing():
    for text in pages(a_class()):
        elements = Page(text).elements
        policy = [a["content"] for t, a in elements if t == "meta" and "Content-Security-Policy" in a.values()]
        assert policy and policy[0].startswith("default-src 'none'; style-src 'sha256-")
        assert not any("src" in a or "style" in a for _t, a in elements)
        assert all(a["href"].startswith("students/") for t, a in elements if t == "a")


def test_a_student_sees_nothing_of_the_others():
    of = a_class()
    for own in report.by_student(of).values():
        text = report.student_page(of, own)
        others = {e["student"] for e in of["students"]} - {own["student"]}
        assert not any(other in text for other in others)
        assert "href" not in text


@pytest.mark.parametrize(
    "written, shown",
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("a\x00b\x08c\x7f", "abc"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066a\u2069\u200f", "a"),
        ("half \ud800 a character", "half  a character"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("line\u2028end", "lineend"),
        ("naïve 导数 👩‍🔬", "naïve 导数 👩‍🔬"),
    ],
)
def test_terminal_escapes_controls_and_bidi_marks_are_gone_and_honest_text_stays(written, shown):
    assert report.clean(written) == shown
    of = results([entry("s", [mark("reverse-product", "raises", said=written)])])
    assert shown in Page(pages(of)[1]).text


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "\u200b=1", "\u202e=1", "=cmd|' /C calc'!A0"],
)
def test_no_cell_of_the_table_is_a_formula(name):
    of = results([entry("s", [mark("reverse-product", reason=name)], name=name)])
    ((row),) = csv.DictReader(io.StringIO(report.table(of)))
    assert row["name"].startswith("'")
    assert float(row["reverse-product"]) == 1


def test_the_table_has_a_row_for_everybody_and_a_column_for_every_exercise():
    rows = list(csv.DictReader(io.StringIO(report.table(a_class()))))
    assert len(rows) == 24 + 2
    assert list(rows[0])[5:10] == UNITS
    for row in rows[:24]:
        assert float(row["points"]) == sum(float(row[id]) for id in UNITS)
        assert float(row["possible"]) == 5
    assert [row["reasons"] for row in rows[24:]] == ["missing", "missing"]


def test_a_student_with_two_notebooks_has_one_row_and_one_page():
    of = results([entry("one", [mark("reverse-product")]), entry("one", [mark("reverse-minus", "wrong")])])
    (own,) = report.by_student(of).values()
    assert (own["points"], own["possible"], len(own["entries"])) == (1, 2, 2)


def test_of_an_exercise_handed_in_twice_the_better_mark_counts_once():
    of = results([entry("one", [mark("reverse-product", "wrong")]), entry("one", [mark("reverse-product")])])
    (own,) = report.by_student(of).values()
    assert (own["points"], own["possible"]) == (1, 1)
    assert report.difficulties(of)[1]["counts"]["right"] == report.difficulties(of)[1]["marked"] == 1


def test_the_teacher_s_word_is_what_is_shown():
    word = {"points": 1, "overridden": True, "reason": "Shown to me at the board."}
    of = results([entry("one", [mark("reverse-product", "known", mistake=0) | word])])
    counts = report.difficulties(of)[1]
    assert (counts["counts"]["right"], counts["mistakes"]) == (1, [])
    text = Page(pages(of)[1]).text
    assert "Shown to me at the board." in text and "These points were set by the teacher." in text


def test_a_notebook_that_could_not_be_read_has_a_reason_and_no_points():
    of = results([entry("one", [], reason="This is no notebook.")])
    (row,) = csv.DictReader(io.StringIO(report.table(of)))
    assert (row["reverse-product"], row["reasons"]) == ("", "This is no notebook.")
    assert all("This is no notebook." in Page(text).text for text in pages(of))


def test_a_chart_counts_every_mark_once():
    of = a_class()
    for unit in report.difficulties(of):
        assert sum(unit["counts"].values()) == unit["marked"] == 24
        assert sum(m["count"] for m in unit["mistakes"]) == unit["counts"]["known"]
        assert sorted((m["count"] for m in unit["mistakes"]), reverse=True) == [m["count"] for m in unit["mistakes"]]
    assert sum(b["count"] for b in report.distribution(list(report.by_student(of).values()))) == 24


@pytest.mark.parametrize("points, tenth", [(0, 0), (1, 2), (4, 8), (5, 9), (-1, 0), (7, 9), (0.5, 1), (0.3, 0)])
def test_a_share_falls_into_its_tenth(points, tenth):
    bins = report.distribution([{"points": points, "possible": 5}])
    assert [b["count"] for b in bins].index(1) == tenth


@pytest.mark.parametrize(
    "students", [["One", "one"], ["导数", "微分"], ["a.b", "a-b"], ["con", "CON"], ["x" * 128, "x" * 127]]
)
def test_two_students_have_two_pages_on_every_file_system(students):
    names = [report.page_name(s) for s in students]
    assert len({n.casefold() for n in names}) == 2
    assert all(n.isascii() and len(n) < 64 and not n.startswith((".", "-")) for n in names)


def test_everything_is_written_and_read_back_as_it_was(tmp_path):
    of = a_class()
    of["students"][0]["marks"][0]["said"] = "half \ud800, <script>, \x1b[31m"
    report.write(tmp_path, of)
    assert json.loads((tmp_path / "results.json").read_text()) == of
    assert len(list((tmp_path / "students").iterdir())) == 24
    assert "<h1>" in (tmp_path / "class.html").read_text(encoding="utf-8")
    assert not list(tmp_path.rglob("*.part"))


def test_an_empty_class_has_a_page(tmp_path):
    report.write(tmp_path, results([], [{"student": "s1", "name": ""}]))
    assert "s1" in (tmp_path / "class.html").read_text(encoding="utf-8")
