"""The form of the notebooks, and that nbval really compares their outputs.

Each rule is a check, a function that yields the faults of a notebook. The checks run on all
notebooks of the course, on a small sound one, and on copies of that which are broken on purpose.
"""

import ast
import copy
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from kernel_info import language_info

from nncourse.reopened import VIEW

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
MOST_WORDS, FIRST_HAND, MOST_BETWEEN = 2000, 300, 350
MOST_QUESTIONS = 5


# Reading a notebook


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_question(cell):
    return cell.cell_type == "code" and "widgets.predict(" in cell.source


def takes_in_hand(cell):
    """Whether the cell shows a widget that is no question."""
    return cell.cell_type == "code" and re.search(r"\bwidgets\.[A-Z]", cell.source) is not None


def at(cell):
    """A cell in an error message: its first line."""
    return f"cell {cell.source.strip().splitlines()[0]!r}" if cell.source.strip() else "empty cell"


def prose(notebook):
    """All markdown, without fenced code."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def outputs(notebook, kind=None):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if kind in (None, output.output_type):
                yield cell, output


def output_texts(notebook):
    """(cell, text) of all texts in outputs."""
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        yield cell, output.get("text", "") + "\n".join(output.get("traceback", []))
        yield cell, "\n".join(str(value) for mime, value in data.items() if mime != "image/png")


def nodes(notebook, kind):
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, kind):
                yield cell, node


def outside_definitions(node):
    """The nodes that run with the cell: not those inside of functions and classes."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from outside_definitions(child)


def displays(source):
    """Whether running the source shows something below the cell."""
    tree = ast.parse(source)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        return True
    calls = [ast.unparse(n.func) for n in outside_definitions(tree) if isinstance(n, ast.Call)]
    shown = re.compile(r"print|display|widgets\..+|plots\.(?!alt$|png$).+")
    return any(shown.fullmatch(name) for name in calls)


def imports(notebook):
    """(cell, module, name): name is None for `import module`."""
    for cell, node in nodes(notebook, ast.Import):
        yield from ((cell, alias.name, None) for alias in node.names)
    for cell, node in nodes(notebook, ast.ImportFrom):
        yield from ((cell, node.module, alias.name) for alias in node.names)


def resolves(module, name):
    try:
        found = importlib.import_module(module)
        if name and not hasattr(found, name):
            importlib.import_module(f"{module}.{name}")
    except ImportError:
        return False
    return True


# The checks


def check_cells_are_plain_python(notebook):
    for cell in code_cells(notebook):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"{at(cell)} is not plain Python: {error}"


def check_no_semicolon_hides_a_result(notebook):
    """IPython looks for the semicolon in the history of cells, and nbval keeps none."""
    for cell in code_cells(notebook):
        if cell.source.rstrip().endswith(";"):
            yield f"{at(cell)} ends with a semicolon: write ax = plots..."


def check_frame(notebook):
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not re.match(r"# (?!\d)\S", first.source):
        yield "the first cell is markdown and starts with '# ' and a title that has no number"
    opening = re.split(r"^## ", prose(notebook), flags=re.MULTILINE)[0].lower()
    for words in ("you will", "you need"):
        if words not in opening:
            yield f"what comes before the first section says {words!r}"


def check_sections(notebook):
    sections = re.findall(r"^## (.+?)\s*$", prose(notebook), flags=re.MULTILINE)
    if not 4 <= len(sections) <= 7:
        yield f"{len(sections)} sections '## ', not 4 to 7: {sections}"
    for name in ("Exercises", "What to read next"):
        if name not in sections:
            yield f"no section '## {name}'"


