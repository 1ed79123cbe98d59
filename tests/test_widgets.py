"""Widgets without a browser: what a control changes, and what is left when nobody runs them."""

import base64

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import SGD, Network, accuracy, digits, plots, record, train, widgets, xor

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


@pytest.mark.parametrize(
    "make", [widgets.activation_explorer, widgets.playground, widgets.digits_lab]
)
def test_a_widget_shows_a_picture_and_says_its_state(make):
    widget = make()
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


def test_the_playground_shows_what_nnlib_computes():
    widget = widgets.playground(learning_rate=0.5, hidden_units=4, steps=200)
    widget.controls["hidden_units"].value = 3
    widget.controls["learning_rate"].value = 0.1
    widget.controls["start"].click()
    data, rng = xor(), np.random.default_rng(1)
    net = Network((2, 3, 1), output="logistic", loss="cross_entropy")
    last = record(train(net, net.init(rng), data.X, data.Y, SGD(0.1), rng=rng, steps=200)).last
    right = round(4 * accuracy(data.Y, net.predict(last.theta, data.X)))
    assert widget.sentence == (
        f"3 hidden units, rate 0.1, start 1: after 200 steps loss {last.loss:.2g},"
        f" {right} of 4 right"
    )


def test_the_same_start_draws_the_same_picture():
    one, two = widgets.playground(steps=50), widgets.playground(steps=50)
    assert one.png == two.png and one.sentence == two.sentence
    two.controls["start"].click()
    assert one.png != two.png
    one.controls["hidden_units"].value = 1
    assert one.sentence.startswith("1 hidden unit, ")


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


def test_the_digits_lab_reads_most_of_the_test_digits():
    widget = widgets.digits_lab()
    right = int(widget.sentence.split(" epochs ")[1].split(" of ")[0])
    assert right >= 0.95 * len(digits(np.random.default_rng(7)).X_test)
