"""Sweeps: many networks at once, each with the same result as alone."""

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import types

import joblib
import numpy as np
import pytest

import nnlib.experiments as module
from nnlib import SGD, Network, moons, record, sine, train, wilson_interval, xor
from nnlib.experiments import Grid, SuccessRates, luck_map, sweep

X, Y = xor().X, xor().Y
SMALL = dict(hidden_units=[1, 3], learning_rate=[0.5, 1.0], seeds=4, steps=200, keep=10)


def assert_same(one, other):
    assert one.table.dtype == other.table.dtype
    for name in one.table.dtype.names:
        np.testing.assert_array_equal(one.table[name], other.table[name])  # nan equals nan here
    np.testing.assert_array_equal(one.curves, other.curves)
    for a, b in zip(one.thetas, other.thetas, strict=True):
        np.testing.assert_array_equal(a, b)


# The networks that are trained


def test_every_combination_is_run_once_for_every_seed():
    grid = Grid(
        X, Y, hidden_units=[2, (3, 2)], learning_rate=np.array([0.1, 1.0]), l2=[0.0, 0.1], seeds=3
    )
    runs = [grid.run(i) for i in range(len(grid))]
    assert len(grid) == 2 * 2 * 2 * 3 == len({str(run) for run in runs})
    assert grid.network(23).sizes == (2, 3, 2, 1) and grid.network(0).sizes == (2, 2, 1)
    assert runs[23]["l2"] == 0.1 and runs[23]["seed"] == 2 and runs[23]["batch_size"] is None
    together = grid.stacks()
    assert sorted(sum(together, [])) == list(range(24))
    for stack in together:  # equal except for learning rate and seed
        alike = [{**grid.run(i), "learning_rate": 0, "seed": 0} for i in stack]
        assert all(run == alike[0] for run in alike)
    assert max(map(len, grid.stacks(most=4))) == 4
    assert Grid(X, Y, seeds=[7, 11]).axes["seed"] == [7, 11]


def test_a_run_is_what_train_makes_of_its_own_seed():
    result = sweep(X, Y, hidden_units=3, learning_rate=[0.5, 2.0], seeds=[5, 6], steps=300)
    net = Network((2, 3, 1), output="logistic", loss="cross_entropy")
    for row, (rate, seed) in enumerate([(0.5, 5), (0.5, 6), (2.0, 5), (2.0, 6)]):
        theta = net.init(np.random.default_rng(seed))
        *_, step = train(net, theta, X, Y, SGD(rate), rng=np.random.default_rng(0), steps=300)
        # Not the same bits: single matrices are multiplied by np.dot, stacks by matmul.
        np.testing.assert_allclose(result.thetas[row], step.theta, rtol=0, atol=1e-12)
        np.testing.assert_allclose(result.table.loss[row], step.loss, rtol=0, atol=1e-12)
        assert result.table.seed[row] == seed and result.table.learning_rate[row] == rate


@pytest.mark.parametrize(
    "settings",
    [
        dict(),
        dict(learning_rate=8.0, hidden_units=8),  # unstable: one other bit changes the answers
        dict(optimizer=["momentum", "adam"], learning_rate=0.1, momentum=0.5),
        dict(batch_size=3, l2=0.01, dropout=0.2, hidden="relu"),
        dict(output="tanh", loss="squared_error", scale=0.25, dtype=np.float32, order=3),
    ],
    ids=str,
)
def test_rerunning_one_network_alone_gives_the_same_bits(settings):
    result = sweep(X, Y, **SMALL | settings)
    for row in range(0, len(result), 3):
        history = result.rerun(row, every=20)
        np.testing.assert_array_equal(history.last.theta, result.thetas[row])
        assert history.series("index").tolist() == result.at.tolist()
        assert history.series("theta").shape == (11, result.grid.network(row).n_parameters)
        if settings.keys() <= {"learning_rate", "hidden_units"}:
            np.testing.assert_allclose(history.series("loss"), result.curves[row], atol=1e-12)


def test_the_result_does_not_depend_on_which_networks_are_stacked(monkeypatch):
    whole = sweep(X, Y, **SMALL)
    monkeypatch.setattr(module, "STACK_SIZE", 1)
    assert {len(stack) for stack in Grid(X, Y, **SMALL).stacks()} == {1}
    assert_same(sweep(X, Y, **SMALL), whole)


