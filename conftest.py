"""What holds for every test: nothing reads or writes this user's own data, and nothing is left out unseen."""

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from nbval.plugin import IPyNbFile

CI = os.environ.get("CI") == "true"

# A loaded machine is no failure, and in CI the same inputs are drawn every time.
hypothesis.settings.register_profile("course", deadline=None, derandomize=CI)
hypothesis.settings.load_profile("course")


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="run the tests marked slow, too")


def pytest_configure(config):
    config.homes = Path(tempfile.mkdtemp(prefix="autograd-mini-tests-"))
    os.environ["AUTOGRAD_MINI_HOME"] = str(config.homes)


def pytest_unconfigure(config):
    shutil.rmtree(config.homes, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if isinstance(item.parent, IPyNbFile) and item.parent.kernel is None:  # each notebook meets a new learner
        os.environ["AUTOGRAD_MINI_HOME"] = tempfile.mkdtemp(dir=item.config.homes)


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--all"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [item for item in items if item not in slow]
        config.hook.pytest_deselected(items=slow)


def skipped(config):
    """Why tests were left out, each reason once."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    reasons = (r.longrepr[2] if isinstance(r.longrepr, tuple) else str(r.longrepr) for r in reports)
    return sorted({reason.removeprefix("Skipped: ") for reason in reasons})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if CI and exitstatus == pytest.ExitCode.OK and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    for report in [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]:
        for name, figure in report.user_properties:
            if name == "figure":  # what a test measured: record_property("figure", "…")
                terminalreporter.write_line(f"FIGURE: {report.nodeid.rpartition('::')[2]}: {figure}")
    for reason in skipped(config):
        terminalreporter.write_line(f"NOT RUN: {reason}", red=CI, yellow=not CI)
