"""Many networks at once: how much of success is the learning rate, the hidden units, or luck?

    result = sweep(X, Y, hidden_units=[2, 4], learning_rate=[0.1, 1.0], seeds=20)
    print(luck_map(result))

Networks that differ in learning rate and seed only are trained as one stack, by the same `train` as
a single one. How a network starts depends on its own seed and on nothing else: any of them can be
trained again alone, and ends at the same bits.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.activations import ACTIVATIONS
from nnlib.classes import class_numbers
from nnlib.losses import LOSSES, OUTPUTS
from nnlib.metrics import wilson_interval
from nnlib.network import Network
from nnlib.neural_network import progress_bar
from nnlib.notation import Array
from nnlib.optimizers import OPTIMIZERS, optimizer_for
from nnlib.training import Diverged, History, Step, record, train


def _layers(value, name: str) -> int | tuple:
    if isinstance(value, tuple):
        return tuple(_layers(units, name) for units in value)
    if not checks.is_whole(value) or int(value) < 1:
        raise ValueError(
            f"{name}={checks.shown(value)}: every layer has a whole number of units, at least 1"
        )
    return int(value)


def _once(values: list, name: str) -> list:
    """The values; ValueError where one stands twice: the same runs would count as others."""
    seen = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{name}: {checks.shown(value)} is there twice: give each value once")
        seen.add(value)
    return values


def _whole_or_none(value, name: str) -> int | None:
    return None if value is None else checks.whole(value, name)


def _one_of(table, kind: str):
    def named(value, name: str) -> str:
        checks.known(value, table, kind)
        return value

    return named


# What can be varied, and what each may be; a stack shares all but the learning rate and the seed.
VARIED = {
    "hidden_units": _layers,
    "learning_rate": partial(checks.above_zero, example="0.1"),
    "batch_size": _whole_or_none,
    "l1": checks.at_least_zero,
    "l2": checks.at_least_zero,
    "dropout": checks.share,
    "optimizer": _one_of(OPTIMIZERS, "optimizer"),
    "momentum": checks.share,
    "hidden": _one_of(ACTIVATIONS, "hidden activation"),
    "output": _one_of(OUTPUTS, "output activation"),
    "loss": _one_of(LOSSES, "loss"),
    "scale": lambda value, name: checks.scale(value),
}
MOST_RUNS, MOST_STEPS = 50_000, 1_000_000_000
STACK_SIZE = 60_000  # numbers in a layer of a whole stack: half a megabyte, which the cache holds


@dataclass(eq=False)
class Grid:
    """Each combination of the settings that are given as a list, once for every seed: the runs.

    X (n, n_0) and Y (n, n_L) are the samples; all networks see them in the same order, drawn from
    the seed `order`. `hidden_units` is the number of units in the hidden layer, a tuple for several
    layers; `seeds` are those of the initial weights, or how many of them. `momentum` is for the
    optimizers that have one; the other settings are those of `train`, `Network` and `Network.init`.
    Every run is measured about `keep` times, at even distances. It is solved when every sample is
    classified correctly or, with `solved_below`, when the loss over all samples is below that. A
    single column of targets other than 0 and 1, or -1 and 1, needs it.

    Raises ValueError or TypeError, before any work, for what does not fit or is out of its range.

    >>> X = Y = [[0.0], [1.0]]
    >>> grid = Grid(X, Y, hidden_units=[1, 2], learning_rate=[0.1, 1], seeds=5)
    >>> len(grid), [grid.run(7)[name] for name in ("hidden_units", "learning_rate", "seed")]
    (20, [1, 1, 2])
    """

    X: Array
    Y: Array
    hidden_units: int | tuple | list = 4
    learning_rate: float | list = 0.1
    seeds: int | list = 20
    steps: int = 2000
    batch_size: int | None | list = None
    l1: float | list = 0.0
    l2: float | list = 0.0
    dropout: float | list = 0.0
    optimizer: str | list = "sgd"
    momentum: float | list = 0.9
    hidden: str | list = "tanh"
    output: str | list = "logistic"
    loss: str | list = "cross_entropy"
    scale: str | float | list = "auto"
    dtype: type = float
    order: int = 0
    keep: int = 100
    solved_below: float | None = None

    def __post_init__(self):
        self.steps = checks.whole(self.steps, "steps", most=MOST_STEPS)
        self.keep = checks.whole(self.keep, "keep")
        self.order = checks.whole(self.order, "order", least=0)
        self.dtype = checks.float_type(self.dtype)
        if self.solved_below is not None:
            self.solved_below = checks.number(self.solved_below, "solved_below")
        self.X = checks.samples(self.X, "X", self.dtype)
        self.Y = checks.samples(self.Y, "Y", self.dtype)
        if self.X.ndim != 2 or self.Y.ndim != 2:
            raise ValueError(
                f"X has shape {self.X.shape} and Y {self.Y.shape}: expected (n, n_0) and (n, n_L)"
            )
        self.axes = {name: self._axis(name, rule) for name, rule in VARIED.items()}
        self.axes["seed"] = self._seeds()
        self.shape = tuple(len(values) for values in self.axes.values())
        if prod(self.shape) > MOST_RUNS:
            raise ValueError(f"that makes {prod(self.shape):,} runs: at most {MOST_RUNS:,} at once")
        # Every run is measured after these steps: 0, then at even distances, and the last.
        every = max(1, self.steps // self.keep)
        self.at = np.array([*range(0, self.steps, every), self.steps])
        for runs in self.stacks():
            self.training(runs[:1])  # refuses what cannot be trained
        if self.solved_below is None and not self.has_classes:
            raise ValueError(
                f"Y holds {checks.shown(self.Y[~np.isin(self.Y, (-1, 0, 1))][0].item())}, a number"
                " to reach, not a class: say below which loss a run is solved, solved_below=0.01"
            )

    @property
    def has_classes(self) -> bool:
        """Whether the targets are of classes, so that an output can be right."""
        return self.Y.shape[-1] > 1 or bool(np.isin(self.Y, (-1, 0, 1)).all())

    def _axis(self, name: str, rule) -> list:
        """The values of a setting, each as its rule gives it."""
        given = getattr(self, name)
        values = [given] if isinstance(given, tuple) else checks.entries(given)
        if len(values) == 0:
            raise ValueError(f"{name}: nothing to choose from, give one value or more")
        # np.float32(1) becomes 1.0; 1 stays 1.
        ruled = _once([rule(value, name) for value in values], name)
        return [value if type(value) is int else as_ruled for value, as_ruled in zip(values, ruled)]

    def _seeds(self) -> list:
        seeds = checks.entries(self.seeds)
        if checks.is_whole(self.seeds):
            seeds = range(checks.whole(self.seeds, "seeds", least=0, most=MOST_RUNS))
        if not seeds:
            raise ValueError("seeds: nothing to choose from, give how many, or a list of them")
        if not all(checks.is_whole(seed) and int(seed) >= 0 for seed in seeds):
            raise ValueError(
                f"seeds={checks.shown(self.seeds)}: give how many, or a list of whole numbers"
            )
        return _once([int(seed) for seed in seeds], "seeds")

    def _number(self, i, name: str = "i") -> int:
        return checks.whole(i, name, least=0, most=len(self) - 1)

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def run(self, i: int) -> dict:
        """The settings of run i, its seed among them."""
        which = self.which(self._number(i))
        return {name: values[k] for (name, values), k in zip(self.axes.items(), which)}

    def which(self, i: int | Array) -> tuple:
        """For each axis in turn, which of its values run i has."""
        runs = checks.numbers(i, "i")
        if (
            runs.dtype.kind == "b"
            or not ((runs >= 0) & (runs < len(self)) & (runs == np.floor(runs))).all()
        ):
            raise ValueError(f"i={checks.shown(i)}: runs are whole numbers, 0 to {len(self) - 1}")
        return np.unravel_index(runs.astype(int), self.shape)

    def network(self, i: int) -> Network:
        """The network of run i, without its parameters."""
        run = self.run(i)
        sizes = (self.X.shape[-1], *np.atleast_1d(run["hidden_units"]).tolist(), self.Y.shape[-1])
        return Network(sizes, run["hidden"], run["output"], run["loss"])

    def start(self, i: int) -> Array:
        """The theta (P,) that run i starts from, drawn from its own seed."""
        run = self.run(i)
        rng = np.random.default_rng(run["seed"])
        return self.network(i).init(rng, scale=run["scale"], dtype=self.dtype)

    def stacks(self, most: int | None = None) -> list[list[int]]:
        """Which runs are trained together: alike but for rate and seed, no more than `most`."""
        most = _whole_or_none(most, "most")
        numbers = np.moveaxis(np.arange(len(self)).reshape(self.shape), 1, -2)
        stacks = []
        for alike in numbers.reshape(-1, self.shape[1] * self.shape[-1]):
            units = max(self.network(alike[0]).sizes)
            size = min(most or len(alike), max(1, STACK_SIZE // (len(self.X) * units)))
            stacks += [alike[i : i + size].tolist() for i in range(0, len(alike), size)]
        return stacks

    def training(self, runs: list[int]) -> Iterator[Step]:
        """The steps of these runs as one stack: theta is (S, P), also for a stack of one."""
        given, runs = runs, [self._number(i, "runs") for i in checks.entries(runs)]
        if not runs:
            raise ValueError(f"runs={checks.shown(given)}: give the number of one run or more")
        run = self.run(runs[0])
        rates = np.array([[self.run(i)["learning_rate"]] for i in runs], self.dtype)
        return train(
            self.network(runs[0]), np.stack([self.start(i) for i in runs]), self.X, self.Y,
            optimizer_for(run["optimizer"], rates, run["momentum"]), steps=self.steps,
            batch_size=run["batch_size"], l1=run["l1"], l2=run["l2"], dropout=run["dropout"],
            rng=np.random.default_rng(self.order),
        )  # fmt: skip

    def slices(self) -> Iterator[Sweep]:
        """Train all runs side by side, and yield a Sweep of where they stand at each step of `at`.

        Nothing is trained until the next Sweep is asked for: other work can be done in between.

        >>> X, Y = np.eye(2), np.array([[0.0], [1.0]])
        >>> for so_far in Grid(X, Y, seeds=2, steps=100, keep=2).slices():
        ...     print(so_far.table.steps, so_far.curves.shape)
        [0 0] (2, 1)
        [50 50] (2, 2)
        [100 100] (2, 3)
        """
        stacks = [_Stack(self, runs) for runs in self.stacks()]
        for _ in self.at:
            for stack in stacks:
                stack.advance()
            yield Sweep(self, [stack.seen() for stack in stacks])


class _Seen(NamedTuple):
    """The results of a stack so far."""

    runs: list[int]
    losses: Array  # (S, K) over all samples, each time it was looked at
    right: Array  # (S, K) share of the samples classified correctly
    theta: Array  # (S, P)


class _Stack:
    """Some runs of a grid, trained together."""

    def __init__(self, grid: Grid, runs: list[int]):
        self.grid, self.runs, self.net = grid, runs, grid.network(runs[0])
        self.steps, self.theta = grid.training(runs), None
        self.losses, self.right = [], []

    def advance(self) -> None:
        """Train up to the next step of `grid.at`, and measure loss and accuracy there."""
        until = self.grid.at[len(self.losses)]
        try:
            step = next(step for step in self.steps if step.index == until)
            self.theta = step.theta
        except (Diverged, StopIteration) as end:  # none is finite any more: what follows is nan
            last = getattr(end, "step", None)
            self.theta = last.theta if last else self.theta
            if self.theta is None:
                self.theta = np.stack([self.grid.start(i) for i in self.runs])
            self.losses.append(np.full(len(self.runs), np.nan))
            self.right.append(np.zeros(len(self.runs)))
            return
        with np.errstate(over="ignore", invalid="ignore"):  # the table says who diverged
            _, A, _ = trace = self.net.forward(self.theta, self.grid.X)
            self.losses.append(self.net.loss_function.value(trace.Z[-1], A[-1], self.grid.Y))
            self.right.append((class_numbers(A[-1]) == class_numbers(self.grid.Y)).mean(axis=-1))

    def seen(self) -> _Seen:
        return _Seen(self.runs, np.stack(self.losses, 1), np.stack(self.right, 1), self.theta)


def _trained(grid: Grid, runs: list[int]) -> _Seen:
    """The results of a stack trained from its first step to its last, as a worker process does."""
    stack = _Stack(grid, runs)
    for _ in grid.at:
        stack.advance()
    return stack.seen()


class Sweep:
    """What became of the R runs of a `grid`; row i of everything here is one of them.

    `table` (R,) is a record array with a column for the hidden units, the learning rate, whatever
    else was varied, and the seed (a varied loss is the `loss_function`); then `steps` made, `loss`
    over all samples, `accuracy` (the share of them that is classified correctly; nan where there
    are no classes), `solved`, `solved_at` (the first step of `at` at which it was, or -1) and
    `diverged`: such a run has no accuracy and is not solved. `curves` (R, K) are the losses after
    the steps `at` (K,), `thetas` the parameters.
    """

    def __init__(self, grid: Grid, stacks: list[_Seen]):
        where = {i: (stack, s) for stack in stacks for s, i in enumerate(stack.runs)}
        self.grid, self.runs = grid, np.array(sorted(where), dtype=int)
        rows = [where[i] for i in self.runs]
        self.at = grid.at[: stacks[0].losses.shape[1]] if stacks else grid.at
        shape = (len(rows), len(self.at))
        self.curves = np.array([stack.losses[s] for stack, s in rows]).reshape(shape)
        self.thetas = [stack.theta[s] for stack, s in rows]
        self.table = self._table(np.array([stack.right[s] for stack, s in rows]).reshape(shape))

    def _table(self, right: Array) -> np.recarray:
        loss, below = self.curves, self.grid.solved_below
        solved = (right == 1) & np.isfinite(loss) if below is None else loss < below
        columns = {
            "loss_function" if name == "loss" else name: _column(values)[k]
            for (name, values), k in zip(self.grid.axes.items(), self.grid.which(self.runs))
            if len(values) > 1 or name in ("hidden_units", "learning_rate", "seed")
        } | {
            "steps": np.full(len(loss), self.at[-1]),
            "loss": loss[:, -1],
            "accuracy": np.where(
                np.isfinite(loss[:, -1]) & self.grid.has_classes, right[:, -1], np.nan
            ),
            "solved": solved[:, -1],
            "solved_at": np.where(solved.any(axis=1), self.at[solved.argmax(axis=1)], -1),
            "diverged": ~np.isfinite(loss[:, -1]),
        }
        return np.rec.fromarrays(list(columns.values()), names=list(columns))

    def __len__(self) -> int:
        return len(self.runs)

    def __repr__(self) -> str:
        of = "" if len(self) == len(self.grid) else f" of {len(self.grid)}"
        return (f"<Sweep: {len(self)}{of} networks, {self.table.solved.sum()} solved,"
                f" {self.table.diverged.sum()} diverged, after {self.at[-1]} steps>")  # fmt: skip

    def column(self, name: str) -> Array:
        """One column (R,) of `table`; ValueError with the names there are for any other."""
        names = self.table.dtype.names
        if not isinstance(name, str) or name not in names:
            raise ValueError(f"no column {checks.shown(name)}: there are {', '.join(names)}")
        return self.table[name]

    def where(self, **values) -> Array:
        """The numbers, (k,), of the rows of `table` that have these values in these columns.

        Raises ValueError for a column that there is not.

        >>> X, Y = np.eye(2), np.array([[0.0], [1.0]])
        >>> result = sweep(X, Y, hidden_units=[1, 4], learning_rate=[0.1, 0.5], seeds=2, steps=5)
        >>> result.where(hidden_units=4, learning_rate=0.5)
        array([6, 7])
        """
        fits = np.ones(len(self), dtype=bool)
        for name, value in values.items():
            column = self.column(name)
            fits &= [_same(one, value, name) for one in column.tolist()]
        return np.flatnonzero(fits)

    def rerun(self, row: int, every: int = 1) -> History:
        """One run again, alone, every `every`-th Step of it kept: theta is (P,), and so on.

        It ends at the bits of `thetas[row]`, for it is trained as a stack of one: matmul multiplies
        the matrices of a stack one by one, while the product of two single matrices, which `train`
        takes for a theta (P,), may sum in another order (then equal to about 1e-12). A run that
        diverged stops at its last finite step, with a RuntimeWarning.
        """
        row = checks.whole(row, "row", least=-len(self), most=len(self) - 1)
        every = checks.whole(every, "every")
        steps = self.grid.training([self.runs[row]])
        alone = (
            Step(i, epoch, theta[0], loss[0], grad[0]) for i, epoch, theta, loss, grad in steps
        )
        return record(alone, every)

    def to_pandas(self):
        """The table as a pandas DataFrame; ImportError where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise ImportError("pandas is not installed; `table` holds the same columns") from error
        return pandas.DataFrame({name: self.table[name] for name in self.table.dtype.names})