def check_rhythm(notebook):
    asking = [cell for cell in notebook.cells if is_question(cell) or "tally()" in cell.source]
    count = len(notebook.cells) - len(asking)
    if not 10 <= count <= 45:
        yield f"{count} cells besides the questions and their tally, not 10 to 45"
    for cell in code_cells(notebook):
        if not 1 <= len(cell.source.splitlines()) <= 16:
            yield f"{at(cell)} has {len(cell.source.splitlines())} lines, not 1 to 16"
    kinds = "".join(cell.cell_type[0] for cell in notebook.cells)
    if "cccc" in kinds:
        yield f"four code cells in a row, after cell {kinds.index('cccc')}"


def check_predictions(notebook):
    """A question, its source collapsed, then the cell that answers it, then what came of it.

    Only a text in that place is folded away in fresh copies, and covered by the question.
    """
    cells = notebook.cells
    questions = [k for k, cell in enumerate(cells) if is_question(cell)]
    for k in questions:
        if not cells[k].metadata.get("jupyter", {}).get("source_hidden"):
            yield f"{at(cells[k])} shows its answer: fold its source away"
        if k + 1 == len(cells) or cells[k + 1].cell_type != "code" or is_question(cells[k + 1]):
            yield f"{at(cells[k])} is not followed by the code whose output it covers"
        if k + 2 >= len(cells) or cells[k + 2].cell_type != "markdown":
            yield f"{at(cells[k])}: what came of it is not told below the one cell that it covers"
    if not questions:
        yield "nothing is predicted: widgets.predict(...), in a cell of its own"
    tallies = [k for k, cell in enumerate(cells) if "widgets.tally()" in cell.source]
    if len(tallies) != 1 or tallies[0] < max(questions, default=0):
        yield "one widgets.tally(), after all questions"


def check_length(notebook):
    """Words to read: all, before the first widget, and from one thing to look at to the next."""
    words = since = 0
    first = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            words += len(cell.source.split())
            since += len(cell.source.split())
            if since > MOST_BETWEEN:
                yield f"{at(cell)}: {since} words and nothing to look at, not {MOST_BETWEEN}"
                since = 0
        elif re.search(r"\b(widgets|plots)\.", cell.source):
            since = 0
            first = words if first is None and takes_in_hand(cell) else first
    if words > MOST_WORDS:
        yield f"{words} words, not {MOST_WORDS}"
    if (words if first is None else first) > FIRST_HAND:
        yield f"nothing to take in hand before {first or words} words, not {FIRST_HAND}"


def check_questions_have_buttons(notebook):
    count = sum(is_question(cell) for cell in notebook.cells)
    if count > MOST_QUESTIONS:
        yield f"{count} questions, not {MOST_QUESTIONS}: nobody answers them all"
    for cell in notebook.cells:
        if "*Before you" in cell.source:
            yield f"{at(cell)} asks without buttons: widgets.predict, or say what we want"


def check_run_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells were run as {counts}, not from 1 to {len(counts)}: make notebooks"


def check_outputs_committed(notebook):
    for cell in code_cells(notebook):
        if displays(cell.source) and not cell.outputs:
            yield f"{at(cell)} displays something, and its output is missing: make notebooks"


def check_pictures_have_words(notebook):
    for cell, output in outputs(notebook):
        for mime in output.get("data", {}):
            if mime.startswith("image/"):
                alt = output.metadata.get(mime, {}).get("alt", "")
                if len(alt.strip()) < 20:
                    yield f"{at(cell)}: a picture with alt text {alt!r}, under 20 characters"
    if re.search(r"!\[\s*\]\(", prose(notebook)):
        yield "a picture in the text without alt text: ![what it shows](file.png)"


def check_outputs_are_clean(notebook):
    for cell, output in outputs(notebook, "stream"):
        if output.name != "stdout":
            yield f"{at(cell)} wrote to {output.name}: {output.text[:80]!r}"
    for cell, text in output_texts(notebook):
        if re.search(r"\w*Warning\b", text):
            yield f"{at(cell)} shows a warning: {text[:80]!r}"
        if re.search(r"<Axes|<matplotlib| at 0x", text):
            yield f"{at(cell)} shows an object, write ax = plots...: {text[:80]!r}"


