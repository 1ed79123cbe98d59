"""What hands do without meaning it: over an edge, another button, half typed, a pixel too far."""

import pytest
from hands import Hands, on_map
from playwright.sync_api import expect

from nncourse.widgets import DigitsLab, Playground

PLAYGROUND = "from nncourse.widgets import Playground\nw = Playground({})\nw"


@pytest.fixture
def playground(notebook):
    def opened(settings=""):
        book = notebook(PLAYGROUND.format(settings))
        return book, Hands(book.output(0))

    return opened


def test_a_point_that_is_pulled_off_the_map_stays_at_its_edge(playground):
    book, hands = playground()
    window, box = book.value("w.lab.window"), hands.canvas("output").bounding_box()
    outside = on_map(window, window[0] - 0.3, 0.3, box)
    hands.drag("output", on_map(window, 0, 0, box), outside)
    x, y = book.value("w.lab.data.X[0].tolist()")
    assert x == window[0] and abs(y - 0.3) < 0.02
    expect(hands.node.get_by_role("alert")).to_be_hidden()
    hands.key(hands.canvas("output"), "Shift+ArrowDown", "ArrowLeft")
    assert book.value("float(w.lab.data.X[0, 0])") == window[0]
    expect(hands.node.get_by_role("alert")).to_be_hidden()


def test_another_button_of_the_mouse_adds_no_point(playground):
    book, hands = playground()
    window, box = book.value("w.lab.window"), hands.canvas("output").bounding_box()
    x, y = hands.place("output", *on_map(window, 0.3, 0.4, box))
    for button, points in (("right", 4), ("middle", 4), ("left", 5)):
        book.page.mouse.click(x, y, button=button)
        book.page.keyboard.press("Escape")  # JupyterLab's menu
        hands.rest()
        assert book.value("len(w.lab.data.X)") == points, button


def test_arrow_keys_go_on_in_the_field_of_a_logarithmic_slider(playground):
    book, hands = playground("learning_rate=0.5")
    rate = hands.number("learning rate")
    for key, value in (("ArrowUp", 0.51), ("ArrowDown", 0.5), ("ArrowDown", 0.49)):
        hands.key(rate, key)
        assert book.value("w.lab.settings['learning_rate']") == value
    rate.fill("1")
    hands.key(rate, "Enter", "ArrowUp", "ArrowUp")
    assert book.value("w.lab.settings['learning_rate']") == 1.2
    expect(rate).to_have_value("1.2")


def test_a_field_whose_typing_was_taken_back_shows_what_stands_again(playground):
    book, hands = playground("learning_rate=0.5")
    rate = hands.number("learning rate")
    rate.press("End")
    rate.press("7")
    rate.press("Backspace")
    rate.press("Tab")
    hands.key(hands.slider("learning rate"), "Home")
    assert book.value("w.lab.settings['learning_rate']") == 0.001
    expect(rate).to_have_value("0.001")


def test_a_weight_takes_what_another_weight_has_taken_and_escape_sends_nothing(playground):
    book, hands = playground("hidden_units=2")
    network = hands.canvas("network")

    def weight(*keys):
        hands.key(network, *keys)
        network.press("Enter")
        return hands.page.locator(":focus")

    first = weight("ArrowRight", "n")
    first.fill("0.3")
    hands.key(first, "Enter", "ArrowUp", "Escape")
    second = weight("n")
    second.fill("0.4")
    hands.key(second, "Enter", "Escape")
    second = weight()
    hands.key(second, "ArrowUp")
    weights = "w.lab.net.layers(w.lab.now.theta)[1][0].ravel().tolist()"
    assert book.value(weights) == [1.0, 1.0]
    second.fill("5")
    second.press("Escape")
    expect(network).to_be_focused()
    hands.rest()
    assert book.value(weights) == [1.0, 1.0]
    expect(hands.node.get_by_label("weight from unit 1.2 to output")).to_have_value("1")


