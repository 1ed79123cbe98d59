"""The luck map in a real JupyterLab, by mouse and keyboard, compared with what nnlib computes."""

import re

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets.luck_map import LuckMap, LuckRun
from nncourse.widgets.playground import PlaygroundLab

OPEN = "from nncourse.widgets import LuckMap\nluck = LuckMap({})\nluck"
SMALL = "hidden_units=[1, 2, 4], learning_rate=[0.5, 2], seeds=10, steps=500"
TRAINED = re.compile(r"[0-9]+ of \d+ starts learned XOR")


@pytest.fixture
def luck_of(notebook):
    """luck_of("seeds=5"): a notebook with this luck map in it, and its `Hands`."""

    def opened(settings=SMALL, *cells, **options):
        book = notebook(OPEN.format(settings), *cells, **options)
        return book, Hands(book.output(0))

    return opened


def trained(hands):
    """Train all networks to their last step, by keyboard."""
    hands.button("Train").press("Enter")
    expect(hands.node.locator("progress")).to_have_attribute("value", "1", timeout=60_000)
    expect(hands.button("Train")).to_be_visible()
    hands.rest()


def agrees(book, hands):
    """The sentence, and every count of the map."""
    run = agrees_with_nnlib(book, hands, "luck", LuckRun)
    texts = hands.panel("luck").locator("td[role=gridcell]").all_inner_texts()
    shown = [text.split("\n")[0] for text in texts]
    assert shown == [f"{n}/{run.seeds}" for n in run.counts.ravel()]
    return run


def cell(hands, width, rate):
    return hands.panel("luck").locator(f"[data-cell='{width},{rate}']")


def panel(hands, name):
    return hands.node.locator(f"section[data-panel={name}]")


def test_it_is_trained_by_keyboard_and_counts_what_nnlib_counts(luck_of):
    book, hands = luck_of()
    hands.says("Nothing is trained yet.")
    trained(hands)
    hands.says(TRAINED)
    run = agrees(book, hands)
    assert run.index == 500
    expect(hands.node.locator("progress")).to_have_attribute("value", "1")
    hands.slider("moment of the run").press("Home")
    hands.says("Nothing is trained yet.")
    hands.slider("moment of the run").press("End")
    hands.says(TRAINED)


def test_960_networks_train_while_another_cell_answers(luck_of, screenshot):
    book, hands = luck_of("chosen=(2, 0.5, 8)", "print(6 * 7)")
    screenshot(book.page, "luck-before")
    hands.button("Train").press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.says("Step ")
    book.run(1)
    expect(book.output(1)).to_contain_text("42")
    assert book.value("luck.lab.index") < 2000  # the kernel has answered before the last step
    hands.key(hands.button("❚❚ Pause"), "Enter")
    index = book.value("luck.lab.index")
    expect(hands.button("Train")).to_be_visible()
    assert 0 < index == book.value("luck.lab.index") < 2000
    screenshot(book.page, "luck-midway")
    trained(hands)
    said = re.compile(r"960 networks × 2,000 steps in [\d.]+ s")
    expect(hands.node.locator(".far")).to_contain_text(said)
    screenshot(book.page, "luck-light")
    agrees(book, hands)


def test_a_cell_is_chosen_by_arrow_keys_and_a_start_by_slider_and_mouse(luck_of):
    book, hands = luck_of()
    trained(hands)
    first = cell(hands, 2, 0.5)
    expect(first).to_have_attribute("aria-selected", "true")
    expect(first).to_have_attribute("tabindex", "0")
    first.focus()
    hands.key(hands.page.locator(":focus"), "ArrowDown")
    hands.key(hands.page.locator(":focus"), "ArrowRight")
    expect(cell(hands, 4, 2)).to_have_attribute("aria-selected", "true")
    hands.says("4 hidden units, rate 2: ")
    expect(panel(hands, "curves").locator("h4")).to_contain_text("4 hidden units, rate 2: ")
    hands.key(hands.slider("start"), "ArrowRight", "ArrowRight")
    hands.says("Start 3 selected.")
    expect(panel(hands, "chosen")).to_contain_text("Start 3: loss ")
    cell(hands, 1, 0.5).click()
    hands.says("1 hidden unit, rate 0.5: 0 of 10 starts learned XOR")
    where = hands.place("curves", *on_curve(book, hands, 7))
    hands.page.mouse.click(*where)
    hands.rest()
    chosen = book.value("luck.lab.settings['start']") - 1
    losses = book.value("luck.lab.losses[:, 5].tolist()")
    assert abs(losses[chosen] - losses[7]) < 0.05  # that curve, or one on the same pixels
    assert chosen != 2
    agrees(book, hands)


def on_curve(book, hands, k):
    """Where on its canvas, in shares, a curve is after the sixth look at it."""
    box = hands.canvas("curves").bounding_box()
    loss = book.value(f"float(luck.lab.losses[{k}, 5])")
    step, steps = book.value("int(luck.lab.grid.at[5])"), book.value("luck.lab.grid.steps")
    high = book.value("luck.frame['panels']['curves']['high']")
    x = 40 + step / steps * (box["width"] - 58)
    y = 24 + (1 - loss / high) * (box["height"] - 58)
    return x / box["width"], y / box["height"]


