"""What is installed: the wheel alone is an engine that needs nothing, with the notebooks inside; versions agree."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import autograd_mini

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
UV = [sys.executable, "-m", "uv"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([*UV, "build", "--wheel", "--quiet", "--out-dir", out, ROOT], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """The Python of an environment that has the wheel and nothing else, far from the checkout."""
    home = tmp_path_factory.mktemp("elsewhere é")
    subprocess.run([*UV, "venv", "--quiet", "--python", sys.executable, home / "env"], check=True)
    python = next(path for path in home.glob("env/*/python*") if path.is_file())
    subprocess.run([*UV, "pip", "install", "--quiet", "--offline", "--python", python, wheel], check=True)

    def run(*words):
        return subprocess.run([python, "-I", *words], cwd=home, capture_output=True, text=True, encoding="utf-8")

    return run


def test_the_wheel_carries_every_notebook_and_the_widgets_page_side_and_no_tests(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("course", "labs"):
        for path in [*(ROOT / kind).rglob("*.ipynb"), *(ROOT / kind).glob("data/*")]:
            if ".ipynb_checkpoints" not in path.parts:
                assert f"autograd_mini/_notebooks/{path.relative_to(ROOT).as_posix()}" in inside
    for path in (ROOT / "autograd_mini").rglob("*"):
        if path.suffix in (".py", ".js", ".css", ".mo"):
            assert path.relative_to(ROOT).as_posix() in inside
    assert {name.partition("/")[0] for name in inside} == {
        "autograd_mini", f"autograd_mini-{autograd_mini.__version__}.dist-info"
    }


def test_the_engine_differentiates_with_no_dependency_installed(elsewhere):
    program = """
import autograd_mini as ad, importlib.util, sys
assert importlib.util.find_spec("numpy") is None
f = lambda x1, x2: ad.log(x1) + x1 * x2 - ad.sin(x2)
print(f(2.0, 5.0), *ad.grad(f, argnums=(0, 1))(2.0, 5.0))
"""
    run = elsewhere("-c", program)
    assert run.returncode == 0, run.stderr
    value, *gradient = map(float, run.stdout.split())
    assert value == pytest.approx(11.652071455223084, rel=1e-15)
    assert gradient == pytest.approx([5.5, 1.7163378145367738], rel=1e-15)


def test_the_command_of_the_bare_wheel_answers_and_says_what_a_lab_needs(elsewhere, tmp_path):
    command = ("-m", "autograd_mini.cli")
    assert elsewhere(*command, "--version").stdout == f"autograd-mini {autograd_mini.__version__}\n"
    assert "arctan2" in elsewhere(*command, "rules").stdout
    lab = elsewhere(*command, "lab", "--work", str(tmp_path))
    assert lab.returncode == 1 and 'pip install "autograd-mini[labs]"' in lab.stderr
    in_place = elsewhere(*command, "lab", "--in-place")
    assert in_place.returncode == 1 and "checkout" in in_place.stderr
    copied = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.ipynb")}
    assert "course/en/00-start-here.ipynb" in copied


def test_the_engine_alone_asks_for_no_dependency():
    assert PROJECT["dependencies"] == []


def test_constraints_pin_what_pyproject_allows_and_name_no_address_and_no_path():
    assert all(re.fullmatch(r"[\w.-]+==[\w.+]+( ; [\w\s'.<>=!()]+)?", pin) for pin in PINS)
    pins = [Requirement(pin) for pin in PINS]
    for extra in ("labs", "test", "dev"):
        for asked in map(Requirement, PROJECT["optional-dependencies"][extra]):
            versions = [next(iter(pin.specifier)).version for pin in pins if pin.name == asked.name]
            assert versions and all(asked.specifier.contains(version) for version in versions), asked


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_constraints_resolve_for_every_python_that_the_course_supports(version, tmp_path):
    command = [*UV, "pip", "compile", "--quiet", "--python", sys.executable, "--python-version", version,
               "--all-extras", "--constraint", ROOT / "constraints.txt", "--output-file", tmp_path / "resolved.txt",
               ROOT / "pyproject.toml"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_conda_is_asked_for_what_the_extra_labs_asks_for():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    asked = [Requirement(line) for line in conda["dependencies"] if isinstance(line, str)]
    wanted = [Requirement(line) for line in PROJECT["optional-dependencies"]["labs"]]
    wanted += [Requirement("python" + PROJECT["requires-python"]), Requirement("pip")]
    assert {(r.name, r.specifier) for r in asked} == {(r.name, r.specifier) for r in wanted}
    assert conda["channels"] == ["conda-forge"] and {"pip": ["-e ."]} in conda["dependencies"]


def test_the_citation_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == autograd_mini.__version__
    assert citation["authors"] == [{"name": "The autograd-mini contributors"}]
