"""Every cell of a notebook can be run twice in a row, and what it says stays what the text tells.

Learners run a cell again, most often one that they have changed and changed back. So a cell that
draws at random has a generator of its own, and one that changes a number begins with the number.
"""

import copy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from refresh_notebooks import merge_streams

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("[0-9]*.ipynb"))


def said(cell):
    """What a cell has put out, as text: pictures and widgets by their sentences."""
    outputs = merge_streams(copy.deepcopy(cell.outputs))
    return [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_cell_run_twice_says_what_is_committed(path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # it would take the pictures out
    notebook = nbformat.read(path, as_version=4)
    told = [said(cell) if cell.cell_type == "code" else None for cell in notebook.cells]
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", record_timing=False, store_widget_state=False,
        extra_arguments=["--log-level=ERROR"], resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    other = []
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            for time in ("once", "twice") if cell.cell_type == "code" else ():
                client.execute_cell(cell, index)
                if said(cell) != told[index]:
                    other.append(f"{time}: {cell.source!r}\n  {said(cell)}\n  not {told[index]}")
    assert not other, "\n".join(other)
