"""One training task for nnlib, scikit-learn, PyTorch, JAX, the 2013 post's loop and the floor.

A `Task` is a network of tanh layers with softmax and cross-entropy, momentum and float64, with an
order of the samples. nnlib, PyTorch and JAX start from the same weights, see the same batches and
return their last weights, which the tests compare. The floor is less than training: see there.
"""

import warnings
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnlib import Momentum, Network, train
from nnlib.training import batches

RATE, MOMENTUM = 0.01, 0.9


@dataclass
class Task:
    """`steps` updates of a network on X, Y with batches of `batch` samples, a divisor of len(X)."""

    sizes: tuple
    X: np.ndarray
    Y: np.ndarray
    batch: int
    steps: int
    kept: dict = field(default_factory=dict)  # compiled functions, by peer

    def __post_init__(self):
        assert len(self.X) % self.batch == 0
        self.net = Network(self.sizes, "tanh", "softmax", "cross_entropy")
        self.theta = self.net.init(np.random.default_rng(7))
        numbers = np.arange(len(self.X))[:, None]
        source = batches(numbers, numbers, self.batch, np.random.default_rng(1))
        self.order = np.array([rows.ravel() for _, rows, _ in islice(source, self.steps)])


def ours(task):
    """nnlib's `train`; the last weights."""
    steps = train(task.net, task.theta, task.X, task.Y, Momentum(RATE, MOMENTUM), steps=task.steps,
                  rng=np.random.default_rng(1), batch_size=task.batch)  # fmt: skip
    return deque(steps, maxlen=1).pop().theta  # keeps only the last step


def sklearn(task):
    """MLPClassifier's `fit`, with its own start and its own batches; the fitted classifier."""
    epochs = max(1, round(task.steps * task.batch / len(task.X)))
    mlp = MLPClassifier(
        hidden_layer_sizes=task.sizes[1:-1], activation="tanh", solver="sgd", alpha=0.0,
        batch_size=task.batch, learning_rate_init=RATE, momentum=MOMENTUM, nesterovs_momentum=False,
        max_iter=epochs, tol=0.0, n_iter_no_change=epochs, random_state=7,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mlp.fit(task.X, task.Y.argmax(axis=1))


def floor(task):
    """Only the matrix products, tanh, exp and the update of a step, into preallocated arrays."""
    n0, n1, n2 = task.sizes
    X, Y = task.X[: task.batch].copy(), task.Y[: task.batch].copy()
    A1, A2, D1 = (np.empty((task.batch, n)) for n in (n1, n2, n1))
    theta, velocity, gradient, push = (np.zeros_like(task.theta) for _ in range(4))
    theta[:] = task.theta
    (W1, _), (W2, _) = task.net.layers(theta)
    (g1, _), (g2, _) = task.net.layers(gradient)
    for _ in range(task.steps):
        np.dot(X, W1, out=A1)
        np.tanh(A1, out=A1)
        np.dot(A1, W2, out=A2)
        np.exp(A2, out=A2)
        np.dot(A1.T, Y, out=g2)
        np.dot(Y, W2.T, out=D1)
        np.dot(X.T, D1, out=g1)
        np.multiply(velocity, MOMENTUM, out=velocity)
        np.multiply(gradient, 1e-6, out=push)
        np.subtract(velocity, push, out=velocity)
        np.add(theta, velocity, out=theta)


def torch(task):
    """PyTorch in eager mode, with the loop of its tutorials; the last weights."""
    import torch as t

    t.set_num_threads(1)
    X, label = t.from_numpy(task.X), t.from_numpy(task.Y.argmax(axis=1))
    parameters = [
        t.tensor(v, requires_grad=True) for pair in task.net.layers(task.theta) for v in pair
    ]
    optimizer = t.optim.SGD(parameters, lr=RATE, momentum=MOMENTUM)
    cross_entropy, per_epoch = t.nn.functional.cross_entropy, len(X) // task.batch
    for first in range(0, task.steps, per_epoch):
        order = t.from_numpy(task.order[first : first + per_epoch].ravel())
        shuffled_X, shuffled_label = X[order], label[order]  # once an epoch, as nnlib does
        for i in range(0, len(order), task.batch):
            a = shuffled_X[i : i + task.batch]
            for W, b in zip(parameters[:-2:2], parameters[1:-2:2]):
                a = t.tanh(a @ W + b)
            optimizer.zero_grad()
            z = a @ parameters[-2] + parameters[-1]
            cross_entropy(z, shuffled_label[i : i + task.batch]).backward()
            optimizer.step()
    return np.concatenate([v.detach().numpy().ravel() for v in parameters])


def jax(task):
    """JAX, all steps in one scan, which is compiled once for a task; the last weights."""
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", True)

    def loss(parameters, X, Y):
        a = X
        for W, b in parameters[:-1]:
            a = jnp.tanh(a @ W + b)
        W, b = parameters[-1]
        return -(Y * j.nn.log_softmax(a @ W + b)).sum(axis=1).mean()

    def step(state, rows):
        parameters, velocity = state
        slopes = j.grad(loss)(parameters, X[rows], Y[rows])
        velocity = j.tree.map(lambda v, g: MOMENTUM * v - RATE * g, velocity, slopes)
        return (j.tree.map(jnp.add, parameters, velocity), velocity), None

    X, Y, order = map(jnp.asarray, (task.X, task.Y, task.order))
    start = [(jnp.asarray(W), jnp.asarray(b)) for W, b in task.net.layers(task.theta)]
    state = start, j.tree.map(jnp.zeros_like, start)
    if "jax" not in task.kept:
        task.kept["jax"] = j.jit(lambda state, order: j.lax.scan(step, state, order)[0])
    parameters, _ = task.kept["jax"](state, order)
    return np.concatenate([np.asarray(v).ravel() for pair in parameters for v in pair])


def post(layers, X, y, steps, rate):
    """A loop like the 2013 post's: single samples, the bias as a constant input 1, no loss."""
    rng = np.random.default_rng(7)
    W = [rng.uniform(-0.25, 0.25, (m + 1, n)) for m, n in zip(layers, layers[1:])]
    X = np.hstack([X, np.ones((len(X), 1))])
    for _ in range(steps):
        i = np.random.randint(len(X))  # noqa: NPY002 - as in the post, since it is measured
        A = [X[i]]
        for w in W:
            a = np.ones(w.shape[1] + 1)
            a[:-1] = np.tanh(A[-1] @ w)
            A.append(a)
        deltas = [(y[i] - A[-1][:-1]) * (1 - np.tanh(A[-1][:-1]) ** 2)]
        for w, a in zip(W[:0:-1], A[-2:0:-1]):
            deltas.append((deltas[-1] @ w.T * (1 - np.tanh(a) ** 2))[:-1])
        for w, a, delta in zip(W, A, reversed(deltas)):
            w += rate * np.atleast_2d(a).T.dot(np.atleast_2d(delta))
    return W
