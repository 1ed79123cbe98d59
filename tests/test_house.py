"""The structure of the project: imports, lengths, docstrings, dependency files, commands."""

import ast
import importlib
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nnlib

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {name: ROOT / name for name in ("nnlib", "nncourse")}

# The order of reading: a module imports only from those before it, and nnlib nothing of nncourse.
NNLIB = [
    *("notation", "checks", "plans", "guards", "activations", "losses", "regularization"),
    *("backprop", "network", "nudges", "gradient_check", "optimizers", "training", "convolution"),
    *("classes", "datasets", "metrics", "files", "saved", "neural_network", "experiments"),
    "estimators",
]
NUMERICS = NNLIB[: NNLIB.index("metrics") + 1]
# Exercises and widgets stand side by side: neither imports the other.
NNCOURSE = ["words", "plots", "bugs", "exercises", "widgets", "reopened"]
BEFORE = {f"nnlib.{name}": [f"nnlib.{n}" for n in NNLIB[:i]] for i, name in enumerate(NNLIB)}
BEFORE |= {
    f"nncourse.{name}": ["nnlib", *(f"nncourse.{n}" for n in NNCOURSE[:i] if n != "exercises")]
    for i, name in enumerate(NNCOURSE)
}
SOURCES = sorted(path for folder in PACKAGES.values() for path in folder.rglob("*.py"))
each_source = pytest.mark.parametrize(
    "path", SOURCES, ids=[path.relative_to(ROOT).as_posix() for path in SOURCES]
)


def module_name(path):
    """The module of a file: nncourse.plots.style of nncourse/plots/style.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree, package):
    """The full names of everything that the source imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            module = importlib.util.resolve_name(relative, package) if node.level else node.module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def backward_imports(source, module, package):
    """The imports of a module, "nnlib.losses", that do not point to a module before it."""
    for name in imported(ast.parse(source), package):
        ours = name.split(".")[0] in PACKAGES
        if ours and not any(f"{name}.".startswith(f"{n}.") for n in (module, *BEFORE[module])):
            yield name


@each_source
def test_imports_point_one_way(path):
    name = module_name(path)
    if name in PACKAGES:
        return  # nnlib/__init__.py and nncourse/__init__.py may import all modules
    module = ".".join(name.split(".")[:2])
    assert module in BEFORE, f"{module} has no place in the order: where is it read?"
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    assert not list(backward_imports(path.read_text("utf-8"), module, package))


@pytest.mark.parametrize(
    "source, module, wrong",
    [
        ("from nnlib.activations import tanh", "nnlib.losses", []),
        ("from nnlib.losses import loss_for", "nnlib.activations", ["nnlib.losses.loss_for"]),
        ("def f():\n    import nncourse.plots", "nnlib.training", ["nncourse.plots"]),
        ("from nncourse import plots", "nncourse.widgets", []),
        ("from nncourse import plots", "nncourse.words", ["nncourse.plots"]),
        ("from nnlib import Network", "nnlib.estimators", ["nnlib.Network"]),
        ("from nnlib import Network", "nncourse.plots", []),
        ("from nncourse import widgets", "nncourse.exercises", ["nncourse.widgets"]),
        ("from nncourse.exercises import x", "nncourse.widgets", ["nncourse.exercises.x"]),
        ("from .network import Network", "nnlib.notation", ["nnlib.network.Network"]),
        ("import numpy as np", "nnlib.notation", []),
    ],
)
def test_an_import_the_wrong_way_is_noticed(source, module, wrong):
    assert list(backward_imports(source, module, module.split(".")[0])) == wrong


def test_nnlib_holds_the_numerics_and_nothing_else():
    files = {path.name for path in PACKAGES["nnlib"].iterdir()} - {"__pycache__"}
    assert files == {"__init__.py", *(f"{name}.py" for name in NNLIB)}