def sweep(X: Array, Y: Array, *, n_jobs: int | None = None, progress=True, **settings) -> Sweep:
    """Train every run of `Grid(X, Y, **settings)`; give any of its settings as a list to vary it.

    With `n_jobs`, or inside `joblib.parallel_config(...)`, stacks are trained on several processes,
    at most one for each network, or by dask on several machines; the result is the same to the last
    bit. After two seconds a bar shows the time left. Ctrl-C stops early with a warning and keeps
    the stacks that are complete.

    Raises what `Grid` raises, before any work; ModuleNotFoundError for several processes without
    joblib. Without tqdm there is no bar.

    >>> from nnlib.datasets import xor
    >>> result = sweep(xor().X, xor().Y, hidden_units=[1, 8], learning_rate=1.0, seeds=3)
    >>> result
    <Sweep: 6 networks, 3 solved, 0 diverged, after 2000 steps>
    >>> result.table.hidden_units, result.table.solved
    (array([1, 1, 1, 8, 8, 8]), array([False, False, False,  True,  True,  True]))
    """
    grid, progress = Grid(X, Y, **settings), checks.flag(progress, "progress")
    workers = min(_workers(n_jobs), len(grid))
    # Several stacks for each worker, so that the others need not wait for a slow one.
    stacks = grid.stacks(most=-(-len(grid) // (4 * workers)) if workers > 1 else None)
    done = []
    total = len(grid) * grid.steps
    with progress_bar(total, unit_scale=True, delay=2, disable=not progress) as bar:
        try:
            if workers > 1:
                from joblib import Parallel, delayed

                parallel = Parallel(workers, return_as="generator_unordered")
                for seen in parallel(delayed(_trained)(grid, runs) for runs in stacks):
                    done.append(seen)
                    bar.update(len(seen.runs) * grid.steps)
            else:
                for stack in (_Stack(grid, runs) for runs in stacks):
                    for steps in np.diff(grid.at, prepend=0):
                        stack.advance()
                        bar.update(len(stack.runs) * int(steps))
                    done.append(stack.seen())
        except KeyboardInterrupt:
            warnings.warn(f"stopped by hand after {sum(len(seen.runs) for seen in done)} of"
                          f" {len(grid)} networks: the result holds these",
                          RuntimeWarning, stacklevel=2)  # fmt: skip
    return Sweep(grid, done)


def _workers(n_jobs: int | None) -> int:
    """How many processes joblib would take."""
    if n_jobs is not None and checks.whole(n_jobs, "n_jobs", least=-1000, most=1000) == 0:
        raise ValueError("n_jobs=0: give how many processes, or -1 for as many as there are cores")
    try:
        from joblib import effective_n_jobs  # here, so that importing nnlib costs numpy only
    except ModuleNotFoundError as error:
        if n_jobs in (None, 1):
            return 1
        raise checks.missing(f"sweep(n_jobs={n_jobs})", "joblib") from error
    return effective_n_jobs(n_jobs if n_jobs is None else int(n_jobs))


class SuccessRates(NamedTuple):
    """How many of the runs in each cell were solved, and where the true share lies.

    `rows` and `columns` are the values of the two settings named in `axes`; the arrays are (R, C):
    `solved` out of `runs`, the `share`, and the ends `low` and `high` of its Wilson interval, nan
    where there is no run. Printed, it is a table of percentages.
    """

    axes: tuple[str, str]
    rows: Array
    columns: Array
    solved: Array
    runs: Array
    share: Array
    low: Array
    high: Array

    def __str__(self) -> str:
        label = [f"{self.axes[0]} \\ {self.axes[1]}", *map(_short, self.rows)]
        heads = [*map(_short, self.columns)]
        width, wide = max(map(len, label)), max(6, 1 + max(map(len, heads)))
        lines = [f"{label[0]:>{width}}" + "".join(f"{head:>{wide}}" for head in heads)]
        for name, shares in zip(label[1:], self.share):
            cells = ["-" if np.isnan(share) else f"{share:.0%}" for share in shares]
            lines.append(f"{name:>{width}}" + "".join(f"{cell:>{wide}}" for cell in cells))
        return "\n".join(lines)


def _short(value) -> str:
    """A number in three digits, which tell values apart that were chosen for a table."""
    return str(float(f"{value:.3g}")) if isinstance(value, float) else str(value)


def luck_map(
    result: Sweep, rows: str = "hidden_units", columns: str = "learning_rate"
) -> SuccessRates:
    """The share of runs solved for each pair of values of two settings, over all the others.

    The interval is that of `wilson_interval`. Raises ValueError for a setting that is no column.

    >>> from nnlib.datasets import xor
    >>> result = sweep(xor().X, xor().Y, hidden_units=[1, 8], learning_rate=[0.001, 1.0], seeds=10)
    >>> print(luck_map(result))
    hidden_units \\ learning_rate 0.001   1.0
                               1    0%    0%
                               8    0%  100%
    >>> luck_map(result).high.round(2)
    array([[0.28, 0.28],
           [0.28, 1.  ]])
    """
    if not isinstance(result, Sweep):
        raise TypeError(f"result={checks.shown(result)}: give what sweep(...) returned")
    table = result.table
    down, r = _different(result.column(rows))
    across, c = _different(result.column(columns))
    solved, runs = np.zeros((2, len(down), len(across)), dtype=int)
    np.add.at(solved, (r, c), table.solved)
    np.add.at(runs, (r, c), 1)
    low, high = wilson_interval(solved, np.maximum(runs, 1))
    shares = [np.where(runs > 0, s, np.nan) for s in (solved / np.maximum(runs, 1), low, high)]
    return SuccessRates((rows, columns), down, across, solved, runs, *shares)


def _different(column: Array) -> tuple[Array, Array]:
    """The different values of a column, in order, and for each row which one it has."""
    if column.dtype != object:
        return np.unique(column, return_inverse=True)
    values = list(dict.fromkeys(column.tolist()))  # numbers, words and None have no order: as given
    return _column(values), np.array([values.index(value) for value in column.tolist()])


def _same(one, value, name: str) -> bool:
    """Whether an entry of a column is this value; layers are written as 8-4."""
    if isinstance(value, tuple):
        value = "-".join(map(checks.shown, value))
    if isinstance(one, bool):
        return isinstance(value, bool | np.bool_) and one == bool(value)
    if isinstance(one, str) or one is None:
        return value is one or (isinstance(value, str) and value == one)
    return checks.number(value, name) == one if value is not None else False


def _column(values: list) -> Array:
    """Values as a column: numbers or words; layers as 8-4; a mixture of kinds as objects."""
    values = ["-".join(map(str, value)) if isinstance(value, tuple) else value for value in values]
    kinds = {type(value) for value in values}
    return np.array(
        values, dtype=object if len(kinds - {int, float}) > 1 or None in values else None
    )
