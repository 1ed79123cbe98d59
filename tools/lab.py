"""make lab: JupyterLab on the learner's own copies of the notebooks.

    python tools/lab.py                                open the first notebook
    python tools/lab.py 03_gradient_descent.ipynb      open this one

The copies are in learn/, which git ignores. They are the learner's, and are never replaced.
"""

import os
import sys
from pathlib import Path

import hand_out
from jupyter_core import paths
from jupyterlab.labapp import LabApp

ROOT = Path(__file__).resolve().parent.parent
LEARN = ROOT / "learn"
FIRST = "00_start_here.ipynb"


def in_place_of_home() -> dict[str, str]:
    """{variable: folder in learn/} for what Jupyter would write into a home where it cannot."""
    usual = {
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir(),
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir(),
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir(),
        "IPYTHONDIR": os.environ.get("IPYTHONDIR", Path.home() / ".ipython"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", Path.home()),
    }
    hidden = LEARN / ".jupyter"
    return {name: str(hidden / name.lower()) for name, path in usual.items() if not writable(path)}


def writable(folder: str | Path) -> bool:
    """Whether files can be written into the folder, which is made if it is not there."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def options(notebook: str) -> list[str]:
    """The options of JupyterLab; it opens a notebook of learn/, in the learner's own layout."""
    given = [
        f"--ServerApp.root_dir={LEARN}",
        f"--LabApp.default_url=/lab/tree/{notebook}",
        f"--LabApp.workspaces_dir={LEARN / hand_out.WORKSPACES}",
        "--ServerApp.contents_manager_class=nncourse.reopened.Files",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        given.append("--allow-root")
    no_display = sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ)
    if os.environ.get("CI") or no_display:
        print("No display here: open the address that JupyterLab prints.")
        given.append("--no-browser")
    return given


def main(notebook: str = FIRST) -> int:
    """Hand out what is new, say so in a line, run JupyterLab; 1 if there is no such notebook."""
    given = hand_out.give(hand_out.course(ROOT / "notebooks") | hand_out.layout(), LEARN)
    print("Your notebooks are in learn/.", given.sentence)
    if given.failed:
        said = f"{len(given.failed)} could not be written into learn/: {given.failed[0]}"
        print(said, file=sys.stderr)
    name = notebook.removeprefix("notebooks/").removeprefix("learn/")
    if not (LEARN / name).is_file():
        print(f"There is no notebook {name} in learn/.", file=sys.stderr)
        return 1
    if instead := in_place_of_home():
        print("Your home cannot be written: what Jupyter keeps there is in learn/.jupyter.")
        os.environ |= instead
    os.chdir(LEARN)
    LabApp.launch_instance(options(name))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
