"""The visitors of the hub in the tests."""

import os
import re
from pathlib import Path

import real_lab

ROSTER = "marie teacher\nada\nblaise\nchen\n"
# Its own port and user ids, so that a class can run on the same machine. The tests control the
# notebook through window.jupyterapp, which that argument makes available. They open each notebook
# themselves, which starts its kernel.
SETTINGS = """
port = 18000
first_number = 28000
opens = "/lab/tree/notebooks"
arguments = ["--LabApp.expose_app_in_browser=True"]
"""
STUDENTS = ["ada", "blaise", "chen"]
NOISE = [
    (kind, text, address.replace(r"\d+/", r"\d+/user/\w+/").replace("localhost", "127.0.0.1"))
    for kind, text, address in [
        *real_lab.LAB_NOISE,
        # On a machine that is busy with several servers at once.
        ("warning", r"Plugin \S+ (\(.*\) took \S+|is taking too long) to activate\.", real_lab.LAB),
        # A notebook saved with widgets is opened in a new kernel, which does not have them yet.
        ("error", r"Error: widget model not found(.|\n)*",
         r"http://localhost:\d+/lab/extensions/@jupyter-widgets/jupyterlab-manager/.*"),
        ("warning", "Disabling terminals plugin because they are not available on the server",
         real_lab.LAB),
    ]
]  # fmt: skip


class Person:
    """A student or the teacher, with a page in a browser."""

    def __init__(self, hub, browser, name):
        self.hub, self.name = hub, name
        self.page, self.console = real_lab.new_page(browser, noise=NOISE)

    def submits(self, password):
        """Fill in the login form and send it."""
        self.page.goto(self.hub.url)
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password:").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def logs_in(self):
        teaches = self.hub.classroom.roster()[self.name]
        self.submits(self.hub.teachers_password if teaches else self.hub.students_password)
        return self

    def is_in(self):
        """Wait for JupyterLab."""
        # The rest of JupyterLab's address depends on what was open the last time.
        self.page.wait_for_url(re.compile(f"/user/{self.name}/lab"), timeout=120_000)
        return self

    def opens(self, notebook):
        return real_lab.Notebook(self, self.page, self.console, f"notebooks/{notebook}").open()

    def address(self, view, name):
        return f"{self.hub.url}/user/{self.name}/{view}/{name}?reset"

    def leaves(self):
        """Close the browser, whose console has to be clean."""
        self.page.evaluate("0")
        self.page.context.close()
        real_lab.judge([self.console])


def shoot(page, name):
    """Save a picture of the page, if NNLIB_SCREENSHOTS names a folder."""
    if folder := os.environ.get("NNLIB_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