def test_why_a_number_was_not_taken_is_said_during_a_play_until_something_is_done(playground):
    book, hands = playground("learning_rate=0.01")
    hands.button("▶ Play").press("Enter")
    rate = hands.number("learning rate")
    rate.press("Control+A")
    rate.press_sequentially("1,234")
    rate.press("Enter")
    shown = book.value("w.frame['no']")
    while book.value("w.frame['no']") < shown + 20:
        book.page.wait_for_timeout(20)
    hands.complains("1,234 is not clear as a number")
    hands.key(hands.button("❚❚ Pause"), "Enter")
    expect(hands.node.get_by_role("alert")).to_be_hidden()


def test_a_click_whose_mouse_moved_by_a_pixel_changes_no_number(notebook):
    book = notebook("from nncourse.widgets import KernelLab\nw = KernelLab(kernel='blur')\nw")
    hands = Hands(book.output(0))
    before = book.value("w.lab.numbers['W'].tolist()")
    cell = hands.cell("W", 4)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    book.page.mouse.move(x, y)
    book.page.mouse.down()
    book.page.mouse.move(x + 1, y)
    book.page.mouse.up()
    hands.rest()
    assert book.value("w.lab.numbers['W'].tolist()") == before
    assert book.value("w.lab.settings['kernel']") == "blur"


def test_the_first_dot_of_a_stroke_by_keys_outlasts_the_frames_of_a_play(notebook):
    book = notebook("from nncourse.widgets import DigitsLab\nw = DigitsLab()\nw")
    hands = Hands(book.output(0))
    hands.button("▶ Play").press("Enter")
    hands.canvas("pad").press("Space")
    hands.rest()
    assert book.value("[stroke.tolist() for stroke in w.lab.strokes]") == [[[0.5, 0.5]]]
    hands.key(hands.button("❚❚ Pause"), "Enter")


def test_after_a_wrong_answer_by_mouse_the_keyboard_answers(notebook):
    book = notebook(
        "from nncourse.widgets import BackpropStepper\n"
        "stepper = BackpropStepper(line='delta1')\nstepper"
    )
    hands = Hands(book.output(0))
    ask = hands.panel("ask")
    hands.button("delta1[0, 1]").click()
    expect(ask.locator(".choice:disabled")).to_have_count(1)
    book.page.keyboard.press("1")
    expect(ask.get_by_role("status")).to_contain_text("Right.")


def test_a_recipe_takes_the_focus_in_the_view_in_which_it_was_asked_for(notebook):
    book = notebook(PLAYGROUND.format(""), "w")
    first, second = Hands(book.output(0)), Hands(book.output(1))
    first.key(first.button("Recipe"), "Enter")
    expect(second.node.locator(".paper textarea")).to_be_visible()
    expect(first.node.locator(".paper textarea")).to_be_focused()


@pytest.mark.parametrize("width", [600, 700])
def test_no_line_of_the_sentence_is_cut_off(offline, tmp_path, width):
    widget = Playground(data="circles", train_share=50, learning_rate=0.01)
    widget.train(1300)
    widget.lab.hand("pin")
    widget.lab.hand("set", "hidden_units", 8)
    page = offline(widget.train(1300).to_html(tmp_path / "run.html"))
    page.set_viewport_size({"width": width, "height": 900})
    status = page.locator(".status")
    expect(status).to_contain_text("pinned (2-4-1 tanh, rate 0.01)")
    assert status.evaluate("node => node.scrollHeight <= node.clientHeight")


def test_what_colours_say_is_seen_in_the_colours_of_the_system_and_on_paper(
    offline, tmp_path, screenshot
):
    widget = DigitsLab(density="lab").train(43)
    page = offline(widget.to_html(tmp_path / "run.html"))
    look = "node => [getComputedStyle(node).backgroundColor, node.clientWidth > 0]"
    plain = {name: page.locator(name).first.evaluate(look) for name in (".bar", "[role=gridcell]")}
    page.emulate_media(forced_colors="active")
    for name, style in plain.items():
        assert page.locator(name).first.evaluate(look) == style, name
    screenshot(page, "digits-forced-colours")
    adjust = "node => getComputedStyle(node).printColorAdjust"
    assert page.locator(".bar").first.evaluate(adjust) == "exact"
