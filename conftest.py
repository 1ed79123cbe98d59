"""What holds for all tests: cells of notebooks run twice, and forked copies are not traced."""

import os
import sys

import pytest

if hasattr(os, "register_at_fork"):
    # A copy in which an answer runs ends without saving what coverage counts in it.
    os.register_at_fork(after_in_child=lambda: sys.settrace(None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """nbval runs every cell twice in a row: both times it says what is committed.

    Learners run a cell again, most often one that they have changed and changed back. So a cell
    that draws at random has a generator of its own, and one that changes a number begins with it.
    """
    result = yield
    if type(item).__name__ == "IPyNbCell":
        item.add_report_section("call", "twice", "The first run was right; this is the second.")
        item.runtest()
    return result
