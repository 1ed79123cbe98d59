"""What a hand waits for: slider to pixels, frames a second, Pause, a frame in Python, and memory.

A real JupyterLab in a real Chromium. The three pictures of the first table are asked for on one
page, of one kernel, round after round and in another order each time: the ratios hold when the
machine's speed drifts. Pixels are looked at after each frame of the browser, of which there are 60
a second, so every time holds the wait for the next one. Jupyter's server at times holds an answer
back for 40 ms, until the browser's TCP has acknowledged the small message before it (tornado leaves
Nagle's algorithm on): the best quarter shows the times without. Run it with one BLAS thread
(`make bench-widgets` does), and alone.
"""

import random
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from nncourse.widgets.playground import LAYERS, PlaygroundLab
from nncourse.widgets.playground_data import FEATURES
from nncourse.widgets.playground_panels import answers

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "browser"))
import real_lab  # noqa: E402 - what it shares with the tests stands beside them

ROUNDS, SECONDS, FRAMES = 40, 3, 500
PLAY_BUTTON = ".nnlib-stage button[data-name=play]"

# The learning rate changes no picture of a run that rests; the number of hidden units makes another
# network and its whole picture, which is the most that a slider of the playground asks for.
PLAYGROUND = """
from nncourse.widgets import Playground
w = Playground()
w
"""
# The floor: two pictures of the same size, made beforehand, as bytes to a canvas.
CACHED = '''
import anywidget, numpy as np, traitlets

class Cached(anywidget.AnyWidget):
    _esm = """
    function render({ model, el }) {
      const slider = document.createElement("input");
      Object.assign(slider, { type: "range", min: 2, max: 16, value: 4 });
      slider.addEventListener("input", () => model.send(Number(slider.value)));
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 100;
      const draw = () => {
        const grey = new Uint8Array(model.get("picture").buffer);
        const colours = new Uint8ClampedArray(40000);
        for (let i = 0; i < 10000; i++) colours.set([grey[i], grey[i], grey[i], 255], 4 * i);
        canvas.getContext("2d").putImageData(new ImageData(colours, 100), 0, 0);
      };
      model.on("change:picture", draw);
      draw();
      el.className = "cached";
      el.append(slider, canvas);
    }
    export default { render };
    """
    picture = traitlets.Bytes().tag(sync=True)

pictures = np.random.default_rng(7).integers(0, 256, (2, 10_000)).astype(np.uint8)
cached = Cached(picture=pictures[0].tobytes())

def answer(widget, units, buffers):
    widget.picture = pictures[units % 2].tobytes()

cached.on_msg(answer)
cached
'''
# The same picture by matplotlib, of networks trained beforehand.
INTERACT = """
import ipywidgets
from nnlib import Network, SGD, train, xor
from nncourse import plots

data, trained = xor(), {}
for units in range(2, 17):
    net = Network((2, units, 1), output="logistic", loss="cross_entropy")
    rng = np.random.default_rng(7)
    for step in train(net, net.init(rng), data.X, data.Y, SGD(0.5), rng=rng, steps=300):
        pass
    trained[units] = net, step.theta

def draw(units):
    plots.decision_boundary(*trained[units], data)

ipywidgets.interact(draw, units=ipywidgets.IntSlider(4, 2, 16));
"""
PLAY = """
from nncourse.widgets import {name}
w = {name}({settings})
w
"""

# The widgets of notebooks 01 to 05: what is moved, and where the answer is seen.
DESKS = {
    "ActivationExplorer()": ("input[type=range][data-name=z]", "canvas[data-panel=curve]"),
    'ActivationExplorer(look="depth", hidden_layers=15)': (
        "input[type=range][data-name=hidden_layers]", "canvas[data-panel=depth]"),
    "Spreadsheet()": ("[data-cell='W1,0']", "[data-cell='Z1,9']"),
    "FoldThePlane(t=3)": ("[data-cell='W,0']", "canvas[data-panel=hidden_space]"),
    "Descent()": ("input[type=range][data-name=learning_rate]", "canvas[data-panel=curves]"),
    "NudgeTest()": ("input[type=range][data-name=step]", "canvas[data-panel=errors]"),
    "BackpropStepper()": (
        "[data-panel=given] [data-cell='W1,0']", "[data-panel=given] [data-cell='W1,0']"),
}  # fmt: skip

