"""The 2013 blog post's class, with its three methods, on top of everything before it.

    nn = NeuralNetwork([2, 2, 1], "tanh")
    nn.fit(X, y)
    nn.predict([0, 1])

What the post called an epoch, one sample and one update, is a step here; an epoch is a full pass.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from itertools import islice

import numpy as np

from nnlib import checks, files, guards, plans, saved
from nnlib.classes import class_numbers, of_numbers, one_or_many, plain, read, targets_of
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.optimizers import SGD
from nnlib.training import Diverged, History, Step, batches

MANY, MOST = 10_000_000, 1_000_000_000  # updates: by passes, and in all


class NeuralNetwork:
    """A network that keeps its own parameters: make it, `fit` it, let it `predict`.

    `sizes` are the units of each layer, at least two; `activation` is that of the hidden layers
    and, unless `output` says otherwise, of the output too. `scale` is that of `Network.init`:
    "auto", or 0.25 for the post's own start. `rng` is a whole number or a Generator; without one,
    as in the post, every start is another. In place of sizes it takes a network, say a
    ConvolutionalNetwork, which names its own activations and loss. Raises what `Network` and
    `Network.init` raise.

    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> nn = NeuralNetwork([2, 4, 1], "tanh", rng=7).fit(X, y)
    >>> nn.predict(X).ravel().round(1) + 0.0
    array([0., 1., 1., 0.])
    >>> nn.predict([0, 1], output="step"), [W.shape for W in nn.weights]
    (array([1.]), [(2, 4), (4, 1)])
    """

    def __init__(
        self, sizes, activation="tanh", *, output=None, loss="squared_error", scale="auto", rng=None
    ):
        if isinstance(sizes, Network):
            plans.left_out(activation, output, loss)
            self.network = sizes
        else:
            output = activation if output is None else output
            self.network = Network(sizes, activation, output, loss)
        self.rng = np.random.default_rng() if rng is None else checks.generator(rng)
        self.theta = self.network.init(self.rng, scale=scale)
        self.classes = None  # (k,) the labels that fit was given, in the order of the outputs
        self.history = None  # a History of the last fit: the loss over all samples, as it went

    @property
    def weights(self) -> list[Array]:
        """[W[0], W[1], ...], (n_l, n_l+1) each: views of theta."""
        return [W for W, _ in self.network.layers(self.theta)]

    @property
    def biases(self) -> list[Array]:
        """[b[0], b[1], ...], (1, n_l+1) each: views of theta."""
        return [b for _, b in self.network.layers(self.theta)]

    def fit(
        self, X, y, learning_rate=0.2, epochs=None, *, steps=10_000, batch_size=1, progress=True
    ) -> NeuralNetwork:
        """Stochastic gradient descent (Robbins & Monro, 1951), by default one sample at a time.

        X is (n, n_0). y is (n, k) targets; or labels, (n,) or (n, 1), one output for each, or a
        single output that learns 0 for the first of two, 1 for the second; or, for a single output,
        numbers: they are targets if it is the identity, or if they are not just two whole numbers.
        For `steps` updates the samples are picked at random, as in the post; if `epochs` is given,
        `steps` is ignored, and each pass takes every sample once. Ctrl-C stops early with a
        warning, and so does a training that diverges: the network keeps what it has learned so far.
        Called again, fit goes on from there, with the same labels. After two seconds a bar shows
        the time left.

        Raises ValueError, before any work, for data or settings that do not fit, for labels other
        than those of the fit before, and for epochs of more than ten million updates in all.
        """
        X, Y, classes = self._samples(X, y)
        learning_rate = checks.above_zero(learning_rate, "learning_rate", "0.1")
        progress, given = checks.flag(progress, "progress"), checks.shown(epochs)
        n, steps = len(X), checks.whole(steps, "steps", most=MOST)
        batch_size = min(checks.whole(batch_size, "batch_size"), n)
        per_epoch = -(-n // batch_size)
        if epochs is not None:
            steps = checks.whole(epochs, "epochs", most=MOST) * per_epoch
            if steps > MANY:
                raise ValueError(
                    f"epochs={given} means {given} full passes over {n} samples, {steps:,}"
                    f" updates. For {given} updates, as in the 2013 post, write steps={given}"
                )
        self.network.loss_and_grad(self.theta, X[:1], Y[:1])  # refuses what does not fit
        checks.probabilities(self.network, Y)
        self.classes = classes
        if epochs is None:
            source = picks(X, Y, batch_size, self.rng)
        else:
            source = ((x, y) for _, x, y in batches(X, Y, batch_size, self.rng))
        self._descend(X, Y, source, learning_rate, steps, per_epoch, progress)
        return self

    def _descend(self, X, Y, source, learning_rate, steps, per_epoch, progress) -> None:
        """The same updates as train(..., SGD), in place: twice as fast, one sample at a time."""
        net, theta = self.network, self.theta.copy()
        gradient = np.empty_like(theta)
        layers, slopes = net.layers(theta), net.layers(gradient)
        own = type(net).loss_and_grad is not Network.loss_and_grad  # a subclass's
        every = max(per_epoch, -(-steps // 100))
        index, kept, bar, start = 0, [], None, time.monotonic()
        self.theta = theta
        self.history = History(kept)
        try:
            while True:
                if index % every == 0 or index == steps:
                    with np.errstate(over="ignore", invalid="ignore"):
                        loss, grad = net.loss_and_grad(theta, X, Y)
                    if not np.isfinite(loss):
                        self.theta = kept[-1].theta.copy() if kept else theta
                        last = kept[-1] if kept else None
                        why = guards.whence(net, grad, SGD(learning_rate))
                        said = Diverged(last, index, *why)
                        self.history.diverged = str(said)
                        warnings.warn(str(said), RuntimeWarning, stacklevel=3)
                        return
                    kept.append(Step(index, index // per_epoch, theta.copy(), loss, grad))
                if index == steps:
                    return
                some = min(every - index % every, steps - index, 500)
                with np.errstate(over="ignore", invalid="ignore"):
                    for x, y in islice(source, some):
                        if own:
                            gradient = net.loss_and_grad(theta, x, y)[1]
                        else:
                            trace = net._forward(layers, x, net.activations)
                            net._backward(layers, slopes, trace, y, net.loss_function, net.slope)
                        gradient *= learning_rate
                        theta -= gradient
                        index += 1
                if bar is None and progress and time.monotonic() - start > 2:
                    bar = progress_bar(steps, initial=index)
                elif bar is not None:
                    bar.update(index - bar.n)
        except KeyboardInterrupt:
            warnings.warn(f"stopped by hand after {index} of {steps} steps: the network keeps what"
                          " it has learned so far", RuntimeWarning, stacklevel=3)  # fmt: skip
        finally:
            if bar is not None:
                bar.close()

    def predict(self, x, output=None) -> Array:
        """The output activations: (k,) for one sample x (n_0,), (n, k) for many (n, n_0).

        `output="step"` gives exact 0s and 1s, on which side of one half each output falls;
        `output="label"` gives the class, one of the labels that `fit` was given or its number.
        Raises ValueError for an x that does not fit or is not finite, or another `output`, and
        where `fit` was given no labels but numbers.
        """
        x = checks.dense(x, "x")
        X = one_or_many(x, self.network.sizes[0], "x", self.theta.dtype)
        if output is not None and not (isinstance(output, str) and output in ("step", "label")):
            raise ValueError(
                f"output={checks.shown(output)}: leave it out, or give 'step' or 'label'"
            )
        a = self.network.predict(self.theta, X)
        if output == "step":
            a = (a > 0.5).astype(float)
        elif output == "label":
            a = self._labels(a)
        return a[0] if x.ndim == 1 else a

    def _labels(self, a: Array) -> Array:
        classes = self.classes
        if of_numbers(self.network) and (classes is None or classes.dtype.kind in "iuf"):
            if classes is None:
                raise ValueError(
                    "output='label': fit was given numbers to reach, and no labels; leave it out,"
                    " and predict gives the number"
                )
            a = a - classes.mean() + 0.5  # the targets were the two labels themselves
        number = class_numbers(a)
        return number if classes is None else classes[number]

    def save(self, path) -> None:
        """Write the network to `path`, an .npz file of plain arrays: all of it or nothing.

        However it ends, the file is the old one or the new one, as `files.write` says. Raises
        ValueError for a network that could not be loaded, say with a theta of nan, and OSError, as
        PermissionError, where the file cannot be written; then nothing has changed.
        """
        files.write(path, saved.packed(self.network, self.theta, self.classes))

    @classmethod
    def load(cls, path, *, rng=None) -> NeuralNetwork:
        """The network that `save` wrote to `path`; `rng` is for training it further.

        Raises ValueError for a file that is not one of ours or is damaged; its sizes are looked at
        before its data, and nothing in it is run. Raises OSError, as FileNotFoundError, where it
        cannot be read.

        >>> import tempfile
        >>> nn = NeuralNetwork([2, 1], rng=7)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     nn.save(f"{folder}/xor.npz")
        ...     again = NeuralNetwork.load(f"{folder}/xor.npz")
        >>> bool((again.theta == nn.theta).all())
        True
        """
        net, theta, classes = saved.read(path)
        nn = cls(net, rng=rng)
        nn.theta, nn.classes = theta, classes
        return nn

    def _samples(self, X, y) -> tuple[Array, Array, Array | None]:
        """X and targets as arrays, and the classes where y holds labels."""
        net, dtype = self.network, self.theta.dtype
        X = one_or_many(X, net.sizes[0], "X", dtype)
        y = plain(y, "y")
        if len(y) == 0:
            raise ValueError(f"y has shape {y.shape}: expected at least one target, a row for each")
        if y.ndim == 1 or y.shape[1:] == (1,):
            Y, classes = targets_of(y, net, self.classes)
        else:
            Y, classes = read(y, "y"), self.classes
        checks.pairs(X, y, "y")
        return X, guards.targets(net, self.theta, X, checks.samples(Y, "y", dtype)), classes


@guards.first(guards.picked)
def picks(X: Array, Y: Array, batch_size: int, rng) -> Iterator:
    """(X, Y) for ever: `batch_size` samples, each picked at random from all n of them.

    >>> X = np.arange(4.0)[:, None]
    >>> x, y = next(picks(X, -X, 3, rng=7))
    >>> x.ravel(), y.ravel()
    (array([3., 2., 2.]), array([-3., -2., -2.]))
    """
    some = batch_size * max(1, 1000 // batch_size)  # about 1000 rows at once: faster than singly
    while True:
        chosen = rng.integers(len(X), size=some)
        picked_X, picked_Y = X[chosen], Y[chosen]
        for i in range(0, some, batch_size):
            yield picked_X[i : i + batch_size], picked_Y[i : i + batch_size]


def progress_bar(steps: int, **options):
    """A bar of tqdm, to which the other `options` go; one that shows nothing without tqdm."""
    try:
        from tqdm.auto import tqdm  # here, so that importing nnlib costs numpy only
    except ModuleNotFoundError:
        return _NoBar()
    return tqdm(total=steps, desc="training", unit=" steps", **options)


class _NoBar:
    n = 0

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        pass

    def update(self, steps: int) -> None:
        pass

    def close(self) -> None:
        pass
