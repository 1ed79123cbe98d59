"""The course in other people's surroundings: their shell, home, language and editor.

tools/surroundings.py tries other versions of Python and of the packages, which takes longer.
"""

import ast
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import lab
import nbformat
import pytest
from kernel_info import language_info
from nbclient import NotebookClient
from nbconvert.exporters import ScriptExporter
from thorough import cases

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


# The same numbers, words, pictures and files everywhere


def comma_locale(folder):
    """The variables for a locale that writes 0,5; it is compiled here if the machine has none."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    for name in known:
        if re.fullmatch(r"(de|fr|es|it|pt)_[A-Z]{2}\.utf-?8", name, re.IGNORECASE):
            return {"LC_ALL": name}
    compiling = ["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"]
    subprocess.run(compiling, check=True)  # Debian's package locales has what it compiles
    return {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder)}


@pytest.mark.doors
@pytest.mark.skipif(os.name == "nt", reason="Windows has no LC_ALL")
def test_numbers_words_pictures_and_files_are_the_same_in_all_surroundings(tmp_path):
    """PYTHONHASHSEED; a decimal comma, also in matplotlibrc; ASCII; a time zone; a strict umask; no
    display; a home that cannot be written; a folder with blanks and umlauts and a long name."""
    nowhere = tmp_path / "no folder"
    nowhere.write_text("so nobody can write below it, not even root")
    (tmp_path / "matplotlibrc").write_text(
        "axes.formatter.use_locale: True\naxes.unicode_minus: False\n"
    )
    ours = re.compile(r"LC_|LANG|PYTHON|MPL|DISPLAY|TZ$")
    plain = {name: value for name, value in os.environ.items() if not ours.match(name)}
    strange = {
        "plain": ({"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}, 0o022, "."),
        "Größe π 0,5 " + 40 * "lang": (
            {
                **comma_locale(tmp_path), "PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu",
                "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"), "HOME": str(nowhere / "home"),
            }, 0o077, ",",
        ),
        "ascii": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0o022, "."),
    }  # fmt: skip
    said = {}
    for name, (variables, umask, point) in strange.items():
        (tmp_path / name).mkdir()
        command = [sys.executable, ROOT / "tests" / "everywhere.py", tmp_path / name]
        command += [str(cases(99, quick=3))]
        done = subprocess.run(
            command, env=plain | variables, umask=umask, cwd=tmp_path, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        assert done.stderr.decode(errors="replace").splitlines()[-1].startswith(point)
        said[name] = (tmp_path / name / "said.txt").read_text("utf-8")
    first, *others = said.values()
    assert len(first.splitlines()) > 20
    for other in others:
        assert other.splitlines() == first.splitlines()


def of_a_set(node):
    """Whether an expression is a set as its source shows it, whose order PYTHONHASHSEED changes."""
    if isinstance(node, ast.BinOp):
        return of_a_set(node.left) or of_a_set(node.right)
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return isinstance(node, (ast.Set, ast.SetComp)) or name in ("set", "frozenset")


def loops_over_sets(source):
    """The lines that go through a set, or make a list or a text of one, in an order of chance."""
    for node in ast.walk(ast.parse(source)):
        gone_through = [node.iter] if isinstance(node, (ast.For, ast.comprehension)) else []
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "list", "tuple", "join", "enumerate", "next", "iter",
        ):  # fmt: skip
            gone_through = node.args[:1]
        if isinstance(node, ast.Starred):
            gone_through = [node.value]
        yield from (ast.unparse(found) for found in gone_through if of_a_set(found))


@pytest.mark.parametrize("package", ["nnlib", "nncourse"])
def test_nothing_is_done_in_the_order_of_a_set(package):
    found = {
        path.name: lines
        for path in sorted((ROOT / package).rglob("*.py"))
        if (lines := [*loops_over_sets(path.read_text("utf-8"))])
    }
    assert not found, "sort it, or go through a list or a dict"


@pytest.mark.parametrize(
    "source, count",
    [
        ("for a in set(x) & set(y): f(a)", 1),
        ("[a for a in {1, 2}]", 1),
        ("', '.join({a for a in x})", 1),
        ("[*set(x), *y]", 1),
        ("for a in sorted(set(x)): f(a)", 0),
        ("for a in {1: 2}: f(a)", 0),
        ("3 in set(x)", 0),
    ],
)
def test_a_loop_over_a_set_is_noticed(source, count):
    assert len([*loops_over_sets(source)]) == count


def test_make_lab_says_in_a_line_that_its_folder_cannot_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "learn").write_text("in the way")
    monkeypatch.setattr(lab, "LEARN", tmp_path / "learn")
    assert lab.main() == 1
    first, second = capsys.readouterr().err.splitlines()
    assert re.match(r"\d+ could not be written into learn/: \[Errno \d+\] ", first)
    assert second == "There is no notebook 00_start_here.ipynb in learn/."


def test_make_lab_runs_in_a_home_that_cannot_be_written_and_says_so(tmp_path):
    """Jupyter's own words would be KeyError: 'runtime_dir'."""
    (tmp_path / "no folder").write_text("")
    code = "import sys, lab; from pathlib import Path; lab.LEARN = Path(sys.argv[1]); lab.main()"
    others = re.compile(r"JUPYTER|IPYTHON|MPL|DISPLAY|XDG")
    env = {name: value for name, value in os.environ.items() if not others.match(name)}
    env |= {"HOME": str(tmp_path / "no folder" / "home"), "CI": "true", "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT / "tools")}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "learn"], env=env, cwd=tmp_path, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"(http://\S+)lab/tree/00_start_here.ipynb\?(token=\w+)", line):
                break
        assert "Your home cannot be written: what Jupyter keeps there is in learn/.jupyter." in said
        assert "Traceback" not in said
        while process.poll() is None:  # it prints its address before it listens there
            with suppress(urllib.error.URLError):
                answer = urllib.request.urlopen(f"{found[1]}api/status?{found[2]}", timeout=60)
                break
            time.sleep(0.05)
        assert answer.status == 200
    finally:
        process.kill()
        process.communicate()


def test_a_home_that_can_be_written_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.delenv(name, raising=False)
    assert lab.in_place_of_home() == {}


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
    said, version = notebook.metadata.language_info, language_info()["version"]
    assert "version" not in said, "take the version of your Python out of its metadata"
    assert said | {"version": version} == language_info()


@each_committed
def test_a_committed_notebook_becomes_a_python_script(path):
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    ast.parse(script)
