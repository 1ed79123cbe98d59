"""The fixtures of the browser tests: a JupyterLab, pages in it, and consoles that are clean."""

import os
from pathlib import Path

import pytest
import real_lab
import warm_kernels
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=15_000)
PAGES, FAILED = pytest.StashKey[list](), pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def lab():
    """A `jupyter lab` server of our own."""
    with real_lab.serving(warm_kernels.served) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    with sync_playwright() as playwright, real_lab.launched(playwright) as browser:
        yield browser


@pytest.fixture
def pages(request, tmp_path):
    """The pages of the test, of which a picture is taken when it fails."""
    request.node.stash[PAGES] = ([], tmp_path)
    return request.node.stash[PAGES][0]


@pytest.fixture
def new_page(browser, pages):
    """new_page(width=700, reduced_motion=True): a page, and its console, which has to be clean."""
    own = []

    def new(**options):
        page, console = real_lab.new_page(browser, **options)
        own.append((page, console))
        pages.append(page)
        return page, console

    yield new
    for page, _ in own:
        if not page.is_closed():
            page.evaluate("0")  # what is still on its way arrives before the answer
        page.context.close()
    real_lab.judge(console for _, console in own)


@pytest.fixture
def page(new_page):
    """An empty page, 1280 x 900."""
    return new_page()[0]


@pytest.fixture
def fresh_lab(lab):
    """The server, without the kernels of the test before: that one's pages are closed by now."""
    lab.shut_down_kernels()
    return lab


@pytest.fixture(scope="session")
def spare():
    """The page with JupyterLab of the last test, and its console, if it can be used again."""
    return []


@pytest.fixture
def shared_page(request, fresh_lab, browser, pages, spare):
    """The page with JupyterLab that one test after another uses, and its console.

    Loading JupyterLab takes longer than most tests. A page is not used again after a test that
    failed, or that left a complaint on the console.
    """
    page, console = spare.pop() if spare else real_lab.new_page(browser)
    pages.append(page)
    try:
        yield page, console
        page.evaluate("0")  # what is still on its way arrives before the answer
        real_lab.judge([console])
        if not request.node.stash.get(FAILED, True) and real_lab.emptied(page, console):
            spare.append((page, console))
    finally:
        if not spare:
            page.context.close()


@pytest.fixture
def notebook(request, fresh_lab, new_page):
    """notebook(*cells): these cells in a new notebook, open in JupyterLab, all run.

    A single Path opens a fresh copy of that notebook, as `make lab` does. `run=False` runs nothing
    yet, `dark=True` is the dark theme, `view="lab/tree"` the interface with tabs; the rest goes to
    new_page. With `alone=True`, and for the second notebook of a test, JupyterLab is loaded on a
    new page.
    """
    on_shared = []

    def opened(*cells, run=True, dark=False, view="doc/tree", alone=False, **options):
        name = fresh_lab.write(*cells)
        if alone or on_shared or view != "doc/tree":
            fresh_lab.forget_settings(dark)
            book = real_lab.Notebook(fresh_lab, *new_page(**options), name).open(view)
        else:
            page, console = request.getfixturevalue("shared_page")
            real_lab.shape(page, **options)
            book = real_lab.Notebook(fresh_lab, page, console, name).appear(dark)
            on_shared.append(book)
        return book.run_all() if run else book

    return opened


@pytest.fixture
def voila(fresh_lab, new_page):
    """voila(*cells): a page on which Voilà shows these cells, or the file of a Notebook."""

    def shown(*cells, **options):
        one = cells[0]
        name = one.name if isinstance(one, real_lab.Notebook) else fresh_lab.write(*cells)
        page, _ = new_page(noise=real_lab.VOILA_NOISE, **options)
        page.goto(fresh_lab.address("voila/render", name))
        return page

    return shown


@pytest.fixture
def offline(new_page):
    """offline(path): a page on an HTML file, with no server and no network."""

    def shown(path, **options):
        page, _ = new_page(offline=True, **options)
        page.goto(Path(path).as_uri())
        return page

    return shown


@pytest.fixture
def axe():
    """axe(locator): what is wrong for those who do not see or do not use a mouse, a line each."""
    return real_lab.axe


@pytest.fixture
def screenshot():
    """screenshot(page, name): a picture for a person, if NNLIB_SCREENSHOTS names a folder."""

    def shoot(page, name):
        if folder := os.environ.get("NNLIB_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png")

    return shoot


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that failed leaves a picture of each of its pages, and says where."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    if report.when == "call" and report.failed:
        pages, folder = item.stash.get(PAGES, ([], None))
        for number, page in enumerate(pages):
            path = folder / f"page-{number}.png"
            page.screenshot(path=path)
            report.sections.append(("browser", f"a picture of the page: {path}"))
    return report
