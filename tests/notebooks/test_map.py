"""The map says of every notebook what the notebook says of itself, and the teacher's page knows them all."""

import re

import pytest

from tests.notebooks.course_map import COMMAND, COVERS, HOUSE, MAP, key, line
from tests.notebooks.rebuild import notebooks

TEACHING = HOUSE / "docs" / "teaching.md"
NOTEBOOKS = [path for path in notebooks() if path.parent.name == "en"]
COMPLETE = {key(path) for path in NOTEBOOKS} >= set(COVERS)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def absent(sentence):
    """A page may lag behind while notebooks are still being written; then it may not."""
    (pytest.fail if COMPLETE else pytest.skip)(sentence)


@every_notebook
def test_the_map_says_what_the_notebook_says(path):
    rows = [row for row in MAP.read_text(encoding="utf-8").splitlines() if f"{path.name})" in row]
    if not rows:
        absent(f"{path.name} is not on the map yet. Run: {COMMAND}")
    assert rows == [line(path)], f"The map is older than {path.name}. Run: {COMMAND}"


@every_notebook
def test_the_teachers_page_has_a_misconception_and_a_question(path):
    sections = re.split(r"^### ", TEACHING.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [section for section in sections if f"{path.name})" in section.split("\n")[0]]
    if not found:
        absent(f"{path.name} has no section in docs/teaching.md yet.")
    assert len(found) == 1
    assert "**Misconception.**" in found[0] and "**Two minutes.**" in found[0]


@pytest.mark.parametrize("page", (MAP, TEACHING), ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert links and not [link for link in links if not (page.parent / link).exists()]
