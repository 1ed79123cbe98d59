"""Walk through fresh copies of notebooks in Chromium as a person does, and print what is on screen.

    python tools/walk.py                                   00 and 01
    python tools/walk.py 05_xor.ipynb --pictures FOLDER    this one, with a picture of each moment

She reads 240 words a minute, runs each cell by Shift + Enter, guesses the first answer that is
offered, and presses Play where there is one. Time counts from the opening of the page.
"""

import argparse
import time
from pathlib import Path

import real_lab
from playwright.sync_api import Page, sync_playwright

WORDS_A_MINUTE = 240
MOMENTS = (10, 30, 60)  # seconds after the page was opened at which we look
CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell"
LOOK = 3  # seconds that she looks at a network that learns
SEEN = """
() => {
  const box = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
  const inside = node => {
    const {top, bottom, height} = node.getBoundingClientRect();
    return height > 0 && bottom > box.top && top < box.bottom;
  };
  const all = selector => [...document.querySelectorAll(selector)].filter(inside);
  return {
    headings: all(".jp-RenderedMarkdown :is(h1, h2, h3)").map(h => h.innerText.replace("¶", "")),
    words: all(".jp-RenderedMarkdown :is(p, li)")
      .map(p => p.innerText.split(/\\s+/).length).reduce((a, b) => a + b, 0),
    says: all(".nnlib-stage .status").map(node => node.innerText),
    buttons: all(".nnlib-stage button.main").map(node => node.innerText),
  };
}
"""


class Walk:
    """One person, one notebook, and a clock."""

    def __init__(self, page: Page, book: real_lab.Notebook, pictures: Path | None):
        self.page, self.book, self.pictures = page, book, pictures
        self.began, self.left = time.monotonic(), list(MOMENTS)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def say(self, what: str) -> None:
        print(f"{self.seconds:6.1f} s  {what}", flush=True)

    def wait(self, seconds: float) -> None:
        """Let time pass, and look at the screen at each of MOMENTS."""
        end = self.seconds + seconds
        while self.left and self.left[0] <= end:
            self.page.wait_for_timeout(1000 * max(0.0, self.left[0] - self.seconds))
            self.look(self.left.pop(0))
        self.page.wait_for_timeout(1000 * max(0.0, end - self.seconds))

    def look(self, moment) -> None:
        """Print what is on screen, and keep a picture of it."""
        seen = self.page.evaluate(SEEN)
        self.say(f"on screen: {'; '.join(seen['headings']) or 'no heading'}, {seen['words']} words")
        for sentence in seen["says"]:
            self.say(f"  a widget says: {sentence}")
        if seen["buttons"]:
            self.say(f"  to press: {', '.join(seen['buttons'])}")
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"{self.book.name[:2]}-{moment}.png")

    def read(self, cell) -> None:
        """Read a text, without what is folded away, and go on to the next cell."""
        cell.scroll_into_view_if_needed()
        words = len(cell.locator(".jp-RenderedMarkdown").inner_text().split())
        self.wait(60 * words / WORDS_A_MINUTE)
        self.page.keyboard.press("Shift+Enter")

    def run(self, number: int, cell) -> None:
        """Run a cell by Shift + Enter, and use what it shows."""
        self.page.keyboard.press("Shift+Enter")
        self.page.evaluate(IDLE, self.book.name)
        if cell.locator("[data-mime-type='application/vnd.jupyter.error']").count():
            self.say(f"cell {number} raised an error")
        stage = cell.locator(".nnlib-stage")
        if "widgets." not in cell.inner_text() and "stepper" not in cell.inner_text():
            return
        stage.first.wait_for(timeout=20_000)
        stage.first.scroll_into_view_if_needed()
        if (answers := stage.locator(".ask.alone input[type=radio]")).count():
            answers.first.check()
            stage.get_by_role("button", name="This is my guess").click()
            self.wait(1)
            self.say(f"cell {number}, a question: {stage.locator('.verdict').inner_text()}")
            return self.leave(number)
        play = stage.get_by_role("button", name="Play")
        if play.count() and play.first.is_visible():
            self.say("she presses Play")
            play.first.click()
            self.wait(LOOK)
        self.say(f"cell {number} says: {stage.locator('.status').first.inner_text()}")
        self.leave(number)

    def leave(self, number: int) -> None:
        """Go from a widget to the next cell."""
        self.wait(1)
        following = self.page.locator(CELLS).nth(number + 1)
        following.locator(".jp-InputPrompt").first.click()

    def walk(self) -> None:
        """From the first cell to the last."""
        cells = self.page.locator(CELLS)
        for number in range(cells.count()):  # running the last one makes another
            cell = cells.nth(number)
            if "jp-MarkdownCell" in cell.get_attribute("class"):
                self.read(cell)
            else:
                self.run(number, cell)
        while self.left:
            self.wait(self.left[0] - self.seconds)
        self.say("done")


IDLE = """
async path => {
  const panel = [...window.jupyterapp.shell.widgets("main")].find(w => w.context?.path === path);
  const kernel = panel.sessionContext.session.kernel;
  await kernel.info;
  while (kernel.status !== "idle") await new Promise(done => setTimeout(done, 30));
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    first = ["00_start_here.ipynb", "01_activations.ipynb"]
    parser.add_argument("notebooks", nargs="*", default=first)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, real_lab.serving() as lab:
        with real_lab.launched(playwright) as browser:
            for name in given.notebooks:
                print(name)
                lab.hand_out()
                lab.forget_settings()
                page, console = real_lab.new_page(browser, 1280, 780)
                book = real_lab.Notebook(lab, page, console, name)
                walk = Walk(page, book, given.pictures)
                page.goto(f"{lab.url}lab/tree/{name}?token={lab.token}")
                book.panel = page.evaluate_handle(real_lab.PANEL, name)
                walk.say("the page is there")
                walk.walk()
                for line in console.complaints():
                    print("console:", line)
                page.context.close()


if __name__ == "__main__":
    main()
