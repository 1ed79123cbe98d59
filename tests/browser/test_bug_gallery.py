"""The bug gallery in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import math

import pytest
from hands import Hands, agrees
from playwright.sync_api import expect

from nncourse.bugs import EVERY, SPECIMENS, draw, symptoms_of
from nncourse.widgets import BugGallery
from nncourse.widgets.bug_gallery import GalleryDesk
from nncourse.words import called, fixed, percent, unbroken

OPEN = "from nncourse.widgets import BugGallery\ngallery = BugGallery({})\ngallery"


@pytest.fixture
def gallery_of(notebook):
    """gallery_of("mystery=3"): a notebook with this gallery in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def test_a_specimen_chosen_by_keyboard_shows_its_symptoms_and_its_difference(
    gallery_of, axe, screenshot
):
    book, hands = gallery_of()
    screenshot(book.page, "gallery-light")
    assert axe(hands.node) == []
    hands.says("slope of output · W1 and b1 wrong · caught by the gradient check")
    select = hands.node.get_by_role("combobox", name="specimen", exact=True)
    select.focus()
    hands.key(select, "ArrowDown")
    hands.says("output formula on input · W1 and b1 wrong")
    agrees(book, hands, "gallery", GalleryDesk)
    found = symptoms_of("output_formula_on_input")
    expect(hands.panel("instruments")).to_contain_text(unbroken(percent(found.digits())))
    row = hands.node.get_by_role("row", name="XOR, of 40 starts")
    expect(row).to_contain_text(str(found.xor()))
    expect(hands.panel("slopes")).to_contain_text(fixed(found.times()["W1"]))
    expect(hands.panel("code").locator(".wrong")).to_contain_text("(1 - Z1**2)")
    expect(hands.panel("about")).to_contain_text("scikit-learn on GitHub, issue 14244")
    expect(hands.panel("ask")).to_be_hidden()
    screenshot(book.page, "gallery-nan")


def test_a_mystery_is_solved_by_keyboard_then_another_by_mouse(gallery_of, axe, screenshot):
    book, hands = gallery_of()
    hands.button("Mystery bug").press("Enter")
    hands.rest()
    hands.says("Mystery 10 · ")  # 1 to 9 are those of exercise 13
    screenshot(book.page, "gallery-mystery")
    assert axe(hands.node) == []
    agrees(book, hands, "gallery", GalleryDesk)
    name, choices = draw(10)
    assert called(name) not in hands.status
    expect(hands.panel("code")).to_be_hidden()
    expect(hands.panel("about")).to_be_hidden()
    listed = hands.node.get_by_role("combobox", name="specimen", exact=True)
    expect(listed).to_be_disabled()
    reads = "select => select.selectedOptions[0].text"
    assert listed.evaluate(reads) == "name the mystery first, or give up"
    hands.node.get_by_label(SPECIMENS[name].title, exact=False).press("Space")
    hands.key(hands.button("This is it"), "Enter")
    expect(hands.panel("ask")).to_contain_text("Right, at the first try: ")
    expect(hands.button("Mystery bug")).to_be_focused()
    hands.says(called(name))
    expect(hands.panel("code").locator(".wrong").first).to_be_visible()
    expect(hands.panel("about")).to_contain_text(SPECIMENS[name].question)
    screenshot(book.page, "gallery-solved")
    agrees(book, hands, "gallery", GalleryDesk)

    hands.button("Mystery bug").click()
    hands.rest()
    name, choices = draw(11)
    wrong = next(choice for choice in choices if choice != name)
    hands.node.get_by_label(SPECIMENS[wrong].title, exact=False).click()
    hands.button("This is it").click()
    hands.rest()
    verdict = hands.panel("ask").locator(".verdict")
    expect(verdict).to_contain_text("Your first try is not it. There you would see this: ")
    assert agrees(book, hands, "gallery", GalleryDesk).right is False
    expect(hands.node.get_by_label(SPECIMENS[wrong].title, exact=False)).to_be_disabled()
    hands.node.get_by_label(SPECIMENS[name].title, exact=False).click()
    hands.button("This is it").click()
    hands.rest()
    expect(hands.panel("ask")).to_contain_text("Right, at the second try: ")
    assert agrees(book, hands, "gallery", GalleryDesk).tries == 2


def test_all_are_measured_one_after_the_other_while_the_stage_answers(gallery_of, screenshot):
    book, hands = gallery_of("mystery=9, look='all'")
    hands.button("Measure all").press("Enter")
    expect(hands.panel("map")).to_contain_text("27 of 27", timeout=60_000)
    hands.says("Mystery 9 · W1, b1, W2 and b2 wrong")
    hands.rest()
    expect(hands.node.get_by_role("button", name="Measure all")).to_be_disabled()
    screenshot(book.page, "gallery-map")
    looks = hands.node.get_by_role("combobox", name="look at", exact=True)
    looks.select_option("one specimen")
    hands.rest()
    hands.key(hands.button("Give up"), "Enter")
    expect(hands.panel("ask")).to_contain_text("You gave up. It is this one: ")
    agrees(book, hands, "gallery", GalleryDesk)
    looks.select_option("all on one map")
    hands.rest()
    window, found = gallery_window(book), symptoms_of("hidden_never_trained")
    hands.drag("map", on_map(window, hands, found.gradient_error(), found.digits()))
    hands.says("hidden never trained · W1 and b1 wrong")
    agrees(book, hands, "gallery", GalleryDesk)


