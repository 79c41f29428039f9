"""The same examples at every run in CI; elsewhere hypothesis keeps looking for new ones."""

import os

from hypothesis import settings

settings.register_profile("engine", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("engine")
