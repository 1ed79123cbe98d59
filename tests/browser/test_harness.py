"""The fixtures of the browser tests: they show a widget and its kernel, and notice errors."""

from pathlib import Path

import chromium
import pytest
import real_lab
from playwright.sync_api import expect

FIRST = Path(__file__).parents[2] / "notebooks" / "01_activations.ipynb"
COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    """A button whose clicks are counted in Python."""

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      const draw = () => { button.textContent = `pressed ${model.get("presses")} times`; };
      button.addEventListener("click", () => model.send("press"));
      model.on("change:presses", draw);
      draw();
      el.append(button);
    }
    export default { render };
    """
    presses = traitlets.Int(0).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_msg(lambda *_: self.press())

    def press(self):
        self.presses += 1

counter = Counter()
counter
'''

BROKEN = """
import anywidget

class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('broken on purpose'); } };"

Broken()
"""


def test_a_widget_is_used_by_keyboard_and_answered_by_python(notebook, axe):
    nb = notebook(COUNTER)
    button = nb.output(0).get_by_role("button")
    expect(button).to_have_text("pressed 0 times")
    button.focus()
    nb.page.keyboard.press("Enter")
    nb.page.keyboard.press("Space")
    expect(button).to_have_text("pressed 2 times")
    assert nb.value("counter.presses") == 2
    assert nb.execute("print('from', 'python')") == "from python\n"
    assert axe(nb.output(0)) == []
    assert nb.console.complaints() == []


def test_views_can_be_added_and_removed_and_the_kernel_restarted(notebook):
    nb = notebook(COUNTER, "counter")
    first, second = nb.output(0).get_by_role("button"), nb.output(1).get_by_role("button")
    third = nb.second_view(1).get_by_role("button")
    first.click()
    for button in (first, second, third):
        expect(button).to_have_text("pressed 1 times")
    nb.clear(1)
    expect(second).to_have_count(0)
    nb.run(1)
    expect(second).to_have_text("pressed 1 times")
    nb.restart()
    assert nb.value("'counter' in globals()") is False
    nb.run_all()
    expect(first).to_have_text("pressed 0 times")
    nb.close()
    expect(first).to_have_count(0)
    nb.open()
    assert nb.value("counter.presses") == 0


def test_an_exception_in_the_front_end_fails_the_test(notebook):
    nb = notebook(BROKEN)
    with pytest.raises(AssertionError, match="broken on purpose"):
        nb.page.wait_for_timeout(500)
        real_lab.judge([nb.console])
    nb.console.forgive("broken on purpose")


def test_an_exception_outside_of_cells_is_a_complaint(notebook):
    nb = notebook(COUNTER, "import asyncio, gc")
    nb.execute("del Counter.press")
    nb.output(0).get_by_role("button").click()
    nb.console.forgive("no attribute 'press'")
    nb.execute("async def fail(): 1 / 0\ntask = asyncio.create_task(fail())")
    nb.execute("del task; gc.collect()")
    nb.console.forgive("ZeroDivisionError")


def test_a_page_that_complains_is_not_used_again(new_page):
    page, console = new_page()
    page.evaluate("window.jupyterapp = {shell: {widgets: () => []}}")
    assert real_lab.emptied(page, console)
    page.evaluate("console.error('complained on purpose')")
    assert not real_lab.emptied(page, console)
    console.forgive("complained on purpose")
    assert real_lab.emptied(page, console)


def test_a_cell_that_raises_fails_the_test(notebook):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook("1 / 0")


def test_a_request_to_another_machine_is_a_complaint(new_page):
    page, console = new_page()
    page.set_content("<img src='https://example.org/picture.png' alt='a picture'>")
    console.forgive("Failed to load resource")


def test_axe_finds_a_field_without_a_name(page, axe):
    page.set_content("<main><input></main>")
    (found,) = axe(page.locator("main"))
    assert "label" in found and "<input>" in found


def test_a_notebook_can_be_opened_narrow_dark_and_with_reduced_motion(notebook):
    nb = notebook(FIRST, run=False, width=700, dark=True, reduced_motion=True)
    expect(nb.page.get_by_role("heading", level=1)).to_be_visible()
    assert nb.page.evaluate("innerWidth") == 700
    assert nb.page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert nb.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    nb.dark(False)
    assert nb.page.evaluate("document.body.dataset.jpThemeLight") == "true"


def test_voila_shows_the_same_notebook(voila):
    page = voila(COUNTER)
    button = page.get_by_role("button")
    button.click()
    expect(button).to_have_text("pressed 1 times")


def test_a_page_from_a_file_has_no_network(offline, lab, tmp_path):
    (tmp_path / "page.html").write_text("<h1>here</h1>", "utf-8")
    page = offline(tmp_path / "page.html")
    expect(page.get_by_role("heading")).to_have_text("here")
    assert page.evaluate("navigator.onLine") is False


def test_a_missing_chromium_is_not_found(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-chromium")
    assert chromium.find() is None
