"""The optimizer race in a real JupyterLab, by mouse and by key, beside what nnlib computes."""

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets import OptimizerRace
from nncourse.widgets.optimizer_race import RaceRun

OPEN = "from nncourse.widgets import OptimizerRace\nrace = OptimizerRace({}){}\nrace"
QUICK = "seeds=2, batch_size=128, passes=10"


@pytest.fixture
def race_of(notebook):
    """race_of("seeds=2", ".train(20)"): a notebook with this race in it, and hands on it."""

    def opened(settings=QUICK, then="", *cells, **options):
        book = notebook(OPEN.format(settings, then), *cells, **options)
        return book, Hands(book.output(0))

    return opened


def agrees(book, hands):
    return agrees_with_nnlib(book, hands, "race", RaceRun)


def test_it_is_raced_by_key_while_another_cell_answers_and_scrubbed(race_of):
    book, hands = race_of("seeds=10, passes=40", "", "print(6 * 7)")
    hands.says("Nothing is trained yet: four optimizers, 10 starts each, batches of 32.")
    hands.button("▶ Race").press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.says("update")
    book.run(1)
    expect(book.output(1)).to_contain_text("42")
    hands.key(hands.button("❚❚ Pause"), "Enter")
    index = book.value("race.lab.newest.index")
    assert 0 < index == book.value("race.lab.newest.index") < 1720
    hands.key(hands.slider("moment of the run"), "Home")
    hands.says("Nothing is trained yet")


def test_it_ends_where_nnlib_ends_and_begins_again(race_of):
    book, hands = race_of()
    hands.button("▶ Race").click()
    expect(hands.button("▶ Race again")).to_be_visible(timeout=30_000)
    hands.says("110 updates (10 passes), batches of 128: held-out accuracy plain steps 9")
    assert agrees(book, hands).done
    hands.node.get_by_role("combobox", name="batch size").select_option("8")
    hands.says("Nothing is trained yet: four optimizers, 2 starts each, batches of 8.")
    expect(hands.button("▶ Race")).to_be_visible()


def test_the_axes_are_chosen_without_a_new_race(race_of, screenshot):
    book, hands = race_of(QUICK, ".train(110)")
    before, seen = hands.status, [hands.colours("race")]
    over = hands.node.get_by_role("combobox", name="over", exact=True)
    for unit in ("passes", "s"):
        hands.key(over, "ArrowDown")
        expect(hands.panel("table").get_by_role("row", name="A Adam")).to_contain_text(f" {unit}")
        seen.append(hands.colours("race"))
    hands.key(hands.node.get_by_role("combobox", name="held-out", exact=True), "ArrowDown")
    seen.append(hands.colours("race"))
    assert len(set(seen)) == 4 and hands.status == before


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(race_of, axe, screenshot, dark):
    book, hands = race_of("", ".train(860)", dark=dark)
    assert axe(hands.node) == []
    assert hands.status in hands.canvas("race").get_attribute("aria-label")
    screenshot(book.page, f"race-{'dark' if dark else 'light'}")


def test_at_700_pixels_nothing_scrolls_sideways(race_of, screenshot):
    book, hands = race_of(QUICK + ", over='seconds'", ".train(110)", width=700)
    assert hands.too_wide() == []
    screenshot(book.page, "race-700")


def test_a_page_of_its_own_goes_through_the_race_offline(offline, tmp_path):
    widget = OptimizerRace(seeds=2, batch_size=128, passes=10).train(110)
    hands = Hands(offline(widget.to_html(tmp_path / "race.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("Nothing is trained yet")