# looked(): what a canvas or an image shows, as a text to compare. frames_of(): hands the time and
# that text on after every frame of the browser, until told that this is enough.
WATCH = """
() => {
  const small = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingEnabled = false;
  window.looked = selector => {
    const seen = document.querySelector(selector);
    if (seen && !seen.matches("canvas, img")) return seen.textContent;
    if (!seen || seen.tagName === "IMG") return seen?.complete ? seen.src : "";
    pen.clearRect(0, 0, 32, 32);
    pen.drawImage(seen, 0, 0, 32, 32);
    return pen.getImageData(0, 0, 32, 32).data.join();
  };
  window.frames_of = (selector, see) => new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (see(performance.now(), window.looked(selector))) resolve();
      else requestAnimationFrame(() => port2.postMessage(0));
    };
    port2.postMessage(0);
  });
}
"""
# The slider's next position, either way; milliseconds from the event to other pixels.
SLIDE = """
async ([slider, picture, up]) => {
  const hand = document.querySelector(slider);
  document.querySelector(picture).scrollIntoView({ block: "center" });
  const still = performance.now() + 150;
  await frames_of(picture, now => now > still);
  const before = looked(picture), begun = performance.now();
  if (hand.matches("input")) {
    hand.value = Number(hand.value) + (up ? 1 : -1) * Number(hand.step || 1);
    hand.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    const number = hand.matches("[data-cell]");
    const key = number ? (up ? "ArrowUp" : "ArrowDown") : up ? "ArrowRight" : "ArrowLeft";
    hand.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }
  let shown = NaN;
  await frames_of(picture, (now, text) => {
    if (text !== before && text !== "") shown = now - begun;
    return shown > 0 || now > begun + 2000;
  });
  return shown;
}
"""
COUNT = """
async ([picture, seconds]) => {
  const begun = performance.now();
  let count = -1, before;
  await frames_of(picture, (now, text) => {
    if (text !== before) count++;
    before = text;
    return now > begun + 1000 * seconds;
  });
  return count / seconds;
}
"""
# Milliseconds that a cell with 1 + 1 takes, ten times.
MEANWHILE = """
async panel => {
  const kernel = panel.sessionContext.session.kernel, times = [];
  for (let i = 0; i < 10; i++) {
    const begun = performance.now();
    await kernel.requestExecute({ code: "1 + 1" }).done;
    times.push(performance.now() - begun);
    await new Promise(resolve => setTimeout(resolve, 130));
  }
  return times;
}
"""
PAUSE = """
async picture => {
  const begun = performance.now();
  let before = looked(picture), last = 0;
  document.querySelector(".nnlib-stage button[data-name=play]").click();
  await frames_of(picture, (now, text) => {
    if (text !== before) last = now - begun;
    before = text;
    return now > begun + 1000;
  });
  return last;
}
"""
RSS = "__import__('gc').collect() * 0 + __import__('psutil').Process().memory_info().rss"
HEAP = "() => { gc(); gc(); return performance.memory.usedJSHeapSize; }"


def opened(lab, browser, *cells):
    """These cells in a notebook, run, on a page that can be watched."""
    lab.forget_settings()
    notebook = real_lab.Notebook(lab, *real_lab.new_page(browser), lab.write(*cells))
    notebook.open().run_all()
    notebook.page.evaluate(WATCH)
    return notebook


def closed(lab, notebook):
    """Away with the page and its kernel; what the console had against it is said."""
    notebook.page.context.close()
    lab.shut_down_kernels()
    for line in notebook.console.complaints():
        print(f"  console: {line[:300]}")


