"""The widgets of the notebooks: what to train, what to draw, what to say of it."""

import functools

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.activations import ACTIVATIONS
from nnlib.datasets import Dataset, digits, xor
from nnlib.metrics import accuracy, confusion_matrix, labels
from nnlib.network import Network
from nnlib.optimizers import SGD, Momentum
from nnlib.training import History, record, train
from nnlib.widgets.explorer import Explorer

WIDE = {"description_width": "initial"}


def activation_explorer(name: str = "tanh", z: float = 1.0) -> Explorer:
    """Notebook 01: choose a bend, drag z, and see what comes out and how steep it is there."""

    def draw(name, z):
        f, z = ACTIVATIONS[name], np.float64(z)
        a = f.value(z)
        sentence = f"{name}: z = {z:.1f} goes in, a = {a:.2f} comes out, slope {f.slope(z, a):.2f}"
        return plots.activation(name, z=z), sentence

    return Explorer(
        draw,
        {
            "name": ipywidgets.Dropdown(
                options=list(ACTIVATIONS), value=name, description="activation", style=WIDE
            ),
            "z": ipywidgets.FloatSlider(
                value=z, min=-4, max=4, step=0.1, description="z", readout_format=".1f"
            ),
        },
    )


def playground(learning_rate: float = 0.5, hidden_units: int = 4, steps: int = 1000) -> Explorer:
    """Notebook 06: a network of tanh units learns XOR, all four points a step, logistic output."""
    data = xor()

    def draw(learning_rate, hidden_units, start):
        net = Network((2, hidden_units, 1), output="logistic", loss="cross_entropy")
        history = trained(net, data, SGD(learning_rate), start, steps=steps)
        right = round(4 * accuracy(data.Y, net.predict(history.last.theta, data.X)))
        outcome = f"after {steps} steps loss {history.last.loss:.2g}, {right} of 4 right"
        picture = plots.panels(1, 2)
        plots.decision_boundary(net, history.last.theta, data, ax=picture[0])
        plots.loss_curves(history, ax=picture[1])
        return picture, f"{state(hidden_units, learning_rate, start)}: {outcome}"

    return Explorer(draw, hands(learning_rate, hidden_units, most_units=16))


def digits_lab(learning_rate: float = 0.05, hidden_units: int = 30, epochs: int = 20) -> Explorer:
    """Notebook 07: train on handwriting, and see which test digit is taken for which."""
    data = digits(np.random.default_rng(7))

    def draw(learning_rate, hidden_units, start):
        net = Network((64, hidden_units, 10), output="softmax", loss="cross_entropy")
        optimizer = Momentum(learning_rate)
        history = trained(net, data, optimizer, start, epochs=epochs, batch_size=32)
        P = net.predict(history.last.theta, data.X_test)
        right = (labels(P) == labels(data.Y_test)).sum()
        outcome = f"after {epochs} epochs {right} of {len(P)} test digits right"
        ax = plots.confusion_matrix(confusion_matrix(data.Y_test, P), data.class_names)
        return ax, f"{state(hidden_units, learning_rate, start)}: {outcome}"

    return Explorer(draw, hands(learning_rate, hidden_units, most_units=100))


def trained(net: Network, data: Dataset, optimizer, start: int, **settings) -> History:
    """A run from the start of this number: the same number, the same weights and batches."""
    rng = np.random.default_rng(start)
    steps = train(net, net.init(rng), data.X, data.Y, optimizer, rng=rng, **settings)
    return record(steps, every=10)


def state(hidden_units: int, learning_rate: float, start: int) -> str:
    """How the sentence below the picture begins: what the controls stand at."""
    units = "1 hidden unit" if hidden_units == 1 else f"{hidden_units} hidden units"
    return f"{units}, rate {learning_rate:.3g}, start {start}"


def hands(learning_rate: float, hidden_units: int, most_units: int) -> dict:
    """The controls that 06 and 07 share."""
    units = functools.partial(ipywidgets.IntSlider, min=1, max=most_units)
    return {
        "learning_rate": ipywidgets.FloatLogSlider(
            value=learning_rate, base=10, min=-3, max=1, step=0.05, description="learning rate",
            readout_format=".3g", style=WIDE,
        ),
        "hidden_units": units(value=hidden_units, description="hidden units", style=WIDE),
        "start": ipywidgets.Button(
            description="New start", tooltip="Train again from other initial weights"
        ),
    }  # fmt: skip
