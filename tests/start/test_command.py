"""The autograd-mini command: each word does what its help says, on any console."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini
from autograd_mini import rules
from autograd_mini.cli import main


def command(*words, **env):
    run = [sys.executable, "-m", "autograd_mini.cli", *words]
    return subprocess.run(run, env={**os.environ, **env}, capture_output=True)


@pytest.mark.parametrize("word", [[], ["lab"], ["restore"], ["rules"], ["progress"], ["export"]])
def test_every_word_has_help(word, capsys):
    with pytest.raises(SystemExit) as end:
        main([*word, "--help"])
    assert end.value.code == 0
    assert f"usage: autograd-mini {' '.join(word)}".strip() in capsys.readouterr().out


def test_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"autograd-mini {autograd_mini.__version__}"


def test_rules_prints_the_engines_table_whole(capsys):
    assert main(["rules"]) == 0
    text = capsys.readouterr().out
    assert main(["rules", "--markdown"]) == 0
    table = capsys.readouterr().out
    for rule in rules.TABLE:
        assert f"\n{rule.name} " in text and f"\n| `{rule.name}` |" in table
    for program, *_ in rules.CONVENTIONS:
        assert f"\n{program} " in text and f"\n| `{program}` |" in table


def test_the_page_of_operations_is_what_the_command_prints(capsys):
    if not hasattr(pytest.importorskip("numpy"), "matvec"):
        pytest.skip("the page lists the functions of NumPy 2.2 and later")
    assert main(["rules", "--markdown"]) == 0
    page = Path(__file__).parents[2] / "docs" / "operations.md"
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out, (
        "run: autograd-mini rules --markdown > docs/operations.md"
    )


@pytest.mark.parametrize("name", ["power", "pow", "**", "np.power"])
def test_rules_shows_one_operation_by_any_of_its_names(name, capsys):
    assert main(["rules", name]) == 0
    shown = capsys.readouterr().out
    assert "z ln x" in shown and "x ** 0" in shown and "sqrt'" not in shown


def test_rules_shows_the_code_written_from_a_rule(capsys):
    pytest.importorskip("numpy")
    from autograd_mini import elementwise, fastpath

    assert main(["rules", "mul", "--code"]) == 0
    shown = capsys.readouterr().out
    rule = rules.find("multiply")
    assert fastpath.code(rule).rstrip() in shown
    for kind in (15, 31, 13, 5):
        assert f"(kind {kind})" in shown and elementwise.code(rule, kind).rstrip() in shown
    for rule in rules.TABLE:
        assert main(["rules", rule.name, "--code"]) == 0
        compile(capsys.readouterr().out, rule.name, "exec")


def test_rules_knows_the_functions_of_numpys_that_are_no_line_of_the_table(capsys):
    pytest.importorskip("numpy")
    assert main(["rules", "linalg.inv"]) == 0
    assert "operations.py" in capsys.readouterr().out


def test_a_console_that_cannot_show_the_signs_is_survived():
    run = command("rules", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert run.returncode == 0 and run.stdout.isascii() and b"arctan2" in run.stdout


def test_progress_is_reported_and_exported(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AUTOGRAD_MINI_HOME", str(tmp_path / "home"))
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.strip()
    assert main(["export", str(tmp_path / "mine.json")]) == 0
    assert str(tmp_path / "mine.json") in capsys.readouterr().out
    json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))


def test_restore_puts_a_fresh_copy_into_the_folder_that_is_named(tmp_path, capsys):
    assert main(["restore", "00", "--work", str(tmp_path / "mein Ordner")]) == 0
    assert (tmp_path / "mein Ordner" / "course" / "en" / "00-start-here.ipynb").is_file()
    assert "00-start-here.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, said",
    [
        (["restore", "99"], "“99”"),
        (["restore", "00", "--lang", "xx"], "“xx”"),
        (["lab", "--lang", "xx"], "“xx”"),
        (["export", "no/such/folder/mine.json"], "no/such/folder"),
        (["rules", "sqr"], "Did you mean sqrt"),
        (["rules", "qqq"], "“qqq”"),
        (["rules", "--code"], "rules mul --code"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    if words[0] in ("lab", "restore"):
        words = [*words, "--work", str(tmp_path)]
    assert main(words) == 1
    error = capsys.readouterr().err
    assert error.startswith("autograd-mini: ") and said in error and error.count("\n") == 1


def test_a_work_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path, capsys):
    (tmp_path / "work").write_text("")
    assert main(["lab", "--work", str(tmp_path / "work")]) == 1
    assert str(tmp_path / "work") in capsys.readouterr().err


def test_without_jupyterlab_lab_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "")  # so that what lab sets is taken back
    assert main(["lab", "--no-browser", "--work", str(tmp_path / "work")]) == 1
    assert "autograd-mini[labs]" in capsys.readouterr().err
