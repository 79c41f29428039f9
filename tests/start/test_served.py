"""The course as it is served: on this machine only, signed, and asking nobody."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest

from autograd_mini.lab import PortError, choose_port


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The course served from a new home: its process, its URL, the home."""
    home = tmp_path_factory.mktemp("home é")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG", "AUTOGRAD_MINI"))}
    env = {**kept, "HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "autograd_mini.cli", "lab", "--no-browser", "--work", home / "work"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = ""
    for line in process.stdout:
        said += line
        if "token=" in line:
            break
    url = re.search(r"http://\S+", said)
    assert url, said
    yield process, url.group(), home
    process.terminate()
    process.wait(20)


def get(url, path=None):
    base, token = re.match(r"(http://[^/]+)/.*token=(\S+)", url).groups()
    request = urllib.request.Request(url if path is None else base + path)
    if path is not None:
        request.add_header("Authorization", f"token {token}")
    return urllib.request.urlopen(request, timeout=20).read()


def test_the_url_opens_the_first_lesson(served):
    _, url, _ = served
    assert "/lab/tree/course/en/00-start-here.ipynb?token=" in url
    assert b"JupyterLab" in get(url)


def test_without_the_token_nothing_is_served(served):
    _, url, _ = served
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(re.match(r"http://[^/]+", url).group() + "/api/contents", timeout=20)
    assert refused.value.code == 403


def test_it_listens_on_this_machine_only(served):
    process, url, _ = served
    listening = [c.laddr for c in psutil.Process(process.pid).net_connections("inet") if c.status == "LISTEN"]
    assert listening and {address.ip for address in listening} == {"127.0.0.1"}
    assert str(listening[0].port) in url


def test_the_token_is_not_on_the_command_line(served):
    process, url, _ = served
    assert url.rpartition("=")[2] not in " ".join(psutil.Process(process.pid).cmdline())


def test_news_updates_and_extensions_are_asked_of_nobody(served):
    _, url, _ = served
    assert json.loads(get(url, "/lab/api/news"))["news"] == []
    assert json.loads(get(url, "/lab/api/update"))["notification"] is None
    plugin = "/lab/api/settings/@jupyterlab/apputils-extension:notification"
    properties = json.loads(get(url, plugin))["schema"]["properties"]
    assert properties["fetchNews"]["default"] == "false" and properties["checkForUpdates"]["default"] is False
    plugin = "/lab/api/settings/@jupyterlab/extensionmanager-extension:plugin"
    assert json.loads(get(url, plugin))["schema"]["properties"]["enabled"]["default"] is False


def test_the_users_own_jupyter_configuration_is_not_written(served):
    _, _, home = served
    assert not (home / ".jupyter").exists()
    assert not (home / ".config" / "jupyter").exists()


def test_the_copies_are_signed_for_this_user(served):
    _, url, home = served
    for path in (home / "work").rglob("*.ipynb"):
        name = path.relative_to(home / "work").as_posix()
        model = json.loads(get(url, f"/api/contents/{name}"))
        cells = [cell for cell in model["content"]["cells"] if cell["cell_type"] == "code"]
        assert cells and all(cell["metadata"].get("trusted") for cell in cells), name


def test_a_busy_port_is_named_and_without_a_wish_a_free_one_is_found():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        with pytest.raises(PortError, match=str(busy)):
            choose_port(busy)
    assert choose_port(busy) == busy
    assert choose_port(None) >= 8888
