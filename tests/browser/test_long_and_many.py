"""What lasts long, or comes many times: frames, widgets, pages, a slow line, and a kernel's end."""

import os
import re
import signal

import pytest
from hands import Hands
from playwright.sync_api import expect
from real_lab import Notebook

OPEN = "from nncourse.widgets import Playground\nw = Playground({})\nw"
PLAYING = "data='circles', learning_rate=0.01"


def played(notebook, settings=PLAYING, **options):
    """A notebook in which a playground plays, and its hands."""
    book = notebook(OPEN.format(settings), **options)
    hands = Hands(book.output(0))
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step [\d,]{2,}"))
    return book, hands


@pytest.mark.parametrize(
    ("end", "words"),
    [("killed", "The kernel died, and a new one has started"),
     ("restarted", "The kernel was restarted"), ("shut down", "The kernel has ended")],
)  # fmt: skip
def test_a_kernel_that_ends_during_a_play_leaves_its_last_picture_and_says_so(
    notebook, screenshot, end, words
):
    book, hands = played(notebook)
    if end == "killed":
        os.kill(book.value("__import__('os').getpid()"), signal.SIGKILL)
        book.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    elif end == "restarted":
        book.restart()
    else:
        book.shut_down()
    hands.complains(f"{words}, and this picture is the last that it sent. Run the cell again")
    stood = hands.status
    assert re.match(r"epoch \d+ · step [\d,]{2,}", stood)
    for name in ("▶ Play", "Step"):
        expect(hands.button(name)).to_be_disabled()
    expect(hands.button("❚❚ Pause")).to_have_count(0)
    expect(hands.node).to_have_attribute("aria-busy", "false")
    book.dark()  # what is drawn again is the same, and the words stay
    hands.complains(words)
    screenshot(book.page, f"kernel-{end.replace(' ', '-')}")
    assert hands.status == stood and not hands.button("❚❚ Pause").count()
    if end == "shut down":
        book.restart()
    book.run(0)
    again = Hands(book.output(0))
    again.says("step 0 ")
    again.key(again.button("Step"), "Enter")
    again.says("step 1 ")
    assert book.page.locator(".nnlib-stage").count() == 1


def test_two_pages_on_a_notebook_show_one_run(notebook, fresh_lab, new_page):
    book, hands = played(notebook)
    book.save()
    other = Notebook(fresh_lab, *new_page(), book.name).open()
    beside = Hands(other.page)
    beside.says(re.compile(r"step [\d,]{2,}"))
    expect(beside.button("❚❚ Pause")).to_be_visible()
    for one, two in ((beside, hands), (hands, beside)):
        one.key(one.button("❚❚ Pause"), "Enter")
        expect(two.button("▶ Play")).to_be_visible()
        two.says(one.status)
        two.key(two.slider("learning rate"), "PageUp")
        expect(one.number("learning rate")).to_have_value(two.number("learning rate").input_value())
        assert book.value("len(w.lab.changes)") == 1  # no page tells the other's change again
        at = book.value("w.lab.now.index")
        one.key(one.button("Step"), "Enter")
        two.says(f"step {at + 1:,} ")
        one.key(one.button("▶ Play"), "Enter")
        expect(two.button("❚❚ Pause")).to_be_visible()
        book.execute("w.lab.reset()")
