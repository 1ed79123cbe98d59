"""The benchmarks run with and without peers, and the peers really do the same training."""

import importlib
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


def test_the_posts_loop_learns_a_linearly_separable_gate(bench):
    data = or_()
    W = bench("peers").post([2, 2, 1], data.X, data.Y.ravel(), 5000, 0.2)
    a = np.hstack([data.X, np.ones((4, 1))])
    for w in W:
        a = np.hstack([np.tanh(a @ w), np.ones((4, 1))])
    assert ((a[:, :1] > 0.5) == data.Y).all()


def test_without_peers_their_columns_are_empty_and_a_sentence_says_so(bench, monkeypatch, capsys):
    step, stacks, report = bench("step"), bench("stacks"), bench("report")
    for module in (step, stacks, report):
        monkeypatch.setattr(module, "there", lambda name: False)
    for name in ("torch", "jax"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    monkeypatch.setattr(step, "BATCHES", {200: 8})
    monkeypatch.setattr(stacks, "STEPS", {10: 5})
    lines = report.main(step.step, stacks.stacks).lines
    assert "\n".join(lines) in capsys.readouterr().out
    missing = "Left out, as not installed (extra `bench`): PyTorch, JAX."
    assert lines.count(missing) == 2
    times, ratios = [
        line.replace(",", "").split("|") for line in lines if line.startswith("| 200 ")
    ]
    assert [cell.strip() for cell in times[4:6]] == ["–", "–"]
    us, sklearn = float(times[2]), float(times[3])
    assert float(ratios[2]) == pytest.approx(sklearn / us, rel=0.02)


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
