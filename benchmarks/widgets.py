"""The times of the widgets: slider to pixels, frames per second, Pause, a frame in Python; memory.

They are measured in a real JupyterLab and a real Chromium. The three pictures of the first table
are on one page with one kernel and take turns in random order, so that their ratios hold if the
speed of the machine changes. Pixels are compared after each frame of the browser, 60 per second, so
every time includes the wait for the next one. Jupyter's server sometimes delays an answer by 40 ms,
until the browser's TCP has acknowledged the message before it (tornado leaves Nagle's algorithm
on); the best quarter shows the times without that. Run it alone and with one BLAS thread, as
`make bench-widgets` does.
"""

import random
import statistics
import time

import real_lab
from playwright.sync_api import sync_playwright

from nncourse.widgets.playground import LAYERS, PlaygroundLab
from nncourse.widgets.playground_data import FEATURES
from nncourse.widgets.playground_panels import answers

ROUNDS, SECONDS, FRAMES = 40, 3, 500
PLAY_BUTTON = ".nnlib-stage button[data-name=play]"

# The slider moved is the number of hidden units: it makes a new network and its whole picture, the
# most work that a slider of the playground can cause.
PLAYGROUND = """
from nncourse.widgets import Playground
w = Playground()
w
"""
# The floor: two precomputed pictures of the same size, sent as bytes and drawn on a canvas.
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
# The same picture by matplotlib, of networks that are trained already.
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

# {widget of notebooks 01 to 08: (the selector of its control, that of the picture that changes)}
DESKS = {
    "ActivationExplorer()": ("input[type=range][data-name=z]", "canvas[data-panel=curve]"),
    'ActivationExplorer(look="depth", hidden_layers=15)': (
        "input[type=range][data-name=hidden_layers]", "canvas[data-panel=depth]"),
    "Spreadsheet()": ("[data-cell='W1,0']", "[data-cell='Z1,9']"),
    "FoldThePlane(t=3)": ("[data-cell='W,0']", "canvas[data-panel=hidden_space]"),
    "Descent()": ("input[type=range][data-name=learning_rate]", "canvas[data-panel=curves]"),
    "KernelLab(whole=True)": (
        "input[type=range][data-name=column]", "[data-array=sum] [data-cell='sum,0']"),
    "NudgeTest()": ("input[type=range][data-name=step]", "canvas[data-panel=errors]"),
    "OptimizerRace().train(860)": ("input.scrub", "canvas[data-panel=race]"),
    "Ravine()": ("input[type=range][data-name=turned]", "canvas[data-panel=valley]"),
    "LatentPlane().train(860)": ("canvas[data-panel=plane]", "[data-panel=decoded] canvas"),
    "BackpropStepper()": (
        "[data-panel=given] [data-cell='W1,0']", "[data-panel=given] [data-cell='W1,0']"),
    "TapeDesk(back=7)": ("input[type=range][data-name=w]", "canvas[data-panel=tape]"),
    "PostSwitches().train(10_000)": (
        "input[type=range][data-name=start]", "canvas[data-panel=weights]"),
}  # fmt: skip

# looked(selector): what a canvas, an image or an element shows, as a text to compare.
# frames_of(selector, see): calls see(time, that text) after every frame until it returns true.
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
# Moves the control by one step, up or down; the milliseconds from the event to changed pixels.
SLIDE = """
async ([slider, picture, up]) => {
  const control = document.querySelector(slider);
  document.querySelector(picture).scrollIntoView({ block: "center" });
  const still = performance.now() + 150;
  await frames_of(picture, now => now > still);
  const before = looked(picture), begun = performance.now();
  if (control.matches("input")) {
    control.value = Number(control.value) + (up ? 1 : -1) * Number(control.step || 1);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    const number = control.matches("[data-cell]");
    const key = number ? (up ? "ArrowUp" : "ArrowDown") : up ? "ArrowRight" : "ArrowLeft";
    control.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }
  let shown = NaN;
  await frames_of(picture, (now, text) => {
    if (text !== before && text !== "") shown = now - begun;
    return shown > 0 || now > begun + 2000;
  });
  return shown;
}
"""
# The changes of a picture per second, over so many seconds.
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
# The milliseconds that a cell with 1 + 1 takes, of ten runs.
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
# Presses Pause; the milliseconds until the last change of the picture.
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
    """A new notebook with these cells, run, and WATCH on its page."""
    lab.forget_settings()
    notebook = real_lab.Notebook(lab, *real_lab.new_page(browser), lab.write(*cells))
    notebook.open().run_all()
    notebook.page.evaluate(WATCH)
    return notebook


def closed(lab, notebook):
    """Close the page and its kernel, and print complaints of the browser's console."""
    notebook.page.context.close()
    lab.shut_down_kernels()
    for line in notebook.console.complaints():
        print(f"  console: {line[:300]}")


