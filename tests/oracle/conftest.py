"""Without PyTorch nothing here can run: say how it comes."""

from importlib.util import find_spec

import pytest


def pytest_configure():
    if find_spec("torch") is None:
        raise pytest.UsageError("these need PyTorch: make test-oracle installs it and runs them")
