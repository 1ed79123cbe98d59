"""Fresh copies of the notebooks in JupyterLab, as `make lab` opens them for somebody new."""

import difflib
import platform
from pathlib import Path

import pytest
import real_lab
from playwright.sync_api import expect

FIRST, EXERCISE = "00_start_here.ipynb", "exercises/01_activations.ipynb"
DIRTY = "panel => panel.context.model.dirty"
# JupyterLab writes the version once the kernel has said it.
VERSION_KNOWN = """async panel => {
  while (!panel.context.model.getMetadata("language_info")?.version)
    await new Promise(resolve => setTimeout(resolve, 30));
}"""


def opened(lab, new_page, name, **options):
    """A notebook of the lab, as JupyterLab opens it at its address: with tabs, in a layout."""
    lab.forget_settings()
    book = real_lab.Notebook(lab, *new_page(**options), name)
    book.page.goto(f"{lab.url}lab/tree/{name}?token={lab.token}")
    book.panel = book.page.evaluate_handle(real_lab.PANEL, name)
    return book


def test_a_notebook_that_is_opened_and_not_touched_stays_as_it_was(fresh_lab, new_page):
    given = fresh_lab.hand_out()
    book = opened(fresh_lab, new_page, FIRST)
    other = real_lab.Notebook(fresh_lab, book.page, book.console, EXERCISE).appear(dark=False)
    for one in (book, other):
        expect(one.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
        assert not one.panel.evaluate(DIRTY)
        one.save()  # as JupyterLab does every two minutes, if there were something to save
        assert (fresh_lab.root / one.name).read_bytes() == given[Path(one.name)]
    expect(book.page.locator(".jp-mod-dirty")).to_have_count(0)


@pytest.mark.parametrize("name", ["05_xor.ipynb", "exercises/source/04_backprop.ipynb"])
def test_a_committed_notebook_that_is_opened_and_saved_gets_the_version_and_no_more(
    name, fresh_lab, new_page
):
    """So that who edits one sees in the diff what she has edited."""
    before = (real_lab.NOTEBOOKS / name).read_text("utf-8")
    path = fresh_lab.root / Path(name).name
    path.write_text(before, "utf-8", newline="\n")
    fresh_lab.forget_settings()
    book = real_lab.Notebook(fresh_lab, *new_page(), path.name).open()
    book.panel.evaluate(VERSION_KNOWN)
    book.save()
    after = path.read_text("utf-8")
    assert [*difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)][3:] == [
        '-   "pygments_lexer": "ipython3"',
        '+   "pygments_lexer": "ipython3",',
        f'+   "version": "{platform.python_version()}"',
    ]


def test_the_notebook_has_the_width_of_the_window_and_one_click_shows_the_files(
    fresh_lab, new_page, screenshot
):
    fresh_lab.hand_out()
    book = opened(fresh_lab, new_page, FIRST, width=1280, height=780)
    page, cell = book.page, book.page.locator(".jp-Cell-inputArea").first
    files = page.get_by_role("region", name="File Browser Section")
    expect(cell).to_be_visible()
    expect(files).not_to_be_visible()
    assert cell.locator(".jp-RenderedMarkdown").bounding_box()["width"] >= 1100
    screenshot(page, "make-lab")
    page.get_by_role("tab", name="File Browser").click()
    expect(page.get_by_role("listitem", name="Name: exercises")).to_be_visible()
    screenshot(page, "make-lab-files")