def slider_to_pixels(lab, browser):
    """Milliseconds from a slider's event to changed pixels: playground, floor, matplotlib."""
    notebook = opened(lab, browser, PLAYGROUND, CACHED, INTERACT)
    controls = [
        (".nnlib-stage input[type=range][data-name=hidden_units]",
         ".nnlib-stage canvas[data-panel=output]"),
        (".cached input", ".cached canvas"),
        (".widget-interact .noUi-handle", ".widget-interact img"),
    ]  # fmt: skip
    return timed(lab, notebook, controls)


def desk_to_pixels(lab, browser, call, control, picture):
    """Milliseconds from a control of a widget of notebooks 01 to 07 to its picture; the floor."""
    notebook = opened(lab, browser, f"from nncourse.widgets import *\nw = {call}\nw", CACHED)
    stage = (f".nnlib-stage {control}", f".nnlib-stage {picture}")
    return timed(lab, notebook, [stage, (".cached input", ".cached canvas")])


def timed(lab, notebook, controls):
    """A list of milliseconds for each (control, picture); in each round the order is random."""
    for _, picture in controls:
        notebook.page.locator(picture).wait_for()
    times, order = [[] for _ in controls], random.Random(7)
    for turn in range(-4, ROUNDS):  # the first rounds warm up
        for i in order.sample(range(len(controls)), len(controls)):
            ms = notebook.page.evaluate(SLIDE, [*controls[i], turn % 8 < 4])
            if turn >= 0:
                times[i].append(ms)
    closed(lab, notebook)
    return times


def playing(lab, browser, name, picture, settings=""):
    """Frames per second, milliseconds for 1 + 1 meanwhile, and from Pause to the last change."""
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
    """Megabytes of the kernel and of the page's heap, before and after so many frames."""
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

    # The history of a run grows for some hundred frames, which is no leak.
    before, after = played(300), played(frames)
    closed(lab, notebook)
    return before, after


def frame_ms(hidden, more_features):
    """The network's sizes, and the milliseconds to compute a frame, and to compute and pack it.

    It is an epoch of 250 points in batches of 10, both losses, and a 100 x 100 map of each unit.
    """
    lab = PlaygroundLab(
        data="circles", n=500, train_share=50, batch_size=10, learning_rate=0.03,
        hidden_space=False, hidden_layers=len(hidden), **dict(zip(LAYERS, hidden)),
        **dict.fromkeys(FEATURES, True) if more_features else {},
    )  # fmt: skip
    lab.advance(5000)  # the first steps are all kept in the history, which takes longer
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
    """Print a line of a table."""
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
    print("\nnotebooks 01 to 07, control to picture, ms (goal: at most 1.3 times the cached one)")
    heads = ("median", "cached picture", "ratio", "by best quarter")
    print(f"  {'':45s}", *(f"{head:>16s}" for head in heads))
    for call, (control, picture) in DESKS.items():
        ours, floor = desk_to_pixels(lab, browser, call, control, picture)
        median, below = statistics.median(ours), statistics.median(floor)
        best = best_quarter(ours) / best_quarter(floor)
        columns = (f"{median:.0f}", f"{below:.0f}", f"{median / below:.2f}", f"{best:.2f}")
        print(f"  {call:45s}", *(f"{column:>16s}" for column in columns))


def best_quarter(times):
    """The first quartile: three in four are longer."""
    return statistics.quantiles(times, n=4)[0]


def print_playing(lab, browser):
    print("\nplaying")
    row("", "frames/s", "1 + 1 meanwhile, ms", "Pause to rest, ms")
    row("goal", "≥ 20", "at once", "≤ 100")
    for name, picture, settings in [
        ("Playground", "output", 'data="spirals", hidden_units=8, learning_rate=0.1'),
        ("DigitsLab", "loss", 'density="lab", pace="epochs"'),
    ]:
        rate, *waits = playing(lab, browser, name, picture, settings)
        both = [f"{statistics.median(wait):.0f}, at most {max(wait):.0f}" for wait in waits]
        row(name, f"{rate:.1f}", *both)


def print_memory(lab, browser):
    before, after = memory(lab, browser, FRAMES)
    print(f"\nmemory, MB, before and after {FRAMES} frames")
    for name, first, last in zip(["kernel", "page"], before, after):
        row(name, f"{first:.1f} -> {last:.1f}")


def print_frames():
    print("\none frame of the playground in Python, ms")
    row("", "computed", "goal for that", "packed to be sent")
    for hidden, more, goal in [
        ((4, 2), False, "0.8"),
        ((8,) * 3, False, "1.4"),
        ((8,) * 6, True, "2.7"),
    ]:
        sizes, computed, packed = frame_ms(hidden, more)
        row("-".join(map(str, sizes)), f"{computed:.2f}", goal, f"{packed:.2f}")


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
