"""The playground in a real JupyterLab, by mouse and keyboard, compared with what nnlib computes."""

import re
from functools import partial

import pytest
from hands import Hands, on_map
from hands import agrees as agrees_with_nnlib
from numpy.random import default_rng
from playwright.sync_api import expect

from nnlib import SGD, Network, train, xor
from nncourse.widgets.playground import Playground, PlaygroundLab, PlaygroundLesson

OPEN = "from nncourse.widgets import Playground\nw = Playground({})\nw"


@pytest.fixture
def playground(notebook):
    """playground("data='circles'"): a notebook with this playground in it, and its `Hands`."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


agrees = partial(agrees_with_nnlib, name="w", lab=PlaygroundLab)


def test_it_opens_on_xor_and_steps_as_nnlib_does(playground, screenshot):
    book, hands = playground()
    hands.says("step 0 · loss ")
    hands.key(hands.button("Step"), "Enter", "Space", "Enter")
    net, rng, data = Network((2, 4, 1), "tanh", "logistic", "cross_entropy"), default_rng(7), xor()
    *_, step = train(net, net.init(rng), data.X, data.Y, SGD(0.5), rng=rng, steps=3)
    hands.says(f"step 3 · loss {step.loss:.3f}")
    screenshot(book.page, "playground-light")


def test_play_pause_epoch_scrub_and_starts(playground):
    book, hands = playground("data='circles', learning_rate=1.0")
    hands.more()
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{3,}"))
    hands.key(hands.button("❚❚ Pause"), "Enter")
    played = agrees(book, hands).now.index
    book.page.wait_for_timeout(200)
    hands.says(f"step {played:,} ")
    hands.key(hands.button("Epoch"), "Enter")
    hands.says(f"step {played + 15:,} ")  # 150 points, 10 at a time
    scrub = hands.slider("moment of the run")
    hands.key(scrub, "Home")
    hands.says("step 0 ")
    hands.key(scrub, "ArrowRight")
    assert 0 < book.value("w.lab.shown.index") < played
    assert hands.status == book.value("w.sentence")
    assert book.value("w.lab.now.index") == played + 15
    hands.key(hands.button("↺ Same start"), "Enter")
    first = hands.status
    hands.key(hands.button("New start"), "Enter")
    assert first.startswith("epoch 0 · step 0 ") and hands.status != first


def test_a_moment_seen_before_comes_back_without_the_kernel(playground):
    book, hands = playground()
    hands.more()
    for _ in range(4):
        hands.key(hands.button("Epoch"), "Enter")
    now = hands.colours("output")
    hands.key(hands.button("Epoch"), "Enter")
    book.panel.evaluate(
        "panel => { panel.sessionContext.session.kernel.requestExecute("
        "{code: 'import time; time.sleep(3)'}); }"
    )
    hands.slider("moment of the run").press("ArrowLeft")
    expect(hands.node.locator(".time output")).to_have_text("step 4", timeout=1000)
    hands.says("step 4 ")
    assert hands.colours("output") == now


def test_every_control_is_moved_by_keys_alone(playground):
    book, hands = playground("data='circles', hidden_layers=2")
    hands.more()
    moved = {}
    for kind, keys in (("range", ["ArrowRight"]), ("checkbox", ["Space"]), ("radio", ["ArrowDown"]),
                       ("select", ["ArrowDown"])):  # fmt: skip
        selector = "select[data-name]" if kind == "select" else f"input[type={kind}][data-name]"
        for name in sorted(set(hands.node.locator(selector).evaluate_all(
            "nodes => nodes.filter(n => n.offsetParent && !n.disabled).map(n => n.dataset.name)"
        ))):  # fmt: skip
            target = hands.node.locator(f"{selector.split('[')[0]}[data-name={name}]").first
            if kind == "radio":
                target = hands.node.locator("input[type=radio]:checked")
            before = book.value(f"w.lab.settings[{name!r}]")
            hands.key(target, *keys)
            if book.value(f"w.lab.settings[{name!r}]") == before:  # it was at its end
                hands.key(target, "ArrowLeft" if kind == "range" else "ArrowUp")
            moved[name] = book.value(f"w.lab.settings[{name!r}]")
            assert moved[name] != before, name
    shown = set(PlaygroundLab.CONTROLS) - {f"units_{k}" for k in (3, 4, 5, 6)}
    assert shown - set(moved) <= {"noise", "n", "train_share", "loss", "show_test", "data"}
    hands.key(hands.button("Epoch"), "Enter")
    agrees(book, hands)


def test_numbers_can_be_typed(playground):
    book, hands = playground()
    rate = hands.number("learning rate")
    rate.fill("0.123")
    hands.key(rate, "Enter")
    assert book.value("w.lab.settings['learning_rate']") == 0.123
    rate.fill("99")
    hands.key(rate, "Enter")
    hands.complains("learning rate: 99 given, expected a number from 0.001 to 10")
    assert book.value("w.lab.settings['learning_rate']") == 0.123
    hands.more()
    units = hands.number("hidden units")
    units.fill("2")
    hands.key(units, "Enter")
    expect(hands.node.get_by_role("alert")).to_be_hidden()
    assert book.value("w.lab.net.sizes") == (2, 2, 1)
    agrees(book, hands)


def test_a_comma_is_a_decimal_point_and_what_is_no_number_changes_nothing(playground):
    book, hands = playground()
    rate = hands.number("learning rate")
    for typed, stands, refused in (
        ("0,3", 0.3, 0), ("0,05", 0.05, 0), ("1,234", 0.05, 1), ("fast", 0.05, 1),
    ):  # fmt: skip
        rate.press("Control+A")
        rate.press_sequentially(typed)
        hands.key(rate, "Enter")
        assert book.value("w.lab.settings['learning_rate']") == stands, typed
        expect(hands.node.locator("[aria-invalid]")).to_have_count(refused)
    hands.complains("fast is not clear as a number: write it like 0.5 or 1500")
    rate.press("Tab")
    expect(rate).to_have_value("0.05")
    rate.press("Control+A")
    rate.press_sequentially("1,000")
    rate.press("Tab")  # as it leaves the field, which goes back to what stands
    hands.complains("1,000 is not clear as a number")
    expect(rate).to_have_value("0.05")
    hands.more()
    units = hands.number("hidden units")
    hands.key(units, "ArrowUp", "ArrowUp", "ArrowDown")
    assert book.value("w.lab.net.sizes") == (2, 5, 1)
    expect(units).to_have_value("5")


def test_the_rate_is_changed_while_it_plays(playground):
    book, hands = playground("data='circles', learning_rate=0.01")
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    slider = hands.slider("learning rate")
    for _ in range(5):
        slider.press("PageUp")
    hands.rest()
    number = hands.number("learning rate")
    number.press("Control+A")
    number.press_sequentially("0.25", delay=100)  # between the keys, frames arrive
    number.press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.key(hands.button("❚❚ Pause"), "Enter")
    changes = book.value("w.lab.changes")
    assert changes and all(change[1:3] == ["set", "learning_rate"] for change in changes)
    assert book.value("w.lab.now.index") > changes[0][0] > 0 and changes[-1][3] == 0.25
    agrees(book, hands)


def test_points_are_dragged_added_recoloured_and_deleted_by_hand(playground):
    book, hands = playground()
    window, box = book.value("w.lab.window"), hands.canvas("output").bounding_box()
    hands.drag("output", on_map(window, 0, 0, box), on_map(window, 0.5, 0.75, box))
    x, y = book.value("w.lab.data.X[0].tolist()")
    assert abs(x - 0.5) < 0.02 and abs(y - 0.75) < 0.02
    hands.drag("output", on_map(window, 0.2, 0.2, box))
    assert book.value("w.lab.data.Y.ravel().tolist()") == [0, 1, 1, 0, 1]
    book.page.mouse.dblclick(*hands.place("output", *on_map(window, 0.2, 0.2, box)))
    hands.rest()
    assert book.value("w.lab.data.Y.ravel().tolist()") == [0, 1, 1, 0, 0]
    hands.key(hands.canvas("output"), "Delete")
    hands.key(hands.button("Step"), "Enter")
    assert book.value("w.lab.data.Y.ravel().tolist()") == [0, 1, 1, 0]
    agrees(book, hands)


def test_points_are_moved_added_recoloured_and_deleted_by_keys(playground):
    book, hands = playground()
    output = hands.canvas("output")
    hands.key(output, "n", "n", "ArrowUp", "ArrowUp", "ArrowLeft")
    x, y = book.value("w.lab.data.X[1].tolist()")
    assert x < 0 and 1 < y < 1.1
    hands.key(output, "c")
    assert book.value("w.lab.data.Y.ravel().tolist()") == [0, 0, 1, 0]
    hands.key(output, "a", "ArrowRight", "Space")
    assert book.value("w.lab.data.Y.ravel().tolist()") == [0, 0, 1, 0, 0]
    assert book.value("float(w.lab.data.X[4, 0])") > 0.5
    hands.key(output, "Delete", "p", "Delete")
    assert len(book.value("w.lab.data.Y.ravel().tolist()")) == 3
    agrees(book, hands)


def test_a_weight_is_chosen_and_typed(playground):
    book, hands = playground("hidden_units=2")
    network = hands.canvas("network")
    hands.key(network, "ArrowRight", "n", "n")  # the output, its second weight
    network.press("Enter")
    number = hands.node.get_by_label("weight from unit 1.2 to output")
    expect(number).to_be_focused()
    number.fill("-0.694")
    assert number.evaluate("node => node.scrollWidth <= node.clientWidth")  # nothing is cut off
    number.fill("-1.5")
    hands.key(number, "Enter")
    assert book.value("w.lab.net.layers(w.lab.now.theta)[1][0].ravel().tolist()")[1] == -1.5
    agrees(book, hands)


def test_a_unit_under_the_mouse_is_shown_large(playground):
    book, hands = playground()
    before = hands.colours("output")
    book.page.mouse.move(*hands.place("network", 0.5, 0.12))
    expect(hands.node.locator("section[data-panel=output] .aside")).to_have_text("unit 1.1")
    assert hands.colours("output") != before
    book.page.mouse.move(*hands.place("network", 0.5, 0.999))
    expect(hands.node.locator("section[data-panel=output] .aside")).to_have_text("")
    assert hands.colours("output") == before


def test_divergence_is_said_and_the_last_finite_state_stays(playground):
    book, hands = playground("data='hills', hidden='relu', learning_rate=10.0")
    hands.button("▶ Play").press("Enter")
    hands.complains("training left the finite numbers at step")
    hands.complains("Try a smaller learning rate than 10")
    expect(hands.button("▶ Play")).to_be_disabled()
    agrees(book, hands)
    hands.more()
    hands.key(hands.button("↺ Same start"), "Enter")
    expect(hands.node.get_by_role("alert")).to_be_hidden()
    hands.says("step 0 ")


def test_copy_and_recipe_are_on_the_page_and_a_recipe_is_opened(playground):
    book, hands = playground()
    hands.key(hands.button("Step"), "Enter")
    hands.key(hands.button("Copy as Python"), "Enter")
    assert hands.paper() == book.value("w.lab.python()")
    expect(hands.button("Copied")).to_be_visible()
    expect(hands.node.locator(".paper")).to_be_hidden()
    hands.key(hands.button("Recipe"), "Enter")
    area = hands.node.locator(".paper textarea")
    area.fill("rm -rf")
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.complains("this is not a recipe of the playground")
    other = PlaygroundLab(data="spirals", hidden_layers=2)
    other.advance(30)
    area.fill(other.recipe())
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.says(other.sentence)


def test_two_copies_and_a_second_view_keep_apart_and_together(notebook):
    book = notebook(OPEN.format(""), OPEN.format("hidden_units=2"))
    one, two = Hands(book.output(0)), Hands(book.output(1))
    two.key(two.button("Step"), "Enter")
    one.says("step 0 ")
    assert len(set(book.page.locator(".nnlib-stage [id]").evaluate_all("n => n.map(x => x.id)"))) \
        == book.page.locator(".nnlib-stage [id]").count()  # fmt: skip
    second = Hands(book.second_view(1))
    second.says("step 1 ")
    second.key(second.button("Step"), "Enter")
    two.says("step 2 ")


def test_a_play_goes_on_where_its_cell_is_moved_to(notebook):
    book = notebook(OPEN.format("learning_rate=0.01"), "1 + 1")
    hands = Hands(book.output(0))
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    book.move_down(0)
    moved = Hands(book.page)
    expect(moved.button("❚❚ Pause")).to_be_visible()
    expect(moved.node.locator(".status")).not_to_have_text(moved.status)  # it goes on
    moved.key(moved.button("❚❚ Pause"), "Enter")
    expect(moved.button("▶ Play")).to_be_visible()
    assert book.value("w.player.playing") is False


def test_what_another_cell_shows_stays_when_the_cell_that_made_it_runs_again(notebook):
    book = notebook(OPEN.format(""), "w")
    shown = Hands(book.output(1))
    shown.key(shown.button("Step"), "Enter")
    book.run(0)
    Hands(book.output(0)).says("step 0 ")
    shown.key(shown.button("Step"), "Enter")
    shown.says("step 2 ")


def test_a_cell_that_runs_again_replaces_its_playground(playground):
    book, hands = playground()
    book.execute("first = w")
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    book.run(0)
    Hands(book.output(0)).says("step 0 ")
    assert book.value("first.player.playing") is False
    at = book.value("first.lab.now.index")
    assert book.page.locator(".nnlib-stage").count() == 1
    assert book.value("first.lab.now.index") == at


def test_a_notebook_that_is_closed_stops_playing(playground):
    book, hands = playground("learning_rate=0.01", view="lab/tree")
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    kernel = book.panel.evaluate_handle(
        "panel => new panel.sessionContext.session.kernel.constructor("
        "{model: panel.sessionContext.session.kernel.model,"
        " serverSettings: panel.sessionContext.session.kernel.serverSettings})"
    )
    book.close()
    ask = """async kernel => {
      const future = kernel.requestExecute({code: "", user_expressions: {at: "w.lab.now.index"}});
      return (await future.done).content.user_expressions.at.data["text/plain"];
    }"""
    book.page.wait_for_timeout(300)
    at = kernel.evaluate(ask)
    book.page.wait_for_timeout(700)
    assert kernel.evaluate(ask) == at


def test_a_restarted_kernel_is_said_in_words(playground):
    book, hands = playground()
    hands.key(hands.button("Step"), "Enter")
    book.restart()
    hands.complains(re.compile("kernel was restarted.*[Rr]un the cell again"))
    hands.says("step 1 ")


def test_a_page_loaded_anew_finds_the_run_where_it_was(playground):
    book, hands = playground()
    hands.key(hands.button("Step"), "Enter", "Enter")
    book.reload()
    again = Hands(book.page)
    again.says("step 2 ")
    again.key(again.button("Step"), "Enter")
    again.says("step 3 ")


@pytest.mark.parametrize(
    "settings",
    ["data='spirals', hidden_layers=6, hidden_units=16", "hidden_units=8, hide=['data']",
     "data='circles', density='lesson'"],
    ids=["most", "without data", "lesson"],
)  # fmt: skip
def test_it_is_on_one_screen_at_every_width(playground, screenshot, settings):
    book, hands = playground(settings)
    for width in (700, 848, 1112):
        hands.node.evaluate("(node, width) => { node.style.width = `${width}px`; }", width)
        book.page.wait_for_function(
            "width => document.querySelector('.nnlib-stage').clientWidth === width", arg=width
        )
        assert hands.too_wide() == [], width
        assert hands.node.bounding_box()["height"] <= 780, width
        play, network = (
            hands.button("▶ Play").bounding_box(),
            hands.canvas("network").bounding_box(),
        )
        output = hands.canvas("output").bounding_box()
        assert play["y"] < network["y"] and abs(network["y"] - output["y"]) < 30
        assert output["width"] > 280 and network["x"] + network["width"] <= output["x"]
        screenshot(book.page, f"playground-{width}")


def test_the_data_sets_are_in_one_row_and_one_is_chosen_by_mouse(playground):
    book, hands = playground()
    cards = hands.panel("data").locator(".card")
    assert len({card.bounding_box()["y"] for card in cards.all()}) == 1
    cards.filter(has_text="spiral").click()
    hands.rest()
    assert book.value("w.lab.settings['data']") == "spirals"
    agrees(book, hands)


def test_the_axes_of_the_hidden_space_are_said_and_chosen(playground):
    book, hands = playground("hidden_units=8")
    said = hands.panel("space").locator(".legend")
    expect(said).to_contain_text("these of 8 have the largest weights to the output")
    network = hands.colours("network")
    hands.more()
    across = hands.node.get_by_role("combobox", name="→ across", exact=True)
    across.select_option(label="unit 1.3")
    hands.rest()
    expect(said).to_contain_text("→ unit 1.3, ↑ unit 1.")
    assert hands.colours("network") != network  # the units are marked there
    assert across.locator("option:not([hidden])").count() == 9
    units = hands.number("hidden units")
    units.fill("2")
    hands.key(units, "Enter")
    expect(said).to_have_text("→ unit 1.1, ↑ unit 1.2: there are only two.")
    expect(across).to_be_hidden()
    agrees(book, hands)


def test_a_first_look_is_a_network_its_answer_and_three_buttons(playground, axe):
    book, hands = playground("data='circles', train_share=100, density='lesson'")
    hands.says("Nothing is learned yet: 100 of 200 points are right. Press Play.")
    buttons = hands.node.get_by_role("button").all_inner_texts()
    assert buttons == ["▶ Play", "Step", "New start"]
    assert hands.node.locator("section:visible").count() == 2
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile("Step [0-9]+: (19[0-9]|200) of 200 points are right"))
    hands.key(hands.button("❚❚ Pause"), "Enter")
    assert axe(hands.node) == []
    agrees_with_nnlib(book, hands, name="w", lab=PlaygroundLesson)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(playground, axe, screenshot, dark):
    book, hands = playground("data='circles', hidden_layers=2", dark=dark)
    hands.more()
    hands.key(hands.button("Epoch"), "Enter")
    hands.key(hands.button("Recipe"), "Enter")
    assert axe(hands.node) == []
    hands.key(hands.button("Close"), "Enter")
    screenshot(book.page, f"playground-{'dark' if dark else 'more'}")


def test_the_theme_is_followed_under_way(playground):
    book, hands = playground()
    light = hands.colours("loss")
    book.dark()
    expect(hands.node).to_have_class(re.compile("dark"))
    book.page.wait_for_timeout(200)
    dark = hands.colours("loss")
    book.dark(False)
    book.page.wait_for_timeout(200)
    assert hands.colours("loss") == light != dark


def test_nothing_moves_by_itself_where_motion_is_not_wanted(playground):
    book, hands = playground(reduced_motion=True)
    hands.key(hands.button("Step"), "Enter")
    assert book.page.evaluate("document.getAnimations().length") == 0


def test_controls_and_panels_are_hidden_for_a_lesson(notebook):
    book = notebook(
        OPEN.format("hide=['noise', 'new_start', 'space']"), OPEN.format("hide=['data']")
    )
    hands, lower = Hands(book.output(0)), Hands(book.output(1))
    hands.more()
    expect(hands.button("New start")).to_be_hidden()
    expect(hands.slider("noise")).to_be_hidden()
    expect(hands.canvas("space")).to_be_hidden()
    expect(hands.slider("learning rate")).to_be_visible()
    expect(hands.slider("batch size")).to_be_visible()
    expect(lower.panel("data")).to_be_hidden()
    tops = [h.canvas("output").bounding_box()["y"] - h.button("▶ Play").bounding_box()["y"]
            for h in (Hands(book.output(0)), lower)]  # fmt: skip
    assert tops[1] < tops[0] - 40  # the others take its place


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(
    offline, tmp_path, axe, screenshot
):
    widget = Playground(learning_rate=1.0)
    widget.lab.advance(300)
    page = offline(widget.to_html(tmp_path / "run.html"))
    hands = Hands(page)
    hands.says(widget.sentence)
    newest = hands.colours("output")
    scrub = hands.slider("moment of the run")
    scrub.press("Home")
    hands.says("step 0 ")
    expect(scrub).to_have_attribute("aria-valuetext", "step 0")
    assert hands.colours("output") != newest
    scrub.press("End")
    hands.says(widget.sentence)
    assert hands.colours("output") == newest
    page.mouse.move(*hands.place("network", 0.5, 0.12))
    expect(hands.node.locator("section[data-panel=output] .aside")).to_have_text("unit 1.1")
    assert axe(hands.node) == []
    screenshot(page, "playground-page")


def test_it_plays_under_voila(voila, screenshot):
    page = voila(OPEN.format(""))
    hands = Hands(page)
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{3,}"))
    hands.key(hands.button("❚❚ Pause"), "Enter")
    screenshot(page, "playground-voila")
