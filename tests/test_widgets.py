"""Widgets without a browser: what a control changes, and what is left when nobody runs them."""

import base64

import ipywidgets
import matplotlib.pyplot as plt
import pytest

from nnlib import plots, widgets

PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    plt.close("all")  # of other tests
    yield
    assert not plt.get_fignums()


def image(widget):
    return widget.children[1].value


def status(widget):
    return widget.children[2].value


def test_an_explorer_shows_a_picture_and_says_its_state():
    widget = widgets.activation_explorer()
    live, metadata = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in live
    assert base64.b64decode(live["image/png"]).startswith(PNG)
    assert live["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert widget.sentence in image(widget) and widget.sentence in status(widget)
    assert 'role="status"' in status(widget)
    for control in widget.controls.values():
        assert control.description


def test_the_activation_explorer_follows_the_hand():
    widget = widgets.activation_explorer()
    assert widget.sentence == "tanh: z = 1.0 goes in, a = 0.76 comes out, slope 0.42"
    before = widget.png
    widget.controls["z"].value = -2.0
    widget.controls["name"].value = "logistic"
    assert widget.sentence == "logistic: z = -2.0 goes in, a = 0.12 comes out, slope 0.10"
    assert widget.png != before


def test_what_goes_wrong_is_said_and_the_last_picture_stays():
    def draw(z):
        ax = plots.activation("tanh", z=z)
        if z > 1:
            raise ValueError("z <= 1 here")
        return ax, f"z is {z:.0f}"

    slider = ipywidgets.FloatSlider(value=1.0, description="z")
    widget = widgets.Explorer(draw, {"z": slider})
    before = image(widget)
    slider.value = 2.0
    assert "ValueError: z &lt;= 1 here" in status(widget) and image(widget) == before
    slider.value = 0.0
    assert widget.sentence == "z is 0" and "z is 0" in status(widget)
