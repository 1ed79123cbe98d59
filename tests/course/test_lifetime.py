"""A widget lives while somebody holds it or a cell shows it, and no longer: asked in a kernel."""

import pytest
from jupyter_client.manager import start_new_kernel
from thorough import cases

from nncourse.reopened import VIEW

PREPARED = """
import gc, weakref
import psutil
from ipywidgets import VBox
from nncourse import widgets
from nncourse.widgets.base.stage import Stage

def alive():
    gc.collect()
    return sum(isinstance(one, Stage) for one in gc.get_objects())

def open_(reference):
    return reference() is not None and reference().comm is not None
"""


class Notebook:
    """Cells with ids, as JupyterLab sends them, in a kernel of their own."""

    def __init__(self, client):
        self.client = client

    def run(self, cell: str, code: str) -> dict:
        """What a cell shows, by MIME type, "stream" being what it prints; runs it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": True}  # fmt: skip
        session = self.client.session
        message = session.msg("execute_request", content, metadata={"cellId": cell})
        self.client.shell_channel.send(message)
        shown = {"stream": ""}
        while True:
            heard = self.client.get_iopub_msg(timeout=120)
            content, kind = heard["content"], heard["msg_type"]
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if kind == "stream":
                shown["stream"] += content["text"]
            elif kind in ("execute_result", "display_data"):
                shown |= content["data"]
            elif kind == "error":
                shown["error"] = f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                return shown

    def says(self, code: str) -> str:
        """What an expression is, asked in a cell of its own."""
        shown = self.run("asked", f"print({code})")
        assert "error" not in shown, shown
        return shown["stream"].strip()


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    try:
        notebook = Notebook(client)
        assert "error" not in notebook.run("prepared", PREPARED)
        yield notebook
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook(kernel):
    """The kernel without what other tests have left there."""
    kernel.run("clean", "p = first = kept = None\n%reset -f out")
    kernel.run("clean", "for one in gc.get_objects():\n    if isinstance(one, Stage): one.close()")
    return kernel


def test_what_another_cell_shows_lives_until_that_cell_shows_something_else(notebook):
    made = "p = widgets.Playground()\np.lab.advance(3)"
    notebook.run("makes", made)
    notebook.run("shows", "p")
    notebook.run("notes", "first = weakref.ref(p)")
    notebook.run("makes", made)
    assert notebook.says("open_(first), first() is p") == "True False"
    assert notebook.says("first().sentence.split(' · ')[0]") == "step 3"
    notebook.run("shows", "p")
    assert notebook.says("open_(first), open_(weakref.ref(p))") == "False True"


def test_what_a_person_holds_lives_however_it_is_held(notebook):
    notebook.run("list", "kept = []")
    for _ in range(3):
        notebook.run("makes", "kept.append(widgets.Playground())\nkept[-1]")
    assert notebook.says("[one.comm is not None for one in kept]") == "[True, True, True]"
    box = notebook.run("box", "VBox(kept)")
    assert VIEW in box and "error" not in box
    for holder in (
        "named = p",
        "holder = {'deep': [(p,)]}",
        "class Has: its = p",
        "f = lambda p=p: p",
    ):
        notebook.run("shows", "p = widgets.Descent()\np")
        notebook.run("holds", f"{holder}\nfirst = weakref.ref(p)")
        notebook.run("shows", "p = widgets.Descent()\np")
        assert notebook.says("open_(first)") == "True", holder


@pytest.mark.doors
def test_what_nobody_holds_or_shows_does_not_pile_up(notebook):
    before, counts, sizes = int(notebook.says("alive()")), [], []
    for k in range(cases(200, 20)):
        made = "widgets.Playground()"
        notebook.run("made", made if k % 5 == 0 else f"p = {made}")
        if k % 10 == 9:
            counts.append(int(notebook.says("alive()")))
            sizes.append(int(notebook.says("psutil.Process().memory_info().rss // 2**20")))
    assert max(counts) <= before + 2, counts
    assert len(sizes) >= 2 and sizes[-1] - sizes[0] <= 20, sizes
    assert int(notebook.says("sum(isinstance(one, Stage) for one in Out.values())")) <= 1


def test_what_is_closed_for_good_says_so(notebook):
    shown = notebook.run("closes", "p = widgets.Descent()\np.close()\np")
    words = "this Descent was closed and cannot be shown any more: make a new one"
    assert shown["text/plain"] == words and VIEW not in shown
    assert notebook.run("box", "VBox([p])")["error"] == f"ValueError: {words}"
