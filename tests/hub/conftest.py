"""One hub for all tests of this folder, and the browser that visits it."""

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
    """A running hub; making its environments takes most of the time of these tests."""
    with real_hub.serving(people.ROSTER, people.SETTINGS) as hub:
        yield hub


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    with sync_playwright() as playwright, real_lab.launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def person(hub, browser):
    """person(name): a Person with a new browser context, without cookies."""
    return lambda name: people.Person(hub, browser, name)
