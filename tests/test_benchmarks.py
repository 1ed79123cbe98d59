"""The benchmarks run with and without peers, and the peers really do the same training."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from nnlib import Momentum, digits, or_, train

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """A module of benchmarks/ by its name, as its scripts import each other."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.fixture
def task(bench):
    data = digits(np.random.default_rng(7))
    return bench("peers").Task((64, 10, 10), data.X[:320], data.Y[:320], 32, 25)


def test_what_is_called_ours_is_train_and_sees_the_batches_of_the_task(bench, task):
    optimizer, theta = Momentum(bench("peers").RATE, bench("peers").MOMENTUM), task.theta
    for rows in task.order:
        theta = optimizer.step(theta, task.net.loss_and_grad(theta, task.X[rows], task.Y[rows])[1])
    np.testing.assert_allclose(bench("peers").ours(task), theta, rtol=0, atol=1e-12)
    steps = list(train(task.net, task.theta, task.X, task.Y, optimizer, steps=25, batch_size=32,
                       rng=np.random.default_rng(1)))  # fmt: skip
    np.testing.assert_array_equal(bench("peers").ours(task), steps[-1].theta)


@pytest.mark.parametrize("peer", ["torch", "jax"])
def test_a_peer_ends_at_the_same_weights(bench, task, peer):
    pytest.importorskip(peer)
    end = getattr(bench("peers"), peer)(task)
    np.testing.assert_allclose(end, bench("peers").ours(task), rtol=0, atol=1e-12)


def test_pytorchs_kernels_end_at_the_same_weights(bench):
    pytest.importorskip("torch")
    kernels, data = bench("kernels"), digits(7)
    theta, X, Y = kernels.NET.init(7), data.X[:320], data.Y[:320]
    end = kernels.as_torch(kernels.ours(theta, X, Y, 25))
    theirs = kernels.torch(theta, X, Y, 25)
    for ours, found in zip([v for pair in end for v in pair], theirs, strict=True):
        np.testing.assert_allclose(found, ours, rtol=0, atol=1e-12)


def test_the_posts_loop_learns_a_linearly_separable_gate(bench):
    data = or_()
    W = bench("peers").post([2, 2, 1], data.X, data.Y.ravel(), 5000, 0.2)
    a = np.hstack([data.X, np.ones((4, 1))])
    for w in W:
        a = np.hstack([np.tanh(a @ w), np.ones((4, 1))])
    assert ((a[:, :1] > 0.5) == data.Y).all()


def test_without_peers_their_columns_are_empty_and_a_sentence_says_so(bench, monkeypatch, capsys):
    step, stacks, report = bench("step"), bench("stacks"), bench("report")
    kernels = bench("kernels")
    for module in (step, stacks, kernels, report):
        monkeypatch.setattr(module, "there", lambda name: False)
    for name in ("torch", "jax"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    monkeypatch.setattr(step, "BATCHES", {200: 8})
    monkeypatch.setattr(stacks, "STEPS", {10: 5})
    monkeypatch.setattr(kernels, "STEPS", 2)
    lines = report.main(step.step, stacks.stacks, kernels.kernels).lines
    assert "\n".join(lines) in capsys.readouterr().out
    missing = "Left out, as not installed (extra `bench`): PyTorch, JAX."
    assert lines.count(missing) == 3
    times, ratios = [
        line.replace(",", "").split("|") for line in lines if line.startswith("| 200 ")
    ]
    assert [cell.strip() for cell in times[4:6]] == ["–", "–"]
    us, sklearn = float(times[2]), float(times[3])
    assert float(ratios[2]) == pytest.approx(sklearn / us, rel=0.02)


def test_notebook_10_shows_the_table_that_was_measured_which_says_what_it_claims():
    page = (FOLDER / "convolution.md").read_text("utf-8")
    table = [line for line in page.splitlines() if line.startswith("|")]
    notebook = FOLDER.parent / "notebooks" / "10_convolution.ipynb"
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    assert any("\n".join(table) in "".join(cell["source"]) for cell in cells)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table[2:]]
    mean = {row[0]: [float(cell.split()[0]) for cell in row[2:]] for row in rows}
    assert mean["16 kernels"][0] >= 98.1 and mean["16 and 32 kernels, dropout"][2] >= 99.2


def test_numbers_in_a_table_have_three_digits(bench):
    report = bench("report").Report()
    report.table(["", "n"], [["a", 0.12345], ["b", 1234.5], ["c", np.nan]])
    assert report.lines[2:] == ["| a | 0.123 |", "| b | 1,234 |", "| c |     – |"]


def test_the_table_of_notebook_12_counts_the_lines_that_the_peers_have(bench):
    beyond = bench("beyond")
    rows = [line.strip("| ").split("|") for line in beyond.PAGE.read_text("utf-8").splitlines()]
    said = {
        row[0].strip(): int(row[1]) for row in rows if len(row) > 5 and row[1].strip().isdigit()
    }
    peers = bench("peers")
    assert said == {
        label: beyond.lines(getattr(peers, name)) for name, label in beyond.NAMES.items()
    }