def test_the_very_run_is_opened_in_a_playground_below(luck_of, screenshot):
    book, hands = luck_of(SMALL, "1 + 1")
    trained(hands)
    book.run(1)  # another cell, later, which is independent of this one
    hands.key(hands.slider("start"), "ArrowRight")
    hands.key(hands.button("Open in playground"), "Enter")
    line = hands.paper().strip().split("\n")[-1]
    below = Hands(book.output(0).locator(".nnlib-below"))
    below.says("step 500")
    recipe = re.fullmatch(r"widgets\.Playground\(recipe='(.*)'\)", line)[1]
    assert below.status == PlaygroundLab.from_recipe(recipe).sentence
    theta = book.value("luck.below.lab.now.theta.tolist()")
    assert theta == book.value("luck.lab.sweep.thetas[luck.lab.row].tolist()")
    screenshot(book.page, "luck-opened")
    below.node.scroll_into_view_if_needed()
    screenshot(book.page, "luck-opened-below")
    below.key(below.button("Step"), "Enter")  # it still works
    below.says("step 501")
    hands.says("Start 2 selected.")
    hands.key(hands.slider("start"), "ArrowRight")
    hands.key(hands.button("Open in playground"), "Enter")  # another one replaces it
    expect(below.node).to_have_count(1)
    below.says("step 500")
    assert book.value("luck.below.lab.settings['weight_seed']") == 2
    hands.key(hands.button("Close"), "Enter")
    expect(book.output(0).locator(".nnlib-below .nnlib-stage")).to_have_count(0)
    agrees(book, hands)


def test_another_map_is_opened_by_its_recipe(luck_of):
    book, hands = luck_of()
    other = LuckRun(
        hidden_units=[3], learning_rate=[0.1, 1], seeds=30, steps=500, chosen=(3, 1, 29)
    )
    hands.key(hands.button("Recipe"), "Enter")
    other.advance(500)
    hands.node.locator(".paper textarea").fill(other.recipe())
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.says("3 hidden units, rate 1: ")
    hands.key(hands.slider("start"), "ArrowRight")
    hands.says("Start 30 selected.")
    agrees(book, hands)


def test_controls_begin_anew(luck_of):
    book, hands = luck_of()
    hands.more()
    for name in ("steps", "activation", "initial weights", "optimizer"):
        trained(hands)
        select = hands.node.get_by_role("combobox", name=name, exact=True)
        before = book.value("dict(luck.lab.settings)")
        hands.key(select, "ArrowDown")
        assert book.value("dict(luck.lab.settings)") != before, name
        hands.says("Nothing is trained yet.")
    trained(hands)
    agrees(book, hands)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(luck_of, axe, screenshot, dark):
    book, hands = luck_of("chosen=(2, 0.5, 8), steps=500", dark=dark)
    trained(hands)
    assert axe(hands.node) == []
    screenshot(book.page, f"luck-{'dark' if dark else 'axe'}")
    hands.key(hands.button("Open in playground"), "Enter")
    below = Hands(book.output(0).locator(".nnlib-below"))
    assert axe(below.node) == []


def test_it_is_on_one_screen_at_every_width_and_nothing_moves(luck_of, screenshot):
    book, hands = luck_of("chosen=(2, 0.5, 8), steps=500")
    for width in (700, 848, 1112):
        hands.node.evaluate("(node, width) => { node.style.width = `${width}px`; }", width)
        book.page.wait_for_function(
            "width => document.querySelector('.nnlib-stage').clientWidth === width", arg=width
        )
        places = [boxes(hands)]
        trained(hands)
        places.append(boxes(hands))
        assert hands.too_wide() == [] and hands.node.bounding_box()["height"] <= 780, width
        select = hands.node.get_by_role("combobox", name="activation", exact=True)
        hands.key(select, "ArrowDown")
        places.append(boxes(hands))
        assert places[0] == places[1] == places[2], width
        trained(hands)
        screenshot(book.page, f"luck-{width}")


def boxes(hands):
    """Where the controls, the map, the curves and the time are."""
    hands.page.wait_for_timeout(50)  # the browser has laid them out
    names = [
        "button.main",
        "[data-panel=luck]",
        "canvas[data-panel=curves]",
        "input.scrub",
        "select",
    ]
    return [{side: round(value) for side, value in hands.node.locator(name).first.bounding_box()
            .items()} for name in names]  # fmt: skip


def test_the_map_before_stays_to_compare_the_new_one_with(luck_of):
    book, hands = luck_of("chosen=(2, 0.5, 3), seeds=5, steps=500")
    trained(hands)
    counts = book.value("luck.lab.counts.ravel().tolist()")
    select = hands.node.get_by_role("combobox", name="initial weights", exact=True)
    hands.key(select, "ArrowDown")
    before = hands.panel("before")
    assert before.locator("td[role=gridcell] span").all_inner_texts() == [*map(str, counts)]
    expect(before.locator("h4")).to_contain_text(
        f"here {counts[8 + 3]} of 5, with initial weights sized to inputs"
    )
    trained(hands)
    before.locator("[data-cell='4,1']").click()
    hands.says("4 hidden units, rate 1: ")


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = LuckMap(hidden_units=[1, 4], learning_rate=[0.5, 2], seeds=10)
    widget.lab.advance(2000)
    hands = Hands(offline(widget.to_html(tmp_path / "run.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("Nothing is trained yet.")


def test_it_trains_under_voila(voila):
    hands = Hands(voila(OPEN.format(SMALL)))
    trained(hands)
    hands.says(TRAINED)
    hands.key(hands.button("Open in playground"), "Enter")
    Hands(hands.page.locator(".nnlib-below")).says("step 500")
