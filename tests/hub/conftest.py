"""One hub for all tests of this folder, and the browser in which it is visited."""

import people
import pytest
import real_hub
import real_lab
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.skipif(not real_hub.possible(), reason=real_hub.NEEDED))


@pytest.fixture(scope="session")
def hub():
    """The hub, with its environments, which takes most of the time."""
    with real_hub.serving(people.ROSTER, people.SETTINGS) as hub:
        yield hub


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    with sync_playwright() as playwright, real_lab.launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def person(hub, browser):
    """person(name): somebody, with a browser that has seen nothing yet."""
    return lambda name: people.Person(hub, browser, name)
