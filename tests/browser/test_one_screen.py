"""Every widget, as the notebooks open it, is on one screen, and no text of it is cut off.

What stands on canvases is heard as it is written: `one_screen.js` keeps the box of each text.
"""

import ast
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from stand_ins import BEFORE

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
WIDTHS, HEIGHT = (848, 1112, 700), 780  # JupyterLab's file browser open, folded away; half a screen

SCRIPT = Path(__file__).with_name("one_screen.js").read_text("utf-8")
DRAWN = """
() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))
"""


class Fault(NamedTuple):
    """What is wrong with a widget of this width."""

    width: int
    dark: bool
    kind: str
    what: str

    def __str__(self):
        return f"{self.width} px{', dark' * self.dark}: {self.kind}: {self.what}"


def calls() -> list[str]:
    """The widgets that the notebooks show, as they are written there; of questions the longest."""
    found = []
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "widgets." in source:
                found += [node.value for node in ast.parse(source).body if _is_widget(node)]
    texts = list(dict.fromkeys(map(ast.unparse, found)))
    asked = [text for text in texts if text.startswith("widgets.predict(")]
    others = [text for text in texts if not text.startswith(("widgets.predict(", "widgets.tally("))]
    return [*map(_shorter, others), *sorted(asked, key=len)[-2:]]


def _shorter(call: str) -> str:
    """The same without most of its work, which has no say in where things are."""
    call = re.sub(r"\.train\((\d+)\)", lambda n: f".train({min(int(n[1]), 300)})", call)
    return call.removesuffix(".measure()")


def _is_widget(node: ast.stmt) -> bool:
    root = getattr(node, "value", None)
    while isinstance(root, ast.Call | ast.Attribute):
        root = root.func if isinstance(root, ast.Call) else root.value
    return isinstance(root, ast.Name) and root.id == "widgets"


def named(call: str) -> str:
    """`widgets.Playground(...)` as Playground."""
    return call.split(".")[1].split("(")[0]


def test_the_notebooks_show_every_widget():
    assert {*map(named, calls())} >= {
        *("ActivationExplorer", "BackpropStepper", "BugGallery", "Descent", "DigitsLab"),
        *("FoldThePlane", "KernelLab", "LatentPlane", "LuckMap", "NudgeTest", "OptimizerRace"),
        *("Playground", "PostSwitches", "Ravine", "Spreadsheet", "TapeDesk", "predict"),
    }


def wanted_width(page, stage, width: int) -> None:
    """Give the page a width at which the stage has this one."""
    for _ in range(2):  # a scrollbar may come or go
        size, own = page.viewport_size, stage.bounding_box()["width"]
        page.set_viewport_size({"width": round(size["width"] + width - own), "height": 900})
        page.evaluate(DRAWN)
    assert stage.bounding_box()["width"] == pytest.approx(width, abs=1)


def test_every_widget_is_on_one_screen_and_no_text_is_cut_off(notebook):
    shown = calls()
    make = ", ".join(f"{call}" for call in shown)
    book = notebook(BEFORE, f"for widget in [{make}]:\n    display(widget)", run=False)
    page = book.page
    page.evaluate(f"() => {{ {SCRIPT} }}")
    page.evaluate("oneScreen.listen()")
    book.run_all()
    stages = book.output(1).locator(".nnlib-stage")
    assert stages.count() == len(shown)
    faults: dict[str, list[Fault]] = {}
    for dark in (False, True):
        book.dark(dark)
        for width in WIDTHS:
            wanted_width(page, stages.first, width)
            for call, stage in zip(shown, stages.element_handles()):
                for fault in page.evaluate("a => oneScreen.faultsOf(...a)", [stage, HEIGHT]):
                    faults.setdefault(call, []).append(Fault(width, dark, *fault))
    assert not faults, "\n".join(
        f"{call}\n    " + "\n    ".join(map(str, found)) for call, found in faults.items()
    )