def check_no_dead_widgets(notebook):
    if "widgets" in notebook.metadata:
        yield "widget state is committed: make notebooks"
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        if VIEW in data:
            yield f"{at(cell)}: a widget is committed, dead without a kernel: make notebooks"
        if re.match(r"(interactive|Output|\w*(Box|Slider|Text|Button|Dropdown))\(", text_of(data)):
            yield f"{at(cell)}: beside its widget, show a picture and a sentence of its state"


def text_of(data):
    return data.get("text/plain", "")


def check_no_machine_paths(notebook):
    texts = [(cell, cell.source) for cell in notebook.cells] + list(output_texts(notebook))
    for cell, text in texts:
        found = re.search(r"(?<![\w.])/(home|work|tmp|root|Users)/|\b[A-Z]:\\", text)
        if found:
            yield f"{at(cell)} holds the path of one machine: {text[found.start() :][:40]!r}"


def check_imports(notebook):
    for cell, module, name in imports(notebook):
        root = module.split(".")[0]
        if root in ("matplotlib", "pylab"):
            yield f"{at(cell)} imports {module}: draw with nncourse.plots"
        if root == "random":
            yield f"{at(cell)} imports random: use rng = np.random.default_rng(7)"
        if root in ("nnlib", "nncourse") and not resolves(module, name):
            yield f"{at(cell)}: there is no {name or module} to import from {module}"


def check_links_lead_somewhere(notebook):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(notebook)):
        path = target.partition("#")[0]
        if not re.match(r"[a-z]+:", target) and path and not (ROOT / "notebooks" / path).exists():
            yield f"a link to {target}, which is not there"


def check_chance_is_an_argument(notebook):
    for cell, node in nodes(notebook, ast.Attribute):
        name = ast.unparse(node)
        if re.match(r"(np|numpy)\.random\.(?!default_rng$|Generator$)", name):
            yield f"{at(cell)} uses {name}: use rng = np.random.default_rng(7)"


def check_nothing_hides_from_nbval(notebook):
    for cell in code_cells(notebook):
        marks = re.findall(r"#\s*(NBVAL_\w+|PYTEST_VALIDATE\w+)", cell.source)
        marks += [tag for tag in cell.metadata.get("tags", []) if tag.startswith("nbval")]
        if marks:
            yield f"{at(cell)} asks not to be compared: {marks}"


CHECKS = {name: check for name, check in list(globals().items()) if name.startswith("check_")}


def faults(check, notebook):
    return list(CHECKS[check](notebook))


# The course


def test_there_are_notebooks():
    assert NOTEBOOKS, "no notebooks found in notebooks/"


@pytest.mark.parametrize("check", CHECKS)
@each_notebook
def test_notebook(path, check):
    found = faults(check, nbformat.read(path, as_version=4))
    assert not found, "\n".join([path.name, *found])


@each_notebook
def test_notebook_file_is_small(path):
    assert path.stat().st_size < 1_500_000, f"{path.name}: {path.stat().st_size} bytes"


# The checks and the tools, on a small notebook


LESSON = """
--- markdown
# Count with your hands
You will count. You need ten fingers.
--- markdown
## First
```
## a comment in code, not a section
```
--- code
import base64

import numpy as np
from IPython.display import display
from ipywidgets import IntSlider

from nnlib import activations
--- markdown
## Second
--- code
rng = np.random.default_rng(7)
x = 2 + 2
--- markdown
We print it.
--- code
print("x is", x, flush=True)
print("y is", x + 1)
--- code
x * 10
--- markdown
We look at it.
--- code
from nncourse import widgets

widgets.predict("Which colour?", ["grey", "blue"], "grey", "Look.")
--- code
pixel = base64.b64encode(b"not much of a picture").decode()
words = {"image/png": {"alt": "A single grey pixel in the middle"}}
picture = {"image/png": pixel, "text/plain": "a grey pixel"}
display(picture, metadata=words, raw=True)
--- markdown
Were you right?
--- code
widgets.tally()
--- markdown
We move it.
--- code
slider = IntSlider(value=3)
view = slider._repr_mimebundle_() | {"text/plain": "the slider stands at 3"}
display(view, raw=True)
--- markdown
## Exercises
--- markdown
Count on.
--- markdown
## What to read next
"""


