"""The course in other people's surroundings: their shell, home, language and editor.

tools/surroundings.py tries other versions of Python and of the packages, which takes longer.
"""

import ast
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from nbclient import NotebookClient
from nbconvert.exporters import ScriptExporter

from nncourse.plots import style

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = sorted((ROOT / "notebooks").rglob("[0-9]*.ipynb"))
each_committed = pytest.mark.parametrize(
    "path", COMMITTED, ids=[path.relative_to(ROOT / "notebooks").as_posix() for path in COMMITTED]
)


def shown_by(*cells):
    """Run the cells in a kernel; of each, the kinds of its outputs, or what it raised."""
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)])
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    return [
        [kind for out in cell.outputs for kind in out.get("data", out)] for cell in notebook.cells
    ]


# A person's shell names a backend for her scripts


def test_pictures_appear_although_the_shell_names_a_backend_for_windows(monkeypatch):
    """Without a display, and whether her own lines or ours come first."""
    monkeypatch.setenv("MPLBACKEND", "QtAgg")
    monkeypatch.delenv("DISPLAY", raising=False)
    hers = "import matplotlib.pyplot as plt\nline = plt.plot([1, 2])"
    ours = "from nncourse import plots\nax = plots.activation('tanh')"
    none, *pictures = shown_by(hers, ours, ours.replace("tanh", "relu"), hers)
    assert none == []  # what we cannot help: nothing of the course is there yet
    assert all("image/png" in kinds for kinds in pictures), pictures


@pytest.fixture
def in_kernel(monkeypatch):
    """in_kernel(named, now, eventloop): the backend after the import of our plots, in a kernel."""

    def backend(named, now, eventloop=None, kernel=True):
        shell = SimpleNamespace(kernel=SimpleNamespace(eventloop=eventloop) if kernel else None)
        taken = []
        monkeypatch.setenv("MPLBACKEND", named)
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
        monkeypatch.setattr(style, "rcParams", settings := {"backend": now})
        monkeypatch.setattr(style.plt, "switch_backend", taken.append)
        style.show_below_cells()
        assert taken == ([style.INLINE] if settings["backend"] == style.INLINE else [])
        return settings["backend"]

    return backend


@pytest.mark.parametrize("named", ["agg", "Agg", "svg", "pdf", "qtagg", "TkAgg", "macosx"])
def test_a_backend_that_shows_nothing_in_a_notebook_is_replaced(named, in_kernel):
    for now in (named, named.lower(), object(), "agg"):  # as named; not loaded yet; no display
        assert in_kernel(named, now) == style.INLINE


def test_a_backend_that_was_chosen_stays_and_so_does_that_of_a_script(in_kernel):
    assert in_kernel("agg", "module://ipympl.backend_nbagg") == "module://ipympl.backend_nbagg"
    assert in_kernel("agg", "svg") == "svg"  # by matplotlib.use, in a cell
    assert in_kernel("qtagg", "qtagg", eventloop="qt") == "qtagg"  # by %matplotlib qt
    assert in_kernel("agg", "agg", kernel=False) == "agg"  # in a terminal
    assert in_kernel("", "agg") == "agg"
    for name in ("module://somebody.else", "inline", "widget", "nbagg"):
        assert in_kernel(name, name) == name


# Her editor saves the notebook, and she wants it as a script


@each_committed
def test_a_committed_notebook_says_what_jupyterlab_would_but_for_the_version(path):
    """tests/browser/test_fresh_copies.py opens and saves two of them in a real JupyterLab."""
    text = path.read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    assert nbformat.writes(notebook) + "\n" == text, "written by something else than Jupyter"
    said, version = notebook.metadata.language_info, IPythonKernel.language_info["version"]
    assert "version" not in said, "take the version of your Python out of its metadata"
    assert said | {"version": version} == IPythonKernel.language_info


@each_committed
def test_a_committed_notebook_becomes_a_python_script(path):
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    ast.parse(script)
