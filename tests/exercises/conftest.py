"""Every test keeps its progress in a folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("AUTOGRAD_MINI_HOME", str(folder))
    monkeypatch.setenv("AUTOGRAD_MINI_LANG", "en")
    return folder
