"""What is said about every known mistake, kept in transcript.txt: a message that changes, or changes places, is seen.

After a change that is meant: `python tests/exercises/test_transcript.py` writes the file anew; read its diff.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from autograd_mini.exercises.catalogue import CATALOGUE
from autograd_mini.exercises.check import assess, judged, one
from autograd_mini.exercises.declare import Exercise
from autograd_mini.exercises.run import learners, namespace

FILE = Path(__file__).with_name("transcript.txt")


def about(declared) -> Iterator[str]:
    """Every known mistake of one declaration: what is wrong, and what is said."""
    for unit in (*getattr(declared, "parts", ()), declared):
        yield f"==== {unit.id} ===="
        for mistake in unit.mistakes:
            if isinstance(declared, Exercise):
                yield dedent(mistake.wrong).strip()
                space = namespace(declared, declared.solution, mistake.wrong)
                answers = [space[name] for name in declared.names]
                yield repr(one(declared, assess(declared, unit, learners(declared, answers), None, declared.seconds)))
            else:
                yield repr(mistake.wrong)
                yield "\n".join(judged(declared, mistake.wrong)[1])


def transcript() -> str:
    return "\n\n".join(text for declared in CATALOGUE.sets.values() for d in declared for text in about(d)) + "\n"


def test_what_is_said_about_each_known_mistake_is_what_was_read_and_meant():
    assert transcript() == FILE.read_text("utf-8"), "run tests/exercises/test_transcript.py and read the diff"


if __name__ == "__main__":
    os.environ["AUTOGRAD_MINI_LANG"] = "en"
    FILE.write_text(transcript(), "utf-8")
