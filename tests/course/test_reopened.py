"""A notebook that is read with and without the kernel that its widgets are in."""

import asyncio
import copy
import os
import signal
from types import SimpleNamespace

import pytest
from jupyter_client.manager import AsyncKernelManager

from nncourse import reopened
from nncourse.reopened import VIEW, Pictures

PATH = "exercises/01.ipynb"


def shown(**data):
    return {"output_type": "display_data", "data": data, "metadata": {}}


def view(model):
    return {VIEW: {"model_id": model, "version_major": 2, "version_minor": 0}}


def notebook(*models):
    """A notebook whose cells showed the models, each with something beside; and other outputs."""
    others = [shown(**{"image/png": "a plot"}),
              {"output_type": "stream", "name": "stdout", "text": "7"}]  # fmt: skip
    kinds = ["image/png", "text/html"]  # a picture, and the text of a question
    pairs = [shown(**view(model), **{kinds[i % 2]: model, "text/plain": model})
             for i, model in enumerate(models)]  # fmt: skip
    cells = [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "outputs": others},
             *({"cell_type": "code", "outputs": [pair]} for pair in pairs)]  # fmt: skip
    return {"type": "notebook", "content": {"cells": cells}}


class Disk:
    """A contents manager with one file."""

    async def get(self, path, content=True, type=None, format=None, require_hash=False):
        return copy.deepcopy(self.model) if content else {"type": "notebook", "content": None}


class Reader(Pictures, Disk):
    def __init__(self, model, kernels=()):
        """Of a server with these kernels: (path, what runs it)."""
        self.model = model
        kernels = {str(i): (path, kernel) for i, (path, kernel) in enumerate(kernels)}

        async def list_sessions():
            return [{"path": path, "kernel": {"id": i}} for i, (path, _) in kernels.items()]

        self.parent = SimpleNamespace(
            session_manager=SimpleNamespace(list_sessions=list_sessions),
            kernel_manager=SimpleNamespace(get_kernel=lambda i: kernels[i][1]),
        )

    def live(self, **options):
        """The models whose views are read; all else has to be as it is in the file."""
        model = asyncio.run(self.get(PATH, **options))
        cells, kept = model["content"]["cells"], self.model["content"]["cells"]
        assert cells[:2] == kept[:2] and len(cells) == len(kept)
        data = [cell["outputs"][0]["data"] for cell in cells[2:]]
        assert all("image/png" in one or "text/html" in one for one in data)
        return [one[VIEW]["model_id"] for one in data if VIEW in one]


@pytest.fixture(scope="module")
def kernel():
    """A kernel with two widgets that is at work: its manager, and their ids."""

    async def start():
        manager = AsyncKernelManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        code = "import ipywidgets; said = [ipywidgets.IntSlider().model_id for _ in range(2)]"
        asked = {"said": "' '.join(said)"}
        answer = await client.execute_interactive(code, user_expressions=asked, timeout=60)
        text = answer["content"]["user_expressions"]["said"]["data"]["text/plain"]
        client.execute("import time; time.sleep(1000)")
        client.stop_channels()
        return manager, text.strip("'").split()

    manager, models = asyncio.run(start())
    yield SimpleNamespace(manager=manager, models=models)
    asyncio.run(manager.shutdown_kernel(now=True))


def test_without_a_kernel_there_are_pictures_and_no_views():
    assert Reader(notebook("a", "b")).live() == []


def test_views_are_kept_of_what_is_in_the_kernel_also_while_it_is_at_work(kernel):
    one, other = kernel.models
    reader = Reader(notebook(one, "of the kernel before", other), [(f"/{PATH}", kernel.manager)])
    assert reader.live() == [one, other]
    assert reader.live(type="notebook", require_hash=True) == [one, other]


def test_many_who_ask_at_once_are_all_answered(kernel):
    reader = Reader(notebook(*kernel.models, "gone"), [(PATH, kernel.manager)])

    async def many():
        return await asyncio.gather(*[reader._models(PATH) for _ in range(20)])

    assert all(set(kernel.models) <= set(models) for models in asyncio.run(many()))


def test_the_kernel_of_another_notebook_does_not_count(kernel):
    assert Reader(notebook(*kernel.models), [("01.ipynb", kernel.manager)]).live() == []


def test_of_a_kernel_that_does_not_answer_all_views_are_kept(kernel, monkeypatch):
    monkeypatch.setattr(reopened, "PATIENCE", 0.2)
    pid = kernel.manager.provisioner.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        reader = Reader(notebook("unknown", *kernel.models), [(PATH, kernel.manager)])
        assert reader.live() == ["unknown", *kernel.models]
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("broken", ["x", 7, None, ["x"], {}, {"model_id": ["x"]}])
def test_a_view_that_is_none_is_left_out(broken, kernel):
    reader = Reader(notebook(*kernel.models), [(PATH, kernel.manager)])
    reader.model["content"]["cells"][2]["outputs"][0]["data"][VIEW] = broken
    assert reader.live() == kernel.models[1:]


def test_a_notebook_without_cells_is_read():
    reader = Reader({"type": "notebook", "content": {"nbformat": 4}})
    assert asyncio.run(reader.get(PATH)) == reader.model


def test_what_is_no_notebook_and_what_is_asked_for_without_content_is_left_alone():
    reader = Reader(notebook("a"))
    assert asyncio.run(reader.get(PATH, content=False))["content"] is None
    reader.model = {"type": "file", "content": "cells"}
    assert asyncio.run(reader.get("a.txt")) == reader.model
