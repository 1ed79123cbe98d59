"""Kernels that start quickly: copies of one process, which has imported the libraries already.

A kernel takes two seconds of processor time to import ipykernel, numpy, matplotlib and nncourse,
and nearly every browser test starts one. Here one process imports them once and forks for each
kernel. A notebook still runs in ipykernel, in a process of its own, with an environment and a
folder of its own. Where there is no fork, kernels start as everywhere else.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

LIBRARIES = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completer", "sklearn.datasets"),
    *("matplotlib.backends.backend_agg", "mpl_toolkits.mplot3d", "contourpy"),
    *("ipywidgets", "anywidget", "nncourse.widgets", "nncourse.plots"),
)
BACKEND = "module://matplotlib_inline.backend_inline"  # what ipykernel sets for its kernels


@contextmanager
def served(folder: Path, env: dict[str, str]):
    """The environment of a Jupyter server whose Python kernels are copies of one process.

    The process ends with the block, or with this one.
    """
    if not hasattr(os, "fork"):
        yield env
        return
    folder.mkdir()
    address = str(folder / "socket")
    kernel = folder / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({
        "argv": [sys.executable, "-IS", __file__, "ask", address, "{connection_file}"],
        "display_name": "Python 3 (ipykernel)", "language": "python",
        "interrupt_mode": "message", "metadata": {"debugger": True},
    }), "utf-8")  # fmt: skip
    with subprocess.Popen(
        [sys.executable, __file__, "serve", address], env=env | {"MPLBACKEND": BACKEND},
        stdin=subprocess.PIPE, start_new_session=True,
    ):  # fmt: skip
        yield env | {"JUPYTER_PATH": str(folder)}


def serve(address: str) -> None:
    """Import the libraries, and fork for everybody who asks, until the standard input is closed."""
    sys.path.pop(0)  # the folder of this file, which a kernel has nothing to do with
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        for name in LIBRARIES:
            importlib.import_module(name)
        assert threading.active_count() == 1, "a fork keeps only one thread"
        gc.collect()
        gc.freeze()  # or the collector of each copy would write to, and so copy, all its memory
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels that ended are not waited for
        while door in select.select([door, sys.stdin], [], [])[0]:
            caller, _ = door.accept()
            if os.fork() == 0:
                door.close()
                return become(caller)
            caller.close()


def become(caller: socket.socket) -> None:
    """Be the kernel that was asked for, as ipykernel_launcher would."""
    import ipywidgets
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    asked = json.loads(caller.makefile().readline())
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    numpy.random.seed()  # noqa: NPY002 - all copies would draw the same from the global generator
    threading.Thread(target=end_with, args=[caller], daemon=True).start()
    sys.argv = ["ipykernel_launcher", "-f", asked["file"]]
    app = IPKernelApp.instance(parent_handle=int(os.environ.get("JPY_PARENT_PID", 0)))
    app.initialize()
    ipywidgets.load_ipython_extension(app.shell)  # as importing it in the kernel would
    app.start()


def end_with(caller: socket.socket) -> None:
    """End when the process does that Jupyter takes for the kernel."""
    with suppress(OSError):
        caller.recv(1)
    os._exit(1)


def ask(address: str, file: str) -> None:
    """Ask for a kernel, and last as long as it does."""
    with socket.socket(socket.AF_UNIX) as kernel:
        kernel.connect(address)
        asked = {"file": file, "env": dict(os.environ), "folder": os.getcwd()}
        kernel.sendall(json.dumps(asked).encode() + b"\n")
        with suppress(ConnectionResetError):
            kernel.recv(1)


if __name__ == "__main__":
    {"ask": ask, "serve": serve}[sys.argv[1]](*sys.argv[2:])
