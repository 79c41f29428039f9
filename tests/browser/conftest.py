"""One JupyterLab, opened by the learner's own command, and one Chromium for all tests of this folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from tests.notebooks.rebuild import HOUSE, notebooks

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    *(
        os.path.join(os.environ.get(root, "?"), maker, name, "Application", program)
        for root in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for maker, name, program in (("Google", "Chrome", "chrome.exe"), ("Microsoft", "Edge", "msedge.exe"))
    ),
)
# The sandbox of Chromium refuses to start as root; the rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# These notebooks meet every test; on the others the tests named below run with --all, since the suite as a
# whole has its minutes, and what they show is the widgets' doing and not the notebook's.
EVERY_TEST = ("00-start-here", "04-dual-numbers", "07-reverse-mode", "2-dual-engine")
# The widgets of these are those of other notebooks.
SHOWN_ELSEWHERE = ("14-jax", "1-gradient", "3-repair", "4-reverse", "9-capstone")
WITH_ALL = ("in_time", "fresh_clone", "work_folder", "wider_than", "follow_the_theme", "Dark")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == Path(__file__).parent and "ipynb" in item.name:
            if any(name in item.name for name in EVERY_TEST):
                continue
            if any(word in item.name for word in WITH_ALL) or any(f"/{name}" in item.name for name in SHOWN_ELSEWHERE):
                item.add_marker("slow")


def executable() -> str | None:
    """Any Chromium, Chrome or Edge of this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None) or next(
        (place for place in PLACES if os.path.exists(place)), None
    )


@pytest.fixture(scope="session")
def chromium():
    path = executable()
    if path is None:
        reason = "no browser: no Chromium, Chrome or Edge was found"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """`autograd-mini lab` on a work folder of its own: that folder, and the URL that the command printed.

    Beside the learner's copies, which the command has signed, stand two more of each notebook: one in
    run/ for the tests that run it, and one in unsigned/ that nobody has signed.
    """
    folder = tmp_path_factory.mktemp("work")
    own = tmp_path_factory.mktemp("jupyter")
    for copy in ("run", "unsigned"):
        shutil.copytree(HOUSE / "labs" / "data", folder / copy / "labs" / "data")
        for path in notebooks():
            to = folder / copy / path.relative_to(HOUSE)
            to.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            # A signature is of the content, wherever the file lies: other content is not signed.
            to.write_text(text.replace('"kernelspec"', '"nobody": "signed this",\n  "kernelspec"'), encoding="utf-8")
    (own / "jupyter_server_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}')
    private = ("AUTOGRAD_MINI_HOME", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = {name: str(own / name.lower()) for name in private}
    environment |= {"JUPYTER_CONFIG_PATH": str(own), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(HOUSE)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "autograd_mini.cli", "lab", "--no-browser"]
    log = own / "log"
    with open(log, "wb") as out:
        server = subprocess.Popen(
            [*command, "--lang", "en", "--work", str(folder), "--port", str(port)],
            env=os.environ | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=own,
        )
    try:
        yield folder, url(server, log)
    finally:
        server.terminate()
        server.wait(20)


def url(server: subprocess.Popen, log: Path) -> str:
    """What the command prints once it listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        for word in log.read_text(errors="replace").split():
            if word.startswith("http://127.0.0.1:"):
                return word
        time.sleep(0.1)
    raise RuntimeError(f"`autograd-mini lab` did not print its URL:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def lab(chromium, served):
    _, address = served
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    yield Lab(page, address)
    page.close()
