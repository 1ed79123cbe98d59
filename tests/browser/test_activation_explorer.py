"""The activation explorer in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import pytest
from hands import Hands, agrees, on_plane
from playwright.sync_api import expect

from nncourse.widgets import ActivationExplorer
from nncourse.widgets.activations import LOOKS, ActivationDesk

OPEN = (
    "from nncourse.widgets import ActivationExplorer\nexplorer = ActivationExplorer({})\nexplorer"
)


@pytest.fixture
def explorer_of(notebook):
    """explorer_of("look='layer'"): a notebook with this explorer in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def choose(hands, name, label):
    if not hands.node.get_by_role("combobox", name=name, exact=True).is_visible():
        hands.more()
    hands.node.get_by_role("combobox", name=name, exact=True).select_option(label)
    hands.rest()


def on_curve(hands, window, x, y):
    """Where on its canvas, in shares, a point of the plane lies."""
    return on_plane(window, x, y, hands.canvas("curve").bounding_box())


def test_z_is_moved_by_key_and_by_number_and_every_activation_agrees(explorer_of):
    book, hands = explorer_of("look='neuron'")
    hands.says("tanh: z = 1.00 goes in, a = 0.762 comes out, and the slope there is 0.420.")
    hands.key(hands.slider("z"), "ArrowRight", "ArrowRight")
    assert agrees(book, hands, "explorer", ActivationDesk).settings["z"] == 1.1
    for name in ActivationDesk.CONTROLS["activation"].options:
        choose(hands, "activation", name.replace("_", " "))
        desk = agrees(book, hands, "explorer", ActivationDesk)
        lines = hands.panel("written").locator(".line").all_inner_texts()
        assert lines == [line["text"] for line in desk.panels()["written"]["lines"]]
        assert desk.settings["activation"] == name
    hands.number("z").fill("2")
    hands.number("z").press("Enter")
    hands.says("z = 2.00 goes in")
    hands.number("z").fill("9")
    hands.number("z").press("Enter")
    hands.complains("expected a number from -4 to 4")
    hands.says("z = 2.00 goes in")
    hands.more()
    hands.key(hands.button("Everything as at first"), "Enter")
    hands.says("tanh: z = 1.00 goes in")


def test_the_dot_is_dragged_by_mouse_and_by_arrow_keys(explorer_of):
    book, hands = explorer_of("look='neuron'")
    window = ActivationDesk().panels()["curve"]["window"]
    tanh = 0.7616
    hands.drag("curve", on_curve(hands, window, 1, tanh), on_curve(hands, window, -2, 0.3))
    desk = agrees(book, hands, "explorer", ActivationDesk)
    assert abs(desk.settings["z"] + 2) < 0.05
    hands.key(hands.canvas("curve"), "ArrowLeft", "Shift+ArrowLeft")
    desk = agrees(book, hands, "explorer", ActivationDesk)
    assert abs(desk.settings["z"] + 2.96) < 0.06
    hands.drag("curve", on_curve(hands, window, 2, -1.2), on_curve(hands, window, 3, -1.2))
    again = agrees(book, hands, "explorer", ActivationDesk)
    assert again.settings == desk.settings  # nothing is held there


def test_a_click_on_a_curve_brings_the_dot_there_and_the_focus_ring_is_for_the_keyboard(
    explorer_of,
):
    book, hands = explorer_of("look='neuron'")
    window = ActivationDesk().panels()["curve"]["window"]
    for z, height in [(2.0, 0.96), (-1.5, 0.18)]:  # on tanh, then on its slope
        hands.drag("curve", on_curve(hands, window, z, height))
        hands.says(f"z = {z:.1f}".replace("-", "−"))
        agrees(book, hands, "explorer", ActivationDesk)
    ring = "canvas => getComputedStyle(canvas).outlineStyle"
    assert hands.canvas("curve").evaluate(ring) == "none"
    hands.key(hands.canvas("curve"), "ArrowRight")
    assert hands.canvas("curve").evaluate(ring) == "solid"
    inside = "canvas => parseFloat(getComputedStyle(canvas).outlineOffset)"
    assert hands.canvas("curve").evaluate(inside) < 0  # so that it does not cut the legend


