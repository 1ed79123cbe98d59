"""What lasts long, or comes many times: frames, widgets, pages, a slow line, and a kernel's end."""

import copy
import os
import re
import signal

import pytest
from hands import Hands
from playwright.sync_api import expect
from real_lab import LAB_NOISE, Notebook
from slow_line import slow_line
from thorough import cases

from nncourse import widgets

OPEN = "from nncourse.widgets import Playground\nw = Playground({})\nw"
PLAYING = "data='circles', learning_rate=0.01"

# What JupyterLab says of a line that is cut, and the browser of what it asks for meanwhile.
LOST_NOISE = [
    ("error", r".*(ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket).*", r".*"),
    ("warning", r"Connection lost, reconnecting in \d+ seconds\.|.*Failed to fetch.*", r".*"),
    ("warning", r"WebSocket connection to .* failed: .*", r".*"),
    ("error", r"(.|\n)*Failed to fetch(.|\n)*", r".*"),
]


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


def test_a_notebook_without_its_kernel_shows_pictures_of_its_widgets(
    notebook, fresh_lab, new_page, screenshot
):
    asks = "predict('Seven or eight?', ['7', '8'], '7', 'Seven.')"
    tells = ["from nncourse.widgets import predict, tally", asks, "print(7)", "tally()"]
    book = notebook(OPEN.format(PLAYING), *tells)
    hands = Hands(book.output(0))
    hands.key(hands.button("Step"), "Enter")
    hands.says("step 1 ")
    book.save()
    book.reload()  # the kernel runs on, and the widget with it
    Hands(book.output(0)).says("step 1 ")
    kept = (fresh_lab.root / book.name).read_bytes()
    assert b"widget-view" in kept and b"image/png" in kept
    book.restart()
    for opened in ("by the kernel after", "without a kernel", "by the kernel of this page"):
        book.page.goto("about:blank")
        if opened == "without a kernel":
            fresh_lab.shut_down_kernels()
        book.open()
        expect(book.output(0).locator("img")).to_be_visible()
        expect(book.output(2)).to_contain_text("Predict first: Seven or eight?")
        expect(book.output(3)).to_contain_text("7")
        expect(book.output(4)).to_contain_text("One prediction on this page: one still open.")
        expect(book.page.get_by_text("not found")).to_have_count(0)
    screenshot(book.page, "opened-the-next-day")
    assert (fresh_lab.root / book.name).read_bytes() == kept  # read so, not written so
    book.run(0)
    Hands(book.output(0)).says("step 0 ")


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


@pytest.fixture
def line(fresh_lab):
    """A line to the server, slow or cut when a test says so."""
    with slow_line(fresh_lab.url) as line:
        yield line


@pytest.fixture
def far(fresh_lab, line, new_page):
    """A notebook with the playground at the other end of the line, and its hands."""
    lab = copy.copy(fresh_lab)
    lab.url = line.url
    name = fresh_lab.write(OPEN.format(""))
    book = Notebook(lab, *new_page(noise=[*LAB_NOISE, *LOST_NOISE]), name).open().run_all()
    return book, Hands(book.output(0))


def reconnect(line, book):
    """Mend the line, and connect at once: JupyterLab waits longer after each time that it tried."""
    line.mend()
    book.panel.evaluate("panel => panel.sessionContext.session.kernel.reconnect()")


