"""JupyterLab on the course: on this machine only, with no request that leaves it.

JupyterLab gets a configuration folder of ours, beside the notebooks, so that neither does it read the
user's own (whose extensions and open tabs belong to other work) nor do we write there.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from autograd_mini.messages import _

FIRST_PORT, PORTS = 8888, 100

# What would otherwise ask the Jupyter project for news, for a newer JupyterLab and for extensions.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
}
SERVER = {
    "LabApp": {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "log_level": "ERROR",
    },
    "KernelManager": {"transport_encryption": "auto"},  # between server and kernel; without it each kernel warns
    "ServerApp": {"ip": "127.0.0.1", "port_retries": 0, "allow_root": True, "answer_yes": True, "log_level": "ERROR"},
}


class PortError(Exception):
    """A sentence for the learner: which port is busy, and the way out."""


def free(port: int) -> bool:
    """Can a server listen at `port` of this machine?"""
    with socket.socket() as probe:
        if os.name != "nt":  # there the option would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wish: int | None) -> int:
    """`wish`, or the first free port from 8888 on."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS) if wish is None else [wish]:
        if free(port):
            return port
    if wish is None:
        raise PortError(_("No port from {first} on is free. Name one: --port N.").format(first=FIRST_PORT))
    raise PortError(_("Port {port} is busy. Name another, or leave --port out and one is found.").format(port=wish))


def configure(state: Path) -> None:
    """Write JupyterLab's configuration into `state` and point this process, and so the server, to it."""
    home = state / "jupyter"
    for path, settings in (
        (home / "jupyter_server_config.json", SERVER),
        (home / "labconfig" / "default_setting_overrides.json", SETTINGS),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    os.environ["JUPYTER_CONFIG_DIR"] = str(home)
    for elsewhere in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_NO_CONFIG"):
        os.environ.pop(elsewhere, None)


def quick_import() -> None:
    """Let jsonschema, on which Jupyter rests, do without its check of international addresses.

    Its grammar takes two seconds to build at import, nothing here uses it, and jsonschema works without it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def sign(notebooks: Sequence[Path], state: Path) -> None:
    """Sign the copies that we made, so that their pictures move before a cell has run."""
    if not notebooks:
        return
    quick_import()
    import nbformat
    from nbformat.sign import NotebookNotary

    configure(state)
    notary = NotebookNotary()
    for path in notebooks:
        notary.sign(nbformat.read(path, as_version=4))


def serve(root: Path, state: Path, first: str, port: int | None, browser: bool) -> None:
    """Serve the notebooks under `root` until Ctrl-C, open at `first`; the URL is printed once it answers."""
    quick_import()
    from jupyterlab.labapp import LabApp

    configure(state)
    port = choose_port(port)
    token = os.environ["JUPYTER_TOKEN"] = secrets.token_urlsafe(24)  # not an argument: others could read it there
    options = {
        "ServerApp.port": port,
        "ServerApp.root_dir": root,
        "ServerApp.open_browser": browser,
        "LabApp.default_url": f"/lab/tree/{first}",
    }
    app = LabApp.initialize_server(argv=[f"--{name}={value}" for name, value in options.items()])
    url = f"http://127.0.0.1:{port}/lab/tree/{first}?token={token}"
    for line in (_("The course is open at {url}").format(url=url), _("Ctrl-C here closes it.")):
        app.io_loop.add_callback(print, line, flush=True)  # after the server's own first callback: to listen
    app.start()
