"""Try the course in other surroundings: make surroundings, before a release.

    make surroundings                              all of these
    make surroundings ONLY="oldest twice"          these

    oldest       the lowest versions that pyproject.toml allows, on the lowest Python
    3.11, ...    the highest versions, on each Python that is found here
    twice        each notebook from top to bottom, and once more in the same kernel
    sections     each section of each notebook in a new kernel, after the cells that it needs

The first two make an environment, run the tests of the numerics and of the course in it, and let
nbval compare all notebooks; the last two are nbval alone, in this environment. What they write is
in build/surroundings. 1 if anything failed.
"""

import ast
import builtins
import copy
import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "surroundings"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
TESTS = ("tests/numerics", "tests/course")
SHOWN = ("numpy", "matplotlib", "scikit-learn", "ipywidgets", "anywidget", "jupyterlab", "pytest")
MODULES = {"np", "plots", "widgets"}  # a call of theirs changes none of them
UV = [sys.executable, "-m", "uv", "--quiet"]
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", os.environ.get("JOBS", "2"))
NBVAL = ("--dist", "loadfile", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=600")


# Pythons, environments and what runs in them


def pythons() -> dict[str, str]:
    """{"3.11": its program, ...} of every Python here that the course allows, the lowest first."""
    listing = [*UV, "python", "list", "--only-installed", "--output-format", "json"]
    done = subprocess.run(listing, capture_output=True, text=True)
    programs = [found["path"] for found in json.loads(done.stdout or "[]")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    programs = [sys.executable, *programs, *map(str, pyenv.glob("versions/3.*/bin/python"))]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest = tuple(map(int, re.findall(r"\d+", project["requires-python"])))
    found = {}
    for program in programs:
        code = "import sys; print(*sys.version_info[:2])"
        said = subprocess.run([program, "-c", code], capture_output=True, text=True).stdout.split()
        version = tuple(map(int, said))
        if version >= lowest:
            found.setdefault(version, program)
    return {f"{major}.{minor}": found[major, minor] for major, minor in sorted(found)}


def environment(name: str, program: str) -> str:
    """Make an environment with what requirements.txt names; its Python."""
    home = BUILD / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    resolution = ["--resolution", "lowest-direct"] if name == "oldest" else []
    subprocess.run([*UV, "venv", "--clear", "--python", program, str(home)], check=True)
    install = [*UV, "pip", "install", "--python", str(python), *resolution]
    subprocess.run([*install, "-r", "requirements.txt"], check=True, cwd=ROOT)
    return str(python)


def versions(python: str) -> str:
    """The versions of Python and of the packages that matter most, in a line."""
    code = (
        "import platform, sys; from importlib.metadata import version\n"
        "print('Python', platform.python_version(), *(f'{n} {version(n)}' for n in sys.argv[1:]))"
    )
    command = [python, "-c", code, *SHOWN]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def run(python: str, name: str, *arguments) -> tuple[bool, str]:
    """Run pytest, which writes into a log; whether all passed, and its last line."""
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    if name in ("twice", "sections"):
        env["CELLS"] = "once"  # conftest.py
    log = BUILD / f"{name}.log"
    with log.open("w", encoding="utf-8") as file:
        command = [python, *PYTEST, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT)
    last = [line for line in log.read_text("utf-8").splitlines() if re.search(r" in [\d.]+s", line)]
    return done.returncode == 0, last[-1].strip("= ") if last else f"see {log.relative_to(ROOT)}"


# Notebooks, run otherwise than from top to bottom


def doubled(notebook):
    """The notebook, and all of its cells once more below them."""
    twice = copy.deepcopy(notebook)
    twice.cells += copy.deepcopy(notebook.cells)
    return renumbered(twice)


def renumbered(notebook):
    """The notebook, with an id of its own for each cell."""
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def sections(notebook) -> dict[str, tuple[object, list[str]]]:
    """{title: (a notebook with the section and the cells it needs, titles of those it needs)}.

    It needs what stands before the first section, every import, and the cells that define or change
    a name that it uses.
    """
    titles, title = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            title = [title, *re.findall(r"^## (.+)", cell.source, re.MULTILINE)][-1].strip()
        titles.append(title)
    parts = {}
    for title in dict.fromkeys(titles):
        own = {
            k
            for k, cell in enumerate(notebook.cells)
            if titles[k] == title and cell.cell_type == "code" and "tally()" not in cell.source
        }
        if title and own:
            needed = needs(notebook.cells, own, {k for k, t in enumerate(titles) if not t})
            part = copy.deepcopy(notebook)
            part.cells = [copy.deepcopy(notebook.cells[k]) for k in sorted(needed | own)]
            more = [k for k in sorted(needed) if not is_import(notebook.cells[k].source)]
            parts[title] = renumbered(part), [*dict.fromkeys(titles[k] for k in more if titles[k])]
    return parts


def needs(cells: list, own: set[int], first: set[int]) -> set[int]:
    """The numbers of the code cells before `own` that have to run first."""
    code = [k for k, cell in enumerate(cells) if cell.cell_type == "code"]
    names = {k: made_and_used(cells[k].source) for k in code}
    needed = {k for k in code if k < min(own) and (k in first or is_import(cells[k].source))}
    waiting = [*own, *needed]
    while waiting:
        k = waiting.pop()
        for other in (o for o in code if o < k and o not in needed | own):
            if names[other][0] & names[k][1]:
                needed.add(other)
                waiting.append(other)
    return needed


def is_import(source: str) -> bool:
    """Whether a cell does nothing but import."""
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(source).body)


def made_and_used(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell defines or whose things it may change, and those that it uses.

    >>> made, used = made_and_used("for step in steps: total += step; seen.append(step)")
    >>> sorted(made), sorted(used)
    (['seen', 'step', 'total'], ['seen', 'step', 'steps', 'total'])
    """
    made, used = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            used.add(node.target.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            made.add(node.name)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            owner = node.value.func  # a call whose value nobody keeps: it may change its owner
            if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
                made.update({owner.value.id} - MODULES)
    return made, used - set(dir(builtins))


def rewritten(name: str) -> list[Path]:
    """Write the notebooks of `twice` or `sections`; their paths."""
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        parts = {"": (doubled(notebook), [])} if name == "twice" else sections(notebook)
        for number, (title, (part, others)) in enumerate(parts.items()):
            paths.append(folder / f"{path.stem}{f'-{number}' if title else ''}.ipynb")
            nbformat.write(part, paths[-1])
            if others:
                print(f"{path.stem}: {title!r} needs cells of {', '.join(map(repr, others))}")
    return paths


def main(wanted: list[str]) -> int:
    """Try the surroundings that are named, or all of them; print a row for each."""
    found = pythons()
    known = ["oldest", *found, "twice", "sections"]
    if unknown := set(wanted) - set(known):
        print(f"{', '.join(sorted(unknown))}: not here; there are {', '.join(known)}")
        return 1
    BUILD.mkdir(parents=True, exist_ok=True)
    rows, well = [], True
    for name in wanted or known:
        start = time.monotonic()
        if name in ("twice", "sections"):
            about = "this environment"
            runs = [(sys.executable, name, *NBVAL, *rewritten(name))]
        else:
            python = environment(name, found.get(name, next(iter(found.values()))))
            about = versions(python)
            runs = [(python, f"{name}-tests", *TESTS)]
            runs += [(python, f"{name}-nbval", *NBVAL, *NOTEBOOKS)]
        rows.append(f"{name}: {about}")
        for command in runs:
            passed, last = run(*command)
            well &= passed
            rows.append(f"    {'ok    ' if passed else 'FAILED'}  {command[1]}: {last}")
        rows.append(f"    {time.monotonic() - start:.0f} s")
        print(*rows[-len(runs) - 2 :], sep="\n", flush=True)
    (BUILD / "table.txt").write_text("\n".join(rows) + "\n", "utf-8")
    return int(not well)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