def slider_to_pixels(lab, browser):
    """Milliseconds from a slider's event to changed pixels: ours, the floor, matplotlib."""
    notebook = opened(lab, browser, PLAYGROUND, CACHED, INTERACT)
    hands = [
        (".nnlib-stage input[type=range][data-name=hidden_units]",
         ".nnlib-stage canvas[data-panel=output]"),
        (".cached input", ".cached canvas"),
        (".widget-interact .noUi-handle", ".widget-interact img"),
    ]  # fmt: skip
    return timed(lab, notebook, hands)


def desk_to_pixels(lab, browser, call, hand, picture):
    """Milliseconds from a hand on a widget of notebooks 01 to 05 to its picture; and the floor."""
    notebook = opened(lab, browser, f"from nncourse.widgets import *\nw = {call}\nw", CACHED)
    stage = (f".nnlib-stage {hand}", f".nnlib-stage {picture}")
    return timed(lab, notebook, [stage, (".cached input", ".cached canvas")])


def timed(lab, notebook, hands):
    """Milliseconds of each [(hand, picture)], round after round, in another order each time."""
    for _, picture in hands:
        notebook.page.locator(picture).wait_for()
    times, order = [[] for _ in hands], random.Random(7)
    for turn in range(-4, ROUNDS):  # the first rounds warm up
        for i in order.sample(range(len(hands)), len(hands)):
            ms = notebook.page.evaluate(SLIDE, [*hands[i], turn % 8 < 4])
            if turn >= 0:
                times[i].append(ms)
    closed(lab, notebook)
    return times


def playing(lab, browser, name, picture, settings=""):
    """Frames a second, what 1 + 1 takes meanwhile, Pause to the last changed pixels."""
    notebook = opened(lab, browser, PLAY.format(name=name, settings=settings))
    picture = f".nnlib-stage canvas[data-panel={picture}]"
    notebook.page.locator(picture).scroll_into_view_if_needed()
    play = notebook.page.locator(PLAY_BUTTON)
    play.click()
    notebook.page.wait_for_timeout(500)
    rate = notebook.page.evaluate(COUNT, [picture, SECONDS])
    meanwhile = notebook.panel.evaluate(MEANWHILE)
    pauses = [notebook.page.evaluate(PAUSE, picture)]
    for _ in range(4):
        play.click()
        notebook.page.wait_for_timeout(500)
        pauses.append(notebook.page.evaluate(PAUSE, picture))
    closed(lab, notebook)
    return rate, meanwhile, pauses


def memory(lab, browser, frames):
    """Megabytes of the kernel and of the page's heap, before and after so many frames of play."""
    notebook = opened(lab, browser, PLAY.format(name="Playground", settings=""))
    play = notebook.page.locator(PLAY_BUTTON)

    def played(more):
        number = notebook.value("w.frame['no']")
        play.click()
        while notebook.value("w.frame['no']") < number + more:
            notebook.page.wait_for_timeout(200)
        play.click()
        notebook.page.wait_for_timeout(500)
        kernel, heap = notebook.value(RSS), notebook.page.evaluate(HEAP)
        return kernel / 1e6, heap / 1e6

    # What a run remembers is full after some hundred frames: that is no leak.
    before, after = played(300), played(frames)
    closed(lab, notebook)
    return before, after


def frame_ms(hidden, more_features):
    """The sizes, and the milliseconds of a frame: an epoch of 250 points in batches of 10, both
    losses and the 100 x 100 map of every unit; and of the same with everything packed to be sent.
    """
    lab = PlaygroundLab(
        data="circles", n=500, train_share=50, batch_size=10, learning_rate=0.03,
        hidden_space=False, hidden_layers=len(hidden), **dict(zip(LAYERS, hidden)),
        **dict.fromkeys(FEATURES, True) if more_features else {},
    )  # fmt: skip
    lab.advance(5000)  # at first it remembers every step
    computed, packed = [], []
    for _ in range(100):
        begun = time.perf_counter()
        lab.epoch()
        answers(lab, lab.now.theta)
        computed.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        lab.epoch()
        lab.frame()
        packed.append(1000 * (time.perf_counter() - begun))
    return lab.net.sizes, statistics.median(computed), statistics.median(packed)