def test_a_sweep_in_slices_ends_where_the_whole_one_ends():
    grid = Grid(X, Y, **SMALL)
    slices = list(grid.slices())
    assert [so_far.at[-1] for so_far in slices] == grid.at.tolist()
    assert [so_far.curves.shape for so_far in slices] == [(16, k + 1) for k in range(11)]
    assert_same(slices[-1], sweep(X, Y, **SMALL))
    before = slices[3].curves.copy()  # slices that were yielded do not change
    assert (before == slices[-1].curves[:, :4]).all()
    assert (slices[0].table.steps == 0).all() and (slices[3].table.steps == 60).all()


# The results


def test_the_table_says_what_the_networks_answer():
    result = sweep(X, Y, hidden_units=[1, 8], learning_rate=1.0, seeds=5)
    table = result.table
    assert table.dtype.names == ("hidden_units", "learning_rate", "seed", "steps", "loss",
                                 "accuracy", "solved", "solved_at", "diverged")  # fmt: skip
    for row, theta in enumerate(result.thetas):
        net = result.grid.network(row)
        right = (net.predict(theta, X) > 0.5) == (Y > 0.5)
        assert table.accuracy[row] == right.mean() and table.solved[row] == right.all()
        assert table.loss[row] == result.curves[row, -1]
        assert table.loss[row] == pytest.approx(net.loss_and_grad(theta, X, Y)[0], abs=1e-12)
    assert not table.solved[:5].any() and table.solved[5:].all()  # one unit cannot, eight can
    assert (table.solved_at[:5] == -1).all()
    for row in range(5, 10):
        first = result.rerun(row, every=20)
        right = [
            ((result.grid.network(row).predict(s.theta, X) > 0.5) == Y).all() for s in first.steps
        ]
        assert table.solved_at[row] == first.steps[int(np.argmax(right))].index > 0


def test_several_classes_are_right_where_the_largest_output_is():
    data = moons(np.random.default_rng(7), 60)
    two = np.hstack([1 - data.Y, data.Y])
    result = sweep(
        data.X, two, hidden_units=8, learning_rate=1.0, seeds=2, steps=300, output="softmax"
    )
    for row, theta in enumerate(result.thetas):
        answers = result.grid.network(row).predict(theta, data.X).argmax(axis=1)
        assert result.table.accuracy[row] == (answers == two.argmax(axis=1)).mean() > 0.9


def test_a_regression_is_solved_when_its_loss_is_small_enough():
    data = sine(np.random.default_rng(7), 40, noise=0.0)
    result = sweep(data.X, data.Y, hidden_units=8, learning_rate=0.1, seeds=3, output="identity",
                   loss="squared_error", solved_below=0.02)  # fmt: skip
    assert result.table.solved.all() and (result.table.loss < 0.02).all()
    for row, at in enumerate(result.table.solved_at):
        k = result.at.tolist().index(at)
        assert result.curves[row, k] < 0.02 <= result.curves[row, k - 1]


def test_networks_that_diverge_are_marked_and_do_not_change_the_others():
    settings = dict(output="identity", loss="squared_error", hidden="relu", seeds=3, steps=300)
    result = sweep(X, Y, learning_rate=[0.1, 1e3], **settings)
    assert result.table.diverged.tolist() == [False] * 3 + [True] * 3
    assert np.isnan(result.table.accuracy).tolist() == result.table.diverged.tolist()
    assert not result.table.solved[3:].any() and np.isfinite(result.curves[:3]).all()
    only = sweep(X, Y, learning_rate=1e3, **settings)  # the whole stack: its curves end in nan
    assert only.table.diverged.all() and only.curves.shape == (3, 101)
    assert np.isfinite(only.curves[:, 0]).all() and np.isnan(only.curves[:, -1]).all()
    with pytest.warns(RuntimeWarning, match="smaller learning rate than 1000"):
        history = result.rerun(3)
    assert np.isfinite(history.last.theta).all()
    hopeless = sweep(np.full((1, 1), 1e200), [[1e200]], hidden_units=1, hidden="identity",
                     scale=1e200, output="identity", loss="squared_error", seeds=2,
                     steps=5, solved_below=1.0)  # fmt: skip
    assert not hopeless.table.solved.any()
    assert hopeless.table.diverged.all() and np.isnan(hopeless.curves).all()
    assert len(hopeless.thetas) == 2