@pytest.mark.parametrize("module", NUMERICS)
def test_the_numerics_need_numpy_only(module):
    tree = ast.parse((PACKAGES["nnlib"] / f"{module}.py").read_text("utf-8"))
    allowed = {"nnlib", "numpy", *sys.stdlib_module_names}
    if module == "datasets":
        allowed.add("sklearn")  # inside digits(); tests/test_wheel.py sees that it stays there
    assert {name.split(".")[0] for name in imported(tree, "nnlib")} <= allowed


# The modules that a learner reads from top to bottom, so without the checks of input.
CHECKS = {"checks", "plans", "guards", "nudges"}
READ = [module for module in NUMERICS[: NUMERICS.index("training") + 1] if module not in CHECKS]


def test_backpropagation_is_one_page_and_the_numerics_are_short():
    lines = {
        name: (PACKAGES["nnlib"] / f"{name}.py").read_text("utf-8").count("\n") for name in READ
    }
    assert lines["backprop"] <= 70
    assert sum(lines.values()) <= 800, lines


@pytest.mark.parametrize("module", [*READ, "convolution"])
def test_no_function_of_the_numerics_is_longer_than_thirty_lines(module):
    tree = ast.parse((PACKAGES["nnlib"] / f"{module}.py").read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    lines = {node.name: node.end_lineno - node.lineno + 1 for node in functions}
    assert not {name: count for name, count in lines.items() if count > 30}


def test_importing_nnlib_imports_no_large_package_but_numpy():
    code = "import sys, nnlib; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert not loaded & {"matplotlib", "sklearn", "scipy", "ipywidgets", "IPython", "tqdm"}


def public_things():
    """(full name, thing) of every public module, function, class and method of the project."""
    for module in map(importlib.import_module, map(module_name, SOURCES)):
        yield module.__name__, module
        for name, thing in vars(module).items():
            ours = getattr(thing, "__module__", None) == module.__name__
            if not ours or name.startswith("_") or not (inspect.isclass(thing) or callable(thing)):
                continue
            yield f"{module.__name__}.{name}", thing
            for method, value in vars(thing).items() if inspect.isclass(thing) else ():
                if not method.startswith("_") and (callable(value) or isinstance(value, property)):
                    yield f"{module.__name__}.{name}.{method}", getattr(thing, method)


def test_everything_public_has_a_docstring():
    silent = [name for name, thing in public_things() if not inspect.getdoc(thing)]
    assert not silent, f"without a docstring: {silent}"


def test_all_of_nnlib_lists_names_that_exist_once():
    assert len(nnlib.__all__) == len(set(nnlib.__all__)) > 0
    missing = [name for name in nnlib.__all__ if not hasattr(nnlib, name)]
    assert not missing, f"in nnlib.__all__, and not there: {missing}"


# Dependencies, in three files


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What is only compared with, and Node: large, and not needed by the course or by pytest.
PEERS = [*EXTRAS["oracle"], *EXTRAS["bench"], *EXTRAS["frontend"]]
PEERS.remove("nnlib[oracle]")  # how bench names PyTorch, which stands in one place
REQUIREMENTS = [*PROJECT["dependencies"], *EXTRAS["course"], *EXTRAS["test"]]
# conda-forge has one under another name and lacks the other: pip installs both in conda's file.
BY_PIP = [line for line in REQUIREMENTS if "playwright" in line]


def listed(text):
    """The entries of a requirements or environment file, without comments and dashes."""
    lines = [line.split("#")[0].strip().removeprefix("- ") for line in text.splitlines()]
    return [line for line in lines if line]


def test_requirements_txt_agrees_with_pyproject():
    listing = listed((ROOT / "requirements.txt").read_text("utf-8"))
    assert listing == [*REQUIREMENTS, "-e ."]


def test_every_extra_is_installed_or_a_peer():
    assert set(EXTRAS) == {"course", "test", "oracle", "bench", "frontend"}
    assert not set(PEERS) & set(REQUIREMENTS)


def test_environment_yml_agrees_with_pyproject():
    _, _, listing = (ROOT / "environment.yml").read_text("utf-8").partition("dependencies:\n")
    head, tail = ["python" + PROJECT["requires-python"], "pip"], ["pip:", *BY_PIP, "-e ."]
    assert listed(listing) == [*head, *(r for r in REQUIREMENTS if r not in BY_PIP), *tail]


def test_each_dependency_is_named_once_with_a_lower_and_an_upper_bound():
    names = []
    for requirement in [*REQUIREMENTS, *PEERS]:
        name, _, _ = requirement.partition(">=")
        names.append(name)
        assert re.fullmatch(r"[a-z0-9-]+>=[0-9.]+,<[0-9.]+", requirement), requirement
    assert len(names) == len(set(names))


# Commands


def targets():
    """The targets of the Makefile, and {target: the sentence that describes it}."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)[1].split()
    described = dict(re.findall(r"^([a-z-]+):.*## (.+)$", makefile, flags=re.MULTILINE))
    return phony, described


def test_every_target_says_what_it_does():
    phony, described = targets()
    assert phony == list(described)
    assert {"help", "lab", "test", "test-browser", "notebooks", "bench"} <= set(phony)


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows and conda users may lack make")
@pytest.mark.parametrize("command", [["make"], ["make", "help"]], ids=" ".join)
def test_make_lists_every_target(command):
    # A make that is started by make prints more lines.
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for target, sentence in targets()[1].items():
        assert re.search(rf"^make {target} +{re.escape(sentence)}$", done.stdout, re.MULTILINE)


def test_the_readme_gives_the_two_commands_and_ci_runs_the_second():
    readme = (ROOT / "README.md").read_text("utf-8")
    shell = "\n".join(re.findall(r"^```(?:sh|bash|shell|console)?\n(.*?)^```", readme, re.M | re.S))
    commands = [line.split("#")[0].strip().removeprefix("$ ") for line in shell.splitlines()]
    assert "make lab" in commands
    assert "make test" in commands
    ci = ROOT / ".ci" / "run"
    assert "make test" in ci.read_text("utf-8").splitlines()
    assert os.name == "nt" or os.access(ci, os.X_OK)


# No path of a machine in the files of the project


def project_files():
    """The files that git tracks or would add; without git, those not hidden and not generated."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = re.compile(r"[.].*|__pycache__|build|dist")
    files = [path for path in ROOT.rglob("*") if path.is_file()]
    return [p for p in files if not any(map(made.fullmatch, p.relative_to(ROOT).parts))]


OF_ONE_MACHINE = [
    r"(?<![\w.])/(home|root|work|opt|Users)/\w",
    r"\b[A-Z]:\\Users",
    r"pypi[.]org|pythonhosted[.]org|(index|find)-(url|links)\b|\bfile:/",
]


def of_one_machine(text):
    return [found[0] for pattern in OF_ONE_MACHINE for found in re.finditer(pattern, text)]


def test_no_file_holds_the_path_of_a_machine_or_the_host_of_an_index():
    wrong = {}
    for path in project_files():
        try:
            found = of_one_machine(path.read_text("utf-8"))
        except UnicodeDecodeError:
            continue  # a picture
        if found:
            wrong[path.relative_to(ROOT).as_posix()] = found
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "/".join(["see ", "home", "me", "notes.txt"]),
        "https://" + ".".join(["files", "pythonhosted", "org"]),
        "--extra-index" + "-url somewhere",
    ],
)
def test_the_path_of_a_machine_is_noticed(text):
    assert of_one_machine(text)


def test_tests_and_benchmarks_leave_the_path_of_modules_alone():
    """What they share is in tools/, which pyproject.toml and the Makefile put on the path."""
    change = re.compile(r"sys\.path(\.(insert|append|extend)\(|\[.*\] *=| *\+?= )")
    files = [path for name in ("tests", "benchmarks") for path in (ROOT / name).rglob("*.py")]
    assert not [path for path in files if change.search(path.read_text("utf-8"))]
