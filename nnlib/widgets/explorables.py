"""Widgets that redraw a picture: what to draw, and what to say of it."""

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.activations import ACTIVATIONS
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
