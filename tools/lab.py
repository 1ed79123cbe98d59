"""make lab: JupyterLab on the learner's own copies of the notebooks.

    python tools/lab.py                                open the first notebook
    python tools/lab.py 03_gradient_descent.ipynb      open this one

The copies are in learn/, which git ignores. They are the learner's, and are never replaced.
"""

import os
import sys
from pathlib import Path

import hand_out
from jupyterlab.labapp import LabApp

ROOT = Path(__file__).resolve().parent.parent
LEARN = ROOT / "learn"
FIRST = "00_start_here.ipynb"


def options(notebook: str) -> list[str]:
    """The options of JupyterLab; it opens a notebook of learn/, in the learner's own layout."""
    given = [
        f"--ServerApp.root_dir={LEARN}",
        f"--LabApp.default_url=/lab/tree/{notebook}",
        f"--LabApp.workspaces_dir={LEARN / hand_out.WORKSPACES}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        given.append("--allow-root")
    no_display = sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if os.environ.get("CI") or no_display:
        print("No display here: open the address that JupyterLab prints.")
        given.append("--no-browser")
    return given


def main(notebook: str = FIRST) -> int:
    """Hand out what is new, say so in a line, and be JupyterLab; 1 if there is no such notebook."""
    given = hand_out.give(hand_out.course(ROOT / "notebooks") | hand_out.layout(), LEARN)
    print("Your notebooks are in learn/.", given.sentence)
    for error in given.failed:
        print(error, file=sys.stderr)
    name = notebook.removeprefix("notebooks/").removeprefix("learn/")
    if not (LEARN / name).is_file():
        print(f"There is no notebook {name} in learn/.", file=sys.stderr)
        return 1
    os.chdir(LEARN)
    LabApp.launch_instance(options(name))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