def gallery_window(book):
    return book.value("list(map(float, gallery.frame['panels']['map']['window']))")


def on_map(window, hands, error, digits):
    """Where on its canvas, in shares, a specimen with these scores lies."""
    box = hands.canvas("map").bounding_box()
    x0, x1, y0, y1 = window
    across = 50 + (box["width"] - 62) * math.log(max(error, x0) / x0) / math.log(x1 / x0)
    down = 6 + (box["height"] - 44) * (y1 - digits) / (y1 - y0)
    return across / box["width"], down / box["height"]


def test_a_class_opens_the_same_mystery_by_its_recipe_and_a_wrong_one_changes_nothing(gallery_of):
    book, hands = gallery_of()
    hands.key(hands.button("Recipe"), "Enter")
    field = hands.node.locator(".paper textarea")
    field.fill('{"nnlib": "bug_gallery 1", "start": {"mystery": 5000}}')
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.complains("expected a whole number from 0 to 999")
    hands.says("slope of output")
    field.fill(GalleryDesk(mystery=12).recipe())
    hands.key(hands.button("Open this recipe"), "Enter")
    hands.says("Mystery 12 · ")
    agrees(book, hands, "gallery", GalleryDesk)
    hands.key(hands.button("Copy as Python"), "Enter")
    assert "draw(12)" in hands.paper() and draw(12)[0] not in hands.paper()


@pytest.mark.parametrize("dark", [False, True])
def test_at_700_pixels_nothing_scrolls_sideways(gallery_of, screenshot, dark):
    book, hands = gallery_of("specimen='rate_too_large'", width=700, height=1700, dark=dark)
    assert hands.too_wide() == []
    screenshot(book.page, f"gallery-700-{'dark' if dark else 'light'}")
    hands.more()
    assert hands.too_wide() == []  # the slider does not lie over its own label
    hands.key(hands.button("Mystery bug"), "Enter")
    assert hands.too_wide() == []
    screenshot(book.page, f"gallery-700-mystery-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("number, until", [(8, 7), (9, 8)])
def test_a_mystery_is_on_one_screen_from_the_first_try_to_its_name(gallery_of, number, until):
    book, hands = gallery_of(f"mystery={number}, until={until}", width=1000)
    stage, page = hands.node, book.page
    for width in (848, 700):
        for _ in range(2):  # a scrollbar may come or go
            size, own = page.viewport_size, stage.bounding_box()["width"]
            page.set_viewport_size({"width": round(size["width"] + width - own), "height": 900})
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
            )
        assert stage.bounding_box()["width"] == pytest.approx(width, abs=1)
        assert stage.bounding_box()["height"] <= 780
    name, choices = draw(number, until)
    wrong = max(set(choices) - {name}, key=lambda choice: len(EVERY[choice].why))
    hands.node.get_by_label(EVERY[wrong].title, exact=False).click()
    hands.button("This is it").click()
    hands.rest()
    assert stage.bounding_box()["height"] <= 780
    hands.button("Give up").click()
    hands.rest()
    assert stage.bounding_box()["height"] <= 780
    book.execute("gallery.lab.set('specimen', 'never_zeroed'); gallery._show()")  # the most lines
    hands.says("never zeroed")
    assert stage.bounding_box()["height"] <= 780
    for name in ("copies_before_split", "dropout_at_prediction"):  # the most instruments
        book.execute(f"gallery.lab.set('specimen', {name!r}); gallery._show()")
        hands.says(called(name))
        assert stage.bounding_box()["height"] <= 780


def test_a_later_mystery_is_solved_by_the_instruments_that_came_with_it(gallery_of, screenshot):
    book, hands = gallery_of("mystery=9, until=8")  # of exercise 13: its name is not told here
    name, choices = draw(9, until=8)
    expect(hands.panel("instruments")).to_contain_text("leak")
    expect(hands.node.get_by_role("row", name="fresh digits")).to_be_visible()
    screenshot(book.page, "gallery-later-mystery")
    assert hands.node.bounding_box()["height"] <= 780
    hands.node.get_by_label(EVERY[name].title, exact=False).press("Space")
    hands.key(hands.button("This is it"), "Enter")
    expect(hands.panel("ask")).to_contain_text("Right, at the first try: ")
    expect(hands.panel("code").locator(".wrong").first).to_be_visible()
    agrees(book, hands, "gallery", GalleryDesk)
    listed = hands.node.get_by_role("combobox", name="specimen", exact=True)
    listed.select_option("training: adam uncorrected")
    hands.says("adam uncorrected · the slopes are right · caught by steps from known slopes")
    agrees(book, hands, "gallery", GalleryDesk)


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = BugGallery(specimen="sign")
    hands = Hands(offline(widget.to_html(tmp_path / "gallery.html")))
    hands.says("sign · W1, b1, W2 and b2 wrong")
    expect(hands.panel("code").locator(".wrong")).to_contain_text("(Y - A2)")
    hands.slider("moment of the run").press("Home")
    hands.says("right · the slopes are right")