def test_on_a_slow_line_nothing_is_lost_or_done_twice_and_the_wait_is_said(line, far, screenshot):
    book, hands = far
    wait = hands.node.get_by_text("waiting for the kernel")
    hands.key(hands.button("Step"), "Enter")
    expect(wait).to_be_hidden()
    line.delay = 0.3
    slider, number = hands.slider("learning rate"), hands.number("learning rate")
    shown = []
    for _ in range(10):
        slider.press("ArrowRight")
        shown.append(float(number.input_value()))
    assert shown == sorted(shown) and shown[0] < shown[-1]
    expect(wait).to_be_visible()
    screenshot(book.page, "slow-line")
    hands.rest()
    expect(wait).to_be_hidden()
    assert book.value("w.lab.settings['learning_rate']") == shown[-1]
    expect(number).to_have_value(f"{shown[-1]:g}")
    for _ in range(3):
        hands.button("Step").press("Enter")
    slider.press("PageDown")  # acts after the steps, as it was done after them
    hands.rest()
    hands.says("step 4 ")
    assert [change[:3] for change in book.value("w.lab.changes")] == [
        [1, "set", "learning_rate"], [4, "set", "learning_rate"]]  # fmt: skip
    x, y = book.value("w.lab.data.X[0].tolist()")
    output = hands.canvas("output")
    output.press("n")
    for _ in range(4):
        output.press("ArrowUp")
    hands.rest()
    x0, x1, *_ = book.value("w.lab.window")
    assert book.value("w.lab.data.X[0].tolist()") == pytest.approx(
        [x, y + 4 * 0.02 * (x1 - x0)], abs=0.01
    )
    for _ in range(2):  # before it shows that it plays
        hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    pause = hands.button("❚❚ Pause")
    for _ in range(2):
        pause.press("Enter")
    hands.rest()
    expect(hands.button("▶ Play")).to_be_visible()
    hands.says(book.value("w.sentence"))
    assert not book.value("w.player.playing")


def test_what_is_done_while_the_line_is_cut_is_done_when_it_is_back(line, far, screenshot):
    book, hands = far
    step = hands.button("Step")
    line.delay = 0.3
    step.press("Enter")
    line.cut()  # the message is on its way, and is lost
    hands.complains("The connection to the kernel is lost")
    for _ in range(2):
        step.press("Enter")
    screenshot(book.page, "line-cut")
    book.page.wait_for_timeout(cases(5000, 1))
    line.delay = 0
    reconnect(line, book)
    hands.says("step 3 ")
    expect(hands.node.get_by_role("alert")).to_be_hidden()
    assert book.value("w.lab.now.index") == 3
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"step \d{2,}"))
    line.cut()
    hands.complains("The connection to the kernel is lost")
    reconnect(line, book)
    expect(hands.node.get_by_role("alert")).to_be_hidden()
    went = hands.status
    expect(hands.node.locator(".status")).not_to_have_text(went)
    hands.key(hands.button("❚❚ Pause"), "Enter")
    hands.says(book.value("w.sentence"))


# What is in sight and can be used, on any stage; to play and to answer have tests of their own.
NOT_NOW = ":not([data-name=play], [data-name=guess])"
USED = f"input[type=range]:enabled:not(.scrub), button[data-name]:enabled{NOT_NOW}"
PLAYERS = ["Playground", "DigitsLab", "Descent", "FoldThePlane", "KernelLab"]
KINDS = [*PLAYERS, *(name for name in widgets.__all__ if name[0].isupper() and name not in PLAYERS)]
MANY = [f"widgets.{name}()" for name in KINDS] + [
    "widgets.Playground(data='spirals')", "widgets.DigitsLab(density='lab')",
    "widgets.ActivationExplorer(look='depth')",
    "widgets.predict('2 + 2?', ['4', '5'], '4', 'Count.')",  # the last: it covers what follows
]  # fmt: skip
# For each run of a cell, also of one that prints, JupyterLab 4.6 keeps 260 nodes and 810 listeners.
# A page keeps what a key was pressed in, also a widget of one button; and half a megabyte is our
# module, which anywidget imports anew for each widget, also for one that draws nothing with it.
KEPT_BY_OTHERS = {"nodes": 350, "listeners": 1000, "MB": 0.8}
KEPT = "kept = globals().get('kept', {})"
LIVING = (
    "sum(hasattr(w, 'player') and w.comm is not None"
    " for w in __import__('ipywidgets').widget._instances.values())"
)