def test_rows_are_found_by_their_values():
    result = sweep(X, Y, hidden_units=[2, (2, 2)], learning_rate=[0.1, 1.0], batch_size=[None, 2],
                   seeds=2, steps=5)  # fmt: skip
    rows = result.where(hidden_units=(2, 2), learning_rate=1.0)
    assert result.table.hidden_units[rows].tolist() == ["2-2"] * 4
    assert result.table.batch_size[rows].tolist() == [None, None, 2, 2]
    assert len(result.where(batch_size=2)) == 8 and len(result.where()) == 16
    with pytest.raises(
        ValueError, match="no column 'units': there are hidden_units, learning_rate"
    ):
        result.where(units=2)


def test_a_sweep_can_be_pickled():
    result = sweep(X, Y, **SMALL)
    assert_same(pickle.loads(pickle.dumps(result)), result)


def test_the_table_as_a_data_frame(monkeypatch):
    result = sweep(X, Y, **SMALL)
    monkeypatch.setitem(sys.modules, "pandas", types.SimpleNamespace(DataFrame=dict))
    frame = result.to_pandas()
    assert (
        list(frame) == list(result.table.dtype.names) and frame["seed"].tolist() == [0, 1, 2, 3] * 4
    )
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pandas is not installed; `table` holds the same"):
        result.to_pandas()


# Luck maps


def test_a_luck_map_counts_what_is_solved_in_every_cell():
    result = sweep(X, Y, hidden_units=[1, 8, 2], learning_rate=[1.0, 0.1], seeds=6)
    luck = luck_map(result)
    assert luck.rows.tolist() == [1, 2, 8] and luck.columns.tolist() == [0.1, 1.0]
    for r, units in enumerate(luck.rows):
        for c, rate in enumerate(luck.columns):
            rows = result.where(hidden_units=units, learning_rate=rate)
            assert luck.solved[r, c] == sum(result.table.solved[i] for i in rows)
            assert luck.runs[r, c] == len(rows) == len(result.curves[rows]) == 6
            assert (luck.low[r, c], luck.high[r, c]) == wilson_interval(luck.solved[r, c], 6)
    assert luck.share[0].tolist() == [0, 0] and luck.share[2, 1] == 1
    swapped = luck_map(result, rows="learning_rate", columns="hidden_units")
    assert (swapped.share == luck.share.T).all()
    with pytest.raises(ValueError, match="no column 'depth'"):
        luck_map(result, rows="depth")


def test_a_cell_without_runs_is_empty_and_not_0():
    grid = Grid(X, Y, hidden_units=[1, 2], learning_rate=[0.1, 1.0], seeds=2, steps=10)
    part = [module._trained(grid, runs) for runs in grid.stacks(most=2)[:3]]
    luck = luck_map(module.Sweep(grid, part))
    assert luck.runs.tolist() == [[2, 2], [2, 0]] and np.isnan(luck.share[1, 1])
    assert np.isnan(luck.low[1, 1]) and not np.isnan(luck.low[1, 0])
    assert str(luck).splitlines()[-1].endswith("0%     -")
    assert isinstance(luck, SuccessRates)


# Long sweeps


def test_ctrl_c_keeps_the_stacks_that_are_complete(monkeypatch):
    whole, advance, count = sweep(X, Y, **SMALL), module._Stack.advance, 0

    def interrupted(stack):
        nonlocal count
        count += 1
        if count == 15:  # advance is called 11 times for the first stack
            raise KeyboardInterrupt
        advance(stack)

    monkeypatch.setattr(module._Stack, "advance", interrupted)
    with pytest.warns(RuntimeWarning, match="by hand after 8 of 16 networks: the result holds"):
        result = sweep(X, Y, **SMALL)
    assert len(result) == len(result.table) == 8 and repr(result).startswith("<Sweep: 8 of 16 ")
    np.testing.assert_array_equal(result.curves, whole.curves[:8])
    monkeypatch.undo()
    np.testing.assert_array_equal(result.rerun(7).last.theta, whole.thetas[7])


