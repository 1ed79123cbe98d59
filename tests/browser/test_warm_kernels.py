"""Kernels that are copies of one process are kernels of their own, and end when they should."""

import os
import signal
import time
from contextlib import contextmanager

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

LOOK = (
    "import os, random, sys, numpy\nmine = 1\nprint(os.getpid(), numpy.random.rand(), os.getcwd())"
)


@pytest.fixture
def kernel(lab):
    """kernel(): a kernel that the Jupyter server of the browser tests would start, and a client."""
    specs = KernelSpecManager(kernel_dirs=[str(lab.folder / "kernels" / "kernels")])

    @contextmanager
    def started(**options):
        manager = KernelManager(kernel_spec_manager=specs, kernel_name="python3")
        manager.start_kernel(**options)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        try:
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    return started


def printed(client, code):
    """What code prints."""
    said = []
    heard = lambda message: said.append(message["content"].get("text", ""))  # noqa: E731
    done = client.execute_interactive(code, output_hook=heard, timeout=60)
    assert done["content"]["status"] == "ok"
    return "".join(said)


def ended(pid, patience=10):
    """Whether a process ends soon."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_two_kernels_share_nothing(kernel, tmp_path):
    with kernel(cwd=tmp_path) as (_, one), kernel() as (_, two):
        pid, drawn, folder = printed(one, LOOK).split()
        assert folder == str(tmp_path)
        assert printed(two, "print('mine' in globals())") == "False\n"
        other, redrawn, elsewhere = printed(two, LOOK).split()
        assert pid != other and drawn != redrawn and elsewhere == os.getcwd()


def test_a_kernel_is_interrupted_and_ends_with_the_process_that_stands_for_it(kernel):
    with kernel() as (manager, client):
        pid = int(printed(client, "import os; print(os.getpid())"))
        client.execute("print('begun', flush=True)\nwhile True: pass")
        while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=60)["content"]["ename"] == "KeyboardInterrupt"
        assert printed(client, "print('free')") == "free\n"
        os.kill(manager.provisioner.process.pid, signal.SIGKILL)
        assert ended(pid)


def test_jupyter_notices_when_a_kernel_has_ended(kernel):
    with kernel() as (manager, client):
        client.execute("import os; os._exit(3)")
        manager.provisioner.process.wait(10)
        assert not manager.is_alive()