def held(page) -> dict:
    """What a page holds: nodes and listeners, also those that are shown no more, and megabytes."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return {"nodes": found["Nodes"], "listeners": found["JSEventListeners"],
            "MB": found["JSHeapUsedSize"] / 1e6}  # fmt: skip


def no_more(before: dict, after: dict, room: float) -> None:
    """Nothing has grown by more than `room`, as a share, and the heap by 20 MB at most."""
    for name in ("nodes", "listeners"):
        assert after[name] < (1 + room) * before[name], (before, after)
    assert after["MB"] < before["MB"] + 20


@pytest.mark.doors
@pytest.mark.parametrize(
    ("widget", "settings"),
    [("Playground", "pace='step', learning_rate=0.001, hidden_units=1"),
     ("DigitsLab", "pace='epochs', learning_rate=0.001, hidden_units=2, batch_size=100")],
)  # fmt: skip
def test_a_play_of_many_frames_leaves_nothing_on_the_page(notebook, widget, settings):
    book = notebook(f"from nncourse.widgets import {widget}\nw = {widget}({settings})\nw")
    hands = Hands(book.output(0))
    hands.button("▶ Play").press("Enter")
    book.execute("w.lab.PICTURES = w.player.rate = 10_000")

    def until(frame: int) -> None:
        while book.value("w.frame['no']") < frame:  # at most four of them are on their way
            book.page.wait_for_timeout(100)

    until(50)
    before = held(book.page)
    until(50 + cases(100_000, 150))
    no_more(before, held(book.page), 0.02)
    hands.key(hands.button("❚❚ Pause"), "Enter")
    # A step, or an epoch, in each frame: none was left out.
    assert book.value("w.frame['no'] - w.lab.now.index / w.lab.pace") < 10


class Page:
    """A notebook with many widgets."""

    def __init__(self, book, calls):
        self.book, self.calls = book, calls
        self.cells = range(1, len(calls) + 1)

    def stage(self, cell: int) -> Hands:
        self.book.panel.evaluate("(panel, cell) => panel.content.scrollToItem(cell, 'start')", cell)
        return Hands(self.book.output(cell))

    def frame(self, cell: int) -> int:
        """The number of the frame that a cell's widget has come to."""
        return self.book.value(f"kept[{cell}].frame['no']")

    def use(self, cell: int) -> None:
        """Press the first key that does something on a stage, which answers."""
        hands, number = self.stage(cell), self.frame(cell)
        control = hands.node.locator(USED).locator("visible=true").first
        control.press("ArrowRight" if control.get_attribute("type") == "range" else "Enter")
        hands.rest()
        assert self.frame(cell) > number, self.calls[cell - 1]


@pytest.mark.doors
def test_twenty_widgets_on_a_page_answer_and_leave_nothing(notebook, screenshot):
    calls = MANY[: cases(len(MANY), 6)]
    cells = [f"kept[{cell}] = {call}\nkept[{cell}]" for cell, call in enumerate(calls, 1)]
    page = Page(notebook(f"from nncourse import widgets\n{KEPT}", *cells), calls)
    book = page.book
    for cell in page.cells:
        page.use(cell)
        screenshot(book.page, f"many-{cell}")
    # Five play at once, and the kernel answers cells and hands.
    five = page.cells[:5]
    for cell in five:
        page.stage(cell).node.locator("[data-name=play]").press("Enter")
        page.stage(cell).rest()
    assert book.value("1 + 1") == 2
    page.use(page.cells[5])
    book.execute("for one in kept.values(): one.player.pause()")
    rounds = cases(5, 1)
    for turn in range(1 + rounds):
        for cell in page.cells:
            book.run(cell)
        for cell in page.cells:
            page.stage(cell)
        book.run(0)
        # One of the first round was seen to stay open, the same one after two rounds.
        assert book.value(LIVING) <= len(calls) + 1
        if turn == 0:  # those that keys were pressed in are kept, and counted here
            before = held(book.page)
    after = held(book.page)
    for name, most in KEPT_BY_OTHERS.items():
        assert after[name] < before[name] + most * rounds * (len(calls) + 1), (before, after)
