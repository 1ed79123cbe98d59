"""The front end as one text.

anywidget loads a widget's JavaScript as a blob, and in a blob no module can import another. So the
modules of `frontend/` are joined when the widget class is made: each one after the modules that it
imports. Imports are removed, and all exports except those of `index.js`. So top-level names must
differ between modules, and an import must not rename; `tests/course/test_frontend.py` checks both.
"""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path
from posixpath import dirname, join, normpath

FOLDER = Path(__file__).parents[1] / "frontend"
IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const)\b)", re.MULTILINE)


def modules(folder: Path = FOLDER) -> dict[str, str]:
    """The text of each module, by its path in `folder`, each after the modules that it imports."""
    texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8")
             for path in sorted(folder.rglob("*.js"))}  # fmt: skip
    needs = {
        name: [normpath(join(dirname(name), target)) for target in IMPORT.findall(text)]
        for name, text in texts.items()
    }
    return {name: texts[name] for name in TopologicalSorter(needs).static_order()}


def javascript(folder: Path = FOLDER) -> str:
    """All modules as one module, which exports what `index.js` exports."""
    parts = []
    for name, text in modules(folder).items():
        text = IMPORT.sub("", text)
        parts.append(text if name == "index.js" else EXPORT.sub("", text))
    return "\n".join(parts)


def style() -> str:
    """The style sheet: of the stage, then of what is in its panels."""
    return "\n".join(styles().values())


def styles() -> dict[str, str]:
    """The text of each style sheet, by its name, in the order in which they hold."""
    return {name: (FOLDER / name).read_text("utf-8") for name in ("stage.css", "panels.css")}


def page() -> str:
    """The template of the page that `to_html` writes, with {{names}} to be replaced."""
    return (FOLDER / "page.html").read_text("utf-8")
