"""Each picture shows what its sentence says, in Axes that are handed back, and touches nothing."""

import base64
import inspect
import io
import re
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex, to_rgb
from nbclient import NotebookClient
from PIL import Image

from nnlib import datasets
from nnlib.activations import ACTIVATIONS
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling
from nnlib.network import Network
from nnlib.training import History, Step
from nncourse import plots
from nncourse.plots.style import ink

XOR = datasets.xor()
NINE = np.array([1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5])  # OR, NAND and AND, with steps
GATES = Network((2, 2, 1), hidden="step", output="step")
SOFT = Network((2, 2, 1))
MOONS = datasets.moons(np.random.default_rng(7), 60)
BLOBS = datasets.blobs(np.random.default_rng(7), 60, classes=4)
SINE = datasets.sine(np.random.default_rng(7), 40)
LINE = Network((1, 1))
FLAT, HILLS = Network((2, 1)), datasets.hills(np.random.default_rng(7), 40)
READER = Network((64, 5, 10), output="softmax", loss="cross_entropy")
WEIGHTS = READER.init(np.random.default_rng(7))
IMAGES = np.random.default_rng(7).random((6, 64))
QUARTERS = Network((2, 4), output="softmax", loss="cross_entropy")
# Each output looks in the direction of its cloud: right, up, left, down.
COMPASS = np.array([9.0, 0, -9, 0, 0, 9, 0, -9, 0, 0, 0, 0])


@pytest.fixture(autouse=True)
def close_figures():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def bowl(theta):
    return 0.5 * (theta**2).sum(), theta


def history(losses, epochs=None, diverged=None):
    epochs = range(len(losses)) if epochs is None else epochs
    steps = [
        Step(k, epoch, None, np.array(y), None) for k, (epoch, y) in enumerate(zip(epochs, losses))
    ]
    return History(steps, diverged)  # fmt: skip


# One call of each kind: the function, its arguments, and the shape of the Axes it promises.
SEER = ConvolutionalNetwork((8, 8, 1), [Convolution(4), Pooling(2), 3])
X3 = SimpleNamespace(value=3.0, parents=(), slopes=())
TAPE = [X3, SimpleNamespace(value=9.0, parents=(X3, X3), slopes=(3.0, 3.0))]
CALLS = {
    "activation": (plots.activation, ("tanh",), {}, None),
    "activations": (plots.activation, ("tanh", "relu"), {}, (2,)),
    "slope_two_ways": (plots.slope_two_ways, (), {}, (2,)),
    "curves": (
        plots.curves, (np.arange(3), {"a": [1, 2, 3]}), {"xlabel": "x", "ylabel": "y"}, None
    ),
    "bands": (
        plots.bands, (np.arange(2), {"a": np.array([[1, 2], [3, 4]])}),
        {"xlabel": "step", "ylabel": "accuracy"}, None,
    ),
    "histograms": (plots.histograms, ({"z": [[1, 2], [3, 4]], "a": [0, 1]},), {}, (2,)),
    "network": (plots.network, (SOFT, NINE, XOR.X[1]), {}, None),
    "forward": (plots.forward, (SOFT, NINE, XOR.X), {}, (2, 5)),
    "points": (plots.points, (MOONS,), {}, None),
    "decision_boundary": (plots.decision_boundary, (SOFT, NINE, XOR), {}, None),
    "hidden_space": (plots.hidden_space, (SOFT, NINE, XOR), {}, None),
    "surface": (plots.surface, (FLAT, np.array([0.5, 0.5, 0.0]), HILLS), {}, None),
    "regression": (plots.regression, (LINE, np.array([0.5, 0.0]), SINE), {}, None),
    "loss_curves": (plots.loss_curves, (history([0.5, 0.2]),), {}, None),
    "loss_slice": (plots.loss_slice, (bowl, np.array([1.0, 2.0]), 0), {}, None),
    "loss_slice_2": (
        plots.loss_slice, (bowl, np.ones(2), 0, 1), {"path": np.array([[1.0, 2], [0, 1]])}, None
    ),
    "confusion_matrix": (plots.confusion_matrix, (np.array([[9, 1], [2, 8]]),), {}, None),
    "digits": (plots.digits, (IMAGES, np.arange(6), np.arange(6)), {"sure": np.ones(6)}, None),
    "latent_plane": (plots.latent_plane, (np.eye(2), np.array([3, 8])), {}, None),
    "weights_as_images": (plots.weights_as_images, (READER, WEIGHTS), {"outgoing": True}, None),
    "kernel": (
        plots.kernel, (8 * np.eye(5), np.array([[0.5, 0.0], [-1.0, 2.0]])), {"place": (1, 1)}, (3,)
    ),
    "kernels": (plots.kernels, (SEER, SEER.init(7)), {}, None),
    "v_curve": (plots.v_curve, (np.array([1e-5, 1e-3]), {"f": np.array([1e-9, 1e-5])}), {}, None),
    "luck_map": (plots.luck_map, (np.array([[1, 2]]), 9), {"rows": [2], "columns": [0.1, 1]}, None),
    "differences": (plots.differences, ({"L2": [0.3, -0.4, 0.2]},), {}, None),
    "verdicts": (plots.verdicts, ({"sign": {"XOR": "caught"}}, {"XOR": "XOR learned"}), {}, None),
    "tape": (plots.tape, (TAPE, ["x", "x²"], [6.0, 1.0]), {}, None),
}  # fmt: skip
each_picture = pytest.mark.parametrize("name", CALLS)