def lesson():
    """A notebook with everything that the checks look at, padded to 22 cells."""
    pieces = re.split(r"^--- (code|markdown)\n", LESSON, flags=re.MULTILINE)[1:]
    pieces += ["markdown", "More to read."] * (22 - len(pieces) // 2)
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    cells = [new[kind](source.strip()) for kind, source in zip(pieces[::2], pieces[1::2])]
    for cell in filter(is_question, cells):
        cell.metadata["jupyter"] = {"source_hidden": True}
    return nbformat.v4.new_notebook(cells=cells)


def cell_with(notebook, text):
    return next(cell for cell in notebook.cells if text in cell.source)


def run(*arguments, folder):
    """Run Python without a plotting backend in the environment, as a reader does."""
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    env["NO_COLOR"] = "1"
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def refresh(path):
    return run(ROOT / "tools" / "refresh_notebooks.py", path, folder=ROOT)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """The small notebook, run and written by tools/refresh_notebooks.py."""
    path = tmp_path_factory.mktemp("lesson") / "01_lesson.ipynb"
    nbformat.write(lesson(), path)
    done = refresh(path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def sound(refreshed):
    return nbformat.read(refreshed, as_version=4)


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_notebook_passes(check, sound):
    assert faults(check, sound) == []


def _append(text):
    return lambda nb: nb.cells.append(nbformat.v4.new_code_cell(text))


def _edit(marker, old, new):
    def edit(nb):
        cell = cell_with(nb, marker)
        cell.source = cell.source.replace(old, new)

    return edit


def _show(mime="text/plain", text="", **metadata):
    def show(nb):
        output = nbformat.v4.new_output("display_data", {mime: text}, metadata=metadata)
        cell_with(nb, "x * 10").outputs.append(output)

    return show


def _print(text, name="stdout"):
    return lambda nb: cell_with(nb, "x * 10").outputs.append(
        nbformat.v4.new_output("stream", name=name, text=text)
    )


def _set(marker, **fields):
    return lambda nb: cell_with(nb, marker).update(fields)


MACHINE_PATH = "/".join(["", "home", "me", "x.npz"])

BROKEN = [
    ("cells_are_plain_python", "a magic", _append("%matplotlib inline")),
    ("no_semicolon_hides_a_result", "at the end", _append("x;")),
    ("frame", "a number in the title", _edit("# Count", "# Count", "# 01 Count")),
    ("frame", "no title", lambda nb: nb.cells.pop(0)),
    ("frame", "no need said", _edit("# Count", "You need ten", "Have ten")),
    ("sections", "too few", _edit("## Second", "## Second", "Second")),
    ("sections", "no exercises", _edit("## Exercises", "## Exercises", "## Homework")),
    ("sections", "too many", _edit("Count on.", "Count on.", "## A\n## B\n## C\n## D")),
    ("rhythm", "too few cells", lambda nb: nb.cells.__delitem__(slice(9, None))),
    ("rhythm", "too many cells", lambda nb: nb.cells.extend(30 * [nb.cells[-1]])),
    ("rhythm", "a long cell", _append("x = 1\n" * 17)),
    ("rhythm", "an empty cell", _append("")),
    ("rhythm", "code in a row", lambda nb: [_append("x = 1")(nb) for _ in range(4)]),
    ("length", "too many words", _edit("Count on.", "Count on.", "and on " * 1000)),
    ("length", "no hand for long", _edit("# Count", "You need", "word " * 301 + "You need")),
    ("length", "long between", _edit("We move it.", "We", "word " * 351)),
    ("questions_have_buttons", "six", lambda nb: nb.cells.extend(5 * [cell_with(nb, "Which")])),
    ("questions_have_buttons", "no buttons", _edit("We move it.", "We", "*Before you run:* we")),
    ("predictions", "an answer in sight", _set("widgets.predict(", metadata={})),
    ("predictions", "none", _edit("widgets.predict(", "widgets.predict", "widgets.tell")),
    ("predictions", "no tally", _edit("widgets.tally", "widgets.tally()", "1")),
    ("predictions", "nothing to cover", _set("pixel = ", cell_type="markdown")),
    ("predictions", "told two cells on", _set("Were you right?", cell_type="code")),
    ("run_in_order", "not run", _set("x * 10", execution_count=None)),
    ("run_in_order", "run twice", _set("x * 10", execution_count=9)),
    ("outputs_committed", "expression", _set("x * 10", outputs=[])),
    ("outputs_committed", "print", _set("print(", outputs=[])),
    ("outputs_committed", "picture", _append("ax = plots.points(data)")),
    ("outputs_committed", "widget", _append("explorer = widgets.explorer()")),
    ("pictures_have_words", "no alt", _show("image/png", "AAAA")),
    ("pictures_have_words", "short alt", _show("image/png", "AAAA", **{"image/png": {"alt": "a"}})),
    ("pictures_have_words", "in the text", _edit("Count on.", "Count on.", "![](hand.png)")),
    ("outputs_are_clean", "stderr", _print("careful", name="stderr")),
    ("outputs_are_clean", "a warning", _print("RuntimeWarning: overflow in exp")),
    ("outputs_are_clean", "an object", _show(text="<Axes: title={'center': 'loss'}>")),
    ("no_dead_widgets", "a view", _show(VIEW, '{"model_id": "1"}')),
    ("no_dead_widgets", "a widget's repr", _show(text="VBox(children=(IntSlider(value=3),))")),
    ("no_dead_widgets", "state", lambda nb: nb.metadata.update(widgets={})),
    ("no_machine_paths", "in a source", _append(f"net.save({MACHINE_PATH!r})")),
    ("no_machine_paths", "in an output", _print(f"saved in {MACHINE_PATH}")),
    ("no_machine_paths", "on Windows", _print("saved in C:" + chr(92) + "me")),
    ("imports", "matplotlib", _append("import matplotlib.pyplot as plt")),
    ("imports", "random", _append("from random import random")),
    ("imports", "no such module", _append("import nnlib.alchemy")),
    ("imports", "no such name", _append("from nnlib.activations import alchemy")),
    ("imports", "no such name of the course", _append("from nncourse.plots import alchemy")),
    ("links_lead_somewhere", "a file", _edit("Count on.", "Count on.", "[On](99_on.ipynb).")),
    ("chance_is_an_argument", "a global seed", _append("np.random.seed(7)")),
    ("nothing_hides_from_nbval", "a comment", _append("# NBVAL_IGNORE_OUTPUT\nprint(1)")),
    ("nothing_hides_from_nbval", "a tag", _set("x * 10", metadata={"tags": ["nbval-skip"]})),
]


@pytest.mark.parametrize("check, how, damage", BROKEN, ids=[f"{c}-{how}" for c, how, _ in BROKEN])
def test_a_broken_notebook_is_noticed(check, how, damage, sound):
    damage(sound)
    assert faults(f"check_{check}", sound), how


def test_every_check_has_a_broken_notebook():
    assert {f"check_{check}" for check, _, _ in BROKEN} == set(CHECKS)


@pytest.mark.parametrize(
    "source, shown",
    [
        ("x = 1\nx", True),
        ("x = 1", False),
        ("def f():\n    print(1)", False),
        ("for x in range(2):\n    print(x)", True),
        ("ax = plots.points(data)", True),
        ("words = plots.alt(ax)", False),
        ("import numpy as np", False),
        ("assert np.allclose(mine, theirs)", False),
    ],
)
def test_what_counts_as_displaying(source, shown):
    assert displays(source) == shown


def test_refreshing_leaves_the_picture_and_the_sentence_of_a_widget(sound):
    (output,) = cell_with(sound, "IntSlider(").outputs
    assert output.data == {"text/plain": "the slider stands at 3"}


def test_refreshing_merges_printed_text_and_drops_the_metadata_of_the_machine(sound):
    (printed,) = cell_with(sound, "print(").outputs
    assert printed.text == "x is 4\ny is 5\n"
    assert set(sound.metadata) == {"kernelspec", "language_info"}
    said = language_info()  # what JupyterLab writes
    assert sound.metadata.language_info | {"version": said["version"]} == said
    assert "version" not in sound.metadata.language_info
    kept = [cell.metadata for cell in sound.cells if cell.metadata]
    assert kept == [{"jupyter": {"source_hidden": True}}]  # of the question


def test_refreshing_says_which_cell_raised_and_leaves_the_file_alone(tmp_path):
    path = tmp_path / "01_lesson.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in ("x = 4", "x / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_text()
    done = refresh(path)
    assert done.returncode == 1
    assert "01_lesson.ipynb was left as it was: In [2]" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert path.read_text() == before


# The first of two is quiet, the second draws a bar as soon as two seconds have passed.
FITTING = [
    "from nnlib import NeuralNetwork\n"
    "nn = NeuralNetwork([1, 1]).fit([[0.5]], [0.5], steps=1000, progress=False)",
    "nn = NeuralNetwork([1, 1]).fit([[0.5]], [0.5], steps=1000)",
    "from nnlib.experiments import sweep\n"
    "runs = sweep([[0.5]], [[1.0]], seeds=1, steps=10, progress=False)",
    "runs = sweep([[0.5]], [[1.0]], seeds=1, steps=10)",
]


def test_comparing_notebooks_really_compares(sound, tmp_path):
    """nbval passes an unchanged notebook and fails on a changed number and on a cell that raises.

    It also fails on a cell that says something else when it is run again, or that would draw a
    progress bar on a slower machine (conftest.py). It passes a notebook without any outputs, which
    the checks above have to notice.
    """
    changed, raising, counting, fitting, stripped = (copy.deepcopy(sound) for _ in range(5))
    cell_with(changed, "x * 10").outputs[0].data["text/plain"] = "41"
    cell_with(raising, "x * 10").source = "x / 0"
    cell_with(counting, "x * 10").source = "x += 1\n(x - 1) * 10"
    fitting.cells += [nbformat.v4.new_code_cell(fit, execution_count=9) for fit in FITTING]
    for cell in code_cells(stripped):
        cell.update(outputs=[], execution_count=None)
    names = ["sound", "changed", "raising", "counting", "fitting", "stripped"]
    for name, notebook in zip(names, [sound, changed, raising, counting, fitting, stripped]):
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)

    done = run(
        *("-m", "pytest", "-q", "--tb=short", "-rf", "-p", "no:cacheprovider"),
        *("--nbval", "--nbval-current-env", *(f"{name}.ipynb" for name in names)),
        folder=tmp_path,
    )
    failed = re.findall(r"^FAILED (\w+)\.ipynb::Cell (\d+)", done.stdout, flags=re.MULTILINE)
    assert done.returncode == 1, done.stdout + done.stderr
    with_bars = [("fitting", str(len(code_cells(sound)) + k)) for k in (1, 3)]
    assert failed == [("changed", "3"), ("raising", "3"), ("counting", "3"), *with_bars]
    assert done.stdout.count("this is the second") == 1
    assert faults("check_outputs_committed", stripped)
    assert faults("check_run_in_order", stripped)
