"""nbval runs every cell of a notebook twice in a row: both times it says what is committed.

Learners run a cell again, most often one that they have changed and changed back. So a cell that
draws at random has a generator of its own, and one that changes a number begins with the number.
"""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    if type(item).__name__ == "IPyNbCell":
        item.add_report_section("call", "twice", "The first run was right; this is the second.")
        item.runtest()
    return result