def test_ctrl_c_before_anything_is_complete_gives_an_empty_result(monkeypatch):
    def interrupted(stack):  # a real signal could be swallowed by coverage's own code
        raise KeyboardInterrupt

    monkeypatch.setattr(module._Stack, "advance", interrupted)
    with pytest.warns(RuntimeWarning, match="by hand after 0 of 20 networks"):
        result = sweep(X, Y, steps=10_000_000)
    assert len(result) == 0 and repr(result).startswith("<Sweep: 0 of 20 networks")
    assert len(result.table) == 0 and luck_map(result).share.shape == (0, 0)


def test_a_long_sweep_shows_the_time_left(monkeypatch, capsys):
    clock = time.time
    monkeypatch.setattr("tqdm.std.time", lambda: 0.0)  # no time passes on a slow machine
    sweep(X, Y, seeds=2, steps=2000)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("tqdm.std.time", lambda: 100 * clock())  # it passes 100 times as fast
    sweep(X, Y, seeds=2, steps=5000, progress=False)
    assert capsys.readouterr().err == ""
    sweep(X, Y, seeds=2, steps=5000)
    said = capsys.readouterr().err
    assert "training" in said and " steps/s" in said and "<" in said


def test_two_processes_give_the_result_of_one():
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_same(sweep(X, Y, **SMALL), sweep(X, Y, **SMALL, n_jobs=1))
    assert_same(sweep(X, Y, **SMALL, n_jobs=2), sweep(X, Y, **SMALL))