def draw(name, **more):
    function, args, kwargs, _ = CALLS[name]
    return function(*args, **kwargs, **more)


def arrays(thing):
    """Every array inside the arguments."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, (tuple, list)):
        for part in thing:
            yield from arrays(part)
    elif isinstance(thing, dict):
        yield from arrays(list(thing.values()))
    elif isinstance(thing, History):
        yield from arrays([list(step) for step in thing.steps])


def test_every_public_function_is_drawn_here():
    public = {name for name in plots.__all__ if inspect.isfunction(getattr(plots, name))}
    drawn = {call[0].__name__ for call in CALLS.values()}
    assert public - {"alt", "heat_ends", "png", "panels", "sheet"} == drawn


@each_picture
def test_it_gives_the_axes_it_promises_in_one_figure_known_to_pyplot(name):
    axes, shape = draw(name), CALLS[name][3]
    if shape is None:
        assert isinstance(axes, matplotlib.axes.Axes)
    else:
        assert axes.shape == shape
    figures = {ax.figure for ax in np.ravel(axes)}
    assert figures == {plt.gcf()} and len(plt.get_fignums()) == 1
    assert isinstance(plt.gcf(), plots.Picture)


@pytest.fixture(scope="module")
def rendered():
    """What drawing each picture as PNG has given and left behind, by its name; drawn once."""
    found = {}

    def of(name):
        if name not in found:
            _, args, kwargs, _ = CALLS[name]
            held = list(arrays([list(args), kwargs]))
            before, settings = [a.copy() for a in held], dict(matplotlib.rcParams)
            axes = draw(name)
            figure = plt.gcf()
            png = plots.png(axes)
            texts = figure.findobj(matplotlib.text.Text)  # those of the ticks are written by now
            untouched = all((a == b).all() for a, b in zip(held, before))
            sizes = [text.get_fontsize() for text in texts if text.get_text()]
            left = dict(matplotlib.rcParams) == settings, plt.get_fignums()
            found[name] = png, sizes, untouched, left
        return found[name]

    return of


@each_picture
def test_it_can_be_rendered_no_wider_than_a_notebook_and_small(name, rendered):
    png, _, _, (_, still_open) = rendered(name)
    assert Image.open(io.BytesIO(png)).width <= 9.01 * 110
    assert len(png) < 60_000
    assert not still_open


@each_picture
def test_its_sentence_is_whole_and_can_be_replaced(name):
    axes = draw(name)
    words = plots.alt(axes)
    assert len(words) > 20 and words.endswith(".") and "\n" not in words
    assert "nan" not in words and "np." not in words
    assert words == plots.alt(plt.gcf()) == plt.gcf().alt
    assert plots.alt(draw(name, alt="Other words.")) == "Other words."


@each_picture
def test_it_leaves_its_arguments_and_the_settings_of_matplotlib_alone(name, rendered):
    _, _, untouched, (settings_kept, _) = rendered(name)
    assert untouched and settings_kept


@each_picture
def test_it_draws_into_the_axes_it_is_given(name):
    function, _, _, shape = CALLS[name]
    if shape is not None:
        assert name == "activations" or "ax" not in inspect.signature(function).parameters
        return
    left, right = plots.panels(1, 2)
    assert draw(name, ax=right) is right
    assert plots.alt(right) == plots.alt(right.figure)
    assert not left.has_data() and len(plt.get_fignums()) == 1


@each_picture
def test_letters_are_at_least_9_points(name, rendered):
    _, sizes, *_ = rendered(name)
    assert min(sizes) >= 9


# The picture and its sentence, in a notebook


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_displayed_picture_carries_its_sentence(shell):
    axes = draw("confusion_matrix")
    with capture_output() as captured:
        axes.figure._ipython_display_()
    (output,) = captured.outputs
    assert output.data["text/plain"] == plots.alt(axes)
    assert output.metadata["image/png"]["alt"] == plots.alt(axes)
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")


def test_in_a_notebook_each_picture_appears_once_with_its_words(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a kernel brings its own
    cells = [
        "from nncourse import plots; plots.activation('tanh');",
        "plots.activation('relu', alt='The first of two.'); plots.activation('step');",
        "png = plots.png(plots.activation('tanh'))",
        "import ipywidgets\n"
        "ipywidgets.interact(lambda z: plots.activation('tanh', z=z) and None, z=(-1.0, 1.0));",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60).execute()
    alts = []
    for cell in notebook.cells:
        shown = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        assert all(o.data["text/plain"] == o.metadata["image/png"]["alt"] for o in shown)
        alts.append([output.data["text/plain"] for output in shown])
    (tanh,), (first, step), none, _ = alts
    assert "tanh gives" in tanh and "step gives" in step
    assert first == "The first of two." and none == []
    # What interact shows is inside its output widget.
    widgets = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    inside = [o for widget in widgets.values() for o in widget["state"].get("outputs", ())]
    (picture,) = [output for output in inside if "image/png" in output.get("data", {})]
    assert "at z = 0.00: a = 0.00, slope 1.00" in picture["metadata"]["image/png"]["alt"]


def test_two_pictures_in_one_figure_say_both_sentences_each_once():
    axes = plots.panels(1, 2)
    plots.points(XOR, ax=axes[0])
    plots.loss_curves(history([0.5, 0.2]), ax=axes[1])
    assert plots.alt(axes) == f"{plots.alt(axes[0])} {plots.alt(axes[1])}" == axes[0].figure.alt


@each_picture
def test_a_minus_is_a_minus_and_no_hyphen(name):
    sentence = plots.alt(draw(name))
    texts = plt.gcf().findobj(matplotlib.text.Text)
    assert len(texts) > 1
    for text in [sentence, *(text.get_text() for text in texts)]:
        assert not re.search(r"(?<![\w-])-[\d.]|\de-\d", text), text


def test_what_is_not_a_picture_of_ours_has_neither_words_nor_png():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="has no sentence"):
        plots.alt(ax)
    with pytest.raises(ValueError, match="not a Picture"):
        plots.png(ax)
    assert plots.points(XOR, ax=ax) is ax and plots.alt(ax)


# Colours


def luminance(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("meaning", ["positive", "negative_text", "test", "text", "quiet"])
def test_letters_in_the_palette_can_be_read_on_white(meaning):
    assert contrast(plots.PALETTE[meaning], "white") >= 4.5


@pytest.mark.parametrize("colours", [plots.BLUES, plots.ORANGES])
def test_letters_on_a_coloured_cell_are_the_more_readable_ones(colours):
    for colour in colours(np.linspace(0, 1, 21))[:, :3]:
        letters = ink(colour)
        other = plots.PALETTE["text"] if letters == "white" else "white"
        contrasts = contrast(letters, colour), contrast(other, colour)
        assert contrasts[0] >= 4.4 or contrasts[0] > 0.95 * contrasts[1]


def test_heat_maps_are_orange_below_zero_blue_above_and_pale_at_zero():
    low, zero, high = plots.DIVERGING([0.0, 0.5, 1.0])[:, :3]
    assert low[0] > low[2] and high[2] > high[0]
    assert zero.min() > 0.94
    assert abs(plots.DIVERGING(0.25)[0] - plots.DIVERGING(0.75)[2]) < 0.1


def markers(ax):
    """The colours and the shapes of the scattered points, a pair for each class."""
    groups = [g for g in ax.collections if isinstance(g, matplotlib.collections.PathCollection)]
    return [(to_hex(g.get_edgecolor()[0] if to_hex(g.get_facecolor()[0]) == "#ffffff"
                    else g.get_facecolor()[0]), g.get_paths()[0].vertices.shape,
             to_hex(g.get_facecolor()[0]) == "#ffffff") for g in groups]  # fmt: skip


@pytest.mark.parametrize("data", [MOONS, BLOBS], ids=["two", "four"])
def test_classes_differ_in_colour_and_in_marker_and_test_points_are_hollow(data):
    k = len(data.class_names)
    drawn = markers(plots.points(data))
    train, test = drawn[:k], drawn[k:]
    assert len({colour for colour, _, _ in train}) == k
    assert len({marker for _, marker in plots.CLASSES[:k]}) == k
    assert [point[:2] for point in train] == [point[:2] for point in test]
    assert not any(point[2] for point in train) and all(point[2] for point in test)


def test_more_classes_than_markers_are_refused():
    names = tuple(map(str, range(11)))
    data = datasets.Dataset(
        "many", np.ones((11, 2)), np.eye(11), np.ones((0, 2)), np.eye(11)[:0], names
    )
    with pytest.raises(ValueError, match="11 classes: there are markers for 10"):
        plots.points(data)


def test_what_is_measured_on_the_test_set_is_purple_and_dashed():
    ax = plots.curves([0, 1], {"training": [2, 1], "test": [2, 1.5]}, xlabel="epoch", ylabel="loss")
    assert ax.lines[1].get_color() == plots.PALETTE["test"] and ax.lines[1].get_linestyle() == "--"


# What the sentences say


def test_activation_tells_value_and_slope_at_z():
    ax = plots.activation("logistic", z=0.0)
    words = "at z = 0.00: a = 0.50, slope 0.25"
    assert words in plots.alt(ax) and words in ax.get_title("left")
    assert "slopes from 0.02 to 0.25" in plots.alt(ax)


def test_all_activations_fit_into_one_picture():
    axes = plots.activation(*ACTIVATIONS, z=1.0)
    assert [ax.get_title("left").split("\n")[0] for ax in axes] == list(ACTIVATIONS)
    assert len(axes[0].figure.axes) == len(ACTIVATIONS)


@pytest.mark.parametrize(
    "name, slope, slip", [("tanh", "0.07", "0.44"), ("logistic", "0.10", "0.21")]
)
def test_the_slip_of_2013_is_told_with_both_numbers(name, slope, slip):
    axes = plots.slope_two_ways(name)
    assert f"at z = 2 the slope is {slope}, the slip says {slip}" in plots.alt(axes)
    # The right slopes agree in both panels; only the axis differs.
    assert (axes[0].lines[0].get_ydata() == axes[1].lines[0].get_ydata()).all()


def test_curves_tell_ends_turning_points_and_marks():
    x = np.linspace(-1, 1, 21)
    series = {"bowl": x**2, "noise": x * 0 + [*np.ones(20), 1e-17], "gap": [np.nan, *x[1:]]}
    ax = plots.curves(x, series, marks={"here": (0, 0)}, xlabel="w", ylabel="loss")
    assert plots.alt(ax) == (
        "loss over w from −1 to 1: bowl from 1 to 1, lowest 0; noise from 1 to 0;"
        " gap from −0.9 to 1; marked: here."
    )
    hill = plots.curves(x, {"hill": -(x**2)}, xlabel="w", ylabel="y", title="A hill", logx=False)
    assert plots.alt(hill) == "A hill over w from −1 to 1: hill from −1 to −1, highest 0."


def test_histograms_tell_the_middle_half():
    axes = plots.histograms({"z": np.arange(101), "0": np.zeros(1)})
    assert "z: the middle half of 101 numbers from 25 to 75; 0: the middle half of 1 number" in (
        plots.alt(axes)
    )


def test_the_network_drawing_counts_weights_and_writes_what_it_computes():
    ax = plots.network(GATES, NINE, x=[0, 1])
    assert "of 6 weights 4 are positive and 2 negative, the largest is 1 in size" in plots.alt(ax)
    assert "for x = (0.00, 1.00) the output is 1.00" in plots.alt(ax)
    written = [text.get_text() for text in ax.texts]
    assert written.count("+1.00") == 4 and written.count("−1.00") == 2 and "b −1.50" in written
    assert "for x" not in plots.alt(plots.network(GATES, -NINE))
    assert plots.alt(plots.network(GATES, -NINE)).count("2 are positive and 4 negative") == 1


def test_a_large_layer_is_drawn_without_its_middle_and_without_numbers():
    ax = plots.network(READER, WEIGHTS, x=100 * IMAGES[0])
    written = [text.get_text() for text in ax.texts]
    assert written.count("⋮") == 1 and "64 units" in " ".join(written).replace("\n", " ")
    assert not any(word.startswith("b ") for word in written)
    assert "x = (from" in plots.alt(ax)
    tall = Network((1, 13))  # few weights, many units: those left out have no number either
    assert [t.get_text() for t in plots.network(tall, np.ones(26)).texts].count("b +1.00") == 7


def test_forward_writes_the_numbers_of_each_matrix():
    axes = plots.forward(GATES, NINE, XOR.X)
    titles = [ax.get_title("left") for ax in axes.ravel()]
    assert titles[:5] == ["X (4, 2)", "W1 (2, 2)", "b1 (1, 2)", "Z1 (4, 2)", "A1 (4, 2)"]
    assert titles[5:] == ["A1 (4, 2)", "W2 (2, 1)", "b2 (1, 1)", "Z2 (4, 1)", "A2 (4, 1)"]
    z1 = [float(text.get_text().replace("−", "-")) for text in axes[0, 3].texts]
    assert z1 == [-0.5, 1.5, 0.5, 0.5, 0.5, 0.5, 1.5, -0.5]
    assert "bent to A2: 0.00, 1.00, 1.00, 0.00." in plots.alt(axes)


def test_forward_leaves_out_the_middle_of_large_matrices():
    axes = plots.forward(READER, 30 * WEIGHTS, IMAGES.repeat(4, axis=0))
    words = [text.get_text() for text in axes[0, 0].texts]
    assert {"⋮", "…"} < set(words) and axes[0, 0].get_title("left") == "X (24, 64)"
    assert max(len(text.get_text()) for ax in axes.ravel() for text in ax.texts) <= 6
    with pytest.raises(ValueError, match="take fewer decimals"):
        plots.forward(READER, WEIGHTS, IMAGES, decimals=6)


def test_points_are_counted_by_class():
    assert plots.alt(plots.points(XOR)) == "4 training points of xor: 2 of class 0, 2 of class 1."
    assert "15 test points, hollow" in plots.alt(plots.points(MOONS))
    assert "30 training points of sine, x from" in plots.alt(plots.points(SINE))
    bare = SINE._replace(X_test=SINE.X_test[:0], Y_test=SINE.Y_test[:0])
    assert "test" not in plots.alt(plots.points(bare))


def test_the_boundary_counts_the_points_on_the_right_side():
    def sentence(theta):
        return plots.alt(plots.decision_boundary(GATES, theta, XOR))

    assert "4 of 4 points on the right side." in sentence(NINE)
    worse = NINE.copy()
    worse[8] = -0.5  # OR instead of AND at the end: everything is a yes
    assert "2 of 4 points on the right side; the answer is the same everywhere" in sentence(worse)


def test_the_map_is_of_what_the_network_is_fed():
    net, theta = Network((1, 1), output="logistic"), np.array([9.0, 0.0])
    data = datasets.quadrants(np.random.default_rng(7), 40)
    ax = plots.decision_boundary(net, theta, data, inputs=lambda X: datasets.features(X, ["x1 x2"]))
    assert "30 of 30 points on the right side." in plots.alt(ax)


def test_a_surface_that_meets_its_targets_is_off_by_nothing():
    flat = datasets.plane(np.random.default_rng(7), 40, noise=0.0)
    ax = plots.surface(FLAT, np.array([0.5, 0.5, 0.0]), flat)
    assert "off by 0.00, on average, at 30 points" in plots.alt(ax)
    assert ax.images[0].get_clim() == pytest.approx((-abs(flat.Y).max(), abs(flat.Y).max()))
    with pytest.raises(ValueError, match="has classes: see decision_boundary"):
        plots.surface(FLAT, np.zeros(3), MOONS)


def test_points_on_the_line_are_counted_apart_because_rounding_tips_them():
    flat = Network((2, 1), output="logistic")
    theta = np.array([4.0, 0.0, 0.0])  # output one half where x1 is 0: two of the four corners
    assert "1 of 4 points on the right side and 2 on the line" in plots.alt(
        plots.decision_boundary(flat, theta, XOR)
    )


def test_the_boundary_of_four_classes_and_of_a_test_set():
    ax = plots.decision_boundary(QUARTERS, COMPASS, BLOBS, test=True)
    assert "blobs, test set: 15 of 15 points on the right side." in plots.alt(ax)
    shades = np.unique(np.asarray(ax.images[0].get_array()).reshape(-1, 3), axis=0)
    assert len(shades) == 4
    turned = np.roll(COMPASS.reshape(3, 4), 1, axis=1).ravel()
    assert "0 of 15" in plots.alt(plots.decision_boundary(QUARTERS, turned, BLOBS, test=True))


def test_hidden_space_sees_the_two_yes_points_of_xor_on_one_spot():
    ax = plots.hidden_space(GATES, NINE, XOR)
    assert "in 3 places: 4 of 4 points on the right side." in plots.alt(ax)
    assert "(0, 1)\n(1, 0)" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("output", ["identity", "logistic", "tanh", "relu", "softplus", "gelu"])
@pytest.mark.parametrize("units", [(0, 1), (1, 0)])
def test_the_line_in_hidden_space_is_where_the_output_is_one_half(output, units):
    net = Network((2, 2, 1), output=output)
    theta = np.array([1, 0.3, -0.2, 1, 0.1, 0, 0.7, -1.1, 0.2])
    ax = plots.hidden_space(net, theta, XOR, units=units)
    (line,) = [line for line in ax.lines if line.get_label() == "output is one half"]
    (x0, y0), (x1, y1) = line.get_xy1(), line.get_xy2()
    one, other = np.array([[x0, y0], [x1, y1]])[:, list(units)].T
    z = 0.7 * one - 1.1 * other + 0.2
    assert np.allclose(ACTIVATIONS[output].value(z), 0.5, atol=1e-3)


def test_hidden_space_draws_a_line_only_where_there_is_one():
    deep = Network((2, 3, 1))
    ax = plots.hidden_space(deep, deep.init(np.random.default_rng(7)), MOONS, units=(2, 0))
    assert not ax.lines and "hidden units 3 and 1 see them: " in plots.alt(ax)
    assert ax.get_xlabel() == "a of hidden unit 3"


def test_regression_says_how_far_off_the_curve_is():
    flat = np.zeros(2)
    off = np.sqrt((SINE.Y**2).mean())
    assert f"misses them by about {off:.1f}." in plots.alt(plots.regression(LINE, flat, SINE))


def test_loss_curves_tell_start_and_end():
    assert plots.alt(plots.loss_curves(history([0.523, 0.1, 0.0234]))) == (
        "Loss over 2 steps: loss from 0.52 to about 0.02."
    )
    assert "almost 0" in plots.alt(plots.loss_curves(history([0.5, 1e-9])))
    ax = plots.loss_curves({"slow": history([0.5, 0.4]), "fast": history([0.5, 0.1])}, logy=False)
    assert "slow from 0.5 to about 0.4; fast from 0.5 to about 0.1." in plots.alt(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["slow", "fast"]


def test_over_epochs_the_losses_of_each_are_averaged():
    ax = plots.loss_curves(history([4, 2, 1, 3, 1], epochs=[0, 0, 1, 1, 2]), x="epoch")
    assert ax.lines[0].get_ydata().tolist() == [3, 2, 1]
    assert ax.get_xlabel() == "epoch" and "2 epochs" in plots.alt(ax)


def test_a_stack_is_told_by_how_many_learned_it():
    stack = np.array([[1.0, 1.0, 1.0, 1.0], [0.01, 0.5, 0.05, np.nan]])
    ax = plots.loss_curves(history(stack))
    assert plots.alt(ax) == (
        "Loss over 1 step: 4 runs, 2 ended below a tenth of the start, 1 diverged."
    )
    colours = [line.get_color() for line in ax.lines]
    assert colours.count(plots.PALETTE["positive"]) == 2
    assert {line.get_linestyle() for line in ax.lines if line.get_color() != colours[0]} == {"--"}
    named = plots.loss_curves({"a": history(stack[:, :2]), "b": history([1, 2])})
    assert "a, 2 runs, 1 ended below" in plots.alt(named)
    assert len({line.get_color() for line in named.lines[:2]}) == 1


@pytest.mark.parametrize("logy", [True, False])
def test_a_run_that_diverged_says_so_on_the_picture_and_spoils_no_other(logy):
    wild = history([0.5, 1e3, 1e200], diverged="training left the finite numbers at step 3")
    ax = plots.loss_curves({"wild": wild, "tame": history([0.5, 0.4, 0.3])}, logy=logy)
    assert "wild diverged after step 2; tame from 0.5 to about 0.3." in plots.alt(ax)
    assert "wild diverged after step 2" in [text.get_text() for text in ax.texts]
    assert ax.get_ylim()[1] <= 50
    big = plots.loss_curves(history([0.5, 1e3]), logy=logy)
    assert "loss from 0.5 to over 100 times as much." in plots.alt(big)


def test_a_slice_along_one_parameter_tells_its_floor_and_the_path_its_own_losses():
    theta, path = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [0.5, 1.0], [0.0, 0.0]])
    ax = plots.loss_slice(bowl, theta, 0, path=path, names="w")
    assert plots.alt(ax) == (
        "Loss over w, between 2 near 0 and 6.5; a path of 3 points goes from loss 2 to 0."
    )
    assert ax.lines[1].get_ydata().tolist() == [2.5, 0.625, 0.0]
    assert "near" in plots.alt(plots.loss_slice(bowl, theta, -1))


def test_a_slice_reaches_as_far_as_its_path_but_not_to_infinity():
    path = np.array([[0.0, 0.0], [3.0, 0.0], [1e9, 0.0]])
    ax = plots.loss_slice(bowl, np.zeros(2), 0, 1, path=path, span=1.0, names=("v", "w"))
    assert ax.get_xlim() == (-1, 4) and ax.get_ylim() == (-1, 1)
    assert "Loss over v and w, between 0 and 8.5;" in plots.alt(ax)


def test_a_flat_slice_is_drawn_flat():
    ax = plots.loss_slice(lambda theta: (0.25, theta), np.zeros(2), 0, 1)
    assert "between 0.25 and 0.25." in plots.alt(ax)
    plots.png(ax)


def test_the_confusion_matrix_tells_what_is_taken_for_what():
    def sentence(matrix, names=None):
        return plots.alt(plots.confusion_matrix(matrix, names))

    assert sentence([[8, 2], [1, 9]], ("cat", "dog")) == (
        "Confusion matrix of 20 samples, rows true, columns predicted: 17 right;"
        " most often confused: cat read as dog, 2 times."
    )
    assert sentence([[8, 2], [1, 9]]) != sentence([[8, 1], [2, 9]])
    assert sentence([[5, 0], [0, 5]]).endswith("10 right.")
    ties = sentence([[5, 1, 1], [1, 5, 0], [0, 0, 5]])
    assert ties.endswith("0 read as 1 and 0 read as 2 and 1 other pairs, 1 time each.")


def test_the_confusion_matrix_has_true_rows_counts_and_the_share_that_is_right():
    ax = plots.confusion_matrix([[30, 10, 0], [0, 20, 0], [0, 0, 0]], "abc")
    assert ax.get_ylabel() == "true" and ax.get_xlabel() == "predicted"
    words = {text.get_position(): text.get_text() for text in ax.texts}
    assert words[1, 0] == "10" and words[0, 1] == "·"  # x is the column, y the row
    assert [words[2.65, row] for row in range(3)] == ["75 %", "100 %", "–"]
    colours = np.asarray(ax.images[0].get_array())
    assert colours[0, 0, 2] > colours[0, 0, 0] and colours[0, 1, 0] > colours[0, 1, 2]


def test_the_luck_map_tells_the_best_of_each_row():
    ax = plots.luck_map([[0, 0], [5, 1]], 5, rows=[1, 2], columns=[0.5, 8.0])
    assert plots.alt(ax) == (
        "How often it was learned, in 5 starts a cell. At the best learning rate for each of"
        " hidden units 1: 0, 2: 5; the fewest at learning rate 8."
    )
    assert "5/5\n57–100 %" in [text.get_text() for text in ax.texts]
    one = plots.luck_map([[3]], 5, rows=["tanh"], columns=[1], row_label="bend")
    assert plots.alt(one).endswith("for each of bend tanh: 3.")


def test_verdicts_are_a_dot_each_and_tell_how_many_are_noticed():
    said = {"right": {"check": "passes", "score": "passes", "mask": "-"},
            "no_bend": {"check": "blind", "score": "caught", "mask": "-"},
            "sign": {"check": "caught", "score": "caught", "mask": "blind"}}  # fmt: skip
    ax = plots.verdicts(said, {"check": "the check", "score": "the score"})
    assert plots.alt(ax) == ("What instruments notice, of 3 specimens: the check 1, the score 2.")
    places = {line.get_label(): list(zip(*line.get_data())) for line in ax.lines}
    assert places == {
        "notices it": [(1, 1), (0, 2), (1, 2)],
        "sees nothing": [(0, 1)],
        "lets it pass, and it is right": [(0, 0), (1, 0)],
    }
    assert [text.get_text() for text in ax.get_yticklabels()] == ["right", "no bend", "sign"]
    masks = plots.verdicts(said, {"mask": "the mask"})
    assert [list(zip(*line.get_data())) for line in masks.lines] == [[(0, 2)]]  # "-" is no dot


def test_differences_tell_which_is_larger_than_its_spread_and_draw_it_otherwise():
    """By hand: 1.0 ± 0.1 outlives its spread, 0.5 ± 0.5 is no more than it, −1 ± 0.1 is a loss."""
    rows = {"copies": [0.9, 1.0, 1.1], "Adam": [0.0, 0.5, 1.0], "worse": [-1.1, -1.0, -0.9]}
    ax = plots.differences(rows)
    assert plots.alt(ax) == "3 differences on 3 splits; larger than its spread: copies."
    assert [text.get_text() for text in ax.texts] == [
        "+1.00 ± 0.10",
        "+0.50 ± 0.50",
        "−1.00 ± 0.10",
    ]
    assert [text.get_weight() for text in ax.texts] == ["bold", "normal", "normal"]
    bars = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] >= 0]
    ends = [line.get_xdata() for line in bars[:3]]
    assert np.allclose(ends, [[0.9, 1.1], [0.0, 1.0], [-1.1, -0.9]])
    none = plots.differences({"Adam": [0.0, 0.5, 1.0]})
    assert plots.alt(none) == "1 difference on 3 splits; none is larger than its spread."


def test_a_gallery_tells_what_was_misread():
    true, said = np.array([1, 2, 3, 4, 5, 6]), np.array([1, 2, 3, 9, 5, 8])
    sure = np.full((6, 10), 0.05)
    sure[:, 0] = 0.55
    ax = plots.digits(IMAGES, true, np.eye(10)[said], sure=sure, columns=4)
    assert plots.alt(ax) == "6 images, 4 read right and 2 wrong: 4 read as 9, 6 read as 8."
    captions = {text.get_text(): text.get_color() for text in ax.texts}
    assert captions["true 4, said 9 ✗\n55 % sure"] == plots.PALETTE["negative_text"]
    assert captions["true 1, said 1\n55 % sure"] == plots.PALETTE["text"]
    frames = [patch.get_linestyle() for patch in ax.patches]
    assert frames == ["-", "-", "-", "--", "-", "--"]
    assert len(ax.images) == 6


def test_a_gallery_needs_no_labels():
    assert plots.alt(plots.digits(np.zeros((2, 6)), image_shape=(2, 3))) == "2 images."
    assert plots.alt(plots.digits(IMAGES[:2], true=[7, 1])) == "2 images, true: 7, 1."
    many = plots.digits(IMAGES.repeat(3, axis=0), np.zeros(18, int), np.ones(18, int))
    assert plots.alt(many).endswith("0 read as 1, and 6 more.")


def test_weights_are_shown_column_by_column_on_one_scale():
    theta = WEIGHTS.copy()
    W = READER.layers(theta)[0][0]
    ax = plots.weights_as_images(READER, theta, most=3, outgoing=True)
    assert (np.asarray(ax.images[1].get_array()) == W[:, 1].reshape(8, 8)).all()
    assert len({image.get_clim() for image in ax.images}) == 1
    low, high = ax.images[0].get_clim()
    assert low == -high
    votes = READER.layers(theta)[1][0][0]
    words = f"the first speaks most for {votes.argmax()}, against {votes.argmin()}"
    assert words in plots.alt(ax) and "into 3 of 5 units as 8 x 8 images" in plots.alt(ax)
    plain = plots.weights_as_images(READER, 0 * theta)
    assert "speaks" not in plots.alt(plain) and not any(t.get_text() for t in plain.texts)


def test_the_valley_of_a_right_gradient_is_deep_and_of_a_wrong_one_is_not():
    steps = np.array([1e-9, 1e-5, 1e-1])
    ax = plots.v_curve(steps, {"right": np.array([1e-6, 0.0, 1e-8]), "wrong": np.full(3, 0.05)})
    assert plots.alt(ax) == (
        "Error of the gradient over nudges from 1e−09 to 0.1: right falls below 1e−7;"
        " wrong gets no lower than about 0.05."
    )
    assert ax.get_xscale() == ax.get_yscale() == "log"


# Refusals


STACK = np.stack([NINE, NINE])
EMPTY = XOR._replace(X=XOR.X[:0], Y=XOR.Y[:0])
WIDE = XOR._replace(X=np.ones((4, 3)))
REFUSED = [
    (lambda: plots.activation("tahn"), "unknown activation 'tahn': choose one of identity"),
    (lambda: plots.activation(), "at least one"),
    (lambda: plots.activation("tanh", "relu", ax=plots.panels()[0]), "one for an ax"),
    (lambda: plots.activation("tanh", z=np.inf), "expected a finite number"),
    (lambda: plots.slope_two_ways("relu"), "choose one of tanh, logistic"),
    (lambda: plots.curves([], {"a": []}, xlabel="x", ylabel="y"), "nothing in it to draw"),
    (lambda: plots.curves([1], {}, xlabel="x", ylabel="y"), "expected {label: numbers}"),
    (lambda: plots.curves([1], {"a": [1, 2]}, xlabel="x", ylabel="y"), "'a' has 2 numbers"),
    (lambda: plots.curves([1], {"a": [-1]}, xlabel="", ylabel="", logy=True), "above 0"),
    (lambda: plots.curves([1], {"a": ["b"]}, xlabel="", ylabel=""), "'a' holds <U1"),
    (lambda: plots.curves([1], {"a": [np.nan]}, xlabel="", ylabel=""), "no number above -inf"),
    (lambda: plots.histograms([1, 2]), "expected {label: numbers}"),
    (lambda: plots.histograms({"z": []}), "nothing in it"),
    (lambda: plots.histograms({"z": [np.nan]}), "not finite"),
    (lambda: plots.network(SOFT, STACK), r"theta has shape \(2, 9\), expected \(9,\)"),
    (lambda: plots.network(SOFT, NINE, x=XOR.X), r"x has shape \(4, 2\), expected \(n,\)"),
    (lambda: plots.network(SOFT, NINE, x=[1, 2, 3]), r"X has shape \(1, 3\), expected"),
    (lambda: plots.forward(SOFT, NINE, XOR.X[0]), r"X has shape \(2,\), expected \(n, k\)"),
    (lambda: plots.forward(SOFT, NINE, XOR.X[:0]), "nothing in it"),
    (lambda: plots.points(EMPTY), "xor has no training points"),
    (lambda: plots.points(WIDE), "xor has 3 inputs: a point in the plane has 2"),
    (lambda: plots.points(SINE._replace(X=np.ones((30, 2)))), "a regression needs 1"),
    (lambda: plots.decision_boundary(SOFT, NINE[:8], XOR), r"expected \(9,\)"),
    (lambda: plots.decision_boundary(SOFT, NINE, WIDE), "xor has 3: this picture shows 2"),
    (lambda: plots.decision_boundary(READER, WEIGHTS, XOR), "the network has 64 inputs"),
    (lambda: plots.decision_boundary(SOFT, NINE, BLOBS), "1 outputs and blobs has 4 columns"),
    (lambda: plots.decision_boundary(SOFT, NINE, SINE), "are numbers, see plots.regression"),
    (lambda: plots.decision_boundary(SOFT, NINE, XOR, test=True), "xor has no test points"),
    (lambda: plots.regression(LINE, np.ones(2), XOR), "are classes, see decision_boundary"),
    (lambda: plots.hidden_space(SOFT, NINE, XOR, units=(0, 2)), "expected two of the first"),
    (lambda: plots.hidden_space(SOFT, NINE, XOR, units=(1, 1)), "expected two of the first"),
    (lambda: plots.hidden_space(Network((2, 1)), np.ones(3), XOR), r"the sizes are \(2, 1\)"),
    (lambda: plots.loss_curves({}), "expected a History"),
    (lambda: plots.loss_curves([0.5, 0.4]), "expected a History"),
    (lambda: plots.loss_curves(history([])), "at least one step"),
    (lambda: plots.loss_curves(history([1.0]), x="time"), "unknown x 'time'"),
    (lambda: plots.loss_slice(bowl, np.ones(2), 2), "parameter 2: theta has 2"),
    (lambda: plots.loss_slice(bowl, np.ones((2, 2)), 0), r"theta has shape \(2, 2\)"),
    (lambda: plots.loss_slice(bowl, np.ones(2), 0, names=["v", "w"]), "expected 1 name"),
    (lambda: plots.loss_slice(bowl, np.ones(2), 0, span=0), "span=0: it must be above 0"),
    (lambda: plots.loss_slice(bowl, np.ones(2), 0, path=np.ones((3, 4))), r"expected \(k, 2\)"),
    (lambda: plots.loss_slice(lambda t: (0.0, t), np.ones(2), 0, 1), "nowhere above 0"),
    (lambda: plots.confusion_matrix([[1, 2]]), r"expected counts \(k, k\)"),
    (lambda: plots.confusion_matrix([[0.5, 0.5], [0, 1]]), "expected counts"),
    (lambda: plots.confusion_matrix([[0, 0], [0, 0]]), "not all of them 0"),
    (lambda: plots.confusion_matrix([[1, 0], [0, 1]], "abc"), "class_names: 3 of them for 2"),
    (lambda: plots.luck_map([[1, 2]], 20, rows=[1], columns=[1]), "for 1 rows and 1 columns"),
    (lambda: plots.luck_map([[21]], 20, rows=[1], columns=[1]), "from 0 to trials"),
    (lambda: plots.differences({}), "two or more in each"),
    (lambda: plots.differences({"a": [1.0]}), "two or more in each"),
    (lambda: plots.differences({"a": [1, 2], "b": [1]}), "'b' has 1 numbers, the other axis 2"),
    (lambda: plots.verdicts({}, {"XOR": "XOR"}), "expected a table with a row"),
    (lambda: plots.verdicts({"sign": {"XOR": "-"}}, {"loss": "loss"}), "'sign' has no column loss"),
    (lambda: plots.digits(IMAGES[:, :9]), "has 9 numbers a row"),
    (lambda: plots.digits(IMAGES[:0]), "nothing in it"),
    (lambda: plots.digits(IMAGES, true=[1, 2]), "true has 2 entries for 6 images"),
    (lambda: plots.digits(IMAGES, sure=[1.0]), "sure has 1 entries for 6 images"),
    (lambda: plots.digits(np.ones((201, 64))), "201 images"),
    (lambda: plots.weights_as_images(SOFT, NINE), r"image_shape=\(8, 8\) needs 64"),
    (lambda: plots.weights_as_images(READER, WEIGHTS, most=0), "at least 1"),
    (lambda: plots.weights_as_images(SOFT, NINE, outgoing=True), "at least 2 outputs"),
    (lambda: plots.v_curve([1e-5], {"f": [0.0]}), "no number above 0"),
]  # fmt: skip


@pytest.mark.parametrize("call, words", REFUSED, ids=[words for _, words in REFUSED])
def test_bad_input_is_refused_in_a_sentence_and_leaves_no_empty_picture(call, words):
    with pytest.raises(ValueError, match=words) as refusal:
        call()
    assert 20 < len(str(refusal.value)) < 400
    assert not any(plt.figure(number).axes[0].has_data() for number in plt.get_fignums())
    assert len(plt.get_fignums()) == ("one for an ax" in words)  # the ax was there before


def test_a_tape_is_drawn_with_a_given_number_left_of_what_is_made_of_it():
    w, b = (SimpleNamespace(value=v, parents=(), slopes=()) for v in (2.0, -1.0))
    square = SimpleNamespace(value=4.0, parents=(w, w), slopes=(2.0, 2.0))
    z = SimpleNamespace(value=3.0, parents=(square, b), slopes=(1.0, 1.0))
    ax = plots.tape([w, b, square, z], ["w", "b", "w²", "z"], [4.0, 1.0, 1.0, 1.0])
    place = {text.get_text(): text.get_position() for text in ax.texts}
    assert place["w"][0] < place["w²"][0] == place["b"][0] < place["z"][0]
    assert "slope +4.00" in place
    assert plots.alt(ax) == (
        "A tape of 4 numbers, 2 of them given: z = +3.00; its slopes: w +4.00, b +1.00."
    )


@pytest.mark.parametrize("names, slopes", [(["x"], None), (["x", "y"], [1.0])])
def test_a_tape_has_a_name_and_a_slope_for_each_number(names, slopes):
    with pytest.raises(ValueError, match="numbers"):
        plots.tape(TAPE, names, slopes)
