"""What the tests of nncourse share: none finds a figure that another has left open."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")  # of a doctest as well
    yield
    plt.close("all")
