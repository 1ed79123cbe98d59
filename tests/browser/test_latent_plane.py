"""The latent plane in a real JupyterLab, by mouse and by keyboard, compared with nnlib."""

import re
from functools import partial

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets.latent_plane import LatentRun

OPEN = "from nncourse.widgets import LatentPlane\nw = LatentPlane({}).train({})\nw"
agrees = partial(agrees_with_nnlib, name="w", lab=LatentRun)


@pytest.fixture
def plane_of(notebook):
    """plane_of(430): a notebook with a plane that has been trained so far, and its `Hands`."""

    def opened(steps=0, settings=""):
        book = notebook(OPEN.format(settings, steps))
        return book, Hands(book.output(0))

    return opened


def test_the_plane_unfolds_while_it_trains(plane_of):
    book, hands = plane_of()
    hands.says("Nothing is learned yet")
    before = hands.colours("plane")
    hands.button("▶ Train").press("Enter")
    hands.says("This plane is learned")
    hands.key(hands.button("❚❚ Pause"), "Enter")
    assert hands.colours("plane") != before
    agrees(book, hands)


def test_a_press_anywhere_goes_there_and_a_drag_leads_on(plane_of, screenshot):
    book, hands = plane_of(860)
    mouse = hands.page.mouse
    mouse.click(*hands.place("plane", 0.8, 0.3))
    hands.rest()
    first, second = book.value("w.lab.here.tolist()")
    assert first > 0.3 and second > 0.2
    hands.drag("plane", (0.8, 0.3), (0.4, 0.7))
    first, second = book.value("w.lab.here.tolist()")
    assert first < 0 and second < -0.2
    expect(hands.panel("decoded")).to_contain_text(f"{abs(first):.2f}")
    screenshot(book.page, "latent-plane")
    agrees(book, hands)


def test_arrow_keys_move_the_ring(plane_of):
    book, hands = plane_of(430)
    hands.key(hands.canvas("plane"), "ArrowRight", "ArrowRight", "ArrowUp")
    first, second = book.value("w.lab.here.tolist()")
    assert 0 < second < first
    hands.key(hands.canvas("plane"), "Shift+ArrowDown")
    assert book.value("w.lab.here.tolist()")[1] < 0
    agrees(book, hands)


def test_the_walk_plays_from_a_three_to_an_eight_and_a_picture_of_it_can_be_chosen(plane_of):
    book, hands = plane_of(430)
    hands.button("▶ Walk").press("Enter")
    chosen = hands.panel("walk").get_by_role("option", selected=True)
    expect(chosen).to_have_attribute("aria-label", re.compile("8 of 8"), timeout=10_000)
    expect(hands.button("▶ Train")).to_be_visible()  # the walk has ended by itself
    assert book.value("w.lab.share") == 1
    hands.panel("walk").get_by_role("option").nth(2).click()
    hands.rest()
    assert book.value("w.lab.share") == 0.25
    agrees(book, hands)