def test_no_more_processes_are_started_than_there_are_networks():
    code = """
import joblib, psutil
from nnlib import xor
from nnlib.experiments import sweep

settings = dict(hidden_units=[1, 2], learning_rate=1.0, steps=20, seeds=1)
print(len(sweep(xor().X, xor().Y, n_jobs=40, **settings).table))
with joblib.parallel_config(backend="loky", n_jobs=40):
    print(len(sweep(xor().X, xor().Y, **settings).table))
running = [one.cmdline() for one in psutil.Process().children(recursive=True)]
print(sum("LokyProcess" in " ".join(line) for line in running))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["2", "2", "2"]


def kill_a_worker_at_work(scheduler, pids, killed):
    """Kill a worker that is at work, when some stacks are done already."""
    while not killed:
        time.sleep(0.01)
        if not any(task.state == "memory" for task in list(scheduler.tasks.values())):
            continue
        for address, worker in list(scheduler.workers.items()):
            if worker.processing and address in pids:
                os.kill(pids[address], signal.SIGKILL)
                killed.append(address)
                return


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_sweep_is_complete_although_a_worker_is_killed(caplog):
    distributed = pytest.importorskip("distributed")
    settings = dict(hidden_units=[2, 4, 8], learning_rate=[0.1, 1.0], seeds=40, steps=6000)
    killed = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        caplog.at_level(logging.INFO, logger="distributed"),
    ):
        pids = client.run(os.getpid)
        assert len(set(pids.values()) - {os.getpid()}) == 2
        thread = threading.Thread(target=kill_a_worker_at_work,
                                  args=(cluster.scheduler, pids, killed), daemon=True)  # fmt: skip
        thread.start()
        with joblib.parallel_config(backend="dask"):
            result = sweep(X, Y, **settings, progress=False)
        thread.join(timeout=30)
        assert len(killed) == 1 and killed[0] not in cluster.scheduler.workers
        assert f"process {pids[killed[0]]} was killed by signal 9" in caplog.text
    assert_same(result, sweep(X, Y, **settings))


# Error messages


@pytest.mark.parametrize(
    "settings, sentence",
    [
        (dict(hidden_units=[]), "hidden_units: nothing to choose from"),
        (dict(seeds=0), "seeds: nothing to choose from"),
        (dict(seeds=[1, -1]), r"seeds=\[1, -1\]: give how many, or a list of whole numbers"),
        (dict(seeds=[0.5]), r"seeds=\[0.5\]: give how many"),
        (dict(hidden_units=[2, 0]), "whole number of units, at least 1"),
        (dict(learning_rate=[0.1, 0]), "learning_rate=0: it must be a number above 0"),
        (dict(steps=0), "steps=0: it must be a whole number"),
        (dict(keep=0), "keep=0: it must be a whole number"),
        (dict(batch_size=[2, -1]), "batch_size=-1"),
        (dict(l2=[0, -1.0]), "l2=-1.0: it must be a number, at least 0"),
        (dict(dropout=1.0), "dropout=1.0: it must be at least 0 and below 1"),
        (
            dict(optimizer=["sgd", "lbfgs"]),
            "unknown optimizer 'lbfgs'.*sgd, momentum, nesterov, adam",
        ),
        (dict(optimizer="momentum", momentum=[0.9, 1.0]), "momentum=1.0: it must be at least 0"),
        (dict(hidden=["tanh", "sigmoid"]), "unknown hidden activation 'sigmoid'"),
        (dict(output="tanh"), "cross_entropy does not go with the output 'tanh'"),
        (dict(scale="xavier"), "give 'auto', or a number r"),
        (dict(hidden="step"), "its slope is 0 and nothing is learned"),
        (dict(X=[[0.0, np.nan]] * 4), r"X\[0, 1\] is nan"),
        (dict(Y=[[0], [1], [1]]), "X has 4 samples .* and Y has 3"),
        (dict(Y=[[0], [2], [1], [0]]), "Y runs from 0 to 2"),
        (dict(Y=[[0], [0.5], [1], [0]]), "Y holds 0.5, a number to reach, not a class"),
        (dict(seeds=[3, 1, 3]), "seeds: 3 is there twice"),
        (dict(learning_rate=[0.1, 1, np.float32(1)]), "learning_rate: 1.0 is there twice"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_any_work(settings, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        sweep(**dict(X=X, Y=Y, steps=10**9) | settings)


def test_without_joblib_one_process_trains_and_several_are_refused(monkeypatch):
    settings = {"hidden_units": 2, "learning_rate": 1.0, "steps": 20, "seeds": 2}
    with_joblib = sweep(X, Y, **settings)
    monkeypatch.setitem(sys.modules, "joblib", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    alone = sweep(X, Y, **settings)
    assert_same(alone, with_joblib)
    with pytest.raises(ModuleNotFoundError, match=r"sweep\(n_jobs=2\) needs joblib.*pip install"):
        sweep(X, Y, n_jobs=2, **settings)


def test_the_number_of_a_regression_is_never_right_but_may_be_near():
    near = sweep(X, [[0.1], [5], [5], [0.2]], hidden_units=[1, 4], output="identity",
                 loss="squared_error", seeds=2, steps=400, solved_below=2)  # fmt: skip
    assert np.isnan(near.table.accuracy).all()
    assert near.table.solved.tolist() == (near.table.loss < 2).tolist()
    signs = sweep(X, 2 * Y - 1, output="tanh", loss="squared_error", seeds=2, steps=1)
    assert np.isfinite(signs.table.accuracy).all()


def test_a_loss_that_is_varied_has_a_column_beside_the_losses():
    losses = ["squared_error", "cross_entropy"]
    result = sweep(X, Y, loss=losses, seeds=3, steps=20)
    assert result.table.loss_function.tolist() == [losses[0]] * 3 + [losses[1]] * 3
    np.testing.assert_array_equal(result.table.loss, result.curves[:, -1])
    assert result.where(loss_function="cross_entropy").tolist() == [3, 4, 5]
    assert luck_map(result, rows="loss_function").rows.tolist() == sorted(losses)


def test_l1_is_varied_as_l2_is():
    result = sweep(X, Y, l1=[0.0, 0.1], seeds=1, steps=50)
    alone = train(result.grid.network(1), result.grid.start(1), X, Y, SGD(0.1), rng=0, steps=50,
                  l1=0.1)  # fmt: skip
    np.testing.assert_allclose(result.thetas[1], record(alone).last.theta)
    assert result.table.l1.tolist() == [0.0, 0.1] and (result.thetas[0] != result.thetas[1]).any()


def test_a_printed_map_keeps_its_columns_apart():
    rates = np.geomspace(0.01, 1, 5)
    head, *rows = str(luck_map(sweep(X, Y, learning_rate=rates, seeds=1, steps=1))).split("\n")
    assert head.split()[3:] == ["0.01", "0.0316", "0.1", "0.316", "1.0"]
    assert [len(row) for row in rows] == [len(head)]