def row(name, *columns):
    """A line of a table."""
    print(f"  {name:16s}", *(f"{column:>20s}" for column in columns))


def print_sliders(lab, browser):
    times = slider_to_pixels(lab, browser)
    print("\nslider to changed pixels, ms")
    row("", "median", "best quarter")
    for name, mine in zip(["playground", "cached picture", "interact"], times):
        row(name, *(f"{at(mine):.0f}" for at in (statistics.median, best_quarter)))
    for name, above, below, goal in [("playground / cached picture", 0, 1, "≤ 1.3"),
                                     ("interact / playground", 2, 0, "≥ 5")]:  # fmt: skip
        by_median, by_best = (
            at(times[above]) / at(times[below]) for at in (statistics.median, best_quarter)
        )
        print(f"  {name:28s}{by_median:5.2f}, by the best quarter {by_best:5.2f} (goal {goal})")


def print_desks(lab, browser):
    print(
        "\nnotebooks 01 to 05, hand to changed picture, ms (goal: at most 1.3 times the cached one)"
    )
    heads = ("median", "cached picture", "ratio", "by best quarter")
    print(f"  {'':45s}", *(f"{head:>16s}" for head in heads))
    for call, (hand, picture) in DESKS.items():
        ours, floor = desk_to_pixels(lab, browser, call, hand, picture)
        median, below = statistics.median(ours), statistics.median(floor)
        best = best_quarter(ours) / best_quarter(floor)
        columns = (f"{median:.0f}", f"{below:.0f}", f"{median / below:.2f}", f"{best:.2f}")
        print(f"  {call:45s}", *(f"{column:>16s}" for column in columns))


def best_quarter(times):
    """What three in four are longer than."""
    return statistics.quantiles(times, n=4)[0]


def print_playing(lab, browser):
    print("\nplaying")
    row("", "frames/s", "1 + 1 beside it, ms", "Pause to rest, ms")
    row("goal", "≥ 20", "at once", "≤ 100")
    for name, picture, settings in [
        ("Playground", "output", 'data="spirals", hidden_units=8, learning_rate=0.1'),
        ("DigitsLab", "loss", ""),
    ]:
        rate, *waits = playing(lab, browser, name, picture, settings)
        both = [f"{statistics.median(wait):.0f}, at most {max(wait):.0f}" for wait in waits]
        row(name, f"{rate:.1f}", *both)


def print_memory(lab, browser):
    before, after = memory(lab, browser, FRAMES)
    print(f"\nmemory, MB, {FRAMES} frames apart")
    for name, first, last in zip(["kernel", "page"], before, after):
        row(name, f"{first:.1f} -> {last:.1f}")


def print_frames():
    print("\none frame of the playground in Python, ms")
    row("", "computed", "mark to beat", "packed to be sent")
    for hidden, more, mark in [
        ((4, 2), False, "0.8"),
        ((8,) * 3, False, "1.4"),
        ((8,) * 6, True, "2.7"),
    ]:
        sizes, computed, packed = frame_ms(hidden, more)
        row("-".join(map(str, sizes)), f"{computed:.2f}", mark, f"{packed:.2f}")


def main():
    flags = "--enable-precise-memory-info", "--js-flags=--expose-gc"
    with sync_playwright() as playwright, real_lab.serving() as lab:
        with real_lab.launched(playwright, *flags) as browser:
            print(f"Chromium {browser.version}")
            for part in (print_sliders, print_desks, print_playing, print_memory):
                part(lab, browser)
    print_frames()


if __name__ == "__main__":
    main()
