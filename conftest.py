"""What holds for all tests: how kernels start, how cells run, and that forks are not traced."""

import itertools
import os
import sys
import tempfile

import pytest
from jupyter_client.manager import KernelManager

if hasattr(os, "register_at_fork"):
    # A copy in which an answer runs ends without saving what coverage counts in it.
    os.register_at_fork(after_in_child=lambda: sys.settrace(None))


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main():
    """Kernels listen at sockets in a folder of this process.

    A port that looks free while a kernel starts may be taken by another kernel, or by a connection
    of its own client, before it listens there; then it never answers.
    """
    start, numbers = KernelManager.__init__, itertools.count()
    with (
        tempfile.TemporaryDirectory(prefix="kernels-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):

        def at_sockets(self, *args, **traits):
            sockets = {"transport": "ipc", "ip": f"{folder}/{next(numbers)}"}
            start(self, *args, **(sockets | traits))

        patch.setattr(KernelManager, "__init__", at_sockets)
        return (yield)


# In the kernel of a notebook: to a progress bar, time passes ten thousand times as fast.
SLOW = """
def slow(factor=10_000):
    import time, types
    import nnlib.neural_network, tqdm.std
    nnlib.neural_network.time = types.SimpleNamespace(monotonic=lambda: factor * time.monotonic())
    tqdm.std.time = lambda: factor * time.time()
slow(); del slow
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """nbval runs every cell twice in a row: both times it says what is committed.

    Learners run a cell again, most often one that they have changed and changed back. So a cell
    that draws at random has a generator of its own, and one that changes a number begins with it.

    And it runs them as on a very slow machine, where each bar that can appear appears: a bar is an
    output that nobody committed. So cells never draw one: they say progress=False.

    With CELLS=once in the environment each cell runs once: tools/surroundings.py has other orders.
    """
    cell = type(item).__name__ == "IPyNbCell"
    if cell and item.cell_num == 0:
        item.parent.kernel.await_reply(item.parent.kernel.execute_cell_input(SLOW), timeout=60)
    result = yield
    if cell and os.environ.get("CELLS") != "once":
        item.add_report_section("call", "twice", "The first run was right; this is the second.")
        item.runtest()
    return result