def test_the_neuron_is_moved_under_the_bell_of_a_layer(explorer_of):
    book, hands = explorer_of("look='layer', z_size=2.9")
    expect(hands.slider("z")).to_be_hidden()
    expect(hands.slider("size of the layer's z")).to_be_visible()
    hands.key(hands.canvas("layer"), "Shift+ArrowRight")
    desk = agrees(book, hands, "explorer", ActivationDesk)
    assert desk.settings["z"] > 2


def test_a_layer_and_thirty_layers_follow_their_sliders(explorer_of):
    book, hands = explorer_of()
    choose(hands, "look at", "a layer")
    expect(hands.panel("curve")).to_be_hidden()
    before = hands.colours("slopes")
    hands.number("size of the layer's z").fill("2.9")
    hands.number("size of the layer's z").press("Enter")
    hands.says("54 % of its slopes are below 0.1")
    assert hands.colours("slopes") != before
    agrees(book, hands, "explorer", ActivationDesk)
    choose(hands, "look at", "thirty layers")
    expect(hands.slider("z")).to_be_hidden()
    hands.says("the signal lives (0.56), the nudge lives (4.0)")
    choose(hands, "neurons in a layer", "10")
    hands.says("the signal fades (5 × 10⁻¹¹), the nudge fades (5 × 10⁻¹¹)")
    hands.key(hands.slider("largest weight r"), "End")
    hands.says("r = 2: the signal lives")
    hands.key(hands.slider("layers"), "Home", "ArrowRight")
    hands.says("2 layers of 10, r = 2")
    choose(hands, "nudge", "seen at the end")
    hands.key(hands.slider("weight seed"), "ArrowRight")
    desk = agrees(book, hands, "explorer", ActivationDesk)
    assert (desk.settings["weight_seed"], desk.settings["nudge"]) == (8, "end")


def test_it_is_copied_as_python_and_opened_from_a_recipe(explorer_of):
    book, hands = explorer_of("look='neuron', z=2.0")
    hands.key(hands.button("Copy as Python"), "Enter")
    assert book.execute(hands.paper()) == "a = 0.964, slope 0.071\nslip: 0.443\n"
    expect(hands.button("Copied")).to_be_visible()
    hands.key(hands.button("Recipe"), "Enter")
    other = ActivationDesk(activation="gelu", look="depth", scale=0.3)
    hands.node.locator(".paper textarea").fill(other.recipe())
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.says(other.sentence)
    agrees(book, hands, "explorer", ActivationDesk)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(explorer_of, axe, screenshot, dark):
    book, hands = explorer_of(dark=dark)
    assert axe(hands.node) == []
    for look, name in LOOKS.items():
        choose(hands, "look at", name)
        sliders = {"layer": "size of the layer's z", "depth": "largest weight r"}
        expect(hands.slider(sliders.get(look, "z"))).to_be_visible()
        assert axe(hands.node) == []
        hands.node.scroll_into_view_if_needed()
        screenshot(book.page, f"activations-{look}-{'dark' if dark else 'light'}")


def test_at_700_pixels_nothing_scrolls_sideways(explorer_of, screenshot):
    book, hands = explorer_of("activation='logistic', z=-2.35", width=700)
    for look, name in LOOKS.items():
        choose(hands, "look at", name)
        assert hands.too_wide() == []
        screenshot(book.page, f"activations-{look}-700")


@pytest.mark.parametrize("look", ["neuron", "depth"])
def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path, look):
    widget = ActivationExplorer(look=look)
    hands = Hands(offline(widget.to_html(tmp_path / "page.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    low = {"neuron": {"z": -4.0}, "depth": {"scale": 0.02}}[look]
    hands.says(ActivationDesk(look=look, **low).sentence)
