"""A stage on a page, used as a person does: things are found by the text on them."""

from playwright.sync_api import Locator, Page, expect

# Asked on the page, which sees the answer as it comes: `expect` looks again only after 100 ms, then
# after 250, 500 and 1000.
ANSWERED = """
node => new Promise((resolve, reject) => {
  const fail = () => reject(new Error("Python has not answered within 15 seconds"));
  const late = setTimeout(fail, 15_000);
  const look = () => {
    if (node.getAttribute("aria-busy") !== "false") return;
    watch.disconnect();
    clearTimeout(late);
    resolve();
  };
  const watch = new MutationObserver(look);
  watch.observe(node, { attributes: true, attributeFilter: ["aria-busy"] });
  look();
})
"""


class Hands:
    """What a person can do with the first stage within a part of a page."""

    def __init__(self, place: Locator | Page):
        self.node = place.locator(".nnlib-stage").first
        self.page = self.node.page
        expect(self.node).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.node.get_by_role("button", name=name, exact=True)

    def slider(self, name: str) -> Locator:
        return self.node.get_by_role("slider", name=name, exact=True)

    def number(self, name: str) -> Locator:
        return self.node.get_by_role("spinbutton", name=f"{name}, typed", exact=True)

    def canvas(self, panel: str) -> Locator:
        return self.node.locator(f"canvas[data-panel={panel}]")

    def cell(self, array: str, place: int) -> Locator:
        """A number of a panel of arrays."""
        return self.node.locator(f"[data-cell='{array},{place}']")

    def panel(self, name: str) -> Locator:
        return self.node.locator(f"section[data-panel={name}]")

    def pull(self, cell: Locator, steps: int) -> None:
        """Drag a number sideways with the mouse: to the right it grows, four pixels a step."""
        cell.scroll_into_view_if_needed()
        box = cell.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 4 * steps, y, steps=4)
        self.page.mouse.up()
        self.rest()

    def key(self, target: Locator, *keys: str) -> None:
        """Press keys on something, and wait for the answer."""
        for key in keys:
            target.press(key)
            self.rest()

    def rest(self) -> None:
        """Wait until Python has answered the last message."""
        self.node.evaluate(ANSWERED)

    def more(self) -> None:
        """Open `more`."""
        self.node.get_by_role("button", name="more", exact=True).press("Enter")

    def too_wide(self) -> list[str]:
        """What is wider than its room, the stage or something on it."""
        return self.node.evaluate(
            """node => [node, ...node.querySelectorAll('*')]
              .filter(n => n.checkVisibility() && n.clientWidth > 1
                && n.scrollWidth > n.clientWidth + 1 && !['INPUT', 'SELECT'].includes(n.tagName))
              .map(n => n.outerHTML.slice(0, 200))"""
        )

    @property
    def status(self) -> str:
        return self.node.locator(".status").inner_text()

    def says(self, words) -> None:
        expect(self.node.locator(".status")).to_contain_text(words)

    def complains(self, words) -> None:
        expect(self.node.get_by_role("alert")).to_contain_text(words)

    def paper(self) -> str:
        return self.node.locator(".paper textarea").input_value()

    def colours(self, panel: str) -> str:
        """What a canvas shows, as a text to compare."""
        return self.canvas(panel).evaluate("canvas => canvas.toDataURL()")

    def place(self, panel: str, x: float, y: float) -> tuple[float, float]:
        """Where on the page a share of a canvas is: (0, 0) is top left, (1, 1) bottom right."""
        return self.places(panel, (x, y))[0]

    def places(self, panel: str, *path: tuple[float, float]) -> list[tuple[float, float]]:
        """The same of several shares; the canvas is looked for once, as that takes two frames."""
        self.canvas(panel).scroll_into_view_if_needed()
        box = self.canvas(panel).bounding_box()
        return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in path]

    def drag(self, panel: str, *path: tuple[float, float]) -> None:
        """With the mouse, along these shares of a canvas."""
        mouse, (start, *others) = self.page.mouse, self.places(panel, *path)
        mouse.move(*start)
        mouse.down()
        for place in others:
            mouse.move(*place, steps=5)
        mouse.up()
        self.rest()


def agrees(book, hands: Hands, name: str, lab):
    """What stands on the page is what nnlib computes for the same recipe, in another process.

    `name` is what the widget is called in the notebook, `lab` the class that its recipe is of.
    """
    hands.rest()
    again = lab.from_recipe(book.value(f"{name}.lab.recipe()"))
    assert hands.status == again.sentence
    return again


def on_map(window, x: float, y: float, box) -> tuple[float, float]:
    """Where on its canvas, in shares, a point of the output map lies (left and below are axes)."""
    x0, x1, y0, y1 = window
    width, height = box["width"], box["height"]
    across = 46 + (x - x0) / (x1 - x0) * (width - 48)
    return across / width, (1 + (y1 - y) / (y1 - y0) * (height - 32)) / height


def on_plane(window, x: float, y: float, box, one_unit=False) -> tuple[float, float]:
    """Where on its canvas, in shares, a point of a plane lies; both axes may have `one_unit`."""
    x0, x1, y0, y1 = window
    wide, tall = box["width"] - 62, box["height"] - 44
    across, down = wide / (x1 - x0), tall / (y1 - y0)
    if one_unit:
        across = down = min(across, down)
    left, top = 50 + (wide - across * (x1 - x0)) / 2, 6 + (tall - down * (y1 - y0)) / 2
    return (left + across * (x - x0)) / box["width"], (top + down * (y1 - y)) / box["height"]
