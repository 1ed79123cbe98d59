"""FoldThePlane in a real JupyterLab, by mouse and by keyboard, compared with nnlib."""

import pytest
from hands import Hands, agrees, on_plane
from playwright.sync_api import expect

from nncourse.widgets import FoldThePlane
from nncourse.widgets.fold import FoldDesk

OPEN = "from nncourse.widgets import FoldThePlane\nfold = FoldThePlane({})\nfold"
GATES = "W=[[1, -1], [1, -1]], b=[[-0.5, 1.5]]"


@pytest.fixture
def fold_of(notebook):
    """fold_of("t=3"): a notebook that shows this widget, and Hands to use it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **{"height": 1000} | options)
        return book, Hands(book.output(0))

    return opened


def same(book, hands):
    """Compare the sentence, the points, the layer and the answer with those of this process."""
    desk = agrees(book, hands, "fold", FoldDesk)
    panels = desk.frame()["panels"]
    for part in (*panels["layer"]["rows"][0], *panels["now"]["rows"][0]):
        if not isinstance(part, str):
            cells = hands.node.locator(f"[data-array={part['name']}] .number")
            assert cells.all_inner_texts() == part["texts"], part["name"]
    return desk


def share(hands, x, y, reach):
    """The place of an input on the canvas, as shares of its width and height."""
    window = (-reach, reach, -reach, reach)
    return on_plane(window, x, y, hands.canvas("inputs").bounding_box(), one_unit=True)


def test_the_plane_is_folded_by_the_slider_and_by_the_button(fold_of, screenshot):
    book, hands = fold_of(GATES)
    hands.says("x: not folded yet. Can one line part them now? No")
    screenshot(book.page, "fold-start")
    hands.number("fold").fill("2")
    hands.number("fold").press("Enter")
    hands.says("x W + b: shifted. Can one line part them now? No")
    same(book, hands)
    screenshot(book.page, "fold-shifted")
    hands.key(hands.slider("fold"), "ArrowRight")
    hands.says("On the way to f(x W + b): bent by tanh. Can one line part them now? Yes")
    same(book, hands)
    hands.button("▶ Fold").press("Enter")
    expect(hands.button("▶ Fold again")).to_be_visible()
    hands.says("f(x W + b): bent by tanh. Can one line part them now? Yes, with 0.17 to spare")
    same(book, hands)
    screenshot(book.page, "fold-light")
    hands.button("▶ Fold again").press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.key(hands.button("❚❚ Pause"), "Enter")
    assert 0 < same(book, hands).settings["t"] < 3


def test_points_columns_and_lines_are_dragged(fold_of):
    book, hands = fold_of("t=3")
    hands.drag("inputs", share(hands, 1.2, 0.8, 1.5), share(hands, 0.5, -1.0, 1.5))
    desk = same(book, hands)
    assert abs(desk.numbers["W"][:, 0] - [0.5, -1.0]).max() < 0.051
    hands.drag("inputs", share(hands, 1, 1, 1.5), share(hands, -1.0, -0.5, 1.5))
    desk = same(book, hands)
    assert abs(desk.numbers["X"][3] - [-1.0, -0.5]).max() < 0.051
    W, b = desk.numbers["W"], desk.numbers["b"]
    foot = -b[0, 1] * W[:, 1] / (W[:, 1] @ W[:, 1])
    hands.drag("inputs", share(hands, *foot, 1.5), share(hands, *(foot + W[:, 1] / 3), 1.5))
    moved = same(book, hands).numbers["b"][0, 1] - b[0, 1]
    assert abs(moved + W[:, 1] @ W[:, 1] / 3) < 0.1
    hands.key(hands.button("Same as at first"), "Enter")
    assert same(book, hands).sentence == FoldThePlane(t=3).sentence


def test_everything_can_be_done_by_keyboard(fold_of):
    book, hands = fold_of("t=3")
    plane = hands.canvas("inputs")
    hands.key(plane, "n")  # from the first column of W to the line of the first unit
    hands.key(plane, "ArrowUp")
    desk = same(book, hands)
    assert desk.numbers["b"][0, 0] < -1.5 and desk.numbers["W"][0, 0] == 1.2
    hands.key(plane, "p", "ArrowLeft")
    assert same(book, hands).numbers["W"][0, 0] == 1.15
    hands.key(plane, "p", "ArrowUp")  # back to the last point
    assert same(book, hands).numbers["X"][3, 1] == 1.05
    hands.key(hands.cell("b", 1), "ArrowDown")
    assert same(book, hands).numbers["b"][0, 1] == 0.4
    hands.key(hands.node.get_by_role("combobox", name="activation f"), "n")
    hands.says("bent by nothing, as f is the identity. Can one line part them now? No")
    same(book, hands)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_used_with_a_screen_reader_and_without_a_mouse(fold_of, axe, screenshot, dark):
    book, hands = fold_of(f"t=3, {GATES}", dark=dark)
    assert axe(hands.node) == []
    expect(hands.canvas("inputs")).to_have_attribute("aria-label", "The plane of the inputs. " + (
        FoldThePlane(t=3, W=[[1, -1], [1, -1]], b=[[-0.5, 1.5]]).sentence))  # fmt: skip
    screenshot(book.page, f"fold-{'dark' if dark else 'axe'}")
    hands.button("▶ Fold again").hover()
    screenshot(book.page, f"fold-hover-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("width", [848, 1112, 700])
def test_the_verdict_and_both_planes_are_on_one_screen(fold_of, screenshot, width):
    book, hands = fold_of("t=1", width=width + 300)
    hands.node.evaluate(
        "(node, width) => { node.closest('.nnlib-widget').style.cssText ="
        " `flex: none; width: ${width}px`; }",
        width,
    )
    assert hands.too_wide() == []
    stage, status = hands.node.bounding_box(), hands.node.locator(".status").bounding_box()
    assert round(stage["width"]) == width and stage["height"] <= 780
    left, right = (hands.canvas(name).bounding_box() for name in ("inputs", "hidden_space"))
    assert left["y"] == right["y"] > status["y"] + status["height"]
    screenshot(book.page, f"fold-{width}")


def test_an_exported_page_works_without_a_kernel(offline, tmp_path, screenshot):
    fold = FoldThePlane(t=3, W=[[1, -1], [1, -1]], b=[[-0.5, 1.5]])
    hands = Hands(offline(fold.to_html(tmp_path / "fold.html")))
    hands.says(fold.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("x: not folded yet")
    for _ in range(25):
        hands.slider("moment of the run").press("ArrowRight")
    hands.says("On the way to f(x W + b): bent by tanh. Can one line part them now? Yes")
    screenshot(hands.page, "fold-page")
