"""Which Chromium the browser tests drive. Run as a script it installs one, where it may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
NEEDED = (
    "The browser tests need Chromium: install your distribution's chromium, or run"
    " `.venv/bin/python -m playwright install chromium`, or name one in CHROMIUM."
)


def find() -> str | None:
    """The Chromium named in CHROMIUM, else one on the PATH, else the one Playwright downloaded."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    on_path = filter(None, map(shutil.which, NAMES))
    return next(on_path, None) or downloaded()


def downloaded() -> str | None:
    """The Chromium that `playwright install chromium` put there, if it was run."""
    # In a process of its own: a test that asks is already inside of Playwright.
    done = subprocess.run(
        [sys.executable, __file__, "--downloaded"], capture_output=True, text=True
    )
    path = done.stdout.strip()
    return path if path and Path(path).exists() else None


def install() -> None:
    """Debian's Chromium, when we are root and on a Debian."""
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("There is no Chromium: installing the distribution's", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update -qq", "install -y -qq --no-install-recommends chromium"):
        subprocess.run(["apt-get", *command.split()], env=quiet)


def main() -> None:
    if sys.argv[1:] == ["--downloaded"]:
        with sync_playwright() as playwright:
            print(playwright.chromium.executable_path)
        return
    if find() is None and "CHROMIUM" not in os.environ:
        install()
    if find() is None:
        sys.exit(NEEDED)


if __name__ == "__main__":
    main()
