"""The wheel, installed with numpy alone: what works there, and what errors say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORKS = """
import tempfile
from pathlib import Path
from nnlib import SGD, Network, NeuralNetwork, gradient_error, record, train, xor
from nnlib.experiments import sweep

data, net = xor(), Network([2, 2, 1], "tanh")
start = net.init(14)
assert gradient_error(lambda theta: net.loss_and_grad(theta, data.X, data.Y), start) < 1e-7
history = record(train(net, start, data.X, data.Y, SGD(1.0), rng=7, steps=600))
learned = history.last.theta
assert ((net.forward(learned, data.X).A[-1] > 0) == (data.Y > 0)).all()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "xor.npz"
    one = NeuralNetwork([2, 2, 1], rng=7)
    one.save(path)
    assert (NeuralNetwork.load(path).theta == one.theta).all()
assert len(sweep(data.X, data.Y, hidden_units=[2, 3], learning_rate=1.0, steps=10, seeds=2)) == 4
"""
# {code: [what needs a missing package, the package]}
MISSING = {
    "from nnlib import digits; digits(7)": ["digits()", "scikit-learn"],
    "import nnlib.estimators": ["nnlib.estimators", "scikit-learn"],
    "from nnlib.experiments import sweep\nsweep([[1]], [[1]], hidden_units=2, steps=1, n_jobs=2)": [
        "sweep(n_jobs=2)",
        "joblib",
    ],
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """run(code): run Python where only the wheel and its dependencies are installed."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "build", "--wheel", "--out-dir", folder, ROOT], check=True)
    subprocess.run([*uv, "venv", "--python", sys.executable, folder / "env"], check=True)
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (wheel,) = folder.glob("nnlib-*.whl")
    subprocess.run([*uv, "pip", "install", "--python", python, wheel], check=True)

    def run(code):
        command = [python, "-I", "-c", code]
        return subprocess.run(command, capture_output=True, text=True, cwd=folder)

    return run


def test_the_wheel_installs_numpy_and_nothing_else(alone):
    code = "from importlib.metadata import distributions as d; print(*{x.name for x in d()})"
    assert set(alone(code).stdout.split()) == {"nnlib", "numpy"}


def test_numpy_is_enough_to_train_check_save_and_load(alone):
    done = alone(WORKS)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", MISSING)
def test_an_error_says_which_package_is_missing_and_how_to_install_it(alone, code):
    what, package = MISSING[code]
    *_, last = alone(code).stderr.splitlines()
    assert last == (
        f"ModuleNotFoundError: {what} needs {package}, not installed here: pip install {package}"
    )


def test_without_the_extra_an_error_says_how_to_install_the_course(alone):
    *_, last = alone("import nncourse").stderr.splitlines()
    assert last.startswith("ModuleNotFoundError: nncourse needs matplotlib, pillow, scikit-learn,")
    assert 'type  pip install "nnlib[course]"' in last
